"""How what the API answers looks, in the words of JSON Schema: what `web.plain` makes of it.

The shape of a value of the domain is read from its type, so that it is not told twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.item import Closed
from domain.rule import Citation

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
YES_NO: Shape = {"type": "boolean"}
DAY: Shape = {"type": "string", "format": "date"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
ID: Shape = {"type": "string", "format": "uuid"}
ANYTHING: Shape = {}

OF: Mapping[Any, Shape] = {
    str: TEXT,
    bool: YES_NO,
    int: WHOLE,
    float: NUMBER,
    date: DAY,
    datetime: MOMENT,
    UUID: ID,
}


def thing(shapes: Mapping[str, Shape] | None = None, **more: Shape) -> Shape:
    """An object that has at least these."""
    known = {**(shapes or {}), **more}
    return {"type": "object", "properties": known, "required": list(known)}


def many(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def by_name(shape: Shape) -> Shape:
    """An object whose names are not known beforehand."""
    return {"type": "object", "additionalProperties": shape}


def one_of(*values: Any) -> Shape:
    return {"enum": list(values)}


def or_none(shape: Shape) -> Shape:
    return {"anyOf": [shape, {"type": "null"}]} if shape else shape


def named(name: str) -> Shape:
    """A shape that the description has under a name of its own."""
    return {"$ref": f"#/components/schemas/{name}"}


def of(kind: Any) -> Shape:
    """The shape of a value of this type."""
    if kind in OF:
        return OF[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        shapes = [of(part) for part in parts if part is not NoneType]
        found = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        return or_none(found) if NoneType in parts else found
    if origin is Literal:
        return one_of(*parts)
    if origin in (tuple, list, frozenset, set):
        same = len(parts) == 1 or parts[1:] == (Ellipsis,)
        return many(of(parts[0]) if same else ANYTHING)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return by_name(of(parts[1]))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return one_of(*(one.value for one in kind))
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_fields(kind)
    return ANYTHING


def _of_fields(kind: type) -> Shape:
    if kind is Closed:
        return {"type": ["object", "null"]}
    told = get_type_hints(kind)
    shape = thing({field.name: of(told[field.name]) for field in fields(kind)})
    if kind is Citation:
        shape = thing(shape["properties"], text=TEXT)
    shape["required"] = [name for name in shape["required"] if name != "closed"]
    return shape


def some(kind: type, *names: str) -> Shape:
    """Of a value of this type, what has these names."""
    known = _of_fields(kind)["properties"]
    return thing({name: known[name] for name in names})
