"""The report on a list that was taken over, row by row: JSON, a workbook, a table on a screen."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.console import Console
from rich.table import Table as ScreenTable
from rich.text import Text

from adapters.exports import harmless
from domain.period import Kind, Period
from domain.rule import Finding
from domain.takeover import Outcome, Plan, Row
from domain.takeover.columns import NAMES, letter

OUTCOMES = {
    Outcome.TAKEN: "diambil",
    Outcome.REFUSED: "tidak diambil",
    Outcome.DUPLICATE: "sudah ada",
}
KINDS = {
    Kind.FIXED_UNTIL: "sampai tanggal",
    Kind.YEARS: "lamanya tertentu",
    Kind.AFTER_EVENT: "lamanya sesudah peristiwa",
    Kind.UNTIL_EVENT: "sampai peristiwa",
    Kind.WHILE_CONDITION: "selama keadaan",
    Kind.AS_NEEDED: "selama dibutuhkan",
    Kind.UNLIMITED: "tidak terbatas",
    Kind.UNSTATED: "tidak disebut",
}
MISSING = {
    "document": "dokumen yang memuatnya",
    "unit": "unit kerja",
    "holder": "penanggung jawab",
    "medium": "bentuk penyimpanan",
    "consequence_if_opened": "akibat bila dibuka",
    "benefit_if_closed": "manfaat bila ditutup",
    "period": "jangka waktu",
    "grounds": "huruf Pasal 17",
    "laws": "undang-undang",
    "test-sheet": "lembar uji konsekuensi",
    "decree": "surat penetapan",
    "review-date": "tanggal tinjau ulang",
}


def as_json(plan: Plan) -> dict[str, Any]:
    """Everything there is to say of a plan; others rely on ``rows`` and ``totals``."""
    return {
        "file": plan.table.file,
        "sheet": plan.table.sheet,
        "digest": plan.table.digest,
        "columns": [
            {
                "meaning": meaning.value,
                "column": letter(match.column),
                "heading": match.heading,
                "confidence": match.confidence,
                "alternatives": [letter(column) for column in match.alternatives],
            }
            for meaning, match in sorted(
                plan.columns.matches.items(), key=lambda one: one[1].column
            )
        ],
        "header_rows": [row + 1 for row in plan.columns.header],
        "notes": list(plan.notes),
        "rows": [_row(row) for row in plan.rows],
        "totals": plan.totals,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "row": row.row,
        "outcome": row.outcome.value,
        "number": row.number,
        "title": row.title,
        "item": str(row.item_id) if row.item_id else None,
        "grounds": [str(one) for one in row.fact.particulars.grounds] if row.fact else [],
        "period": _period(row.period),
        "missing": list(row.missing),
        "findings": [_finding(finding) for finding in row.findings],
    }


def _period(period: Period) -> dict[str, Any]:
    """``end`` is a date only where the words themselves contain one."""
    return {
        "kind": period.kind.value,
        "original": period.words,
        "end": period.until.isoformat() if period.until else None,
        "number": period.number,
        "unit": period.unit.value if period.unit else None,
        "event": period.event,
        "condition": period.condition,
        "sure": period.sure,
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "text": finding.text,
        "basis": finding.basis,
        "field": finding.field,
        "value": finding.value,
    }


# A workbook

HEADINGS = (
    ("Baris", 7),
    ("Hasil", 14),
    ("No", 7),
    ("Informasi", 50),
    ("Jangka waktu (asli)", 28),
    ("Dibaca sebagai", 22),
    ("Berakhir", 12),
    ("Yang perlu diperiksa", 80),
    ("Yang belum ada", 40),
    ("Id butir", 38),
)
CELL_MAX = 32_000


def report_of(plan: Plan, kind: str) -> bytes:
    """The report as the content of a file: "xlsx", "csv" or "json"."""
    if kind == "json":
        return json.dumps(as_json(plan), ensure_ascii=False).encode()
    if kind == "csv":
        return _csv(plan)
    made = BytesIO()
    write_workbook(plan, made)
    return made.getvalue()


def _csv(plan: Plan) -> bytes:
    """As spreadsheets here open it: semicolons, and a mark that it is UTF-8.

    What a spreadsheet would take for a formula is kept from being one.
    """
    text = StringIO(newline="")
    lines = csv.writer(text, delimiter=";")
    lines.writerow(heading for heading, _ in HEADINGS)
    lines.writerows([harmless(words) for words in _cells(row)] for row in plan.rows)
    return text.getvalue().encode("utf-8-sig")


def write_workbook(plan: Plan, path: Path | str | BytesIO) -> None:
    """The report as .xlsx; text stays text, whatever it looks like."""
    as_text = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, as_text) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        _write(book.add_worksheet("Hasil per baris"), head, body, HEADINGS, map(_cells, plan.rows))
        columns = [
            [letter(match.column), match.heading, NAMES[meaning], f"{match.confidence:.0%}"]
            for meaning, match in plan.columns.in_order
        ]
        widths = (("Kolom", 8), ("Judul kolom", 40), ("Dibaca sebagai", 24), ("Keyakinan", 12))
        _write(book.add_worksheet("Kolom"), head, body, widths, columns)
        totals = [[str(name), str(number)] for name, number in _totals(plan)]
        totals += [["Catatan", note] for note in plan.notes]
        _write(book.add_worksheet("Ringkasan"), head, body, (("Hal", 20), ("Isi", 90)), totals)


def _write(
    sheet: Any, head: Any, body: Any, headings: Iterable[tuple[str, int]], rows: Iterable[list[str]]
) -> None:
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(rows, 1):
        for column, words in enumerate(row):
            sheet.write_string(number, column, words[:CELL_MAX], body)
    sheet.freeze_panes(1, 0)


def _cells(row: Row) -> list[str]:
    end = f"{row.period.until:%d-%m-%Y}" if row.period.until else ""
    doubt = "" if row.period.sure or row.outcome is Outcome.REFUSED else " (belum pasti)"
    return [
        str(row.row),
        OUTCOMES[row.outcome],
        row.number,
        row.title,
        row.period.words,
        "" if row.outcome is Outcome.REFUSED else KINDS[row.period.kind] + doubt,
        end,
        "\n".join(_sentence(finding) for finding in row.findings),
        ", ".join(MISSING.get(code, code) for code in row.missing),
        str(row.item_id or ""),
    ]


def _sentence(finding: Finding) -> str:
    return f"{finding.text} ({finding.basis})" if finding.basis else finding.text


def _totals(plan: Plan) -> Iterator[tuple[str, int]]:
    yield "Baris", plan.totals["rows"]
    for outcome, words in OUTCOMES.items():
        yield words.capitalize(), plan.totals[outcome.value]
    yield "Temuan", plan.totals["findings"]


# A screen


def show(plan: Plan, console: Console) -> None:
    """A table on a terminal; one plain line per row where there is none."""
    if console.is_terminal:
        console.print(_screen_table(plan))
    else:
        for row in plan.rows:
            codes = ", ".join(finding.code for finding in row.findings)
            words = f"{row.row}\t{OUTCOMES[row.outcome]}\t{row.title[:80]}\t{codes}"
            console.print(words, markup=False, highlight=False, soft_wrap=True)
    for note in plan.notes:
        console.print(note, markup=False, highlight=False, soft_wrap=True)
    summary = ", ".join(f"{words.lower()} {number}" for words, number in _totals(plan))
    console.print(summary, markup=False, highlight=False, soft_wrap=True)


_STYLES = {Outcome.TAKEN: "green", Outcome.REFUSED: "yellow", Outcome.DUPLICATE: "cyan"}


def _screen_table(plan: Plan) -> ScreenTable:
    table = ScreenTable(title=Text(plan.table.file), show_lines=False)
    for heading, style in (
        ("Baris", "bold"),
        ("Hasil", ""),
        ("Informasi", ""),
        ("Jangka waktu", ""),
    ):
        table.add_column(heading, style=style, overflow="fold")
    table.add_column("Yang perlu diperiksa", ratio=1, overflow="fold")
    for row in plan.rows:
        table.add_row(
            Text(str(row.row)),
            Text(OUTCOMES[row.outcome], style=_STYLES[row.outcome]),
            Text(row.title[:80]),
            Text("" if row.outcome is Outcome.REFUSED else KINDS[row.period.kind]),
            Text("\n".join(f"• {finding.text}" for finding in row.findings)),
        )
    return table
