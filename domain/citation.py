"""Reading the legal bases that officials write, as they write them.

`parse_all` reads from left to right: an instrument with its title, or a provision (pasal, ayat,
huruf, angka, with lists and ranges). Provisions belong to the instrument before them, or to the
one after them where the text begins with a provision ("Pasal 17 huruf i UU ..."). What could
not be read is returned, never dropped and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from domain.ground import HURUF, Ground
from domain.rule import Citation

LENGTH_MAX = 20_000  # characters; a legal basis is a sentence or two, not a book


@dataclass(frozen=True, slots=True)
class Remark:
    """What the source adds to a citation, e.g. ``huruf g (stabilitas ekonomi)``."""

    citation: Citation
    words: str


@dataclass(frozen=True, slots=True)
class Parsed:
    citations: tuple[Citation, ...]
    unread: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


def parse(text: str) -> tuple[Citation, ...]:
    """The provisions cited in *text*, one per huruf or angka, in the order they are met."""
    return parse_all(text).citations


def parse_all(text: str) -> Parsed:
    """Everything that can be read in *text*, and everything that cannot."""
    citations: list[Citation] = []
    remarks: list[Remark] = []
    unread: list[str] = []
    if text[LENGTH_MAX:]:
        unread.append(text[LENGTH_MAX:])
    last: Citation | None = None  # a later item of a list may leave its instrument out
    for segment in _segments(_tidied(text)):
        tokens = list(_tokens(segment))
        for cited, said in _joined(tokens, last):
            citations.append(cited)
            remarks += [Remark(cited, words) for words in said]
            last = cited
        unread += [words for token in tokens if (words := _residue(token))]
    return Parsed(tuple(dict.fromkeys(citations)), tuple(unread), tuple(remarks))


def grounds(citations: Iterable[Citation]) -> tuple[Ground, ...]:
    """The grounds of Pasal 17 UU 14/2008 among *citations*, each once.

    A huruf of that statute without its pasal is read as one of Pasal 17; `law.check` says so.
    """
    found = (
        Ground(huruf=c.huruf, angka=int(c.angka) if c.angka.isdecimal() else None)
        for c in citations
        if is_disclosure_act(c) and c.pasal in ("17", "") and c.huruf in HURUF and c.huruf
    )
    return tuple(dict.fromkeys(found))


def is_disclosure_act(citation: Citation) -> bool:
    """Whether this is UU 14/2008, by number or by the names it goes by."""
    if citation.number:
        return citation.key == "uu-14-2008"
    return citation.kind == "UU" and citation.about.lower() in _DISCLOSURE_NAMES


_DISCLOSURE_NAMES = {"kip", "keterbukaan informasi publik"}


# Preparing the text

_DASHES = re.compile(r"[‐‑‒–—−]")
_SPLIT_ACT = re.compile(r"\bundang\s*-\s*undang\b", re.I)
_NEXT_ITEM = re.compile(r"(?:;|(?<=[.,:])\s+(?=\d{1,2}[.)]\s+\D)|[\r\n]+\s*(?=\d{1,2}[.)]|[-•*]))")
_ITEM_NUMBER = re.compile(r"\s*(?:\d{1,2}\s*[.)]|[-•*])+\s+(?:\d{1,2}\s*[.)]\s*)?")


def _tidied(text: str) -> str:
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text[:LENGTH_MAX]))
    return _SPLIT_ACT.sub("Undang-Undang", plain)


def _segments(text: str) -> Iterator[str]:
    for segment in _NEXT_ITEM.split(text):
        words = " ".join(segment.split())
        bare = words[found.end() :] if (found := _ITEM_NUMBER.match(words)) else words
        if bare:
            yield bare


# Tokens: instruments, provisions, and the text between them


@dataclass(frozen=True, slots=True)
class _Provision:
    level: str  # one of LEVELS
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    words: str
    remark: bool  # it explains the citation before it


_Token: TypeAlias = Citation | _Provision | _Said

_LEVELS = ("pasal", "ayat", "huruf", "angka")

_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("UUD", r"UUD|Undang-Undang\s+Dasar"),
    ("Perppu", r"Peraturan\s+Pemerintah\s+Pengganti\s+(?:Undang-Undang|UU)|Perpp?u"),
    ("UU", r"Undang-Undang|UU|U\.U\."),
    ("PP", r"Peraturan\s+Pemerintah(?!\s+Daerah)|PP"),
    ("Perpres", r"Peraturan\s+Presiden|Perpres"),
    ("Keppres", r"Keputusan\s+Presiden|Keppres"),
    ("PerKI", r"Peraturan\s+Komisi\s+Informasi(?:\s+Pusat)?|Per\s?KI(?:\s+Pusat)?"),
    ("Permendagri", r"Peraturan\s+Menteri\s+Dalam\s+Negeri|Permendagri"),
    ("Permenpan-RB", r"Permen\s?pan(?:\s?-?\s?RB)?|Peraturan\s+Menteri\s+PAN(?:\s?-?\s?RB)?"),
    ("Permenkominfo", r"Peraturan\s+Menteri\s+Komunikasi\s+dan\s+Informatika|Permenkominfo"),
    ("Permen", r"Peraturan\s+Menteri|Permen[a-z]*"),
    ("Perda", r"Peraturan\s+Daerah|Perda"),
    ("Pergub", r"Peraturan\s+Gubernur|Pergub"),
    ("Perbup", r"Peraturan\s+Bupati|Perbup"),
    ("Perwali", r"Peraturan\s+Wali\s?kota|Perwali|Perwako"),
    ("Kepgub", r"Keputusan\s+Gubernur|Kepgub"),
    ("SK", r"Surat\s+Keputusan|SK"),
    ("Keputusan", r"Keputusan"),
    ("Peraturan", r"Peraturan"),
)
"""How each kind of instrument is written, the longer spellings first."""

KIND_NAMES = frozenset(name for name, _ in _SPELLINGS)

_DECREES = frozenset({"SK", "Keputusan", "Kepgub", "Keppres"})
_ISSUED = _DECREES | {"Permen", "Perda", "Pergub", "Perbup", "Perwali", "Peraturan"}
"""Kinds whose numbers mean something only together with who issued them."""

_NUMBERED = frozenset({"PP", "SK", "Keputusan", "Peraturan", "Permen"})
"""Words too common to be an instrument unless a number follows."""

_GROUPS = {f"k{n}": name for n, (name, _) in enumerate(_SPELLINGS)}
_INSTRUMENT = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<k{n}>{spelling})" for n, (_, spelling) in enumerate(_SPELLINGS))
    + r")(?![\w-])",
    re.I,
)
_STATE = re.compile(r"(?:\s+(?:Negara|Republik|Indonesia|N?RI|R\.I\.))+(?![\w-])", re.I)
_ISSUER = re.compile(
    r"(?P<issuer>(?:\s+(?!tentang\b|pasal\b|tahun\b|no\b|nomor\b)[^\W\d][\w.'&-]*){0,14}?)"
    r"(?=\s+(?:nomor|no)\b|\s+\d)",
    re.I,
)
_NUMBER = re.compile(
    r"\s*(?:(?:nomor|nomer|no)\b\s*[.:]?)?\s*(?P<number>\d+[A-Za-z]?)(?![\w.])(?!/[A-Za-z])", re.I
)
_DECREE_NUMBER = re.compile(
    r"\s*(?:nomor|nomer|no)\b\s*[.:]?\s*(?P<number>[\w./-]*\d[\w./-]*)", re.I
)
_YEAR = re.compile(r"\s*(?:,?\s*(?:ta+hun|thn|th)\s*[.:]?|/)\s*(?P<year>\d{4})(?!\d)", re.I)
_BARE_YEAR = re.compile(r"\s+(?P<year>\d{4})(?!\d)")
_TITLED = re.compile(r"\s*,?\s*(?:tanggal\s+\d{1,2}\s+\w+\s+\d{4}\s+)?tentang\s+", re.I)
_NAMED = re.compile(
    r"\s+(?P<about>(?!(?:Pasal|Ps|Ayat|Huruf|Angka|Jo|Dan)\b)[A-Z][\w-]*"
    r"(?:\s+(?:dan\s+|atas\s+)?(?!(?:Pasal|Ps|Ayat|Huruf|Angka|Jo)\b)[A-Z][\w-]*)*)"
)
_TITLE_STOP = re.compile(
    r"[(\[;]|(?<!prov)(?<!kab)(?<!kec)(?<!no)\.\s+(?=[A-Z])|\b(?:pasal|ps|psl|ayat|huruf)\b", re.I
)
_TITLE_TAIL = re.compile(
    r"(?:[\s,.:]|\b(?:dan|serta|jo|juncto|yaitu|dengan|diubah|telah|sebagaimana|terakhir)\b)+$",
    re.I,
)
_INSIDE_A_TITLE = re.compile(
    r"\b(?:pelaksana|pelaksanaan|perubahan|atas|pencabutan|penetapan|menjadi|dari|dalam)\s*$", re.I
)

_LISTED = r"\s*(?:,|/|&|dan|atau|serta)+\s*(?:dan\s+)?"
_RANGED = r"\s*(?:s\s?[./]?\s?d\.?|sampai\s+dengan|sampai|hingga|-)\s*"
_VALUES = {
    "pasal": r"\d+(?:\s?(?-i:[A-Za-z]))?(?![\w])",
    "ayat": r"\(?\d+[a-z]?\)?(?!\w)",
    "huruf": r"[\"'“(]?[A-Za-z][\"'”)]?(?!\w)",
    "angka": r"\(?\d{1,2}\)?(?!\w)",
}
_WORDS = {
    "pasal": r"pasal|psl|ps",
    "ayat": "ayat",
    "huruf": "huruf|hurup|hrf",
    "angka": "angka|butir",
}
_PROVISIONS = {
    level: re.compile(
        rf"\b(?:{_WORDS[level]})\b\.?\s*(?P<values>{value}(?:(?:{_RANGED}|{_LISTED}){value})*)",
        re.I,
    )
    for level, value in _VALUES.items()
}
_A_VALUE = {
    level: re.compile(rf"(?:(?P<ranged>{_RANGED})|{_LISTED})?(?P<value>{value})", re.I)
    for level, value in _VALUES.items()
}
_IS_REMARK = re.compile(r"\s*(?:\(|:|tentang\b|yaitu\b)", re.I)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    after_citation = False
    while at < len(text):
        start, end, token = _next_token(text, at)
        if between := text[at:start].strip(" ,."):
            remark = after_citation and bool(_IS_REMARK.match(between))
            yield _Said(between, remark)
        if token:
            yield token
        at, after_citation = end, token is not None


def _next_token(text: str, at: int) -> tuple[int, int, _Token | None]:
    """The nearest instrument or provision from *at* on, with its place."""
    found: list[tuple[int, int, _Token | None]] = [(len(text), len(text), None)]
    for level, pattern in _PROVISIONS.items():
        if met := pattern.search(text, at):
            values = tuple(_listed(level, met["values"]))
            found.append((met.start(), met.end(), _Provision(level, values)))
    for met in _INSTRUMENT.finditer(text, at, min(place[0] for place in found)):
        if read := _instrument(text, met):
            citation, end = read
            found.append((met.start(), end, citation))
            break
    return min(found, key=lambda place: place[:2])


def _instrument(text: str, met: re.Match[str]) -> tuple[Citation, int] | None:
    kind, at = _GROUPS[str(met.lastgroup)], met.end()
    if state := _STATE.match(text, at):
        at = state.end()
    issuer = ""
    if kind in _ISSUED and (met_issuer := _ISSUER.match(text, at)):
        issuer, at = met_issuer["issuer"].strip(), met_issuer.end()
    number, year = "", None
    if kind != "UUD":
        number, at = _number(text, at, decree=kind in _DECREES)
    if met_year := _YEAR.match(text, at) or (not number and _BARE_YEAR.match(text, at)):
        year, at = int(met_year["year"]), met_year.end()
    about, at = _about(text, at)
    if kind in _NUMBERED and not number:
        return None
    if not (number or year or about):
        return None
    name = f"{kind} {issuer}".strip()
    return Citation(kind=name, number=number, year=year, about=about), at


def _number(text: str, at: int, *, decree: bool) -> tuple[str, int]:
    plain, long = _NUMBER.match(text, at), _DECREE_NUMBER.match(text, at)
    if plain and not (decree and long):
        return plain["number"], plain.end()
    if long:
        return long["number"].strip("./-"), long.end()
    return "", at


def _about(text: str, at: int) -> tuple[str, int]:
    """The title: all that follows *tentang*, other instruments inside it included."""
    if not (titled := _TITLED.match(text, at)):
        named = _NAMED.match(text, at)
        if not named or _INSTRUMENT.match(named["about"]):
            return "", at
        return named["about"], named.end()
    stop = _TITLE_STOP.search(text, titled.end())
    end = stop.start() if stop else len(text)
    for met in _INSTRUMENT.finditer(text, titled.end(), end):
        inside = _INSIDE_A_TITLE.search(text[titled.end() : met.start()])
        if not inside and _instrument(text[:end], met):
            end = met.start()
            break
    title = _TITLE_TAIL.sub("", text[titled.end() : end])
    return title.strip(), titled.end() + len(title)


def _listed(level: str, values: str) -> Iterator[str]:
    """The values of one list; ranges of huruf, ayat and angka are spelled out."""
    previous, at = "", 0
    while met := _A_VALUE[level].match(values, at):
        value = _bare(level, met["value"])
        if not met["ranged"]:
            yield value
        elif level == "pasal":
            yield f"-{value}"  # closes the range that the value before it opened
        else:
            yield from list(_between(previous, value))[1:]
        previous, at = value, met.end()


def _bare(level: str, value: str) -> str:
    bare = re.sub(r"[^0-9A-Za-z]", "", value)
    return bare.lower() if level in ("huruf", "ayat") else bare


def _between(first: str, last: str) -> Iterator[str]:
    if first.isdecimal() and last.isdecimal() and int(first) < int(last) <= int(first) + 30:
        yield from map(str, range(int(first), int(last) + 1))
    elif len(first) == len(last) == 1 and first.isalpha() and ord(first) < ord(last):
        yield from map(chr, range(ord(first), ord(last) + 1))
    else:
        yield from (first, last)


# Putting provisions and instruments together

_NOWHERE = Citation(kind="")
_Group: TypeAlias = tuple[Citation, list[str]]


def _joined(tokens: Sequence[_Token], last: Citation | None) -> list[_Group]:
    """Each citation with the remarks made on it."""
    marks = [token for token in tokens if not isinstance(token, _Said)]
    if not marks:
        return []
    pasal_first = isinstance(marks[0], _Provision)
    instruments = [token for token in marks if isinstance(token, Citation)]
    owner, inherited = _NOWHERE, not instruments
    if inherited and last is not None:
        deeper = marks[0].level in ("huruf", "angka") if isinstance(marks[0], _Provision) else False
        owner = replace(last, ayat="", huruf="", angka="", pasal=last.pasal if deeper else "")
    groups: list[_Group] = []
    waiting: list[_Group] = []  # provisions whose instrument is still to come
    upcoming = len(instruments)
    for token in tokens:
        if isinstance(token, Citation):
            upcoming -= 1
            owner = token
            groups += [(_under(owner, cited), said) for cited, said in waiting] or [(owner, [])]
            waiting = []
        elif isinstance(token, _Provision):
            ahead = pasal_first and upcoming > 0
            _extend(waiting if ahead else groups, token, _NOWHERE if ahead else owner)
        elif token.remark and (waiting or groups):
            (waiting or groups)[-1][1].append(token.words)
    return groups + waiting


def _under(instrument: Citation, provision: Citation) -> Citation:
    return _at(instrument, _place(provision))


def _place(citation: Citation) -> list[str]:
    return [citation.pasal, citation.ayat, citation.huruf, citation.angka]


def _at(instrument: Citation, place: Sequence[str]) -> Citation:
    """The provision of *instrument* found by pasal, ayat, huruf, angka; missing ones are empty."""
    pasal, ayat, huruf, angka = [*place, "", "", "", ""][:4]
    return replace(instrument, pasal=pasal, ayat=ayat, huruf=huruf, angka=angka)


def _extend(groups: list[_Group], token: _Provision, owner: Citation) -> None:
    """Add a list of values below the last citation: `huruf h` deepens or follows `Pasal 17`."""
    last = groups[-1][0] if groups and _same(groups[-1][0], owner) else owner
    if token.level == "pasal" and last.huruf and not last.pasal:
        groups[-1] = (replace(last, pasal=token.values[0]), groups[-1][1])  # "huruf h Pasal 17"
        return
    above = _place(last)[: _LEVELS.index(token.level)]
    if groups and groups[-1][0] == _at(last, above):
        groups.pop()
    for value in token.values:
        if value.startswith("-"):
            opened, said = groups.pop()
            groups.append((replace(opened, pasal=opened.pasal + value), said))
        elif token.level == "pasal" and value[-1:].islower():  # "Pasal 17h"
            groups.append((_at(last, [value[:-1], "", value[-1]]), []))
        else:
            groups.append((_at(last, [*above, value]), []))


def _same(one: Citation, other: Citation) -> bool:
    def instrument(c: Citation) -> tuple[str, str, int | None, str]:
        return c.kind, c.number, c.year, c.about

    return instrument(one) == instrument(other)


_FILLERS = re.compile(
    r"\b(?:dan|atau|serta|jo|juncto|yaitu|sebagaimana|telah|diubah|terakhir|dengan|beserta|"
    r"perubahannya|ketentuan|berdasarkan|sesuai|ri|tentang|jis)\b|[\W\d_]+",
    re.I,
)


def _residue(token: _Token) -> str:
    """The words of *token* that mean something and were not understood."""
    if not isinstance(token, _Said) or token.remark:
        return ""
    return token.words if len(_FILLERS.sub("", token.words)) >= 3 else ""
