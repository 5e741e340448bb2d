"""Is a consequence test reasoned, or does it only assert? (UU 14/2008 Ps 2(4), PerKI 1/2021 Ps 49)

A gate, not a judge: it names what is missing or bare. An officer may go on with a reason, and
that is a fact which the approver and any panel will see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.period import Kind
from domain.rule import Finding

if TYPE_CHECKING:
    from domain.item import ConsequenceTest

WORDS_MIN = 8
"""Fewer words than this have, in the lists we read, never said who is harmed and how."""

STOCK = re.compile(
    r"\b(dapat|akan|bisa|jika|apabila|bila|dibuka|ditutup|informasi|data|maka|adalah|bersifat|"
    r"menurut|sifatnya|rahasia|dirahasiakan|kerahasiaan|pribadi|mengungkap\w*|melindungi|menjaga|"
    r"melanggar|undang|ketentuan|peraturan|ham|hak|asasi|menimbulkan|penyalahgunaan|"
    r"disalahgunakan|merugikan|mengganggu|pihak|lain|yang|dan|atau|di|ke|dari|untuk|pada|oleh|"
    r"tidak|bertanggung|jawab|bertanggungjawab|pns|asn|pegawai|dokumen|proses)\b"
)
"""Words of the stock phrases; a reason made of nothing else asserts and does not explain."""

BLANK = re.compile(r"\[\s*lengkapi\b[^\]]*\]?", re.I)
"""What a starting text leaves to be filled in, e.g. ``[lengkapi: siapa]``."""


def is_bare(text: str) -> bool:
    """Too short to explain anything, or nothing but stock phrases."""
    words = re.findall(r"[a-z]+", text.lower())
    own = re.findall(r"[a-z]{3,}", STOCK.sub(" ", text.lower()))
    return len(words) < WORDS_MIN or len(own) < 3


def gaps(test: ConsequenceTest) -> tuple[Finding, ...]:
    """What is missing from the reasoning of a sheet, or merely asserted, field by field."""
    return tuple(_gaps(test))


def _gaps(test: ConsequenceTest) -> Iterator[Finding]:
    harm = "Pasal 19 UU Nomor 14 Tahun 2008"
    balance = "Pasal 2 ayat (4) UU Nomor 14 Tahun 2008"
    sheet = "Pasal 49 PerKI Nomor 1 Tahun 2021"
    if test.conclusion.value == "open":
        return  # openness is the rule; it needs no defence
    yield from _text(
        test.consequence_if_opened, "consequence_if_opened", "akibat bila dibuka", harm
    )
    yield from _text(test.benefit_if_closed, "benefit_if_closed", "manfaat bila ditutup", balance)
    yield from _text(test.public_interest, "public_interest", "timbangan kepentingan umum", balance)
    if test.benefit_if_closed.strip() and test.benefit_if_closed == test.consequence_if_opened:
        yield _gap(
            "benefit-repeats",
            "Manfaat bila ditutup hanya mengulang akibat bila dibuka.",
            balance,
            "benefit_if_closed",
        )
    if not any(law.kind == "UU" and law.pasal for law in test.laws):
        yield _gap(
            "law-missing",
            "Undang-Undang yang dianalisis beserta pasalnya belum disebut.",
            sheet,
            "laws",
        )
    if not test.part.strip() or BLANK.search(test.part):
        yield _gap("part-missing", "Bagian dokumen yang diuji belum disebut.", sheet, "part")
    answer = test.segregability
    redaction = "Pasal 22 ayat (7) huruf e UU Nomor 14 Tahun 2008"
    if answer.separable is None:
        yield _gap(
            "segregability-unanswered",
            "Belum dijawab apakah bagian yang terbuka dapat dipisahkan.",
            redaction,
            "segregability",
        )
    elif answer.separable and not answer.parts.strip():
        yield _gap(
            "parts-missing",
            "Halaman atau bagian yang tetap ditutup belum disebut.",
            redaction,
            "segregability",
        )
    elif not answer.separable and is_bare(answer.justification):
        yield _gap(
            "closing-all-unjustified",
            "Penutupan seluruh dokumen belum diberi alasan.",
            redaction,
            "segregability",
        )
    if test.period.kind is Kind.UNSTATED:
        yield _gap(
            "period-missing",
            "Jangka waktu pengecualian belum disebut.",
            "Pasal 4 ayat (2) huruf d PP Nomor 61 Tahun 2010",
            "period",
        )


def _text(text: str, field: str, name: str, basis: str) -> Iterator[Finding]:
    if not text.strip():
        yield _gap(
            f"{field.replace('_', '-')}-missing", f"Uraian {name} belum diisi.", basis, field
        )
    elif left := BLANK.search(text):
        words = f"Uraian {name} masih memuat bagian yang belum diisi: {left[0]}"
        yield _gap(f"{field.replace('_', '-')}-unfilled", words, basis, field)
    elif is_bare(text):
        words = (
            f"Uraian {name} baru berupa pernyataan: jelaskan siapa yang dirugikan dan bagaimana."
        )
        yield _gap(f"{field.replace('_', '-')}-bare", words, basis, field)


def _gap(code: str, text: str, basis: str, field: str) -> Finding:
    return Finding(code=code, text=text, basis=basis, field=field)
