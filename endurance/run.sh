#!/bin/bash
# endurance/run.sh [--minutes N] [--kills N] [PART...]
#
# Shows on a fresh Debian machine with the .NET 10 SDK and git that the published server endures. The parts, all of them
# unless some are named:
#   kills         kills a server under load 50 times (--kills) on SQLite, and a node 50 times on PostgreSQL; every
#                 answered call must still be true
#   load          mixed load of all dialects for 60 minutes (--minutes), on SQLite and on two nodes with PostgreSQL;
#                 memory, descriptors, threads, log and store must not grow beyond their limits
#   faults        a full disk, a read-only one and a slow one; what each dialect answers, and how the server recovers
#   connections   10,000 idle connections and 1,000 slow ones, and how fast ordinary calls are meanwhile
# Installs what is missing. Results: artifacts/endurance/results.md. Exits with 1 if a limit is broken.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
minutes=60 kills=50 parts=()
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) minutes=$2; shift ;;
    --kills) kills=$2; shift ;;
    kills | load | faults | connections) parts+=("$1") ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
[ ${#parts[@]} -gt 0 ] || parts=(kills load faults connections)

out=$PWD/artifacts/endurance
mkdir -p "$out"
for part in "${parts[@]}"; do
  rm -f "$out/$part".*
done
work=$(mktemp -d)
chmod 755 "$work"
finish() {
  [ ! -f "$work/pg/postmaster.pid" ] || "${as_postgres[@]}" "$bin/pg_ctl" -D "$work/pg" -m fast -s stop
  rm -rf "$work"
}
trap finish EXIT

missing=()
command -v python3 > /dev/null || missing+=(python3)
command -v gcc > /dev/null || missing+=(gcc libc6-dev)
[ -x /usr/sbin/nginx ] || command -v nginx > /dev/null || missing+=(nginx-light)
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing+=(postgresql)
as_root=() as_postgres=()
[ "$(id -u)" -eq 0 ] && as_postgres=(runuser -u postgres --) || as_root=(sudo)
if [ ${#missing[@]} -gt 0 ]; then
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
export PATH="$PATH:$bin"

# A copy of its own, so that a later build does not change what is being measured.
dotnet publish TokenAuth.Web -c Release -o "$work/server" -p:RestoreLockedMode=true -p:UseSharedCompilation=false -v q
program=$work/server/TokenAuth.Web.dll
commit=$(git rev-parse --short HEAD)
python() { PYTHONDONTWRITEBYTECODE=1 python3 "$@"; }

kills() {
  dotnet build TokenAuth.Tests -c Release -p:RestoreLockedMode=true -p:UseSharedCompilation=false -v q
  local code=0
  DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=0xFFFF TOKENAUTH_TESTS_REQUIRE=all TOKENAUTH_TESTS_KILLS=$kills \
    TOKENAUTH_PUBLISHED=$work/server TokenAuth.Tests/bin/Release/net10.0/TokenAuth.Tests -noColor -showliveoutput \
    -method '*.KillTests.*' -method '*.NodeFaultTests.Killing_*' > "$out/kills.log" 2>&1 || code=1
  tail -n 8 "$out/kills.log"
  {
    echo "## Kills under load"
    echo
    sed -n 's/.*OUTPUT\] Total: /* /p' "$out/kills.log"
    [ $code -eq 0 ] || echo "* **the tests failed**: kills.log"
  } > "$out/kills.md"
  return $code
}

load() {
  install -d "$work/pg"
  [ ${#as_postgres[@]} -eq 0 ] || chown postgres "$work/pg"
  "${as_postgres[@]}" "$bin/initdb" \
    -D "$work/pg" --auth=trust --username=tokenauth --encoding=UTF8 --locale=C > /dev/null
  local port=54331
  "${as_postgres[@]}" "$bin/pg_ctl" -D "$work/pg" -w -s -l "$work/pg/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work/pg" start
  python endurance/load.py --program "$program" --directory "$work/load" --results "$out" --minutes "$minutes" \
    --database "127.0.0.1:$port:tokenauth:postgres"
}

faults() {
  gcc -Wall -O2 -shared -fPIC -o "$work/disk.so" endurance/disk.c -ldl
  python endurance/faults.py --program "$program" --directory "$work/faults" --results "$out" --library "$work/disk.so"
}

connections() {
  ulimit -n "$(ulimit -H -n)"
  python endurance/connections.py --program "$program" --directory "$work/connections" --results "$out"
}

broken=()
for part in "${parts[@]}"; do
  set +e
  (set -e && "$part")
  [ $? -eq 0 ] || broken+=("$part")
  set -e
  printf '\n(%s, commit %s)\n' "$(date -u +%F)" "$commit" >> "$out/$part.md"
done
{
  echo "# Endurance"
  for part in kills load faults connections; do
    [ ! -f "$out/$part.md" ] || { echo; cat "$out/$part.md"; }
  done
} > "$out/results.md"
cat "$out/results.md"
[ ${#broken[@]} -eq 0 ] || { echo "broken: ${broken[*]}" >&2; exit 1; }
