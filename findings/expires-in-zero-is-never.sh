#!/bin/sh
# Authlib 1.2.0, Net::OAuth2 0.67, LWP::Authen::OAuth2 0.20 (Debian 12) and @badgateway/oauth2-client 3.3.1 (npm): a token with
# expires_in 0 counts as good, for an hour or for ever.
#
# expires_in is the lifetime in seconds (RFC 6749, section 5.1). A server that rounds down, or that limits a token to what is
# left of a session, may say 0. These four treat the token as one without expires_in: LWP::Authen::OAuth2 gives it an hour, the
# other three no end. requests-oauthlib 1.3.0 and simple-oauth2 5.1.0 take it for expired.
#
# Guessed before the run: all six take it for expired (missed for four).
# Seen on 2026-11-30 with Python 3.11.2, Perl 5.36.0 and Node.js 20.20.2, an answer with expires_in 0, a second later:
#   Authlib: expires_at None
#   requests-oauthlib: expired
#   Net::OAuth2: expires_at none, valid
#   LWP::Authen::OAuth2: good for an hour, valid
#   @badgateway/oauth2-client: expiresAt null
#   simple-oauth2: expired
# What follows for a server: never answer 0. Refuse the request instead, or say 1.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq liblwp-authen-oauth2-perl=0.20-1 libnet-oauth2-perl=0.67-1 libjson-maybexs-perl libjson-perl libwww-perl \
  libhttp-message-perl libhttp-date-perl liburi-perl libnet-http-perl libio-html-perl libencode-locale-perl liblwp-mediatypes-perl \
  libtry-tiny-perl python3-authlib=1.2.0-1+deb12u2 python3-requests-oauthlib=1.3.0+ds-1 python3-oauthlib=3.2.2-1 python3-requests \
  python3-urllib3 python3-six python3-chardet python3-certifi python3-idna python3-charset-normalizer python3-jwt \
  python3-cryptography python3-cffi-backend python3-deprecated python3-wrapt 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
npm init -y > log
npm install --no-audit --no-fund --silent simple-oauth2@5.1.0 @badgateway/oauth2-client@3.3.1 > log 2>&1
cat > server.py <<'PY'
import http.server

class Tokens(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"access_token":"a","token_type":"Bearer","expires_in":0}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
PY
cat > zero.py <<'PY'
import os
import sys
import time
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
from authlib.integrations.requests_client import OAuth2Session as Authlib
from oauthlib.oauth2 import TokenExpiredError
from requests_oauthlib import OAuth2Session

site = sys.argv[1]
authlib = Authlib("c", "s")
authlib.fetch_token(f"{site}/token", code="x", grant_type="authorization_code")
print("Authlib: expires_at", authlib.token.get("expires_at"))
session = OAuth2Session("c")
session.fetch_token(f"{site}/token", code="x", client_secret="s")
time.sleep(1)
try:
    session.get(f"{site}/page")
    print("requests-oauthlib: valid")
except TokenExpiredError:
    print("requests-oauthlib: expired")
PY
cat > zero.pl <<'PL'
use strict;
use LWP::Authen::OAuth2;
use Net::OAuth2::Profile::WebServer;

my $site = shift;
my $profile = Net::OAuth2::Profile::WebServer->new(client_id => 'c', client_secret => 's', site => $site,
    access_token_path => '/token', redirect_uri => 'https://app.example/back');
my $token = $profile->get_access_token('x');
my $client = LWP::Authen::OAuth2->new(client_id => 'c', client_secret => 's', redirect_uri => 'https://app.example/back',
    authorization_endpoint => "$site/authorize", token_endpoint => "$site/token");
$client->request_tokens(code => 'x');
sleep 1;
print 'Net::OAuth2: expires_at ', $token->expires_at // 'none', ', ', $token->expired ? 'expired' : 'valid', "\n";
my $left = $client->access_token->expires_in;
print 'LWP::Authen::OAuth2: good for ', $left > 3500 && $left <= 3600 ? 'an hour' : "$left seconds", ', ',
    $client->should_refresh ? 'expired' : 'valid', "\n";
PL
cat > zero.js <<'JS'
const { OAuth2Client } = require('@badgateway/oauth2-client');
const { ClientCredentials } = require('simple-oauth2');

(async () => {
  const site = process.argv[2];
  const client = new OAuth2Client({ server: site, clientId: 'c', clientSecret: 's', tokenEndpoint: '/token' });
  console.log(`@badgateway/oauth2-client: expiresAt ${(await client.clientCredentials()).expiresAt}`);
  const simple = new ClientCredentials({ client: { id: 'c', secret: 's' }, auth: { tokenHost: site, tokenPath: '/token' } });
  const token = await simple.getToken({});
  await new Promise(done => setTimeout(done, 1000));
  console.log(`simple-oauth2: ${token.expired() ? 'expired' : 'valid'}`);
})();
JS
/usr/bin/python3 server.py > site &
server=$!
until [ -s site ]; do sleep 0.1; done
{
  /usr/bin/python3 zero.py "$(cat site)"
  PERL5LIB=$work/root/usr/share/perl5 perl zero.pl "$(cat site)"
  node zero.js "$(cat site)"
} | tee seen
cat > expected <<'TXT'
Authlib: expires_at None
requests-oauthlib: expired
Net::OAuth2: expires_at none, valid
LWP::Authen::OAuth2: good for an hour, valid
@badgateway/oauth2-client: expiresAt null
simple-oauth2: expired
TXT
cmp expected seen && echo "as described"
