"""What a fact looks like at rest: readable JSON under an explicit tag.

``{"fact": {...}, "at": ..., "on": ..., "by": ...}``: the fact whole, of its stamp what is
not empty. Whose history it belongs to, its place there and its tag are columns beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from domain.history import FACTS, TAGS, Pin, Recorded

F = TypeVar("F")

BYTES_MAX = 256 * 1024

Raw = dict[str, Any]

UPCASTS: dict[str, Callable[[Raw], tuple[str, Raw]]] = {}
"""Tags no longer written, and how a fact kept under one is said today: (tag, fields).

A new field with a default needs no entry here; every other change of shape does.
"""


class TooLarge(Exception):
    """More than a fact may weigh. Files are documents; a fact holds their digest."""

    def __init__(self, topic: str, size: int) -> None:
        super().__init__(
            f"Catatan {topic} berukuran {-(-size // 1024)} kB, melebihi batas "
            f"{BYTES_MAX // 1024} kB; simpan isinya sebagai dokumen."
        )


class NotText(Exception):
    """PostgreSQL keeps no NUL in a text, and UTF-8 no half of a character; so no fact may."""

    def __init__(self, topic: str) -> None:
        super().__init__(
            f"Catatan {topic} memuat karakter yang tidak dapat disimpan; ketik ulang isinya."
        )


class Unreadable(Exception):
    """The ledger holds something that this version cannot read; it must not be passed over."""


class Stored(msgspec.Struct, Generic[F], frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """An envelope at rest: a `Recorded` without its place, quick to decode."""

    fact: F
    at: datetime
    on: date
    by: str
    as_role: str = ""
    principal: str = ""
    delegation: str = ""
    procedure: Pin | None = None
    cause: str = ""


NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON writes it; after an even number of backslashes, for one may itself be written."""

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def encode(recorded: Recorded[Any]) -> bytes:
    """The bytes *recorded* is kept as, for ever."""
    assert recorded.at.utcoffset() is not None, "a moment without a zone is no moment"
    try:
        state = _encode(_at_rest(recorded))
    except UnicodeEncodeError:
        raise NotText(TAGS[type(recorded.fact)]) from None
    if len(state) > BYTES_MAX:
        raise TooLarge(TAGS[type(recorded.fact)], len(state))
    if b"\\u0000" in state and NUL.search(state):
        raise NotText(TAGS[type(recorded.fact)])
    return state


def _at_rest(recorded: Recorded[Any]) -> Stored[Any]:
    return Stored(
        fact=recorded.fact,
        at=recorded.at,
        on=recorded.on,
        by=recorded.by,
        as_role=recorded.as_role,
        principal=recorded.principal,
        delegation=recorded.delegation,
        procedure=recorded.procedure,
        cause=recorded.cause,
    )


def decode(topic: str, state: bytes) -> Stored[Any]:
    """The envelope kept as *state* under *topic*, in today's shape."""
    try:
        return _decoders[topic](state)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"a fact kept as {topic} cannot be read: {error}") from error


def to_recorded(
    originator_id: UUID, originator_version: int, topic: str, state: bytes
) -> Recorded[Any]:
    """A row of the ledger as the domain knows it."""
    stored = decode(topic, state)
    return Recorded(
        originator_id=originator_id,
        originator_version=originator_version,
        fact=stored.fact,
        at=stored.at,
        on=stored.on,
        by=stored.by,
        as_role=stored.as_role,
        principal=stored.principal,
        delegation=stored.delegation,
        procedure=stored.procedure,
        cause=stored.cause,
    )


class _Decoders(dict[str, Callable[[bytes], Stored[Any]]]):
    """One decoder for each tag, made when the tag is first met."""

    def __missing__(self, topic: str) -> Callable[[bytes], Stored[Any]]:
        if topic in UPCASTS:
            decoder = _upcasting(UPCASTS[topic])
        elif topic in FACTS:
            shape: Any = Stored
            decoder = msgspec.json.Decoder(shape[FACTS[topic]]).decode
        else:
            raise Unreadable(f"no kind of fact is known by the tag {topic}")
        self[topic] = decoder
        return decoder


_decoders = _Decoders()


def _upcasting(rewrite: Callable[[Raw], tuple[str, Raw]]) -> Callable[[bytes], Stored[Any]]:
    """Reads old bytes by writing them anew; a rewritten tag may itself be an old one."""

    def decode_old(state: bytes) -> Stored[Any]:
        raw: Raw = msgspec.json.decode(state)
        topic, fact = rewrite(raw["fact"])
        return decode(topic, msgspec.json.encode({**raw, "fact": fact}))

    return decode_old


class FactMapper(Mapper[UUID]):
    """The codec, as `eventsourcing` asks for it. Nothing is compressed or hidden here."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=TAGS[type(domain_event.fact)],
            state=encode(domain_event),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded[Any]:
        assert isinstance(stored_event.originator_id, UUID)
        return to_recorded(
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
