"""What the law allows, over HTTP: pages for officers, an API, and what the public may read.

Routes translate; they decide nothing. Read `entries` (what each act asks for), `acting` and
`api` (the two ways of asking), `item_page` (one item), `public`; `office` says who acts;
`language`, `words` and `navigation` are how it speaks, `forms` and `fields` how it listens.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Flask, Request, g, has_request_context, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from werkzeug.routing import MapAdapter

from web import (
    account_admin,
    account_pages,
    api,
    audit_api,
    audit_pages,
    carried,
    decree_pages,
    evidence_api,
    evidence_pages,
    fragments,
    help_pages,
    import_api,
    import_pages,
    imports,
    item_page,
    language,
    listing,
    navigation,
    open_data_pages,
    overview_page,
    packing,
    pages,
    pledge_pages,
    problems,
    public,
    public_changes,
    public_data,
    public_evidence,
    public_figures,
    public_papers,
    public_snapshots,
    security,
    settings_api,
    settings_pages,
    sign_in,
    sso,
    step_up,
    theme,
    together,
    words,
    work_page,
)
from web.office import World
from web.register import Accounts, Mail, Register
from web.sessions import Sessions
from web.trail import DIGITS_MAX

__all__ = ["create_app"]

REQUEST_BYTES_MAX = 512 * 1024
ADDRESSES_MAX = 10_000
HIDDEN = Markup(' aria-hidden="true"')
PLAIN = frozenset({str, int, UUID})
NOTED = ("tercatat", "tanda")
"""What an address says of an act just done: how much was recorded, and where."""

PARTS = (
    account_admin,
    account_pages,
    audit_api,
    audit_pages,
    decree_pages,
    evidence_api,
    evidence_pages,
    help_pages,
    import_api,
    import_pages,
    item_page,
    listing,
    open_data_pages,
    overview_page,
    pledge_pages,
    settings_api,
    settings_pages,
    together,
    work_page,
)
"""Modules that add their pages to `pages.bp` by being imported."""

PUBLIC_PARTS = (
    public_changes,
    public_data,
    public_evidence,
    public_figures,
    public_papers,
    public_snapshots,
)
"""Modules that add theirs to `public.bp`."""


class Web(Flask):
    addresses: dict[tuple[Any, ...], str]

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Whole addresses begin as the setting says, where there is one: a visitor may lie."""
        adapter = super().create_url_adapter(request)
        if adapter is not None and (set_so := urlsplit(self.config["ADDRESS"])).netloc:
            adapter.url_scheme, adapter.server_name = set_so.scheme, set_so.netloc
        return adapter

    def url_for(self, endpoint: str, **values: Any) -> str:
        """As Flask does it, remembered: a page has a hundred addresses, most of them every page's.

        Apart from what is given, an address inside a request follows from the body, the language
        and where the application is mounted.
        """
        kinds = set(map(type, values.values()))
        if endpoint[:1] == "." or not kinds <= PLAIN or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (endpoint, g.get("code"), language.language(), request.root_path, *values.items())
        if key not in self.addresses:
            if len(self.addresses) >= ADDRESSES_MAX:
                self.addresses.clear()
            self.addresses[key] = super().url_for(endpoint, **values)
        return self.addresses[key]

    def log_exception(self, *_: Any) -> None:
        """Left to `problems`: what Flask would write may quote what is closed."""


def create_app(
    registers: Mapping[str, Register],
    accounts: Accounts,
    clock: Callable[[], datetime],
    *,
    secret_key: str = "",
    secure: bool = False,
    trouble: tuple[type[Exception], ...] = (),
    mail: Mail | None = None,
    address: str = "",
    single_sign_on: sso.Settings | None = None,
) -> Flask:
    """The whole web of an installation.

    *secret_key* signs form tokens (made up where none is given: forms then end with the
    process); *secure* is for service over HTTPS; *trouble* are the errors by which the
    database says that it cannot serve, each a sentence for people. *mail* goes to officers with
    links that begin with *address*; *single_sign_on* is the body's own provider, if any.
    """
    app = Web(__name__)
    app.addresses = {}
    app.config.update(
        SECRET_KEY=secret_key or secrets.token_hex(32),
        MAX_CONTENT_LENGTH=REQUEST_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=REQUEST_BYTES_MAX,
        MAX_FORM_PARTS=5_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        API_TITLE="SIDIK",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        BRAND="sidik",
        MAIL=mail,
        ADDRESS=address,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    World(registers, accounts, clock).install(app)
    language.install(app)
    theme.install(app)
    fragments.install(app)
    app.session_interface = Sessions(accounts, secure=secure)
    imports.install(app)
    help_pages.install(app)
    csrf = CSRFProtect(app)
    documented = api.SidikApi(app)
    documented.register_blueprint(api.bp)
    api.describe(app, documented.spec)
    csrf.exempt(api.bp)
    for bp in (sign_in.bp, pages.bp, public.bp):
        app.register_blueprint(bp)
    problems.install(app, trouble)
    carried.install(app)
    step_up.install(app)
    sso.install(app, single_sign_on)
    security.install(app, secure=secure)
    packing.install(app)
    _install_words(app)
    app.add_url_rule("/healthz", "healthz", _healthz)
    return app


def _healthz() -> ResponseReturnValue:
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


def _install_words(app: Flask) -> None:
    """What templates may say: dates, names of things, the address of a static file."""

    def zone() -> tuple[str, str]:
        known = g.seat.desk.body if "seat" in g else g.body
        return known.zone, known.zone_name

    app.jinja_env.filters.update(
        day=words.day,
        short_day=words.short_day,
        number=words.number,
        moment=lambda at: words.moment(at, *zone()),
        short_moment=lambda at: words.short_moment(at, *zone()),
        role=words.role,
        ground=words.ground,
        ground_meaning=words.ground_meaning,
        period=words.period,
        standard=words.standard,
        fact_title=lambda tag: words.FACTS.get(tag, tag),
    )
    app.jinja_env.globals.update(words=words, static=_static, sprite=_sprite, rail=navigation.rail)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def around() -> dict[str, Any]:
        return {
            "seat": g.get("seat"),
            "body": g.seat.desk.body if "seat" in g else g.get("body"),
            "today": g.seat.desk.today if "seat" in g else g.get("today", date.min),
            "noted": request.args.get("tercatat", ""),
            "receipt": _receipt(request.args.get("tanda", "")),
            "theme": g.get("theme", ""),
            "brand": app.config["BRAND"],
            "elsewise": _elsewise,
        }


def _receipt(position: str) -> int:
    """Of what was just recorded; 0: nothing was, or its position is not known."""
    is_number = position.isascii() and position.isdecimal() and len(position) <= DIGITS_MAX
    return int(position) if is_number else 0


def _elsewise(**choice: str) -> str:
    """This very page with another choice in its address, such as another language."""
    kept = {name: request.args.getlist(name) for name in request.args if name not in NOTED}
    return f"{request.path}?{urlencode({**kept, **choice}, doseq=True)}"


@lru_cache(maxsize=1000)
def _sprite(name: str, label: str = "") -> Markup:
    """An icon, said aloud where it has a label."""
    said = Markup(' role="img" aria-label="{}"').format(label) if label else HIDDEN
    return Markup('<svg class="icon" width="20" height="20"{}><use href="{}#{}"/></svg>').format(
        said, _static("vendor/icons.svg"), name
    )


@lru_cache
def _static(name: str) -> str:
    """The address of a file of ours, which changes when the file does."""
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:8])
