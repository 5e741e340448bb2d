"""Sessions: who is signed in where. One that has ended stays ended, and is forgotten later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from adapters.installation import Account, Installation, sha256

SESSION_IDLE = timedelta(hours=1)
SESSION_LIFE = timedelta(hours=12)
SESSION_SEEN_EVERY = timedelta(minutes=1)  # a sign of life is not written more often than this
SESSION_KEPT = timedelta(days=1)  # so that a request still under way cannot begin it anew
AGENT_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session as its holder sees it; *key* names it and opens nothing."""

    key: str
    since: datetime
    seen_at: datetime
    address: str
    agent: str


class Sessions(Installation):
    def open_session(
        self, session_id: str, at: datetime
    ) -> tuple[Mapping[str, Any], Account | None] | None:
        """What is kept under this id and the account signed in there, if any; None where the id is
        unknown, or the session idle too long, or too old."""
        rows = self._rows(
            "SELECT session.data, seen_at, account.login, officer_id, body"
            " FROM {s}.session LEFT JOIN {s}.account USING (login)"
            " WHERE id_hash = %(id)s AND seen_at > %(idle)s AND created_at > %(life)s"
            " AND ended_at IS NULL AND disabled IS NOT TRUE",
            id=sha256(session_id),
            idle=at - SESSION_IDLE,
            life=at - SESSION_LIFE,
        )
        if not rows:
            return None
        data, seen_at, login, officer_id, body = rows[0]
        if at - seen_at > SESSION_SEEN_EVERY:
            self._rows(
                "UPDATE {s}.session SET seen_at = %(at)s WHERE id_hash = %(id)s",
                id=sha256(session_id),
                at=at,
            )
        account = Account(login=login, officer_id=officer_id, body=body) if login else None
        return dict(data), account

    def save_session(
        self,
        session_id: str,
        data: Mapping[str, Any],
        login: str | None,
        at: datetime,
        *,
        continues: str = "",
        address: str = "",
        agent: str = "",
    ) -> None:
        """Keep it; one that *continues* another under a new id is as old as that one.

        What was ended elsewhere meanwhile stays ended.
        """
        self._rows(
            "INSERT INTO {s}.session"
            " (id_hash, login, data, created_at, seen_at, address, agent)"
            " SELECT %(id)s, %(login)s, %(data)s, coalesce("
            "  (SELECT created_at FROM {s}.session WHERE id_hash = %(old)s), %(at)s),"
            " %(at)s, %(address)s, %(agent)s"
            " ON CONFLICT (id_hash) DO UPDATE SET data = %(data)s, seen_at = %(at)s"
            " WHERE session.ended_at IS NULL",
            id=sha256(session_id),
            old=sha256(continues) if continues else b"",
            login=login,
            data=Jsonb(dict(data)),
            at=at,
            address=address[:100],
            agent=agent[:AGENT_LENGTH_MAX],
        )

    def end_session(self, session_id: str, at: datetime) -> None:
        self._end("id_hash = %(id)s", at, id=sha256(session_id))

    def sessions(self, login: str, at: datetime) -> list[SignedIn]:
        """Where somebody is signed in, the latest seen first."""
        rows = self._rows(
            "SELECT encode(id_hash, 'hex'), created_at, seen_at, address, agent FROM {s}.session"
            " WHERE login = %(login)s AND ended_at IS NULL AND seen_at > %(idle)s"
            " AND created_at > %(life)s ORDER BY seen_at DESC, id_hash",
            login=login,
            idle=at - SESSION_IDLE,
            life=at - SESSION_LIFE,
        )
        return [
            SignedIn(key=key, since=since, seen_at=seen_at, address=address, agent=agent)
            for key, since, seen_at, address, agent in rows
        ]

    def revoke_session(self, login: str, key: str, at: datetime) -> bool:
        """End one of somebody's own sessions; False where there is none of that name."""
        return self._end(
            "encode(id_hash, 'hex') = %(key)s AND login = %(login)s", at, key=key, login=login
        )

    def sign_out_everywhere(self, login: str, at: datetime, *, but: str = "") -> None:
        """End every session of somebody, save the one in which he asks for it."""
        self._end(
            "login = %(login)s AND id_hash <> %(but)s",
            at,
            login=login,
            but=sha256(but) if but else b"",
        )

    def _end(self, which: str, at: datetime, **values: Any) -> bool:
        ended = self._rows(
            "UPDATE {s}.session SET ended_at = %(at)s, data = '{}'"
            f" WHERE ended_at IS NULL AND {which} RETURNING 1",
            at=at,
            **values,
        )
        return bool(ended)
