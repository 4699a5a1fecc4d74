#!/bin/bash
# test.sh            runs every test on a fresh Debian machine with the .NET 10 SDK and git: installs the packages that
#                    tests need, builds, publishes once and tests. No test is skipped. Arguments such as
#                    --filter Browser go to `dotnet test`. TOKENAUTH_TESTS_TRACE=1 keeps a trace of each browser test
#                    that fails.
# test.sh --quick    runs the tests in process, for daily work: no packages, no published copy and so no kill tests, no
#                    browser, no PostgreSQL, no million of recut signatures, no analyzers. Tests whose tools are missing
#                    are skipped. Further arguments such as -class '*OAuth*' go to xUnit's runner.
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Most processes of a run are too short for optimized code to pay off: no profile-guided optimization, and a method is
# compiled again after 65,535 calls instead of 30. Code pages stay writable, because remapping them for each compiled
# method takes a sixth of the processor time of tests.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=0xFFFF DOTNET_EnableWriteXorExecute=0

if [ "${1:-}" = --quick ]; then
  dotnet build TokenAuth.Tests -c Release -v q -p:RunAnalyzers=false
  exec TokenAuth.Tests/bin/Release/net10.0/TokenAuth.Tests \
    -namespace- TokenAuth.Tests.Published -namespace- 'TokenAuth.Tests.Browser*' \
    -class- 'TokenAuth.Tests.Kernel.Storage.PostgreSql*' -class- '*.NodesTests' -class- '*.UniqueReadingTests' "${@:2}"
fi

export TOKENAUTH_TESTS_REQUIRE=all
export TOKENAUTH_PUBLISHED="$PWD/artifacts/published"

missing=()
command -v chromium-headless-shell > /dev/null || command -v chromium > /dev/null || missing+=(chromium-headless-shell fonts-liberation)
command -v php > /dev/null || missing+=(php-cli)
command -v curl > /dev/null || missing+=(curl)
/usr/bin/perl -MHTTP::Tiny -MJSON::PP -e1 2> /dev/null || missing+=(perl)
command -v python3 > /dev/null || missing+=(python3)
command -v ruby > /dev/null || missing+=(ruby)
/usr/bin/python3 -c 'import authlib, requests' 2> /dev/null || missing+=(python3-authlib python3-requests)
/usr/bin/python3 -c 'import requests_oauthlib' 2> /dev/null || missing+=(python3-requests-oauthlib)
/usr/bin/perl -MNet::OAuth -e1 2> /dev/null || missing+=(libnet-oauth-perl)
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || command -v initdb > /dev/null || missing+=(postgresql)
[ -x /usr/sbin/nginx ] || command -v nginx > /dev/null || missing+=(nginx-light)
[ -x /usr/sbin/apache2 ] || command -v apache2 > /dev/null || missing+=(apache2-bin)
ls /usr/share/lua/*/socket/http.lua > /dev/null 2>&1 || missing+=(lua-socket)
[ -x /usr/sbin/haproxy ] || command -v haproxy > /dev/null || missing+=(haproxy)
command -v caddy > /dev/null || missing+=(caddy)
[ -x /usr/sbin/pgbouncer ] || command -v pgbouncer > /dev/null || missing+=(pgbouncer)
[ -f /usr/lib/apache2/modules/mod_auth_openidc.so ] || missing+=(libapache2-mod-auth-openidc)
/usr/bin/python3 -c 'import flask, jwt, cryptography, requests' 2> /dev/null \
  || missing+=(python3-flask python3-jwt python3-cryptography python3-requests)
command -v node > /dev/null || missing+=(nodejs)
command -v npm > /dev/null || missing+=(npm)
command -v systemd-analyze > /dev/null || missing+=(systemd)
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
if [ ${#missing[@]} -gt 0 ]; then
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

# Only Prometheus's programs: its package would also start a service.
if ! command -v promtool > /dev/null || ! command -v prometheus > /dev/null; then
  tools=$PWD/artifacts/tools/prometheus
  if [ ! -x "$tools/usr/bin/promtool" ]; then
    mkdir -p "$tools"
    apt-cache show prometheus > /dev/null 2>&1 || "${as_root[@]}" apt-get update -q
    (cd "$tools" && apt-get download -q prometheus && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb)
  fi
  export PATH="$PATH:$tools/usr/bin"
fi

# npm packages that tests run, exactly the versions of their lock files. They are installed again if those change.
install_npm() { # DIRECTORY NAME
  local installed=artifacts/tools/$2
  ! cmp -s "$1/package-lock.json" "$installed/package-lock.json" || return 0
  rm -rf "$installed" "$installed.new"
  mkdir -p "$installed.new"
  cp "$1"/package*.json "$installed.new"
  (cd "$installed.new" && npm ci --ignore-scripts --no-audit --no-fund)
  mv "$installed.new" "$installed"
}
install_npm TokenAuth.Tests/Login/Upstream/Data oidc-provider
install_npm TokenAuth.Tests/OpenId/Data/openid-client openid-client

rm -rf TestResults "$TOKENAUTH_PUBLISHED"
# Exactly the packages of the lock files. After a change of versions, `dotnet restore` writes new ones.
dotnet build TokenAuth.sln -c Release -p:RestoreLockedMode=true
dotnet publish TokenAuth.Web -c Release -o "$TOKENAUTH_PUBLISHED" -p:RestoreLockedMode=true
dotnet test TokenAuth.Tests -c Release --no-build --logger "trx;LogFileName=tests.trx" --results-directory TestResults "$@"
