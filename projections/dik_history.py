"""The list through time: as of any date, as known at any time.

A row is a state of an item with its bounds; `dik_history.sql` says when it is shown. Facts that
come in the order of their dates only ever end the last state and add one (`end`). A back-dated
fact also changes the states after it; such an item is told anew from its facts (`states`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from projections import Values, table
from projections.dik import DIK, Row

DIK_HISTORY = table("dik_history", "id", "effective_from", "recorded_from", like=DIK)

STILL = 2**63 - 1  # a position that is never reached
ENDLESS = date.max


@dataclass(frozen=True, slots=True)
class Bounds:
    recorded_from: int
    recorded_to: int
    effective_from: date
    effective_to: date
    end_known_from: int


def end(began: date, on: date, position: int) -> tuple[int, date, int]:
    """What the fact at *position* makes of the last state: recorded to, effective to, known from.

    A state that is superseded on the day it began is no longer true of any day.
    """
    return (position, ENDLESS, STILL) if on == began else (STILL, on, position)


def begin(on: date, position: int) -> Values:
    """The bounds of a state that goes on until further notice."""
    return position, STILL, on, ENDLESS, STILL


def states(
    row: Row, facts: Iterable[tuple[int, date, Callable[[Row], None]]]
) -> list[tuple[Row, Bounds]]:
    """Every state an item was ever known to be in, whatever the order of dates.

    *row* is the row of an item of which nothing is known; a fact is its position, the day on
    which it takes effect, and how it changes a row.
    """
    done: list[tuple[Row, Bounds]] = []
    known: list[tuple[Row, Bounds]] = []  # by effective date: what is now held to be true
    for position, on, take in facts:
        place = bisect_right([bounds.effective_from for _, bounds in known], on)
        before, after = known[:place], known[place:]
        new = copy(before[-1][0]) if before else copy(row)
        take(new)
        until = after[0][1].effective_from if after else ENDLESS
        bounds = Bounds(position, STILL, on, until, position if after else STILL)
        if before:
            state, old = before.pop()
            if old.effective_from == on:
                done.append((state, replace(old, recorded_to=position)))
            elif not after:
                before.append((state, replace(old, effective_to=on, end_known_from=position)))
            else:
                done.append((state, replace(old, recorded_to=position)))
                cut = Bounds(position, STILL, old.effective_from, on, position)
                before.append((state, cut))
        known = [*before, (new, bounds)]
        for state, old in after:
            done.append((state, replace(old, recorded_to=position)))
            changed = copy(state)
            take(changed)
            known_from = position if old.effective_to < ENDLESS else STILL
            held = Bounds(position, STILL, old.effective_from, old.effective_to, known_from)
            known.append((changed, held))
    return done + known


def values(state: Any, bounds: Bounds) -> Values:
    """A row of the table."""
    return (
        *DIK.values(state),
        bounds.recorded_from,
        bounds.recorded_to,
        bounds.effective_from,
        bounds.effective_to,
        bounds.end_known_from,
    )
