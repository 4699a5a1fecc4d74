"""Clients of the five dialects, of OpenID Connect and of the pages, written from the documentation."""
import base64
import hashlib
import hmac
import http.client
import json
import re
import time
import urllib.parse
import xml.etree.ElementTree
import xmlrpc.client


class Refused(Exception):
    """The server's own answer that it does not do what was asked."""

    def __init__(self, code, text=""):
        super().__init__(f"{code} {text}".strip())
        self.code = str(code)


class Unexpected(Exception):
    """An answer that should not be."""


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Client:
    """Calls the nodes of a server in turn, over a connection to each that stays open."""

    def __init__(self, site, ports):
        self.site = site
        self.connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in ports]
        self.answered = 0
        self.unanswered = 0
        self.cookies = {}
        self.form_token = ""

    def ask(self, verb, path, body=None, **headers):
        """Returns the status, the headers and the text of an answer."""
        connection = self.connections[0]
        self.connections.append(self.connections.pop(0))
        try:
            connection.request(verb, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.unanswered += 1
            raise
        self.answered += 1
        return answer.status, answer.headers, text

    def post(self, path, fields, **headers):
        return self.ask(
            "POST", path, urllib.parse.urlencode(fields), Content_Type="application/x-www-form-urlencoded", **headers)

    # MediaPost

    def mediapost(self, method, secret=None, **parameters):
        app = self.site["web"]
        parameters |= {"api_key": app["key"], "format": "json", "method": method}
        text = "".join(f"{name}={value}" for name, value in sorted(parameters.items()))
        parameters["sig"] = md5(text + (secret or app["secret"]))
        result = json.loads(self.post("/api.php", parameters)[2])
        if isinstance(result, dict) and "error_code" in result:
            raise Refused(result["error_code"], result["error_msg"])
        return result

    def mediapost_session(self, browser):
        token = self.mediapost("auth.createToken")
        browser.allow("/login.php?" + urllib.parse.urlencode(
            {"api_key": self.site["web"]["key"], "v": "1.0", "auth_token": token}))
        return self.mediapost("auth.getSession", auth_token=token)["session_key"]

    # ipernity

    def ipernity_fields(self, parameters, method="", secret=None):
        app = self.site["web"]
        parameters = parameters | {"api_key": app["key"]}
        text = "".join(name + value for name, value in sorted(parameters.items()))
        return parameters | {"api_sig": md5(text + method + (secret or app["secret"]))}

    def ipernity(self, method, secret=None, **parameters):
        result = json.loads(self.post(
            f"/api/{method}/json", self.ipernity_fields(parameters, method, secret))[2])
        if result["api"]["status"] != "ok":
            raise Refused(result["api"]["code"], result["api"]["message"])
        return result["auth"]

    def ipernity_token(self, browser):
        frob = self.ipernity("auth.getFrob")["frob"]
        browser.allow("/apps/authorize?" + urllib.parse.urlencode(
            self.ipernity_fields({"frob": frob, "perm_doc": "read"})))
        return self.ipernity("auth.getToken", frob=frob)["token"]

    # Dreamwidth

    def journal(self, method, **arguments):
        body = xmlrpc.client.dumps((arguments,), "LJ.XMLRPC." + method)
        try:
            return xmlrpc.client.loads(self.ask("POST", "/interface/xmlrpc", body, Content_Type="text/xml")[2])[0][0]
        except xmlrpc.client.Fault as fault:
            raise Refused(fault.faultCode, fault.faultString) from None

    def journal_session(self, login, key):
        challenge = self.journal("getchallenge")["challenge"]
        return self.journal(
            "sessiongenerate", username=login, auth_method="challenge", auth_challenge=challenge,
            auth_response=md5(challenge + md5(key)))["ljsession"]

    def journal_flat(self, login, key):
        lines = self.post("/interface/flat", {"mode": "login", "user": login, "password": key})[2].split("\n")
        answer = dict(zip(lines[::2], lines[1::2]))
        if answer["success"] != "OK":
            raise Refused(answer["errmsg"])
        return answer["name"]

    # Wetpaint

    def wetpaint(self, user, secret=None):
        app = self.site["wiki"]
        now = str(int(time.time()))
        answer = xml.etree.ElementTree.fromstring(self.post("/UserService/login.do", {
            "output": "api", "key": app["key"], "ns": "endurance", "user.userId": user,
            "user.email": "someone@example.org", "user.emailOptIn": "false", "cred.ts": now,
            "cred.sig": hmac.new(
                (secret or app["secret"]).encode(), (app["key"] + user + now).encode(), hashlib.sha1).hexdigest(),
        })[2])
        if answer.find("failure") is not None:
            raise Refused(answer.findtext("failure/cause"), answer.findtext("failure/messages/message"))
        return answer.findtext("ticket")

    # PeopleAggregator

    def people(self, method, **arguments):
        path = "/api/json/peopleaggregator/" + method
        if method == "login":
            text = self.post(path, arguments)[2]
        else:
            text = self.ask("GET", f"{path}?{urllib.parse.urlencode(arguments)}")[2]
        answer = json.loads(text)
        if not answer["success"]:
            raise Refused(answer["code"], answer["msg"])
        return answer

    # OpenID Connect, and the checks for newer services

    def as_app(self, name, path, **fields):
        app = self.site[name]
        credentials = base64.b64encode(f"{app['key']}:{app['secret']}".encode()).decode()
        status, _, text = self.post(path, fields, Authorization="Basic " + credentials)
        answer = json.loads(text)
        if status != 200:
            raise Refused(status, answer.get("error", ""))
        return answer

    def access_token(self):
        return self.as_app("oidc", "/connect/token", grant_type="client_credentials")["access_token"]

    def introspect(self, token):
        return self.as_app("service", "/introspect", token=token)

    def verify(self, **headers):
        status, answer, _ = self.ask("GET", "/auth/verify", **headers)
        if status != 204:
            raise Refused(status)
        return answer["X-Auth-Login"]

    # A browser

    def page(self, path, expected=200):
        status, headers, text = self.ask("GET", path, Cookie=self.cookie_header(), Accept="text/html")
        self.store(headers)
        if status != expected:
            raise Refused(status, path.split("?")[0])
        found = re.search(r'name="__RequestVerificationToken"[^>]* value="([^"]*)"', text)
        self.form_token = found.group(1) if found else self.form_token
        return text

    def submit(self, path, **fields):
        """Returns the address that the browser is redirected to."""
        status, headers, _ = self.post(
            path, fields | {"__RequestVerificationToken": self.form_token}, Cookie=self.cookie_header())
        self.store(headers)
        if status != 302:
            raise Refused(status, path.split("?")[0])
        return headers["Location"]

    def sign_in(self, login, password):
        self.page("/signin")
        self.submit("/signin", login=login, password=password)
        self.page("/account")
        return self

    def allow(self, link):
        if "example.test" not in self.submit(link, decision="allow"):
            raise Unexpected("the consent led to another place than the callback")

    def cookie_header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def store(self, headers):
        for cookie in headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
