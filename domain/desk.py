"""An officer's desk: one officer, one office, one moment.

Pages, the API and the command line all act through it, so that there is one way in: it finds
by what right the officer acts, under which SOP, law and calendar, asks the decision, and hands
its facts to the ledger. It decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cached_property, reduce
from typing import Any, Self, TypeAlias, cast
from uuid import UUID, uuid4

from domain import body, calendar, decree, item, law, officer, pledge
from domain import procedure as procedures
from domain.body import UNIT_MUST_BELONG_TO_THE_BODY, Body
from domain.calendar import Calendar, Schedule, local_date
from domain.decree import Decree, Effect
from domain.history import Known, Ledger, Receipt, Recorded, Stamp, Unrecorded
from domain.item import Categories, Item, Official, TakenOver
from domain.law import LawRegister
from domain.officer import (
    ADMIN_MUST_NOT_ACT_AS_OFFICER,
    ROLE_TITLES,
    SETTINGS_BELONG_TO_THE_ADMIN,
    Authority,
    Officer,
    Role,
)
from domain.pledge import Pledge
from domain.procedure import Procedure, Sop
from domain.rule import Refused, Rule, cite, uphold
from domain.takeover import record

ACT_MUST_NOT_LIE_IN_THE_FUTURE = Rule(
    "act-must-not-lie-in-the-future",
    "Tanggal berlaku tidak boleh sesudah hari ini.",
    cite("pp-61-2010", "4", "2", "f"),
    field="on",
)


@dataclass(frozen=True, slots=True)
class Act:
    """A decision, and what it wants to know beyond state, stamp and SOP."""

    decide: Callable[..., Sequence[Any]]
    wants: tuple[str, ...] = ()


ITEM_ACTS: Mapping[str, Act] = {
    "submit": Act(item.submit, ("categories",)),
    "confirm": Act(item.confirm, ("categories",)),
    "revise": Act(item.revise, ("categories",)),
    "test_consequence": Act(item.test_consequence, ("categories",)),
    "consider": Act(item.consider),
    "approve": Act(item.approve),
    "reject": Act(item.reject),
    "archive": Act(item.archive),
    "upload": Act(item.upload),
    "record_event": Act(item.record_event, ("categories", "schedule")),
    "review": Act(item.review),
    "approve_opening": Act(item.approve_opening),
    "declassify": Act(item.declassify, ("categories", "needs_head")),
    "hold": Act(item.hold),
    "release": Act(item.release),
    "correct": Act(item.correct),
    "withdraw": Act(item.withdraw),
}
"""What may be done to one item. Determination is an act on a decree."""

PLEDGE_ACTS: Mapping[str, Act] = {
    "draft": Act(pledge.draft),
    "return": Act(pledge.return_),
    "determine": Act(pledge.determine),
    "announce": Act(pledge.announce),
}

DECREE_ACTS = ("draft", "change_lines", "approve_draft", "return_draft", "issue")

LAW_ACTS: Mapping[str, Act] = {
    "enter": Act(law.enter),
    "replace": Act(law.record_change),
    "amend": Act(law.record_change),
    "enact": Act(law.enact),
}

CALENDAR_ACTS: Mapping[str, Act] = {
    "declare_off": Act(calendar.declare_off),
    "declare_working": Act(calendar.declare_working),
    "seed_year": Act(calendar.seed_year),
}

BODY_ACTS: Mapping[str, Act] = {
    "add_unit": Act(body.add_unit),
    "adopt": Act(body.adopt),
    "set_policy": Act(body.choose),
}

OFFICER_ACTS: Mapping[str, Act] = {
    "appoint": Act(officer.appoint),
    "grant": Act(officer.assign, ("subject_id", "principals")),
    "delegate": Act(officer.assign, ("subject_id", "principals")),
    "end": Act(officer.end_named, ("stamp",)),
}

SETTINGS: Mapping[str, tuple[Any, Mapping[str, Act]]] = {
    "law": (law, LAW_ACTS),
    "calendar": (calendar, CALENDAR_ACTS),
    "body": (body, BODY_ACTS),
    "officer": (officer, OFFICER_ACTS),
}
"""What a register stands on, and what its Admin may do to it. A register has one of each, but
for its officers."""


SUBJECTS: Mapping[str, Any] = {"item": item, "decree": decree, "pledge": pledge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What would be known if a change were recorded now. Nothing is."""

    before: Any
    after: Any
    facts: tuple[Any, ...]  # none: there is nothing left to do


class Desk:
    """The register as one officer sees it: everything done here is signed and dated.

    *on* is the local day on which the acts take effect, today unless a back-dated paper is
    being entered. *role* is the office he acts in; his right to it is asked for that day.
    """

    def __init__(
        self,
        ledger: Ledger,
        statutory: Mapping[str, Procedure],
        *,
        officer_id: str,
        role: str,
        at: datetime,
        on: date | None = None,
        cause: str = "",
    ) -> None:
        self.ledger, self.statutory = ledger, statutory
        self.officer_id, self.role, self.at, self.cause = officer_id, role, at, cause
        self._on = on

    def knowing(self, known: Mapping[UUID, Known[Any]]) -> Self:
        """With the `known` of another desk of this officer, where nothing was recorded since."""
        self.__dict__["known"] = known
        return self

    # What every decision rests on

    @cached_property
    def known(self) -> Mapping[UUID, Known[Any]]:
        """The body, the law, the calendar and this officer, all in one look."""
        subjects: dict[UUID, Any] = {body.ID: body, law.ID: law, calendar.ID: calendar}
        subjects[officer.id_of(self.officer_id)] = officer
        return self.ledger.recall_many(subjects)

    @cached_property
    def body(self) -> Body:
        return cast("Body", self.known[body.ID].state)

    @cached_property
    def law(self) -> LawRegister:
        return cast("LawRegister", self.known[law.ID].state)

    @cached_property
    def calendar(self) -> Calendar:
        return cast("Calendar", self.known[calendar.ID].state)

    @cached_property
    def officer(self) -> Officer:
        return cast("Officer", self.known[officer.id_of(self.officer_id)].state)

    @cached_property
    def schedule(self) -> Schedule:
        return schedule_of(self.body, self.calendar)

    @cached_property
    def categories(self) -> Categories:
        return self.law.categories(self.on)

    @cached_property
    def today(self) -> date:
        """The legal day: the date in the body's own zone."""
        return local_date(self.at, self.body.zone)

    @property
    def on(self) -> date:
        return self._on or self.today

    def sop(self, subject: str, unit: str) -> Sop:
        """The SOP *unit* works by on the day of the act, and the statutory order behind it."""
        return self.body.procedure(subject, unit=unit, on=self.on), self.statutory[subject]

    def stamp(self, subject: str, decision: str, unit: str) -> Stamp:
        """Sign as the officer of this desk, or be refused for want of the office that day."""
        if self.on > self.today:
            uphold([ACT_MUST_NOT_LIE_IN_THE_FUTURE.about(detail=self.on.isoformat())])
        if (subject in SETTINGS) != (self.role == Role.ADMIN):
            wrong = SETTINGS_BELONG_TO_THE_ADMIN, ADMIN_MUST_NOT_ACT_AS_OFFICER
            uphold([wrong[self.role == Role.ADMIN]])
        right = officer.authority(self.officer, self.role, on=self.on, unit=unit)
        if self.on < self.today:  # whoever enters what was done earlier holds the office still
            officer.authority(self.officer, self.role, on=self.today, unit=unit)
        return self._stamp(subject, decision, unit, right)

    def _stamp(self, subject: str, decision: str, unit: str, right: Authority) -> Stamp:
        own = None if subject in SETTINGS else self.sop(subject, unit)[0]
        return Stamp(
            at=self.at,
            on=self.on,
            by=self.officer_id,
            as_role=self.role,
            principal=right.principal,
            delegation=f"{right.acting} {right.decree_no}" if right.acting else "",
            procedure=procedures.pin(own, decision, self.on),
            cause=self.cause,
        )

    # The question: what stands in the way?

    def obstacles(
        self, kind: str, subject_id: UUID, decision: str, *, unit: str = ""
    ) -> tuple[Rule, ...]:
        """Every rule already in the way of *decision*, answered before the officer tries.

        *kind* is "item", "decree" or "pledge", or one of `SETTINGS`; *unit* is asked for where
        the subject does not know its own: a pledge, and what is not on the register yet.
        """
        if kind in SETTINGS:
            return self._obstacles_to_setting(kind, subject_id, decision)
        return self.obstacles_to_each([(kind, subject_id, decision, unit)])[0]

    def obstacles_to_each(
        self, asked: Sequence[tuple[str, UUID, str, str]]
    ) -> list[tuple[Rule, ...]]:
        """The same of several decisions, each a kind, subject, decision and unit, in one look."""
        known = self.ledger.recall_many({each[1]: SUBJECTS[each[0]] for each in asked})
        return [
            self._obstacles(kind, known[subject_id].state, decision, unit)
            for kind, subject_id, decision, unit in asked
        ]

    def _obstacles(self, kind: str, state: Any, decision: str, unit: str) -> tuple[Rule, ...]:
        subject, unit = "pledge" if kind == "pledge" else "item", _unit(state) or unit
        try:
            stamp = self.stamp(subject, _sop_name(kind, decision), unit)
        except Refused as refusal:
            return refusal.rules
        against: tuple[Rule, ...] = SUBJECTS[kind].obstacles(
            state, decision, stamp=stamp, sop=self.sop(subject, unit)
        )
        return against

    def offers(self, kind: str, subject_id: UUID, *, unit: str = "") -> dict[str, tuple[Rule, ...]]:
        """Every decision on a subject, with the rules in its way; none means: it may be done."""
        acts: Mapping[str, Any] = {
            "item": ITEM_ACTS,
            "decree": dict.fromkeys(DECREE_ACTS),
            "pledge": PLEDGE_ACTS,
            **{name: acts for name, (_, acts) in SETTINGS.items()},
        }[kind]
        if kind in SETTINGS:
            return {act: self.obstacles(kind, subject_id, act) for act in acts}
        found = self.obstacles_to_each([(kind, subject_id, act, unit) for act in acts])
        return dict(zip(acts, found, strict=True))

    # The deed

    def on_item(
        self, decision: str, item_id: UUID, *, expect: int | None = None, **entries: Any
    ) -> Receipt:
        """Decide on one item. Raises `Refused`, `Stale`, `Unrecorded`, `Contended`."""
        decide, stamp, _known = self._item_act(decision, item_id, entries)
        is_new = decision == "submit" and expect is None
        return self.ledger.amend(item, item_id, decide, stamp, expect=0 if is_new else expect)

    def suppose_item(self, decision: str, item_id: UUID, **entries: Any) -> tuple[Any, ...]:
        """The facts such a decision would record now, or its refusal. Nothing is recorded."""
        decide, _stamp, known = self._item_act(decision, item_id, entries)
        return tuple(decide(known))

    def _item_act(
        self, decision: str, item_id: UUID, entries: Mapping[str, Any]
    ) -> tuple[Callable[[Item], Sequence[Any]], Stamp, Item]:
        """The decision itself, under its stamp, and what is known now."""
        act = ITEM_ACTS[decision]
        known: Known[Item] = self.ledger.recall(item, item_id)
        if not known.version and decision != "submit":
            raise Unrecorded(item_id)
        particulars = entries.get("particulars") or known.state.particulars
        unit = particulars.unit if particulars else ""
        if "particulars" in entries:
            uphold(self._rules_of_unit(unit))
            if was := _unit(known.state):  # an item leaves a unit only by who may act for both
                officer.authority(self.officer, self.role, on=self.on, unit=was)
        stamp, sop = self.stamp("item", decision, unit), self.sop("item", unit)
        context = self._context(act.wants, unit)
        return (
            lambda state: act.decide(state, stamp=stamp, sop=sop, **context, **entries),
            stamp,
            known.state,
        )

    def rules_against_taking_over(self, unit: str) -> tuple[Rule, ...]:
        """Whoever may propose items of a unit may enter those that stand on its list already."""
        unknown = tuple(self._rules_of_unit(unit))
        return unknown or self.obstacles("item", uuid4(), "submit", unit=unit)

    def take_over(self, rows: Mapping[UUID, TakenOver]) -> Receipt:
        """Enter rows of an existing list, all of one unit; what is there already stays as it is."""
        (unit,) = {fact.particulars.unit for fact in rows.values()}
        uphold(self.rules_against_taking_over(unit))
        return record(rows, self.ledger, self.stamp("item", "take_over", unit))

    def on_pledge(
        self, decision: str, unit: str, *, expect: int | None = None, **entries: Any
    ) -> Receipt:
        """Decide on the pledge of a unit (maklumat); a unit has one at a time."""
        stamp, sop = self.stamp("pledge", decision, unit), self.sop("pledge", unit)
        act = PLEDGE_ACTS[decision]
        if "contents" in entries:
            entries["contents"] = replace(entries["contents"], unit=unit)
        context = self._context(act.wants, unit)
        pledge_id = pledge.id_of(unit)
        is_new = decision == "draft" and not self.ledger.recall(pledge, pledge_id).version
        return self.ledger.amend(
            pledge,
            pledge_id,
            lambda state: act.decide(state, stamp=stamp, sop=sop, **context, **entries),
            stamp,
            expect=0 if is_new else expect,
        )

    # The settings, each with one history, but for officers

    def on_law(self, decision: str, *, expect: int | None = None, **entries: Any) -> Receipt:
        """Record what became of the law: an instrument, a change of one, Pasal 17."""
        return self.on_setting("law", law.ID, decision, entries, expect=expect)

    def on_calendar(self, decision: str, *, expect: int | None = None, **entries: Any) -> Receipt:
        """Take over a year, or make a day free or working in the name of a decree."""
        return self.on_setting("calendar", calendar.ID, decision, entries, expect=expect)

    def on_body(self, decision: str, *, expect: int | None = None, **entries: Any) -> Receipt:
        """Record a unit, a paper the body works by, or a choice the law leaves to it."""
        return self.on_setting("body", body.ID, decision, entries, expect=expect)

    def on_officer(
        self, decision: str, officer_id: UUID, *, expect: int | None = None, **entries: Any
    ) -> Receipt:
        """Record what was decided about an officer, by the id of his history."""
        return self.on_setting("officer", officer_id, decision, entries, expect=expect)

    def on_setting(
        self,
        kind: str,
        subject_id: UUID,
        decision: str,
        entries: Mapping[str, Any],
        *,
        expect: int | None = None,
    ) -> Receipt:
        """Change one of `SETTINGS`, signed by an Admin in office for the whole body."""
        stamp = self._setting_stamp(kind, subject_id, decision, entries)
        return settle(self.ledger, kind, subject_id, decision, entries, stamp, expect=expect)

    def suppose(
        self, kind: str, subject_id: UUID, decision: str, entries: Mapping[str, Any]
    ) -> Supposed:
        """What such a change would make of the setting; refused as the change itself would be."""
        stamp = self._setting_stamp(kind, subject_id, decision, entries)
        module, read, decide = _setting(kind, subject_id, decision, entries, stamp)
        known = {key: self.ledger.recall(module, key) for key in read}
        facts = tuple(decide({key: each.state for key, each in known.items()})[subject_id])
        envelopes = (
            Recorded(
                originator_id=subject_id,
                originator_version=version,
                fact=fact,
                **{f.name: getattr(stamp, f.name) for f in fields(stamp)},
            )
            for version, fact in enumerate(facts, known[subject_id].version + 1)
        )
        before = known[subject_id].state
        return Supposed(before=before, after=reduce(module.evolve, envelopes, before), facts=facts)

    def _setting_stamp(
        self, kind: str, subject_id: UUID, decision: str, entries: Mapping[str, Any]
    ) -> Stamp:
        stamp = self.stamp(kind, decision, "")
        if kind == "officer":
            known: Known[Officer] = self.ledger.recall(officer, subject_id)
            if not known.version and decision != "appoint":
                raise Unrecorded(subject_id)
            uphold(officer.rules_against_arranging(decision, subject_id, stamp=stamp))
            for unit in _units_named(entries):
                uphold(self._rules_of_unit(unit))
        return stamp

    def _obstacles_to_setting(self, kind: str, subject_id: UUID, decision: str) -> tuple[Rule, ...]:
        try:
            stamp = self.stamp(kind, decision, "")
        except Refused as refusal:
            return refusal.rules
        if kind != "officer":
            return ()
        return tuple(officer.rules_against_arranging(decision, subject_id, stamp=stamp))

    def draft_decree(
        self, decree_id: UUID, *, title: str, items: Sequence[UUID], unit: str = ""
    ) -> Receipt:
        """Put a draft list together from items that are proposed, tested or approved."""
        return self._on_decree(
            "draft", decree_id, unit, items, {"title": title, "unit": unit}, expect=0
        )

    def change_lines(
        self, decree_id: UUID, *, items: Sequence[UUID], reason: str, expect: int | None = None
    ) -> Receipt:
        """Let items join or leave a draft."""
        known = self._decree(decree_id)
        return self._on_decree(
            "change_lines", decree_id, known.unit, items, {"reason": reason}, expect=expect
        )

    def approve_draft(
        self, decree_id: UUID, *, note: str = "", expect: int | None = None
    ) -> Receipt:
        """Agree to a whole draft and to every item on it."""
        known = self._decree(decree_id)
        entries = {"note": note, "decree_id": decree_id}
        return self._on_decree(
            "approve_draft", decree_id, known.unit, known.items, entries, expect=expect
        )

    def return_draft(self, decree_id: UUID, *, reason: str, expect: int | None = None) -> Receipt:
        """Send a whole draft back."""
        known = self._decree(decree_id)
        return self._on_decree(
            "return_draft", decree_id, known.unit, known.items, {"reason": reason}, expect=expect
        )

    def issue(
        self,
        decree_id: UUID,
        *,
        number: str,
        place: str = "",
        supersedes: UUID | None = None,
        effect: Effect | None = None,
        expect: int | None = None,
    ) -> Receipt:
        """Sign a decree: all its items are determined with it, or nothing is recorded."""
        known = self._decree(decree_id)
        entries: dict[str, Any] = {
            "decree_id": decree_id,
            "number": number,
            "place": place or self.body.seat,
            "official": self.official,
            "body": self.body.name,
            "units": self.body.units,
            "categories": self.categories,
            "schedule": self.schedule,
            "effect": effect,
        }
        return self._on_decree(
            "issue", decree_id, known.unit, known.items, entries, expect=expect, older=supersedes
        )

    @property
    def official(self) -> Official:
        """This officer as a decree names him, with the office he acts in."""
        title = ROLE_TITLES[Role(self.role)]
        return Official(
            id=self.officer_id,
            name=self.officer.name,
            position=f"{self.officer.position} selaku {title}",
        )

    def _on_decree(
        self,
        decision: str,
        decree_id: UUID,
        unit: str,
        items: Sequence[UUID],
        entries: Mapping[str, Any],
        *,
        expect: int | None = None,
        older: UUID | None = None,
    ) -> Receipt:
        stamp = self.stamp("item", _sop_name("decree", decision), unit)
        sop = self.sop("item", unit)
        uphold(self._rules_of_unit(unit))
        carried = tuple(self._decree(older).items) if older else ()
        if decree_id in items or older in items:
            raise Unrecorded(decree_id)  # a decree is no item
        read = {decree_id: decree, **dict.fromkeys((*items, *carried), item)}
        if older:
            read[older] = decree

        def decide(states: Mapping[UUID, Any]) -> Mapping[UUID, Sequence[Any]]:
            lines = {item_id: states[item_id] for item_id in items}
            for known in lines.values():
                officer.authority(self.officer, self.role, on=self.on, unit=_unit(known))
            more = dict(entries)
            if decision not in ("draft", "change_lines"):
                more["sops"] = {k: self.sop("item", _unit(known)) for k, known in lines.items()}
            if decision == "issue":
                more["supersedes"] = (older, states[older]) if older else None
                more["carried"] = {item_id: states[item_id] for item_id in carried}
            decided = _DECREE[decision](
                states[decree_id], stamp=stamp, sop=sop, items=lines, **more
            )
            answer: dict[UUID, Sequence[Any]] = {decree_id: decided[0], **decided[1]}
            if older and len(decided) > 2:
                answer[older] = decided[2]
            return answer

        return self.ledger.amend_many(
            read, decide, stamp, expect=None if expect is None else {decree_id: expect}
        )

    def _decree(self, decree_id: UUID) -> Decree:
        known: Known[Decree] = self.ledger.recall(decree, decree_id)
        if not known.version:
            raise Unrecorded(decree_id)
        return known.state

    def _context(self, wants: tuple[str, ...], unit: str) -> dict[str, Any]:
        known: dict[str, Callable[[], Any]] = {
            "categories": lambda: self.categories,
            "schedule": lambda: self.schedule,
            "needs_head": lambda: self.opening_needs_head(unit),
        }
        return {name: known[name]() for name in wants}

    def opening_needs_head(self, unit: str) -> bool:
        """Whether opening needs the head's consent: by the body's policy, or by its SOP."""
        own, _ = self.sop("item", unit)
        return (
            self.body.policy.opening_needs_head
            or procedures.step_of(own, "approve_opening") is not None
        )

    def _rules_of_unit(self, unit: str) -> Iterator[Rule]:
        if unit and unit not in self.body.units:
            yield UNIT_MUST_BELONG_TO_THE_BODY.about(detail=unit)


_DECREE: Mapping[str, Callable[..., Any]] = {
    "draft": decree.draft,
    "change_lines": decree.change_lines,
    "approve_draft": decree.approve_draft,
    "return_draft": decree.return_draft,
    "issue": decree.issue,
}


def settle(
    ledger: Ledger,
    kind: str,
    subject_id: UUID,
    decision: str,
    entries: Mapping[str, Any],
    stamp: Stamp,
    *,
    expect: int | None = None,
) -> Receipt:
    """Change a setting under a stamp that is given: an Admin's, or that of whoever keeps the
    installation, from the command line."""
    module, read, decide = _setting(kind, subject_id, decision, entries, stamp)
    seen = None if expect is None else {subject_id: expect}
    return ledger.amend_many(dict.fromkeys(read, module), decide, stamp, expect=seen)


Decide: TypeAlias = Callable[[Mapping[UUID, Any]], Mapping[UUID, Sequence[Any]]]


def _setting(
    kind: str, subject_id: UUID, decision: str, entries: Mapping[str, Any], stamp: Stamp
) -> tuple[Any, tuple[UUID, ...], Decide]:
    """The subject of a setting, all that its decision reads, and the decision itself."""
    module, acts = SETTINGS[kind]
    act = acts[decision]
    lent = {officer.id_of(a.principal) for a in entries.get("authorities", ()) if a.acting} - {
        subject_id
    }

    def decide(known: Mapping[UUID, Any]) -> Mapping[UUID, Sequence[Any]]:
        context = {"stamp": stamp, "subject_id": subject_id, "principals": known}
        wanted = {name: context[name] for name in act.wants}
        return {subject_id: act.decide(known[subject_id], **wanted, **entries)}

    return module, (subject_id, *lent), decide


def _units_named(entries: Mapping[str, Any]) -> Iterator[str]:
    yield entries.get("unit", "")
    yield from (authority.unit for authority in entries.get("authorities", ()))


def schedule_of(known: Body, days: Calendar) -> Schedule:
    """The working days of a body: the register's calendar read with the body's own week."""
    return Schedule(days, known.week, known.policy.joint_leave_off)


def _sop_name(kind: str, decision: str) -> str:
    """What an SOP calls an act on a decree."""
    if kind != "decree":
        return decision
    return {
        "draft": "draft_decree",
        "change_lines": "draft_decree",
        "approve_draft": "approve",
        "return_draft": "reject",
        "issue": "determine",
    }[decision]


def _unit(known: Item | Decree | Pledge) -> str:
    """The unit whose SOP an act on this subject falls under; empty where it does not know."""
    match known:
        case Item(particulars=particulars) if particulars:
            return particulars.unit
        case Decree(unit=unit) | Pledge(unit=unit):
            return unit
        case _:
            return ""
