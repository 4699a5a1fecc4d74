#!/bin/bash
# packaging/reproduce.sh [build.sh's arguments]
#
# Builds a release twice and compares the checksums. Ends with 1 if a file differs, and names it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/artifacts/reproduce
for build in first second; do
  packaging/build.sh "$@" --out "$out/$build" > /dev/null
done
if ! diff "$out/first/SHA256SUMS" "$out/second/SHA256SUMS"; then
  echo "The two builds differ: compare $out/first and $out/second." >&2
  exit 1
fi
cat "$out/second/SHA256SUMS"
echo "Both builds are the same."
