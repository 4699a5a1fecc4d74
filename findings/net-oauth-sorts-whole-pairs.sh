#!/bin/sh
# Net::OAuth 0.28 (Debian 12, libnet-oauth-perl): it sorts "name=value" as one text, not by name and then by value.
#
# RFC 5849, section 3.4.1.3.2, sorts parameters by name. Net::OAuth joins each name and value first and sorts the results. That
# differs if one name begins with another and goes on with a character below "=", such as a digit or a hyphen: photo1=c comes
# before photo=b. A server that follows the RFC refuses such calls with "signature invalid", and all other calls of the same
# program work. oauthlib 3.2.2 sorts as the RFC does.
#
# Guessed before the run: the order of the RFC (missed).
# Seen on 2026-11-29: Net::OAuth photo-x photo1 photo, oauthlib photo photo-x photo1
# What follows: a server that wants to serve old Perl programs also compares with the other order.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq libnet-oauth-perl=0.28-4 python3-oauthlib=3.2.2-1 libclass-accessor-perl libclass-data-inheritable-perl \
  liburi-perl libdigest-hmac-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
export PERL5LIB=$work/root/usr/share/perl5
cat > sort.pl <<'PL'
use Net::OAuth;
$Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;
my $request = Net::OAuth->request('protected resource')->new(
    consumer_key => 'k', consumer_secret => 's', token => 't', token_secret => 'u', request_url => 'http://a.example/x',
    request_method => 'GET', signature_method => 'HMAC-SHA1', timestamp => 1, nonce => 'n',
    extra_params => { 'photo' => 'b', 'photo1' => 'c', 'photo-x' => 'd' });
print join(' ', 'Net::OAuth', $request->signature_base_string =~ /(photo[^%]*)%3D/g), "\n";
PL
cat > sort.py <<'PY'
import re, sys
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
from oauthlib.oauth1.rfc5849 import signature
pairs = [("photo", "b"), ("photo1", "c"), ("photo-x", "d"), ("oauth_nonce", "n")]
print("oauthlib", *re.findall("(photo[^=]*)=", signature.normalize_parameters(pairs)))
PY
{ perl sort.pl; /usr/bin/python3 sort.py; } | tee seen
printf 'Net::OAuth photo-x photo1 photo\noauthlib photo photo-x photo1\n' | cmp - seen && echo "as described"
