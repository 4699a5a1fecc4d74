#!/bin/sh
# mod_auth_openidc 2.4.12.3 (Debian 12): whoever does not say "Accept: text/html" gets 401 instead of the redirect to the provider.
#
# With the default OIDCUnAuthAction auth, a request without a session is sent to the provider only if it looks like one of a browser:
# its Accept header names text/html or */*. A request without that header, as many HTTP libraries send it, is answered 401 without
# WWW-Authenticate and without a line in the error log, although RFC 9110 (12.5.1) reads a missing Accept as "anything".
#
# Guessed before the run: 302 for every GET (missed for the one without the header); a word about it in the log (missed).
# Seen on 2026-11-30: none=401 html=302 any=302 json=401 logged=0
# What follows: a script that signs in through such a site must send "Accept: text/html".
set -eu
work=$(mktemp -d)
apache=
trap '[ -z "$apache" ] || kill "$apache" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq apache2-bin libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 libcjose0 libhiredis0.14 libjansson4 libapr1 \
  libaprutil1
for package in *.deb; do dpkg-deb -x "$package" root; done
modules=root/usr/lib/apache2/modules
mkdir site
echo members > site/index.html
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > apache.conf <<CFG
ServerRoot $work
DefaultRuntimeDir $work
PidFile $work/pid
ErrorLog $work/log
LogLevel info
ServerName localhost
Listen 127.0.0.1:$port
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authn_core_module $modules/mod_authn_core.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule authz_user_module $modules/mod_authz_user.so
LoadModule dir_module $modules/mod_dir.so
LoadModule auth_openidc_module $modules/mod_auth_openidc.so
DocumentRoot $work/site
OIDCProviderIssuer https://op.example
OIDCProviderAuthorizationEndpoint https://op.example/authorize
OIDCProviderTokenEndpoint https://op.example/token
OIDCProviderJwksUri https://op.example/keys
OIDCClientID site
OIDCClientSecret 0123456789abcdef
OIDCCryptoPassphrase 0123456789abcdef
OIDCRedirectURI http://127.0.0.1:$port/oidc
<Location />
  AuthType openid-connect
  Require valid-user
</Location>
CFG
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu) root/usr/sbin/apache2 -X -f "$work/apache.conf" 2> started &
apache=$!
status() { curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -H "$1" "http://127.0.0.1:$port/"; }
for _ in $(seq 100); do
  curl -s --noproxy '*' -o /dev/null "http://127.0.0.1:$port/" && break
  sleep 0.1
done
lines=$(grep -c auth_openidc log || true)
seen="none=$(status Accept:) html=$(status 'Accept: text/html') any=$(status 'Accept: */*') json=$(status 'Accept: application/json')"
seen="$seen logged=$(($(grep -c auth_openidc log || true) - lines))"
echo "$seen"
[ "$seen" = "none=401 html=302 any=302 json=401 logged=0" ] && echo "as described"
