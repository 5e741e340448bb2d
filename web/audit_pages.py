"""The auditor's room: the trail, played again, compared, looked into, taken along, and who read it.

Everything here is read-only. What an auditor may not see is left out by the question itself; what
he is shown is noted, and he may read the notes on himself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.calendar import midnight
from domain.item import Status
from domain.officer import Role
from web import asking, trail, words
from web.fields import FORBIDDEN
from web.language import Words, _
from web.office import Seat, seat, world
from web.once import digest, once
from web.pages import Names, bp
from web.problems import KEY, Problem
from web.register import Row

PAGE = 50
FILE_PAGE = 1000
DETAIL_MAX = 300
PURPOSE_MAX = 500
FACTS_MAX = 20_000
TEMPOS = (2, 5, 10)  # seconds
COMPARE_BACK = timedelta(days=30)

OVERSEERS = frozenset({Role.PPID_UTAMA, Role.ADMIN})
"""Who may read who read what; everybody else reads what is noted of himself."""

FILERS = frozenset({Role.AUDITOR, Role.PPID_UTAMA, Role.KETUA_PPID, Role.ATASAN_PPID})
"""Who may take a trail out of the house, on record."""

CHECKERS = FILERS | {Role.ADMIN}

WHAT = Words(
    {
        "closed": "Bagian tertutup suatu butir",
        "trail": "Jejak audit",
        "replay": "Putar ulang",
        "comparison": "Perbandingan dua saat",
        "integrity": "Keutuhan",
        "export": "Ekspor jejak",
        "readings": "Catatan akses",
        "evidence": "Bundel bukti",
        "daftar-kiriman": "Daftar lama yang diambil alih",
    }
)
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Door:
    """One page of the room."""

    endpoint: str
    label: str
    icon: str
    roles: frozenset[str] = frozenset(Role)

    @property
    def said(self) -> str:
        return _(self.label)


DOORS = (
    Door("pages.trail", "Jejak", "fingerprint"),
    Door("pages.audit_replay", "Putar ulang", "player-play"),
    Door("pages.audit_compare", "Bandingkan", "git-compare"),
    Door("pages.audit_integrity", "Keutuhan", "shield-check", CHECKERS),
    Door("pages.audit_exports", "Ekspor", "database-export", FILERS),
    Door("pages.audit_readings", "Akses", "eye"),
)


def _page(template: str, status: int = 200, **known: Any) -> ResponseReturnValue:
    here = seat()
    doors = [door for door in DOORS if here.role in door.roles]
    units = [here.desk.body.units.get(unit, unit) for unit in here.units or ()]
    return render_template(template, doors=doors, scope=units, **known), status


def _note(what: str, subject_id: UUID | None = None) -> None:
    detail = request.query_string.decode("ascii", "replace")[:DETAIL_MAX]
    seat().note_reading(what, subject_id, detail)


def _only(roles: frozenset[str]) -> None:
    if seat().role not in roles:
        raise Problem(403)


# The trail


@bp.get("/jejak", endpoint="trail")
def trail_page() -> ResponseReturnValue:
    """The audit trail of the whole register, latest first, as asked for."""
    here, names = seat(), Names(seat())
    found = trail.filters(request.args, here)
    before, faults = None, dict(found.faults)
    try:
        before = trail.position(request.args["sebelum"]) if request.args.get("sebelum") else None
    except ValueError as error:
        faults["sebelum"] = [str(error)]
    rows = []
    if not faults:
        rows = here.register.audit.trail(
            found.asked, before=before, zone=here.desk.body.zone, limit=PAGE + 1
        )
    shown = rows[:PAGE]
    _note("trail")
    return _page(
        "trail.html",
        422 if faults else 200,
        found=found,
        faults=faults,
        facts=trail.told(here, shown),
        first_page="?" + found.address() if before is not None else "",
        next_page="?" + found.address(sebelum=shown[-1]["position"]) if rows[PAGE:] else "",
        options=_options(here, names),
        names=names,
        flags=trail.FLAGS,
        may_file=here.role in FILERS,
    )


def _options(here: Seat, names: Names) -> dict[str, dict[str, str]]:
    """What may be chosen in a filter; an auditor of some units is offered only those."""
    people = {by: names[by] for by in here.register.audit.actors()}
    units = dict(sorted(here.desk.body.units.items(), key=lambda pair: pair[1]))
    return {
        "by": dict(sorted(people.items(), key=lambda pair: pair[1])),
        "role": dict(words.ROLES.items()),
        "kind": dict(words.KINDS.items()),
        "tag": dict(words.FACTS.items()),
        "unit": {unit: name for unit, name in units.items() if here.sees(unit)},
        "flag": dict(trail.FLAGS.items()),
        "sop": {
            row["sop_key"]: row["sop_number"] or row["sop_key"]
            for row in here.register.audit.sops()
        },
    }


# Played again


@bp.get("/jejak/putar")
def audit_replay() -> ResponseReturnValue:
    """One fact of the trail, what the list was then, and what the fact changed in it."""
    here, names = seat(), Names(seat())
    found = trail.filters(request.args, here)
    faults = dict(found.faults)
    after = 0
    try:
        if wanted := request.args.get("tanggal", "").strip():
            start = midnight(asking.day(wanted), here.desk.body.zone)
            after = here.register.audit.position_at(start - timedelta(microseconds=1))
        elif wanted := request.args.get("pada", "").strip():
            after = max(trail.position(wanted) - 1, 0)
    except (ValueError, OverflowError) as error:
        faults["tanggal" if request.args.get("tanggal", "").strip() else "pada"] = [str(error)]
    step = None if faults else _step(here, found, after)
    tempo = _tempo()
    _note("replay")
    return _page(
        "audit_replay.html",
        422 if faults else 200,
        found=found,
        faults=faults,
        step=step,
        names=names,
        flags=trail.FLAGS,
        tempo=tempo if step and step.next else 0,
        tempos=TEMPOS,
        head=here.register.audit.head(),
        statuses=words.STATUSES,
    )


def _tempo() -> int:
    said = request.args.get("tempo", "")
    return int(said) if said in map(str, TEMPOS) else 0


@dataclass(frozen=True)
class Step:
    """One fact in its turn."""

    fact: trail.Told
    previous: int | None
    next: int | None
    changes: list[trail.Change]
    counts: dict[str, int] | None  # None: too far from either end to be counted while one waits
    moved: dict[str, int]  # by how many the count of a status differs from before this fact

    @property
    def is_new(self) -> bool:
        return bool(self.fact.version == 1 and self.fact.kind == "item")


def _step(here: Seat, found: trail.Filters, after: int) -> Step | None:
    audit, zone = here.register.audit, here.desk.body.zone
    rows = audit.trail(found.asked, after=after, zone=zone, limit=2)
    if not rows:  # beyond the last: the last is shown
        rows = audit.trail(found.asked, before=after + 1, zone=zone, limit=1)
    if not rows:
        return None
    row, *later = rows
    place = row["position"]
    earlier = audit.trail(found.asked, before=place, zone=zone, limit=1)
    was = now = None
    if row["kind"] == "item":
        was, now = (_seen(here, audit.state(row["id"], at)) for at in (place - 1, place))
    moved: dict[str, int] = {}
    for state, by in ((was, -1), (now, 1)):
        if state:
            moved[state["status"]] = moved.get(state["status"], 0) + by
    return Step(
        fact=trail.told(here, [row])[0],
        previous=earlier[0]["position"] if earlier else None,
        next=later[0]["position"] if later else None,
        changes=trail.changes(here, was, now),
        counts=audit.counts_at(place, units=here.units),
        moved={status: by for status, by in moved.items() if by},
    )


def _seen(here: Seat, state: Row | None) -> Row | None:
    return state if state and here.sees(state["unit"]) else None


# Two moments of the list


@dataclass(frozen=True)
class Difference:
    """An item that is not the same at two moments, and by which facts that came about."""

    id: UUID
    kind: str  # added, removed, changed
    title: str
    unit: str
    version: int
    changes: list[trail.Change]
    causes: list[trail.Told]


KINDS_OF_DIFFERENCE = Words(
    {"added": "Masuk daftar", "removed": "Keluar dari daftar", "changed": "Berubah"}
)
LISTED = {"": None, "dikecualikan": Status.EXEMPT.value}


@bp.get("/jejak/banding")
def audit_compare() -> ResponseReturnValue:
    """What came into the list, left it, or changed in it between two moments."""
    here = seat()
    faults: dict[str, list[str]] = {}
    moments: dict[str, trail.Moment] = {}
    back = (here.desk.today - COMPARE_BACK).isoformat()
    for name, default in (("a", back), ("b", "")):
        by = request.args.get(f"{name}_menurut", trail.BY_RECORD)
        try:
            moments[name] = trail.moment(request.args.get(name, default), by, here)
        except ValueError as error:
            faults[name] = [str(error)]
    scope = request.args.get("lingkup", "")
    before = None
    try:
        before = trail.position(request.args["sebelum"]) if request.args.get("sebelum") else None
    except ValueError as error:
        faults["sebelum"] = [str(error)]
    shown: list[Difference] = []
    more = ""
    if not faults:
        status = LISTED.get(scope)
        shown, more = _differences(here, moments["a"], moments["b"], status, before)
    _note("comparison")
    args = {k: v for k, v in request.args.items() if v and k != "sebelum"}
    return _page(
        "audit_compare.html",
        422 if faults else 200,
        moments=moments,
        typed={"a": request.args.get("a", back), "b": request.args.get("b", "")},
        by={n: request.args.get(f"{n}_menurut", trail.BY_RECORD) for n in ("a", "b")},
        faults=faults,
        shown=shown,
        kinds=KINDS_OF_DIFFERENCE,
        names=Names(here),
        flags=trail.FLAGS,
        first_page="?" + urlencode(args) if before is not None else "",
        next_page="?" + urlencode({**args, "sebelum": more}) if more else "",
    )


def _differences(
    here: Seat, a: trail.Moment, b: trail.Moment, status: str | None, before: int | None
) -> tuple[list[Difference], str]:
    audit = here.register.audit
    rows = audit.differences(
        a.place, b.place, status=status, units=here.units, before=before, limit=PAGE + 1
    )
    page = rows[:PAGE]
    ids = [row["id"] for row in page]
    causes: dict[UUID, list[trail.Told]] = {}
    facts = audit.facts_between(a.place, b.place, ids, units=here.units, zone=here.desk.body.zone)
    for one in trail.told(here, facts):
        causes.setdefault(one.id, []).append(one)
    return [_difference(here, row, causes.get(row["id"], [])) for row in page], (
        str(page[-1]["place"]) if rows[PAGE:] else ""
    )


def _difference(here: Seat, row: Row, causes: list[trail.Told]) -> Difference:
    was, now = row["was"], row["now"]
    kind = "changed" if was and now else "added" if now else "removed"
    state = now or was
    changed = trail.changes(here, was, now)
    if kind != "changed":
        main = ("status", "grounds", "period_words", "decree_no")
        labels = {trail.COLUMNS[name] for name in main}
        changed = [change for change in changed if change.label in labels]
    return Difference(
        row["id"], kind, state["title"], state["unit"], state["version"], changed, causes
    )


# Is what is shown what was recorded?


@bp.get("/jejak/keutuhan")
def audit_integrity() -> ResponseReturnValue:
    _only(CHECKERS)
    checks = seat().register.audit.checks()
    _note("integrity")
    return _page(
        "audit_integrity.html",
        checks=checks,
        last=next((check for check in checks if check["finished_at"]), None),
        running=next((check for check in checks if check["alive"]), None),
        names=Names(seat()),
        whole=seat().units is None,
    )


@bp.post("/jejak/keutuhan")
def audit_check() -> ResponseReturnValue:
    """Have it looked into; somebody who is at it already is not disturbed."""
    _only(CHECKERS)
    here = seat()
    here.register.audit.begin_check(by=here.account.officer_id, as_role=here.role, at=here.at)
    return redirect(url_for("pages.audit_integrity"), 303)


# Taken along


@bp.get("/jejak/ekspor")
def audit_exports() -> ResponseReturnValue:
    """Every trail that was taken along; an auditor of some units sees what lies within them."""
    _only(FILERS)
    here, faults = seat(), {}
    before = None
    try:
        before = trail.position(request.args["sebelum"]) if request.args.get("sebelum") else None
    except ValueError as error:
        faults["sebelum"] = [str(error)]
    filed = here.register.audit.filed(units=here.units, before=before, limit=PAGE + 1)
    shown = filed[:PAGE]
    names = Names(here)
    asked = [trail.filters(row["filter"], here).said(here, names) for row in shown]
    _note("export")
    return _page(
        "audit_exports.html",
        422 if faults else 200,
        filed=list(zip(shown, asked, strict=True)),
        names=names,
        faults=faults,
        next_page=f"?sebelum={shown[-1]['number']}" if filed[PAGE:] else "",
    )


@bp.get("/jejak/ekspor/baru")
def audit_export_new() -> ResponseReturnValue:
    """For what a filtered trail is taken along, and in which form."""
    _only(FILERS)
    return _ask_purpose({}, "", "xlsx", uuid4().hex)


@bp.post("/jejak/ekspor/baru")
def audit_export() -> ResponseReturnValue:
    """File it: the bytes, their hash, the question, and the purpose."""
    _only(FILERS)
    here = seat()
    purpose = request.form.get("tujuan", "").strip()
    form = request.form.get("bentuk", "")
    token = request.form.get("token", "")
    if not KEY.fullmatch(token):
        token = uuid4().hex
    faults: dict[str, list[str]] = {}
    if not purpose:
        faults["tujuan"] = [_("Tulis untuk apa jejak ini dibawa; tujuannya ikut dicatat.")]
    elif len(purpose) > PURPOSE_MAX or FORBIDDEN.search(purpose):
        faults["tujuan"] = [_("Paling panjang %(n)s karakter yang dapat dibaca.", n=PURPOSE_MAX)]
    if form not in MEDIA:
        faults["bentuk"] = [_("Pilih salah satu bentuk.")]
    found = trail.filters(request.args, here)
    if faults or found.faults:
        return _ask_purpose(faults, purpose, form, token)
    rows, too_many = _all_facts(here, found)
    if too_many:
        said = _(
            "Satu berkas memuat paling banyak %(n)s catatan; persempit saringannya.",
            n=words.number(FACTS_MAX),
        )
        return _ask_purpose({"saringan": [said]}, purpose, form, token)

    def file() -> dict[str, Any]:
        return {"number": _filed(here, found, rows, purpose, form, token)}

    def recover() -> dict[str, Any] | None:
        known = here.register.audit.filed(by=here.account.officer_id, cause=token, limit=1)
        return {"number": known[0]["number"]} if known else None

    asked_for = digest("export", request.full_path, here.role, purpose, form)
    try:
        answer = once(here, token, asked_for, file, recover)
    except ValueError as error:  # more bytes than one file takes
        said = _("Berkasnya melebihi %(most)s; persempit saringannya.", most=error)
        return _ask_purpose({"saringan": [said]}, purpose, form, uuid4().hex)
    return redirect(url_for("pages.audit_exports", baru=answer["number"]), 303)


def _ask_purpose(
    faults: dict[str, list[str]], purpose: str, form: str, token: str
) -> ResponseReturnValue:
    here, names = seat(), Names(seat())
    found = trail.filters(request.args, here)
    faults = {**found.faults, **faults}
    return _page(
        "audit_export.html",
        422 if faults else 200,
        found=found,
        said=[] if found.faults else found.said(here, names),
        faults=faults,
        purpose=purpose,
        form=form,
        forms={"xlsx": "XLSX", "csv": "CSV", "json": "JSON"},
        token=token,
        most=FACTS_MAX,
    )


def _all_facts(here: Seat, found: trail.Filters) -> tuple[list[Row], bool]:
    """Every fact that was asked for, unless there are too many for one file."""
    rows: list[Row] = []
    before: int | None = here.register.audit.head() + 1
    while len(rows) <= FACTS_MAX:
        page = here.register.audit.trail(
            found.asked, before=before, zone=here.desk.body.zone, limit=FILE_PAGE
        )
        rows += page
        if len(page) < FILE_PAGE:
            return rows, len(rows) > FACTS_MAX
        before = page[-1]["position"]
    return rows, True


def _filed(
    here: Seat, found: trail.Filters, rows: list[Row], purpose: str, form: str, token: str
) -> int:
    audit, names, body = here.register.audit, Names(here), here.desk.body
    position = audit.head()
    facts = [
        trail.plainly(one, names, body.zone)
        for some in _in_parts(rows)
        for one in trail.told(here, some)
    ]
    question = "; ".join(f"{label}: {value}" for label, value in found.said(here, names))
    within = ", ".join(body.units.get(unit, unit) for unit in here.units or ())
    about = {
        _("Isi"): _("Jejak audit register informasi yang dikecualikan"),
        _("Badan publik"): body.name,
        _("Saringan"): question or _("tanpa saringan"),
        _("Lingkup"): within or _("seluruh badan publik"),
        _("Dibuat"): words.moment(here.at, body.zone, body.zone_name),
        _("Sampai catatan nomor"): str(position),
        _("Jumlah catatan"): str(len(facts)),
        _("Oleh"): f"{here.desk.officer.name}, {here.office.title}",
        _("Tujuan"): purpose,
    }
    return audit.file(
        by=here.account.officer_id,
        as_role=here.role,
        at=here.at,
        units=here.units,
        cause=token,
        purpose=purpose,
        question=found.typed,
        form=form,
        about=about,
        headings=dict(trail.HEADINGS.items()),
        rows=facts,
        position=position,
    )


def _in_parts(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), FILE_PAGE):
        yield rows[start : start + FILE_PAGE]


@bp.get("/jejak/ekspor/<int:number>/berkas")
def audit_export_file(number: int) -> ResponseReturnValue:
    """The very bytes that were filed."""
    _only(FILERS)
    here = seat()
    found = (
        here.register.audit.filed(units=here.units, number=number, limit=1)
        if number < 2**63
        else []
    )
    if not found:
        raise Problem(404)
    row = found[0]
    here.note_reading("export", None, f"nomor={number}")
    name = f"jejak-{here.register.code}-{number}.{row['format']}"
    return (
        here.register.audit.file_of(number),
        200,
        {
            "Content-Type": MEDIA[row["format"]],
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


# Who read what


@bp.get("/jejak/akses")
def audit_readings() -> ResponseReturnValue:
    """What was shown to whom: all of it to those who oversee it, to others their own."""
    here, faults = seat(), {}
    oversees = here.role in OVERSEERS
    by, what = request.args.get("oleh", "").strip(), request.args.get("apa", "").strip()
    before = None
    try:
        before = trail.position(request.args["sebelum"]) if request.args.get("sebelum") else None
    except ValueError as error:
        faults["sebelum"] = [str(error)]
    if len(by) > trail.WORDS_MAX or FORBIDDEN.search(by):
        faults["oleh"] = [_("Paling panjang %(n)s karakter yang dapat dibaca.", n=trail.WORDS_MAX)]
    if what and what not in WHAT:
        faults["apa"] = [_("Pilih salah satu yang tersedia.")]
    rows = []
    if not faults:
        rows = here.register.readings.page(
            by=(by or None) if oversees else here.account.officer_id,
            what=what or None,
            before=before,
            limit=PAGE + 1,
        )
    shown, names = rows[:PAGE], Names(here)
    titles = here.register.audit.titles(row["subject_id"] for row in shown if row["subject_id"])
    _note("readings")
    args = {"oleh": by if oversees else "", "apa": what}
    kept = {name: value for name, value in args.items() if value}
    more = {**kept, "sebelum": shown[-1]["number"]} if rows[PAGE:] else {}
    return _page(
        "audit_readings.html",
        422 if faults else 200,
        rows=[{**row, "detail": _readable(row["detail"])} for row in shown],
        titles={i: t for i, t in titles.items() if here.sees(t["unit"])},
        oversees=oversees,
        people=_readers(here, names) if oversees else {},
        by=by,
        what=what,
        whats=WHAT,
        faults=faults,
        names=names,
        next_page="?" + urlencode(more) if more else "",
    )


OF_THE_READER = frozenset({"bahasa", "tema"})  # how he likes his pages, which asks for nothing


def _readable(question: str) -> str:
    """The question of an address, as people read it."""
    asked = [(name, value) for name, value in parse_qsl(question) if name not in OF_THE_READER]
    return " · ".join(f"{name}: {value}" for name, value in asked)


def _readers(here: Seat, names: Names) -> dict[str, str]:
    known = world().accounts.officers(here.register.code)
    return dict(sorted(((by, names[by]) for by in known), key=lambda pair: pair[1]))
