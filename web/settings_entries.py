"""What each change of the settings asks for, and how that becomes entries of the desk.

Changes of the settings are of today; what they say takes effect on a day of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, post_load, validate

from domain import calendar, officer
from domain.body import Policy
from domain.ground import HURUF, Category
from domain.law import (
    Extent,
    Instrument,
    InstrumentAmended,
    InstrumentReplaced,
    Level,
    level_of,
)
from domain.officer import Acting, Authority
from domain.rule import Citation
from web import words
from web.fields import CODE, Choice, Day, Entries, Flag, Length, Lines, Text, Whole
from web.language import Words, _
from web.office import Seat, world

PAPER_MAX = 60_000
SETTINGS = Words(
    {
        "law": "Register hukum",
        "calendar": "Kalender kerja",
        "procedure": "Prosedur (SOP)",
        "body": "Badan dan unit",
        "officer": "Pejabat",
    }
)
LAW_ACTS = Words(
    {
        "enter": "Catat peraturan",
        "replace": "Catat penggantian peraturan",
        "amend": "Catat perubahan peraturan",
        "enact": "Catat isi Pasal 17",
    }
)
CALENDAR_ACTS = Words(
    {
        "seed_year": "Muat kalender setahun",
        "declare_off": "Tetapkan hari libur",
        "declare_working": "Tetapkan hari kerja",
    }
)
BODY_ACTS = Words(
    {
        "add_unit": "Catat unit kerja",
        "adopt": "Berlakukan SOP",
        "set_policy": "Pilih kebijakan",
    }
)
OFFICER_ACTS = Words(
    {
        "appoint": "Catat pejabat",
        "grant": "Beri jabatan",
        "delegate": "Tunjuk Plt/Plh",
        "end": "Akhiri jabatan",
    }
)
ACTS: Mapping[str, Words] = {
    "law": LAW_ACTS,
    "calendar": CALENDAR_ACTS,
    "body": BODY_ACTS,
    "officer": OFFICER_ACTS,
}

LEVELS = Words(
    {
        Level.UUD: "Undang-Undang Dasar",
        Level.UU: "Undang-undang atau perppu",
        Level.PP: "Peraturan pemerintah",
        Level.PERPRES: "Peraturan presiden",
        Level.PERMEN: "Peraturan menteri atau lembaga",
        Level.PERDA: "Peraturan daerah",
        Level.PERKADA: "Peraturan kepala daerah",
        Level.KEPUTUSAN: "Keputusan",
        Level.SOP: "SOP",
    }
)
EXTENTS = Words({Extent.WHOLE: "Seluruhnya", Extent.PART: "Sebagian"})
DAY_KINDS = Words(
    {
        calendar.Kind.PUBLIC: "Hari libur nasional",
        calendar.Kind.JOINT_LEAVE: "Cuti bersama",
        calendar.Kind.REGIONAL: "Libur daerah",
        calendar.Kind.ELECTION: "Hari pemungutan suara",
    }
)
ACTINGS = Words(
    {
        Acting.PLH: "Plh, pemegang jabatan berhalangan sementara",
        Acting.PLT: "Plt, jabatan sedang lowong",
    }
)
POLICIES = Words(
    {
        "opening_needs_head": "Pembukaan memerlukan persetujuan pimpinan",
        "notice_is_deadline": "30 hari kerja dibaca sebagai batas akhir "
        "(Pasal 11 ayat (2) PP 61/2010)",
        "joint_leave_off": "Cuti bersama dihitung sebagai hari libur",
        "review_months": "Jarak terjauh antara dua tinjau ulang, dalam bulan",
        "event_asked_months": "Jarak menanyakan peristiwa yang ditunggu, dalam bulan",
    }
)
NOT_KNOWN = "Kosongkan bila belum diketahui; tanggal tidak boleh dikira-kira."
AS_DECREED = "Nomor seperti tertulis pada keputusannya."


class IsCode(validate.Regexp):
    default_message = (
        "Pakai huruf kecil, angka, titik, garis bawah atau tanda hubung; paling panjang 60."
    )

    def _format_error(self, value: Any) -> str:
        return _(self.error)


class Code(Text):
    """A short name for addresses and files, which is never changed again."""

    def __init__(self, label: str, *, hint: str = "", fold: str = "", **more: Any) -> None:
        super().__init__(label, hint=hint, fold=fold, **more)
        self.validators = [IsCode(CODE)]
        self.metadata = {**self.metadata, "pattern": CODE.pattern}


# The law


class EnterInstrument(Entries):
    kind = Text(
        "Jenis",
        hint="Misalnya: UU, PP, PerKI, Permendagri, Perda Provinsi Bali.",
        least=1,
        required=True,
    )
    number = Text("Nomor", load_default="")
    year = Whole("Tahun", least=1945, most=2200, load_default=None, allow_none=True)
    about = Text("Tentang", required=True)
    level = Choice(
        "Tingkat",
        LEVELS,
        kind=Level,
        hint="Biarkan kosong: dibaca dari jenisnya.",
        load_default=None,
        allow_none=True,
    )
    in_force_from = Day("Berlaku sejak", hint=NOT_KNOWN, load_default=None, allow_none=True)
    articles = Whole("Pasal terakhir", least=1, most=2000, load_default=None, allow_none=True)
    aliases = Lines("Sebutan lain", hint="Satu per baris.", load_default=list)
    source = Text("Sumber teks", hint="Di mana teksnya dibaca.", required=True)
    confirmed = Flag("Telah dicocokkan dengan teks resminya", load_default=False)
    note = Text("Catatan", long=True, load_default="")

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        cited = Citation(kind=data["kind"], number=data["number"], year=data["year"])
        level = data["level"] or level_of(data["kind"])
        known = {**data, "key": cited.key, "level": level, "aliases": tuple(data["aliases"])}
        return {"instrument": Instrument(**known)}


class ReplaceInstrument(Entries):
    key = Choice("Peraturan yang diganti", {}, required=True)
    by = Choice("Diganti oleh", {}, required=True)
    on = Day("Berlaku sejak", hint=NOT_KNOWN, load_default=None, allow_none=True)
    extent = Choice("Yang diganti", EXTENTS, kind=Extent, load_default=Extent.WHOLE)
    confirmed = Flag("Pasal yang menyatakannya telah dibaca", load_default=False)
    note = Text("Catatan", hint="Pasal yang menyatakannya.", long=True, load_default="")

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"change": InstrumentReplaced(**data)}


class AmendInstrument(Entries):
    key = Choice("Peraturan yang diubah", {}, required=True)
    by = Choice("Diubah oleh", {}, required=True)
    on = Day("Berlaku sejak", hint=NOT_KNOWN, load_default=None, allow_none=True)
    confirmed = Flag("Pasal yang menyatakannya telah dibaca", load_default=False)
    note = Text("Catatan", hint="Pasal yang menyatakannya.", long=True, load_default="")

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"change": InstrumentAmended(**data)}


class Enact(Entries):
    """One huruf of Pasal 17 as it stands from a day on; the others stay as they are."""

    since = Day("Berlaku sejak", required=True)
    basis = Text("Dasar", hint="Peraturan atau putusan yang mengubahnya.", least=1, required=True)
    huruf = Choice("Huruf", dict.fromkeys(HURUF, ""), required=True)
    title = Text("Judul", least=1, required=True)
    angka = Lines("Angka", hint="Satu per baris, menurut urutannya.", load_default=list)
    may_be_permanent = Flag("Pengecualiannya dapat bersifat permanen", load_default=False)
    years_max = Whole(
        "Paling lama, dalam tahun",
        least=1,
        most=100,
        hint="Kosongkan bila hukum tidak menyebut angka.",
        load_default=None,
        allow_none=True,
    )
    until_opened_in_court = Flag("Berakhir bila dibuka di sidang", load_default=False)
    needs_legislation = Flag("Jangka waktunya menurut peraturan lain", load_default=False)
    set_by_top_head = Flag("Jangka waktunya ditetapkan pimpinan tertinggi", load_default=False)
    needs_act = Flag("Harus menyebut undang-undang lain", load_default=False)
    opens_by_consent = Flag("Terbuka dengan persetujuan tertulis", load_default=False)
    period_basis = Text("Dasar jangka waktunya", least=1, required=True)
    topics = Lines("Kata yang menandai huruf ini", hint="Satu per baris.", load_default=list)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        since, basis = data.pop("since"), data.pop("basis")
        lists = {"angka": tuple(data["angka"]), "topics": tuple(data["topics"])}
        return {"since": since, "basis": basis, "category": Category(**{**data, **lists})}


# The calendar


class SeedYear(Entries):
    year = Whole("Tahun", least=2000, most=2100, required=True)
    decree = Text(
        "Nomor SKB yang sudah dicocokkan",
        hint="Kosongkan selama keputusan bersama tahun itu belum terbit: kalendernya tetap "
        "perkiraan.",
        load_default="",
    )


class DeclareOff(Entries):
    on = Day("Tanggal", required=True)
    name = Text("Nama hari libur", hint="Misalnya: Hari Raya Galungan.", required=True)
    kind = Choice("Jenis", DAY_KINDS, kind=calendar.Kind, required=True)
    decree = Text("Nomor keputusan", hint=AS_DECREED, required=True)


class DeclareWorking(Entries):
    on = Day("Tanggal", required=True)
    decree = Text("Nomor keputusan", hint=AS_DECREED, required=True)


# The body


class AddUnit(Entries):
    code = Code(
        "Kode unit", hint="Kode yang sudah ada memberi unit itu nama barunya.", required=True
    )
    name = Text("Nama unit kerja", least=1, required=True)


class Paper(Text):
    """The text of an SOP: longer than any other entry, and with lines."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, long=True, **more)
        longest = Length(max=PAPER_MAX, error="Paling panjang {max} karakter.")
        self.validators = [self.validators[0], longest]
        self.metadata = {**self.metadata, "longest": PAPER_MAX}


OWN_PAPER = "Bila SOP belum tersedia pada SIDIK"


class Adopt(Entries):
    unit = Choice("Bagi unit", {}, hint="Kosongkan bila bagi seluruh badan.", load_default="")
    since = Day("Dijalankan sejak", required=True)
    paper = Choice("SOP yang tersedia", {}, load_default="", allow_none=True)
    key = Text(
        "Nama pendek SOP",
        hint="Nama yang dipakai riwayat untuk seterusnya; sebut tahunnya, misalnya kota-2026.",
        fold=OWN_PAPER,
        load_default="",
    )
    text = Paper("Teks SOP (TOML)", fold=OWN_PAPER, load_default="")


class SetPolicy(Entries):
    opening_needs_head = Flag(POLICIES["opening_needs_head"], load_default=None, allow_none=True)
    notice_is_deadline = Flag(POLICIES["notice_is_deadline"], load_default=None, allow_none=True)
    joint_leave_off = Flag(POLICIES["joint_leave_off"], load_default=None, allow_none=True)
    review_months = Whole(
        POLICIES["review_months"], least=1, most=60, load_default=None, allow_none=True
    )
    event_asked_months = Whole(
        POLICIES["event_asked_months"], least=1, most=60, load_default=None, allow_none=True
    )
    reason = Text("Alasan", long=True, least=1, required=True)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        reason = data.pop("reason")
        chosen = {name: value for name, value in data.items() if value is not None}
        return {"changes": chosen, "reason": reason}


# Officers


class Appoint(Entries):
    name = Text("Nama", hint="Seperti pada keputusan.", least=1, required=True)
    position = Text("Jabatan struktural", hint="Misalnya: Kepala Dinas.", least=1, required=True)
    unit = Choice("Unit kerja", {}, load_default="")


class Enrol(Appoint):
    """An officer who is not on the register yet is also given an id."""

    officer_id = Code("ID pejabat", hint="Nama pendek yang tidak pernah diganti.", required=True)


class Grant(Entries):
    role = Choice("Jabatan", words.ROLES, required=True)
    unit = Choice("Hanya bagi unit", {}, hint="Kosongkan bila seluruh badan.", load_default="")
    decree_no = Text("Nomor keputusan", hint=AS_DECREED, load_default="")
    since = Day("Sejak", required=True)
    until = Day(
        "Sampai dengan", hint="Hari terakhir, ikut dihitung.", load_default=None, allow_none=True
    )

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"authorities": (Authority(**data),)}


class Delegate(Grant):
    acting = Choice("Sebagai", ACTINGS, kind=Acting, load_default=Acting.PLH)
    principal = Choice("Pejabat yang diwakili", {}, required=True)


class End(Entries):
    role = Choice("Jabatan", words.ROLES, required=True)
    unit = Choice("Bagi unit", {}, hint="Kosongkan bila seluruh badan.", load_default="")
    decree_no = Text("Nomor keputusan yang diakhiri", load_default="")
    last_on = Day("Hari terakhir", hint="Hari ini pun masih dijabat.", required=True)


ASKED: Mapping[str, Mapping[str, type[Entries]]] = {
    "law": {
        "enter": EnterInstrument,
        "replace": ReplaceInstrument,
        "amend": AmendInstrument,
        "enact": Enact,
    },
    "calendar": {
        "seed_year": SeedYear,
        "declare_off": DeclareOff,
        "declare_working": DeclareWorking,
    },
    "body": {"add_unit": AddUnit, "adopt": Adopt, "set_policy": SetPolicy},
    "officer": {"appoint": Appoint, "grant": Grant, "delegate": Delegate, "end": End},
}
"""By setting and act, as `domain.desk.SETTINGS` has them."""


# From what was entered to what the desk is handed


def for_desk(
    here: Seat, kind: str, subject_id: UUID, decision: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The entries of an act, with what only the register can add to them."""
    more: Mapping[tuple[str, str], Callable[..., dict[str, Any]]] = {
        ("law", "enact"): _enactment,
        ("calendar", "seed_year"): _seed,
        ("body", "adopt"): _adoption,
        ("officer", "appoint"): _appointment,
    }
    made = more.get((kind, decision))
    return made(here, subject_id, **given) if made else dict(given)


def _enactment(here: Seat, _id: UUID, *, since: Any, basis: str, category: Category) -> Any:
    law = here.desk.law
    known = {**(law.categories(since) or law.categories(here.desk.today))}
    known[category.huruf] = category
    return {"since": since, "basis": basis, "categories": tuple(known[h] for h in sorted(known))}


def _seed(here: Seat, _id: UUID, *, year: int, decree: str) -> Any:
    seed = here.register.seed_of(year, decree)
    names = ("year", "days", "source", "digest", "provisional")
    return {name: getattr(seed, name) for name in names}


def _adoption(
    here: Seat, _id: UUID, *, unit: str, since: Any, paper: str | None, **own: str
) -> Any:
    key, text = own["key"].strip(), own["text"]
    if bool(paper) == bool(text):
        said = _("Pilih satu SOP yang tersedia, atau isi teks SOP sendiri; salah satu saja.")
        raise ValidationError({"paper": [said]})
    if paper:
        papers = here.register.papers()
        if paper not in papers:
            raise ValidationError({"paper": [_("SOP ini tidak tersedia.")]})
        return {"unit": unit, "since": since, "procedure": papers[paper]}
    if not CODE.fullmatch(key) or key.startswith("statutory"):
        raise ValidationError(
            {"key": [_("Beri nama pendek dari huruf kecil, angka, dan tanda hubung.")]}
        )
    if key in here.register.papers():
        said = _("Nama ini sudah dipakai SOP yang tersedia; pilih nama lain.")
        raise ValidationError({"key": [said]})
    try:
        procedure = here.register.read_paper(key, text)
    except ValueError as error:
        raise ValidationError({"text": [str(error)]}) from None
    return {"unit": unit, "since": since, "procedure": procedure}


def _appointment(here: Seat, subject_id: UUID, *, officer_id: str = "", **given: Any) -> Any:
    known = here.register.ledger.recall(officer, subject_id).version
    if officer_id and known:
        raise ValidationError({"officer_id": [_("ID ini sudah dipakai pejabat lain.")]})
    return given


# What is known already


def initial(here: Seat, kind: str, decision: str, state: Any, args: Mapping[str, str]) -> Any:
    """What a form starts from; *args* are those of the link that led to it."""
    match kind, decision:
        case "law", "enter" if known := here.desk.law.instrument(args.get("key", "")):
            return {name: getattr(known, name) for name in known.__dataclass_fields__}
        case "law", "replace" | "amend":
            return {"key": args.get("key", "")}
        case "law", "enact" if category := here.desk.categories.get(args.get("huruf", "")):
            return {name: getattr(category, name) for name in category.__dataclass_fields__}
        case "calendar", "seed_year":
            return {"year": _whole(args.get("tahun", ""))}
        case "calendar", _:
            return {"on": args.get("tanggal", ""), "name": args.get("nama", "")}
        case "body", "add_unit":
            code = args.get("unit", "")
            return {"code": code, "name": here.desk.body.units.get(code, "")}
        case "body", "adopt":
            return {"unit": args.get("unit", ""), "paper": args.get("sop", "")}
        case "body", "set_policy":
            policy: Policy = here.desk.body.policy
            return {name: getattr(policy, name) for name in policy.__dataclass_fields__}
        case "officer", "appoint" if state.name:
            return {"name": state.name, "position": state.position, "unit": state.unit}
        case "officer", "grant" | "delegate":
            return {"since": here.desk.today, "unit": ""}
        case "officer", "end":
            return {name: args.get(name, "") for name in ("role", "unit", "decree_no")}
    return {}


def _whole(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else None


def options(here: Seat, kind: str, decision: str) -> dict[str, Mapping[str, str]]:
    """What choices only the register knows."""
    body = here.desk.body
    units = {"": "", **dict(sorted(body.units.items(), key=lambda pair: pair[1]))}
    if kind == "law":
        known = sorted(here.desk.law.instruments.values(), key=lambda i: (i.level.rank, str(i)))
        named = {i.key: f"{i}, {i.about}"[:120] for i in known}
        return {"key": named, "by": named}
    if kind == "body":
        papers = {k: f"{p.name} · {p.body_name} ({k})" for k, p in here.register.papers().items()}
        return {"unit": units, "paper": {"": "", **papers}}
    return {"unit": units, "principal": principals(here)} if kind == "officer" else {}


def principals(here: Seat) -> dict[str, str]:
    """Officers by the id that decrees and accounts name them by, as far as it is known."""
    return {
        officer_id: f"{row['name']}, {row['post']}"
        for row, officer_id in called(here)
        if officer_id
    }


def called(here: Seat) -> list[tuple[dict[str, Any], str]]:
    """Every officer with his id; empty where neither an account nor a delegation tells it."""
    rows = here.register.views.officers()
    known = {*world().accounts.officers(here.register.code)}
    known |= {a["principal"] for row in rows for a in row["authorities"] if a["principal"]}
    ids = {officer.id_of(officer_id): officer_id for officer_id in known}
    return [(row, ids.get(row["id"], "")) for row in rows]
