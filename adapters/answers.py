"""Answers to requests that may be sent twice, and the key by which forms are signed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from adapters.installation import Installation

ANSWERS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is known of a request that was sent before."""

    same: bool  # the same was asked
    begun_at: datetime
    response: Mapping[str, Any] | None  # None: not known


class Answers(Installation):
    def begin(
        self, body: str, officer_id: str, key: str, request: bytes, at: datetime
    ) -> Remembered | None:
        """Claim a key for this request; None means it is new and now ours to answer."""
        mine = self._rows(
            "INSERT INTO {s}.answer (body, officer_id, key, request, begun_at)"
            " VALUES (%(body)s, %(officer)s, %(key)s, %(request)s, %(at)s)"
            " ON CONFLICT DO NOTHING RETURNING 1",
            body=body,
            officer=officer_id,
            key=key,
            request=request,
            at=at,
        )
        if mine:
            return None
        rows = self._rows(
            "SELECT request, begun_at, response FROM {s}.answer"
            " WHERE (body, officer_id, key) = (%(body)s, %(officer)s, %(key)s)",
            body=body,
            officer=officer_id,
            key=key,
        )
        if not rows:  # given up by its owner this very moment
            return self.begin(body, officer_id, key, request, at)
        asked, begun_at, response = rows[0]
        return Remembered(same=bytes(asked) == request, begun_at=begun_at, response=response)

    def finish(self, body: str, officer_id: str, key: str, response: Mapping[str, Any]) -> None:
        self._rows(
            "UPDATE {s}.answer SET response = %(response)s"
            " WHERE (body, officer_id, key) = (%(body)s, %(officer)s, %(key)s)",
            body=body,
            officer=officer_id,
            key=key,
            response=Jsonb(dict(response)),
        )

    def give_up(self, body: str, officer_id: str, key: str) -> None:
        """Nothing was recorded under this key; it may be used again."""
        self._rows(
            "DELETE FROM {s}.answer"
            " WHERE (body, officer_id, key) = (%(body)s, %(officer)s, %(key)s)"
            " AND response IS NULL",
            body=body,
            officer=officer_id,
            key=key,
        )

    def form_key(self) -> str:
        """By what forms are signed, the same in every process; whoever asks first makes it."""
        made = "INSERT INTO {s}.form_key (key) VALUES (%(key)s) ON CONFLICT DO NOTHING"
        self._rows(made, key=secrets.token_hex(32))
        [(key,)] = self._rows("SELECT key FROM {s}.form_key")
        return str(key)
