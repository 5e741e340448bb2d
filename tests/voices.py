"""The words tests speak in: one item, one test of its consequences, the people who act on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from adapters.law_data import law_facts
from adapters.procedures import load_procedures, statutory
from domain import law
from domain.calendar import Calendar, Schedule
from domain.ground import Ground
from domain.history import Stamp, fold
from domain.item import (
    Approved,
    Conclusion,
    ConsequenceTest,
    ConsequenceTested,
    Considered,
    Determination,
    Determined,
    Moment,
    Official,
    Particulars,
    Segregability,
    Submitted,
)
from domain.period import Kind, Period, Unit
from domain.rule import cite
from tests.spec import recorded, stamp

REGISTER = fold(law, [recorded(fact, version=v) for v, fact in enumerate(law_facts(), 1)])
CATEGORIES = REGISTER.categories(date(2026, 3, 2))
WEEKDAYS_ONLY = Schedule(Calendar())

STATUTE = (None, statutory("item"))
SOPS = {key: (sop, statutory(sop.subject)) for key, sop in load_procedures().items()}
BALI, BONTANG = SOPS["bali-2021"], SOPS["bontang"]
KALTENG = SOPS["kalteng-diskominfo-2024"]

ONE_YEAR = Period(kind=Kind.YEARS, words="1 Tahun", number=1, unit=Unit.YEARS)
UNLIMITED = Period(kind=Kind.UNLIMITED, words="Tidak Terbatas")
AS_NEEDED = Period(kind=Kind.AS_NEEDED, words="Selama dibutuhkan")
UNTIL_VERDICT = Period(kind=Kind.UNTIL_EVENT, words="Hingga putusan final", event="putusan final")

PARTICULARS = Particulars(
    title="Berita acara pemeriksaan pegawai",
    summary="Berita acara pemeriksaan disiplin pegawai yang memuat keterangan saksi.",
    document="Berkas pemeriksaan disiplin",
    part="halaman 3 sampai dengan 9",
    unit="inspektorat",
    holder="Sekretaris Inspektorat",
    medium="berkas kertas dan PDF",
    grounds=(Ground(huruf="a", angka=2),),
)

TEST = ConsequenceTest(
    moment=Moment.BEFORE_REQUEST,
    part="halaman 3 sampai dengan 9",
    grounds=(Ground(huruf="a", angka=2),),
    laws=(cite("uu-14-2008", "17", huruf="a"), cite("uu-43-2009", "44", "1", "a")),
    law_version=1,
    consequence_if_opened="Identitas saksi pelapor diketahui terperiksa sehingga saksi terancam "
    "dan enggan memberi keterangan pada pemeriksaan berikutnya.",
    benefit_if_closed="Saksi terlindung dan pemeriksaan inspektorat dapat selesai tanpa tekanan "
    "atasan maupun rekan kerja.",
    public_interest="Masyarakat lebih berkepentingan pada pemeriksaan yang tuntas; hasil akhirnya "
    "tetap diumumkan tanpa nama saksi.",
    segregability=Segregability(separable=True, parts="nama dan alamat saksi pada halaman 3-9"),
    period=ONE_YEAR,
    conclusion=Conclusion.EXEMPT,
)

OFFICIAL = Official(id="sri", name="Demo Sri (fiktif)", position="Kepala Dinas selaku PPID Utama")

UNIT = stamp(by="made", as_role="ppid-pembantu", on="2026-03-02")
PPID = stamp(by="sri", as_role="ppid-utama", on="2026-03-02")
TEAM = stamp(by="tim", as_role="tim-pertimbangan", on="2026-03-03")
HEAD = stamp(by="wayan", as_role="atasan-ppid", on="2026-03-04")
TOP = stamp(by="gubernur", as_role="pimpinan", on="2026-03-04")
LATER = stamp(by="sri", as_role="ppid-utama", on="2026-03-05")
THE_DECREE = UUID(int=77)


def determination(test: ConsequenceTest = TEST, on: date = date(2026, 3, 5)) -> Determination:
    """What a decree of *on* says of an item so tested."""
    return Determination(
        classification=test.grounds,
        official=OFFICIAL,
        body="Badan Contoh",
        unit="Inspektorat",
        description=PARTICULARS.summary,
        reason=test.consequence_if_opened,
        laws=test.laws,
        period=test.period,
        place="Palangka Raya",
        on=on,
    )


def determined(
    test: ConsequenceTest = TEST, *, ends_on: str | None = "2027-03-05", **more: Any
) -> Determined:
    """The fact a decree leaves on an item."""
    return Determined(
        decree=THE_DECREE,
        number="188/1/2026",
        determination=determination(test),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
        review_on=more.get("review_on"),
        notice=more.get("notice"),
    )


PROPOSED = (Submitted(particulars=PARTICULARS), UNIT)
TESTED = (ConsequenceTested(test=TEST), PPID)
CONSIDERED = (Considered(favours=Conclusion.EXEMPT, opinion="Setuju dikecualikan."), TEAM)
APPROVED = (Approved(), HEAD)
DETERMINED = (determined(), LATER)
EXEMPT = (PROPOSED, TESTED, APPROVED, DETERMINED)
TESTED_OPEN = replace(TEST, conclusion=Conclusion.OPEN)


def again(under: Stamp, on: str) -> Stamp:
    """The same officer on another day."""
    return replace(under, on=date.fromisoformat(on))
