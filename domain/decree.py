"""A decree (surat penetapan klasifikasi): draft list, approval, determination, lineage.

One decree carries many items, each with its own ground and period; it is recorded together
with them or not at all. An issued decree is never changed: it is amended or replaced by another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain import item as items_
from domain import procedure as procedures
from domain.calendar import Schedule
from domain.ground import Ground
from domain.history import Recorded, Stamp, recorded_as
from domain.item import Categories, Item, Official, Status
from domain.period import Period
from domain.procedure import Sop
from domain.rule import Refused, Rule, cite, uphold


class Effect(StrEnum):
    """What a decree does to the one it names."""

    AMENDS = "amends"  # mengubah
    REPLACES = "replaces"  # mencabut dan mengganti


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the annex: the version of an item that was determined."""

    item: UUID
    version: int
    title: str
    grounds: tuple[Ground, ...]
    period: Period
    ends_on: date | None


# What can happen


@recorded_as("decree.drafted")
class Drafted:
    """A draft list was put together."""

    title: str
    unit: str
    items: tuple[UUID, ...]


@recorded_as("decree.lines_changed")
class LinesChanged:
    """Items joined or left the draft."""

    items: tuple[UUID, ...]
    reason: str


@recorded_as("decree.draft_approved")
class DraftApproved:
    """The head agreed to the whole draft."""

    items: tuple[UUID, ...]


@recorded_as("decree.draft_returned")
class DraftReturned:
    """The head sent the whole draft back."""

    reason: str


@recorded_as("decree.issued")
class Issued:
    """The decree was signed, with its annex."""

    number: str
    place: str
    dated: date
    official: Official
    body: str
    unit: str
    lines: tuple[Line, ...]
    supersedes: UUID | None = None
    effect: Effect | None = None


@recorded_as("decree.superseded")
class Superseded:
    """A later decree amended or replaced this one; it stays readable as of its time."""

    by: UUID
    number: str
    effect: Effect


Fact: TypeAlias = Drafted | LinesChanged | DraftApproved | DraftReturned | Issued | Superseded


# What we then know


class Stage(StrEnum):
    UNKNOWN = "unknown"
    DRAFT = "draft"  # konsep daftar
    APPROVED = "approved"  # disetujui, menunggu penetapan
    ISSUED = "issued"  # surat penetapan
    AMENDED = "amended"  # berlaku, diubah oleh penetapan lain
    REPLACED = "replaced"  # dicabut dan diganti


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    stage: Stage = Stage.UNKNOWN
    title: str = ""
    unit: str = ""
    items: tuple[UUID, ...] = ()
    issued: Issued | None = None
    superseded: tuple[Superseded, ...] = ()
    drafters: frozenset[str] = frozenset()  # persons, over the whole history
    judges: frozenset[str] = frozenset()  # who ever approved or returned the draft


initial = Decree()


def evolve(decree: Decree, recorded: Recorded[Fact]) -> Decree:
    fact = recorded.fact
    match fact:
        case Drafted(title=title, unit=unit, items=items):
            drafters = decree.drafters | recorded.hands
            return replace(
                decree,
                stage=Stage.DRAFT,
                title=title,
                unit=unit,
                items=items,
                drafters=drafters,
            )
        case LinesChanged(items=items):
            drafters = decree.drafters | recorded.hands
            return replace(decree, stage=Stage.DRAFT, items=items, drafters=drafters)
        case DraftApproved():
            return replace(decree, stage=Stage.APPROVED, judges=decree.judges | recorded.hands)
        case DraftReturned():
            return replace(decree, stage=Stage.DRAFT, judges=decree.judges | recorded.hands)
        case Issued():
            return replace(decree, stage=Stage.ISSUED, issued=fact)
        case Superseded(effect=effect):
            replaced = effect is Effect.REPLACES or decree.stage is Stage.REPLACED
            stage = Stage.REPLACED if replaced else Stage.AMENDED
            return replace(decree, stage=stage, superseded=(*decree.superseded, fact))
    assert_never(fact)


# What the law asks

DRAFT_MUST_HAVE_LINES = Rule(
    "draft-must-have-lines",
    "Konsep daftar harus memuat sedikitnya satu butir.",
    cite("pp-61-2010", "4", "1"),
    field="items",
)
DRAFT_HOLDS_OPEN_PROPOSALS = Rule(
    "draft-holds-open-proposals",
    "Konsep hanya memuat butir yang diusulkan, telah diuji atau diuji ulang, atau disetujui.",
    cite("pp-61-2010", "3"),
    field="items",
)
DRAFT_MUST_BE_OPEN = Rule(
    "draft-must-be-open",
    "Konsep ini tidak sedang disusun atau menunggu persetujuan.",
    cite("pp-61-2010", "4", "1"),
)
ISSUED_DECREES_DO_NOT_CHANGE = Rule(
    "issued-decrees-do-not-change",
    "Surat penetapan yang telah terbit tidak diubah; terbitkan penetapan yang mengubah atau "
    "menggantinya.",
    cite("pp-61-2010", "10", "1"),
)
SUPERSEDED_DECREE_MUST_STAND = Rule(
    "superseded-decree-must-stand",
    "Penetapan yang diubah atau diganti harus telah terbit dan masih berlaku.",
    cite("pp-61-2010", "10", "1"),
    field="supersedes",
)
REPLACEMENT_MUST_CARRY_EVERY_ITEM = Rule(
    "replacement-must-carry-every-item",
    "Penetapan pengganti harus memuat semua butir penetapan lama yang masih dikecualikan.",
    cite("pp-61-2010", "3"),
    field="items",
)

DRAFTABLE = frozenset({Status.PROPOSED, Status.TESTED, Status.APPROVED})


def _draftable(item: Item) -> bool:
    return item.status in DRAFTABLE or (item.status is Status.EXEMPT and item.fresh_test)


def _returnable(item: Item) -> bool:
    renewed = item.status is Status.EXEMPT and item.fresh_test
    return item.status in (Status.TESTED, Status.APPROVED) or renewed


def rules_of_lines(items: Mapping[UUID, Item]) -> Iterator[Rule]:
    if not items:
        yield DRAFT_MUST_HAVE_LINES
    for known in items.values():
        if not _draftable(known):
            yield DRAFT_HOLDS_OPEN_PROPOSALS.about(detail=_title(known))


def rules_against_drafting(decree: Decree, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if decree.stage is not Stage.UNKNOWN:
        yield DRAFT_MUST_BE_OPEN
    yield from _not_the_judge(decree, stamp)
    yield from _procedure("draft_decree", stamp, sop)


def rules_against_changing(decree: Decree, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if decree.issued is not None:
        yield ISSUED_DECREES_DO_NOT_CHANGE
    elif decree.stage is Stage.UNKNOWN:
        yield DRAFT_MUST_BE_OPEN
    yield from _not_the_judge(decree, stamp)
    yield from _procedure("draft_decree", stamp, sop)


def rules_against_approving(decree: Decree, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    """For the head's yes to the whole draft; each item is asked besides."""
    yield from _rules_against_judging(decree, "approve", stamp, sop)


def rules_against_returning(decree: Decree, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    """For his no."""
    yield from _rules_against_judging(decree, "reject", stamp, sop)


def _rules_against_judging(decree: Decree, decision: str, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if decree.stage is not Stage.DRAFT:
        yield DRAFT_MUST_BE_OPEN
    if stamp.hands & decree.drafters:
        yield items_.APPROVER_MUST_BE_ANOTHER_PERSON
    yield from _procedure(decision, stamp, sop)


def _not_the_judge(decree: Decree, stamp: Stamp) -> Iterator[Rule]:
    if stamp.hands & decree.judges:
        yield items_.ACTOR_MUST_NOT_HAVE_APPROVED


def rules_against_issuing(decree: Decree, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if decree.issued is not None:
        yield ISSUED_DECREES_DO_NOT_CHANGE
    elif decree.stage is Stage.UNKNOWN:
        yield DRAFT_MUST_BE_OPEN
    yield from _not_the_judge(decree, stamp)
    yield from _procedure("determine", stamp, sop, done=frozenset({"approve"}))


def _procedure(
    decision: str, stamp: Stamp, sop: Sop, done: frozenset[str] = frozenset()
) -> Iterator[Rule]:
    """Whose office it is; the order of steps is asked of each item."""
    own, statutory = sop
    for rule in procedures.rules_against(own, statutory, decision, role=stamp.as_role, done=done):
        if rule.code == procedures.THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code:
            yield rule


STANDING: Mapping[str, Callable[..., Iterator[Rule]]] = {
    "draft": rules_against_drafting,
    "change_lines": rules_against_changing,
    "approve_draft": rules_against_approving,
    "return_draft": rules_against_returning,
    "issue": rules_against_issuing,
}


def obstacles(decree: Decree, decision: str, *, stamp: Stamp, sop: Sop) -> tuple[Rule, ...]:
    """Every rule already in the way of *decision* on this decree."""
    return tuple(STANDING[decision](decree, stamp=stamp, sop=sop))


# What may be done: each answers with the decree's own facts and those of its items

Decided: TypeAlias = tuple[list[Fact], dict[UUID, list[items_.Fact]]]


def draft(
    decree: Decree, *, stamp: Stamp, sop: Sop, title: str, unit: str, items: Mapping[UUID, Item]
) -> Decided:
    """Put a draft list together."""
    against = [*rules_against_drafting(decree, stamp=stamp, sop=sop), *rules_of_lines(items)]
    if not title.strip():
        against.append(items_.INFORMATION_MUST_BE_DESCRIBED.about("title"))
    uphold(against)
    return [Drafted(title=title, unit=unit, items=tuple(items))], {}


def change_lines(
    decree: Decree, *, stamp: Stamp, sop: Sop, items: Mapping[UUID, Item], reason: str
) -> Decided:
    """Let items join or leave the draft; it then needs the head's consent again."""
    if tuple(items) == decree.items:
        return [], {}
    uphold([*rules_against_changing(decree, stamp=stamp, sop=sop), *rules_of_lines(items)])
    return [LinesChanged(items=tuple(items), reason=reason)], {}


def approve_draft(
    decree: Decree,
    *,
    stamp: Stamp,
    sop: Sop,
    decree_id: UUID,
    items: Mapping[UUID, Item],
    sops: Mapping[UUID, Sop],
    note: str = "",
) -> Decided:
    """The head agrees to the whole list; items he agreed to before stay as they are."""
    if decree.stage is Stage.APPROVED:
        return [], {}
    uphold(rules_against_approving(decree, stamp=stamp, sop=sop))
    facts = _each(
        items,
        lambda item_id, item: items_.approve(
            item, stamp=stamp, sop=sops[item_id], note=note, decree=decree_id
        ),
    )
    return [DraftApproved(items=tuple(items))], facts


def return_draft(
    decree: Decree,
    *,
    stamp: Stamp,
    sop: Sop,
    items: Mapping[UUID, Item],
    sops: Mapping[UUID, Sop],
    reason: str,
) -> Decided:
    """The head sends the whole list back; every item on it that awaits him goes back too."""
    uphold(rules_against_returning(decree, stamp=stamp, sop=sop))
    facts = _each(
        {k: known for k, known in items.items() if _returnable(known)},
        lambda item_id, item: items_.reject(item, stamp=stamp, sop=sops[item_id], reason=reason),
    )
    if not reason.strip():
        uphold([items_.REASON_MUST_BE_GIVEN])
    return [DraftReturned(reason=reason)], facts


def issue(
    decree: Decree,
    *,
    stamp: Stamp,
    sop: Sop,
    decree_id: UUID,
    items: Mapping[UUID, Item],
    sops: Mapping[UUID, Sop],
    categories: Categories,
    schedule: Schedule,
    number: str,
    place: str,
    official: Official,
    body: str,
    units: Mapping[str, str],
    supersedes: tuple[UUID, Decree] | None = None,
    effect: Effect | None = None,
    carried: Mapping[UUID, Item] | None = None,
) -> tuple[list[Fact], dict[UUID, list[items_.Fact]], list[Fact]]:
    """Sign the decree with its annex: all its items are determined, or none is.

    *stamp.on* is the date of the decree, *units* the units' names by code. *supersedes* is the
    decree it amends or replaces, *carried* the items on that one; the third answer holds the
    facts of that older decree.
    """
    against = [*rules_against_issuing(decree, stamp=stamp, sop=sop)]
    if not items:
        against.append(DRAFT_MUST_HAVE_LINES)
    if effect is not None and supersedes is None:
        against.append(SUPERSEDED_DECREE_MUST_STAND)
    if supersedes is not None:
        against += rules_against_superseding(supersedes[1], effect, items, carried or {}, stamp.on)
    try:
        facts = _each(
            items,
            lambda item_id, item: items_.determine(
                item,
                stamp=stamp,
                sop=sops[item_id],
                categories=categories,
                schedule=schedule,
                decree=decree_id,
                number=number,
                place=place,
                official=official,
                body=body,
                unit=_unit(item, units),
            ),
        )
    except Refused as refusal:
        raise Refused(*against, *refusal.rules) from None
    uphold(against)
    older = supersedes[0] if supersedes else None
    issued = Issued(
        number=number,
        place=place,
        dated=stamp.on,
        official=official,
        body=body,
        unit=decree.unit,
        lines=tuple(_line(item_id, items[item_id], made) for item_id, made in facts.items()),
        supersedes=older,
        effect=effect if supersedes else None,
    )
    lineage: list[Fact] = []
    if supersedes and effect:
        lineage = [Superseded(by=decree_id, number=number, effect=effect)]
    return [issued], facts, lineage


def rules_against_superseding(
    older: Decree,
    effect: Effect | None,
    items: Mapping[UUID, Item],
    carried: Mapping[UUID, Item],
    on: date,
) -> Iterator[Rule]:
    if older.issued is None or older.stage is Stage.REPLACED or effect is None:
        yield SUPERSEDED_DECREE_MUST_STAND
    if effect is Effect.REPLACES:
        for item_id, known in carried.items():
            if item_id not in items and known.exempt_on(on):
                yield REPLACEMENT_MUST_CARRY_EVERY_ITEM.about(detail=_title(known))


def _unit(item: Item, units: Mapping[str, str]) -> str:
    code = item.particulars.unit if item.particulars else ""
    return units.get(code, code)


def _line(item_id: UUID, item: Item, facts: Sequence[items_.Fact]) -> Line:
    [fact] = facts
    assert isinstance(fact, items_.Determined | items_.Reclassified)
    return Line(
        item=item_id,
        version=item.version + 1,
        title=_title(item),
        grounds=fact.determination.classification,
        period=fact.determination.period,
        ends_on=fact.ends_on,
    )


def _each(
    items: Mapping[UUID, Item], decide: Callable[[UUID, Item], list[items_.Fact]]
) -> dict[UUID, list[items_.Fact]]:
    """Ask every item, and name the rules of all that refuse, each with the item's title."""
    facts: dict[UUID, list[items_.Fact]] = {}
    against: list[Rule] = []
    for item_id, known in items.items():
        try:
            facts[item_id] = decide(item_id, known)
        except Refused as refusal:
            against += [
                rule.about(detail=f"{_title(known)}: {rule.detail}".removesuffix(": "))
                for rule in refusal.rules
            ]
    uphold(against)
    return facts


def _title(item: Item) -> str:
    return item.particulars.title if item.particulars else "(tanpa judul)"
