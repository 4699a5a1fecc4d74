#!/bin/sh
# homematic-xmlrpc 2.0.0 (npm): a text with "]]>" makes the call malformed, and a carriage return is lost.
#
# It is a fork of xmlrpc 1.3.2 with another XML writer. A text with "&" or "<" goes into a CDATA section in both. If it has "]]>",
# too, xmlrpc divides the section, and the fork does not, so it ends too early and the rest is no XML (XML 1.0, section 2.7). A
# carriage return is written as &#xD; by xmlrpc and as it is by the fork, so that a parser makes it a line feed (section 2.11).
#
# Guessed before the run: the fork writes texts as xmlrpc does (missed in both).
# Seen on 2026-11-30 with Node.js 20.20.2 and Python 3.11.2's parser:
#   xmlrpc: 'R&D' is read as 'R&D', 'a[b[0]]>0 & c' is read as 'a[b[0]]>0 & c', 'a\r\nb' is read as 'a\r\nb'
#   homematic-xmlrpc: 'R&D' is read as 'R&D', 'a[b[0]]>0 & c' is not well-formed, 'a\r\nb' is read as 'a\nb'
# What follows for a program: send such a text as base64. A server has to refuse the call, and cannot tell a line feed apart.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent homematic-xmlrpc@2.0.0 xmlrpc@1.3.2 > log 2>&1
cat > write.js <<'JS'
const texts = ['R&D', 'a[b[0]]>0 & c', 'a\r\nb'];
const calls = {};
for (const name of ['xmlrpc', 'homematic-xmlrpc']) {
  const serializer = require(`${name}/lib/serializer`);
  calls[name] = texts.map(text => [text, serializer.serializeMethodCall('m', [text], 'utf-8')]);
}
console.log(JSON.stringify(calls));
JS
cat > read.py <<'PY'
import json
import sys
import xmlrpc.client
from xml.parsers.expat import ExpatError

for name, calls in json.load(sys.stdin).items():
    readings = []
    for text, call in calls:
        try:
            (read,), _ = xmlrpc.client.loads(call)
            readings.append(f"{text!r} is read as {read!r}")
        except ExpatError:
            readings.append(f"{text!r} is not well-formed")
    print(f"{name}: {', '.join(readings)}")
PY
node write.js > calls
/usr/bin/python3 read.py < calls | tee seen
cat > expected <<'TXT'
xmlrpc: 'R&D' is read as 'R&D', 'a[b[0]]>0 & c' is read as 'a[b[0]]>0 & c', 'a\r\nb' is read as 'a\r\nb'
homematic-xmlrpc: 'R&D' is read as 'R&D', 'a[b[0]]>0 & c' is not well-formed, 'a\r\nb' is read as 'a\nb'
TXT
cmp expected seen && echo "as described"
