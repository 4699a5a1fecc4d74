#!/bin/bash
# bench/openid.sh [--rounds N] [--seconds N]
#
# Compares OpenID Connect with two peers, in one run: OpenIddict as its documentation sets it up, with EF Core, and
# node-oidc-provider with its store in memory. Client credentials, and introspection of a JWT, of a reference token and,
# here, of an old client's session. On SQLite and PostgreSQL; needs what bench/run.sh needs, and Node.js.
#
# Each round loads every server in turn with 16 connections; the table has the medians of answers a second.
# Results: artifacts/bench/openid.md.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
rounds=5 seconds=5
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

out=$PWD/artifacts/bench
work=$(mktemp -d)
chmod 755 "$work"
servers=()
finish() {
  [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2> /dev/null || true
  wait 2> /dev/null || true
  [ ! -f "$work/pg/postmaster.pid" ] || "${as_postgres[@]}" "$bin/pg_ctl" -D "$work/pg" -m fast -s stop
  rm -rf "$work"
}
trap finish EXIT

missing=()
command -v wrk > /dev/null || missing+=(wrk)
command -v npm > /dev/null || missing+=(nodejs npm)
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing+=(postgresql)
as_root=() as_postgres=()
[ "$(id -u)" -eq 0 ] && as_postgres=(runuser -u postgres --) || as_root=(sudo)
if [ ${#missing[@]} -gt 0 ]; then
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

rm -rf "$out/server" "$out/openiddict"
dotnet publish TokenAuth.Web -c Release -o "$out/server" -v q
dotnet publish bench/OpenId -c Release -o "$out/openiddict" -v q
cp -r bench/OpenId/peer "$work/node"
(cd "$work/node" && npm ci --silent --no-audit --no-fund)

bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
install -d "$work/pg"
[ ${#as_postgres[@]} -eq 0 ] || chown postgres "$work/pg"
"${as_postgres[@]}" "$bin/initdb" -D "$work/pg" --auth=trust --username=tokenauth --encoding=UTF8 --locale=C > /dev/null
database=54330
"${as_postgres[@]}" "$bin/pg_ctl" -D "$work/pg" -w -s -l "$work/pg/log" \
  -o "-p $database -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work/pg -c shared_buffers=256MB" start
for name in ours jwt reference; do
  "${as_postgres[@]}" "$bin/psql" -q -h 127.0.0.1 -p $database -U tokenauth postgres -c "CREATE DATABASE $name"
done
postgresql() { echo "Host=127.0.0.1;Port=$database;Username=tokenauth;Database=$1"; }

member() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; } # of a JSON object on standard input
person="correct horse battery staple"
secret=$(head -c 24 /dev/urandom | base64 | tr '+/' 'ab')
wait_for() { # URL
  for _ in $(seq 300); do
    curl -s -o /dev/null "$1" && return
    sleep 0.2
  done
  echo "$1 does not answer" >&2
  exit 1
}

# Our servers: one application for client credentials, one session of an old client.
declare -A port key password
ours() { # ENGINE PORT
  local engine=$1 data=$work/ours-$1
  local run=(env "TokenAuth__DataDirectory=$data") made
  [ "$engine" = SQLite ] || run+=(
    TokenAuth__Database__Provider=PostgreSql "ConnectionStrings__TokenAuth=$(postgresql ours)")
  run+=(dotnet "$out/server/TokenAuth.Web.dll")
  made=$("${run[@]}" app add Bench --kind oidc --redirect https://bench.example/cb --json)
  key[$engine]=$(member apiKey <<< "$made") password[$engine]=$(member secret <<< "$made")
  made=$("${run[@]}" app add Checker --kind service --json)
  key[$engine-service]=$(member apiKey <<< "$made") password[$engine-service]=$(member secret <<< "$made")
  echo "$person" \
    | "${run[@]}" account add bench --email bench@bench.example --password-stdin > /dev/null
  "${run[@]}" serve --urls "http://127.0.0.1:$2" > "$work/$engine.log" 2>&1 &
  servers+=($!)
  port[$engine]=$2 port[$engine-service]=$2
  wait_for "http://127.0.0.1:$2/health/live"
}

openiddict() { # NAME PORT ARGUMENTS...
  local name=$1
  ASPNETCORE_URLS=http://127.0.0.1:$2 dotnet "$out/openiddict/TokenAuth.Bench.OpenId.dll" --secret "$secret" "${@:3}" \
    > "$work/$name.log" 2>&1 &
  servers+=($!)
  port[$name]=$2 key[$name]=bench password[$name]=$secret
  wait_for "http://127.0.0.1:$2/"
}

ours SQLite 5301
ours PostgreSQL 5302
openiddict jwt-SQLite 5303 --sqlite "$work/jwt.db"
openiddict jwt-PostgreSQL 5304 --postgresql "$(postgresql jwt)"
openiddict reference-SQLite 5305 --sqlite "$work/reference.db" --reference true
openiddict reference-PostgreSQL 5306 --postgresql "$(postgresql reference)" --reference true
node "$work/node/provider.mjs" 5307 "$secret" > "$work/node.log" 2>&1 &
servers+=($!)
port[node]=5307 key[node]=bench password[node]=$secret
wait_for http://127.0.0.1:5307/.well-known/openid-configuration

token_path() { [ "$1" = node ] && echo /token || echo /connect/token; }
token() { # SERVER
  curl -s -u "${key[$1]}:${password[$1]}" -d grant_type=client_credentials "http://127.0.0.1:${port[$1]}$(token_path "$1")" \
    | member access_token
}

load() { # SERVER PATH BODY TEXT: answers a second; each answer must contain the text
  cat > "$work/load.lua" << LUA
wrk.method, wrk.body = "POST", "$3"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = "Basic $(printf %s "${key[$1]}:${password[$1]}" | base64 -w 0)"
local thread
function setup(it) thread = it end
bad = 0
function response(status, headers, body)
  if status ~= 200 or not body:find('$4', 1, true) then bad = bad + 1 end
end
function done(summary) print("RESULT", summary.requests / summary.duration * 1e6, thread:get("bad")) end
LUA
  local answer
  answer=$(wrk -t1 -c16 -d"${seconds}s" -s "$work/load.lua" "http://127.0.0.1:${port[$1]}$2" | grep '^RESULT')
  [ "$(cut -f 3 <<< "$answer")" = 0 ] || { echo "$1 $2: bad answers: $answer" >&2; exit 1; }
  cut -f 2 <<< "$answer"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
: > "$work/figures"
measure() { # LABEL SERVER PATH BODY TEXT
  local figure
  figure=$(load "$2" "$3" "$4" "$5")
  printf '%s\t%s\n' "$1" "$figure" >> "$work/figures"
}

new_token() { # SERVER: a new one before each measurement, because they expire, and node-oidc-provider keeps the last 1000
  token "$1" > "$work/token-$1"
  [ -s "$work/token-$1" ] || { echo "$1 gave no token" >&2; exit 1; }
}
old_session() { # ENGINE: the token of an old client
  curl -s "http://127.0.0.1:${port[$1]}/api/json/peopleaggregator/login" \
    --data-urlencode login=bench --data-urlencode "password=$person" | member authToken
}
for engine in SQLite PostgreSQL; do
  old_session $engine > "$work/old-$engine"
  [ -s "$work/old-$engine" ] || { echo "$engine: no session of an old client" >&2; exit 1; }
done
escaped() { sed 's/+/%2B/g; s/=/%3D/g; s/|/%7C/g' "$work/$1"; }

for round in $(seq 0 "$rounds"); do
  # The first round warms up.
  [ "$round" -ne 1 ] || : > "$work/figures"
  for engine in SQLite PostgreSQL; do
    measure "client credentials|$engine|TokenAuth" $engine /connect/token grant_type=client_credentials access_token
    measure "client credentials|$engine|OpenIddict" jwt-$engine /connect/token grant_type=client_credentials access_token
    new_token $engine
    new_token jwt-$engine
    new_token reference-$engine
    measure "introspection, JWT|$engine|TokenAuth" $engine /connect/introspect "token=$(escaped token-$engine)" '"active": true'
    measure "introspection, JWT|$engine|OpenIddict" jwt-$engine /connect/introspect "token=$(escaped token-jwt-$engine)" '"active": true'
    measure "introspection, session or reference token|$engine|TokenAuth" $engine-service /introspect "token=$(escaped old-$engine)" '"active":true'
    measure "introspection, session or reference token|$engine|OpenIddict" reference-$engine /connect/introspect \
      "token=$(escaped token-reference-$engine)" '"active": true'
  done
  measure "client credentials|memory|node-oidc-provider" node /token grant_type=client_credentials access_token
  new_token node
  measure "introspection, session or reference token|memory|node-oidc-provider" node /token/introspection \
    "token=$(escaped token-node)" '"active":true'
done

{
  echo "| work | engine | server | answers a second | TokenAuth's relative to it |"
  echo "|---|---|---|---|---|"
  cut -f 1 "$work/figures" | sort -u | while IFS= read -r label; do
    figure=$(grep -F "$label	" "$work/figures" | cut -f 2 | median)
    IFS='|' read -r what engine server <<< "$label"
    [ "$engine" = memory ] && base=SQLite || base=$engine
    own=$(grep -F "$what|$base|TokenAuth	" "$work/figures" | cut -f 2 | median)
    printf '| %s | %s | %s | %.0f | %.2f |\n' "$what" "$engine" "$server" "$figure" "$(awk "BEGIN { print $own / $figure }")"
  done
} | tee "$out/openid.md"
