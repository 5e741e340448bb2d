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
from web.contract import POSITION, page_of, said_here, says
from web.fields import SAID, Choice, Entries, Group, Number, Text, Whole
from web.office import seat
from web.problems import Problem
from web.shapes import (
    DAY,
    ID,
    MOMENT,
    NUMBER,
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

LIMIT_MAX = 200


ROW_MAX = 2**31 - 1
BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class Content(fields.String):
    """The bytes of a file."""

    default_error_messages = {**SAID, "invalid": "Harus berupa teks."}  # noqa: RUF012

    def __init__(self) -> None:
        said = {"description": "Isi berkas, base64", "pattern": BASE64}
        super().__init__(required=True, metadata=said)


class Sent(Entries):
    """A list as a file."""

    name = Text("Nama berkas", required=True)
    content = Content()
    unit = Text("Unit bila tidak disebut", load_default="")
    sheet = Text("Lembar yang dibaca", load_default=None, allow_none=True)


class Settled(Entries):
    """What its columns mean, by letter; left out: as proposed."""

    columns = Text("Misalnya title=C,basis=D,period=F", load_default="")
    begins = Whole("Baris pertama daftar", least=1, most=ROW_MAX, load_default=None)
    unit = Text("Unit bila tidak disebut", load_default=None)


Cells = Entries.from_dict(
    {meaning.value: Text(imports.MEANINGS[meaning], long=True) for meaning in imports.MENDABLE},
    name="Cells",
)


class Mended(Entries):
    """What is said of one row."""

    row = Whole("Nomor baris", least=1, most=ROW_MAX, required=True)
    what = Choice(
        "Diambil, butir tersendiri, sama dengan yang lain, ditinggalkan",
        dict.fromkeys(("take", "distinct", "same", "out"), ""),
        load_default="take",
    )
    same_as = Text("Misalnya baris 7", load_default="")
    cells = Group(
        Cells, "Kata-kata yang dibaca sebagai gantinya, menurut arti kolom", load_default=dict
    )


class Rows(Entries):
    """Which rows."""

    filter = Choice("Saringan", dict.fromkeys(imports.FILTERS, ""), load_default="")
    after = Number("Sesudah baris ini", least=0, most=ROW_MAX, load_default=0)
    limit = Number("Banyaknya baris", least=1, most=LIMIT_MAX, load_default=imports.ROWS_PAGE)


class Nothing(Entries):
    """No entries."""


# What is answered

COLUMNS = thing(matches=by_name(TEXT), begins=WHOLE)
IMPORT = thing(
    id=ID,
    file=TEXT,
    sheet=TEXT,
    digest=TEXT,
    unit=TEXT,
    stage=one_of(*imports.STAGES),
    done=WHOLE,
    rows=WHOLE,
    position=POSITION,
    notes=many(TEXT),
    trouble=many(named("Finding")),
    columns=or_none(COLUMNS),
    totals=or_none(by_name(WHOLE)),
    created_at=MOMENT,
    checked_at=or_none(MOMENT),
    ended_at=or_none(MOMENT),
    expires_at=MOMENT,
)
LOOKED_INTO = thing(
    IMPORT["properties"],
    sheets=many(TEXT),
    encoding=TEXT,
    delimiter=TEXT,
    proposed=or_none(COLUMNS),
)
ROW = thing(
    row=WHOLE,
    outcome=one_of(*imports.OUTCOMES),
    recorded=YES_NO,
    number=TEXT,
    title=TEXT,
    item=or_none(ID),
    period=thing(kind=TEXT, original=TEXT, end=or_none(DAY), sure=YES_NO),
    missing=many(TEXT),
    findings=many(named("Finding")),
    original=many(thing(column=TEXT, words=TEXT)),
    mended=thing(cells=by_name(TEXT), what=TEXT, same_as=TEXT),
)
REPORT = thing(
    file=TEXT,
    sheet=TEXT,
    digest=TEXT,
    columns=many(thing(meaning=TEXT, column=TEXT, confidence=NUMBER)),
    rows=many(thing(row=WHOLE, outcome=TEXT, title=TEXT, findings=many(named("Finding")))),
    totals=by_name(WHOLE),
)


@bp.get("/imports")
@says(thing(imports=many(IMPORT)))
def list_imports() -> ResponseReturnValue:
    """The lists of this office on their way, the latest first."""
    return {"imports": [imports.shown(job) for job in imports.jobs_of(seat())]}


@bp.post("/imports")
@bp.arguments(Sent)
@says(IMPORT, about="import", act="send", status=201, is_keyed=True, headers=("Location",))
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
    response.status_code = said_here().status
    response.headers["Location"] = url_for("api.one_import", code=g.code, job_id=job_id)
    return response


def _by_our_names(error: ValidationError, **names: str) -> ValidationError:
    messages: Any = error.messages
    return ValidationError({names.get(name, name): said for name, said in messages.items()})


@bp.get("/imports/<uuid:job_id>")
@says(LOOKED_INTO)
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
@says(page_of("rows", ROW, WHOLE))
def import_rows(wanted: dict[str, Any], job_id: UUID) -> ResponseReturnValue:
    """What becomes of every row, in the order of the list."""
    here = seat()
    imports.job_of(here, job_id)
    limit, after = wanted["limit"], wanted["after"]
    found = here.register.imports.lines(
        job_id, **imports.FILTERS[wanted["filter"]], after=after, limit=limit + 1
    )
    shown = found[:limit]
    return {
        "rows": [imports.row(line) for line in shown],
        "next": shown[-1].row if found[limit:] else None,
    }


@bp.get("/imports/<uuid:job_id>/report")
@says(REPORT)
def import_report(job_id: UUID) -> ResponseReturnValue:
    """The report on the whole list, as `sidik import --json` prints it."""
    here = seat()
    job = imports.job_of(here, job_id)
    if job.stage not in ("checked", "paused", "done"):
        raise imports.at_work()
    return Response(here.register.imports.report(job, "json"), content_type="application/json")


@bp.post("/imports/<uuid:job_id>/acts/check", endpoint="import_check")
@bp.arguments(Settled)
@says(IMPORT, about="import", act="check")
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
@says(ROW, about="import", act="mend")
def mend(given: dict[str, Any], job_id: UUID) -> ResponseReturnValue:
    """Say of one row what it should have said, or what is to be done with it."""
    here = seat()
    job = imports.job_of(here, job_id)
    row = given["row"]
    line = here.register.imports.line(job_id, row)
    if line is None:
        raise Problem(404)
    kept = {meaning.value: words for meaning, words in line.mended.cells.items()}
    said = {**kept, **given["cells"], "what": given["what"], "same_as": given["same_as"]}
    imports.mend(here, job, line, said)
    return imports.row(here.register.imports.line(job_id, row))


@bp.post("/imports/<uuid:job_id>/acts/run", endpoint="import_run")
@bp.arguments(Nothing)
@says(IMPORT, about="import", act="run")
def run(_: Any, job_id: UUID) -> ResponseReturnValue:
    """Take it over, or go on where it was broken off; recorded in chunks, never twice."""
    job = imports.job_of(seat(), job_id)
    if job.stage not in ("running", "done"):
        imports.run(seat(), job)
    return _now(job_id)


@bp.post("/imports/<uuid:job_id>/acts/stop", endpoint="import_stop")
@bp.arguments(Nothing)
@says(IMPORT, about="import", act="stop")
def stop(_: Any, job_id: UUID) -> ResponseReturnValue:
    """Break off what is going on; what is recorded stays."""
    imports.stop(seat(), imports.job_of(seat(), job_id))
    return _now(job_id)


@bp.post("/imports/<uuid:job_id>/acts/drop", endpoint="import_drop")
@bp.arguments(Nothing)
@says(thing(id=ID, stage=one_of("dropped")), about="import", act="drop")
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
