#!/bin/bash
# lua-xmlrpc 1.2.1 (Debian 12): texts are written into the call without escapes.
#
# clEncode puts names and texts into the call as they are. A password with "&" or "<" makes the call malformed, and a server can
# only refuse it. clDecode, in contrast, decodes escapes. A list is sent as a struct with the members 1, 2 and so on, unless the
# program wraps it in newTypedValue.
#
# Guessed before the run: texts arrive as they are (missed; taken for granted); a list without a type is an array (missed).
# Seen on 2026-11-30 with Lua 5.1.5 and Python 3.11.2's parser:
#   a-b_c: <string>a-b_c</string>, well-formed
#   R&D: <string>R&D</string>, malformed
#   R&amp;D: <string>R&amp;D</string>, well-formed, read as R&D
#   list: <struct><member><name>1</name><value><string>a</string></value></member></struct>
# What follows for a program: escape each text before the call.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq lua-xmlrpc=1.2.1-8 lua-expat=1.5.1-3 lua5.1=5.1.5-9 liblua5.1-0=5.1.5-9 libexpat1 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > calls.lua <<'LUA'
package.path = "root/usr/share/lua/5.1/?.lua;root/usr/share/lua/5.1/?/init.lua"
package.cpath = arg[1] .. "/lua/5.1/?.so"
local xmlrpc = require "xmlrpc"
for _, value in ipairs { "a-b_c", "R&D", "R&amp;D", { "a" } } do
  local call = xmlrpc.clEncode("m", value):gsub("\n%s*", "")
  print((type(value) == "table" and "list" or value) .. "\t" .. call)
end
LUA
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
LD_LIBRARY_PATH=$libraries root/usr/bin/lua5.1 calls.lua "$libraries" > calls
cat > show.py <<'PY'
import sys
import xmlrpc.client

for line in sys.stdin:
    name, call = line.rstrip("\n").split("\t")
    sent = call[call.index("<param><value>") + len("<param><value>"):call.index("</value></param>")].strip()
    if name == "list":
        print(f"{name}: {sent}")
        continue
    try:
        (read,), _ = xmlrpc.client.loads(call)
        state = "well-formed" + (f", read as {read}" if read != name else "")
    except xmlrpc.client.expat.ExpatError:
        state = "malformed"
    print(f"{name}: {sent}, {state}")
PY
/usr/bin/python3 show.py < calls | tee seen
cat > expected <<'TXT'
a-b_c: <string>a-b_c</string>, well-formed
R&D: <string>R&D</string>, malformed
R&amp;D: <string>R&amp;D</string>, well-formed, read as R&D
list: <struct><member><name>1</name><value><string>a</string></value></member></struct>
TXT
cmp expected seen && echo "as described"
