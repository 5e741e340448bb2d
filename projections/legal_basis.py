"""Which instruments an item rests on, so that a change of law finds the tests it makes stale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections import Values, table

LEGAL_BASIS = table("legal_basis", "id", "law")


def of_item(row: Any) -> Iterator[Values]:
    for law in row.laws:
        yield row.id, law, row.tested_on
