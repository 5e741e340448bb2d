"""The door of the whole installation: whose lists there are, and where officers sign in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from domain import body
from web.office import world


@dataclass(frozen=True)
class House:
    """A public body as a passer-by sees it."""

    code: str
    name: str
    seat: str
    closed: int
    open: int


def page() -> str:
    """For whoever has no session; officers are led to their work (`web.sign_in`)."""
    return render_template("public_home.html", houses=sorted(houses(), key=lambda h: h.name))


def houses() -> list[House]:
    found = []
    for code, register in world().registers.items():
        known = register.ledger.recall(body, body.ID).state
        counts: dict[str, int] = {}
        for row in register.views.tally(published=True):
            counts[row["status"]] = counts.get(row["status"], 0) + row["items"]
        name = known.name or code
        found.append(House(code, name, known.seat, counts.get("exempt", 0), counts.get("open", 0)))
    return found
