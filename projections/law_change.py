"""Replacements and amendments of instruments; `legal_basis` asks which tests they outdate."""

from __future__ import annotations

from typing import Any

from domain import law
from projections import Values, table

LAW_CHANGE = table("law_change", "position")

WHAT = {law.InstrumentReplaced: "replaced", law.InstrumentAmended: "amended"}
NEEDS: dict[type, tuple[str, ...]] = dict.fromkeys(WHAT, ("key", "by", "on"))


def change(position: int, what: str, fact: Any) -> Values:
    return position, fact.key, what, fact.by, fact.on
