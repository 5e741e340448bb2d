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

from flask import Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import ETags

from domain import decree, item, pledge
from domain.desk import DECREE_ACTS, ITEM_ACTS, PLEDGE_ACTS
from domain.history import NAMESPACE
from domain.officer import Role
from domain.together import TOGETHER
from web import acts, asking, plain, problems, scope, step_up
from web import entries as asked
from web.fields import SAID, Entries
from web.office import READ_ONLY, Seat, seat, world
from web.once import Answer, digest
from web.problems import KEY, Problem
from web.tasks import BUCKETS, work
from web.together import on_items
from web.work_page import asked as work_asked

SEVERAL_UNITS = "-"
"""In an address: the body itself, where a unit is asked for."""

TEXT = {"type": "string"}
PROBLEMS = (400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429, 500, 503, 504)

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
    return role == Role.ADMIN and (request.endpoint or "").startswith("api.setting_")


# Versions and keys


def _expected(version: int) -> int | None:
    """The version the caller says he saw; new subjects have none."""
    said = request.headers.get("If-Match", "")
    if not said:
        if version:
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


def _done(answer: Answer, status: int = 200, location: str = "") -> Response:
    response = jsonify(answer)
    response.status_code = status
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


class Listing(Entries):
    """How the list may be asked."""

    q = fields.String(metadata={"description": "Kata pencarian"})
    status = fields.String(metadata={"description": ", ".join(asking.STATUSES)})
    unit = fields.String(metadata={"description": "Kode unit"})
    as_of = fields.String(metadata={"description": "Menurut keberlakuan pada tanggal ini"})
    known_at = fields.String(metadata={"description": "Sebagaimana tercatat pada waktu ini"})
    after = fields.String(metadata={"description": "Penunjuk halaman dari jawaban sebelumnya"})
    limit = fields.String(metadata={"description": "1 sampai 200"})


@bp.get("/items")
@bp.arguments(Listing, location="query", as_kwargs=False)
def list_items(_: Any) -> ResponseReturnValue:
    """The list: now, as of a day, or as it was known at a time."""
    wanted = asking.question(request.args, seat().desk.body.zone)
    rows, after = asking.answered(seat().register, wanted, units=seat().units)
    response = jsonify({"items": [_row(row) for row in rows], "next": after or None})
    if after:
        args = {**request.args.to_dict(), "after": after}
        address = f"{url_for('api.list_items', code=g.code)}?{urlencode(args)}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


@bp.post("/items")
@bp.arguments(asked.Submit)
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
    return _done(answer, 201, url_for("api.one_item", code=g.code, item_id=item_id))


@bp.get("/items/<uuid:item_id>")
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
def item_history(item_id: UUID) -> ResponseReturnValue:
    """The history of an item, fact by fact."""
    return _history(item_id, "item.")


@bp.get("/items/<uuid:item_id>/acts")
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
        ],
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = ("sort_key", "position", "rank", "earlier", "on_our_page")
    return {name: plain.plain(value) for name, value in row.items() if name not in hidden}


def _on_item(decision: str) -> None:
    @bp.post(f"/items/<uuid:item_id>/acts/{decision}", endpoint=f"item_{decision}")
    @bp.arguments(asked.ITEM[decision])
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
        "items": [
            {
                "id": str(outcome.id),
                "recorded": outcome.is_done,
                "version": outcome.version or None,
                "rules": [plain.rule(rule) for rule in outcome.rules],
                "detail": outcome.said,
            }
            for outcome in outcomes
        ],
    }


# Decrees


@bp.get("/decrees")
def list_decrees() -> ResponseReturnValue:
    """Drafts, then decrees, the latest first."""
    found = scope.seen_decrees(seat(), seat().register.views.decrees())
    return {"decrees": [_row(row) for row in found]}


@bp.post("/decrees")
@bp.arguments(asked.Draft)
def draft_decree(given: dict[str, Any]) -> ResponseReturnValue:
    """Put a draft list together."""
    key = _key()
    decree_id = uuid5(NAMESPACE, f"{g.code}:{seat().account.officer_id}:{key}")
    answer = _once(
        decree_id,
        key,
        lambda: acts.on_decree(seat(), "draft", decree_id, given, expect=0, key=key),
    )
    return _done(answer, 201, url_for("api.one_decree", code=g.code, decree_id=decree_id))


@bp.get("/decrees/<uuid:decree_id>")
def one_decree(decree_id: UUID) -> ResponseReturnValue:
    """A decree or draft, with its annex and lineage."""
    known = seat().register.ledger.recall(decree, decree_id)
    seen = scope.seen_decree(seat(), known.state) if known.version else None
    if seen is None:
        raise Problem(404)
    return _versioned(known.version, {"id": str(decree_id), **plain.plain(seen)})


@bp.get("/decrees/<uuid:decree_id>/acts")
def decree_acts(decree_id: UUID) -> ResponseReturnValue:
    """Every decision on a decree, with the rules in its way."""
    _must_exist(decree, decree_id)
    return _offers("decree", decree_id)


def _on_decree(decision: str) -> None:
    @bp.post(f"/decrees/<uuid:decree_id>/acts/{decision}", endpoint=f"decree_{decision}")
    @bp.arguments(asked.DECREE[decision])
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
def list_pledges() -> ResponseReturnValue:
    """The pledges of the body and its units."""
    found = scope.of_units(seat(), seat().register.views.pledges())
    return {"pledges": [_row(row) for row in found]}


@bp.get("/pledges/<unit>")
def one_pledge(unit: str) -> ResponseReturnValue:
    """The pledge of one unit; the body's own is at `-`."""
    known = seat().register.ledger.recall(pledge, pledge.id_of(_unit(unit)))
    if not known.version:
        raise Problem(404)
    shown = {k: v for k, v in plain.plain(known.state).items() if k not in ("done",)}
    return _versioned(known.version, shown)


@bp.get("/pledges/<unit>/acts")
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

    q = fields.String(metadata={"description": "Kata pencarian"})
    unit = fields.String(metadata={"description": "Kode unit"})
    tindakan = fields.String(metadata={"description": "Misalnya item.archive"})
    tenggat = fields.String(metadata={"description": ", ".join(BUCKETS)})
    after = fields.String(metadata={"description": "Penunjuk halaman dari jawaban sebelumnya"})


@bp.get("/worklist")
@bp.arguments(Working, location="query", as_kwargs=False)
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


@bp.get("/due")
def due() -> ResponseReturnValue:
    """What the clock has to do up to a day (`on`, today where it is left out)."""
    words = request.args.get("on", "")
    try:
        on = asking.day(words) if words else seat().desk.today
    except ValueError as error:
        raise Problem(422, more={"errors": [{"pointer": "/on", "detail": str(error)}]}) from None
    found = scope.of_items(seat(), seat().register.views.due(on))
    return {"on": on.isoformat(), "due": [_row(row) for row in found]}


# What the description of the API says beyond its routes


def describe(spec: Any) -> None:
    """Bearer tokens, versions, keys and problem documents, for every operation they concern."""
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema(
        "Problem",
        {
            "type": "object",
            "required": ["title", "status"],
            "properties": {
                "type": TEXT,
                "title": TEXT,
                "status": {"type": "integer"},
                "detail": TEXT,
                "instance": TEXT,
                "rules": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": dict.fromkeys(
                            ("code", "text", "basis", "field", "detail"), TEXT
                        ),
                    },
                },
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"pointer": TEXT, "detail": TEXT},
                    },
                },
            },
        },
    )
    spec.options["security"] = [{"token": []}]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in spec._paths.items():
        for method, operation in operations.items():
            if method not in ("get", "post"):
                continue
            _describe(path, method, operation, content)


def _describe(path: str, method: str, operation: dict[str, Any], content: Any) -> None:
    responses = operation["responses"] = {}
    together = path.endswith("/together")
    created = method == "post" and "/acts/" not in path and not together
    done = "201" if created else "200"
    responses[done] = {
        "description": "Berhasil",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    for status in PROBLEMS:
        responses[str(status)] = {"description": problems.TITLES[status], "content": content}
    if method == "get":
        responses["304"] = {"description": "Tidak berubah"}
        return
    if path.endswith("/preview"):  # records nothing, so that it may be asked at any version
        return
    said = operation.setdefault("parameters", [])
    said.append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {**TEXT, "pattern": f"^{KEY.pattern}$"},
            "description": "Kunci yang sama menjawab seperti pertama kali",
        }
    )
    if not (created or together or "/imports/" in path):
        said.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": "/pledges/" not in path and not path.endswith("/appoint"),
                "schema": {**TEXT, "pattern": r'^"\d{1,9}"$'},
                "description": "ETag dari keadaan yang dilihat",
            }
        )
