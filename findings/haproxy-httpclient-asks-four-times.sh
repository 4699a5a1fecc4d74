#!/bin/sh
# HAProxy 2.6.12 (Debian 12): a Lua httpclient request that times out is sent four times.
#
# core.httpclient():get{ url, timeout } to a server that accepts and never answers opens four connections, one after the other,
# and gives up only then. So the caller waits four times the timeout, and the server may carry the request out four times. This
# version has no setting for it: "httpclient.retries" in the global section is an unknown keyword.
#
# Guessed before the run: one connection, one timeout (missed); httpclient.retries can be set (missed).
# Seen on 2026-11-29: connections=4, unknown keyword
# What follows: choose a quarter of the time that the caller may wait as the timeout, and ask only what may be asked four times.
set -eu
work=$(mktemp -d)
pids=
trap 'kill $pids 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq haproxy=2.6.12-1+deb12u4
dpkg-deb -x haproxy_*.deb haproxy
cat > silent.py <<'PY'
import socket

server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
accepted = []
while True:
    accepted.append(server.accept())
    print(f"connections={len(accepted)}", flush=True)
PY
python3 silent.py > silent &
pids=$!
until [ -s silent ]; do sleep 0.1; done
proxy=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > ask.lua <<LUA
core.register_service("ask", "http", function(applet)
  local answer = core.httpclient():get { url = "http://127.0.0.1:$(head -n 1 silent)/", timeout = 300 }
  applet:set_status(200)
  applet:add_header("content-length", "0")
  applet:start_response()
end)
LUA
cat > haproxy.cfg <<CFG
global
    lua-load $work/ask.lua
defaults
    mode http
    timeout client 30s
    timeout connect 5s
    timeout server 30s
frontend in
    bind 127.0.0.1:$proxy
    http-request use-service lua.ask
CFG
haproxy/usr/sbin/haproxy -f haproxy.cfg -db 2> log &
pids="$pids $!"
for _ in $(seq 100); do
  curl -s -o /dev/null "http://127.0.0.1:$proxy/" && break
  sleep 0.1
done
printf 'global\n    httpclient.retries 0\n' > retries.cfg
if haproxy/usr/sbin/haproxy -c -f retries.cfg 2>&1 | grep -q "unknown keyword 'httpclient.retries'"; then
  keyword="unknown keyword"
else
  keyword=known
fi
echo "$(tail -n 1 silent), $keyword"
[ "$(tail -n 1 silent), $keyword" = "connections=4, unknown keyword" ] && echo "as described"
