"""The authorisation matrix: every read and every act, as everybody who might try.

What is expected stands in tables, one line for each kind of page. A route without a line fails,
so whoever adds one says who it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import Rule

from adapters import registers
from domain import pledge
from domain.desk import DECREE_ACTS, ITEM_ACTS, PLEDGE_ACTS
from domain.officer import Acting, Authority, Role
from tests.bureau import (
    MARKER,
    NOW,
    ORDINARY,
    OURS,
    PASSWORD,
    SECRET,
    Browser,
    Bureau,
    open_bureau,
)
from tests.voices import PARTICULARS
from web import entries

# Who might try

EVERY = frozenset(Role)
DECIDING = EVERY - {Role.AUDITOR, Role.ADMIN}
PROPOSING = frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU})
FILING = frozenset({Role.AUDITOR, Role.PPID_UTAMA, Role.KETUA_PPID, Role.ATASAN_PPID})

LOGINS = {
    Role.PPID_UTAMA: "sri",
    Role.PPID_PEMBANTU: "made",
    Role.KETUA_PPID: "ketua",
    Role.PETUGAS_PPID: "petugas",
    Role.ATASAN_PPID: "wayan",
    Role.PIMPINAN: "gubernur",
    Role.TIM_PERTIMBANGAN: "tim",
    Role.AUDITOR: "agus",
    Role.ADMIN: "ani",
}
MAY_KNOW = {"sri", "made", "ketua", "petugas", "tim", "wayan", "gubernur"}
"""What is closed of an item of the inspektorat; the law's need to know, office by office."""

OF_ONE_UNIT = "dewi"  # an auditor appointed for the dinkes alone
ENDED = "dulu"  # Plh until yesterday
EVENING = datetime(2026, 3, 1, 16, 55, tzinfo=UTC)  # 23.55 WIB the day before
NO_ID = UUID(int=0)
TITLE = "Berita acara rahasia inspektorat"


# What is there to be read, and for whom


@dataclass(frozen=True)
class Read:
    """Who is shown it. Nobody in particular (`anybody`), or these offices of the body."""

    roles: frozenset[str] = EVERY
    anybody: bool = False
    refused: int = 403  # how the other offices of the body are answered
    there: bool = True  # False: with the values tried here there is nothing to be shown


ANYBODY = Read(anybody=True)
ALL = Read()
SETTING = Read(frozenset({Role.ADMIN}), refused=409)
"""A form of the Admin: everybody else reads there why it is not his to change."""

READS: dict[str, Read] = {
    # Pages without a door
    "static": ANYBODY,
    "healthz": ANYBODY,
    "api-docs.openapi_json": ANYBODY,
    "api-docs.openapi_redoc": ANYBODY,
    "api-docs.openapi_swagger_ui": ANYBODY,
    "api-docs.openapi_rapidoc": ANYBODY,
    "sign_in.*": ANYBODY,
    "public.*": ANYBODY,
    "api_docs": ANYBODY,
    # The desk: whoever holds an office of the body
    "pages.start": ALL,
    "pages.work": ALL,
    "pages.listing": ALL,
    "pages.export": ALL,
    "pages.overview": ALL,
    "pages.overview_items": ALL,
    "pages.decrees": ALL,
    "pages.decree_page": ALL,
    "pages.shelf": ALL,
    "pages.pledges": ALL,
    "pages.pledge_page": ALL,
    "pages.one": ALL,
    "pages.new": ALL,
    "pages.ask": ALL,
    "pages.ask_decree": ALL,
    "pages.ask_pledge": ALL,
    "pages.new_decree": ALL,
    "pages.account": ALL,
    "pages.help": ALL,
    "pages.tokens": ALL,
    "pages.choose_together": Read(DECIDING),
    "pages.ask_together": Read(DECIDING),
    # Settings may be read by every office; accounts are the Admin's
    "pages.settings": ALL,
    "pages.settings_body": ALL,
    "pages.settings_calendar": ALL,
    "pages.settings_law": ALL,
    "pages.settings_officers": ALL,
    "pages.settings_officer": ALL,
    "pages.settings_officer_ask": SETTING,
    "pages.settings_new_officer": SETTING,
    "pages.settings_procedures": ALL,
    "pages.settings_procedure": ALL,
    "pages.settings_ask": SETTING,
    "pages.settings_accounts": Read(frozenset({Role.ADMIN})),
    # The auditor's room
    "pages.trail": ALL,
    "pages.audit_replay": ALL,
    "pages.audit_compare": ALL,
    "pages.audit_readings": ALL,
    "pages.audit_integrity": Read(FILING | {Role.ADMIN}),
    "pages.audit_exports": Read(FILING),
    "pages.audit_export_new": Read(FILING),
    "pages.audit_export_file": Read(FILING),
    # Evidence; the bundle tried here is nobody's
    "pages.receipt": ALL,
    "pages.receipt_file": ALL,
    "pages.evidence": ALL,
    "pages.evidence_file": Read(there=False),
    "pages.evidence_download": Read(there=False),
    # Taking over a list: those who propose by the SOP; the list tried here is nobody's
    "pages.imports": Read(PROPOSING),
    "pages.import_*": Read(PROPOSING, there=False),
    "api.list_imports": Read(PROPOSING),
    "api.one_import": Read(PROPOSING, there=False),
    "api.import_*": Read(PROPOSING, there=False),
    # The API: whatever the desk shows
    "api.list_*": ALL,
    "api.one_*": ALL,
    "api.item_*": ALL,
    "api.may_*": ALL,
    "api.decree_acts": ALL,
    "api.pledge_acts": ALL,
    "api.setting_*": ALL,
    "api.worklist": ALL,
    "api.due": ALL,
}


@dataclass
class World:
    """The bureau, and what is tried on it."""

    bureau: Bureau
    values: Mapping[str, Any] = field(default_factory=dict)
    ours: UUID = NO_ID
    hidden_decree: UUID = NO_ID
    foreign: UUID = NO_ID


def rules(bureau: Bureau, method: str) -> list[Rule]:
    return sorted(
        (rule for rule in bureau.app.url_map.iter_rules() if method in (rule.methods or ())),
        key=lambda rule: rule.rule,
    )


def line_for(table: Mapping[str, Any], endpoint: str) -> Any:
    """The line of a route: its own, or that of the longest family it belongs to."""
    if endpoint in table:
        return table[endpoint]
    families = [name for name in table if name.endswith("*") and endpoint.startswith(name[:-1])]
    return table[max(families, key=len)] if families else None


def appoint(bureau: Bureau, officer_id: str, *rights: Authority) -> None:
    ledger = bureau.register.ledger
    registers.appoint(
        ledger, officer_id, name=f"Demo {officer_id}", position="Pejabat", unit="", stamp=ORDINARY
    )
    registers.grant(ledger, officer_id, rights, stamp=ORDINARY)
    bureau.accounts.create(officer_id, officer_id=officer_id, body=OURS, password=PASSWORD)


def right(role: str, unit: str = "", until: date | None = None, **more: Any) -> Authority:
    since = date(2020, 1, 1)
    return Authority(role=role, unit=unit, decree_no="SK-9", since=since, until=until, **more)


@pytest.fixture(scope="module")
def world(server: str, template: str) -> Iterator[World]:
    """A body with somebody in every office, one item of one unit, one of another body."""
    with open_bureau(server, template) as bureau:
        yesterday = NOW.date() - timedelta(days=1)
        appoint(bureau, "ketua", right(Role.KETUA_PPID))
        appoint(bureau, "petugas", right(Role.PETUGAS_PPID, "inspektorat"))
        appoint(bureau, OF_ONE_UNIT, right(Role.AUDITOR, "dinkes"))
        appoint(
            bureau,
            ENDED,
            right(Role.PPID_UTAMA, until=yesterday, acting=Acting.PLH, principal="sri"),
        )
        bureau.register.views.catch_up()
        found = World(bureau)
        found.ours = bureau.item("upload", title=TITLE, secret=True)
        [decree] = bureau.register.views.decrees()
        found.hidden_decree = decree["id"]
        found.foreign = uuid4()
        luh = bureau.other.desk("luh", "ppid-utama", at=NOW)
        given = replace(PARTICULARS, title="Milik badan lain", closed=SECRET)
        luh.on_item("submit", found.foreign, particulars=given)
        bureau.other.views.catch_up()
        sent = {"tujuan": "Pemeriksaan", "bentuk": "json"}
        filed = bureau.browser("agus").submit("/uji/jejak/ekspor/baru", sent)
        wording = pledge.Contents(
            legal_basis="UU 25/2009",
            procedure="-",
            completion_time="-",
            fees="-",
            assurance="-",
            evaluation="-",
        )
        bureau.desk("sri", "ppid-utama").on_pledge("draft", "", contents=wording)
        bureau.register.views.catch_up()
        [officer] = [row for row in bureau.register.views.officers() if "Sri" in row["name"]]
        found.values = {
            "code": OURS,
            "item_id": found.ours,
            "decree_id": found.hidden_decree,
            "job_id": uuid4(),
            "row": 1,
            "kind": "json",
            "unit_slug": "badan",
            "unit": "-",
            "who": "sri",
            "subject_id": officer["id"],
            "number": int(filed.location.rpartition("=")[2]),
            "key": "kalteng-diskominfo-2024",
            "login": "sri",
            "link": "x" * 43,
            "filename": "sidik.css",
            "figure": "endless",
            "position": bureau.register.views.history_of(found.ours)[0]["position"],
            "name": "catatan.txt",
            "place": "0/000",
            "file_id": uuid4(),
        }
        yield found


DECISIONS = {
    "pages.ask": "archive",
    "pages.ask_decree": "change_lines",
    "pages.ask_pledge": "draft",
    "pages.ask_together": "archive",
    "pages.settings_ask": "add_unit",
    "pages.settings_officer_ask": "grant",
}


def address(world: World, rule: Rule, **other: Any) -> str:
    """The address of a route, filled with what there is to be tried."""
    decision = DECISIONS.get(rule.endpoint, "archive")
    values = {**world.values, "area": "badan", "decision": decision, **other}
    asked = {name: values[name] for name in rule.arguments} | QUERIES.get(rule.endpoint, {})
    return world.bureau.app.url_map.bind("localhost").build(rule.endpoint, asked, method="GET")


QUERIES = {"pages.choose_together": {"tindakan": "archive"}}


def text_of(answer: Any) -> str:
    """What an answer says, be it a page or a file."""
    return str(answer.data.decode("utf-8", "replace"))


# Reading


def test_every_route_that_is_read_says_for_whom_it_is(world: World) -> None:
    unknown = {rule.endpoint for rule in rules(world.bureau, "GET")} - {
        rule.endpoint for rule in rules(world.bureau, "GET") if line_for(READS, rule.endpoint)
    }

    assert unknown == set(), "add a line to READS"


def reads(world: World) -> Iterator[tuple[str, str, Read]]:
    for rule in rules(world.bureau, "GET"):
        line = line_for(READS, rule.endpoint)
        if line is not None:
            yield rule.endpoint, address(world, rule), line


def of_the_api(endpoint: str) -> bool:
    return endpoint.startswith("api.")


@pytest.mark.parametrize("role", sorted(EVERY))
def test_an_office_reads_what_is_for_it_and_is_refused_the_rest(world: World, role: str) -> None:
    login = LOGINS[Role(role)]
    browser, caller = world.bureau.browser(login, role), world.bureau.caller(login, role)
    wrong: list[tuple[str, str]] = []
    for endpoint, path, line in reads(world):
        if line.anybody:
            continue
        headers = {"Authorization": f"Bearer {caller.token}"} if of_the_api(endpoint) else {}
        client = caller.client if of_the_api(endpoint) else browser.client
        answer = client.get(path, headers=headers)
        expected = (200, 302, 303) if line.there else (404,)
        if role not in line.roles:
            expected = (line.refused,)
        if answer.status_code not in expected or "/masuk" in answer.headers.get("Location", ""):
            wrong.append((endpoint, answer.status))
        if MARKER in text_of(answer) and not (login in MAY_KNOW and endpoint in SHOW_CLOSED):
            wrong.append((endpoint, "shows what is closed"))
    assert not wrong, "\n".join(map(str, wrong))


SHOW_CLOSED = {"pages.one", "pages.ask", "api.one_item"}
"""Where those who need to know read what is closed: the item, and the form that changes it."""


@dataclass(frozen=True)
class Outsider:
    """A browser of somebody who has no business at the desk of this body, at that time."""

    browser: Browser
    expected: tuple[int, ...]  # at a page of the desk
    at: datetime = NOW


def outsiders(world: World) -> dict[str, Outsider]:
    bureau = world.bureau
    left = bureau.browser("sri")
    left.submit("/keluar", {}, opened="/uji/pekerjaan")
    expired = bureau.browser("sri")
    bureau.clock.at = EVENING
    lent = bureau.browser(ENDED)  # five minutes before midnight he was still Plh
    assert lent.get("/uji/pekerjaan").status_code == 200
    bureau.clock.at = NOW
    return {
        "nobody": Outsider(bureau.browser(), (302,)),
        "left": Outsider(left, (302,)),
        "expired": Outsider(expired, (302,), NOW + timedelta(days=60)),
        "of another body": Outsider(bureau.browser("luh"), (404,)),
        "delegation over": Outsider(lent, (403,), EVENING + timedelta(minutes=10)),
    }


def test_outsiders_read_nothing_that_is_not_for_everybody(world: World) -> None:
    wrong: list[tuple[str, str, str]] = []
    for who, outsider in outsiders(world).items():
        world.bureau.clock.at = outsider.at
        for endpoint, path, line in reads(world):
            answer = outsider.browser.get(path)
            if MARKER in text_of(answer):
                wrong.append((who, endpoint, "shows what is closed"))
            if line.anybody:
                continue
            expected = (401,) if of_the_api(endpoint) else outsider.expected
            if answer.status_code not in expected or TITLE in text_of(answer):
                wrong.append((who, endpoint, answer.status))
            if answer.status_code == 302 and not answer.location.startswith("/masuk"):
                wrong.append((who, endpoint, answer.location))
        world.bureau.clock.at = NOW
    assert not wrong, "\n".join(map(str, wrong))


def test_tokens_of_outsiders_open_nothing(world: World) -> None:
    bureau = world.bureau
    over = bureau.accounts.issue_token(
        "sri",
        role="ppid-utama",
        label="lama",
        expires_at=NOW - timedelta(seconds=1),
        at=NOW - timedelta(days=2),
    )
    gone = bureau.caller("sri", "ppid-utama").token
    for issued in bureau.accounts.tokens("sri"):
        bureau.accounts.revoke_token("sri", issued.id, NOW)
    tried = {
        "": 401,
        "bukan-token": 401,
        over: 401,
        gone: 401,
        bureau.caller("luh", "ppid-utama").token: 404,
        bureau.caller(ENDED, "ppid-utama").token: 403,
        bureau.caller("made", "ppid-utama").token: 403,  # an office he does not hold
    }
    client = bureau.app.test_client()
    for endpoint, path, line in reads(world):
        if line.anybody or not of_the_api(endpoint):
            continue
        for token, expected in tried.items():
            answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == expected, (endpoint, token[:8], answer.status_code)
            assert TITLE not in text_of(answer)
            assert MARKER not in text_of(answer)


# What is not there for somebody answers as what never was


def test_an_auditor_of_another_unit_meets_the_item_nowhere(world: World) -> None:
    bureau = world.bureau
    browser = bureau.browser(OF_ONE_UNIT)
    caller = bureau.caller(OF_ONE_UNIT, "auditor")
    hidden = {str(world.ours), str(world.hidden_decree)}
    for endpoint, path, line in reads(world):
        if line.anybody:
            continue
        if of_the_api(endpoint):
            headers = {"Authorization": f"Bearer {caller.token}"}
            answer = caller.client.get(path, headers=headers)
        else:
            answer = browser.get(path)
        assert TITLE not in text_of(answer), endpoint
        assert MARKER not in text_of(answer), endpoint
        if not hidden & set(re.findall(r"[0-9a-f-]{36}", path)):
            assert not {one for one in hidden if one in text_of(answer)}, endpoint


def test_an_id_in_a_question_opens_no_more_than_one_in_an_address(world: World) -> None:
    browser = world.bureau.browser(OF_ONE_UNIT)
    for question in (
        "sekaligus/archive?butir={}",
        "sekaligus?tindakan=archive&butir={}",
        "penetapan/baru?butir={}",
        "jejak?subjek={}",
        "jejak/putar?subjek={}",
        "jejak/ekspor/baru?subjek={}",
        "daftar?q={}",
        "butir/baru?mulai=uji.{}",
    ):
        hidden = browser.get("/uji/" + question.format(world.ours))
        never = browser.get("/uji/" + question.format(uuid4()))
        assert (hidden.status_code, told(hidden.text)) == (never.status_code, told(never.text))
        assert TITLE not in hidden.text


QUESTIONS = (
    "daftar?q=rahasia",
    "daftar?q=inspektorat&sort=end",
    "daftar?unit=inspektorat",
    "daftar?unit=inspektorat&as_of=2026-03-02",
    "daftar?known_at=2026-03-02T23:00",
    "daftar/ekspor?bentuk=json",
    "rak",
    "ikhtisar",
    "penetapan",
    "penetapan/baru",
    "jejak?unit=inspektorat",
    "jejak/banding?a=1",
    "jejak/putar?jenis=decree",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_counts_searches_and_orders_say_nothing_of_what_he_may_not_see(
    world: World, question: str
) -> None:
    """The same page, once with and once without a further item of the other unit."""
    browser = world.bureau.browser(OF_ONE_UNIT)
    before = told(browser.get(f"/uji/{question}").text)
    assert before
    world.bureau.item("upload", title="Rahasia inspektorat lagi", secret=True)

    assert told(browser.get(f"/uji/{question}").text) == before


def told(page: str) -> str:
    """What a page says, without what is new at every look: keys of forms, numbers of the ledger."""
    page = re.sub(r'value="[0-9a-zA-Z_.-]{20,}"|X-CSRFToken[^}]*', "", page)
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", page)
    return re.sub(r"\b[0-9a-f]{12,}\b", "", page)


def with_ids(world: World) -> Iterator[tuple[Rule, str]]:
    for rule in rules(world.bureau, "GET"):
        if not rule.endpoint.startswith(("pages.", "api.", "public.")):
            continue
        yield from ((rule, name) for name in ("item_id", "decree_id") if name in rule.arguments)


def answers(world: World, rule: Rule, client: Any, headers: Any, **ids: UUID) -> tuple[int, str]:
    answer = client.get(address(world, rule, **ids), headers=headers)
    return answer.status_code, told(text_of(answer))


def test_a_foreign_id_and_an_unknown_one_are_answered_alike(world: World) -> None:
    sri, nobody = world.bureau.browser("sri").client, world.bureau.browser().client
    bearer = {"Authorization": f"Bearer {world.bureau.caller('sri', 'ppid-utama').token}"}
    for rule, name in with_ids(world):
        client = nobody if rule.endpoint.startswith("public.") else sri
        headers = bearer if of_the_api(rule.endpoint) else {}
        foreign = answers(world, rule, client, headers, **{name: world.foreign})
        unknown = answers(world, rule, client, headers, **{name: uuid4()})
        assert foreign == unknown, rule.endpoint
        assert foreign[0] in (302, 404), rule.endpoint


def test_a_hidden_id_and_an_unknown_one_are_answered_alike(world: World) -> None:
    dewi = world.bureau.browser(OF_ONE_UNIT).client
    bearer = {"Authorization": f"Bearer {world.bureau.caller(OF_ONE_UNIT, 'auditor').token}"}
    for rule, name in with_ids(world):
        if rule.endpoint.startswith("public."):
            continue
        headers = bearer if of_the_api(rule.endpoint) else {}
        hidden = answers(world, rule, dewi, headers)
        unknown = answers(world, rule, dewi, headers, **{name: uuid4()})
        assert hidden == unknown, rule.endpoint
        assert hidden[0] == 404, rule.endpoint


def test_a_foreign_id_costs_no_more_questions_than_an_unknown_one(world: World) -> None:
    """What could be told by a watch would be told by the number of questions to the database."""
    sri, dewi = world.bureau.browser("sri").client, world.bureau.browser(OF_ONE_UNIT).client
    for rule, name in with_ids(world):
        if not rule.endpoint.startswith("pages."):
            continue
        unknown = asked(world, sri, address(world, rule, **{name: uuid4()}))
        assert unknown > 0, rule.endpoint
        assert asked(world, sri, address(world, rule, **{name: world.foreign})) == unknown
        hidden = asked(world, dewi, address(world, rule))
        never = asked(world, dewi, address(world, rule, **{name: uuid4()}))
        assert hidden - never <= 1, rule.endpoint  # of which unit the lines of a decree are


def asked(world: World, client: Any, path: str) -> int:
    """How often a page turns to the database."""
    client.get(path)  # what is asked once only has been asked
    pool = world.bureau.database.pool
    before = pool.get_stats().get("requests_num", 0)
    client.get(path)
    return int(pool.get_stats().get("requests_num", 0) - before)


# Acting


OWNERS: dict[str, frozenset[str]] = {
    # By the SOP of the body (Diskominfo Kalimantan Tengah 2024)
    "submit": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU}),
    "revise": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU}),
    "test_consequence": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU}),
    "consider": frozenset({Role.TIM_PERTIMBANGAN}),
    "approve": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),  # the head by right, whatever the SOP
    "reject": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),
    "upload": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU}),
    # Where it is silent, by law: PP 61/2010
    "confirm": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID, Role.PETUGAS_PPID}),
    "correct": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID, Role.PETUGAS_PPID}),
    "withdraw": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID}),
    "archive": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID, Role.PETUGAS_PPID}),
    "record_event": frozenset(
        {Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID, Role.PETUGAS_PPID}
    ),
    "review": frozenset({Role.PPID_UTAMA, Role.KETUA_PPID}),
    "hold": frozenset({Role.PPID_UTAMA, Role.KETUA_PPID, Role.ATASAN_PPID, Role.PIMPINAN}),
    "release": frozenset({Role.PPID_UTAMA, Role.KETUA_PPID, Role.ATASAN_PPID, Role.PIMPINAN}),
    "approve_opening": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),
    "declassify": frozenset({Role.PPID_UTAMA, Role.KETUA_PPID}),
}
NOT_YOURS = "THE_STEP_BELONGS_TO_ANOTHER_OFFICE"


def test_every_act_on_an_item_has_its_owners_in_the_table() -> None:
    assert set(OWNERS) == set(ITEM_ACTS)


@pytest.fixture(scope="module")
def stations(world: World) -> list[UUID]:
    """Items at every station of their way."""
    ways = ("submit", "test", "approve", "draft", "issue", "archive", "upload", "open")
    return [world.bureau.item(way) for way in ways]


@pytest.mark.parametrize("role", sorted(EVERY))
def test_only_the_owners_of_an_act_are_ever_offered_it(
    world: World, stations: list[UUID], role: str
) -> None:
    caller = world.bureau.caller(LOGINS[Role(role)], role)
    for act, owners in OWNERS.items():
        if act == "submit":
            continue
        for item_id in stations:
            found = caller.get(f"/items/{item_id}/acts/{act}").json
            codes = {rule["code"] for rule in found["rules"]}
            if role not in owners:
                assert not found["allowed"], (act, role)
            else:
                assert NOT_YOURS not in codes, (act, role)


def head(world: World) -> int:
    return int(world.bureau.register.ledger.head())


SOUND: dict[str, Any] = {
    "particulars": {
        "title": "Berita acara",
        "summary": "Uraian",
        "document": "Berkas",
        "unit": "inspektorat",
        "holder": "Sekretaris",
        "form": "soft",
        "medium": "basis data",
        "grounds": [{"huruf": "a", "angka": 2}],
        "held": True,
    },
    "reason": "Alasan",
    "kind": "audit",
    "reference": "LHP-1",
    "opinion": "Setuju",
    "favours": "exempt",
    "soft_place": "Server",
    "hard_place": "Rak",
    "why": "ruling",
    "evidence": "Putusan 1/2026",
    "field": "holder",
    "now": "Sekretaris Inspektorat",
    "note": "",
    "event": "Putusan",
    "happened_on": "2026-03-01",
    "review_on": "2027-03-01",
    "channels": [{"kind": "website", "address": "https://contoh.go.id/dik", "on": "2026-03-02"}],
}


def _body(act: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    return {name: SOUND[name] for name in schemas[act]().fields if name in SOUND}


@pytest.mark.parametrize("role", sorted(EVERY))
def test_whoever_does_not_own_an_act_on_an_item_records_nothing_by_it(
    world: World, stations: list[UUID], role: str
) -> None:
    caller = world.bureau.caller(LOGINS[Role(role)], role)
    before = head(world)
    for act, owners in OWNERS.items():
        if role in owners:
            continue
        body = _body(act, entries.ITEM)
        if act == "submit":
            tried = [caller.post("/items", body)]
        else:
            tried = [
                caller.post(f"/items/{item_id}/acts/{act}", body, If_Match=etag(caller, item_id))
                for item_id in stations
            ]
        for answer in tried:
            # 200: what he asks for is so already, whoever did it; nothing is left to record
            assert answer.status_code in (200, 403, 409, 422), (act, role, answer.status_code)
            assert head(world) == before, (act, role)
            if role not in DECIDING:
                assert answer.status_code == 403, (act, role)


def etag(caller: Any, item_id: UUID) -> str:
    return str(caller.get(f"/items/{item_id}").headers["ETag"])


DECREE_OWNERS: dict[str, frozenset[str]] = {
    "draft": frozenset({Role.PPID_UTAMA}),
    "change_lines": frozenset({Role.PPID_UTAMA}),
    "approve_draft": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),
    "return_draft": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),
    "issue": frozenset({Role.PPID_UTAMA}),
}
PLEDGE_OWNERS: dict[str, frozenset[str]] = {  # UU 25/2009: no SOP of this body on it
    "draft": frozenset({Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID}),
    "return": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),
    "determine": frozenset({Role.ATASAN_PPID, Role.PIMPINAN}),
    "announce": frozenset(
        {Role.PPID_UTAMA, Role.PPID_PEMBANTU, Role.KETUA_PPID, Role.PETUGAS_PPID}
    ),
}


def test_every_act_on_decrees_and_pledges_has_its_owners_in_the_tables() -> None:
    assert (set(DECREE_OWNERS), set(PLEDGE_OWNERS)) == (set(DECREE_ACTS), set(PLEDGE_ACTS))


@pytest.mark.parametrize("role", sorted(EVERY))
def test_whoever_does_not_own_an_act_on_a_decree_or_pledge_records_nothing_by_it(
    world: World, stations: list[UUID], role: str
) -> None:
    caller = world.bureau.caller(LOGINS[Role(role)], role)
    drafts = [row["id"] for row in world.bureau.register.views.decrees(stage=["draft"])]
    assert drafts
    before = head(world)
    contents = {name: "-" for name in entries.PLEDGE["draft"]().fields if name != "on"}
    item_id, reason = str(stations[2]), {"reason": "Alasan"}
    bodies: dict[str, dict[str, Any]] = {
        "draft": {"title": "Konsep", "items": [item_id]},
        "change_lines": {"items": [item_id], **reason},
        "return_draft": reason,
        "issue": {"number": "188/99"},
        "return": reason,
        "determine": {"number": "M-1"},
        "announce": {"channels": SOUND["channels"]},
    }
    for decree_id in drafts:
        offered = caller.get(f"/decrees/{decree_id}/acts").json["acts"]
        for act, owners in DECREE_OWNERS.items():
            if role in owners:
                continue
            assert not [one for one in offered if one["act"] == act and one["allowed"]], act
            path = "/decrees" if act == "draft" else f"/decrees/{decree_id}/acts/{act}"
            seen = caller.get(f"/decrees/{decree_id}").headers["ETag"]
            _must_refuse(caller.post(path, bodies.get(act, {}), If_Match=seen), act, role)
    offered = caller.get("/pledges/-/acts").json["acts"]
    for act, owners in PLEDGE_OWNERS.items():
        if role in owners:
            continue
        assert not [one for one in offered if one["act"] == act and one["allowed"]], act
        body = {"contents": contents} if act == "draft" else bodies[act]
        _must_refuse(caller.post(f"/pledges/-/acts/{act}", body, If_Match='"1"'), act, role)
    assert head(world) == before


def _must_refuse(answer: Any, act: str, role: str) -> None:
    expected = (403, 409, 422) if role in DECIDING else (403,)
    assert answer.status_code in expected, (act, role, answer.status_code, answer.text)


@pytest.mark.parametrize("role", sorted(EVERY - {Role.ADMIN}))
def test_only_the_admin_is_ever_offered_an_act_on_the_settings(world: World, role: str) -> None:
    caller = world.bureau.caller(LOGINS[Role(role)], role)
    before = head(world)
    for rule in rules(world.bureau, "GET"):
        if rule.endpoint.startswith("api.may_setting_"):
            bearer = {"Authorization": f"Bearer {caller.token}"}
            found: Any = caller.client.get(address(world, rule), headers=bearer)
            assert found.json["allowed"] is False, rule.endpoint
    for rule in rules(world.bureau, "POST"):
        if rule.endpoint.startswith("api.setting_") and "preview" not in rule.endpoint:
            answer = caller.client.post(
                address_of_post(world, rule),
                json={},
                headers={"Authorization": f"Bearer {caller.token}", "If-Match": '"1"'},
            )
            assert answer.status_code in (403, 409, 412, 422), rule.endpoint
    assert head(world) == before


def test_what_only_reads_is_refused_every_route_that_changes_anything_of_the_register(
    world: World,
) -> None:
    """Auditors on every POST of the desk: their own account, room and evidence apart."""
    own = re.compile(
        r"pages\.(choose_office|audit_\w+|\w*(codes|passkey|password|session|token|identity)"
        r"|new_recovery_codes|save_view|drop_view|help_\w+|evidence_begin)"
    )
    browser = world.bureau.browser("agus")
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/uji/akun").text)
    assert found is not None
    key = found[1]
    caller = world.bureau.caller("agus", "auditor")
    before = head(world)
    for rule in rules(world.bureau, "POST"):
        if rule.endpoint.startswith("sign_in.") or own.fullmatch(rule.endpoint):
            continue
        path = address_of_post(world, rule)
        if of_the_api(rule.endpoint):
            headers = {"Authorization": f"Bearer {caller.token}", "If-Match": '"1"'}
            answer = caller.client.post(path, json={}, headers=headers)
        else:
            answer = browser.client.post(path, data={"csrf_token": key})
        if not rule.endpoint.endswith("_preview"):
            assert answer.status_code in REFUSED, (rule.endpoint, answer.status_code)
    assert head(world) == before


REFUSED = (403, 404, 409, 422)


def address_of_post(world: World, rule: Rule) -> str:
    decision = DECISIONS.get(rule.endpoint.replace("act", "ask"), "archive")
    values = {**world.values, "area": "badan", "decision": decision, "what": "tutup"}
    asked_for = {name: values[name] for name in rule.arguments}
    return world.bureau.app.url_map.bind("localhost").build(rule.endpoint, asked_for, method="POST")


def test_outsiders_change_nothing_by_any_route(world: World) -> None:
    before, wrong = head(world), []
    for who, outsider in outsiders(world).items():
        world.bureau.clock.at = outsider.at
        key = re.search(r'name="csrf_token" value="([^"]+)"', outsider.browser.get("/masuk").text)
        for rule in rules(world.bureau, "POST"):
            if rule.endpoint.startswith("sign_in."):
                continue
            path, client = address_of_post(world, rule), outsider.browser.client
            if of_the_api(rule.endpoint):
                answer = client.post(path, json={})
                refused = answer.status_code == 401
            else:
                answer = client.post(path, data={"csrf_token": key[1] if key else ""})
                refused = answer.status_code in (302, 303, 400, 403, 404)
            if not refused:
                wrong.append((who, rule.endpoint, answer.status))
        world.bureau.clock.at = NOW
    assert not wrong, "\n".join(map(str, wrong))
    assert head(world) == before


def test_the_acts_of_the_api_are_those_of_the_desk(world: World) -> None:
    known = {rule.endpoint for rule in rules(world.bureau, "POST")}

    assert {f"api.item_{act}" for act in ITEM_ACTS if act != "submit"} <= known
    assert {f"api.decree_{act}" for act in DECREE_ACTS if act != "draft"} <= known
    assert {f"api.pledge_{act}" for act in PLEDGE_ACTS} <= known
