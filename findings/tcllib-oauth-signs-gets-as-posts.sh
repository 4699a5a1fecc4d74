#!/bin/bash
# oauth 1.0.3 of tcllib 1.21 (Debian 12): a GET with a query is signed as a POST, and parameters are sorted as a dictionary.
#
# oauth::query sends GET /x?b=1&a=2, but signs a POST to /x??b=1&a=2 with a parameter "?b". So every server refuses a GET with a
# query. A GET without one is signed correctly. The parameters of a POST are sorted with "lsort -dictionary", which compares
# numbers by value and ignores case: photo2, photo10, Tag. RFC 5849, section 3.4.1.3.2, compares bytes: Tag, photo10, photo2.
# A POST works only if both orders agree.
#
# Guessed before the run: GET is signed as GET, and the order is that of bytes (both missed).
# Seen on 2026-11-30 with Tcl 8.6.13:
#   sends GET /x?b=1&a=2, signs POST /x??b=1&a=2 ?b=1 a=2
#   sends POST /x, signs POST /x album=d photo2=b photo10=a Tag=c
#   sends GET /x, signs GET /x
# What follows: call with POST, and give parameters names in lower case without digits.
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq tcllib=1.21+dfsg-1 tcl-tls=1.7.22-3+b1 tcl8.6=8.6.13+dfsg-2 libtcl8.6=8.6.13+dfsg-2 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > server.py <<'PY'
import http.server

class Lines(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = f"{self.command} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(line)))
        self.end_headers()
        self.wfile.write(line)
    do_POST = do_GET
    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Lines)
print(server.server_port, flush=True)
server.serve_forever()
PY
/usr/bin/python3 server.py > port &
server=$!
until [ -s port ]; do sleep 0.1; done
cat > query.tcl <<'TCL'
lappend auto_path root/usr/share/tcltk/tcllib1.21 {*}[glob root/usr/lib/tcltk/*/tcltls*]
package require oauth
oauth::config -consumerkey k -consumersecret s -accesstoken t -accesstokensecret u -debug 1
set address http://127.0.0.1:[lindex $argv 0]/x
foreach call [list [list "$address?b=1&a=2"] [list $address photo10=a&photo2=b&Tag=c&album=d] [list $address]] {
    puts "Sent: [lindex [oauth::query {*}$call] 1]"
}
TCL
export LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu) TCL_LIBRARY=$work/root/usr/share/tcltk/tcl8.6
root/usr/bin/tclsh8.6 query.tcl "$(cat port)" > calls
cat > show.py <<'PY'
import sys
from urllib.parse import unquote, urlsplit

signed = ""
for line in sys.stdin:
    kind, _, text = line.strip().partition(": ")
    if kind == "BaseString":
        method, address, parameters = text.split("&")
        names = [pair for pair in unquote(parameters).split("&") if not pair.startswith("oauth_")]
        signed = " ".join([method, unquote(address)[unquote(address).index("/x"):], *names])
    elif kind == "Sent":
        print(f"sends {text}, signs {signed}")
PY
/usr/bin/python3 show.py < calls | tee seen
cat > expected <<'TXT'
sends GET /x?b=1&a=2, signs POST /x??b=1&a=2 ?b=1 a=2
sends POST /x, signs POST /x album=d photo2=b photo10=a Tag=c
sends GET /x, signs GET /x
TXT
cmp expected seen && echo "as described"
