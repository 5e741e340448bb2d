"""One item: what it is and where it stands, what to do next, what is known, how it came about.

Everything follows from the facts that count from where one looks (`web.time_machine`); nothing is
done from the past. Read on: the page, what stands in the way, what a history tells, acting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from domain import body, concern, hindsight, item, law, reasoning
from domain import procedure as procedures
from domain.body import Body
from domain.calendar import local_date, working_days_between
from domain.desk import ITEM_ACTS, Desk
from domain.hindsight import Vantage
from domain.history import NAMESPACE, Known, Recorded
from domain.item import Item, Opening, Status, TakenOver
from domain.law import LawRegister
from domain.period_words import read
from domain.rule import Finding, Refused, Rule
from projections import worklist
from web import acting, acts, item_panels, past_tests, scope, tasks, time_machine, words
from web import entries as asked
from web.acting import Checked, Form, Since
from web.forms import complaints_of
from web.histories import recorded_times, timeline, told
from web.item_panels import Panel
from web.language import _
from web.office import Seat, seat
from web.pages import Names, bp
from web.past_tests import Begun
from web.problems import Problem
from web.time_machine import Machine

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
CLOSED = "closed"
"""What a reading of closed particulars is noted as."""


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


# The page


@bp.get("/butir/<uuid:item_id>")
def one(item_id: UUID) -> ResponseReturnValue:
    """Everything this officer may know of an item, now or from where he looks back."""
    here = seat()
    known = _known(item_id)
    history = here.register.ledger.history(item_id)
    machine, faults = _machine(here, item_id, history)
    if address := time_machine.slid(request.args, machine):
        return redirect(address)
    then = hindsight.seen(item, history, machine.vantage)
    if _unit(then) and not here.sees(_unit(then)):
        raise Problem(404)
    setting = _Setting.at(here, machine)
    with_closed = here.may_know(known.state) and (not machine.is_past or here.may_know(then))
    shown = then if with_closed else without_closed(then)
    names = Names(here)
    panels = _panels(here, then, setting, names, with_closed=with_closed)
    if machine.is_past:
        current = _panels(here, known.state, _Setting.at(here), names, with_closed=with_closed)
        panels = item_panels.compared(panels, current)
    if any(panel.rows for panel in panels if panel.key == CLOSED):
        here.note_reading(CLOSED, item_id, request.query_string.decode("ascii", "replace")[:200])
    page = render_template(
        "item.html",
        id=item_id,
        item=shown,
        current=known.state,
        title=(then if then.particulars else known.state).particulars,
        panels={panel.key: panel for panel in panels},
        panel_order=[panel for panel in panels if panel.rows and panel.key != CLOSED],
        beside=item_panels.beside(shown, here.desk.body.units) if with_closed else None,
        grounds=item_panels.grounds(then),
        machine=machine,
        faults=faults,
        awaited=[words.ACTS.get(d) for d in awaited(then)],
        step=None if machine.is_past else _next_step(here, item_id, known.state),
        if_left=_if_left(then, machine.day, here.desk.body.zone_name),
        findings=_findings(then, machine.counted, setting),
        steps=_steps(here, then, machine, setting),
        entered_later=_entered_later(here, machine.counted),
        sop=setting.sop(_unit(then)),
        timeline=_timeline(here, machine),
        names=names,
        may_know=with_closed,
    )
    return page, 422 if faults else 200


def _machine(
    here: Seat, item_id: UUID, history: Sequence[Recorded[Any]]
) -> tuple[Machine, Mapping[str, Sequence[str]]]:
    """The machine at the place asked for, or where that cannot be read, now, and why not."""
    known: dict[str, Any] = {
        "history": history,
        "times": recorded_times(here, item_id, history),
        "address": url_for("pages.one", item_id=item_id),
        "zone": here.desk.body.zone,
        "zone_name": here.desk.body.zone_name,
        "at": here.at,
    }
    try:
        return time_machine.machine(request.args, **known), {}
    except ValidationError as error:
        return time_machine.machine({}, **known), complaints_of(error).errors


@dataclass(frozen=True)
class _Setting:
    """The law and the body's papers as they were known, on the day they are asked of."""

    law: LawRegister
    body: Body
    on: date
    statutory: procedures.Procedure

    @classmethod
    def at(cls, here: Seat, machine: Machine | None = None) -> _Setting:
        desk, statutory = here.desk, here.desk.statutory["item"]
        if machine is None or not machine.is_past:
            return cls(desk.law, desk.body, desk.today, statutory)
        if (moment := machine.recorded_moment) is None:
            return cls(desk.law, desk.body, machine.day, statutory)
        laws: LawRegister = _known_at(here, law, law.ID, moment)
        return cls(laws, _known_at(here, body, body.ID, moment), machine.day, statutory)

    def sop(self, unit: str) -> procedures.Procedure | None:
        return self.body.procedure("item", unit=unit, on=self.on)


def _known_at(here: Seat, subject: Any, subject_id: UUID, moment: datetime) -> Any:
    history = here.register.ledger.history(subject_id)
    version = hindsight.version_at(recorded_times(here, subject_id, history), moment)
    return hindsight.seen(subject, history, Vantage(version=version))


def _panels(
    here: Seat, known: Item, setting: _Setting, names: Names, *, with_closed: bool
) -> list[Panel]:
    return item_panels.panels(
        known,
        units=here.desk.body.units,
        categories=setting.law.categories(setting.on),
        names=names,
        with_closed=with_closed,
    )


def _known(item_id: UUID) -> Known[Item]:
    here = seat()
    known = here.register.ledger.recall(item, item_id)
    if not known.version or known.state.status is Status.UNKNOWN:
        raise Problem(404)
    if not here.sees(_unit(known.state)):
        raise Problem(404)
    return known


def without_closed(known: Item) -> Item:
    """The same item as those may see it who have no need to know what is closed."""
    if known.particulars is None or known.particulars.closed is None:
        return known
    return replace(known, particulars=replace(known.particulars, closed=None))


def _unit(known: Item) -> str:
    return known.particulars.unit if known.particulars else ""


# What next, and what stands in the way


@dataclass(frozen=True)
class NextStep:
    """What this officer may do now, what is in the way of the rest, and why it is asked."""

    why: Sequence[str]
    ready: Sequence[Offer]
    wanted: Sequence[Offer]  # awaited of this office, but something is in the way
    blocked: Sequence[Offer]
    for_others: Sequence[Offer]
    others: Sequence[Offer]
    awaited: frozenset[str]
    draft: Mapping[str, Any] | None  # the draft decree on which the item stands


def _next_step(here: Seat, item_id: UUID, known: Item) -> NextStep:
    due = frozenset(awaited(known))
    offers = [] if here.office.is_read_only else _offers(here, item_id, known)
    forward = [offer for offer in offers if offer.act in (*FORWARD, "determine")]
    ready = [offer for offer in forward if offer.is_open]
    stuck = [offer for offer in forward if not offer.is_open and not offer.is_for_others]
    return NextStep(
        why=[words.WHY_AWAITED[d] for d in sorted(due) if d in words.WHY_AWAITED],
        ready=sorted(ready, key=lambda offer: offer.act not in due),
        wanted=[offer for offer in stuck if offer.act in due],
        blocked=[offer for offer in stuck if offer.act not in due],
        for_others=[offer for offer in forward if offer.is_for_others],
        others=[offer for offer in offers if offer.act not in (*FORWARD, "determine")],
        awaited=due,
        draft=tasks.drafts(here).get(item_id),
    )


def awaited(known: Item) -> list[str]:
    """The decisions an item awaits in a state; the worklist has the same of its row."""
    row = SimpleNamespace(
        status=known.status,
        opinions=len(known.opinions),
        soft_place=known.archived.soft_place if known.archived else None,
        channels=len(known.channels),
        awaits_event=known.awaits_event,
        opening_approved=known.opening_approved,
        fresh_test=known.fresh_test,
        approved=known.approved,
        raised=known.raised,
        ends_on=known.ends_on,
        review_on=known.review_on,
    )
    return [decision for decision, _due_on in worklist.awaited(row)]


def _offers(here: Seat, item_id: UUID, known: Item) -> list[Offer]:
    offers = here.desk.offers("item", item_id)
    offers.pop("submit")
    stands = known.status in (Status.APPROVED, Status.EXEMPT)
    if stands and (known.approved or known.status is Status.APPROVED):
        offers["determine"] = here.desk.obstacles("item", item_id, "determine")
    return [Offer(act, words.ACTS[act], rules) for act, rules in offers.items()]


def _if_left(known: Item, today: date, zone_name: str) -> str:
    """What comes of it if nobody does anything."""
    match known:
        case Item(status=Status.EXEMPT, ends_on=ends_on) if ends_on:
            return _(
                "Terbuka demi hukum pada %(day)s pukul 00.00 %(zone)s "
                "(Pasal 11 ayat (3) PP Nomor 61 Tahun 2010).",
                day=words.day(ends_on + timedelta(days=1)),
                zone=zone_name,
            )
        case Item(status=Status.EXEMPT, review_on=missed) if missed and missed < today:
            return _(
                "Tetap tertutup. Tinjau ulang seharusnya selesai %(day)s; "
                "keterlambatannya terbaca dalam riwayat.",
                day=words.day(missed),
            )
        case Item(status=Status.EXEMPT, review_on=review_on) if review_on:
            return _(
                "Tetap tertutup, tetapi wajib ditinjau ulang paling lambat %(day)s; "
                "bila terlewat, keterlambatannya terbaca dalam riwayat.",
                day=words.day(review_on),
            )
        case Item(status=Status.TAKEN_OVER):
            return words.IF_LEFT["confirm"]
        case Item(status=Status.PROPOSED | Status.TESTED | Status.APPROVED | Status.REJECTED):
            return _(words.IF_LEFT_PROPOSED)
    return ""


# What a history tells


def _findings(known: Item, history: Sequence[Recorded[Any]], setting: _Setting) -> list[Finding]:
    sop = setting.sop(_unit(known)), setting.statutory
    found = list(concern.of_item(known, law=setting.law, sop=sop, on=setting.on))
    taken = next((r.fact for r in history if isinstance(r.fact, TakenOver)), None)
    if taken and known.status is Status.TAKEN_OVER:
        found += taken.findings
    return list(dict.fromkeys(found))


def _steps(here: Seat, known: Item, machine: Machine, setting: _Setting) -> Sequence[Any]:
    """How long each step of the SOP took, against its own standard."""
    own = setting.sop(_unit(known))
    if own is None or not machine.counted:
        return ()
    desk = here.desk
    return procedures.measure(
        own,
        machine.counted,
        local_date=partial(local_date, zone=desk.body.zone),
        working_days_between=partial(working_days_between, desk.schedule),
        now=machine.looked_from if known.status not in (Status.OPEN, Status.WITHDRAWN) else None,
    )


def _entered_later(here: Seat, history: Sequence[Recorded[Any]]) -> frozenset[datetime]:
    """When acts were entered that had been done on an earlier day.

    A service time that begins or ends there would measure the entering, not the service.
    """
    zone = here.desk.body.zone
    return frozenset(one.at for one in history if one.on < local_date(one.at, zone))


def _timeline(here: Seat, machine: Machine) -> list[dict[str, Any]]:
    """The whole history; what does not count from here stays, told apart."""
    hidden = scope.before_his_unit(here, machine.history)
    both = zip(reversed(machine.history), reversed(machine.times), strict=True)
    counted = {one.originator_version for one in machine.counted}
    return [
        {
            **(scope.without_lines(entry) if entry["version"] in hidden else entry),
            "is_later": entry["version"] not in counted,
            "is_here": machine.is_past and entry["version"] == machine.last,
            "address": machine.at_fact(entry["version"]),
        }
        for entry in told(here, both)
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
    left = _if_left(state, here.desk.today, here.desk.body.zone_name)
    setting = _Setting.at(here)
    if may_know and "particulars" in asked.ITEM[decision]().fields and _closed(state):
        here.note_reading(CLOSED, item_id, decision)
    is_test = decision == "test_consequence"
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
        findings=tuple(_findings(state, (), setting)) if decision == "approve" else (),
        advice=_("Jika dibiarkan: %(what)s", what=left[0].lower() + left[1:])
        if decision in OPENING and left
        else "",
        decided_on="_test.html" if state.test and decision in JUDGING else "",
        known={"tested": _tested(here, state, setting)},
        since=lambda version: _since(here, item_id, decision, version),
        check=(lambda given: _checked(here, decision, item_id, given)) if is_test else None,
        begin=(lambda key: _begun(here, known.state, key)) if is_test else None,
        beginnings=past_tests.beginnings(here, item_id, state) if is_test else None,
    )


def _tested(here: Seat, known: Item, setting: _Setting) -> Panel:
    """The test, for whoever judges it."""
    panels = _panels(here, known, setting, Names(here), with_closed=False)
    return next(panel for panel in panels if panel.key == "test")


def _begun(here: Seat, known: Item, key: str) -> Begun | None:
    """The sheet started from another test; what is this item's own stays its own."""
    found = past_tests.begun(here, key)
    if found is None:
        return None
    own = _own_test(known)
    part = own.get("part") or found.initial.get("part", "")
    grounds = own.get("grounds") or found.initial.get("grounds", ())
    test = {**own, **found.initial, "part": part, "grounds": grounds}
    return Begun({"test": test}, found.origin)


def _checked(here: Seat, decision: str, item_id: UUID, given: Mapping[str, Any]) -> Checked:
    """What stands against a test, and what there is to look at in it, with nothing recorded."""
    desk = here.acting(on=asked.dated(given), cause="")
    values = asked.of_item(given, law_version=desk.law.version)
    rules: tuple[Rule, ...] = ()
    try:
        desk.suppose_item(decision, item_id, **values)
    except Refused as refusal:
        rules = refusal.rules
    supposed = replace(_known(item_id).state, test=values["test"], tested_on=desk.on, override=None)
    found = concern.of_item(
        supposed, law=desk.law, sop=desk.sop("item", _unit(supposed)), on=desk.on
    )
    gaps = reasoning.gaps(values["test"]) if values.get("override") else ()
    return Checked(rules=rules, findings=(*gaps, *found))


def _closed(known: Item) -> bool:
    return known.particulars is not None and known.particulars.closed is not None


def _since(here: Seat, item_id: UUID, decision: str, version: int) -> Since:
    """What happened since a version was seen, and what stood on the form then."""
    history = here.register.ledger.history(item_id)
    then = hindsight.seen(item, history, Vantage(version=version))
    now = hindsight.seen(item, history, hindsight.NOW)
    if not (here.may_know(then) and here.may_know(now)):
        then, now = without_closed(then), without_closed(now)
    setting, names = _Setting.at(here), Names(here)
    both = [_panels(here, one, setting, names, with_closed=False) for one in (then, now)]
    statuses = item_panels.status(then), item_panels.status(now)
    moved = [replace(statuses[0], now=statuses[1].text)] if then.status != now.status else []
    return Since(
        entries=timeline(here, item_id, history)[: max(0, len(history) - version)],
        rows=[*moved, *item_panels.differences(*both)],
        initial=_initial(here.desk, then, decision, item_id) if version else {},
    )


def _initial(desk: Desk, known: Item, decision: str, item_id: UUID) -> Mapping[str, Any]:
    """What the form starts from: what is known already need not be typed again."""
    particulars = known.particulars
    match decision:
        case "confirm" | "revise":
            return {"particulars": particulars}
        case "test_consequence":
            return {"test": _own_test(known)}
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


def _own_test(known: Item) -> Mapping[str, Any]:
    if known.test:
        # The kind is read anew from the words: one left over would outvote changed words.
        words_say_it = read(known.test.period.words) == known.test.period
        period = {"words": known.test.period.words} if words_say_it else known.test.period
        parts = {f.name: getattr(known.test, f.name) for f in fields(known.test)}
        return {**parts, "period": period}
    if known.particulars:
        return {"part": known.particulars.part, "grounds": known.particulars.grounds}
    return {}
