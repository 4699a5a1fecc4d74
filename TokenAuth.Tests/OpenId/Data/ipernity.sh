#!/bin/bash
# An ipernity client of 2008, with curl. Variables: TOKENAUTH_URL, TOKENAUTH_KEY, TOKENAUTH_SECRET.
#   ipernity.sh token            asks for a token: prints the address that the person opens, reads a line, prints the token
#   ipernity.sh check TOKEN      prints the answer of auth.checkToken
set -euo pipefail

signed() {
  local parameters text sig
  parameters=$(printf '%s\n' "${@:2}" | LC_ALL=C sort)
  text=$(sed 's/=//' <<< "$parameters" | tr -d '\n')$1$TOKENAUTH_SECRET
  sig=$(printf %s "$text" | md5sum | cut -c1-32)
  printf '%s\n' "$parameters" "api_sig=$sig" | paste -sd '&' -
}

call() { signed "$1" "api_key=$TOKENAUTH_KEY" "${@:2}" | curl -sS --data @- "$TOKENAUTH_URL/api/$1/json"; }

member() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

if [ "$1" = check ]; then
  call auth.checkToken "auth_token=$2"
  exit
fi
frob=$(call auth.getFrob | member frob)
echo "$TOKENAUTH_URL/apps/authorize?$(signed '' "api_key=$TOKENAUTH_KEY" "frob=$frob" perm_blog=read perm_doc=write)"
read -r
echo "{\"token\":\"$(call auth.getToken "frob=$frob" | member token)\"}"
