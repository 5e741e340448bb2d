"""The list of exempted information and its archive, as an officer looks through them.

Everything chosen stands in the address: a view is kept by keeping its link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from domain.calendar import local_date
from domain.ground import HURUF
from domain.item import Status
from projections.legal_words import understood
from web import asking, words
from web.asking import Question
from web.forms import complaints_of
from web.language import _
from web.office import Seat, seat
from web.pages import bp

SHELF_PAGE = 100
WITHIN = (30, 60, 120, 250)  # working days an officer plans ahead for
PROPOSES = frozenset({"ppid-utama", "ppid-pembantu", "ketua-ppid", "petugas-ppid"})
COUNTED_MAX = 1000
ALSO_MAX = 6


class Line(NamedTuple):
    """One item of the list as it is shown; templates take it apart by place, which is quickest."""

    id: str
    title: str
    under: str
    grounds: str
    ends: str
    hint: str
    urgency: str  # "late": it has ended; "soon": within the notice
    status: str
    held: bool


@dataclass(frozen=True)
class Choice:
    """Something that may be chosen, or was: what it is called, how many, where it leads."""

    name: str
    address: str
    count: int | None = None
    chosen: bool = False


@bp.get("/daftar")
def listing() -> ResponseReturnValue:
    """The list: now, as of a day, as it was known at a time."""
    here = seat()
    faults: Any = {}
    try:
        asked = asking.question(request.args, here.desk.body.zone)
    except ValidationError as error:
        faults, asked = complaints_of(error).errors, Question()
    shown = Shown(here, asked, request.args)
    rows, after = ([], "") if faults else shown.page()
    page = render_template(
        "list.html",
        lines=[_line(here, row, shown.day) for row in rows],
        shown=shown,
        asked=asked,
        args=request.args,
        faults=faults,
        next_page=shown.address(after=after) if after else "",
        first_page=shown.address(after="") if asked.after else "",
        proposes=here.role in PROPOSES,
    )
    return page, 422 if faults else 200


class Shown:
    """What is asked of the list, and what else might be."""

    def __init__(self, here: Seat, asked: Question, args: Mapping[str, str]) -> None:
        self.here, self.asked = here, asked
        self.views = here.register.views
        self.args = {name: value for name, value in args.items() if value and name in NAMES}
        self.wanted = asking.conditions(asked, here.desk.schedule, self.day)
        chosen: dict[str, Any] = {
            "status": asked.status or None,
            "unit": asked.unit or None,
            "year": asked.year,
            "huruf": asked.ground[:1] or None,
            "units": here.units,
        }
        self.facets: Mapping[str, Mapping[str, int]] = here.kept(
            ("facets", *chosen.values()), lambda: self.views.facets(**chosen)
        )

    @property
    def day(self) -> date:
        """The day on which the list is looked at."""
        if self.asked.as_of is None and self.asked.known_at is not None:
            return local_date(self.asked.known_at, self.here.desk.body.zone)
        return self.asked.as_of or self.here.desk.today

    def page(self) -> tuple[list[dict[str, Any]], str]:
        return asking.answered(self.here.register, self.asked, units=self.here.units, **self.wanted)

    def address(self, **choice: Any) -> str:
        """This view with another choice; any but of the page begins at the first page."""
        kept = {name: value for name, value in self.args.items() if name != "after"}
        chosen = {name: value for name, value in {**kept, **choice}.items() if value}
        return f"?{urlencode(chosen)}" if chosen else request.path

    @property
    def is_tallied(self) -> bool:
        """Whether every choice is one of which the numbers are kept."""
        asked = self.asked
        plain = not (asked.query or asked.held or asked.within or len(asked.ground) > 1)
        return plain and not asked.is_past

    @property
    def total(self) -> str:
        """How many items are shown on all pages; of what is not kept, up to a thousand."""
        if self.asked.is_past:
            return ""
        if self.is_tallied:
            counts = self.facets["status"]
            count = counts.get(self.asked.status, 0) if self.asked.status else sum(counts.values())
        else:
            units, question = self.here.units, replace(self.asked, after=None)
            count = self.here.kept(
                ("some", question, units, self.day),
                lambda: self.views.some(units=units, **self.wanted),
            )
            if count > COUNTED_MAX:
                return f"{words.number(COUNTED_MAX)}+"
        return words.number(count)

    def statuses(self) -> Iterator[Choice]:
        """Tabs: all, and each status there is."""
        counts = self.facets["status"]
        tallied = self.is_tallied
        whole = sum(counts.values()) if tallied else None
        yield Choice(_("Semua"), self.address(status=""), whole, not self.asked.status)
        for status in asking.STATUSES:
            chosen = status == self.asked.status
            count = counts.get(status, 0)
            if count or chosen or self.asked.is_past:
                name = words.STATUSES[status]
                yield Choice(name, self.address(status=status), count if tallied else None, chosen)

    @property
    def units(self) -> dict[str, str]:
        known: Mapping[str, str] = self.here.desk.body.units
        seen = self.here.units
        return {code: name for code, name in known.items() if seen is None or code in seen}

    @property
    def years(self) -> list[str]:
        there = {year for year in self.facets["year"] if year != "0"}
        return sorted(there | ({str(self.asked.year)} if self.asked.year else set()), reverse=True)

    @property
    def grounds(self) -> dict[str, str]:
        """Each huruf by its title in the law of today."""
        named = {
            huruf: f"{huruf} · {category.title}"
            for huruf, category in self.here.desk.categories.items()
        }
        there = {huruf: named.get(huruf, huruf) for huruf in HURUF}
        if len(self.asked.ground) > 1:
            there[self.asked.ground] = words.ground(self.asked.ground)
        return there

    @property
    def within(self) -> list[int]:
        return sorted({*WITHIN, *([self.asked.within] if self.asked.within else [])})

    def chosen(self) -> Iterator[Choice]:
        """What narrows the list, each with the address without it."""
        asked = self.asked
        said = {
            "q": asked.query and _("kata yang dicari"),
            "unit": asked.unit and self.units.get(asked.unit, asked.unit),
            "ground": asked.ground and words.ground(asked.ground),
            "year": asked.year and _("ditetapkan %(year)s", year=asked.year),
            "within": asked.within and _("berakhir dalam %(n)s hari kerja", n=asked.within),
            "held": asked.held and _("ditahan"),
        }
        for name, words_ in said.items():
            if words_:
                yield Choice(str(words_), self.address(**{name: ""}))

    @property
    def also(self) -> list[str]:
        """Other words that were looked for, so that nobody wonders why something is here."""
        terms = (term for group in understood(self.asked.query).terms for term in group)
        return [" ".join(way) for term in terms if not term.minus for way in term.ways[1:]][
            :ALSO_MAX
        ]


NAMES = frozenset(
    {
        "q",
        "status",
        "unit",
        "ground",
        "year",
        "held",
        "within",
        "sort",
        "as_of",
        "known_at",
        "limit",
    }
)


def _line(here: Seat, row: Mapping[str, Any], day: date) -> Line:
    unit = here.desk.body.units.get(row["unit"], row["unit"])
    ends, hint, urgency = _end(row, day)
    return Line(
        id=str(row["id"]),
        title=row["title"] or _("(tanpa judul)"),
        under=f"{unit} · {row['decree_no']}" if row["decree_no"] else unit,
        grounds=", ".join(words.ground(code) for code in row["grounds"]) or "—",
        ends=ends,
        hint=hint,
        urgency=urgency,
        status=row["status"],
        held=row["held"],
    )


def _end(row: Mapping[str, Any], today: date) -> tuple[str, str, str]:
    """Until when, what there is to say of it, and whether to hurry."""
    ends_on, review_on = row["ends_on"], row["review_on"]
    is_exempt = row["status"] == Status.EXEMPT
    if ends_on is None:
        review = _("ditinjau %(day)s", day=words.day(review_on)) if review_on else ""
        return row["period_words"] or "—", review, ""
    if is_exempt and ends_on < today:
        return words.day(ends_on), _("sudah berakhir: terbuka demi hukum"), "late"
    if is_exempt and row["notice_on"] and row["notice_on"] <= today:
        return words.day(ends_on), _("kurang dari 30 hari kerja lagi"), "soon"
    return words.day(ends_on), row["period_words"], ""


# The archive


@bp.get("/rak")
def shelf() -> ResponseReturnValue:
    """The archive in the order in which it opens."""
    here = seat()
    unit = request.args.get("unit", "")
    unit = unit if unit in here.desk.body.units else ""
    after = asking.place_on_shelf(request.args.get("after", ""))
    rows = here.register.views.shelf(
        unit=unit or None, units=here.units, after=after, limit=SHELF_PAGE + 1
    )
    lines = rows[:SHELF_PAGE]
    more = asking.shelf_cursor(lines[-1]) if rows[SHELF_PAGE:] else ""
    return render_template(
        "shelf.html",
        rows=[
            (_line(here, row, here.desk.today), row["soft_place"], row["hard_place"])
            for row in lines
        ],
        units={c: n for c, n in here.desk.body.units.items() if here.units is None or here.sees(c)},
        unit=unit,
        next_page=f"?{urlencode({'unit': unit, 'after': more})}" if more else "",
        first_page=f"?{urlencode({'unit': unit})}" if after else "",
    )
