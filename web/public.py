"""What anybody may read: the published list, opened items, the pledges. No session is looked at.

Unless an entry was published on SIDIK's own public page, or the item was opened, it is not
here: neither in the list nor under its address.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from domain import body, item, law, pledge
from domain.calendar import local_date
from domain.item import Item, Status
from web import asking
from web.item_page import without_closed
from web.office import world
from web.problems import Problem
from web.register import Register, Row

bp = Blueprint("public", __name__, url_prefix="/publik/<code>")


@bp.url_value_preprocessor
def _of_which_body(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.code = (values or {}).pop("code", "")


@bp.url_defaults
def _same_body(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("code", g.get("code", ""))


@bp.before_request
def _find() -> None:
    register = world().registers.get(g.code)
    if register is None:
        raise Problem(404)
    g.register = register
    g.body = register.ledger.recall(body, body.ID).state
    g.today = local_date(g.at, g.body.zone)


@bp.get("/")
def listing() -> ResponseReturnValue:
    """The list of exempted information as it was published, and what has been opened."""
    faults: Any = {}
    wanted = asking.Question()
    only = {k: v for k, v in request.args.items() if k in ("q", "status", "after")}
    try:
        wanted = asking.question(only, g.body.zone)
    except ValidationError as error:
        faults = error.messages
    status = wanted.status if wanted.status in (Status.EXEMPT, Status.OPEN) else ""
    rows, after = ([], "") if faults else _published(g.register, wanted, status)
    page = render_template(
        "public_list.html",
        rows=rows,
        query=wanted.query,
        status=status,
        after=after,
        faults=faults,
    )
    return page, 422 if faults else 200


@bp.get("/butir/<uuid:item_id>")
def one(item_id: UUID) -> ResponseReturnValue:
    known = g.register.ledger.recall(item, item_id)
    if not known.version or not is_public(known.state):
        raise Problem(404)
    return render_template(
        "public_item.html",
        item=without_closed(known.state),
        is_open=is_open(known.state, g.today),
        opened_on=_opened_on(known.state),
        categories=g.register.ledger.recall(law, law.ID).state.categories(g.today),
    )


def _opened_on(known: Item) -> date | None:
    """The first day on which it is open, or will be if nothing else is decided."""
    return known.opened_on or (known.ends_on and known.ends_on + timedelta(days=1))


@bp.get("/maklumat")
def pledges() -> ResponseReturnValue:
    found = []
    for unit, name in {"": g.body.name, **g.body.units}.items():
        state = g.register.ledger.recall(pledge, pledge.id_of(unit)).state
        if state.contents and state.channels:
            found.append((name, state))
    return render_template("public_pledges.html", pledges=found)


def is_public(known: Item) -> bool:
    """Published here while exempt, or opened."""
    if known.status is Status.OPEN:
        return True
    return known.status is Status.EXEMPT and any(c.kind == item.OUR_PAGE for c in known.channels)


def is_open(known: Item, today: date) -> bool:
    """Open by decision, or by law although the clock has not written it down yet."""
    return known.status is Status.OPEN or not known.exempt_on(today)


def _published(register: Register, asked: asking.Question, status: str) -> tuple[list[Row], str]:
    """A page of published entries, and the cursor of the next."""
    rows = register.views.list(
        published=True,
        status=status or None,
        query=asked.query or None,
        after=asked.after,
        limit=asked.limit + 1,
    )
    shown = rows[: asked.limit]
    return shown, asking.cursor(shown[-1]) if rows[asked.limit :] else ""
