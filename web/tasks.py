"""What awaits this office: whose turn it is follows from the SOP of each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any, TypeAlias
from uuid import UUID

from domain import procedure as procedures
from domain.calendar import local_date, working_days_after, working_days_between
from domain.decree import Stage
from domain.procedure import DECISIONS, StepTime, TimeKind
from domain.rule import Rule, cite
from web import words
from web.asking import placed, sealed, unsealed
from web.language import Words, _
from web.office import Seat
from web.register import Row

PAGE = 25
COUNTED_MAX = 1000  # a number on a page goes no further
RAIL_MAX = 99
WEEKS = 8
SOON_WORKING_DAYS = 5
ENDLESS = date(9999, 12, 31)  # where a task without a day stands in the order
LONG_AGO = date(1, 1, 1)
OPENS_BY_LAW = cite("pp-61-2010", "11", "3")

Turn: TypeAlias = tuple[str, str, str | None]

DESK_ACTS = {
    ("decree", "approve"): "approve_draft",
    ("decree", "determine"): "issue",
    ("decree", "draft_decree"): "change_lines",
}
"""What the desk calls an act that the SOP and the worklist name otherwise."""

KINDS = {"item": ("item", "decree"), "pledge": ("pledge",)}
"""What an SOP on that subject moves."""

BUCKETS = Words(
    {
        "late": "Lewat tenggat",
        "soon": "Dalam 5 hari kerja",
        "later": "Lebih dari 5 hari kerja",
        "undated": "Tanpa tenggat",
        "waiting": "Menunggu pihak lain",
    }
)


WHY_OF_PLEDGES = Words(
    {
        "draft": "Konsep maklumat dikembalikan dan menunggu perbaikan.",
        "determine": "Konsep maklumat menunggu penetapan.",
        "announce": "Maklumat telah ditetapkan dan belum diumumkan.",
    }
)


@dataclass(frozen=True)
class Wanted:
    """Which of the tasks are asked for."""

    query: str = ""
    unit: str = ""
    act: str = ""  # kind and decision as the worklist has them: "item.archive"
    bucket: str = ""
    after: tuple[date, datetime, UUID, str] | None = None
    limit: int = PAGE

    @property
    def is_waiting(self) -> bool:
        return self.bucket == "waiting"

    @property
    def is_filtered(self) -> bool:
        return bool(self.query or self.unit or self.act or self.bucket)


@dataclass(frozen=True)
class Task:
    """One decision that is awaited."""

    kind: str
    id: UUID
    title: str
    unit: str
    unit_name: str
    awaited: str  # as the worklist names it
    decision: str  # as the desk names it
    verb: str
    why: str
    if_left: str
    since: date
    since_at: datetime
    due_on: date | None
    days_left: int | None  # working days; negative when late
    bucket: str
    status: str
    status_words: str
    grounds: tuple[str, ...]
    number: str
    ends_on: date | None
    step: StepTime | None = None  # of the SOP, as it runs now
    acting: str = ""  # the delegation by which this unit is his
    offices: tuple[str, ...] = ()  # whose turn it is, where it is not ours
    against: tuple[Rule, ...] = ()

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.id}.{self.awaited}"

    @property
    def act(self) -> str:
        return f"{self.kind}.{self.awaited}"

    @property
    def is_over(self) -> bool:
        """Whether its step takes longer than the SOP allows."""
        return self.step is not None and self.step.within is False


@dataclass(frozen=True)
class Count:
    """How many tasks are due when, and what can be done about it."""

    bucket: str
    title: str
    number: int
    is_more: bool
    hint: str


@dataclass(frozen=True)
class Work:
    """A page of tasks."""

    tasks: tuple[Task, ...]
    next: str  # the cursor of the page after it; "": there is none
    counts: tuple[Count, ...] = ()
    total: int = 0
    is_more: bool = False
    weeks: tuple[tuple[date, int], ...] = ()  # how many are due in each, by its Monday


# Whose turn


@dataclass
class Turns:
    """Whose turn each decision is, unit by unit."""

    seat: Seat

    @cached_property
    def _papers(self) -> Mapping[str, list[tuple[procedures.Sop, tuple[str, ...]]]]:
        """The SOPs at work on each subject, with the units of this office that work by them."""
        found: dict[str, list[tuple[procedures.Sop, tuple[str, ...]]]] = {}
        mine = [u for u in ("", *self.seat.desk.body.units) if self.seat.office.covers(u)]
        for subject in DECISIONS:
            by_paper: dict[int, tuple[procedures.Sop, list[str]]] = {}
            for unit in mine:
                sop = self.seat.desk.sop(subject, unit)
                by_paper.setdefault(id(sop[0]), (sop, []))[1].append(unit)
            found[subject] = [(sop, tuple(units)) for sop, units in by_paper.values()]
        return found

    @cached_property
    def _covers_all(self) -> bool:
        return any(authority.unit == "" for authority in self.seat.office.authorities)

    def is_ours(self, subject: str, decision: str, unit: str) -> bool:
        sop = self.seat.desk.sop(subject, unit)
        return self.seat.role in procedures.whose(sop, decision) and self.seat.office.covers(unit)

    @cached_property
    def ours(self) -> tuple[Turn, ...]:
        """What this office decides."""
        return tuple(self._turns(ours=True))

    @cached_property
    def of_others(self) -> tuple[Turn, ...]:
        """What others decide on the items of the units that are this office's."""
        return tuple(self._turns(ours=False))

    def _turns(self, *, ours: bool) -> Iterator[Turn]:
        for subject, decisions in DECISIONS.items():
            papers = self._papers[subject]
            for decision in decisions:
                found = [
                    units
                    for sop, units in papers
                    if (self.seat.role in procedures.whose(sop, decision)) is ours
                ]
                whole = self._covers_all and len(found) == len(papers)
                units: list[str | None] = (
                    [None] if whole else [unit for several in found for unit in several]
                )
                for kind in KINDS[subject]:
                    yield from ((kind, decision, unit) for unit in units)


def turns_of(seat: Seat) -> Turns:
    """Made once for a request: the rail asks, too."""
    found: Turns = seat.__dict__.setdefault("turns", Turns(seat))
    return found


def drafted_of(seat: Seat) -> tuple[UUID, ...]:
    """The items whose determination awaits a draft, and not them."""
    if "drafted" not in seat.__dict__:
        seat.__dict__["drafted"] = seat.kept("drafted", seat.register.views.drafted)
    found: tuple[UUID, ...] = seat.__dict__["drafted"]
    return found


def narrowed(turns: Iterable[Turn], wanted: Wanted) -> list[Turn]:
    """Only those that are asked for."""
    kind, _dot, decision = wanted.act.partition(".")
    found = [
        turn
        for turn in turns
        if (not wanted.act or turn[:2] == (kind, decision))
        and (not wanted.unit or turn[2] in (None, wanted.unit))
    ]
    return [(k, d, wanted.unit or unit) for k, d, unit in found] if wanted.unit else found


# A page of tasks


def work(seat: Seat, wanted: Wanted = Wanted(), *, counted: bool = True) -> Work:
    """What awaits this office, the most pressing first."""
    if seat.office.is_read_only:
        return Work((), "")
    turns, drafted = turns_of(seat), drafted_of(seat)
    first, last = _days(seat, wanted.bucket)
    rows = seat.register.views.tasks(
        turns=narrowed(turns.of_others if wanted.is_waiting else turns.ours, wanted),
        query=wanted.query,
        drafted=drafted,
        first=first,
        last=last,
        after=wanted.after,
        limit=wanted.limit + 1,
    )
    shown = rows[: wanted.limit]
    found = Work(
        tasks=tuple(_tasks(seat, shown, is_waiting=wanted.is_waiting)),
        next=cursor(shown[-1]) if rows[wanted.limit :] else "",
    )
    return _with_counts(seat, found, turns, wanted, drafted) if counted else found


def tasks(seat: Seat) -> list[Task]:
    """The first page of what awaits this office."""
    return list(work(seat, counted=False).tasks)


def the_task(seat: Seat, key: str) -> Task | None:
    """The one that an address names, if it is still awaited of or in view of this office."""
    subject, _dot, decision = key.partition(".")
    try:
        subject_id = UUID(subject)
    except ValueError:
        return None
    if seat.office.is_read_only:
        return None
    for row in seat.register.views.worklist(subject_id=subject_id):
        if decision in ("", row["decision"]) and seat.office.covers(row["unit"]):
            subject_kind = "pledge" if row["kind"] == "pledge" else "item"
            ours = turns_of(seat).is_ours(subject_kind, row["decision"], row["unit"])
            return next(_tasks(seat, [row], is_waiting=not ours))
    return None


def drafts(seat: Seat) -> dict[UUID, Mapping[str, Any]]:
    """The draft on which an item stands, item by item: it is the draft that awaits a decision."""
    found = seat.register.views.decrees(stage=[Stage.DRAFT.value, Stage.APPROVED.value])
    return {item_id: row for row in found for item_id in row["items"]}


def cursor(row: Mapping[str, Any]) -> str:
    since = row["since"].isoformat()
    return sealed(row["due_on"] or ENDLESS, since, row["id"], row["decision"])


def place(words_of_it: str) -> tuple[date, datetime, UUID, str]:
    """Read a cursor; a `ValueError` says in a sentence that it is none."""
    match unsealed(words_of_it):
        case [str(due), str(since), str(task_id), str(decision)] if decision.isidentifier():
            at = placed(since, datetime.fromisoformat)
            if at.tzinfo is not None:
                return placed(due, date.fromisoformat), at, placed(task_id, UUID), decision
    raise ValueError(_("Penunjuk halaman ini tidak sah; mulai lagi dari halaman pertama."))


def rail_count(seat: Seat) -> str:
    """How many tasks there are, for the rail: "7", "99+", or nothing."""
    if seat.office.is_read_only:
        return ""
    if "tasks" not in seat.__dict__:  # the page of tasks has counted them already
        seat.__dict__["tasks"] = seat.kept(("rail", *seat.turn_of), lambda: _all_of(seat))
    number = seat.__dict__["tasks"]
    return f"{RAIL_MAX}+" if number > RAIL_MAX else str(number or "")


def _all_of(seat: Seat) -> int:
    found = seat.register.views.task_counts(
        [("all", LONG_AGO, ENDLESS)],
        turns=turns_of(seat).ours,
        drafted=drafted_of(seat),
        limit=RAIL_MAX,
    )
    return int(found["all"]["tasks"])


# Counts


def _days(seat: Seat, bucket: str) -> tuple[date | None, date | None]:
    """Between which days the tasks of a bucket are due."""
    spans = {name: (first, last) for name, first, last in _spans(seat)}
    return spans.get(bucket, (None, None))


def _spans(seat: Seat) -> list[tuple[str, date, date]]:
    today = seat.desk.today
    soon = working_days_after(seat.desk.schedule, today, SOON_WORKING_DAYS, rule="", basis="").due
    one = timedelta(days=1)
    return [
        ("late", LONG_AGO, today - one),
        ("soon", today, soon),
        ("later", soon + one, ENDLESS - one),
        ("undated", ENDLESS, ENDLESS),
    ]


def _with_counts(
    seat: Seat, found: Work, turns: Turns, wanted: Wanted, drafted: tuple[UUID, ...]
) -> Work:
    """How many there are in each bucket, under the same filters."""
    mondays = _mondays(seat)
    ours, others = seat.kept(
        ("counts", *seat.turn_of, wanted.query, wanted.unit, wanted.act),
        lambda: _counted(seat, turns, wanted, drafted, mondays),
    )
    if not wanted.is_filtered:
        seat.__dict__["tasks"] = sum(ours[name]["tasks"] for name, *_days in _spans(seat))
    counts = tuple(_count(seat, name, row) for name, row in _in_order({**ours, **others}))
    own = [count for count in counts if count.bucket != "waiting"]
    return replace(
        found,
        counts=counts,
        total=sum(count.number for count in own),
        is_more=any(count.is_more for count in own),
        weeks=tuple((monday, ours[str(monday)]["tasks"]) for monday in mondays),
    )


def _counted(
    seat: Seat, turns: Turns, wanted: Wanted, drafted: tuple[UUID, ...], mondays: list[date]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What this office decides, by bucket and week, and what others do."""
    asked: dict[str, Any] = {"query": wanted.query, "drafted": drafted, "limit": COUNTED_MAX}
    views = seat.register.views
    weeks = [(str(monday), monday, monday + timedelta(days=6)) for monday in mondays]
    return (
        views.task_counts([*_spans(seat), *weeks], turns=narrowed(turns.ours, wanted), **asked),
        views.task_counts(
            [("waiting", LONG_AGO, ENDLESS)], turns=narrowed(turns.of_others, wanted), **asked
        ),
    )


def _mondays(seat: Seat) -> list[date]:
    monday = seat.desk.today - timedelta(days=seat.desk.today.weekday())
    return [monday + timedelta(weeks=number) for number in range(WEEKS)]


def _in_order(rows: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((bucket, rows[bucket]) for bucket in BUCKETS)


def _count(seat: Seat, bucket: str, row: Mapping[str, Any]) -> Count:
    number = row["tasks"]
    return Count(
        bucket=bucket,
        title=BUCKETS[bucket],
        number=min(number, COUNTED_MAX),
        is_more=number > COUNTED_MAX,
        hint=_hint(seat, bucket, row) if number else "",
    )


def _hint(seat: Seat, bucket: str, row: Mapping[str, Any]) -> str:
    """What to do about these tasks first."""
    today, first_due = seat.desk.today, row["first_due"]
    oldest = local_date(row["oldest"], seat.desk.body.zone)
    match bucket:
        case "late":
            days = working_days_between(seat.desk.schedule, first_due, today)
            return _("tertua %(n)s HK", n=days)
        case "soon" if row["on_first"]:
            return _("%(n)s di antaranya hari ini", n=row["on_first"])
        case "soon" | "later":
            return _("terdekat %(day)s", day=words.short_day(first_due))
        case "undated":
            return _("tertua sejak %(day)s", day=words.short_day(oldest))
    days = working_days_between(seat.desk.schedule, oldest, today)
    return _("terlama %(n)s HK", n=days) if days else _("terlama kurang dari 1 HK")


# One task


def _tasks(seat: Seat, rows: Sequence[Row], *, is_waiting: bool) -> Iterator[Task]:
    """Tasks of this office with what stands in their way, asked for all at once."""
    asked = [
        (row["kind"], row["id"], _of_desk(row), row["unit"])
        for row in rows
        if not is_waiting and (row["kind"], row["decision"]) != ("item", "determine")
    ]
    found = dict(zip(asked, seat.desk.obstacles_to_each(asked), strict=True))
    for row in rows:
        against = found.get((row["kind"], row["id"], _of_desk(row), row["unit"]), ())
        yield _task(seat, row, against, is_waiting=is_waiting)


def _of_desk(row: Row) -> str:
    return str(DESK_ACTS.get((row["kind"], row["decision"]), row["decision"]))


def _task(seat: Seat, row: Row, against: tuple[Rule, ...], *, is_waiting: bool) -> Task:
    desk, kind, due_on = seat.desk, row["kind"], row["due_on"]
    decision = _of_desk(row)
    sop = desk.sop("pledge" if kind == "pledge" else "item", row["unit"])
    left = working_days_between(desk.schedule, desk.today, due_on) if due_on else None
    return Task(
        kind=kind,
        id=row["id"],
        title=row["title"],
        unit=row["unit"],
        unit_name=desk.body.units.get(row["unit"], row["unit"]) or desk.body.name,
        awaited=row["decision"],
        decision=decision,
        verb=verbs(kind)[decision],
        why=_why(kind, decision),
        if_left=_if_left(row, desk.body.zone_name),
        since=local_date(row["since"], desk.body.zone),
        since_at=row["since"],
        due_on=due_on,
        days_left=left,
        bucket=bucket_of(left, is_waiting=is_waiting),
        status=row["status"],
        status_words=_status_words(kind, row["status"]),
        grounds=tuple(row["grounds"]),
        number=row["number"],
        ends_on=row["ends_on"],
        step=procedures.running(
            sop[0],
            row["decision"],
            row["since"],
            local_date=partial(local_date, zone=desk.body.zone),
            working_days_between=partial(working_days_between, desk.schedule),
            now=seat.at,
        ),
        acting=_acting(seat, row["unit"]),
        offices=_offices(sop, row["decision"]) if is_waiting else (),
        against=against,
    )


def bucket_of(days_left: int | None, *, is_waiting: bool = False) -> str:
    if is_waiting:
        return "waiting"
    if days_left is None:
        return "undated"
    if days_left < 0:
        return "late"
    return "soon" if days_left <= SOON_WORKING_DAYS else "later"


def verbs(kind: str) -> Mapping[str, str]:
    return {"item": words.ACTS, "decree": words.DECREE_ACTS, "pledge": words.PLEDGE_ACTS}[kind]


def acts(seat: Seat) -> dict[str, str]:
    """The decisions this office takes, for choosing among its tasks."""
    found = dict.fromkeys((kind, decision) for kind, decision, _unit in turns_of(seat).ours)
    named = {
        f"{kind}.{decision}": verbs(kind)[DESK_ACTS.get((kind, decision), decision)]
        for kind, decision in found
        if (kind, decision) in AWAITED
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


AWAITED = frozenset(
    {("item", decision) for decision in words.WHY_AWAITED if decision in DECISIONS["item"]}
    - {("item", "draft_decree")}
    | {key for key in DESK_ACTS}
    | {("pledge", "determine"), ("pledge", "draft"), ("pledge", "announce")}
)
"""What can stand in a worklist at all."""


def _status_words(kind: str, status: str) -> str:
    names = {"item": words.STATUSES, "decree": words.STAGES, "pledge": words.PLEDGE_STATUSES}
    return names[kind].get(status, status)


def _acting(seat: Seat, unit: str) -> str:
    """By which delegation a unit is his, unless he holds the office there himself."""
    covering = [a for a in seat.office.authorities if a.covers(unit)]
    if not covering or any(a.acting is None for a in covering):
        return ""
    return f"{covering[0].acting} {covering[0].decree_no}"


def _why(kind: str, decision: str) -> str:
    return (WHY_OF_PLEDGES if kind == "pledge" else words.WHY_AWAITED).get(decision, "")


def _offices(sop: procedures.Sop, decision: str) -> tuple[str, ...]:
    return tuple(words.role(role) for role in sorted(procedures.whose(sop, decision)))


def _if_left(row: Mapping[str, Any], zone_name: str) -> str:
    decision, due_on = row["decision"], row["due_on"]
    if row["kind"] == "pledge":
        return words.IF_LEFT.get(decision, _("Publik belum memegang janji layanan unit ini."))
    ends = decision in ("approve_opening", "declassify", "approve", "determine")
    if ends and due_on:
        return _(
            "Terbuka demi hukum pada %(day)s pukul 00.00 %(zone)s (%(article)s).",
            day=words.day(due_on + timedelta(days=1)),
            zone=zone_name,
            article=str(OPENS_BY_LAW),
        )
    return words.IF_LEFT.get(decision, _(words.IF_LEFT_PROPOSED))


# How long it has taken


@dataclass(frozen=True)
class Service:
    """The steps of the SOP that were or are being taken, and their sum."""

    steps: tuple[StepTime, ...]
    days: int  # working days since the first of them
    allowed: str  # the sum of the standards, "" where they cannot be added
    over: tuple[StepTime, ...] = field(default=())


def service(seat: Seat, unit: str, history: list[Any], *, subject: str = "item") -> Service | None:
    """How long the steps took against their standards; None where the body has no SOP."""
    own, _statutory = seat.desk.sop(subject, unit)
    if own is None or not history:
        return None
    desk = seat.desk
    between: Callable[[date, date], int] = partial(working_days_between, desk.schedule)
    measured = procedures.measure(
        own,
        history,
        local_date=partial(local_date, zone=desk.body.zone),
        working_days_between=between,
        now=seat.at,
    )
    steps = tuple(step for step in measured if step.started is not None)
    return Service(
        steps=steps,
        days=between(local_date(history[0].at, desk.body.zone), desk.today),
        allowed=allowed(step.standard for step in measured),
        over=tuple(step for step in steps if step.within is False),
    )


def allowed(standards: Iterable[procedures.ServiceTime]) -> str:
    """The sum of standards, unit by unit: "5 hari kerja, 90 menit"."""
    sums: Counter[Any] = Counter()
    for standard in standards:
        if standard.kind is TimeKind.MEASURED and standard.number and standard.unit:
            sums[standard.unit] += standard.number
    order = list(procedures.TimeUnit)[::-1]
    return ", ".join(f"{sums[unit]} {TIME_UNITS[unit]}" for unit in sorted(sums, key=order.index))


TIME_UNITS = Words(
    {
        procedures.TimeUnit.MINUTE: "menit",
        procedures.TimeUnit.HOUR: "jam",
        procedures.TimeUnit.DAY: "hari",
        procedures.TimeUnit.WORKING_DAY: "hari kerja",
        procedures.TimeUnit.WEEK: "minggu",
    }
)
