#!/bin/sh
# Of seven libraries for PHP's serialize() format, two read and none writes infinity as PHP does: php-serialize 5.1.3,
# php-unserialize 0.0.1, phpunserialize 1.3.0, serialize-php 1.1.2, locutus 3.0.36 (npm), phpserialize 1.3 and PHP::Serialization
# 0.34 (Debian 12).
#
# PHP writes "d:INF;" and reads that only. Three libraries read it as NaN without an error, which is not equal even to itself; two
# raise an error for the whole text. What they write is false for PHP's unserialize(), again for the whole text, or a word.
#
# Guessed before the run: all read it as infinity and write INF (missed for all but the reading of locutus and phpserialize).
# Seen on 2026-11-30 with Node.js 20.20.2, Python 3.11.2, Perl 5.36.0 and PHP 8.2:
#   php-serialize: reads an error, writes d:INFINITY; which PHP reads as false
#   php-unserialize: reads NaN
#   phpunserialize: reads NaN
#   serialize-php: reads NaN, writes i:Infinity; which PHP reads as false
#   locutus: reads Infinity, writes i:Infinity; which PHP reads as false
#   phpserialize: reads inf, writes d:inf; which PHP reads as false
#   PHP::Serialization: reads an error, writes s:3:"Inf"; which PHP reads as 'Inf'
# What follows for a server: write "unlimited" as a text or as -1, not as INF.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq php8.2-cli libargon2-1 libsodium23 python3-phpserialize=1.3-1.1 libphp-serialization-perl=0.34-4 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
npm init -y > log
npm install --no-audit --no-fund --silent php-serialize@5.1.3 php-unserialize@0.0.1 phpunserialize@1.3.0 serialize-php@1.1.2 \
  locutus@3.0.36 > log 2>&1
cat > infinity.mjs <<'JS'
import php from 'php-serialize'
import phpUnserialize from 'php-unserialize'
import phpunserialize from 'phpunserialize'
import serializePhp from 'serialize-php'
import { serialize } from 'locutus/php/var/serialize'
import { unserialize } from 'locutus/php/var/unserialize'

const libraries = {
  'php-serialize': php,
  'php-unserialize': { unserialize: phpUnserialize.unserialize },
  phpunserialize: { unserialize: phpunserialize.default ?? phpunserialize },
  'serialize-php': serializePhp,
  locutus: { serialize, unserialize },
}
for (const [name, library] of Object.entries(libraries)) {
  let read = 'an error'
  try {
    read = library.unserialize('d:INF;')
  } catch {
  }
  console.log([name, read, library.serialize?.(Infinity) ?? ''].join('\t'))
}
JS
cat > infinity.py <<'PY'
import sys
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
import phpserialize

print("phpserialize", phpserialize.loads(b"d:INF;"), phpserialize.dumps(float("inf")).decode(), sep="\t")
PY
cat > infinity.pl <<'PL'
use strict;
use PHP::Serialization qw(serialize unserialize);
my $read = eval { unserialize('d:INF;') } // 'an error';
print join("\t", 'PHP::Serialization', $read, serialize(9**9**9)), "\n";
PL
cat > show.php <<'PHP'
<?php
while (($line = fgets(STDIN)) !== false) {
    [$name, $read, $written] = explode("\t", rtrim($line, "\n"));
    $php = $written === '' ? '' : ", writes $written which PHP reads as " . var_export(@unserialize($written), true);
    echo "$name: reads $read$php\n";
}
PHP
{
  node infinity.mjs
  /usr/bin/python3 infinity.py
  PERL5LIB=$work/root/usr/share/perl5 perl infinity.pl
} > read
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu) root/usr/bin/php8.2 -n show.php < read | tee seen
cat > expected <<'TXT'
php-serialize: reads an error, writes d:INFINITY; which PHP reads as false
php-unserialize: reads NaN
phpunserialize: reads NaN
serialize-php: reads NaN, writes i:Infinity; which PHP reads as false
locutus: reads Infinity, writes i:Infinity; which PHP reads as false
phpserialize: reads inf, writes d:inf; which PHP reads as false
PHP::Serialization: reads an error, writes s:3:"Inf"; which PHP reads as 'Inf'
TXT
cmp expected seen && echo "as described"
