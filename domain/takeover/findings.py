"""What to tell an officer of one entry, besides what `domain.law_check` says of its legal basis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from domain.item import Particulars
from domain.law import LawRegister
from domain.period import Kind, Period, ends_on, rules_against
from domain.rule import Citation, Finding, Rule
from domain.takeover.columns import NAMES, Meaning
from domain.takeover.entries import Entry

KIP = "UU Nomor 14 Tahun 2008"

_NOT_HELD = re.compile(
    r"\bbelum\s+(?:di)?(?:kuasai|dokumentasikan)|\bbelum\s+didokumentasikan", re.I
)


def is_not_held(title: str, citations: Sequence[Citation]) -> bool:
    """Whether the body does not have it: a reason to say no, and no exemption, Ps 6(3) e."""
    cited = any(
        c.key == "uu-14-2008" and (c.pasal, c.ayat, c.huruf) == ("6", "3", "e") for c in citations
    )
    return cited or bool(_NOT_HELD.search(title))


_POLICY = re.compile(
    r"\b(?:surat\s+(?:keputusan|edaran|perintah)|keputusan|ketetapan|peraturan|putusan|instruksi)"
    r"\b(?!\s+(?:hukum|disiplin)\b)",
    re.I,
)
_IN_PREPARATION = re.compile(r"\b(?:rancangan|draf|draft|konsep|naskah\s+awal|bakal)\b", re.I)


def about_the_kind(particulars: Particulars, title: str) -> Iterator[Finding]:
    if not particulars.held:
        yield Finding(
            code="not-an-exemption",
            text="Informasi yang belum dikuasai atau didokumentasikan bukan informasi yang "
            "dikecualikan; permohonannya dijawab demikian, tanpa butir dalam daftar.",
            basis=f"Pasal 6 ayat (3) huruf e {KIP}",
            field="title",
            value=title,
        )
    if (policy := _POLICY.search(title)) and not _IN_PREPARATION.search(title):
        yield Finding(
            code="policy-is-open",
            text=f"“{policy[0]}” pada dasarnya tidak termasuk yang dikecualikan; pastikan butir "
            "ini bukan keputusan, peraturan, atau surat edaran yang wajib terbuka.",
            basis=f"Pasal 18 ayat (1) {KIP}",
            field="title",
            value=policy[0],
        )


def about_the_period(
    period: Period,
    particulars: Particulars,
    citations: Sequence[Citation],
    law: LawRegister,
    on: date,
) -> Iterator[Finding]:
    """What the law asks of such a period. No determination date is known, so no end is told."""
    if not period.sure:
        yield Finding(
            code="period-unsure",
            text="Jangka waktu ini tidak terbaca dengan pasti; pejabat harus memastikannya.",
            field="period",
            value=period.words,
        )
    if period.until and period.until < on:
        yield Finding(
            code="period-ended",
            text=f"Menurut daftar, jangka waktunya sudah berakhir pada {period.until:%d-%m-%Y}.",
            basis="Pasal 11 ayat (3) PP Nomor 61 Tahun 2010",
            field="period",
            value=period.words,
        )
    # The length alone is measured, as if determined today: a ceiling is a length too.
    end = ends_on(period, determined_on=on, working_days_later=lambda day, _: day)
    against = rules_against(
        period,
        grounds=particulars.grounds,
        laws=citations,
        categories=law.categories(on),
        determined_on=min(on, end) if end else on,
        first_on=on,
        review_on=None,
        by_top_head=False,
        end=end,
    )
    waits = period.waits_for_event
    for rule in against:
        if rule.code == "another-act-must-be-named":
            continue  # said of the legal basis already
        if rule.code == "review-date-must-be-set" and (waits or period.kind is Kind.UNSTATED):
            continue  # an event may still come; and an empty phrase has a defect of its own
        yield _found(rule, period)


def _found(rule: Rule, period: Period) -> Finding:
    detail = f" ({rule.detail})" if rule.detail else ""
    return Finding(
        code=rule.code,
        text=f"{rule.text}{detail}",
        basis=str(rule.basis),
        field=rule.field,
        value=period.words if rule.field == "period" else rule.detail,
    )


def about_the_test(entry: Entry) -> Iterator[Finding]:
    if not entry.text(Meaning.IF_OPENED) and not entry.text(Meaning.IF_CLOSED):
        yield Finding(
            code="test-not-shown",
            text="Daftar tidak menunjukkan hasil uji konsekuensi, yang wajib ada lebih dahulu.",
            basis=f"Pasal 19 {KIP}",
            field="consequence_if_opened",
        )


_CUT = re.compile(r"\[[^\]]*(?:terpotong|tidak terbaca)[^\]]*\]?|\[\s*(?:\.\.\.|…)\s*\]", re.I)
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{16}(?!\d)")


def about_the_text(entry: Entry) -> Iterator[Finding]:
    for meaning in entry.cells:
        cell = entry.said(meaning)
        if cut := _CUT.search(cell):
            yield Finding(
                code="text-cut-off",
                text=f"Isi kolom {NAMES[meaning]} terpotong di sumbernya; lengkapi dari aslinya.",
                field=_FIELDS.get(meaning, meaning.value),
                value=cut[0],
            )
        if meaning is not Meaning.NUMBER and _IDENTITY_NUMBER.search(cell):
            yield Finding(
                code="identity-number",
                text=f"Kolom {NAMES[meaning]} memuat angka 16 digit seperti NIK; daftar ini dapat "
                "dibaca publik.",
                basis=f"Pasal 17 huruf h {KIP}",
                field=_FIELDS.get(meaning, meaning.value),
            )


_FIELDS = {
    Meaning.BASIS: "laws",
    Meaning.IF_OPENED: "consequence_if_opened",
    Meaning.IF_CLOSED: "benefit_if_closed",
}
