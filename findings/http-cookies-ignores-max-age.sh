#!/bin/sh
# HTTP::Cookies 6.10 (Debian 12, libhttp-cookies-perl; the cookie jar of LWP): Max-Age is ignored, and quotes are removed.
#
# RFC 6265 lets Max-Age win over Expires (5.3, step 3), deletes a cookie with Max-Age=0 (5.2.2), and sends a value back as it
# came (5.4). This jar looks at Expires only. After "Max-Age=0" the cookie is kept and sent with its new, empty value; a cookie
# with a past Expires and a Max-Age of an hour is not kept. Of q="ab" it sends q=ab. HTTP::CookieJar, the other jar for LWP,
# does all of it as the RFC says.
#
# Guessed before the run: both jars do as the RFC says (missed for HTTP::Cookies in all four questions).
# Seen on 2026-11-30 with Perl 5.36.0:
#   HTTP::Cookies: deleted= gone=1 q=ab
#   HTTP::CookieJar: hour=1 q="ab"
# What follows for a server: delete a cookie with a past Expires, beside Max-Age=0 or alone, and put no quotes into values.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq libhttp-cookies-perl=6.10-1 libhttp-cookiejar-perl=0.014-1 libhttp-message-perl libhttp-date-perl liburi-perl \
  libio-html-perl libencode-locale-perl liblwp-mediatypes-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
export PERL5LIB=$work/root/usr/share/perl5
cat > jars.pl <<'PL'
use strict;
use HTTP::CookieJar;
use HTTP::Cookies;
use HTTP::Request;
use HTTP::Response;

my $address = 'http://a.example/';
my @lines = (
    'deleted=1; Path=/', 'deleted=; Path=/; Max-Age=0',
    'gone=1; Path=/; Max-Age=0; Expires=Tue, 01 Dec 2037 00:00:00 GMT',
    'hour=1; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'q="ab"; Path=/',
);
my $old = HTTP::Cookies->new;
my $new = HTTP::CookieJar->new;
for (@lines) {
    my $answer = HTTP::Response->new(200, 'OK', [ 'Set-Cookie' => $_ ]);
    $answer->request(HTTP::Request->new(GET => $address));
    $old->extract_cookies($answer);
    $new->add($address, $_);
}
my $request = HTTP::Request->new(GET => $address);
$old->add_cookie_header($request);
print 'HTTP::Cookies: ', join(' ', sort split /; /, $request->header('Cookie')), "\n";
print 'HTTP::CookieJar: ', join(' ', sort split /; /, $new->cookie_header($address)), "\n";
PL
perl jars.pl | tee seen
cat > expected <<'TXT'
HTTP::Cookies: deleted= gone=1 q=ab
HTTP::CookieJar: hour=1 q="ab"
TXT
cmp expected seen && echo "as described"
