"""Gets a ticket for one of a site's own users through the Wetpaint dialect.

Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET, TOKENAUTH_NAMESPACE and
TOKENAUTH_LOGIN, the site's own identifier of the user.
"""
import hashlib
import hmac
import os
import sys
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree

key = os.environ["TOKENAUTH_KEY"]
secret = os.environ["TOKENAUTH_SECRET"]
user = os.environ["TOKENAUTH_LOGIN"]
now = str(int(time.time()))

fields = {
    "output": "api",
    "key": key,
    "ns": os.environ["TOKENAUTH_NAMESPACE"],
    "user.userId": user,
    "user.email": "someone@example.org",
    "user.emailOptIn": "false",
    "cred.ts": now,
    # The signature is the HMAC-SHA-1 of key, user and time, joined, with the secret.
    "cred.sig": hmac.new(secret.encode(), (key + user + now).encode(), hashlib.sha1).hexdigest(),
}
body = urllib.parse.urlencode(fields).encode()
with urllib.request.urlopen(os.environ["TOKENAUTH_URL"] + "/UserService/login.do", body) as answer:
    result = xml.etree.ElementTree.parse(answer).getroot()

failure = result.find("failure")
if failure is not None:
    sys.exit(f"Error {failure.findtext('cause')}: {failure.findtext('messages/message')}")

ticket = result.findtext("ticket")
print(f"Signed in: {user}. The ticket has {len(ticket)} characters.")
