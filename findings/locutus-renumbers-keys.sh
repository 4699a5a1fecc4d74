#!/bin/sh
# locutus 3.0.36 and serialize-php 1.1.2 (npm): serialize() turns the key "01" into the number 1, and writes large numbers in a
# form that PHP does not read.
#
# PHP's own arrays take only "1" for a number; "01" stays a text. These two take every text of digits for one, so a record with
# both keys has one of them twice, and PHP keeps the last: the value of "1" is lost. unserialize() of locutus keeps "01", so it
# does not read what it wrote. A whole number from 1e21 on becomes "i:1e+21", for which PHP's unserialize() returns false for
# the whole text. php-serialize 5.1.3 keeps "01" and writes "d:1E+21".
#
# Guessed before the run: the text says what PHP would have written (missed for both libraries in both questions).
# Seen on 2026-11-30 with Node.js 20.20.2 and PHP 8.2:
#   locutus: a:2:{i:1;s:1:"a";i:1;s:1:"b";} is {"1":"b"} in PHP, i:1e+21; is false
#   serialize-php: a:2:{i:1;s:1:"a";i:1;s:1:"b";} is {"1":"b"} in PHP, i:1e+21; is false
#   php-serialize: a:2:{s:1:"1";s:1:"a";s:2:"01";s:1:"b";} is {"1":"a","01":"b"} in PHP, d:1E+21; is 1.0e+21
# What follows for a program: give such keys a letter. For a server that offers PHP's format: name members in words.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq php8.2-cli libargon2-1 libsodium23 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
npm init -y > log
npm install --no-audit --no-fund --silent locutus@3.0.36 serialize-php@1.1.2 php-serialize@5.1.3 > log 2>&1
cat > write.mjs <<'JS'
import php from 'php-serialize'
import * as locutus from 'locutus/php/var/serialize'
import other from 'serialize-php'

const libraries = { locutus: locutus.serialize, 'serialize-php': other.serialize, 'php-serialize': php.serialize }
for (const [name, serialize] of Object.entries(libraries))
  console.log([name, serialize({ 1: 'a', '01': 'b' }), serialize(1e21)].join('\t'))
JS
cat > read.php <<'PHP'
<?php
while (($line = fgets(STDIN)) !== false) {
    [$name, $record, $number] = explode("\t", trim($line));
    echo "$name: $record is ", json_encode(unserialize($record)), " in PHP, $number is ", json_encode(@unserialize($number)), "\n";
}
PHP
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
node write.mjs > written
LD_LIBRARY_PATH=$LD_LIBRARY_PATH root/usr/bin/php8.2 -n read.php < written | tee seen
cat > expected <<'TXT'
locutus: a:2:{i:1;s:1:"a";i:1;s:1:"b";} is {"1":"b"} in PHP, i:1e+21; is false
serialize-php: a:2:{i:1;s:1:"a";i:1;s:1:"b";} is {"1":"b"} in PHP, i:1e+21; is false
php-serialize: a:2:{s:1:"1";s:1:"a";s:2:"01";s:1:"b";} is {"1":"a","01":"b"} in PHP, d:1E+21; is 1.0e+21
TXT
cmp expected seen && echo "as described"
