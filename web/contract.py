"""What each operation of the API says of itself, and the description that is made of it.

Beside its function a route says what it answers and what it wants to be told (`says`). The
description is made of these words, and requests are held to them, so that the two cannot part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, current_app, request

from web import problems
from web.fields import CODE
from web.problems import KEY
from web.shapes import TEXT, WHOLE, YES_NO, Shape, many, named, or_none, thing

View = TypeVar("View", bound=Callable[..., Any])


class Sees(Enum):
    """Whether the caller says which version he saw."""

    NOTHING = "nothing"
    WHAT_IS = "what is"  # always: it is about something that is there
    WHAT_MAY_BE = "what may be"  # once there is something


@dataclass(frozen=True)
class Says:
    """What an operation says of itself."""

    answer: Shape
    status: int = 200
    about: str = ""  # what kind of thing, as the desk names it
    act: str = ""  # the decision that is taken, as the desk names it
    sees: Sees = Sees.NOTHING
    is_keyed: bool = False  # the same key is answered the same, and done once
    is_versioned: bool = False  # answers with an ETag, and not again where it is known
    headers: tuple[str, ...] = ()
    problems: tuple[int, ...] = ()  # besides those that all have
    paths: Mapping[str, Shape] = field(default_factory=dict)


def says(answer: Shape, **more: Any) -> Callable[[View], View]:
    """Let a route say of itself what `Says` has."""

    def said(view: View) -> View:
        view.__dict__["says"] = Says(answer, **more)
        return view

    return said


def acts_on(about: str, act: str, **more: Any) -> Callable[[View], View]:
    """A route that records a decision."""
    more = {"sees": Sees.WHAT_IS, "headers": ("ETag",), **more}
    return says(named("Recorded"), about=about, act=act, is_keyed=True, **more)


def said_by(app: Flask, endpoint: str) -> Says | None:
    found: Says | None = getattr(app.view_functions.get(endpoint), "says", None)
    return found


def said_here() -> Says:
    """What the operation that is being answered says of itself."""
    found = said_by(current_app, request.endpoint or "")
    assert found is not None, request.endpoint
    return found


def operations(app: Flask) -> Iterator[tuple[str, str, Says]]:
    """Path and method of every operation, with what it says of itself."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            found = said_by(app, rule.endpoint)
            assert found is not None, f"{rule.endpoint} does not say what it answers"
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            yield path, next(m.lower() for m in ("POST", "GET") if m in (rule.methods or ())), found


# Shapes that several operations answer

RULE = thing(dict.fromkeys(("code", "text", "basis", "field", "detail"), TEXT))
MAY = thing(act=TEXT, allowed=YES_NO, rules=many(RULE))
FINDING = thing(dict.fromkeys(("code", "text", "basis"), TEXT))
PROBLEM: Shape = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "instance"), TEXT),
        "status": WHOLE,
        "rules": many(named("Rule")),
        "errors": many(thing(pointer=TEXT, detail=TEXT)),
    },
}
POSITION = {
    **or_none(WHOLE),
    "description": "Nomor catatannya, yang terakhir bila beberapa; tanda terimanya di /receipts",
}
RECORDED = thing(id={"type": "string", "format": "uuid"}, version=WHOLE)
RECORDED["properties"]["recorded"] = {**WHOLE, "description": "0: tidak ada yang berubah"}
RECORDED["properties"]["position"] = POSITION
COMMON = {
    "Rule": RULE,
    "Problem": PROBLEM,
    "Recorded": RECORDED,
    "May": MAY,
    "Offers": thing(role=TEXT, on={"type": "string", "format": "date"}, acts=many(named("May"))),
    "Finding": FINDING,
}


def page_of(name: str, shape: Shape, cursor: Shape = TEXT) -> Shape:
    """A page of a list; `next` leads to the page after it."""
    return thing({name: many(shape)}, next=or_none(cursor))


# The description

ALWAYS = (400, 401, 403, 404, 405, 422, 500, 503)
OF_WHAT_IS_SENT = (409, 413, 415)
OF_VERSIONS = (412, 428)
OF_RECORDING = (504,)
ETAG = r'^"\d{1,9}"$'
HEADERS: Mapping[str, Shape] = {
    "ETag": {"description": "Versi", "schema": {**TEXT, "pattern": ETAG}, "required": True},
    "Location": {"description": "Alamatnya", "schema": TEXT, "required": True},
    "Link": {"description": "Halaman berikutnya, rel=next", "schema": TEXT},
}
PATHS: Mapping[str, Shape] = {
    "code": {**TEXT, "pattern": CODE.pattern, "description": "Kode badan publik"},
    "unit": {
        **TEXT,
        "pattern": r"^(-|[a-z0-9][a-z0-9._-]{0,59})$",
        "description": "Kode unit; - bagi badan publiknya sendiri",
    },
    "who": {
        **TEXT,
        "pattern": CODE.pattern,
        "description": "ID pejabat, atau nomor pengenal riwayatnya",
    },
}


def describe(app: Flask, spec: Any, shapes: Mapping[str, Shape]) -> None:
    """Say of every operation what its route says of itself."""
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.options["security"] = [{"token": []}]
    for name, shape in {**COMMON, **shapes}.items():
        spec.components.schema(name, shape)
    for path, method, said in operations(app):
        operation = spec._paths[path][method]
        operation["responses"] = dict(_responses(method, said))
        operation["parameters"] = [*operation.get("parameters", ()), *_headers(said)]
        if said.act:
            operation["x-act"] = f"{said.about}.{said.act}"
        for parameter in spec._paths[path].get("parameters", ()):
            if shape := PATHS.get(parameter["name"], {}):
                parameter["schema"] = {k: v for k, v in shape.items() if k != "description"}
                parameter["description"] = shape["description"]


def _responses(method: str, said: Says) -> Iterator[tuple[str, Shape]]:
    answered: Shape = {
        "description": "Tercatat" if said.act else "Berhasil",
        "content": {"application/json": {"schema": said.answer}},
    }
    names = (*said.headers, *(("ETag",) if said.is_versioned else ()))
    if names:
        answered["headers"] = {name: HEADERS[name] for name in names}
    yield str(said.status), answered
    if said.is_versioned:
        yield "304", {"description": "Tidak berubah"}
    content = {"application/problem+json": {"schema": named("Problem")}}
    for status in sorted(_problems(method, said)):
        yield str(status), {"description": problems.TITLES[status], "content": content}


def _problems(method: str, said: Says) -> Iterator[int]:
    yield from (*ALWAYS, *said.problems)
    if method == "post":
        yield from OF_WHAT_IS_SENT
    if said.sees is not Sees.NOTHING:
        yield from OF_VERSIONS
    if said.is_keyed:
        yield from OF_RECORDING


def _headers(said: Says) -> Iterator[Shape]:
    if said.is_versioned:
        yield _header("If-None-Match", "", "ETag yang sudah dimiliki; bila masih sama: 304")
    if said.is_keyed:
        yield _header(
            "Idempotency-Key", f"^{KEY.pattern}$", "Kunci yang sama menjawab seperti pertama kali"
        )
    if said.sees is not Sees.NOTHING:
        required = said.sees is Sees.WHAT_IS
        yield _header("If-Match", ETAG, "ETag dari keadaan yang dilihat", required=required)


def _header(name: str, pattern: str, description: str, *, required: bool = False) -> Shape:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "schema": {**TEXT, "pattern": pattern} if pattern else TEXT,
        **({"example": '"7"'} if pattern == ETAG else {}),
        "description": description,
    }
