"""What holds for every history that officers, however careless or cunning, can bring about.

Any officer may try any act in any office on any day; what is refused leaves no trace. Whatever
comes of it, these hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import item
from domain import procedure as procedures
from domain.history import SYSTEM, Recorded, Stamp, fold
from domain.item import Conclusion, Duty, Item, Opening, Status
from domain.rule import Refused
from tests.spec import A_MORNING, recorded
from tests.voices import (
    AS_NEEDED,
    BALI,
    BONTANG,
    CATEGORIES,
    KALTENG,
    OFFICIAL,
    ONE_YEAR,
    PARTICULARS,
    STATUTE,
    TEST,
    UNTIL_VERDICT,
    WEEKDAYS_ONLY,
)

START = date(2026, 1, 5)
PEOPLE = ("ana", "beni", "citra", "dodi")
OFFICES = (
    "ppid-utama",
    "ppid-pembantu",
    "ketua-ppid",
    "petugas-ppid",
    "atasan-ppid",
    "pimpinan",
    "tim-pertimbangan",
)
SOPS = {"statute": STATUTE, "kalteng": KALTENG, "bali": BALI, "bontang": BONTANG}
ENTRIES: dict[str, tuple[dict[str, Any], ...]] = {
    "submit": ({"particulars": PARTICULARS}, {"particulars": replace(PARTICULARS, summary="")}),
    "revise": ({"particulars": replace(PARTICULARS, part="halaman 3")},),
    "test_consequence": (
        {"test": TEST},
        {"test": replace(TEST, conclusion=Conclusion.OPEN)},
        {"test": replace(TEST, period=replace(ONE_YEAR, words="2 tahun", number=2))},
        {"test": replace(TEST, period=replace(ONE_YEAR, words="40 tahun", number=40))},
        {"test": replace(TEST, period=UNTIL_VERDICT)},
        {"test": replace(TEST, period=AS_NEEDED, review_on=date(2026, 12, 1))},
    ),
    "consider": ({"favours": Conclusion.EXEMPT, "opinion": "Setuju."},),
    "approve": ({},),
    "reject": ({"reason": "Kurang."},),
    "determine": ({},),
    "archive": ({"soft_place": "NAS", "hard_place": "Almari"},),
    "upload": ({"channels": (item.Channel(kind="sidik", address="/x", on=START),)},),
    "record_event": ({"event": "putusan final", "happened_on": START, "evidence": "12/2026"},),
    "review": ({"reason": TEST.benefit_if_closed, "review_on": date(2026, 12, 30)},),
    "approve_opening": ({"why": Opening.AT_END}, {"why": Opening.NEW_TEST}),
    "declassify": tuple(
        {"why": why, "evidence": "1/2026"} for why in Opening if why is not Opening.BY_LAW
    ),
    "hold": ({"kind": "audit", "reference": "1", "reason": "Audit"},),
    "release": ({"kind": "audit", "reference": "1", "reason": "Selesai"},),
    "correct": ({"field": "title", "now": "Judul", "reason": "Salah ketik"},),
    "withdraw": ({"reason": "Batal"},),
}
CONTEXT: dict[str, dict[str, Any]] = {
    **{act: {"categories": CATEGORIES} for act in ("submit", "revise", "test_consequence")},
    "record_event": {"categories": CATEGORIES, "schedule": WEEKDAYS_ONLY},
    "declassify": {"categories": CATEGORIES, "needs_head": True},
    "determine": {
        "categories": CATEGORIES,
        "schedule": WEEKDAYS_ONLY,
        "decree": UUID(int=9),
        "number": "188/9/2026",
        "place": "Denpasar",
        "official": OFFICIAL,
        "body": "Badan Contoh",
        "unit": "Inspektorat",
    },
}


@dataclass(frozen=True)
class Attempt:
    act: str
    entries: int
    by: str
    role: str
    principal: str
    days: int  # since the last attempt; acts may be back-dated


attempts = st.lists(
    st.builds(
        Attempt,
        act=st.sampled_from([*ENTRIES, "midnight"]),
        entries=st.integers(0, 7),
        by=st.sampled_from(PEOPLE),
        role=st.sampled_from(OFFICES),
        principal=st.sampled_from(("", "", "", *PEOPLE)),
        days=st.integers(-30, 200),
    ),
    max_size=40,
)
LIKELY = ("submit", "test_consequence", "consider", "approve", "determine", "archive", "upload")
"""A path to publication, so that histories get that far often enough to be worth asking about."""

PERSON_OF = {
    "approve": "citra",
    "consider": "dodi",
    "test_consequence": "beni",
    "determine": "beni",
}


def likely(sop_name: str, act: str) -> Attempt:
    """The act by whom the SOP's own data names for it."""
    own, statutory = SOPS[sop_name]
    named = procedures.act_of(own, act) or procedures.act_of(statutory, act)
    assert named
    return Attempt(act, 0, PERSON_OF.get(act, "ana"), named.actors[0], "", 1)


def bring_about(sop_name: str, tried: Sequence[Attempt]) -> list[tuple[Item, Recorded[Any], Item]]:
    """Try everything in order; answer with each step that was taken: before, fact, after."""
    steps: list[tuple[Item, Recorded[Any], Item]] = []
    known, day, version = item.initial, START, 0
    for attempt in tried:
        day += timedelta(days=attempt.days)
        under = Stamp(
            at=A_MORNING,
            on=day,
            by=attempt.by,
            as_role=attempt.role,
            principal="" if attempt.principal == attempt.by else attempt.principal,
        )
        if attempt.act == "midnight":
            under = Stamp(at=A_MORNING, on=day, by=SYSTEM)
            facts: Sequence[Any] = item.raise_review(known, on=day) + item.lapse(known, on=day)
        else:
            options = ENTRIES[attempt.act]
            try:
                facts = getattr(item, attempt.act)(
                    known,
                    stamp=under,
                    sop=SOPS[sop_name],
                    **CONTEXT.get(attempt.act, {}),
                    **options[attempt.entries % len(options)],
                )
            except Refused:
                facts = []
        for fact in facts:
            version += 1
            step = recorded(fact, under, version)
            after = item.evolve(known, step)
            steps.append((known, step, after))
            known = after
    return steps


histories = st.builds(
    lambda sop, start, rest: bring_about(sop, [*(likely(sop, a) for a in LIKELY[:start]), *rest]),
    st.sampled_from(list(SOPS)),
    st.integers(0, len(LIKELY)),
    attempts,
)


@settings(max_examples=250, deadline=None)
@given(histories)
def test_nothing_undetermined_is_ever_published(
    steps: list[tuple[Item, Recorded[Any], Item]],
) -> None:
    for before, step, _ in steps:
        if isinstance(step.fact, item.Uploaded):
            assert before.status is Status.EXEMPT
            assert before.exempt_on(step.on)
            assert before.determination is not None


@settings(max_examples=250, deadline=None)
@given(histories)
def test_no_end_date_changes_without_a_test_and_a_decree(
    steps: list[tuple[Item, Recorded[Any], Item]],
) -> None:
    """The one other way is the event the decree itself named, and it comes once."""
    for before, step, after in steps:
        if before.ends_on == after.ends_on:
            continue
        if isinstance(step.fact, item.PeriodEventRecorded):
            assert before.determination is not None
            assert before.determination.period.waits_for_event
            assert before.event is None
            assert before.ends_on is None or (after.ends_on or date.max) <= before.ends_on
        else:
            assert isinstance(step.fact, item.Determined | item.Reclassified)
            assert before.fresh_test
            assert before.approved
            assert before.tested_on is not None
            assert before.tested_on <= step.on
            assert before.ends_on is None or step.on <= before.ends_on


@settings(max_examples=250, deadline=None)
@given(histories)
def test_nobody_fills_two_separated_duties(
    steps: list[tuple[Item, Recorded[Any], Item]],
) -> None:
    """Neither himself nor through an office lent to or by another."""
    known = steps[-1][2] if steps else item.initial

    makers = known.did(Duty.SUBMIT, Duty.TEST, Duty.DETERMINE)
    assert not known.did(Duty.APPROVE) & makers
    assert not known.did(Duty.APPROVE_OPENING) & (known.did(Duty.DECLASSIFY) - {SYSTEM})


@settings(max_examples=250, deadline=None)
@given(histories)
def test_whatever_is_exempt_was_tested_and_agreed_to_by_another(
    steps: list[tuple[Item, Recorded[Any], Item]],
) -> None:
    facts = [step.fact for _, step, _ in steps]
    for place, fact in enumerate(facts):
        if isinstance(fact, item.Determined | item.Reclassified):
            earlier = {type(f) for f in facts[:place]}
            assert {item.ConsequenceTested, item.Approved} <= earlier


@settings(max_examples=150, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_any_part_of_a_history_can_be_taken_in(
    steps: list[tuple[Item, Recorded[Any], Item]], chance: Any
) -> None:
    """As of a day or a moment only some facts are known; folding them must never fail."""
    part = [step for _, step, _ in steps if chance.random() < 0.6]

    assert fold(item, part).version == (part[-1].originator_version if part else 0)


def test_the_likely_path_does_lead_to_publication() -> None:
    """Else the laws above would hold of nothing."""
    for sop in SOPS:
        steps = bring_about(sop, [likely(sop, act) for act in LIKELY])
        assert steps[-1][2].channels, sop
