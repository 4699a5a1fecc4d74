#!/bin/bash
# Signs a person in through the Dreamwidth dialect: the flat protocol, with a challenge and an API key.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_API_KEY, which the person
# creates at /account/keys.
set -euo pipefail
shopt -s inherit_errexit
: "${TOKENAUTH_URL:?}" "${TOKENAUTH_LOGIN:?}" "${TOKENAUTH_API_KEY:?}"

# The text comes on standard input, because everybody on the machine can see a program's arguments.
md5() { printf %s "$1" | md5sum | cut -c1-32; }

# field NAME: prints a value of the answer on standard input. Names are on odd lines, each followed by its value.
field() { awk -v name="$1" 'NR % 2 { found = $0 == name; next } found'; }

# call NAME=VALUE...: performs a mode of the flat protocol and prints the answer. Every value here consists of letters,
# digits, hyphens, underscores and colons, which need no URL encoding.
call() {
  local answer
  answer=$(printf '%s\n' "$@" | paste -sd '&' - | curl -sS --data @- "$TOKENAUTH_URL/interface/flat")
  if [ "$(field success <<< "$answer")" != OK ]; then
    # The flat protocol has messages without numbers.
    echo "Error: $(field errmsg <<< "$answer")" >&2
    return 1
  fi
  printf '%s\n' "$answer"
}

# A challenge is good for one attempt, within 60 seconds. The key itself is never sent.
challenge=$(call mode=getchallenge | field challenge)
response=$(md5 "$challenge$(md5 "$TOKENAUTH_API_KEY")")
# A short session lasts for 24 hours, a long one for 30 days.
session=$(call mode=sessiongenerate "user=$TOKENAUTH_LOGIN" auth_method=challenge "auth_challenge=$challenge" \
  "auth_response=$response" expiration=short)

# Web pages take the session as the cookie ljsession.
cookie=$(field ljsession <<< "$session")
echo "Signed in: $TOKENAUTH_LOGIN. The cookie ljsession has ${#cookie} characters."
