#!/bin/bash
# Gets a ticket for one of a site's own users through the Wetpaint dialect.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET, TOKENAUTH_NAMESPACE and
# TOKENAUTH_LOGIN, the site's own identifier of the user.
set -euo pipefail
shopt -s inherit_errexit
: "${TOKENAUTH_URL:?}" "${TOKENAUTH_KEY:?}" "${TOKENAUTH_SECRET:?}" "${TOKENAUTH_NAMESPACE:?}" "${TOKENAUTH_LOGIN:?}"

# padded SECRET BYTE: prints a secret of at most 64 characters as 64 bytes, each combined with BYTE.
padded() {
  local code i
  for ((i = 0; i < 64; i++)); do
    printf -v code %d "'${1:i:1}"
    printf -v code '\\x%02x' $((code ^ $2))
    printf "$code"
  done
}

# hmac SECRET TEXT: prints the HMAC-SHA-1. `openssl dgst -hmac` would take the secret as an argument, which everybody on
# the machine can see.
hmac() {
  local inner
  inner=$({ padded "$1" 0x36; printf %s "$2"; } | sha1sum | cut -c1-40)
  { padded "$1" 0x5c; printf "$(sed 's/../\\x&/g' <<< "$inner")"; } | sha1sum | cut -c1-40
}

# element NAME: prints the text of an element of the answer.
element() { sed -n "s|.*<$1>\([^<]*\)</$1>.*|\1|p" <<< "$answer"; }

now=$(date +%s)
answer=$(curl -sS "$TOKENAUTH_URL/UserService/login.do" \
  --data output=api --data "key=$TOKENAUTH_KEY" --data "ns=$TOKENAUTH_NAMESPACE" \
  --data-urlencode "user.userId=$TOKENAUTH_LOGIN" --data user.email=someone@example.org --data user.emailOptIn=false \
  --data "cred.ts=$now" --data "cred.sig=$(hmac "$TOKENAUTH_SECRET" "$TOKENAUTH_KEY$TOKENAUTH_LOGIN$now")")
if [[ $answer == *"<failure>"* ]]; then
  echo "Error $(element cause): $(element message)" >&2
  exit 1
fi

ticket=$(element ticket)
echo "Signed in: $TOKENAUTH_LOGIN. The ticket has ${#ticket} characters."
