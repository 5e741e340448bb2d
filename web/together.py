"""One act on several items: shown item by item before it is done, answered item by item after.

Each item gets a fact of its own under a key of its own, so that whatever was broken off half way
is finished by sending it again; what is refused is named with its rule, the others are recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from domain import item
from domain import together as together_
from domain.history import NAMESPACE, Contended, Stale
from domain.item import OUR_PAGE
from domain.rule import Refused, Rule, uphold
from domain.together import TOGETHER
from web import acting, acts, words
from web import entries as asked
from web.forms import (
    Complaints,
    Typed,
    complaints_of,
    each_entry,
    load,
    reasons,
    sections,
    typed_from,
    unfilled,
)
from web.language import _
from web.office import Seat, seat
from web.once import KeyOfAnother, StillAtWork, digest
from web.pages import bp
from web.problems import KEY, Problem

Entries = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of the act on one item."""

    id: UUID
    version: int = 0  # 0: nothing was recorded
    position: int = 0  # of its fact; 0: not known
    rules: tuple[Rule, ...] = ()
    said: str = ""  # where no rule says why

    @property
    def is_done(self) -> bool:
        return bool(self.version)


def on_items(
    here: Seat, decision: str, items: Sequence[UUID], given: Entries, *, key: str
) -> list[Outcome]:
    """Record *decision* for each of *items*, and say for each what became of it."""
    if here.office.is_read_only:
        raise acts.ReadOnly
    chosen = list(dict.fromkeys(items))
    uphold(together_.rules_against(decision, len(chosen)))
    return [_on_one(here, decision, item_id, given, key) for item_id in chosen]


def _on_one(here: Seat, decision: str, item_id: UUID, given: Entries, key: str) -> Outcome:
    known = here.register.ledger.recall(item, item_id)
    if not known.version:
        return Outcome(item_id, said=_("Butir ini tidak ada dalam register."))
    own_key = uuid5(NAMESPACE, f"{key}:{item_id}").hex
    own = _given(here, item_id, given)
    asked_for = digest("together", decision, str(item_id), here.role, repr(sorted(own.items())))
    try:
        answer = acts.answered_once(
            here,
            item_id,
            own_key,
            asked_for,
            lambda: acts.on_item(here, decision, item_id, own, expect=None, key=own_key),
        )
    except Refused as refusal:
        return Outcome(item_id, rules=refusal.rules)
    except (Stale, Contended, StillAtWork):
        return Outcome(item_id, said=_("Butir ini sedang diubah orang lain; ulangi sebentar lagi."))
    except KeyOfAnother:
        return Outcome(item_id, said=_("Isian ini sudah dikirim dengan isi lain; muat ulang."))
    return Outcome(item_id, version=answer["version"], position=answer.get("position") or 0)


def last_of(outcomes: Iterable[Outcome]) -> int:
    """Where the last fact stands: the checkpoint that covers it covers those of all items."""
    return max((outcome.position for outcome in outcomes), default=0)


def _given(here: Seat, item_id: UUID, given: Entries) -> dict[str, Any]:
    """The same entries for every item, but for the address of its own public page."""
    if "channels" not in given:
        return dict(given)
    page = url_for("public.one", code=here.register.code, item_id=item_id)
    channels = [
        replace(channel, address=page) if channel.kind == OUR_PAGE else channel
        for channel in given["channels"]
    ]
    return {**given, "channels": channels}


# The page


@dataclass(frozen=True)
class Line:
    """One of the items, and what already stands against the act on it."""

    id: UUID
    title: str
    unit: str
    status: str
    against: tuple[Rule, ...] = ()
    outcome: Outcome | None = None

    @property
    def is_ready(self) -> bool:
        return not self.against


@bp.get("/sekaligus")
def choose_together() -> ResponseReturnValue:
    """Rows were ticked and a button pressed: on to the form of that act."""
    if seat().office.is_read_only:
        raise acts.ReadOnly
    chosen = request.args.getlist("butir")
    decision = request.args.get("tindakan", "")
    if decision == "determine":
        return redirect(url_for("pages.new_decree", butir=chosen), 303)
    if decision not in TOGETHER:
        raise Problem(404)
    return redirect(url_for("pages.ask_together", decision=decision, butir=chosen), 303)


@bp.get("/sekaligus/<decision>")
def ask_together(decision: str) -> ResponseReturnValue:
    if seat().office.is_read_only:
        raise acts.ReadOnly
    here, lines = seat(), _lines(seat(), decision, request.args.getlist("butir"))
    ticked = [str(line.id) for line in lines if line.is_ready]
    typed = typed_from(_initial(here, decision))
    return _page(decision, lines, ticked, typed, Complaints(), uuid4().hex), 200


@bp.post("/sekaligus/<decision>")
def act_together(decision: str) -> ResponseReturnValue:
    here = seat()
    lines = _lines(here, decision, request.form.getlist("semua"))
    ticked = request.form.getlist("butir")
    typed: Typed = MultiDict(request.form)
    token = typed.get("token", "")
    if not KEY.fullmatch(token):
        token = uuid4().hex
    schema = asked.ITEM[decision]()
    try:
        given = load(schema, typed)
        outcomes = on_items(here, decision, _ids(ticked), given, key=token)
    except ValidationError as error:
        complaints = complaints_of(error)
        complaints = replace(complaints, errors={**unfilled(schema, typed), **complaints.errors})
        return _page(decision, lines, ticked, typed, complaints, uuid4().hex), 422
    except Refused as refusal:
        complaints = Complaints(rules=refusal.rules)
        return _page(decision, lines, ticked, typed, complaints, uuid4().hex), 409
    found = {outcome.id: outcome for outcome in outcomes}
    done = [replace(line, outcome=found[line.id]) for line in lines if line.id in found]
    return render_template(
        "together_done.html",
        verb=words.ACTS[decision],
        last=last_of(outcomes),
        done=[line for line in done if line.outcome and line.outcome.is_done],
        refused=[line for line in done if line.outcome and not line.outcome.is_done],
    ), 200


def _initial(here: Seat, decision: str) -> dict[str, Any]:
    if decision != "upload":
        return {}
    page = url_for("public.listing", code=here.register.code)
    return {"channels": [{"kind": OUR_PAGE, "address": page, "on": here.desk.today}]}


def _ids(chosen: Iterable[str]) -> list[UUID]:
    found = []
    for written in chosen:
        try:
            found.append(UUID(written))
        except ValueError:
            raise Problem(400) from None
    return list(dict.fromkeys(found))


def _lines(here: Seat, decision: str, chosen: Sequence[str]) -> list[Line]:
    if decision not in TOGETHER:
        raise Problem(404)
    lines = []
    for item_id in _ids(chosen)[: together_.ITEMS_MAX]:
        known = here.register.ledger.recall(item, item_id)
        particulars = known.state.particulars
        if not known.version or particulars is None or not here.sees(particulars.unit):
            raise Problem(404)
        lines.append(
            Line(
                id=item_id,
                title=particulars.title,
                unit=here.desk.body.units.get(particulars.unit, particulars.unit),
                status=known.state.status.value,
                against=here.desk.obstacles("item", item_id, decision),
            )
        )
    return lines


def _page(
    decision: str,
    lines: Sequence[Line],
    ticked: Sequence[str],
    typed: Typed,
    complaints: Complaints,
    token: str,
) -> str:
    schema = asked.ITEM[decision]()
    parts = sections(schema, typed, complaints, acting.options_of(seat().desk))
    return render_template(
        "together.html",
        decision=decision,
        verb=words.ACTS[decision],
        lines=lines,
        ticked=ticked,
        parts=parts,
        complaints=complaints,
        against=reasons(complaints.rules, parts),
        wrong=[entry for entry in each_entry(parts) if entry.is_wrong],
        token=token,
    )
