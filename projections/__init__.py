"""What people look at. A read model is a pure answer to "what does this fact change?".

The same handlers serve every way of getting there: one fact just recorded, a page of them, or
the whole ledger from zero. Tables and questions are in the `.sql` files; who talks to
PostgreSQL is in `adapters.views`. Read `dik` first: the others follow from it or are smaller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

Values: TypeAlias = tuple[Any, ...]
"""One row of a table, in the order of its columns."""

COLUMN = re.compile(r"^ {4}([a-z]\w*) +([a-z]\w*(?:\[\])?)(?!.*GENERATED)", re.MULTILINE)


def statements(file: Path) -> dict[str, str]:
    """Read an SQL file in which every statement follows a line ``-- its_name --``."""
    _, *parts = re.split(r"^-- (\w+) --$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a register, as its `.sql` file declares it."""

    name: str
    key: tuple[str, ...]
    sql: Mapping[str, str]  # "create", "index", and what is asked of it
    like: Table | None = None  # it has that table's columns first

    @cached_property
    def columns(self) -> dict[str, str]:
        """Name and PostgreSQL type of all columns that are written, in order."""
        own = dict(COLUMN.findall(self.sql["create"]))
        return {**(self.like.columns if self.like else {}), **own}

    @cached_property
    def values(self) -> Callable[[Any], Values]:
        """What a row object holds for each column."""
        values: Callable[[Any], Values] = attrgetter(*self.columns)
        return values


def table(name: str, *key: str, like: Table | None = None) -> Table:
    """The table declared in ``<name>.sql`` beside this file."""
    return Table(name, key, statements(Path(__file__).with_name(f"{name}.sql")), like)


@dataclass(frozen=True, eq=False)
class Folded:
    """A table with one row for each subject of a kind, folded from its facts.

    ``row(id)`` makes the row of a subject of which nothing is known; a handler takes one fact
    (and its stamp) into a row. ``needs`` names the fields that handlers read of each fact:
    nothing else is decoded, so nothing else can slip into a list. Rows of the tables in
    ``follows`` are computed from the folded row alone.
    """

    table: Table
    row: Callable[[Any], Any]
    handlers: Mapping[type, Callable[..., None]]
    needs: Mapping[type, tuple[str, ...]]
    follows: tuple[tuple[Table, Callable[[Any], Iterable[Values]]], ...] = ()
