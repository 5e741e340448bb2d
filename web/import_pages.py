"""The wizard by which an existing list is taken over: file, columns, rows, doing it, the report.

Every step is a page with an address of its own. The work itself goes on behind the pages; a page
that is left, or a process that ends, breaks nothing off that cannot be gone on with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from domain import item
from domain.history import NAMESPACE
from domain.takeover import POSSIBLE_DUPLICATE
from domain.takeover.columns import Columns, Meaning, letter
from web import imports
from web.forms import complaints_of
from web.language import _
from web.office import seat
from web.pages import bp
from web.problems import KEY, Problem
from web.tasks import acts

SHOWN_ROWS = 16  # of the sheet, where columns are told apart
STOP_POLLING = 286
CONFIRM = "item.confirm"  # as the worklist asks for it
SILENT = 15  # seconds after which whoever was at work is no more
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

ROW = "/impor/<uuid:job_id>/baris/<int:row>"


# The file


@bp.get("/impor", endpoint="imports")
def index() -> ResponseReturnValue:
    """The lists of this office on their way, and where to send another."""
    return _index({}, {}), 200


def _index(errors: dict[str, Any], typed: dict[str, str]) -> str:
    here = seat()
    return render_template(
        "imports.html",
        jobs=imports.jobs_of(here),
        units=imports.must_propose(here),
        errors=errors,
        typed=typed,
        token=uuid4().hex,
        megabytes=imports.BYTES_MAX // 2**20,
    )


@bp.post("/impor")
def import_upload() -> ResponseReturnValue:
    """Keep what was sent; the same form sent twice is one list."""
    here = seat()
    sent, token = request.files.get("berkas"), request.form.get("token", "")
    unit = request.form.get("unit", "")
    if not KEY.fullmatch(token):
        token = uuid4().hex
    job_id = uuid5(NAMESPACE, f"import:{here.register.code}:{here.account.officer_id}:{token}")
    try:
        content = sent.read() if sent else b""
        imports.receive(here, job_id, (sent.filename or "") if sent else "", content, unit)
    except ValidationError as error:
        return _index(dict(complaints_of(error).errors), {"unit": unit}), 422
    return redirect(url_for("pages.import_columns", job_id=job_id), 303)


@bp.get("/impor/<uuid:job_id>")
def import_job(job_id: UUID) -> ResponseReturnValue:
    """Wherever the list has come to."""
    job = imports.job_of(seat(), job_id)
    page = {
        "columns": "pages.import_columns",
        "checked": "pages.import_rows",
    }.get(job.stage, "pages.import_run")
    return redirect(url_for(page, job_id=job_id))


# What its columns mean


@dataclass(frozen=True)
class Column:
    """One column of the sheet, and what it is taken to mean."""

    number: int
    heading: str
    meaning: str
    confidence: float | None  # None: nothing is proposed, or the officer has settled it

    @property
    def letter(self) -> str:
        return letter(self.number)


@bp.get("/impor/<uuid:job_id>/kolom")
def import_columns(job_id: UUID) -> ResponseReturnValue:
    job = imports.job_of(seat(), job_id, looks=True)
    if job.stage not in ("columns", "checked"):
        return redirect(url_for("pages.import_run", job_id=job_id))
    return _columns_page(job, job.columns or imports.proposal(job.looks), {}, {}), 200


@bp.post("/impor/<uuid:job_id>/kolom")
def import_settle(job_id: UUID) -> ResponseReturnValue:
    """Another sheet, or the columns as they shall be read."""
    here = seat()
    job = imports.job_of(here, job_id, looks=True)
    typed = request.form
    try:
        if typed.get("langkah") == "lembar":
            imports.choose_sheet(here, job, typed.get("lembar", ""))
            return redirect(url_for("pages.import_columns", job_id=job_id), 303)
        columns = imports.settle(job.looks, _chosen(job), _begins(typed.get("mulai", "")))
        imports.check(here, job, columns, typed.get("unit", ""))
    except ValidationError as error:
        proposed = job.columns or imports.proposal(job.looks)
        errors = dict(complaints_of(error).errors)
        return _columns_page(job, proposed, errors, typed.to_dict()), 422
    return redirect(url_for("pages.import_run", job_id=job_id), 303)


def _chosen(job: Any) -> dict[Meaning, int]:
    chosen: dict[Meaning, int] = {}
    for column in range(job.looks.width):
        said = request.form.get(f"kolom-{column}", "")
        if said not in list(Meaning):
            continue
        meaning = Meaning(said)
        if meaning in chosen:
            both = f"{letter(chosen[meaning])}, {letter(column)}"
            told = _(
                "“%(meaning)s” dipilih untuk dua kolom (%(both)s); pilih satu saja.",
                meaning=imports.MEANINGS[meaning],
                both=both,
            )
            raise ValidationError({"columns": [told]})
        chosen[meaning] = column
    return chosen


def _begins(said: str) -> int | None:
    if not said.strip():
        return None
    if not re.fullmatch(r"[0-9]{1,5}", said.strip()):
        raise ValidationError({"begins": [_("Tulis nomor baris, misalnya 5.")]})
    return int(said) - 1


def _columns_page(
    job: Any, proposed: Columns | None, errors: dict[str, Any], typed: dict[str, str]
) -> str:
    looks = job.looks
    matched = proposed.matched if proposed else {}
    sure = {m.column: m.confidence for m in proposed.matches.values()} if proposed else {}
    begins = proposed.begins if proposed else 0
    header = proposed.header if proposed else ()
    columns = [
        Column(
            number,
            proposed.headings[number] if proposed and number < len(proposed.headings) else "",
            typed.get(f"kolom-{number}", matched[number].value if number in matched else ""),
            None if job.columns else sure.get(number),
        )
        for number in range(looks.width)
        if number in matched or any(row[number].strip() for row in looks.rows if number < len(row))
    ]
    return render_template(
        "import_columns.html",
        job=job,
        looks=looks,
        columns=columns,
        header=header,
        begins=begins,
        rows=list(enumerate(looks.rows[: begins + SHOWN_ROWS])),
        units=imports.must_propose(seat()),
        errors=errors,
        typed=typed,
        undecided=proposed is None,
    )


# What becomes of its rows


@bp.get("/impor/<uuid:job_id>/baris")
def import_rows(job_id: UUID) -> ResponseReturnValue:
    here = seat()
    job = imports.job_of(here, job_id)
    if job.stage == "columns":
        return redirect(url_for("pages.import_columns", job_id=job_id))
    if job.stage == "checking":
        return redirect(url_for("pages.import_run", job_id=job_id))
    chosen = request.args.get("saring", "")
    chosen = chosen if chosen in imports.FILTERS else ""
    said = request.args.get("sesudah", "")
    after = int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 0
    found = here.register.imports.lines(
        job_id, **imports.FILTERS[chosen], after=after, limit=imports.ROWS_PAGE + 1
    )
    lines = found[: imports.ROWS_PAGE]
    return render_template(
        "import_rows.html",
        job=job,
        totals=here.register.imports.totals(job_id),
        lines=lines,
        chosen=chosen,
        after=after,
        more=lines[-1].row if found[imports.ROWS_PAGE :] else 0,
    )


@bp.get(ROW)
def import_row(job_id: UUID, row: int) -> ResponseReturnValue:
    job, line = _job_and_line(job_id, row)
    return _row_page(job, line, {}, {}), 200


@bp.post(ROW)
def import_mend(job_id: UUID, row: int) -> ResponseReturnValue:
    here = seat()
    job, line = _job_and_line(job_id, row)
    typed = request.form.to_dict()
    if typed.get("seen", "") != _seen(line):
        return _row_page(job, line, {}, typed, stale=True), 412
    try:
        same = typed.get("same_as_other", "").strip() or typed.get("same_as", "")
        if same.isdecimal():
            same = f"baris {same}"
        imports.mend(here, job, line, {**typed, "same_as": same})
    except ValidationError as error:
        return _row_page(job, line, dict(complaints_of(error).errors), typed), 422
    back = url_for(
        "pages.import_rows",
        job_id=job_id,
        saring=typed.get("saring") or None,
        sesudah=max(row - 1, 0) or None,
        tercatat=1,
    )
    return redirect(f"{back}#baris-{row}", 303)


def _job_and_line(job_id: UUID, row: int) -> tuple[Any, Any]:
    job = imports.job_of(seat(), job_id)
    line = seat().register.imports.line(job_id, row) if row < 2**31 else None
    if line is None:
        raise Problem(404)
    return job, line


def _seen(line: Any) -> str:
    """By which a form knows whether somebody else has said something of the row meanwhile."""
    said = line.mended
    return f"{sorted(said.cells.items())!r}{imports.what_was_said(said)}{said.same_as}"


def _row_page(
    job: Any, line: Any, errors: dict[str, Any], typed: dict[str, str], *, stale: bool = False
) -> str:
    entries = [
        {
            "name": meaning.value,
            "label": imports.MEANINGS[meaning],
            "original": line.cells.get(meaning, ""),
            "value": typed.get(
                meaning.value, line.mended.cells.get(meaning, line.cells.get(meaning, ""))
            ),
            "errors": errors.get(meaning.value, ()),
        }
        for meaning in imports.MENDABLE
    ]
    return render_template(
        "import_row.html",
        job=job,
        line=line,
        entries=entries,
        neighbours=list(_neighbours(job, line)),
        what=typed.get("what") or imports.what_was_said(line.mended),
        same_as=typed.get("same_as", line.mended.same_as),
        errors=errors,
        stale=stale,
        seen=_seen(line),
        saring=request.args.get("saring", typed.get("saring", "")),
    )


def _neighbours(job: Any, line: Any) -> Any:
    """What this row may be the same as, with what is known of it."""
    known = seat().register
    names = [f.value for f in line.result.findings if f.code == POSSIBLE_DUPLICATE]
    names += [line.mended.same_as] if line.mended.same_as else []
    for name in dict.fromkeys(names):
        if met := re.match(r"baris (\d{1,6})\b", name):
            other = known.imports.line(job.id, int(met[1]))
            if other and other.row != line.row:
                yield {"name": f"baris {other.row}", "line": other, "cells": other.cells}
        elif met := re.match(r"butir ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", name):
            state = known.ledger.recall(item, UUID(met[1])).state
            if state.particulars:
                yield {
                    "name": f"butir {met[1]}",
                    "item_id": met[1],
                    "particulars": state.particulars,
                    "status": state.status.value,
                }


# Doing it


@bp.get("/impor/<uuid:job_id>/jalan")
def import_run(job_id: UUID) -> ResponseReturnValue:
    """How far it is; where it is broken off, why; where it is done, what now."""
    here = seat()
    job = imports.job_of(here, job_id)
    if job.stage == "columns" and not job.trouble:
        return redirect(url_for("pages.import_columns", job_id=job_id))
    if job.stage == "checked":
        return redirect(url_for("pages.import_rows", job_id=job_id))
    if job.stage in imports.AT_WORK:
        imports.wake(here)  # it may have been left by a process that is no more
    return render_template("import_run.html", **_progress(job)), 200


@bp.get("/impor/<uuid:job_id>/kemajuan")
def import_progress(job_id: UUID) -> ResponseReturnValue:
    """The part of that page that moves; 286 says that it will not move any more."""
    here = seat()
    job = imports.job_of(here, job_id)
    at_work = job.stage in imports.AT_WORK
    if at_work:
        imports.wake(here)
    page = render_template("import_progress.html", **_progress(job))
    return page, 200 if at_work else STOP_POLLING


def _progress(job: Any) -> dict[str, Any]:
    known = seat().register.imports
    resting = job.stage not in imports.AT_WORK
    return {
        "job": job,
        "at_work": not resting,
        "totals": known.totals(job.id) if resting else {},
        "percent": 100 * job.done // job.rows if job.rows else 0,
        "confirm": CONFIRM if CONFIRM in acts(seat()) else None,
        "silent": job.beaten_at is None or (seat().at - job.beaten_at).total_seconds() > SILENT,
    }


@bp.post("/impor/<uuid:job_id>/jalan")
def import_start(job_id: UUID) -> ResponseReturnValue:
    here = seat()
    job = imports.job_of(here, job_id)
    if job.stage not in ("running", "done"):  # sent twice, it is done once
        imports.run(here, job)
    return redirect(url_for("pages.import_run", job_id=job_id), 303)


@bp.post("/impor/<uuid:job_id>/berhenti")
def import_stop(job_id: UUID) -> ResponseReturnValue:
    here = seat()
    imports.stop(here, imports.job_of(here, job_id))
    return redirect(url_for("pages.import_job", job_id=job_id), 303)


@bp.post("/impor/<uuid:job_id>/buang")
def import_drop(job_id: UUID) -> ResponseReturnValue:
    """Forget the file and what was read from it; the items stay."""
    here = seat()
    imports.drop(here, imports.job_of(here, job_id))
    return redirect(url_for("pages.imports"), 303)


@bp.get("/impor/<uuid:job_id>/laporan.<kind>")
def import_report(job_id: UUID, kind: str) -> ResponseReturnValue:
    """What became of every row, to keep beside the list."""
    here = seat()
    job = imports.job_of(here, job_id)
    if kind not in KINDS or job.stage not in ("checked", "paused", "done"):
        raise Problem(404)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", job.file.rsplit(".", 1)[0]).strip("-.") or "daftar"
    response = Response(here.register.imports.report(job, kind), content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="hasil-{name[:80]}.{kind}"'
    return response
