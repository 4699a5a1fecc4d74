"""Ten thousand idle connections and a thousand slow ones, and ordinary calls meanwhile."""
import argparse
import multiprocessing
import selectors
import socket
import statistics
import sys
import time

from client import Client
from server import LOGIN, PASSWORD, Installation

IDLE, SLOW = 10_000, 1_000
SECONDS, RATE = 30, 40  # of each measurement: how long, and calls a second
P99 = 100  # ms that an ordinary call may take meanwhile
HEADER = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (b"POST /api.php HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 100000\r\n\r\n")
WHOLE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.setblocking(False)
    return connection


def is_closed(connection):
    """Reads what has come, such as the rest of an answer."""
    try:
        return not connection.recv(4096)
    except OSError:
        return True


def hold_idle(port, reports):
    """Opens connections, one half without a request and one half after one; reports when the server closes them."""
    waiting = selectors.DefaultSelector()
    for number in range(IDLE):
        connection = connect(port)
        if number % 2:
            connection.send(WHOLE)
            connection.setblocking(True)
            connection.recv(4096)
            connection.setblocking(False)
        waiting.register(connection, selectors.EVENT_READ, time.monotonic())
    reports.put(("open", IDLE, 0))
    lives = []
    while len(lives) < IDLE:
        for key, _ in waiting.select():
            if not is_closed(key.fileobj):
                continue
            waiting.unregister(key.fileobj)
            key.fileobj.close()
            lives.append(time.monotonic() - key.data)
    reports.put(("closed", min(lives), max(lives)))


def hold_slow(port, reports, stop):
    """Sends one byte a second on each connection, of a header or of a body, and opens another one when it is cut."""
    waiting = selectors.DefaultSelector()
    lives = {"header": [], "body": []}

    def begin(kind):
        connection = connect(port)
        connection.send(HEADER if kind == "header" else BODY)
        waiting.register(connection, selectors.EVENT_READ, (kind, time.monotonic()))

    for number in range(SLOW):
        begin("body" if number % 2 else "header")
    reports.put(("open", SLOW, 0))
    following = time.monotonic() + 1
    while not stop.is_set():
        for key, _ in waiting.select(max(0, following - time.monotonic())):
            if not is_closed(key.fileobj):
                continue
            kind, began = key.data
            waiting.unregister(key.fileobj)
            key.fileobj.close()
            lives[kind].append(time.monotonic() - began)
            begin(kind)
        if time.monotonic() >= following:
            following += 1
            for key in list(waiting.get_map().values()):
                try:
                    key.fileobj.send(b"a")
                except OSError:
                    pass  # It is cut. The next round sees that.
    for kind, taken in lives.items():
        reports.put((kind, min(taken, default=0), max(taken, default=0)))


class Ordinary:
    """A program that checks its session, and opens handshakes."""

    def __init__(self, site, port):
        self.client = Client(site, [port])
        self.session = self.client.mediapost_session(Client(site, [port]).sign_in(LOGIN, PASSWORD))

    def measure(self, seconds=SECONDS):
        """Calls at a steady rate; returns the median and the 99th percentile in ms."""
        times, began = [], time.monotonic()
        for number in range(seconds * RATE):
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            start = time.monotonic()
            if number % 4:
                self.client.mediapost("users.getLoggedInUser", session_key=self.session)
            else:
                self.client.mediapost("auth.createToken")
            times.append(1000 * (time.monotonic() - start))
        times.sort()
        return statistics.median(times), times[int(0.99 * len(times))]


def main():
    options = argparse.ArgumentParser()
    for name in "--program", "--directory", "--results":
        options.add_argument(name, required=True)
    options = options.parse_args()
    installation = Installation(options.program, options.directory)
    site = installation.register()
    reports, stop = multiprocessing.Queue(), multiprocessing.Event()
    holders, broken = [], []
    rows = []
    try:
        server = installation.serve()
        program = Ordinary(site, server.port)
        program.measure(10)

        def measure(what):
            median, p99 = program.measure()
            open_files = server.descriptors()
            rows.append(f"| {what} | {median:.1f} | {p99:.1f} | {server.memory() / 1048576:.0f} | {open_files:,} |")
            if p99 > P99:
                broken.append(f"{what}: the 99th percentile is {p99:.1f} ms")
            return open_files

        def hold(work, *arguments):
            holders.append(multiprocessing.Process(target=work, args=(server.port, reports, *arguments), daemon=True))
            holders[-1].start()
            reports.get(timeout=120)

        before = measure("no other connections")
        hold(hold_idle)
        if measure(f"{IDLE:,} idle connections") < before + IDLE - 5:  # a few files are open briefly
            broken.append("the server does not hold all idle connections")
        _, idle_first, idle_last = reports.get(timeout=300)
        hold(hold_slow, stop)
        if measure(f"{SLOW:,} slow connections") < before + SLOW / 2:
            broken.append("the server does not hold the slow connections")
        time.sleep(10)  # the last of the slow headers are cut after half a minute
        stop.set()
        cut = {kind: (first, last) for kind, first, last in (reports.get(timeout=60) for _ in range(2))}
        holders[-1].join(30)
        time.sleep(2)
        if measure("afterwards") > before + 20:
            broken.append("connections are left")
        for kind, (first, last) in cut.items():
            if not 1 < first <= last < 60:
                broken.append(f"a slow {kind} lives {first:.0f} to {last:.0f} s")
        if server.stop() != 0:
            broken.append(f"the server stopped with {server.process.returncode}")
    finally:
        for holder in holders:
            holder.terminate()
        installation.stop()

    with open(f"{options.results}/connections.md", "w", encoding="utf-8") as page:
        print("## Many connections\n", file=page)
        print(f"{RATE} ordinary calls a second on one connection, three checks of a session for each new handshake. "
              f"Limit: the 99th percentile is at most {P99} ms.\n", file=page)
        print("| | median, ms | p99, ms | memory, MiB | descriptors |", "|---|---|---|---|---|", *rows,
              sep="\n", file=page)
        print(f"\nThe server closed idle connections after {idle_first:.0f} to {idle_last:.0f} s, slow headers after "
              f"{cut['header'][0]:.0f} to {cut['header'][1]:.0f} s and slow bodies after {cut['body'][0]:.0f} to "
              f"{cut['body'][1]:.0f} s. Each slow one that was cut was replaced.\n", file=page)
        for what in broken:
            print(f"**Broken**: {what}\n", file=page)
            print(what, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
