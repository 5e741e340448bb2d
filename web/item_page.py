"""One item: what to do next, what is known, why, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain import concern, item
from domain import procedure as procedures
from domain.calendar import local_date, spelled, working_days_between
from domain.desk import ITEM_ACTS, Desk
from domain.history import NAMESPACE, Known, Recorded
from domain.item import Item, Opening, Status, TakenOver
from domain.period_words import read
from domain.rule import Finding, Rule
from web import acting, acts, tasks, words
from web import entries as asked
from web.acting import Form
from web.office import Seat, seat
from web.pages import Names, bp
from web.problems import Problem

FORWARD = (
    "confirm",
    "revise",
    "test_consequence",
    "consider",
    "approve",
    "reject",
    "archive",
    "upload",
    "record_event",
    "review",
    "approve_opening",
    "declassify",
)
"""Acts that bring an item on its way, in that order; the others are done when the need arises."""

OPENING = ("approve_opening", "declassify")
JUDGING = ("consider", "approve", "reject", "review", *OPENING)
"""Acts that judge a test, which must then be before the eyes of whoever judges."""

NOT_YOURS = procedures.THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code


@dataclass(frozen=True)
class Offer:
    """A decision, and what stands in its way for this officer today."""

    act: str
    verb: str
    rules: tuple[Rule, ...]

    @property
    def is_open(self) -> bool:
        return not self.rules

    @property
    def is_for_others(self) -> bool:
        return any(rule.code == NOT_YOURS for rule in self.rules)


@bp.get("/butir/<uuid:item_id>")
def one(item_id: UUID) -> ResponseReturnValue:
    """Everything this officer may know of an item; what to do next stands first."""
    here = seat()
    known = _known(item_id)
    shown = without_closed(known.state) if not here.may_know(known.state) else known.state
    history = here.register.ledger.history(item_id)
    awaited = {row["decision"] for row in here.register.views.worklist(subject_id=item_id)}
    offers = [] if here.office.is_read_only else _offers(here, item_id, known.state)
    forward = [offer for offer in offers if offer.act in (*FORWARD, "determine")]
    ready = [offer for offer in forward if offer.is_open]
    return render_template(
        "item.html",
        id=item_id,
        item=shown,
        version=known.version,
        next_acts=sorted(ready, key=lambda offer: offer.act not in awaited),
        blocked=[o for o in forward if not o.is_open and not o.is_for_others],
        for_others=[o for o in forward if o.is_for_others],
        others=[o for o in offers if o.act not in (*FORWARD, "determine")],
        awaited=awaited,
        why=[words.WHY_AWAITED[d] for d in sorted(awaited) if d in words.WHY_AWAITED],
        if_left=_if_left(here.desk, known.state),
        findings=_findings(here.desk, known.state, history),
        steps=_steps(here, known.state, history),
        entered_later=_entered_later(here, history),
        part_closed=part_closed(known.state),
        draft=tasks.drafts(here).get(item_id),
        sop=here.desk.sop("item", _unit(known.state))[0],
        timeline=timeline(here, item_id, history),
        names=Names(here),
        may_know=here.may_know(known.state),
    )


def _known(item_id: UUID) -> Known[Item]:
    known = seat().register.ledger.recall(item, item_id)
    if not known.version or known.state.status is Status.UNKNOWN:
        raise Problem(404)
    return known


def without_closed(known: Item) -> Item:
    """The same item as those may see it who have no need to know what is closed."""
    if known.particulars is None or known.particulars.closed is None:
        return known
    return replace(known, particulars=replace(known.particulars, closed=None))


def part_closed(known: Item) -> str:
    """What is closed of the document: as tested, where the rest can be given apart from it."""
    if known.test and known.test.segregability.separable:
        return known.test.segregability.parts or known.test.part
    return (known.particulars.part if known.particulars else "") or "seluruh dokumen"


def _unit(known: Item) -> str:
    return known.particulars.unit if known.particulars else ""


def _offers(here: Seat, item_id: UUID, known: Item) -> list[Offer]:
    offers = here.desk.offers("item", item_id)
    offers.pop("submit")
    stands = known.status in (Status.APPROVED, Status.EXEMPT)
    if stands and (known.approved or known.status is Status.APPROVED):
        offers["determine"] = here.desk.obstacles("item", item_id, "determine")
    return [Offer(act, words.ACTS[act], rules) for act, rules in offers.items()]


def _if_left(desk: Desk, known: Item) -> str:
    """What comes of it if nobody does anything."""
    match known:
        case Item(status=Status.EXEMPT, ends_on=ends_on) if ends_on:
            opens = spelled(ends_on + timedelta(days=1))
            return (
                f"Terbuka demi hukum pada {opens} pukul 00.00 {desk.body.zone_name} "
                "(Pasal 11 ayat (3) PP Nomor 61 Tahun 2010)."
            )
        case Item(status=Status.EXEMPT, review_on=missed) if missed and missed < desk.today:
            return (
                f"Tetap tertutup. Tinjau ulang seharusnya selesai {spelled(missed)}; "
                "keterlambatannya terbaca dalam riwayat."
            )
        case Item(status=Status.EXEMPT, review_on=review_on) if review_on:
            return (
                f"Tetap tertutup, tetapi wajib ditinjau ulang paling lambat {spelled(review_on)}; "
                "bila terlewat, keterlambatannya terbaca dalam riwayat."
            )
        case Item(status=Status.TAKEN_OVER):
            return words.IF_LEFT["confirm"]
        case Item(status=Status.PROPOSED | Status.TESTED | Status.APPROVED | Status.REJECTED):
            return words.IF_LEFT_PROPOSED
    return ""


def _findings(desk: Desk, known: Item, history: Sequence[Recorded[Any]]) -> list[Finding]:
    found = list(
        concern.of_item(known, law=desk.law, sop=desk.sop("item", _unit(known)), on=desk.today)
    )
    taken = next((r.fact for r in history if isinstance(r.fact, TakenOver)), None)
    if taken and known.status is Status.TAKEN_OVER:
        found += taken.findings
    return list(dict.fromkeys(found))


def _steps(here: Seat, known: Item, history: Sequence[Recorded[Any]]) -> Sequence[Any]:
    """How long each step of the SOP took, against its own standard."""
    own, _ = here.desk.sop("item", _unit(known))
    if own is None or not history:
        return ()
    desk = here.desk
    return procedures.measure(
        own,
        history,
        local_date=partial(local_date, zone=desk.body.zone),
        working_days_between=partial(working_days_between, desk.schedule),
        now=here.at if known.status not in (Status.OPEN, Status.WITHDRAWN) else None,
    )


def _entered_later(here: Seat, history: Sequence[Recorded[Any]]) -> frozenset[datetime]:
    """When acts were entered that had been done on an earlier day.

    A service time that begins or ends there would measure the entering, not the service.
    """
    zone = here.desk.body.zone
    return frozenset(one.at for one in history if one.on < local_date(one.at, zone))


def timeline(
    here: Seat, subject_id: UUID, history: Sequence[Recorded[Any]]
) -> list[dict[str, Any]]:
    """A history as a reader follows it, latest first."""
    noted = {row["version"]: row for row in here.register.views.history_of(subject_id)}
    zone = here.desk.body.zone
    return [
        {
            "title": words.FACTS.get(words.tag(one.fact), words.tag(one.fact)),
            "lines": list(words.told(one.fact)),
            "at": noted.get(one.originator_version, {}).get("recorded_at") or one.at,
            "on": one.on,
            "is_backdated": one.on < local_date(one.at, zone),
            "by": one.by,
            "role": one.as_role,
            "principal": one.principal,
            "delegation": one.delegation,
            "procedure": one.procedure,
        }
        for one in reversed(history)
    ]


# Acting


@bp.get("/butir/baru")
def new() -> ResponseReturnValue:
    return acting.show(_submission())


@bp.post("/butir/baru")
def submit() -> ResponseReturnValue:
    return acting.do(_submission())


def _submission() -> Form:
    """A new item gets its id from the form it is sent with, so that sending twice makes one."""
    here = seat()
    token = request.form.get("token", "")
    item_id = uuid5(NAMESPACE, f"{here.register.code}:{here.account.officer_id}:{token}")
    units = [unit for unit in here.desk.body.units if here.office.covers(unit)]
    may_close = any(here.office.may_know(unit) for unit in units)
    options = acting.options_of(here.desk)
    own = {u: n for u, n in options["particulars.unit"].items() if not u or u in units}
    return Form(
        title=words.ACTS["submit"],
        subject="",
        back=url_for("pages.work"),
        done=url_for("pages.start") + "butir/{id}",
        schema=asked.Submit(),
        subject_id=item_id,
        version=0,
        act=lambda given, expect, key: acts.on_item(
            here, "submit", item_id, given, expect=0, key=key, closed_given=may_close
        ),
        initial={"particulars": {"unit": units[0] if len(units) == 1 else "", "held": True}},
        options={**options, "particulars.unit": own},
        leave_out=() if may_close else ("particulars.closed",),
        obstacles=here.desk.obstacles("item", item_id, "submit", unit=units[0] if units else ""),
    )


@bp.get("/butir/<uuid:item_id>/tindakan/<decision>")
def ask(item_id: UUID, decision: str) -> ResponseReturnValue:
    if decision == "determine":
        draft = tasks.drafts(seat()).get(item_id)
        return redirect(
            url_for("pages.decree_page", decree_id=draft["id"])
            if draft
            else url_for("pages.new_decree", butir=item_id)
        )
    return acting.show(_form(item_id, decision))


@bp.post("/butir/<uuid:item_id>/tindakan/<decision>")
def act(item_id: UUID, decision: str) -> ResponseReturnValue:
    return acting.do(_form(item_id, decision))


def _form(item_id: UUID, decision: str) -> Form:
    if decision not in ITEM_ACTS or decision == "submit":
        raise Problem(404)
    here, known = seat(), _known(item_id)
    may_know = here.may_know(known.state)
    state = known.state if may_know else without_closed(known.state)
    left = _if_left(here.desk, state)
    return Form(
        title=words.ACTS[decision],
        subject=state.particulars.title if state.particulars else "",
        back=url_for("pages.one", item_id=item_id),
        schema=asked.ITEM[decision](),
        subject_id=item_id,
        version=known.version,
        act=lambda given, expect, key: acts.on_item(
            here, decision, item_id, given, expect=expect, key=key, closed_given=may_know
        ),
        initial=_initial(here.desk, state, decision, item_id),
        options=acting.options_of(here.desk),
        leave_out=() if may_know else ("particulars.closed",),
        obstacles=here.desk.obstacles("item", item_id, decision),
        findings=tuple(_findings(here.desk, state, ())) if decision == "approve" else (),
        advice=f"Jika dibiarkan: {left[0].lower()}{left[1:]}"
        if decision in OPENING and left
        else "",
        decided_on="_test.html" if state.test and decision in JUDGING else "",
        known={"item": state, "names": Names(here)},
    )


def _initial(desk: Desk, known: Item, decision: str, item_id: UUID) -> Mapping[str, Any]:
    """What the form starts from: what is known already need not be typed again."""
    particulars = known.particulars
    match decision:
        case "confirm" | "revise":
            return {"particulars": particulars}
        case "test_consequence" if known.test:
            # The kind is read anew from the words: one left over would outvote changed words.
            words_say_it = read(known.test.period.words) == known.test.period
            period = {"words": known.test.period.words} if words_say_it else known.test.period
            parts = {f.name: getattr(known.test, f.name) for f in fields(known.test)}
            return {"test": {**parts, "period": period}}
        case "test_consequence" if particulars:
            return {"test": {"part": particulars.part, "grounds": particulars.grounds}}
        case "archive" if known.archived:
            return {
                "soft_place": known.archived.soft_place,
                "hard_place": known.archived.hard_place,
            }
        case "upload":
            page = url_for("public.one", code=seat().register.code, item_id=item_id)
            return {"channels": [{"kind": "sidik", "address": page, "on": desk.today}]}
        case "record_event" if known.determination:
            return {"event": known.determination.period.event}
        case "approve_opening" if known.notice and known.notice.due <= desk.today:
            return {"why": Opening.AT_END}
        case "declassify" if known.opening_approved:
            return {"why": known.opening_approved}
        case "release" if known.holds:
            kind, reference = sorted(known.holds)[0]
            return {"kind": kind, "reference": reference}
    return {}
