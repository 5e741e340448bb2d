"""Service pledges (maklumat): one for the body and one for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain import pledge
from domain.calendar import Deadline, working_days_between
from domain.desk import PLEDGE_ACTS
from domain.pledge import Pledge
from web import acting, acts, words
from web import entries as asked
from web.acting import Form
from web.histories import timeline
from web.item_page import Offer
from web.language import _
from web.office import seat
from web.pages import Names, bp
from web.problems import Problem
from web.register import Row

OF_THE_BODY = "badan"
"""In an address: the body's own pledge."""


@bp.get("/maklumat")
def pledges() -> ResponseReturnValue:
    units = {"": _("Badan publik"), **seat().desk.body.units}
    rows = {row["unit"]: row for row in seat().register.views.pledges()}
    shown = [
        (slug(unit), name, rows.get(unit))
        for unit, name in units.items()
        if not unit or seat().sees(unit)
    ]
    ordered = sorted(shown, key=lambda r: (r[2] is None, r[1]))
    return render_template("pledges.html", rows=[(*row, _standing(row[2])) for row in ordered])


@dataclass(frozen=True)
class Standing:
    """A pledge next to its deadline."""

    due: Deadline | None
    days_left: int | None  # working days; negative when late
    announced_on: date | None

    @property
    def kind(self) -> str:
        if self.announced_on is not None:
            late = self.due is not None and self.announced_on > self.due.due
            return "late" if late else "done"
        if self.days_left is None:
            return ""
        return "late" if self.days_left < 0 else "soon"


def standing(known: Pledge) -> Standing:
    """By when it had to be made known, and whether it was."""
    desk = seat().desk
    due = pledge.deadline(known, desk.schedule)
    announced = None if known.draft else known.announced_on
    left = working_days_between(desk.schedule, desk.today, due.due) if due else None
    return Standing(due, left, announced)


def _standing(row: Row | None) -> Standing | None:
    if row is None:
        return None
    return standing(seat().register.ledger.recall(pledge, row["id"]).state)


@bp.get("/maklumat/<unit_slug>")
def pledge_page(unit_slug: str) -> ResponseReturnValue:
    here, unit = seat(), _unit(unit_slug)
    pledge_id = pledge.id_of(unit)
    known = here.register.ledger.recall(pledge, pledge_id)
    offers: dict[str, Any] = (
        {} if here.office.is_read_only else here.desk.offers("pledge", pledge_id, unit=unit)
    )
    shown = [Offer(act, words.PLEDGE_ACTS[act], rules) for act, rules in offers.items()]
    return render_template(
        "pledge.html",
        slug=unit_slug,
        unit=here.desk.body.units.get(unit, here.desk.body.name),
        pledge=known.state,
        version=known.version,
        offers=[o for o in shown if o.is_open],
        blocked=[o for o in shown if not (o.is_open or o.is_for_others)],
        findings=pledge.findings(known.state, on=here.desk.today, schedule=here.desk.schedule),
        standing=standing(known.state),
        history=timeline(here, pledge_id, here.register.ledger.history(pledge_id)),
        names=Names(here),
    )


@bp.get("/maklumat/<unit_slug>/tindakan/<decision>")
def ask_pledge(unit_slug: str, decision: str) -> ResponseReturnValue:
    return acting.show(_form(unit_slug, decision))


@bp.post("/maklumat/<unit_slug>/tindakan/<decision>")
def act_pledge(unit_slug: str, decision: str) -> ResponseReturnValue:
    return acting.do(_form(unit_slug, decision))


def slug(unit: str) -> str:
    return unit or OF_THE_BODY


def _unit(unit_slug: str) -> str:
    unit = "" if unit_slug == OF_THE_BODY else unit_slug
    if unit and (unit not in seat().desk.body.units or not seat().sees(unit)):
        raise Problem(404)
    return unit


def _form(unit_slug: str, decision: str) -> Form:
    if decision not in PLEDGE_ACTS:
        raise Problem(404)
    here, unit = seat(), _unit(unit_slug)
    pledge_id = pledge.id_of(unit)
    known = here.register.ledger.recall(pledge, pledge_id)
    contents = known.state.draft or known.state.contents
    title = pledge.Contents.__dataclass_fields__["title"].default
    initial: dict[str, Any] = {}
    if decision == "draft":
        initial = {"contents": contents or {"title": title}}
    if decision == "announce":
        initial = {"channels": [{"on": here.desk.today}]}
    return Form(
        title=words.PLEDGE_ACTS[decision],
        subject=_("Maklumat %(name)s", name=here.desk.body.units.get(unit, here.desk.body.name)),
        back=url_for("pages.pledge_page", unit_slug=unit_slug),
        schema=asked.PLEDGE[decision](),
        subject_id=pledge_id,
        version=known.version,
        act=lambda given, expect, key: acts.on_pledge(
            here, decision, unit, given, expect=expect, key=key
        ),
        initial=initial,
        obstacles=here.desk.obstacles("pledge", pledge_id, decision, unit=unit),
        decided_on="_contents.html" if contents and decision == "determine" else "",
        known={"c": contents},
    )
