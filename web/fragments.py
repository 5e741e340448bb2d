"""Parts of pages that many pages have alike, made once.

A fragment is a template that sees what it is given and nothing else, so that what it was given is
all it depends on, with the language and the body of the addresses in it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g
from markupsafe import Markup

from web.language import language

KEPT_MAX = 1000  # fragments of a few KB


def fragment(template: str, **given: Hashable) -> Markup:
    """*template* as it is with these values; they must be hashable, and it must ask for no other
    (`request`, `session` and `g` are there, as in every template)."""
    return _made(template, language(), g.get("code", ""), tuple(given.items()))


def options(choices: Mapping[Any, str], chosen: Any) -> Markup:
    """The options of a select, one of them chosen."""
    return fragment("_options.html", choices=tuple(choices.items()), chosen=chosen)


@lru_cache(maxsize=KEPT_MAX, typed=True)
def _made(template: str, language: str, code: str, given: tuple[tuple[str, Any], ...]) -> Markup:
    made = current_app.jinja_env.get_template(template).render(given)
    return Markup(made)  # the template has escaped what it was given


def install(app: Flask) -> None:
    app.jinja_env.globals.update(fragment=fragment, options=options)
