"""Text with delimiters: which encoding, which delimiter, and its records."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from adapters.sheets.limits import (
    CELL_LENGTH_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    SNIFFED,
    Unreadable,
    cleaned,
    too_long,
    too_many_rows,
)
from domain.takeover.columns import Table, letter


def from_csv(name: str, content: bytes) -> Table:
    text, encoding = _decoded(content)
    if "\0" in text:
        raise Unreadable(
            f"Berkas {name} bukan teks; yang dapat dibaca hanya .xlsx, .ods, dan .csv."
        )
    hint = re.match(r"\ufeff?sep=(.)\r?\n", text)  # a line Excel writes and does not show
    text = text[hint.end() :] if hint else text
    delimiter = hint[1] if hint else _delimiter(text)
    rows = list(_records(text, delimiter))
    while rows and not rows[-1]:  # lines after the end, without so much as a delimiter
        rows.pop()
    return Table(
        file=name,
        digest=hashlib.sha256(content).hexdigest(),
        rows=tuple(rows),
        encoding=encoding,
        delimiter=delimiter,
    )


def _decoded(content: bytes) -> tuple[str, str]:
    """By its mark, else strictly as UTF-8, else as Windows wrote it; never by guessing further."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise Unreadable("Penyandian berkas tidak dikenal; simpan ulang sebagai CSV UTF-8.")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first records most evenly, and into the most columns."""

    def evenness(delimiter: str) -> tuple[float, int]:
        first = islice(_parsed(text, delimiter, strict=False), SNIFFED)
        widths = Counter(len(record) for record in first if record)
        width, met = max(
            ((width, met) for width, met in widths.items() if width > 1),
            key=lambda one: one[1],
            default=(0, 0),
        )
        return round(met / max(1, widths.total()), 1), width

    return max((",", ";", "\t", "|"), key=evenness)


def _parsed(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    except csv.Error:
        if strict:
            raise


def _records(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    number = 0
    try:
        for number, record in enumerate(_parsed(text, delimiter, strict=True), 1):
            if number > ROWS_MAX:
                raise Unreadable(too_many_rows("Berkas"))
            if len(record) > COLUMNS_MAX:
                raise Unreadable(f"Baris {number} mempunyai lebih dari {COLUMNS_MAX} kolom.")
            for column, cell in enumerate(record):
                if len(cell) > CELL_LENGTH_MAX:
                    raise Unreadable(too_long(f"{letter(column)}{number}"))
            yield tuple(map(cleaned, record))
    except csv.Error as error:
        if "field limit" in str(error):
            raise Unreadable(too_long(f"di baris {number + 1}")) from error
        raise Unreadable(
            f"Baris {number + 1} tidak dapat dibaca: tanda kutip tidak ditutup, atau diikuti teks."
        ) from error
