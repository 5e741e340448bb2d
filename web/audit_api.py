"""The trail and the readings over the API, with the filters and within the bounds of the pages."""

# flask-smorest has no types for its routes.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields

from web import asking, trail
from web.api import bp
from web.audit_pages import DETAIL_MAX, OVERSEERS, WHAT
from web.fields import FORBIDDEN, Entries
from web.office import seat
from web.pages import Names
from web.plain import plain


class Trail(Entries):
    """How the trail may be asked."""

    by = fields.String(metadata={"description": "Pengenal pelaku"})
    role = fields.String(metadata={"description": "Jabatan pelaku"})
    kind = fields.String(metadata={"description": "item, decree, pledge, officer, body, ..."})
    fact = fields.String(metadata={"description": "Jenis catatan, misalnya item.determined"})
    unit = fields.String(metadata={"description": "Kode unit"})
    flag = fields.String(metadata={"description": ", ".join(trail.FLAGS)})
    recorded_from = fields.String(metadata={"description": "Dicatat mulai tanggal ini"})
    recorded_to = fields.String(metadata={"description": "Dicatat sampai tanggal ini"})
    effective_from = fields.String(metadata={"description": "Berlaku mulai tanggal ini"})
    effective_to = fields.String(metadata={"description": "Berlaku sampai tanggal ini"})
    subject = fields.String(metadata={"description": "Pengenal butir, penetapan, ..."})
    sop = fields.String(metadata={"description": "Kunci SOP"})
    cause = fields.String(metadata={"description": "Nomor permintaan"})
    before = fields.String(metadata={"description": "Nomor catatan dari jawaban sebelumnya"})
    limit = fields.String(metadata={"description": "1 sampai 200"})


class Reading(Entries):
    """How the readings may be asked."""

    by = fields.String(metadata={"description": "Pengenal pembaca"})
    what = fields.String(metadata={"description": ", ".join(WHAT)})
    before = fields.String(metadata={"description": "Nomor dari jawaban sebelumnya"})
    limit = fields.String(metadata={"description": "1 sampai 200"})


@bp.get("/trail")
@bp.arguments(Trail, location="query", as_kwargs=False)
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
def list_readings(_: Any) -> ResponseReturnValue:
    """Who was shown what; one's own, unless one oversees it."""
    here = seat()
    by, what = request.args.get("by", "").strip(), request.args.get("what", "").strip()
    faults: dict[str, list[str]] = {}
    if len(by) > trail.WORDS_MAX or FORBIDDEN.search(by):
        faults["by"] = ["Pengenal ini tidak dapat dibaca."]
    if what and what not in WHAT:
        faults["what"] = ["Harus salah satu dari: " + ", ".join(WHAT) + "."]
    before, limit = _page(faults)
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
