#!/bin/bash
# fuzz/requests.sh [--minutes N] [--seed S]
#
# Sends whole requests to a published server for N minutes (10): right calls of every dialect, page and endpoint, with
# wrong values and right signatures, and then spoilt in up to four places (TokenAuth.Tests/Fuzzing/Requests). An answer
# must be valid HTTP in the dialect's own form within 100 ms, must contain no secret, and leave no error in the log.
#
# Prints the seed (the time, unless S is given), figures, the slowest answers, and the first request that broke each
# rule, with its own seed: --seed with that one repeats it as the first request. Ends with 1 if a rule was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

minutes=10
seed=$(($(date +%s) % 1000000000))
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) minutes=$2 ;;
    --seed) seed=$2 ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

export TOKENAUTH_PUBLISHED=$PWD/artifacts/published
export TOKENAUTH_TESTS_FUZZ_MINUTES=$minutes TOKENAUTH_TESTS_FUZZ_SEED=$seed
dotnet publish TokenAuth.Web -c Release -v q -o "$TOKENAUTH_PUBLISHED" -p:RestoreLockedMode=true
dotnet build TokenAuth.Tests -c Release -v q -p:RestoreLockedMode=true -p:RunAnalyzers=false
exec TokenAuth.Tests/bin/Release/net10.0/TokenAuth.Tests -class '*.RequestFuzzTests' -showLiveOutput
