"""The trail and the readings over the API, with the filters and within the bounds of the pages."""

# flask-smorest has no types for its routes.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from domain.officer import Role
from web import asking, trail, words
from web.api import bp
from web.audit_pages import DETAIL_MAX, OVERSEERS, WHAT
from web.contract import page_of, says
from web.fields import Choice, Day, Entries, Identifier, Number, Sought
from web.office import seat
from web.pages import Names
from web.plain import plain
from web.shapes import DAY, ID, MOMENT, TEXT, WHOLE, many, or_none, thing

POSITION_MAX = 10**trail.DIGITS_MAX - 1


class Page(Entries):
    """Which page."""

    before = Number("Nomor dari jawaban sebelumnya", least=0, most=POSITION_MAX)
    limit = Number("Banyaknya baris", least=1, most=asking.PAGE_MAX)


class Trail(Page):
    """How the trail may be asked."""

    by = Sought("Pengenal pelaku", most=trail.WORDS_MAX)
    role = Choice("Jabatan pelaku", dict.fromkeys(Role, ""))
    kind = Choice("Tentang", words.KINDS)
    fact = Choice("Jenis catatan", words.FACTS)
    unit = Sought("Kode unit", most=trail.WORDS_MAX)
    flag = Choice("Tanda", trail.FLAGS)
    recorded_from = Day("Dicatat mulai tanggal ini")
    recorded_to = Day("Dicatat sampai tanggal ini")
    effective_from = Day("Berlaku mulai tanggal ini")
    effective_to = Day("Berlaku sampai tanggal ini")
    subject = Identifier("Pengenal butir, penetapan, dan seterusnya")
    sop = Sought("Kunci SOP", most=trail.WORDS_MAX)
    cause = Sought("Nomor permintaan", most=trail.WORDS_MAX)


class Reading(Page):
    """How the readings may be asked."""

    by = Sought("Pengenal pembaca", most=trail.WORDS_MAX)
    what = Choice("Yang dibaca", WHAT)


RECORD = thing(
    position=WHOLE,
    recorded_at=MOMENT,
    at=MOMENT,
    on=DAY,
    kind=TEXT,
    fact=TEXT,
    fact_title=TEXT,
    subject=ID,
    title=TEXT,
    version=WHOLE,
    unit=TEXT,
    by=TEXT,
    by_name=TEXT,
    role=TEXT,
    principal=TEXT,
    delegation=TEXT,
    sop=TEXT,
    sop_step=or_none(WHOLE),
    flags=many(TEXT),
    content=many(TEXT),
    cause=TEXT,
)
READ = thing(
    number=WHOLE,
    at=MOMENT,
    by_id=TEXT,
    as_role=TEXT,
    what=TEXT,
    subject_id=or_none(ID),
    detail=TEXT,
)


@bp.get("/trail")
@bp.arguments(Trail, location="query", as_kwargs=False)
@says(page_of("trail", RECORD, WHOLE), headers=("Link",))
def list_trail(_: Any) -> ResponseReturnValue:
    """The audit trail, latest first; every fact with what it says, and nothing that is closed."""
    here = seat()
    found = trail.filters(request.args, here, api=True)
    before, limit = _page(found.faults)
    rows = here.register.audit.trail(
        found.asked, before=before, zone=here.desk.body.zone, limit=limit + 1
    )
    shown, names = rows[:limit], Names(here)
    _note("trail")
    told = trail.told(here, shown)
    facts = [trail.plainly(one, names, here.desk.body.zone) for one in told]
    return _paged("trail", facts, shown[-1]["position"] if rows[limit:] else None)


@bp.get("/readings")
@bp.arguments(Reading, location="query", as_kwargs=False)
@says(page_of("readings", READ, WHOLE), headers=("Link",))
def list_readings(_: Any) -> ResponseReturnValue:
    """Who was shown what; one's own, unless one oversees it."""
    here = seat()
    by, what = request.args.get("by", "").strip(), request.args.get("what", "")
    before, limit = _page({})
    own = here.account.officer_id
    rows = here.register.readings.page(
        by=(by or None) if here.role in OVERSEERS else own,
        what=what or None,
        before=before,
        limit=limit + 1,
    )
    shown = rows[:limit]
    _note("readings")
    return _paged("readings", plain(shown), shown[-1]["number"] if rows[limit:] else None)


def _page(faults: Any) -> tuple[int | None, int]:
    """Where the page begins and how long it is, once nothing is wrong with the question."""
    faults = dict(faults)
    before, limit = None, asking.PAGE
    if said := request.args.get("before", "").strip():
        try:
            before = trail.position(said)
        except ValueError as error:
            faults["before"] = [str(error)]
    if said := request.args.get("limit", "").strip():
        is_number = said.isascii() and said.isdecimal() and len(said) < 6
        if is_number and 1 <= int(said) <= asking.PAGE_MAX:
            limit = int(said)
        else:
            faults["limit"] = [f"Banyaknya baris harus antara 1 dan {asking.PAGE_MAX}."]
    if faults:
        raise ValidationError(faults)
    return before, limit


def _paged(name: str, rows: Any, following: int | None) -> Response:
    response = jsonify({name: rows, "next": following})
    if following is not None:
        args = {**request.args.to_dict(), "before": following}
        address = f"{url_for(f'api.list_{name}', code=g.code)}?{urlencode(args)}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def _note(what: str) -> None:
    detail = request.query_string.decode("ascii", "replace")[:DETAIL_MAX]
    seat().note_reading(what, None, detail)
