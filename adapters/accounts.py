"""Accounts: who may sign in, for whom, and how failing slows down.

Of a password its argon2id hash is kept, of what is random its SHA-256. The time is always
handed in. What else an account has stands in modules of its own: `account_sessions`,
`second_factors`, `account_links`, `tokens`, and in `answers` what requests were answered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg import errors

from adapters.account_links import LINKS_KEPT, Links
from adapters.account_sessions import SESSION_KEPT, Sessions
from adapters.answers import ANSWERS_KEPT, Answers
from adapters.installation import Account, AccountTrouble
from adapters.second_factors import Checked, SecondFactors
from adapters.tokens import Tokens

__all__ = ["Account", "AccountTrouble", "PostgresAccounts"]

PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 200
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")
EMAIL = re.compile(r"[^\s@<>(),;:\"\\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180})[A-Za-z0-9]")
APP_CODE = re.compile(r"\d{6}", re.ASCII)
FREE_FAILURES_PER_LOGIN = 4
FREE_FAILURES_PER_ADDRESS = 20  # an office shares one address
DELAY_SECONDS_MAX = 900
FAILURES_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of trying to sign in; with *wait_seconds* it was not even looked at."""

    account: Account | None = None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of a code or password given again."""

    right: bool = False
    used: bool = False  # the code was right, once
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An account as its keeper sees it."""

    login: str
    officer_id: str
    email: str
    disabled: bool
    taken_up: bool  # somebody has set a password, or can come in by another way
    codes: bool
    passkeys: int
    identities: int
    seen_at: datetime | None
    invited_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What was done to an account; *by* is empty where its holder did it."""

    login: str
    at: datetime
    what: str
    by: str


class PostgresAccounts(Sessions, SecondFactors, Links, Tokens, Answers):
    """Safe to share between threads."""

    Trouble: type[Exception] = AccountTrouble
    HASHER = PasswordHasher()
    """64 MiB, three times over: the second choice of RFC 9106, section 4."""

    @cached_property
    def _nobody(self) -> str:
        """Checked for logins that do not exist, so that both answers take the same time."""
        return self.HASHER.hash(secrets.token_urlsafe())

    # Accounts

    def create(self, login: str, *, officer_id: str, body: str, password: str) -> None:
        """Open an account; for one that exists the officer and the password are set anew."""
        self._create(login, officer_id, body, self._hashed(password))

    def invite(self, login: str, *, officer_id: str, body: str, email: str = "") -> None:
        """Open an account that nobody can use until its invitation is taken up."""
        if self._rows("SELECT 1 FROM {s}.account WHERE login = %(login)s", login=login):
            raise AccountTrouble(f"Nama masuk {login} sudah dipakai.")
        address = checked_email(email)
        self._create(login, officer_id, body, None)
        self.set_email(login, address)

    def _create(self, login: str, officer_id: str, body: str, hashed: str | None) -> None:
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
                hash=hashed,
            )
        except errors.ForeignKeyViolation:
            raise AccountTrouble(f"Register {body} belum ada.") from None
        if (known := self.find(login)) is None or known.body != body:
            raise AccountTrouble(f"Nama masuk {login} sudah dipakai.")

    def set_password(self, login: str, password: str, at: datetime, *, but: str = "") -> None:
        """Give a new password; whoever is signed in with the old one is signed out.

        Save the session *but*, in which he himself has changed it.
        """
        changed = self._rows(
            "UPDATE {s}.account SET password_hash = %(hash)s WHERE login = %(login)s"
            " RETURNING login",
            login=login,
            hash=self._hashed(password),
        )
        if not changed:
            raise AccountTrouble(f"Akun {login} tidak ada.")
        self.sign_out_everywhere(login, at, but=but)

    def set_email(self, login: str, email: str) -> None:
        """Where links and notices go; it stands here and nowhere else."""
        self._rows(
            "UPDATE {s}.account SET email = nullif(%(email)s, '') WHERE login = %(login)s",
            login=login,
            email=checked_email(email),
        )

    def email(self, login: str) -> str:
        query = "SELECT coalesce(email, '') FROM {s}.account WHERE login = %(login)s"
        rows = self._rows(query, login=login)
        return str(rows[0][0]) if rows else ""

    def disable(self, login: str, at: datetime) -> None:
        """Close an account: its sessions end and its tokens no longer open anything."""
        self._rows("UPDATE {s}.account SET disabled = true WHERE login = %(login)s", login=login)
        self.sign_out_everywhere(login, at)

    def enable(self, login: str) -> None:
        self._rows("UPDATE {s}.account SET disabled = false WHERE login = %(login)s", login=login)

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

    def kept(self, body: str, at: datetime) -> list[Kept]:
        """Every account of a body, closed ones last."""
        rows = self._rows(
            "SELECT login, officer_id, coalesce(email, ''), disabled,"
            " password_hash IS NOT NULL OR EXISTS (SELECT FROM {s}.identity i"
            "   WHERE i.login = account.login),"
            " EXISTS (SELECT FROM {s}.totp t"
            "   WHERE t.login = account.login AND confirmed_at IS NOT NULL),"
            " (SELECT count(*) FROM {s}.passkey p WHERE p.login = account.login),"
            " (SELECT count(*) FROM {s}.identity i WHERE i.login = account.login),"
            " (SELECT max(seen_at) FROM {s}.session s WHERE s.login = account.login),"
            " (SELECT max(expires_at) FROM {s}.account_link l WHERE l.login = account.login"
            "   AND used_at IS NULL AND expires_at > %(at)s)"
            " FROM {s}.account WHERE body = %(body)s ORDER BY disabled, login",
            body=body,
            at=at,
        )
        return [
            Kept(
                login=row[0],
                officer_id=row[1],
                email=row[2],
                disabled=row[3],
                taken_up=row[4],
                codes=row[5],
                passkeys=row[6],
                identities=row[7],
                seen_at=row[8],
                invited_until=row[9],
            )
            for row in rows
        ]

    def note(self, login: str, what: str, at: datetime, *, by: str = "") -> None:
        """Keep what was done to an account, for its holder to see."""
        self._rows(
            "INSERT INTO {s}.account_event (login, at, what, by)"
            " VALUES (%(login)s, %(at)s, %(what)s, %(by)s)",
            login=login,
            at=at,
            what=what,
            by=by,
        )

    def events(self, login: str, limit: int = 20) -> list[Event]:
        """The latest first."""
        rows = self._rows(
            "SELECT login, at, what, by FROM {s}.account_event WHERE login = %(login)s"
            " ORDER BY id DESC LIMIT %(limit)s",
            login=login,
            limit=limit,
        )
        return [Event(login=of, at=at, what=what, by=by) for of, at, what, by in rows]

    def _hashed(self, password: str) -> str:
        if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
            raise AccountTrouble(
                f"Kata sandi harus {PASSWORD_LENGTH_MIN} sampai {PASSWORD_LENGTH_MAX} karakter."
            )
        return self.HASHER.hash(password)

    # Signing in, and proving oneself again

    def sign_in(self, login: str, password: str, *, address: str, at: datetime) -> Attempt:
        """Check a password. Who keeps failing waits longer and longer, right or wrong."""
        keys = {
            f"login:{login[:200]}": FREE_FAILURES_PER_LOGIN,
            f"address:{address}": FREE_FAILURES_PER_ADDRESS,
        }
        if wait := self._wait(keys, at):
            return Attempt(wait_seconds=wait)
        account = self._with_password(login, password)
        if account is None:
            self._failed(keys, at)
            return Attempt()
        self._forgive(f"login:{login}")
        return Attempt(account=account)

    def prove(self, login: str, given: str, *, at: datetime) -> Proof:
        """A code of an app or a recovery code; where no second factor is, the password."""
        by_code = self.factors(login).any
        key = f"proof:{login}"
        if wait := self._wait({key: FREE_FAILURES_PER_LOGIN}, at):
            return Proof(wait_seconds=wait)
        if by_code:
            checked = self._code(login, given, at)
        else:
            right = self._with_password(login, given) is not None
            checked = Checked.RIGHT if right else Checked.WRONG
        if checked is not Checked.RIGHT:
            self._failed([key], at)
            return Proof(used=checked is Checked.USED)
        self._forgive(key)
        return Proof(right=True)

    def recover(self, login: str, code: str, *, address: str, at: datetime) -> Proof:
        """A recovery code instead of a forgotten password."""
        keys = {
            f"login:{login[:200]}": FREE_FAILURES_PER_LOGIN,
            f"address:{address}": FREE_FAILURES_PER_ADDRESS,
        }
        if wait := self._wait(keys, at):
            return Proof(wait_seconds=wait)
        right = (
            self.find(login) is not None
            and self._use_recovery_code(login, code, at) is Checked.RIGHT
        )
        if not right:
            self._failed(keys, at)
        return Proof(right=right)

    def too_many_asks(self, address: str, at: datetime) -> int:
        """Count one more request for a link from there; how long to wait where it is too many."""
        key = f"ask:{address}"
        if wait := self._wait({key: FREE_FAILURES_PER_ADDRESS}, at):
            return wait
        self._failed([key], at)
        return 0

    def _code(self, login: str, given: str, at: datetime) -> Checked:
        code = "".join(given.split())
        if APP_CODE.fullmatch(code):
            return self._check_app_code(login, code, at)
        return self._use_recovery_code(login, given, at)

    def _with_password(self, login: str, password: str) -> Account | None:
        rows = self._rows(
            "SELECT login, officer_id, body, password_hash FROM {s}.account"
            " WHERE login = %(login)s AND NOT disabled AND password_hash IS NOT NULL",
            login=login,
        )
        hashed = rows[0][3] if rows else self._nobody
        if not self._verified(hashed, password) or not rows:
            return None
        if self.HASHER.check_needs_rehash(hashed):
            self._rows(
                "UPDATE {s}.account SET password_hash = %(hash)s WHERE login = %(login)s",
                login=login,
                hash=self.HASHER.hash(password),
            )
        return Account(login=rows[0][0], officer_id=rows[0][1], body=rows[0][2])

    def _verified(self, hashed: str, password: str) -> bool:
        if len(password) > PASSWORD_LENGTH_MAX:
            return False
        try:
            return self.HASHER.verify(hashed, password)
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

    def _failed(self, keys: Iterable[str], at: datetime) -> None:
        self._rows(
            "INSERT INTO {s}.sign_in_failure AS failure (key, count, last_at)"
            " SELECT key, 1, %(at)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key"
            " ON CONFLICT (key) DO UPDATE SET last_at = %(at)s, count = least(30,"
            " CASE WHEN failure.last_at < %(at)s - %(forgotten)s THEN 1"
            " ELSE failure.count + 1 END)",
            keys=list(keys),
            at=at,
            forgotten=FAILURES_FORGOTTEN_AFTER,
        )

    def _forgive(self, key: str) -> None:
        self._rows("DELETE FROM {s}.sign_in_failure WHERE key = %(key)s", key=key)

    def tidy(self, at: datetime) -> None:
        """Drop what no longer serves: dead sessions, old answers and links, forgotten failures."""
        for table, column, kept in (
            ("session", "seen_at", SESSION_KEPT),
            ("answer", "begun_at", ANSWERS_KEPT),
            ("account_link", "expires_at", LINKS_KEPT),
            ("sign_in_failure", "last_at", FAILURES_FORGOTTEN_AFTER),
        ):
            self._rows(f"DELETE FROM {{s}}.{table} WHERE {column} < %(before)s", before=at - kept)


def checked_email(email: str) -> str:
    """An address as it can be written to, or none."""
    address: Any = email.strip()
    if address and not EMAIL.fullmatch(address):
        raise AccountTrouble("Alamat surel ini tidak sah, misalnya: nama@instansi.go.id.")
    return str(address)
