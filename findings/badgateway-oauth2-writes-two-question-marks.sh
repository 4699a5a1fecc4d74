#!/bin/sh
# @badgateway/oauth2-client 3.3.1 (npm): an authorization endpoint with a query gets a second "?", and expires_in 0 is "never".
#
# The endpoint may have a query, which the client keeps when it adds its own parameters (RFC 6749, section 3.1). This library
# adds "?" and its parameters always, so the server reads tenant as "1?client_id=c" and finds no client_id. The query of the
# token endpoint is kept correctly. A token with expires_in 0 has expired (section 5.1), but gets no expiresAt, as one of which the server did
# not say when it expires. simple-oauth2 5.1.0 and client-oauth2 4.3.3 write "&"; simple-oauth2 takes 0 for expired.
#
# Guessed before the run: the query is kept, and 0 is expired at once (both missed).
# Seen on 2026-11-30 with Node.js 20.20.2:
#   @badgateway/oauth2-client: tenant "1?client_id=c", client_id null
#   simple-oauth2: tenant "1", client_id "c"
#   client-oauth2: tenant "1", client_id "c"
#   expires_in 3600: expiresAt is a number, 0: expiresAt is null
# What follows for a server: put a tenant into the path, not into the query of the address that discovery names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent simple-oauth2@5.1.0 client-oauth2@4.3.3 @badgateway/oauth2-client@3.3.1 > log 2>&1
cat > authorize.js <<'JS'
const http = require('http');
const { OAuth2Client } = require('@badgateway/oauth2-client');
const ClientOAuth2 = require('client-oauth2');
const { AuthorizationCode } = require('simple-oauth2');

const seconds = [3600, 0];
const server = http.createServer((request, answer) => {
  request.resume();
  answer.setHeader('Content-Type', 'application/json');
  answer.end(JSON.stringify({ access_token: 'a', token_type: 'Bearer', expires_in: Number(request.url.split('=')[1]) }));
});
server.listen(0, '127.0.0.1', async () => {
  const site = `http://127.0.0.1:${server.address().port}`;
  const redirectUri = 'https://app.example/back';
  const client = expires => new OAuth2Client({
    server: site, clientId: 'c', clientSecret: 's',
    authorizationEndpoint: '/authorize?tenant=1', tokenEndpoint: `/token?seconds=${expires}`,
  });
  const addresses = {
    '@badgateway/oauth2-client': await client(0).authorizationCode.getAuthorizeUri({ redirectUri }),
    'simple-oauth2': new AuthorizationCode({
      client: { id: 'c', secret: 's' }, auth: { tokenHost: site, authorizePath: '/authorize?tenant=1' },
    }).authorizeURL({ redirect_uri: redirectUri }),
    'client-oauth2': new ClientOAuth2({ clientId: 'c', authorizationUri: `${site}/authorize?tenant=1`, redirectUri }).code.getUri(),
  };
  for (const name in addresses) {
    const query = new URL(addresses[name]).searchParams;
    console.log(`${name}: tenant ${JSON.stringify(query.get('tenant'))}, client_id ${JSON.stringify(query.get('client_id'))}`);
  }
  const expiries = [];
  for (const expires of seconds) {
    const { expiresAt } = await client(expires).clientCredentials();
    expiries.push(`${expires}: expiresAt is ${expiresAt === null ? 'null' : `a ${typeof expiresAt}`}`);
  }
  console.log(`expires_in ${expiries.join(', ')}`);
  server.close();
});
JS
node authorize.js | tee seen
cat > expected <<'TXT'
@badgateway/oauth2-client: tenant "1?client_id=c", client_id null
simple-oauth2: tenant "1", client_id "c"
client-oauth2: tenant "1", client_id "c"
expires_in 3600: expiresAt is a number, 0: expiresAt is null
TXT
cmp expected seen && echo "as described"
