"""What anybody may read: the published list and its items. No session is looked at.

Unless an entry was published on SIDIK's own public page, or the item was opened, it is not
here: neither in the list nor under its address. This module holds the door of all public pages
(whose page, as of which fact), the list and the item; `public_changes` has what changed,
`public_data` the list as data and for other sites, `public_papers` pledges and SOPs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.http import http_date

from domain import body, law
from domain.calendar import local_date, midnight
from domain.item import Status
from web import asking, problems
from web.asking import Question
from web.language import ASKED, DEFAULT, _, language
from web.office import world
from web.open_data import open_since, reads_as_open
from web.problems import Problem
from web.public_history import PublicItem, Told, is_open, opened_on, public
from web.register import Register, Row, Rows

bp = Blueprint("public", __name__, url_prefix="/publik/<code>")

PAGE = 30
AS_SHOWN_THEN = "saat-itu"
FRESH_SECONDS = 60
PAST_SECONDS = 3_600  # what was known then does not change, only how it looks

ALSO_FOLLOWS: dict[str, Callable[[Register], object]] = {}
"""By endpoint: on what more than the facts a page depends, and so its mark."""


# The door


@bp.url_value_preprocessor
def _of_which_body(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.code = (values or {}).pop("code", "")


@bp.url_defaults
def _same_body_and_language(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("code", g.get("code", ""))
    if language() != DEFAULT:
        values.setdefault(ASKED, language())


@bp.before_request
def _enter() -> Response | None:
    """Find the register; who has this very state already need not be told again."""
    register = world().registers.get(g.code)
    if register is None:
        raise Problem(404)
    g.register = register
    g.body = register.ledger.recall(body, body.ID).state
    g.today = local_date(g.at, g.body.zone)
    latest = register.views.trail(limit=1)
    g.position = latest[0]["position"] if latest else 0
    g.changed_at = max([midnight(g.today, g.body.zone), *(one["recorded_at"] for one in latest)])
    more = ALSO_FOLLOWS[str(request.endpoint)](register) if _follows_more() else ""
    g.state = _mark(f"{release()}-{g.position}-{g.today:%Y%m%d}{more}")
    return Response(status=304) if _is_known() else None


def _follows_more() -> bool:
    return request.endpoint in ALSO_FOLLOWS


def _mark(state: str) -> str:
    """The mark of a state, which does not tell how many facts there are that are not public."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, state.encode(), hashlib.sha256).hexdigest()[:20]


def _is_known() -> bool:
    if request.if_none_match:
        return request.if_none_match.contains_weak(g.state)
    seen = None if _follows_more() else request.if_modified_since
    return seen is not None and g.changed_at.replace(microsecond=0) <= seen


@bp.after_request
def _may_be_kept(response: Response) -> Response:
    """By any cache, for a moment; after that the state is asked for again by its mark."""
    if response.status_code in (200, 304) and "state" in g:
        fresh = PAST_SECONDS if g.get("is_settled") else FRESH_SECONDS
        response.set_etag(g.state, weak=True)
        if not _follows_more():
            response.headers["Last-Modified"] = http_date(g.changed_at)
        response.headers["Cache-Control"] = f"public, max-age={fresh}"
    return response


@bp.errorhandler(Problem)
def _missing(problem: Problem) -> ResponseReturnValue:
    """What is not here is answered in one way, whether or not there is such a thing."""
    if problem.status != 404 or "register" not in g:
        return problems.answer(problem)
    return render_template("public_missing.html"), 404


@lru_cache
def release() -> str:
    """By which pages written by another version of the program are told apart."""
    said = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*")):
        if file.suffix in {".py", ".html", ".css", ".po", ".xml"}:
            said.update(file.read_bytes())
    return said.hexdigest()[:12]


# What is asked


@dataclass(frozen=True)
class Wanted:
    """What is asked of the public list, and the address that asks it."""

    asked: Question
    on: date | None = None  # a past day
    as_shown_then: bool = False  # not as it is known today, but as this page showed it that day

    @property
    def is_past(self) -> bool:
        return self.on is not None

    @property
    def is_filtered(self) -> bool:
        asked = self.asked
        return bool(asked.query or asked.ground or asked.unit or asked.status or asked.year)

    @property
    def args(self) -> dict[str, Any]:
        """For `url_for`; the same list on another day or in another form is one change away."""
        asked = self.asked
        said = {
            "q": asked.query,
            "huruf": asked.ground,
            "unit": asked.unit,
            "status": asked.status,
            "tahun": asked.year,
            "tanggal": self.on,
            "catatan": AS_SHOWN_THEN if self.as_shown_then else "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def conditions(self) -> dict[str, Any]:
        """In the words of `Views.list`."""
        asked = self.asked
        return {
            "published": True,
            "status": asked.status or None,
            "unit": asked.unit or None,
            "grounds": [asked.ground] if asked.ground else (),
            "year": asked.year,
            "query": asked.query or None,
        }


NAMES = {"q": "q", "huruf": "ground", "unit": "unit", "tahun": "year", "after": "after"}
"""Names in a public address, and what `asking` calls them."""


def wanted() -> Wanted:
    """Read the address; every part that cannot be read is named at once."""
    args = {ours: request.args[theirs] for theirs, ours in NAMES.items() if theirs in request.args}
    if request.args.get("status") in (Status.EXEMPT, Status.OPEN):
        args["status"] = request.args["status"]
    faults: dict[str, Any] = {}
    asked, on = Question(), None
    try:
        asked = asking.question(args, g.body.zone)
    except ValidationError as error:
        theirs = {ours: theirs for theirs, ours in NAMES.items()}
        faults = {theirs.get(name, name): said for name, said in _messages(error).items()}
    try:
        on = past_day("tanggal")
    except ValueError as error:
        faults["tanggal"] = [str(error)]
    if faults:
        raise ValidationError(faults)
    then = on is not None and request.args.get("catatan") == AS_SHOWN_THEN
    return Wanted(asked, on, then)


def _messages(error: ValidationError) -> dict[str, Any]:
    return error.messages if isinstance(error.messages, dict) else {"": error.messages}


def past_day(name: str) -> date | None:
    """A day in the address that is over; today is no past day."""
    found = day_so_far(name)
    return found if found and found < g.today else None


def day_so_far(name: str) -> date | None:
    if not (written := request.args.get(name, "").strip()):
        return None
    found = asking.day(written)
    if found > g.today:
        raise ValueError(_("Tanggal itu belum tiba."))
    return found


def moment(on: date | None, as_shown_then: bool) -> tuple[date, datetime | None]:
    """A day, and the time up to which what was recorded counts."""
    day = on or g.today
    is_then = as_shown_then and on is not None
    return day, midnight(day + timedelta(days=1), g.body.zone) if is_then else None


# The list


@bp.get("/")
def listing() -> ResponseReturnValue:
    """The list as it was published and what has been opened: today, or as of a past day."""
    faults: dict[str, Any] = {}
    asked = Wanted(Question())
    try:
        asked = wanted()
    except ValidationError as error:
        faults = _messages(error)
    g.is_settled = asked.as_shown_then
    tally = Tally(g.register.views.tally(published=True))
    rows, after = ([], "") if faults else _found(g.register, asked)
    page = render_template(
        "public_list.html",
        rows=rows,
        wanted=asked,
        asked=asked.asked,
        after=after,
        faults=faults,
        typed=request.args,
        day=asked.on or g.today,
        tally=tally,
        found=None if faults else _how_many(g.register, asked, tally),
        categories=_categories(),
        reads_as_open=reads_as_open,
        open_since=open_since,
        recorded_later=_recorded_later,
    )
    return page, 422 if faults else 200


def _found(register: Register, asked: Wanted) -> tuple[Rows, str]:
    """A page of published entries, and the cursor of the next."""
    on, known_at = moment(asked.on, asked.as_shown_then) if asked.on else (None, None)
    rows = register.views.list(
        on, known_at, after=asked.asked.after, limit=PAGE + 1, **asked.conditions
    )
    shown = rows[:PAGE]
    return shown, asking.cursor(shown[-1]) if rows[PAGE:] else ""


class Tally:
    """How many published entries there are of each kind."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.status, self.unit, self.huruf = Counter[str](), Counter[str](), Counter[str]()
        self.year = Counter[int]()
        for row in rows:
            self.status[row["status"]] += row["items"]
            self.unit[row["unit"]] += row["items"]
            self.year[row["year"]] += row["items"]
            for huruf in row["huruf"]:
                self.huruf[huruf] += row["items"]

    @property
    def years(self) -> list[int]:
        return sorted((year for year in self.year if year), reverse=True)

    def of(self, asked: Question) -> int:
        return sum(
            row["items"]
            for row in self.rows
            if asked.status in ("", row["status"])
            and asked.unit in ("", row["unit"])
            and asked.year in (None, row["year"])
            and asked.ground in ("", *row["huruf"])
        )


def _how_many(register: Register, asked: Wanted, tally: Tally) -> int | None:
    """How many there are; None where counting would take longer than reading."""
    if asked.is_past:
        return None
    if asked.asked.query or "." in asked.asked.ground:
        return register.views.some(**asked.conditions)
    return tally.of(asked.asked)


def _categories() -> Mapping[str, Any]:
    return g.register.ledger.recall(law, law.ID).state.categories(g.today)  # type: ignore[no-any-return]


def _recorded_later(row: Row, day: date) -> date | None:
    """When a state was entered that is said to have been so on an earlier day."""
    recorded = local_date(row["recorded_at"], g.body.zone)
    return recorded if recorded > day else None


# One item


@bp.get("/butir/<uuid:item_id>")
def one(item_id: UUID) -> ResponseReturnValue:
    """Under this address for ever: closed, opened and afterwards."""
    shown = public(g.register.ledger.history(item_id))
    if not shown.is_public:
        raise Problem(404)
    return render_template(
        "public_item.html",
        id=item_id,
        item=shown.item,
        shown=shown,
        is_open=is_open(shown.item, g.today),
        opened_on=opened_on(shown.item),
        recorded_later={one.id: _entered_later(one) for one in shown.history},
        categories=_categories(),
        linked=_linked(item_id, shown),
    )


def _entered_later(one: Told) -> date | None:
    """When it was entered, where that was after the day on which it took effect."""
    entered = local_date(one.at, g.body.zone)
    return entered if entered > one.on else None


def _linked(item_id: UUID, shown: PublicItem) -> dict[str, Any]:
    """The same for machines, in the words of schema.org."""
    about, until = shown.item.particulars, shown.item.ends_on
    published = next((one.on for one in shown.history if one.kind != "determined"), None)
    opens = opened_on(shown.item)
    said = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "@id": url_for("public.one", item_id=item_id, _external=True, bahasa=None),
        "identifier": str(item_id),
        "name": about.title if about else "",
        "description": about.summary if about else "",
        "inLanguage": "id",
        "publisher": {"@type": "GovernmentOrganization", "name": g.body.name},
        "creativeWorkStatus": "terbuka" if is_open(shown.item, g.today) else "dikecualikan",
        "datePublished": published and published.isoformat(),
        "dateModified": shown.history[-1].at.isoformat() if shown.history else None,
        "conditionsOfAccess": f"Dikecualikan sampai {until.isoformat()}" if until else None,
        "temporalCoverage": f"{opens.isoformat()}/.." if opens else None,
    }
    return {name: value for name, value in said.items() if value}
