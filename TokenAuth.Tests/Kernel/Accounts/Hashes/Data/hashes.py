"""Writes test vectors made by Django and passlib, one JSON object a line: python3 hashes.py"""
import json

import argon2
import django
import passlib
from django.conf import settings
from django.contrib.auth import hashers
from passlib import hash as p

settings.configure(PASSWORD_HASHERS=[
    "django.contrib.auth.hashers." + name for name in (
        "PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "Argon2PasswordHasher", "BCryptSHA256PasswordHasher",
        "BCryptPasswordHasher", "SHA1PasswordHasher", "MD5PasswordHasher")])
UMLAUT = "p\u00e4ssw\u00f6rd"
SIGNS = "a&b <script>\"it's\" $5! c:\\d"


def put(by, password, text, weak=False):
    print(json.dumps({"by": by, "password": password, "scheme": "", "hash": text, "salt": "", "weak": weak},
                     ensure_ascii=False))


for name, weak in (("pbkdf2_sha256", False), ("pbkdf2_sha1", True), ("sha1", True), ("md5", True)):
    hasher = hashers.get_hasher(name)
    hasher.iterations = 1000
    for password in (UMLAUT, SIGNS):
        put(f"Django {django.__version__}", password, hasher.encode(password, hasher.salt()), weak)
for name in ("bcrypt_sha256", "bcrypt"):
    hasher = hashers.get_hasher(name)
    hasher.rounds = 4
    put(f"Django {django.__version__}", UMLAUT, hasher.encode(UMLAUT, hasher.salt()))
hasher = hashers.get_hasher("argon2")
hasher.memory_cost = 256
put(f"Django {django.__version__}", SIGNS, hasher.encode(SIGNS, hasher.salt()))
low = argon2.low_level
for version in (16, 19):
    for kind in (low.Type.I, low.Type.ID):
        put(f"argon2-cffi {argon2.__version__}", UMLAUT, low.hash_secret(
            UMLAUT.encode(), b"somesalt", 3, 64, 2, 24, kind, version).decode())

by = f"passlib {passlib.__version__}"
for handler in (p.phpass.using(rounds=8), p.phpass.using(rounds=9, ident="H"), p.md5_crypt, p.apr_md5_crypt,
                p.ldap_md5, p.ldap_salted_md5, p.ldap_sha1, p.ldap_salted_sha1, p.ldap_salted_sha256,
                p.ldap_salted_sha512, p.ldap_md5_crypt):
    put(by, UMLAUT, handler.hash(UMLAUT), True)
for handler in (p.sha256_crypt.using(rounds=1000), p.sha512_crypt.using(rounds=1000),
                p.ldap_sha512_crypt.using(rounds=1001), p.bcrypt.using(rounds=4)):
    put(by, UMLAUT, handler.hash(UMLAUT))
for password in ("", "a", "0123456789abcdef", "x" * 100, "ä" * 200):
    if password:
        put(by, password, p.sha512_crypt.using(rounds=1000).hash(password))
        put(by, password, p.sha256_crypt.using(rounds=1000).hash(password))
        put(by, password, p.md5_crypt.hash(password), True)
