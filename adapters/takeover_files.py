"""From a file to a plan: what ``sidik import --dry-run`` needs, without register or database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from pathlib import Path
from types import MappingProxyType

from adapters.law_data import law_facts
from adapters.sheets import read_sheet
from domain import law as laws
from domain.law import LawRegister
from domain.takeover import Existing, Plan, plan
from domain.takeover.columns import Meaning


def plan_file(
    path: Path | str,
    *,
    on: date,
    sheet: str | None = None,
    chosen: Mapping[Meaning, int] = MappingProxyType({}),
    law: LawRegister | None = None,
    existing: Iterable[Existing] = (),
    unit: str = "",
) -> Plan:
    """Read a list and say what would become of every row by the law of *on*.

    *chosen* is `domain.takeover.columns.parse_choice` of ``--map``. Without *law* the law is that
    which comes with the program. Raises `Unreadable` for the file, `Undecided` for its columns.
    """
    known = law if law is not None else reduce(laws.learn, law_facts(), laws.initial)
    table = read_sheet(path, sheet=sheet)
    return plan(table, law=known, on=on, chosen=chosen, existing=existing, unit=unit)
