"""What an auditor appointed for some units alone is shown of that which concerns several.

A decree of one unit is there for whom that unit is; one over several only with the lines of items
he may see, and not at all where there is none. Everybody else sees everything of his body.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain import item
from domain.decree import Decree
from domain.history import Recorded
from web.office import Seat
from web.register import Row, Rows


def seen_items(here: Seat, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these items that belong to a unit he may see."""
    ids = list(ids)
    if here.units is None or not ids:
        return frozenset(ids)
    known = here.register.audit.titles(ids)
    return frozenset(i for i in ids if i in known and here.sees(known[i]["unit"]))


def seen_decree(here: Seat, known: Decree) -> Decree | None:
    """The decree with the lines he may see; None where it is not there for him."""
    if here.units is None:
        return known
    lines = known.issued.lines if known.issued else ()
    seen = seen_items(here, {*known.items, *(line.item for line in lines)})
    if not _is_there(here, known.unit, seen):
        return None
    issued = known.issued and replace(
        known.issued, lines=tuple(line for line in lines if line.item in seen)
    )
    return replace(known, items=tuple(i for i in known.items if i in seen), issued=issued)


def seen_decrees(here: Seat, rows: Rows) -> Rows:
    """Rows of the list of decrees, each with the items he may see."""
    if here.units is None:
        return rows
    seen = seen_items(here, {item_id for row in rows for item_id in row["items"]})
    found = []
    for row in rows:
        own = [item_id for item_id in row["items"] if item_id in seen]
        if _is_there(here, row["unit"], own):
            lines = [line for line in row["lines"] if UUID(line["item"]) in seen]
            found.append({**row, "items": own, "lines": lines})
    return found


def before_his_unit(here: Seat, history: Sequence[Recorded[Any]]) -> frozenset[int]:
    """The facts of an item that were recorded while it belonged to a unit he may not see."""
    if here.units is None:
        return frozenset()
    known, found = item.initial, set()
    for one in history:
        known = item.evolve(known, one)
        if known.particulars and not here.sees(known.particulars.unit):
            found.add(one.originator_version)
    return frozenset(found)


def of_units(here: Seat, rows: Rows) -> Rows:
    """Rows that name their unit: those of his units, and what belongs to the whole body."""
    return [row for row in rows if row["unit"] == "" or here.sees(row["unit"])]


def of_items(here: Seat, rows: Rows) -> Rows:
    """Rows that name their item by `id`."""
    if here.units is None:
        return rows
    seen = seen_items(here, {row["id"] for row in rows})
    return [row for row in rows if row["id"] in seen]


def _is_there(here: Seat, unit: str, seen: Iterable[UUID]) -> bool:
    return here.sees(unit) if unit else bool(list(seen))


def without_lines(entry: Row) -> Row:
    """An entry of a timeline whose words would tell or count what he may not see."""
    return {**entry, "lines": []}
