#!/bin/sh
# Wget 1.21.3 (Debian 12): a cookie whose Path is not a beginning of the page's own path is dropped; Expires beats Max-Age.
#
# /login sets a cookie for /api, and the script asks for /api next. RFC 2109 told clients to refuse such a cookie. RFC 6265
# (5.3) has no such step, and curl sends the cookie. Wget refuses it without a word; only --debug says "Attempt to fake the path".
# A cookie with a past Expires and "Max-Age=3600" is dropped as well, although Max-Age wins (5.3, step 3). curl keeps it.
#
# Guessed before the run: wget and curl send the same cookies (missed for both).
# Seen on 2026-11-30, with curl 7.88.1 and Wget 1.21.3:
#   curl: api=1; folder=1; hour=1
#   wget: folder=1
# What follows for a server: set cookies with Path=/, or on a page below their path. For a script: read the cookie from the
# answer's header (--save-headers) and send it with --header.
set -eu
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 wget=1.21.3-1+deb12u1 libnghttp2-14 librtmp1 libssh2-1 \
  libpsl5 libssl3 libbrotli1 libzstd1 libgssapi-krb5-2 libldap-2.5-0 libsasl2-2 libgnutls30 libhogweed6 libnettle8 libidn2-0 \
  libunistring2 libp11-kit0 libpcre2-8-0 libtasn1-6 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > server.py <<'PY'
import http.server

COOKIES = (
    "api=1; Path=/api",
    "folder=1; Path=/",
    "hour=1; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
)

class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b""
        if self.path == "/login":
            self.send_response(302)
            self.send_header("Location", "/api")
            for cookie in COOKIES:
                self.send_header("Set-Cookie", cookie)
        else:
            body = "; ".join(sorted((self.headers["Cookie"] or "").split("; "))).encode()
            self.send_response(200)
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
page=http://127.0.0.1:$(cat port)/login
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
{
  echo "curl: $(root/usr/bin/curl -q -s -L -b '' "$page")"
  echo "wget: $(root/usr/bin/wget --no-config -q -O - "$page")"
} | tee seen
cat > expected <<'TXT'
curl: api=1; folder=1; hour=1
wget: folder=1
TXT
cmp expected seen && echo "as described"
