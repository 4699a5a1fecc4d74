#!/bin/sh
# php-serialization 0.0.4 (npm): a text with é, ü or another letter of Latin-1 gets the closing quote as its last letter.
#
# PHP writes the length in bytes: s:5:"café". This library counts the letters from U+0080 to U+00FF wrongly, and all others, such
# as я and €, correctly. A single text comes out as café" without an error; in a list the reader has lost its place and stops with
# "unknown token". A fraction, d:1.5;, is an object of a translated Java class in place of a number, and in a list it is an error.
#
# Guessed before the run: PHP's texts and fractions are read as they are (missed for both).
# Seen on 2026-11-30 with Node.js 20.20.2:
#   s:4:"cafe"; string cafe
#   s:5:"café"; string café"
#   s:6:"cafés"; string cafés"
#   s:2:"я"; string я
#   s:3:"€"; string €
#   d:1.5; object
#   php-serialize: s:5:"café"; string café, d:1.5; number 1.5
# What follows for a program: use php-serialize. A server cannot help: the text is what PHP writes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent php-serialization@0.0.4 php-serialize@5.1.3 > log 2>&1
cat > read.js <<'JS'
const show = (library, text) => {
  const value = require(library).unserialize(text);
  return `${text} ${typeof value}${typeof value === 'object' ? '' : ` ${value}`}`;
};
for (const text of ['s:4:"cafe";', 's:5:"café";', 's:6:"cafés";', 's:2:"я";', 's:3:"€";', 'd:1.5;'])
  console.log(show('php-serialization', text));
console.log(`php-serialize: ${['s:5:"café";', 'd:1.5;'].map(text => show('php-serialize', text)).join(', ')}`);
JS
node read.js | tee seen
cat > expected <<'TXT'
s:4:"cafe"; string cafe
s:5:"café"; string café"
s:6:"cafés"; string cafés"
s:2:"я"; string я
s:3:"€"; string €
d:1.5; object
php-serialize: s:5:"café"; string café, d:1.5; number 1.5
TXT
cmp expected seen && echo "as described"
