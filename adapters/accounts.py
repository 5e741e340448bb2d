"""Accounts, sessions, tokens and remembered answers, in the installation's own schema.

Secrets are never kept: of a password its argon2id hash, of a session id or a token the SHA-256.
The time is always handed in.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg import errors
from psycopg.types.json import Jsonb

from adapters.database import INSTALLATION, Database
from adapters.trouble import in_plain_words

TOKEN_PREFIX = "sidik_"  # lets scanners for leaked secrets find it
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 200
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")
FREE_FAILURES_PER_LOGIN = 4
FREE_FAILURES_PER_ADDRESS = 20  # an office shares one address
DELAY_SECONDS_MAX = 900
FAILURES_FORGOTTEN_AFTER = timedelta(days=1)
SESSION_IDLE = timedelta(hours=1)
SESSION_LIFE = timedelta(hours=12)
SESSION_SEEN_EVERY = timedelta(minutes=1)  # a sign of life is not written more often than this
TOKEN_USED_EVERY = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(days=7)


class AccountTrouble(Exception):
    """Why an account cannot be made or changed: one sentence, in Indonesian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    login: str
    officer_id: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of trying to sign in; with *wait_seconds* it was not even looked at."""

    account: Account | None = None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    account: Account
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is known of a request that was sent before."""

    same: bool  # the same was asked
    begun_at: datetime
    response: Mapping[str, Any] | None  # None: not known


class PostgresAccounts:
    """Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """Checked for logins that do not exist, so that both answers take the same time."""
        return self._hasher.hash(secrets.token_urlsafe())

    def _rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with in_plain_words(), self.database.pool.connection() as connection:
            cursor = connection.execute(query.replace("{s}", INSTALLATION).encode(), values)
            return cursor.fetchall() if cursor.description else []

    # Accounts

    def create(self, login: str, *, officer_id: str, body: str, password: str) -> None:
        """Open an account; for one that exists the officer and the password are set anew."""
        if not LOGIN.fullmatch(login):
            raise AccountTrouble(
                f"Nama masuk {login!r} tidak sah: pakai huruf kecil, angka, titik, garis bawah, "
                "tanda hubung atau @, paling sedikit dua karakter."
            )
        try:
            self._rows(
                "INSERT INTO {s}.account (login, officer_id, body, password_hash)"
                " VALUES (%(login)s, %(officer_id)s, %(body)s, %(hash)s)"
                " ON CONFLICT (login) DO UPDATE SET password_hash = %(hash)s,"
                " officer_id = %(officer_id)s, disabled = false WHERE account.body = %(body)s",
                login=login,
                officer_id=officer_id,
                body=body,
                hash=self._hashed(password),
            )
        except errors.ForeignKeyViolation:
            raise AccountTrouble(f"Register {body} belum ada.") from None
        if (known := self.find(login)) is None or known.body != body:
            raise AccountTrouble(f"Nama masuk {login} sudah dipakai.")

    def set_password(self, login: str, password: str) -> None:
        """Give a new password; whoever is signed in with the old one is signed out."""
        changed = self._rows(
            "UPDATE {s}.account SET password_hash = %(hash)s WHERE login = %(login)s"
            " RETURNING login",
            login=login,
            hash=self._hashed(password),
        )
        if not changed:
            raise AccountTrouble(f"Akun {login} tidak ada.")
        self.sign_out_everywhere(login)

    def disable(self, login: str) -> None:
        """Close an account: its sessions end and its tokens no longer open anything."""
        self._rows("UPDATE {s}.account SET disabled = true WHERE login = %(login)s", login=login)
        self.sign_out_everywhere(login)

    def find(self, login: str) -> Account | None:
        rows = self._rows(
            "SELECT login, officer_id, body FROM {s}.account"
            " WHERE login = %(login)s AND NOT disabled",
            login=login,
        )
        return Account(login=rows[0][0], officer_id=rows[0][1], body=rows[0][2]) if rows else None

    def officers(self, body: str) -> list[str]:
        """Whoever was ever given an account at a body, by the id that acts name him by."""
        query = "SELECT DISTINCT officer_id FROM {s}.account WHERE body = %(body)s ORDER BY 1"
        return [officer_id for (officer_id,) in self._rows(query, body=body)]

    def _hashed(self, password: str) -> str:
        if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
            raise AccountTrouble(
                f"Kata sandi harus {PASSWORD_LENGTH_MIN} sampai {PASSWORD_LENGTH_MAX} karakter."
            )
        return self._hasher.hash(password)

    # Signing in

    def sign_in(self, login: str, password: str, *, address: str, at: datetime) -> Attempt:
        """Check a password. Who keeps failing waits longer and longer, right or wrong."""
        keys = {
            f"login:{login[:200]}": FREE_FAILURES_PER_LOGIN,
            f"address:{address}": FREE_FAILURES_PER_ADDRESS,
        }
        if wait := self._wait(keys, at):
            return Attempt(wait_seconds=wait)
        rows = self._rows(
            "SELECT login, officer_id, body, password_hash FROM {s}.account"
            " WHERE login = %(login)s AND NOT disabled",
            login=login,
        )
        hashed = rows[0][3] if rows else self._nobody
        if not self._verified(hashed, password) or not rows:
            self._failed(list(keys), at)
            return Attempt()
        self._rows("DELETE FROM {s}.sign_in_failure WHERE key = %(key)s", key=f"login:{login}")
        if self._hasher.check_needs_rehash(hashed):
            self._rows(
                "UPDATE {s}.account SET password_hash = %(hash)s WHERE login = %(login)s",
                login=login,
                hash=self._hasher.hash(password),
            )
        return Attempt(account=Account(login=rows[0][0], officer_id=rows[0][1], body=rows[0][2]))

    def _verified(self, hashed: str, password: str) -> bool:
        if len(password) > PASSWORD_LENGTH_MAX:
            return False
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _wait(self, keys: Mapping[str, int], at: datetime) -> int:
        rows = self._rows(
            "SELECT key, count, last_at FROM {s}.sign_in_failure WHERE key = ANY(%(keys)s)",
            keys=list(keys),
        )
        waits = [
            (last_at - at).total_seconds() + min(2 ** (count - keys[key]), DELAY_SECONDS_MAX)
            for key, count, last_at in rows
            if count > keys[key] and at - last_at < FAILURES_FORGOTTEN_AFTER
        ]
        return max(0, *(int(-(-wait // 1)) for wait in waits)) if waits else 0

    def _failed(self, keys: list[str], at: datetime) -> None:
        self._rows(
            "INSERT INTO {s}.sign_in_failure AS failure (key, count, last_at)"
            " SELECT key, 1, %(at)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key"
            " ON CONFLICT (key) DO UPDATE SET last_at = %(at)s, count = least(30,"
            " CASE WHEN failure.last_at < %(at)s - %(forgotten)s THEN 1"
            " ELSE failure.count + 1 END)",
            keys=keys,
            at=at,
            forgotten=FAILURES_FORGOTTEN_AFTER,
        )

    # Sessions

    def load_session(self, session_id: str, at: datetime) -> Mapping[str, Any] | None:
        """What is kept under this id, or None where it is unknown, idle too long, or too old."""
        rows = self._rows(
            "SELECT session.data, seen_at FROM {s}.session LEFT JOIN {s}.account USING (login)"
            " WHERE id_hash = %(id)s AND seen_at > %(idle)s AND created_at > %(life)s"
            " AND disabled IS NOT TRUE",
            id=_sha256(session_id),
            idle=at - SESSION_IDLE,
            life=at - SESSION_LIFE,
        )
        if not rows:
            return None
        data, seen_at = rows[0]
        if at - seen_at > SESSION_SEEN_EVERY:
            self._rows(
                "UPDATE {s}.session SET seen_at = %(at)s WHERE id_hash = %(id)s",
                id=_sha256(session_id),
                at=at,
            )
        return dict(data)

    def save_session(
        self, session_id: str, data: Mapping[str, Any], login: str | None, at: datetime
    ) -> None:
        self._rows(
            "INSERT INTO {s}.session (id_hash, login, data, created_at, seen_at)"
            " VALUES (%(id)s, %(login)s, %(data)s, %(at)s, %(at)s)"
            " ON CONFLICT (id_hash) DO UPDATE SET data = %(data)s, seen_at = %(at)s",
            id=_sha256(session_id),
            login=login,
            data=Jsonb(dict(data)),
            at=at,
        )

    def end_session(self, session_id: str) -> None:
        self._rows("DELETE FROM {s}.session WHERE id_hash = %(id)s", id=_sha256(session_id))

    def sign_out_everywhere(self, login: str) -> None:
        self._rows("DELETE FROM {s}.session WHERE login = %(login)s", login=login)

    # Tokens

    def issue_token(
        self, login: str, *, role: str, label: str, expires_at: datetime, at: datetime
    ) -> str:
        """A new token for the API, bound to one officer in one office. It is shown this once."""
        if self.find(login) is None:
            raise AccountTrouble(f"Akun {login} tidak ada.")
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        self._rows(
            "INSERT INTO {s}.api_token (hash, login, role, label, created_at, expires_at)"
            " VALUES (%(hash)s, %(login)s, %(role)s, %(label)s, %(at)s, %(expires_at)s)",
            hash=_sha256(token),
            login=login,
            role=role,
            label=label,
            at=at,
            expires_at=expires_at,
        )
        return token

    def revoke_tokens(self, login: str, label: str, at: datetime) -> int:
        """End every token of that name; how many there were."""
        return len(
            self._rows(
                "UPDATE {s}.api_token SET revoked_at = %(at)s WHERE login = %(login)s"
                " AND label = %(label)s AND revoked_at IS NULL RETURNING 1",
                login=login,
                label=label,
                at=at,
            )
        )

    def bearer(self, token: str, at: datetime) -> Bearer | None:
        """For whom a token speaks now."""
        rows = self._rows(
            "SELECT account.login, officer_id, body, role, used_at"
            " FROM {s}.api_token JOIN {s}.account USING (login)"
            " WHERE hash = %(hash)s AND expires_at > %(at)s AND revoked_at IS NULL"
            " AND NOT disabled",
            hash=_sha256(token),
            at=at,
        )
        if not rows:
            return None
        login, officer_id, body, role, used_at = rows[0]
        if used_at is None or at - used_at > TOKEN_USED_EVERY:
            self._rows(
                "UPDATE {s}.api_token SET used_at = %(at)s WHERE hash = %(hash)s",
                hash=_sha256(token),
                at=at,
            )
        return Bearer(account=Account(login=login, officer_id=officer_id, body=body), role=role)

    # Answers to requests that may be sent twice

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

    def tidy(self, at: datetime) -> None:
        """Drop what no longer serves: dead sessions, old answers, forgotten failures."""
        for table, column, kept in (
            ("session", "seen_at", SESSION_IDLE),
            ("answer", "begun_at", ANSWERS_KEPT),
            ("sign_in_failure", "last_at", FAILURES_FORGOTTEN_AFTER),
        ):
            self._rows(f"DELETE FROM {{s}}.{table} WHERE {column} < %(before)s", before=at - kept)


def _sha256(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
