"""How an officer comes to his account, or back to it: links used once, identities elsewhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.installation import Account, AccountTrouble, Installation, sha256

INVITATION, RECOVERY = "invitation", "recovery"
INVITATION_LASTS = timedelta(days=7)
RECOVERY_LASTS = timedelta(days=1)
ASKED_LASTS = timedelta(hours=1)
ASKED_EVERY = timedelta(minutes=5)  # whoever asks again and again fills nobody's mailbox
LINKS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link opens, if it opens anything still."""

    account: Account
    purpose: str
    state: str  # "open", "used" or "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    issuer: str
    subject: str
    linked_at: datetime
    used_at: datetime | None


class Links(Installation):
    def make_link(self, login: str, purpose: str, *, by: str, at: datetime) -> str:
        """A new link, to be handed over in person or mailed; earlier ones open nothing any more."""
        link = secrets.token_urlsafe(32)
        lasts = INVITATION_LASTS if purpose == INVITATION else RECOVERY_LASTS
        made = self._rows(
            "WITH earlier AS (UPDATE {s}.account_link SET expires_at = least(expires_at, %(at)s)"
            "  WHERE login = %(login)s AND used_at IS NULL)"
            " INSERT INTO {s}.account_link"
            "  (hash, login, purpose, created_by, created_at, expires_at)"
            " SELECT %(hash)s, login, %(purpose)s, %(by)s, %(at)s, %(expires_at)s"
            " FROM {s}.account WHERE login = %(login)s AND NOT disabled RETURNING 1",
            hash=sha256(link),
            login=login,
            purpose=purpose,
            by=by,
            at=at,
            expires_at=at + lasts,
        )
        if not made:
            raise AccountTrouble(f"Akun {login} tidak ada atau ditutup.")
        return link

    def ask_for_link(self, login: str, at: datetime) -> tuple[str, str] | None:
        """A link for who asks for himself, and where it is mailed; None where nothing is.

        One statement whether or not the account is there, so that its time tells nothing.
        """
        link = secrets.token_urlsafe(32)
        made = self._rows(
            "WITH made AS (INSERT INTO {s}.account_link"
            "  (hash, login, purpose, created_by, created_at, expires_at)"
            "  SELECT %(hash)s, login, 'recovery', '', %(at)s, %(expires_at)s FROM {s}.account"
            "  WHERE login = %(login)s AND NOT disabled AND email IS NOT NULL"
            "   AND NOT EXISTS (SELECT FROM {s}.account_link AS asked"
            "    WHERE asked.login = account.login AND created_by = ''"
            "     AND created_at > %(lately)s)"
            "  RETURNING login)"
            " SELECT email FROM {s}.account JOIN made USING (login)",
            hash=sha256(link),
            login=login,
            at=at,
            expires_at=at + ASKED_LASTS,
            lately=at - ASKED_EVERY,
        )
        return (link, str(made[0][0])) if made else None

    def link(self, link: str, at: datetime) -> Link | None:
        """What a link is for; None for one that was never made."""
        rows = self._rows(
            "SELECT account.login, officer_id, body, purpose, used_at, expires_at"
            " FROM {s}.account_link JOIN {s}.account USING (login)"
            " WHERE hash = %(hash)s AND NOT disabled",
            hash=sha256(link),
        )
        if not rows:
            return None
        login, officer_id, body, purpose, used_at, expires_at = rows[0]
        state = "used" if used_at else "expired" if expires_at <= at else "open"
        account = Account(login=login, officer_id=officer_id, body=body)
        return Link(account=account, purpose=purpose, state=state)

    def take_link(self, link: str, at: datetime) -> bool:
        """Use a link up; True for one caller only, however many come at once."""
        return bool(
            self._rows(
                "UPDATE {s}.account_link SET used_at = %(at)s"
                " WHERE hash = %(hash)s AND used_at IS NULL AND expires_at > %(at)s RETURNING 1",
                hash=sha256(link),
                at=at,
            )
        )

    # Identities at the body's own provider

    def link_identity(self, login: str, issuer: str, subject: str, at: datetime) -> None:
        """From now on *subject* of *issuer* is this account; never judged by an e-mail address."""
        self._rows(
            "INSERT INTO {s}.identity (issuer, subject, login, linked_at)"
            " VALUES (%(issuer)s, %(subject)s, %(login)s, %(at)s) ON CONFLICT DO NOTHING",
            issuer=issuer,
            subject=subject,
            login=login,
            at=at,
        )
        query = "SELECT login FROM {s}.identity WHERE (issuer, subject) = (%(issuer)s, %(subject)s)"
        [(holder,)] = self._rows(query, issuer=issuer, subject=subject)
        if holder != login:
            raise AccountTrouble("Identitas ini sudah ditautkan dengan akun lain.")

    def identified(self, issuer: str, subject: str, at: datetime) -> Account | None:
        """The account linked with an identity."""
        rows = self._rows(
            "UPDATE {s}.identity SET used_at = %(at)s FROM {s}.account"
            " WHERE account.login = identity.login AND NOT disabled"
            " AND (issuer, subject) = (%(issuer)s, %(subject)s)"
            " RETURNING account.login, officer_id, body",
            issuer=issuer,
            subject=subject,
            at=at,
        )
        return Account(login=rows[0][0], officer_id=rows[0][1], body=rows[0][2]) if rows else None

    def identities(self, login: str) -> list[Identity]:
        rows = self._rows(
            "SELECT issuer, subject, linked_at, used_at FROM {s}.identity"
            " WHERE login = %(login)s ORDER BY linked_at, subject",
            login=login,
        )
        return [
            Identity(issuer=issuer, subject=subject, linked_at=linked_at, used_at=used_at)
            for issuer, subject, linked_at, used_at in rows
        ]

    def unlink_identity(self, login: str, issuer: str, subject: str) -> None:
        self._rows(
            "DELETE FROM {s}.identity WHERE login = %(login)s"
            " AND (issuer, subject) = (%(issuer)s, %(subject)s)",
            login=login,
            issuer=issuer,
            subject=subject,
        )
