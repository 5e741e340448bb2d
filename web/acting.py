"""A form for each act: asked for, checked, done once, shown again with everything typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from domain.desk import Desk
from domain.history import Stale
from domain.rule import Finding, Refused, Rule
from web import acts, carried, words
from web.forms import (
    Complaints,
    Typed,
    complaints_of,
    each_entry,
    load,
    reasons,
    sections,
    typed_from,
    unfilled,
)
from web.language import _
from web.office import seat
from web.once import Answer, digest
from web.problems import KEY

NOT_TYPED = ("csrf_token", "version", "token", "step", "seen")
RECORD = "record"

Options = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Form:
    """One act as a page asks for it."""

    title: str  # the verb, as on the button
    subject: str  # what it is done to
    back: str  # the page it was opened from, and to which it leads
    schema: Schema
    subject_id: UUID
    version: int
    act: Callable[[Mapping[str, Any], int, str], Answer]  # entries, expected version, key
    initial: Mapping[str, Any] = field(default_factory=dict)
    options: Options = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    obstacles: tuple[Rule, ...] = ()
    advice: str = ""
    findings: tuple[Finding, ...] = ()
    decided_on: str = ""  # a template that shows what is decided on, from `known`
    known: Mapping[str, Any] = field(default_factory=dict)
    done: str = ""  # where to go when it is done; `back` unless said
    preview: Callable[[Mapping[str, Any]], Any] | None = None  # what would follow, seen first
    upload: str = ""  # the entry that a text file may be sent for


def show(form: Form) -> ResponseReturnValue:
    """The empty form, or the reasons why it need not be filled in; or what a session has lost."""
    lost = carried.typed()
    shown = typed_from(form.initial) if lost is None else lost
    return _page(form, shown, Complaints(), uuid4().hex, form.version), 200


def do(form: Form) -> ResponseReturnValue:
    """What was typed, done once; whatever stands against it is shown beside it."""
    if seat().office.is_read_only and form.preview is None:
        raise acts.ReadOnly
    typed: Typed = MultiDict(request.form)
    token = typed.get("token", "")
    if not KEY.fullmatch(token):
        token = uuid4().hex
    seen = typed.get("version", "")
    expect = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else form.version
    try:
        _take_upload(form, typed)
        given = load(form.schema, typed)
        if form.preview and not _was_seen(typed):
            return _page(
                form, typed, Complaints(), token, form.version, preview=form.preview(given)
            ), 200
        asked_for = digest("page", request.path, seat().role, _without_bookkeeping(typed))
        answer = acts.answered_once(
            seat(), form.subject_id, token, asked_for, lambda: form.act(given, expect, token)
        )
    except ValidationError as error:
        complaints = complaints_of(error)
        complaints = replace(
            complaints, errors={**unfilled(form.schema, typed), **complaints.errors}
        )
        return _page(form, typed, complaints, uuid4().hex, expect), 422
    except Refused as refusal:
        return _page(form, typed, Complaints(rules=refusal.rules), uuid4().hex, expect), 409
    except Stale:
        return _page(form, typed, Complaints(), uuid4().hex, form.version, stale=True), 412
    return redirect((form.done or form.back).replace("{id}", answer["id"]) + "?tercatat=1", 303)


def _take_upload(form: Form, typed: Typed) -> None:
    sent = request.files.get("berkas") if form.upload else None
    if sent and sent.filename:
        try:
            typed[form.upload] = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError({form.upload: [_("Berkas bukan teks UTF-8.")]}) from None


def _was_seen(typed: Typed) -> bool:
    """Whether what is to be recorded is what its preview was made of."""
    return typed.get("step") == RECORD and typed.get("seen") == _seen(typed)


def _seen(typed: Typed) -> str:
    return digest("preview", request.path, _without_bookkeeping(typed)).hex()


def _without_bookkeeping(typed: Typed) -> list[tuple[str, list[str]]]:
    return sorted((k, v) for k, v in typed.lists() if k not in NOT_TYPED)


def _page(
    form: Form,
    typed: Typed,
    complaints: Complaints,
    token: str,
    version: int,
    *,
    stale: bool = False,
    preview: Any = None,
) -> str:
    parts = sections(form.schema, typed, complaints, form.options, form.leave_out)
    return render_template(
        "form.html",
        form=form,
        parts=parts,
        complaints=complaints,
        against=reasons(complaints.rules or form.obstacles, parts),
        wrong=[entry for entry in each_entry(parts) if entry.is_wrong],
        tried=bool(complaints.rules or complaints.errors),
        token=token,
        version=version,
        stale=stale,
        preview=preview,
        seen=_seen(typed) if preview else "",
        **form.known,
    )


def options_of(desk: Desk) -> Options:
    """What choices only the register knows: its units, and Pasal 17 as it stands today."""
    units = {"": "", **dict(sorted(desk.body.units.items(), key=lambda pair: pair[1]))}
    boxes: dict[str, str] = {}
    for huruf, category in sorted(desk.categories.items()):
        if not category.angka:
            boxes[huruf] = f"Huruf {huruf}: {category.title}"
        for n, angka in enumerate(category.angka, 1):
            boxes[f"{huruf}.{n}"] = f"Huruf {huruf} angka {n}: {angka}"
    return {
        "particulars.unit": units,
        "unit": units,
        "particulars.grounds": boxes,
        "test.grounds": boxes,
    }


def with_lines(options: Options, rows: list[dict[str, Any]]) -> Options:
    """The items that may stand on a draft, named as officers know them."""
    boxes = {
        str(row["id"]): f"{row['title']} ({words.STATUSES.get(row['status'], row['status'])})"
        for row in rows
    }
    return {**options, "items": boxes}
