"""What a change of the settings would bring about, worked out before anything is recorded.

The change is folded as if it were there, and what is then known is asked the same questions as
ever: which tests are older than the law they rest on, when officers are called, whose turn it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain import procedure as procedures
from domain.body import Body, ProcedureAdopted
from domain.calendar import Calendar, Schedule, changed_since
from domain.desk import Supposed, schedule_of
from domain.history import SYSTEM
from domain.item import notice_before
from domain.law import GroundsEnacted, LawRegister, Status
from domain.officer import Authority, Officer, id_of
from domain.procedure import DECISIONS, Sop
from web import settings_entries as asked
from web import words
from web.language import Words, _, ngettext
from web.office import Seat

LISTED = 50
A_DAY = timedelta(days=1)

STANDINGS = Words(
    {
        Status.IN_FORCE: "Berlaku",
        Status.NOT_YET: "Belum berlaku",
        Status.REPLACED: "Telah diganti",
        Status.UNKNOWN: "Tidak ada dalam register hukum",
    }
)
INSTRUMENT = Words(
    {
        "kind": "Jenis",
        "number": "Nomor",
        "year": "Tahun",
        "about": "Tentang",
        "level": "Tingkat",
        "in_force_from": "Berlaku sejak",
        "aliases": "Sebutan lain",
        "articles": "Pasal terakhir",
        "source": "Sumber teks",
        "confirmed": "Telah dicocokkan dengan teks resminya",
        "note": "Catatan",
    }
)
CATEGORY = Words(
    {
        "title": "Judul",
        "angka": "Angka",
        "may_be_permanent": "Pengecualiannya dapat bersifat permanen",
        "years_max": "Paling lama, dalam tahun",
        "until_opened_in_court": "Berakhir bila dibuka di sidang",
        "needs_legislation": "Jangka waktunya menurut peraturan lain",
        "set_by_top_head": "Jangka waktunya ditetapkan pimpinan tertinggi",
        "needs_act": "Harus menyebut undang-undang lain",
        "opens_by_consent": "Terbuka dengan persetujuan tertulis",
        "period_basis": "Dasar jangka waktunya",
        "topics": "Kata yang menandai huruf ini",
    }
)


@dataclass(frozen=True)
class ItemLink:
    """The name of an item, which leads to it."""

    id: UUID
    title: str


@dataclass(frozen=True)
class Impact:
    """One thing that would change: a sentence, and the first of what it concerns."""

    title: str
    text: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    total: int = 0  # how many there are, of which *rows* are the first
    tone: str = ""  # "bad": somebody has to act; "care": look at it; "ok": nothing lost


@dataclass(frozen=True)
class Preview:
    changes: bool
    impacts: tuple[Impact, ...] = ()


def preview(here: Seat, kind: str, subject_id: UUID, supposed: Supposed) -> Preview:
    """What would follow; where nothing would be recorded, only that."""
    if not supposed.facts:
        return Preview(changes=False)
    found: Iterable[Impact]
    match kind:
        case "law":
            found = _of_law(here, supposed)
        case "calendar":
            found = _of_calendar(here, supposed)
        case "body":
            found = _of_body(here, supposed)
        case _:
            found = _of_officer(here, subject_id, supposed)
    return Preview(changes=True, impacts=tuple(found))


def _unit(here: Seat, unit: str) -> str:
    return here.desk.body.units.get(unit, unit)


def _differences(before: Any, after: Any, called: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [
        (label, _said(getattr(before, name, None)), _said(getattr(after, name)))
        for name, label in called.items()
        if getattr(before, name, None) != getattr(after, name)
    ]


def _said(value: Any) -> str:
    match value:
        case None | "" | ():
            return words.MISSING
        case bool():
            return _("ya") if value else _("tidak")
        case date():
            return words.day(value)
        case tuple():
            return "; ".join(map(str, value))
        case _:
            return str(asked.LEVELS.get(value, str(value)))


def _from_to(first: str) -> tuple[str, str, str]:
    return first, _("Sekarang"), _("Menjadi")


# The law


def _of_law(here: Seat, supposed: Supposed) -> Iterator[Impact]:
    before: LawRegister = supposed.before
    after: LawRegister = supposed.after
    fact = supposed.facts[0]
    if isinstance(fact, GroundsEnacted):
        yield from _of_grounds(here, before, after, fact.since)
        return
    if hasattr(fact, "instrument"):
        known = fact.instrument
        old = before.instrument(known.key)
        yield Impact(
            _("%(name)s dalam register hukum", name=known),
            _("Keterangannya dibetulkan.") if old else _("Peraturan ini belum tercatat."),
            _from_to(_("Keterangan")),
            _differences(old, known, dict(INSTRUMENT.items())),
        )
        total, rows = here.register.views.resting_on(known.key, limit=LISTED)
        if total:
            yield _tests(here, _("Uji konsekuensi yang bersandar padanya"), total, rows)
        return
    yield from _of_change(here, before, after, fact)


def _of_change(here: Seat, before: LawRegister, after: LawRegister, fact: Any) -> Iterator[Impact]:
    key, today = fact.key, here.desk.today
    name = before.instruments[key]
    rows = [
        (words.day(day), *(STANDINGS[known.status(key, day).status] for known in (before, after)))
        for day in sorted({today, *((fact.on,) if fact.on else ())})
    ]
    rows = [(day, was, becomes) for day, was, becomes in rows if was != becomes]
    unknown = _("Tanggal berlakunya belum diketahui, sehingga berlaku pada hari apa pun.")
    stands = _("Tetap berlaku, sebagaimana diubah.")
    yield Impact(
        _("Kedudukan %(name)s", name=name),
        (unknown if fact.on is None else "") or ("" if rows else stands),
        _from_to(_("Pada tanggal")) if rows else (),
        rows,
    )
    then, now = (
        max((c.on for c in known.changes.get(key, ()) if c.on), default=None)
        for known in (before, after)
    )
    views = here.register.views
    if now and (then is None or now > then):
        total, tests = views.resting_on(key, since=then, before=now, limit=LISTED)
        when = "" if now <= today else _("Mulai %(day)s.", day=words.day(now))
        yield _tests(here, _("Uji konsekuensi yang menjadi usang"), total, tests, when, tone="bad")
    elif then and (now is None or now < then):
        total, tests = views.resting_on(key, since=now, before=then, limit=LISTED)
        yield _tests(here, _("Uji konsekuensi yang tidak lagi usang"), total, tests, tone="ok")
    else:
        yield Impact(_("Uji konsekuensi yang menjadi usang"), _("Tidak ada."), tone="ok")


def _tests(
    here: Seat,
    title: str,
    total: int,
    rows: Sequence[Mapping[str, Any]],
    text: str = "",
    tone: str = "care",
) -> Impact:
    if not total:
        return Impact(title, _("Tidak ada."), tone="ok")
    shown = [
        (
            ItemLink(r["id"], r["title"]),
            _unit(here, r["unit"]),
            words.STATUSES[r["status"]],
            r["tested_on"],
        )
        for r in rows
    ]
    columns = _("Informasi"), _("Unit"), _("Status"), _("Diuji")
    return Impact(title, text, columns, shown, total, tone)


def _of_grounds(
    here: Seat, before: LawRegister, after: LawRegister, since: date
) -> Iterator[Impact]:
    was, now = before.categories(since), after.categories(since)
    for huruf in sorted({*was, *now}):
        if was.get(huruf) == now.get(huruf):
            continue
        rows = _differences(was.get(huruf), now[huruf], dict(CATEGORY.items()))
        title = _("Pasal 17 huruf %(huruf)s sejak %(day)s", huruf=huruf, day=words.day(since))
        yield Impact(title, "", _from_to(_("Isi")), rows)
        total, items = here.register.views.closed_under(huruf, limit=LISTED)
        columns = _("Informasi"), _("Unit"), _("Berakhir")
        yield Impact(
            _("Butir yang ditutup dengan huruf %(huruf)s", huruf=huruf),
            _("Penetapan yang sudah ada tetap dibaca menurut hukum pada tanggalnya.")
            if total
            else _("Tidak ada."),
            columns if total else (),
            [(ItemLink(r["id"], r["title"]), _unit(here, r["unit"]), r["ends_on"]) for r in items],
            total,
            "care" if total else "ok",
        )


# The calendar


def _of_calendar(here: Seat, supposed: Supposed) -> Iterator[Impact]:
    before: Calendar = supposed.before
    after: Calendar = supposed.after
    days = changed_since(after, before.version)
    seeded = [day for day in days if day in after.seeded or day in before.seeded]
    rows = [(day, _why(before, day), _why(after, day)) for day in days]
    certain = _certainty(before, after)
    yield Impact(
        ngettext("%(num)s hari berubah", "%(num)s hari berubah", len(rows)) if rows else _("Hari"),
        " ".join(certain) if certain else ("" if rows else _("Tidak ada hari yang berubah.")),
        _from_to(_("Tanggal")) if rows else (),
        rows,
        len(rows) if len(seeded) > LISTED else 0,
    )
    ahead = [day for day in days if day >= here.desk.today]
    spans = here.register.views.notice_spans(ahead) if ahead else []
    yield _moved(here, spans, schedule_of(here.desk.body, after))


def _certainty(before: Calendar, after: Calendar) -> list[str]:
    settled = [
        str(year)
        for year, seed in after.seeds.items()
        if before.seeds.get(year) != seed and not seed.provisional
    ]
    years = ", ".join(settled)
    return [_("Kalender %(years)s menjadi final.", years=years)] if settled else []


def _why(known: Calendar, day: date) -> str:
    off = known.off(day)
    if off is None:
        by_decree = day in known.decreed
        return _("hari kerja menurut keputusan") if by_decree else _("bukan hari libur")
    return f"{off.name} ({_('perkiraan')})" if off.estimated else off.name


def _moved(here: Seat, spans: Sequence[Mapping[str, Any]], schedule: Schedule) -> Impact:
    """The notices that come out on another day, counted anew as the clock would."""
    title = _("Hari peringatan yang bergeser")
    moves: dict[tuple[date, date], date] = {}
    total = 0
    for span in spans:
        again = notice_before(span["window_to"], schedule)
        if again and again.due != span["due_on"]:
            moves[span["due_on"], span["window_to"]] = again.due
            total += span["items"]
    if not moves:
        return Impact(title, _("Tidak ada."), tone="ok")
    items = here.register.views.notices_over(list(moves), limit=LISTED)
    rows = [
        (
            ItemLink(row["id"], row["title"]),
            _unit(here, row["unit"]),
            row["window_to"],
            row["due_on"],
            moves[row["due_on"], row["window_to"]],
        )
        for row in items
    ]
    text = _("Dihitung ulang pada hari berikutnya; hasil lama tetap tersimpan.")
    columns = _("Informasi"), _("Unit"), _("Berakhir"), _("Peringatan semula"), _("Menjadi")
    return Impact(title, text, columns, rows, total, "care")


# The body


def _of_body(here: Seat, supposed: Supposed) -> Iterator[Impact]:
    before: Body = supposed.before
    after: Body = supposed.after
    fact = supposed.facts[0]
    if isinstance(fact, ProcedureAdopted):
        yield from _of_procedure(here, before, after, fact)
    elif hasattr(fact, "policy"):
        yield from _of_policy(here, before, after)
    else:
        old = before.units.get(fact.code)
        text = _("Unit baru ini belum menguasai butir apa pun.")
        if old:
            text = _("Butir dan jabatan unit ini tetap; yang berubah hanya namanya.")
        title = _("Unit kerja %(code)s", code=fact.code)
        yield Impact(title, text, _from_to(_("Kode")), [(fact.code, _said(old), fact.name)])


def _of_policy(here: Seat, before: Body, after: Body) -> Iterator[Impact]:
    rows = _differences(before.policy, after.policy, dict(asked.POLICIES.items()))
    yield Impact(_("Kebijakan"), "", _from_to(_("Pilihan")), rows)
    if before.policy.joint_leave_off != after.policy.joint_leave_off:
        spans = here.register.views.notice_spans()
        yield _moved(here, spans, schedule_of(after, here.desk.calendar))
    if before.policy.opening_needs_head != after.policy.opening_needs_head:
        waiting = sum(
            row["tasks"]
            for row in here.register.views.awaiting()
            if row["decision"] in ("approve_opening", "declassify")
        )
        title = _("Pembukaan yang sedang menunggu")
        yield Impact(title, _tasks(waiting), tone="care" if waiting else "ok")


def _tasks(number: int) -> str:
    if not number:
        return _("Tidak ada.")
    return ngettext("%(num)s pekerjaan.", "%(num)s pekerjaan.", number)


def _of_procedure(
    here: Seat, before: Body, after: Body, fact: ProcedureAdopted
) -> Iterator[Impact]:
    subject, since = fact.procedure.subject, fact.since
    law = here.desk.statutory[subject]

    def papers(unit: str) -> tuple[Sop, Sop]:
        was, now = (known.procedure(subject, unit=unit, on=since) for known in (before, after))
        return (was, law), (now, law)

    own = papers(fact.unit)
    units = [unit for unit in ["", *after.units] if papers(unit)[0] != papers(unit)[1]]
    names = [after.units.get(unit, _("seluruh badan")) for unit in units]
    old = own[0][0]
    replaced = _("Menggantikan SOP %(name)s.", name=old.name) if old else _("SOP pertama.")
    yield Impact(
        _("%(name)s sejak %(day)s", name=fact.procedure.name, day=words.day(since)),
        " ".join([replaced, _("Berlaku bagi: %(units)s.", units="; ".join(names) or "—")]),
    )
    notes = [
        found.text
        for found in (
            procedures.outside_effective_dates(fact.procedure, max(since, here.desk.today)),
            *procedures.missing_particulars(fact.procedure),
        )
        if found
    ]
    if notes:
        rows = [(note,) for note in notes]
        yield Impact(_("Perlu diperhatikan"), rows=rows, tone="care")
    yield from _vacant(here, fact)
    changed = procedures.differences(*own)
    called = DECISIONS[subject]
    yield Impact(
        _("Langkah yang berbeda"),
        "" if changed else _("Tidak ada."),
        _from_to(_("Tindakan")) if changed else (),
        [(called[each.decision], _place(each.before), _place(each.after)) for each in changed],
        tone="" if changed else "ok",
    )
    yield _hands(here, subject, {unit: papers(unit) for unit in units})


def _vacant(here: Seat, fact: ProcedureAdopted) -> Iterator[Impact]:
    """Steps that would wait for an office in which nobody is."""
    day = max(fact.since, here.desk.today)
    held = {
        each["role"]
        for row in here.register.views.officers()
        for each in row["authorities"]
        if _is_on(each, day) and (not fact.unit or each["unit"] in ("", fact.unit))
    }
    rows = [
        (str(step.no), DECISIONS[fact.procedure.subject][act.decision], _offices(act.actors))
        for step in fact.procedure.steps
        for act in step.acts
        if not act.optional and SYSTEM not in act.actors and not held & {*act.actors}
    ]
    if rows:
        columns = _("Langkah"), _("Tindakan"), _("Jabatan")
        title = _("Langkah yang jabatannya tidak ada pemegangnya")
        yield Impact(title, "", columns, rows, tone="bad")


def _place(place: procedures.Place) -> str:
    offices = ", ".join(words.role(role) for role in sorted(place.actors))
    if place.step is None:
        return _("di luar langkah SOP; %(offices)s", offices=offices)
    said = _("langkah %(n)s; %(offices)s", n=place.step, offices=offices)
    said += f"; {place.time}" if place.time else ""
    return f"{said} ({_('opsional')})" if place.optional else said


def _hands(here: Seat, subject: str, papers: Mapping[str, tuple[Sop, Sop]]) -> Impact:
    """Open tasks whose office would be another one."""
    rows, total = [], 0
    for row in here.register.views.awaiting():
        if (row["kind"] == "pledge") != (subject == "pledge") or row["unit"] not in papers:
            continue
        was, now = (procedures.whose(sop, row["decision"]) for sop in papers[row["unit"]])
        if was != now:
            total += row["tasks"]
            unit = here.desk.body.units.get(row["unit"], _("seluruh badan"))
            called = DECISIONS[subject][row["decision"]]
            rows.append((called, unit, str(row["tasks"]), _offices(was), _offices(now)))
    title = _("Pekerjaan terbuka yang berpindah tangan")
    if not rows:
        return Impact(title, _("Tidak ada."), tone="ok")
    columns = _("Tindakan"), _("Unit"), _("Jumlah"), _("Sekarang"), _("Menjadi")
    return Impact(title, _tasks(total), columns, rows, tone="care")


def _offices(roles: Iterable[str]) -> str:
    return ", ".join(words.role(role) for role in sorted(roles))


# Officers


def _of_officer(here: Seat, subject_id: UUID, supposed: Supposed) -> Iterator[Impact]:
    before: Officer = supposed.before
    after: Officer = supposed.after
    posts = (("name", _("Nama")), ("position", _("Jabatan struktural")), ("unit", _("Unit kerja")))
    if rows := _differences(before, after, dict(posts)):
        yield Impact(after.name, "", _from_to(_("Keterangan")), rows)
    gone = [a for a in before.authorities if a not in after.authorities]
    come = [a for a in after.authorities if a not in before.authorities]
    if gone or come:
        columns = _("Jabatan"), _("Keputusan"), _("Sejak"), _("Sampai dengan")
        rows_of = [(_held(here, a), a.decree_no, a.since, a.until or "—") for a in come]
        yield Impact(_("Jabatan %(name)s", name=after.name), "", columns, rows_of)
    for authority in come:
        if authority.until:
            yield _left_behind(here, subject_id, authority)
            yield from _lent_on(here, subject_id, authority)
            yield from _done_since(here, subject_id, authority)


def _held(here: Seat, authority: Authority) -> str:
    acting = f"{authority.acting} " if authority.acting else ""
    unit = here.desk.body.units.get(authority.unit, "")
    return f"{acting}{words.role(authority.role)}" + (f", {unit}" if unit else "")


def _left_behind(here: Seat, subject_id: UUID, authority: Authority) -> Impact:
    """What awaits an office from the day after its last, and who holds it then."""
    assert authority.until
    day = authority.until + A_DAY
    others = [
        row["name"]
        for row in here.register.views.officers()
        if row["id"] != subject_id
        for held in row["authorities"]
        if _is_held(held, authority, day)
    ]
    waiting = 0
    for row in here.register.views.awaiting():
        subject = "pledge" if row["kind"] == "pledge" else "item"
        owned = procedures.whose(here.desk.sop(subject, row["unit"]), row["decision"])
        if authority.role in owned and authority.covers(row["unit"]):
            waiting += row["tasks"]
    title = _("Sejak %(day)s", day=words.day(day))
    holders = ", ".join(dict.fromkeys(others))
    if holders:
        said = _(
            "%(office)s tetap dijabat %(names)s.", office=_held(here, authority), names=holders
        )
    else:
        said = _("Tidak ada yang menjabat %(office)s.", office=_held(here, authority))
    waits = _("Pekerjaan yang sekarang menunggu jabatan ini:")
    return Impact(title, f"{said} {waits} {_tasks(waiting)}", tone="ok" if holders else "bad")


def _lent_on(here: Seat, subject_id: UUID, authority: Authority) -> Iterator[Impact]:
    """Who acts for him in this office beyond its last day."""
    last = authority.until
    assert last
    rows = [
        (row["name"], held["decree_no"], date.fromisoformat(held["until"]))
        for row in here.register.views.officers()
        for held in row["authorities"]
        if held["principal"]
        and id_of(held["principal"]) == subject_id
        and held["role"] == authority.role
        and held["until"]
        and date.fromisoformat(held["until"]) > last
    ]
    if rows:
        columns = _("Pejabat"), _("Keputusan"), _("Sampai dengan")
        text = _(
            "Yang diwakilinya tidak lagi menjabat; periksa apakah penunjukannya diakhiri juga."
        )
        title = _("Penunjukan Plt/Plh yang melampaui jabatan ini")
        yield Impact(title, text, columns, rows, tone="care")


def _done_since(here: Seat, subject_id: UUID, authority: Authority) -> Iterator[Impact]:
    """What he did in this office after a last day that lies in the past; it stays recorded."""
    last = authority.until
    assert last
    him = next((him for row, him in asked.called(here) if row["id"] == subject_id), "")
    if last >= here.desk.today or not him:
        return
    rows = [
        row
        for row in here.register.views.trail(by=him, limit=LISTED)
        if row["on_date"] > last and row["as_role"] == authority.role
    ]
    if rows:
        title = _("Tindakan sesudah hari terakhir itu")
        text = _("Tetap tercatat, dan tampak dilakukan di luar masa jabatan.")
        columns = _("Tanggal"), _("Tindakan")
        shown = [(row["on_date"], words.FACTS.get(row["tag"], row["tag"])) for row in rows]
        yield Impact(title, text, columns, shown, tone="bad")


def _is_held(held: Mapping[str, Any], authority: Authority, day: date) -> bool:
    same = held["role"] == authority.role and held["unit"] in ("", authority.unit)
    return same and _is_on(held, day)


def _is_on(held: Mapping[str, Any], day: date) -> bool:
    since, until = date.fromisoformat(held["since"]), held["until"]
    return since <= day and (until is None or day <= date.fromisoformat(until))


def as_json(found: Preview) -> dict[str, Any]:
    """The same for programs."""

    def cell(value: Any) -> Any:
        match value:
            case ItemLink():
                return {"id": str(value.id), "title": value.title}
            case date():
                return value.isoformat()
        return value

    impacts = []
    for impact in found.impacts:
        shown = {f.name: getattr(impact, f.name) for f in fields(impact)}
        rows = [[cell(value) for value in row] for row in impact.rows]
        impacts.append({**shown, "columns": list(impact.columns), "rows": rows})
    return {"changes": found.changes, "impacts": impacts}
