"""Signing in through the body's own provider (OpenID Connect), where a setting names one.

An identity is its issuer and subject, linked with an account by an invitation or by the officer
himself, never by an e-mail address. The table of groups takes away and gives nothing: an officer
who came this way acts in those offices only that the facts give him and the table names.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from domain.officer import Role
from web import sign_in, step_up
from web.language import _
from web.office import now, world
from web.problems import Problem

SECONDS_MAX = 10
PURPOSES = ("masuk", "tautkan", "bukti", "undangan")
MAY_LINK = "boleh_tautkan"  # in the session: he has asked for it on the page of his account

bp = Blueprint("sso", __name__, url_prefix="/masuk/sso")
log = logging.getLogger("sidik.sso")


class SsoTrouble(Exception):
    """Why the setting cannot be used: one sentence, in Indonesian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    body: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    issuer: str
    client_id: str
    client_secret: str
    name: str = "SSO"
    scope: str = "openid profile"
    claim: str = "groups"
    groups: Mapping[str, tuple[Granted, ...]] = field(default_factory=dict)

    def roles(self, groups: Any, body: str) -> frozenset[str]:
        """The offices that these groups leave open at *body*."""
        held = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        met = (
            row for group in held if isinstance(group, str) for row in self.groups.get(group, ())
        )
        return frozenset(row.role for row in met if row.body == body)


def read(path: Path) -> Settings:
    """The setting in a TOML file; the secret stands in a file of its own, named there."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = {
            group: tuple(
                Granted(body=row["body"], role=Role(row["role"]).value)
                for row in (rows if isinstance(rows, list) else [rows])
            )
            for group, rows in said.get("groups", {}).items()
        }
        secret_file = path.parent / said["client_secret_file"]
        settings = Settings(
            issuer=said["issuer"].rstrip("/"),
            client_id=said["client_id"],
            client_secret=secret_file.read_text(encoding="utf-8").strip(),
            groups=groups,
            **{key: said[key] for key in ("name", "scope", "claim") if key in said},
        )
    except KeyError as error:
        raise SsoTrouble(f"{path.name}: {error} belum diisi.") from None
    except OSError as error:
        raise SsoTrouble(f"{Path(error.filename or path).name} tidak dapat dibaca.") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise SsoTrouble(f"{path.name} tidak terbaca: {error}.") from None
    plain = settings.issuer.startswith(("http://localhost:", "http://127.0.0.1:"))
    if not (settings.issuer.startswith("https://") or plain):
        raise SsoTrouble(f"{path.name}: issuer harus beralamat https://.")
    return settings


def install(app: Flask, settings: Settings | None) -> None:
    app.config.update(SSO=settings, SSO_NAME=settings.name if settings else "")
    if settings is None:
        return
    oauth = OAuth(app)
    oauth.register(
        "sso",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.scope,
            "code_challenge_method": "S256",
            "default_timeout": SECONDS_MAX,
        },
    )
    app.extensions["sidik_sso"] = oauth.sso
    app.register_blueprint(bp)


@bp.get("")
def leave() -> ResponseReturnValue:
    """Off to the provider. Why, is remembered here and not in the address that comes back."""
    purpose = request.args.get("untuk", "masuk")
    if purpose not in PURPOSES:
        raise Problem(404)
    if purpose == "tautkan" and not session.pop(MAY_LINK, False):
        raise _must_begin_at_account()  # a link on some other site may have led here
    session["sso"] = {
        "purpose": purpose,
        "onward": sign_in.onward(),
        "link": request.args.get("tautan", "")[:100],
    }
    more = {"prompt": "login", "max_age": "0"} if purpose == "bukti" else {}
    try:
        answer: ResponseReturnValue = current_app.extensions["sidik_sso"].authorize_redirect(
            url_for("sso.back", _external=True), **more
        )
    except (requests.RequestException, AuthlibBaseError, RuntimeError, ValueError) as error:
        raise _unreachable(error) from None
    return answer


@bp.get("/kembali")
def back() -> ResponseReturnValue:
    """What the provider says of who has come back: checked, then used for what he left for."""
    asked = session.pop("sso", None)
    if not asked:
        raise Problem(400, detail=_("Mulailah lagi dari halaman masuk."))
    claims = _claims()
    subject, settings = str(claims["sub"]), current_app.config["SSO"]
    if asked["purpose"] == "tautkan":
        return _link(subject)
    if asked["purpose"] == "undangan":
        return _take_up(asked["link"], subject, claims)
    account = world().accounts.identified(settings.issuer, subject, now())
    if account is None or account.body not in world().registers:
        raise Problem(
            403,
            _("Identitas ini belum ditautkan dengan akun SIDIK."),
            _(
                "Masuklah dengan cara lain lalu tautkan di halaman akun Anda, atau minta undangan "
                "kepada admin badan publik."
            ),
        )
    if asked["purpose"] == "bukti":
        if account.login != session.get("login"):
            raise Problem(403, _("Identitas itu bukan milik akun yang sedang masuk."))
        if not _has_just_signed_in(claims):
            raise Problem(
                403,
                _("Penyedia identitas tidak menyatakan bahwa Anda baru saja masuk."),
                _("Masuklah lagi di sana ketika diminta, atau pakai bukti yang lain."),
            )
        step_up.proved()
        return render_template("proved.html")
    only = settings.roles(claims.get(settings.claim), account.body)
    return sign_in.finish(account, via="sso", only=only, onward=asked["onward"])


def _claims() -> Mapping[str, Any]:
    settings: Settings = current_app.config["SSO"]
    try:
        token = current_app.extensions["sidik_sso"].authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": settings.issuer},
                "sub": {"essential": True},
                "aud": {"essential": True, "value": settings.client_id},
                "exp": {"essential": True},
            }
        )
        claims: Mapping[str, Any] | None = token.get("userinfo")
    except requests.RequestException as error:
        raise _unreachable(error) from None
    except Exception as error:  # whatever a provider may answer
        log.warning("an answer of the provider was refused: %s", type(error).__name__)
        claims = None
    if not claims:
        raise Problem(
            403,
            _("Jawaban penyedia identitas tidak dapat diterima."),
            _("Mulailah lagi dari halaman masuk; tautan lama tidak dapat dipakai ulang."),
        )
    return claims


def _has_just_signed_in(claims: Mapping[str, Any]) -> bool:
    """As was asked of the provider, by an address that anybody at this browser could cut short."""
    said, issued = claims.get("auth_time"), claims.get("iat")
    if not (isinstance(said, int) and isinstance(issued, int)):
        return False
    return issued - said < step_up.PROOF_LASTS.total_seconds()


def _unreachable(error: Exception) -> Problem:
    log.warning("the provider cannot be reached: %s", type(error).__name__)
    return Problem(
        503,
        _("Penyedia identitas tidak dapat dihubungi."),
        _("Coba lagi sebentar lagi, atau masuk dengan nama masuk dan kata sandi."),
    )


def _must_begin_at_account() -> Problem:
    return Problem(403, _("Buktikan diri Anda dahulu di halaman akun, lalu tautkan lagi."))


def _link(subject: str) -> ResponseReturnValue:
    """The signed-in officer, who has proved himself, says that this is he."""
    if "login" not in session or not step_up.is_proved():
        raise _must_begin_at_account()
    _linked(session["login"], subject)
    world().accounts.note(session["login"], "identity", now())
    return redirect(f"/{session['body']}/akun?tercatat=1")


def _linked(login: str, subject: str) -> None:
    accounts = world().accounts
    try:
        accounts.link_identity(login, current_app.config["SSO"].issuer, subject, now())
    except accounts.Trouble as trouble:
        raise Problem(409, _(str(trouble))) from None


def _take_up(link: str, subject: str, claims: Mapping[str, Any]) -> ResponseReturnValue:
    """An invitation taken up with an identity instead of a password."""
    accounts, settings = world().accounts, current_app.config["SSO"]
    found = accounts.link(link, now())
    if found is None or (found.purpose, found.state) != ("invitation", "open"):
        raise sign_in.no_link(found.state if found else "")
    _linked(found.account.login, subject)
    if not accounts.take_link(link, now()):
        raise sign_in.no_link("used")
    accounts.note(found.account.login, "identity", now())
    only = settings.roles(claims.get(settings.claim), found.account.body)
    return sign_in.finish(found.account, via="sso", only=only)
