"""What the web needs of the world: one body's register, and whoever keeps accounts.

The web knows these shapes only; what fills them is put together in `sidik.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID

from domain.calendar import YearSeeded
from domain.desk import Desk
from domain.evidence.tiles import Tile
from domain.history import Ledger, Recorded
from domain.procedure import Procedure
from domain.publication import Shown
from domain.takeover.columns import Columns
from domain.takeover.entries import Mended
from projections.audit import Asked

T = TypeVar("T")

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[Row]


class Views(Protocol):
    """The read models of a register, as `adapters.views` answers."""

    def wait_for(self, position: int, timeout: float = ...) -> bool: ...

    def position(self) -> int: ...

    def list(
        self,
        as_of: date | None = None,
        known_at: datetime | int | None = None,
        *,
        sort: str = "title",
        after: tuple[Any, ...] | None = None,
        limit: int = 50,
        **asked: Any,
    ) -> Rows: ...

    def some(self, **asked: Any) -> int: ...

    def tally(self, *, units: Sequence[str] | None = ..., published: bool = ...) -> Rows: ...

    def facets(
        self,
        *,
        status: str | None = None,
        unit: str | None = None,
        year: int | None = None,
        huruf: str | None = None,
        units: Sequence[str] | None = None,
    ) -> dict[str, dict[str, int]]: ...

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

    def worklist(self, *, subject_id: UUID | None = None, limit: int = 50) -> Rows: ...

    def drafted(self) -> tuple[UUID, ...]: ...

    def tasks(
        self,
        *,
        turns: Sequence[tuple[str, str, str | None]],
        query: str = "",
        drafted: Sequence[UUID] = (),
        first: date | None = None,
        last: date | None = None,
        after: tuple[date, datetime, UUID, str] | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def task_counts(
        self,
        spans: Iterable[tuple[str, date, date]],
        *,
        turns: Sequence[tuple[str, str, str | None]],
        query: str = "",
        drafted: Sequence[UUID] = (),
        limit: int = 1000,
    ) -> dict[str, Row]: ...

    def newest_decrees(
        self,
        *,
        stages: Sequence[str] = (),
        after: tuple[date | None, UUID] | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def workload(self, on: date, *, units: Sequence[str] | None = None) -> Rows: ...

    def outlook(
        self, question: str, days: dict[str, date], *, units: Sequence[str] | None = None
    ) -> Rows: ...

    def counted_items(
        self,
        figure: str,
        days: dict[str, date],
        *,
        unit: str = "",
        units: Sequence[str] | None = None,
        after: tuple[date, UUID] | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def latest_determined(self, *, units: Sequence[str] | None = None, limit: int = 50) -> Rows: ...

    def shelf(
        self,
        *,
        unit: str | None = None,
        units: Sequence[str] | None = None,
        after: tuple[date | None, date | None, UUID] | None = None,
        limit: int = 200,
    ) -> Rows: ...

    def due(self, on: date) -> Rows: ...

    def decrees(self, *, stage: str | Sequence[str] | None = None, limit: int = 200) -> Rows: ...

    def pledges(self) -> Rows: ...

    def officers(self) -> Rows: ...

    def stale(self, on: date = ...) -> Rows: ...

    def awaiting(self) -> Rows: ...

    def notice_spans(self, days: Iterable[date] | None = ...) -> Rows: ...

    def notices_over(self, spans: Sequence[tuple[date, date]], limit: int = ...) -> Rows: ...

    def resting_on(
        self, law: str, *, since: date | None = ..., before: date | None = ..., limit: int = ...
    ) -> tuple[int, Rows]: ...

    def closed_under(self, huruf: str, limit: int = ...) -> tuple[int, Rows]: ...


class Published(Protocol):
    """What anybody may read, as `adapters.published` answers."""

    def touched(
        self,
        first: tuple[date, datetime | int | None],
        last: tuple[date, datetime | int | None],
        *,
        after: UUID | None = ...,
        limit: int = ...,
    ) -> Sequence[UUID]: ...

    def states(self, ids: Any, moment: tuple[date, datetime | int | None]) -> Rows: ...

    def news(self, limit: int = ...) -> Rows: ...

    def figures(self, on: date) -> dict[str, Any]: ...


class Difference(Protocol):
    """The row of an item in two snapshots of the published list; None: it is not in that one."""

    @property
    def item(self) -> UUID: ...

    @property
    def before(self) -> bytes | None: ...

    @property
    def after(self) -> bytes | None: ...


class Inclusion(Protocol):
    """That a row stands in a snapshot: its place, and what leads from its leaf to the root."""

    @property
    def row(self) -> bytes: ...

    @property
    def index(self) -> int: ...

    @property
    def path(self) -> Sequence[bytes]: ...


class Publications(Protocol):
    """The snapshots of the published list, as `adapters.publications` keeps them."""

    def page(self, *, before: int | None = None, limit: int = 50) -> Rows: ...

    def find(self, number: int) -> Row | None: ...

    def standing(self, moment: datetime) -> Row | None: ...

    def rows(
        self, number: int, *, after: UUID | None = None, limit: int = ...
    ) -> Sequence[tuple[UUID, bytes]]: ...

    def all_rows(self, number: int) -> Iterator[bytes]: ...

    def proof(self, number: int, item_id: UUID) -> Inclusion | None: ...

    def between(
        self, first: int, last: int, *, after: UUID | None = None, limit: int = ...
    ) -> Sequence[Difference]: ...

    def reasons(
        self, ids: Sequence[UUID], since: int, upto: int
    ) -> Mapping[UUID, Sequence[Shown]]: ...


class ProvenSnapshots(Protocol):
    """What shows that snapshots are in the log, as `adapters.evidence.snapshots` makes it."""

    def proof(self) -> bytes | None: ...


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


class AuditRoom(Protocol):
    """What auditors ask, as `adapters.audit_room` answers."""

    def trail(
        self,
        asked: Asked,
        *,
        before: int | None = None,
        after: int | None = None,
        zone: str = ...,
        limit: int = 50,
    ) -> Rows: ...

    def facts(self, positions: Iterable[int]) -> Mapping[int, Recorded[Any]]: ...

    def titles(self, ids: Iterable[UUID]) -> Mapping[UUID, Row]: ...

    def sops(self) -> Rows: ...

    def actors(self) -> list[str]: ...

    def position_at(self, moment: datetime) -> int: ...

    def head(self) -> int: ...

    def state(self, item_id: UUID, position: int) -> Row | None: ...

    def counts_at(self, position: int, *, units: Sequence[str] | None = ...) -> Row | None: ...

    def differences(
        self,
        a: tuple[date | None, int | None],
        b: tuple[date | None, int | None],
        *,
        status: str | None = None,
        units: Sequence[str] | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def facts_between(
        self,
        a: tuple[date | None, int | None],
        b: tuple[date | None, int | None],
        ids: Iterable[UUID],
        *,
        units: Sequence[str] | None = None,
        zone: str = ...,
    ) -> Rows: ...

    def checks(self, limit: int = 10) -> Rows: ...

    def begin_check(
        self, *, by: str, as_role: str, at: datetime, wait: bool = False
    ) -> int | None: ...

    def file(
        self,
        *,
        by: str,
        as_role: str,
        at: datetime,
        units: Sequence[str] | None,
        cause: str,
        purpose: str,
        question: Mapping[str, str],
        form: str,
        about: Mapping[str, str],
        headings: Mapping[str, str],
        rows: Sequence[Mapping[str, Any]],
        position: int,
    ) -> int: ...

    def filed(
        self,
        *,
        units: Sequence[str] | None = None,
        by: str | None = None,
        cause: str | None = None,
        number: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Rows: ...

    def file_of(self, number: int) -> bytes: ...


class Evidence(Protocol):
    """What is shown of a register's log and proven from it, as `adapters.evidence.room` answers."""

    def mark(self) -> tuple[int, ...]: ...

    def checkpoint(self) -> str: ...

    def state(self) -> Any: ...

    def tile(self, tile: Tile) -> bytes | None: ...

    def tools(self) -> Sequence[Any]: ...

    def receipt(self, position: int) -> Any: ...

    def begin(
        self,
        *,
        item: UUID,
        copy: str,
        form: str,
        refused_on: date | None,
        known_on: date | None,
        basis: str,
        by: str,
        as_role: str,
        at: datetime,
    ) -> UUID:
        """Raises `NotNow` where more is asked for than is made at a time."""

    def file(self, file_id: UUID, *, by: str, as_role: str, at: datetime) -> Row | None: ...

    def content_of(self, file_id: UUID) -> bytes: ...


class SavedViews(Protocol):
    """What officers ask again and again, as `adapters.saved_views` keeps it."""

    def all(self, officer_id: str, page: str) -> Rows: ...

    def keep(self, officer_id: str, page: str, name: str, query: str, at: datetime) -> bool: ...

    def drop(self, officer_id: str, page: str, name: str) -> None: ...


class Draft(Protocol):
    """What an officer had typed in a form, and which version of its subject he saw."""

    @property
    def typed(self) -> Mapping[str, Sequence[str]]: ...

    @property
    def version(self) -> int: ...

    @property
    def saved_at(self) -> datetime: ...


class Drafts(Protocol):
    """What officers have typed and not yet sent, as `adapters.drafts` keeps it. No facts."""

    def keep(
        self,
        officer_id: str,
        form: str,
        typed: Mapping[str, Sequence[str]],
        *,
        version: int,
        token: str,
        at: datetime,
    ) -> None: ...

    def find(self, officer_id: str, form: str, *, at: datetime) -> Draft | None: ...

    def done(self, officer_id: str, form: str, *, token: str, at: datetime) -> None: ...

    def discard(self, officer_id: str, form: str) -> None: ...


class Imports(Protocol):
    """Lists being taken over, as `adapters.import_jobs` keeps them. No facts until they are run.

    What cannot be read as a list raises `NotAList`.
    """

    def receive(
        self,
        job_id: UUID,
        name: str,
        content: bytes,
        *,
        by: str,
        as_role: str,
        unit: str,
        at: datetime,
        sheet: str | None = None,
    ) -> None: ...

    def choose_sheet(self, job_id: UUID, sheet: str) -> None: ...

    def job(self, job_id: UUID, at: datetime, *, looks: bool = False) -> Any: ...

    def jobs(self, as_role: str, units: Sequence[str] | None, at: datetime) -> Sequence[Any]: ...

    def drop(self, job_id: UUID) -> None: ...

    def tidy(self, at: datetime) -> None: ...

    def check(self, job_id: UUID, columns: Columns, unit: str, by: str) -> None: ...

    def run(self, job_id: UUID, by: str) -> None: ...

    def stop(self, job_id: UUID) -> None: ...

    def lines(
        self,
        job_id: UUID,
        *,
        outcome: str | None = None,
        problem: bool = False,
        near: bool = False,
        mended: bool = False,
        after: int = 0,
        limit: int = 50,
    ) -> Sequence[Any]: ...

    def line(self, job_id: UUID, row: int) -> Any: ...

    def totals(self, job_id: UUID) -> Mapping[str, int]: ...

    def mend(self, job_id: UUID, row: int, mended: Mended, *, by: str, at: datetime) -> bool: ...

    def report(self, job: Any, kind: str) -> bytes: ...

    def wake(self, clock: Callable[[], datetime]) -> None: ...


class Still(Protocol):
    """Answers that hold as long as a register stands still, as `adapters.still` keeps them."""

    def place(self) -> tuple[Any, ...]: ...

    def kept(self, place: tuple[Any, ...], question: Hashable, ask: Callable[[], T]) -> T: ...


class Register(Protocol):
    """The register of one public body. It knows no other."""

    @property
    def code(self) -> str: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def views(self) -> Views: ...

    @property
    def published(self) -> Published: ...

    @property
    def publications(self) -> Publications: ...

    @property
    def proven_snapshots(self) -> ProvenSnapshots: ...

    @property
    def readings(self) -> Readings: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def saved_views(self) -> SavedViews: ...

    @property
    def evidence(self) -> Evidence: ...

    @property
    def audit(self) -> AuditRoom: ...

    @property
    def imports(self) -> Imports: ...

    @property
    def still(self) -> Still: ...

    def seed_of(self, year: int, decree: str = ...) -> YearSeeded: ...

    def papers(self) -> Mapping[str, Procedure]: ...

    def read_paper(self, key: str, text: str) -> Procedure: ...

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
    """For whom a token speaks, in which office, and what it was issued for."""

    @property
    def account(self) -> Account: ...

    @property
    def role(self) -> str: ...

    @property
    def scopes(self) -> frozenset[str]: ...


class Proof(Protocol):
    """What came of a code or password given again."""

    @property
    def right(self) -> bool: ...

    @property
    def used(self) -> bool: ...

    @property
    def wait_seconds(self) -> int: ...


class Passkey(Protocol):
    @property
    def id(self) -> bytes: ...

    @property
    def login(self) -> str: ...

    @property
    def rp_id(self) -> str: ...

    @property
    def public_key(self) -> bytes: ...

    @property
    def sign_count(self) -> int: ...

    @property
    def label(self) -> str: ...


class Factors(Protocol):
    """What an account can be proved by, beside its password."""

    @property
    def codes_since(self) -> datetime | None: ...

    @property
    def passkeys(self) -> Sequence[Passkey]: ...

    @property
    def recovery_left(self) -> int: ...

    @property
    def any(self) -> bool: ...


class Link(Protocol):
    """What a one-time link opens: its *state* is "open", "used" or "expired"."""

    @property
    def account(self) -> Account: ...

    @property
    def purpose(self) -> str: ...

    @property
    def state(self) -> str: ...


class Remembered(Protocol):
    """What is known of a request that was sent before."""

    @property
    def same(self) -> bool: ...

    @property
    def begun_at(self) -> datetime: ...

    @property
    def response(self) -> Mapping[str, Any] | None: ...


class Accounts(Protocol):
    """Accounts and all that belongs to them, as `adapters.accounts` keeps it."""

    Trouble: type[Exception]  # why something cannot be done to an account: a sentence for people

    def find(self, login: str) -> Account | None: ...

    def officers(self, body: str) -> Sequence[str]: ...

    def invite(self, login: str, *, officer_id: str, body: str, email: str = "") -> None: ...

    def set_password(self, login: str, password: str, at: datetime, *, but: str = "") -> None: ...

    def set_email(self, login: str, email: str) -> None: ...

    def email(self, login: str) -> str: ...

    def disable(self, login: str, at: datetime) -> None: ...

    def enable(self, login: str) -> None: ...

    def kept(self, body: str, at: datetime) -> Sequence[Any]: ...

    def note(self, login: str, what: str, at: datetime, *, by: str = "") -> None: ...

    def events(self, login: str, limit: int = ...) -> Sequence[Any]: ...

    # Signing in, and proving oneself again

    def sign_in(self, login: str, password: str, *, address: str, at: datetime) -> Attempt: ...

    def prove(self, login: str, given: str, *, at: datetime) -> Proof: ...

    def recover(self, login: str, code: str, *, address: str, at: datetime) -> Proof: ...

    def too_many_asks(self, address: str, at: datetime) -> int: ...

    # Sessions

    def open_session(
        self, session_id: str, at: datetime
    ) -> tuple[Mapping[str, Any], Account | None] | None: ...

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
    ) -> None: ...

    def end_session(self, session_id: str, at: datetime) -> None: ...

    def sessions(self, login: str, at: datetime) -> Sequence[Any]: ...

    def revoke_session(self, login: str, key: str, at: datetime) -> bool: ...

    def sign_out_everywhere(self, login: str, at: datetime, *, but: str = "") -> None: ...

    # Second factors

    def factors(self, login: str) -> Factors: ...

    def drop_factors(self, login: str) -> None: ...

    def begin_codes(self, login: str, at: datetime) -> str: ...

    def confirm_codes(self, login: str, code: str, at: datetime) -> str: ...

    def drop_codes(self, login: str) -> None: ...

    def new_recovery_codes(self, login: str) -> Sequence[str]: ...

    def handle(self, login: str) -> bytes: ...

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
    ) -> None: ...

    def passkey(self, passkey_id: bytes) -> Passkey | None: ...

    def passkey_used(self, passkey: Any, sign_count: int, at: datetime) -> bool: ...

    def drop_passkey(self, login: str, passkey_id: bytes) -> bool: ...

    # Links handed over, and identities elsewhere

    def make_link(self, login: str, purpose: str, *, by: str, at: datetime) -> str: ...

    def ask_for_link(self, login: str, at: datetime) -> tuple[str, str] | None: ...

    def link(self, link: str, at: datetime) -> Link | None: ...

    def take_link(self, link: str, at: datetime) -> bool: ...

    def link_identity(self, login: str, issuer: str, subject: str, at: datetime) -> None: ...

    def identified(self, issuer: str, subject: str, at: datetime) -> Account | None: ...

    def identities(self, login: str) -> Sequence[Any]: ...

    def unlink_identity(self, login: str, issuer: str, subject: str) -> None: ...

    # Tokens

    def issue_token(
        self,
        login: str,
        *,
        role: str,
        label: str,
        expires_at: datetime,
        at: datetime,
        scopes: Iterable[str] = ...,
    ) -> str: ...

    def tokens(self, login: str) -> Sequence[Any]: ...

    def revoke_token(self, login: str, token_id: UUID, at: datetime) -> bool: ...

    def bearer(self, token: str, at: datetime) -> Bearer | None: ...

    # Answers to requests that may be sent twice

    def begin(
        self, body: str, officer_id: str, key: str, request: bytes, at: datetime
    ) -> Remembered | None: ...

    def finish(self, body: str, officer_id: str, key: str, response: Mapping[str, Any]) -> None: ...

    def give_up(self, body: str, officer_id: str, key: str) -> None: ...


class Mail(Protocol):
    """Takes a mail and sends it later."""

    def send(self, to: str, subject: str, text: str) -> Any: ...
