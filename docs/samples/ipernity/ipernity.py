"""Signs a person in through the ipernity dialect and asks whose token it is.

Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
"""
import hashlib
import json
import os
import sys
import urllib.parse
import urllib.request

SERVER = os.environ["TOKENAUTH_URL"]
KEY = os.environ["TOKENAUTH_KEY"]
SECRET = os.environ["TOKENAUTH_SECRET"]


def sign(parameters, method=""):
    """Adds api_sig: the MD5 of the names and values, sorted by name and joined, then the method, then the secret."""
    text = "".join(name + value for name, value in sorted(parameters.items()))
    return parameters | {"api_sig": hashlib.md5((text + method + SECRET).encode()).hexdigest()}


def call(method, **parameters):
    """Calls a method and returns its answer."""
    body = urllib.parse.urlencode(sign(parameters | {"api_key": KEY}, method)).encode()
    with urllib.request.urlopen(f"{SERVER}/api/{method}/json", body) as answer:
        result = json.load(answer)
    if result["api"]["status"] != "ok":
        sys.exit(f"Error {result['api']['code']}: {result['api']['message']}")
    return result["auth"]


frob = call("auth.getFrob")["frob"]
# A link is signed without a method. It asks for permissions: here, to read documents.
link = urllib.parse.urlencode(sign({"api_key": KEY, "frob": frob, "perm_doc": "read"}))
print("Open this address, allow the application, then press Enter:")
print(f"{SERVER}/apps/authorize?{link}")
input()

token = call("auth.getToken", frob=frob)["token"]
# A token has no end date, so a program keeps it and asks at each start whether it is still valid.
auth = call("auth.checkToken", auth_token=token)
print(f"Signed in: {auth['user']['username']} (documents: {auth['permissions']['doc']})")
