"""The signer as a process: it hears of every fact of every register, and signs within a second.

A register whose log is not as it was signed is left alone from then on, and said so; the others
go on. After trouble with the database everything is read again from the first fact, for nobody
knows what was done to it meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import psycopg
from psycopg.sql import SQL, Identifier

from adapters.database import Connection, Database, DatabaseTrouble
from adapters.evidence.signer import NOBODY, Outside, Signer
from adapters.evidence.signer_memory import SignerMemory, SignerTrouble
from adapters.evidence.source import Again
from adapters.trouble import in_plain_words

BEAT = timedelta(seconds=60)
POLL_SECONDS = 1.0
RETRY_SECONDS = 5.0


def wish_channel(database: Database, code: str) -> str:
    """NOTIFY here to have the heads put down, and everything signed, now."""
    return database.register_schema(code) + "_wish"


HEADS_COVER = """
SELECT EXISTS (
  SELECT FROM ledger_events JOIN log_checkpoint ON size >= notification_id
  WHERE topic = 'log.heads' AND notification_id > (
    SELECT notification_id FROM ledger_events
    WHERE notification_id <= %(position)s AND topic NOT LIKE 'log.%%'
    ORDER BY notification_id DESC LIMIT 1))"""
"""Heads hold what items say, never what the log says of itself."""


def await_heads(database: Database, code: str, position: int, seconds: float) -> bool:
    """Ask the signer for heads that cover every item's facts up to a position; whether it gave
    them in time."""
    until = time.monotonic() + seconds
    with closing(database.connect(code)) as connection, in_plain_words():
        while True:
            found = connection.execute(HEADS_COVER, {"position": position}).fetchone()
            if found == (True,):
                return True
            if time.monotonic() >= until:
                return False
            connection.execute("SELECT pg_notify(%s, '')", (wish_channel(database, code),))
            time.sleep(0.2)


def await_once(database: Database, code: str, seconds: float) -> Again:
    """The signer comes within seconds; waiting once shows whether it comes at all."""
    waits = iter((seconds,))

    def again(position: int) -> bool:
        for given in waits:
            await_heads(database, code, position, given)
            return True
        return False

    return again


class Signing:
    """All registers of an installation, each with a folder of its own under *folder*."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        *,
        now: Callable[[], datetime],
        outside: Outside = NOBODY,
        beat: timedelta = BEAT,
        report: Callable[[str, str], None] = lambda code, sentence: None,
    ) -> None:
        self.database, self.folder = database, folder
        self._now, self._outside, self._beat, self._report = now, outside, beat, report
        self._open: dict[str, Signer] = {}
        self._refused: set[str] = set()
        self._said: dict[str, str] = {}

    def run(self, stop: Event) -> None:
        """Until told to stop; trouble with the database is waited out."""
        while not stop.is_set():
            try:
                with self._listening() as connection:
                    while not stop.is_set():
                        self._round(connection)
            except (DatabaseTrouble, psycopg.Error) as trouble:
                self._tell("", str(trouble).splitlines()[0])
                self._close_all()
                stop.wait(RETRY_SECONDS)
        self._close_all()

    def sign_once(self) -> None:
        """Everything there is now, published; for tests and for a job of the hour."""
        for code in self.database.registers():
            self._attend(code, is_wished=True)
        self._close_all()

    @contextmanager
    def _listening(self) -> Iterator[Connection]:
        with closing(self.database.connect(role="signer")) as connection, in_plain_words():
            self._heard: set[str] = set()
            yield connection

    def _round(self, connection: Connection) -> None:
        """Attend to every register, then wait until one of them has something new."""
        names = {self.database.register_schema(code): code for code in self._registers(connection)}
        for schema in names.keys() - self._heard:
            for channel in (schema, f"{schema}_wish"):
                connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
            self._heard.add(schema)
        for code in names.values():
            self._attend(code)
        wished = {
            notice.channel.removesuffix("_wish")
            for notice in connection.notifies(timeout=POLL_SECONDS, stop_after=1)
            if notice.channel.endswith("_wish")
        }
        for schema in wished & names.keys():
            self._attend(names[schema], is_wished=True)

    def _registers(self, connection: Connection) -> list[str]:
        rows = connection.execute("SELECT code FROM sidik.register ORDER BY code").fetchall()
        return [code for (code,) in rows]

    def _attend(self, code: str, *, is_wished: bool = False) -> None:
        if code in self._refused:
            return
        try:
            signer = self._open.get(code) or self._opened(code)
            signer.step()
            if is_wished or signer.is_due(self._beat):
                signer.publish()
        except SignerTrouble as trouble:
            self._refused.add(code)
            self._tell(code, str(trouble))
            self._close(code)

    def _opened(self, code: str) -> Signer:
        memory = SignerMemory(self.folder / code)
        memory.__enter__()
        signer = Signer(
            self.database,
            code,
            memory,
            now=self._now,
            outside=self._outside,
            report=lambda sentence: self._tell(code, sentence),
        )
        self._open[code] = signer
        signer.open()
        return signer

    def _tell(self, code: str, sentence: str) -> None:
        """Once, until something else is to be told."""
        if self._said.get(code) != sentence:
            self._said[code] = sentence
            self._report(code, sentence)

    def _close(self, code: str) -> None:
        signer = self._open.pop(code, None)
        if signer is not None:
            with suppress(psycopg.Error):
                signer.close()
            signer.memory.__exit__()

    def _close_all(self) -> None:
        for code in list(self._open):
            self._close(code)
