"""Taking a list over, as pages and the API both do it: what may be done, and to which list.

A list on its way is no fact and is seen only by the office that sent it. What it becomes is
asked of `domain.takeover`; its rows become facts by the desk of whoever runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Flask, request, session
from marshmallow import ValidationError

from domain import takeover
from domain.officer import Role
from domain.period import Kind
from domain.takeover.columns import (
    NAMES,
    Columns,
    Meaning,
    NotAList,
    Table,
    Undecided,
    letter,
    propose,
)
from domain.takeover.entries import Mended
from web import step_up
from web.fields import FORBIDDEN, unreadable
from web.language import Words, _
from web.office import Seat, world
from web.problems import Problem

BYTES_MAX = 25 * 2**20
REQUEST_MAX = BYTES_MAX + 2**20  # a file and the form around it
BASE64_MAX = BYTES_MAX * 4 // 3 + 2**20
ROWS_PAGE = 50
CELL_MAX = 8_000
READING = "daftar-kiriman"
"""As the trail of readings names it when such a list is shown."""

MEANINGS = Words(NAMES)
STAGES = Words(
    {
        "columns": "kolom belum ditetapkan",
        "checking": "sedang diperiksa",
        "checked": "siap diambil alih",
        "running": "sedang diambil alih",
        "paused": "terhenti",
        "done": "selesai",
    }
)
OUTCOMES = Words({"taken": "diambil", "refused": "tidak diambil", "duplicate": "sudah ada"})

PROPOSERS = frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID, Role.PETUGAS_PPID})
"""Offices that may propose by law or by some SOP. Which units for, the desk says."""

NOT_ROWS = takeover.NOT_ROWS
AT_WORK = frozenset({"checking", "running"})

FILTERS: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "periksa": {"problem": True},
    "mirip": {"near": True},
    "diambil": {"outcome": "taken"},
    "ditolak": {"outcome": "refused"},
    "ganda": {"outcome": "duplicate"},
    "dibetulkan": {"mended": True},
}
MENDABLE = (
    Meaning.TITLE,
    Meaning.BASIS,
    Meaning.IF_OPENED,
    Meaning.IF_CLOSED,
    Meaning.PERIOD,
    Meaning.UNIT,
    Meaning.HOLDER,
    Meaning.DOCUMENT,
    Meaning.MEDIUM,
)


def install(app: Flask) -> None:
    """Let a list be larger than what people type; before anything reads what was sent."""
    app.before_request(_make_room)
    app.jinja_env.globals["import_words"] = sys.modules[__name__]


def _make_room() -> None:
    if request.method != "POST":
        return
    if request.endpoint == "pages.import_upload" and "login" in session:
        request.max_content_length = REQUEST_MAX
    elif request.endpoint == "api.send_import" and "Authorization" in request.headers:
        request.max_content_length = BASE64_MAX


# Who, and which


def units_of(here: Seat) -> dict[str, str]:
    """The units for which this office may take a list over, by code; "" is the body itself."""
    if here.role not in PROPOSERS:
        return {}
    known = {"": here.desk.body.name, **here.desk.body.units}
    return {
        unit: name for unit, name in known.items() if not here.desk.rules_against_taking_over(unit)
    }


def must_propose(here: Seat) -> dict[str, str]:
    """The same, or the reasons why there are none."""
    units = units_of(here)
    if not units:
        own = [a.unit for a in here.office.authorities]
        rules = here.desk.rules_against_taking_over(own[0] if own else "")
        raise Problem(403, _("Jabatan ini tidak mengusulkan pengecualian."), rules=rules)
    return units


def job_of(here: Seat, job_id: UUID, *, looks: bool = False) -> Any:
    """A list of this office; that there are others, it does not learn."""
    units = must_propose(here)
    job = here.register.imports.job(job_id, here.at, looks=looks)
    if job is None or job.as_role != here.role or job.unit not in units:
        raise Problem(404)
    here.note_reading(READING, None, f"{job.file} ({job.digest[:12]})")
    return job


def jobs_of(here: Seat) -> Any:
    here.register.imports.tidy(here.at)
    return here.register.imports.jobs(here.role, list(must_propose(here)), here.at)


# What may be done to it


def receive(
    here: Seat, job_id: UUID, name: str, content: bytes, unit: str, sheet: str | None = None
) -> None:
    """Keep a list that was sent; a `ValidationError` says in a sentence why it is none."""
    step_up.before("submit")
    if unit not in must_propose(here):
        raise ValidationError({"unit": [_("Pilih unit yang daftarnya boleh Anda ambil alih.")]})
    name = " ".join(FORBIDDEN.sub("", name).replace("\\", "/").rsplit("/", 1)[-1].split())[:200]
    if not content:
        raise ValidationError({"file": [_("Pilih berkas yang memuat daftarnya.")]})
    if len(content) > BYTES_MAX:
        said = _("Berkas lebih besar dari %(n)s MB; bagi daftarnya.", n=BYTES_MAX // 2**20)
        raise ValidationError({"file": [said]})
    try:
        here.register.imports.receive(
            job_id,
            name or "daftar",
            content,
            by=here.account.officer_id,
            as_role=here.role,
            unit=unit,
            at=here.at,
            sheet=sheet,
        )
        found = here.register.imports.job(job_id, here.at, looks=True)
        if found and not found.looks.width:
            here.register.imports.drop(job_id)
            raise NotAList(_("Berkas ini tidak memuat satu baris pun."))
    except NotAList as error:
        raise ValidationError({"file": [str(error)]}) from None


def choose_sheet(here: Seat, job: Any, sheet: str) -> None:
    must_rest(job, "columns", "checked")
    if sheet not in job.looks.sheets:
        raise ValidationError({"sheet": [_("Lembar itu tidak ada dalam berkas ini.")]})
    try:
        here.register.imports.choose_sheet(job.id, sheet)
    except NotAList as error:
        raise ValidationError({"sheet": [str(error)]}) from None


def proposal(looks: Table) -> Columns | None:
    """How the columns would be read, or None where none can be told to be the information."""
    try:
        return propose(looks)
    except Undecided:
        return None


def settle(looks: Table, chosen: Mapping[Meaning, int], begins: int | None) -> Columns:
    """The columns as an officer settled them, and nothing besides."""
    if Meaning.TITLE not in chosen:
        said = _("Tunjukkan kolom yang memuat informasi yang dikecualikan.")
        raise ValidationError({"columns": [said]})
    found = proposal(looks)
    if begins is not None and not 0 <= begins < max(len(looks.rows), 1):
        said = _("Baris pertama daftar harus antara 1 dan %(n)s.", n=len(looks.rows))
        raise ValidationError({"begins": [said]})
    try:
        return propose(
            looks,
            chosen,
            only_chosen=True,
            begins=begins if begins is not None else (found.begins if found else None),
        )
    except Undecided as error:
        raise ValidationError({"columns": [str(error)]}) from None


def check(here: Seat, job: Any, columns: Columns, unit: str) -> None:
    step_up.before("submit")
    must_rest(job, "columns", "checked")
    if unit not in must_propose(here):
        raise ValidationError({"unit": [_("Pilih unit yang daftarnya boleh Anda ambil alih.")]})
    here.register.imports.check(job.id, columns, unit, here.account.officer_id)
    wake(here)


def run(here: Seat, job: Any) -> None:
    """Take the list over, or go on where it was broken off."""
    step_up.before("submit")
    must_rest(job, "checked", "paused")
    if here.register.imports.totals(job.id)["taken"] == 0:
        raise Problem(409, _("Tidak ada baris yang dapat diambil dari daftar ini."))
    here.register.imports.run(job.id, here.account.officer_id)
    wake(here)


def stop(here: Seat, job: Any) -> None:
    step_up.before("submit")
    here.register.imports.stop(job.id)


def drop(here: Seat, job: Any) -> None:
    step_up.before("submit")
    must_rest(job, "columns", "checked", "paused", "done")
    here.register.imports.drop(job.id)


def mend(here: Seat, job: Any, line: Any, given: Mapping[str, Any]) -> None:
    """What an officer says of one row: entries are words by meaning, and what is to be done."""
    step_up.before("submit")
    must_rest(job, "checked")
    faults: dict[str, list[str]] = {}
    cells: dict[Meaning, str] = {}
    for meaning in MENDABLE:
        if meaning.value not in given:
            continue
        words = str(given[meaning.value]).replace("\r\n", "\n").strip()
        if len(words) > CELL_MAX:
            faults[meaning.value] = [_("Paling panjang %(n)s huruf.", n=CELL_MAX)]
        elif FORBIDDEN.search(words):
            faults[meaning.value] = [unreadable()]
        elif words != line.cells.get(meaning, "").strip():
            cells[meaning] = words
    what, same_as = given.get("what") or "take", ""
    if what not in ("take", "distinct", "same", "out"):
        faults["what"] = [_("Pilih salah satu.")]
    if what == "same":
        same_as = " ".join(str(given.get("same_as") or "").split())[:200]
        if not same_as:
            faults["same_as"] = [_("Sebutkan baris atau butir yang sama dengan baris ini.")]
        elif FORBIDDEN.search(same_as):
            faults["same_as"] = [unreadable()]
        elif same_as in (f"baris {line.row}", str(line.row)):
            faults["same_as"] = [_("Sebuah baris tidak dapat sama dengan dirinya sendiri.")]
    if faults:
        raise ValidationError(faults)
    said = Mended(cells=cells, left_out=what == "out", same_as=same_as, distinct=what == "distinct")
    done = here.register.imports.mend(
        job.id, line.row, said, by=here.account.officer_id, at=here.at
    )
    if not done:
        raise at_work()


def must_rest(job: Any, *stages: str) -> None:
    """A list that is being worked on, or that has come further, is not changed."""
    if job.stage not in stages:
        raise at_work()


def at_work() -> Problem:
    return Problem(
        409,
        _("Daftar ini sedang dikerjakan atau sudah diambil alih."),
        _("Muat ulang halamannya untuk melihat keadaannya sekarang."),
    )


def wake(here: Seat) -> None:
    here.register.imports.wake(world().clock)


# As it is shown


def shown(job: Any, totals: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A list on its way, as JSON."""
    moment = partial(_moment, job)
    return {
        "id": str(job.id),
        "file": job.file,
        "sheet": job.sheet,
        "digest": job.digest,
        "unit": job.unit,
        "stage": job.stage,
        "done": job.done,
        "rows": job.rows,
        "position": job.last_position,
        "notes": list(job.notes),
        "trouble": [{"code": f.code, "text": f.text, "basis": f.basis} for f in job.trouble],
        "columns": columns(job.columns) if job.columns else None,
        "totals": dict(totals) if totals is not None else None,
        "created_at": moment("created_at"),
        "checked_at": moment("checked_at"),
        "ended_at": moment("ended_at"),
        "expires_at": moment("expires_at"),
    }


def _moment(job: Any, name: str) -> str | None:
    at = getattr(job, name)
    return at.isoformat() if at else None


def columns(read: Columns) -> dict[str, Any]:
    matches = {meaning.value: letter(match.column) for meaning, match in read.in_order}
    return {"matches": matches, "begins": read.begins + 1}


def row(line: Any) -> dict[str, Any]:
    """One row with what becomes of it, as JSON."""
    result = line.result
    period = result.period
    return {
        "row": line.row,
        "outcome": result.outcome.value,
        "recorded": line.done,
        "number": result.number,
        "title": result.title,
        "item": str(result.item_id) if result.item_id else None,
        "period": {
            "kind": period.kind.value if period.kind else Kind.UNSTATED.value,
            "original": period.words,
            "end": period.until.isoformat() if period.until else None,
            "sure": period.sure,
        },
        "missing": list(result.missing),
        "findings": [
            {"code": f.code, "text": f.text, "basis": f.basis, "field": f.field, "value": f.value}
            for f in result.findings
        ],
        "original": [{"column": name, "words": words} for name, words in line.words],
        "mended": {
            "cells": {meaning.value: words for meaning, words in line.mended.cells.items()},
            "what": what_was_said(line.mended),
            "same_as": line.mended.same_as,
        },
    }


def what_was_said(mended: Mended) -> str:
    if mended.left_out:
        return "out"
    if mended.same_as:
        return "same"
    return "distinct" if mended.distinct else "take"
