"""A published server: its registration, its process, and what can be seen of it from outside."""
import base64
import http.client
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import time

LOGIN, OTHER = "alice", "eve"
PASSWORD = "correct horse battery staple"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Installation:
    """A store, with its commands and its servers.

    postgresql: psql's and Npgsql's parameters of the database server; none for SQLite.
    """

    def __init__(self, program, directory, postgresql=None):
        self.program = program
        self.directory = directory
        self.data = os.path.join(directory, "data")
        self.postgresql = postgresql
        self.servers = []
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("TokenAuth__", "ASPNETCORE_"))}
        self.environment["TokenAuth__DataDirectory"] = self.data
        os.makedirs(directory, exist_ok=True)
        if postgresql:
            self.environment |= {
                "TokenAuth__Database__Provider": "PostgreSql",
                "ConnectionStrings__TokenAuth":
                    f"Host={postgresql['host']};Port={postgresql['port']};Username={postgresql['user']};"
                    f"Database={postgresql['database']}",
                "TokenAuth__KeyRing__WrappingKey": base64.b64encode(secrets.token_bytes(32)).decode(),
            }

    def run(self, *arguments, said=""):
        """Runs a command; returns its exit code and what it printed."""
        done = subprocess.run(
            ["dotnet", self.program, *arguments], env=self.environment, input=said, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def json(self, *arguments, said=""):
        code, text = self.run(*arguments, "--json", said=said)
        if code != 0:
            raise RuntimeError(text)
        return json.loads(text)

    def register(self):
        """Makes the accounts and the applications; returns what their programs know."""
        for login in LOGIN, OTHER:
            self.json(
                "account", "add", login, "--email", login + "@example.test", "--password-stdin", said=PASSWORD + "\n")
        site = {"account_key": self.json("account", "key", LOGIN, "endurance")["key"]}
        for name, options in {
            "web": "--kind web --callback http://gallery.example.test/",
            "wiki": "--kind web --namespace endurance",
            "service": "--kind service",
            "oidc": "--kind oidc --redirect https://gallery.example.test/cb",
        }.items():
            made = self.json("app", "add", name, *options.split())
            site[name] = {"key": made["apiKey"], "secret": made["secret"]}
        return site

    def serve(self, name="server", **environment):
        server = Server(self, name, environment)
        self.servers.append(server)
        return server

    def stop(self):
        for server in self.servers:
            server.stop()

    def store_bytes(self):
        """The size of the store, with what is in the log and not yet in the database, but without the log's file."""
        if self.postgresql:
            place = self.postgresql
            return int(subprocess.run(
                ["psql", "-qAt", "-h", place["host"], "-p", str(place["port"]), "-U", place["user"],
                 place["database"], "-c", "SELECT pg_database_size(current_database())"],
                check=True, capture_output=True, text=True).stdout)
        connection = sqlite3.connect(f"file:{self.data}/tokenauth.db?mode=ro", uri=True)
        try:
            (pages,), (size,) = (
                connection.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
            return pages * size
        finally:
            connection.close()

    def log_file_bytes(self):
        """The size of SQLite's write-ahead log."""
        return 0 if self.postgresql else os.path.getsize(f"{self.data}/tokenauth.db-wal")


class Server:
    def __init__(self, installation, name, environment):
        self.port = free_port()
        self.log = os.path.join(installation.directory, name + ".log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["dotnet", installation.program, "serve", "--urls", f"http://127.0.0.1:{self.port}"],
                env=installation.environment | environment, cwd=installation.directory, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        began = time.monotonic()
        while self.ready()[0] != 200:
            if self.process.poll() is not None or time.monotonic() - began > 60:
                with open(self.log, encoding="utf-8") as text:
                    raise RuntimeError("The server does not start: " + text.read())
            time.sleep(0.1)

    def ready(self, timeout=30):
        """The status of /health/ready, 0 if there is no answer, and its text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def status(self, name):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))

    def memory(self):
        """The resident memory in bytes."""
        return 1024 * self.status("VmRSS")

    def threads(self):
        return self.status("Threads")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor(self):
        """The processor time so far, in seconds."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log_bytes(self):
        return os.path.getsize(self.log)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        return self.process.returncode
