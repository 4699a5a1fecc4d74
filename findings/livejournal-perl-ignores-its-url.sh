#!/bin/sh
# LiveJournal 1.1 (Debian 12, liblivejournal-perl 1.3): it ignores the documented option URL, and names its form by a type that
# does not exist.
#
# The manual says that INFO "may also include a URL" for another server. new() reads "url" only, so a program written by the
# manual sends the person's name and password to www.livejournal.com, whatever server it was meant for. With "url" it posts
# "application/x-www-form-urlescaped"; the HTML specification calls forms "application/x-www-form-urlencoded", and a server that
# reads only those sees no field. A blank is sent as it is.
#
# Guessed before the run: the manual's option works, and a form is posted (both missed).
# Seen on 2026-11-30 with Perl 5.36.0:
#   URL: http://www.livejournal.com/cgi-bin/log.cgi
#   url: http://own.example/interface/flat
#   POST application/x-www-form-urlescaped mode=login&user=ann&password=a%26b c&clientversion=Perl-archlj/1.1
# What follows for a person: give the option as "url", in small letters, and take no old password for a new server. For a
# server: read this type as a form.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq liblivejournal-perl=1.3-7 libwww-perl libhttp-message-perl libhttp-date-perl liburi-perl libnet-http-perl \
  libio-html-perl libencode-locale-perl liblwp-mediatypes-perl libtry-tiny-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
PERL5LIB=$work/root/usr/share/perl5
export PERL5LIB
cat > sign-in.pl <<'PL'
use strict;
use HTTP::Response;
use LWP::UserAgent;
use LiveJournal;

# Nothing is sent: the program's requests end here.
no warnings 'redefine';
my $sent;
*LWP::UserAgent::request = sub { $sent = $_[1]; HTTP::Response->new(200, 'OK', [], "success\nOK\n") };

for my $option ('URL', 'url') {
    my $journal = LiveJournal->new({ user => 'ann', password => 'a&b c', $option => 'http://own.example/interface/flat' });
    $journal->login;
    print "$option: ", $sent->uri, "\n";
}
print join(' ', $sent->method, $sent->content_type, $sent->content), "\n";
PL
perl sign-in.pl | tee seen
cat > expected <<'TXT'
URL: http://www.livejournal.com/cgi-bin/log.cgi
url: http://own.example/interface/flat
POST application/x-www-form-urlescaped mode=login&user=ann&password=a%26b c&clientversion=Perl-archlj/1.1
TXT
cmp expected seen && echo "as described"
