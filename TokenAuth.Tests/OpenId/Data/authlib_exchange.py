"""Exchanges the session of an old client for an access token with Authlib, and checks the token with its JOSE library.
Arguments: issuer, client_id, secret, the session, the audience."""
import json
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import jwt

issuer, client_id, secret, session, audience = sys.argv[1:6]
server = requests.get(issuer + ".well-known/openid-configuration").json()
client = OAuth2Session(client_id, secret, token_endpoint_auth_method="client_secret_basic")
token = client.fetch_token(
    server["token_endpoint"], grant_type="urn:ietf:params:oauth:grant-type:token-exchange", subject_token=session,
    subject_token_type="urn:tokenauth:token-type:session", audience=audience)
claims = jwt.decode(token["access_token"], requests.get(server["jwks_uri"]).json(), claims_options={
    "iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": audience}})
claims.validate()
print(json.dumps({"payload": claims, "type": token["issued_token_type"]}))
