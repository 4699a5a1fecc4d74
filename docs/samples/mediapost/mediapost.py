"""Signs a person in through the MediaPost dialect and asks who it is.

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


def call(method, secret, **parameters):
    """Calls a method, signed with the secret, and returns its result."""
    parameters |= {"api_key": KEY, "format": "json", "method": method}
    # The signature is the MD5 of name=value, sorted by name and joined, then the secret.
    text = "".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    parameters["sig"] = hashlib.md5((text + secret).encode()).hexdigest()
    body = urllib.parse.urlencode(parameters).encode()
    with urllib.request.urlopen(SERVER + "/api.php", body) as answer:
        result = json.load(answer)
    if isinstance(result, dict) and "error_code" in result:
        sys.exit(f"Error {result['error_code']}: {result['error_msg']}")
    return result


token = call("auth.createToken", SECRET)
link = urllib.parse.urlencode({"api_key": KEY, "v": "1.0", "auth_token": token})
print("Open this address, allow the application, then press Enter:")
print(f"{SERVER}/login.php?{link}")
input()

session = call("auth.getSession", SECRET, auth_token=token)
# A desktop application gets a secret with the session, and signs the session's calls with it.
secret = session.get("secret", SECRET)
user = call("users.getLoggedInUser", secret, session_key=session["session_key"])
print(f"Signed in: user {user}")
