"""What awaits this office: whose turn it is follows from the SOP of each unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from domain import procedure as procedures
from domain.calendar import local_date, spelled, working_days_between
from domain.decree import Stage
from domain.procedure import DECISIONS
from domain.rule import Rule
from web import words
from web.office import Seat

LOOKED_AT_MAX = 1000  # rows of the worklist read for one page
SHOWN_MAX = 50
SOON_WORKING_DAYS = 5

DESK_ACTS = {
    ("decree", "approve"): "approve_draft",
    ("decree", "determine"): "issue",
    ("decree", "draft_decree"): "change_lines",
}
"""What the desk calls an act that the SOP and the worklist name otherwise."""


@dataclass(frozen=True)
class Task:
    """One decision that is awaited from this office."""

    kind: str
    id: UUID
    title: str
    unit: str
    decision: str  # as the desk names it
    verb: str
    why: str
    if_left: str
    since: date
    due_on: date | None
    days_left: int | None  # working days; negative when late
    against: tuple[Rule, ...] = ()

    @property
    def bucket(self) -> str:
        if self.against:
            return "blocked"
        if self.days_left is None:
            return "undated"
        if self.days_left < 0:
            return "late"
        return "soon" if self.days_left <= SOON_WORKING_DAYS else "later"


BUCKETS = {
    "late": "Lewat tenggat",
    "soon": "Dalam 5 hari kerja",
    "later": "Lebih dari 5 hari kerja",
    "undated": "Tanpa tenggat",
    "blocked": "Menunggu orang lain",
}


@dataclass
class Turns:
    """Whose turn each decision is, unit by unit."""

    seat: Seat

    @cached_property
    def _units(self) -> list[str]:
        return ["", *self.seat.desk.body.units]

    def is_ours(self, subject: str, decision: str, unit: str) -> bool:
        own, statutory = self.seat.desk.sop(subject, unit)
        act = procedures.act_of(own, decision) or procedures.act_of(statutory, decision)
        law = procedures.act_of(statutory, decision)
        actors = {*(act.actors if act else ()), *(law.by_right if law else ())}
        return self.seat.role in actors and self.seat.office.covers(unit)

    @cached_property
    def ours(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(
            (subject, decision, unit)
            for subject, decisions in DECISIONS.items()
            for decision in decisions
            for unit in self._units
            if self.is_ours(subject, decision, unit)
        )


def tasks(seat: Seat) -> list[Task]:
    """What awaits this office, the most pressing first."""
    if seat.office.is_read_only:
        return []
    turns = Turns(seat)
    decisions = sorted({decision for _, decision, _ in turns.ours})
    rows = seat.register.views.worklist(decisions=decisions, limit=LOOKED_AT_MAX)
    mine = [row for row in rows if (_subject(row), row["decision"], row["unit"]) in turns.ours]
    on_draft = drafts(seat)
    mine = [row for row in mine if row["decision"] != "determine" or row["id"] not in on_draft]
    late_first = sorted(mine, key=lambda r: (r["due_on"] or date.max, r["since"]))
    made = [_task(seat, row, asked=n < SHOWN_MAX) for n, row in enumerate(late_first)]
    order = list(BUCKETS)
    return sorted(made, key=lambda task: order.index(task.bucket))


def drafts(seat: Seat) -> dict[UUID, Mapping[str, Any]]:
    """The draft on which an item stands, item by item: it is the draft that awaits a decision."""
    found = seat.register.views.decrees(stage=[Stage.DRAFT.value, Stage.APPROVED.value])
    return {item_id: row for row in found for item_id in row["items"]}


def _subject(row: Mapping[str, Any]) -> str:
    return "pledge" if row["kind"] == "pledge" else "item"


def _task(seat: Seat, row: Mapping[str, Any], *, asked: bool) -> Task:
    desk, kind, due_on = seat.desk, row["kind"], row["due_on"]
    decision = DESK_ACTS.get((kind, row["decision"]), row["decision"])
    verbs = {"item": words.ACTS, "decree": words.DECREE_ACTS, "pledge": words.PLEDGE_ACTS}
    against: tuple[Rule, ...] = ()
    if asked and (kind, decision) != ("item", "determine"):
        against = desk.obstacles(kind, row["id"], decision, unit=row["unit"])
    left = working_days_between(desk.schedule, desk.today, due_on) if due_on else None
    return Task(
        kind=kind,
        id=row["id"],
        title=row["title"],
        unit=row["unit"],
        decision=decision,
        verb=verbs[kind][decision],
        why=words.WHY_AWAITED.get(decision) or words.WHY_AWAITED.get(row["decision"], ""),
        if_left=_if_left(row, desk.body.zone_name),
        since=local_date(row["since"], desk.body.zone),
        due_on=due_on,
        days_left=left,
        against=against,
    )


def _if_left(row: Mapping[str, Any], zone_name: str) -> str:
    decision, due_on = row["decision"], row["due_on"]
    if row["kind"] == "pledge":
        return words.IF_LEFT.get(decision, "Publik belum memegang janji layanan unit ini.")
    ends = decision in ("approve_opening", "declassify", "approve", "determine")
    if ends and due_on:
        opens = spelled(due_on + timedelta(days=1))
        return (
            f"Terbuka demi hukum pada {opens} pukul 00.00 {zone_name} "
            "(Pasal 11 ayat (3) PP Nomor 61 Tahun 2010)."
        )
    return words.IF_LEFT.get(decision, words.IF_LEFT_PROPOSED)


def counted(found: list[Task]) -> Iterator[tuple[str, str, int]]:
    """How many tasks there are in each group that has any."""
    for bucket, title in BUCKETS.items():
        if number := sum(task.bucket == bucket for task in found):
            yield bucket, title, number
