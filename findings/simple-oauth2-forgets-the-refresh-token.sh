#!/bin/sh
# simple-oauth2 5.1.0 (npm): after a refresh whose answer has no refresh token, the next refresh sends an empty one.
#
# A server may answer a refresh without a new refresh token (RFC 6749, section 6), as one does that does not rotate them, and the
# client goes on with the old one. refresh() returns a new AccessToken that knows only what the answer said. Its own refresh()
# does not complain: it posts "refresh_token=" and gets the server's error, an hour after all seemed to work. client-oauth2 4.3.3
# and @badgateway/oauth2-client 3.3.1 keep the old token.
#
# Guessed before the run: all three keep it (missed for simple-oauth2).
# Seen on 2026-11-30 with Node.js 20.20.2:
#   simple-oauth2: old, (empty)
#   client-oauth2: old, old
#   @badgateway/oauth2-client: old, old
# What follows for a program: createToken({ refresh_token: old, ...answer.token }). For a server: put a refresh token into each
# answer, the old one if need be.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent simple-oauth2@5.1.0 client-oauth2@4.3.3 @badgateway/oauth2-client@3.3.1 > log 2>&1
cat > refresh.js <<'JS'
const http = require('http');
const { OAuth2Client } = require('@badgateway/oauth2-client');
const ClientOAuth2 = require('client-oauth2');
const { AuthorizationCode } = require('simple-oauth2');

let sent;
const server = http.createServer(async (request, answer) => {
  let form = '';
  for await (const part of request)
    form += part;
  sent.push(new URLSearchParams(form).get('refresh_token') || '(empty)');
  answer.setHeader('Content-Type', 'application/json');
  answer.end('{"access_token":"a","token_type":"Bearer","expires_in":3600}');
});
server.listen(0, '127.0.0.1', async () => {
  const site = `http://127.0.0.1:${server.address().port}`;
  const old = { access_token: 'a', refresh_token: 'old', token_type: 'Bearer', expires_in: 3600 };
  const programs = {
    'simple-oauth2': async () => {
      const client = new AuthorizationCode({ client: { id: 'c', secret: 's' }, auth: { tokenHost: site } });
      const token = await client.createToken(old).refresh();
      await token.refresh();
    },
    'client-oauth2': async () => {
      const client = new ClientOAuth2({ clientId: 'c', clientSecret: 's', accessTokenUri: `${site}/token` });
      const token = await client.createToken(old).refresh();
      await token.refresh();
    },
    '@badgateway/oauth2-client': async () => {
      const client = new OAuth2Client({ server: site, clientId: 'c', clientSecret: 's', tokenEndpoint: '/token' });
      const token = await client.refreshToken({ accessToken: 'a', refreshToken: 'old', expiresAt: null });
      await client.refreshToken(token);
    },
  };
  for (const name in programs) {
    sent = [];
    await programs[name]();
    console.log(`${name}: ${sent.join(', ')}`);
  }
  server.close();
});
JS
node refresh.js | tee seen
cat > expected <<'TXT'
simple-oauth2: old, (empty)
client-oauth2: old, old
@badgateway/oauth2-client: old, old
TXT
cmp expected seen && echo "as described"
