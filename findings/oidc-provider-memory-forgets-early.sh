#!/bin/sh
# oidc-provider 9.13.3 (npm): the default store in memory keeps one to two thousand entries; older tokens are inactive early.
#
# It is a cache of two generations of 1,000 entries, least recently used first out. So a token with ten minutes to live (expires_in 600)
# is inactive after 2,000 others were issued, which takes seconds. Introspection counts as a use: a token that is asked about after
# every 500 others stays active. The warning that the store is for development does not name a number.
#
# Guessed before the run: all tokens stay valid until they expire (missed); then, that exactly 1,000 are kept (missed).
# Seen on 2026-11-30: asked about: active, not asked about: inactive
# What follows: give load tests of this server a fresh token for each measurement, or a store of their own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund oidc-provider@9.13.3 > log 2>&1
cat > run.mjs <<'JS'
import Provider from 'oidc-provider'
const provider = new Provider('http://127.0.0.1', {
  clients: [{ client_id: 'c', client_secret: 's', redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }],
  features: { clientCredentials: { enabled: true }, introspection: { enabled: true }, devInteractions: { enabled: false } },
})
const server = provider.listen(0, '127.0.0.1')
await new Promise(done => server.once('listening', done))
const post = async (path, form) => (await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
  method: 'POST', body: new URLSearchParams(form), headers: { authorization: 'Basic ' + btoa('c:s') } })).json()
const issue = () => post('/token', { grant_type: 'client_credentials' })
const { access_token: token, expires_in } = await issue()
if (expires_in !== 600) throw new Error(expires_in)
const { access_token: other } = await issue()
const state = async token => (await post('/token/introspection', { token })).active ? 'active' : 'inactive'
let used
for (let i = 1; i <= 2000; i++) {
  await issue()
  if (i % 500 === 0) used = await state(token)
}
console.log(`asked about: ${used}, not asked about: ${await state(other)}`)
process.exit()
JS
node run.mjs 2> warnings | grep asked | tee seen
echo "asked about: active, not asked about: inactive" | cmp - seen && echo "as described"
