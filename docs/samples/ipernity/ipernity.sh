#!/bin/bash
# Signs a person in through the ipernity dialect and asks whose token it is.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
set -euo pipefail
shopt -s inherit_errexit
: "${TOKENAUTH_URL:?}" "${TOKENAUTH_KEY:?}" "${TOKENAUTH_SECRET:?}"

# member NAME: prints the first value of this name in the JSON on standard input.
member() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# signed METHOD NAME=VALUE...: prints the parameters with api_sig as a query string. Every value here consists of
# letters, digits and hyphens, which need no URL encoding.
signed() {
  local parameters text sig
  parameters=$(printf '%s\n' "${@:2}" | LC_ALL=C sort)
  # The signature is the MD5 of the names and values, sorted by name and joined, then the method, then the secret.
  text=$(sed 's/=//' <<< "$parameters" | tr -d '\n')$1$TOKENAUTH_SECRET
  sig=$(printf %s "$text" | md5sum | cut -c1-32)
  printf '%s\n' "$parameters" "api_sig=$sig" | paste -sd '&' -
}

# call METHOD [NAME=VALUE...]: calls a method and prints the answer. curl reads the parameters from standard input,
# because everybody on the machine can see a program's arguments.
call() {
  local answer
  answer=$(signed "$1" "api_key=$TOKENAUTH_KEY" "${@:2}" | curl -sS --data @- "$TOKENAUTH_URL/api/$1/json")
  if [ "$(member status <<< "$answer")" != ok ]; then
    echo "Error $(member code <<< "$answer"): $(member message <<< "$answer")" >&2
    return 1
  fi
  printf '%s\n' "$answer"
}

frob=$(call auth.getFrob | member frob)
echo "Open this address, allow the application, then press Enter:"
# A link is signed without a method. It asks for permissions: here, to read documents.
echo "$TOKENAUTH_URL/apps/authorize?$(signed '' "api_key=$TOKENAUTH_KEY" "frob=$frob" perm_doc=read)"
read -r

token=$(call auth.getToken "frob=$frob" | member token)
# A token has no end date, so a program keeps it and asks at each start whether it is still valid.
auth=$(call auth.checkToken "auth_token=$token")
echo "Signed in: $(member username <<< "$auth") (documents: $(member doc <<< "$auth"))"
