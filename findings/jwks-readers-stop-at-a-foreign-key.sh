#!/bin/sh
# PyJWT 2.6.0, python-jose 3.3.0, jwcrypto 1.1.0, Authlib 1.2.0 (Debian 12) and node-jose 2.2.0 (npm): one key of another kind in
# the JWKS, and no token of the server is valid any more.
#
# RFC 7517, section 5, asks readers to ignore keys of a kind that they do not know. The token here is signed with RS256 and names
# its RSA key by kid; a second key stands beside it, in the set only. python-jose tries each key with the token's algorithm and
# stops at an elliptic one; the others refuse the whole set when they read it. jose 6.2.17, jwks-rsa 4.1.0 and ruby-jwt 2.5.0
# take the key that the token names.
#
# Guessed before the run: all eight find the RSA key (missed for five).
# Seen on 2026-11-30 with Python 3.11.2, Node.js 20.20.2 and Ruby 3.1.2, which second keys are refused:
#   PyJWT: unknown
#   python-jose: EC Ed25519 ML-DSA unknown
#   jwcrypto: ML-DSA unknown
#   Authlib: ML-DSA unknown
#   jose: none
#   jwks-rsa: none
#   node-jose: Ed25519 ML-DSA unknown
#   ruby-jwt: none
# What follows for a server: publish one kind of key. Before it signs with a new kind, ask what the services use, or publish the
# new keys at a second address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq python3-jwt=2.6.0-1+deb12u1 python3-jose=3.3.0+dfsg-4 python3-jwcrypto=1.1.0-1+deb12u1 \
  python3-authlib=1.2.0-1+deb12u2 ruby-jwt=2.5.0-1+deb12u1 python3-cryptography python3-cffi-backend python3-deprecated \
  python3-wrapt python3-ecdsa python3-rsa python3-pyasn1 python3-six 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
npm init -y > log
npm install --no-audit --no-fund --silent jose@6.2.17 jwks-rsa@4.1.0 jsonwebtoken@9.0.3 node-jose@2.2.0 > log 2>&1
cat > make.mjs <<'JS'
import { generateKeyPairSync } from 'crypto'
import { writeFileSync } from 'fs'
import { SignJWT } from 'jose'

const jwk = (kind, options, members) => ({ ...generateKeyPairSync(kind, options).publicKey.export({ format: 'jwk' }), ...members })
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsa = { ...publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256', use: 'sig' }
const second = {
  EC: jwk('ec', { namedCurve: 'P-256' }, { kid: 'ec', alg: 'ES256', use: 'sig' }),
  Ed25519: jwk('ed25519', {}, { kid: 'ed', alg: 'EdDSA', use: 'sig' }),
  'ML-DSA': { kty: 'AKP', kid: 'ml', alg: 'ML-DSA-44', use: 'sig', pub: Buffer.alloc(1312, 1).toString('base64url') },
  unknown: { kty: 'NEW', kid: 'new', use: 'sig' },
}
const sets = { alone: { keys: [rsa] } }
for (const kind in second)
  sets[kind] = { keys: [second[kind], rsa] }
const token = await new SignJWT({ sub: '1' }).setProtectedHeader({ alg: 'RS256', kid: 'rsa' }).setExpirationTime('1h')
  .sign(privateKey)
writeFileSync('keys.json', JSON.stringify({ token, sets }))
JS
cat > read.py <<'PY'
import json
import sys
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
import jwt
from authlib.jose import JsonWebKey, JsonWebToken
from jose import jwt as python_jose
from jwcrypto import jwk, jwt as jwcrypto

with open("keys.json") as file:
    keys = json.load(file)
token = keys["token"]

def pyjwt(keys):
    key, = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.key_id == "rsa"]
    jwt.decode(token, key.key, algorithms=["RS256"])

readers = {
    "PyJWT": pyjwt,
    "python-jose": lambda keys: python_jose.decode(token, keys, algorithms=["RS256"]),
    "jwcrypto": lambda keys: jwcrypto.JWT(jwt=token, key=jwk.JWKSet.from_json(json.dumps(keys))),
    "Authlib": lambda keys: JsonWebToken(["RS256"]).decode(token, JsonWebKey.import_key_set(keys)),
}
for name, read in readers.items():
    refused = []
    for kind in keys["sets"]:
        try:
            read(keys["sets"][kind])
        except Exception:
            refused.append(kind)
    print(f"{name}: {' '.join(refused) or 'none'}")
PY
cat > read.mjs <<'JS'
import { readFileSync } from 'fs'
import http from 'http'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { JwksClient } from 'jwks-rsa'
import nodeJose from 'node-jose'

const { token, sets } = JSON.parse(readFileSync('keys.json'))
const server = http.createServer((request, answer) => {
  answer.setHeader('Content-Type', 'application/json')
  answer.end(JSON.stringify(sets[request.url.slice(1)]))
})
await new Promise(done => server.listen(0, '127.0.0.1', done))
const site = `http://127.0.0.1:${server.address().port}`
const readers = {
  jose: kind => jwtVerify(token, createLocalJWKSet(sets[kind])),
  'jwks-rsa': async kind => {
    const key = await new JwksClient({ jwksUri: `${site}/${kind}` }).getSigningKey('rsa')
    jsonwebtoken.verify(token, key.getPublicKey(), { algorithms: ['RS256'] })
  },
  'node-jose': async kind => nodeJose.JWS.createVerify(await nodeJose.JWK.asKeyStore(sets[kind])).verify(token),
}
for (const name in readers) {
  const refused = []
  for (const kind in sets)
    await readers[name](kind).catch(() => refused.push(kind))
  console.log(`${name}: ${refused.join(' ') || 'none'}`)
}
server.close()
JS
cat > read.rb <<'RB'
require 'json'
require 'jwt'

keys = JSON.parse(File.read('keys.json'), symbolize_names: true)
refused = keys[:sets].keys.reject do |kind|
  JWT.decode(keys[:token], nil, true, algorithms: ['RS256'], jwks: keys[:sets][kind])
rescue JWT::DecodeError
  false
end
puts "ruby-jwt: #{refused.empty? ? 'none' : refused.join(' ')}"
RB
node make.mjs
{
  /usr/bin/python3 read.py
  node read.mjs
  ruby -I root/usr/lib/ruby/vendor_ruby -I "$(echo root/usr/share/rubygems-integration/all/gems/jwt-*/lib)" read.rb
} | tee seen
cat > expected <<'TXT'
PyJWT: unknown
python-jose: EC Ed25519 ML-DSA unknown
jwcrypto: ML-DSA unknown
Authlib: ML-DSA unknown
jose: none
jwks-rsa: none
node-jose: Ed25519 ML-DSA unknown
ruby-jwt: none
TXT
cmp expected seen && echo "as described"
