"""The clock that rings: shortly after midnight in each zone, and whenever a process starts.

A ring carries no meaning of its own. It asks of every register whether today's duties were
performed here, and performs them if not; it looks whether the published list reads differently,
and has that recorded. A ring that comes late, twice or never costs nothing but time. Another
process may be doing the same: for each register one of them leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from domain import body
from domain.calendar import ZONE_NAMES, local_date
from domain.history import Recorded
from scheduler.clockwork import Register, tick

HEARTBEAT_SECONDS = 30
SECOND_OF_MIDNIGHT = 1  # a clock set back by a hair must not ring on the day before
BETWEEN_SNAPSHOTS = timedelta(minutes=5)  # of one list, so that many uploads make one


class Leadership(Protocol):
    """See `adapters.leader`."""

    def held(self) -> bool: ...
    def resign(self) -> None: ...


Report = Callable[[str, Sequence[Recorded[Any]], Exception | None], None]
"""Told the code of a register, what was recorded there, or why it could not be."""


class Clock:
    """Performs each day once for each register it leads."""

    def __init__(
        self,
        registers: Callable[[], Iterable[Register]],
        lead: Callable[[str], Leadership],
        now: Callable[[], datetime],
        report: Report,
    ) -> None:
        self._registers, self._lead, self._now, self._report = registers, lead, now, report
        self._leaderships: dict[str, Leadership] = {}
        self._performed: dict[str, date] = {}
        self._taken: dict[str, datetime] = {}  # when the list was last recorded
        self._turn = Lock()

    def ring(self) -> None:
        """Perform what is due today wherever that has not been done; never fails, but reports."""
        with self._turn:
            try:
                registers = list(self._registers())
            except Exception as error:  # the next ring tries again
                self._report("", [], error)
                return
            for register in registers:
                try:
                    self._perform(register)
                except Exception as error:  # one body's trouble is not another's
                    self._report(register.code, [], error)

    def _perform(self, register: Register) -> None:
        if register.code not in self._leaderships:
            self._leaderships[register.code] = self._lead(register.code)
        if not self._leaderships[register.code].held():
            self._performed.pop(register.code, None)
            return
        at = self._now()
        on = local_date(at, register.ledger.recall(body, body.ID).state.zone)
        if self._performed.get(register.code) != on:
            facts = tick(register, on=on, at=at)
            self._performed[register.code] = on
            self._taken.pop(register.code, None)
            self._report(register.code, facts, None)
        taken = self._taken.get(register.code)
        if taken and at < taken + BETWEEN_SNAPSHOTS:
            return
        if snapshot := register.publications.take(on=on, at=at):
            self._taken[register.code] = at
            self._report(register.code, snapshot, None)

    def close(self) -> None:
        """Leave the duty to another process."""
        with self._turn:
            for leadership in self._leaderships.values():
                leadership.resign()
            self._leaderships.clear()


def scheduled(clock: Clock) -> BackgroundScheduler:
    """A clock wound up, not yet started: midnight of each zone, a heartbeat, and at once."""
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(1)},
        # A late bell still rings: without this, jobs missed by a second are dropped.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for zone in ZONE_NAMES:
        midnight = CronTrigger(hour=0, minute=0, second=SECOND_OF_MIDNIGHT, timezone=zone)
        scheduler.add_job(clock.ring, midnight, id=f"midnight-{zone}")
    scheduler.add_job(clock.ring, IntervalTrigger(seconds=HEARTBEAT_SECONDS), id="heartbeat")
    scheduler.add_job(clock.ring, id="start")
    return scheduler
