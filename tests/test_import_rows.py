"""The 34 rows of real lists that come with the program: each accounted for, each slip named."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from rich.console import Console

from adapters.ledger import PersistentLedger
from adapters.report import as_json, show, write_workbook
from adapters.takeover_files import plan_file
from domain import item
from domain.item import Status
from domain.takeover import Existing, Outcome, Plan, apply
from tests.sheet_files import REAL_LIST, ods, xlsx
from tests.spec import stamp

ON = date(2026, 3, 2)

with REAL_LIST.open(encoding="utf-8", newline="") as _file:
    RECORDS = list(csv.reader(_file))
CELLS = [record[4:10] for record in RECORDS[1:]]  # number to period, as lists print them

# fmt: off
KINDS = {
    "unlimited": [2, 3, 4, 5, 7, 9, 14, 17],
    "unstated": [6, 31, 32, 33, 34, 35],
    "until_event": [8, 10, 28, 29, 30],
    "after_event": [11, 13],
    "while_condition": [12, 16],
    "years": [15, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27],
}
"""The kind of period of every row, by its row in the file."""

DEFECTS = {
    "huruf-other-topic": [15, 16],  # huruf g "stabilitas ekonomi", huruf i "rahasia dagang"
    "information-other-topic": [29, 30, 31],  # huruf i for salaries and assessments
    "consequence-other-topic": [11, 22, 29, 30],  # a memorandum harming defence
    "instrument-replaced": [4, 5, 30, 31],  # UU 43/1999, PP 46/2011, UU 8/1981
    "year-wrong": [2, 3, 4],  # UUD 1946
    "title-mismatch": [28, 29],  # PP 61/2010 "tentang Piutang Pegawai"
    "huruf-capital": [2, 3, 4, 27],
    "several-grounds": [11, 19, 27],
    "number-not-stated": [13, 17],  # "UU Perlindungan Data Pribadi"
    "not-an-exemption": [32],  # UU 14/2008 Ps 6(3) e
    "basis-below-act": [33, 34, 35],  # Perbup, SK
    "ground-not-stated": [5, 28, 32, 33, 34, 35],
    "periods-all-alike": list(range(18, 28)),  # "1 Tahun" on every row
    "year-in-information": [18],
    "period-must-be-stated": [6, 31, 32, 33, 34, 35],
    "period-unsure": [31],
    "text-cut-off": [6, 7, 31, 35],
    "test-not-shown": [32, 33, 34, 35],
    "period-must-rest-on-legislation": [15, 16, 19, 22, 23, 24, 29],
    "top-head-must-set-the-period": [11],
    "review-date-must-be-set": [2, 3, 4, 5, 7, 9, 12, 14, 16, 17],
}
"""What is wrong with which rows. A row may have more findings; these it must have."""
# fmt: on

Writer = Callable[[Path], Path]

LETTERHEAD = [
    ["PEMERINTAH KABUPATEN CONTOH", "", "", "", "", ""],
    ["DAFTAR INFORMASI YANG DIKECUALIKAN TAHUN 2026", "", "", "", "", ""],
    [],
    ["No", "Informasi", "Dasar Hukum", "Konsekuensi/Pertimbangan", "", "Batas Waktu"],
    ["", "", "", "Dibuka", "Ditutup", ""],
    ["1", "2", "3", "4", "5", "6"],
]


@pytest.fixture(scope="module")
def real() -> Plan:
    return plan_file(REAL_LIST, on=ON)


def as_printed_xlsx(folder: Path) -> Path:
    """As a list looks on paper: letterhead, a header over two rows, numbered columns."""
    areas = ["A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5"]
    return xlsx(folder / "daftar.xlsx", [*LETTERHEAD, *CELLS], merged=areas)


def as_printed_ods(folder: Path) -> Path:
    return ods(folder / "daftar.ods", [*LETTERHEAD, *CELLS])


def as_excel_saves_csv(folder: Path) -> Path:
    text = StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(RECORDS)
    path = folder / "daftar.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path


def test_every_row_is_accounted_for_in_order(real: Plan) -> None:
    assert [row.row for row in real.rows] == list(range(2, 36))
    assert {row.outcome for row in real.rows} == {Outcome.TAKEN}
    assert [row.title for row in real.rows] == [record[5] for record in RECORDS[1:]]


def test_every_period_is_of_the_kind_its_words_say(real: Plan) -> None:
    found: dict[str, list[int]] = {}
    for row in real.rows:
        found.setdefault(row.period.kind.value, []).append(row.row)

    assert found == KINDS


def test_periods_are_kept_in_their_own_words_and_no_end_is_made_up(real: Plan) -> None:
    rows = as_json(real)["rows"]

    assert [row["period"]["original"] for row in rows] == [record[9] for record in RECORDS[1:]]
    assert {row["period"]["end"] for row in rows} == {None}


@pytest.mark.parametrize("code", DEFECTS)
def test_a_defect_is_found_in_the_rows_that_have_it_and_in_no_other(real: Plan, code: str) -> None:
    found = [row.row for row in real.rows if code in {finding.code for finding in row.findings}]

    assert found == DEFECTS[code]


def test_what_the_list_does_not_say_is_named_and_left_empty(real: Plan) -> None:
    bojonegoro = real.rows[-2]
    assert bojonegoro.fact is not None

    assert (bojonegoro.fact.particulars.document, bojonegoro.fact.particulars.unit) == ("", "")
    assert set(bojonegoro.missing) == {
        "document", "unit", "holder", "medium", "consequence_if_opened", "benefit_if_closed",
        "period", "grounds", "laws", "test-sheet", "decree", "review-date",
    }  # fmt: skip


def test_the_source_is_kept_word_for_word(real: Plan) -> None:
    for row, record in zip(real.rows, RECORDS[1:], strict=True):
        assert row.fact is not None
        kept = [words for _, words in row.fact.source.words]
        assert kept == [cell for cell in record if cell]


@pytest.mark.parametrize(
    ("write", "first"),
    [(as_printed_xlsx, 7), (as_printed_ods, 7), (as_excel_saves_csv, 2)],
)
def test_the_same_rows_say_the_same_in_any_dress(
    real: Plan, tmp_path: Path, write: Writer, first: int
) -> None:
    plan = plan_file(write(tmp_path), on=ON)

    assert [row.row for row in plan.rows] == list(range(first, first + 34))
    assert [row.period for row in plan.rows] == [row.period for row in real.rows]
    for here, there in zip(plan.rows, real.rows, strict=True):
        assert here.fact is not None
        assert there.fact is not None
        assert here.fact.citations == there.fact.citations
        assert here.fact.particulars.title == there.fact.particulars.title
        assert here.fact.consequence_if_opened == there.fact.consequence_if_opened


def test_taking_over_twice_changes_nothing(real: Plan, ledger: PersistentLedger) -> None:
    first, receipt = apply(real, ledger, stamp())
    second, again = apply(real, ledger, stamp())

    assert receipt.position == ledger.head() == 34
    assert again.position is None
    assert first.totals["taken"] == second.totals["duplicate"] == 34
    assert second.rows[0].findings[0].code == "already-taken-over"
    assert {ledger.recall(item, one.id).state.status for one in _known(first)} == {
        Status.TAKEN_OVER
    }


def test_only_what_is_new_is_taken_from_a_list_whose_rows_moved(
    ledger: PersistentLedger, tmp_path: Path
) -> None:
    older = xlsx(tmp_path / "lama.xlsx", [*LETTERHEAD, *CELLS[:20]])
    newer = xlsx(tmp_path / "baru.xlsx", [*LETTERHEAD, *reversed(CELLS)])

    apply(plan_file(older, on=ON), ledger, stamp())
    done, receipt = apply(plan_file(newer, on=ON), ledger, stamp())

    assert (done.totals["taken"], done.totals["duplicate"]) == (14, 20)
    assert len(receipt.facts) == 14
    assert ledger.head() == 34


def _known(plan: Plan) -> Sequence[Existing]:
    return [Existing(id=row.item_id, title=row.title) for row in plan.rows if row.item_id]


def test_a_row_taken_over_before_is_no_neighbour_of_itself(real: Plan) -> None:
    again = plan_file(REAL_LIST, on=ON, existing=_known(real))

    assert [row.findings for row in again.rows] == [row.findings for row in real.rows]


def test_the_report_is_json_with_the_promised_keys(real: Plan) -> None:
    report = json.loads(json.dumps(as_json(real)))

    assert report["totals"]["rows"] == len(report["rows"]) == 34
    assert {"row", "outcome", "period", "findings"} <= set(report["rows"][0])
    assert {"kind", "original", "end"} <= set(report["rows"][0]["period"])


def test_the_report_is_a_workbook_in_which_text_stays_text(real: Plan, tmp_path: Path) -> None:
    path = tmp_path / "laporan.xlsx"
    write_workbook(real, path)

    with CalamineWorkbook.from_path(path) as book:
        rows = book.get_sheet_by_name("Hasil per baris").to_python()
    assert [row[0] for row in rows[1:]] == [str(row.row) for row in real.rows]
    assert [row[3] for row in rows[1:]] == [row.title for row in real.rows]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_report_on_a_screen_names_every_row(real: Plan, *, terminal: bool) -> None:
    out = StringIO()
    show(real, Console(file=out, force_terminal=terminal, width=200))

    assert "baris 34, diambil 34" in out.getvalue()
    assert all(str(row.row) in out.getvalue() for row in real.rows)
