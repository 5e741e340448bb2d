"""A register as a whole: what lapses when, what nobody looked at, what is exempted too much.

Every figure is a count of rows, and leads to the very rows it counted.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain import item
from domain import procedure as procedures
from domain.calendar import local_date, working_days_between
from domain.procedure import StepTime
from domain.rule import cite
from web import words
from web.asking import placed, sealed, unsealed
from web.language import Words, _
from web.office import Seat, seat
from web.pages import bp
from web.problems import Problem
from web.register import Row, Rows

PAGE = 50
MEASURED_ITEMS = 60  # whose services are measured, those determined last
HELD_FOR = 20  # times as long as counting took are figures held while the register moves on
LONG_YEARS = 10
MONTHS_SHOWN = 12

NOT_PERMANENT = cite("uu-14-2008", "20", "1")

FIGURES = Words(
    {
        "endless": "Tanpa tanggal akhir",
        "unbounded": "Huruf a sampai f tanpa tanggal akhir",
        "long": "Lebih lama dari 10 tahun",
        "untouched": "Lebih dari setahun tanpa diuji atau ditinjau ulang",
        "overdue": "Tinjau ulang terlewat",
        "ends_1": "Berakhir dalam 1 bulan",
        "ends_3": "Berakhir dalam 3 bulan",
        "ends_12": "Berakhir dalam 12 bulan",
        "lapsed": "Terbuka demi hukum karena tidak diputus",
    }
)
EXPLAINED = Words(
    {
        "endless": "Jangka waktunya menunggu peristiwa atau keadaan, selama dibutuhkan, atau "
        "disebut tidak terbatas.",
        "unbounded": "Pengecualian menurut Pasal 17 huruf a sampai dengan huruf f tidak bersifat "
        "permanen (Pasal 20 ayat (1) UU Nomor 14 Tahun 2008).",
        "long": "Tanggal akhirnya lebih dari 10 tahun sesudah penetapan.",
        "untouched": "Ditetapkan lebih dari setahun lalu dan sejak itu tidak pernah diuji atau "
        "ditinjau ulang.",
        "overdue": "Tanggal tinjau ulangnya sudah lewat dan belum ada keputusan.",
        "ends_1": "Hari terakhir pengecualian jatuh dalam 1 bulan sejak hari ini.",
        "ends_3": "Hari terakhir pengecualian jatuh dalam 3 bulan sejak hari ini.",
        "ends_12": "Hari terakhir pengecualian jatuh dalam 12 bulan sejak hari ini.",
        "lapsed": "Jangka waktunya berakhir sebelum ada yang memutus, sehingga terbuka dengan "
        "sendirinya (Pasal 11 ayat (3) PP Nomor 61 Tahun 2010).",
    }
)


@dataclass(frozen=True)
class StepFigures:
    """How long one step of an SOP took over the items measured."""

    no: int
    activity: str
    standard: procedures.ServiceTime
    typical: StepTime  # the one in the middle
    measured: int
    over: int


@dataclass(frozen=True)
class Paper:
    """An SOP, and how its steps are kept."""

    name: str
    steps: tuple[StepFigures, ...]
    items: int


@dataclass(frozen=True)
class Overview:
    """All figures, of the whole body or of some units."""

    units: Rows
    total: Mapping[str, int]
    months: Rows
    years: Rows
    huruf: Mapping[str, int]
    one_ground: tuple[str, ...]  # units that rest everything on one huruf
    age_months: int | None
    lapses: Rows
    load: Mapping[str, Row]
    papers: tuple[Paper, ...]
    position: int


@dataclass
class Held:
    """Figures as they were counted."""

    overview: Overview
    at: datetime
    seconds: float
    on: date = field(default=date.min)

    def still_good(self, position: int, at: datetime, on: date) -> bool:
        if self.on != on:
            return False
        if self.overview.position == position:
            return True
        return at - self.at < timedelta(seconds=self.seconds * HELD_FOR)


@bp.get("/ikhtisar", endpoint="overview")
def page() -> ResponseReturnValue:
    """The register as a whole, or one unit of it."""
    here, unit = seat(), request.args.get("unit", "")
    if unit and (unit not in here.desk.body.units or not here.sees(unit)):
        raise Problem(404)
    found = overview(here, unit)
    names = here.desk.body.units
    return render_template(
        "overview.html",
        found=found,
        unit=unit,
        units={u: n for u, n in names.items() if here.sees(u)},
        figures=FIGURES,
        explained=EXPLAINED,
        permanent=NOT_PERMANENT,
        months=[_month(here, row, unit) for row in _every_month(here, found.months)],
        years=_years(found.years, unit),
        grounds=_grounds(here, found.huruf, unit),
        lapses=[
            {"label": f"{row['month']:%m/%y}", "said": _name(row["month"]), "value": row["items"]}
            for row in found.lapses[-MONTHS_SHOWN:]
        ],
        age=_age(found.age_months),
        measured=MEASURED_ITEMS,
    )


@bp.get("/ikhtisar/<figure>", endpoint="overview_items")
def items(figure: str) -> ResponseReturnValue:
    """The items that a figure counts."""
    here, unit = seat(), request.args.get("unit", "")
    if figure not in FIGURES or (unit and not here.sees(unit)):
        raise Problem(404)
    days, month = _days(here), request.args.get("bulan", "")
    if month:
        days = _within(days, month)
    rows = here.register.views.counted_items(
        figure,
        days,
        unit=unit,
        units=here.units,
        after=_place(request.args.get("after", "")),
        limit=PAGE + 1,
    )
    shown = rows[:PAGE]
    more = sealed(shown[-1]["listed_by"], shown[-1]["id"]) if rows[PAGE:] else ""
    kept: dict[str, Any] = {
        name: value for name, value in (("unit", unit), ("bulan", month)) if value
    }
    return render_template(
        "overview_items.html",
        figure=figure,
        title=FIGURES[figure],
        explained=EXPLAINED[figure],
        rows=shown,
        unit=unit,
        month=_name(days["on"].replace(day=1)) if month else "",
        first_page=url_for("pages.overview_items", figure=figure, **kept)
        if request.args.get("after")
        else "",
        next_page=url_for("pages.overview_items", figure=figure, **kept, after=more)
        if more
        else "",
    )


# Counting


def overview(here: Seat, unit: str = "") -> Overview:
    """All figures; while the register moves on, those counted a little earlier."""
    held: dict[Any, Held] = current_app.extensions.setdefault("sidik-overview", {})
    scope = (unit,) if unit else here.units
    key, position = (here.register.code, scope), here.register.views.position()
    known = held.get(key)
    if known is None or not known.still_good(position, here.at, here.desk.today):
        start = time.perf_counter()
        counted = replace(_counted(here, scope), position=position)
        seconds = time.perf_counter() - start
        known = held[key] = Held(counted, here.at, seconds, here.desk.today)
    return known.overview


def _counted(here: Seat, scope: Sequence[str] | None) -> Overview:
    views, days = here.register.views, _days(here)
    units = views.outlook("units", days, units=scope)
    total: Counter[str] = Counter()
    for row in units:
        total.update({name: count for name, count in row.items() if name != "unit"})
    years: Counter[int] = Counter()
    for row in views.tally(units=scope):
        if row["status"] == item.Status.EXEMPT.value and row["year"]:
            years[row["year"]] += row["items"]
    huruf: Counter[str] = Counter()
    grounds_of: dict[str, set[str]] = defaultdict(set)
    for row in views.outlook("grounds", days, units=scope):
        grounds_of[row["unit"]].add(row["huruf"])
        for letter in row["huruf"]:
            huruf[letter] += row["items"]
    several = {row["unit"] for row in units if row["items"] > 1}
    return Overview(
        units=sorted(units, key=lambda row: (-row["items"], row["unit"])),
        total=total,
        months=views.outlook("months", days, units=scope),
        years=[{"year": year, "items": years[year]} for year in sorted(years)],
        huruf=dict(sorted(huruf.items())),
        one_ground=tuple(
            sorted(
                unit
                for unit, found in grounds_of.items()
                if unit in several and len(found) == 1 and len(next(iter(found))) == 1
            )
        ),
        age_months=_median_age(views.outlook("ages", days, units=scope), here.desk.today),
        lapses=views.outlook("lapses", days, units=scope),
        load={row["unit"]: row for row in views.workload(here.desk.today, units=scope)},
        papers=tuple(_papers(here, scope)),
        position=0,
    )


def _days(here: Seat) -> dict[str, date]:
    today = here.desk.today
    return {
        "on": today,
        "month": _months_after(today, 1),
        "quarter": _months_after(today, 3),
        "year": _months_after(today, 12),
        "year_ago": _months_after(today, -12),
    }


def _months_after(day: date, months: int) -> date:
    """The same day of another month, or its last."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return min(first + timedelta(days=day.day - 1), _last_of(first))


def _last_of(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _median_age(ages: Rows, today: date) -> int | None:
    """Of all items, how many months ago the one in the middle was first determined."""
    half, passed = sum(row["items"] for row in ages) / 2, 0
    for row in ages:
        passed += row["items"]
        if passed >= half:
            since: date = row["since"]
            return (today.year - since.year) * 12 + today.month - since.month
    return None


def _papers(here: Seat, scope: Sequence[str] | None) -> Iterator[Paper]:
    """How the steps of each SOP were kept for the items determined last."""
    desk, ledger = here.desk, here.register.ledger
    latest = here.register.views.latest_determined(units=scope, limit=MEASURED_ITEMS)
    steps: dict[str, dict[int, list[StepTime]]] = {}
    counted: Counter[str] = Counter()
    names: dict[str, str] = {}
    for row in latest:
        own, _statutory = desk.sop("item", row["unit"])
        history = ledger.history(row["id"]) if own else []
        if own is None or not history:
            continue
        counted[own.key] += 1
        names[own.key] = f"{own.name} {own.number}".strip()
        for step in procedures.measure(
            own,
            history,
            local_date=partial(local_date, zone=desk.body.zone),
            working_days_between=partial(working_days_between, desk.schedule),
        ):
            if step.finished and step.elapsed is not None:
                steps.setdefault(own.key, {}).setdefault(step.step, []).append(step)
    for key, by_step in steps.items():
        yield Paper(names[key], tuple(_figures(by_step)), counted[key])


def _figures(by_step: Mapping[int, list[StepTime]]) -> Iterator[StepFigures]:
    for number in sorted(by_step):
        found = sorted(by_step[number], key=lambda step: step.elapsed or timedelta())
        middle = found[int(median(range(len(found))))]
        yield StepFigures(
            no=number,
            activity=middle.activity,
            standard=middle.standard,
            typical=middle,
            measured=len(found),
            over=sum(step.within is False for step in found),
        )


# Showing


def _every_month(here: Seat, months: Rows) -> Iterator[Row]:
    """Also those in which nothing ends."""
    found = {row["month"]: row["items"] for row in months}
    first = here.desk.today.replace(day=1)
    for number in range(MONTHS_SHOWN + 1):
        month = _months_after(first, number)
        yield {"month": month, "items": found.get(month, 0)}


def _month(here: Seat, row: Row, unit: str) -> dict[str, Any]:
    month = row["month"]
    soon = (month.year - here.desk.today.year) * 12 + month.month - here.desk.today.month
    asked: dict[str, Any] = {"unit": unit} if unit else {}
    return {
        "label": f"{month:%m/%y}",
        "said": _name(month),
        "value": row["items"],
        "kind": "care" if soon < 2 else "act",
        "href": url_for("pages.overview_items", figure="ends_12", bulan=f"{month:%Y-%m}", **asked)
        if row["items"]
        else "",
    }


def _name(month: date) -> str:
    """Maret 2026"""
    return words.day(month).partition(" ")[2]


def _years(years: Rows, unit: str) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"unit": unit} if unit else {}
    return [
        {
            "label": str(row["year"]),
            "value": row["items"],
            "href": url_for("pages.listing", status="exempt", year=row["year"], **asked),
        }
        for row in years
    ]


def _grounds(here: Seat, huruf: Mapping[str, int], unit: str) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"unit": unit} if unit else {}
    categories = here.desk.categories
    return [
        {
            "label": words.ground(letter),
            "said": f"{words.ground(letter)}: {categories[letter].title}"
            if letter in categories
            else words.ground(letter),
            "value": number,
            "href": url_for("pages.listing", status="exempt", ground=letter, **asked),
        }
        for letter, number in huruf.items()
    ]


def _age(months: int | None) -> str:
    if months is None:
        return words.MISSING
    years, rest = divmod(months, 12)
    if not years:
        return _("%(n)s bulan", n=rest)
    if not rest:
        return _("%(n)s tahun", n=years)
    return _("%(years)s tahun %(months)s bulan", years=years, months=rest)


def _within(days: dict[str, date], month: str) -> dict[str, date]:
    """Only what ends in one month, written like 2027-01."""
    try:
        first = date.fromisoformat(f"{month}-01") if len(month) == 7 else None
    except ValueError:
        first = None
    if first is None or not 1 < first.year < 9998:
        raise Problem(404)
    return {**days, "on": max(first, days["on"]), "year": _last_of(first)}


def _place(after: str) -> tuple[date, UUID] | None:
    if not after:
        return None
    try:
        match unsealed(after):
            case [str(day), str(item_id)]:
                return placed(day, date.fromisoformat), placed(item_id, UUID)
    except ValueError:
        pass
    raise Problem(404)
