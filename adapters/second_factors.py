"""Second factors: codes of an app, passkeys, and recovery codes for who has lost both.

Whoever finds the database learns no recovery code and can use no passkey; the secret of an app
is readable to SIDIK, since a code cannot be checked without it.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

from adapters.installation import AccountTrouble, Installation, sha256

CODE_SECONDS = 30
CODES_AROUND = 1  # of the clock: one code earlier, one later
SECRET_SHOWN = timedelta(minutes=30)  # one that was never confirmed may have been seen
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
LABEL_LENGTH_MAX = 100
PASSKEYS_MAX = 20


class Checked(StrEnum):
    """What came of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"  # it was right, once


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    id: bytes
    login: str
    rp_id: str
    public_key: bytes
    sign_count: int
    label: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What an account can be proved by, beside its password."""

    codes_since: datetime | None  # an app gives codes since then
    passkeys: tuple[Passkey, ...]
    recovery_left: int

    @property
    def any(self) -> bool:
        return self.codes_since is not None or bool(self.passkeys)


class SecondFactors(Installation):
    def factors(self, login: str) -> Factors:
        [(since, left)] = self._rows(
            "SELECT (SELECT confirmed_at FROM {s}.totp WHERE login = %(login)s),"
            " (SELECT count(*) FROM {s}.recovery_code"
            "   WHERE login = %(login)s AND used_at IS NULL)",
            login=login,
        )
        return Factors(
            codes_since=since,
            passkeys=tuple(self._passkeys("login = %(login)s", login=login)),
            recovery_left=left,
        )

    def drop_factors(self, login: str) -> None:
        """For who has lost them all: what is left is his password."""
        for table in ("totp", "passkey", "recovery_code"):
            self._rows(f"DELETE FROM {{s}}.{table} WHERE login = %(login)s", login=login)

    # Codes of an app (TOTP)

    def begin_codes(self, login: str, at: datetime) -> str:
        """A secret for an app, the same for a while; it counts once a code of it was seen."""
        self._rows(
            "INSERT INTO {s}.totp (login, secret, begun_at) VALUES (%(login)s, %(secret)s, %(at)s)"
            " ON CONFLICT (login) DO UPDATE SET secret = %(secret)s, begun_at = %(at)s"
            " WHERE totp.confirmed_at IS NULL AND totp.begun_at < %(stale)s",
            login=login,
            secret=pyotp.random_base32(),
            at=at,
            stale=at - SECRET_SHOWN,
        )
        query = "SELECT secret FROM {s}.totp WHERE login = %(login)s AND confirmed_at IS NULL"
        rows = self._rows(query, login=login)
        if not rows:
            raise AccountTrouble("Aplikasi kode sudah terpasang; lepaskan dahulu yang lama.")
        return str(rows[0][0])

    def confirm_codes(self, login: str, code: str, at: datetime) -> Checked:
        """The first code of an app, by which it is seen to work."""
        return self._check_code(login, code, at, "confirmed_at IS NULL")

    def drop_codes(self, login: str) -> None:
        self._rows("DELETE FROM {s}.totp WHERE login = %(login)s", login=login)

    def _check_app_code(self, login: str, code: str, at: datetime) -> Checked:
        return self._check_code(login, code, at, "confirmed_at IS NOT NULL")

    def _check_code(self, login: str, code: str, at: datetime, which: str) -> Checked:
        rows = self._rows(
            f"SELECT secret FROM {{s}}.totp WHERE login = %(login)s AND {which}", login=login
        )
        if not rows:
            return Checked.WRONG
        app = pyotp.TOTP(rows[0][0], interval=CODE_SECONDS)
        now = int(at.timestamp()) // CODE_SECONDS
        around = range(now - CODES_AROUND, now + CODES_AROUND + 1)
        met = [n for n in around if hmac.compare_digest(app.generate_otp(n), code)]
        if not met:
            return Checked.WRONG
        taken = self._rows(
            "UPDATE {s}.totp SET last_counter = %(counter)s,"
            " confirmed_at = coalesce(confirmed_at, %(at)s)"
            " WHERE login = %(login)s AND last_counter < %(counter)s RETURNING 1",
            login=login,
            counter=max(met),
            at=at,
        )
        return Checked.RIGHT if taken else Checked.USED

    # Recovery codes

    def new_recovery_codes(self, login: str) -> list[str]:
        """New codes instead of all earlier ones. They are shown this once."""
        codes = [_spelled(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
        self._rows(
            "WITH gone AS (DELETE FROM {s}.recovery_code WHERE login = %(login)s)"
            " INSERT INTO {s}.recovery_code (login, hash)"
            " SELECT %(login)s, hash FROM unnest(%(hashes)s::bytea[]) AS hash",
            login=login,
            hashes=[sha256(_plain(code)) for code in codes],
        )
        return codes

    def _use_recovery_code(self, login: str, code: str, at: datetime) -> Checked:
        values = {"login": login, "hash": sha256(_plain(code))}
        used = self._rows(
            "UPDATE {s}.recovery_code SET used_at = %(at)s"
            " WHERE login = %(login)s AND hash = %(hash)s AND used_at IS NULL RETURNING 1",
            at=at,
            **values,
        )
        if used:
            return Checked.RIGHT
        known = "SELECT 1 FROM {s}.recovery_code WHERE login = %(login)s AND hash = %(hash)s"
        return Checked.USED if self._rows(known, **values) else Checked.WRONG

    # Passkeys

    def handle(self, login: str) -> bytes:
        """What passkeys call their holder: says nothing of him."""
        query = "SELECT handle FROM {s}.account WHERE login = %(login)s"
        [(handle,)] = self._rows(query, login=login)
        return bytes(handle.bytes)

    def add_passkey(
        self,
        login: str,
        passkey_id: bytes,
        *,
        rp_id: str,
        public_key: bytes,
        sign_count: int,
        label: str,
        at: datetime,
    ) -> None:
        added = self._rows(
            "INSERT INTO {s}.passkey"
            " (id, login, rp_id, public_key, sign_count, label, created_at)"
            " SELECT %(id)s, %(login)s, %(rp_id)s, %(public_key)s, %(count)s, %(label)s, %(at)s"
            " WHERE (SELECT count(*) FROM {s}.passkey WHERE login = %(login)s) < %(most)s"
            " ON CONFLICT DO NOTHING RETURNING 1",
            id=passkey_id,
            login=login,
            rp_id=rp_id,
            public_key=public_key,
            count=sign_count,
            label=label[:LABEL_LENGTH_MAX],
            at=at,
            most=PASSKEYS_MAX,
        )
        if not added:
            raise AccountTrouble(
                f"Kunci sandi ini sudah terdaftar, atau sudah ada {PASSKEYS_MAX} kunci sandi."
            )

    def passkey(self, passkey_id: bytes) -> Passkey | None:
        """A passkey of an account that may sign in."""
        found = self._passkeys(
            "id = %(id)s AND login IN (SELECT login FROM {s}.account WHERE NOT disabled)",
            id=passkey_id,
        )
        return found[0] if found else None

    def passkey_used(self, passkey: Passkey, sign_count: int, at: datetime) -> bool:
        """Count its use; False where somebody else has used it meanwhile, as a copy would."""
        return bool(
            self._rows(
                "UPDATE {s}.passkey SET sign_count = %(count)s, used_at = %(at)s"
                " WHERE id = %(id)s AND sign_count = %(was)s RETURNING 1",
                id=passkey.id,
                was=passkey.sign_count,
                count=sign_count,
                at=at,
            )
        )

    def drop_passkey(self, login: str, passkey_id: bytes) -> bool:
        return bool(
            self._rows(
                "DELETE FROM {s}.passkey WHERE id = %(id)s AND login = %(login)s RETURNING 1",
                id=passkey_id,
                login=login,
            )
        )

    def _passkeys(self, which: str, **values: object) -> list[Passkey]:
        rows = self._rows(
            "SELECT id, login, rp_id, public_key, sign_count, label, created_at, used_at"
            f" FROM {{s}}.passkey WHERE {which} ORDER BY created_at, id",
            **values,
        )
        return [
            Passkey(
                id=bytes(passkey_id),
                login=login,
                rp_id=rp_id,
                public_key=bytes(public_key),
                sign_count=sign_count,
                label=label,
                created_at=created_at,
                used_at=used_at,
            )
            for (
                passkey_id,
                login,
                rp_id,
                public_key,
                sign_count,
                label,
                created_at,
                used_at,
            ) in rows
        ]


def _spelled(code: bytes) -> str:
    """For people to read and type: ``abcd-efgh-ijkl-mnop``."""
    letters = base64.b32encode(code).decode().lower()
    return "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))


def _plain(code: str) -> str:
    """As typed, whatever stands between the letters."""
    return "".join(letter for letter in code.lower() if letter.isalnum())[:100]
