"""One frozen sample of each shape in which facts were ever stored.

``<tag>.json`` is today's shape, ``<tag>.1.json`` and so on are those before. Samples are
written once by ``python -m tests.samples`` and never edited: when a fact gains a field,
rename its sample to the next free number and write a new one.
"""

from __future__ import annotations

import enum
import pkgutil
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import domain
from domain.history import FACTS, Recorded

HERE = Path(__file__).parent

_PLAIN: dict[type, Any] = {
    bool: True,
    int: 3,
    float: 0.5,
    Decimal: Decimal("1.50"),
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
    UUID: UUID("14200861-2010-4a01-9e5b-0000000000ff"),
    bytes: b"sidik",
}


def all_facts() -> dict[str, type]:
    """Every kind of fact, after importing every module of the domain."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        import_module(module.name)
    return {tag: kind for tag, kind in FACTS.items() if kind.__module__.startswith("domain.")}


def sample_of(kind: Any, name: str = "", depth: int = 0) -> Any:
    """A value of the annotated type *kind* with nothing left empty; strings say their name."""
    origin, args = get_origin(kind), get_args(kind)
    if kind is str or kind is Any:
        return name
    if kind in _PLAIN:
        return _PLAIN[kind]
    if origin in (Union, types.UnionType):
        (some, *_) = [arg for arg in args if arg is not type(None)]
        return None if depth > 8 else sample_of(some, name, depth + 1)
    if origin in (tuple, frozenset, list):
        inner = args if origin is tuple and Ellipsis not in args else args[:1]
        return origin(sample_of(arg, name, depth + 1) for arg in inner)
    if origin in (dict, Mapping):
        return {sample_of(args[0], name): sample_of(args[1], name, depth + 1)}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{f.name: sample_of(hints[f.name], f.name, depth + 1) for f in fields(kind)})
    raise TypeError(f"no sample of {kind} for {name}")


def sample_recorded(kind: type) -> Recorded[Any]:
    """An envelope of that kind of fact, every part of its stamp filled in."""
    hints = get_type_hints(Recorded)
    stamp = {
        field.name: sample_of(hints[field.name], field.name)
        for field in fields(Recorded)
        if field.name != "fact"
    }
    return Recorded(fact=sample_of(kind), **stamp)
