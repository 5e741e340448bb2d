"""Signing in and out, and choosing the office to act in."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from domain import body
from web.fields import FORBIDDEN
from web.office import Seat, world
from web.problems import Problem

bp = Blueprint("sign_in", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    if "body" in session:
        return redirect(url_for("pages.work", code=session["body"]))
    return redirect(url_for("sign_in.form"))


@bp.get("/masuk")
def form() -> ResponseReturnValue:
    if "body" in session:
        return redirect(url_for("pages.work", code=session["body"]))
    return render_template("sign_in.html", onward=_onward(), bodies=_bodies())


@bp.post("/masuk")
def enter() -> ResponseReturnValue:
    """Check the password; a new session begins, whatever the old one was."""
    login = FORBIDDEN.sub("?", request.form.get("login", "")).strip().lower()
    password = request.form.get("password", "")
    address = request.remote_addr or "?"
    attempt = world().accounts.sign_in(login, password, address=address, at=g.at)
    if attempt.account is None or attempt.account.body not in world().registers:
        status = 429 if attempt.wait_seconds else 422
        page = render_template(
            "sign_in.html",
            login=login[:100],
            wait=attempt.wait_seconds,
            failed=True,
            onward=_onward(),
            bodies=_bodies(),
        )
        headers = {"Retry-After": str(attempt.wait_seconds)} if attempt.wait_seconds else {}
        return page, status, headers
    account = attempt.account
    seat = Seat(world().registers[account.body], account, "", g.at)
    if not seat.offices:
        raise Problem(
            403,
            "Anda tidak memegang jabatan PPID hari ini.",
            "Minta admin badan publik mencatat jabatan atau penunjukan Plt/Plh Anda.",
        )
    session.clear()
    session.renew()  # type: ignore[attr-defined]
    session["login"], session["body"] = account.login, account.body
    session["role"] = next(iter(seat.offices))
    return redirect(_onward(account.body) or url_for("pages.work", code=account.body), 303)


@bp.post("/keluar")
def leave() -> ResponseReturnValue:
    session.end()  # type: ignore[attr-defined]
    return redirect(url_for("sign_in.form"), 303)


def _onward(body: str = "") -> str:
    """Where the officer wanted to go: an address of ours in his own register, or nowhere."""
    wanted = request.values.get("lanjut", "")
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if plain and (not body or wanted.startswith(f"/{body}/")) else ""


def _bodies() -> list[tuple[str, str]]:
    """The public pages there are."""
    found = [
        (code, register.ledger.recall(body, body.ID).state.name or code)
        for code, register in world().registers.items()
    ]
    return sorted(found, key=lambda pair: pair[1])
