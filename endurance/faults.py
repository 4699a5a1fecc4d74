"""A full disk, a read-only one and a slow one below SQLite's store, and what the server answers meanwhile.

The disk is a small file system in memory where that can be mounted, which needs root, and otherwise the library disk.c.
"""
import argparse
import os
import statistics
import subprocess
import sys
import threading
import time

from client import Client, Refused
from server import LOGIN, PASSWORD, Installation

SLOW = 200  # ms that a slow disk takes for each fsync
HANGING = 20  # seconds
WRITERS = 32
BATCHING = 10  # so many writers must get at least so many times the answers of one
SOON = 5  # seconds within which the server notices a fault and its end

# What a dialect answers to a call that needs to write: the codes of docs/operations.md.
UNAVAILABLE = {
    "MediaPost": "2", "ipernity": "503", "Dreamwidth": "502", "Wetpaint": "READ_ONLY_MODE",
    "PeopleAggregator": "system_error", "sign-in page": "503",
}


class Broken(Exception):
    """A limit is broken."""


class Programs:
    """A program of each dialect with a session, and the number of sessions that there must be."""

    def __init__(self, site, port):
        self.client = client = Client(site, [port])
        self.browser = Client(site, [port]).sign_in(LOGIN, PASSWORD)
        self.port = port
        self.sessions = {
            "MediaPost": client.mediapost_session(self.browser), "ipernity": client.ipernity_token(self.browser)}
        self.count = {"mediapost": 1, "ipernity": 1, "dreamwidth": 0, "wetpaint": 0, "peopleaggregator": 0}
        for dialect in "Dreamwidth", "Wetpaint", "PeopleAggregator":
            self.write(dialect)

    def write(self, dialect):
        client, key = self.client, self.client.site["account_key"]
        if dialect == "MediaPost":
            client.mediapost("auth.createToken")
        elif dialect == "ipernity":
            client.ipernity("auth.getFrob")
        elif dialect == "Dreamwidth":
            self.sessions[dialect] = client.journal("sessiongenerate", username=LOGIN, password=key)["ljsession"]
        elif dialect == "Wetpaint":
            self.sessions[dialect] = client.wetpaint(f"user {self.count['wetpaint']}")
        elif dialect == "PeopleAggregator":
            self.sessions[dialect] = client.people("login", login=LOGIN, password=key)["authToken"]
        else:
            Client(client.site, [self.port]).sign_in(LOGIN, PASSWORD)
        if dialect.lower() in ("dreamwidth", "wetpaint", "peopleaggregator"):
            self.count[dialect.lower()] += 1

    def read(self, dialect):
        """Checks the newest session of a dialect."""
        session = self.sessions.get(dialect)
        if dialect == "MediaPost":
            return self.client.mediapost("users.getLoggedInUser", session_key=session)
        if dialect == "ipernity":
            return self.client.ipernity("auth.checkToken", auth_token=session)["user"]["username"]
        if dialect == "Dreamwidth":
            return self.client.verify(Cookie="ljsession=" + session)
        if dialect == "Wetpaint":
            return self.client.introspect(session)["username"]
        if dialect == "PeopleAggregator":
            return self.client.people("checkToken", authToken=session)["login"]
        return LOGIN in self.browser.page("/account")


def soon(what, holds):
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > SOON:
            raise Broken(f"not within {SOON} seconds: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


def is_refused(programs, dialect):
    try:
        programs.write(dialect)
        return False
    except Refused as refusal:
        if refusal.code != UNAVAILABLE[dialect]:
            raise Broken(f"{dialect} answered {refusal}") from None
        return True


def is_written(programs, dialect):
    return not is_refused(programs, dialect)


def refuse_writes(title, installation, begin, end, page, **environment):
    """Begins a fault, looks at every dialect, ends it, and looks again. The server is never restarted."""
    site = installation.register()
    server = installation.serve(**environment)
    programs = Programs(site, server.port)
    begin()
    rows, tries = [], 0
    for dialect, code in UNAVAILABLE.items():
        # What the write-ahead log still has room for is written, and answered.
        while not is_refused(programs, dialect):
            tries += 1
            if tries > 20000:
                raise Broken("writes go on")
        for _ in range(20):
            is_refused(programs, dialect)
        try:
            programs.write(dialect)
            refusal = "written"
        except Refused as answer:
            refusal = str(answer)
        programs.read(dialect)
        rows.append(f"| {dialect} | `{refusal}` | goes on |")
    soon("/health/ready says so", lambda: server.ready()[0] == 503)
    ready = server.ready()
    if "the store cannot be written" not in ready[1]:
        raise Broken(f"/health/ready says {ready}")
    status, _, _ = programs.client.ask("GET", "/health/live")
    end()
    recovery = max(soon(
        f"{dialect} writes again", lambda dialect=dialect: is_written(programs, dialect)) for dialect in UNAVAILABLE)
    for dialect in UNAVAILABLE:
        programs.read(dialect)
    soon("/health/ready is well", lambda: server.ready()[0] == 200)
    listed = installation.json("session", "list")["sessions"]
    there = {dialect: sum(session["dialect"] == dialect for session in listed) for dialect in programs.count}
    if there != programs.count:
        raise Broken(f"sessions {there} instead of {programs.count}")
    code, text = installation.run("db", "check")
    if code != 0 or server.stop() != 0:
        raise Broken(f"db check: {text}; the server stopped with {server.process.returncode}")
    print(f"## {title}\n", file=page)
    print("| | a call that writes | a check of a session |\n|---|---|---|", *rows, sep="\n", file=page)
    print(f"\nMeanwhile `/health/live` answered {status}, and `/health/ready` {ready[0]} `{ready[1]}`. Afterwards, "
          f"without a restart, every dialect wrote again within {recovery:.1f} s. The {sum(there.values())} sessions "
          f"that were answered were there and no other, and `db check` found the store in order.\n", file=page)


def start_read_only(installation, begin, end, page):
    installation.register()
    begin()
    code, text = installation.run("serve", "--urls", "http://127.0.0.1:0")
    end()
    if code != 1 or len(text.strip().split("\n")) != 1:
        raise Broken(f"a start on a read-only disk: {code} {text}")
    print("## A start on a read-only disk\n", file=page)
    print(f"Exit code 1, with one line: `{text.strip().replace(installation.data, 'DIRECTORY')}`\n", file=page)


def rate(clients, seconds, call):
    """Runs calls in as many threads as there are clients; returns answers a second, and every time taken in ms."""
    times, until = [], time.monotonic() + seconds

    def run(client):
        while time.monotonic() < until:
            began = time.monotonic()
            call(client)
            times.append(1000 * (time.monotonic() - began))

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / seconds, times


def slow_disk(installation, control, page, **environment):
    site = installation.register()
    server = installation.serve(**environment)
    programs = Programs(site, server.port)
    writers = [Client(site, [server.port]) for _ in range(WRITERS)]

    def write(client):
        client.mediapost("auth.createToken")

    rate(writers, 3, write)
    normal, _ = rate(writers, 5, write)
    control(f"slow {SLOW}")
    alone, alone_times = rate(writers[:1], 5, write)
    threads, reads = [], []
    threads.append(threading.Thread(target=lambda: reads.extend(rate(
        [programs.client], 10, lambda client: (programs.read("PeopleAggregator"), time.sleep(0.02)))[1])))
    threads[0].start()
    together, times = rate(writers, 10, write)
    threads[0].join()
    began = time.monotonic()
    ready = server.ready()
    took = time.monotonic() - began
    for dialect in UNAVAILABLE:
        programs.write(dialect)
        programs.read(dialect)
    session = programs.client.mediapost_session(programs.browser)
    programs.client.mediapost("users.getLoggedInUser", session_key=session)
    control("")
    code, text = installation.run("db", "check")
    if code != 0 or server.stop() != 0:
        raise Broken(f"db check: {text}")
    print(f"## A disk that takes {SLOW} ms for each fsync\n", file=page)
    print("| | answers a second | median, ms |\n|---|---|---|", file=page)
    print(f"| {WRITERS} writers, the disk as it is | {normal:.0f} | |", file=page)
    print(f"| one writer, slow | {alone:.1f} | {statistics.median(alone_times):.0f} |", file=page)
    print(f"| {WRITERS} writers, slow | {together:.0f} | {statistics.median(times):.0f} |", file=page)
    print(f"| checks of a session meanwhile | | {statistics.median(reads) - 20:.1f} |", file=page)
    print(f"\nBatching: {together / alone:.0f} times the answers of one writer (limit: {BATCHING}). Every call was "
          f"answered right. `/health/ready` answered {ready[0]} within {took:.1f} s: slow is not broken.\n", file=page)
    if together < BATCHING * alone or ready[0] != 200:
        raise Broken("the slow disk")


def hanging_disk(installation, control, page, **environment):
    """A write waits as long as the disk does, and is answered then. Meanwhile /health/ready must say so."""
    site = installation.register()
    server = installation.serve(**environment)
    programs = Programs(site, server.port)
    control(f"slow {1000 * HANGING}")
    answers = []
    writer = Client(site, [server.port])
    waiting = threading.Thread(target=lambda: answers.append(writer.mediapost("auth.createToken")))
    waiting.start()
    time.sleep(1)
    began = time.monotonic()
    ready = server.ready()
    took = time.monotonic() - began
    began = time.monotonic()
    programs.read("PeopleAggregator")
    check = 1000 * (time.monotonic() - began)
    still = waiting.is_alive()
    control("")
    waiting.join()
    soon("/health/ready is well", lambda: server.ready()[0] == 200)
    if server.stop() != 0:
        raise Broken(f"the server stopped with {server.process.returncode}")
    print(f"## A disk that hangs for {HANGING} s\n", file=page)
    print(f"`/health/ready` answered {ready[0]} `{ready[1]}` after {took:.0f} s, and a session was checked in "
          f"{check:.0f} ms meanwhile. The write that waited was answered when the disk went on.\n", file=page)
    if ready[0] != 503 or not still or not answers:
        raise Broken("the hanging disk")


def main():
    options = argparse.ArgumentParser()
    for name in "--program", "--directory", "--results", "--library":
        options.add_argument(name, required=True)
    options = options.parse_args()
    os.makedirs(options.directory)
    disk = f"{options.directory}/disk"
    preloaded = {"LD_PRELOAD": options.library, "TOKENAUTH_DISK": disk}

    def control(text):
        with open(disk + ".new", "w", encoding="ascii") as state:
            state.write(text)
        os.rename(disk + ".new", disk)

    def installation(name):
        return Installation(options.program, f"{options.directory}/{name}")

    def mounted(name):
        made = installation(name)
        os.makedirs(made.data)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", made.data], check=True, capture_output=True)
        mounts.append(made.data)
        return made

    def fill(directory):
        with open(f"{directory}/filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"\0" * 4096):
                    pass
            except OSError:
                pass

    mounts, made = [], []
    broken = []
    with open(f"{options.results}/faults.md", "w", encoding="utf-8") as page:
        def attempt(work, *arguments, **more):
            made.append(arguments[0] if isinstance(arguments[0], Installation) else arguments[1])
            try:
                work(*arguments, **more)
            except Exception as failure:
                broken.append(failure)
                print(f"{work.__name__}: {failure!r}", file=sys.stderr)
                print(f"**Broken**: {failure}\n", file=page)

        try:
            try:
                full = mounted("full")
                attempt(refuse_writes, "A full disk (tmpfs)", full, lambda: fill(full.data),
                        lambda: os.remove(f"{full.data}/filler"), page)
                protected = mounted("protected")
                attempt(
                    start_read_only, protected,
                    lambda: subprocess.run(["mount", "-o", "remount,ro", protected.data], check=True),
                    lambda: subprocess.run(["mount", "-o", "remount,rw", protected.data], check=True), page)
            except (OSError, subprocess.CalledProcessError) as refusal:
                print(f"No file system can be mounted ({refusal}): the library makes the disk full.\n", file=page)
                attempt(refuse_writes, "A full disk", installation("full"), lambda: control("full"),
                        lambda: control(""), page, **preloaded)
            attempt(refuse_writes, "A disk that becomes read-only", installation("read-only"),
                    lambda: control("read-only"), lambda: control(""), page, **preloaded)
            attempt(slow_disk, installation("slow"), control, page, **preloaded)
            attempt(hanging_disk, installation("hanging"), control, page, **preloaded)
        finally:
            for each in made:
                each.stop()
            for directory in mounts:
                subprocess.run(["umount", directory], check=False)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
