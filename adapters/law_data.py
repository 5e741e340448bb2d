"""The law register's first facts, read from `data/law.toml`.

A fault in the file is one sentence that names the entry; nothing is taken over half.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import partial, reduce
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args, get_type_hints

from domain.ground import Category
from domain.law import (
    Change,
    Extent,
    Fact,
    GroundsEnacted,
    Instrument,
    InstrumentAmended,
    InstrumentReplaced,
    LawRegister,
    Level,
    enact,
    enter,
    initial,
    learn,
    record_change,
)
from domain.rule import Citation, Refused, Rule

T = TypeVar("T")
Decision: TypeAlias = Callable[[LawRegister], Sequence[Fact]]

LAW_FILE = Path(__file__).parent / "data" / "law.toml"
SECTIONS = ("instrument", "replaced", "amended", "grounds")


class LawDataError(Exception):
    """The file cannot be taken over; the message says which entry and why."""


def law_facts(path: Path | None = None) -> list[Fact]:
    """Every fact of the file, in an order that the register accepts."""
    path = path or LAW_FILE
    known = initial
    facts: list[Fact] = []
    for where, decide in _decisions(path.name, _read(path)):
        try:
            decided = decide(known)
        except Refused as refusal:
            raise LawDataError(f"{where}: {_reasons(refusal.rules)}") from refusal
        if not decided:
            raise LawDataError(f"{where}: sudah dimuat sebelumnya.")
        known = reduce(learn, decided, known)
        facts += decided
    return facts


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LawDataError(f"{path} tidak dapat dibaca: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawDataError(f"{path.name} bukan TOML yang benar: {error}.") from error
    for section, entries in content.items():
        if section not in SECTIONS:
            raise LawDataError(f"{path.name}: bagian [[{section}]] tidak dikenal.")
        if not isinstance(entries, list):
            raise LawDataError(f"{path.name}: tulis [[{section}]], bukan [{section}].")
    return content


def _decisions(name: str, content: Mapping[str, Any]) -> Iterator[tuple[str, Decision]]:
    for section in SECTIONS:
        for n, table in enumerate(content.get(section, ()), 1):
            where = f"{name}, [[{section}]] ke-{n} ({table.get('key') or table.get('since', '?')})"
            if section == "instrument":
                yield where, partial(enter, instrument=_instrument(where, table))
            elif section == "grounds":
                yield where, _enactment(where, table)
            else:
                yield where, partial(record_change, change=_change(section, where, table))


def _change(section: str, where: str, table: Mapping[str, Any]) -> Change:
    dated = {"on": None, **table}  # a date that is not known is left out of the file
    if section == "replaced":
        return _build(InstrumentReplaced, where, dated)
    return _build(InstrumentAmended, where, dated)


def _instrument(where: str, table: Mapping[str, Any]) -> Instrument:
    known = _build(Instrument, where, table)
    key = Citation(kind=known.kind, number=known.number, year=known.year).key
    if known.key != key:
        raise LawDataError(f"{where}: kunci seharusnya {key}.")
    return known


def _enactment(where: str, table: Mapping[str, Any]) -> Decision:
    categories = [
        _build(Category, f"{where}, kategori ke-{n}", category)
        for n, category in enumerate(table.get("category", ()), 1)
    ]
    rest = {key: value for key, value in table.items() if key != "category"}
    enacted = _build(GroundsEnacted, where, {**rest, "categories": categories})
    return partial(enact, since=enacted.since, categories=enacted.categories, basis=enacted.basis)


def _build(cls: type[T], where: str, table: Mapping[str, Any]) -> T:
    """A value from a table: nothing missing, nothing unknown, nothing of the wrong kind."""
    hints = get_type_hints(cls)
    known = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(table) - set(known)):
        raise LawDataError(f"{where}: isian {unknown[0]} tidak dikenal.")
    required = [name for name, field in known.items() if field.default is MISSING]
    if missing := [name for name in required if name not in table]:
        raise LawDataError(f"{where}: isian {missing[0]} belum ada.")
    return cls(**{name: _value(where, name, value, hints[name]) for name, value in table.items()})


def _value(where: str, name: str, value: Any, hint: Any) -> Any:
    if hint in (Level, Extent):
        if value not in list(hint):
            raise LawDataError(f"{where}: {name} harus salah satu dari {', '.join(hint)}.")
        return hint(value)
    if isinstance(value, list):
        value = tuple(value)
    kinds = [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type)]
    wanted = (tuple,) if str(hint).startswith("tuple") else tuple(kinds)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise LawDataError(f"{where}: isian {name} tidak dapat berisi {value!r}.")
    return value


def _reasons(rules: Sequence[Rule]) -> str:
    return " ".join(f"{rule.text} ({rule.detail})" if rule.detail else rule.text for rule in rules)
