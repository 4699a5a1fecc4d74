#!/bin/sh
# ruby-jwt 2.5.0 (Debian 12): with verify_iat, a token of a server whose clock is ahead is refused, whatever the leeway is.
#
# iat says when the token was made; RFC 7519, section 4.1.6, does not ask to refuse one from the future, and for exp and nbf it
# allows a small leeway for clocks that differ (4.1.4, 4.1.5). The option leeway counts for these two only. So a program with
# verify_iat and a leeway of a minute refuses each fresh token of a server that is five seconds ahead, and takes it six seconds
# later. PyJWT 2.6.0, which always checks iat, applies its leeway to it.
#
# Guessed before the run: the leeway counts for iat in both (missed for ruby-jwt).
# Seen on 2026-12-01 with Ruby 3.1.2 and Python 3.11.2, a leeway of 60 seconds, claims 30 seconds off:
#   ruby-jwt: exp valid, nbf valid, iat JWT::InvalidIatError
#   PyJWT: exp valid, nbf valid, iat valid
# What follows for a program: leave verify_iat out. For a server: keep its clock right; a clock a second ahead is enough.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq ruby-jwt=2.5.0-1+deb12u1 python3-jwt=2.6.0-1+deb12u1 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > verify.rb <<'RB'
require 'jwt'

key = 'k' * 32
results = { 'exp' => -30, 'nbf' => 30, 'iat' => 30 }.map do |claim, seconds|
  token = JWT.encode({ claim => Time.now.to_i + seconds }, key, 'HS256')
  JWT.decode(token, key, true, algorithm: 'HS256', verify_iat: true, leeway: 60)
  "#{claim} valid"
rescue JWT::DecodeError => e
  "#{claim} #{e.class}"
end
puts "ruby-jwt: #{results.join(', ')}"
RB
cat > verify.py <<'PY'
import sys
import time
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
import jwt

key = "k" * 32
results = []
for claim, seconds in ("exp", -30), ("nbf", 30), ("iat", 30):
    token = jwt.encode({claim: int(time.time()) + seconds}, key, "HS256")
    try:
        jwt.decode(token, key, algorithms=["HS256"], leeway=60)
        results.append(f"{claim} valid")
    except jwt.PyJWTError as error:
        results.append(f"{claim} {type(error).__name__}")
print(f"PyJWT: {', '.join(results)}")
PY
{
  ruby -I root/usr/lib/ruby/vendor_ruby -I "$(echo root/usr/share/rubygems-integration/all/gems/jwt-*/lib)" verify.rb
  /usr/bin/python3 verify.py
} | tee seen
cat > expected <<'TXT'
ruby-jwt: exp valid, nbf valid, iat JWT::InvalidIatError
PyJWT: exp valid, nbf valid, iat valid
TXT
cmp expected seen && echo "as described"
