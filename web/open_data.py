"""Lists as data: what is in a record, and how it is written as JSON, CSV and XLSX.

Nothing is taken over from a row of the list unless it is named here, so a column that a read
model gains does not become public by itself. Names and values are Indonesian whatever the
reader's language: data are the same for everybody.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias
from uuid import UUID

import xlsxwriter

from domain.body import Body
from domain.item import Opening, Status
from web import words
from web.register import Register, Row

Record: TypeAlias = dict[str, Any]

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
PAGE = 1_000
SHEET_ROWS_MAX = 1_000_000  # a sheet of Excel holds few more

PUBLIC_COLUMNS = {
    "id": "Nomor tetap butir; tidak pernah berubah dan tidak dipakai ulang.",
    "alamat": "Alamat tetap halaman butir, tetap berlaku setelah informasinya terbuka.",
    "judul": "Judul informasi.",
    "uraian": "Uraian yang jelas dan terang.",
    "dokumen": "Dokumen yang memuatnya.",
    "bagian": "Bagian dokumen yang dimaksud; kosong: seluruhnya.",
    "kode_unit": "Kode unit kerja.",
    "unit": "Nama unit kerja.",
    "penanggung_jawab": "Jabatan yang bertanggung jawab.",
    "keadaan": "dikecualikan atau terbuka.",
    "dasar": "Huruf dan angka Pasal 17 UU Nomor 14 Tahun 2008.",
    "jangka_waktu": "Jangka waktu pengecualian menurut penetapan.",
    "berakhir": "Hari terakhir pengecualian; kosong: tidak bertanggal akhir.",
    "tinjau_ulang": "Wajib ditinjau ulang paling lambat tanggal ini.",
    "ditetapkan": "Tanggal penetapan yang berlaku.",
    "pertama_ditetapkan": "Tanggal penetapan yang pertama.",
    "nomor_penetapan": "Nomor surat penetapan.",
    "diumumkan": "Tanggal pengumuman terakhir.",
    "terbuka_sejak": "Hari pertama informasi ini terbuka.",
    "dasar_terbuka": "Mengapa terbuka.",
    "ditahan": "ya: dokumennya sedang ditahan untuk pemeriksaan atau sengketa.",
}
OFFICE_COLUMNS = {
    **{name: said for name, said in PUBLIC_COLUMNS.items() if name not in ("alamat", "keadaan")},
    "status": "Kedudukan butir dalam prosedur.",
    "tempat_elektronik": "Tempat simpan berkas elektronik.",
    "tempat_kertas": "Tempat simpan berkas kertas.",
}


@dataclass(frozen=True)
class Sheet:
    """A list on its way out."""

    title: str
    columns: Mapping[str, str]  # name and meaning
    about: Mapping[str, Any]  # whose list it is, as of when, under which licence
    records: Iterable[Record]


class Counted:
    """A sheet that knows how many records have left it."""

    def __init__(self, sheet: Sheet) -> None:
        self.number = 0
        self.sheet = replace(sheet, records=self._counting(sheet.records))

    def _counting(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.number += 1
            yield record


def published_sheet(
    register: Register,
    body: Body,
    *,
    on: date,
    known_at: datetime | int | None,
    upto: datetime | None,
    address: Callable[[UUID], str],
    **asked: Any,
) -> Sheet:
    """The published list as of a day; *upto* is the time of the last fact that counts."""
    about = {
        "judul": f"Daftar informasi yang dikecualikan {body.name}",
        "badan_publik": body.name,
        "kode": body.code,
        "per_tanggal": on,
        "menurut_catatan_sampai": upto,
        "lisensi": LICENCE,
        "alamat_lisensi": LICENCE_ADDRESS,
    }
    found = rows(register, on, known_at, published=True, **asked)
    records = (public_record(row, on=on, body=body, address=address) for row in found)
    return Sheet(str(about["judul"]), PUBLIC_COLUMNS, about, records)


def office_sheet(
    register: Register,
    body: Body,
    *,
    on: date,
    known_at: datetime | int | None,
    about: Mapping[str, Any],
    **asked: Any,
) -> Sheet:
    """The officers' list as of a day, whatever has become of the items."""
    said = {
        "judul": f"Register informasi yang dikecualikan {body.name}",
        "badan_publik": body.name,
        "kode": body.code,
        "per_tanggal": on,
        **about,
    }
    found = rows(register, on, known_at, **asked)
    records = (office_record(row, on=on, body=body) for row in found)
    return Sheet(said["judul"], OFFICE_COLUMNS, said, records)


# What is in a record


def public_record(row: Row, *, on: date, body: Body, address: Callable[[UUID], str]) -> Record:
    """A published row as it reads on a day."""
    return {"id": str(row["id"]), "alamat": address(row["id"]), **_said(row, on, body)}


def office_record(row: Row, *, on: date, body: Body) -> Record:
    """A row as officers see it in their list."""
    said = {**_said(row, on, body), "id": str(row["id"])}
    del said["keadaan"]
    said["status"] = words.STATUSES.get(row["status"], row["status"])
    said["tempat_elektronik"] = row["soft_place"] or ""
    said["tempat_kertas"] = row["hard_place"] or ""
    return {name: said[name] for name in OFFICE_COLUMNS}


def _said(row: Row, on: date, body: Body) -> Record:
    is_open = reads_as_open(row, on)
    return {
        "judul": row["title"],
        "uraian": row["summary"],
        "dokumen": row["document"],
        "bagian": row["part"],
        "kode_unit": row["unit"],
        "unit": body.units.get(row["unit"], row["unit"]),
        "penanggung_jawab": row["holder"],
        "keadaan": "terbuka" if is_open else "dikecualikan",
        "dasar": [words.ground(code) for code in row["grounds"]],
        "jangka_waktu": row["period_words"],
        "berakhir": row["ends_on"],
        "tinjau_ulang": None if row["ends_on"] or is_open else row["review_on"],
        "ditetapkan": row["determined_on"],
        "pertama_ditetapkan": row["first_determined_on"],
        "nomor_penetapan": row["decree_no"],
        "diumumkan": row["published_on"],
        "terbuka_sejak": open_since(row) if is_open else None,
        "dasar_terbuka": words.OPENED[row["opened_why"] or Opening.BY_LAW] if is_open else "",
        "ditahan": "ya" if row["held"] else "tidak",
    }


def reads_as_open(row: Row, on: date) -> bool:
    """Open by decision, or by law although the clock has not written it down yet."""
    if row["status"] == Status.OPEN:
        return True
    return bool(row["status"] == Status.EXEMPT and row["ends_on"] and row["ends_on"] < on)


def open_since(row: Row) -> date | None:
    if row["opened_on"] or not row["ends_on"]:
        return row["opened_on"]  # type: ignore[no-any-return]
    return date.fromordinal(row["ends_on"].toordinal() + 1)


def rows(register: Register, on: date, known_at: Any, **asked: Any) -> Iterator[Row]:
    """All rows as of a day, page by page; *known_at* holds the list still meanwhile."""
    after = None
    while page := register.views.list(on, known_at, after=after, limit=PAGE, **asked):
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1]["sort_key"], page[-1]["id"])


# How it is written


def as_json(sheet: Sheet, records: str = "butir") -> Iterator[str]:
    """One object; its records come one by one, so that a long list needs no room."""
    about = json.dumps(_plain(sheet.about), ensure_ascii=False, indent=1)
    yield about.removesuffix("\n}") + f',\n "{records}": ['
    between = "\n"
    for record in sheet.records:
        yield between + json.dumps(_plain(record), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def write(sheet: Sheet, file: Path, *, at: datetime, for_excel: bool = False) -> None:
    """As the name of the file says: .xlsx, .csv or .json. It is there whole, or not at all."""
    beside = file.with_name(f".{file.name}.baru")
    try:
        if file.suffix.lower() == ".xlsx":
            write_xlsx(sheet, str(beside), at=at)
        else:
            parts = (
                as_csv(sheet, for_excel=for_excel)
                if file.suffix.lower() == ".csv"
                else as_json(sheet)
            )
            with beside.open("w", encoding="utf-8", newline="") as out:
                out.writelines(parts)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def as_csv(sheet: Sheet, *, for_excel: bool = False) -> Iterator[str]:
    """RFC 4180; *for_excel* as Excel in Indonesia expects it: ``;`` and a byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if for_excel else ",")
    writer.writerow(sheet.columns)
    yield "\ufeff" if for_excel else ""
    for record in sheet.records:
        if buffer.tell() > PAGE * 32:
            yield _emptied(buffer)
        writer.writerow([harmless(_cell(record[name])) for name in sheet.columns])
    yield _emptied(buffer)


def write_xlsx(sheet: Sheet, file: BinaryIO | str, *, at: datetime) -> None:
    """A workbook whose cells are text, whatever they look like; dates are dates."""
    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties({"title": sheet.title, "created": at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bottom": 1})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        number, row = 0, SHEET_ROWS_MAX
        page: Any = None
        for record in sheet.records:
            if row >= SHEET_ROWS_MAX:
                number, row = number + 1, 0
                page = _page(book, sheet, number, bold)
            row += 1
            for column, name in enumerate(sheet.columns):
                value = _cell(record[name])
                if isinstance(value, date):
                    page.write_datetime(row, column, datetime(value.year, value.month, value.day))  # noqa: DTZ001
                else:
                    page.write_string(row, column, value[:32_767], plain)
        if not number:
            _page(book, sheet, 1, bold)
        told = book.add_worksheet("Keterangan")
        told.set_column(0, 0, 24)
        told.set_column(1, 1, 90)
        lines = [*sheet.about.items(), ("", ""), *sheet.columns.items()]
        for line, (name, said) in enumerate(lines):
            told.write_string(line, 0, name, bold if name else None)
            told.write_string(line, 1, str(_plain(said)), plain)


def _page(book: Any, sheet: Sheet, number: int, bold: Any) -> Any:
    page = book.add_worksheet("Daftar" if number == 1 else f"Daftar {number}")
    page.freeze_panes(1, 0)
    for column, name in enumerate(sheet.columns):
        long = name in ("judul", "uraian", "alamat", "jangka_waktu", "dasar")
        page.set_column(column, column, 40 if long else 18)
        page.write_string(0, column, name, bold)
    return page


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case list():
            return "; ".join(value)
    return value


def _plain(value: Any) -> Any:
    match value:
        case date() | datetime():
            return value.isoformat()
        case Mapping():
            return {name: _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
    return value


def _emptied(buffer: io.StringIO) -> str:
    found = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return found
