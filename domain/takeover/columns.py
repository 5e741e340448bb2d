"""Which column of somebody's list means what.

Lists of exempted information share their content, not their columns. `propose` finds the header
(below a letterhead, over two rows, above a row of column numbers), matches each column by its
heading and, where headings fail, by what stands in it. An officer sees the proposal and may
overrule it (`parse_choice`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import mean
from types import MappingProxyType

from domain.citation import parse
from domain.period import Kind
from domain.period_words import read

HEADER_WITHIN = 40  # rows from the top; no letterhead is longer
HEADING_WORDS_MAX = 12
SAMPLE = 30  # rows looked at to tell a column by its content


class Meaning(StrEnum):
    NUMBER = "number"
    GROUP = "group"
    TITLE = "title"
    BASIS = "basis"
    IF_OPENED = "if_opened"
    IF_CLOSED = "if_closed"
    PERIOD = "period"
    UNIT = "unit"
    HOLDER = "holder"  # penanggung jawab
    DOCUMENT = "document"  # in which the information sits
    MEDIUM = "medium"
    NOTE = "note"
    SOURCE = "source"  # where the list itself was read
    BODY = "body"


NAMES: Mapping[Meaning, str] = {
    Meaning.NUMBER: "nomor",
    Meaning.GROUP: "kelompok",
    Meaning.TITLE: "informasi",
    Meaning.BASIS: "dasar hukum",
    Meaning.IF_OPENED: "akibat bila dibuka",
    Meaning.IF_CLOSED: "manfaat bila ditutup",
    Meaning.PERIOD: "jangka waktu",
    Meaning.UNIT: "unit kerja",
    Meaning.HOLDER: "penanggung jawab",
    Meaning.DOCUMENT: "dokumen",
    Meaning.MEDIUM: "bentuk",
    Meaning.NOTE: "keterangan",
    Meaning.SOURCE: "sumber daftar",
    Meaning.BODY: "badan publik",
}
"""What officers call them."""


@dataclass(frozen=True, slots=True)
class Region:
    """Merged cells, zero-based, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet as it was found: text and nothing else."""

    file: str
    digest: str  # sha256 of the file
    rows: tuple[tuple[str, ...], ...]  # from the first row of the sheet on, empty ones included
    sheet: str = ""
    merged: tuple[Region, ...] = ()
    sheets: tuple[str, ...] = ()  # all that the file has
    encoding: str = ""
    delimiter: str = ""

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    column: int  # zero-based
    heading: str
    confidence: float  # 1: the officer's own choice, or the exact heading
    alternatives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A proposal: which column means what, and where the list begins."""

    matches: Mapping[Meaning, Match]
    headings: tuple[str, ...]  # as joined over the header's rows; empty where there is no header
    begins: int  # zero-based row of the first entry
    header: tuple[int, ...] = ()  # zero-based rows of the header
    matched: Mapping[int, Meaning] = field(default_factory=dict)

    @property
    def in_order(self) -> list[tuple[Meaning, Match]]:
        """As they stand in the list, from left to right."""
        return sorted(self.matches.items(), key=lambda one: one[1].column)

    def cell(self, row: Sequence[str], meaning: Meaning) -> str:
        match = self.matches.get(meaning)
        return row[match.column] if match and match.column < len(row) else ""


class NotAList(Exception):
    """What was handed over cannot be taken as a list; the message is one Indonesian sentence."""


class Undecided(NotAList):
    """Which column is which cannot be told; the sentence lists what was found."""


def letter(column: int) -> str:
    """The name a spreadsheet gives to a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


# What headings say. The first pattern that is met gives the confidence.

_HEADINGS: Mapping[Meaning, tuple[tuple[str, float], ...]] = {
    Meaning.NUMBER: ((r"no|nomor|no urut|nomor urut|nr", 1.0),),
    Meaning.TITLE: (
        (
            r"informasi|judul|(?:nama|jenis|uraian|judul|butir|konten|isi|ringkasan|ringkasan isi|"
            r"rincian|deskripsi) informasi(?: publik)?|(?:daftar )?informasi (?:publik )?yang "
            r"dikecualikan",
            1.0,
        ),
        (r"(?:ringkasan|judul|uraian|nama|jenis)\b.*\binformasi\b.*", 0.9),
        (r"uraian|ringkasan|judul\b.*|information|title", 0.8),
        (r"(?!.*\b(?:dasar|konsekuensi|jangka|unit|bentuk|pejabat|penguasa|alasan)\b).*"
         r"\binformasi\b.*", 0.6),
        (r"jenis|nama", 0.55),
    ),
    Meaning.BASIS: (
        (r"dasar(?: pengecualian)?|(?:dasar|landasan) hukum(?: pengecualian)?(?: informasi)?", 1.0),
        (r".*\b(?:dasar|landasan|alasan) hukum\b.*|legal basis", 0.9),
        (r".*\b(?:dasar|pasal|peraturan)\b.*", 0.6),
    ),
    Meaning.IF_OPENED: (
        (r"(?!.*\b(?:ditutup|tertutup|manfaat)\b).*\b(?:dibuka|terbuka|membuka)\b.*", 1.0),
        (r"(?!.*\b(?:ditutup|tertutup|manfaat)\b).*\b(?:konsekuensi|akibat|dampak|bahaya|kerugian)"
         r"\b.*", 0.8),
        (r"alasan(?: pengecualian)?|pertimbangan", 0.55),
    ),
    Meaning.IF_CLOSED: (
        (r"(?!.*\b(?:dibuka|terbuka)\b).*\b(?:ditutup|tertutup|menutup)\b.*", 1.0),
        (r"(?!.*\b(?:dibuka|terbuka)\b).*\bmanfaat\b.*", 0.8),
    ),
    Meaning.PERIOD: (
        (r"(?:jangka|batas) waktu(?: pengecualian)?(?: informasi)?", 1.0),
        (r".*\b(?:jangka|batas|masa|lama)\b.*\b(?:waktu|berlaku|pengecualian)\b.*|period", 0.9),
        (r".*\b(?:waktu|retensi|masa simpan)\b.*", 0.6),
    ),
    Meaning.UNIT: (
        (r"unit|unit kerja|satuan kerja|unit organisasi|unit pengolah|perangkat daerah", 1.0),
        (r".*\b(?:unit|satuan) kerja\b.*|opd|skpd|bidang|bagian", 0.8),
    ),
    Meaning.HOLDER: (
        (r"penanggung ?jawab|pejabat penanggung ?jawab|pic", 1.0),
        (r".*\bpenanggung ?jawab\b.*|.*\b(?:pejabat|penguasa|menguasai)\b.*", 0.8),
    ),
    Meaning.DOCUMENT: ((r"dokumen|(?:nama|jenis|judul) dokumen|berkas|arsip", 0.9),),
    Meaning.MEDIUM: ((r"bentuk|format|media|(?:bentuk|format|media)\b.*", 0.8),),
    Meaning.NOTE: ((r"keterangan|ket|catatan|keterangan lain", 1.0), (r"ket\b.*|catatan\b.*", 0.8)),
    Meaning.SOURCE: (
        (r"(?:dokumen )?sumber|sumber (?:dokumen|daftar)", 1.0),
        (r".*\b(?:url|tautan|link|sumber|source)\b.*", 0.6),
    ),
    Meaning.BODY: (
        (r"badan publik|instansi|nama (?:badan publik|instansi)", 1.0),
        (r".*\b(?:badan publik|instansi|lembaga)\b.*", 0.6),
    ),
    Meaning.GROUP: ((r"kelompok|kategori|rumpun|kelompok informasi|kategori informasi", 0.95),
                    (r"klasifikasi\b.*|jenis", 0.5)),
}  # fmt: skip
_COMPILED = {
    meaning: tuple((re.compile(pattern), confidence) for pattern, confidence in patterns)
    for meaning, patterns in _HEADINGS.items()
}

HEADS_A_COLUMN = 0.75  # confident enough to recognise a header by
FITS = 0.5  # confident enough to be offered
BY_CONTENT = 0.7  # share of cells that must speak for it

_CHOICES = {name: meaning for meaning in Meaning for name in (meaning.value, NAMES[meaning])} | {
    "judul": Meaning.TITLE,
    "dasar": Meaning.BASIS,
    "dasar_hukum": Meaning.BASIS,
    "dibuka": Meaning.IF_OPENED,
    "konsekuensi": Meaning.IF_OPENED,
    "ditutup": Meaning.IF_CLOSED,
    "jangka_waktu": Meaning.PERIOD,
    "batas_waktu": Meaning.PERIOD,
    "unit_kerja": Meaning.UNIT,
    "penanggung_jawab": Meaning.HOLDER,
    "no": Meaning.NUMBER,
}


def plain(text: str) -> str:
    """Heading or cell in lower case, words only, for comparing."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def fits(heading: str) -> dict[Meaning, float]:
    """Everything a heading may mean, with how sure that is."""
    words = plain(heading)
    if not 0 < len(words.split()) <= HEADING_WORDS_MAX:
        return {}
    found: dict[Meaning, float] = {}
    for meaning, patterns in _COMPILED.items():
        for pattern, confidence in patterns:
            if pattern.fullmatch(words):
                found[meaning] = confidence
                break
    return found


def parse_choice(text: str) -> dict[Meaning, int]:
    """What an officer chose: ``title=C,period=F`` or ``judul=C,jangka_waktu=F``."""
    chosen: dict[Meaning, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, place = (piece.strip() for piece in part.partition("="))
        meaning = _CHOICES.get(name.lower())
        if meaning is None:
            known = ", ".join(one.value for one in Meaning)
            raise Undecided(f"“{name}” bukan arti kolom yang dikenal; yang dikenal: {known}.")
        if meaning in chosen:
            raise Undecided(f"Kolom {NAMES[meaning]} dipilih dua kali; pilih satu saja.")
        if not re.fullmatch(r"[A-Za-z]{1,3}", place):
            raise Undecided(
                f"Kolom untuk {name} harus berupa huruf kolom seperti C, bukan “{place}”."
            )
        column = 0
        for char in place.upper():
            column = column * 26 + ord(char) - ord("A") + 1
        if column - 1 in chosen.values():
            raise Undecided(f"Kolom {place.upper()} dipilih untuk dua arti; pilih satu saja.")
        chosen[meaning] = column - 1
    return chosen


def propose(
    table: Table,
    chosen: Mapping[Meaning, int] = MappingProxyType({}),
    *,
    only_chosen: bool = False,
    begins: int | None = None,
) -> Columns:
    """Where the list begins and what each column means; `Undecided` where no column is the item.

    With *only_chosen* no other column means anything; *begins* overrules where the list begins.
    """
    for meaning, column in chosen.items():
        if column >= table.width:
            raise Undecided(
                f"Kolom {letter(column)} ({NAMES[meaning]}) tidak ada; {_found(table, ())}"
            )
    if not table.width:
        raise Undecided("Berkas tidak berisi apa pun.")
    header = _find_header(table)
    headings = _joined(table, header)
    if begins is None:
        begins = header[-1] + 1 if header else _first_filled(table)
        while begins < len(table.rows) and _numbers_columns(table.rows[begins]):
            begins += 1
    candidates = iter(()) if only_chosen else _candidates(table, headings, begins)
    matches = _assign(candidates, headings, chosen)
    if Meaning.TITLE not in matches:
        raise Undecided(
            f"Kolom yang memuat informasi yang dikecualikan tidak dikenali; "
            f"{_found(table, headings)} Tunjukkan dengan --map, misalnya title=B,basis=C,period=F."
        )
    return Columns(
        matches=matches,
        headings=headings,
        begins=begins,
        header=header,
        matched={match.column: meaning for meaning, match in matches.items()},
    )


def _found(table: Table, headings: Sequence[str]) -> str:
    """The columns by what heads them, or by what stands first in them."""
    named = headings or table.rows[_first_filled(table)]
    words = [f"{letter(n)} “{cell.strip()[:40]}”" for n, cell in enumerate(named) if cell.strip()]
    more = f" dan {len(words) - 20} lainnya" if len(words) > 20 else ""
    return f"kolom yang ditemukan: {', '.join(words[:20])}{more}."


# Finding the header


def _find_header(table: Table) -> tuple[int, ...]:
    """The row or two rows whose headings say most; none where no row reads like a header."""
    best: tuple[int, ...] = ()
    best_score = 1
    for row in range(min(HEADER_WITHIN, len(table.rows))):
        for rows in ((row,), (row, row + 1)):
            if len(rows) == 2 and not _is_second_row(table, row + 1):
                continue
            score = _says(_joined(table, rows))
            if score > best_score:
                best, best_score = rows, score
    return best


def _says(headings: Sequence[str]) -> int:
    """How many columns are headed; an entry that happens to sound like a heading is none."""
    filled = [words for words in headings if words]
    sure = [m for words in filled if (m := _surely(words))]
    found = {meaning for meanings in sure for meaning in meanings}
    telling = found & {Meaning.TITLE, Meaning.BASIS, Meaning.PERIOD}
    return len(found) if telling and len(sure) * 2 >= len(filled) else 0


def _surely(heading: str) -> set[Meaning]:
    return {m for m, confidence in fits(heading).items() if confidence >= HEADS_A_COLUMN}


def _is_second_row(table: Table, row: int) -> bool:
    """Whether every word of it is a heading: "Dibuka | Ditutup" under "Konsekuensi"."""
    if row >= len(table.rows):
        return False
    filled = [cell for cell in table.rows[row] if cell.strip()]
    return bool(filled) and all(map(_surely, filled))


def _joined(table: Table, rows: tuple[int, ...]) -> tuple[str, ...]:
    """The headings by column; what stands over several columns belongs to each of them."""
    if not rows:
        return ()
    upper = list(_padded(table, rows[0]))
    if len(rows) == 1:
        return tuple(" ".join(words.split()) for words in upper)
    lower = _padded(table, rows[1])
    for region in table.merged:
        if region.top == rows[0]:
            for column in range(region.left, min(region.right + 1, len(upper))):
                upper[column] = upper[column] or upper[region.left]
    if not table.merged:  # a file without merged cells: what is empty above continues its left
        for column in range(1, len(upper)):
            if lower[column].strip() and not upper[column].strip():
                upper[column] = upper[column - 1]
    return tuple(
        " ".join(f"{above} {below}".split()) for above, below in zip(upper, lower, strict=True)
    )


def _padded(table: Table, row: int) -> tuple[str, ...]:
    cells = table.rows[row]
    return (*cells, *[""] * (table.width - len(cells)))


def _first_filled(table: Table) -> int:
    return next((n for n, row in enumerate(table.rows) if any(map(str.strip, row))), 0)


def _numbers_columns(row: Sequence[str]) -> bool:
    """ "1 2 3 4" or "(1) (2) (3)" under the header."""
    filled = [cell.strip(" ().") for cell in row if cell.strip()]
    if len(filled) < 2 or not all(re.fullmatch("[0-9]{1,3}", cell) for cell in filled):
        return False
    numbers = [int(cell) for cell in filled]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


# Matching


def _candidates(
    table: Table, headings: Sequence[str], begins: int
) -> Iterator[tuple[float, int, Meaning]]:
    """Every possible pair of column and meaning, with its confidence."""
    sample = table.rows[begins : begins + SAMPLE]
    for column in range(table.width):
        by_heading = fits(headings[column]) if column < len(headings) else {}
        for meaning, confidence in by_heading.items():
            yield confidence, column, meaning
        if not by_heading:
            cells = [row[column].strip() for row in sample if column < len(row)]
            for meaning, confidence in _by_content([cell for cell in cells if cell]):
                yield confidence, column, meaning


def _by_content(cells: Sequence[str]) -> Iterator[tuple[Meaning, float]]:
    """What cells without a heading look like; never as sure as a heading."""
    if not cells:
        return
    numbers = _share(cells, lambda cell: bool(_NUMBER.fullmatch(cell)))
    periods = _share(cells, lambda cell: read(cell).kind is not Kind.UNSTATED)
    bases = _share(cells, lambda cell: any(cited.kind for cited in parse(cell[:2000])))
    if numbers >= BY_CONTENT:
        yield Meaning.NUMBER, 0.7 * numbers
    elif periods >= BY_CONTENT:
        yield Meaning.PERIOD, 0.7 * periods
    elif bases >= BY_CONTENT:
        yield Meaning.BASIS, 0.7 * bases
    elif mean(map(len, cells)) >= 12 and len(set(cells)) > len(cells) * 0.7:
        yield Meaning.TITLE, FITS


_NUMBER = re.compile(
    r"\(?(?:\d{1,4}[a-z]?|[a-z]|[ivxl]{1,6})(?:[.\s](?:\d{1,3}|[a-z]))*[.)]*", re.I
)


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells)


def _assign(
    candidates: Iterator[tuple[float, int, Meaning]],
    headings: Sequence[str],
    chosen: Mapping[Meaning, int],
) -> dict[Meaning, Match]:
    """Each meaning one column and each column one meaning, the surest first, the left before."""

    def heading(column: int) -> str:
        return headings[column] if column < len(headings) else ""

    possible = sorted(candidates, key=lambda one: (-one[0], one[1]))
    matches = {
        meaning: Match(column=column, heading=heading(column), confidence=1.0)
        for meaning, column in chosen.items()
    }
    taken = set(chosen.values())
    for confidence, column, meaning in possible:
        if confidence < FITS or column in taken or meaning in matches:
            continue
        others = tuple(c for _, c, m in possible if m is meaning and c != column)
        matches[meaning] = Match(
            column=column,
            heading=heading(column),
            confidence=round(confidence, 2),
            alternatives=others,
        )
        taken.add(column)
    return matches
