"""Taking over an existing list, row by row, with its mistakes named and nothing invented.

`plan` reads a table and answers for every row of it: taken, refused, or a duplicate. It is pure;
`apply` records all rows that are taken, or none. A row is known again by its words (`key`), so
that reading the same list twice changes nothing, even if its rows have moved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain import item
from domain.citation import grounds, parse_all
from domain.history import Ledger, Receipt, Stamp, Subject, named
from domain.item import Item, Particulars, Source, Status, TakenOver
from domain.law import LawRegister
from domain.law_check import check_list, check_row
from domain.period import Kind, Period
from domain.period_words import read
from domain.rule import Citation, Finding
from domain.takeover.columns import (
    NAMES,
    Columns,
    Meaning,
    Table,
    letter,
    propose,
)
from domain.takeover.entries import Entry, entries
from domain.takeover.findings import (
    about_the_kind,
    about_the_period,
    about_the_test,
    about_the_text,
    is_not_held,
)
from domain.takeover.near import Index

ROW_LENGTH_MAX = 60_000  # characters of one row; more is a document, not an entry
NEIGHBOURS_MAX = 3
LISTS_ALIKE_MIN = 3  # rows of one list before its sameness means anything


class Outcome(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """An item that is on the register already."""

    id: UUID
    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of one row of the list."""

    row: int  # as the spreadsheet numbers it, from 1
    outcome: Outcome
    number: str = ""  # as the list numbers it: "1.a"
    title: str = ""
    item_id: UUID | None = None
    fact: TakenOver | None = None
    period: Period
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole list: how its columns were read, and what becomes of every row."""

    table: Table
    columns: Columns
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()  # Indonesian sentences about the file as a whole

    @property
    def totals(self) -> dict[str, int]:
        outcomes = Counter(row.outcome for row in self.rows)
        return {
            "rows": len(self.rows),
            **{outcome.value: outcomes[outcome] for outcome in Outcome},
            "findings": sum(len(row.findings) for row in self.rows),
        }


def plan(
    table: Table,
    *,
    law: LawRegister,
    on: date,
    chosen: Mapping[Meaning, int] = MappingProxyType({}),
    existing: Iterable[Existing] = (),
    unit: str = "",
) -> Plan:
    """Read *table* by the law of *on*; *unit* stands in where the list names none.

    Raises `Undecided` where no column can be told to be the information.
    """
    columns = propose(table, chosen)
    listed = tuple(entries(table, columns))
    rows = [take_over(entry, table=table, law=law, on=on, unit=unit) for entry in listed]
    rows = _once_each(rows)
    rows = _with_neighbours(rows, existing)
    rows = _with_sameness(rows, listed)
    return Plan(
        table=table, columns=columns, rows=tuple(rows), notes=tuple(_notes(table, columns, listed))
    )


def apply(made: Plan, ledger: Ledger, stamp: Stamp) -> tuple[Plan, Receipt]:
    """Record every row that is taken, in one act; what the register has already is left alone."""
    facts = {row.item_id: row.fact for row in made.rows if row.item_id and row.fact}
    subjects: dict[UUID, Subject[Any]] = dict.fromkeys(facts, item)
    there: set[UUID] = set()

    def decide(known: Mapping[UUID, Item]) -> dict[UUID, Sequence[Any]]:
        there.clear()
        there.update(one for one, state in known.items() if state.status is not Status.UNKNOWN)
        return {one: [] if one in there else [fact] for one, fact in facts.items()}

    receipt = ledger.amend_many(subjects, decide, stamp) if facts else Receipt(None, {})
    rows = tuple(_known_already(row) if row.item_id in there else row for row in made.rows)
    return replace(made, rows=rows), receipt


def _known_already(row: Row) -> Row:
    if row.outcome is not Outcome.TAKEN:
        return row
    finding = Finding(
        code="already-taken-over",
        text="Baris ini sudah diambil alih sebelumnya; tidak ada yang berubah.",
        value=str(row.item_id),
    )
    return replace(row, outcome=Outcome.DUPLICATE, fact=None, findings=(finding, *row.findings))


# One entry


_REFUSALS = {
    "empty-row": "Baris {row} kosong; dilewati.",
    "repeated-header": "Baris {row} mengulang judul kolom; dilewati.",
    "total-row": "Baris {row} adalah baris jumlah, bukan butir informasi; dilewati.",
    "footnote": "Baris {row} adalah catatan di luar tabel, bukan butir informasi; dilewati.",
    "group-title": "Baris {row} adalah judul kelompok; butir di bawahnya mencatat judul itu.",
    "no-information": "Baris {row} kolom {column} kosong: informasinya tidak disebut.",
    "row-too-long": "Baris {row} memuat lebih dari {limit} huruf; simpan isinya sebagai dokumen.",
}


def take_over(entry: Entry, *, table: Table, law: LawRegister, on: date, unit: str = "") -> Row:
    """What becomes of one entry, looked at by itself."""
    period = read(entry.cells.get(Meaning.PERIOD, ""))
    too_long = sum(len(words) for _, words in entry.words) > ROW_LENGTH_MAX
    if reason := entry.no_item or ("row-too-long" if too_long else ""):
        return _refused(entry, reason, period)
    basis, title = entry.text(Meaning.BASIS), entry.text(Meaning.TITLE)
    parsed = parse_all(entry.cells.get(Meaning.BASIS, ""))
    particulars = Particulars(
        title=title,
        summary=title,
        document=entry.text(Meaning.DOCUMENT),
        unit=entry.text(Meaning.UNIT) or unit,
        holder=entry.text(Meaning.HOLDER),
        medium=entry.text(Meaning.MEDIUM),
        grounds=grounds(parsed.citations),
        held=not is_not_held(title, parsed.citations),
    )
    findings = (
        *about_the_kind(particulars, title),
        *map(
            _by_our_names,
            check_row(
                information=title,
                basis=basis,
                if_opened=entry.text(Meaning.IF_OPENED),
                if_closed=entry.text(Meaning.IF_CLOSED),
                register=law,
                on=on,
            ),
        ),
        *about_the_period(period, particulars, parsed.citations, law, on),
        *about_the_test(entry),
        *about_the_text(entry),
    )
    missing = tuple(_missing(entry, particulars, parsed.citations, period))
    findings = tuple(dict.fromkeys(findings))
    source = Source(
        file=table.file,
        digest=table.digest,
        sheet=table.sheet,
        row=entry.row,
        key=entry.key,
        words=entry.words + ((("judul kelompok", entry.group),) if entry.group else ()),
    )
    return Row(
        row=entry.row,
        outcome=Outcome.TAKEN,
        number=entry.text(Meaning.NUMBER),
        title=title,
        item_id=named(f"takeover:{entry.key}"),
        fact=TakenOver(
            source=source,
            particulars=particulars,
            period=period,
            citations=parsed.citations,
            consequence_if_opened=entry.text(Meaning.IF_OPENED),
            benefit_if_closed=entry.text(Meaning.IF_CLOSED),
            missing=missing,
            findings=findings,
        ),
        period=period,
        findings=findings,
        missing=missing,
    )


def _refused(entry: Entry, code: str, period: Period) -> Row:
    title = entry.columns.matches[Meaning.TITLE]
    text = _REFUSALS[code].format(
        row=entry.row, column=letter(title.column), limit=f"{ROW_LENGTH_MAX:,}".replace(",", ".")
    )
    field = "title" if code == "no-information" else ""
    return Row(
        row=entry.row,
        outcome=Outcome.REFUSED,
        number=entry.text(Meaning.NUMBER)[:40],
        title=entry.text(Meaning.TITLE)[:300],
        period=period,
        findings=(Finding(code=code, text=text, field=field),),
    )


_OUR_NAMES = {
    "": "laws",
    "basis": "laws",
    "information": "title",
    "consequence": "consequence_if_opened",
    "if_opened": "consequence_if_opened",
    "if_closed": "benefit_if_closed",
}


def _by_our_names(finding: Finding) -> Finding:
    """The same finding, pointing at the field of the item rather than the column of the list."""
    return replace(finding, field=_OUR_NAMES.get(finding.field, finding.field))


def _missing(
    entry: Entry, particulars: Particulars, citations: Sequence[Citation], period: Period
) -> Iterator[str]:
    """Codes of what a lawful determination needs and the list does not give."""
    for field in ("document", "unit", "holder", "medium"):
        if not getattr(particulars, field):
            yield field
    if not entry.text(Meaning.IF_OPENED):
        yield "consequence_if_opened"
    if not entry.text(Meaning.IF_CLOSED):
        yield "benefit_if_closed"
    if period.kind is Kind.UNSTATED:
        yield "period"
    if not particulars.grounds:
        yield "grounds"
    if not any(cited.kind == "UU" for cited in citations):
        yield "laws"
    yield "test-sheet"
    yield "decree"
    if period.kind not in (Kind.FIXED_UNTIL, Kind.YEARS):
        yield "review-date"


# The rows among each other


def _once_each(rows: Iterable[Row]) -> list[Row]:
    """A row whose words stood in the list before is a duplicate of the first."""
    first: dict[UUID, Row] = {}
    kept = []
    for row in rows:
        if row.item_id is None:
            kept.append(row)
        elif before := first.get(row.item_id):
            finding = Finding(
                code="same-as-row",
                text=f"Baris {row.row} sama dengan baris {before.row}; hanya yang pertama diambil.",
                value=str(before.row),
            )
            kept.append(
                replace(
                    row, outcome=Outcome.DUPLICATE, fact=None, findings=(finding, *row.findings)
                )
            )
        else:
            first[row.item_id] = row
            kept.append(row)
    return kept


def _with_neighbours(rows: Sequence[Row], existing: Iterable[Existing]) -> list[Row]:
    """Name what is very like another row or item; an officer decides whether it is the same."""
    own = {row.item_id for row in rows}
    index: Index[str] = Index()
    for other in existing:
        if other.id not in own:  # a row taken over before is no neighbour of itself
            index.add(other.title, f"butir {other.id} “{other.title[:80]}”")
    found = []
    for row in rows:
        if row.outcome is Outcome.TAKEN:
            found.append(_also(row, map(_neighbour, index.near(row.title)[:NEIGHBOURS_MAX])))
            index.add(row.title, f"baris {row.row} “{row.title[:80]}”")
        else:
            found.append(row)
    return found


def _neighbour(name: str) -> Finding:
    return Finding(
        code="possible-duplicate",
        text=f"Mirip dengan {name}; pastikan bukan butir yang sama.",
        field="title",
        value=name,
    )


def _with_sameness(rows: Sequence[Row], listed: Sequence[Entry]) -> list[Row]:
    """What shows only in a list as a whole, said of each of its rows."""
    lists: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (row, entry) in enumerate(zip(rows, listed, strict=True)):
        if row.fact:
            lists[entry.text(Meaning.BODY), entry.text(Meaning.SOURCE)].append(place)
    found = list(rows)
    for places in lists.values():
        if len(places) < LISTS_ALIKE_MIN:
            continue
        said = check_list([rows[place].period.words for place in places])
        for place in places:
            found[place] = _also(found[place], said)
    return found


def _also(row: Row, more: Iterable[Finding]) -> Row:
    """*row* with further findings, in its fact as well."""
    added = tuple(more)
    if not added:
        return row
    findings = (*row.findings, *added)
    fact = replace(row.fact, findings=findings) if row.fact else None
    return replace(row, findings=findings, fact=fact)


def _notes(table: Table, columns: Columns, listed: Sequence[Entry]) -> Iterator[str]:
    """What an officer should know of the file as a whole."""
    others = [name for name in table.sheets if name != table.sheet]
    if others:
        yield f"Hanya lembar “{table.sheet}” yang dibaca; lembar lain: {', '.join(others)}."
    if table.encoding == "cp1252":
        yield "Berkas tidak berupa UTF-8 dan dibaca sebagai Windows-1252; periksa huruf khusus."
    bodies = dict.fromkeys(b for entry in listed if (b := entry.text(Meaning.BODY)))
    if len(bodies) > 1:
        yield f"Daftar memuat butir dari {len(bodies)} badan publik: {'; '.join(bodies)}."
    unmatched = [
        f"{letter(n)} “{words}”"
        for n, words in enumerate(columns.headings)
        if words and n not in columns.matched
    ]
    if unmatched:
        yield f"Kolom yang artinya tidak dikenal tetap disimpan: {', '.join(unmatched)}."
    if not columns.header:
        yield "Judul kolom tidak ditemukan; arti kolom dibaca dari isinya, periksa dahulu."
    absent = [m for m in (Meaning.BASIS, Meaning.PERIOD) if m not in columns.matches]
    for meaning in absent:
        yield f"Daftar tidak mempunyai kolom {NAMES[meaning]}."
