#!/bin/bash
# fuzz/run.sh [--minutes N] [TARGET...]
#
# Looks for inputs that break a parser: an exception, a broken rule, more than 100 ms, or more than 1 MiB allocated for
# each KiB of input (TokenAuth.Tests/Fuzzing). Coverage-guided, with AFL++ and SharpFuzz, for N minutes for each target
# (10), one after the other. Without TARGET, runs all. Installs afl++ by apt-get where it is missing.
#
# Starts from fuzz/corpus/TARGET, and adds to it the smallest inputs that reach further code. Prints a table, and leaves
# what broke a target in artifacts/fuzz/TARGET/crashes. Ends with 1 if there is any.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

minutes=10
if [ "${1:-}" = --minutes ]; then
  minutes=$2
  shift 2
fi
command -v afl-fuzz > /dev/null || {
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" apt-get install -q -y --no-install-recommends afl++
}

out=$PWD/artifacts/fuzz
program=$out/program
rm -rf "$program"
dotnet tool restore > /dev/null
# The instrumentation replaces machine code that was compiled ahead, so there must be none.
dotnet publish fuzz -c Release -v q -o "$program" -p:PublishReadyToRun=false
dotnet sharpfuzz "$program/TokenAuth.Web.dll"
[ $# -gt 0 ] || mapfile -t targets < <(ls fuzz/corpus)
[ $# -eq 0 ] || targets=("$@")

# The child process is a managed program without AFL's own instrumentation, and its first inputs are slow (JIT).
export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
export DOTNET_TieredPGO=0 DOTNET_gcServer=0
broken=0
printf '%-14s %12s %10s %8s %8s\n' target inputs corpus crashes hangs
for target in "${targets[@]}"; do
  found=$out/$target
  rm -rf "$found"
  afl-fuzz -i "fuzz/corpus/$target" -o "$found" -V $((minutes * 60)) -t 5000 -m none -- \
    "$program/TokenAuth.Fuzz" "$target" > "$out/$target.log" 2>&1 || { tail -n 20 "$out/$target.log" >&2; exit 1; }
  value() { sed -n "s/^$1 *: *//p" "$found/default/fuzzer_stats"; }
  printf '%-14s %12s %10s %8s %8s\n' "$target" "$(value execs_done)" "$(value corpus_count)" \
    "$(value saved_crashes)" "$(value saved_hangs)"
  broken=$((broken + $(value saved_crashes) + $(value saved_hangs)))
  mkdir -p "$found/crashes"
  find "$found/default/crashes" "$found/default/hangs" -type f ! -name README.txt -exec cp {} "$found/crashes" \;
  # AFL++ writes an input into the queue because it reached code that no earlier one did.
  for input in "$found"/default/queue/id:*+cov*; do
    [ ! -f "$input" ] || [ "$(stat -c %s "$input")" -gt 512 ] \
      || cp "$input" "fuzz/corpus/$target/$(sha256sum "$input" | cut -c 1-16)"
  done
done
[ "$broken" -eq 0 ]
