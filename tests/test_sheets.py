"""Spreadsheets are read as text, and a hostile one is answered with one sentence."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from adapters.sheets import Unreadable, read_sheet
from adapters.sheets.limits import BYTES_MAX, COLUMNS_MAX, ROWS_MAX
from domain.takeover.columns import Region
from tests.sheet_files import (
    MANIFEST,
    ODS_MIME,
    archive,
    cell,
    ods,
    ods_by_hand,
    xlsx,
    xlsx_by_hand,
)

ROWS = [["No", "Informasi", "Jangka Waktu"], ["1.a", "Data\npribadi", "5 tahun"], ["", "", "“é”"]]


def csv_of(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def row_of(cells: str, number: int = 1) -> str:
    return f'<sheetData><row r="{number}">{cells}</row></sheetData>'


def ods_row(cells: str, **repeated: int) -> str:
    times = f' table:number-rows-repeated="{repeated["times"]}"' if repeated else ""
    return f"<table:table-row{times}>{cells}</table:table-row>"


def test_the_three_kinds_of_file_say_the_same(tmp_path: Path) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(ROWS)

    from_csv = read_sheet(csv_of(tmp_path / "a.csv", text.getvalue().encode()))
    from_xlsx = read_sheet(xlsx(tmp_path / "a.xlsx", ROWS))
    from_ods = read_sheet(ods(tmp_path / "a.ods", ROWS))

    assert from_csv.rows == from_xlsx.rows == from_ods.rows == tuple(map(tuple, ROWS))


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("no;isi, dan lain\n1;“é”".encode(), "utf-8", ";"),
        ("no;isi, dan lain\n1;“é”".encode("utf-8-sig"), "utf-8", ";"),
        ("no;isi, dan lain\n1;“é”".encode("cp1252"), "cp1252", ";"),
        ("no\tisi, dan lain\n1\t“é”".encode("utf-16"), "utf-16", "\t"),
        ("sep=;\nno;isi, dan lain\n1;“é”".encode(), "utf-8", ";"),
    ],
)
def test_a_csv_is_read_by_its_own_encoding_and_delimiter(
    tmp_path: Path, content: bytes, encoding: str, delimiter: str
) -> None:
    table = read_sheet(csv_of(tmp_path / "a.csv", content))

    assert table.rows == (("no", "isi, dan lain"), ("1", "“é”"))
    assert (table.encoding, table.delimiter) == (encoding, delimiter)


def test_a_line_break_inside_quotes_does_not_shift_the_rows(tmp_path: Path) -> None:
    table = read_sheet(csv_of(tmp_path / "a.csv", b'no,isi\r\n1,"dua\r\nbaris"\r\n\r\n3,x\r\n\r\n'))

    assert table.rows == (("no", "isi"), ("1", "dua\nbaris"), (), ("3", "x"))


def test_characters_that_deceive_the_eye_are_left_out(tmp_path: Path) -> None:
    table = read_sheet(csv_of(tmp_path / "a.csv", "no,isi\n1,a\x07b\x1b[31mc\u202ed".encode()))

    assert table.rows[1] == ("1", "ab[31mcd")


def test_the_first_sheet_with_content_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [], more={"Isi": ROWS, "Lain": [["x"]]})

    assert (read_sheet(path).sheet, read_sheet(path).sheets) == ("Isi", ("Daftar", "Isi", "Lain"))
    assert read_sheet(path, sheet="Lain").rows == (("x",),)
    with pytest.raises(Unreadable, match=r"Lembar “Tiada” tidak ada; yang ada: Daftar, Isi, Lain"):
        read_sheet(path, sheet="Tiada")


def test_numbers_and_dates_become_text_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lembar1")
        sheet.write_row(0, 0, [5, 2.5, "00123"])
        sheet.write_datetime(0, 3, date(2027, 12, 31), book.add_format({"num_format": "dd/mm/yy"}))
        sheet.write_number(0, 4, 46387)

    assert read_sheet(path).rows == (("5", "2.5", "00123", "2027-12-31", "46387"),)


def test_merged_cells_are_known_in_both_kinds_of_workbook(tmp_path: Path) -> None:
    rows = [["a", "b"], ["", ""]]
    spanned = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
        "<text:p>a</text:p></table:table-cell>"
    )

    in_xlsx = read_sheet(xlsx(tmp_path / "a.xlsx", rows, merged=["A1:A2"]))
    in_ods = read_sheet(ods_by_hand(tmp_path / "a.ods", ods_row(spanned)))

    assert in_xlsx.merged == in_ods.merged == (Region(top=0, left=0, bottom=1, right=0),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "kosong"),
        (b" \n\n", "kosong"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.xls lama atau terkunci kata sandi"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "HTML atau XML"),
        (b"\x89PNG\r\n\x1a\n", "gambar"),
        (b"PK\x03\x04 no archive at all", "rusak"),
        (b"PK\x05\x06" + b"\0" * 18, "kosong atau rusak"),
        (b"no,isi\n1,\0", "bukan teks"),
        (b"\x81\x8d\x90,\x81", "Penyandian"),
        (b'no,isi\n1,"tidak ditutup\n2,x\n', "Baris 2 .* tanda kutip"),
        (b"no,isi\n1," + b"x" * 40_000, r"Sel B2 memuat lebih dari 32\.767 huruf"),
        (b"no,isi\n1," + b"x" * 200_000, r"32\.767 huruf"),
        (b"," * COLUMNS_MAX, "lebih dari 512 kolom"),
        (b"1,x\n" * (ROWS_MAX + 1), r"lebih dari 20\.000 baris"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_its_content(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_sheet(csv_of(tmp_path / "daftar.csv", content))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "besar.csv"
    with path.open("wb") as file:
        file.truncate(BYTES_MAX * 4)

    with pytest.raises(Unreadable, match="berukuran 100 MB; paling besar 25 MB"):
        read_sheet(path)


def test_what_is_not_there_is_said_so(tmp_path: Path) -> None:
    for path in (tmp_path / "tiada.csv", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(Unreadable):
            read_sheet(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (row_of('<c r="C7"><f>1+1</f><v>2</v></c>', 7), r"Sel Lembar1!C7 berisi rumus"),
        (row_of('<c r="B3"><v>6271012304560001</v></c>', 3), r"Lembar1!B3 .*NIK"),
        (row_of(cell("A1048576", "x"), 1_048_576), r"20\.000 baris"),
        (row_of(cell("XFD1", "x")), "512 kolom"),
        (row_of('<c r="A0"><v>1</v></c>'), "rusak"),
        ("<sheetData>" + "<a>" * 5_000 + "</a>" * 5_000 + "</sheetData>", "terlalu dalam"),
        ("<sheetData><row>", "rusak"),
        ("<sheetData/>" + " " * 120_000_000, "mengembang jauh"),
    ],
    ids=["formula", "nik", "rows", "columns", "reference", "depth", "unclosed", "bomb"],
)
def test_a_workbook_that_would_harm_or_mislead_is_refused(
    tmp_path: Path, content: str, sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_sheet(xlsx_by_hand(tmp_path / "a.xlsx", content))


def test_the_size_a_sheet_claims_does_not_matter(tmp_path: Path) -> None:
    content = '<dimension ref="A1:XFD1048576"/>' + row_of(cell("A1", "x"))

    assert read_sheet(xlsx_by_hand(tmp_path / "a.xlsx", content)).rows == (("x",),)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            ods_row("<table:table-cell/>", times=6)
            + ods_row(
                '<table:table-cell table:number-columns-repeated="2"/>'
                '<table:table-cell table:formula="of:=1+1" office:value-type="float"/>'
            ),
            r"Sel Lembar1!C7 berisi rumus",
        ),
        (
            ods_row(
                '<table:table-cell table:number-columns-repeated="999999999" '
                'office:value-type="string"><text:p>x</text:p></table:table-cell>'
            ),
            "512 kolom",
        ),
        (
            ods_row("<table:table-cell><text:p>x</text:p></table:table-cell>", times=999_999_999),
            r"20\.000 baris",
        ),
    ],
    ids=["formula", "columns", "rows"],
)
def test_an_ods_that_would_harm_or_mislead_is_refused(
    tmp_path: Path, table: str, sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_sheet(ods_by_hand(tmp_path / "a.ods", table))


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
LIES = (
    '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>'
)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "docProps/core.xml"])
def test_entities_are_refused_wherever_they_are_declared(tmp_path: Path, part: str) -> None:
    path = xlsx_by_hand(tmp_path / "a.xlsx", row_of(cell("A1", "x")), {part: ENTITIES})

    with pytest.raises(Unreadable, match="entitas"):
        read_sheet(path)


def test_a_count_that_lies_ends_the_reader_and_not_the_program(tmp_path: Path) -> None:
    path = xlsx_by_hand(
        tmp_path / "a.xlsx", row_of(cell("A1", "x")), {"xl/sharedStrings.xml": LIES}
    )

    with pytest.raises(Unreadable, match="rusak atau tidak lengkap"):
        read_sheet(path)


def test_other_archives_are_called_by_their_name(tmp_path: Path) -> None:
    word = archive(tmp_path / "a.xlsx", {"word/document.xml": "<x/>"})
    binary = archive(tmp_path / "b.xlsx", {"xl/workbook.bin": b"\0"})
    text = archive(tmp_path / "c.ods", {"mimetype": ODS_MIME + "x", "META-INF/m.xml": MANIFEST})

    for path, sentence in ((word, "Word"), (binary, r"\.xlsb"), (text, "bukan lembar kerja")):
        with pytest.raises(Unreadable, match=sentence):
            read_sheet(path)


def test_a_part_that_unpacks_to_more_than_it_admits_is_refused(tmp_path: Path) -> None:
    path = xlsx_by_hand(tmp_path / "a.xlsx", "<sheetData/>" + " " * 120_000_000)
    packed = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as whole:
        true_size = whole.getinfo("xl/worksheets/sheet1.xml").file_size
    honest, lie = true_size.to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert packed.count(honest) == 2  # in the part's own header and in the directory
    path.write_bytes(bytes(packed.replace(honest, lie)))

    with pytest.raises(Unreadable, match="rusak"):
        read_sheet(path)


def test_a_damaged_workbook_is_read_or_refused_but_never_breaks_anything(tmp_path: Path) -> None:
    chance = random.Random(17)
    whole = xlsx(tmp_path / "a.xlsx", ROWS, merged=["A2:A3"]).read_bytes()
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = csv_of(tmp_path / "b.xlsx", bytes(damaged))
        with suppress(Unreadable):
            assert len(read_sheet(path).rows) <= ROWS_MAX
