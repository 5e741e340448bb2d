"""Snapshots of the published list (potret): which there are, one of them, two compared.

The rows are handed out as the bytes that were kept; what a snapshot's root is made of can be
recomputed by whoever downloads it (docs/evidence/formats.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from domain import publication
from domain.calendar import midnight
from domain.evidence.encoding import to_base64
from domain.publication import GROUNDS_OF_OPENING, Shown, Snapshot
from web import open_data, problems, words
from web.language import DEFAULT, Words, _
from web.open_data import LICENCE, Record, Sheet
from web.problems import Problem
from web.public import ALSO_FOLLOWS, bp, day_so_far
from web.public_changes import KINDS, LABELS, Change, shown_value, start_after
from web.public_data import for_everybody, streamed
from web.register import Publications, Row

PAGE = 30
ROWS = 100  # of one snapshot on a page
COMPARED = 200  # differences on a page
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
DAYS = (
    "berakhir",
    "tinjau_ulang",
    "ditetapkan",
    "pertama_ditetapkan",
    "diumumkan",
    "terbuka_sejak",
)
OPENED = {said: why for why, said in GROUNDS_OF_OPENING.items()}
MORE_LABELS = Words({"bukti_terbuka": "Nomor dasar pembukaan"})

Faults = dict[str, list[str]]


@dataclass(frozen=True)
class Compared:
    """An entry that does not read the same in two snapshots, and the facts that made it so."""

    change: Change
    reasons: Sequence[Shown]

    @property
    def differences(self) -> list[tuple[str, Any, Any]]:
        """Every part that reads differently: what it is called, how it read and reads."""
        before, after = self.change.before, self.change.after
        if not (before and after):
            return []
        labels = {**dict(LABELS.items()), **dict(MORE_LABELS.items())}
        return [
            (label, shown_value(before[name]), shown_value(after[name]))
            for name, label in labels.items()
            if name in before and name in after and before[name] != after[name]
        ]


def decree_of(reason: Shown) -> str:
    """Under which decree a fact changed an entry; a unit's new name comes under none."""
    is_of_the_item = reason.row and reason.row["id"] == str(reason.recorded.originator_id)
    return str(reason.row["nomor_penetapan"]) if reason.row and is_of_the_item else ""


def readable(row: bytes | None) -> Record | None:
    """A row as pages show it: its days are days, its codes words."""
    if row is None:
        return None
    said: Record = json.loads(row)
    days = {name: date.fromisoformat(said[name]) for name in DAYS if said.get(name)}
    why = said.get("dasar_terbuka", "")
    return {**said, **days, "dasar_terbuka": words.OPENED[OPENED[why]] if why in OPENED else why}


# What is asked


def _number(written: str) -> int | None:
    return int(written) if NUMBER.fullmatch(written) else None


def _find(written: str) -> Row | None:
    number = _number(written)
    found: Row | None = g.register.publications.find(number) if number else None
    return found


@dataclass(frozen=True)
class Pair:
    """Two snapshots of the address; the latest and the one before it where it names none."""

    first: Row | None
    last: Row | None
    faults: Faults

    @property
    def args(self) -> dict[str, Any]:
        named = {"dari": self.first, "sampai": self.last}
        return {name: one["number"] for name, one in named.items() if one}


def _pair() -> Pair:
    faults: Faults = {}
    first, last = _asked("dari", faults), _asked("sampai", faults)
    last = last or next(iter(g.register.publications.page(limit=1)), None)
    if first is None and last and not faults:
        first = g.register.publications.find(max(1, last["number"] - 1))
    if first and last and first["number"] > last["number"]:
        faults["dari"] = [_("Potret pertama harus lebih dahulu daripada potret kedua.")]
    return Pair(first, last, faults)


def _asked(name: str, faults: Faults) -> Row | None:
    if not (written := request.args.get(name, "").strip()):
        return None
    number = _number(written)
    if number is None:
        faults[name] = [_("Nomor potret harus bilangan bulat mulai dari 1.")]
        return None
    found: Row | None = g.register.publications.find(number)
    if found is None:
        faults[name] = [_("Potret ke-%(number)s tidak ada.", number=number)]
    return found


def _compared(
    kept: Publications, first: Row, last: Row, after: UUID | None, limit: int
) -> list[Compared]:
    """What differs, as far as *limit*, each with its reasons."""
    found = kept.between(first["number"], last["number"], after=after, limit=limit)
    ids = [one.item for one in found]
    reasons = kept.reasons(ids, first["position"], last["position"])
    return [
        Compared(
            Change(one.item, readable(one.before), readable(one.after)),
            reasons.get(one.item, ()),
        )
        for one in found
    ]


# The pages


@bp.get("/potret")
def snapshots() -> ResponseReturnValue:
    """Every snapshot, the latest first; and which one stood on a day."""
    faults: Faults = {}
    on, before = None, None
    try:
        on = day_so_far("tanggal")
    except ValueError as error:
        faults["tanggal"] = [str(error)]
    if written := request.args.get("before", ""):
        before = _number(written)
        if before is None:
            faults["before"] = [
                _("Penunjuk halaman ini tidak sah; mulai lagi dari halaman pertama.")
            ]
    kept = g.register.publications
    found = kept.page(before=before, limit=PAGE + 1)
    stood = None
    if on:
        stood = kept.standing(midnight(on + timedelta(days=1), g.body.zone))
    page = render_template(
        "public_snapshots.html",
        found=found[:PAGE],
        following=found[PAGE - 1]["number"] if found[PAGE:] else None,
        before=before,
        on=on,
        stood=stood,
        faults=faults,
        typed=request.args,
    )
    return page, 422 if faults else 200


@bp.get("/potret/<number>")
def snapshot(number: str) -> ResponseReturnValue:
    """What stood on the list, and by what anybody can check it."""
    found = _find(number)
    if found is None:
        raise Problem(404)
    faults: Faults = {}
    start = start_after(request.args.get("after", ""), faults)
    g.is_settled = True
    kept = g.register.publications
    rows = [] if faults else kept.rows(found["number"], after=start, limit=ROWS + 1)
    page = render_template(
        "public_snapshot.html",
        one=found,
        about=_head(found),
        rows=[(item_id, readable(row)) for item_id, row in rows[:ROWS]],
        following=rows[ROWS - 1][0] if rows[ROWS:] else None,
        start=start,
        faults=faults,
    )
    return page, 422 if faults else 200


@bp.get("/potret/banding")
def compared() -> ResponseReturnValue:
    """Exactly what came, left and changed between two snapshots, and the facts that did it."""
    pair = _pair()
    start = start_after(request.args.get("after", ""), pair.faults)
    g.is_settled = bool(request.args.get("dari") and request.args.get("sampai"))
    found: list[Compared] = []
    if pair.first and pair.last and not pair.faults:
        kept = g.register.publications
        found = _compared(kept, pair.first, pair.last, start, COMPARED + 1)
    shown = found[:COMPARED]
    page = render_template(
        "public_compared.html",
        pair=pair,
        groups=[
            (
                kind,
                sorted(
                    (one for one in shown if one.change.kind == kind),
                    key=lambda one: str(one.change.latest["judul"]),
                ),
            )
            for kind in KINDS
        ],
        shown=shown,
        kinds=KINDS,
        tag=words.tag,
        decree_of=decree_of,
        following=str(shown[-1].change.id) if found[COMPARED:] else "",
        start=start,
        faults=pair.faults,
        typed=request.args,
    )
    return page, 422 if pair.faults else 200


# The same as data


def _head(found: Row) -> publication.Row:
    fact = Snapshot(
        number=found["number"],
        position=found["position"],
        rows=found["rows"],
        root=to_base64(found["root"]),
    )
    return publication.head(fact, on=found["on_date"], recorded=found["recorded"], log=found["log"])


@bp.get("/data/potret.json")
def data_snapshots() -> ResponseReturnValue:
    """All snapshots there are, the latest first."""
    g.language = DEFAULT
    about = {"badan_publik": g.body.name, "kode": g.code, "lisensi": LICENCE}
    sheet = Sheet("", {}, about, _all(g.register.publications))
    return streamed(open_data.as_json(sheet, "potret"), "application/json")


def _all(kept: Publications) -> Iterator[Record]:
    before = None
    while page := kept.page(before=before, limit=open_data.PAGE):
        yield from (dict(_head(one)) for one in page)
        before = page[-1]["number"]


@bp.get("/data/potret/<number>.json")
def data_snapshot(number: str) -> ResponseReturnValue:
    """The very bytes whose root is in the log."""
    g.language = DEFAULT
    found = _find(number)
    if found is None:
        return _nothing()
    g.is_settled = True
    parts = publication.file(_head(found), g.register.publications.all_rows(found["number"]))
    response = Response(parts, content_type="application/json; charset=utf-8")
    name = f"potret-{g.code}-{found['number']}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return for_everybody(response)


@bp.get("/data/potret/<number>/<uuid:item_id>.json")
def data_snapshot_row(number: str, item_id: UUID) -> ResponseReturnValue:
    """That one row stands in a snapshot, to be checked without the other rows."""
    g.language = DEFAULT
    found = _find(number)
    proof = g.register.publications.proof(found["number"], item_id) if found else None
    if found is None or proof is None:
        return _nothing()
    g.is_settled = True
    said = {
        "format": "sidik-potret-butir/v1",
        "potret": _head(found),
        "baris": proof.row.decode(),
        "indeks": proof.index,
        "jalur": [to_base64(one) for one in proof.path],
    }
    return for_everybody(jsonify(said))


@bp.get("/data/potret/bukti.json")
def data_snapshot_evidence() -> ResponseReturnValue:
    """That the snapshots are in the log and none is missing, as far as a checkpoint covers them."""
    g.language = DEFAULT
    proof = g.register.proven_snapshots.proof()
    if proof is None:
        return _nothing(
            _("Potret ini belum tercakup checkpoint yang ditandatangani."),
            _("Penandatangan log menyusul dalam hitungan detik; coba lagi sebentar lagi."),
        )
    response = Response(proof, content_type="application/json; charset=utf-8")
    name = f"bukti-potret-{g.code}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return for_everybody(response)


ALSO_FOLLOWS["public.data_snapshot_evidence"] = lambda register: register.evidence.mark()


def _nothing(title: str = "", detail: str = "") -> Response:
    return for_everybody(problems.as_json(Problem(404, title, detail)))


JENIS = {"added": "masuk", "opened": "terbuka", "changed": "berubah", "removed": "keluar"}


@bp.get("/data/banding.json")
def data_compared() -> ResponseReturnValue:
    """The difference of two snapshots: rows as they stand in both, and the facts in between."""
    g.language = DEFAULT
    pair = _pair()
    if pair.faults:
        error = problems.explained(ValidationError(dict(pair.faults)))
        return for_everybody(problems.as_json(error))
    if not (pair.first and pair.last):
        return _nothing()
    g.is_settled = bool(request.args.get("dari") and request.args.get("sampai"))
    about = {
        "format": "sidik-banding/v1",
        "badan_publik": g.body.name,
        "kode": g.code,
        "dari": _head(pair.first),
        "sampai": _head(pair.last),
        "lisensi": LICENCE,
    }
    records = _records(g.register.publications, pair.first, pair.last)
    return streamed(open_data.as_json(Sheet("", {}, about, records)), "application/json")


def _records(kept: Publications, first: Row, last: Row) -> Iterator[Record]:
    after = None
    while found := kept.between(first["number"], last["number"], after=after, limit=COMPARED):
        ids = [one.item for one in found]
        reasons = kept.reasons(ids, first["position"], last["position"])
        for one in found:
            before, now = (json.loads(row) if row else None for row in (one.before, one.after))
            yield {
                "id": str(one.item),
                "jenis": JENIS[Change(one.item, before, now).kind],
                "sebelum": before,
                "sesudah": now,
                "sebab": [_reason(shown) for shown in reasons.get(one.item, ())],
            }
        after = ids[-1]


def _reason(shown: Shown) -> Record:
    return {
        "posisi": shown.position,
        "jenis": words.tag(shown.recorded.fact),
        "berlaku": shown.recorded.on,
        "nomor_penetapan": decree_of(shown),
    }
