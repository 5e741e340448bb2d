"""In which language a page is read: Indonesian, the language of the law, or English.

What people read is written in Indonesian where it is said, wrapped in `_`; `locale/en.po` has the
English. Texts of law, citations, names and titles are data and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, g, request
from markupsafe import Markup

from domain.rule import Finding

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
DEFAULT = "id"
COOKIE = ASKED = "bahasa"
FINDING = "finding"  # the context in which a catalogue has the codes of findings
SAID_MAX = 5000  # messages remembered
FOLDER = Path(__file__).parent / "locale"
A_YEAR = 31_536_000


def language() -> str:
    """The reader's language; Indonesian where nobody is reading."""
    try:
        return str(g.language)
    except (AttributeError, RuntimeError):
        return DEFAULT


def _(message: str, /, **values: Any) -> str:
    """*message* in the reader's language, with ``%(name)s`` filled in."""
    said = _said(message, language())
    return said % values if values else said


@lru_cache(maxsize=SAID_MAX)
def _said(message: str, code: str) -> str:
    return _catalogue(code).gettext(message) if message else message


@lru_cache(maxsize=SAID_MAX)
def _marked(message: str, code: str) -> Markup:
    return Markup(_said(message, code))  # ours, or translated by us


def _in_a_template(message: str, /, **values: Any) -> Markup:
    """As Jinja does it, for which a per cent sign is written twice, but remembered: a page says
    hundreds of things."""
    said = _marked(message, language())
    return said % values if values or "%%" in said else said


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    said = _catalogue(language()).ngettext(one, many, number)
    return said % {"num": number, **values}


def told(finding: Finding) -> str:
    """What a finding says. Its own words are Indonesian and quote what was found; in another
    language its kind is told, with what gave rise to it."""
    kind = _catalogue(language()).pgettext(FINDING, finding.code)
    if kind == finding.code:
        return _(finding.text)
    return f"{kind} (“{finding.value}”)" if finding.value else kind


class Words(dict[Any, str]):
    """What things are called, in the reader's language: translated on reading."""

    def __getitem__(self, key: Any) -> str:
        return _(super().__getitem__(key))

    def get(self, key: Any, default: str = "") -> str:  # type: ignore[override]
        found = super().get(key)
        return default if found is None else _(found)

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        return [self[key] for key in self]

    def said(self) -> Iterator[str]:
        """As written here, for whoever translates."""
        return iter(super().values())


@lru_cache
def _catalogue(code: str) -> NullTranslations:
    file = FOLDER / f"{code}.po"
    if not file.exists():
        return NullTranslations()
    written = BytesIO()
    with file.open("rb") as lines:
        write_mo(written, read_po(lines, locale=code))
    written.seek(0)
    return GNUTranslations(written)


# Choosing


def install(app: Flask) -> None:
    """Read the choice before anything else, and teach it to templates."""
    app.before_request(_choose)
    app.after_request(_remember)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _(message),
        lambda one, many, n: _catalogue(language()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(_=_in_a_template, gettext=_in_a_template)
    app.jinja_env.globals.update(languages=LANGUAGES, language=language, told=told)


def _choose() -> None:
    if is_for_programs():
        g.language = request.accept_languages.best_match(LANGUAGES, DEFAULT)
    else:
        wanted = request.args.get(ASKED) or ("" if is_public() else request.cookies.get(COOKIE))
        g.language = wanted if wanted in LANGUAGES else DEFAULT


def _remember(response: Response) -> Response:
    response.headers.setdefault("Content-Language", language())
    if is_for_programs():
        response.vary.add("Accept-Language")
    wanted = request.args.get(ASKED)
    if wanted in LANGUAGES and not is_public() and request.cookies.get(COOKIE) != wanted:
        response.set_cookie(
            COOKIE, wanted, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def is_for_programs() -> bool:
    """The API reads the language in a header, as programs say it."""
    return request.path.startswith("/api/v")


def is_public() -> bool:
    """Public pages look at no cookie, so that a cache may keep them: the address says it all."""
    return request.path.startswith("/publik/")
