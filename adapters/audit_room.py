"""What auditors ask of a register: its trail, moments compared, its soundness, trails filed.

Everything is read from the read models and the ledger; nothing here changes either. What an
auditor may not see is left out by the question itself (`Asked.units`, *units*).
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from threading import Thread
from typing import Any, TypeAlias
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from adapters.codec import to_recorded
from adapters.exports import digest_of, written
from adapters.ledger import PersistentLedger
from adapters.trouble import DatabaseTrouble, in_plain_words
from adapters.views import Views
from domain.evidence.absence import NoEvidence
from domain.evidence.policy import Policy
from domain.history import Recorded
from projections.audit import AUDIT, BACKDATED, Asked

COMPARED = (
    "status",
    "title",
    "summary",
    "document",
    "part",
    "unit",
    "holder",
    "form",
    "grounds",
    "laws",
    "period_words",
    "ends_on",
    "review_on",
    "determined_on",
    "decree_no",
    "tested_on",
    "conclusion",
    "opinions",
    "approved",
    "channels",
    "published",
    "published_on",
    "soft_place",
    "hard_place",
    "holds",
    "opened_on",
    "opened_why",
    "event",
)
"""Columns of the list in which two moments are compared."""

FLAGS = frozenset({"outside-sop", "override", "duty-missed"})
GUARDED = (
    "ledger_events",
    "log_checkpoint",
    "log_cosignature",
    "log_leaf",
    "log_origin",
    "log_stamp",
    "log_subtree",
    "publication_line",
    "publication_row",
    "publication_snapshot",
    "reading",
    "trail_export",
)
ANY_DAY = date(9999, 12, 30)
STILL = 2**63 - 2
CAUSES_MAX = 400  # facts told beside one page of a comparison
NEAR = 50_000  # facts gone through to count a list; beyond, nobody waits for it
FACTS_MAX = 20_000  # in one filed trail
BYTES_MAX = 24 * 1024 * 1024
EXAMPLES_MAX = 50
TOLD_SECONDS = 0.5  # between two words of progress
ABANDONED_SECONDS = 120

Found: TypeAlias = dict[str, Any]
Answer: TypeAlias = list[Found]


class TooMuch(ValueError):
    """More than one file takes."""


class AuditRoom:
    """Safe to share between threads."""

    def __init__(
        self, ledger: PersistentLedger, views: Views, outside: Policy | None = None
    ) -> None:
        self._outside = outside
        self.database, self.code = ledger.database, ledger.code
        self.ledger, self.views = ledger, views
        self.schema = self.database.register_schema(self.code)

    # The trail

    def trail(
        self,
        asked: Asked,
        *,
        before: int | None = None,
        after: int | None = None,
        zone: str = "Asia/Jakarta",
        limit: int = 50,
    ) -> Answer:
        """Facts before a position, the latest first; or those after one, the earliest first."""
        filters, values = self._conditions(asked)
        if before is not None:
            filters.append("position < %(before)s")
        if after is not None:
            filters.append("position > %(after)s")
        values |= {"before": before, "after": after, "zone": zone, "limit": limit}
        way = "ASC" if after is not None and before is None else "DESC"
        name = "entries" if asked.units is None else "entries_of_units"
        return self._ask(AUDIT.sql[name], values, filters=filters, way=way)

    def _conditions(self, asked: Asked) -> tuple[list[str], Found]:
        made = ["true"]
        for name, condition in CONDITIONS.items():
            if getattr(asked, name) is not None:
                made.append(condition)
        values: Found = {name: getattr(asked, name) for name in CONDITIONS}
        if asked.kind is not None and asked.kind != "item":
            made.append("kind <> 'item'")  # so that the index of seldom kinds is seen to do
        if asked.sop is not None:
            made.append("sop_key <> ''")
        if asked.flag in FLAGS:
            made.append(f"'{asked.flag}' = ANY (flags)")
        elif asked.flag == BACKDATED:
            made.append("on_date < (at AT TIME ZONE %(zone)s)::date")
            made.append("on_date < (at AT TIME ZONE 'Asia/Jayapura')::date")  # as indexed
        if asked.recorded_from is not None:
            made.append("position > %(from_position)s")
            values["from_position"] = self.ledger.position_at(_just_before(asked.recorded_from))
        if asked.recorded_before is not None:
            made.append("position <= %(to_position)s")
            values["to_position"] = self.ledger.position_at(_just_before(asked.recorded_before))
        if asked.units is not None:
            made += [SEEN, SEEN_DECREE]
            values |= {"units": [*asked.units, ""], "own": list(asked.units)}
        return made, values

    def facts(self, positions: Iterable[int]) -> dict[int, Recorded[Any]]:
        """What was said at these positions."""
        found = self._ask(
            "SELECT notification_id, originator_id, originator_version, topic, state"
            " FROM {register}.ledger_events WHERE notification_id = ANY (%(positions)s)",
            {"positions": list(positions)},
        )
        return {
            row["notification_id"]: to_recorded(
                row["originator_id"], row["originator_version"], row["topic"], row["state"]
            )
            for row in found
        }

    def titles(self, ids: Iterable[UUID]) -> dict[UUID, Found]:
        """What subjects are called now, and of which unit they are."""
        found = self._ask(AUDIT.sql["titles"], {"ids": list(set(ids))})
        return {row["id"]: row for row in found}

    def sops(self) -> Answer:
        """The SOPs under which anything was ever done."""
        return self._ask(AUDIT.sql["sops"], {})

    def actors(self) -> list[str]:
        """Whoever ever acted, by the id that acts name him by."""
        return [row["by_id"] for row in self._ask(AUDIT.sql["actors"], {})]

    def position_at(self, moment: datetime) -> int:
        return self.ledger.position_at(moment)

    def head(self) -> int:
        """How far the read models have come: nothing later is shown."""
        return self.views.position()

    # The list at one moment, and at another

    def state(self, item_id: UUID, position: int) -> Found | None:
        """The row of an item as it was known at a position."""
        values = {"id": item_id, "position": position, "on": ANY_DAY}
        found = self._ask(AUDIT.sql["state"], values)
        return found[0]["state"] if found else None

    def counts_at(self, position: int, *, units: Sequence[str] | None = None) -> Found | None:
        """How many items were in each status; None where it would take long to count."""
        filters = ["true"] if units is None else ["unit = ANY (%(units)s)"]
        upto = self.head()
        values: Found = {"position": position, "upto": upto, "on": ANY_DAY, "units": units}
        if units is not None:
            values["units"] = list(units)
        if position <= NEAR:
            found = self._ask(AUDIT.sql["counts_early"], values, filters=filters)
            return {row["status"]: row["items"] for row in found}
        if upto - position > NEAR:
            return None
        counts = dict(self.views.counts(units=units))
        for row in self._ask(AUDIT.sql["counts_since"], values, filters=filters):
            sign = 1 if row["at_position"] == position else -1
            counts[row["status"]] = counts.get(row["status"], 0) + sign * row["items"]
        return {status: items for status, items in counts.items() if items}

    def differences(
        self,
        a: tuple[date | None, int | None],
        b: tuple[date | None, int | None],
        *,
        status: str | None = None,
        units: Sequence[str] | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Answer:
        """Items that are not the same at two moments, each a day and a ledger position.

        `was` is null where the item was not there (in that status, in those units); `now` alike.
        """
        values, between = _between(a, b)
        within = ["true"]
        if status is not None:
            within.append("state.status = %(status)s")
        if units is not None:
            within.append("state.unit = ANY (%(units)s)")
        values |= {"status": status, "units": list(units or ()), "limit": limit, "before": before}
        later = between.replace("fact.", "later.")
        if before is not None:
            between += " AND fact.position < %(before)s"
        return self._ask(
            AUDIT.sql["changed"],
            values,
            within=within,
            between=[between],
            later_between=[later],
            compared=SQL(", ").join(Identifier("state", column) for column in COMPARED),
            was=SQL(", ").join(Identifier("was", column) for column in COMPARED),
            now=SQL(", ").join(Identifier("now", column) for column in COMPARED),
        )

    def facts_between(
        self,
        a: tuple[date | None, int | None],
        b: tuple[date | None, int | None],
        ids: Iterable[UUID],
        *,
        units: Sequence[str] | None = None,
        zone: str = "Asia/Jakarta",
    ) -> Answer:
        """The facts by which these items came from one moment to the other."""
        values, between = _between(a, b)
        values |= {"ids": list(ids), "units": list(units or ()), "zone": zone, "limit": CAUSES_MAX}
        seen = "true" if units is None else "fact.unit = ANY (%(units)s)"
        return self._ask(AUDIT.sql["between"], values, between=[between], seen=[seen])

    # Is what is shown what was recorded?

    def checks(self, limit: int = 10) -> Answer:
        """What came of looking into it, the latest first; `alive` while it is being looked into."""
        return self._ask(
            "SELECT *, finished_at IS NULL"
            "       AND touched_at > clock_timestamp() - make_interval(secs => %(abandoned)s)"
            "       AS alive"
            "  FROM {register}.integrity_check ORDER BY number DESC LIMIT %(limit)s",
            {"limit": limit, "abandoned": ABANDONED_SECONDS},
        )

    def begin_check(self, *, by: str, as_role: str, at: datetime, wait: bool = False) -> int | None:
        """Look into it in the background; None where somebody is at it already."""
        with self.database.pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(5, hashtext(%s))", (self.schema,))
            if any(check["alive"] for check in self.checks(1)):
                return None
            begun = connection.execute(
                SQL(
                    "INSERT INTO {}.integrity_check (at, by_id, as_role, upto)"
                    " VALUES (%s, %s, %s, %s) RETURNING number"
                ).format(Identifier(self.schema)),
                (at, by, as_role, self.head()),
            ).fetchone()
        assert begun is not None
        number = int(begun[0])
        worker = Thread(target=self._check, args=(number,), name=f"check {self.code}", daemon=True)
        worker.start()
        if wait:
            worker.join()
        return number

    def _check(self, number: int) -> None:
        told = time.monotonic()

        def progress(done: int, of: int) -> None:
            nonlocal told
            if time.monotonic() - told > TOLD_SECONDS:
                told = time.monotonic()
                self._note(number, "done = %(done)s, upto = %(upto)s", done=done, upto=of)

        try:
            proof, unproven = self._proof(lambda position: self._note(number, "done = done"))
            found = self.views.compare(progress=progress)
            missing, broken = self._gaps()
            self._note(
                number,
                "done = upto, finished_at = clock_timestamp(), differing = %(differing)s,"
                " examples = %(examples)s::jsonb, missing = %(missing)s, broken = %(broken)s,"
                " unguarded = %(unguarded)s, proof = %(proof)s::jsonb, unproven = %(unproven)s",
                proof=proof and json.dumps(proof),
                unproven=unproven,
                differing=len(found),
                examples=json.dumps(
                    [
                        {"view": one.view, "key": [str(k) for k in one.key], "column": one.column}
                        for one in found[:EXAMPLES_MAX]
                    ]
                ),
                missing=missing,
                broken=broken,
                unguarded=self.unguarded(),
            )
        except Exception as error:  # whatever it is, whoever waits for it must hear of it
            said = str(error) if isinstance(error, DatabaseTrouble) else type(error).__name__
            with suppress(DatabaseTrouble):
                self._note(
                    number, "finished_at = clock_timestamp(), trouble = %(said)s", said=said[:300]
                )

    def _proof(self, progress: Callable[[int], None]) -> tuple[Found | None, str]:
        """The verdict on the whole log with its sentences, or why it could not be read.

        The role of the web sees no salts; without that of the auditor there is neither.
        Judged by the keys that the log announced itself, so it proves less to a reader than it
        would by a policy of his own.
        """
        from adapters.evidence import handover, keys, replay  # noqa: PLC0415  # seldom needed
        from adapters.evidence.reader import log_of  # noqa: PLC0415
        from adapters.evidence.whole_log import StoredLog  # noqa: PLC0415

        if not self.database.access.auditor:
            return None, ""
        try:
            opened = log_of(self.database, self.code)
            policy = Policy.parse(handover.own_policy(opened, self._outside))
        except NoEvidence:
            policy = None
        try:
            with StoredLog.open(self.database, self.code) as whole:
                verdict = replay.verify_log(
                    whole, verify=keys.verify, policy=policy, progress=_seldom(progress)
                )
        except DatabaseTrouble as trouble:
            return None, str(trouble)[:300]
        return verdict.plain(), ""

    def _note(self, number: int, what: str, **values: Any) -> None:
        self._ask(
            "UPDATE {register}.integrity_check SET touched_at = clock_timestamp(), "
            + what
            + " WHERE number = %(number)s",
            {"number": number, **values},
        )

    def _gaps(self) -> tuple[int, int]:
        """Positions that are missing, and histories of which a fact is."""
        positions = self._ask(
            "SELECT coalesce(max(notification_id), 0) - count(*) AS missing"
            " FROM {register}.ledger_events",
            {},
        )
        broken = self._ask(
            "SELECT count(*) AS broken FROM (SELECT FROM {register}.ledger_events"
            " GROUP BY originator_id HAVING max(originator_version) <> count(*)) AS histories",
            {},
        )
        return int(positions[0]["missing"]), int(broken[0]["broken"])

    def unguarded(self) -> list[str]:
        """Tables that should only ever be added to, and whose guard is missing or asleep."""
        found = self._ask(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE relnamespace = to_regnamespace(%(schema)s) AND NOT tgisinternal"
            "   AND tgenabled = 'A' AND tgfoid = "
            "       to_regproc(%(schema)s || '.ledger_refuse_change')"
            "   AND tgtype & 56 = 56",  # update, delete, truncate
            {"schema": self.schema},
        )
        return sorted(set(GUARDED) - {row["relname"] for row in found})

    # Trails filed

    def file(
        self,
        *,
        by: str,
        as_role: str,
        at: datetime,
        units: Sequence[str] | None,
        cause: str,
        purpose: str,
        question: Mapping[str, str],
        form: str,
        about: Mapping[str, str],
        headings: Mapping[str, str],
        rows: Sequence[Mapping[str, Any]],
        position: int,
    ) -> int:
        """Keep a trail as a file with its hash; the number it is filed under."""
        if len(rows) > FACTS_MAX:
            raise TooMuch(f"{FACTS_MAX} catatan")
        content_hash = digest_of(rows)
        file = written(form, {**about, "SHA-256 isi": content_hash}, headings, rows)
        if len(file) > BYTES_MAX:
            raise TooMuch(f"{BYTES_MAX // 1024 // 1024} MB")
        filed = self._ask(
            "INSERT INTO {register}.trail_export (at, by_id, as_role, units, cause, purpose,"
            " filter, position, facts, content_hash, format, sha256, bytes, packed)"
            " VALUES (%(at)s, %(by)s, %(as_role)s, %(units)s, %(cause)s, %(purpose)s,"
            " %(filter)s::jsonb, %(position)s, %(facts)s, %(content_hash)s, %(format)s,"
            " %(sha256)s, %(bytes)s, %(packed)s) RETURNING number",
            {
                "at": at,
                "by": by,
                "as_role": as_role,
                "units": None if units is None else list(units),
                "cause": cause,
                "purpose": purpose,
                "filter": json.dumps(dict(question)),
                "position": position,
                "facts": len(rows),
                "content_hash": content_hash,
                "format": form,
                "sha256": sha256(file).hexdigest(),
                "bytes": len(file),
                "packed": zlib.compress(file, 9),
            },
        )
        return int(filed[0]["number"])

    def filed(
        self,
        *,
        units: Sequence[str] | None = None,
        by: str | None = None,
        cause: str | None = None,
        number: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Answer:
        """Trails that were filed, the latest first; with *units* only what lies within them."""
        filters = ["true"]
        filters += ["units <@ %(units)s::text[]"] if units is not None else []
        filters += ["by_id = %(by)s"] if by is not None else []
        filters += ["cause = %(cause)s"] if cause is not None else []
        filters += ["number = %(number)s"] if number is not None else []
        filters += ["number < %(before)s"] if before is not None else []
        return self._ask(
            "SELECT number, at, by_id, as_role, units, purpose, filter, position, facts,"
            "       content_hash, format, sha256, bytes"
            "  FROM {register}.trail_export WHERE {filters} ORDER BY number DESC LIMIT %(limit)s",
            {
                "units": list(units or ()),
                "by": by,
                "cause": cause,
                "number": number,
                "before": before,
                "limit": limit,
            },
            filters=filters,
        )

    def file_of(self, number: int) -> bytes:
        """The bytes that were filed, once they are seen to be still of their hash."""
        (row,) = self._ask(
            "SELECT sha256, packed FROM {register}.trail_export WHERE number = %(number)s",
            {"number": number},
        )
        file = zlib.decompress(row["packed"])
        if sha256(file).hexdigest() != row["sha256"]:
            raise DatabaseTrouble(f"Berkas ekspor nomor {number} tidak lagi sama dengan hash-nya.")
        return file

    # Asking

    def _ask(self, text: str, values: Mapping[str, Any], **parts: Any) -> Answer:
        made = {
            name: SQL(part)
            if isinstance(part, str)
            else SQL(" AND ".join(part)).format(register=Identifier(self.schema))
            if isinstance(part, list)
            else part
            for name, part in parts.items()
        }
        query = SQL(text).format(register=Identifier(self.schema), **made)
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []


CONDITIONS = {
    "by": "by_id = %(by)s",
    "role": "as_role = %(role)s",
    "kind": "kind = %(kind)s",
    "tag": "tag = %(tag)s",
    "unit": "unit = %(unit)s",
    "effective_from": "on_date >= %(effective_from)s",
    "effective_to": "on_date <= %(effective_to)s",
    "subject": "id = %(subject)s",
    "sop": "sop_key = %(sop)s",
    "cause": "cause = %(cause)s",
}
SEEN = "(unit <> '' OR kind <> 'item')"
"""Of no single unit: law, calendar, body, decrees over several. An item without one is not."""

SEEN_DECREE = """(unit <> '' OR kind <> 'decree' OR EXISTS (
    SELECT FROM {register}.decree JOIN {register}.dik ON dik.id = ANY (decree.items)
     WHERE decree.id = audit.id AND dik.unit = ANY (%(own)s)))"""
"""A decree over several units is there for whom it names an item of his."""


def _seldom(tell: Callable[[int], None]) -> Callable[[int], None]:
    """Tell of progress no more often than somebody wants to hear of it."""
    told = time.monotonic()

    def progress(position: int) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            tell(position)

    return progress


def _just_before(moment: datetime) -> datetime:
    """The last moment before another, as PostgreSQL counts."""
    return moment - timedelta(microseconds=1)


def _between(
    a: tuple[date | None, int | None], b: tuple[date | None, int | None]
) -> tuple[Found, str]:
    """Two moments as values, and the facts that can have made a difference between them."""
    (a_on, a_position), (b_on, b_position) = (
        (on or ANY_DAY, STILL if position is None else position) for on, position in (a, b)
    )
    values: Found = {
        "a_on": a_on,
        "a_position": a_position,
        "b_on": b_on,
        "b_position": b_position,
        "first": min(a_position, b_position),
        "last": max(a_position, b_position),
        "first_on": min(a_on, b_on),
        "last_on": max(a_on, b_on),
    }
    parts = []
    if a_position != b_position:
        parts.append("(fact.position > %(first)s AND fact.position <= %(last)s)")
    if a_on != b_on:
        parts.append("(fact.on_date > %(first_on)s AND fact.on_date <= %(last_on)s)")
    upto = "fact.position <= %(last)s"
    return values, f"({' OR '.join(parts) or 'false'}) AND {upto}"
