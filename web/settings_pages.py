"""What the register stands on: law, calendar, procedures, body, officers; and how it changes.

Everybody of the body reads these pages, since they explain why; only the Admin sees the forms.
A change is filled in, its effect is looked at, and then it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain import body, calendar, law, officer
from domain import procedure as procedures
from domain.body import ProcedureAdopted
from domain.calendar import Calendar, DayOff
from domain.desk import SETTINGS
from domain.law import InstrumentReplaced, LawRegister
from domain.officer import Officer, Role
from domain.procedure import Procedure
from domain.rule import Refused
from web import acting, acts, words
from web import settings_effects as effects
from web import settings_entries as asked
from web.acting import Form
from web.fields import Entries
from web.histories import timeline
from web.language import Words, _, language, ngettext
from web.office import Seat, seat
from web.pages import Names, bp
from web.problems import Problem

AREAS = {"hukum": "law", "kalender": "calendar", "badan": "body"}
IDS = {"law": law.ID, "calendar": calendar.ID, "body": body.ID}
BACK = {
    "law": "pages.settings_law",
    "calendar": "pages.settings_calendar",
    "body": "pages.settings_body",
}
LATELY = 20  # facts shown of a history
SOON = timedelta(days=90)
A_DAY = timedelta(days=1)


# What stands, and what is due to change


@dataclass(frozen=True)
class Notice:
    """Something that is no longer, or not yet, as it should be."""

    tone: str  # bad: it has happened; care: it is coming
    text: str
    hint: str
    address: str
    verb: str


@bp.get("/pengaturan")
def settings() -> ResponseReturnValue:
    here = seat()
    desk, today = here.desk, here.desk.today
    in_office = [row for row in here.register.views.officers() if _offices(row, today)]
    return render_template(
        "settings.html",
        notices=list(_notices(here)),
        cards=[
            (
                "law",
                url_for("pages.settings_law"),
                "books",
                ngettext("%(num)s peraturan", "%(num)s peraturan", len(desk.law.instruments)),
            ),
            (
                "calendar",
                url_for("pages.settings_calendar"),
                "calendar",
                _(
                    "%(n)s hari libur pada %(year)s",
                    n=len(desk.calendar.days(today.year)),
                    year=today.year,
                ),
            ),
            (
                "procedure",
                url_for("pages.settings_procedures"),
                "clipboard-check",
                ngettext("%(num)s SOP dijalankan", "%(num)s SOP dijalankan", len(_current(here))),
            ),
            (
                "body",
                url_for("pages.settings_body"),
                "building-bank",
                ngettext("%(num)s unit kerja", "%(num)s unit kerja", len(desk.body.units)),
            ),
            (
                "officer",
                url_for("pages.settings_officers"),
                "users",
                ngettext("%(num)s pejabat bertugas", "%(num)s pejabat bertugas", len(in_office)),
            ),
        ],
        area_names=asked.SETTINGS,
        accounts=_if_there("pages.settings_accounts"),
        is_admin=_is_admin(here),
    )


def _notices(here: Seat) -> Iterator[Notice]:
    yield from _notices_of_calendar(here)
    yield from _notices_of_procedures(here)
    yield from _notices_of_officers(here)
    unknown = [
        change
        for made in here.desk.law.changes.values()
        for change in made
        if change.on is None or not change.confirmed
    ]
    if unknown:
        yield Notice(
            "care",
            ngettext(
                "%(num)s perubahan peraturan belum pasti",
                "%(num)s perubahan peraturan belum pasti",
                len(unknown),
            ),
            _("Tanggalnya belum diketahui, atau pasalnya belum dibaca."),
            url_for("pages.settings_law"),
            _("Periksa"),
        )


def _notices_of_calendar(here: Seat) -> Iterator[Notice]:
    known, today = here.desk.calendar, here.desk.today
    for year in (today.year, today.year + 1):
        seed = known.seeds.get(year)
        if seed and not seed.provisional:
            continue
        yield Notice(
            "bad" if year == today.year else "care",
            _("Kalender %(year)s belum final", year=year),
            _("Tenggat yang melewati tahun itu masih perkiraan sampai SKB-nya dicatat."),
            url_for("pages.settings_calendar", tahun=year),
            _("Lihat kalender"),
        )


def _notices_of_procedures(here: Seat) -> Iterator[Notice]:
    today = here.desk.today
    for adopted in _current(here):
        paper, ends = adopted.procedure, adopted.procedure.effective_until
        if ends and ends < today + SOON:
            late = ends < today
            said = _("SOP %(name)s telah berakhir") if late else _("SOP %(name)s segera berakhir")
            yield Notice(
                "bad" if late else "care",
                said % {"name": paper.name},
                _("Masa berlakunya sampai dengan %(day)s.", day=words.day(ends)),
                url_for("pages.settings_procedure", key=paper.key),
                _("Lihat SOP"),
            )
    for adopted in here.desk.body.adopted:
        if adopted.since > today:
            yield Notice(
                "care",
                _("SOP %(name)s akan dijalankan", name=adopted.procedure.name),
                _("Mulai %(day)s.", day=words.day(adopted.since)),
                url_for("pages.settings_procedure", key=adopted.procedure.key),
                _("Lihat SOP"),
            )


def _notices_of_officers(here: Seat) -> Iterator[Notice]:
    today = here.desk.today
    for row in here.register.views.officers():
        for held in row["authorities"]:
            until = date.fromisoformat(held["until"]) if held["until"] else None
            if until and today <= until < today + SOON:
                yield Notice(
                    "care",
                    _(
                        "%(office)s %(name)s segera berakhir",
                        office=_title(here, held),
                        name=row["name"],
                    ),
                    _("Hari terakhir %(day)s.", day=words.day(until)),
                    url_for("pages.settings_officer", subject_id=row["id"]),
                    _("Lihat pejabat"),
                )


# The law


@bp.get("/pengaturan/hukum")
def settings_law() -> ResponseReturnValue:
    here = seat()
    known, today = here.desk.law, here.desk.today
    instruments = sorted(known.instruments.values(), key=lambda i: (i.level.rank, -(i.year or 0)))
    return render_template(
        "settings_law.html",
        instruments=[(each, known.status(each.key, today)) for each in instruments],
        standings=effects.STANDINGS,
        levels=asked.LEVELS,
        changes=_changes(known),
        categories=sorted(here.desk.categories.values(), key=lambda c: c.huruf),
        enacted=sorted(known.enacted, key=lambda e: e.since, reverse=True),
        **_page(here, "law"),
    )


def _changes(known: LawRegister) -> list[dict[str, Any]]:
    """What became of instruments, the latest first; those without a date before all."""
    found = [
        {
            "key": change.key,
            "was": known.instruments[change.key],
            "by": known.instruments.get(change.by, change.by),
            "act": "replace" if isinstance(change, InstrumentReplaced) else "amend",
            "partly": getattr(change, "extent", "") == law.Extent.PART,
            "on": change.on,
            "note": change.note,
            "confirmed": change.confirmed,
        }
        for made in known.changes.values()
        for change in made
    ]
    return sorted(found, key=lambda c: (c["on"] or date.max, str(c["was"])), reverse=True)


# The calendar


@dataclass(frozen=True)
class Cell:
    """One day as a month shows it."""

    day: date
    off: DayOff | None
    rest: bool
    works: bool  # by decree, although it would be free
    certain: bool
    today: bool

    @property
    def kind(self) -> str:
        if self.works:
            return "works"
        if self.off:
            return f"off {self.off.kind}"
        return "rest" if self.rest else ""


@bp.get("/pengaturan/kalender")
def settings_calendar() -> ResponseReturnValue:
    here = seat()
    known, today = here.desk.calendar, here.desk.today
    typed = request.args.get("tahun", "")
    year = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else today.year
    if not known.seeds or not min(known.seeds) <= year <= max(known.seeds):
        year = today.year
    seed = known.seeds.get(year)
    return render_template(
        "settings_calendar.html",
        year=year,
        years=(min(known.seeds, default=year), max(known.seeds, default=year)),
        months=[_month(here, known, year, month) for month in range(1, 13)],
        listed=list(_listed(known, year)),
        seed=seed,
        final=bool(seed and not seed.provisional),
        kinds=asked.DAY_KINDS,
        weekdays=_weekdays(),
        working=sum(
            here.desk.schedule.is_working(date(year, 1, 1) + timedelta(days=n))
            for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
        ),
        **_page(here, "calendar"),
    )


def _weekdays() -> list[str]:
    return [
        format_date(date(2024, 1, day), "EEEE", words.LOCALES[language()]) for day in range(1, 8)
    ]


def _month(here: Seat, known: Calendar, year: int, month: int) -> tuple[str, list[list[Any]]]:
    """Its name, and its weeks from Monday on; None stands for days of other months."""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    rest = here.desk.body.week.rest
    cells: list[Cell | None] = [None] * first.weekday()
    for n in range((following - first).days):
        day = first + timedelta(days=n)
        off = known.off(day)
        cells.append(
            Cell(
                day=day,
                off=off,
                rest=day.weekday() in rest,
                works=off is None and day in known.decreed,
                certain=not off or known.is_certain(day),
                today=day == here.desk.today,
            )
        )
    cells += [None] * (-len(cells) % 7)
    name = format_date(first, "LLLL", words.LOCALES[language()])
    return name, [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _listed(known: Calendar, year: int) -> Iterator[dict[str, Any]]:
    """The same in words: days off, and days of work by decree."""
    days = {day.on for day in known.days(year)} | {d for d in known.decreed if d.year == year}
    for day in sorted(days):
        off = known.off(day)
        yield {
            "day": day,
            "off": off,
            "by": known.decrees.get(day, ""),
            "certain": known.is_certain(day),
            "decreed": day in known.decreed,
        }


# Procedures


def _current(here: Seat) -> list[ProcedureAdopted]:
    """What the body and its units work by today."""
    today, known = here.desk.today, here.desk.body
    latest: dict[tuple[str, str], ProcedureAdopted] = {}
    for adopted in sorted(known.adopted, key=lambda a: a.since):
        if adopted.since <= today:
            latest[adopted.unit, adopted.procedure.subject] = adopted
    return list(latest.values())


@bp.get("/pengaturan/prosedur")
def settings_procedures() -> ResponseReturnValue:
    here = seat()
    current, today = _current(here), here.desk.today
    adopted = sorted(here.desk.body.adopted, key=lambda a: (a.since, a.unit), reverse=True)
    return render_template(
        "settings_procedures.html",
        current=[_paper(here, each) for each in current],
        later=[_paper(here, each) for each in adopted if each.since > today],
        earlier=[
            _paper(here, each) for each in adopted if each.since <= today and each not in current
        ],
        available=[p for p in here.register.papers().values() if not _is_adopted(here, p)],
        subjects=SUBJECTS,
        spans=_spans(
            [
                (
                    f"{each.procedure.name} · {_unit(here, each.unit)}",
                    each.since,
                    _until_next(adopted, each),
                    each in current,
                )
                for each in reversed(adopted)
            ],
            today,
        ),
        **_page(here, "body", "adopt"),
    )


SUBJECTS = Words({"item": "Informasi yang dikecualikan", "pledge": "Maklumat pelayanan"})


def _is_adopted(here: Seat, paper: Procedure) -> bool:
    return any(each.procedure.key == paper.key for each in here.desk.body.adopted)


def _until_next(adopted: Sequence[ProcedureAdopted], one: ProcedureAdopted) -> date | None:
    """The day before another paper took its place."""
    same = (one.unit, one.procedure.subject)
    later = [
        each.since
        for each in adopted
        if (each.unit, each.procedure.subject) == same and each.since > one.since
    ]
    return min(later) - A_DAY if later else None


def _paper(here: Seat, adopted: ProcedureAdopted) -> dict[str, Any]:
    on = max(adopted.since, here.desk.today)
    return {
        "paper": adopted.procedure,
        "unit": _unit(here, adopted.unit),
        "since": adopted.since,
        "in_force": adopted.procedure.in_force(on),
        "offices": _whose(adopted.procedure),
    }


def _whose(paper: Procedure) -> dict[int, str]:
    return {
        step.no: ", ".join(
            dict.fromkeys(words.role(role) for act in step.acts for role in act.actors)
        )
        for step in paper.steps
    }


def _unit(here: Seat, unit: str) -> str:
    return here.desk.body.units.get(unit, unit) if unit else _("Seluruh badan")


@bp.get("/pengaturan/prosedur/<key>")
def settings_procedure(key: str) -> ResponseReturnValue:
    """One paper as a sheet, with the periods in which it was worked by."""
    here = seat()
    adopted = [each for each in here.desk.body.adopted if each.procedure.key == key]
    paper = adopted[-1].procedure if adopted else here.register.papers().get(key)
    if paper is None:
        raise Problem(404)
    found = procedures.outside_effective_dates(paper, here.desk.today)
    return render_template(
        "settings_procedure.html",
        paper=paper,
        periods=[
            (_unit(here, each.unit), each.since, _until_next(here.desk.body.adopted, each))
            for each in adopted
        ],
        offices=_whose(paper),
        called=words.DECISIONS,
        findings=[f for f in (found, *procedures.missing_particulars(paper)) if f],
        subjects=SUBJECTS,
        public=_if_there("public.paper", key=key) if adopted else "",
        **_page(here, "body", "adopt"),
    )


# The body


@bp.get("/pengaturan/badan")
def settings_body() -> ResponseReturnValue:
    here = seat()
    known, today = here.desk.body, here.desk.today
    waiting: dict[str, int] = {}
    for row in here.register.views.awaiting():
        if here.units is None or row["unit"] in here.units:
            waiting[row["unit"]] = waiting.get(row["unit"], 0) + row["tasks"]
    chosen = [
        one for one in here.register.ledger.history(body.ID) if isinstance(one.fact, body.PolicySet)
    ]
    return render_template(
        "settings_body.html",
        known=known,
        units=[
            (code, name, known.procedure("item", unit=code, on=today), waiting.get(code, 0))
            for code, name in sorted(known.units.items(), key=lambda pair: pair[1])
        ],
        policy=[
            (label, getattr(known.policy, name), getattr(body.Policy(), name))
            for name, label in asked.POLICIES.items()
        ],
        chosen=chosen[-1] if chosen else None,
        **_page(here, "body"),
    )


# Officers


@bp.get("/pengaturan/pejabat")
def settings_officers() -> ResponseReturnValue:
    here = seat()
    today = here.desk.today
    rows = [
        {
            **row,
            "unit": here.desk.body.units.get(row["unit"], ""),
            "offices": [_title(here, held) for held in _offices(row, today)],
            "ends": min((h["until"] for h in _offices(row, today) if h["until"]), default=""),
        }
        for row in here.register.views.officers()
    ]
    return render_template(
        "settings_officers.html",
        serving=[row for row in rows if row["offices"]],
        others=[row for row in rows if not row["offices"]],
        day_of=lambda text: words.day(date.fromisoformat(text)) if text else "",
        vacant=_vacant(here),
        is_admin=_is_admin(here),
    )


NEEDED = (Role.PPID_UTAMA, Role.ATASAN_PPID, Role.PIMPINAN, Role.ADMIN)


def _vacant(here: Seat) -> list[str]:
    """Offices for the whole body that nobody holds today, and that a step of an SOP waits for."""
    today = here.desk.today
    held = {
        office["role"] for row in here.register.views.officers() for office in _offices(row, today)
    }
    asked_for = {
        role
        for adopted in _current(here)
        for step in adopted.procedure.steps
        for act in step.acts
        if not act.optional
        for role in act.actors
        if role in set(Role)
    }
    return [words.role(role) for role in Role if role in asked_for | {*NEEDED} and role not in held]


@bp.get("/pengaturan/pejabat/<uuid:subject_id>")
def settings_officer(subject_id: UUID) -> ResponseReturnValue:
    """One officer, and his offices over time."""
    here = seat()
    known = _officer(here, subject_id)
    today = here.desk.today
    offers = here.desk.offers("officer", subject_id) if _is_admin(here) else {}
    held = sorted(known.authorities, key=lambda a: (a.since, a.role))
    names = Names(here)
    return render_template(
        "settings_officer.html",
        id=subject_id,
        known=known,
        unit=here.desk.body.units.get(known.unit, ""),
        held=[
            {
                "title": _title(here, vars_of(each)),
                "of": each,
                "now": each.on(today),
                "over": bool(each.until and each.until < today),
                "principal": names[each.principal] if each.principal else "",
                "ending": url_for(
                    "pages.settings_officer_ask",
                    subject_id=subject_id,
                    decision="end",
                    role=each.role,
                    unit=each.unit,
                    decree_no=each.decree_no,
                ),
            }
            for each in reversed(held)
        ],
        spans=_spans(
            [(_title(here, vars_of(a)), a.since, a.until, a.on(today)) for a in held], today
        ),
        offers=[(act, asked.OFFICER_ACTS[act]) for act in offers if act != "end"],
        may_end=not offers.get("end", (True,)),
        against=next((rules for rules in offers.values() if rules), ()),
        history=timeline(here, subject_id, here.register.ledger.history(subject_id)),
        names=names,
        is_admin=_is_admin(here),
    )


def _officer(here: Seat, subject_id: UUID) -> Officer:
    known = here.register.ledger.recall(officer, subject_id)
    if not known.version or not isinstance(known.state, Officer) or not known.state.name:
        raise Problem(404)
    return known.state


def vars_of(authority: officer.Authority) -> dict[str, Any]:
    return {"role": authority.role, "unit": authority.unit, "acting": authority.acting}


def _title(here: Seat, held: Mapping[str, Any]) -> str:
    acting = f"{held['acting']} " if held["acting"] else ""
    unit = here.desk.body.units.get(held["unit"], "")
    return f"{acting}{words.role(held['role'])}" + (f", {unit}" if unit else "")


def _offices(row: Mapping[str, Any], on: date) -> list[Mapping[str, Any]]:
    """What an officer holds on a day, as the read model has it."""
    day = on.isoformat()
    return [
        held
        for held in row["authorities"]
        if held["since"] <= day and (held["until"] is None or day <= held["until"])
    ]


# Spans of time, drawn


@dataclass(frozen=True)
class Span:
    """A bar on an axis of years; places are hundredths of the width."""

    label: str
    since: date
    until: date | None
    at: float
    width: float
    now: bool


@dataclass(frozen=True)
class Spans:
    bars: Sequence[Span]
    ticks: Sequence[tuple[str, float]]
    today: float


def _spans(periods: Sequence[tuple[str, date, date | None, bool]], today: date) -> Spans:
    first = date(min([today, *(since for _label, since, _until, _now in periods)]).year, 1, 1)
    last = max(
        [
            today,
            *(until for _label, _since, until, _now in periods if until),
            *(since for _label, since, _until, _now in periods),
        ]
    )
    end = date(last.year + 1, 1, 1)
    whole = (end - first).days

    def place(day: date) -> float:
        return round(100 * (day - first).days / whole, 2)

    return Spans(
        bars=[
            Span(
                label,
                since,
                until,
                place(since),
                round(max(place(min((until or end), end)) - place(since), 0.8), 2),
                now,
            )
            for label, since, until, now in periods
        ],
        ticks=[(label, place(day)) for label, day in _ticks(first.year, end.year)],
        today=place(today),
    )


def _ticks(first: int, end: int) -> list[tuple[str, date]]:
    """Years, or quarters where there are few of them; no more than fit a narrow screen."""
    if end - first <= 2:
        months = [date(year, month, 1) for year in range(first, end) for month in (1, 4, 7, 10)]
        form = "MMM y" if end - first == 1 else "MMM yy"
        return [(format_date(m, form, words.LOCALES[language()]), m) for m in months]
    return [(str(year), date(year, 1, 1)) for year in range(first, end, 1 + (end - first) // 7)]


# Changing


def _is_admin(here: Seat) -> bool:
    return here.role == Role.ADMIN


def _page(here: Seat, kind: str, *only: str) -> dict[str, Any]:
    """What each page of a setting shows besides: its acts for the Admin, and its history."""
    history = here.register.ledger.history(IDS[kind])
    if only:
        history = [one for one in history if isinstance(one.fact, ProcedureAdopted)]
    elif kind == "body":
        history = [one for one in history if not isinstance(one.fact, ProcedureAdopted)]
    shown = timeline(here, IDS[kind], history[-LATELY:])
    area = next(name for name, of in AREAS.items() if of == kind)
    decisions = [d for d in SETTINGS[kind][1] if not only or d in only]
    if kind == "body" and not only:
        decisions = [d for d in decisions if d != "adopt"]
    return {
        "area": area,
        "acts": [(d, asked.ACTS[kind][d]) for d in decisions] if _is_admin(here) else [],
        "history": shown,
        "names": Names(here),
        "is_admin": _is_admin(here),
    }


def _if_there(endpoint: str, **values: Any) -> str:
    """The address of a page that another part may have."""
    known = current_app.view_functions
    return url_for(endpoint, code=seat().register.code, **values) if endpoint in known else ""


@bp.get("/pengaturan/<area>/tindakan/<decision>")
def settings_ask(area: str, decision: str) -> ResponseReturnValue:
    return acting.show(_setting_form(area, decision))


@bp.post("/pengaturan/<area>/tindakan/<decision>")
def settings_act(area: str, decision: str) -> ResponseReturnValue:
    return acting.do(_setting_form(area, decision))


def _setting_form(area: str, decision: str) -> Form:
    if area not in AREAS:
        raise Problem(404)
    kind = AREAS[area]
    back = url_for("pages.settings_procedures" if decision == "adopt" else BACK[kind])
    title = asked.SETTINGS["procedure" if decision == "adopt" else kind]
    return _form(kind, IDS[kind], decision, title, back)


@bp.get("/pengaturan/pejabat/baru")
def settings_new_officer() -> ResponseReturnValue:
    return acting.show(_new_officer())


@bp.post("/pengaturan/pejabat/baru")
def settings_enrol() -> ResponseReturnValue:
    return acting.do(_new_officer())


def _new_officer() -> Form:
    """An officer's history lies under the id that he is given in the form itself."""
    subject_id = officer.id_of(request.form.get("officer_id", "").strip())
    back = url_for("pages.settings_officers")
    return _form("officer", subject_id, "appoint", "", back, schema=asked.Enrol)


@bp.get("/pengaturan/pejabat/<uuid:subject_id>/tindakan/<decision>")
def settings_officer_ask(subject_id: UUID, decision: str) -> ResponseReturnValue:
    return acting.show(_officer_form(subject_id, decision))


@bp.post("/pengaturan/pejabat/<uuid:subject_id>/tindakan/<decision>")
def settings_officer_act(subject_id: UUID, decision: str) -> ResponseReturnValue:
    return acting.do(_officer_form(subject_id, decision))


def _officer_form(subject_id: UUID, decision: str) -> Form:
    known = _officer(seat(), subject_id)
    back = url_for("pages.settings_officer", subject_id=subject_id)
    return _form("officer", subject_id, decision, f"{known.name}, {known.position}", back)


def _form(
    kind: str,
    subject_id: UUID,
    decision: str,
    subject: str,
    back: str,
    *,
    schema: type[Entries] | None = None,
) -> Form:
    here = seat()
    module, decisions = SETTINGS[kind]
    if decision not in decisions:
        raise Problem(404)
    against = here.desk.obstacles(kind, subject_id, decision)
    if not _is_admin(here):
        raise Refused(*against)
    known = here.register.ledger.recall(module, subject_id)

    def entries(given: Mapping[str, Any]) -> dict[str, Any]:
        return asked.for_desk(here, kind, subject_id, decision, given)

    return Form(
        title=asked.ACTS[kind][decision],
        subject=subject,
        back=back,
        schema=(schema or asked.ASKED[kind][decision])(),
        subject_id=subject_id,
        version=known.version,
        act=lambda given, expect, key: acts.on_setting(
            here, kind, subject_id, decision, entries(given), expect=expect, key=key
        ),
        initial=asked.initial(here, kind, decision, known.state, request.args),
        options=asked.options(here, kind, decision),
        obstacles=against,
        preview=lambda given: effects.preview(
            here, kind, subject_id, here.desk.suppose(kind, subject_id, decision, entries(given))
        ),
        upload="text" if decision == "adopt" else "",
        done=url_for("pages.settings_officers").rstrip("/") + "/{id}" if schema else "",
    )
