"""Signs a person in through the Dreamwidth dialect: XML-RPC, with a challenge and an API key.

Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_API_KEY, which the person
creates at /account/keys.
"""
import hashlib
import os
import sys
import xmlrpc.client


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


server = xmlrpc.client.ServerProxy(os.environ["TOKENAUTH_URL"] + "/interface/xmlrpc").LJ.XMLRPC
login = os.environ["TOKENAUTH_LOGIN"]
try:
    # A challenge is good for one attempt, within 60 seconds. The key itself is never sent.
    challenge = server.getchallenge()["challenge"]
    session = server.sessiongenerate({
        "username": login,
        "auth_method": "challenge",
        "auth_challenge": challenge,
        "auth_response": md5(challenge + md5(os.environ["TOKENAUTH_API_KEY"])),
        "expiration": "short",  # 24 hours; "long" is 30 days
    })
except xmlrpc.client.Fault as fault:
    sys.exit(f"Error {fault.faultCode}: {fault.faultString}")

# Web pages take the session as the cookie ljsession.
cookie = session["ljsession"]
print(f"Signed in: {login}. The cookie ljsession has {len(cookie)} characters.")
