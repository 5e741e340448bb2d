"""The published list as a whole, and its snapshots (potret).

An item's own history shows that nothing about it was changed. That nothing is missing, only the
list as a whole can show: so what stands on it is recorded, whenever it reads differently, as the
root of a tree over its rows. Whoever holds two snapshots can say what came, left and changed.

Read on: what of an item is public, the row that says it and its bytes, what can happen, what is
known, what may be done, a snapshot as a file. A row's bytes are kept as they were first written
(docs/evidence/formats.md): what is changed here holds for rows to come.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from domain import item
from domain.body import UnitAdded
from domain.evidence.encoding import to_base64
from domain.evidence.tree import EMPTY_ROOT
from domain.history import Recorded, named, recorded_as
from domain.item import OUR_PAGE, Item, Opening, Status

ID = named("publication")

FORMAT = "sidik-potret/v1"

Row: TypeAlias = Mapping[str, Any]
"""What the list says of an item: texts, whole numbers, lists of texts, or nothing."""


# What of an item is public

NUMBERED = (Opening.AT_END, Opening.NEW_TEST, Opening.RULING)
"""Openings whose evidence is an official number; other evidence may name a person."""

GROUNDS_OF_OPENING = {
    Opening.AT_END: "akhir-jangka-waktu",
    Opening.BY_LAW: "demi-hukum",
    Opening.NEW_TEST: "uji-baru",
    Opening.CONSENT: "persetujuan",
    Opening.PUBLIC_OFFICE: "jabatan-publik",
    Opening.OPEN_TRIAL: "sidang-terbuka",
    Opening.OBJECTION: "keberatan",
    Opening.RULING: "putusan",
}
"""As rows name them."""


def is_public(known: Item) -> bool:
    """Published here while exempt, or opened."""
    if known.status is Status.OPEN:
        return True
    return known.status is Status.EXEMPT and any(c.kind == OUR_PAGE for c in known.channels)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the public reads of an item from one fact on; without a row, nothing."""

    position: int  # of that fact in the ledger
    recorded: Recorded[Any]
    row: Row | None


def shown(item_id: UUID, history: Iterable[tuple[int, Recorded[Any]]]) -> Iterator[Shown]:
    """Every fact by which an item came to read differently, and how it read from then on.

    *history* are the item's facts by their position in the ledger and, among them, those that
    gave units their names, for the list calls a unit by its latest.
    """
    known, number, version = item.initial, "", 0
    units: dict[str, str] = {}
    latest: Row | None = None
    for position, one in history:
        if isinstance(one.fact, UnitAdded):
            units[one.fact.code] = one.fact.name
        else:
            known = item.evolve(known, one)
            if isinstance(one.fact, item.Determined | item.Reclassified):
                number = one.fact.number
        said = _said(known, number, units) if is_public(known) else None
        if said == latest:
            continue
        latest = said
        if one.originator_id == item_id:
            version = one.originator_version
        place = {"id": str(item_id), "posisi": position, "versi": version}
        yield Shown(position, one, said and {**said, **place})


def _said(known: Item, number: str, units: Mapping[str, str]) -> Row:
    """Nothing is taken over unless it is named here; of what is closed, nothing ever is."""
    about, d, opened = known.particulars, known.determination, known.opened
    is_open = known.status is Status.OPEN
    why = opened.why if opened and is_open else None
    return {
        "judul": about.title if about else "",
        "uraian": about.summary if about else "",
        "dokumen": about.document if about else "",
        "bagian": about.part if about else "",
        "kode_unit": about.unit if about else "",
        "unit": units.get(about.unit, about.unit) if about else "",
        "penanggung_jawab": about.holder if about else "",
        "keadaan": "terbuka" if is_open else "dikecualikan",
        "dasar": [str(ground) for ground in d.classification] if d else [],
        "jangka_waktu": d.period.words if d else "",
        "berakhir": _spelled(known.ends_on),
        "tinjau_ulang": None if known.ends_on or is_open else _spelled(known.review_on),
        "ditetapkan": _spelled(d.on if d else None),
        "pertama_ditetapkan": _spelled(known.first_determined_on),
        "nomor_penetapan": number,
        "diumumkan": _spelled(max((c.on for c in known.channels), default=None)),
        "terbuka_sejak": _spelled(known.opened_on if is_open else None),
        "dasar_terbuka": GROUNDS_OF_OPENING[why] if why else "",
        "bukti_terbuka": opened.evidence if opened and why in NUMBERED else "",
        "ditahan": "ya" if known.holds else "tidak",
    }


def _spelled(day: date | None) -> str | None:
    return day.isoformat() if day else None


def to_bytes(row: Row) -> bytes:
    """The only way to write a row down: names in order, no blanks, UTF-8, one line."""
    said = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return said.encode("utf-8")


# What can happen


@recorded_as("publication.snapshot")
class Snapshot:
    """What stood on the published list at a place of the ledger, row by row in the order of ids."""

    number: int  # 1, 2, 3 ... in this register
    position: int  # facts up to here count
    rows: int
    root: str  # of the tree over the rows, RFC 9162, in base64


Fact: TypeAlias = Snapshot


# What is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Before the first snapshot nothing stands on the list."""

    number: int = 0
    position: int = 0
    rows: int = 0
    root: str = to_base64(EMPTY_ROOT)


initial = Publication()


def evolve(publication: Publication, recorded: Recorded[Fact]) -> Publication:
    """Take in one more fact."""
    fact = recorded.fact
    match fact:
        case Snapshot(number=number, position=position, rows=rows, root=root):
            return replace(publication, number=number, position=position, rows=rows, root=root)
    assert_never(fact)


# What may be done


def take(publication: Publication, *, position: int, rows: int, root: bytes) -> list[Fact]:
    """Record what stands on the list; what reads as before, or was read earlier, is no news."""
    said = to_base64(root)
    if position <= publication.position or said == publication.root:
        return []
    number = publication.number + 1
    return [Snapshot(number=number, position=position, rows=rows, root=said)]


# As a file


def head(snapshot: Snapshot, *, on: date, recorded: int, log: str) -> Row:
    """What a file says of its snapshot; *recorded* is the position of its fact in that log."""
    return {
        "nomor": snapshot.number,
        "tanggal": _spelled(on),
        "posisi": snapshot.position,
        "banyak": snapshot.rows,
        "akar": snapshot.root,
        "log": log,
        "catatan": recorded,
    }


def file(about: Row, rows: Iterable[bytes]) -> Iterator[bytes]:
    """One JSON object, a row to a line, so that the bytes of each can be told apart."""
    yield b'{"format":"%s","potret":%s,"butir":[' % (FORMAT.encode(), to_bytes(about))
    between = b"\n"
    for row in rows:
        yield between + row
        between = b",\n"
    yield b"\n]}\n"
