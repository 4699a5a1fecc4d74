"""Signs a person in with Authlib as a web application does. Prints the addresses that the person opens, reads where
their browser was sent to, and prints what it got as JSON. Authlib trusts the certificates of REQUESTS_CA_BUNDLE."""
import json
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebToken
from authlib.oidc.core import CodeIDToken

issuer, client_id, secret, redirect, signed_out = sys.argv[1:6]


def visit(address):
    print(address, flush=True)
    return sys.stdin.readline().strip()


server = requests.get(issuer + ".well-known/openid-configuration").json()
assert server["issuer"] == issuer
client = OAuth2Session(
    client_id, secret, scope="openid profile email offline_access", redirect_uri=redirect, code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_basic", revocation_endpoint_auth_method="client_secret_basic")
url, state = client.create_authorization_url(
    server["authorization_endpoint"], nonce="n-1", code_verifier="v" * 48)
token = client.fetch_token(
    server["token_endpoint"], authorization_response=visit(url), state=state, code_verifier="v" * 48)
keys = requests.get(server["jwks_uri"]).json()
claims = JsonWebToken(["RS256"]).decode(
    token["id_token"], keys, claims_cls=CodeIDToken,
    claims_options={"iss": {"value": issuer}, "aud": {"value": client_id}},
    claims_params={"nonce": "n-1", "client_id": client_id, "access_token": token["access_token"]})
claims.validate(leeway=60)
person = client.get(server["userinfo_endpoint"]).json()
renewed = client.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])
assert renewed["refresh_token"] != token["refresh_token"]
known = client.introspect_token(server["introspection_endpoint"], token=renewed["access_token"]).json()

end = requests.Request("GET", server["end_session_endpoint"], params={
    "id_token_hint": renewed["id_token"], "post_logout_redirect_uri": signed_out, "state": "bye"}).prepare().url
ended = visit(end)
after = requests.get(
    server["userinfo_endpoint"], headers={"Authorization": "Bearer " + renewed["access_token"]}).status_code
revoked = client.revoke_token(server["revocation_endpoint"], token=renewed["refresh_token"]).status_code
print(json.dumps({
    "subject": claims["sub"], "person": person, "active": known["active"], "end": ended, "after": after,
    "revoked": revoked}))
