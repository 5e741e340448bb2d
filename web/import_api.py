"""Lists being taken over, over HTTP: sent as base64, settled, checked, mended, run, reported."""

# flask-smorest has no types for its routes.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID, uuid5

from flask import Response, g, jsonify, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields

from domain.history import NAMESPACE
from domain.takeover.columns import Undecided, parse_choice
from web import imports
from web.api import _key, bp
from web.fields import Entries, OneOf
from web.office import seat
from web.problems import Problem

LIMIT_MAX = 200


class Sent(Entries):
    """A list as a file."""

    name = fields.String(required=True, metadata={"description": "Nama berkas"})
    content = fields.String(required=True, metadata={"description": "Isi berkas, base64"})
    unit = fields.String(load_default="", metadata={"description": "Unit bila tidak disebut"})
    sheet = fields.String(load_default=None, metadata={"description": "Lembar yang dibaca"})


class Settled(Entries):
    """What its columns mean, by letter; left out: as proposed."""

    columns = fields.String(
        load_default="", metadata={"description": "Misalnya title=C,basis=D,period=F"}
    )
    begins = fields.Integer(load_default=None, metadata={"description": "Baris pertama daftar"})
    unit = fields.String(load_default=None, metadata={"description": "Unit bila tidak disebut"})


class Mended(Entries):
    """What is said of one row."""

    row = fields.Integer(required=True, metadata={"description": "Nomor baris"})
    what = fields.String(
        load_default="take",
        validate=OneOf(["take", "distinct", "same", "out"]),
        metadata={"description": "Diambil, butir tersendiri, sama dengan yang lain, ditinggalkan"},
    )
    same_as = fields.String(load_default="", metadata={"description": "Misalnya baris 7"})
    cells = fields.Dict(
        keys=fields.String(validate=OneOf([m.value for m in imports.MENDABLE])),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "Kata-kata yang dibaca sebagai gantinya, menurut arti kolom"},
    )


class Rows(Entries):
    """Which rows."""

    filter = fields.String(load_default="", metadata={"description": ", ".join(imports.FILTERS)})
    after = fields.Integer(load_default=0, metadata={"description": "Sesudah baris ini"})
    limit = fields.Integer(load_default=imports.ROWS_PAGE, metadata={"description": "1 sampai 200"})


class Nothing(Entries):
    """No entries."""


@bp.get("/imports")
def list_imports() -> ResponseReturnValue:
    """The lists of this office on their way, the latest first."""
    return {"imports": [imports.shown(job) for job in imports.jobs_of(seat())]}


@bp.post("/imports")
@bp.arguments(Sent)
def send_import(given: dict[str, Any]) -> ResponseReturnValue:
    """Send a list; it is kept and nothing is recorded yet."""
    here = seat()
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError({"content": ["Bukan base64 yang sah."]}) from None
    name = f"import:{here.register.code}:{here.account.officer_id}:{_key()}"
    job_id = uuid5(NAMESPACE, name)
    try:
        imports.receive(here, job_id, given["name"], content, given["unit"], given["sheet"])
    except ValidationError as error:
        raise _by_our_names(error, file="content") from None
    response = jsonify(imports.shown(imports.job_of(here, job_id)))
    response.status_code = 201
    response.headers["Location"] = url_for("api.one_import", code=g.code, job_id=job_id)
    return response


def _by_our_names(error: ValidationError, **names: str) -> ValidationError:
    messages: Any = error.messages
    return ValidationError({names.get(name, name): said for name, said in messages.items()})


@bp.get("/imports/<uuid:job_id>")
def one_import(job_id: UUID) -> ResponseReturnValue:
    """How far a list is, how its columns are read, and how many rows come to what."""
    here = seat()
    job = imports.job_of(here, job_id, looks=True)
    if job.stage in imports.AT_WORK:
        imports.wake(here)
    found = imports.shown(job, here.register.imports.totals(job_id))
    looks = job.looks
    proposed = imports.proposal(looks)
    return {
        **found,
        "sheets": list(looks.sheets),
        "encoding": looks.encoding,
        "delimiter": looks.delimiter,
        "proposed": imports.columns(proposed) if proposed else None,
    }


@bp.get("/imports/<uuid:job_id>/rows")
@bp.arguments(Rows, location="query", as_kwargs=False)
def import_rows(wanted: dict[str, Any], job_id: UUID) -> ResponseReturnValue:
    """What becomes of every row, in the order of the list."""
    here = seat()
    imports.job_of(here, job_id)
    limit, after = wanted["limit"], wanted["after"]
    faults = {}
    if wanted["filter"] not in imports.FILTERS:
        faults["filter"] = ["Saringan ini tidak dikenal."]
    if not 1 <= limit <= LIMIT_MAX:
        faults["limit"] = [f"Antara 1 dan {LIMIT_MAX}."]
    if not 0 <= after < 2**31:
        faults["after"] = ["Nomor baris tidak sah."]
    if faults:
        raise ValidationError(faults)
    found = here.register.imports.lines(
        job_id, **imports.FILTERS[wanted["filter"]], after=after, limit=limit + 1
    )
    shown = found[:limit]
    return {
        "rows": [imports.row(line) for line in shown],
        "next": shown[-1].row if found[limit:] else None,
    }


@bp.get("/imports/<uuid:job_id>/report")
def import_report(job_id: UUID) -> ResponseReturnValue:
    """The report on the whole list, as `sidik import --json` prints it."""
    here = seat()
    job = imports.job_of(here, job_id)
    if job.stage not in ("checked", "paused", "done"):
        raise imports.at_work()
    return Response(here.register.imports.report(job, "json"), content_type="application/json")


@bp.post("/imports/<uuid:job_id>/acts/check", endpoint="import_check")
@bp.arguments(Settled)
def check(given: dict[str, Any], job_id: UUID) -> ResponseReturnValue:
    """Settle the columns and let every row be read by them."""
    here = seat()
    job = imports.job_of(here, job_id, looks=True)
    try:
        chosen = parse_choice(given["columns"])
    except Undecided as error:
        raise ValidationError({"columns": [str(error)]}) from None
    proposed = imports.proposal(job.looks)
    if not chosen and proposed:
        chosen = {meaning: match.column for meaning, match in proposed.matches.items()}
    begins = None if given["begins"] is None else given["begins"] - 1
    columns = imports.settle(job.looks, chosen, begins)
    imports.check(here, job, columns, job.unit if given["unit"] is None else given["unit"])
    return _now(job_id)


@bp.post("/imports/<uuid:job_id>/acts/mend", endpoint="import_mend")
@bp.arguments(Mended)
def mend(given: dict[str, Any], job_id: UUID) -> ResponseReturnValue:
    """Say of one row what it should have said, or what is to be done with it."""
    here = seat()
    job = imports.job_of(here, job_id)
    row = given["row"]
    line = here.register.imports.line(job_id, row) if 0 < row < 2**31 else None
    if line is None:
        raise Problem(404)
    kept = {meaning.value: words for meaning, words in line.mended.cells.items()}
    said = {**kept, **given["cells"], "what": given["what"], "same_as": given["same_as"]}
    imports.mend(here, job, line, said)
    return imports.row(here.register.imports.line(job_id, row))


@bp.post("/imports/<uuid:job_id>/acts/run", endpoint="import_run")
@bp.arguments(Nothing)
def run(_: Any, job_id: UUID) -> ResponseReturnValue:
    """Take it over, or go on where it was broken off; recorded in chunks, never twice."""
    job = imports.job_of(seat(), job_id)
    if job.stage not in ("running", "done"):
        imports.run(seat(), job)
    return _now(job_id)


@bp.post("/imports/<uuid:job_id>/acts/stop", endpoint="import_stop")
@bp.arguments(Nothing)
def stop(_: Any, job_id: UUID) -> ResponseReturnValue:
    """Break off what is going on; what is recorded stays."""
    imports.stop(seat(), imports.job_of(seat(), job_id))
    return _now(job_id)


@bp.post("/imports/<uuid:job_id>/acts/drop", endpoint="import_drop")
@bp.arguments(Nothing)
def drop(_: Any, job_id: UUID) -> ResponseReturnValue:
    """Forget the file and what was read from it; items that were taken over stay."""
    imports.drop(seat(), imports.job_of(seat(), job_id))
    return {"id": str(job_id), "stage": "dropped"}


def _now(job_id: UUID) -> ResponseReturnValue:
    here = seat()
    job = here.register.imports.job(job_id, here.at)
    if job is None:
        raise Problem(404)
    return imports.shown(job)
