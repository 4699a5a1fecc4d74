#!/bin/bash
# speakeasy 2.0.0 (npm): a blank or a hyphen in a Base32 secret is read as the letter A, without an error.
#
# Sites show the secret of an authenticator app in groups of four, because a person can copy it better that way. A program
# that gives such a text to speakeasy gets six digits that look right and that no server accepts. base32.js 0.0.1, which
# decodes for speakeasy, takes each letter that it does not know for five zero bits, as the letter A. oathtool and otpauth
# leave blanks out; otplib, totp-generator and Otp.NET raise an error.
#
# Guessed before the run: the right code or an error (missed).
# Seen on 2026-11-30 with Node.js 20.20.2, at the time 1111111109 of RFC 6238:
#   GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ 081804
#   GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ 886660
#   GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ 886660
#   GEZDAGNBVAGY3TAQOJQAGEZDAGNBVAGY3TAQOJQ 886660
#   otpauth: GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ 081804
# What follows for a page that shows a secret: make the groups with letter spacing, so that the copied text has no blanks.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent speakeasy@2.0.0 base32.js@0.0.1 otpauth@9.5.2 > log 2>&1
cat > codes.js <<'JS'
const speakeasy = require('speakeasy');
const { TOTP } = require('otpauth');

const time = 1111111109;
const groups = ['GEZD', 'GNBV', 'GY3T', 'QOJQ', 'GEZD', 'GNBV', 'GY3T', 'QOJQ'];
for (const secret of ['', ' ', '-', 'A'].map(between => groups.join(between)))
  console.log(secret, speakeasy.totp({ secret, encoding: 'base32', time }));
console.log('otpauth:', groups.join(' '), new TOTP({ secret: groups.join(' ') }).generate({ timestamp: time * 1000 }));
JS
node codes.js | tee seen
cat > expected <<'TXT'
GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ 081804
GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ 886660
GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ 886660
GEZDAGNBVAGY3TAQOJQAGEZDAGNBVAGY3TAQOJQ 886660
otpauth: GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ 081804
TXT
cmp expected seen && echo "as described"
