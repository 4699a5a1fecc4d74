#!/bin/bash
# Signs a person in through the MediaPost dialect and asks who it is.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
set -euo pipefail
shopt -s inherit_errexit
: "${TOKENAUTH_URL:?}" "${TOKENAUTH_KEY:?}" "${TOKENAUTH_SECRET:?}"

# element NAME: prints the text of an element of the XML on standard input.
element() { sed -n "s|.*<$1[^>]*>\([^<]*\)</$1>.*|\1|p"; }

# call METHOD SECRET [NAME=VALUE...]: calls a method, signed with the secret, and prints the answer.
call() {
  local parameters text sig answer
  parameters=$(printf '%s\n' "api_key=$TOKENAUTH_KEY" "method=$1" "${@:3}" | LC_ALL=C sort)
  # The signature is the MD5 of name=value, sorted by name and joined, then the secret.
  text=$(tr -d '\n' <<< "$parameters")$2
  sig=$(printf %s "$text" | md5sum | cut -c1-32)
  # Every value here consists of letters, digits, dots and hyphens, which need no URL encoding. curl reads them from
  # standard input, because everybody on the machine can see a program's arguments.
  answer=$(printf '%s\n' "$parameters" "sig=$sig" | paste -sd '&' - | curl -sS --data @- "$TOKENAUTH_URL/api.php")
  if [[ $answer == *"<error_response"* ]]; then
    echo "Error $(element error_code <<< "$answer"): $(element error_msg <<< "$answer")" >&2
    return 1
  fi
  printf '%s\n' "$answer"
}

token=$(call auth.createToken "$TOKENAUTH_SECRET" | element auth_createToken_response)
echo "Open this address, allow the application, then press Enter:"
echo "$TOKENAUTH_URL/login.php?api_key=$TOKENAUTH_KEY&v=1.0&auth_token=$token"
read -r

session=$(call auth.getSession "$TOKENAUTH_SECRET" "auth_token=$token")
# A desktop application gets a secret with the session, and signs the session's calls with it.
secret=$(element secret <<< "$session")
user=$(call users.getLoggedInUser "${secret:-$TOKENAUTH_SECRET}" "session_key=$(element session_key <<< "$session")" |
  element users_getLoggedInUser_response)
echo "Signed in: user $user"
