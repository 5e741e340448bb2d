"""The pages of officers and auditors, register by register.

Routes gather what is known and hand it to a template; what may be done is asked of the domain.
This module holds the doors (who may enter); the list is in `web.listing`, forms for acts in
`web.acting`, one item in `web.item_page`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from domain import officer
from domain.history import SYSTEM
from web import navigation
from web.language import _
from web.office import Seat, seat, world
from web.problems import Problem
from web.register import Account

bp = Blueprint("pages", __name__, url_prefix="/<code>")


# The door


@bp.url_value_preprocessor
def _of_which_body(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.code = (values or {}).pop("code", "")


@bp.url_defaults
def _same_body(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("code", g.get("code", ""))


@bp.before_request
def sit_down() -> ResponseReturnValue | None:
    """Who asks, in which of his offices; a provider may have left him fewer (`web.sso`)."""
    account: Account | None = session.account if "login" in session else None  # type: ignore[attr-defined]
    if account is None:
        onward = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("sign_in.form", lanjut=onward or None))
    register = world().registers.get(g.code)
    if register is None or account.body != g.code:
        raise Problem(404)
    only = frozenset(session["only"]) if "only" in session else None
    g.seat = Seat(register, account, session.get("role", ""), g.at, only)
    if not g.seat.offices:
        raise Problem(403, "Anda tidak memegang jabatan PPID hari ini.")
    if g.seat.role not in g.seat.offices:
        g.seat.role = session["role"] = next(iter(g.seat.offices))
    return None


@bp.post("/jabatan")
def choose_office() -> ResponseReturnValue:
    """Act in another of one's offices from here on."""
    if request.form.get("role", "") not in seat().offices:
        raise Problem(403, "Jabatan itu tidak Anda pegang hari ini.")
    session["role"] = request.form["role"]
    session.renew()  # type: ignore[attr-defined]
    return redirect(navigation.home(g.code, session["role"]), 303)


# Lists


@bp.get("/")
def start() -> ResponseReturnValue:
    return redirect(navigation.home(g.code, seat().role))


class Names(dict[str, str]):
    """Officers by the id their acts carry, looked up as a page asks for them."""

    def __init__(self, seat: Seat) -> None:
        super().__init__({SYSTEM: _("Sistem")})
        self._known = {row["id"]: row["name"] for row in seat.register.views.officers()}

    def __missing__(self, officer_id: str) -> str:
        at_the_machine = _("%(who)s, lewat perintah sidik", who=officer_id)
        self[officer_id] = self._known.get(officer.id_of(officer_id), at_the_machine)
        return self[officer_id]
