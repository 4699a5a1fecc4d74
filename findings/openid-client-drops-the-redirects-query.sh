#!/bin/sh
# openid-client 6.8.7 (npm): authorizationCodeGrant() sends the redirect URL without its query to the token endpoint.
#
# A registered redirect URL may have a query (RFC 6749, section 3.1.2), and the token request must repeat it exactly
# (section 4.1.3). openid-client derives it from the address that the browser came back to, and removes the whole query, not
# only the answer's parameters. A server that compares exactly answers invalid_grant. There is no option for it: a
# redirect_uri among the token endpoint's parameters is ignored.
#
# Guessed before the run: the query stays, without code, state and iss (missed: seen at first as invalid_grant of our server).
# Seen on 2026-11-30: https://app.example/back
# What follows: register a redirect URL without a query for applications with openid-client.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund openid-client@6.8.7 > log 2>&1
cat > run.mjs <<'JS'
import * as client from 'openid-client'
const server = new client.Configuration(
  { issuer: 'https://op.example', token_endpoint: 'https://op.example/token' }, 'id', undefined, client.None())
server[client.customFetch] = async (url, options) => {
  console.log(...new URLSearchParams(options.body).getAll('redirect_uri'))
  return new Response('{"error":"invalid_grant"}', { status: 400, headers: { 'content-type': 'application/json' } })
}
const back = new URL('https://app.example/back?from=oidc&code=c&state=s&iss=https%3A%2F%2Fop.example')
await client.authorizationCodeGrant(
  server, back, { expectedState: 's', pkceCodeVerifier: 'v'.repeat(43) },
  { redirect_uri: 'https://app.example/back?from=oidc' }).catch(() => {})
JS
node run.mjs | tee seen
echo https://app.example/back | cmp - seen && echo "as described"
