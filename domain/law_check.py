"""What is wrong with a legal basis: citations held against the law register.

Every check answers with findings, which forbid nothing: an officer decides. Codes are stable.
`check` looks at one citation, `check_text` at a whole cell, `check_basis` at what an exemption
rests on, `check_consequence` and `check_information` at whether the words fit the huruf,
`check_row` at all of it, `check_sop` at the legal bases of a procedure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.calendar import spelled
from domain.citation import Remark, grounds, is_disclosure_act, parse, parse_all
from domain.ground import Category, Ground
from domain.law import Instrument, LawRegister, Level, Status, level_of
from domain.rule import Citation, Finding
from domain.wording import joined, one_digit_apart, same_title, topics

KIP = "UU Nomor 14 Tahun 2008"


def check(citation: Citation, register: LawRegister, on: date) -> tuple[Finding, ...]:
    """Everything to be said of one citation on a day."""
    if not citation.kind:
        text = f"{citation} dikutip tanpa menyebut peraturannya."
        return (Finding(code="instrument-not-named", text=text, value=str(citation)),)
    meant = resolve(citation, register)
    return (
        *_about_the_instrument(citation, meant, register, on),
        *_about_instruments_in_the_title(citation, register),
        *(_about_the_provision(citation, meant, register, on) if meant else ()),
    )


def resolve(citation: Citation, register: LawRegister) -> Instrument | None:
    """The instrument meant, by its number or, where none is given, by its name."""
    if citation.number or citation.kind == "UUD":
        return register.instrument(citation.key)
    named = [i for i in _of_kind(citation.kind, register) if _is_called(i, citation.about)]
    return named[0] if len(named) == 1 else None


def check_text(text: str, register: LawRegister, on: date) -> tuple[Finding, ...]:
    """Everything to be said of a legal basis as written, unread parts included."""
    parsed = parse_all(text)
    found = [finding for cited in parsed.citations for finding in check(cited, register, on)]
    found += [f for remark in parsed.remarks for f in check_remark(remark, register, on)]
    found += [
        Finding(
            code="basis-unread",
            text=f"Bagian dasar hukum ini tidak terbaca: “{words[:200]}”.",
            value=words,
        )
        for words in parsed.unread
    ]
    if capital := re.search(r"\bhuruf\s+(?-i:[A-J])\b", text, re.I):
        plain = f"{capital[0]} ditulis dengan huruf besar; undang-undang memakai huruf kecil."
        found.append(Finding(code="huruf-capital", text=plain, value=capital[0]))
    return tuple(dict.fromkeys(found))


# The instrument


def _about_the_instrument(
    citation: Citation, meant: Instrument | None, register: LawRegister, on: date
) -> Iterator[Finding]:
    if not citation.number and citation.kind != "UUD":
        suggestion = f" Barangkali yang dimaksud {_full(meant)}." if meant else ""
        yield Finding(
            code="number-not-stated",
            text=f"{citation.instrument} dikutip tanpa nomor dan tahun.{suggestion}",
            value=citation.instrument,
        )
    if meant is None:
        if citation.number or citation.kind == "UUD":
            yield _unknown(citation, register)
        return
    if citation.about and citation.number and not _is_called(meant, citation.about):
        yield _wrongly_titled(citation, meant, register)
    yield from _about_its_force(meant, register, on)


def _about_its_force(meant: Instrument, register: LawRegister, on: date) -> Iterator[Finding]:
    standing = register.status(meant.key, on)
    if standing.status is Status.NOT_YET and standing.on:
        yield Finding(
            code="instrument-not-yet",
            text=f"{_full(meant)} baru berlaku pada {spelled(standing.on)}.",
            value=str(meant),
        )
    if standing.status is Status.REPLACED:
        chain = [register.instrument(key) for key in standing.by]
        by = ", lalu ".join(_full(one) for one in chain if one) or "peraturan lain"
        since = f" sejak {spelled(standing.on)}" if standing.on else ""
        doubt = "" if standing.confirmed else " Perlu dipastikan pada naskah resminya."
        yield Finding(
            code="instrument-replaced",
            text=f"{_full(meant)} sudah diganti{since} oleh {by}.{doubt}",
            value=str(meant),
        )


def _unknown(citation: Citation, register: LawRegister) -> Finding:
    rivals = _of_kind(citation.kind, register)
    slips = [
        i
        for i in rivals
        if i.number == citation.number
        and one_digit_apart(i.year, citation.year)
        and (not citation.about or _is_called(i, citation.about))
    ]
    namesakes = [i for i in rivals if citation.about and _is_called(i, citation.about)]
    written = replace(citation, pasal="", ayat="", huruf="", angka="")
    if slips:
        code, meant = "year-wrong", f" Barangkali yang dimaksud {_full(slips[0])}."
    elif namesakes:
        same_number = namesakes[0].number == citation.number
        code = "year-wrong" if same_number else "number-wrong"
        meant = f" Barangkali yang dimaksud {_full(namesakes[0])}."
    else:
        code, meant = "instrument-unknown", " Periksa pada naskahnya, lalu masukkan ke register."
    return Finding(
        code=code,
        text=f"{written.instrument} tidak ada dalam register hukum.{meant}",
        value=written.instrument,
    )


def _wrongly_titled(citation: Citation, meant: Instrument, register: LawRegister) -> Finding:
    namesakes = [
        i for i in _of_kind(citation.kind, register) if _is_called(i, citation.about) and i != meant
    ]
    hint = f" Judul itu adalah judul {namesakes[0]}." if namesakes else ""
    return Finding(
        code="title-mismatch",
        text=f"{meant} adalah tentang {meant.about}, bukan tentang {citation.about}.{hint}",
        value=citation.about,
    )


def _about_instruments_in_the_title(citation: Citation, register: LawRegister) -> Iterator[Finding]:
    for inner in parse(citation.about):
        if inner.number and register.instrument(inner.key) is None:
            finding = _unknown(inner, register)
            if finding.code != "instrument-unknown":
                yield finding


def _of_kind(kind: str, register: LawRegister) -> list[Instrument]:
    return [i for i in register.instruments.values() if i.kind.lower() == kind.lower()]


def _is_called(instrument: Instrument, title: str) -> bool:
    return any(same_title(title, name) for name in (instrument.about, *instrument.aliases))


def _full(instrument: Instrument | None) -> str:
    return f"{instrument} tentang {instrument.about}" if instrument else ""


# The provision


def _about_the_provision(
    citation: Citation, meant: Instrument, register: LawRegister, on: date
) -> Iterator[Finding]:
    last = re.match(r"\d+", citation.pasal.split("-")[-1])
    if meant.articles and last and int(last[0]) > meant.articles:
        yield Finding(
            code="pasal-unknown",
            text=f"{_full(meant)} hanya memuat {meant.articles} pasal; Pasal {citation.pasal} "
            "tidak ada.",
            value=f"Pasal {citation.pasal}",
        )
    if meant.key != "uu-14-2008":
        return
    if citation.pasal == "6" and citation.ayat in ("", "3"):
        yield Finding(
            code="refusal-is-not-exemption",
            text="Pasal 6 ayat (3) memuat alasan menolak permohonan; informasi yang belum dikuasai "
            "atau didokumentasikan (huruf e) bukan informasi yang dikecualikan. Pengecualian harus "
            "bersandar pada Pasal 17.",
            basis=f"Pasal 6 ayat (3) dan Pasal 17 {KIP}",
            value=str(citation),
        )
    if citation.huruf and not citation.pasal:
        yield Finding(
            code="pasal-not-stated",
            text=f"Huruf {citation.huruf} dikutip tanpa pasal; dibaca sebagai Pasal 17.",
            basis=f"Pasal 17 {KIP}",
            value=str(citation),
        )
    if citation.huruf and citation.pasal in ("17", ""):
        yield from _about_the_ground(citation, register.categories(on))


def _about_the_ground(citation: Citation, categories: Mapping[str, Category]) -> Iterator[Finding]:
    if not categories:
        return
    category = categories.get(citation.huruf)
    highest = len(category.angka) if category else 0
    if category is None:
        yield Finding(
            code="huruf-unknown",
            text=f"Pasal 17 tidak mempunyai huruf {citation.huruf}.",
            basis=f"Pasal 17 {KIP}",
            value=str(citation),
        )
    elif citation.angka.isdecimal() and int(citation.angka) not in range(
        1, len(category.angka) + 1
    ):
        has = f"angka 1 sampai {highest}" if highest else "tidak ada angka"
        yield Finding(
            code="angka-unknown",
            text=f"Pasal 17 huruf {citation.huruf} tidak mempunyai angka {citation.angka} ({has}).",
            basis=f"Pasal 17 huruf {citation.huruf} {KIP}",
            value=str(citation),
        )


def check_remark(remark: Remark, register: LawRegister, on: date) -> tuple[Finding, ...]:
    """Whether what the source adds to a citation fits: the topic of a huruf, the gazette's year."""
    cited = remark.citation
    gazette = re.search(r"\b(?:Berita|Lembaran)\s+Negara\b.*?\b(\d{4})\b", remark.words, re.I)
    if gazette and cited.year and int(gazette[1]) < cited.year:
        text = (
            f"{cited.instrument} disebut dimuat dalam {remark.words.strip('() ')}, padahal berita "
            f"atau lembaran negara tahun {gazette[1]} mendahului peraturannya."
        )
        return (Finding(code="gazette-before-instrument", text=text, value=remark.words),)
    if not is_disclosure_act(cited) or not cited.huruf:
        return ()
    found = _other_topic((cited.huruf,), remark.words, register.categories(on))
    return tuple(
        Finding(
            code="huruf-other-topic",
            text=f"Keterangan {remark.words} tidak cocok dengan huruf {cited.huruf}: {found}",
            basis=f"Pasal 17 {KIP}",
            value=remark.words,
        )
        for found in ([found] if found else [])
    )


# What an exemption rests on


def check_basis(
    citations: Sequence[Citation], register: LawRegister, on: date
) -> tuple[Finding, ...]:
    """Whether the citations together can carry an exemption."""
    return tuple(_about_the_basis(citations, register, on))


def _about_the_basis(
    citations: Sequence[Citation], register: LawRegister, on: date
) -> Iterator[Finding]:
    found = grounds(citations)
    acts = [c for c in citations if level_of(c.kind) is Level.UU]
    if not found:
        yield Finding(
            code="ground-not-stated",
            text="Tidak ada huruf Pasal 17 yang disebut sebagai dasar pengecualian.",
            basis=f"Pasal 17 dan Pasal 19 {KIP}",
        )
    if citations and not acts:
        lower = joined(dict.fromkeys(c.instrument for c in citations))
        yield Finding(
            code="basis-below-act",
            text=f"Pengecualian harus bersandar pada undang-undang; {lower} tidak cukup.",
            basis=f"Pasal 2 ayat (4) dan Pasal 17 {KIP}",
            value=lower,
        )
    others = [c for c in acts if not is_disclosure_act(c)]
    categories = register.categories(on)
    for ground in found:
        category = categories.get(ground.huruf)
        if category and category.needs_act and not others:
            yield Finding(
                code="other-act-missing",
                text=f"Huruf {ground.huruf} menunjuk undang-undang lain, tetapi undang-undang itu "
                "tidak disebut.",
                basis=f"Pasal 17 huruf {ground.huruf} {KIP}",
            )
    huruf = list(dict.fromkeys(ground.huruf for ground in found))
    if len(huruf) > 1:
        yield Finding(
            code="several-grounds",
            text=f"Beberapa dasar dalam satu butir (huruf {joined(huruf)}); jangka waktu tiap "
            "huruf diatur sendiri-sendiri.",
            basis="Pasal 5 sampai dengan Pasal 9 PP Nomor 61 Tahun 2010",
        )


# Whether the words fit the huruf


def check_consequence(
    grounds: Sequence[Ground], consequence: str, categories: Mapping[str, Category]
) -> tuple[Finding, ...]:
    """Whether the consequence speaks of the interest that the cited huruf protects."""
    cited = tuple(dict.fromkeys(ground.huruf for ground in grounds))
    if not (other := _other_topic(cited, consequence, categories)):
        return ()
    text = f"Konsekuensi tidak cocok dengan huruf {joined(cited)}: {other}"
    return (
        Finding(
            code="consequence-other-topic",
            text=text,
            basis=f"Pasal 2 ayat (4) {KIP} dan penjelasannya",
            field="consequence",
            value=consequence,
        ),
    )


def check_information(
    grounds: Sequence[Ground], information: str, categories: Mapping[str, Category]
) -> tuple[Finding, ...]:
    """Whether the item itself speaks of another huruf than the cited one."""
    cited = tuple(dict.fromkeys(ground.huruf for ground in grounds))
    if not (other := _other_topic(cited, information, categories)):
        return ()
    return (
        Finding(
            code="information-other-topic",
            text=f"Uraian informasi tidak cocok dengan huruf {joined(cited)}: {other}",
            basis=f"Pasal 17 {KIP}",
            field="information",
            value=information,
        ),
    )


def check_silence(
    grounds: Sequence[Ground], words: Iterable[str], categories: Mapping[str, Category]
) -> tuple[Finding, ...]:
    """Which cited huruf none of the item's words speak of: its consequence is still to be said."""
    spoken = topics(" ".join(words), categories)
    silent = [
        huruf
        for huruf in dict.fromkeys(ground.huruf for ground in grounds)
        if huruf not in spoken and huruf in categories and categories[huruf].topics
    ]
    if not silent:
        return ()
    interests = joined(f"huruf {h} ({categories[h].title})" for h in silent)
    return (
        Finding(
            code="consequence-silent",
            text=f"Konsekuensi tidak menyebut kepentingan yang dilindungi {interests}.",
            basis=f"Pasal 2 ayat (4) {KIP} dan penjelasannya",
            field="consequence",
        ),
    )


def _other_topic(cited: Sequence[str], text: str, categories: Mapping[str, Category]) -> str:
    """What *text* speaks of where it speaks of none of the cited huruf but of others."""
    judged = [huruf for huruf in cited if huruf in categories and categories[huruf].topics]
    spoken = topics(text, categories)
    if not judged or not spoken or set(spoken) & set(cited):
        return ""
    return (
        "; ".join(
            f"“{joined(words)}” adalah hal huruf {huruf} ({categories[huruf].title})"
            for huruf, words in spoken.items()
        )
        + "."
    )


# Whole rows, lists and procedures


def check_row(
    *,
    information: str,
    basis: str,
    if_opened: str = "",
    if_closed: str = "",
    number: str = "",
    register: LawRegister,
    on: date,
) -> tuple[Finding, ...]:
    """Everything to be said of one row of a published list, its period apart."""
    citations = parse(basis)
    cited, categories = grounds(citations), register.categories(on)
    found = [*check_text(basis, register, on), *check_basis(citations, register, on)]
    found += check_information(cited, information, categories)
    consequences = {"if_opened": if_opened, "if_closed": if_closed}
    stated = {name: words for name, words in consequences.items() if words.strip()}
    unfit = [
        replace(finding, field=name)
        for name, words in stated.items()
        for finding in check_consequence(cited, words, categories)
    ]
    whole = not any("[" in words for words in stated.values())  # "[teks terpotong]"
    if stated and whole and not unfit:
        unfit = list(check_silence(cited, [information, *stated.values()], categories))
    return tuple(dict.fromkeys([*found, *unfit, *_about_the_entry(information, number)]))


_NEVER_EXEMPT = re.compile(
    r"\s*(?:dokumen\s+|salinan\s+)?(?:surat\s+)?(?:keputusan|ketetapan|peraturan|edaran|putusan)\b",
    re.I,
)


def _about_the_entry(information: str, number: str) -> Iterator[Finding]:
    if _NEVER_EXEMPT.match(information):
        yield Finding(
            code="decision-as-exempt",
            text="Putusan, keputusan, peraturan, dan surat edaran pada dasarnya tidak termasuk "
            "informasi yang dikecualikan; periksa bagian mana yang hendak ditutup.",
            basis=f"Pasal 18 ayat (1) huruf a dan huruf b {KIP}",
            field="information",
            value=information,
        )
    if re.search(r"\b20\d\d\s*$", information):
        yield Finding(
            code="year-in-information",
            text="Uraian menyebut satu tahun; pastikan butir ini diuji lagi untuk tahun lain.",
            field="information",
            value=information,
        )
    if re.fullmatch(r"\s*\d+\s*[.)]\s*[a-z]\s*[.)]?\s*", number, re.I):
        yield Finding(
            code="sub-number",
            text=f"Nomor {number.strip()} adalah subnomor; di sini ia menjadi butir tersendiri.",
            field="number",
            value=number,
        )


def check_list(periods: Sequence[str]) -> tuple[Finding, ...]:
    """What can be seen only in the whole list: one period for everything was hardly tested."""
    written = Counter(" ".join(words.lower().split()) for words in periods if words.strip())
    if len(periods) < 3 or len(written) != 1 or sum(written.values()) < len(periods):
        return ()
    (period,) = written
    return (
        Finding(
            code="periods-all-alike",
            text=f"Semua {len(periods)} butir berjangka waktu sama (“{period}”); jangka waktu "
            "ditentukan menurut huruf dan kepentingan tiap butir.",
            basis="Pasal 5 sampai dengan Pasal 9 PP Nomor 61 Tahun 2010",
            field="period",
            value=period,
        ),
    )


def check_sop(legal_bases: Sequence[str], register: LawRegister, on: date) -> tuple[Finding, ...]:
    """What is wrong with the legal bases of a procedure, each finding with the basis it is in."""
    return tuple(
        replace(finding, field="legal_bases", value=basis)
        for basis in legal_bases
        for finding in check_text(basis, register, on)
    )
