"""Workbooks in an archive (xlsx, ods): measured while unpacked, repacked, read by calamine."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any, Final

from adapters.sheets.limits import (
    CELL_LENGTH_MAX,
    DIGITS_SURE,
    PARTS_MAX,
    RATIO_MAX,
    SHEETS_MAX,
    SMALL,
    UNPACKED_MAX,
    Unreadable,
    cleaned,
    too_long,
)
from adapters.sheets.walk import Walk, WalkOds, WalkXlsx, table_names
from domain.takeover.columns import Table, letter

CHILD = Path(__file__).with_name("child.py")
SECONDS_MAX = 90

_UNPACKED: Final = re.compile(r"(?:.*\.(?:xml|rels)|mimetype)\Z", re.I | re.S)


def from_archive(name: str, content: bytes, sheet: str | None) -> Table:
    parts = _unpacked(name, content)
    if "xl/workbook.xml" in parts:
        walker: type[Walk] = WalkXlsx
        sources = _xlsx_sheets(parts)
    elif "content.xml" in parts and b"opendocument.spreadsheet" in parts.get("mimetype", b""):
        walker, sources = WalkOds, dict.fromkeys(table_names(parts["content.xml"]), "content.xml")
    else:
        raise Unreadable(_other_archive(name, content))
    names = tuple(one for one, path in sources.items() if path in parts)[:SHEETS_MAX]
    if not names:
        raise Unreadable(f"Berkas {name} tidak mempunyai lembar yang dapat dibaca.")
    walk = _first_filled(sheet, names, parts, sources, walker)
    cells = _built(name, parts, walk.sheet) if walk.cells else []
    return Table(
        file=name,
        digest=hashlib.sha256(content).hexdigest(),
        rows=tuple(_sheet_rows(walk.sheet, cells)),
        sheet=walk.sheet,
        merged=tuple(walk.merged),
        sheets=names,
    )


def _first_filled(
    sheet: str | None,
    names: Sequence[str],
    parts: Mapping[str, bytes],
    sources: Mapping[str, str],
    walker: type[Walk],
) -> Walk:
    """The sheet asked for, or the first that has any content, walked through."""
    if sheet is not None and sheet not in names:
        raise Unreadable(f"Lembar “{sheet}” tidak ada; yang ada: {', '.join(names)}.")
    walk = walker("")
    for chosen in names if sheet is None else [sheet]:
        walk = walker(chosen)
        walk.through(parts[sources[chosen]])
        if walk.cells:
            break
    return walk


def _unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """The parts that are read, unpacked within limits and free of entities."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
        if len(infos) > PARTS_MAX:
            raise Unreadable(f"Berkas {name} memuat terlalu banyak bagian ({len(infos)}).")
        parts: dict[str, bytes] = {}
        left = UNPACKED_MAX
        for info in infos:
            if info.flag_bits & 1:
                raise Unreadable(f"Berkas {name} terkunci kata sandi; simpan tanpa kata sandi.")
            if not _UNPACKED.match(info.filename):
                continue
            if info.filename in parts:
                raise Unreadable(f"Berkas {name} rusak: bagian {info.filename[:80]} ada dua kali.")
            allowed = min(left, max(SMALL, info.compress_size * RATIO_MAX))
            with archive.open(info) as part:
                data = part.read(allowed + 1)
            if len(data) > allowed:
                raise Unreadable(
                    f"Isi berkas {name} mengembang jauh melebihi ukurannya; berkas seperti itu "
                    "tidak dibaca."
                )
            left -= len(data)
            _refuse_entities(name, data)
            parts[info.filename] = data
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
            ValueError, OverflowError) as error:  # fmt: skip
        raise Unreadable(f"Berkas {name} rusak; buka dan simpan ulang.") from error
    return parts


def _refuse_entities(name: str, data: bytes) -> None:
    opening = data[:4]
    if b"\0" in data or opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"Berkas {name} memakai penyandian yang tidak dikenal; simpan ulang.")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable(f"Berkas {name} memuat deklarasi XML yang tidak diizinkan (entitas).")


def _other_archive(name: str, content: bytes) -> str:
    try:
        inside = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError):
        inside = []
    if "xl/workbook.bin" in inside:
        return f"Berkas {name} berformat .xlsb; simpan sebagai .xlsx."
    if any(part.startswith("word/") for part in inside):
        return f"Berkas {name} dokumen Word; salin tabelnya ke lembar kerja dan simpan .xlsx."
    return f"Berkas {name} bukan lembar kerja; yang dapat dibaca hanya .xlsx, .ods, dan .csv."


def _repacked(parts: Mapping[str, bytes]) -> bytes:
    """An archive of what was measured, and of nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _built(name: str, parts: Mapping[str, bytes], sheet: str) -> list[list[Any]]:
    """The cells as calamine reads them; whatever becomes of it there is one sentence here."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(CHILD), sheet],
            input=_repacked(parts),
            capture_output=True,
            timeout=SECONDS_MAX,
            check=True,
        )
        rows: list[list[Any]] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unreadable(
            f"Berkas {name} rusak atau tidak lengkap; buka dan simpan ulang."
        ) from error
    return rows


_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_REL = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def _xlsx_sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Which part of the archive holds which sheet."""
    try:
        book = _tree(parts["xl/workbook.xml"])
        relations = _tree(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))
    except ET.ParseError as error:
        raise Unreadable("Berkas rusak; buka dan simpan ulang.") from error
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
    found = {}
    for one in book.iter():
        if one.tag.rpartition("}")[2] == "sheet":
            target = targets.get(one.get(_REL) or one.get(_STRICT_REL) or "", "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if one.get("state", "visible") == "visible" and one.get("name"):
                found[one.get("name", "")] = path
    return found


def _tree(source: bytes) -> ET.Element:
    return ET.fromstring(source, ET.XMLParser(encoding="utf-8"))  # whatever it declares


# What calamine read


def _sheet_rows(sheet: str, cells: Iterable[Sequence[Any]]) -> Iterator[tuple[str, ...]]:
    for row, values in enumerate(cells):
        texts = [_cell_text(sheet, row, column, value) for column, value in enumerate(values)]
        while texts and not texts[-1]:
            texts.pop()
        yield tuple(texts)


def _cell_text(sheet: str, row: int, column: int, value: Any) -> str:
    place = f"{sheet}!{letter(column)}{row + 1}"
    match value:
        case str():
            if len(value) > CELL_LENGTH_MAX:
                raise Unreadable(too_long(place))
            return cleaned(value)
        case bool():
            return "YA" if value else "TIDAK"
        case int() | float():
            return _number_text(place, value)
        case _:
            return ""


def _number_text(place: str, value: float) -> str:
    if isnan(value):
        return ""
    if abs(value) >= 10**DIGITS_SURE:
        raise Unreadable(
            f"Sel {place} memuat angka lebih dari {DIGITS_SURE} digit (misalnya NIK atau NIP) "
            "sebagai bilangan, sehingga digit terakhirnya mungkin sudah berubah; ubah kolomnya "
            "menjadi teks dan isi ulang."
        )
    return str(int(value)) if value == int(value) else repr(value)
