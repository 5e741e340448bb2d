"""Values of the domain as JSON. What is closed is left out, unless it is asked for by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from domain.history import TAGS, Recorded
from domain.item import Closed, Item
from domain.rule import Citation, Rule
from web.language import _

OF_THE_ITEM = (
    "status",
    "particulars",
    "source",
    "test",
    "tested_on",
    "override",
    "approved",
    "approved_on",
    "determination",
    "decree",
    "first_determined_on",
    "ends_on",
    "review_on",
    "notice",
    "event",
    "archived",
    "channels",
    "holds",
    "opening_approved",
    "opened",
    "opened_on",
)


def plain(value: Any) -> Any:
    """As JSON can hold it. A `Closed` becomes null wherever it stands."""
    match value:
        case None | bool() | int() | float() | str() if not isinstance(value, Enum):
            return value
        case Closed():
            return None
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Citation():
            return {**_parts(value), "text": str(value)}
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case frozenset():
            return sorted(plain(part) for part in value)
        case list() | tuple():
            return [plain(part) for part in value]
    assert is_dataclass(value), f"{value!r} has no plain form"
    return _parts(value)


def _parts(value: Any) -> dict[str, Any]:
    return {f.name: plain(getattr(value, f.name)) for f in fields(value)}


def item(known: Item, *, with_closed: bool) -> dict[str, Any]:
    """What is known of an item; what is closed only for those who need it."""
    shown = {name: plain(getattr(known, name)) for name in OF_THE_ITEM}
    shown["opinions"] = [{"by": by, **plain(opinion)} for by, opinion in known.opinions]
    if shown["particulars"]:
        closed = known.particulars.closed if known.particulars and with_closed else None
        del shown["particulars"]["closed"]
        if with_closed:
            shown["particulars"]["closed"] = _parts(closed) if closed else None
    return shown


def recorded(one: Recorded[Any]) -> dict[str, Any]:
    """A fact with its envelope. Nothing closed is ever part of a history that is shown."""
    envelope = {f.name: plain(getattr(one, f.name)) for f in fields(one) if f.name != "fact"}
    del envelope["originator_id"]
    return {
        "version": envelope.pop("originator_version"),
        "fact": TAGS[type(one.fact)],
        **envelope,
        "content": without_closed(plain(one.fact)),
    }


def without_closed(content: Any) -> Any:
    if isinstance(content, dict):
        return {k: without_closed(v) for k, v in content.items() if k != "closed"}
    return content


def rule(one: Rule) -> dict[str, str]:
    return {
        "code": one.code,
        "text": _(one.text),
        "basis": str(one.basis),
        "field": one.field,
        "detail": one.detail,
    }
