"""Drafts of forms: kept for the officer who typed them, shown again when he comes back.

A draft is no fact and no act. It is its officer's alone, may hold what is closed, and is dropped
when the act is done. `static/drafts.js` keeps one while he types; the button does it without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from web import words
from web.forms import Typed
from web.language import _
from web.office import seat
from web.register import Draft

KEEP, DISCARD = "keep", "discard"
BY_SCRIPT = "X-Sidik-Draft"
SAVED = "konsep"  # in the address: it was kept a moment ago
NEVER_KEPT = frozenset({"csrf_token", "token", "step", "seen", "version", "berkas"})


def find() -> tuple[Draft, Typed] | None:
    """What this officer had typed in the form at this address."""
    here = seat()
    draft = here.register.drafts.find(here.account.officer_id, request.path, at=here.at)
    if draft is None:
        return None
    pairs = [(name, value) for name, values in draft.typed.items() for value in values]
    return draft, MultiDict(pairs)


def keep(typed: Typed, *, version: int, token: str) -> ResponseReturnValue:
    here = seat()
    here.register.drafts.keep(
        here.account.officer_id,
        request.path,
        _worth_keeping(typed),
        version=version,
        token=token,
        at=here.at,
    )
    if BY_SCRIPT in request.headers:
        said = words.moment(here.at, here.desk.body.zone, here.desk.body.zone_name)
        text = _("Konsep tersimpan %(moment)s.", moment=said)
        return text, 200, {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(f"{request.path}?{SAVED}=1", 303)


def discard() -> ResponseReturnValue:
    here = seat()
    here.register.drafts.discard(here.account.officer_id, request.path)
    return redirect(request.path, 303)


def done(token: str) -> None:
    """The act was done: what was typed for it is of no use any more."""
    here = seat()
    here.register.drafts.done(here.account.officer_id, request.path, token=token, at=here.at)


def _worth_keeping(typed: Typed) -> Mapping[str, Any]:
    return {
        name: values
        for name, values in typed.lists()
        if name not in NEVER_KEPT and any(values) and "\0" not in "".join(values)
    }
