"""Lists as data: what is written is read back, nothing becomes a formula, filters are kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from adapters.commands.lists import ENDINGS
from adapters.terminal import run
from sidik import cli
from tests.browsing import Sit
from tests.bureau import MARKER, NOW, Bureau, open_bureau
from web import open_data, public_data
from web.open_data import OFFICE_COLUMNS, PUBLIC_COLUMNS, Sheet

AT = datetime(2026, 3, 2, tzinfo=UTC)
FORMULA = "=HYPERLINK(0)"


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def items(bureau: Bureau) -> list[UUID]:
    found = [bureau.item("upload", title=title, secret=True) for title in (FORMULA, "Biasa; saja")]
    return [*found, bureau.item("open", title="Terbuka"), bureau.item("test", title="Diuji")]


def sheet_of(*records: dict[str, Any]) -> Sheet:
    return Sheet("Uji", {"a": "satu", "b": "dua"}, {"judul": "Uji", "tanggal": AT.date()}, records)


# How it is written


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_is_whole_however_many_records_there_are(number: int) -> None:
    written = "".join(open_data.as_json(sheet_of(*[{"a": n, "b": None} for n in range(number)])))

    found = json.loads(written)
    assert found["tanggal"] == "2026-03-02"
    assert [one["a"] for one in found["butir"]] == list(range(number))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_csv_is_taken_for_a_formula(begin: str) -> None:
    for for_excel in (False, True):
        record = {"a": f"{begin}1+1", "b": ["x", "y"]}
        parts = open_data.as_csv(sheet_of(record), for_excel=for_excel)
        text = "".join(parts).removeprefix("\ufeff")
        _, (a, b) = csv.reader(io.StringIO(text, newline=""), delimiter=";" if for_excel else ",")

        assert a == f"'{begin}1+1"
        assert b == "x; y"


def test_a_csv_comes_in_pieces_and_loses_nothing() -> None:
    records = [{"a": str(n), "b": 'kata "dalam" kutip, dan koma\nbaris'} for n in range(5_000)]
    parts = list(open_data.as_csv(sheet_of(*records)))
    read = list(csv.reader(io.StringIO("".join(parts), newline="")))

    assert len(parts) > 3
    assert read[1:] == [[one["a"], one["b"]] for one in records]


def test_a_workbook_holds_text_as_text_and_days_as_days(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    record = {"a": FORMULA, "b": date(2027, 3, 2)}
    open_data.write(sheet_of(record, {"a": "00123", "b": None}), file, at=AT)
    book = CalamineWorkbook.from_path(str(file))

    assert book.sheet_names == ["Daftar", "Keterangan"]
    rows = book.get_sheet_by_name("Daftar").to_python()
    assert rows == [["a", "b"], [FORMULA, date(2027, 3, 2)], ["00123", ""]]
    told = [row[:2] for row in book.get_sheet_by_name("Keterangan").to_python()]
    assert ["a", "satu"] in told
    assert ["tanggal", "2026-03-02"] in told


def test_a_long_list_goes_on_on_another_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "SHEET_ROWS_MAX", 2)
    file = tmp_path / "x.xlsx"
    open_data.write(sheet_of(*[{"a": str(n), "b": ""} for n in range(5)]), file, at=AT)
    book = CalamineWorkbook.from_path(str(file))
    names = [name for name in book.sheet_names if name != "Keterangan"]

    assert [len(book.get_sheet_by_name(name).to_python()) for name in names] == [3, 3, 2]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield {"a": "1", "b": ""}
        raise ValueError("tengah jalan")

    for ending in ENDINGS:
        file = tmp_path / f"x{ending}"
        file.write_text("semula")
        sheet = Sheet("Uji", {"a": "", "b": ""}, {"judul": "Uji"}, broken())
        with pytest.raises(ValueError, match="tengah jalan"):
            open_data.write(sheet, file, at=AT)
        assert file.read_text() == "semula"
        assert sorted(tmp_path.iterdir()) == [file]
        file.unlink()


# What anybody gets


def test_every_form_says_the_same(bureau: Bureau, items: list[UUID]) -> None:
    anybody = bureau.browser()
    found = json.loads(anybody.get("/publik/uji/data/daftar.json").text)["butir"]
    text = anybody.get("/publik/uji/data/daftar.csv").text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    excel = anybody.get("/publik/uji/data/daftar.csv?pemisah=titik-koma").data.decode("utf-8-sig")
    for_excel = list(csv.DictReader(io.StringIO(excel, newline=""), delimiter=";"))
    book = anybody.get("/publik/uji/data/daftar.xlsx").data
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Daftar")

    assert [one["judul"] for one in found] == [FORMULA, "Biasa; saja", "Terbuka"]
    assert list(rows[0]) == list(found[0]) == list(PUBLIC_COLUMNS)
    assert [one["id"] for one in rows] == [one["id"] for one in found]
    assert rows == for_excel
    assert rows[0]["judul"] == f"'{FORMULA}"
    assert [row[2] for row in sheet.to_python()[1:]] == [one["judul"] for one in found]
    assert text.startswith("id,alamat,")


def test_data_are_those_of_the_list_with_the_same_filters(
    bureau: Bureau, items: list[UUID]
) -> None:
    anybody = bureau.browser()

    def titles(query: str) -> list[str]:
        answer = anybody.get(f"/publik/uji/data/daftar.json?{query}")
        return [one["judul"] for one in json.loads(answer.text)["butir"]]

    assert titles("status=open") == ["Terbuka"]
    assert titles("q=biasa") == ["Biasa; saja"]
    assert titles("huruf=h") == []
    before = (NOW - timedelta(days=1)).date()
    assert titles(f"tanggal={before}") == []


def test_a_list_that_moves_while_it_is_read_stays_the_one_that_was_asked_for(
    bureau: Bureau, items: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "PAGE", 1)
    register = bureau.register
    position = register.views.trail(limit=1)[0]["position"]
    found = []
    for row in open_data.rows(register, NOW.date(), position, published=True):
        found.append(row["title"])
        bureau.item("upload", title=f"Yang datang {len(found)}")

    assert found == [FORMULA, "Biasa; saja", "Terbuka"]


def test_data_read_the_same_in_every_language(bureau: Bureau, items: list[UUID]) -> None:
    anybody = bureau.browser()

    for name in ("daftar.json", "daftar.csv", "katalog.jsonld", "perubahan.json"):
        address = f"/publik/uji/data/{name}"
        assert anybody.get(address).data == anybody.get(f"{address}?bahasa=en").data


def test_a_list_too_long_for_a_workbook_is_had_as_csv(
    bureau: Bureau, items: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_data, "XLSX_ROWS_MAX", 1)
    answer = bureau.browser().get("/publik/uji/data/daftar.xlsx")

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert "CSV" in json.loads(answer.text)["detail"]
    assert bureau.browser().get("/publik/uji/data/daftar.csv").status_code == 200


# What officers take along


def test_an_officer_takes_what_he_filtered_and_it_is_noted(
    bureau: Bureau, items: list[UUID]
) -> None:
    sri = bureau.browser("sri")
    answer = sri.get("/uji/daftar/ekspor?bentuk=csv&status=tested&after=x")
    assert answer.status_code == 422
    answer = sri.get("/uji/daftar/ekspor?bentuk=csv&status=tested")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))

    assert list(rows[0]) == list(OFFICE_COLUMNS)
    assert [(one["judul"], one["status"]) for one in rows] == [("Diuji", "Telah diuji")]
    assert MARKER not in sri.get("/uji/daftar/ekspor?bentuk=json").text
    noted = bureau.register.readings.page(by="sri", what="export")
    assert json.loads(noted[-1]["detail"]) == {"status": "tested"}


@pytest.mark.parametrize("login", ["agus", "ani", "budi"])
def test_nobody_takes_more_than_he_may_read(bureau: Bureau, items: list[UUID], login: str) -> None:
    answer = bureau.browser(login).get("/uji/daftar/ekspor?bentuk=json")

    assert answer.status_code == 200
    assert MARKER not in answer.text
    assert bureau.browser().get("/uji/daftar/ekspor").status_code == 302
    assert bureau.browser(login).get("/lain/daftar/ekspor").status_code == 404
    assert bureau.browser(login).get("/uji/daftar/ekspor?bentuk=exe").status_code == 404


@pytest.mark.browser
def test_an_officer_gets_a_file_from_the_browser(
    bureau: Bureau, items: list[UUID], sit: Sit
) -> None:
    with sit("sri") as page, page.expect_download() as taken:
        page.evaluate("location.href = '/uji/daftar/ekspor?bentuk=xlsx&status=exempt'")

    assert taken.value.suggested_filename == "daftar-uji-2026-03-02.xlsx"


# At the command line


def test_the_command_writes_what_the_page_shows(
    bureau: Bureau,
    items: list[UUID],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SIDIK_DATABASE_URL", bureau.database.uri)
    monkeypatch.setenv("SIDIK_URL", "https://sidik.example")
    public, whole = tmp_path / "publik.json", tmp_path / "semua.xlsx"

    assert run(cli, ["export", "publik", "-o", str(public), "--body", "uji"], "sidik") == 0
    assert run(cli, ["export", "register", "-o", str(whole), "--body", "uji"], "sidik") == 0
    found = json.loads(public.read_text())["butir"]
    assert {one["judul"] for one in found} >= {FORMULA, "Biasa; saja", "Terbuka"}
    assert found[0]["alamat"] == f"https://sidik.example/publik/uji/butir/{found[0]['id']}"
    assert "Diuji" not in public.read_text()
    rows = CalamineWorkbook.from_path(str(whole)).get_sheet_by_name("Daftar").to_python()
    assert "Diuji" in [row[1] for row in rows]
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publik"], "-o"),
        (["semua", "-o", "x.csv"], "tidak dikenal"),
        (["publik", "-o", "x.pdf"], "harus berakhir dengan"),
        (["publik", "-o", "tidak/ada/x.csv"], "tidak ada"),
        (["publik", "-o", "x.csv", "--as-of", "kemarin"], "bukan tanggal"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code = run(cli, ["export", *arguments], "sidik")
    told = capsys.readouterr()

    assert code != 0
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
