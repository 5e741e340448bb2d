"""From the rows of a sheet to the entries of a list.

Merged cells are filled in, group titles are remembered for the rows below them, and what is no
entry (an empty row, a total, the header of the next page) says why.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.takeover.columns import Columns, Meaning, Table, fits, letter, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What an officer said of one row, after he had seen what would become of it."""

    cells: Mapping[Meaning, str] = field(default_factory=dict)  # read instead of the list's own
    left_out: bool = False
    same_as: str = ""  # the row or item that it is, in words: "baris 7"
    distinct: bool = False  # like another, and yet an item of its own

    def __bool__(self) -> bool:
        return bool(self.cells or self.left_out or self.same_as or self.distinct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row with its cells by their meaning; merged cells are filled in."""

    row: int
    cells: Mapping[Meaning, str]
    words: tuple[tuple[str, str], ...]  # (what the column means or is headed, verbatim)
    group: str = ""  # the title of the group it stands under
    columns: Columns
    no_item: str = ""  # code of the reason why this row is not an entry
    mended: Mended = Mended()

    def said(self, meaning: Meaning) -> str:
        """What is read: the officer's correction, or else the cell."""
        corrected = self.mended.cells.get(meaning)
        return self.cells.get(meaning, "") if corrected is None else corrected

    def text(self, meaning: Meaning) -> str:
        return " ".join(self.said(meaning).split())

    @property
    def key(self) -> str:
        """The same for the same words of the list, wherever in it they stand."""
        return self._key(self.cells)

    @property
    def key_as_mended(self) -> str:
        """As if the list had said what the officer says it should have."""
        return self._key({**self.cells, **self.mended.cells}) if self.mended.cells else ""

    def _key(self, cells: Mapping[Meaning, str]) -> str:
        told = [
            same_words(cells.get(meaning, ""))
            for meaning in (Meaning.TITLE, Meaning.BASIS, Meaning.PERIOD, Meaning.BODY)
        ]
        told.append(same_words(cells.get(Meaning.GROUP, "") or self.group))
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def same_words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .,;:-")


def entries(table: Table, columns: Columns) -> Iterator[Entry]:
    carried = _carried(table, columns.begins)
    across = {
        region.top
        for region in table.merged
        if region.top == region.bottom and region.right - region.left >= 2
    }
    group = ""
    for place in range(columns.begins, len(table.rows)):
        row = _filled(table.rows[place], carried.get(place, {}))
        cells = {meaning: columns.cell(row, meaning) for meaning in columns.matches}
        following = table.rows[place + 1] if place + 1 < len(table.rows) else ()
        reason = _why_no_item(row, cells, columns, following, across=place in across)
        if reason == "group-title":
            group = next(" ".join(cell.split()) for cell in _longest_first(row))
        yield Entry(
            row=place + 1,
            cells=cells,
            words=tuple(_words(row, columns)),
            group="" if reason else group,
            columns=columns,
            no_item=reason,
        )


def _carried(table: Table, begins: int) -> dict[int, dict[int, str]]:
    """What a cell merged over several rows says to each of them."""
    carried: dict[int, dict[int, str]] = defaultdict(dict)
    for region in table.merged:
        if region.bottom == region.top or region.top >= len(table.rows):
            continue
        source = table.rows[region.top]
        if region.left >= len(source):
            continue
        for row in range(max(region.top + 1, begins), min(region.bottom + 1, len(table.rows))):
            carried[row][region.left] = source[region.left]
    return carried


def _filled(row: Sequence[str], carried: Mapping[int, str]) -> tuple[str, ...]:
    width = max([len(row), *(column + 1 for column in carried)])
    cells = [*row, *[""] * (width - len(row))]
    if any(cell.strip() for cell in row):
        for column, words in carried.items():
            cells[column] = cells[column] or words
    return tuple(cells)


def _words(row: Sequence[str], columns: Columns) -> Iterator[tuple[str, str]]:
    for column, cell in enumerate(row):
        if cell.strip():
            heading = columns.headings[column] if column < len(columns.headings) else ""
            meaning = columns.matched.get(column)
            yield (meaning.value if meaning else heading or f"kolom {letter(column)}"), cell


def _longest_first(row: Sequence[str]) -> list[str]:
    return sorted((cell for cell in row if cell.strip()), key=len, reverse=True)


_TOTAL = re.compile(r"(?:jumlah|total)\b.{0,40}", re.I)
_FOOTNOTE = re.compile(
    r"(?:\*|catatan\b|keterangan\s*:|ket\s*[.:]|sumber\s*:|ditetapkan\s+di\b|mengetahui\b|"
    r"pada\s+tanggal\b|nip\b|ppid\b.{0,40}$|kepala\s+dinas\b).*",
    re.I | re.S,
)
_SUB_NUMBER = re.compile(r"(?:\d+\s*[.)]?\s*[a-z]|[a-z]|\d+\.\d+)\s*[.)]?", re.I)
_WHOLE_NUMBER = re.compile(r"(?:\d{1,3}|[ivxlIVXL]{1,6}|[A-Z])\s*[.)]?")


def _why_no_item(
    row: Sequence[str],
    cells: Mapping[Meaning, str],
    columns: Columns,
    following: Sequence[str],
    *,
    across: bool,
) -> str:
    """Why a row is no entry of the list, as a code; empty where it is one."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled:
        return "empty-row"
    if across and len(filled) == 1:
        return "group-title"
    if _repeats_header(row, columns):
        return "repeated-header"
    number = cells.get(Meaning.NUMBER, "").strip()
    title = cells.get(Meaning.TITLE, "").strip()
    said = [cell for cell in filled if cell != number]
    if len(said) == 1:
        if _TOTAL.fullmatch(said[0]):
            return "total-row"
        if not number and _FOOTNOTE.fullmatch(said[0]):
            return "footnote"
        if title and _WHOLE_NUMBER.fullmatch(number) and _leads(following, columns):
            return "group-title"
    if title and _TOTAL.fullmatch(title) and all(map(_is_figure, set(said) - {title})):
        return "total-row"
    return "" if title else "no-information"


def _leads(following: Sequence[str], columns: Columns) -> bool:
    """Whether the next row is numbered below this one: 1.a, or a."""
    return bool(_SUB_NUMBER.fullmatch(columns.cell(following, Meaning.NUMBER).strip()))


def _is_figure(cell: str) -> bool:
    return bool(re.fullmatch(r"[\d.,\s]*\s*(?:butir|informasi)?", cell, re.I))


def _repeats_header(row: Sequence[str], columns: Columns) -> bool:
    """The header again at the top of a page: each matched column says what its heading says."""
    said = [
        (plain(row[column]), meaning)
        for column, meaning in columns.matched.items()
        if column < len(row) and row[column].strip()
    ]
    heads = [
        words == plain(columns.headings[columns.matches[meaning].column])
        if columns.headings and columns.headings[columns.matches[meaning].column]
        else meaning in fits(words)
        for words, meaning in said
    ]
    return len(said) > 1 and all(heads)
