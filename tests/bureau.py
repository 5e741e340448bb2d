"""A small public body with its officers and a real web in front of it, for tests of the web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from adapters import registers
from adapters.accounts import PostgresAccounts
from adapters.database import Database, open_database
from adapters.evidence.signer import NOBODY, Outside, Signer
from adapters.evidence.signer_memory import SignerMemory
from adapters.registers import Register
from adapters.tokens import SCOPES
from adapters.trouble import DatabaseTrouble
from adapters.views import Views
from domain.body import Established
from domain.calendar import Week
from domain.history import Stamp
from domain.item import Channel, Closed
from domain.officer import Acting, Authority, Role
from tests.places import access_to, database_like
from tests.voices import PARTICULARS, TEST
from web import create_app

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # Monday 08.30 WIB
PASSWORD = "kata-sandi-demo-saja"
MARKER = "MERAHDELIMA"
"""Stands in everything that is closed, and nowhere else."""

SECRET = Closed(title=f"{MARKER} judul", detail=f"{MARKER} rincian")
OURS, OTHER = "uji", "lain"

OFFICERS = (
    ("sri", "ppid-utama", ""),
    ("made", "ppid-pembantu", "inspektorat"),
    ("budi", "ppid-pembantu", "dinkes"),
    ("tim", "tim-pertimbangan", ""),
    ("wayan", "atasan-ppid", ""),
    ("gubernur", "pimpinan", ""),
    ("agus", "auditor", ""),
    ("ani", "admin", ""),
)
ORDINARY = Stamp(at=NOW, on=NOW.date(), by="admin-uji", as_role="admin")


class Following(Views):
    """Read models that follow as soon as somebody waits for them, without a thread."""

    def wait_for(self, position: int, timeout: float = 0.25) -> bool:
        self.catch_up()
        return True


@dataclass
class Clock:
    """Stands still until it is told otherwise."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Bureau:
    """The body `uji`, and another one of which it knows nothing."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    keys: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)

    def __post_init__(self) -> None:
        self.accounts = PostgresAccounts(self.database)
        self.register = self._open(OURS, "Badan Contoh", OFFICERS)
        self.other = self._open(OTHER, "Badan Lain", (("luh", "ppid-utama", ""),))
        registers.adopt(
            self.register.ledger,
            "kalteng-diskominfo-2024",
            unit="",
            since=date(2025, 1, 1),
            stamp=ORDINARY,
        )
        registers.grant(
            self.register.ledger,
            "made",
            [
                Authority(
                    role=Role.TIM_PERTIMBANGAN,
                    unit="",
                    decree_no="SK-PLH/2026",
                    since=date(2026, 1, 1),
                    until=date(2026, 12, 31),
                    acting=Acting.PLH,
                    principal="tim",
                )
            ],
            stamp=ORDINARY,
        )
        self.app = self.serve()

    def serve(self, **settings: Any) -> Flask:
        """The web of this installation."""
        return create_app(
            {OURS: self.register, OTHER: self.other},
            self.accounts,
            self.clock,
            secret_key="uji",
            trouble=(DatabaseTrouble,),
            **settings,
        )

    def _open(self, code: str, name: str, people: Any) -> Register:
        opened = registers.open_register(
            self.database,
            Established(
                code=code,
                name=name,
                seat="Palangka Raya",
                zone="Asia/Jakarta",
                zone_name="WIB",
                week=Week.FIVE,
            ),
            stamp=ORDINARY,
        )
        for unit, called in (("inspektorat", "Inspektorat"), ("dinkes", "Dinas Kesehatan")):
            registers.add_unit(opened.ledger, code=unit, name=called, stamp=ORDINARY)
        for officer_id, role, unit in people:
            registers.appoint(
                opened.ledger,
                officer_id,
                name=f"Demo {officer_id.title()} (fiktif)",
                position="Pejabat",
                unit=unit,
                stamp=ORDINARY,
            )
            right = Authority(role=role, unit=unit, decree_no="SK-1", since=date(2020, 1, 1))
            registers.grant(opened.ledger, officer_id, [right], stamp=ORDINARY)
            self.accounts.create(officer_id, officer_id=officer_id, body=code, password=PASSWORD)
        opened = replace(opened, views=Following(self.database, code, opened.ledger))
        opened.views.catch_up()
        return opened

    # Acting past the web, to get somewhere

    def desk(self, officer_id: str, role: str, on: date | None = None) -> Any:
        return self.register.desk(officer_id, role, at=self.clock.at, on=on)

    def item(self, upto: str = "submit", *, title: str = "", secret: bool = False) -> UUID:
        """An item led through the procedure as far as *upto*."""
        item_id, decree_id = uuid4(), uuid4()
        particulars = replace(
            PARTICULARS,
            title=title or f"Berita acara {item_id.hex[:6]}",
            closed=SECRET if secret else None,
        )
        public = Channel(kind="sidik", address=f"/publik/uji/butir/{item_id}", on=NOW.date())
        made, sri = self.desk("made", "ppid-pembantu"), self.desk("sri", "ppid-utama")
        wayan = self.desk("wayan", "atasan-ppid")
        steps: dict[str, Any] = {
            "submit": lambda: made.on_item("submit", item_id, particulars=particulars),
            "test": lambda: sri.on_item("test_consequence", item_id, test=TEST),
            "approve": lambda: wayan.on_item("approve", item_id),
            "draft": lambda: sri.draft_decree(decree_id, title="Konsep", items=[item_id]),
            "issue": lambda: sri.issue(decree_id, number=f"188/{decree_id.hex[:4]}"),
            "archive": lambda: sri.on_item(
                "archive", item_id, soft_place="Server A", hard_place="Rak 3"
            ),
            "upload": lambda: sri.on_item("upload", item_id, channels=(public,)),
            "open": lambda: sri.on_item(
                "declassify", item_id, why="ruling", evidence="Putusan 1/2026"
            ),
        }
        for name, step in steps.items():
            step()
            if name == upto:
                break
        self.register.views.catch_up()
        return item_id

    def sign(self, outside: Outside = NOBODY) -> None:
        """What the signer does at its beat: it puts down the heads, signs, and shows witnesses."""
        with SignerMemory(Path(self.keys.name)) as memory:
            signer = Signer(self.database, OURS, memory, now=self.clock, outside=outside)
            try:
                signer.open()
                signer.publish()
            finally:
                signer.close()

    # Over HTTP

    def browser(self, login: str = "", role: str = "") -> Browser:
        """Somebody's browser, signed in unless *login* is empty."""
        browser = Browser(self.app.test_client())
        if login:
            answer = browser.submit("/masuk", {"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        if role:
            browser.submit("/uji/jabatan", {"role": role}, opened="/uji/pekerjaan")
        return browser

    def caller(self, login: str, role: str) -> Caller:
        """A program that holds a token."""
        token = self.accounts.issue_token(
            login,
            role=role,
            label="uji",
            expires_at=self.clock.at + timedelta(days=1),
            at=self.clock.at,
            scopes=SCOPES,
        )
        return Caller(self.app.test_client(), token)


@dataclass
class Browser:
    client: FlaskClient

    def get(self, address: str, **more: Any) -> TestResponse:
        return self.client.get(address, **more)

    def submit(
        self, address: str, typed: dict[str, Any], *, opened: str = "", token: str = ""
    ) -> TestResponse:
        """Open a form (at *opened*, or where it is sent) and send it, hidden fields and all."""
        page = self.client.get(opened or address).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        if token:
            hidden["token"] = token
        return self.proved(self.client.post(address, data={**hidden, **typed}))

    def proved(self, answer: TestResponse) -> TestResponse:
        """Where a page asks for a proof, give the password and go on."""
        if answer.status_code != 200 or 'id="langkah-bukti"' not in answer.text:
            return answer
        sent = prove_with(answer.text, bukti=PASSWORD)
        return self.client.post(unescape(found_in(answer.text, ACTION)), data=sent)


ACTION = r'action="([^"]*)" id="langkah-bukti"'
HIDDEN = r'<input type="hidden" name="([^"]+)" value="([^"]*)">'


def found_in(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1]


def prove_with(page: str, **proof: str) -> MultiDict[str, str]:
    """What a page that asks for a proof sends: everything it has kept, and the proof."""
    form = page[page.index('id="langkah-bukti"') :]
    kept = [(name, unescape(value)) for name, value in re.findall(HIDDEN, form)]
    return MultiDict([*kept, *proof.items()])


@dataclass
class Caller:
    client: FlaskClient
    token: str

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/uji{address}", headers=self._with(headers))

    def post(self, address: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"/api/v1/uji{address}", json=body, headers=self._with(headers))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


@contextmanager
def open_bureau(server: str, template: str) -> Iterator[Bureau]:
    """A bureau on a database of its own, for all tests of a module."""
    with (
        database_like(server, template, "bureau") as url,
        open_database(access=access_to(url)) as database,
    ):
        opened = Bureau(database)
        with opened.keys:
            yield opened
