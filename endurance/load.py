"""Mixed load at a moderate rate for a long time, on SQLite and on two nodes with PostgreSQL at the same time.

Every answer is compared with the expected one. Each minute the servers are observed from outside. In the end the last
quarter of the time is compared with the second one: a server that leaks anything has more of it then.
"""
import argparse
import collections
import http.client
import random
import sys
import threading
import time
import traceback

from client import Client, Refused, Unexpected
from server import LOGIN, OTHER, PASSWORD, Installation

CALLERS = 4  # at each store
KEPT = 20  # sessions of each dialect that a caller keeps; older ones are ended

# The limits: the last quarter relative to the second one.
MEMORY, DESCRIPTORS, THREADS, LOG, STORE = 1.10, 5, 5, 1.10, 1.25


class Caller(Client, threading.Thread):
    """Programs of all kinds, one step after the other, at a steady rate."""

    def __init__(self, site, ports, number, rate):
        Client.__init__(self, site, ports)
        threading.Thread.__init__(self, daemon=True)
        self.number, self.rate = number, rate
        self.until = 0.0
        self.random = random.Random(number)
        self.browser = Client(site, ports)
        self.sessions = {dialect: collections.deque() for dialect in
                         ("mediapost", "ipernity", "dreamwidth", "wetpaint", "peopleaggregator")}
        self.ended = collections.deque()
        self.wrong = collections.Counter()
        self.done = collections.Counter()

    STEPS = {
        "check_mediapost": 120, "check_ipernity": 120, "check_people": 120, "check_journal": 80, "introspection": 100,
        "check_foreign": 20, "check_ended": 20,
        "new_mediapost": 25, "new_ipernity": 15, "new_journal": 25, "flat": 15, "new_ticket": 30, "new_people": 25,
        "wrong_signatures": 10, "openid": 20, "pages": 15, "password": 3, "wrong_password": 2,
    }

    def answers(self):
        return self.answered + self.browser.answered

    def lost(self):
        return self.unanswered + self.browser.unanswered

    def run(self):
        began = time.monotonic()
        self.browser.sign_in(LOGIN, PASSWORD)
        for name in "new_mediapost", "new_ipernity", "new_journal", "new_ticket", "new_people":
            self.step(name)
        steps, weights = list(self.STEPS), list(self.STEPS.values())
        while time.monotonic() < self.until:
            self.step(self.random.choices(steps, weights)[0])
            # A caller that is late does not hurry: the rate stays moderate.
            began = max(began, time.monotonic() - 5 - self.answers() / self.rate)
            time.sleep(max(0.0, began + self.answers() / self.rate - time.monotonic()))

    def step(self, name):
        try:
            getattr(self, name)()
            self.done[name] += 1
        except (Refused, Unexpected, OSError, http.client.HTTPException) as wrong:
            self.wrong[f"{name}: {type(wrong).__name__} {wrong}"] += 1
        except Exception:  # an answer that cannot be read
            self.wrong[f"{name}: {traceback.format_exc(limit=-2)}"] += 1

    def equal(self, expected, answer):
        if answer != expected:
            raise Unexpected(f"{answer!r} instead of {expected!r}")

    def refused(self, codes, call, *arguments, **more):
        try:
            call(*arguments, **more)
        except Refused as refusal:
            if refusal.code not in codes:
                raise
            return
        raise Unexpected("it was not refused")

    def any(self, dialect):
        return self.random.choice(self.sessions[dialect])

    def keep(self, dialect, session, end):
        kept = self.sessions[dialect]
        kept.append(session)
        if len(kept) > KEPT:
            oldest = kept.popleft()
            if end:
                end(oldest)
                self.ended.append((time.monotonic(), dialect, oldest))

    # Checks

    def check_mediapost(self):
        self.equal(self.site["uid"], self.mediapost("users.getLoggedInUser", session_key=self.any("mediapost")))

    def check_ipernity(self):
        token = self.any("ipernity")
        self.equal(token, self.ipernity("auth.checkToken", auth_token=token)["token"])

    def check_people(self):
        self.equal(LOGIN, self.people("checkToken", authToken=self.any("peopleaggregator"))["login"])

    def check_journal(self):
        self.equal(LOGIN, self.verify(Cookie="ljsession=" + self.any("dreamwidth")))

    def introspection(self):
        dialect = self.random.choice(list(self.sessions))
        answer = self.introspect(self.any(dialect))
        self.equal((True, dialect), (answer["active"], answer["dialect"]))

    def check_foreign(self):
        self.refused(["102"], self.mediapost, "users.getLoggedInUser", session_key="0" * 32)
        self.refused(["107"], self.ipernity, "auth.checkToken", auth_token="1-" + "0" * 32)
        self.refused(["user_token_invalid"], self.people, "checkToken", authToken="nobody")
        self.equal({"active": False}, self.introspect("0" * 32))

    def check_ended(self):
        """Sessions that ended two seconds ago or more: the other node knows within a second."""
        if not self.ended or self.ended[0][0] > time.monotonic() - 2:
            return
        _, dialect, session = self.ended.popleft()
        if dialect == "mediapost":
            self.refused(["102"], self.mediapost, "users.getLoggedInUser", session_key=session)
        elif dialect == "dreamwidth":
            self.refused(["401"], self.verify, Cookie="ljsession=" + session)
        else:
            self.refused(["user_token_invalid"], self.people, "checkToken", authToken=session)

    # Sessions

    def new_mediapost(self):
        self.keep("mediapost", self.mediapost_session(self.browser),
                  lambda session: self.mediapost("auth.expireSession", session_key=session))

    def new_ipernity(self):
        self.keep("ipernity", self.ipernity_token(self.browser), None)

    def new_journal(self):
        key = self.site["account_key"]
        self.keep("dreamwidth", self.journal_session(LOGIN, key), lambda session: self.journal(
            "sessionexpire", username=LOGIN, password=key, expire=[session.split(":")[2]]))

    def flat(self):
        self.equal("alice", self.journal_flat(LOGIN, self.site["account_key"]))

    def new_ticket(self):
        self.keep("wetpaint", self.wetpaint(f"user {self.number} {self.random.randrange(1000)}"), None)

    def new_people(self):
        self.keep(
            "peopleaggregator", self.people("login", login=LOGIN, password=self.site["account_key"])["authToken"],
            lambda session: self.people("logout", authToken=session))

    def password(self):
        session = self.people("login", login=LOGIN, password=PASSWORD)["authToken"]
        self.people("logout", authToken=session)

    def wrong_password(self):
        # After three wrong ones the server refuses to look for a while.
        self.refused(
            ["user_invalid_password", "operation_not_permitted"], self.people, "login", login=OTHER, password="wrong")
        self.refused(["101", "402"], self.journal_session, OTHER, "wrong")

    def wrong_signatures(self):
        self.refused(["104"], self.mediapost, "auth.createToken", secret="wrong")
        self.refused(["105"], self.ipernity, "auth.getFrob", secret="wrong")
        self.refused(["INVALID_DEVELOPER_KEY"], self.wetpaint, "nobody", secret="wrong")

    # The new and the pages

    def openid(self):
        token = self.access_token()
        self.equal(True, self.as_app("oidc", "/connect/introspect", token=token)["active"])

    def pages(self):
        for path in "/signin", "/docs", "/css/site.css", "/.well-known/jwks", "/health/live":
            self.page(path)
        self.page("/nowhere", 404)
        if LOGIN not in self.browser.page("/account"):
            raise Unexpected("the page of the account does not show its name")


class Side:
    """One store with its nodes and callers."""

    def __init__(self, name, installation, nodes, rate):
        self.name, self.installation = name, installation
        site = installation.register()
        self.servers = [installation.serve(f"node{number}") for number in range(nodes)]
        browser = Client(site, [self.servers[0].port])
        session = browser.mediapost_session(browser.sign_in(LOGIN, PASSWORD))
        site["uid"] = browser.mediapost("users.getLoggedInUser", session_key=session)
        ports = [server.port for server in self.servers]
        self.callers = [
            Caller(site, ports[number % nodes:] + ports[:number % nodes], number, rate / CALLERS)
            for number in range(CALLERS)]
        self.samples = []

    def sample(self, now):
        self.samples.append({
            "time": now,
            "answers": sum(caller.answers() for caller in self.callers),
            "lost": sum(caller.lost() for caller in self.callers),
            "unexpected": sum(caller.wrong.total() for caller in self.callers),
            "memory": sum(server.memory() for server in self.servers) / len(self.servers),
            "descriptors": sum(server.descriptors() for server in self.servers) / len(self.servers),
            "threads": sum(server.threads() for server in self.servers) / len(self.servers),
            "processor": sum(server.processor() for server in self.servers),
            "log": sum(server.log_bytes() for server in self.servers),
            "store": self.installation.store_bytes(),
            "wal": self.installation.log_file_bytes(),
        })
        return self.samples[-1]

    def quarter(self, number):
        """The samples of a quarter, and the one before it."""
        size = (len(self.samples) - 1) // 4
        return self.samples[(number - 1) * size:number * size + 1]

    def average(self, number, what):
        taken = self.quarter(number)[1:]
        return sum(sample[what] for sample in taken) / len(taken)

    def growth(self, number, what):
        """Bytes for each answer."""
        first, *_, last = self.quarter(number)
        return (last[what] - first[what]) / (last["answers"] - first["answers"])

    def verdict(self):
        """The rows of the table: what, in the second quarter, in the last, the limit, whether it is kept."""
        for what, unit, limit in (
                ("memory", 1048576, lambda before: before * MEMORY),
                ("descriptors", 1, lambda before: before + DESCRIPTORS),
                ("threads", 1, lambda before: before + THREADS)):
            before, after = self.average(2, what), self.average(4, what)
            name = {"memory": "memory of a node, MiB"}.get(what, what + " of a node")
            yield name, before / unit, after / unit, limit(before) / unit, after <= limit(before)
        for what, allowed in ("log", LOG), ("store", STORE):
            before, after = self.growth(2, what), self.growth(4, what)
            yield what + ", bytes for each answer", before, after, before * allowed, after <= before * allowed


def main():
    options = argparse.ArgumentParser()
    for name in "--program", "--directory", "--results", "--database":
        options.add_argument(name, required=True)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--rate", type=float, default=40, help="answers a second of each store")
    options = options.parse_args()

    host, port, user, database = options.database.split(":")
    postgresql = {"host": host, "port": int(port), "user": user, "database": database}
    sides = []
    try:
        for name, place, nodes in ("SQLite", None, 1), ("PostgreSQL", postgresql, 2):
            installation = Installation(options.program, f"{options.directory}/{name}", place)
            installation.environment["TokenAuth__PublicUrl"] = "http://127.0.0.1"  # one issuer for all nodes
            sides.append(Side(name, installation, nodes, options.rate))
        seconds = 60 * options.minutes
        began = time.monotonic()
        for side in sides:
            for caller in side.callers:
                caller.until = began + seconds
                caller.start()
        steps = max(8, round(options.minutes))
        steps -= steps % 4
        with open(f"{options.results}/load-samples.tsv", "w", encoding="utf-8") as table:
            for step in range(steps + 1):
                time.sleep(max(0.0, began + step * seconds / steps - time.monotonic()))
                for side in sides:
                    sample = side.sample(round(time.monotonic() - began))
                    if table.tell() == 0:
                        print("store", *sample, sep="\t", file=table)
                    print(side.name, *(round(value) for value in sample.values()), sep="\t", file=table, flush=True)
        for side in sides:
            for caller in side.callers:
                caller.join(90)
        kept = report(sides, options)
    finally:
        for side in sides:
            side.installation.stop()
    return 0 if kept else 1


def report(sides, options):
    kept = True
    with open(f"{options.results}/load.md", "w", encoding="utf-8") as page:
        print(f"## Mixed load for {options.minutes:g} minutes\n", file=page)
        print("| store | nodes | answers | a second | without an answer | unexpected | processor, % of a core | log, "
              "bytes for each answer | largest write-ahead log, MiB |", file=page)
        print("|---|---|---|---|---|---|---|---|---|", file=page)
        for side in sides:
            first, last = side.samples[0], side.samples[-1]
            time_taken = last["time"] - first["time"]
            answers = sum(caller.answers() for caller in side.callers)
            lost = sum(caller.lost() for caller in side.callers)
            wrong = sum((caller.wrong for caller in side.callers), collections.Counter())
            processor = 100 * (last["processor"] - first["processor"]) / time_taken
            log = (last["log"] - first["log"]) / (last["answers"] - first["answers"])
            wal = max(sample["wal"] for sample in side.samples) / 1048576
            print(f"| {side.name} | {len(side.servers)} | {answers:,} | {last['answers'] / time_taken:.0f} | {lost} | "
                  f"{wrong.total()} | {processor:.1f} | {log:.0f} | {wal:.1f} |", file=page)
            kept &= not lost and not wrong
            for what, times in wrong.most_common(20):
                print(f"{side.name}: {times} times {what}", file=sys.stderr)
        print("\n| store | what | second quarter | last quarter | limit | kept |", file=page)
        print("|---|---|---|---|---|---|", file=page)
        for side in sides:
            for what, before, after, limit, good in side.verdict():
                print(f"| {side.name} | {what} | {before:,.1f} | {after:,.1f} | {limit:,.1f} | "
                      f"{'yes' if good else '**no**'} |", file=page)
                kept &= good
        steps = collections.Counter()
        for side in sides:
            for caller in side.callers:
                steps += caller.done
        print("\nSteps: " + ", ".join(f"{name} {times:,}" for name, times in sorted(steps.items())) + ".", file=page)
    return kept


if __name__ == "__main__":
    sys.exit(main())
