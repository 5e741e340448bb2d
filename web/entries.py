"""What each act asks for, and how that becomes values of the domain.

Only the shape is judged here (a date is a date, a text has an end). Whether an entry is
enough in law is for the domain, which names the article: so most texts may be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from domain import pledge
from domain.citation import parse_all
from domain.decree import Effect
from domain.ground import HURUF, Ground
from domain.item import (
    CORRECTABLE,
    Channel,
    Closed,
    Conclusion,
    ConsequenceTest,
    Form,
    Moment,
    Opening,
    Particulars,
    Segregability,
)
from domain.period import Kind, Period, Unit
from domain.period_words import read
from domain.rule import Citation
from web import words as called
from web.fields import (
    FILLED,
    LINE_MAX,
    READABLE,
    SAID,
    WORDS_MAX,
    Choice,
    Day,
    Entries,
    Flag,
    Group,
    Identifier,
    Lines,
    Rows,
    Several,
    Text,
    Whole,
)


class Act(Entries):
    """Every act may be dated back, where a paper is entered after its day."""

    on = Day(
        "Tanggal berlaku",
        hint="Kosongkan bila hari ini.",
        fold="Bila surat atau keputusannya bertanggal mundur",
        load_default=None,
        allow_none=True,
    )


# The parts


class GroundEntries(Entries):
    huruf = Choice("Huruf", dict.fromkeys(HURUF, ""), required=True)
    angka = Whole("Angka", least=1, most=20, load_default=None, allow_none=True)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Ground:
        return Ground(**data)


def _grounds() -> Several:
    """The boxes are labelled by the law register when the page is made."""
    return Several(
        Group(GroundEntries, "Dasar"),
        "Dasar pengecualian",
        options={},
        hint="Pasal 17 UU 14/2008. Pilih setiap huruf dan angka yang menjadi dasar.",
        required=True,
    )


class ClosedEntries(Entries):
    title = Text("Judul sebenarnya", required=True)
    detail = Text("Rincian rahasia", long=True, required=True)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Closed | None:
        return Closed(**data) if any(data.values()) else None


class ParticularsEntries(Entries):
    title = Text(
        "Judul informasi",
        hint="Dibaca publik. Judulnya sendiri tidak boleh membuka isi yang dikecualikan.",
        required=True,
    )
    summary = Text("Uraian yang jelas dan terang", long=True, required=True)
    document = Text("Dokumen yang memuatnya", required=True)
    part = Text(
        "Bagian yang dikecualikan",
        hint="Halaman atau kolom. Kosongkan hanya bila seluruh dokumen.",
        load_default="",
    )
    unit = Choice("Unit kerja yang menguasai", {}, required=True)
    holder = Text("Penanggung jawab", hint="Jabatan, bukan nama orang.", required=True)
    form = Choice("Bentuk", called.FORMS, kind=Form, load_default=Form.BOTH)
    medium = Text("Media penyimpanan", hint="Misalnya: berkas kertas, PDF.", required=True)
    grounds = _grounds()
    held = Flag("Informasi ini sudah dikuasai dan didokumentasikan", load_default=True)
    closed = Group(
        ClosedEntries,
        "Keterangan tertutup",
        hint="Hanya dibaca pejabat yang terlibat. Tidak pernah tampil dalam daftar, pencarian, "
        "atau halaman publik.",
        load_default=None,
        allow_none=True,
    )

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Particulars:
        return Particulars(**{**data, "grounds": tuple(dict.fromkeys(data["grounds"]))})


OWN_READING = "Uraikan sendiri, bila kata-kata itu dapat dibaca lebih dari satu cara"
OLDER_DECREE = "Bila mengubah atau mengganti penetapan lama"


class PeriodEntries(Entries):
    """Read from its words, or, where they leave room for doubt, from what the officer chose."""

    words = Text(
        "Jangka waktu, seperti akan tertulis dalam penetapan",
        hint="Misalnya: 5 (lima) tahun; sampai dengan 31 Desember 2027; sampai putusan final.",
        required=True,
    )
    kind = Choice(
        "Jenis jangka waktu",
        called.PERIOD_KINDS,
        kind=Kind,
        hint="Biarkan kosong: SIDIK membacanya dari kata-kata di atas.",
        fold=OWN_READING,
        load_default=None,
        allow_none=True,
    )
    number = Whole(
        "Lamanya", least=1, most=1_000, fold=OWN_READING, load_default=None, allow_none=True
    )
    unit = Choice(
        "Satuan",
        called.PERIOD_UNITS,
        kind=Unit,
        fold=OWN_READING,
        load_default=None,
        allow_none=True,
    )
    until = Day("Sampai tanggal", fold=OWN_READING, load_default=None, allow_none=True)
    event = Text("Peristiwa yang ditunggu", fold=OWN_READING, load_default="")
    condition = Text("Keadaan atau syarat", fold=OWN_READING, load_default="")

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Period:
        if data["kind"] is None:
            return self._as_read(data["words"])
        needed = {
            Kind.YEARS: ("number", "unit"),
            Kind.AFTER_EVENT: ("number", "unit", "event"),
            Kind.FIXED_UNTIL: ("until",),
            Kind.UNTIL_EVENT: ("event",),
            Kind.WHILE_CONDITION: ("condition",),
        }.get(data["kind"], ())
        if missing := [name for name in needed if not data[name]]:
            said = ["Wajib diisi untuk jenis jangka waktu ini."]
            raise ValidationError(dict.fromkeys(missing, said))
        return Period(**data)

    def _as_read(self, text: str) -> Period:
        period = read(text)
        if text and (period.kind is Kind.UNSTATED or not period.sure):
            reading = f" Terbaca sebagai: {called.period(period)}." if not period.sure else ""
            raise ValidationError(
                {"words": [f"Kata-kata ini tidak terbaca dengan pasti.{reading} Pilih jenisnya."]}
            )
        return period


class CitationEntries(Entries):
    kind = Text("Jenis", least=1, required=True)
    number = Text("Nomor", load_default="")
    year = Whole("Tahun", least=1900, most=2200, load_default=None, allow_none=True)
    about = Text("Tentang", load_default="")
    pasal = Text("Pasal", load_default="")
    ayat = Text("Ayat", load_default="")
    huruf = Text("Huruf", load_default="")
    angka = Text("Angka", load_default="")

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Citation:
        return Citation(**data)


CITATION = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"type": "string", "pattern": FILLED, "maxLength": LINE_MAX},
        "year": {"type": ["integer", "null"], "minimum": 1900, "maximum": 2200},
        **{
            name: {"type": "string", "pattern": READABLE, "maxLength": LINE_MAX}
            for name in ("number", "about", "pasal", "ayat", "huruf", "angka")
        },
    },
}
TEXT_OR_CITATIONS = [
    {"type": "string", "pattern": READABLE, "maxLength": WORDS_MAX},
    {"type": "array", "items": CITATION, "maxItems": 100},
]
"""Legal bases, as the description of the API says it."""


class Laws(fields.Field[tuple[Citation, ...]]):
    """Legal bases: one text as officials write it, or citations part by part."""

    default_error_messages = {**SAID}  # noqa: RUF012

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[Citation, ...]:
        if isinstance(value, str):
            text = Text("Dasar hukum", long=True).deserialize(value)
            parsed = parse_all(text or "")
            if parsed.unread:
                raise ValidationError(
                    "Bagian ini tidak terbaca sebagai dasar hukum: "
                    + "; ".join(f"“{part[:120]}”" for part in parsed.unread)
                    + ". Tulis misalnya: Pasal 44 ayat (1) huruf a UU Nomor 43 Tahun 2009."
                )
            return parsed.citations
        if isinstance(value, list) and len(value) <= 100:
            return tuple(CitationEntries(many=True).load(value))
        raise ValidationError("Harus berupa teks atau daftar dasar hukum.")


class SegregabilityEntries(Entries):
    separable = Flag("Bagian yang terbuka dapat dipisahkan", load_default=None, allow_none=True)
    parts = Text("Halaman atau bagian yang tetap ditutup", load_default="")
    justification = Text(
        "Alasan menutup seluruhnya",
        hint="Diisi bila tidak ada bagian yang dapat dipisahkan.",
        long=True,
        load_default="",
    )

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Segregability:
        return Segregability(**data)


class TestEntries(Entries):
    __test__ = False

    moment = Choice("Saat pengujian", called.MOMENTS, kind=Moment, required=True)
    reference = Text(
        "Nomor permohonan atau perintah",
        hint="Wajib bila diuji karena permohonan atau perintah Majelis Komisioner.",
        load_default="",
    )
    part = Text("Bagian dokumen yang diuji", required=True)
    grounds = _grounds()
    laws = Laws(
        required=True,
        metadata={
            "label": "Undang-undang yang dianalisis",
            "description": "Teks, atau daftar dasar hukum",
            "anyOf": TEXT_OR_CITATIONS,
            "hint": "Beserta pasalnya. Misalnya: Pasal 17 huruf a UU 14/2008; Pasal 44 ayat (1) "
            "huruf a UU 43/2009.",
            "long": True,
        },
    )
    consequence_if_opened = Text(
        "Konsekuensi bila dibuka",
        hint="Siapa yang dirugikan, dan bagaimana.",
        long=True,
        required=True,
    )
    benefit_if_closed = Text("Manfaat bila ditutup", long=True, required=True)
    public_interest = Text(
        "Timbangan kepentingan umum",
        hint="Mengapa menutup melindungi kepentingan yang lebih besar daripada membuka "
        "(Pasal 2 ayat (4) UU 14/2008).",
        long=True,
        required=True,
    )
    segregability = Group(
        SegregabilityEntries, "Pemisahan bagian terbuka dan tertutup", required=True
    )
    period = Group(PeriodEntries, "Jangka waktu pengecualian", required=True)
    review_on = Day(
        "Tanggal tinjau ulang",
        hint="Wajib bila jangka waktu tidak bertanggal akhir; paling lama 12 bulan.",
        load_default=None,
        allow_none=True,
    )
    conclusion = Choice("Kesimpulan", called.CONCLUSIONS, kind=Conclusion, required=True)
    participants = Lines("Yang ikut menguji", hint="Jabatan, satu per baris.", load_default=list)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """All but the law register's version, which the desk knows."""
        lists = ("grounds", "participants")
        return {**data, **{name: tuple(data[name]) for name in lists}}


class ChannelEntries(Entries):
    kind = Choice("Saluran", called.CHANNELS, required=True)
    address = Text("Alamat atau tempat", required=True)
    on = Day("Tanggal diumumkan", required=True)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Channel:
        return Channel(**data)


# The acts on an item


class Submit(Act):
    particulars = Group(ParticularsEntries, "Uraian informasi", required=True)


class Test(Act):
    __test__ = False

    test = Group(TestEntries, "Lembar pengujian konsekuensi", required=True)
    override = Text(
        "Alasan melanjutkan meski belum lengkap",
        hint="Hanya diisi bila pengujian tetap dicatat walau alasannya belum lengkap. Alasan ini "
        "dibaca oleh yang menyetujui.",
        long=True,
        load_default="",
    )


class Consider(Act):
    favours = Choice("Pendapat", called.CONCLUSIONS, kind=Conclusion, required=True)
    opinion = Text("Pertimbangan", long=True, required=True)
    minutes_no = Text("Nomor berita acara", load_default="")


class Approve(Act):
    note = Text("Catatan", long=True, load_default="")


class Reject(Act):
    reason = Text("Alasan", hint="Apa yang harus diperbaiki.", long=True, required=True)


class Archive(Act):
    soft_place = Text("Tempat salinan elektronik", load_default="")
    hard_place = Text("Tempat dokumen kertas", hint="Ruang, lemari, rak, ordner.", load_default="")


class Upload(Act):
    channels = Rows(ChannelEntries, "Saluran pengumuman", required=True)


class RecordEvent(Act):
    event = Text("Peristiwa", load_default="")
    happened_on = Day("Terjadi pada tanggal", required=True)
    evidence = Text("Bukti tertulis", hint="Nomor dan tanggal surat.", required=True)


class Review(Act):
    reason = Text("Alasan tetap dikecualikan", long=True, required=True)
    review_on = Day("Tinjau ulang berikutnya", required=True)


class ApproveOpening(Act):
    why = Choice("Dasar pembukaan", called.OPENINGS, kind=Opening, required=True)
    note = Text("Catatan", long=True, load_default="")


class Declassify(Act):
    why = Choice("Dasar pembukaan", called.OPENINGS, kind=Opening, required=True)
    evidence = Text(
        "Bukti tertulis", hint="Nomor penetapan, putusan, atau surat persetujuan.", required=True
    )


class Hold(Act):
    kind = Choice("Jenis penahanan", called.HOLDS, required=True)
    reference = Text("Nomor perkara atau surat", required=True)
    reason = Text("Alasan", long=True, required=True)


class Correct(Act):
    field = Choice("Yang salah tulis", {f: called.FIELDS[f] for f in CORRECTABLE}, required=True)
    now = Text("Tulisan yang benar", long=True, required=True)
    reason = Text("Alasan", long=True, required=True)


class Withdraw(Act):
    reason = Text("Alasan", long=True, required=True)


ITEM: Mapping[str, type[Act]] = {
    "submit": Submit,
    "confirm": Submit,
    "revise": Submit,
    "test_consequence": Test,
    "consider": Consider,
    "approve": Approve,
    "reject": Reject,
    "archive": Archive,
    "upload": Upload,
    "record_event": RecordEvent,
    "review": Review,
    "approve_opening": ApproveOpening,
    "declassify": Declassify,
    "hold": Hold,
    "release": Hold,
    "correct": Correct,
    "withdraw": Withdraw,
}


def of_item(entries: Mapping[str, Any], *, law_version: int) -> dict[str, Any]:
    """What the desk is handed for an act on an item; the date goes to the desk itself."""
    given = {name: value for name, value in entries.items() if name != "on"}
    if "test" in given:
        given["test"] = ConsequenceTest(law_version=law_version, **given["test"])
    if "channels" in given:
        given["channels"] = tuple(given["channels"])
    return given


# Decrees


def _lines() -> Several:
    return Several(
        Identifier("Butir"),
        "Butir dalam konsep",
        options={},
        hint="Butir yang diusulkan, telah diuji, atau disetujui.",
        required=True,
    )


class Draft(Act):
    title = Text("Judul konsep daftar", least=1, required=True)
    unit = Choice("Unit", {}, load_default="")
    items = _lines()


class ChangeLines(Act):
    items = _lines()
    reason = Text("Alasan perubahan", long=True, required=True)


class Issue(Act):
    number = Text("Nomor surat penetapan", required=True)
    place = Text("Ditetapkan di", load_default="")
    supersedes = Identifier("Penetapan lama", fold=OLDER_DECREE, load_default=None, allow_none=True)
    effect = Choice(
        "Akibatnya",
        called.EFFECTS,
        kind=Effect,
        fold=OLDER_DECREE,
        load_default=None,
        allow_none=True,
    )


DECREE: Mapping[str, type[Act]] = {
    "draft": Draft,
    "change_lines": ChangeLines,
    "approve_draft": Approve,
    "return_draft": Reject,
    "issue": Issue,
}


# Pledges


class ContentsEntries(Entries):
    title = Text("Judul", load_default="Maklumat Pelayanan Informasi Publik")
    legal_basis = Text("Dasar hukum", long=True, required=True)
    procedure = Text("Sistem, mekanisme, dan prosedur", long=True, required=True)
    completion_time = Text("Jangka waktu penyelesaian", long=True, required=True)
    fees = Text("Biaya atau tarif", hint="Tulis ‘gratis’ bila tanpa biaya.", required=True)
    assurance = Text("Jaminan pelayanan", long=True, required=True)
    evaluation = Text("Evaluasi kinerja pelaksana", long=True, required=True)
    standard_fixed_on = Day(
        "Standar pelayanan ditetapkan pada",
        hint="Maklumat diumumkan paling lambat 7 hari kerja sejak tanggal ini.",
        load_default=None,
        allow_none=True,
    )

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> pledge.Contents:
        return pledge.Contents(**data)


class DraftPledge(Act):
    contents = Group(ContentsEntries, "Isi maklumat", required=True)


class DeterminePledge(Act):
    number = Text("Nomor maklumat", load_default="")


class PledgeChannelEntries(Entries):
    kind = Choice("Sarana", called.PLEDGE_CHANNELS, required=True)
    address = Text("Alamat atau tempat", required=True)
    on = Day("Tanggal diumumkan", load_default=None, allow_none=True)
    accessible_forms = Several(
        fields.String(
            validate=validate.OneOf(list(pledge.ACCESSIBLE_FORMS), error="Bentuk tidak dikenal.")
        ),
        "Bentuk bagi penyandang disabilitas",
        options=called.ACCESSIBLE_FORMS,
        load_default=list,
    )

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> pledge.Channel:
        return pledge.Channel(**{**data, "accessible_forms": tuple(data["accessible_forms"])})


class Announce(Act):
    channels = Rows(PledgeChannelEntries, "Sarana pengumuman", rows=2, required=True)


PLEDGE: Mapping[str, type[Act]] = {
    "draft": DraftPledge,
    "return": Reject,
    "determine": DeterminePledge,
    "announce": Announce,
}


def dated(entries: Mapping[str, Any]) -> date | None:
    on: date | None = entries.get("on")
    return on
