"""The JSON API: the acts of the pages, under a bearer token, with versions and keys.

A version is an ETag. Whoever changes something says which version he saw (`If-Match`), and may
send a request twice under one `Idempotency-Key`. Every error is a problem document.
"""

# flask-smorest has no types for its routes.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

from flask import Flask, Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import ETags

from domain import decree, item, pledge
from domain.decree import Decree
from domain.desk import DECREE_ACTS, ITEM_ACTS, PLEDGE_ACTS, SETTINGS
from domain.history import NAMESPACE
from domain.item import Item
from domain.officer import Role
from domain.pledge import Pledge
from domain.together import TOGETHER
from web import acts, asking, contract, plain, problems, scope, shapes, step_up
from web import entries as asked
from web.asking import PAGE_MAX, QUERY_MAX, SORTS, STATUSES, WITHIN_MAX
from web.contract import POSITION, Sees, acts_on, page_of, said_here, says
from web.fields import (
    IN_THESE_YEARS,
    SAID,
    YEAR_MAX,
    YEAR_MIN,
    Choice,
    Cursor,
    Day,
    Entries,
    Length,
    Number,
    Sought,
)
from web.office import READ_ONLY, Seat, seat, world
from web.once import Answer, digest
from web.problems import KEY, Problem
from web.shapes import (
    ANYTHING,
    DAY,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_NO,
    by_name,
    many,
    named,
    one_of,
    or_none,
    thing,
)
from web.tasks import BUCKETS, work
from web.together import last_of, on_items
from web.work_page import asked as work_asked

SEVERAL_UNITS = "-"
"""In an address: the body itself, where a unit is asked for."""

bp = Blueprint("api", __name__, url_prefix="/api/v1/<code>", description="Acts and questions")


class SidikApi(Api):  # type: ignore[misc]
    """flask-smorest, whose error handler would otherwise answer pages with JSON as well."""

    def handle_http_exception(self, error: Any) -> Any:
        return problems.answer(error)


# Who is asking


@bp.url_value_preprocessor
def _of_which_body(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.code = (values or {}).pop("code", "")


@bp.before_request
def _sit_down() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = None
    if scheme.lower() == "bearer" and token:
        bearer = world().accounts.bearer(token.strip(), g.at)
    if bearer is None:
        raise Problem(401, headers={"WWW-Authenticate": 'Bearer realm="SIDIK"'})
    register = world().registers.get(g.code)
    if register is None or bearer.account.body != g.code:
        raise Problem(404)
    g.seat = Seat(register, bearer.account, bearer.role, g.at)
    g.scopes = bearer.scopes
    step_up.within_scope(request.method)
    if bearer.role not in g.seat.offices:
        raise Problem(403, "Jabatan pada token ini tidak lagi Anda pegang hari ini.")
    if request.method == "POST":
        if bearer.role in READ_ONLY and not _may_set(bearer.role):
            raise acts.ReadOnly
        if request.mimetype != "application/json":
            raise Problem(415)
        try:
            given = request.get_json()
        except RecursionError:
            raise Problem(400, detail="JSON ini bersarang terlalu dalam.") from None
        if not isinstance(given, dict):
            raise Problem(422, more={"errors": [{"pointer": "", "detail": "Harus objek JSON."}]})


def _may_set(role: str) -> bool:
    """The Admin, who decides on no item, changes the settings (`web.settings_api`)."""
    return role == Role.ADMIN and said_here().about in SETTINGS


# Versions and keys


def _expected(version: int) -> int | None:
    """The version the caller says he saw; new subjects have none."""
    said, sees = request.headers.get("If-Match", ""), said_here().sees
    if not said:
        if sees is Sees.WHAT_IS or (sees is Sees.WHAT_MAY_BE and version):
            raise Problem(428, detail="Kirim If-Match dengan ETag yang Anda terima.")
        return None
    if not (met := re.fullmatch(r'"(\d{1,9})"', said.strip())):
        raise Problem(400, detail='If-Match harus satu ETag, misalnya "7".')
    return int(met[1])


def _key() -> str:
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return uuid4().hex
    if not KEY.fullmatch(said):
        raise Problem(
            400, detail="Idempotency-Key berisi 8 sampai 100 huruf, angka, titik, atau - _ :"
        )
    return said


def _done(answer: Answer, location: str = "") -> Response:
    response = jsonify(answer)
    response.status_code = said_here().status
    response.headers["ETag"] = f'"{answer["version"]}"'
    if location:
        response.headers["Location"] = location
    return response


def _versioned(version: int, shown: Mapping[str, Any]) -> Response:
    response = jsonify({**shown, "version": version})
    response.headers["ETag"] = f'"{version}"'
    response.vary.add("Authorization")
    known: ETags = request.if_none_match
    if known.contains(str(version)) or "*" in request.headers.get("If-None-Match", ""):
        response.status_code = HTTPStatus.NOT_MODIFIED
        response.set_data(b"")
    return response


def _once(subject_id: UUID, key: str, act: Any) -> Answer:
    body = request.get_json()
    asked_for = digest("api", request.method, request.path, seat().role, body)
    return acts.answered_once(seat(), subject_id, key, asked_for, act)


def _offers(kind: str, subject_id: UUID, unit: str = "") -> ResponseReturnValue:
    offers = seat().desk.offers(kind, subject_id, unit=unit)
    return {
        "role": seat().role,
        "on": seat().desk.today.isoformat(),
        "acts": [
            {"act": act, "allowed": not rules, "rules": [plain.rule(rule) for rule in rules]}
            for act, rules in offers.items()
        ],
    }


# Items


LISTED = thing(
    id=ID,
    version=WHOLE,
    recorded_at=MOMENT,
    status=one_of(*STATUSES),
    title=TEXT,
    summary=TEXT,
    document=TEXT,
    part=TEXT,
    unit=TEXT,
    holder=TEXT,
    grounds=many(TEXT),
    period_words=TEXT,
    ends_on=or_none(DAY),
    review_on=or_none(DAY),
    notice_on=or_none(DAY),
    determined_on=or_none(DAY),
    decree_id=or_none(ID),
    decree_no=TEXT,
    approved=YES_NO,
    published=YES_NO,
    held=YES_NO,
    opened_on=or_none(DAY),
)
DUE = thing(id=ID, kind=TEXT, due_on=DAY)
HISTORY = thing(
    id=ID,
    history=many(
        thing(
            version=WHOLE,
            fact=TEXT,
            at=MOMENT,
            on=DAY,
            by=TEXT,
            as_role=TEXT,
            cause=TEXT,
            content={"type": "object"},
            recorded_at=or_none(MOMENT),
        )
    ),
)
A_MOMENT = IN_THESE_YEARS + (
    r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
    r"(Z|[+-](0\d|1[0-4]):[0-5]\d)?$"
)


class Listing(Entries):
    """How the list may be asked."""

    q = Sought("Kata pencarian", most=QUERY_MAX)
    status = Choice("Status", dict.fromkeys(STATUSES, ""))
    unit = Sought("Kode unit", most=QUERY_MAX)
    ground = fields.String(
        validate=[
            Length(min=1, error="Dasar harus ditulis seperti h atau h.3, menurut huruf Pasal 17.")
        ],
        metadata={"description": "Dasar, misalnya h atau h.3", "pattern": r"^[a-j](\.[1-9]\d?)?$"},
    )
    year = Number("Tahun penetapan", least=YEAR_MIN, most=YEAR_MAX)
    held = Choice("Sedang ditahan", {"ya": "", "tidak": ""})
    within = Number("Berakhir dalam sekian hari kerja", least=1, most=WITHIN_MAX)
    sort = Choice("Urutan", dict.fromkeys(SORTS, ""))
    as_of = Day("Menurut keberlakuan pada tanggal ini")
    known_at = fields.String(
        validate=[Length(min=1, error="Waktu harus ditulis seperti 2026-03-02T08:30.")],
        metadata={
            "description": "Sebagaimana tercatat pada waktu ini, misalnya 2026-03-02T08:30",
            "pattern": A_MOMENT,
        },
    )
    after = Cursor()
    limit = Number("Banyaknya baris", least=1, most=PAGE_MAX)


@bp.get("/items")
@bp.arguments(Listing, location="query", as_kwargs=False)
@says(page_of("items", named("Listed")), headers=("Link",))
def list_items(_: Any) -> ResponseReturnValue:
    """The list: now, as of a day, or as it was known at a time."""
    wanted = asking.question(request.args, seat().desk.body.zone)
    desk = seat().desk
    more = asking.conditions(wanted, desk.schedule, desk.today)
    rows, after = asking.answered(seat().register, wanted, units=seat().units, **more)
    response = jsonify({"items": [_row(row) for row in rows], "next": after or None})
    if after:
        args = {**request.args.to_dict(), "after": after}
        address = f"{url_for('api.list_items', code=g.code)}?{urlencode(args)}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


@bp.post("/items")
@bp.arguments(asked.Submit)
@acts_on("item", "submit", status=201, sees=Sees.NOTHING, headers=("ETag", "Location"))
def submit(given: dict[str, Any]) -> ResponseReturnValue:
    """Propose to exempt an item."""
    key = _key()
    item_id = uuid5(NAMESPACE, f"{g.code}:{seat().account.officer_id}:{key}")
    answer = _once(
        item_id,
        key,
        lambda: acts.on_item(
            seat(), "submit", item_id, given, expect=0, key=key, closed_given=_closed_given()
        ),
    )
    return _done(answer, url_for("api.one_item", code=g.code, item_id=item_id))


@bp.get("/items/<uuid:item_id>")
@says(named("Item"), is_versioned=True)
def one_item(item_id: UUID) -> ResponseReturnValue:
    """Everything known of an item; what is closed only for those who need to know."""
    _must_exist(item, item_id)
    known = seat().register.ledger.recall(item, item_id)
    may_know = seat().may_know(known.state)
    if may_know and known.state.particulars and known.state.particulars.closed:
        seat().note_reading("closed", item_id)
    shown = plain.item(known.state, with_closed=may_know)
    return _versioned(known.version, {"id": str(item_id), **shown})


@bp.get("/items/<uuid:item_id>/history")
@says(named("History"))
def item_history(item_id: UUID) -> ResponseReturnValue:
    """The history of an item, fact by fact."""
    return _history(item_id, "item.")


@bp.get("/items/<uuid:item_id>/acts")
@says(named("Offers"))
def item_acts(item_id: UUID) -> ResponseReturnValue:
    """Every decision on an item, with the rules in its way."""
    _must_exist(item, item_id)
    return _offers("item", item_id)


def _closed_given() -> bool:
    particulars = request.get_json().get("particulars")
    return isinstance(particulars, dict) and "closed" in particulars


def _must_exist(module: Any, subject_id: UUID) -> int:
    known = seat().register.ledger.recall(module, subject_id)
    if not known.version or not _sees(module, known.state):
        raise Problem(404)
    return int(known.version)


def _sees(module: Any, state: Any) -> bool:
    """Whether it is there for whoever asks; what is not is answered like what never was."""
    if module is item:
        return seat().sees(state.particulars.unit if state.particulars else "")
    return module is not decree or scope.seen_decree(seat(), state) is not None


def _history(subject_id: UUID, kind: str) -> ResponseReturnValue:
    _must_exist(item, subject_id)
    history = seat().register.ledger.history(subject_id)
    if not history or not plain.recorded(history[0])["fact"].startswith(kind):
        raise Problem(404)
    noted = {row["version"]: row for row in seat().register.views.history_of(subject_id)}
    hidden = scope.before_his_unit(seat(), history)
    return {
        "id": str(subject_id),
        "history": [
            {
                **plain.recorded(one),
                "recorded_at": plain.plain(
                    noted.get(one.originator_version, {}).get("recorded_at")
                ),
            }
            for one in history
            if one.originator_version not in hidden
        ],
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = ("sort_key", "position", "rank", "earlier", "on_our_page")
    return {name: plain.plain(value) for name, value in row.items() if name not in hidden}


def _on_item(decision: str) -> None:
    @bp.post(f"/items/<uuid:item_id>/acts/{decision}", endpoint=f"item_{decision}")
    @bp.arguments(asked.ITEM[decision])
    @acts_on("item", decision)
    def act(given: dict[str, Any], item_id: UUID) -> ResponseReturnValue:
        key = _key()

        def run() -> Answer:
            expect = _expected(_must_exist(item, item_id))
            return acts.on_item(
                seat(),
                decision,
                item_id,
                given,
                expect=expect,
                key=key,
                closed_given=_closed_given(),
            )

        return _done(_once(item_id, key, run))

    @bp.get(f"/items/<uuid:item_id>/acts/{decision}", endpoint=f"may_item_{decision}")
    @says(named("May"))
    def may(item_id: UUID) -> ResponseReturnValue:
        _must_exist(item, item_id)
        return _may("item", item_id, decision)


def _may(kind: str, subject_id: UUID, decision: str, unit: str = "") -> ResponseReturnValue:
    rules = seat().desk.obstacles(kind, subject_id, decision, unit=unit)
    return {
        "act": decision,
        "allowed": not rules,
        "rules": [plain.rule(rule) for rule in rules],
    }


for _decision in ITEM_ACTS:
    if _decision != "submit":
        _on_item(_decision)


class Together(Entries):
    """A clerical act on several items."""

    act = fields.String(required=True, validate=validate.OneOf(TOGETHER, error=SAID["invalid"]))
    items = fields.List(fields.UUID(), required=True)
    entries = fields.Dict(keys=fields.String(), load_default=dict)


@bp.post("/items/together")
@bp.arguments(Together)
@says(named("DoneTogether"), about="item", act="together", is_keyed=True)
def together(given: dict[str, Any]) -> ResponseReturnValue:
    """Record one clerical act for several items; the answer tells for each what became of it."""
    key, decision = _key(), given["act"]
    try:
        entries = asked.ITEM[decision]().load(given["entries"])
    except ValidationError as error:
        raise ValidationError({"entries": error.messages}) from None
    outcomes = on_items(seat(), decision, given["items"], entries, key=key)
    return {
        "act": decision,
        "recorded": sum(outcome.is_done for outcome in outcomes),
        "position": last_of(outcomes) or None,
        "items": [
            {
                "id": str(outcome.id),
                "recorded": outcome.is_done,
                "version": outcome.version or None,
                "position": outcome.position or None,
                "rules": [plain.rule(rule) for rule in outcome.rules],
                "detail": outcome.said,
            }
            for outcome in outcomes
        ],
    }


# Decrees


@bp.get("/decrees")
@says(thing(decrees=many(named("DecreeListed"))))
def list_decrees() -> ResponseReturnValue:
    """Drafts, then decrees, the latest first."""
    found = scope.seen_decrees(seat(), seat().register.views.decrees())
    return {"decrees": [_row(row) for row in found]}


@bp.post("/decrees")
@bp.arguments(asked.Draft)
@acts_on("decree", "draft", status=201, sees=Sees.NOTHING, headers=("ETag", "Location"))
def draft_decree(given: dict[str, Any]) -> ResponseReturnValue:
    """Put a draft list together."""
    key = _key()
    decree_id = uuid5(NAMESPACE, f"{g.code}:{seat().account.officer_id}:{key}")
    answer = _once(
        decree_id,
        key,
        lambda: acts.on_decree(seat(), "draft", decree_id, given, expect=0, key=key),
    )
    return _done(answer, url_for("api.one_decree", code=g.code, decree_id=decree_id))


@bp.get("/decrees/<uuid:decree_id>")
@says(named("Decree"), is_versioned=True)
def one_decree(decree_id: UUID) -> ResponseReturnValue:
    """A decree or draft, with its annex and lineage."""
    known = seat().register.ledger.recall(decree, decree_id)
    seen = scope.seen_decree(seat(), known.state) if known.version else None
    if seen is None:
        raise Problem(404)
    return _versioned(known.version, {"id": str(decree_id), **plain.plain(seen)})


@bp.get("/decrees/<uuid:decree_id>/acts")
@says(named("Offers"))
def decree_acts(decree_id: UUID) -> ResponseReturnValue:
    """Every decision on a decree, with the rules in its way."""
    _must_exist(decree, decree_id)
    return _offers("decree", decree_id)


def _on_decree(decision: str) -> None:
    @bp.post(f"/decrees/<uuid:decree_id>/acts/{decision}", endpoint=f"decree_{decision}")
    @bp.arguments(asked.DECREE[decision])
    @acts_on("decree", decision)
    def act(given: dict[str, Any], decree_id: UUID) -> ResponseReturnValue:
        key = _key()

        def run() -> Answer:
            expect = _expected(_must_exist(decree, decree_id))
            return acts.on_decree(seat(), decision, decree_id, given, expect=expect, key=key)

        return _done(_once(decree_id, key, run))


for _decision in DECREE_ACTS:
    if _decision != "draft":
        _on_decree(_decision)


# Pledges


@bp.get("/pledges")
@says(thing(pledges=many(named("PledgeListed"))))
def list_pledges() -> ResponseReturnValue:
    """The pledges of the body and its units."""
    found = scope.of_units(seat(), seat().register.views.pledges())
    return {"pledges": [_row(row) for row in found]}


@bp.get("/pledges/<unit>")
@says(named("Pledge"), is_versioned=True)
def one_pledge(unit: str) -> ResponseReturnValue:
    """The pledge of one unit; the body's own is at `-`."""
    known = seat().register.ledger.recall(pledge, pledge.id_of(_unit(unit)))
    if not known.version:
        raise Problem(404)
    shown = {k: v for k, v in plain.plain(known.state).items() if k not in ("done",)}
    return _versioned(known.version, shown)


@bp.get("/pledges/<unit>/acts")
@says(named("Offers"))
def pledge_acts(unit: str) -> ResponseReturnValue:
    """Every decision on a pledge, with the rules in its way."""
    return _offers("pledge", pledge.id_of(_unit(unit)), unit=_unit(unit))


def _unit(slug: str) -> str:
    unit = "" if slug == SEVERAL_UNITS else slug
    if unit and (unit not in seat().desk.body.units or not seat().sees(unit)):
        raise Problem(404)
    return unit


def _on_pledge(decision: str) -> None:
    @bp.post(f"/pledges/<unit>/acts/{decision}", endpoint=f"pledge_{decision}")
    @bp.arguments(asked.PLEDGE[decision])
    @acts_on("pledge", decision, sees=Sees.WHAT_MAY_BE)
    def act(given: dict[str, Any], unit: str) -> ResponseReturnValue:
        key, named = _key(), _unit(unit)
        pledge_id = pledge.id_of(named)

        def run() -> Answer:
            expect = _expected(seat().register.ledger.recall(pledge, pledge_id).version)
            return acts.on_pledge(seat(), decision, named, given, expect=expect, key=key)

        return _done(_once(pledge_id, key, run))


for _decision in PLEDGE_ACTS:
    _on_pledge(_decision)


# What is to be done


class Working(Entries):
    """How the worklist may be asked."""

    q = Sought("Kata pencarian", most=QUERY_MAX)
    unit = Sought("Kode unit", most=QUERY_MAX)
    tindakan = Sought("Giliran jabatan ini, misalnya item.archive", most=QUERY_MAX)
    tenggat = Choice("Tenggat", BUCKETS)
    after = Cursor()


@bp.get("/worklist")
@bp.arguments(Working, location="query", as_kwargs=False)
@says(named("Worklist"))
def worklist(_: Any) -> ResponseReturnValue:
    """What awaits the office of this token, the most pressing first."""
    wanted, faults = work_asked(seat(), request.args)
    if faults:
        errors = [{"pointer": f"/{name}", "detail": said} for name, said in faults.items()]
        raise Problem(422, more={"errors": errors})
    found = work(seat(), wanted)
    return {
        "tasks": [
            {
                "kind": task.kind,
                "id": str(task.id),
                "title": task.title,
                "number": task.number,
                "unit": task.unit,
                "status": task.status,
                "grounds": list(task.grounds),
                "act": task.decision,
                "why": task.why,
                "if_left": task.if_left,
                "since": plain.plain(task.since_at),
                "due_on": plain.plain(task.due_on),
                "ends_on": plain.plain(task.ends_on),
                "bucket": task.bucket,
                "working_days_left": task.days_left,
                "step": task.step.step if task.step else None,
                "over_service_time": task.is_over,
                "offices": list(task.offices),
                "rules": [plain.rule(rule) for rule in task.against],
            }
            for task in found.tasks
        ],
        "next": found.next or None,
        "counts": {
            count.bucket: {"number": count.number, "more": count.is_more} for count in found.counts
        },
    }


class Until(Entries):
    """Up to which day."""

    on = Day("Sampai dengan tanggal ini; hari ini bila kosong", load_default=None)


@bp.get("/due")
@bp.arguments(Until, location="query", as_kwargs=False)
@says(thing(on=DAY, due=many(named("Due"))))
def due(wanted: dict[str, Any]) -> ResponseReturnValue:
    """What the clock has to do up to a day (`on`, today where it is left out)."""
    on = wanted["on"] or seat().desk.today
    found = scope.of_items(seat(), seat().register.views.due(on))
    return {"on": on.isoformat(), "due": [_row(row) for row in found]}


# What the description of the API says beyond its routes

ITEM = shapes.some(Item, *plain.OF_THE_ITEM)
ITEM["properties"]["opinions"] = many(thing(by=TEXT))
TASK = thing(
    kind=one_of("item", "decree", "pledge"),
    id=ID,
    title=TEXT,
    number=TEXT,
    unit=TEXT,
    status=TEXT,
    grounds=many(TEXT),
    act=TEXT,
    why=TEXT,
    if_left=TEXT,
    since=MOMENT,
    due_on=or_none(DAY),
    ends_on=or_none(DAY),
    bucket=one_of(*BUCKETS),
    working_days_left=or_none(WHOLE),
    step=or_none(WHOLE),
    over_service_time=YES_NO,
    offices=many(TEXT),
    rules=many(named("Rule")),
)
BECAME = thing(
    id=ID,
    recorded=YES_NO,
    version=or_none(WHOLE),
    position=POSITION,
    rules=many(named("Rule")),
    detail=TEXT,
)
SHAPES = {
    "Listed": LISTED,
    "Item": thing({"id": ID, **ITEM["properties"]}, version=WHOLE),
    "History": HISTORY,
    "DoneTogether": thing(
        act=one_of(*TOGETHER), recorded=WHOLE, position=POSITION, items=many(BECAME)
    ),
    "Decree": thing({"id": ID, **shapes.of(Decree)["properties"]}, version=WHOLE),
    "DecreeListed": thing(
        id=ID,
        version=WHOLE,
        stage=TEXT,
        title=TEXT,
        unit=TEXT,
        items=many(ID),
        number=TEXT,
        dated=or_none(DAY),
        lines=many(thing(item=ID, title=TEXT, period=TEXT, ends_on=or_none(DAY))),
        supersedes=or_none(ID),
        superseded_by=many(ANYTHING),
    ),
    "Pledge": thing(
        {k: v for k, v in shapes.of(Pledge)["properties"].items() if k != "done"}, version=WHOLE
    ),
    "PledgeListed": thing(
        id=ID,
        version=WHOLE,
        status=TEXT,
        unit=TEXT,
        title=TEXT,
        number=TEXT,
        determined_on=or_none(DAY),
        announced_on=or_none(DAY),
        channels=WHOLE,
    ),
    "Worklist": page_of("tasks", TASK),
    "Due": DUE,
}
SHAPES["Worklist"]["properties"]["counts"] = by_name(thing(number=WHOLE, more=YES_NO))


def describe(app: Flask, spec: Any) -> None:
    contract.describe(app, spec, SHAPES)
