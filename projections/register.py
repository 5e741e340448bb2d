"""Every read model of a register, put together."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import get_args

from domain import log
from domain.history import TAGS
from projections import Folded, Table, audit, law_change, legal_basis, statements
from projections.audit import AUDIT
from projections.decree import DECREES
from projections.dik import DIK, ITEMS
from projections.dik_history import DIK_HISTORY
from projections.due import DUE
from projections.law_change import LAW_CHANGE
from projections.officer import OFFICERS
from projections.outlook import OUTLOOK
from projections.pledge import PLEDGES
from projections.tally import TALLY
from projections.worklist import WORKLIST

BOOKMARK = statements(Path(__file__).with_name("bookmark.sql"))

FOLDED: tuple[Folded, ...] = (ITEMS, DECREES, PLEDGES, OFFICERS)

TABLES: tuple[Table, ...] = (
    DIK,
    DIK_HISTORY,
    TALLY,
    DUE,
    WORKLIST,
    OUTLOOK,
    legal_basis.LEGAL_BASIS,
    DECREES.table,
    PLEDGES.table,
    OFFICERS.table,
    LAW_CHANGE,
    AUDIT,
)
"""In the order in which they are made."""


PASSED_OVER = frozenset(TAGS[kind] for kind in get_args(log.Fact))
"""What the log says of itself is in no list and in no trail: it is nobody's act."""


def shape() -> str:
    """By which tables of an earlier declaration are known: they are rebuilt, never migrated."""
    declared = "".join(text for table in TABLES for text in table.sql.values())
    return sha256(declared.encode()).hexdigest()


def needs() -> dict[str, tuple[str, ...]]:
    """The fields that any read model asks of each kind of fact, by its tag."""
    found: dict[str, tuple[str, ...]] = {}
    for asked in (audit.NEEDS, law_change.NEEDS, *(folded.needs for folded in FOLDED)):
        for kind, paths in asked.items():
            tag = TAGS[kind]
            found[tag] = tuple(dict.fromkeys((*found.get(tag, ()), *paths)))
    return found
