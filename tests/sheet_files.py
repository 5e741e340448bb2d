"""Spreadsheets made for tests: honest ones, and archives built by hand part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

Rows = Sequence[Sequence[Any]]

REAL_LIST = Path(__file__).parent.parent / "adapters" / "data" / "dik-rows.csv"


def xlsx(
    path: Path, rows: Rows, *, merged: Sequence[str] = (), more: Mapping[str, Rows] | None = None
) -> Path:
    """An .xlsx as Excel would save it; *merged* are areas such as ``D4:E4``."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        for name, content in {"Daftar": rows, **(more or {})}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(content):
                for column, cell in enumerate(row):
                    if cell != "":
                        sheet.write(number, column, cell)
            if name == "Daftar":
                for area in merged:
                    first = area.split(":")[0]
                    words = rows[int(first[1:]) - 1][ord(first[0]) - ord("A")]
                    sheet.merge_range(area, words)
    return path


SHEET = (
    '<?xml version="1.0"?><worksheet '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)


def xlsx_by_hand(path: Path, content: str, parts: Mapping[str, str] = MappingProxyType({})) -> Path:
    """An .xlsx whose only sheet, Lembar1, holds *content*; other parts may be replaced."""
    honest = io.BytesIO()
    with xlsxwriter.Workbook(honest) as book:
        book.add_worksheet("Lembar1")
    with zipfile.ZipFile(honest) as made:
        whole: dict[str, str | bytes] = {name: made.read(name) for name in made.namelist()}
    return archive(path, {**whole, "xl/worksheets/sheet1.xml": SHEET.format(content), **parts})


def archive(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def cell(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(words)}</t></is></c>'


ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"
ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Lembar1">{}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


MANIFEST = f"""<?xml version="1.0"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_MIME}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""


def ods_by_hand(path: Path, table: str) -> Path:
    """An .ods whose only sheet, Lembar1, holds *table*."""
    return archive(
        path,
        {"mimetype": ODS_MIME, "META-INF/manifest.xml": MANIFEST, "content.xml": ODS.format(table)},
    )


def ods(path: Path, rows: Rows) -> Path:
    """An .ods as LibreOffice would save it: a sheet goes on in empty rows to its very end."""
    table = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in rows
    )
    rest = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    return ods_by_hand(path, table + rest)


def ods_cell(words: str) -> str:
    if not words:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in words.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
