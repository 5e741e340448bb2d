"""What a dossier says of facts, in the Indonesian of official papers: for people, never for checks.

Screens have words of their own (`web.words`), which follow the reader's language; a paper that is
filed in a case has one language for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain import item
from domain.calendar import spelled
from domain.ground import Category, Ground
from domain.history import SYSTEM, TAGS, Pin, Recorded
from domain.item import Conclusion, Moment, Opening, Segregability, Status
from domain.officer import ROLE_TITLES, Role

EVENTS = {
    "item.submitted": "Usulan pengecualian",
    "item.taken_over": "Pengambilalihan dari daftar lama",
    "item.confirmed": "Konfirmasi butir",
    "item.revised": "Perbaikan usulan",
    "item.consequence_tested": "Pengujian konsekuensi",
    "item.gate_overridden": "Pengujian dilanjutkan dengan catatan",
    "item.considered": "Pertimbangan",
    "item.approved": "Persetujuan",
    "item.rejected": "Pengembalian usulan",
    "item.determined": "Penetapan pengecualian",
    "item.reclassified": "Perubahan klasifikasi",
    "item.archived": "Pengarsipan",
    "item.uploaded": "Pengumuman dalam daftar",
    "item.period_event_recorded": "Pencatatan peristiwa",
    "item.notice_recomputed": "Penghitungan ulang hari peringatan",
    "item.review_raised": "Peringatan kepada pejabat",
    "item.reviewed": "Tinjau ulang",
    "item.opening_approved": "Persetujuan pembukaan",
    "item.declassified": "Pembukaan",
    "item.held": "Penahanan",
    "item.released": "Pencabutan penahanan",
    "item.corrected": "Koreksi salah tulis",
    "item.withdrawn": "Penarikan usulan",
}
CONCLUSIONS = {
    Conclusion.EXEMPT: "dikecualikan",
    Conclusion.PARTLY: "dikecualikan sebagian",
    Conclusion.OPEN: "terbuka",
}
MOMENTS = {
    Moment.BEFORE_REQUEST: "sebelum ada permohonan",
    Moment.ON_REQUEST: "karena ada permohonan",
    Moment.BY_PANEL_ORDER: "atas perintah Majelis Komisioner",
}
OPENINGS = {
    Opening.AT_END: "menjelang akhir jangka waktu",
    Opening.BY_LAW: "demi hukum",
    Opening.NEW_TEST: "hasil uji baru",
    Opening.CONSENT: "persetujuan tertulis",
    Opening.PUBLIC_OFFICE: "menyangkut jabatan publik",
    Opening.OPEN_TRIAL: "dibuka dalam sidang terbuka",
    Opening.OBJECTION: "keberatan dikabulkan",
    Opening.RULING: "putusan Komisi Informasi atau pengadilan",
}
STATUSES = {
    Status.UNKNOWN: "belum tercatat sama sekali",
    Status.TAKEN_OVER: "diambil alih dari daftar lama, belum dikonfirmasi",
    Status.PROPOSED: "diusulkan, belum ditetapkan",
    Status.TESTED: "telah diuji, belum ditetapkan",
    Status.APPROVED: "disetujui, belum ditetapkan",
    Status.REJECTED: "dikembalikan kepada pengusul",
    Status.EXEMPT: "dikecualikan",
    Status.OPEN: "terbuka",
    Status.NOT_EXEMPT: "terbuka menurut hasil uji",
    Status.WITHDRAWN: "usulannya ditarik",
}
HOLDS = {"dispute": "sengketa informasi", "audit": "audit", "investigation": "penyidikan"}
FIELDS = {
    "title": "judul",
    "summary": "uraian",
    "holder": "penanggung jawab",
    "medium": "media penyimpanan",
}


def event(fact: Any) -> str:
    tag = TAGS.get(type(fact), "")
    return EVENTS.get(tag, tag)


def moment(at: datetime, zone: str, zone_name: str) -> str:
    """2 Maret 2026 pukul 08.30.05 WIB"""
    local = at.astimezone(ZoneInfo(zone))
    return f"{spelled(local.date())} pukul {local:%H.%M.%S} {zone_name}"


def actor(recorded: Recorded[Any]) -> str:
    """Who acted, by the id the register knows him by, and as what."""
    if recorded.by == SYSTEM:
        return "sistem (penjadwal)"
    said = f"{recorded.by}, {role(recorded.as_role)}" if recorded.as_role else recorded.by
    if recorded.principal:
        decree = f" ({recorded.delegation})" if recorded.delegation else ""
        said += f", mewakili {recorded.principal}{decree}"
    return said


def role(name: str) -> str:
    return ROLE_TITLES[Role(name)] if name in list(Role) else name


def procedure(pin: Pin | None) -> str:
    """The SOP an act was done under, as it was numbered that day."""
    if pin is None:
        return "tanpa SOP"
    said = f"SOP {pin.number or pin.key}"
    said += f" revisi {pin.revision}" if pin.revision else ""
    said += f", langkah {pin.step}" if pin.step is not None else ", urutan menurut undang-undang"
    return said if pin.in_force else f"{said}; di luar masa berlakunya"


def ground(one: Ground, categories: Mapping[str, Category]) -> str:
    """Pasal 17 huruf h angka 3, and what the law protects there."""
    category = categories.get(one.huruf)
    if category is None:
        return str(one)
    if one.angka and one.angka <= len(category.angka):
        return f"{one}: {category.angka[one.angka - 1]}"
    return f"{one}: {category.title}"


def segregability(answer: Segregability) -> str:
    """Whether the rest can be given, UU 14/2008 Ps 22(7) e."""
    match answer:
        case Segregability(separable=True, parts=parts):
            return f"Ya. Yang tetap ditutup: {parts or 'tidak disebut'}. Selebihnya diberikan."
        case Segregability(separable=False, justification=why):
            return f"Tidak. Alasannya: {why or 'tidak disebut'}."
    return "Belum dijawab."


def told(fact: Any) -> Iterator[str]:
    """What a fact says, line by line. Of what is `closed` nothing: that has a place of its own."""
    match fact:
        case item.TakenOver(source=source):
            yield f"Berkas {source.file}, baris {source.row}"
        case item.ConsequenceTested(test=test):
            grounds = ", ".join(map(str, test.grounds)) or "tanpa dasar"
            yield f"Kesimpulan: {CONCLUSIONS[test.conclusion]} ({grounds})"
            if test.part:
                yield f"Bagian yang diuji: {test.part}"
            asked = f" ({test.reference})" if test.reference else ""
            yield f"Dilakukan {MOMENTS[test.moment]}{asked}"
        case item.GateOverridden(reason=reason):
            yield f"Alasan uji belum lengkap; dilanjutkan karena: {reason}"
        case item.Considered(favours=favours, opinion=opinion, minutes_no=minutes):
            yield f"Pendapat: {CONCLUSIONS[favours]}. {opinion}"
            if minutes:
                yield f"Berita acara {minutes}"
        case item.Approved(note=note) if note:
            yield note
        case item.OpeningApproved(why=why, note=note):
            yield f"Alasan: {OPENINGS[why]}. {note}".strip()
        case item.Rejected(reason=reason) | item.Withdrawn(reason=reason):
            yield reason
        case item.Determined() | item.Reclassified():
            yield f"Penetapan nomor {fact.number}"
            yield f"Jangka waktu: {fact.determination.period.words}"
            if fact.ends_on:
                yield f"Berakhir {spelled(fact.ends_on)}"
            elif fact.review_on:
                yield f"Ditinjau ulang {spelled(fact.review_on)}"
        case item.Archived(soft_place=soft, hard_place=hard):
            yield from [f"Elektronik: {soft}"] * bool(soft)
            yield from [f"Kertas: {hard}"] * bool(hard)
        case item.Uploaded(channels=channels):
            yield from (f"{channel.address}, {spelled(channel.on)}" for channel in channels)
        case item.PeriodEventRecorded(event=what, happened_on=on, evidence=shown):
            yield f"{what}, {spelled(on)} ({shown})"
        case item.NoticeRecomputed(notice=notice, was=was):
            yield f"Semula {spelled(was.due)}, menjadi {spelled(notice.due)}"
        case item.ReviewRaised(due=due):
            yield f"Jatuh tempo {spelled(due)}"
        case item.Reviewed(reason=reason, review_on=on):
            yield reason
            yield f"Tinjau ulang berikutnya {spelled(on)}"
        case item.Declassified(why=why, evidence=shown, duty_missed=missed):
            yield f"{OPENINGS[why].capitalize()}{f': {shown}' if shown else ''}"
            if missed:
                yield "Tidak ada keputusan sampai jangka waktu berakhir"
        case item.Held() | item.Released():
            yield f"{HOLDS.get(fact.kind, fact.kind).capitalize()} {fact.reference}: {fact.reason}"
        case item.Corrected(field=field, was=before, now=now, reason=reason):
            yield f"{FIELDS.get(field, field).capitalize()}: “{before}” menjadi “{now}”"
            yield f"Alasan: {reason}"
