"""One's own account: by what one proves oneself, where one is signed in, which tokens speak."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import segno
from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from web import passkeys, sso, step_up
from web.fields import FORBIDDEN
from web.language import Words, _
from web.office import READ_ONLY, now, seat, world
from web.pages import bp
from web.problems import Problem
from web.sign_in import tell

LABEL_MAX = 60
IDENTITY_MAX = 500
KEY = re.compile("[0-9a-f]{64}")  # by which a session is named
TOKEN_DAYS = (7, 30, 90, 365)
SCOPES = Words(
    {
        step_up.READ: "Membaca: daftar, butir, jejak audit",
        step_up.ACT: "Bertindak: mengusulkan, menguji, menyetujui, mengarsipkan",
        step_up.DETERMINE: "Menetapkan dan membuka: tindakan yang di halaman meminta bukti diri",
    }
)
EVENTS = Words(
    {
        "invitation": "Undangan dibuat",
        "recovery": "Tautan pemulihan dibuat",
        "password": "Kata sandi diganti",
        "codes": "Aplikasi kode dipasang",
        "codes-dropped": "Aplikasi kode dilepas",
        "passkey": "Kunci sandi ditambahkan",
        "passkey-dropped": "Kunci sandi dilepas",
        "recovery-codes": "Kode pemulihan baru dibuat",
        "factors-dropped": "Semua faktor kedua dilepas",
        "identity": "Identitas ditautkan",
        "identity-dropped": "Tautan identitas dilepas",
        "token": "Token API diterbitkan",
        "token-revoked": "Token API dicabut",
        "disabled": "Akun ditutup",
        "enabled": "Akun dibuka kembali",
        "email": "Alamat surel diganti",
    }
)


@bp.get("/akun")
def account() -> ResponseReturnValue:
    return _page()


def _page(status: int = 200, **said: Any) -> ResponseReturnValue:
    login, accounts = _login(), world().accounts
    key = session_key()
    html = render_template(
        "account.html",
        login=login,
        email=accounts.email(login),
        sessions=[(one, one.key == key) for one in accounts.sessions(login, now())],
        identities=accounts.identities(login),
        events=accounts.events(login),
        called=EVENTS,
        browser_of=browser_of,
        key_id=bytes_to_base64url,
        make=passkeys.to_make(login, seat().desk.officer.name),
        by_address=not passkeys.host(),
        sso_set=step_up.sso_name(),
        proved=step_up.is_proved(),
        **step_up.asked(),
        **said,
    )
    return html, status


def _login() -> str:
    return seat().account.login


def session_key() -> str:
    """The name of this very session among those of the account."""
    from hashlib import sha256  # noqa: PLC0415

    return sha256(session.id.encode()).hexdigest()  # type: ignore[attr-defined]


def _noted(what: str, said: str) -> None:
    """Keep it for the officer, and tell him by mail where he can be told."""
    world().accounts.note(_login(), what, now())
    tell(_login(), said)


def _back() -> ResponseReturnValue:
    return redirect(url_for("pages.account", tercatat=1), 303)


# Password, codes, passkeys


@bp.post("/akun/sandi")
def change_password() -> ResponseReturnValue:
    """A new password; every other session ends."""
    accounts = world().accounts
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _page(422, wrong={"again": _("Kedua kata sandi itu tidak sama.")})
    if not 12 <= len(password) <= 200:
        return _page(422, wrong={"password": _("Kata sandi harus 12 sampai 200 karakter.")})
    step_up.require(_("Ganti kata sandi"))
    accounts.set_password(_login(), password, now(), but=session.id)  # type: ignore[attr-defined]
    _noted("password", _("Kata sandi akun SIDIK Anda baru saja diganti."))
    return _back()


@bp.post("/akun/kode")
def add_codes() -> ResponseReturnValue:
    """The picture for an app, to be confirmed by its first code."""
    step_up.require(_("Pasang aplikasi kode"))
    return _codes_page()


def _codes_page(status: int = 200, **said: Any) -> ResponseReturnValue:
    accounts = world().accounts
    try:
        secret = accounts.begin_codes(_login(), now())
    except accounts.Trouble as trouble:
        raise Problem(409, _(str(trouble))) from None
    address = pyotp.TOTP(secret).provisioning_uri(name=_login(), issuer_name="SIDIK")
    picture = segno.make(address, error="m").svg_inline(omitsize=True, border=2)
    html = render_template(
        "totp.html",
        picture=picture,
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        address=address,
        **said,
    )
    return html, status


@bp.post("/akun/kode/pasang")
def confirm_codes() -> ResponseReturnValue:
    """The app works: its first code has come."""
    step_up.require(_("Pasang aplikasi kode"))  # a wrong code shows the secret again
    accounts = world().accounts
    checked = accounts.confirm_codes(_login(), "".join(request.form.get("code", "").split()), now())
    if checked != "right":
        return _codes_page(422, wrong=True)
    _noted("codes", _("Aplikasi kode dipasang pada akun SIDIK Anda."))
    return _after_a_factor()


@bp.post("/akun/kode/lepas")
def drop_codes() -> ResponseReturnValue:
    step_up.require(_("Lepas aplikasi kode"))
    world().accounts.drop_codes(_login())
    _noted("codes-dropped", _("Aplikasi kode dilepas dari akun SIDIK Anda."))
    return _back()


@bp.post("/akun/kunci")
def add_passkey() -> ResponseReturnValue:
    sent, label = request.form.get("kunci", ""), _label() or _("Kunci sandi")
    step_up.require(_("Tambah kunci sandi"))
    accounts = world().accounts
    try:
        made = passkeys.made(sent, _login(), label)
    except accounts.Trouble as trouble:
        return _page(422, wrong={"kunci": _(str(trouble))})
    if not made:
        return _page(422, wrong={"kunci": _("Kunci sandi tidak jadi dibuat. Coba sekali lagi.")})
    _noted("passkey", _("Sebuah kunci sandi ditambahkan pada akun SIDIK Anda."))
    return _after_a_factor()


def _label() -> str:
    return _words("label").strip()[:LABEL_MAX]


def _words(name: str) -> str:
    return FORBIDDEN.sub("", request.form.get(name, ""))


@bp.post("/akun/kunci/lepas")
def drop_passkey() -> ResponseReturnValue:
    step_up.require(_("Lepas kunci sandi"))
    try:
        found = world().accounts.drop_passkey(
            _login(), base64url_to_bytes(request.form.get("id", ""))
        )
    except ValueError:
        found = False
    if not found:
        raise Problem(404)
    _noted("passkey-dropped", _("Sebuah kunci sandi dilepas dari akun SIDIK Anda."))
    return _back()


@bp.post("/akun/pemulihan")
def recovery_codes() -> ResponseReturnValue:
    step_up.require(_("Buat kode pemulihan baru"))
    return _recovery_codes()


def _after_a_factor() -> ResponseReturnValue:
    """Whoever has his first factor is given codes for the day on which he loses it."""
    if world().accounts.factors(_login()).recovery_left:
        return _back()
    return _recovery_codes()


def _recovery_codes() -> ResponseReturnValue:
    codes = world().accounts.new_recovery_codes(_login())
    _noted("recovery-codes", _("Kode pemulihan baru dibuat untuk akun SIDIK Anda."))
    return render_template("recovery_codes.html", codes=codes), 200


# Identity at the provider


@bp.post("/akun/identitas")
def link_identity() -> ResponseReturnValue:
    """Proved; the way to the provider is a link, since a form may lead nowhere else."""
    step_up.require(_("Tautkan identitas"))
    session[sso.MAY_LINK] = True
    return _page(linking=True)


@bp.post("/akun/identitas/lepas")
def unlink_identity() -> ResponseReturnValue:
    step_up.require(_("Lepas tautan identitas"))
    issuer, subject = (_words(name)[:IDENTITY_MAX] for name in ("issuer", "subject"))
    world().accounts.unlink_identity(_login(), issuer, subject)
    _noted("identity-dropped", _("Tautan identitas dilepas dari akun SIDIK Anda."))
    return _back()


# Sessions


@bp.post("/akun/sesi/akhiri")
def end_session() -> ResponseReturnValue:
    """Sign out elsewhere: one browser, or all but this one."""
    key = request.form.get("key", "")
    if key == "semua":
        world().accounts.sign_out_everywhere(_login(), now(), but=session.id)  # type: ignore[attr-defined]
    elif not (KEY.fullmatch(key) and world().accounts.revoke_session(_login(), key, now())):
        raise Problem(404, detail=_("Sesi itu sudah berakhir."))
    return _back()


def browser_of(agent: str) -> str:
    """A browser as its holder would name it."""
    programs = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "CrOS": "ChromeOS",
        "Linux": "Linux",
    }
    program = next((name for mark, name in programs.items() if mark in agent), "")
    program = program or ("Safari" if "Safari/" in agent else _("Peramban lain"))
    system = next((name for mark, name in systems.items() if mark in agent), "")
    return f"{program}, {system}" if system else program


# Tokens


@bp.get("/akun/token")
def tokens() -> ResponseReturnValue:
    return _tokens_page()


def _tokens_page(status: int = 200, **said: Any) -> ResponseReturnValue:
    known = world().accounts.tokens(_login())
    html = render_template(
        "tokens.html",
        serving=[one for one in known if one.serves(now())],
        ended=[one for one in known if not one.serves(now())][:20],
        scopes=SCOPES,
        days=TOKEN_DAYS,
        typed=request.form,
        **said,
    )
    return html, status


@bp.post("/akun/token")
def issue_token() -> ResponseReturnValue:
    """A new token, shown this once."""
    here, wrong = seat(), {}
    role, days = request.form.get("role", ""), request.form.get("days", "")
    scopes = {step_up.READ, *request.form.getlist("scopes")}
    if not _label():
        wrong["label"] = _("Beri nama, supaya kelak Anda tahu untuk apa token ini.")
    if role not in here.offices:
        wrong["role"] = _("Jabatan itu tidak Anda pegang hari ini.")
    elif role in READ_ONLY and scopes - {step_up.READ}:
        wrong["scopes"] = _("Jabatan ini hanya membaca; pilih lingkup ‘baca’ saja.")
    if days not in map(str, TOKEN_DAYS):
        wrong["days"] = _("Pilih salah satu masa berlaku.")
    if not scopes <= set(SCOPES):
        wrong["scopes"] = _("Lingkup itu tidak dikenal.")
    if wrong:
        return _tokens_page(422, wrong=wrong)
    step_up.require(_("Terbitkan token API"))
    token = world().accounts.issue_token(
        _login(),
        role=role,
        label=_label(),
        scopes=scopes,
        at=now(),
        expires_at=now() + timedelta(days=int(days)),
    )
    _noted("token", _("Token API baru diterbitkan dari akun SIDIK Anda."))
    return _tokens_page(token=token, token_label=_label())


@bp.post("/akun/token/cabut")
def revoke_token() -> ResponseReturnValue:
    try:
        token_id = UUID(request.form.get("id", ""))
    except ValueError:
        raise Problem(404) from None
    if not world().accounts.revoke_token(_login(), token_id, now()):
        raise Problem(404, detail=_("Token itu sudah berakhir atau bukan milik Anda."))
    world().accounts.note(_login(), "token-revoked", now())
    return redirect(url_for("pages.tokens", tercatat=1), 303)
