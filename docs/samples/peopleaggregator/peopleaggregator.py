"""Logs in through the PeopleAggregator dialect and checks the token.

Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_PASSWORD: the person's
password, or an API key from /account/keys.
"""
import json
import os
import sys
import urllib.parse
import urllib.request

API = os.environ["TOKENAUTH_URL"] + "/api/json/peopleaggregator/"


def read(request, body=None):
    """Sends a GET, or a POST with this body, and returns the answer."""
    with urllib.request.urlopen(request, body) as response:
        answer = json.load(response)
    if not answer["success"]:
        sys.exit(f"Error {answer['code']}: {answer['msg']}")
    return answer


# The password is sent in the body, because logs keep addresses.
form = {"login": os.environ["TOKENAUTH_LOGIN"], "password": os.environ["TOKENAUTH_PASSWORD"]}
token = read(API + "login", urllib.parse.urlencode(form).encode())["authToken"]

answer = read(API + "checkToken?" + urllib.parse.urlencode({"authToken": token}))
print(f"Signed in: {answer['login']}, for {answer['tokenLifetime']} seconds")
