"""Histories of items as no officer would ever make them: every kind of fact, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from adapters.codec import encode
from adapters.recorder import Row
from domain.calendar import Deadline
from domain.ground import Ground
from domain.history import SYSTEM, TAGS, Pin, Recorded
from domain.item import (
    OUR_PAGE,
    Approved,
    Archived,
    Call,
    Channel,
    Closed,
    Conclusion,
    Confirmed,
    ConsequenceTest,
    ConsequenceTested,
    Considered,
    Corrected,
    Declassified,
    Determination,
    Determined,
    Form,
    GateOverridden,
    Held,
    Moment,
    NoticeRecomputed,
    Official,
    Opening,
    OpeningApproved,
    Particulars,
    PeriodEventRecorded,
    Reclassified,
    Rejected,
    Released,
    Reviewed,
    ReviewRaised,
    Revised,
    Segregability,
    Source,
    Submitted,
    TakenOver,
    Uploaded,
    Withdrawn,
)
from domain.period import Kind, Period, Unit
from domain.rule import Finding, cite

SECRET = "RAHASIA-XYZZY"
"""Stands in every field that nobody may see; it must be in no read model."""

START = date(2026, 1, 5)
DAYS = 200  # over which the dates of facts are spread
LAWS = ("uu-14-2008", "uu-43-2009", "pp-61-2010", "uu-27-2022")
WORDS = ("Rencana", "lelang", "saksi", "Berkas 9", "Berkas 10", "peta", "jaringan", "sandi")


def history(rng: Random, *, length: int, in_order: bool = False) -> list[Recorded[Any]]:
    """One item's facts; with *in_order* none of them is back-dated."""
    item_id = UUID(int=rng.getrandbits(128), version=4)
    days = [rng.randrange(DAYS) for _ in range(length)]
    days = sorted(days) if in_order else days
    return [
        _recorded(rng, item_id, version, START + timedelta(days=day))
        for version, day in enumerate(days, 1)
    ]


def rows(facts: list[Recorded[Any]]) -> Iterator[Row]:
    """As the ledger takes them in bulk."""
    for one in facts:
        yield one.originator_id, one.originator_version, TAGS[type(one.fact)], encode(one)


def shuffled(rng: Random, histories: list[list[Recorded[Any]]]) -> list[Recorded[Any]]:
    """Many histories as one ledger has them: each in its order, all mixed."""
    order = [one for one in histories for _ in one]
    rng.shuffle(order)
    iterators = {id(one): iter(one) for one in histories}
    return [next(iterators[id(one)]) for one in order]


def _recorded(rng: Random, item_id: UUID, version: int, on: date) -> Recorded[Any]:
    pin = Pin(key="bali-2021", number="700/280", revision="", step=1, in_force=rng.random() < 0.5)
    return Recorded(
        originator_id=item_id,
        originator_version=version,
        fact=any_fact(rng, on),
        at=datetime(2026, 8, 1, 2, tzinfo=UTC) + timedelta(minutes=version),
        on=on,
        by=rng.choice(("sri", "made", SYSTEM)),
        as_role=rng.choice(("ppid-utama", "pimpinan", "")),
        procedure=rng.choice((None, pin)),
        cause=rng.choice(("", "req-1")),
    )


def any_fact(rng: Random, on: date) -> Any:
    """A fact of any kind, its content chosen by *rng*."""
    reference = rng.choice(("A/1", "B/2"))
    kind = rng.choice(("dispute", "audit"))
    review_on = rng.choice((None, on + timedelta(days=90)))
    ends_on = rng.choice((None, on + timedelta(days=rng.randrange(400))))
    decided: dict[str, Any] = {
        "decree": UUID(int=rng.randrange(5)),
        "number": f"188/{rng.randrange(9)}/2026",
        "determination": _determination(rng, on),
        "ends_on": ends_on,
        "review_on": review_on,
        "notice": _notice(rng, ends_on),
    }
    makers: tuple[Any, ...] = (
        lambda: Submitted(particulars=particulars(rng)),
        lambda: _taken_over(rng),
        lambda: Confirmed(particulars=particulars(rng)),
        lambda: Revised(particulars=particulars(rng)),
        lambda: ConsequenceTested(test=_test(rng, review_on)),
        lambda: GateOverridden(points=("benefit",), reason="Mendesak."),
        lambda: Considered(favours=Conclusion.EXEMPT, opinion="Setuju."),
        lambda: Approved(),
        lambda: Rejected(reason="Belum lengkap."),
        lambda: Determined(**decided),
        lambda: Reclassified(**decided),
        lambda: Archived(soft_place="/arsip/1", hard_place="Lemari 2"),
        lambda: Uploaded(
            channels=(
                Channel(
                    kind=rng.choice(("website", OUR_PAGE)), address="https://example.go.id", on=on
                ),
            )
        ),
        lambda: PeriodEventRecorded(
            event="putusan final",
            happened_on=on,
            evidence="Putusan 1/2026",
            ends_on=ends_on,
            notice=_notice(rng, ends_on),
        ),
        lambda: NoticeRecomputed(notice=_deadline(on), was=_deadline(on)),
        lambda: ReviewRaised(why=rng.choice(list(Call)), due=ends_on or on),
        lambda: Reviewed(reason="Masih perlu.", review_on=on + timedelta(days=300)),
        lambda: OpeningApproved(why=rng.choice(list(Opening))),
        lambda: Declassified(why=rng.choice(list(Opening)), duty_missed=rng.random() < 0.5),
        lambda: Held(kind=kind, reference=reference, reason="Sengketa."),
        lambda: Released(kind=kind, reference=reference, reason="Selesai."),
        lambda: Corrected(
            field=rng.choice(("title", "summary", "medium", "status")),
            was="",
            now=f"Judul {rng.randrange(20)}",
            reason="Salah ketik.",
        ),
        lambda: Withdrawn(reason="Dibatalkan."),
    )
    return rng.choice(makers)()


def particulars(rng: Random) -> Particulars:
    return Particulars(
        title=" ".join(rng.choices(WORDS, k=3)),
        summary=" ".join(rng.choices(WORDS, k=8)),
        document="Berkas " + rng.choice(WORDS),
        part=rng.choice(("", "halaman 3")),
        unit=rng.choice(("inspektorat", "bkd")),
        holder="Kepala Bidang",
        form=rng.choice(list(Form)),
        grounds=_grounds(rng),
        held=rng.random() < 0.9,
        closed=Closed(title=SECRET, detail=SECRET),
    )


def _taken_over(rng: Random) -> TakenOver:
    return TakenOver(
        source=Source(
            file="daftar.xlsx", digest="0" * 64, sheet="DIK", row=7, key="k", words=(("a", SECRET),)
        ),
        particulars=particulars(rng),
        period=_period(rng),
        citations=(cite("uu-14-2008", "17", huruf="h"),),
        consequence_if_opened="",
        benefit_if_closed="",
        missing=("official", "reason"),
        findings=(Finding(code="x", text="Periksa."),) * rng.randrange(3),
    )


def _test(rng: Random, review_on: date | None) -> ConsequenceTest:
    return ConsequenceTest(
        moment=Moment.BEFORE_REQUEST,
        grounds=_grounds(rng),
        laws=tuple(cite(key) for key in rng.sample(LAWS, 2)),
        law_version=1,
        consequence_if_opened=SECRET,
        benefit_if_closed=SECRET,
        public_interest=SECRET,
        segregability=Segregability(),
        period=_period(rng),
        review_on=review_on,
        conclusion=rng.choice(list(Conclusion)),
    )


def _determination(rng: Random, on: date) -> Determination:
    return Determination(
        classification=_grounds(rng),
        official=Official(id="sri", name="Sri", position="PPID"),
        body="Badan Contoh",
        unit="Inspektorat",
        description="Uraian",
        reason=SECRET,
        laws=(cite("uu-14-2008"),),
        period=_period(rng),
        place="Palangka Raya",
        on=on,
    )


def _grounds(rng: Random) -> tuple[Ground, ...]:
    return tuple(
        Ground(huruf=rng.choice("abhj"), angka=rng.choice((None, 2)))
        for _ in range(rng.randrange(3))
    )


def _period(rng: Random) -> Period:
    return rng.choice(
        (
            Period(kind=Kind.YEARS, words="1 Tahun", number=1, unit=Unit.YEARS),
            Period(kind=Kind.UNTIL_EVENT, words="Hingga putusan", event="putusan final"),
            Period(kind=Kind.AS_NEEDED, words="Selama dibutuhkan"),
        )
    )


def _notice(rng: Random, ends_on: date | None) -> Deadline | None:
    return _deadline(ends_on) if ends_on and rng.random() < 0.8 else None


def _deadline(ends_on: date) -> Deadline:
    return Deadline(
        due=ends_on - timedelta(days=42),
        rule="review-notice",
        basis="Pasal 11 ayat (2) PP 61/2010",
        start=ends_on,
        number=30,
        unit=Unit.WORKING_DAYS,
        calendar_version=3,
    )
