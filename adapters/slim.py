"""Reading of a fact only what is asked for: much quicker, and the rest cannot leak.

A path like ``determination.period.kind`` names a field of a domain class; the shapes to decode
into are made from those classes, so they follow the domain. Choices come as plain strings.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from adapters.codec import UPCASTS, Unreadable
from domain.history import FACTS, Pin

Decode = Callable[[bytes], Any]

ENVELOPE: list[tuple[str, Any, Any]] = [
    ("at", datetime, msgspec.NODEFAULT),
    ("on", date, msgspec.NODEFAULT),
    ("by", str, msgspec.NODEFAULT),
    ("as_role", str, ""),
    ("principal", str, ""),
    ("delegation", str, ""),
    ("cause", str, ""),
]


def decoders(needs: Mapping[str, Sequence[str]]) -> Mapping[str, Decode]:
    """For each tag, what reads the envelope and the fields *needs* names of the fact."""
    return _Decoders(needs)


class _Decoders(dict[str, Decode]):
    def __init__(self, needs: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._needs = needs
        self._pin = slim(Pin, [f.name for f in fields(Pin)])

    def __missing__(self, tag: str) -> Decode:
        if tag in UPCASTS:
            decode: Decode = partial(self._decode_old, tag)
        elif tag in FACTS:
            decode = msgspec.json.Decoder(self._shape(tag)).decode
        else:
            raise Unreadable(f"no kind of fact is known by the tag {tag}")
        self[tag] = decode
        return decode

    def _shape(self, tag: str) -> Any:
        asked = self._needs.get(tag, ())
        return msgspec.defstruct(
            "Slim",
            [
                ("fact", slim(FACTS[tag], asked), msgspec.NODEFAULT),
                *ENVELOPE,
                ("procedure", self._pin | None, None),
            ],
            gc=False,
            kw_only=True,
        )

    def _decode_old(self, tag: str, state: bytes) -> Any:
        raw = msgspec.json.decode(state)
        today, fact = UPCASTS[tag](raw["fact"])
        return self[today](msgspec.json.encode({**raw, "fact": fact}))


def slim(cls: Any, paths: Sequence[str]) -> Any:
    """A shape with only those fields of *cls*, all the way down."""
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, []).extend([rest] if rest else [])
    hints = get_type_hints(cls)
    known = {field.name: field for field in fields(cls)}
    return msgspec.defstruct(
        cls.__name__,
        [(name, _narrow(hints[name], rest), _default(known[name])) for name, rest in below.items()],
        gc=False,
        kw_only=True,
        frozen=True,
    )


def _narrow(hint: Any, paths: Sequence[str]) -> Any:
    """*hint* with classes narrowed to *paths* (to all of them where none is named)."""
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(_narrow(part, paths) for part in get_args(hint))]  # noqa: UP007
    if get_origin(hint) is tuple:
        several: Any = tuple
        return several[_narrow(get_args(hint)[0], paths), ...]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str
    if isinstance(hint, type) and is_dataclass(hint) and paths:
        return slim(hint, paths)
    return hint


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return msgspec.field(default_factory=field.default_factory)
    return msgspec.NODEFAULT if field.default is MISSING else field.default
