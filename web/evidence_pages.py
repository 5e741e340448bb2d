"""Evidence as officers and auditors hold it: the receipt of an act, and the bundle of an item.

A receipt is for whoever may see its fact in the trail. A bundle for the public may be made by
whoever sees the item, one for a panel only by those who need to know what is closed: with a proof
of who they are, for a case they name, and on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from domain import disclosure, item, refusal
from domain.calendar import local_date
from domain.evidence.absence import NoEvidence, NotNow
from domain.evidence.encoding import to_base64
from domain.item import Item, Status
from projections.audit import Asked
from web import step_up, trail
from web.fields import Choice, Day, Entries, Text
from web.forms import Complaints, Typed, complaints_of, each_entry, load, sections
from web.histories import recorded_times
from web.language import _
from web.office import Seat, seat
from web.pages import Names, bp
from web.problems import Problem
from web.public_evidence import picture
from web.register import Row, Rows

SIGNED_WITHIN = timedelta(minutes=10)
"""After this long nobody looks for a signature by the second: something is wrong."""

OF_ONE_ACT = 200  # facts of an act that are named on its receipt
POSITION_MAX = 2**63 - 1
PANEL, PUBLIC = "majelis", "umum"
ZIP, PDF = "zip", "pdf"
CLOSED, BUNDLE = "closed", "evidence"
"""What a reading of a bundle is noted as, with closed parts and without."""

MEDIA = {ZIP: "application/zip", PDF: "application/pdf"}


# Receipts


@dataclass(frozen=True)
class Held:
    """A receipt, and the fact it is for as the trail tells it."""

    told: trail.Told
    beside: Rows  # what else was recorded by the same act
    receipt: Any  # None: the log does not hold the fact as it is stored
    trouble: str
    is_late: bool

    @property
    def is_covered(self) -> bool:
        return bool(self.receipt and self.receipt.covered_by)

    @property
    def leaf(self) -> str:
        return to_base64(self.receipt.leaf)


def held(here: Seat, position: int) -> Held:
    """What this officer may hold of the fact at a position."""
    if not 0 < position <= POSITION_MAX:
        raise Problem(404)
    views = here.register.views
    if views.position() < position <= views.position() + OF_ONE_ACT:
        views.wait_for(position)
    rows = _facts(here, Asked(units=here.units), before=position + 1, after=position - 1)
    if not rows:
        raise Problem(404)
    row = rows[0]
    beside: Rows = []
    if row["cause"]:
        asked = Asked(cause=row["cause"], by=row["by_id"], units=here.units)
        beside = sorted(_facts(here, asked, limit=OF_ONE_ACT), key=lambda one: one["position"])
    if row["by_id"] != here.account.officer_id:
        here.note_reading("trail", row["id"], f"tanda terima {position}")
    receipt, trouble = None, ""
    try:
        receipt = here.register.evidence.receipt(position)
    except NoEvidence as error:
        trouble = _(error.sentence, **error.values)
    late = here.at - row["recorded_at"] > SIGNED_WITHIN
    return Held(trail.told(here, [row])[0], beside, receipt, trouble, late)


def _facts(here: Seat, asked: Asked, *, limit: int = 1, **where: int) -> Rows:
    zone = here.desk.body.zone
    return here.register.audit.trail(asked, zone=zone, limit=limit, **where)


@bp.get("/tanda-terima/<int:position>")
def receipt(position: int) -> ResponseReturnValue:
    """That a fact was recorded, and by which signed checkpoint it is proven, once one is."""
    found = held(seat(), position)
    return render_template(
        "receipt.html",
        position=position,
        one=found,
        names=Names(seat()),
        picture=picture(found.receipt.covered_by.scannable) if found.is_covered else "",
    )


RECORD, PROOF, NOTE = "catatan.txt", "bukti.tlog-proof", "checkpoint.txt"
"""Files of a receipt: verifiers take the last as a checkpoint that somebody holds."""


@bp.get(f"/tanda-terima/<int:position>/<any('{RECORD}', '{PROOF}', '{NOTE}'):name>")
def receipt_file(position: int, name: str) -> ResponseReturnValue:
    """The record itself, the proof that it stands in the log (C2SP tlog-proof), or by what."""
    found = held(seat(), position)
    content = ""
    if found.receipt and name == RECORD:
        content = found.receipt.record
    elif found.is_covered:
        content = found.receipt.proof if name == PROOF else found.receipt.covered_by.note
    if not content:
        raise Problem(404, detail=found.trouble or _("Catatan ini belum tercakup checkpoint."))
    stem = f"tanda-terima-{seat().register.code}-{position}"
    files = {RECORD: f"{stem}.txt", PROOF: f"{stem}.tlog-proof", NOTE: f"{stem}-checkpoint.txt"}
    return _attached(content.encode(), files[name], "text/plain; charset=utf-8")


def _attached(content: bytes, name: str, media: str) -> Response:
    response = Response(content, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# Bundles

COPIES = {
    PUBLIC: "Umum: isi yang tertutup ditahan",
    PANEL: "Majelis: memuat isi yang tertutup",
}
FORMS = {
    ZIP: "ZIP, dengan verifikatornya",
    PDF: "PDF, dengan bukti di dalamnya",
}


class Wanted(Entries):
    """What a bundle is asked with."""

    copy = Choice("Salinan", COPIES, load_default=PUBLIC)
    form = Choice("Bentuk", FORMS, load_default=ZIP)
    refused_on = Day(
        "Tanggal permohonan ditolak",
        hint="Halaman pertama menjawab apakah uji konsekuensi mendahului penolakan, dan itu hanya "
        "dapat dijawab dengan tanggalnya. Kosongkan bila tidak ada penolakan; SIDIK tidak "
        "menebaknya.",
        load_default=None,
        allow_none=True,
    )
    basis = Text(
        "Surat atau perkara yang menjadi dasarnya",
        hint="Misalnya nomor surat penolakan, register sengketa, atau surat permintaan majelis. "
        "Wajib bila tanggal diisi atau salinannya untuk majelis; ikut dicatat.",
        load_default="",
    )
    known_on = Day(
        "Menurut catatan sampai dengan tanggal",
        hint="Isi catatan sesudahnya tidak ditampilkan, tetapi keberadaannya tetap terbukti.",
        fold="Sebagaimana diketahui pada suatu hari",
        load_default=None,
        allow_none=True,
    )


@dataclass(frozen=True)
class Case:
    """An item of which evidence may be had, and by which copies."""

    id: UUID
    known: Item
    may_know: bool

    @property
    def title(self) -> str:
        return self.known.particulars.title if self.known.particulars else ""

    @property
    def is_announced(self) -> bool:
        return bool(self.known.channels) or self.known.status is Status.OPEN


def case_of(here: Seat, item_id: UUID) -> Case:
    known = here.register.ledger.recall(item, item_id)
    unit = known.state.particulars.unit if known.state.particulars else ""
    is_there = known.version and known.state.status is not Status.UNKNOWN
    if not is_there or not here.sees(unit):
        raise Problem(404)
    return Case(item_id, known.state, here.may_know(known.state))


def must_be_sound(here: Seat, case: Case, wanted: dict[str, Any]) -> None:
    """Everything that stands against the question, each beside its entry."""
    faults: dict[str, list[str]] = {}
    is_panel = wanted["copy"] == PANEL
    if is_panel and not case.may_know:
        faults["copy"] = [
            _("Jabatan Anda tidak berwenang mengetahui isi yang tertutup dari butir ini.")
        ]
    for name in ("refused_on", "known_on"):
        if wanted[name] and wanted[name] > here.desk.today:
            faults[name] = [_("Tanggal itu belum tiba.")]
    if wanted["known_on"] and "known_on" not in faults:
        history = here.register.ledger.history(case.id)
        first = local_date(recorded_times(here, case.id, history)[0], here.desk.body.zone)
        if wanted["known_on"] < first:
            faults["known_on"] = [_("Pada tanggal itu belum ada catatan tentang butir ini.")]
    if not wanted["basis"] and wanted["refused_on"]:
        faults["basis"] = [_("Tulis surat atau perkara yang menyebut tanggal penolakan itu.")]
    elif not wanted["basis"] and is_panel:
        faults["basis"] = [_("Tulis perkara atau surat yang memintanya; dasarnya ikut dicatat.")]
    if faults:
        raise ValidationError(dict(faults))


def begun(here: Seat, case: Case, wanted: dict[str, Any]) -> UUID:
    """Have it made: proved who asks for what is closed, and noted."""
    must_be_sound(here, case, wanted)
    if wanted["copy"] == PANEL:
        step_up.require(_("Membuat salinan majelis"))
    file_id = here.register.evidence.begin(
        item=case.id,
        by=here.account.officer_id,
        as_role=here.role,
        at=here.at,
        **{name: wanted[name] for name in ("copy", "form", "refused_on", "known_on", "basis")},
    )
    here.note_reading(_read_as(wanted["copy"]), case.id, _noted(wanted))
    return file_id


def _read_as(copy: str) -> str:
    return CLOSED if copy == PANEL else BUNDLE


def _noted(wanted: dict[str, Any]) -> str:
    said = {
        "salinan": wanted["copy"],
        "bentuk": wanted["form"],
        "ditolak": wanted["refused_on"] or "",
        "menurut": wanted["known_on"] or "",
        "dasar": wanted["basis"],
    }
    return urlencode({name: str(value) for name, value in said.items() if value})[:300]


@bp.get("/butir/<uuid:item_id>/bukti")
def evidence(item_id: UUID) -> ResponseReturnValue:
    """What a bundle is to be made with; a question that was asked before comes along."""
    return _page(case_of(seat(), item_id), MultiDict(request.args), Complaints()), 200


@bp.post("/butir/<uuid:item_id>/bukti")
def evidence_begin(item_id: UUID) -> ResponseReturnValue:
    here, case = seat(), case_of(seat(), item_id)
    typed: Typed = MultiDict(request.form)
    try:
        file_id = begun(here, case, load(Wanted(), typed))
    except ValidationError as error:
        return _page(case, typed, complaints_of(error)), 422
    except NotNow as error:
        why = _(error.sentence, **error.values)
        return _page(case, typed, Complaints(), why), 429, {"Retry-After": str(error.seconds)}
    return redirect(url_for("pages.evidence_file", item_id=item_id, file_id=file_id), 303)


def _page(case: Case, typed: Typed, complaints: Complaints, not_now: str = "") -> str:
    here, schema = seat(), Wanted()
    copies = COPIES if case.may_know else {PUBLIC: COPIES[PUBLIC]}
    options = {"copy": {value: _(said) for value, said in copies.items()}}
    for name, default in (("copy", PUBLIC), ("form", ZIP)):
        if not typed.get(name):
            typed[name] = default
    parts = sections(schema, typed, complaints, options)
    return render_template(
        "evidence.html",
        case=case,
        parts=parts,
        not_now=not_now,
        wrong=[entry for entry in each_entry(parts) if entry.is_wrong],
        is_signed=bool(here.register.evidence.mark()[0]),
        law=str(refusal.THE_TEST_COMES_FIRST),
        heard=str(disclosure.HEARD_IN_CLOSED_SESSION),
        kept=str(disclosure.MEMBERS_KEEP_THE_SECRET),
    )


def file_of(here: Seat, case: Case, file_id: UUID) -> Row:
    """What became of it; for whoever asked, as long as he may have it."""
    found = here.register.evidence.file(
        file_id, by=here.account.officer_id, as_role=here.role, at=here.at
    )
    if found is None or found["item"] != case.id:
        raise Problem(404, detail=_("Bundel disimpan satu jam untuk yang memintanya; buat lagi."))
    if found["copy"] == PANEL and not case.may_know:
        raise Problem(403)
    return found


@bp.get("/butir/<uuid:item_id>/bukti/<uuid:file_id>")
def evidence_file(item_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """The bundle once it is made, or that it is being made."""
    case = case_of(seat(), item_id)
    made = file_of(seat(), case, file_id)
    asked = ("copy", "form", "refused_on", "known_on", "basis")
    return render_template(
        "evidence_file.html",
        case=case,
        made=made,
        name=file_name(seat(), made),
        again={name: str(made[name]) for name in asked if made[name]},
        copies=COPIES,
    )


@bp.get("/butir/<uuid:item_id>/bukti/<uuid:file_id>/berkas")
def evidence_download(item_id: UUID, file_id: UUID) -> ResponseReturnValue:
    here, case = seat(), case_of(seat(), item_id)
    made = file_of(here, case, file_id)
    if not made["sha256"]:
        raise Problem(404, detail=_("Bundel ini belum jadi."))
    detail = urlencode({"unduh": made["copy"], "sha256": made["sha256"]})
    here.note_reading(_read_as(made["copy"]), case.id, detail)
    content = here.register.evidence.content_of(file_id)
    return _attached(content, file_name(here, made), MEDIA[made["form"]])


def file_name(here: Seat, made: Row) -> str:
    return f"bukti-{here.register.code}-{str(made['item'])[:8]}-{made['copy']}.{made['form']}"
