"""What officials call things. Everything they read that is not the law's own words is here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from domain import body, calendar, decree, item, law, officer, pledge, procedure, publication
from domain.calendar import Week, spelled
from domain.decree import Effect
from domain.ground import Category, Ground
from domain.history import SYSTEM, TAGS
from domain.item import Conclusion, Form, Moment, Opening
from domain.officer import ROLE_TITLES
from domain.period import Kind, Period, Unit
from domain.procedure import ServiceTime, StepTime, TimeKind
from web.language import Words, _, language, ngettext

STATUSES = Words(
    {
        "taken-over": "Diambil alih, belum dikonfirmasi",
        "proposed": "Diusulkan",
        "tested": "Telah diuji",
        "approved": "Disetujui",
        "rejected": "Dikembalikan",
        "exempt": "Dikecualikan",
        "open": "Terbuka",
        "not-exempt": "Terbuka menurut uji",
        "withdrawn": "Ditarik",
    }
)
STAGES = Words(
    {
        "draft": "Konsep daftar",
        "approved": "Disetujui, menunggu penetapan",
        "issued": "Berlaku",
        "amended": "Berlaku, telah diubah",
        "replaced": "Dicabut dan diganti",
    }
)
PLEDGE_STATUSES = Words(
    {
        "unknown": "Belum ada",
        "drafted": "Konsep, menunggu penetapan",
        "returned": "Dikembalikan",
        "determined": "Ditetapkan, belum diumumkan",
        "announced": "Diumumkan",
    }
)
ACTS = Words(
    {
        "submit": "Usulkan pengecualian",
        "confirm": "Konfirmasi butir",
        "revise": "Perbaiki usulan",
        "test_consequence": "Uji konsekuensi",
        "consider": "Beri pertimbangan",
        "approve": "Setujui pengecualian",
        "reject": "Kembalikan usulan",
        "determine": "Tetapkan dalam surat penetapan",
        "archive": "Catat pengarsipan",
        "upload": "Umumkan dalam daftar",
        "record_event": "Catat peristiwa",
        "review": "Tinjau ulang",
        "approve_opening": "Setujui pembukaan",
        "declassify": "Tetapkan pembukaan",
        "hold": "Tahan butir",
        "release": "Cabut penahanan",
        "correct": "Koreksi salah tulis",
        "withdraw": "Tarik usulan",
    }
)
DECREE_ACTS = Words(
    {
        "draft": "Susun konsep daftar",
        "change_lines": "Ubah isi konsep",
        "approve_draft": "Setujui konsep",
        "return_draft": "Kembalikan konsep",
        "issue": "Terbitkan surat penetapan",
    }
)
PLEDGE_ACTS = Words(
    {
        "draft": "Susun konsep maklumat",
        "return": "Kembalikan konsep",
        "determine": "Tetapkan maklumat",
        "announce": "Catat pengumuman",
    }
)
WHY_AWAITED = Words(
    {
        "confirm": "Butir diambil alih dari daftar lama dan belum dikonfirmasi.",
        "revise": "Usulan dikembalikan dan menunggu perbaikan.",
        "test_consequence": "Usulan menunggu pengujian konsekuensi.",
        "consider": "Hasil uji menunggu pendapat Tim Pertimbangan.",
        "approve": "Hasil uji menunggu persetujuan.",
        "determine": "Telah disetujui dan menunggu surat penetapan.",
        "draft_decree": "Konsep dikembalikan dan menunggu perbaikan.",
        "approve_draft": "Konsep daftar menunggu persetujuan.",
        "issue": "Konsep daftar telah disetujui dan menunggu surat penetapan.",
        "archive": "Telah ditetapkan, tempat simpan dokumennya belum dicatat.",
        "upload": "Telah ditetapkan, belum diumumkan dalam daftar.",
        "record_event": "Jangka waktunya menunggu suatu peristiwa.",
        "review": "Tanggal tinjau ulangnya sudah tiba.",
        "approve_opening": "Jangka waktunya segera berakhir.",
        "declassify": "Pembukaannya telah disetujui dan menunggu penetapan.",
        "draft": "Konsep maklumat dikembalikan.",
        "announce": "Maklumat telah ditetapkan dan belum diumumkan.",
    }
)
IF_LEFT = Words(
    {
        "confirm": "Butir tidak mempunyai kekuatan sebagai informasi yang dikecualikan.",
        "record_event": "Jangka waktu berjalan tanpa tanggal akhir sampai peristiwanya dicatat.",
        "review": "Butir tetap tertutup, tetapi kewajiban meninjau tercatat terlewati.",
        "archive": "Dokumen tidak dapat ditemukan ketika diminta majelis atau auditor.",
        "upload": "Publik tidak mengetahui bahwa informasi ini dikecualikan.",
        "announce": "Batas 7 hari kerja sejak standar pelayanan ditetapkan dapat terlewati.",
    }
)
IF_LEFT_PROPOSED = "Informasi ini belum dikecualikan; permohonan tidak dapat ditolak karenanya."
FIELDS = Words(
    {
        "title": "Judul informasi",
        "summary": "Uraian",
        "document": "Dokumen",
        "holder": "Penanggung jawab",
        "medium": "Media penyimpanan",
        "unit": "Unit kerja",
        "grounds": "Dasar pengecualian",
        "period": "Jangka waktu",
        "ends_on": "Tanggal akhir",
        "consequence": "Konsekuensi",
        "consequence_if_opened": "Konsekuensi bila dibuka",
        "benefit_if_closed": "Manfaat bila ditutup",
    }
)
CALLS = Words(
    {
        item.Call.END: "Jangka waktu berakhir",
        item.Call.REVIEW: "Tinjau ulang jatuh",
        item.Call.EVENT: "Ditanyakan",
    }
)
FORMS = Words(
    {
        Form.BOTH: "Kertas dan elektronik",
        Form.HARD: "Kertas",
        Form.SOFT: "Elektronik",
    }
)
MOMENTS = Words(
    {
        Moment.BEFORE_REQUEST: "Sebelum ada permohonan",
        Moment.ON_REQUEST: "Karena ada permohonan",
        Moment.BY_PANEL_ORDER: "Atas perintah Majelis Komisioner",
    }
)
CONCLUSIONS = Words(
    {
        Conclusion.EXEMPT: "Dikecualikan",
        Conclusion.PARTLY: "Dikecualikan sebagian",
        Conclusion.OPEN: "Terbuka",
    }
)
OPENINGS = Words(
    {
        Opening.AT_END: "Menjelang akhir jangka waktu (Pasal 11 ayat (1) dan (2) PP 61/2010)",
        Opening.NEW_TEST: "Hasil uji baru (Pasal 10 PP 61/2010)",
        Opening.CONSENT: "Persetujuan tertulis (Pasal 18 ayat (2) huruf a UU 14/2008)",
        Opening.PUBLIC_OFFICE: "Menyangkut jabatan publik (Pasal 18 ayat (2) huruf b UU 14/2008)",
        Opening.OPEN_TRIAL: "Dibuka dalam sidang terbuka (Pasal 5 ayat (2) PP 61/2010)",
        Opening.OBJECTION: "Keberatan dikabulkan",
        Opening.RULING: "Putusan Komisi Informasi atau pengadilan",
    }
)
OPENED = Words({**OPENINGS, Opening.BY_LAW: "Demi hukum (Pasal 11 ayat (3) PP 61/2010)"})
HOLDS = Words({"dispute": "Sengketa informasi", "audit": "Audit", "investigation": "Penyidikan"})
CHANNELS = Words(
    {
        "sidik": "Halaman publik SIDIK",
        "website": "Situs web",
        "papan-pengumuman": "Papan pengumuman",
        "lainnya": "Lainnya",
    }
)
PLEDGE_CHANNELS = Words(
    {
        "papan-pengumuman": "Papan pengumuman",
        "website": "Situs web",
        "media-sosial": "Media sosial",
        "aplikasi": "Aplikasi",
        "lainnya": "Lainnya",
    }
)
ACCESSIBLE_FORMS = Words({"audio": "Audio", "visual": "Visual", "braille": "Braille"})
EFFECTS = Words(
    {
        Effect.AMENDS: "Mengubah penetapan itu",
        Effect.REPLACES: "Mencabut dan mengganti penetapan itu",
    }
)
PERIOD_KINDS = Words(
    {
        Kind.YEARS: "Selama waktu tertentu sejak penetapan",
        Kind.FIXED_UNTIL: "Sampai tanggal tertentu",
        Kind.AFTER_EVENT: "Selama waktu tertentu setelah suatu peristiwa",
        Kind.UNTIL_EVENT: "Sampai suatu peristiwa terjadi",
        Kind.WHILE_CONDITION: "Selama suatu keadaan berlangsung",
        Kind.AS_NEEDED: "Selama dibutuhkan",
        Kind.UNLIMITED: "Tidak terbatas",
    }
)
PERIOD_UNITS = Words(
    {
        Unit.YEARS: "tahun",
        Unit.MONTHS: "bulan",
        Unit.DAYS: "hari",
        Unit.WORKING_DAYS: "hari kerja",
    }
)
KINDS = Words(
    {
        "item": "Butir",
        "decree": "Surat penetapan",
        "pledge": "Maklumat pelayanan",
        "publication": "Daftar yang diumumkan",
        "officer": "Pejabat",
        "body": "Badan publik",
        "calendar": "Kalender",
        "law": "Register hukum",
    }
)
DECISIONS = Words({**procedure.DECISIONS["item"], **procedure.DECISIONS["pledge"]})
WEEK = Words({text: text for week in Week for text in (week.words, *week.rest.values())})
FACTS = Words(
    {
        "item.submitted": "Diusulkan untuk dikecualikan",
        "item.taken_over": "Diambil alih dari daftar lama",
        "item.confirmed": "Dikonfirmasi",
        "item.revised": "Usulan diperbaiki",
        "item.consequence_tested": "Diuji konsekuensinya",
        "item.gate_overridden": "Pengujian dilanjutkan dengan catatan",
        "item.considered": "Dipertimbangkan",
        "item.approved": "Disetujui",
        "item.rejected": "Dikembalikan",
        "item.determined": "Ditetapkan dikecualikan",
        "item.reclassified": "Klasifikasi diubah",
        "item.archived": "Diarsipkan",
        "item.uploaded": "Diumumkan dalam daftar",
        "item.period_event_recorded": "Peristiwa dicatat",
        "item.notice_recomputed": "Hari peringatan dihitung ulang",
        "item.review_raised": "Pejabat diingatkan",
        "item.reviewed": "Ditinjau ulang",
        "item.opening_approved": "Pembukaan disetujui",
        "item.declassified": "Terbuka untuk publik",
        "item.held": "Ditahan",
        "item.released": "Penahanan dicabut",
        "item.corrected": "Salah tulis dikoreksi",
        "item.withdrawn": "Usulan ditarik",
        "decree.drafted": "Konsep disusun",
        "decree.lines_changed": "Isi konsep diubah",
        "decree.draft_approved": "Konsep disetujui",
        "decree.draft_returned": "Konsep dikembalikan",
        "decree.issued": "Surat penetapan terbit",
        "decree.superseded": "Diubah atau diganti penetapan lain",
        "pledge.drafted": "Konsep maklumat disusun",
        "pledge.returned": "Konsep maklumat dikembalikan",
        "pledge.determined": "Maklumat ditetapkan",
        "pledge.announced": "Maklumat diumumkan",
        "publication.snapshot": "Potret daftar diambil",
        "officer.appointed": "Pejabat dicatat",
        "officer.role_granted": "Jabatan PPID diberikan",
        "officer.role_ended": "Jabatan PPID berakhir",
        "officer.delegation_given": "Penunjukan Plt/Plh",
        "officer.delegation_ended": "Plt/Plh berakhir",
        "body.established": "Register dibuka",
        "body.unit_added": "Unit kerja dicatat",
        "body.procedure_adopted": "SOP diberlakukan",
        "body.policy_set": "Kebijakan badan ditetapkan",
        "calendar.year_seeded": "Kalender setahun dimuat",
        "calendar.day_declared_off": "Hari libur ditetapkan",
        "calendar.day_declared_working": "Hari kerja ditetapkan",
        "law.instrument_entered": "Peraturan dicatat",
        "law.instrument_replaced": "Peraturan diganti",
        "law.instrument_amended": "Peraturan diubah",
        "law.grounds_enacted": "Isi Pasal 17 dicatat",
    }
)
FLAGS = Words(
    {
        "outside-sop": "di luar masa berlaku SOP",
        "override": "alasan uji belum lengkap",
        "duty-missed": "tidak diputus pada waktunya",
    }
)
ROLES = Words({role.value: title for role, title in ROLE_TITLES.items()})
MISSING = "—"
DAYS_KEPT = 5000  # days and numbers whose words are remembered, language by language
LOCALES = {"id": Locale("id"), "en": Locale("en", "GB")}


def day(value: date | None) -> str:
    """2 Maret 2026"""
    return MISSING if value is None else _day(value, language())


@lru_cache(maxsize=DAYS_KEPT)
def _day(value: date, spoken: str) -> str:
    return spelled(value) if spoken == "id" else format_date(value, "d MMMM y", LOCALES[spoken])


def short_day(value: date | None) -> str:
    """2 Mar 2026"""
    return _short_day(value, language()) if value else MISSING


@lru_cache(maxsize=DAYS_KEPT)
def _short_day(value: date, spoken: str) -> str:
    return format_date(value, "d MMM y", LOCALES[spoken])


def short_month(value: date) -> str:
    """Mar 2026"""
    return str(format_date(value, "MMM y", LOCALES[language()]))


def moment(value: datetime | None, zone: str, zone_name: str) -> str:
    """2 Maret 2026 pukul 08.30 WIB"""
    if value is None:
        return MISSING
    local = value.astimezone(ZoneInfo(zone))
    if language() == "id":
        return f"{spelled(local.date())} pukul {local:%H.%M} {zone_name}"
    return f"{day(local.date())}, {local:%H:%M} {zone_name}"


def short_moment(value: datetime, zone: str, zone_name: str) -> str:
    """2 Mar 2026, 08.30 WIB"""
    local = value.astimezone(ZoneInfo(zone))
    hour = f"{local:%H.%M}" if language() == "id" else f"{local:%H:%M}"
    return f"{short_day(local.date())}, {hour} {zone_name}"


def number(value: float) -> str:
    """1.234.567,5"""
    return _number(value, language())


@lru_cache(maxsize=DAYS_KEPT, typed=True)
def _number(value: float, spoken: str) -> str:
    return str(format_decimal(value, locale=LOCALES[spoken]))


def role(value: str) -> str:
    if value == SYSTEM:
        return _("Sistem")
    return str(ROLES.get(value, value))


@lru_cache(maxsize=1000)
def ground(code: str) -> str:
    """``h.3``, as lists keep it: Pasal 17 huruf h angka 3."""
    huruf, _, angka = code.partition(".")
    return str(Ground(huruf=huruf, angka=int(angka) if angka.isdecimal() else None))


def tag(fact: Any) -> str:
    return TAGS.get(type(fact), "")


def period(value: Period) -> str:
    """How SIDIK reads a period, for the officer to compare with its words."""
    length = ""
    if value.number and value.unit:
        length = f"{value.number} {PERIOD_UNITS[value.unit]}"
    match value.kind:
        case Kind.YEARS:
            return _("%(length)s sejak penetapan", length=length)
        case Kind.FIXED_UNTIL:
            return _("sampai dengan %(day)s", day=day(value.until))
        case Kind.AFTER_EVENT:
            return _("%(length)s setelah %(event)s", length=length, event=value.event)
        case Kind.UNTIL_EVENT:
            return _("sampai %(event)s", event=value.event)
        case Kind.WHILE_CONDITION:
            condition = re.sub("^selama ", "", value.condition, flags=re.I)
            return _("selama %(condition)s", condition=condition)
        case Kind.AS_NEEDED:
            return _("selama dibutuhkan, tanpa tanggal akhir")
        case Kind.UNLIMITED:
            return _("tidak terbatas, tanpa tanggal akhir")
        case Kind.UNSTATED:
            return _("tidak disebut")


def standard(time: ServiceTime) -> str:
    if time.kind is TimeKind.UNSTATED:
        return _("tidak disebut SOP")
    return time.words


def told(fact: Any) -> Iterator[str]:
    """The gist of a fact for a timeline, line by line. Nothing that is `closed`, ever."""
    if type(fact) in OF_SETTINGS:
        yield from _told_of_settings(fact)
    match fact:
        case item.TakenOver(source=source):
            yield _("%(file)s, baris %(row)s", file=source.file, row=source.row)
        case item.ConsequenceTested(test=test):
            yield _("Kesimpulan: %(what)s", what=CONCLUSIONS[test.conclusion].lower())
            yield _("Jangka waktu: %(words)s", words=test.period.words or MISSING)
        case item.GateOverridden(reason=reason):
            yield reason
        case item.Considered(favours=favours, opinion=opinion):
            yield f"{CONCLUSIONS[favours]}: {opinion}"
        case item.Approved(note=note) | item.OpeningApproved(note=note) if note:
            yield note
        case (
            item.Rejected(reason=reason)
            | item.Withdrawn(reason=reason)
            | decree.DraftReturned(reason=reason)
            | decree.LinesChanged(reason=reason)
            | pledge.Returned(reason=reason)
        ):
            yield reason
        case item.Determined() | item.Reclassified():
            yield _("Penetapan %(number)s", number=fact.number)
            yield _("Jangka waktu: %(words)s", words=fact.determination.period.words)
            if fact.ends_on:
                waits = fact.determination.period.kind in (Kind.AFTER_EVENT, Kind.UNTIL_EVENT)
                said = _("Berakhir paling lambat %(day)s") if waits else _("Berakhir %(day)s")
                yield said % {"day": day(fact.ends_on)}
            elif fact.review_on:
                yield _("Ditinjau ulang %(day)s", day=day(fact.review_on))
        case item.Archived(soft_place=soft, hard_place=hard):
            if soft:
                yield _("Elektronik: %(place)s", place=soft)
            if hard:
                yield _("Kertas: %(place)s", place=hard)
        case item.Uploaded(channels=channels):
            yield from (f"{CHANNELS.get(c.kind, c.kind)}: {c.address}" for c in channels)
        case item.PeriodEventRecorded(event=event, happened_on=happened, evidence=evidence):
            yield f"{event}, {day(happened)} ({evidence})"
        case item.NoticeRecomputed(notice=notice, was=was):
            yield _("Semula %(was)s, menjadi %(now)s", was=day(was.due), now=day(notice.due))
        case item.ReviewRaised(why=why, due=due):
            yield f"{CALLS[why]} {day(due)}"
        case item.Reviewed(reason=reason, review_on=review_on):
            yield reason
            yield _("Tinjau ulang berikutnya %(day)s", day=day(review_on))
        case item.Declassified(why=why, evidence=evidence, duty_missed=missed):
            yield OPENED[why]
            if evidence:
                yield evidence
            if missed:
                yield _("Tidak ada keputusan sampai jangka waktu berakhir")
        case item.Held() | item.Released():
            yield f"{HOLDS.get(fact.kind, fact.kind)} {fact.reference}: {fact.reason}"
        case item.Corrected(field=field, was=was_, now=now, reason=reason):
            yield _(
                "%(field)s: “%(was)s” menjadi “%(now)s”",
                field=FIELDS.get(field, field),
                was=was_,
                now=now,
            )
            yield reason
        case decree.Drafted(title=title, items=items):
            yield _("%(title)s, %(n)s butir", title=title, n=len(items))
        case decree.DraftApproved(items=items):
            yield _("%(n)s butir", n=len(items))
        case decree.Issued(number=number, lines=lines):
            yield _("Nomor %(number)s, %(n)s butir", number=number, n=len(lines))
        case decree.Superseded(number=number, effect=effect):
            amends = effect is Effect.AMENDS
            said = (
                _("Diubah oleh penetapan %(number)s")
                if amends
                else _("Diganti oleh penetapan %(number)s")
            )
            yield said % {"number": number}
        case pledge.Drafted(contents=contents):
            yield contents.title
        case pledge.Determined(number=number) if number:
            yield _("Nomor %(number)s", number=number)
        case pledge.Announced(channels=sites):
            yield from (f"{PLEDGE_CHANNELS.get(c.kind, c.kind)}: {c.address}" for c in sites)
        case publication.Snapshot(number=number, rows=rows):
            yield _("Potret ke-%(number)s, %(n)s butir", number=number, n=rows)
        case _:
            return


def ground_meaning(ground: Ground, categories: Mapping[str, Category]) -> str:
    """Pasal 17 huruf h angka 3, with what the law protects there."""
    category = categories.get(ground.huruf)
    if category is None:
        return str(ground)
    if ground.angka and ground.angka <= len(category.angka):
        return f"{ground}: {category.angka[ground.angka - 1]}"
    return f"{ground}: {category.title}"


def took(step: StepTime) -> str:
    """How long a step took, in the unit its standard counts in."""
    if step.elapsed is None:
        return ""
    if step.working_days is None:
        return lasted(step.elapsed)
    return ngettext("%(num)s hari kerja", "%(num)s hari kerja", step.working_days)


def lasted(elapsed: timedelta) -> str:
    """How long something took, in the largest unit that says it."""
    minutes = max(1, ceil(elapsed.total_seconds() / 60))  # a minute begun is over a minute's limit
    if minutes < 60:
        return ngettext("%(num)s menit", "%(num)s menit", minutes)
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(num)s jam", "%(num)s jam", hours)
    return ngettext("%(num)s hari", "%(num)s hari", hours // 24)


OF_SETTINGS = frozenset(
    kind
    for kind, name in TAGS.items()
    if name.partition(".")[0] in ("law", "calendar", "body", "officer")
)


def _told_of_settings(fact: Any) -> Iterator[str]:
    match fact:
        case officer.Appointed(name=name, position=position):
            yield f"{name}, {position}"
        case officer.RoleGranted(authority=given) | officer.DelegationGiven(authority=given):
            yield f"{given.acting or ''} {role(given.role)}, {given.decree_no}".strip()
            since, until = day(given.since), day(given.until) if given.until else "…"
            yield f"{since} – {until}"
        case officer.RoleEnded(last_on=last) | officer.DelegationEnded(last_on=last):
            yield _("Hari terakhir %(day)s, %(decree)s", day=day(last), decree=fact.decree_no)
        case body.UnitAdded(code=code, name=name):
            yield f"{name} ({code})"
        case body.ProcedureAdopted(since=since, procedure=paper):
            yield _("%(name)s, sejak %(day)s", name=paper.name, day=day(since))
        case body.PolicySet(reason=reason):
            yield reason
        case calendar.YearSeeded(year=year, source=source):
            yield f"{year}: {source}"
        case calendar.DayDeclaredOff(on=on, name=name, decree=decree_no):
            yield f"{day(on)}, {name} ({decree_no})"
        case calendar.DayDeclaredWorking(on=on, decree=decree_no):
            yield f"{day(on)} ({decree_no})"
        case law.InstrumentEntered(instrument=known):
            yield f"{known}, {known.about}"
        case law.InstrumentReplaced() | law.InstrumentAmended():
            yield f"{fact.key} → {fact.by}" + (f", {day(fact.on)}" if fact.on else "")
        case law.GroundsEnacted(since=since, basis=basis):
            yield f"{basis}, {day(since)}"
