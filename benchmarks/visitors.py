"""People at their browsers: a server started for them, signing in, asking as fast as it answers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
THREADS = 8
START_SECONDS_MAX = 60.0
SERVE = """
import sys
from adapters.server import serve
def ready(address):
    print("ready", flush=True)
serve(sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]), ready=ready)
"""
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@contextmanager
def served(target: str, database_url: str) -> Iterator[int]:
    """*target* under the server we ship, until the end; the port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "SIDIK_DATABASE_OF_PARENT": database_url}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, target, str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        assert server.stdout.readline() == "ready\n", f"{target} did not start"
        yield port
    finally:
        server.terminate()
        server.wait(START_SECONDS_MAX)


@dataclass
class Visitor:
    """One browser, with its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body; a redirection is followed."""
        return self._ask("GET", path, None)

    def is_sent_on(self, path: str) -> bool:
        """Whether an address only leads to another."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path, None, {"Cookie": self.cookie})
            return connection.getresponse().status in (302, 303)

    def length(self, path: str) -> int:
        """How many bytes a file has over the line, asked for as browsers do."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path, None, {"Accept-Encoding": "gzip"})
            return len(connection.getresponse().read())

    def sign_in(self, login: str, password: str) -> None:
        _, _, page = self.get("/masuk")
        typed = {**dict(HIDDEN.findall(page.decode())), "login": login, "password": password}
        status, _, _ = self._ask("POST", "/masuk", urlencode(typed))
        assert status == 200, f"{login} could not sign in"

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            headers = {"Cookie": self.cookie}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                headers["Referer"] = f"http://127.0.0.1:{self.port}{path}"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            read = answer.read()
        if answer.status in (302, 303):
            return self.get(answer.headers["Location"])
        return answer.status, answer.headers.get_content_type(), read

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def rate(self, paths: Sequence[str], seconds: float) -> float:
        """How many of *paths* a second are answered to several at once, in turns."""
        requests = [self._bytes(path) for path in paths]
        end = time.perf_counter() + seconds
        done = [0] * THREADS

        def visit(number: int) -> None:
            with closing(socket.create_connection(("127.0.0.1", self.port))) as line:
                at = number
                while time.perf_counter() < end:
                    line.sendall(requests[at % len(requests)])
                    _read(line)
                    done[number] += 1
                    at += THREADS

        threads = [threading.Thread(target=visit, args=(n,)) for n in range(THREADS)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.perf_counter() - start)

    def _bytes(self, path: str) -> bytes:
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self.cookie}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _read(line: socket.socket) -> None:
    """One answer; anything but success ends the measurement."""
    read = line.recv(65536)
    while b"\r\n\r\n" not in read:
        read += _more(line)
    head, _, body = read.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    length = int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
    left = length - len(body)
    while left > 0:
        left -= len(_more(line))


def _more(line: socket.socket) -> bytes:
    read = line.recv(65536)
    assert read, "the server closed the line"
    return read
