"""Signing in and out: password and second factor, a passkey alone, and the ways back in.

Read on: the page, the password, what comes second, the passkey, how everybody ends up signed in,
and the one-time links of invitations and recoveries.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import (
    Blueprint,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from domain import body
from web import navigation, passkeys, public_home, step_up
from web.fields import FORBIDDEN
from web.language import _
from web.office import Seat, world
from web.problems import Problem
from web.register import Account

bp = Blueprint("sign_in", __name__)

HALFWAY_LASTS = timedelta(minutes=5)
LOGIN_MAX = 100


@bp.get("/")
def home() -> ResponseReturnValue:
    if "body" in session:
        return redirect(navigation.home(session["body"], session.get("role", "")))
    return public_home.page()


@bp.get("/masuk")
def form() -> ResponseReturnValue:
    if "body" in session:
        return redirect(navigation.home(session["body"], session.get("role", "")))
    return page()


def page(*, carried: Any = (), **more: Any) -> str:
    """The page to sign in; *carried* is what was typed in a form that lost its session."""
    return render_template(
        "sign_in.html",
        onward=onward(),
        bodies=_bodies(),
        carried=carried,
        passkey=passkeys.to_sign(),
        sso_name=step_up.sso_name(),
        **more,
    )


def carried() -> list[tuple[str, str]]:
    """What the page to sign in carries along, whatever becomes of this attempt."""
    return [
        (k, v) for k, many in request.form.lists() for v in many if k.startswith(("bawa-", "bawa_"))
    ]


def _refused(template: str, status: int, wait: int = 0, **more: Any) -> ResponseReturnValue:
    """The same page again, with why it was not enough."""
    headers = {"Retry-After": str(wait)} if wait else {}
    shown = {"carried": carried(), "wait": wait, "failed": True, **more}
    if template == "sign_in.html":
        return page(**shown), 429 if wait else status, headers
    html = render_template(template, onward=onward(), **shown)
    return html, 429 if wait else status, headers


# The password


@bp.post("/masuk")
def enter() -> ResponseReturnValue:
    """Check the password; a new session begins, whatever the old one was."""
    login = _login()
    address = request.remote_addr or "?"
    attempt = world().accounts.sign_in(
        login, request.form.get("password", ""), address=address, at=g.at
    )
    if attempt.account is None or attempt.account.body not in world().registers:
        return _refused("sign_in.html", 422, attempt.wait_seconds, login=login[:LOGIN_MAX])
    if world().accounts.factors(attempt.account.login).any:
        return _halfway(attempt.account.login)
    return finish(attempt.account, via="password")


def _login() -> str:
    return FORBIDDEN.sub("?", request.form.get("login", "")).strip().lower()


# What comes second


def _halfway(login: str) -> ResponseReturnValue:
    """Known by his password, but not yet signed in."""
    session.begin()  # type: ignore[attr-defined]
    g.pop("csrf_token", None)
    session["halfway"] = {"login": login, "at": g.at.isoformat()}
    return render_template(
        "second_factor.html", onward=onward(), carried=carried(), **_second(login)
    )


def _second(login: str) -> dict[str, Any]:
    factors = world().accounts.factors(login)
    return {"factors": factors, "passkey": passkeys.to_sign(login) if factors.passkeys else ""}


@bp.post("/masuk/kedua")
def second() -> ResponseReturnValue:
    """A code of the app, a recovery code, or a passkey, soon after the password."""
    halfway = session.get("halfway")
    if not halfway or g.at - datetime.fromisoformat(halfway["at"]) > HALFWAY_LASTS:
        session.pop("halfway", None)
        return page(carried=carried(), late=True), 422
    login = halfway["login"]
    account = world().accounts.find(login)
    if account is None:
        return _refused("sign_in.html", 422)
    if request.form.get("kunci"):
        if passkeys.checked(request.form["kunci"], login) is None:
            return _refused("second_factor.html", 422, by_key=True, **_second(login))
        return finish(account, via="passkey")
    proof = world().accounts.prove(login, request.form.get("code", ""), at=g.at)
    if not proof.right:
        return _refused(
            "second_factor.html", 422, proof.wait_seconds, used=proof.used, **_second(login)
        )
    return finish(account, via="code")


# A passkey alone


@bp.post("/masuk/kunci")
def enter_by_key() -> ResponseReturnValue:
    """A passkey is two factors: the device, and the finger, face or PIN it has asked for."""
    key = passkeys.checked(request.form.get("kunci", ""))
    account = world().accounts.find(key.login) if key else None
    if account is None or account.body not in world().registers:
        return _refused("sign_in.html", 422, by_key=True)
    return finish(account, via="passkey")


# Signed in


def finish(
    account: Account, *, via: str, only: frozenset[str] | None = None, onward: str | None = None
) -> ResponseReturnValue:
    """Begin a session of his; what he had typed before, he finds again."""
    from web import carried as typed_before  # noqa: PLC0415  # it shows this module's page

    seat = Seat(world().registers[account.body], account, "", g.at, only)
    if not seat.offices:
        raise Problem(
            403,
            _("Anda tidak memegang jabatan PPID hari ini."),
            _("Minta admin badan publik mencatat jabatan atau penunjukan Plt/Plh Anda.")
            if only is None
            else _(
                "Grup Anda pada penyedia identitas tidak memuat jabatan yang tercatat atas nama "
                "Anda."
            ),
        )
    session.begin()  # type: ignore[attr-defined]
    g.pop("csrf_token", None)
    session["login"], session["body"], session["via"] = account.login, account.body, via
    session["role"] = next(iter(seat.offices))
    session["csrf_token"] = f"{account.login}:{secrets.token_hex(20)}"  # forms say whose they are
    if only is not None:
        session["only"] = sorted(only)
    if request.method == "POST" and (resumed := typed_before.resume(account.login)):
        return resumed
    wanted = _wanted(account.body) if onward is None else onward
    wanted = wanted if wanted.startswith(f"/{account.body}/") else ""
    return redirect(wanted or navigation.home(account.body, session["role"]), 303)


@bp.post("/keluar")
def leave() -> ResponseReturnValue:
    session.end()  # type: ignore[attr-defined]
    return redirect(url_for("sign_in.form"), 303)


def onward() -> str:
    return _wanted()


def _wanted(body: str = "") -> str:
    """Where the officer wanted to go: an address of ours in his own register, or nowhere."""
    wanted = request.values.get("lanjut", "")
    return wanted if is_ours(wanted) and (not body or wanted.startswith(f"/{body}/")) else ""


def is_ours(address: str) -> bool:
    """Browsers read a backslash as a slash, and pass over what cannot be seen between two."""
    is_plain = address.isprintable() and "\\" not in address
    return is_plain and address.startswith("/") and not address.startswith("//")


def _bodies() -> list[tuple[str, str]]:
    """The public pages there are."""
    found = [
        (code, register.ledger.recall(body, body.ID).state.name or code)
        for code, register in world().registers.items()
    ]
    return sorted(found, key=lambda pair: pair[1])


# Ways back in


@bp.get("/masuk/pulih")
def recovery() -> ResponseReturnValue:
    return render_template("recovery.html", mail=world_mail() is not None)


@bp.post("/masuk/pulih")
def ask_for_recovery() -> ResponseReturnValue:
    """The same answer, whether or not there is such an account or a mail was sent."""
    mail = world_mail()
    if mail is None:
        raise Problem(404)
    if wait := world().accounts.too_many_asks(request.remote_addr or "?", g.at):
        return _refused("recovery.html", 429, wait, mail=True)
    if asked := world().accounts.ask_for_link(_login(), g.at):
        link, to = asked
        mail.send(
            to,
            _("SIDIK: tautan pemulihan akun"),
            _(
                "Seseorang, mungkin Anda, meminta kata sandi baru untuk akun SIDIK Anda.\n\n"
                "Buka tautan ini dalam satu jam; tautan ini hanya dapat dipakai sekali:\n"
                "%(link)s\n\n"
                "Bila bukan Anda yang meminta, abaikan surat ini; tidak ada yang berubah.",
                link=url_for("sign_in.open_link", link=link, _external=True),
            ),
        )
    return render_template("recovery.html", mail=True, asked=True)


@bp.post("/masuk/pulih/kode")
def recover_by_code() -> ResponseReturnValue:
    """A recovery code leads to a new password; it does not sign in."""
    login, accounts = _login(), world().accounts
    proof = accounts.recover(
        login, request.form.get("code", ""), address=request.remote_addr or "?", at=g.at
    )
    if not proof.right:
        mail = world_mail() is not None
        return _refused("recovery.html", 422, proof.wait_seconds, mail=mail, by_code=True)
    link = accounts.make_link(login, "recovery", by="", at=g.at)
    return redirect(url_for("sign_in.open_link", link=link), 303)


@bp.get("/tautan/<link>")
def open_link(link: str) -> ResponseReturnValue:
    """Opening a link uses nothing up: mail programs look at links as well."""
    found = world().accounts.link(link, g.at)
    if found is None or found.state != "open":
        raise no_link(found.state if found else "")
    return _link_page(link, found)


def _link_page(link: str, found: Any, error: str = "") -> str:
    sso_name = step_up.sso_name() if found.purpose == "invitation" else ""
    return render_template("link.html", link=link, found=found, error=error, sso_name=sso_name)


@bp.post("/tautan/<link>")
def use_link(link: str) -> ResponseReturnValue:
    """Set the password the link is for, and go on to sign in with it."""
    accounts = world().accounts
    found = accounts.link(link, g.at)
    if found is None or found.state != "open":
        raise no_link(found.state if found else "")
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _link_page(link, found, _("Kedua kata sandi itu tidak sama.")), 422
    if not 12 <= len(password) <= 200:
        return _link_page(link, found, _("Kata sandi harus 12 sampai 200 karakter.")), 422
    if not accounts.take_link(link, g.at):
        raise no_link("used")
    login = found.account.login
    accounts.set_password(login, password, g.at)
    accounts.note(login, "password", g.at)
    tell(login, _("Kata sandi akun SIDIK Anda baru saja diganti."))
    return page(login=login, changed=True)


def no_link(state: str) -> Problem:
    if state == "used":
        return Problem(
            410,
            _("Tautan ini sudah dipakai."),
            _("Satu tautan hanya berlaku sekali. Masuklah dengan kata sandi yang sudah dibuat."),
        )
    if state == "expired":
        return Problem(
            410,
            _("Tautan ini sudah kedaluwarsa."),
            _("Minta tautan baru dari admin badan publik Anda."),
        )
    return Problem(
        404,
        _("Tautan ini tidak dikenal."),
        _("Salin tautannya seutuhnya, atau minta yang baru dari admin badan publik Anda."),
    )


# Letters


def world_mail() -> Any:
    return current_app.config["MAIL"]


def tell(login: str, what: str) -> None:
    """Tell an officer by mail what has happened to his account, where an address is known."""
    mail, to = world_mail(), world().accounts.email(login)
    if mail is not None and to:
        warned = _("Bila bukan Anda yang melakukannya, hubungi admin badan publik Anda segera.")
        mail.send(to, _("SIDIK: perubahan pada akun Anda"), f"{what}\n\n{warned}\n")
