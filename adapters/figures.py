"""The worklist and the figures of a register, asked of its read models.

Whose turn a task is, is no business of the database: an office comes as a set of turns, and a
page of its tasks is one short index scan for each of them, however many tasks are open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from adapters.database import Database
from adapters.listing import ENDLESS, Asked, conditions
from adapters.taking import Taking
from adapters.trouble import in_plain_words
from projections import Table
from projections.decree import DECREE
from projections.outlook import OUTLOOK
from projections.worklist import WORKLIST

Answer: TypeAlias = list[dict[str, Any]]

Turn: TypeAlias = tuple[str, str, str | None]
"""Kind, decision and unit; a unit of None: every unit."""

Place: TypeAlias = tuple[date, datetime, UUID, str]
"""Where a row of the worklist stands in its order: due, since, id, decision."""

FEW = 2000  # tasks with the words asked for; so few are sooner sorted than looked for in order
ENDS = "coalesce(due_on, '9999-12-31')"

FIGURES: dict[str, tuple[str, str]] = {
    "endless": ("NOT lapsed AND outlook.ends_on IS NULL", "outlook.since"),
    "unbounded": (
        "NOT lapsed AND outlook.ends_on IS NULL AND outlook.huruf ~ '[a-f]'",
        "outlook.since",
    ),
    "long": (
        "NOT lapsed AND outlook.ends_on > outlook.determined + interval '10 years'",
        "outlook.since",
    ),
    "untouched": (
        "NOT lapsed AND NOT outlook.reviewed AND outlook.since < %(year_ago)s",
        "outlook.since",
    ),
    "overdue": ("NOT lapsed AND outlook.review_on < %(on)s", "outlook.review_on"),
    "ends_1": (
        "NOT lapsed AND outlook.ends_on BETWEEN %(on)s AND %(month)s",
        "outlook.ends_on",
    ),
    "ends_3": (
        "NOT lapsed AND outlook.ends_on BETWEEN %(on)s AND %(quarter)s",
        "outlook.ends_on",
    ),
    "ends_12": (
        "NOT lapsed AND outlook.ends_on BETWEEN %(on)s AND %(year)s",
        "outlook.ends_on",
    ),
    "lapsed": ("lapsed", "outlook.ends_on"),
}
"""Which rows each figure counts, and the day by which they are listed."""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which tasks of an office are wanted."""

    turns: Sequence[Turn]
    query: str = ""
    drafted: Sequence[UUID] = ()  # items whose determination awaits a draft, not them
    first: date | None = None  # due between these days
    last: date | None = None


class Figures:
    """What `adapters.views.Views` answers about tasks and figures."""

    database: Database
    schema: str
    taking: Taking

    # Tasks

    def worklist(self, *, subject_id: UUID | None = None, limit: int = 50) -> Answer:
        """What one subject awaits, or whichever, longest waiting first."""
        values = {"id": subject_id, "limit": limit}
        filters = "true" if subject_id is None else "id = %(id)s"
        return self._rows(WORKLIST, "of_subject", values, filters=filters)

    def drafted(self) -> tuple[UUID, ...]:
        """The items that stand on a draft, whose determination awaits the draft."""
        return tuple(row["id"] for row in self._rows(DECREE, "drafted", {}))

    def tasks(
        self,
        *,
        turns: Sequence[Turn],
        query: str = "",
        drafted: Sequence[UUID] = (),
        first: date | None = None,
        last: date | None = None,
        after: Place | None = None,
        limit: int = 50,
    ) -> Answer:
        """A page of what awaits an office, the most pressing first; *after* is the last seen."""
        sought = Sought(turns=turns, query=query, drafted=drafted, first=first, last=last)
        filters, values = _filters(sought)
        if after is not None:
            filters.append(
                f"({ENDS}, since, state.id, state.decision)"
                " > (%(due)s, %(since)s, %(id)s, %(decision)s)"
            )
            values |= dict(zip(("due", "since", "id", "decision"), after, strict=True))
        return self._of_office("page", sought, filters, values | {"limit": limit})

    def task_counts(
        self,
        spans: Iterable[tuple[str, date, date]],
        *,
        turns: Sequence[Turn],
        query: str = "",
        drafted: Sequence[UUID] = (),
        limit: int = 1000,
    ) -> dict[str, dict[str, Any]]:
        """How many tasks are due in each span, up to one more than *limit*, by its name."""
        sought = Sought(turns=turns, query=query, drafted=drafted)
        filters, values = _filters(sought)
        names, firsts, lasts = zip(*spans, strict=True)
        values |= {"names": list(names), "firsts": list(firsts), "lasts": list(lasts)}
        found = self._of_office("spans", sought, filters, values | {"limit": limit + 1})
        return {row["name"]: row for row in found}

    def _of_office(
        self, question: str, sought: Sought, filters: list[str], values: dict[str, Any]
    ) -> Answer:
        """Where few tasks have the words asked for, those few are all that is looked at."""
        words, tasks = "false", "{register}.worklist"
        if sought.query:
            made = conditions(Asked(query=sought.query))
            words = " AND ".join(made.filters)
            values |= made.values
            values["words_most"] = FEW + 1
            (some,) = self._rows(WORKLIST, "matching", values, words=words)
            if some["count"] <= FEW:
                tasks = "found"
            else:
                filters.append(f"({words}) IS TRUE")  # so many that their index is of no use
        kinds, decisions, units = zip(*sought.turns, strict=True) if sought.turns else ((), (), ())
        values |= {"kinds": list(kinds), "decisions": list(decisions), "units": list(units)}
        values.setdefault("words_most", FEW)
        turns = self.taking.sql(WORKLIST.sql["turns"], words=self.taking.sql(words))
        filtered = " AND ".join(filters)
        return self._rows(WORKLIST, question, values, filters=filtered, tasks=tasks, turns=turns)

    def workload(self, on: date, *, units: Sequence[str] | None = None) -> Answer:
        """Open tasks unit by unit, and how many of them are late."""
        filters = "true" if units is None else "unit = ANY(%(units_seen)s)"
        values = {"on": on, "units_seen": list(units or ())}
        return self._rows(WORKLIST, "load", values, filters=filters)

    def newest_decrees(
        self,
        *,
        stages: Sequence[str] = (),
        after: tuple[date | None, UUID] | None = None,
        limit: int = 50,
    ) -> Answer:
        """Drafts, then decrees, the latest first; *after* is date and id of the last one seen."""
        filters = ["true"]
        values: dict[str, Any] = {"stages": list(stages), "limit": limit}
        filters += ["stage = ANY(%(stages)s)"] if stages else []
        if after is not None:
            filters.append("(coalesce(dated, '9999-12-31'), id) < (%(dated)s, %(id)s)")
            values |= {"dated": after[0] or ENDLESS, "id": after[1]}
        return self._rows(DECREE, "newest", values, filters=" AND ".join(filters))

    # Figures

    def outlook(
        self, question: str, days: dict[str, date], *, units: Sequence[str] | None = None
    ) -> Answer:
        """One of the counts in `outlook.sql`: "units", "months", "ages", "grounds", "lapses"."""
        filters = "true" if units is None else "unit = ANY(%(units_seen)s)"
        values = {**days, "units_seen": list(units or ())}
        return self._rows(OUTLOOK, question, values, filters=filters)

    def counted_items(
        self,
        figure: str,
        days: dict[str, date],
        *,
        unit: str = "",
        units: Sequence[str] | None = None,
        after: tuple[date, UUID] | None = None,
        limit: int = 50,
    ) -> Answer:
        """The items that a figure counts; *after* is the day and id of the last one seen."""
        counted, day = FIGURES[figure]
        filters = [counted]
        filters += ["outlook.unit = %(unit)s"] if unit else []
        filters += ["outlook.unit = ANY(%(units_seen)s)"] if units is not None else []
        values: dict[str, Any] = {**days, "unit": unit, "limit": limit}
        values["units_seen"] = list(units or ())
        if after is not None:
            filters.append(f"({day}, id) > (%(after_day)s, %(after_id)s)")
            values["after_day"], values["after_id"] = after
        found = self._rows(OUTLOOK, "items", values, filters=" AND ".join(filters), order=day)
        name = day.rpartition(".")[2]
        is_lapsed = figure == "lapsed"
        return [{**row, "listed_by": row["opened_on" if is_lapsed else name]} for row in found]

    def latest_determined(self, *, units: Sequence[str] | None = None, limit: int = 50) -> Answer:
        filters = "true" if units is None else "unit = ANY(%(units_seen)s)"
        values = {"units_seen": list(units or ()), "limit": limit}
        return self._rows(OUTLOOK, "latest", values, filters=filters)

    # Asking

    def _rows(
        self, table: Table, question: str, values: dict[str, Any], **parts: str | Composed
    ) -> Answer:
        made = {
            name: part if isinstance(part, Composed) else self.taking.sql(part)
            for name, part in parts.items()
        }
        made["columns"] = SQL(", ").join(map(Identifier, table.columns))
        query = self.taking.sql(table.sql[question], **made)
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query, values, binary=True).fetchall()


def _filters(sought: Sought) -> tuple[list[str], dict[str, Any]]:
    filters, values = ["true"], dict[str, Any]()
    if sought.drafted:
        filters.append("(state.decision <> 'determine' OR state.id <> ALL(%(drafted)s))")
        values["drafted"] = list(sought.drafted)
    if sought.first is not None or sought.last is not None:
        filters.append(f"{ENDS} BETWEEN %(first)s AND %(last)s")
        values["first"] = sought.first or date.min
        values["last"] = sought.last or ENDLESS
    return filters, values
