"""What a witness remembers, so that it never signs two histories: one file of SQLite.

What is written is on the disk before it is believed. Beside the file stands the mark, the number
of the last act; the mark is left out of backups, so that a memory which was restored is found to
be older than what was done with it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from domain.evidence.tree import EMPTY_ROOT

KEY, MEMORY, MARK, ALONE = "kunci.pem", "ingatan.sqlite3", "tanda", "dipakai"
"""The files of a witness, in a folder of its own."""

BUSY_SECONDS_MAX = 10
FINDINGS_MAX = 1000  # of one kind in one log: anyone can send, and more would prove no more


class WitnessStops(Exception):
    """Why there is no witness: one sentence, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Held:
    """The last checkpoint of a log that was cosigned; before the first, an empty log."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    time: int = 0
    note: str = ""


SPLIT, BROKEN, SET_BACK = "split", "broken", "set-back"
"""Kinds of findings.

`SPLIT`: another root for a size that was cosigned. It proves that the log signed two histories.
`BROKEN`: it does not go on from what was cosigned, by the path that came with it; which may be the
fault of whoever sent it, since anyone can send a log's checkpoint.
`SET_BACK`: our own signature, on more than we remember.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What did not fit: the request as it came, and what was held then."""

    number: int
    origin: str
    kind: str
    time: int
    held: str
    request: str


_SCHEMA = """
CREATE TABLE IF NOT EXISTS witness (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    vkey TEXT NOT NULL,
    acts INTEGER NOT NULL,
    stopped TEXT NOT NULL
);
INSERT OR IGNORE INTO witness VALUES (1, '', 0, '');
CREATE TABLE IF NOT EXISTS cosigned (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    time INTEGER NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS finding (
    number INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    time INTEGER NOT NULL,
    held TEXT NOT NULL,
    request TEXT NOT NULL,
    UNIQUE (origin, kind, checkpoint)
);
"""

_HELD = "SELECT size, root, time, note FROM cosigned WHERE origin = ?"
_COSIGNED = "SELECT origin, size, root, time, note FROM cosigned ORDER BY origin"
_ACT = "UPDATE witness SET acts = acts + 1 RETURNING acts"
_KEEP = """
INSERT INTO cosigned VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE
SET size = excluded.size, root = excluded.root, time = excluded.time, note = excluded.note
"""

_FINDINGS = "SELECT number, origin, kind, time, held, request FROM finding"
_FIND = """
INSERT OR IGNORE INTO finding (origin, kind, checkpoint, time, held, request)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE (SELECT count(*) FROM finding WHERE origin = ?1 AND kind = ?2) < ?7
"""


class Memory:
    def __init__(self, folder: Path) -> None:
        self._path, self._mark = folder / MEMORY, folder / MARK
        self._marking = Lock()

    def exists(self) -> bool:
        return self._path.exists()

    def open(self) -> None:
        with closing(self._connect("rwc")) as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """To look and to write in one step, alone; whatever is raised undoes it."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            turn = Turn(connection)
            try:
                yield turn
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        if turn.act:
            self.mark(turn.act)

    def stopped(self) -> str:
        with closing(self._connect()) as connection:
            return Turn(connection).who()[2]

    def cosigned(self) -> dict[str, Held]:
        with closing(self._connect()) as connection:
            return {origin: Held(*held) for origin, *held in connection.execute(_COSIGNED)}

    def findings(self) -> list[Finding]:
        with closing(self._connect()) as connection:
            return [Finding(*row) for row in connection.execute(_FINDINGS + " ORDER BY number")]

    def finding(self, number: int) -> Finding | None:
        with closing(self._connect()) as connection:
            row = connection.execute(_FINDINGS + " WHERE number = ?", (number,)).fetchone()
            return Finding(*row) if row else None

    def _connect(self, mode: str = "rw") -> sqlite3.Connection:
        """Of a file that is gone, no new one is made: that would be to forget."""
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            timeout=BUSY_SECONDS_MAX,
            isolation_level=None,
            uri=True,
        )
        # With FULL alone, a journal already removed may be back after a power cut.
        connection.execute("PRAGMA synchronous = EXTRA")
        return connection

    # The mark

    def mark(self, act: int) -> None:
        """Behind the memory for a moment, never ahead of it."""
        with self._marking:
            if act <= (self.marked() or -1):
                return
            beside = self._mark.with_suffix(".baru")
            with beside.open("w", encoding="ascii") as file:
                file.write(f"{act}\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._mark)

    def marked(self) -> int | None:
        try:
            return int(self._mark.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None


class Turn:
    """One step. Once something was cosigned in it, *act* is the number of that act."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.act = 0

    def who(self) -> tuple[str, int, str]:
        """The vkey it remembers for, how often it has acted, and why it has stopped, if so."""
        row = self._connection.execute("SELECT vkey, acts, stopped FROM witness").fetchone()
        return str(row[0]), int(row[1]), str(row[2])

    def name(self, vkey: str) -> None:
        self._connection.execute("UPDATE witness SET vkey = ?", (vkey,))

    def stop(self, why: str) -> None:
        self._connection.execute("UPDATE witness SET stopped = ?", (why,))

    def held(self, origin: str) -> Held:
        row = self._connection.execute(_HELD, (origin,)).fetchone()
        return Held(*row) if row else Held()

    def keep(self, origin: str, held: Held) -> None:
        self._connection.execute(_KEEP, (origin, held.size, held.root, held.time, held.note))
        (self.act,) = self._connection.execute(_ACT).fetchone()

    def find(self, origin: str, kind: str, digest: str, time: int, request: str) -> None:
        """Each checkpoint, by its *digest*, once, however often it is sent."""
        held = self.held(origin).note
        self._connection.execute(_FIND, (origin, kind, digest, time, held, request, FINDINGS_MAX))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Two processes with one memory would only be in each other's way."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ALONE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WitnessStops(f"Folder {folder} sedang dipakai saksi yang lain.") from None
        yield
