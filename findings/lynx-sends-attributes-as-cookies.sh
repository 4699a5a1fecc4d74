#!/bin/sh
# Lynx 2.9.0dev.12 (Debian 12): an attribute that it does not know becomes a cookie of its own.
#
# RFC 6265 (5.2) ignores unknown attributes, which is how SameSite and Priority could be added. Lynx takes such a
# name=value for another cookie and sends both from then on: a site that sets "SameSite=Lax" gets a cookie named SameSite. An
# attribute without a value, such as HttpOnly or Partitioned, does no harm.
#
# Guessed before the run: only the site's cookie is sent (missed in four of six lines).
# Seen on 2026-11-30:
#   HttpOnly: a=1
#   Partitioned: a=1
#   SameSite=Lax: a=1; SameSite=Lax
#   Priority=High: a=1; Priority=High
#   Version=1: a=1; Version=1
#   Comment=hi: a=1; Comment=hi
# What follows for a server: call no cookie by the name of an attribute, and do not count or compare cookies that are not its own.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq lynx=2.9.0dev.12-1 lynx-common libbsd0 libmd0 libbz2-1.0 libgnutls30 libhogweed6 libnettle8 libidn2-0 \
  libunistring2 libp11-kit0 libtasn1-6 libncursesw6 libtinfo6 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > attributes <<'TXT'
HttpOnly
Partitioned
SameSite=Lax
Priority=High
Version=1
Comment=hi
TXT
cat > server.py <<'PY'
import http.server

attributes = open("attributes").read().splitlines()

class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b""
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            body = (self.headers["Cookie"] or "none").encode()
        else:
            self.send_response(302)
            self.send_header("Location", "/")
            self.send_header("Set-Cookie", f"a=1; Path=/; {attributes[int(self.path[1:]) - 1]}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Site)
print(server.server_port, flush=True)
server.serve_forever()
PY
/usr/bin/python3 server.py > port &
server=$!
until [ -s port ]; do sleep 0.1; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu):$(echo "$work"/root/lib/*-linux-gnu)
TERM=dumb
export LD_LIBRARY_PATH TERM
: > lynx.cfg
number=0
while read -r attribute; do
  number=$((number + 1))
  mkdir "home$number"
  page=http://127.0.0.1:$(cat port)/$number
  sent=$(HOME=$work/home$number root/usr/bin/lynx -cfg=lynx.cfg -accept_all_cookies -dump "$page" < /dev/null)
  echo "$attribute: $(echo $sent)"
done < attributes | tee seen
cat > expected <<'TXT'
HttpOnly: a=1
Partitioned: a=1
SameSite=Lax: a=1; SameSite=Lax
Priority=High: a=1; Priority=High
Version=1: a=1; Version=1
Comment=hi: a=1; Comment=hi
TXT
cmp expected seen && echo "as described"
