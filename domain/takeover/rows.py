"""Taking over an existing list, row by row, with its mistakes named and nothing invented.

`plan` reads a table and answers for every row of it: taken, refused, or a duplicate. It is pure;
`apply` records all rows that are taken, or none. A row is known again by its words (`key`), so
that reading the same list twice changes nothing, even if its rows have moved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from domain import item
from domain.citation import grounds, parse_all
from domain.history import Ledger, Receipt, Stamp, Subject, named
from domain.item import Item, Particulars, Source, Status, TakenOver
from domain.law import LawRegister
from domain.law_check import check_list, check_row
from domain.period import Kind, Period
from domain.period_words import read
from domain.rule import Citation, Finding, Rule
from domain.takeover.columns import (
    NAMES,
    Columns,
    Meaning,
    Table,
    letter,
    propose,
)
from domain.takeover.entries import Entry, Mended, entries, same_words
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
POSSIBLE_DUPLICATE = "possible-duplicate"
LISTS_ALIKE = "periods-all-alike"
NOT_ROWS = frozenset({"empty-row", "repeated-header", "total-row", "footnote", "group-title"})
"""Rows of the sheet that are no entries of the list; nothing is wrong with them."""
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
    key_as_mended: str = ""  # by which a corrected row is known where its own words stood before


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """To which units the rows of a list may belong, and what stands against some of them."""

    unit: str = ""  # where the list names none
    known: Mapping[str, str] = field(default_factory=dict)  # code of a unit, to its name
    against: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)  # by unit
    owners: str = ""  # the body, as a sentence names it

    def of(self, said: str) -> tuple[str, bool]:
        """The unit that a cell means, and whether it is one of the body's."""
        if not self.known or not said:
            return said or self.unit, True
        spoken = same_words(said)
        for code, name in self.known.items():
            if spoken in (same_words(code), same_words(name)):
                return code, True
        return self.unit, False


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
    columns: Columns | None = None,
    where: Where | None = None,
    mended: Mapping[int, Mended] = MappingProxyType({}),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Plan:
    """Read *table* by the law of *on*; *unit* stands in where the list names none.

    *columns* are those an officer has settled, *mended* what he said of single rows. Raises
    `Undecided` where no column can be told to be the information.
    """
    columns = columns or propose(table, chosen)
    where = where or Where(unit=unit)
    listed = tuple(entries(table, columns))
    rows = []
    for done, entry in enumerate(listed):
        progress(done, len(listed))
        said = replace(entry, mended=mended.get(entry.row, Mended()))
        rows.append(take_over(said, table=table, law=law, on=on, where=where))
    rows = _once_each(rows)
    rows = _with_neighbours(rows, existing, mended, progress=progress)
    rows = _with_sameness(rows, listed)
    return Plan(
        table=table, columns=columns, rows=tuple(rows), notes=tuple(_notes(table, columns, listed))
    )


def again(
    changed: int,
    among: Sequence[Row],
    entries_of: Callable[[Iterable[int]], Iterable[Entry]],
    *,
    table: Table,
    law: LawRegister,
    on: date,
    where: Where,
    existing: Iterable[Existing] = (),
    mended: Mapping[int, Mended] = MappingProxyType({}),
) -> list[Row]:
    """What becomes of one row now, and of the rows that were judged by it.

    *among* are all rows of the list in their order, as they stand; *entries_of* reads some of
    them again, with what an officer said of them.
    """

    def looked_at(entry: Entry) -> Row:
        return take_over(entry, table=table, law=law, on=on, where=where)

    was = {row.row: row for row in among}
    fresh = {changed: looked_at(*entries_of([changed]))}
    ids = {*_ids(was[changed]), *_ids(fresh[changed])}
    others = {
        row.row
        for row in among
        if row.row != changed and (ids & _ids(row) or _is_like(row, changed))
    }
    fresh |= {entry.row: looked_at(entry) for entry in entries_of(sorted(others))}
    rows = _once_each(fresh.get(row.row, row) for row in among)
    rows = _with_neighbours(rows, existing, mended, only=fresh)
    return [_also(row, _of_the_list(was[row.row])) for row in rows if row.row in fresh]


def _ids(row: Row) -> set[UUID]:
    """Under which the row may be known."""
    second = {named(f"takeover:{row.key_as_mended}")} if row.key_as_mended else set()
    return second | ({row.item_id} if row.item_id else set())


def _is_like(row: Row, other: int) -> bool:
    """Whether the other row was named as its neighbour."""
    return any(
        finding.code == POSSIBLE_DUPLICATE and finding.value.startswith(f"baris {other} ")
        for finding in row.findings
    )


def _of_the_list(row: Row) -> Iterator[Finding]:
    """What was found of the list as a whole; one row does not change it."""
    return (finding for finding in row.findings if finding.code == LISTS_ALIKE)


def apply(made: Plan, ledger: Ledger, stamp: Stamp) -> tuple[Plan, Receipt]:
    """Record every row that is taken, in one act; what the register has already is left alone."""
    facts = {row.item_id: row.fact for row in made.rows if row.item_id and row.fact}
    receipt = record(facts, ledger, stamp)
    there = facts.keys() - {one.originator_id for one in receipt.facts}
    rows = tuple(known_already(row) if row.item_id in there else row for row in made.rows)
    return replace(made, rows=rows), receipt


def record(facts: Mapping[UUID, TakenOver], ledger: Ledger, stamp: Stamp) -> Receipt:
    """Record all of them at once, but for those whose item the register has already."""
    subjects: dict[UUID, Subject[Any]] = dict.fromkeys(facts, item)

    def decide(known: Mapping[UUID, Item]) -> dict[UUID, Sequence[Any]]:
        there = {one for one, state in known.items() if state.status is not Status.UNKNOWN}
        return {one: [] if one in there else [fact] for one, fact in facts.items()}

    return ledger.amend_many(subjects, decide, stamp) if facts else Receipt(None, {})


def known_already(row: Row) -> Row:
    """The same row, where the register holds its item: nothing is left to take."""
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


def take_over(entry: Entry, *, table: Table, law: LawRegister, on: date, where: Where) -> Row:
    """What becomes of one entry, looked at by itself."""
    period = read(entry.said(Meaning.PERIOD))
    if entry.mended.left_out and not entry.no_item:
        return _set_aside(entry, period)
    if entry.no_item == "no-information" and entry.text(Meaning.TITLE):
        entry = replace(entry, no_item="")
    too_long = sum(len(words) for _, words in entry.words) > ROW_LENGTH_MAX
    if reason := entry.no_item or ("row-too-long" if too_long else ""):
        return _refused(entry, reason, period)
    basis, title = entry.text(Meaning.BASIS), entry.text(Meaning.TITLE)
    parsed = parse_all(entry.said(Meaning.BASIS))
    unit, is_ours = where.of(entry.text(Meaning.UNIT))
    if against := where.against.get(unit, ()):
        return _not_theirs(entry, period, against)
    particulars = Particulars(
        title=title,
        summary=title,
        document=entry.text(Meaning.DOCUMENT),
        unit=unit,
        holder=entry.text(Meaning.HOLDER),
        medium=entry.text(Meaning.MEDIUM),
        grounds=grounds(parsed.citations),
        held=not is_not_held(title, parsed.citations),
    )
    findings = (
        *(() if is_ours else [_unit_unknown(entry, where)]),
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
        words=(
            *entry.words,
            *((("judul kelompok", entry.group),) if entry.group else ()),
            *((f"{m.value}, dibetulkan", words) for m, words in entry.mended.cells.items()),
        ),
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
        key_as_mended=entry.key_as_mended,
    )


def _set_aside(entry: Entry, period: Period) -> Row:
    text = f"Baris {entry.row} ditinggalkan atas keputusan petugas; tidak diambil."
    return replace(
        _refused(entry, "empty-row", period), findings=(Finding(code="left-out", text=text),)
    )


def _not_theirs(entry: Entry, period: Period, against: Sequence[Rule]) -> Row:
    """A row of a unit for which this office may not propose."""
    findings = (
        Finding(
            code=rule.code,
            text=rule.text + (f" ({rule.detail})" if rule.detail else ""),
            basis=str(rule.basis),
            field="unit",
            value=entry.text(Meaning.UNIT),
        )
        for rule in against
    )
    return replace(_refused(entry, "empty-row", period), findings=tuple(findings))


def _unit_unknown(entry: Entry, where: Where) -> Finding:
    said = entry.text(Meaning.UNIT)
    stands_in = where.known.get(where.unit) or where.owners or "badan publik"
    return Finding(
        code="unit-not-registered",
        text=f"Unit kerja “{said[:80]}” tidak terdaftar; butir dicatat pada {stands_in}.",
        field="unit",
        value=said,
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
    for name in ("document", "unit", "holder", "medium"):
        if not getattr(particulars, name):
            yield name
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
        elif (before := first.get(row.item_id)) and (own := _as_mended(row, first)):
            first[cast("UUID", own.item_id)] = own
            kept.append(own)
        elif before:
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


def _as_mended(row: Row, before: Mapping[UUID, Row]) -> Row | None:
    """A corrected row under a key of its own, where its uncorrected words stood before."""
    if not row.key_as_mended or not row.fact:
        return None
    item_id = named(f"takeover:{row.key_as_mended}")
    if item_id in before:
        return None
    source = replace(row.fact.source, key=row.key_as_mended)
    return replace(row, item_id=item_id, fact=replace(row.fact, source=source))


def _with_neighbours(
    rows: Sequence[Row],
    existing: Iterable[Existing],
    mended: Mapping[int, Mended],
    *,
    only: Container[int] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Row]:
    """Name what is very like another row or item; an officer decides whether it is the same.

    With *only*, nothing is said of other rows than these.
    """
    own = {row.item_id for row in rows}
    index: Index[str] = Index()
    for other in existing:
        if other.id not in own:  # a row taken over before is no neighbour of itself
            index.add(other.title, f"butir {other.id} “{other.title[:80]}”")
    found = []
    for done, row in enumerate(rows):
        progress(done, len(rows))
        said = mended.get(row.row, Mended())
        if row.outcome is Outcome.TAKEN and said.same_as:
            found.append(_same_by_officer(row, said.same_as))
        elif row.outcome is Outcome.TAKEN:
            asked = not said.distinct and (only is None or row.row in only)
            near = index.near(row.title)[:NEIGHBOURS_MAX] if asked else ()
            found.append(_also(row, map(_neighbour, near)))
            index.add(row.title, f"baris {row.row} “{row.title[:80]}”")
        else:
            found.append(row)
    return found


def _same_by_officer(row: Row, same_as: str) -> Row:
    finding = Finding(
        code="same-by-officer",
        text=f"Menurut petugas baris ini sama dengan {same_as}; tidak diambil lagi.",
        value=same_as,
    )
    findings = (finding, *row.findings)
    return replace(row, outcome=Outcome.DUPLICATE, fact=None, findings=findings)


def _neighbour(name: str) -> Finding:
    return Finding(
        code=POSSIBLE_DUPLICATE,
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
