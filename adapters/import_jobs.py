"""Lists being taken over from a page: kept while an officer settles them, then taken in chunks.

A job may be broken off at any moment, by an officer or by the end of the process, and goes on
where it was: a row is known by its words, and what is on the register is never entered twice.
One process at a time works on a register's jobs (`adapters.leader`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from adapters.database import Connection
from adapters.leader import Leadership
from adapters.report import report_of
from adapters.sheets import read_content
from adapters.trouble import DatabaseTrouble, in_plain_words
from domain.desk import Desk
from domain.history import Contended, OutcomeUnknown
from domain.period import Kind, Period
from domain.rule import Finding, Refused
from domain.takeover import (
    NOT_ROWS,
    POSSIBLE_DUPLICATE,
    Existing,
    Outcome,
    Plan,
    Row,
    Where,
    again,
    known_already,
    plan,
)
from domain.takeover.columns import Columns, Meaning, Table
from domain.takeover.entries import Entry, Mended, entries

if TYPE_CHECKING:
    from adapters.registers import Register

KEPT = timedelta(days=30)
LOOKED_AT = 120  # rows of the sheet that are kept to look at; no header stands lower
CHUNK = 200  # rows recorded in one act
BEAT_SECONDS = 0.5
ATTEMPTS = 5
LIST_MAX = 50
UNREAD = Period(kind=Kind.UNSTATED, words="")

Clock = Callable[[], datetime]
log = logging.getLogger("sidik.import")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A list on its way into the register."""

    id: UUID
    by_id: str
    as_role: str
    unit: str
    file: str
    size: int
    digest: str
    sheet: str
    stage: str  # columns, checking, checked, running, paused, done
    wanted_by: str
    done: int
    rows: int
    notes: tuple[str, ...]
    checked_at: datetime | None
    read_on: date | None
    trouble: tuple[Finding, ...]
    beaten_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    expires_at: datetime
    columns: Columns | None
    last_position: int | None  # of the facts by which its rows were taken over
    looks: Table | None = None  # the first rows, where they were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the list, what was said of it, and what becomes of it."""

    row: int
    cells: Mapping[Meaning, str]
    words: tuple[tuple[str, str], ...]
    mended: Mended
    result: Row
    problem: bool
    near: bool
    done: bool


class _Cells(msgspec.Struct):
    """An entry as it is kept: without the columns, which all have in common."""

    cells: dict[Meaning, str]
    words: tuple[tuple[str, str], ...]
    group: str
    no_item: str


class _Stopped(Exception):
    """An officer wanted it to stop, or another process has the work now."""


_JOB = """id, by_id, as_role, unit, file, octet_length(content) AS size, digest, sheet, stage,
 wanted_by, done, rows, notes, checked_at, read_on, trouble, beaten_at, created_at, ended_at,
 expires_at, columns, last_position"""


class Imports:
    """The lists being taken over into one register. Safe to share between threads."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._database = register.views.database
        self._schema = self._database.register_schema(register.code)
        self._turn = Lock()
        self._thread: Thread | None = None

    # A file, and how it is read

    def receive(
        self,
        job_id: UUID,
        name: str,
        content: bytes,
        *,
        by: str,
        as_role: str,
        unit: str,
        at: datetime,
        sheet: str | None = None,
    ) -> None:
        """Keep a list that was sent; raises `NotAList` for what cannot be read as one."""
        table = read_content(name, content, sheet=sheet)
        self._ask(
            "INSERT INTO {job} (id, by_id, as_role, unit, file, content, digest, sheet, looks,"
            " created_at, expires_at) VALUES (%(id)s, %(by)s, %(as_role)s, %(unit)s, %(file)s,"
            " %(content)s, %(digest)s, %(sheet)s, %(looks)s, %(at)s, %(expires)s)"
            " ON CONFLICT (id) DO NOTHING",
            id=job_id,
            by=by,
            as_role=as_role,
            unit=unit,
            file=name,
            content=content,
            digest=table.digest,
            sheet=table.sheet,
            looks=_json(_beginning(table)),
            at=at,
            expires=at + KEPT,
        )

    def choose_sheet(self, job_id: UUID, sheet: str) -> None:
        """Read another sheet of the same file; what was settled of the first is forgotten."""
        ((name, content),) = self._rows("SELECT file, content FROM {job} WHERE id = %s", job_id)
        table = read_content(name, bytes(content), sheet=sheet)
        with self._transaction() as ask:
            ask(
                "UPDATE {job} SET sheet = %s, looks = %s, columns = NULL, stage = 'columns'"
                " WHERE id = %s AND stage IN ('columns', 'checked')",
                (table.sheet, _json(_beginning(table)), job_id),
            )
            ask("DELETE FROM {row} WHERE job = %s AND NOT done", (job_id,))

    def job(self, job_id: UUID, at: datetime, *, looks: bool = False) -> Job | None:
        found = self._ask(
            "SELECT " + _JOB + (", looks" if looks else "") + " FROM {job}"
            " WHERE id = %(id)s AND expires_at > %(at)s",
            id=job_id,
            at=at,
        )
        return _job(found[0]) if found else None

    def jobs(self, as_role: str, units: Sequence[str] | None, at: datetime) -> list[Job]:
        """The lists of one office, the latest first; *units*: only those for these units."""
        found = self._ask(
            "SELECT " + _JOB + " FROM {job} WHERE as_role = %(as_role)s AND expires_at > %(at)s"
            " AND (%(units)s::text[] IS NULL OR unit = ANY(%(units)s))"
            " ORDER BY created_at DESC, id LIMIT %(limit)s",
            as_role=as_role,
            units=None if units is None else list(units),
            at=at,
            limit=LIST_MAX,
        )
        return [_job(each) for each in found]

    def drop(self, job_id: UUID) -> None:
        """Forget the file and all that was read from it; what was taken over stays."""
        self._ask("DELETE FROM {job} WHERE id = %(id)s", id=job_id)

    def tidy(self, at: datetime) -> None:
        """Forget what has been kept for long enough."""
        self._ask("DELETE FROM {job} WHERE expires_at <= %(at)s", at=at)

    # What is wanted

    def check(self, job_id: UUID, columns: Columns, unit: str, by: str) -> None:
        """Read the list by these columns and say what becomes of every row."""
        self._ask(
            "UPDATE {job} SET columns = %(columns)s, unit = %(unit)s, wanted_by = %(by)s,"
            " stage = 'checking', done = 0, trouble = '[]', ended_at = NULL"
            " WHERE id = %(id)s AND stage IN ('columns', 'checked')",
            id=job_id,
            columns=_json(columns),
            unit=unit,
            by=by,
        )

    def run(self, job_id: UUID, by: str) -> None:
        """Take over every row that is to be taken and has not been yet."""
        self._ask(
            "UPDATE {job} SET stage = 'running', wanted_by = %(by)s, trouble = '[]',"
            " done = (SELECT count(*) FROM {row} WHERE job = %(id)s AND done)"
            " WHERE id = %(id)s AND stage IN ('checked', 'paused')",
            id=job_id,
            by=by,
        )

    def stop(self, job_id: UUID) -> None:
        """Break off after the rows that are being recorded now."""
        self._ask(
            "UPDATE {job} SET stage = CASE stage WHEN 'running' THEN 'paused' ELSE 'columns' END"
            " WHERE id = %(id)s AND stage IN ('running', 'checking')",
            id=job_id,
        )

    # Row by row

    def lines(
        self,
        job_id: UUID,
        *,
        outcome: str | None = None,
        problem: bool = False,
        near: bool = False,
        mended: bool = False,
        after: int = 0,
        limit: int = 50,
    ) -> list[Line]:
        """Rows in their order from *after* on."""
        found = self._ask(
            "SELECT row, entry, mended, result, problem, near, done FROM {row}"
            " WHERE job = %(id)s AND row > %(after)s"
            " AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)"
            " AND (problem OR NOT %(problem)s) AND (near OR NOT %(near)s)"
            " AND (mended IS NOT NULL OR NOT %(mended)s)"
            " ORDER BY row LIMIT %(limit)s",
            id=job_id,
            after=after,
            outcome=outcome,
            problem=problem,
            near=near,
            mended=mended,
            limit=limit,
        )
        return [_line(each) for each in found]

    def line(self, job_id: UUID, row: int) -> Line | None:
        found = self.lines(job_id, after=row - 1, limit=1)
        return found[0] if found and found[0].row == row else None

    def totals(self, job_id: UUID) -> dict[str, int]:
        """How many rows there are of each kind."""
        (found,) = self._ask(
            "SELECT count(*) AS rows, count(*) FILTER (WHERE outcome = 'taken') AS taken,"
            " count(*) FILTER (WHERE outcome = 'refused') AS refused,"
            " count(*) FILTER (WHERE outcome = 'duplicate') AS duplicate,"
            " count(*) FILTER (WHERE problem) AS problem, count(*) FILTER (WHERE near) AS near,"
            " count(*) FILTER (WHERE mended IS NOT NULL) AS mended,"
            " count(*) FILTER (WHERE done) AS done FROM {row} WHERE job = %(id)s",
            id=job_id,
        )
        return found

    def mend(self, job_id: UUID, row: int, mended: Mended, *, by: str, at: datetime) -> bool:
        """Take down what an officer says of a row, and look at it again; False: not now."""
        job = self.job(job_id, at)
        if job is None or job.stage != "checked" or job.columns is None:
            return False
        columns = job.columns
        with self._transaction() as ask:
            open_now = ask(
                "SELECT id FROM {job} WHERE id = %s AND stage = 'checked' FOR UPDATE", (job_id,)
            )
            if not open_now.fetchall():
                return False
            ask(
                "UPDATE {row} SET mended = %s WHERE job = %s AND row = %s AND NOT done",
                (_json(mended) if mended else None, job_id, row),
            )
            said = {
                number: _read(words, Mended)
                for number, words in ask(
                    "SELECT row, mended::text FROM {row} WHERE job = %s AND mended IS NOT NULL",
                    (job_id,),
                )
            }
            among = [
                _light(*each)
                for each in ask(
                    "SELECT row, outcome, item_id, title,"
                    " CASE WHEN near OR row = %s OR item_id = (SELECT item_id FROM {row}"
                    " WHERE job = %s AND row = %s) THEN result->>'findings' END,"
                    " result->>'key_as_mended'"
                    " FROM {row} WHERE job = %s ORDER BY row",
                    (row, job_id, row, job_id),
                )
            ]

            def entries_of(numbers: Iterable[int]) -> Iterator[Entry]:
                for number, words in ask(
                    "SELECT row, entry::text FROM {row} WHERE job = %s AND row = ANY(%s)"
                    " ORDER BY row",
                    (job_id, list(numbers)),
                ):
                    yield _entry(number, words, columns, said.get(number, Mended()))

            desk = self._desk(job, by, at)
            there = list(self._existing())
            changed = again(
                row,
                among,
                entries_of,
                table=_table_of(job),
                law=desk.law,
                on=job.read_on or desk.today,
                where=self._where(job, desk),
                existing=there,
                mended=said,
            )
            ids = {each.id for each in there}
            for each in changed:
                _, *values = _values(known_already(each) if each.item_id in ids else each)
                ask(
                    "UPDATE {row} SET outcome = %s, problem = %s, near = %s, item_id = %s,"
                    " title = %s, result = %s WHERE job = %s AND row = %s AND NOT done",
                    (*values, job_id, each.row),
                )
        return True

    # The report

    def plan(self, job: Job) -> Plan:
        """The whole list with what becomes of every row."""
        results = self._rows("SELECT result::text FROM {row} WHERE job = %s ORDER BY row", job.id)
        return Plan(
            table=_table_of(job),
            columns=job.columns or Columns(matches={}, headings=(), begins=0),
            rows=tuple(_read(words, Row) for (words,) in results),
            notes=job.notes,
        )

    def report(self, job: Job, kind: str) -> bytes:
        """What became of every row, as a file: "xlsx", "csv" or "json"."""
        return report_of(self.plan(job), kind)

    # The work

    def wake(self, clock: Clock) -> None:
        """See to it that somebody is at work, here or in another process."""
        with self._turn:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(
                    target=self._work, args=(clock,), name=f"import-{self._schema}", daemon=True
                )
                self._thread.start()

    def _work(self, clock: Clock) -> None:
        leadership = Leadership(self._database, self._register.code, "import")
        try:
            while leadership.held() and (job := self._next(clock())):
                self.advance(job, clock, leadership.held)
        except (_Stopped, DatabaseTrouble):
            pass  # whoever looks at the page wakes us again
        finally:
            leadership.resign()

    def _next(self, at: datetime) -> Job | None:
        found = self._ask(
            "SELECT " + _JOB + " FROM {job} WHERE stage IN ('checking', 'running')"
            " AND expires_at > %(at)s ORDER BY created_at, id LIMIT 1",
            at=at,
        )
        return _job(found[0]) if found else None

    def advance(self, job: Job, clock: Clock, may_go_on: Callable[[], bool]) -> None:
        """Check a list, or take it over, to its end or until something stops it."""
        work = self._check if job.stage == "checking" else self._run
        try:
            work(job, clock, may_go_on)
        except (_Stopped, DatabaseTrouble):
            raise
        except Refused as refusal:
            self._break_off(
                job,
                [
                    Finding(
                        code=rule.code,
                        text=rule.text + (f" ({rule.detail})" if rule.detail else ""),
                        basis=str(rule.basis),
                    )
                    for rule in refusal.rules
                ],
            )
        except Exception as error:
            log.warning("import %s: %s", job.id, type(error).__name__)  # its words may quote rows
            said = str(error) if type(error).__module__.startswith(("adapters", "domain")) else ""
            text = said or "Terjadi kesalahan yang tidak terduga; coba lanjutkan."
            self._break_off(job, [Finding(code=type(error).__name__, text=text)])

    def _break_off(self, job: Job, why: Sequence[Finding]) -> None:
        self._ask(
            "UPDATE {job} SET trouble = %(why)s,"
            " stage = CASE stage WHEN 'running' THEN 'paused' ELSE 'columns' END"
            " WHERE id = %(id)s",
            id=job.id,
            why=_json(why),
        )

    def _check(self, job: Job, clock: Clock, may_go_on: Callable[[], bool]) -> None:
        assert job.columns, "a list is read by settled columns"
        ((content,),) = self._rows("SELECT content FROM {job} WHERE id = %s", job.id)
        table = read_content(job.file, bytes(content), sheet=job.sheet or None)
        said = {
            number: _read(words, Mended)
            for number, words in self._rows(
                "SELECT row, mended::text FROM {row} WHERE job = %s AND mended IS NOT NULL", job.id
            )
        }
        at = clock()
        desk = self._desk(job, job.wanted_by, at)
        there = list(self._existing())
        ids = {each.id for each in there}
        beat = self._beat(job, clock, may_go_on)
        half = last = 0

        def progress(done: int, of: int) -> None:
            nonlocal half, last
            half += done < last  # rows by themselves, then among each other
            last = done
            beat((done + half * of) // 2, of)

        made = plan(
            table,
            law=desk.law,
            on=desk.today,
            existing=there,
            columns=job.columns,
            where=self._where(job, desk),
            mended=said,
            progress=progress,
        )
        with self._transaction() as ask:
            ask("DELETE FROM {row} WHERE job = %s", (job.id,))
            with self._copying(
                ask, "job, row, outcome, problem, near, item_id, title, result, entry, mended"
            ) as copy:
                for row, entry in zip(made.rows, entries(table, job.columns), strict=True):
                    final = known_already(row) if row.item_id in ids else row
                    mended = said.get(row.row)
                    kept = _Cells(dict(entry.cells), entry.words, entry.group, entry.no_item)
                    copy.write_row(
                        (job.id, *_values(final), _json(kept), _json(mended) if mended else None)
                    )
            ask(
                "UPDATE {job} SET stage = 'checked', rows = %s, done = 0, notes = %s,"
                " checked_at = %s, read_on = %s WHERE id = %s AND stage = 'checking'",
                (len(made.rows), _json(made.notes), at, desk.today, job.id),
            )

    def _run(self, job: Job, clock: Clock, may_go_on: Callable[[], bool]) -> None:
        done = job.done
        beat = self._beat(job, clock, may_go_on)
        while True:
            beat(done, job.rows, now=True)
            waiting = self._rows(
                "SELECT row, result::text FROM {row} WHERE job = %s AND outcome = 'taken'"
                " AND NOT done ORDER BY row LIMIT " + str(CHUNK),
                job.id,
            )
            if not waiting:
                break
            rows = [_read(words, Row) for _, words in waiting]
            for unit, of_unit in groupby(sorted(rows, key=_unit), key=_unit):
                self._take(job, list(of_unit), clock, unit)
            done += len(rows)
        self._ask(
            "UPDATE {job} SET stage = 'done', ended_at = %(at)s, done ="
            " (SELECT count(*) FROM {row} WHERE job = %(id)s AND done)"
            " WHERE id = %(id)s AND stage = 'running'",
            id=job.id,
            at=clock(),
        )

    def _take(self, job: Job, rows: Sequence[Row], clock: Clock, unit: str) -> None:
        """Record rows of one unit, and note which of them are on the register by this list."""
        facts = {row.item_id: row.fact for row in rows if row.item_id and row.fact}
        desk = self._desk(job, job.wanted_by, clock())
        for attempt in range(ATTEMPTS):
            try:
                receipt = desk.take_over(facts)
                break
            except (Contended, OutcomeUnknown):  # what is recorded is not recorded again
                if attempt == ATTEMPTS - 1:
                    raise
                sleep(attempt * BEAT_SECONDS)
        new = {one.originator_id for one in receipt.facts}
        if receipt.position is not None:
            self._register.views.wait_for(receipt.position)
        ours: list[Row] = []
        others: list[Row] = []
        for row in rows:
            is_ours = row.item_id in new or self._is_of(job, row.item_id)
            (ours if is_ours else others).append(row)
        with self._transaction() as ask:
            ask(
                "UPDATE {row} SET done = true WHERE job = %s AND row = ANY(%s)",
                (job.id, [row.row for row in ours]),
            )
            ask(
                "UPDATE {job} SET last_position = greatest(last_position, (SELECT"
                " max(notification_id) FROM {events} WHERE originator_id = ANY(%s)"
                " AND originator_version = 1)) WHERE id = %s",
                ([row.item_id for row in ours], job.id),
            )
            for row in others:
                _, *values = _values(known_already(row))
                ask(
                    "UPDATE {row} SET outcome = %s, problem = %s, near = %s, item_id = %s,"
                    " title = %s, result = %s WHERE job = %s AND row = %s",
                    (*values, job.id, row.row),
                )

    def _is_of(self, job: Job, item_id: UUID | None) -> bool:
        """Whether an item that is there was entered by this very list, before it broke off."""
        history = self._register.ledger.history(item_id) if item_id else []
        return bool(history) and history[0].cause == _cause(job)

    def _beat(self, job: Job, clock: Clock, may_go_on: Callable[[], bool]) -> Callable[..., None]:
        """Say how far it is, now and then, and hear whether to go on."""
        last = 0.0

        def beat(done: int, of: int, *, now: bool = False) -> None:
            nonlocal last
            if not now and monotonic() - last < BEAT_SECONDS:
                return
            last = monotonic()
            going = self._rows(
                "UPDATE {job} SET done = %s, rows = %s, beaten_at = %s"
                " WHERE id = %s AND stage = %s RETURNING id",
                done,
                of,
                clock(),
                job.id,
                job.stage,
            )
            if not going or not may_go_on():
                raise _Stopped

        return beat

    # What it rests on

    def _desk(self, job: Job, by: str, at: datetime) -> Desk:
        return self._register.desk(by, job.as_role, at=at, cause=_cause(job))

    def _where(self, job: Job, desk: Desk) -> Where:
        units = desk.body.units
        against = {unit: desk.rules_against_taking_over(unit) for unit in ("", *units)}
        return Where(
            unit=job.unit,
            known=units,
            against={unit: rules for unit, rules in against.items() if rules},
            owners=desk.body.name,
        )

    def _existing(self) -> Iterator[Existing]:
        """Every item on the register, by which what is like it is found."""
        for item_id, title in self._rows("SELECT id, title FROM {dik}"):
            yield Existing(id=item_id, title=title)

    # The database

    def _ask(self, query: str, **values: Any) -> list[dict[str, Any]]:
        with (
            in_plain_words(),
            self._database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            cursor.execute(self._sql(query), values)
            return cursor.fetchall() if cursor.description else []

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with in_plain_words(), self._database.pool.connection() as connection:
            return connection.execute(self._sql(query), values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with (
            in_plain_words(),
            self._database.pool.connection() as connection,
            connection.transaction(),
        ):
            yield _Asking(connection, self._sql)

    @contextmanager
    def _copying(self, ask: _Asking, names: str) -> Iterator[Any]:
        with (
            ask.connection.cursor() as cursor,
            cursor.copy(self._sql("COPY {row} (" + names + ") FROM STDIN")) as copy,
        ):
            yield copy

    def _sql(self, query: str) -> Any:
        return SQL(query).format(
            job=Identifier(self._schema, "import_job"),
            row=Identifier(self._schema, "import_row"),
            dik=Identifier(self._schema, "dik"),
            events=Identifier(self._schema, "ledger_events"),
        )


@dataclass(frozen=True, slots=True)
class _Asking:
    """Statements of one transaction."""

    connection: Connection
    sql: Callable[[str], Any]

    def __call__(self, query: str, values: Sequence[Any]) -> Any:
        return self.connection.execute(self.sql(query), values)


# Between a row of a table and what it stands for


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _read(words: Any, kind: Any) -> Any:
    return (
        msgspec.json.decode(words, type=kind)
        if isinstance(words, str)
        else msgspec.convert(words, kind, str_keys=True)
    )


def _cause(job: Job) -> str:
    return f"import:{job.id}"


def _beginning(table: Table) -> Table:
    """The first rows, no narrower than the sheet is."""
    rows = [(*row, *[""] * (table.width - len(row))) for row in table.rows[:LOOKED_AT]]
    merged = tuple(one for one in table.merged if one.top < LOOKED_AT)
    return replace(table, rows=tuple(rows), merged=merged)


def _job(found: dict[str, Any]) -> Job:
    return Job(
        **{
            **found,
            "notes": tuple(found["notes"]),
            "trouble": tuple(_read(one, Finding) for one in found["trouble"]),
            "columns": _read(found["columns"], Columns) if found["columns"] else None,
            "looks": _read(found["looks"], Table) if found.get("looks") else None,
        }
    )


def _table_of(job: Job) -> Table:
    return Table(file=job.file, digest=job.digest, rows=(), sheet=job.sheet)


def _line(found: dict[str, Any]) -> Line:
    kept = _read(found["entry"], _Cells)
    return Line(
        row=found["row"],
        cells=kept.cells,
        words=kept.words,
        mended=_read(found["mended"], Mended) if found["mended"] else Mended(),
        result=_read(found["result"], Row),
        problem=found["problem"],
        near=found["near"],
        done=found["done"],
    )


def _entry(number: int, words: str, columns: Columns, mended: Mended) -> Entry:
    kept = _read(words, _Cells)
    return Entry(
        row=number,
        cells=kept.cells,
        words=kept.words,
        group=kept.group,
        columns=columns,
        no_item=kept.no_item,
        mended=mended,
    )


def _values(row: Row) -> tuple[Any, ...]:
    """Number, outcome, problem, near, item, title, and the whole."""
    codes = {finding.code for finding in row.findings}
    near = row.outcome is Outcome.TAKEN and POSSIBLE_DUPLICATE in codes
    problem = bool(codes - NOT_ROWS - {"left-out", "already-taken-over", "same-by-officer"})
    return row.row, row.outcome.value, problem, near, row.item_id, row.title, _json(row)


def _light(
    row: int, outcome: str, item_id: UUID | None, title: str, findings: str | None, key: str
) -> Row:
    """A row as far as others are judged by it."""
    return Row(
        row=row,
        outcome=Outcome(outcome),
        title=title,
        item_id=item_id,
        period=UNREAD,
        findings=_read(findings, tuple[Finding, ...]) if findings else (),
        key_as_mended=key,
    )


def _unit(row: Row) -> str:
    return row.fact.particulars.unit if row.fact else ""
