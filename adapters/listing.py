"""What is asked of the list, as conditions of SQL.

Every condition holds of a row called `state`: of the list as it is, or of one of its past states.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from projections.dik import DIK
from projections.legal_words import Sought, Term, simple, stemmed, understood

ENDLESS = date(9999, 12, 31)  # stands for "no end" in the indexes
END = "coalesce(ends_on, '9999-12-31')"
REVIEW = "coalesce(review_on, '9999-12-31')"
ANGKA = 20  # a huruf has fewer
MORE_THAN = 1000  # a count goes no further

SEARCH = DIK.sql["complete"].partition("ALWAYS AS (")[2].partition(") STORED")[0]
STATE_SEARCH = re.sub(r"\b(title|summary|document|decree_no|unit|holder)\b", r"state.\1", SEARCH)


@dataclass
class Conditions:
    """Conditions that all have to hold, and the values they name."""

    filters: list[str] = field(default_factory=lambda: ["true"])
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **values: Any) -> None:
        self.filters.append(condition)
        self.values |= values

    def also(self, condition: str) -> Conditions:
        """These and one more."""
        return Conditions([*self.filters, condition], dict(self.values))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a row must be like; whatever is left out, it may be."""

    status: str | Sequence[str] | None = None
    unit: str | None = None
    units: Sequence[str] | None = None  # all that the asker may see
    published: bool = False
    grounds: Sequence[str] = ()  # any of these: "h" (with all its angka), "h.3"
    year: int | None = None  # of the latest determination
    held: bool = False
    ends: tuple[date, date] | None = None  # exempt, and the last day lies between these
    query: str | None = None

    @property
    def sought(self) -> Sought | None:
        return understood(self.query.replace("\0", " ")) if self.query else None


def conditions(asked: Asked, *, past: bool = False) -> Conditions:
    """All that *asked* says; words in the past are looked up among the present items first."""
    made = Conditions()
    match asked.status:
        case None:
            pass
        case str(status):
            made.add("state.status = %(status)s", status=status)
        case several:
            made.add("state.status = ANY(%(status)s)", status=list(several))
    if asked.unit is not None:
        made.add("state.unit = %(unit)s", unit=asked.unit)
    if asked.units is not None:
        made.add("state.unit = ANY(%(units)s)", units=list(asked.units))
    if asked.published:
        made.add("state.published")
    if asked.held:
        made.add("state.held")
    if asked.year is not None:
        made.add(
            "state.determined_on BETWEEN %(year_from)s AND %(year_to)s",
            year_from=date(asked.year, 1, 1),
            year_to=date(asked.year, 12, 31),
        )
    if asked.ends is not None:
        first, last = asked.ends
        between = f"{END} BETWEEN %(ends_from)s AND %(ends_to)s"
        made.add(f"state.status = 'exempt' AND {between}", ends_from=first, ends_to=last)
    if asked.grounds:
        made.add("state.grounds && %(grounds)s", grounds=_with_angka(asked.grounds))
    if sought := asked.sought:
        _add_words(made, sought, past=past)
    return made


def _add_words(made: Conditions, sought: Sought, *, past: bool) -> None:
    if sought.is_empty:
        made.add("false")  # nothing that was typed can be found anywhere
    if sought.grounds:
        made.add("state.grounds && %(article)s", article=list(sought.grounds))
    if sought.any_ground:
        made.add("state.grounds <> '{{}}'")
    if not sought.terms:
        return
    query = _tsquery(sought.terms, made.values)
    if not past:
        made.add(f"state.search @@ ({query})")
        return
    wanted = [group for group in sought.terms if not any(term.minus for term in group)]
    if wanted:
        parts = {"query": query, "wanted": _tsquery(wanted, made.values), "search": STATE_SEARCH}
        called = re.sub(r"\{(\w+)\}", lambda m: parts.get(m[1], m[0]), DIK.sql["called"])
        made.add(called)
    else:
        made.add(f"({STATE_SEARCH}) @@ ({query})")


def said(asked: Asked) -> tuple[str, dict[str, Any]] | None:
    """The words that must have been said of an item, as a query with its values; None: any."""
    sought = asked.sought
    groups = [g for g in sought.terms if not any(t.minus for t in g)] if sought else []
    values: dict[str, Any] = {}
    return (_tsquery(groups, values), values) if groups else None


def in_the_title(sought: Sought, values: dict[str, Any]) -> str:
    """Whether the very words stand in the title; "" where none could."""
    if not sought.as_typed:
        return ""
    values["as_typed"] = sought.as_typed
    return "state.search @@ to_tsquery('simple', %(as_typed)s)"


def _with_angka(grounds: Sequence[str]) -> list[str]:
    found = list(grounds)
    for ground in grounds:
        if "." not in ground:
            found += [f"{ground}.{number}" for number in range(1, ANGKA + 1)]
    return found


def _tsquery(groups: Sequence[Sequence[Term]], values: dict[str, Any]) -> str:
    return " && ".join(
        "(" + " || ".join(_of_term(term, values) for term in group) + ")" for group in groups
    )


def _of_term(term: Term, values: dict[str, Any]) -> str:
    number = len(values)
    values[f"said{number}"], values[f"stem{number}"] = simple(term), stemmed(term)
    said = f"to_tsquery('simple', %(said{number})s)"
    query = f"({said} || to_tsquery('indonesian', %(stem{number})s))"
    return f"!!{query}" if term.minus else query
