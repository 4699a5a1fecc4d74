#!/bin/bash
# mutation/run.sh [AREA...]
#
# Changes the code of an area in one place at a time (Stryker.NET), runs the tests that reach the place, and lists the
# changes that no test noticed. Areas: signing, limits, sessions, dialects; all of them without AREA. Needs about ten
# minutes for each before its first change, because the whole server is compiled with all changes at once.
#
# Prints a table of the files, and leaves the report in artifacts/mutation/AREA/reports. Ends with 1 if an area has a
# score below 85 %.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 RunAnalyzers=false

declare -A code=(
  [signing]='Kernel/Signing/*'
  [limits]='Kernel/Limits/*'
  [sessions]='Kernel/Sessions/* Kernel/Secrets/RandomToken Kernel/Secrets/TokenHash Kernel/Secrets/SecretProtector'
  [dialects]='MediaPost/MediaPostRequest MediaPost/MediaPostSigning
    Ipernity/IpernityCheck Ipernity/IpernityRequest Ipernity/IpernitySigning Ipernity/Permissions Ipernity/OAuth/*
    Dreamwidth/Challenges Dreamwidth/DreamwidthSignIn Dreamwidth/DreamwidthSigning Dreamwidth/SessionCookie
    Wetpaint/UserServiceEndpoint Wetpaint/WetpaintRequest Wetpaint/WetpaintSigning
    PeopleAggregator/AuthTokens PeopleAggregator/PeopleAggregatorRequest'
)
# The beginnings of the names of the test classes, without TokenAuth.Tests.
declare -A tests=(
  [signing]='Kernel.Signing Kernel.Calls.Signatures'
  [limits]='Kernel.Limits Kernel.Storage.SqliteThrottle Kernel.Storage.SqliteSignIn Kernel.Storage.SqliteSignUp
    Kernel.Storage.SqliteQuota Kernel.Storage.SqliteReplay'
  [sessions]='Kernel.Sessions Kernel.Storage.SqliteHandshake Kernel.Storage.SqliteExchange Kernel.Storage.SqliteSession
    Kernel.Storage.SqliteConsent Kernel.Storage.SqliteNumbered Kernel.Storage.SqliteCached
    Kernel.Storage.SqliteAccountSession Kernel.Storage.SqliteAccountApplication Kernel.Storage.SqliteSweep'
  [dialects]='MediaPost Ipernity Dreamwidth Wetpaint PeopleAggregator Kernel.Storage.SqliteApplicationUsers'
)

areas=("$@")
[ $# -gt 0 ] || areas=(signing limits sessions dialects)
dotnet tool restore > /dev/null
low=0
for area in "${areas[@]}"; do
  patterns=()
  set -f
  for file in ${code[$area]}; do
    patterns+=(--mutate "$file.cs")
  done
  set +f
  # shellcheck disable=SC2086
  export TOKENAUTH_MUTATION_TESTS=$(printf '%s,' ${tests[$area]} | sed 's/,$//')
  dotnet stryker --project TokenAuth.Web.csproj --configuration Release --test-runner mtp --concurrency 2 \
    --threshold-high 90 --threshold-low 85 --break-at 85 --reporter json --reporter cleartext --reporter progress \
    --output "$PWD/../artifacts/mutation/$area" "${patterns[@]}" || low=1
done
exit $low
