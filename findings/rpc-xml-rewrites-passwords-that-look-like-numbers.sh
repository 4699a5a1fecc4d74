#!/bin/sh
# RPC::XML 0.82 (Debian 12, librpc-xml-perl): a text that looks like a fraction or a date arrives as another text.
#
# RPC::XML guesses the type of each plain argument. Whole numbers keep their digits: 0123 is sent as <int>0123</int>. But 1e5 is
# sent as <double>100000.0</double>, 1.50 as 1.5, .5 as 0.5, twenty nines as 1 with zeros, and 2009-01-01T10:00:00 without its
# hyphens. Frontier::Client 0.07b4, the other old Perl client, guesses types, too, but sends every text as it is.
#
# Guessed before the run: all digits are kept (missed for fractions and long numbers); dates are sent as strings (missed).
# Seen on 2026-11-29: RPC::XML 0123 100000.0 1.5 0.5 100000000000000000000.0 20090101T10:00:00
#                     Frontier 0123 1e5 1.50 .5 99999999999999999999 2009-01-01T10:00:00
# What follows: a password of this form cannot sign in through RPC::XML, however the server reads numbers. The program must wrap
# it in RPC::XML::string, or use an API key.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq librpc-xml-perl=0.82-1 libfrontier-rpc-perl=0.07b4-7.1 libxml-parser-perl libwww-perl libhttp-message-perl \
  libhttp-date-perl liburi-perl libio-socket-ssl-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
export PERL5LIB=$work/root/usr/share/perl5:$(echo "$work"/root/usr/lib/*/perl5/5.*)
cat > texts.pl <<'PL'
use RPC::XML;
use Frontier::RPC2;
my @texts = ('0123', '1e5', '1.50', '.5', '9' x 20, '2009-01-01T10:00:00');
my $text = sub { $_[0] =~ m{<value>\s*(?:<[\w.]+>)?([^<]*)} ? $1 : '?' };
print join(' ', 'RPC::XML', map { RPC::XML::smart_encode($_)->as_string =~ m{>([^<]*)<} } @texts), "\n";
print join(' ', 'Frontier', map { $text->(Frontier::RPC2->new->encode_call('m', $_)) } @texts), "\n";
PL
perl texts.pl | tee seen
cat > expected <<'TXT'
RPC::XML 0123 100000.0 1.5 0.5 100000000000000000000.0 20090101T10:00:00
Frontier 0123 1e5 1.50 .5 99999999999999999999 2009-01-01T10:00:00
TXT
cmp expected seen && echo "as described"
