#!/bin/bash
# xmlrpc 1.0.0RC3 (PECL; Debian 12, php8.2-xmlrpc): a whole number beyond 32 bits becomes another number, without an error.
#
# The extension keeps the lower 32 bits, in calls and in answers, although PHP has 64. A user with the number 4294967297 is
# sent as user 1. In an answer, 2147483648 is read as -2147483648, and an i8 as null. Texts and fractions keep their value.
#
# Guessed before the run: a larger number is sent as a fraction or as i8, and is read as it stands (all missed).
# Seen on 2026-11-30 with PHP 8.2.36:
#   sends 4294967297 as <int>1</int>
#   sends 5000000000 as <int>705032704</int>
#   sends '5000000000' as <string>5000000000</string>
#   reads <int>2147483648</int> as -2147483648
#   reads <i8>5</i8> as NULL
#   reads <double>5000000000</double> as 5000000000.0
# What follows for a server: a number that may grow beyond 31 bits goes as a text, in both directions. For a program: send
# such a number as a text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq php8.2-xmlrpc=3:1.0.0~rc3-6 libxmlrpc-epi0=0.54.2-1.3+b1 php8.2-cli libargon2-1 libsodium23 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > numbers.php <<'PHP'
<?php
foreach ([4294967297, 5000000000, '5000000000'] as $number) {
    preg_match('#<(\w+)>[^<]*</\1>(?=\s*</value>)#', xmlrpc_encode_request('m', [$number]), $sent);
    echo 'sends ', var_export($number, true), " as $sent[0]\n";
}
foreach (['<int>2147483648</int>', '<i8>5</i8>', '<double>5000000000</double>'] as $value) {
    $read = xmlrpc_decode("<methodResponse><params><param><value>$value</value></param></params></methodResponse>");
    echo "reads $value as ", var_export($read, true), "\n";
}
PHP
export LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
root/usr/bin/php8.2 -n -d extension="$work/root/usr/lib/php/20220829/xmlrpc.so" numbers.php | tee seen
cat > expected <<'TXT'
sends 4294967297 as <int>1</int>
sends 5000000000 as <int>705032704</int>
sends '5000000000' as <string>5000000000</string>
reads <int>2147483648</int> as -2147483648
reads <i8>5</i8> as NULL
reads <double>5000000000</double> as 5000000000.0
TXT
cmp expected seen && echo "as described"
