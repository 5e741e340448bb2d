"""The trail as it is asked for in an address and told to people: filters, facts, moments.

Used by the pages of the auditor's room and by the API alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from marshmallow import ValidationError

from domain.calendar import midnight
from domain.history import Recorded
from domain.officer import Role
from projections.audit import BACKDATED, Asked
from web import asking, words
from web.fields import FORBIDDEN
from web.language import Words, _
from web.office import Seat
from web.register import Row, Rows

WORDS_MAX = 100
DIGITS_MAX = 18

FLAGS = Words(
    {
        BACKDATED: "dicatat menyusul",
        "outside-sop": "di luar masa berlaku SOP",
        "override": "alasan uji belum lengkap",
        "duty-missed": "tidak diputus pada waktunya",
    }
)


# Filters


@dataclass(frozen=True)
class Named:
    """One part of the question: its names in an address, and how it is read."""

    page: str
    api: str
    label: str
    read: Callable[[str, str], Any]  # the words and the body's zone


def _words(words_: str, zone: str) -> str:
    if len(words_) > WORDS_MAX or FORBIDDEN.search(words_):
        raise ValueError(_("Paling panjang %(n)s karakter yang dapat dibaca.", n=WORDS_MAX))
    return words_


def _one_of(known: Iterable[str], said: str) -> Callable[[str, str], str]:
    known = tuple(known)

    def read(words_: str, zone: str) -> str:
        if words_ not in known:
            raise ValueError(_(said))
        return words_

    return read


def _day(words_: str, zone: str) -> date:
    return asking.day(words_)


def _from(words_: str, zone: str) -> datetime:
    return midnight(asking.day(words_), zone)


def _upto(words_: str, zone: str) -> datetime:
    return midnight(asking.day(words_) + timedelta(days=1), zone)


def _subject(words_: str, zone: str) -> UUID:
    try:
        return UUID(words_)
    except ValueError:
        raise ValueError(_("Pengenal harus seperti pada alamat halaman butirnya.")) from None


def position(words_: str) -> int:
    if not (words_.isascii() and words_.isdecimal()) or len(words_) > DIGITS_MAX:
        raise ValueError(_("Nomor catatan harus berupa angka."))
    return int(words_)


NAMED: dict[str, Named] = {
    "by": Named("oleh", "by", "Pelaku", _words),
    "role": Named("jabatan", "role", "Selaku", _one_of([*Role], "Jabatan ini tidak dikenal.")),
    "kind": Named("jenis", "kind", "Tentang", _one_of(words.KINDS, "Jenis ini tidak dikenal.")),
    "tag": Named(
        "fakta", "fact", "Peristiwa", _one_of(words.FACTS, "Peristiwa ini tidak dikenal.")
    ),
    "unit": Named("unit", "unit", "Unit kerja", _words),
    "flag": Named("tanda", "flag", "Tanda", _one_of(FLAGS, "Tanda ini tidak dikenal.")),
    "recorded_from": Named("tercatat_dari", "recorded_from", "Dicatat mulai", _from),
    "recorded_before": Named("tercatat_sampai", "recorded_to", "Dicatat sampai", _upto),
    "effective_from": Named("berlaku_dari", "effective_from", "Berlaku mulai", _day),
    "effective_to": Named("berlaku_sampai", "effective_to", "Berlaku sampai", _day),
    "subject": Named("subjek", "subject", "Pengenal", _subject),
    "sop": Named("sop", "sop", "SOP", _words),
    "cause": Named("sebab", "cause", "Nomor permintaan", _words),
}


@dataclass(frozen=True)
class Filters:
    """What was asked of the trail, as it was typed and as it is understood."""

    asked: Asked
    typed: Mapping[str, str]  # by the name in an address of pages; what could be read or not
    faults: Mapping[str, list[str]] = field(default_factory=dict)

    def address(self, **more: Any) -> str:
        """The same question in an address, with more."""
        return urlencode({**self.typed, **{k: v for k, v in more.items() if v not in ("", None)}})

    def said(self, seat: Seat, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """The question in words, for whoever reads the file later."""
        found = []
        for name, named in NAMED.items():
            if typed := self.typed.get(named.page):
                found.append((_(named.label), _said(name, typed, seat, names)))
        return found

    @property
    def is_narrow(self) -> bool:
        return bool(self.typed)


def _said(name: str, typed: str, seat: Seat, names: Mapping[str, str]) -> str:
    match name:
        case "by":
            return names[typed]
        case "role":
            return words.role(typed)
        case "kind":
            return words.KINDS[typed]
        case "tag":
            return words.FACTS.get(typed, typed)
        case "flag":
            return FLAGS[typed]
        case "unit":
            return seat.desk.body.units.get(typed, typed)
        case "recorded_from" | "recorded_before" | "effective_from" | "effective_to":
            return words.day(asking.day(typed))
    return typed


def filters(args: Mapping[str, str], seat: Seat, *, api: bool = False) -> Filters:
    """Read the question; what cannot be read is left out and said beside its field."""
    found: dict[str, Any] = {}
    typed: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    for name, named in NAMED.items():
        address = named.api if api else named.page
        said = args.get(address, "").strip()
        if not said:
            continue
        typed[named.page] = said
        try:
            found[name] = named.read(said, seat.desk.body.zone)
        except ValueError as error:
            faults[address] = [str(error)]
        except OverflowError:
            faults[address] = [_("Tanggal harus ditulis seperti 2026-03-02.")]
    for first, last in (("recorded_from", "recorded_before"), ("effective_from", "effective_to")):
        if first in found and last in found and found[first] > found[last]:
            faults[NAMED[last].api if api else NAMED[last].page] = [
                _("Tanggal akhir mendahului tanggal awal.")
            ]
    return Filters(Asked(**found, units=seat.units), typed, faults)


def must_be_sound(found: Filters) -> Filters:
    if found.faults:
        raise ValidationError(dict(found.faults))
    return found


# Facts told


@dataclass(frozen=True)
class Told:
    """One fact of the trail, as people read it."""

    row: Row
    subject: str  # title, number, name
    address: str  # of the subject at that very moment; "": there is no page to show
    lines: tuple[str, ...]  # what it says; nothing that is closed

    def __getattr__(self, name: str) -> Any:
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def flags(self) -> list[str]:
        return [*([BACKDATED] if self.row["backdated"] else []), *self.row["flags"]]


def told(seat: Seat, rows: Rows) -> list[Told]:
    """What these rows of the trail say, and of what."""
    audit = seat.register.audit
    facts = audit.facts(row["position"] for row in rows)
    titles = audit.titles(row["id"] for row in rows)
    return [_told(seat, row, facts.get(row["position"]), titles.get(row["id"])) for row in rows]


def _told(seat: Seat, row: Row, fact: Recorded[Any] | None, known: Row | None) -> Told:
    kind, unit = row["kind"], row["unit"]
    of_several = seat.units is not None and kind == "decree" and unit == ""
    lines = tuple(words.told(fact.fact)) if fact and not of_several else ()
    if known is not None and kind == "item" and not seat.sees(known["unit"]):
        then = seat.register.audit.state(row["id"], row["position"])
        return Told(row, then["title"] if then else "", "", lines)
    return Told(row, _subject_called(seat, row, known), _address(row), lines)


def _subject_called(seat: Seat, row: Row, known: Row | None) -> str:
    if row["kind"] == "pledge":
        units = {"": seat.desk.body.name, **seat.desk.body.units}
        return _("Maklumat %(unit)s", unit=units.get(row["unit"], row["unit"]))
    if known is None or not known["title"]:
        return words.KINDS.get(row["kind"], row["kind"])
    return str(known["title"])


def _address(row: Row) -> str:
    match row["kind"]:
        case "item":
            return url_for("pages.one", item_id=row["id"], tercatat_pada=row["version"])
        case "decree":
            return url_for("pages.decree_page", decree_id=row["id"])
        case "pledge":
            return url_for("pages.pledge_page", unit_slug=row["unit"] or "badan")
    return ""


# The list's rows


COLUMNS = Words(
    {
        "status": "Status",
        "title": "Judul informasi",
        "summary": "Uraian",
        "document": "Dokumen",
        "part": "Bagian yang dikecualikan",
        "unit": "Unit kerja",
        "holder": "Penanggung jawab",
        "form": "Bentuk",
        "grounds": "Dasar pengecualian",
        "laws": "Peraturan yang dirujuk",
        "period_words": "Jangka waktu",
        "ends_on": "Hari terakhir dikecualikan",
        "review_on": "Tinjau ulang",
        "determined_on": "Ditetapkan",
        "decree_no": "Nomor penetapan",
        "tested_on": "Diuji",
        "conclusion": "Kesimpulan uji",
        "opinions": "Pertimbangan tim",
        "approved": "Disetujui",
        "channels": "Saluran pengumuman",
        "published": "Di halaman publik",
        "published_on": "Diumumkan",
        "soft_place": "Tempat simpan elektronik",
        "hard_place": "Tempat simpan kertas",
        "holds": "Penahanan",
        "opened_on": "Terbuka sejak",
        "opened_why": "Dibuka karena",
        "event": "Peristiwa",
    }
)
DAYS = frozenset(
    {"ends_on", "review_on", "determined_on", "tested_on", "published_on", "opened_on"}
)


@dataclass(frozen=True)
class Change:
    """One field of a row of the list, before and after."""

    label: str
    was: str
    now: str


def changes(seat: Seat, was: Row | None, now: Row | None) -> list[Change]:
    """The fields in which two states of an item differ; each as the list would show it."""
    before, after = was or {}, now or {}
    found = []
    for name in COLUMNS:
        if before.get(name) != after.get(name):
            old, new = shown(seat, name, before.get(name)), shown(seat, name, after.get(name))
            if old != new:
                found.append(Change(COLUMNS[name], old, new))
    return found


def shown(seat: Seat, name: str, value: Any) -> str:
    if value in (None, "", [], 0) and value is not False:
        return ""
    if name in DAYS:
        return words.day(date.fromisoformat(value))
    match name, value:
        case "status", _value:
            return words.STATUSES.get(value, value)
        case "unit", _value:
            return seat.desk.body.units.get(value, value)
        case "grounds", list():
            return ", ".join(map(words.ground, value))
        case "form", _value:
            return words.FORMS.get(value, value)
        case "conclusion", _value:
            return words.CONCLUSIONS.get(value, value)
        case "opened_why", _value:
            return words.OPENED.get(value, value)
        case _name, bool():
            return _("ya") if value else _("tidak")
        case _name, list():
            return ", ".join(map(str, value))
    return str(value)


# Moments


BY_RECORD, BY_EFFECT = "pencatatan", "keberlakuan"


@dataclass(frozen=True)
class Moment:
    """A moment of the list: by when it was recorded, or by when it took effect."""

    typed: str
    by: str
    said: str
    on: date | None = None
    position: int | None = None

    @property
    def place(self) -> tuple[date | None, int | None]:
        return self.on, self.position


def moment(typed: str, by: str, seat: Seat) -> Moment:
    """A day, a time, or the number of a fact; raises a `ValueError` of one sentence."""
    audit, body = seat.register.audit, seat.desk.body
    typed = typed.strip()
    if not typed:
        return Moment("", BY_RECORD, _("sekarang"), position=audit.head())
    if typed.isascii() and typed.isdecimal() and len(typed) != 4:
        number = position(typed)
        said = _("sesudah catatan nomor %(n)s", n=words.number(number))
        return Moment(typed, BY_RECORD, said, position=number)
    if "T" in typed:
        at = asking.moment(typed, body.zone)
        said = _("tercatat sampai %(at)s", at=words.moment(at, body.zone, body.zone_name))
        return Moment(typed, BY_RECORD, said, position=audit.position_at(at))
    day = asking.day(typed)
    if by == BY_EFFECT:
        return Moment(typed, BY_EFFECT, _("berlaku pada %(day)s", day=words.day(day)), on=day)
    try:
        end = midnight(day + timedelta(days=1), body.zone) - timedelta(microseconds=1)
    except OverflowError:
        raise ValueError(_("Tanggal harus ditulis seperti 2026-03-02.")) from None
    said = _("tercatat sampai akhir %(day)s", day=words.day(day))
    return Moment(typed, BY_RECORD, said, position=audit.position_at(end))


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


# As plain data, for files and for programs


HEADINGS = Words(
    {
        "position": "Nomor catatan",
        "recorded_at": "Tercatat",
        "at": "Diputus",
        "on": "Berlaku",
        "kind": "Tentang",
        "fact": "Peristiwa (kode)",
        "fact_title": "Peristiwa",
        "subject": "Pengenal",
        "title": "Judul",
        "version": "Versi",
        "unit": "Unit kerja",
        "by": "Pelaku (pengenal)",
        "by_name": "Pelaku",
        "role": "Selaku",
        "principal": "Mewakili",
        "delegation": "Surat penunjukan",
        "sop": "SOP",
        "sop_step": "Langkah SOP",
        "flags": "Tanda",
        "content": "Isi",
        "cause": "Nomor permintaan",
    }
)


def plainly(one: Told, names: Mapping[str, str], zone: str) -> Row:
    """A fact of the trail as JSON can hold it."""
    row = one.row
    local = ZoneInfo(zone)
    return {
        "position": row["position"],
        "recorded_at": row["recorded_at"].astimezone(local).isoformat(timespec="seconds"),
        "at": row["at"].astimezone(local).isoformat(timespec="seconds"),
        "on": row["on_date"].isoformat(),
        "kind": row["kind"],
        "fact": row["tag"],
        "fact_title": words.FACTS.get(row["tag"], row["tag"]),
        "subject": str(row["id"]),
        "title": one.subject,
        "version": row["version"],
        "unit": row["unit"],
        "by": row["by_id"],
        "by_name": names[row["by_id"]],
        "role": row["as_role"],
        "principal": row["principal"],
        "delegation": row["delegation"],
        "sop": row["sop_number"] or row["sop_key"],
        "sop_step": row["sop_step"],
        "flags": one.flags,
        "content": list(one.lines),
        "cause": row["cause"],
    }
