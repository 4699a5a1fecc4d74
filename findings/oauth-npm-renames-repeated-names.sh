#!/bin/bash
# oauth 0.10.2 (npm): of a name that stands twice in the address, other names are signed than are sent.
#
# The query l=10&l=9 is signed as l[0]=10&l[1]=9, and sent as l=10&l=9. RFC 5849, section 3.4.1.3, signs the names that are
# sent, so every server refuses such a call, and a[]=1&a[]=2 as well. The same list in the body of a POST is signed and sent
# as l=10&l=9, which is right.
#
# Guessed before the run: both values are signed under the name that is sent, in the address and in the body (missed for the
# address).
# Seen on 2026-11-30 with Node.js 20.20.2:
#   GET signs l[0]=10&l[1]=9, sends /x?l=10&l=9
#   POST signs l=10&l=9, sends l=10&l=9
# What follows: send a list in the body of a POST. A server cannot accept the GET: it would have to know which of the sent
# names were lists in the program.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent oauth@0.10.2 > log 2>&1
cat > sign.js <<'JS'
const http = require('http');
const { OAuth } = require('oauth');

const oauth = new OAuth('', '', 'k', 's', '1.0', null, 'HMAC-SHA1');
const sign = oauth._createSignature.bind(oauth);
let signed;
oauth._createSignature = (base, secret) => {
  const pairs = decodeURIComponent(base.split('&')[2]).split('&').map(decodeURIComponent);
  signed = pairs.filter(pair => !pair.startsWith('oauth_')).join('&');
  return sign(base, secret);
};

const server = http.createServer(async (request, response) => {
  const body = (await request.toArray()).join('');
  console.log(`${request.method} signs ${signed}, sends ${body || request.url}`);
  response.end();
});
server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}/x`;
  oauth.get(`${address}?l=10&l=9`, 't', 'u', () =>
    oauth.post(address, 't', 'u', { l: ['10', '9'] }, () => server.close()));
});
JS
node sign.js | tee seen
cat > expected <<'TXT'
GET signs l[0]=10&l[1]=9, sends /x?l=10&l=9
POST signs l=10&l=9, sends l=10&l=9
TXT
cmp expected seen && echo "as described"
