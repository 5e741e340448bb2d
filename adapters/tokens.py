"""Tokens for the API: one officer, one office, what they may do, and until when."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.installation import Account, AccountTrouble, Installation, sha256

TOKEN_PREFIX = "sidik_"  # lets scanners for leaked secrets find it
TOKEN_USED_EVERY = timedelta(minutes=1)
READ, ACT, DETERMINE = "baca", "putuskan", "tetapkan"
SCOPES = (READ, ACT, DETERMINE)
"""Reading; acting; and the acts for which an officer at a page must prove himself anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    account: Account
    role: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token; not the token, which was shown once."""

    id: UUID
    label: str
    role: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def serves(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class Tokens(Installation):
    def issue_token(
        self,
        login: str,
        *,
        role: str,
        label: str,
        expires_at: datetime,
        at: datetime,
        scopes: Iterable[str] = (READ,),
    ) -> str:
        """A new token for the API, bound to one officer in one office. It is shown this once."""
        given = set(scopes)
        if not given <= set(SCOPES) or READ not in given:
            raise AccountTrouble(
                f"Lingkup token dipilih dari {', '.join(SCOPES)}; {READ} selalu termasuk."
            )
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        made = self._rows(
            "INSERT INTO {s}.api_token (hash, login, role, label, created_at, expires_at, scopes)"
            " SELECT %(hash)s, login, %(role)s, %(label)s, %(at)s, %(expires_at)s, %(scopes)s"
            " FROM {s}.account WHERE login = %(login)s AND NOT disabled RETURNING 1",
            hash=sha256(token),
            login=login,
            role=role,
            label=label,
            at=at,
            expires_at=expires_at,
            scopes=[scope for scope in SCOPES if scope in given],
        )
        if not made:
            raise AccountTrouble(f"Akun {login} tidak ada.")
        return token

    def tokens(self, login: str) -> list[Token]:
        """All tokens of an account, the latest first."""
        rows = self._rows(
            "SELECT id, label, role, scopes, created_at, expires_at, used_at, revoked_at"
            " FROM {s}.api_token WHERE login = %(login)s ORDER BY created_at DESC, id",
            login=login,
        )
        return [
            Token(
                id=token_id,
                label=label,
                role=role,
                scopes=tuple(scopes),
                created_at=created_at,
                expires_at=expires_at,
                used_at=used_at,
                revoked_at=revoked_at,
            )
            for (
                token_id,
                label,
                role,
                scopes,
                created_at,
                expires_at,
                used_at,
                revoked_at,
            ) in rows
        ]

    def revoke_token(self, login: str, token_id: UUID, at: datetime) -> bool:
        """End one token of one's own; False where it is another's, or ended already."""
        return bool(
            self._rows(
                "UPDATE {s}.api_token SET revoked_at = %(at)s WHERE login = %(login)s"
                " AND id = %(id)s AND revoked_at IS NULL RETURNING 1",
                login=login,
                id=token_id,
                at=at,
            )
        )

    def bearer(self, token: str, at: datetime) -> Bearer | None:
        """For whom a token speaks now."""
        rows = self._rows(
            "SELECT account.login, officer_id, body, role, scopes, used_at"
            " FROM {s}.api_token JOIN {s}.account USING (login)"
            " WHERE hash = %(hash)s AND expires_at > %(at)s AND revoked_at IS NULL"
            " AND NOT disabled",
            hash=sha256(token),
            at=at,
        )
        if not rows:
            return None
        login, officer_id, body, role, scopes, used_at = rows[0]
        if used_at is None or at - used_at > TOKEN_USED_EVERY:
            self._rows(
                "UPDATE {s}.api_token SET used_at = %(at)s WHERE hash = %(hash)s",
                hash=sha256(token),
                at=at,
            )
        account = Account(login=login, officer_id=officer_id, body=body)
        return Bearer(account=account, role=role, scopes=frozenset(scopes))
