#!/bin/bash
# Runs the load benchmark on a fresh Debian machine with the .NET 10 SDK and git: installs wrk and PostgreSQL, publishes
# the server and the bare framework's answer, fills the stores (once; the large ones take some minutes) and loads each
# in turn. Results: artifacts/bench/results.md and results.svg. The stores stay in $TOKENAUTH_BENCH_DATA.
#   bench/run.sh                        the whole benchmark
#   bench/run.sh --rounds 3 --only checkToken --sessions 10000
#   bench/run.sh --against DIR/TokenAuth.Web.dll   beside another published build
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
data=${TOKENAUTH_BENCH_DATA:-${TMPDIR:-/tmp}/tokenauth-bench}
out=$PWD/artifacts/bench
missing=()
command -v wrk > /dev/null || missing+=(wrk)
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing+=(postgresql)
as_root=() as_postgres=()
[ "$(id -u)" -eq 0 ] && as_postgres=(runuser -u postgres --) || as_root=(sudo)
if [ ${#missing[@]} -gt 0 ]; then
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

rm -rf "$out/server" "$out/bare" "$out/load"
dotnet publish TokenAuth.Web -c Release -o "$out/server" -v q
dotnet publish bench/Bare -c Release -o "$out/bare" -v q
dotnet publish bench/Load -c Release -o "$out/load" -v q

# A dedicated PostgreSQL server, as durable as in production.
mkdir -p "$data"
chmod 755 "$data"
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
if [ ! -f "$data/pg/data/PG_VERSION" ]; then
  mkdir -p "$data/pg"
  [ ${#as_postgres[@]} -eq 0 ] || chown postgres "$data/pg"
  "${as_postgres[@]}" "$bin/initdb" \
    -D "$data/pg/data" --auth=trust --username=tokenauth --encoding=UTF8 --locale=C > /dev/null
fi
port=${TOKENAUTH_BENCH_PORT:-54329}
"${as_postgres[@]}" "$bin/pg_ctl" -D "$data/pg/data" -w -s -l "$data/pg/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data/pg -c shared_buffers=1GB \
-c max_wal_size=8GB" start
trap '"${as_postgres[@]}" "$bin/pg_ctl" -D "$data/pg/data" -m fast -s stop' EXIT

dotnet "$out/load/TokenAuth.Bench.dll" \
  --server "$out/server/TokenAuth.Web.dll" --bare "$out/bare/TokenAuth.Bench.Bare.dll" \
  --data "$data" --results "$out" \
  --postgresql "Host=127.0.0.1;Port=$port;Username=tokenauth" \
  --postmaster "$(head -n 1 "$data/pg/data/postmaster.pid")" "$@"
