"""Acts as pages and the API both do them: from entries to the desk, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from domain import item, pledge
from domain.desk import Desk
from domain.history import Receipt
from domain.item import Particulars
from web import entries as asked
from web import step_up
from web.office import Seat
from web.once import Answer, once, recorded_under

Entries = Mapping[str, Any]


class ReadOnly(Exception):
    """This office reads and does not act."""


def on_item(
    seat: Seat,
    decision: str,
    item_id: UUID,
    given: Entries,
    *,
    expect: int | None,
    key: str,
    closed_given: bool = False,
) -> Answer:
    """Decide on an item. What is closed stays as it is unless *closed_given*."""

    def act(desk: Desk) -> Receipt:
        values = asked.of_item(given, law_version=desk.law.version)
        if "particulars" in values:
            values["particulars"] = _closed(seat, item_id, values["particulars"], closed_given)
        return desk.on_item(decision, item_id, expect=expect, **values)

    return _do(seat, decision, item_id, given, act, key)


def on_decree(
    seat: Seat, decision: str, decree_id: UUID, given: Entries, *, expect: int | None, key: str
) -> Answer:
    def act(desk: Desk) -> Receipt:
        values = {name: value for name, value in given.items() if name != "on"}
        if decision == "draft":
            return desk.draft_decree(decree_id, **values)
        acts: Mapping[str, Callable[..., Receipt]] = {
            "change_lines": desk.change_lines,
            "approve_draft": desk.approve_draft,
            "return_draft": desk.return_draft,
            "issue": desk.issue,
        }
        return acts[decision](decree_id, expect=expect, **values)

    return _do(seat, decision, decree_id, given, act, key)


def on_pledge(
    seat: Seat, decision: str, unit: str, given: Entries, *, expect: int | None, key: str
) -> Answer:
    def act(desk: Desk) -> Receipt:
        values = {name: value for name, value in given.items() if name != "on"}
        return desk.on_pledge(decision, unit, expect=expect, **values)

    return _do(seat, decision, pledge.id_of(unit), given, act, key)


def on_setting(
    seat: Seat,
    kind: str,
    subject_id: UUID,
    decision: str,
    given: Entries,
    *,
    expect: int | None,
    key: str,
) -> Answer:
    """Change the law, the calendar, the body or an officer, as the Admin may."""
    desk = seat.acting(on=None, cause=key)
    receipt = desk.on_setting(kind, subject_id, decision, given, expect=expect)
    return _answer(seat, subject_id, receipt)


def answered_once(seat: Seat, subject_id: UUID, key: str, request: bytes, act: Any) -> Answer:
    """The act, or what it answered before; also where its first answer was lost on the way."""

    def recover() -> Answer | None:
        found = recorded_under(seat, subject_id, key)
        return dict(found) if found else None

    return once(seat, key, request, act, recover)


def _do(
    seat: Seat,
    decision: str,
    subject_id: UUID,
    given: Entries,
    act: Callable[[Desk], Receipt],
    key: str,
) -> Answer:
    if seat.office.is_read_only:
        raise ReadOnly
    step_up.before(decision)
    return _answer(seat, subject_id, act(seat.acting(on=asked.dated(given), cause=key)))


def _answer(seat: Seat, subject_id: UUID, receipt: Receipt) -> Answer:
    if receipt.position is not None:
        seat.register.views.wait_for(receipt.position)
    return {
        "id": str(subject_id),
        "version": receipt.versions[subject_id],
        "recorded": len(receipt.facts),
        "position": receipt.position,
    }


def _closed(seat: Seat, item_id: UUID, new: Particulars, closed_given: bool) -> Particulars:
    known = seat.register.ledger.recall(item, item_id).state.particulars
    if not closed_given:
        return replace(new, closed=known.closed if known else None)
    units = {new.unit} | ({known.unit} if known else set())
    if not all(seat.office.may_know(unit) for unit in units):
        said = "Jabatan Anda tidak berwenang mengisi keterangan tertutup unit ini."
        raise ValidationError({"particulars": {"closed": [said]}})
    return new
