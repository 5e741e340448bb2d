"""Doing a thing once, although it may be asked for twice.

The key an act is sent under is remembered with its answer and is also the `cause` of its
facts. Where the answer was lost on the way, the history itself tells what became of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.history import OutcomeUnknown
from web.office import Seat, world

Answer = dict[str, Any]
"""What may be answered again: plain JSON, and nothing that is closed."""

STILL_AT_WORK = timedelta(seconds=60)
"""After this long nobody is still working on the first request."""


class KeyOfAnother(Exception):
    """The key was used for another request."""


class StillAtWork(Exception):
    """The first request under this key has not been answered yet."""


def digest(*parts: Any) -> bytes:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).digest()


def once(
    seat: Seat,
    key: str,
    request: bytes,
    act: Callable[[], Answer],
    recover: Callable[[], Answer | None],
) -> Answer:
    """Answer *act*, or what it answered before.

    *recover* looks for what an earlier attempt of unknown outcome has recorded.
    """
    accounts, body, officer_id = world().accounts, seat.register.code, seat.account.officer_id
    known = accounts.begin(body, officer_id, key, request, seat.at)
    if known is not None:
        if not known.same:
            raise KeyOfAnother
        if known.response is not None:
            return dict(known.response)
        if found := recover():
            accounts.finish(body, officer_id, key, found)
            return found
        if seat.at - known.begun_at < STILL_AT_WORK:
            raise StillAtWork
    try:
        answer = act()
    except OutcomeUnknown:
        raise  # the claim stays: only the history can tell now
    except BaseException:
        accounts.give_up(body, officer_id, key)
        raise
    accounts.finish(body, officer_id, key, answer)
    return answer


def recorded_under(seat: Seat, subject_id: UUID, key: str) -> Mapping[str, Any] | None:
    """What this officer recorded under that key on a subject, if anything."""
    version = 0
    for recorded in seat.register.ledger.history(subject_id):
        if recorded.cause == key and recorded.by == seat.account.officer_id:
            version = recorded.originator_version
    return {"id": str(subject_id), "version": version} if version else None
