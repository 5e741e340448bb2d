"""Proving oneself again: before what is determined or opened, and before one's account changes.

A page asks for the proof with everything typed kept on it; the proof lasts a few minutes. A token
has no officer in front of it: it must have been issued for such acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from web import passkeys, words
from web.office import now, seat, world

PROOF_LASTS = timedelta(minutes=5)
ACTS = frozenset({"issue", "approve_opening", "declassify"})
"""Determining and opening: nothing done later makes them undone."""

READ, ACT, DETERMINE = "baca", "putuskan", "tetapkan"
GIVEN, KEY = "bukti", "bukti_kunci"
"""The entries in which a proof is sent. They are taken off the form before anyone reads it."""


@dataclass
class ProofNeeded(Exception):
    """The officer must prove himself before this is done."""

    doing: str = ""  # what he is about to do, in his own words
    tried: bool = False
    used: bool = False
    wait_seconds: int = 0


@dataclass
class OutOfScope(Exception):
    """The token was not issued for this."""

    scope: str


def within_scope(method: str) -> None:
    """A token that was issued for reading only changes nothing at all."""
    if READ not in g.scopes:
        raise OutOfScope(READ)
    if method not in ("GET", "HEAD", "OPTIONS") and not g.scopes & {ACT, DETERMINE}:
        raise OutOfScope(ACT)


def before(decision: str) -> None:
    """Ask for what *decision* needs: a fresh proof at a page, the scope of a token."""
    if decision in ACTS:
        require(words.DECREE_ACTS.get(decision) or words.ACTS.get(decision, ""))
    elif "scopes" in g and ACT not in g.scopes:
        raise OutOfScope(ACT)


def require(doing: str = "") -> None:
    """Go on with what was proved a moment ago, or is proved by this very request."""
    if "scopes" in g:
        if DETERMINE not in g.scopes:
            raise OutOfScope(DETERMINE)
        return
    if is_proved():
        return
    given, key = g.get("proof", ("", ""))
    login = seat().account.login
    if key:
        if passkeys.checked(key, login) is None:
            raise ProofNeeded(doing, tried=True)
    elif given:
        proof = world().accounts.prove(login, given, at=now())
        if not proof.right:
            raise ProofNeeded(doing, tried=True, used=proof.used, wait_seconds=proof.wait_seconds)
    else:
        raise ProofNeeded(doing)
    proved()


def proved() -> None:
    session["proved_at"] = now().isoformat()


def is_proved() -> bool:
    at: str = session.get("proved_at", "")
    return at != "" and now() - datetime.fromisoformat(at) < PROOF_LASTS


def asked() -> dict[str, Any]:
    """What a page that asks for a proof must know: by which of his factors it may be given."""
    login = seat().account.login
    factors = world().accounts.factors(login)
    return {
        "factors": factors,
        "passkey": passkeys.to_sign(login) if factors.passkeys else "",
        "sso_name": sso_name() if session.get("via") == "sso" else "",
    }


def sso_name() -> str:
    """What the body's own provider is called; empty where none is set."""
    return str(current_app.config["SSO_NAME"])


def ask(error: ProofNeeded) -> ResponseReturnValue:
    """A page that keeps everything typed and asks for the proof; sent again, it is all done."""
    kept = [(k, v) for k, many in request.form.lists() for v in many if k != "csrf_token"]
    html = render_template(
        "prove.html",
        action=request.full_path.rstrip("?"),
        kept=kept,
        needed=error,
        **asked(),
    )
    status = 429 if error.wait_seconds else 422 if error.tried else 200
    headers = {"Retry-After": str(error.wait_seconds)} if error.wait_seconds else {}
    if "HX-Request" in request.headers:
        headers |= {"HX-Retarget": "body", "HX-Reswap": "innerHTML"}
    return html, status, headers


def _take() -> None:
    if request.method != "POST" or request.path.startswith("/api/"):
        return
    given = request.form
    if GIVEN in given or KEY in given:
        g.proof = (given.get(GIVEN, ""), given.get(KEY, ""))
        request.form = ImmutableMultiDict(
            [(k, v) for k, many in given.lists() for v in many if k not in (GIVEN, KEY)]
        )


def install(app: Flask) -> None:
    app.before_request(_take)
    app.register_error_handler(ProofNeeded, ask)
