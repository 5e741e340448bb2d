"""What follows the ledger day and night, so that lists show what was recorded a moment ago.

One projector per register leads, by an advisory lock; others stand by and take over when it
dies. It LISTENs before it reads its first page, so no fact is slept through, and looks by itself
every half second, so that it would get there without being called.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from adapters.database import Connection
from adapters.taking import CannotTake
from adapters.trouble import DatabaseTrouble
from adapters.views import PAGE, Views

LOCK = 3  # class of the advisory lock; 1 is the ledger's, 2 of migrations, 4 of rebuilding
POLL_SECONDS = 0.5
STANDBY_SECONDS = 0.2  # between attempts to lead
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # after the connection was lost

log = logging.getLogger(__name__)


class Projector:
    """A thread that keeps the read models of one register; `start` it, `stop` it.

    ``trouble`` says why it stopped by itself: a fact that a view cannot take. Nothing is
    skipped; it goes on when it is started again with code that can take it.
    """

    def __init__(self, views: Views, *, page: int = PAGE) -> None:
        self.views, self.page = views, page
        self.trouble: CannotTake | None = None
        self.leads = False
        self.transactions = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self.run, name=f"projector {views.code}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def run(self) -> None:
        """Lead or stand by until stopped; reconnect as often as it takes."""
        lost = 0
        while not self._stopping.is_set():
            try:
                with self._leading() as connection:
                    lost = 0
                    self._follow(connection)
            except (psycopg.OperationalError, DatabaseTrouble) as error:
                pause = BACK_OFF_SECONDS[min(lost, len(BACK_OFF_SECONDS) - 1)]
                lost += 1
                log.warning("Sambungan proyektor %s terputus (%s).", self.views.code, error)
                self._stopping.wait(pause)
            except CannotTake as error:
                self.trouble = error
                log.critical("%s", error)
                return

    @contextmanager
    def _leading(self) -> Iterator[Connection]:
        """A connection of its own, once this projector leads; the lock dies with it."""
        with self.views.connection() as connection:
            key = (LOCK, self.views.schema)
            while not self.leads and not self._stopping.is_set():
                answer = connection.execute(
                    "SELECT pg_try_advisory_lock(%s, hashtext(%s))", key, prepare=True
                ).fetchone()
                self.leads = answer == (True,)
                if not self.leads:
                    self._stopping.wait(STANDBY_SECONDS)
            try:
                yield connection
            finally:
                self.leads = self.views.is_followed = False

    def _follow(self, connection: Connection) -> None:
        views = self.views
        with closing(views.database.connect(views.code)) as listening:
            listening.execute(SQL("LISTEN {}").format(Identifier(views.ledger.channel)))
            position = views.position(connection)
            views.reached(position)
            views.is_followed = True
            while not self._stopping.is_set():
                page = views.ledger.page(position, self.page)
                if page and views.take(connection, page, position):
                    position = page[-1][0]
                    self.transactions += 1
                    views.reached(position)
                elif page:  # A rebuild has moved the bookmark.
                    position = views.position(connection)
                    views.reached(position)
                if len(page) < self.page:
                    for _ in listening.notifies(timeout=POLL_SECONDS, stop_after=1):
                        pass
