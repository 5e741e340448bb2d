"""Opening a register: what every public body's register holds before anybody acts in it.

The working days and the law come first, then the body; units, procedures and officers follow.
Every step may be repeated: what is already there stays as it is, so that an opening broken off
half way is finished by doing it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.audit_room import AuditRoom
from adapters.database import Database
from adapters.drafts import Drafts
from adapters.import_jobs import Imports
from adapters.law_data import law_facts
from adapters.ledger import PersistentLedger
from adapters.procedures import load_procedures, read_text, statutory
from adapters.publications import Publications
from adapters.published import Published
from adapters.readings import Readings
from adapters.saved_views import SavedViews
from adapters.seed_calendar import seed_missing, year_as_known
from adapters.still import Still
from adapters.trouble import in_plain_words
from adapters.views import Views
from domain import body, calendar, law, officer
from domain.body import Body, Established
from domain.calendar import Calendar, Schedule, YearSeeded, local_date
from domain.desk import Desk, schedule_of, settle
from domain.evidence.policy import Policy
from domain.history import Ledger, Receipt, Stamp
from domain.law import LawRegister
from domain.officer import Authority, Officer
from domain.procedure import Procedure

if TYPE_CHECKING:
    from adapters.evidence.room import Room
    from adapters.evidence.snapshots import Snapshots

PREFIX_MIN = 6  # letters of an id by which an item may be named


class Unknown(Exception):
    """Something was named that is not there: one sentence, in Indonesian."""


@dataclass(frozen=True)
class Register:
    """The register of one public body, ready for work. Safe to share between threads."""

    code: str
    ledger: PersistentLedger
    views: Views
    readings: Readings
    audit: AuditRoom
    outside: Policy | None = None  # the witnesses that are asked to look at its log

    @property
    def drafts(self) -> Drafts:
        return Drafts(self.views.database, self.code)

    @property
    def published(self) -> Published:
        return Published(self.views)

    @property
    def saved_views(self) -> SavedViews:
        return SavedViews(self.views.database, self.code)

    @property
    def body(self) -> Body:
        return self.ledger.recall(body, body.ID).state

    @cached_property
    def still(self) -> Still:
        """What was found out since anything was last recorded."""
        return Still(self.views.database, self.code)

    @cached_property
    def publications(self) -> Publications:
        """The snapshots of the published list."""
        return Publications(self.ledger)

    @cached_property
    def proven_snapshots(self) -> Snapshots:
        """What shows that these are in the log."""
        from adapters.evidence.snapshots import Snapshots  # noqa: PLC0415

        return Snapshots(self)

    @cached_property
    def evidence(self) -> Room:
        """What is shown of its log and proven from it."""
        from adapters.evidence.room import Room  # noqa: PLC0415  # most commands need none

        return Room(self)

    @cached_property
    def imports(self) -> Imports:
        """The lists that are being taken over."""
        return Imports(self)

    @property
    def schedule(self) -> Schedule:
        return schedule_of(self.body, self.ledger.recall(calendar, calendar.ID).state)

    def today(self, at: datetime) -> date:
        """Which day it is where the body works."""
        return local_date(at, self.body.zone)

    def seed_of(self, year: int, decree: str = "") -> YearSeeded:
        """The days off of a year as the installed library has them."""
        return year_as_known(year, decree)

    def papers(self) -> Mapping[str, Procedure]:
        """The SOPs that come as files, by key."""
        return load_procedures()

    def read_paper(self, key: str, text: str) -> Procedure:
        """An SOP from its text; raises a `ValueError` of one sentence."""
        return read_text(key, text)

    def find_item(self, words: str) -> UUID:
        """The item with this id, or the only one whose id begins so."""
        digits = words.strip().lower().replace("-", "")
        if not re.fullmatch(rf"[0-9a-f]{{{PREFIX_MIN},32}}", digits):
            raise Unknown(
                f"{words!r} bukan id butir; tulis id lengkap, atau sedikitnya {PREFIX_MIN} "
                "huruf pertamanya."
            )
        with closing(self.views.database.connect(self.code)) as connection, in_plain_words():
            found = connection.execute(
                "SELECT id FROM dik WHERE id BETWEEN %s AND %s LIMIT 2",
                (UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))),
            ).fetchall()
        if not found:
            raise Unknown(f"Tidak ada butir dengan id {words} pada badan publik {self.code}.")
        if len(found) > 1:
            raise Unknown(f"Lebih dari satu butir ber-id {words}...; tulis lebih panjang.")
        return UUID(str(found[0][0]))

    def desk(
        self, officer_id: str, role: str, *, at: datetime, on: date | None = None, cause: str = ""
    ) -> Desk:
        """The desk of one officer, in one office, at one moment."""
        return Desk(
            self.ledger,
            {subject: statutory(subject) for subject in ("item", "pledge")},
            officer_id=officer_id,
            role=role,
            at=at,
            on=on,
            cause=cause,
        )


class Registers(Mapping[str, Register]):
    """All registers of an installation by the code of their body, opened when first asked for.

    *outside* are the witnesses that are asked to look at their logs.
    """

    def __init__(self, database: Database, *, outside: Policy | None = None) -> None:
        self._database, self._outside = database, outside
        self._opened: dict[str, Register] = {}
        self._opening = Lock()

    def __getitem__(self, code: str) -> Register:
        with self._opening:
            if code not in self._opened:
                try:
                    self._opened[code] = find_register(self._database, code, self._outside)
                except Unknown as unknown:
                    raise KeyError(code) from unknown
            return self._opened[code]

    def __iter__(self) -> Iterator[str]:
        """Those that are open for work; one half made has no body yet."""
        return (code for code in self._database.registers() if self[code].body.code)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def find_register(database: Database, code: str, outside: Policy | None = None) -> Register:
    """The register of a body that has one, brought up to this version of the program."""
    known = database.registers()
    if code not in known:
        raise not_there(code, known)
    database.migrate(code)
    return _register(database, code, outside)


def not_there(code: str, known: Sequence[str]) -> Unknown:
    there = f"yang ada: {', '.join(known)}" if known else "belum ada satu pun"
    return Unknown(f"Badan publik {code!r} tidak terdaftar; {there}.")


def open_register(database: Database, established: Established, *, stamp: Stamp) -> Register:
    """Make room for a body and let its register begin; one that is open stays as it is."""
    database.create_register(established.code)
    register = _register(database, established.code)
    _set_up(register.ledger, established, stamp)
    return register


def _register(database: Database, code: str, outside: Policy | None = None) -> Register:
    ledger = PersistentLedger(database, code)
    views = Views(database, code, ledger)
    views.create()
    audit = AuditRoom(ledger, views, outside)
    return Register(code, ledger, views, Readings(database, code), audit, outside)


def _set_up(ledger: Ledger, established: Established, stamp: Stamp) -> None:
    def begin(known: Any) -> dict[Any, Sequence[Any]]:
        opened: Body = known[body.ID]
        days: Calendar = known[calendar.ID]
        laws: LawRegister = known[law.ID]
        return {
            calendar.ID: seed_missing(days),
            law.ID: [] if laws.version else law_facts(),
            body.ID: body.establish(opened, established=established),
        }

    subjects: Any = {calendar.ID: calendar, law.ID: law, body.ID: body}
    ledger.amend_many(subjects, begin, stamp)


# The body and its people, as whoever keeps the installation sets them up


def add_unit(ledger: Ledger, *, code: str, name: str, stamp: Stamp) -> Receipt:
    return settle(ledger, "body", body.ID, "add_unit", {"code": code, "name": name}, stamp)


def adopt(ledger: Ledger, sop: str, *, unit: str, since: date, stamp: Stamp) -> Receipt:
    """Let the body, or one unit, work by one of the SOPs that come as files."""
    entries = {"unit": unit, "since": since, "procedure": procedure_called(sop)}
    return settle(ledger, "body", body.ID, "adopt", entries, stamp)


def procedure_called(key: str) -> Procedure:
    papers = load_procedures()
    if key not in papers:
        raise Unknown(f"SOP {key!r} tidak dikenal; yang ada: {', '.join(papers)}.")
    return papers[key]


def set_policy(ledger: Ledger, *, changes: dict[str, Any], reason: str, stamp: Stamp) -> Receipt:
    """Change some of the choices the law leaves to the body."""
    entries = {"changes": changes, "reason": reason}
    return settle(ledger, "body", body.ID, "set_policy", entries, stamp)


def find_officer(ledger: Ledger, officer_id: str) -> Officer:
    known = ledger.recall(officer, officer.id_of(officer_id))
    if not known.version:
        raise Unknown(f"Pejabat {officer_id!r} belum terdaftar pada badan publik ini.")
    return known.state


def appoint(
    ledger: Ledger, officer_id: str, *, name: str, position: str, unit: str, stamp: Stamp
) -> Receipt:
    """Enter an officer, or his new post."""
    entries = {"name": name, "position": position, "unit": unit}
    return settle(ledger, "officer", officer.id_of(officer_id), "appoint", entries, stamp)


def grant(
    ledger: Ledger, officer_id: str, authorities: Iterable[Authority], *, stamp: Stamp
) -> Receipt:
    """Give an officer these offices, his own or another's (Plt/Plh): all of them, or none."""
    entries = {"authorities": tuple(authorities)}
    return settle(ledger, "officer", officer.id_of(officer_id), "grant", entries, stamp)


def end_authority(
    ledger: Ledger, officer_id: str, authority: Authority, *, last_on: date, stamp: Stamp
) -> Receipt:
    """End an office or a delegation with its last day."""
    entries = {
        "role": authority.role,
        "unit": authority.unit,
        "decree_no": authority.decree_no,
        "last_on": last_on,
    }
    return settle(ledger, "officer", officer.id_of(officer_id), "end", entries, stamp)
