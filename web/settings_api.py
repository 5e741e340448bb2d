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
from marshmallow import fields

from domain import body, calendar, law, officer
from domain.desk import SETTINGS
from domain.history import TAGS
from web import acts, plain
from web import settings_effects as effects
from web import settings_entries as asked
from web.api import _done, _expected, _key, _may, _offers, _once, _versioned, bp
from web.fields import YEAR_MAX, YEAR_MIN, Entries
from web.office import seat
from web.once import Answer
from web.problems import Problem

ADDRESSES = {"law": "/law", "calendar": "/calendar", "body": "/body", "officer": "/officers/<who>"}
IDS = {"law": law.ID, "calendar": calendar.ID, "body": body.ID}


def subject_of(kind: str, who: str = "") -> UUID:
    """Where the history of a setting lies; an officer is named by his id or that of his history."""
    if kind != "officer":
        return IDS[kind]
    try:
        return UUID(who)
    except ValueError:
        return officer.id_of(who)


# Reading


class Year(Entries):
    year = fields.Integer(
        load_default=None, metadata={"description": "Tahun; tahun ini bila kosong"}
    )


@bp.get("/law", endpoint="setting_law")
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
def read_calendar(wanted: dict[str, Any]) -> ResponseReturnValue:
    """The days off of a year, and whether they are settled."""
    known = seat().register.ledger.recall(calendar, calendar.ID)
    year = wanted["year"] or seat().desk.today.year
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise Problem(422, more={"errors": [{"pointer": "/year", "detail": "Tahun tidak sah."}]})
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
def read_body() -> ResponseReturnValue:
    """The body, its units, the SOPs it works by, and what it chose."""
    known = seat().register.ledger.recall(body, body.ID)
    return _versioned(known.version, plain.plain(known.state))


@bp.get("/officers", endpoint="setting_officers")
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
def read_officer(who: str) -> ResponseReturnValue:
    """One officer, by the id that acts name him by, or that of his history."""
    subject_id = subject_of("officer", who)
    known = seat().register.ledger.recall(officer, subject_id)
    if not known.version:
        raise Problem(404)
    return _versioned(known.version, {"id": str(subject_id), **plain.plain(known.state)})


# Acting


def _offer(kind: str) -> None:
    @bp.get(f"{ADDRESSES[kind]}/acts", endpoint=f"setting_{kind}_acts")
    def offered(who: str = "") -> ResponseReturnValue:
        return _offers(kind, subject_of(kind, who))

    offered.__doc__ = "Every change of this setting, with the rules in its way."


def _on_setting(kind: str, decision: str) -> None:
    address = f"{ADDRESSES[kind]}/acts/{decision}"
    module, _ = SETTINGS[kind]
    schema = asked.ASKED[kind][decision]

    @bp.post(address, endpoint=f"setting_{kind}_{decision}")
    @bp.arguments(schema)
    def act(given: dict[str, Any], who: str = "") -> ResponseReturnValue:
        key, subject_id = _key(), subject_of(kind, who)

        def run() -> Answer:
            version = seat().register.ledger.recall(module, subject_id).version
            expect = _expected(0 if decision == "appoint" else version)
            entries = asked.for_desk(seat(), kind, subject_id, decision, given)
            return acts.on_setting(
                seat(), kind, subject_id, decision, entries, expect=expect, key=key
            )

        return _done(_once(subject_id, key, run))

    @bp.get(address, endpoint=f"may_setting_{kind}_{decision}")
    def may(who: str = "") -> ResponseReturnValue:
        return _may(kind, subject_of(kind, who), decision)

    @bp.post(f"{address}/preview", endpoint=f"setting_{kind}_{decision}_preview")
    @bp.arguments(schema)
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
