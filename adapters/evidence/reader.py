"""The log as a register keeps it, read for evidence: everything at one moment, in few questions.

Of a million leaves a proof needs some thousand: whole tiles of 256 hashes are read, those of
leaves from `log_leaf`, those above from `log_subtree`, and what lies between is hashed here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier

from adapters.database import Connection, Database
from adapters.evidence.source import (
    Origin,
    Own,
    Row,
    Signed,
    Token,
)
from adapters.trouble import in_plain_words
from domain.evidence.absence import NoEvidence
from domain.evidence.encoding import HASH_BYTES
from domain.evidence.tree import subtree_root
from domain.log import ID as LOG

TILE = 256
TILE_LEVELS = 8
AROUND = 3
"""Cosigned checkpoints on either side of a position: the first may lack some witness."""

LATEST = 3

ORIGINS = "SELECT origin, since FROM {register}.log_origin ORDER BY number"
NEWEST = """
SELECT origin, size, note, signed_at FROM {register}.log_checkpoint
  JOIN {register}.log_origin USING (origin) ORDER BY size DESC, number DESC LIMIT 1"""
CHECKPOINTS = """
SELECT origin, size, note, signed_at FROM {register}.log_checkpoint
 WHERE origin = %(origin)s AND size = ANY (%(sizes)s) ORDER BY size"""
COSIGNED = """
SELECT size, line FROM {register}.log_cosignature
 WHERE origin = %(origin)s AND size = ANY (%(sizes)s) ORDER BY size, received_at, witness"""
WITNESSED = """
SELECT size FROM unnest(%(positions)s::bigint[]) AS fact (place), LATERAL (
    SELECT DISTINCT size FROM {register}.log_cosignature
     WHERE origin = %(origin)s AND size >= place ORDER BY size LIMIT %(around)s) AS covering
UNION
SELECT size FROM unnest(%(positions)s::bigint[]) AS fact (place), LATERAL (
    SELECT DISTINCT size FROM {register}.log_cosignature
     WHERE origin = %(origin)s AND size < place ORDER BY size DESC LIMIT %(around)s) AS before
UNION
(SELECT DISTINCT size FROM {register}.log_cosignature
  WHERE origin = %(origin)s ORDER BY size DESC LIMIT %(latest)s)"""
HISTORY = """
SELECT notification_id, originator_version, recorded_at, topic, state, salt, leaf
  FROM {register}.log_opening(%(stream)s) AS opened
  JOIN {register}.ledger_events ON notification_id = opened.position
 ORDER BY originator_version"""
LATEST_HEADS = """
SELECT originator_version FROM {register}.ledger_events
 WHERE originator_id = '00000000-0000-0000-0000-000000000000' AND topic = 'log.heads'
 ORDER BY originator_version DESC LIMIT 1"""
KEYS_AND_NAMES = """
SELECT originator_version FROM {register}.ledger_events
 WHERE originator_id = '00000000-0000-0000-0000-000000000000' AND topic <> 'log.heads'
   AND topic IN ('log.key_changed', 'log.continued')
 ORDER BY originator_version"""
ANCHORS = """
SELECT originator_version FROM {register}.ledger_events
 WHERE originator_id = '00000000-0000-0000-0000-000000000000' AND topic <> 'log.heads'
   AND topic = 'log.anchored'
   AND (convert_from(state, 'UTF8')::jsonb #>> '{{fact,size}}')::bigint = ANY (%(sizes)s)
 ORDER BY originator_version"""
PLACE = """
SELECT originator_id, originator_version FROM {register}.ledger_events
 WHERE notification_id = %(position)s"""
FACTS = """
SELECT notification_id, originator_version, recorded_at, topic, state, o.salt, o.leaf, before.leaf
  FROM unnest(%(versions)s::bigint[]) AS wanted (version)
  JOIN {register}.ledger_events ON originator_id = %(stream)s AND originator_version = version,
       {register}.log_opening(%(stream)s, version) AS o
  LEFT JOIN LATERAL {register}.log_opening(%(stream)s, version - 1) AS before ON true
 ORDER BY originator_version"""
LEAVES = """
SELECT tile, string_agg(leaf, ''::bytea ORDER BY position)
  FROM unnest(%(tiles)s::bigint[]) AS wanted (tile)
  JOIN {register}.log_leaf ON position BETWEEN tile * 256 + 1 AND tile * 256 + 256
 GROUP BY tile"""
SUBTREES = """
SELECT of_level, tile, string_agg(hash, ''::bytea ORDER BY number)
  FROM unnest(%(levels)s::smallint[], %(tiles)s::bigint[]) AS wanted (of_level, tile)
  JOIN {register}.log_subtree
    ON level = of_level AND number BETWEEN tile * 256 AND tile * 256 + 255
 GROUP BY of_level, tile"""
HEAD_NODES = "SELECT path, hash FROM {register}.log_head_node WHERE path = ANY (%(paths)s)"
STAMPS = """
SELECT size, authority, token, stamped_at FROM {register}.log_stamp
 WHERE origin = %(origin)s AND size = ANY (%(sizes)s) ORDER BY size, stamped_at, authority"""

Place = tuple[int, int]
"""Which tile: its level, counted in steps of 256, and its number there."""


def log_of(database: Database, code: str) -> Callable[[], AbstractContextManager[Reading]]:
    """The log of a register, to be opened as often as somebody wants to look."""
    schema = Identifier(database.register_schema(code))

    @contextmanager
    def opened() -> Iterator[Reading]:
        with in_plain_words(), database.pool.connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                # On a large log a plan for many rows would scan it; here few are wanted.
                connection.execute("SET LOCAL enable_seqscan = off")
                yield Reading(connection, schema)
            finally:
                connection.rollback()

    return opened


class Reading:
    """`LogReader` on one connection: at one moment, if that is within one transaction."""

    def __init__(self, connection: Connection, schema: Identifier) -> None:
        self._connection, self._schema = connection, schema

    def origins(self) -> Sequence[Origin]:
        return [Origin(name=name, since=since) for name, since in self._ask(ORIGINS)]

    def newest(self) -> Signed | None:
        found = self._ask(NEWEST)
        return self._with_cosignatures(found[0][0], found)[0] if found else None

    def witnessed(self, origin: str, positions: Sequence[int]) -> Sequence[Signed]:
        sizes = self._ask(
            WITNESSED, origin=origin, positions=list(positions), around=AROUND, latest=LATEST
        )
        wanted = [size for (size,) in sizes]
        return self._with_cosignatures(origin, self._ask(CHECKPOINTS, origin=origin, sizes=wanted))

    def _with_cosignatures(self, origin: str, rows: Iterable[Sequence[Any]]) -> list[Signed]:
        """Checkpoints with the lines of their witnesses below the log's own."""
        rows = list(rows)
        lines: dict[int, str] = {}
        for size, line in self._ask(COSIGNED, origin=origin, sizes=[row[1] for row in rows]):
            lines[size] = lines.get(size, "") + line.rstrip("\n") + "\n"
        return [
            Signed(origin=name, size=size, note=note + lines.get(size, ""), signed_at=signed_at)
            for name, size, note, signed_at in rows
        ]

    def history(self, stream: UUID) -> Sequence[Row]:
        return [_row(row) for row in self._ask(HISTORY, stream=stream)]

    def latest_heads(self) -> Own | None:
        found = self._own([version for (version,) in self._ask(LATEST_HEADS)])
        return found[0] if found else None

    def keys_and_names(self) -> Sequence[Own]:
        return self._own([version for (version,) in self._ask(KEYS_AND_NAMES)])

    def anchors(self, sizes: Sequence[int]) -> Sequence[Own]:
        return self._own([version for (version,) in self._ask(ANCHORS, sizes=list(sizes))])

    def _own(self, versions: Sequence[int]) -> list[Own]:
        return [Own(row=row, prev=prev) for row, prev in self._facts(LOG, versions)]

    def fact(self, position: int) -> tuple[UUID, Row, bytes | None] | None:
        """Whose history, the fact, and the leaf before it there; None where nothing is recorded.
        Raises `NoEvidence` where the log does not hold it."""
        place = self._ask(PLACE, position=position)
        if not place:
            return None
        ((stream, version),) = place
        found = self._facts(stream, [version])
        if not found or (version > 1 and found[0][1] is None):
            raise NoEvidence(
                "Catatan nomor %(position)s tidak ada dalam log. Jalankan 'sidik verify' dan "
                "laporkan hasilnya.",
                position=position,
            )
        return stream, *found[0]

    def _facts(self, stream: UUID, versions: Sequence[int]) -> list[tuple[Row, bytes | None]]:
        """Of a history those facts, each with the leaf before it."""
        rows = self._ask(FACTS, stream=stream, versions=list(versions))
        return [(_row(row[:-1]), row[-1]) for row in rows]

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile side by side, as many as there are."""
        return self._tiles([(level, number)]).get((level, number), b"")

    def nodes(self, wanted: Collection[Place]) -> Mapping[Place, bytes]:
        tiles = self._tiles({_tile(level, index) for level, index in wanted})
        return {place: _node(*place, tiles) for place in wanted}

    def _tiles(self, places: Collection[Place]) -> dict[Place, bytes]:
        """The hashes of whole tiles, one behind another."""
        found: dict[Place, bytes] = {}
        if leaves := sorted(number for level, number in places if level == 0):
            found |= {(0, tile): hashes for tile, hashes in self._ask(LEAVES, tiles=leaves)}
        if above := sorted(place for place in places if place[0] > 0):
            levels, numbers = [level for level, _ in above], [number for _, number in above]
            for level, tile, hashes in self._ask(SUBTREES, levels=levels, tiles=numbers):
                found[level, tile] = hashes
        return found

    def head_nodes(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        return dict(self._ask(HEAD_NODES, paths=list(paths)))

    def stamps(self, origin: str, sizes: Sequence[int]) -> Sequence[Token]:
        return [
            Token(size=size, authority=authority, token=token, stamped_at=at)
            for size, authority, token, at in self._ask(STAMPS, origin=origin, sizes=list(sizes))
        ]

    def _ask(self, question: str, **values: Any) -> list[Any]:
        query = SQL(question).format(register=self._schema)
        return self._connection.execute(query, values, binary=True).fetchall()


def _row(values: Sequence[Any]) -> Row:
    position, version, recorded_at, topic, state, salt, leaf = values
    return Row(
        position=position,
        version=version,
        recorded_at=recorded_at,
        topic=topic,
        state=state,
        salt=salt,
        leaf=leaf,
    )


def _tile(level: int, index: int) -> Place:
    """The tile in which the hashes stand that make up the node."""
    above, within = divmod(level, TILE_LEVELS)
    return above, (index << within) // TILE


def _node(level: int, index: int, tiles: Mapping[Place, bytes]) -> bytes:
    width = 1 << level % TILE_LEVELS  # of its hashes in the tile
    first = index * width % TILE
    hashes = tiles.get(_tile(level, index), b"")[first * HASH_BYTES : (first + width) * HASH_BYTES]
    if len(hashes) != width * HASH_BYTES:
        raise NoEvidence(
            "Log tidak utuh: ada sidik jari yang hilang di bawah checkpoint yang sudah "
            "ditandatangani. Berkas tidak dibuat; jalankan 'sidik verify' dan laporkan hasilnya."
        )
    return subtree_root([hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)])
