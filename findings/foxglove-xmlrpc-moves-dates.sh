#!/bin/bash
# @foxglove/xmlrpc 1.3.0 and xmlrpc 1.3.2 (npm): the fork takes a date without a zone for UTC, the original for local time.
#
# A dateTime.iso8601 has no zone. xmlrpc writes and reads it in the zone of the process. Its fork in TypeScript reads the same
# text as UTC, so a moment that one sends to the other moves by the zone's offset. The fork writes a form of its own, with
# hyphens, milliseconds and Z, which the specification does not have. The original reads it correctly.
#
# Guessed before the run: each reads the other's dates as they were meant, and both write the specification's form (both missed).
# Seen on 2026-11-30 with Node.js 20.20.2, in the zone Europe/Paris, for 2009-07-01T10:00:00Z:
#   xmlrpc writes 20090701T12:00:00, xmlrpc reads 10:00, @foxglove/xmlrpc reads 12:00
#   @foxglove/xmlrpc writes 2009-07-01T10:00:00.000Z, xmlrpc reads 10:00, @foxglove/xmlrpc reads 10:00
# What follows: send a moment as a number of seconds, or as a text with its zone. A server reads both forms of a date.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent @foxglove/xmlrpc@1.3.0 xmlrpc@1.3.2 > log 2>&1
cat > dates.js <<'JS'
const { Readable } = require('stream');
const fork = require('@foxglove/xmlrpc');
const Deserializer = require('xmlrpc/lib/deserializer');
const original = require('xmlrpc/lib/serializer');

const read = {
  xmlrpc: call => new Promise((done, failed) => new Deserializer('utf-8')
    .deserializeMethodCall(Readable.from([call]), (error, _, values) => error ? failed(error) : done(values[0]))),
  '@foxglove/xmlrpc': async call => (await new fork.Deserializer('utf-8').deserializeMethodCall(call))[1][0],
};
(async () => {
  for (const [name, write] of [['xmlrpc', original], ['@foxglove/xmlrpc', fork]]) {
    const call = write.serializeMethodCall('m', [new Date('2009-07-01T10:00:00Z')], 'utf-8');
    const readings = [];
    for (const reader in read)
      readings.push(`${reader} reads ${(await read[reader](call)).toISOString().slice(11, 16)}`);
    console.log(`${name} writes ${call.match(/iso8601>([^<]*)/)[1]}, ${readings.join(', ')}`);
  }
})();
JS
TZ=Europe/Paris node dates.js | tee seen
cat > expected <<'TXT'
xmlrpc writes 20090701T12:00:00, xmlrpc reads 10:00, @foxglove/xmlrpc reads 12:00
@foxglove/xmlrpc writes 2009-07-01T10:00:00.000Z, xmlrpc reads 10:00, @foxglove/xmlrpc reads 10:00
TXT
cmp expected seen && echo "as described"
