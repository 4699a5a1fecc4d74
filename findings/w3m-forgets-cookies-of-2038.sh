#!/bin/sh
# w3m 0.5.3+git20230121 (Debian 12): a cookie that expires in 2038 or later is dropped at once, and Max-Age=0 keeps a cookie.
#
# RFC 6265 (5.1.1) reads any year from 1601 on. w3m takes 2038 for the past, although its time has 64 bits, so a cookie "for
# good" with a year of 2038 or 9999 is never sent: the person signs in and is asked to sign in again. "Max-Age=0" deletes a
# cookie (5.2.2), but w3m keeps it for the session, and -1 deletes. One cookie with the attribute Version=1 makes it send
# $Version="1" as RFC 2965 did.
#
# Guessed before the run: as RFC 6265 says (missed in four of seven lines).
# Seen on 2026-11-30:
#   Expires=Tue, 01 Dec 2037 00:00:00 GMT: a=1
#   Expires=Wed, 01 Dec 2038 00:00:00 GMT: none
#   Expires=Fri, 31 Dec 9999 23:59:59 GMT: none
#   Max-Age=99999999999: a=1
#   Max-Age=0: a=1
#   Max-Age=-1: none
#   Version=1: $Version="1"; a=1
# What follows for a server: for a long life use Max-Age, or a year before 2038, and delete with a past Expires.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq w3m=0.5.3+git20230121-2 libgc1 libgpm2 libssl3 libtinfo6 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > attributes <<'TXT'
Expires=Tue, 01 Dec 2037 00:00:00 GMT
Expires=Wed, 01 Dec 2038 00:00:00 GMT
Expires=Fri, 31 Dec 9999 23:59:59 GMT
Max-Age=99999999999
Max-Age=0
Max-Age=-1
Version=1
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
export LD_LIBRARY_PATH
number=0
while read -r attribute; do
  number=$((number + 1))
  mkdir "home$number"
  page=http://127.0.0.1:$(cat port)/$number
  sent=$(HOME=$work/home$number root/usr/bin/w3m -cookie -o accept_cookie=1 -dump "$page" < /dev/null)
  echo "$attribute: $sent"
done < attributes | tee seen
cat > expected <<'TXT'
Expires=Tue, 01 Dec 2037 00:00:00 GMT: a=1
Expires=Wed, 01 Dec 2038 00:00:00 GMT: none
Expires=Fri, 31 Dec 9999 23:59:59 GMT: none
Max-Age=99999999999: a=1
Max-Age=0: a=1
Max-Age=-1: none
Version=1: $Version="1"; a=1
TXT
cmp expected seen && echo "as described"
