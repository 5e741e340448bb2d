"""What people see of a register's log: checkpoints, tiles, receipts, and evidence made for them.

Everything is read as the web may read it: all leaves, and the salts only of the one history that
is asked for. Evidence takes seconds to make, so it is made behind the pages and kept for an hour.
Read on: what is shown, the policy by which it is judged, one fact, evidence on demand.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from hashlib import sha256
from math import ceil
from threading import Lock, Thread
from typing import Any, Final
from uuid import UUID, uuid5

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from adapters.codec import to_recorded
from adapters.database import Connection
from adapters.evidence import handover, keys, pdf
from adapters.evidence.bundle import VERIFIER, VERIFIER_PAGE, Copy
from adapters.evidence.reader import log_of
from adapters.evidence.signing import await_once
from adapters.evidence.source import (
    LogReader,
    Signed,
    nodes_for,
    record_of,
)
from adapters.registers import Register
from adapters.trouble import DatabaseTrouble, in_plain_words
from domain import log
from domain.evidence.absence import NoEvidence, NotNow
from domain.evidence.encoding import HASH_BYTES, Malformed
from domain.evidence.note import (
    SIGNATURE_BYTES,
    TIME_BYTES,
    Checkpoint,
    Note,
    NotTrusted,
    VerifierKey,
)
from domain.evidence.policy import Judged, Policy
from domain.evidence.proof import Proof
from domain.evidence.tiles import Tile
from domain.evidence.tree import inclusion_path
from domain.history import NAMESPACE

KEPT: Final = timedelta(hours=1)
ABANDONED_SECONDS = 900
AGAIN_SECONDS = 10  # before what failed is tried anew, so that whoever asks hears why
HEADS_SECONDS = 5.0  # a signer that runs gives them within one
AT_ONCE_MAX, AT_ONCE_OF_ALL_MAX = 4, 16
"""How many files are waited for at a time, by one officer and in one register."""

KEPT_MAX = 100  # files of one officer within the hour that they are kept
SOON_SECONDS = 5
QUEUE_LOCK = 8  # class of the advisory lock
UNEXPECTED = NoEvidence("Terjadi kesalahan yang tidak terduga; coba sekali lagi.")
FORMS: Final = ("zip", "pdf")

MARK = """
SELECT (SELECT max(size) FROM {register}.log_checkpoint),
       (SELECT count(*) FROM {register}.log_cosignature AS seen
         WHERE seen.size = (SELECT max(size) FROM {register}.log_checkpoint)),
       (SELECT max(size) FROM {register}.log_cosignature)"""
LAST = """
SELECT max(notification_id) AS position, max(originator_version) AS version
  FROM {register}.ledger_events WHERE originator_id = %(item)s"""
FILE = """
SELECT id, at, expires_at, by_id, as_role, item, copy, form, refused_on, known_on, basis,
       finished_at, trouble, trouble_with, size, covered, sha256, octet_length(content) AS bytes,
       finished_at IS NULL
       AND touched_at > clock_timestamp() - make_interval(secs => %(abandoned)s) AS alive
  FROM {register}.evidence_file WHERE id = %(id)s AND expires_at > %(at)s"""
BEGIN_FILE = """
INSERT INTO {register}.evidence_file
       (id, at, expires_at, by_id, as_role, item, copy, form, refused_on, known_on, basis)
VALUES (%(id)s, %(at)s, %(expires_at)s, %(by)s, %(as_role)s, %(item)s, %(copy)s, %(form)s,
        %(refused_on)s, %(known_on)s, %(basis)s)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, expires_at = excluded.expires_at,
       touched_at = clock_timestamp(), finished_at = NULL, trouble = '', trouble_with = '{{}}',
       content = NULL
 WHERE evidence_file.trouble <> ''
       AND evidence_file.finished_at < clock_timestamp() - make_interval(secs => %(again)s)
    OR evidence_file.finished_at IS NULL
       AND evidence_file.touched_at < clock_timestamp() - make_interval(secs => %(abandoned)s)
RETURNING id"""
ASKED = """
SELECT count(*) FILTER (WHERE is_his AND is_waited_for) AS his,
       count(*) FILTER (WHERE is_waited_for) AS everybodys,
       count(*) FILTER (WHERE is_his) AS kept,
       min(expires_at) FILTER (WHERE is_his) AS next
  FROM (SELECT expires_at, by_id = %(by)s AS is_his,
               finished_at IS NULL
               AND touched_at > clock_timestamp() - make_interval(secs => %(abandoned)s)
               AS is_waited_for
          FROM {register}.evidence_file WHERE expires_at > %(at)s) AS file"""

logger = logging.getLogger("sidik.evidence")


# What is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """That a witness cosigned a checkpoint."""

    who: str  # by the name of its key
    at: datetime
    is_checked: bool  # by a key of the policy; else what was received is passed on


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A checkpoint, and who stands by it."""

    origin: str
    size: int
    root: bytes
    note: str
    signed_at: datetime
    sightings: tuple[Sighting, ...] = ()
    stamps: tuple[tuple[str, datetime], ...] = ()  # authority, and the time it gave

    @property
    def scannable(self) -> str:
        """As much of the note as fits into a code that a telephone reads."""
        return pdf.scannable(self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key of the log, as the log itself recorded it."""

    vkey: str
    fingerprint: str
    since: int
    until: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a log has come, how far it is signed, and how far somebody outside has seen it."""

    origin: str
    facts: int
    newest: Shown | None
    seen: Shown | None  # the latest that a witness cosigned
    keys: tuple[KnownKey, ...]
    policy: str  # empty: there is no key to judge by yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A verifier to be fetched, and how to know it again."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That a fact stands in the log: its record, and the proof once a checkpoint covers it."""

    position: int
    topic: str
    recorded_at: datetime
    record: str
    leaf: bytes
    covered_by: Shown | None
    proof: str  # C2SP tlog-proof; empty: not covered yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What evidence is asked for, and for which occasion."""

    item: UUID
    copy: str
    form: str
    refused_on: date | None = None
    known_on: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    content: bytes
    size: int
    covered: bool


class Room:
    """The evidence of one register. Safe to share between threads."""

    def __init__(self, register: Register) -> None:
        self._register, self._ledger = register, register.ledger
        self.database, self.code = self._ledger.database, register.code
        self._schema = Identifier(self.database.register_schema(self.code))
        self._open = log_of(self.database, self.code)
        self._turn = Lock()  # typesetting takes a processor: one at a time

    # What is shown

    def mark(self) -> tuple[int, ...]:
        """By which it is told that there is a new checkpoint, or a new witness to the last."""
        with self._connected() as connection:
            found = connection.execute(self._sql(MARK)).fetchone()
        return tuple(number or 0 for number in found or ())

    def checkpoint(self) -> str:
        """The newest signed note, with all cosignatures; empty: nothing is signed yet."""
        with self._open() as opened:
            newest = opened.newest()
        return newest.note if newest else ""

    def state(self) -> State:
        policy, facts = self.policy(), self._ledger.head()
        with self._open() as opened:
            origin = opened.origins()[-1].name
            newest = opened.newest()
            seen = max(opened.witnessed(origin, []), key=lambda each: each.size, default=None)
            return State(
                origin=origin,
                facts=facts,
                newest=_shown(opened, newest, policy) if newest else None,
                seen=_shown(opened, seen, policy) if seen else None,
                keys=tuple(_keys(opened, origin)),
                policy=policy,
            )

    def tile(self, tile: Tile) -> bytes | None:
        """Its hashes side by side; None where no signed checkpoint covers all of it."""
        with self._open() as opened:
            newest = opened.newest()
            if newest is None or not tile.stands_in(newest.size):
                return None
            return opened.tile(tile.level, tile.number)[: tile.width * HASH_BYTES]

    def tools(self) -> Sequence[Tool]:
        """The verifiers that need nothing of ours."""
        return [
            Tool(name=path.name, content=path.read_bytes())
            for path in (VERIFIER, VERIFIER_PAGE)
            if path.exists()
        ]

    # The policy by which it is judged

    def policy(self) -> str:
        """How the body would have its log judged; empty while the log has announced no key."""
        try:
            return handover.own_policy(self._open, self._register.outside)
        except NoEvidence:
            return ""

    # One fact

    def receipt(self, position: int) -> Receipt | None:
        """None where nothing is recorded there, or only what the log says of itself."""
        policy = self.policy()
        with self._open() as opened:
            found = opened.fact(position)
            if found is None or found[0] == log.ID:
                return None
            stream, row, prev = found
            origins = opened.origins()
            record = record_of(stream, row, prev, origins)
            covering = self._covering(opened, position, origins[-1].name)
            proof = shown = None
            if covering:
                node = nodes_for(opened, [position], [], covering.size)
                path = inclusion_path(position - 1, covering.size, node)
                proof = Proof(position - 1, tuple(path), covering.note)
                shown = _shown(opened, covering, policy)
        return Receipt(
            position=position,
            topic=row.topic,
            recorded_at=row.recorded_at,
            record=record.decode("ascii"),
            leaf=row.leaf,
            covered_by=shown,
            proof=str(proof) if proof else "",
        )

    @staticmethod
    def _covering(opened: LogReader, position: int, origin: str) -> Signed | None:
        """The first checkpoint that covers it and was seen outside; else the newest that does."""
        seen = [each for each in opened.witnessed(origin, [position]) if each.size >= position]
        if seen:
            return min(seen, key=lambda each: each.size)
        newest = opened.newest()
        return newest if newest and newest.size >= position else None

    # Evidence on demand

    def begin(self, *, by: str, as_role: str, at: datetime, **asked: Any) -> UUID:
        """Have evidence made as a `Question` asks, unless it is made or being made; its number.

        Raises `NotNow` where that would be one more than is made at a time.
        """
        question = Question(**asked)
        known = {"by": by, "as_role": as_role, **asdict(question)}
        said = ":".join(f"{name}={value}" for name, value in sorted(known.items()))
        file_id = uuid5(NAMESPACE, f"{self.code}:{said}:{self._ends(question.item)}")
        self.tidy(at)
        values = {
            **known,
            "id": file_id,
            "at": at,
            "expires_at": at + KEPT,
            "again": AGAIN_SECONDS,
            "abandoned": ABANDONED_SECONDS,
            "lock": QUEUE_LOCK,
            "schema": self.database.register_schema(self.code),
        }
        with (
            self._connected() as connection,
            connection.transaction(),
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            cursor.execute("SELECT pg_advisory_xact_lock(%(lock)s, hashtext(%(schema)s))", values)
            begun = cursor.execute(self._sql(BEGIN_FILE), values).fetchall()
            if begun:
                _must_not_be_too_many(cursor.execute(self._sql(ASKED), values).fetchone(), at)
        if begun:
            Thread(
                target=self._work, args=(file_id, question), name="evidence", daemon=True
            ).start()
        return file_id

    def tidy(self, at: datetime) -> None:
        """Forget what was kept for long enough: it may hold what is closed."""
        self._ask("DELETE FROM {register}.evidence_file WHERE expires_at <= %(at)s", at=at)

    def _ends(self, item: UUID) -> tuple[Any, ...]:
        """How far the item has come, whether that is signed, and whether it is proven to be all."""
        (last,) = self._ask(LAST, item=item)
        position = last["position"] or 0
        with self._open() as opened:
            newest, heads = opened.newest(), opened.latest_heads()
        is_signed = newest is not None and newest.size >= position
        is_whole = heads is not None and heads.fact.get("size", 0) >= position
        return last["version"], is_signed, is_whole

    def file(self, file_id: UUID, *, by: str, as_role: str, at: datetime) -> dict[str, Any] | None:
        """What has become of it; for whoever asked for it, and for nobody else."""
        found = self._ask(FILE, id=file_id, at=at, abandoned=ABANDONED_SECONDS)
        is_his = found and (found[0]["by_id"], found[0]["as_role"]) == (by, as_role)
        return found[0] if is_his else None

    def content_of(self, file_id: UUID) -> bytes:
        (found,) = self._ask(
            "SELECT content FROM {register}.evidence_file WHERE id = %(id)s", id=file_id
        )
        return bytes(found["content"])

    def _work(self, file_id: UUID, question: Question) -> None:
        try:
            with self._turn:
                made = self.make(question)
            self._ask(
                "UPDATE {register}.evidence_file SET finished_at = clock_timestamp(),"
                " content = %(content)s, sha256 = %(sha256)s, size = %(size)s,"
                " covered = %(covered)s WHERE id = %(id)s",
                id=file_id,
                sha256=sha256(made.content).hexdigest(),
                **asdict(made),
            )
        except Exception as error:  # whatever it is, whoever waits for it must hear of it
            why = _why_not(error)
            if why is UNEXPECTED:
                logger.warning("evidence %s: %s", file_id, type(error).__name__)
            with suppress(DatabaseTrouble):
                self._ask(
                    "UPDATE {register}.evidence_file SET finished_at = clock_timestamp(),"
                    " trouble = %(said)s, trouble_with = %(values)s WHERE id = %(id)s",
                    id=file_id,
                    said=why.sentence,
                    values=Jsonb(why.values),
                )

    def make(self, question: Question) -> Made:
        """The file itself, once our own verifier has accepted it; raises `NoEvidence`."""
        asked = handover.Asked(
            item=question.item,
            copy=Copy(question.copy),
            form=f".{question.form}",
            refused_on=question.refused_on,
            known_on=question.known_on,
        )
        policy = handover.own_policy(self._open, self._register.outside)
        again = await_once(self.database, self.code, HEADS_SECONDS)
        made = handover.make(self._open, self._register, asked, policy, again)
        gathered = made.evidence.gathered
        return Made(content=made.file, size=gathered.checkpoint.size, covered=gathered.is_complete)

    # Asking

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with in_plain_words(), self.database.pool.connection() as connection:
            yield connection

    def _sql(self, question: str) -> Any:
        return SQL(question).format(register=self._schema)

    def _ask(self, question: str, **values: Any) -> list[dict[str, Any]]:
        with self._connected() as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(self._sql(question), values)
            return cursor.fetchall() if cursor.description else []


def _must_not_be_too_many(asked: dict[str, Any] | None, at: datetime) -> None:
    """With the one that was asked for last already among them."""
    assert asked is not None
    if asked["kept"] > KEPT_MAX:
        raise NotNow(
            "Anda sudah meminta %(n)s bundel dalam satu jam ini, sebanyak batasnya. Yang sudah "
            "jadi tetap dapat diunduh; yang lain mintalah nanti.",
            n=KEPT_MAX,
            seconds=max(1, ceil((asked["next"] - at).total_seconds())),
        )
    if asked["his"] > AT_ONCE_MAX:
        raise NotNow(
            "Anda masih menunggu %(n)s bundel, sebanyak batasnya. Tunggu sampai salah satunya "
            "jadi, lalu minta yang ini.",
            n=AT_ONCE_MAX,
            seconds=SOON_SECONDS,
        )
    if asked["everybodys"] > AT_ONCE_OF_ALL_MAX:
        raise NotNow(
            "Register ini sedang membuat %(n)s bundel, sebanyak batasnya. Tunggu sebentar, lalu "
            "minta lagi.",
            n=AT_ONCE_OF_ALL_MAX,
            seconds=SOON_SECONDS,
        )


def _why_not(error: Exception) -> NoEvidence:
    match error:
        case NoEvidence():
            return error
        case DatabaseTrouble():
            return NoEvidence(str(error))
    return UNEXPECTED


def _shown(opened: LogReader, signed: Signed, policy: str) -> Shown:
    note = Note.parse(signed.note)
    judged = _judged(policy, signed.note)
    times = judged.opened.signed if judged else {}
    checked = {key.name: at for key, at in times.items() if at is not None}
    found = {}
    for line in note.signatures:
        if len(line.content) == TIME_BYTES + SIGNATURE_BYTES:
            at = int.from_bytes(line.content[:TIME_BYTES], "big")
            if (moment := _moment(checked.get(line.name, at))) is not None:
                found[line.name] = Sighting(
                    who=line.name, at=moment, is_checked=line.name in checked
                )
    tokens = opened.stamps(signed.origin, [signed.size])
    return Shown(
        origin=signed.origin,
        size=signed.size,
        root=Checkpoint.parse(note.text).root,
        note=signed.note,
        signed_at=signed.signed_at,
        sightings=tuple(sorted(found.values(), key=lambda one: (one.at, one.who))),
        stamps=tuple((token.authority, token.stamped_at) for token in tokens),
    )


def _keys(opened: LogReader, origin: str) -> Iterator[KnownKey]:
    """The keys of the log under its present name; its other facts need not be read for them."""
    own = (
        to_recorded(log.ID, one.row.version, one.row.topic, one.row.state)
        for one in opened.keys_and_names()
    )
    for one in reduce(log.evolve, own, log.initial).keys:
        key = VerifierKey.parse(one.vkey)
        if key.name == origin:
            yield KnownKey(
                vkey=one.vkey,
                fingerprint=keys.fingerprint(key),
                since=one.since,
                until=one.until,
            )


def _judged(policy: str, note: str) -> Judged | None:
    """None where the policy does not know who signed it, or there is none."""
    try:
        return Policy.parse(policy).judge(note, keys.verify) if policy else None
    except (Malformed, NotTrusted):
        return None


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
