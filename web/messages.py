"""Everything SIDIK says to people, gathered for whoever translates it.

``python -m web.messages`` brings `locale/en.po` up to what is said today: what is new comes
without its English, what is no longer said goes. A test finds whatever lacks English.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from marshmallow import Schema, fields

import domain
import web
from domain.rule import Rule
from web import (
    audit_pages,
    decree_pages,
    help_pages,
    navigation,
    open_data,
    problems,
    words,
)
from web.language import FINDING, FOLDER, Words

HERE = Path(__file__).parent
KEYWORDS: Any = {"_": None, "ngettext": (1, 2), "gettext": None}
HOW = [("**.py", "python"), ("templates/**", "jinja2.ext:babel_extract")]
TRIMMED = {"templates/**": {"trimmed": "true"}}

CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
ENGLISH = FOLDER / "en.po"
HEAD = """\
# SIDIK in English. Message ids are the Indonesian sentences as the pages say them.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

OF_MARSHMALLOW = frozenset(
    text
    for kind in vars(fields).values()
    if isinstance(kind, type) and issubclass(kind, fields.Field)
    for text in kind.default_error_messages.values()
)
"""Its own English, which ours takes the place of."""


def said() -> Catalog:
    """Every message, with where it is said."""
    catalogue = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for file, line, message, _comments, context in extract_from_dir(
        HERE, HOW, TRIMMED, KEYWORDS, strip_comment_tags=True
    ):
        if message and "vendor" not in file:
            catalogue.add(message, locations=[(f"web/{file}", line)], context=context)
    for where, message in _elsewhere():
        if message:
            catalogue.add(message, locations=[(where, 0)])
    for where, code in _codes():
        catalogue.add(code, locations=[(where, 0)], context=FINDING)
    return catalogue


def _elsewhere() -> Iterator[tuple[str, str]]:
    """What is written down in one place and said in another."""
    for module in _modules(web):
        for value in vars(module).values():
            if isinstance(value, Words):
                yield from (("web/words.py", text) for text in value.said())
            elif isinstance(value, type) and issubclass(value, Schema):
                yield from (("web/entries.py", text) for text in _asked(value))
    yield "web/words.py", words.IF_LEFT_PROPOSED
    for told in (problems.TITLES, problems.ADVICE):
        yield from (("web/problems.py", text) for text in told.values())
    yield from (("web/navigation.py", place.label) for place in navigation.PLACES)
    yield from (("web/audit_pages.py", door.label) for door in audit_pages.DOORS)
    yield from (("web/decree_pages.py", title) for _stages, title in decree_pages.GROUPS.values())
    yield from (("web/open_data.py", told) for told in open_data.PUBLIC_COLUMNS.values())
    for steps in help_pages.TOURS.values():
        yield from (("web/help_pages.py", text) for s in steps for text in (s.title, s.text))
    for file in sorted((HERE.parent / "adapters" / "evidence").glob("*.py")):
        yield from ((f"adapters/evidence/{file.name}", text) for text in _refusals(file))
    for module in _modules(domain):
        for value in vars(module).values():
            if isinstance(value, Rule):
                yield module.__name__.replace(".", "/") + ".py", value.text


def _refusals(file: Path) -> Iterator[str]:
    """Why there is no evidence, as those say it who look for it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Name(id="NoEvidence" | "NotNow" | "NotYetSigned"),
                args=[ast.Constant(value=str(text))],
            ):
                yield text


def _modules(package: Any) -> Iterator[Any]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _asked(schema: type[Schema]) -> Iterator[str]:
    """What a form asks, and what it answers to what cannot be read."""
    for entry in schema._declared_fields.values():
        inner = entry.inner if isinstance(entry, fields.List) else None
        for asked in filter(None, (entry, inner)):
            told = asked.metadata
            yield from (str(told.get(part) or "") for part in ("label", "hint", "fold"))
            yield from map(str, (told.get("options") or {}).values())
            yield from {*map(str, asked.error_messages.values())} - OF_MARSHMALLOW
            yield from (str(getattr(check, "error", None) or "") for check in asked.validators)


def _codes() -> Iterator[tuple[str, str]]:
    """Findings quote what they found, so their English is kept by what kind they are."""
    for file in sorted(Path(domain.__file__).parent.rglob("*.py")):
        where = f"domain/{file.name}"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Finding"), keywords=given):
                    given_codes: list[ast.expr] = [k.value for k in given if k.arg == "code"]
                case ast.Call(func=ast.Name(id="_gap"), args=[first, *_rest]):
                    given_codes = [first]
                case ast.Assign(targets=[ast.Name(id="_REFUSALS")], value=ast.Dict(keys=keys)):
                    given_codes = [key for key in keys if key]
                case ast.Assign(targets=[ast.Name(id="code")], value=value):
                    given_codes = [*ast.walk(value)]  # type: ignore[list-item]
                case ast.Assign(
                    targets=[ast.Tuple(elts=[ast.Name(id="code"), *_others])],
                    value=ast.Tuple(elts=[first, *_texts]),
                ):
                    given_codes = [first]
                case _:
                    continue
            for code in given_codes:
                if isinstance(code, ast.Constant) and CODE.fullmatch(str(code.value)):
                    yield where, str(code.value)
    for about in ("consequence-if-opened", "benefit-if-closed", "public-interest"):
        yield "domain/reasoning.py", f"{about}-missing"
        yield "domain/reasoning.py", f"{about}-bare"
        yield "domain/reasoning.py", f"{about}-unfilled"


def english() -> Catalog:
    """What is translated so far."""
    with ENGLISH.open("rb") as lines:
        return read_po(lines, locale="en", charset="utf-8")


def main() -> None:
    known, kept = english(), said()
    for message in kept:
        if message.id and (old := known.get(message.id, message.context)):
            message.string = old.string
    written = BytesIO()
    write_po(written, kept, width=100, no_location=True, omit_header=True, sort_output=True)
    ENGLISH.write_text(HEAD + written.getvalue().decode(), encoding="utf-8")


if __name__ == "__main__":
    main()
