"""What the web needs of the world: one body's register, and whoever keeps accounts.

The web knows these shapes only; what fills them is put together in `sidik.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from domain.desk import Desk
from domain.history import Ledger

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[Row]


class Views(Protocol):
    """The read models of a register, as `adapters.views` answers."""

    def wait_for(self, position: int, timeout: float = ...) -> bool: ...

    def list(
        self,
        as_of: date | None = None,
        known_at: datetime | int | None = None,
        *,
        status: str | Sequence[str] | None = None,
        unit: str | None = None,
        units: Sequence[str] | None = None,
        published: bool = False,
        query: str | None = None,
        after: tuple[str, UUID] | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def counts(self, *, units: Sequence[str] | None = ...) -> dict[str, int]: ...

    def item(self, item_id: UUID) -> Row | None: ...

    def history_of(self, subject_id: UUID, zone: str = ...) -> Rows: ...

    def trail(
        self,
        *,
        by: str | None = None,
        kind: str | None = None,
        before: int | None = None,
        zone: str = ...,
        limit: int = 50,
    ) -> Rows: ...

    def worklist(
        self,
        *,
        decisions: Sequence[str] | None = None,
        kind: str | None = None,
        unit: str | None = None,
        subject_id: UUID | None = None,
        after: tuple[datetime, UUID, str] | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def shelf(
        self,
        *,
        unit: str | None = None,
        units: Sequence[str] | None = None,
        offset: int = 0,
        limit: int = 200,
    ) -> Rows: ...

    def due(self, on: date) -> Rows: ...

    def decrees(self, *, stage: str | Sequence[str] | None = None, limit: int = 200) -> Rows: ...

    def pledges(self) -> Rows: ...

    def officers(self) -> Rows: ...

    def stale(self, on: date = ...) -> Rows: ...


class Readings(Protocol):
    """Who was shown what is not for everybody, as `adapters.readings` keeps it."""

    def note(
        self,
        *,
        by: str,
        as_role: str,
        what: str,
        at: datetime,
        subject_id: UUID | None = None,
        detail: str = "",
    ) -> None: ...

    def page(
        self,
        *,
        by: str | None = None,
        what: str | None = None,
        subject_id: UUID | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Rows: ...


class Register(Protocol):
    """The register of one public body. It knows no other."""

    @property
    def code(self) -> str: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def views(self) -> Views: ...

    @property
    def readings(self) -> Readings: ...

    def desk(
        self, officer_id: str, role: str, *, at: datetime, on: date | None = None, cause: str = ""
    ) -> Desk: ...


class Account(Protocol):
    """Who signed in: an officer of one body."""

    @property
    def login(self) -> str: ...

    @property
    def officer_id(self) -> str: ...

    @property
    def body(self) -> str: ...


class Attempt(Protocol):
    """What came of trying to sign in."""

    @property
    def account(self) -> Account | None: ...

    @property
    def wait_seconds(self) -> int: ...


class Bearer(Protocol):
    """For whom a token speaks, and in which office."""

    @property
    def account(self) -> Account: ...

    @property
    def role(self) -> str: ...


class Remembered(Protocol):
    """What is known of a request that was sent before."""

    @property
    def same(self) -> bool: ...

    @property
    def begun_at(self) -> datetime: ...

    @property
    def response(self) -> Mapping[str, Any] | None: ...


class Accounts(Protocol):
    """Accounts, sessions, tokens and remembered answers, as `adapters.accounts` keeps them."""

    def find(self, login: str) -> Account | None: ...

    def sign_in(self, login: str, password: str, *, address: str, at: datetime) -> Attempt: ...

    def load_session(self, session_id: str, at: datetime) -> Mapping[str, Any] | None: ...

    def save_session(
        self, session_id: str, data: Mapping[str, Any], login: str | None, at: datetime
    ) -> None: ...

    def end_session(self, session_id: str) -> None: ...

    def bearer(self, token: str, at: datetime) -> Bearer | None: ...

    def begin(
        self, body: str, officer_id: str, key: str, request: bytes, at: datetime
    ) -> Remembered | None: ...

    def finish(self, body: str, officer_id: str, key: str, response: Mapping[str, Any]) -> None: ...

    def give_up(self, body: str, officer_id: str, key: str) -> None: ...
