"""The register as a whole: every figure is the number of the rows it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.ground import Ground
from domain.officer import Authority, Role
from domain.period import Kind, Period, Unit
from projections import outlook
from projections.dik import ITEMS
from tests.bureau import NOW, Bureau, open_bureau
from tests.test_projections import DETERMINED, row_of
from tests.test_worklist import seated
from tests.voices import PARTICULARS, TEST
from web.overview_page import FIGURES, _months_after, overview

LONG = Period(kind=Kind.YEARS, words="20 Tahun", number=20, unit=Unit.YEARS)
SHORT = Period(kind=Kind.FIXED_UNTIL, words="sampai 20 Maret 2026", until=date(2026, 3, 20))
NEEDED = Period(kind=Kind.AS_NEEDED, words="Selama dibutuhkan")
A_YEAR = timedelta(days=360)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        for period, grounds, unit, on in (
            (LONG, (Ground(huruf="a", angka=2),), "inspektorat", date(2024, 6, 3)),
            (SHORT, (Ground(huruf="h"),), "dinkes", date(2026, 2, 2)),
            (SHORT, (Ground(huruf="h"),), "dinkes", date(2026, 2, 2)),
            (NEEDED, (Ground(huruf="a", angka=1),), "inspektorat", date(2026, 2, 2)),
            (NEEDED, (Ground(huruf="h"),), "inspektorat", date(2025, 4, 1)),
        ):
            determined(opened, period, grounds, unit, on)
        yield opened


def determined(bureau: Bureau, period: Period, grounds: Any, unit: str, on: date) -> UUID:
    """An item determined on an earlier day, for which the paper is entered now."""
    item_id, decree_id = uuid4(), uuid4()
    kinds = {"grounds": grounds}
    particulars = replace(PARTICULARS, unit=unit, title=f"Berkas {item_id.hex[:6]}", **kinds)
    review = None if period.kind is not Kind.AS_NEEDED else on + A_YEAR
    test = replace(TEST, period=period, review_on=review, **kinds)
    sri, wayan = bureau.desk("sri", "ppid-utama", on), bureau.desk("wayan", "atasan-ppid", on)
    login = "made" if unit == "inspektorat" else "budi"
    bureau.desk(login, "ppid-pembantu", on).on_item("submit", item_id, particulars=particulars)
    sri.on_item("test_consequence", item_id, test=test)
    wayan.on_item("approve", item_id)
    sri.draft_decree(decree_id, title="Konsep", items=[item_id])
    bureau.desk("sri", "ppid-utama", on).issue(decree_id, number=f"188/{decree_id.hex[:4]}")
    bureau.register.views.catch_up()
    return item_id


def listed(bureau: Bureau, figure: str, **asked: str) -> list[str]:
    """The ids on all pages of a figure."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page = bureau.browser("sri").get(f"/uji/ikhtisar/{figure}?{query}")
    assert page.status_code == 200
    return re.findall(r'href="/uji/butir/([0-9a-f-]{36})"', page.text)


def test_each_figure_counts_the_rows_it_leads_to(bureau: Bureau) -> None:
    with seated(bureau, "sri", "ppid-utama") as here:
        total = overview(here).total
    assert total["items"] == 5
    assert {figure: total[figure] for figure in FIGURES} == {
        figure: len(listed(bureau, figure)) for figure in FIGURES
    }
    assert total["endless"] == 1
    assert total["unbounded"] == 0  # huruf a ends after thirty years whatever its words say
    assert total["long"] == 2
    assert total["untouched"] == 1
    assert (total["ends_1"], total["ends_3"], total["ends_12"]) == (2, 2, 2)


def test_a_unit_is_shown_alone(bureau: Bureau) -> None:
    with seated(bureau, "sri", "ppid-utama") as here:
        dinkes = overview(here, "dinkes")
    assert dinkes.total["items"] == 2
    assert dinkes.one_ground == ("dinkes",)
    assert dinkes.huruf == {"h": 2}
    assert len(listed(bureau, "ends_3", unit="dinkes")) == 2
    assert listed(bureau, "ends_3", unit="inspektorat") == []


def test_a_month_leads_to_what_ends_in_it(bureau: Bureau) -> None:
    assert len(listed(bureau, "ends_12", bulan="2026-03")) == 2
    assert listed(bureau, "ends_12", bulan="2026-04") == []


def test_the_page_says_what_it_shows(bureau: Bureau) -> None:
    page = bureau.browser("sri").get("/uji/ikhtisar").text

    assert "5 butir dikecualikan" in page
    assert "Pasal 20 ayat (1)" in page
    assert "<svg" in page
    assert "Sebagai tabel" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "asked",
    [
        "ikhtisar?unit=tidak-ada",
        "ikhtisar/tidak-ada",
        "ikhtisar/ends_12?bulan=2026-13",
        "ikhtisar/ends_12?bulan=9999-12",
        "ikhtisar/ends_12?bulan=kemarin",
        "ikhtisar/long?after=bukan",
        "ikhtisar/long?after=W10",
    ],
)
def test_what_is_not_there_is_not_found(bureau: Bureau, asked: str) -> None:
    assert bureau.browser("sri").get(f"/uji/{asked}").status_code == 404


def test_a_register_of_nothing_has_a_page_too(bureau: Bureau) -> None:
    luh = bureau.browser("luh")
    page = luh.get("/lain/ikhtisar")

    assert page.status_code == 200
    assert "Belum ada butir yang dikecualikan" in page.text


def test_an_auditor_of_one_unit_counts_only_that(bureau: Bureau) -> None:
    with seated(bureau, "agus", "auditor") as here:
        right = Authority(role=Role.AUDITOR, unit="dinkes", decree_no="1", since=date(2020, 1, 1))
        here.offices[Role.AUDITOR].__dict__["authorities"] = (right,)
        assert here.units == ("dinkes",)
        assert overview(here).total["items"] == 2


def test_figures_follow_the_register(bureau: Bureau) -> None:
    with seated(bureau, "sri", "ppid-utama") as here:
        before = overview(here).total["items"]
    item_id = determined(
        bureau, LONG, (Ground(huruf="a", angka=2),), "inspektorat", date(2026, 2, 2)
    )
    bureau.clock.at = NOW + timedelta(hours=1)
    with seated(bureau, "sri", "ppid-utama") as here:
        here.at = bureau.clock.at
        assert overview(here).total["items"] == before + 1
    assert str(item_id) in listed(bureau, "long")
    bureau.clock.at = NOW


def test_the_figures_are_what_the_ledger_says(bureau: Bureau) -> None:
    assert bureau.register.views.compare(["outlook"]) == []


def test_only_what_was_determined_is_counted() -> None:
    assert list(outlook.of_item(row_of(ITEMS))) == []
    [counted] = outlook.of_item(row_of(ITEMS, DETERMINED))
    assert dict(zip(outlook.OUTLOOK.columns, counted, strict=True))["lapsed"] is False


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_as_people_do(day: date, months: int, after: date) -> None:
    assert _months_after(day, months) == after
