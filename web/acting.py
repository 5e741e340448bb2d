"""A form for each act: asked for, checked, done once, shown again with everything typed.

Where the subject has moved on meanwhile, the form is shown with what changed, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from domain.desk import Desk
from domain.hindsight import Change, rewording
from domain.history import Stale
from domain.rule import Finding, Refused, Rule
from web import acts, carried, drafts, histories, words
from web.forms import (
    NO,
    YES,
    Complaints,
    Entry,
    Section,
    Typed,
    complaints_of,
    each_entry,
    load,
    reasons,
    sections,
    typed_from,
    unfilled,
)
from web.item_panels import Row
from web.language import _
from web.office import seat
from web.once import Answer, KeyOfAnother, digest
from web.pages import Names
from web.past_tests import ASKED, Beginnings, Begun
from web.problems import KEY, Problem
from web.register import Draft

NOT_TYPED = ("csrf_token", "version", "token", "step", "seen", "origin")
RECORD, CHECK = "record", "check"

Options = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Since:
    """What happened to a subject since it was seen, and what a form would have started from."""

    entries: Sequence[histories.Entry]
    rows: Sequence[Row] = ()
    initial: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moved:
    """One entry of a form that stands otherwise than when it was opened."""

    label: str
    was: str
    now: str
    typed: str
    id: str

    @property
    def changes(self) -> list[tuple[Change, str]]:
        return list(rewording(self.was, self.now))


@dataclass(frozen=True)
class Checked:
    """What an act would meet if it were done now."""

    rules: Sequence[Rule]
    findings: Sequence[Finding]


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
    since: Callable[[int], Since] | None = None  # what changed since a version
    check: Callable[[Mapping[str, Any]], Checked] | None = None  # answers without recording
    beginnings: Beginnings | None = None  # what it may be started from
    begin: Callable[[str], Begun | None] | None = None


def show(form: Form) -> ResponseReturnValue:
    """The form as it is to be filled in, or as it was left, or why it need not be filled in."""
    if (lost := carried.typed()) is not None:
        return _page(form, lost, Complaints(), uuid4().hex, form.version), 200
    if start := request.args.get(ASKED, ""):
        begun = form.begin(start) if form.begin else None
        if begun is None:
            raise Problem(404, _("Uji itu tidak dapat dipakai sebagai awal."))
        typed = typed_from({**form.initial, **begun.initial})
        typed["origin"] = start
        return _page(form, typed, Complaints(), uuid4().hex, form.version), 200
    if found := drafts.find():
        draft, typed = found
        moved = draft.version if draft.version < form.version else None
        return _page(
            form,
            typed,
            Complaints(),
            uuid4().hex,
            form.version,
            moved_since=moved,
            draft=draft,
        ), 200
    return _page(form, typed_from(form.initial), Complaints(), uuid4().hex, form.version), 200


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
    match typed.get("step"):
        case drafts.KEEP:
            return drafts.keep(typed, version=expect, token=token)
        case drafts.DISCARD:
            return drafts.discard()
        case step if step == CHECK and form.check:
            return _checked(form, typed, token, expect)
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
        return _page(
            form, typed, Complaints(), uuid4().hex, form.version, stale=True, moved_since=expect
        ), 412
    except KeyOfAnother:  # by the back button: sent once, changed, and sent again
        return _page(
            form, typed, Complaints(), uuid4().hex, form.version, sent=True, moved_since=expect
        ), 409
    drafts.done(token)
    onward = (form.done or form.back).replace("{id}", answer["id"])
    receipt = f"&tanda={answer['position']}" if answer.get("position") else ""
    return redirect(f"{onward}?tercatat={answer.get('recorded', 1)}{receipt}", 303)


def _checked(form: Form, typed: Typed, token: str, version: int) -> ResponseReturnValue:
    """The form again, with what stands against it, and nothing recorded."""
    assert form.check is not None
    try:
        checked = form.check(load(form.schema, typed))
        complaints = Complaints(rules=tuple(checked.rules))
    except ValidationError as error:
        checked, complaints = Checked((), ()), complaints_of(error)
        errors = {**unfilled(form.schema, typed), **complaints.errors}
        complaints = replace(complaints, errors=errors)
    return _page(form, typed, complaints, token, version, checked=checked), 200


def _moved(form: Form, typed: Typed, since: Since) -> list[Moved]:
    """Entry by entry, what another officer changed, beside what was typed."""
    if not since.initial:
        return []
    shown = [
        {entry.name: entry for entry in each_entry(_parts(form, each))}
        for each in (typed_from(since.initial), typed_from(form.initial), typed)
    ]
    was, now, mine = shown
    return [
        Moved(
            label=entry.label,
            was=said(was[name]) if name in was else "",
            now=said(entry),
            typed=said(mine[name]) if name in mine else "",
            id=entry.id,
        )
        for name, entry in now.items()
        if name not in was or said(was[name]) != said(entry)
    ]


def _beyond_the_form(since: Since, moved: Sequence[Moved]) -> list[Row]:
    """What changed and is not said already, entry by entry."""
    told = {one.now for one in moved}
    return [row for row in since.rows if row.now not in told]


def said(entry: Entry) -> str:
    """What stands in an entry, in words."""
    if entry.widget in ("boxes", "choice"):
        return "\n".join(entry.options.get(value, value) for value in entry.values if value)
    if entry.widget in ("flag", "yes-no"):
        yes_no = {YES: _("Ya"), NO: _("Tidak")}
        return ", ".join(yes_no.get(value, value) for value in entry.values)
    return "\n".join(entry.values)


def _parts(form: Form, typed: Typed, complaints: Complaints | None = None) -> list[Entry | Section]:
    return sections(form.schema, typed, complaints or Complaints(), form.options, form.leave_out)


def _since(form: Form, version: int) -> Since:
    if form.since:
        return form.since(version)
    history = seat().register.ledger.history(form.subject_id)
    entries = histories.timeline(seat(), form.subject_id, history)
    return Since([entry for entry in entries if entry["version"] > version])


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
    sent: bool = False,
    preview: Any = None,
    moved_since: int | None = None,
    draft: Draft | None = None,
    checked: Checked | None = None,
) -> str:
    parts = _parts(form, typed, complaints)
    since = _since(form, moved_since) if moved_since is not None else None
    moved = _moved(form, typed, since) if since else []
    start = typed.get("origin", "")
    begun = form.begin(start) if start and form.begin else None
    return render_template(
        "form.html",
        form=form,
        parts=parts,
        complaints=complaints,
        against=reasons((() if checked else complaints.rules) or form.obstacles, parts),
        checked_against=reasons(complaints.rules, parts) if checked else [],
        wrong=[entry for entry in each_entry(parts) if entry.is_wrong],
        tried=bool(complaints.rules or complaints.errors) and checked is None,
        token=token,
        version=version,
        stale=stale,
        sent=sent,
        preview=preview,
        seen=_seen(typed) if preview else "",
        since=since,
        moved=moved,
        moved_rows=_beyond_the_form(since, moved) if since else [],
        draft=draft,
        draft_saved=drafts.SAVED in request.args,
        checked=checked,
        origin=start if begun else "",
        begun=begun,
        keeps_drafts=not seat().office.is_read_only or form.preview is not None,
        **{"names": Names(seat()) if since else {}, **form.known},
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
