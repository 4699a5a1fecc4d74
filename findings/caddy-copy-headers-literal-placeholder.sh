#!/bin/sh
# Caddy 2.6.2 (Debian 12): forward_auth with copy_headers sends a literal placeholder upstream for a header that is not there.
#
# The auth endpoint answers with X-Auth-Login only. copy_headers names X-Auth-Login and X-Auth-Role. The application behind
# receives "X-Auth-Role: {http.reverse_proxy.header.X-Auth-Role}" instead of no header. An application that only asks whether
# the header is there takes every person for one with a role.
#
# Guessed before the run: the header is left out (missed), or is empty (missed).
# Seen on 2026-11-29:
#   X-Auth-Login: alice
#   X-Auth-Role: {http.reverse_proxy.header.X-Auth-Role}
# What follows: an auth endpoint behind this version answers every header that it promises, or the recipe copies each header
# with request_header under a matcher.
set -eu
work=$(mktemp -d)
pids=
trap 'kill $pids 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq caddy=2.6.2-5
dpkg-deb -x caddy_*.deb caddy
cat > servers.py <<'PY'
import http.server
import threading

class Auth(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.send_header("X-Auth-Login", "alice")
        self.end_headers()
    def log_message(self, *_):
        pass

class Application(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        names = ("X-Auth-Login", "X-Auth-Role")
        body = "".join(f"{name}: {self.headers.get(name)}\n" for name in names).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

for kind in (Auth, Application):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever).start()
PY
python3 servers.py > ports &
pids=$!
until [ "$(wc -l < ports)" -eq 2 ]; do sleep 0.1; done
proxy=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > Caddyfile <<CADDY
{
	admin off
	auto_https off
}
:$proxy {
	forward_auth 127.0.0.1:$(sed -n 1p ports) {
		uri /verify
		copy_headers X-Auth-Login X-Auth-Role
	}
	reverse_proxy 127.0.0.1:$(sed -n 2p ports)
}
CADDY
HOME=$work caddy/usr/bin/caddy run --config Caddyfile 2> log &
pids="$pids $!"
for _ in $(seq 100); do
  curl -sf "http://127.0.0.1:$proxy/" > seen && break
  sleep 0.1
done
printf 'X-Auth-Login: alice\nX-Auth-Role: {http.reverse_proxy.header.X-Auth-Role}\n' > expected
diff expected seen && echo "as described"
