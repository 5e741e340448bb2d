"""A trail as a file: CSV, JSON or a workbook, each saying itself what it is and of which moment."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

FORMATS = ("csv", "json", "xlsx")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = {"position": 9, "title": 50, "content": 60, "recorded_at": 22, "at": 22, "fact_title": 28}
CELL_LENGTH_MAX = 32_000  # a workbook's cell holds 32,767

Rows = Sequence[Mapping[str, Any]]
About = Mapping[str, str]


def digest_of(rows: Rows) -> str:
    """The hash of the facts themselves, the same whatever the file."""
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


def written(form: str, about: About, headings: Mapping[str, str], rows: Rows) -> bytes:
    """The bytes of a file. *about* says what it is, *headings* what its columns are called."""
    write = {"csv": _csv, "json": _json, "xlsx": _xlsx}[form]
    return write(about, headings, rows)


def _json(about: About, headings: Mapping[str, str], rows: Rows) -> bytes:
    said = {"about": dict(about), "columns": dict(headings), "facts": [dict(row) for row in rows]}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _csv(about: About, headings: Mapping[str, str], rows: Rows) -> bytes:
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows((harmless(name), harmless(said)) for name, said in about.items())
    writer.writerow(())
    writer.writerow(headings.values())
    for row in rows:
        writer.writerow([harmless(_cell(row[name])) for name in headings])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(about: About, headings: Mapping[str, str], rows: Rows) -> bytes:
    file = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        bold = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("Keterangan")
        first.set_column(0, 0, 26)
        first.set_column(1, 1, 90)
        for number, (name, said) in enumerate(about.items()):
            first.write_string(number, 0, name, bold)
            first.write_string(number, 1, said, wrapped)
        sheet = book.add_worksheet("Jejak")
        sheet.freeze_panes(1, 1)
        for column, (name, heading) in enumerate(headings.items()):
            sheet.set_column(column, column, WIDTHS.get(name, 18))
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(headings):
                value = row[name]
                if isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, _cell(value)[:CELL_LENGTH_MAX], wrapped)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    return file.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ya" if value else "tidak"
        case list() | tuple():
            return "; ".join(map(str, value))
    return str(value)


def harmless(words: str) -> str:
    """What a spreadsheet would take for a formula is text."""
    return f"'{words}" if words.startswith(FORMULA) else words
