"""OAuth 1.0a by requests-oauthlib, in the steps of its documentation. The person acts between the two runs."""
import os
import sys

from requests_oauthlib import OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied

SERVER = os.environ["SERVER"]


def session(**more):
    key, secret, kind = (os.environ[name] for name in ("KEY", "SECRET", "TYPE"))
    made = OAuth1Session(key, client_secret=secret, signature_type=kind, **more)
    made.trust_env = False
    return made


try:
    if sys.argv[1] == "request":
        oauth = session(callback_uri=sys.argv[2])
        token = oauth.fetch_request_token(SERVER + "/apps/oauth/request")
        link = oauth.authorization_url(SERVER + "/apps/oauth/authorize", perm_doc="write")
        print(token["oauth_token"], token["oauth_token_secret"], link)
    else:
        oauth = session(resource_owner_key=sys.argv[2], resource_owner_secret=sys.argv[3])
        if sys.argv[4].startswith("http"):
            oauth.parse_authorization_response(sys.argv[4])
            oauth.fetch_access_token(SERVER + "/apps/oauth/access")
        else:
            oauth.fetch_access_token(SERVER + "/apps/oauth/access", verifier=sys.argv[4])
        call = oauth.post if os.environ["TYPE"] == "BODY" else oauth.get
        print(call(SERVER + "/api/auth.checkToken").json()["auth"]["user"]["user_id"])
except TokenRequestDenied as denied:
    print("denied:", denied.status_code, denied.response.text)
