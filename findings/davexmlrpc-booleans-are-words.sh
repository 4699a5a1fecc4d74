#!/bin/sh
# davexmlrpc 0.4.26 (npm, by an author of XML-RPC): booleans are written as true and false, and null as an empty struct.
#
# The specification writes booleans as 1 and 0. A server in Perl or PHP that takes the text for its truth reads "false" as true,
# because it is not empty: a program that sends "end all sessions: false" ends them all. A null member becomes
# <struct></struct>, which a server that expects a text refuses.
#
# Guessed before the run: 1 and 0 (missed); null is left out or is <nil/> (missed).
# Seen on 2026-11-29: <boolean>false</boolean> <boolean>true</boolean> <struct></struct>
# What follows: read both forms of a boolean.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent davexmlrpc@0.4.26 > log 2>&1
cat > call.js <<'JS'
const call = require('davexmlrpc').buildCall('m', [false, true, null], 'xml').replace(/\s/g, '');
console.log(call.match(/<value>(.*?)<\/value>/g).map(value => value.slice(7, -8)).join(' '));
JS
node call.js | tee seen
echo '<boolean>false</boolean> <boolean>true</boolean> <struct></struct>' | cmp - seen && echo "as described"
