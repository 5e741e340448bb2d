"""Serving the web: one process that waits, and one worker that answers.

The worker is a process of its own. It is told to stop when its parent stops, and notices by
itself when the parent was killed: a worker left behind would keep the port and the database.
"""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from granian.constants import Interfaces
from granian.server import Server

THREADS = 16
STOP_SECONDS_MAX = 10
READY_POLL_SECONDS = 0.1
PARENT_POLL_SECONDS = 1.0
HEALTH = "/healthz"


class ServerTrouble(Exception):
    """Why nothing is served: one sentence, in Indonesian."""


def serve(target: str, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve ``module:factory`` until told to stop; *ready* hears the address once it answers."""
    _check_free(host, port)
    multiprocessing.set_start_method("spawn", force=True)  # a fork would share our connections
    logging.getLogger("granian").setLevel(logging.ERROR)
    server = Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_SECONDS_MAX,
        websockets=False,
        log_enabled=False,
    )
    stopped = threading.Event()
    threading.Thread(
        target=_announce, args=(host, port, ready, stopped), name="announce", daemon=True
    ).start()
    try:
        server.serve()
    except SystemExit as ended:
        if ended.code:
            raise ServerTrouble("Peladen web berhenti sendiri; lihat pesan di atasnya.") from ended
    finally:
        stopped.set()


def die_with_parent() -> None:
    """For the worker: stop once nobody is left who could tell it to."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_SECONDS_MAX)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _check_free(host: str, port: int) -> None:
    with closing(socket.socket(_family(host), socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = (
                "sudah dipakai program lain"
                if error.errno == errno.EADDRINUSE
                else f"tidak dapat dipakai ({error.strerror or error})"
            )
            raise ServerTrouble(
                f"Alamat {host}:{port} {why}; pilih porta lain dengan --port."
            ) from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _announce(host: str, port: int, ready: Callable[[str], None], stopped: threading.Event) -> None:
    """Whatever the answer: that there is one is what we wait for."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    while not stopped.wait(READY_POLL_SECONDS):
        connection = HTTPConnection(asked, port, timeout=5)
        try:
            connection.request("GET", HEALTH)
            connection.getresponse()
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
        ready(f"http://{f'[{asked}]' if ':' in asked else asked}:{port}")
        return
