#!/bin/sh
# oauth-1.0a 2.2.6 (npm): of a name that stands in the address and in the body, only the address's value is signed; and the
# address is signed as it was written, with a default port.
#
# RFC 5849 signs every parameter, and the address in lower case without the port 80 or 443. This library merges query and body
# by name, so of photo=b in the body and photo=z in the query only photo=z is in the base string, although the program sends both.
# Of a list, each value is signed. For HTTP://A.example:80/x it signs exactly that text, while the program's HTTP library asks
# a.example without a port.
#
# Guessed before the run: both values are signed (missed); scheme, host and port are normalized (missed).
# Seen on 2026-11-29: l=10&l=9&photo=z HTTP://A.example:80/x
# What follows: configure such programs with an address in lower case; a server should also compare with the default port written
# out. The call with a repeated name cannot be accepted, because one of its values is not signed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent oauth-1.0a@2.2.6 > log
cat > sign.js <<'JS'
const OAuth = require('oauth-1.0a');
const oauth = new OAuth({ consumer: { key: 'k', secret: 's' }, signature_method: 'PLAINTEXT' });
const request = { url: 'HTTP://A.example:80/x?photo=z', method: 'POST', data: { photo: 'b', l: ['9', '10'] } };
console.log(oauth.getParameterString(request, {}), oauth.getBaseUrl(request.url));
JS
node sign.js | tee seen
echo 'l=10&l=9&photo=z HTTP://A.example:80/x' | cmp - seen && echo "as described"
