"""How many items there are of each kind: kept in step, since counting a million takes long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from projections import Values, table

TALLY = table("tally", "status", "unit", "year", "huruf", "published")

Counted = Counter[Values]


def counted(rows: Iterable[Any]) -> Counted:
    """How many of *rows*, of the list, are of each kind."""
    return Counter(
        (
            row.status,
            row.unit,
            row.determined_on.year if row.determined_on else 0,
            _huruf(tuple(row.grounds)),
            row.published,
        )
        for row in rows
    )


@lru_cache(maxsize=10_000)
def _huruf(grounds: tuple[str, ...]) -> str:
    return "".join(sorted({ground[0] for ground in grounds}))


def values(counts: Counted) -> list[Values]:
    """Rows of the table."""
    return [(*kind, items) for kind, items in counts.items()]
