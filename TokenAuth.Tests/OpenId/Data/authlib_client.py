"""Signs in with Authlib as a web application does, and prints what it got as JSON."""
import html.parser, json, sys, urllib.parse
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebToken
from authlib.oidc.core import CodeIDToken

issuer, client_id, secret, redirect, login, password = sys.argv[1:7]


class Form(html.parser.HTMLParser):
    """The hidden inputs of the page's own form."""
    def __init__(self, text):
        super().__init__()
        self.fields, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inside = self.inside or tag == "main"
        if self.inside and tag == "input" and attrs.get("type") == "hidden":
            self.fields.append((attrs["name"], attrs.get("value", "")))


def visit(url):
    """The person: signs in, allows, and arrives at the application."""
    browser = requests.Session()
    while not url.startswith(redirect):
        answer = browser.get(url, allow_redirects=False)
        if answer.status_code == 200:
            mine = [("login", login), ("password", password)] if "/signin" in url else [("decision", "allow")]
            answer = browser.post(url, data=Form(answer.text).fields + mine, allow_redirects=False)
        assert answer.is_redirect, answer.text
        url = urllib.parse.urljoin(url, answer.headers["Location"])
    return url


server = requests.get(issuer + ".well-known/openid-configuration").json()
assert server["issuer"] == issuer
client = OAuth2Session(
    client_id, secret, scope="openid profile email offline_access", redirect_uri=redirect, code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_basic")
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
revoked = client.revoke_token(server["revocation_endpoint"], token=renewed["refresh_token"])
after = requests.get(
    server["userinfo_endpoint"], headers={"Authorization": "Bearer " + renewed["access_token"]}).status_code
print(json.dumps({"sub": claims["sub"], "person": person, "revoked": revoked.status_code, "after": after}))
