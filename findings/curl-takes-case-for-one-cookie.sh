#!/bin/sh
# curl 7.88.1 (Debian 12): two cookies whose names differ in case only are one cookie; the later replaces the earlier.
#
# RFC 6265 (5.3, step 11) replaces a cookie of the same name, and nothing in it ignores case, as it does expressly for the
# attributes. Of two applications behind one host name that call their cookies SID and sid, one forgets a person who uses curl.
# wget, tough-cookie, HTTP::CookieJar and http.cookiejar keep both.
#
# Guessed before the run: both are sent (missed).
# Seen on 2026-11-30, with curl 7.88.1 and Wget 1.21.3:
#   curl: sid=2
#   wget: SID=1; sid=2
# What follows for a server: choose cookie names that differ in more than case.
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

class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b""
        if self.path == "/login":
            self.send_response(302)
            self.send_header("Location", "/")
            self.send_header("Set-Cookie", "SID=1; Path=/")
            self.send_header("Set-Cookie", "sid=2; Path=/")
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
curl: sid=2
wget: SID=1; sid=2
TXT
cmp expected seen && echo "as described"
