"""Logs that can be honest or not, and witnesses that run as they would at somebody else's."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.evidence.keys import FileKey, log_key
from adapters.evidence.witness_client import Consistency
from domain.evidence.encoding import to_base64
from domain.evidence.note import Checkpoint, VerifierKey, assemble, signature_line
from domain.evidence.tree import Tree, consistency_path, leaf_hash, root
from tests.evidence_vectors_notes import key_of
from tests.test_shape import ROOT

SHARED, SIZE = 120, 400


def _tree(word: str, shared: int = SIZE) -> Tree:
    """*word* decides what stands in it behind the first *shared* leaves."""
    leaves = [f"{word if number >= shared else 'catatan'} {number}" for number in range(SIZE)]
    return Tree(leaf_hash(leaf.encode()) for leaf in leaves)


HONEST, FORKED = _tree("catatan"), _tree("palsu", SHARED)
"""Two histories with the same beginning."""


@dataclass(frozen=True)
class Log:
    origin: str

    @property
    def signer(self) -> FileKey:
        return key_of(self.origin)

    @property
    def key(self) -> VerifierKey:
        return log_key(self.origin, self.signer)

    def note(self, size: int, tree: Tree = HONEST, signer: FileKey | None = None) -> str:
        by = signer or self.signer
        text = Checkpoint(self.origin, size, root(size, tree.node)).text
        return assemble(text, signature_line(log_key(self.origin, by), text, by.sign))

    def request(
        self,
        old: int,
        size: int,
        tree: Tree = HONEST,
        path: Sequence[bytes] | None = None,
        signer: FileKey | None = None,
    ) -> bytes:
        if path is None:
            path = consistency_path(old, size, tree.node) if old <= size else ()
        return asked(old, path, self.note(size, tree, signer))


def asked(old: int, path: Iterable[bytes], note: str) -> bytes:
    return "\n".join([f"old {old}", *map(to_base64, path), "", note]).encode()


def path_in(tree: Tree = HONEST) -> Consistency:
    return lambda old, new: consistency_path(old, new, tree.node)


# Running


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    url: str
    key: VerifierKey
    fingerprint: str

    def kill(self) -> None:
        """All of it at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def start(
    folder: Path, name: str, keys: Iterable[VerifierKey | str], port: int | None = None
) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "sidik", *arguments(folder, name, keys, port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    said = json.loads(line)
    return Running(process, said["address"], VerifierKey.parse(said["vkey"]), said["sha256"])


def arguments(
    folder: Path, name: str, keys: Iterable[VerifierKey | str], port: int | None = None
) -> list[str]:
    logs = [word for key in keys for word in ("--log", str(key))]
    where = ["--data", str(folder), "--port", str(port or free_port())]
    return ["witness", "--json", "--name", name, *where, *logs]


@contextmanager
def running(folder: Path, name: str, logs: Iterable[Log]) -> Iterator[Running]:
    found = start(folder, name, [log.key for log in logs])
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
