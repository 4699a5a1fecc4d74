#!/bin/sh
# @badgateway/oauth2-client 3.3.1 (npm) and LWP::Authen::OAuth2 0.20 (Debian 12): an authorization endpoint's own query is spoilt.
#
# The endpoint may have a query, which the client keeps when it adds its own parameters (RFC 6749, section 3.1). The first of
# these libraries always adds "?" and its parameters, so the server reads tenant as "1?client_id=c" and finds no client_id. The
# second replaces the query, so the tenant is missing. Both keep the query of the token endpoint (section 3.2).
#
# Guessed before the run: all five keep the query (missed for two).
# Seen on 2026-11-30 with Node.js 20.20.2, Perl 5.36.0 and Python 3.11.2, for /authorize?tenant=1:
#   @badgateway/oauth2-client: tenant=1?client_id=c client_id=None
#   simple-oauth2: tenant=1 client_id=c
#   client-oauth2: tenant=1 client_id=c
#   LWP::Authen::OAuth2: tenant=None client_id=c
#   requests-oauthlib: tenant=1 client_id=c
# What follows for a server: put a tenant into the path of its endpoints, not into a query.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq liblwp-authen-oauth2-perl=0.20-1 libwww-perl libhttp-message-perl libhttp-date-perl liburi-perl \
  libnet-http-perl libio-html-perl libencode-locale-perl liblwp-mediatypes-perl libtry-tiny-perl libjson-perl \
  python3-requests-oauthlib=1.3.0+ds-1 python3-oauthlib=3.2.2-1 python3-requests python3-urllib3 python3-six python3-chardet \
  python3-certifi python3-idna python3-charset-normalizer python3-jwt python3-cryptography python3-cffi-backend 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
npm init -y > log
npm install --no-audit --no-fund --silent simple-oauth2@5.1.0 client-oauth2@4.3.3 @badgateway/oauth2-client@3.3.1 > log 2>&1
cat > addresses.js <<'JS'
const { OAuth2Client } = require('@badgateway/oauth2-client');
const ClientOAuth2 = require('client-oauth2');
const { AuthorizationCode } = require('simple-oauth2');

const server = 'https://server.example';
const back = 'https://app.example/back';
const path = '/authorize?tenant=1';
(async () => {
  const client = new OAuth2Client({ server, clientId: 'c', authorizationEndpoint: path });
  console.log('@badgateway/oauth2-client', await client.authorizationCode.getAuthorizeUri({ redirectUri: back }));
  const simple = new AuthorizationCode({ client: { id: 'c', secret: 's' }, auth: { tokenHost: server, authorizePath: path } });
  console.log('simple-oauth2', simple.authorizeURL({ redirect_uri: back }));
  const old = new ClientOAuth2({ clientId: 'c', authorizationUri: server + path, redirectUri: back });
  console.log('client-oauth2', old.code.getUri());
})();
JS
cat > address.pl <<'PL'
use strict;
use LWP::Authen::OAuth2;
my $client = LWP::Authen::OAuth2->new(client_id => 'c', client_secret => 's', redirect_uri => 'https://app.example/back',
    authorization_endpoint => 'https://server.example/authorize?tenant=1', token_endpoint => 'https://server.example/token');
print 'LWP::Authen::OAuth2 ', $client->authorization_url, "\n";
PL
cat > address.py <<'PY'
import sys
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
from requests_oauthlib import OAuth2Session

session = OAuth2Session("c", redirect_uri="https://app.example/back")
address, _ = session.authorization_url("https://server.example/authorize?tenant=1")
print("requests-oauthlib", address)
PY
cat > show.py <<'PY'
import sys
from urllib.parse import parse_qs, urlsplit

for line in sys.stdin:
    name, address = line.split()
    query = parse_qs(urlsplit(address).query)
    print(f"{name}: " + " ".join(f"{key}={query.get(key, [None])[0]}" for key in ("tenant", "client_id")))
PY
{
  node addresses.js
  PERL5LIB=$work/root/usr/share/perl5 perl address.pl
  /usr/bin/python3 address.py
} > addresses
/usr/bin/python3 show.py < addresses | tee seen
cat > expected <<'TXT'
@badgateway/oauth2-client: tenant=1?client_id=c client_id=None
simple-oauth2: tenant=1 client_id=c
client-oauth2: tenant=1 client_id=c
LWP::Authen::OAuth2: tenant=None client_id=c
requests-oauthlib: tenant=1 client_id=c
TXT
cmp expected seen && echo "as described"
