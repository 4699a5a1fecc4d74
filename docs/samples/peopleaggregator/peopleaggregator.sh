#!/bin/bash
# Logs in through the PeopleAggregator dialect and checks the token.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_PASSWORD: the person's
# password, or an API key from /account/keys.
set -euo pipefail
shopt -s inherit_errexit
: "${TOKENAUTH_URL:?}" "${TOKENAUTH_LOGIN:?}" "${TOKENAUTH_PASSWORD:?}"

api=$TOKENAUTH_URL/api/json/peopleaggregator

# member NAME: prints the value of this name in the JSON on standard input.
member() { sed -nE "s/.*\"$1\":(\"([^\"]*)\"|([^\",}]*)).*/\2\3/p"; }

# check ANSWER: ends the program if the answer is an error.
check() {
  [ "$(member success <<< "$1")" = true ] && return
  echo "Error $(member code <<< "$1"): $(member msg <<< "$1")" >&2
  exit 1
}

# The password is sent in the body, because logs keep addresses. curl reads it from standard input, because everybody on
# the machine can see a program's arguments.
answer=$(printf %s "$TOKENAUTH_PASSWORD" |
  curl -sS --data-urlencode "login=$TOKENAUTH_LOGIN" --data-urlencode password@- "$api/login")
check "$answer"
token=$(member authToken <<< "$answer")

answer=$(printf 'get\ndata-urlencode = "authToken=%s"\n' "$token" | curl -sS --config - "$api/checkToken")
check "$answer"
echo "Signed in: $(member login <<< "$answer"), for $(member tokenLifetime <<< "$answer") seconds"
