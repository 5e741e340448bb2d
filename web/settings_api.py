"""The settings over HTTP: what a register stands on, its changes, and what each would bring about.

The acts are those of `domain.desk.SETTINGS`; whoever may see the register may read them all.
"""

# flask-smorest has no types for its routes.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from domain import body, calendar, law, officer
from domain.calendar import DayOff
from domain.desk import SETTINGS
from domain.history import TAGS
from domain.law import GroundsEnacted, Instrument
from domain.officer import Officer
from web import acts, plain, shapes
from web import settings_effects as effects
from web import settings_entries as asked
from web.api import _done, _expected, _key, _may, _offers, _once, _versioned, bp
from web.contract import Sees, acts_on, says
from web.fields import CODE, YEAR_MAX, YEAR_MIN, Entries, Number
from web.office import seat
from web.once import Answer
from web.problems import Problem
from web.shapes import ANYTHING, DAY, ID, TEXT, WHOLE, YES_NO, by_name, many, named, or_none, thing

ADDRESSES = {"law": "/law", "calendar": "/calendar", "body": "/body", "officer": "/officers/<who>"}
IDS = {"law": law.ID, "calendar": calendar.ID, "body": body.ID}


def subject_of(kind: str, who: str = "") -> UUID:
    """Where the history of a setting lies; an officer is named by his id or that of his history."""
    if kind != "officer":
        return IDS[kind]
    try:
        return UUID(who)
    except ValueError:
        if not CODE.fullmatch(who):
            raise Problem(404) from None
        return officer.id_of(who)


# Reading

OFFICER = thing(
    officer_id=TEXT,
    id=ID,
    name=TEXT,
    post=TEXT,
    unit=TEXT,
    authorities=many(thing(role=TEXT, unit=TEXT, decree_no=TEXT, since=DAY, until=or_none(DAY))),
    version=WHOLE,
)


class Year(Entries):
    year = Number("Tahun; tahun ini bila kosong", least=YEAR_MIN, most=YEAR_MAX, load_default=None)


@bp.get("/law", endpoint="setting_law")
@says(
    thing(
        instruments=many(shapes.of(Instrument)),
        changes=many(thing(fact=TEXT, key=TEXT, by=TEXT, on=or_none(DAY), confirmed=YES_NO)),
        grounds=many(shapes.of(GroundsEnacted)),
        version=WHOLE,
    ),
    is_versioned=True,
)
def read_law() -> ResponseReturnValue:
    """The law register: instruments, what became of them, and Pasal 17 over time."""
    known = seat().register.ledger.recall(law, law.ID)
    changes = [
        {"fact": TAGS[type(change)], **plain.plain(change)}
        for made in known.state.changes.values()
        for change in made
    ]
    return _versioned(
        known.version,
        {
            "instruments": plain.plain(list(known.state.instruments.values())),
            "changes": changes,
            "grounds": plain.plain(known.state.enacted),
        },
    )


@bp.get("/calendar", endpoint="setting_calendar")
@bp.arguments(Year, location="query", as_kwargs=False)
@says(
    thing(
        year=WHOLE,
        provisional=YES_NO,
        source=TEXT,
        days=many(shapes.of(DayOff)),
        decrees=by_name(thing(decree=TEXT, off=YES_NO)),
        version=WHOLE,
    ),
    is_versioned=True,
)
def read_calendar(wanted: dict[str, Any]) -> ResponseReturnValue:
    """The days off of a year, and whether they are settled."""
    known = seat().register.ledger.recall(calendar, calendar.ID)
    year = wanted["year"] or seat().desk.today.year
    seed = known.state.seeds.get(year)
    return _versioned(
        known.version,
        {
            "year": year,
            "provisional": seed is None or seed.provisional,
            "source": seed.source if seed else "",
            "days": plain.plain(known.state.days(year)),
            "decrees": {
                day.isoformat(): {"decree": decree, "off": known.state.off(day) is not None}
                for day, decree in sorted(known.state.decrees.items())
                if day.year == year
            },
        },
    )


@bp.get("/body", endpoint="setting_body")
@says(thing(shapes.of(body.Body)["properties"], version=WHOLE), is_versioned=True)
def read_body() -> ResponseReturnValue:
    """The body, its units, the SOPs it works by, and what it chose."""
    known = seat().register.ledger.recall(body, body.ID)
    return _versioned(known.version, plain.plain(known.state))


@bp.get("/officers", endpoint="setting_officers")
@says(thing(officers=many(OFFICER)))
def read_officers() -> ResponseReturnValue:
    """All officers with their offices over time."""
    named = ("id", "name", "post", "unit", "authorities", "version")
    return {
        "officers": [
            {"officer_id": officer_id, **{name: plain.plain(row[name]) for name in named}}
            for row, officer_id in asked.called(seat())
        ]
    }


@bp.get("/officers/<who>", endpoint="setting_officer")
@says(thing({"id": ID, **shapes.of(Officer)["properties"]}, version=WHOLE), is_versioned=True)
def read_officer(who: str) -> ResponseReturnValue:
    """One officer, by the id that acts name him by, or that of his history."""
    subject_id = subject_of("officer", who)
    known = seat().register.ledger.recall(officer, subject_id)
    if not known.version:
        raise Problem(404)
    return _versioned(known.version, {"id": str(subject_id), **plain.plain(known.state)})


# Acting

IMPACT = thing(
    title=TEXT,
    text=TEXT,
    columns=many(TEXT),
    rows=many(many(ANYTHING)),
    total=WHOLE,
    tone=TEXT,
)
PREVIEW = thing(changes=YES_NO, impacts=many(IMPACT))


def _offer(kind: str) -> None:
    @bp.get(f"{ADDRESSES[kind]}/acts", endpoint=f"setting_{kind}_acts")
    @says(named("Offers"))
    def offered(who: str = "") -> ResponseReturnValue:
        return _offers(kind, subject_of(kind, who))

    offered.__doc__ = "Every change of this setting, with the rules in its way."


def _must_be_called(who: str, decision: str, version: int) -> None:
    """An officer is there, or is about to be entered under an id that suits."""
    if not version and (decision != "appoint" or _is_number(who)):
        raise Problem(404)


def _is_number(who: str) -> bool:
    return subject_of("officer", who) != officer.id_of(who)


def _on_setting(kind: str, decision: str) -> None:
    address = f"{ADDRESSES[kind]}/acts/{decision}"
    module, _ = SETTINGS[kind]
    schema = asked.ASKED[kind][decision]

    @bp.post(address, endpoint=f"setting_{kind}_{decision}")
    @bp.arguments(schema)
    @acts_on(kind, decision, sees=Sees.NOTHING if decision == "appoint" else Sees.WHAT_IS)
    def act(given: dict[str, Any], who: str = "") -> ResponseReturnValue:
        key, subject_id = _key(), subject_of(kind, who)

        def run() -> Answer:
            version = seat().register.ledger.recall(module, subject_id).version
            if kind == "officer":
                _must_be_called(who, decision, version)
            expect = _expected(version)
            entries = asked.for_desk(seat(), kind, subject_id, decision, given)
            return acts.on_setting(
                seat(), kind, subject_id, decision, entries, expect=expect, key=key
            )

        return _done(_once(subject_id, key, run))

    @bp.get(address, endpoint=f"may_setting_{kind}_{decision}")
    @says(named("May"))
    def may(who: str = "") -> ResponseReturnValue:
        return _may(kind, subject_of(kind, who), decision)

    @bp.post(f"{address}/preview", endpoint=f"setting_{kind}_{decision}_preview")
    @bp.arguments(schema)
    @says(PREVIEW, about=kind)
    def preview(given: dict[str, Any], who: str = "") -> ResponseReturnValue:
        subject_id = subject_of(kind, who)
        entries = asked.for_desk(seat(), kind, subject_id, decision, given)
        supposed = seat().desk.suppose(kind, subject_id, decision, entries)
        return jsonify(effects.as_json(effects.preview(seat(), kind, subject_id, supposed)))

    preview.__doc__ = "What the change would bring about; nothing is recorded."


for _kind, (_, _acts) in SETTINGS.items():
    _offer(_kind)
    for _decision in _acts:
        _on_setting(_kind, _decision)
