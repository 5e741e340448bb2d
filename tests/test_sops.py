"""Each of the four SOPs, walked from its own data by the officers its own data names.

Nothing here knows what an SOP says: the walk reads the table, takes each step in its order by
an officer who holds the office the step names, and expects everybody else to be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.law_data import law_facts
from adapters.ledger import PersistentLedger
from adapters.procedures import load_procedures, statutory
from adapters.seed_calendar import seed
from domain import body, calendar, decree, item, law, officer, pledge
from domain import procedure as procedures
from domain.calendar import Week, local_date, working_days_between
from domain.decree import Effect
from domain.desk import ACT_MUST_NOT_LIE_IN_THE_FUTURE, Desk
from domain.history import SYSTEM, Recorded, Stamp, Unrecorded
from domain.item import Channel, Conclusion, Opening, Status
from domain.officer import Acting, Authority, Role
from domain.period import Unit
from domain.procedure import EARLIER_STEPS_MUST_BE_DONE, Procedure, TimeKind
from domain.rule import Refused, cite
from tests.voices import ONE_YEAR, PARTICULARS, TEST

SOPS = load_procedures()
LAWS = {"item": statutory("item"), "pledge": statutory("pledge")}
ZONES = {"bali-2021": "Asia/Makassar", "bontang": "Asia/Makassar"}
UNIT = "inspektorat"
CONTENTS = pledge.Contents(
    legal_basis="UU 14/2008; PerKI 1/2021",
    procedure="Permohonan diajukan di meja layanan, situs, atau surat.",
    completion_time="10 hari kerja, dapat diperpanjang 7 hari kerja",
    fees="Tanpa biaya, kecuali biaya penggandaan",
    assurance="Dilayani ramah dan tanpa pungutan",
    evaluation="Survei kepuasan setiap semester",
)


@dataclass
class Office:
    """A register with one officer for each office, and a hand on the clock."""

    ledger: PersistentLedger
    sop: Procedure
    day: date
    minutes: int = 0

    @property
    def zone(self) -> str:
        return ZONES.get(self.sop.key, "Asia/Pontianak")

    @property
    def now(self) -> datetime:
        """Nine in the morning there, and as many minutes later as were spent."""
        return datetime(self.day.year, self.day.month, self.day.day, 1, 0, tzinfo=UTC) + timedelta(
            minutes=self.minutes
        )

    def desk(self, role: str, person: str = "") -> Desk:
        return Desk(self.ledger, LAWS, officer_id=person or f"demo-{role}", role=role, at=self.now)


@pytest.fixture
def open_office(ledger: PersistentLedger) -> Callable[..., Office]:
    def opened(key: str, day: date) -> Office:
        sop = SOPS[key]
        office = Office(ledger, sop, day)
        setting_up = Stamp(at=office.now, on=day, by=SYSTEM)

        def write(subject: Any, subject_id: UUID, *facts: Any) -> None:
            ledger.amend(subject, subject_id, lambda _: facts, setting_up, expect=0)

        write(
            body,
            body.ID,
            body.Established(
                code="uji",
                name="Badan Uji",
                seat="Kota Uji",
                zone=office.zone,
                zone_name="WIB",
                week=Week.FIVE,
            ),
            body.UnitAdded(code=UNIT, name="Inspektorat"),
            body.ProcedureAdopted(unit="", since=date(2020, 1, 1), procedure=sop),
        )
        write(law, law.ID, *law_facts())
        write(calendar, calendar.ID, *seed(range(day.year, day.year + 3)))
        for role in Role:
            person = officer.id_of(f"demo-{role}")
            authority = Authority(role=role, unit="", decree_no="SK 1", since=date(2020, 1, 1))
            write(
                officer,
                person,
                officer.Appointed(name=f"Demo {role} (fiktif)", position="Pejabat", unit=UNIT),
                officer.RoleGranted(authority=authority),
            )
        return office

    return opened


class Walk:
    """One item on its way through an SOP."""

    def __init__(self, office: Office, **particulars: Any) -> None:
        self.office, self.item_id, self.decree_id = office, uuid4(), uuid4()
        self.particulars = replace(PARTICULARS, unit=UNIT, **particulars)
        self.test = replace(
            TEST, period=replace(ONE_YEAR, words="6 bulan", number=6, unit=Unit.MONTHS)
        )

    def state(self) -> item.Item:
        return self.office.ledger.recall(item, self.item_id).state

    def history(self) -> list[Recorded[Any]]:
        return self.office.ledger.history(self.item_id)

    def actors(self, decision: str) -> tuple[str, ...]:
        act = procedures.act_of(self.office.sop, decision) or procedures.act_of(
            LAWS["item"], decision
        )
        assert act
        return act.actors

    def act(self, decision: str, role: str = "", person: str = "", **entries: Any) -> None:
        """Take a decision as an officer of the office that the SOP names first."""
        desk = self.office.desk(role or self.actors(decision)[0], person)
        match decision:
            case "draft_decree":
                desk.draft_decree(self.decree_id, title="Konsep DIK", items=[self.item_id])
            case "determine":
                if not self.office.ledger.recall(decree, self.decree_id).version:
                    desk.draft_decree(self.decree_id, title="Konsep DIK", items=[self.item_id])
                desk.issue(self.decree_id, number="188.4/1/2024", **entries)
            case _:
                desk.on_item(decision, self.item_id, **{**self.usual(decision), **entries})

    def usual(self, decision: str) -> Mapping[str, Any]:
        entries: dict[str, dict[str, Any]] = {
            "submit": {"particulars": self.particulars},
            "test_consequence": {"test": self.test},
            "consider": {"favours": Conclusion.EXEMPT, "opinion": "Layak dikecualikan."},
            "reject": {"reason": "Analisis belum menyebut halaman."},
            "archive": {"soft_place": "NAS/dik/1", "hard_place": "Almari 2, ordner 3"},
            "upload": {
                "channels": (
                    Channel(kind="sidik", address="/publik/uji", on=self.office.day),
                    Channel(kind="papan-pengumuman", address="Lobi", on=self.office.day),
                )
            },
            "approve_opening": {"why": Opening.AT_END},
            "declassify": {"why": Opening.AT_END, "evidence": "Penetapan 9/2024"},
        }
        return entries.get(decision, {})

    def try_as_others(self, decision: str) -> None:
        """Every office the table does not name is refused, and leaves no trace."""
        before = len(self.history())
        law_own = procedures.act_of(LAWS["item"], decision)
        allowed = {*self.actors(decision), *(law_own.by_right if law_own else ())}
        for role in set(Role) - allowed:
            with pytest.raises(Refused) as refusal:
                self.act(decision, role)
            wanted = {
                officer.ADMIN_MUST_NOT_ACT_AS_OFFICER.code,
                procedures.THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code,
            }
            assert wanted & {r.code for r in refusal.value.rules}
        assert len(self.history()) == before


def walk_the_table(walk: Walk) -> None:
    """Every step that does not wait for the end of the period, as the data has it."""
    for step in walk.office.sop.steps:
        if step.at_end:
            continue
        for act in step.acts:
            if act.decision in procedures.LEAD_BACK or act.decision in ("revise", "override"):
                continue
            if act.decision in procedures.STAND_FOR:
                continue
            if act.decision != "submit":
                walk.try_as_others(act.decision)
            walk.act(act.decision)
        if step.no == 1 and not walk.state().test:
            walk.act("test_consequence")  # UU 14/2008 Ps 19, where the paper is silent on it
        if step.time.kind is TimeKind.MEASURED:
            walk.office.minutes += 1


def times(walk: Walk) -> Mapping[int, procedures.StepTime]:
    zone = walk.office.zone
    schedule = walk.office.desk("auditor").schedule
    measured = procedures.measure(
        walk.office.sop,
        walk.history(),
        local_date=lambda at: local_date(at, zone),
        working_days_between=lambda a, b: working_days_between(schedule, a, b),
    )
    return {step.step: step for step in measured}


def pinned(walk: Walk) -> set[tuple[str, str, bool]]:
    pins = [step.procedure for step in walk.history()]
    assert all(pins)
    return {(pin.key, pin.number, pin.in_force) for pin in pins if pin}


def midnight(walk: Walk, day: date) -> list[Any]:
    """What the clock brings about on *day*."""
    walk.office.day = day
    made: list[Any] = []
    for decide in (item.raise_review, item.lapse):
        receipt = walk.office.ledger.amend(
            item,
            walk.item_id,
            lambda known, decide=decide: decide(known, on=day),  # type: ignore[misc]
            Stamp(at=walk.office.now, on=day, by=SYSTEM),
        )
        made += [step.fact for step in receipt.facts]
    return made


@pytest.mark.parametrize(
    ("key", "day", "in_force"),
    [
        ("kalteng-diskominfo-2024", date(2025, 2, 3), True),
        ("bali-2021", date(2021, 3, 1), True),
        ("bali-2021", date(2024, 3, 1), False),
        ("bontang", date(2024, 3, 4), True),
    ],
)
def test_an_item_walks_every_step_of_its_sop(
    open_office: Callable[..., Office], key: str, day: date, in_force: bool
) -> None:
    walk = Walk(open_office(key, day))

    walk_the_table(walk)

    known = walk.state()
    awaited = {d for s in walk.office.sop.steps if not s.at_end for d in s.awaited}
    assert known.status is Status.EXEMPT
    assert awaited <= known.done
    assert pinned(walk) == {(key, walk.office.sop.number, in_force)}
    finding = procedures.outside_effective_dates(walk.office.sop, day)
    assert (finding is None) is in_force
    for number, step in times(walk).items():
        paper = walk.office.sop.steps[number - 1]
        assert step.standard == paper.time
        if not paper.at_end:
            assert step.finished is not None
            assert step.within is (True if paper.time.kind is TimeKind.MEASURED else None)


def test_a_step_taken_too_slowly_shows(open_office: Callable[..., Office]) -> None:
    """Kalteng gives the head one minute and the PPID one week."""
    walk = Walk(open_office("kalteng-diskominfo-2024", date(2025, 2, 3)))
    walk.act("submit")
    walk.act("test_consequence")
    walk.office.minutes += 2
    walk.act("approve")
    walk.office.day += timedelta(days=8)
    walk.act("determine")
    walk.act("upload")

    assert {n: step.within for n, step in times(walk).items()} == {
        1: None,
        2: False,
        3: False,
        4: True,
    }


@pytest.mark.parametrize("key", ["kalteng-diskominfo-2024", "bali-2021", "bontang"])
def test_tidak_goes_back_and_the_way_begins_anew(
    open_office: Callable[..., Office], key: str
) -> None:
    walk = Walk(open_office(key, date(2025, 2, 3)))
    walk.act("submit")
    walk.act("test_consequence")
    walk.act("consider")
    walk.act("reject")

    assert walk.state().status is Status.REJECTED
    with pytest.raises(Refused):
        walk.act("approve")
    with pytest.raises(Refused):
        walk.act("determine")
    mended = replace(walk.particulars, part="halaman 3 dan 4 saja")
    walk.act("revise", role=walk.actors("submit")[0], particulars=mended)
    with pytest.raises(Refused) as refusal:
        walk.act("approve")
    assert item.TEST_MUST_PRECEDE_CONSENT.code in {r.code for r in refusal.value.rules}
    walk.act("test_consequence", test=replace(walk.test, part="halaman 3 dan 4 saja"))
    walk.act("consider")
    walk.act("approve")
    walk.act("determine")
    assert walk.state().status is Status.EXEMPT


def test_a_further_period_that_was_refused_may_be_asked_for_again(
    open_office: Callable[..., Office],
) -> None:
    """The item stays closed for its first period meanwhile, archived and published as it was."""
    walk = Walk(open_office("kalteng-diskominfo-2024", date(2025, 2, 3)))
    for decision in ("submit", "test_consequence", "approve", "determine"):
        walk.act(decision)
    longer = replace(walk.test, part="halaman 3 dan 4")
    walk.act("test_consequence", test=longer)
    walk.act("reject")
    assert walk.state().status is Status.EXEMPT
    with pytest.raises(Refused):
        walk.act("approve")

    walk.act("upload")
    walk.act("test_consequence", test=replace(longer, part="halaman 3"))
    walk.act("approve")
    walk.decree_id = uuid4()
    walk.act("determine")
    assert walk.state().test == replace(longer, part="halaman 3")


def test_bontang_asks_for_its_steps_in_their_order(open_office: Callable[..., Office]) -> None:
    walk = Walk(open_office("bontang", date(2025, 2, 3)))
    for decision in ("submit", "test_consequence", "consider", "approve", "determine"):
        walk.act(decision)

    with pytest.raises(Refused) as refusal:
        walk.act("upload")
    assert [rule.code for rule in refusal.value.rules] == [EARLIER_STEPS_MUST_BE_DONE.code]
    walk.act("archive")
    walk.act("upload")
    assert {channel.kind for channel in walk.state().channels} == {"sidik", "papan-pengumuman"}


def test_bontang_opens_ahead_of_the_end_with_the_heads_consent(
    open_office: Callable[..., Office],
) -> None:
    walk = Walk(open_office("bontang", date(2025, 2, 3)))
    walk_the_table(walk)
    known = walk.state()
    assert known.ends_on == date(2025, 8, 3)
    assert known.notice

    walk.office.day = known.notice.due - timedelta(days=1)
    walk.act("approve_opening")
    with pytest.raises(Refused) as refusal:
        walk.act("declassify")
    assert [r.code for r in refusal.value.rules] == [
        item.OPENING_AT_END_BELONGS_TO_THE_LAST_DAYS.code
    ]
    assert midnight(walk, known.notice.due) == [
        item.ReviewRaised(why=item.Call.END, due=date(2025, 8, 3))
    ]
    walk.try_as_others("declassify")
    walk.act("declassify")
    assert walk.state().opened == item.Declassified(why=Opening.AT_END, evidence="Penetapan 9/2024")


@pytest.mark.parametrize("key", ["kalteng-diskominfo-2024", "bali-2021", "bontang"])
def test_what_nobody_opens_opens_by_law_at_its_end(
    open_office: Callable[..., Office], key: str
) -> None:
    walk = Walk(open_office(key, date(2025, 2, 3)))
    walk_the_table(walk)

    assert midnight(walk, date(2025, 8, 3))[-1:] == [
        item.ReviewRaised(why=item.Call.END, due=date(2025, 8, 3))
    ]
    assert walk.state().status is Status.EXEMPT
    assert midnight(walk, date(2025, 8, 4)) == [
        item.Declassified(why=Opening.BY_LAW, duty_missed=True)
    ]
    assert walk.state().opened_on == date(2025, 8, 4)


def test_history_replays_under_the_sop_of_its_day(open_office: Callable[..., Office]) -> None:
    """Bali's SOP ends and another takes its place; what was done under it stays done so."""
    office = open_office("bali-2021", date(2021, 3, 1))
    walk = Walk(office)
    walk_the_table(walk)
    before = walk.state()
    successor = replace(SOPS["bontang"], key="bali-2025", number="700/1/2025", body_name="Bali")
    office.ledger.amend(
        body,
        body.ID,
        lambda known: body.adopt(known, unit="", since=date(2025, 1, 1), procedure=successor),
        Stamp(at=office.now, on=date(2025, 1, 1), by=SYSTEM),
    )

    assert walk.state() == before
    assert pinned(walk) == {("bali-2021", "700/280/IKP/D.KOMINFOS", True)}
    office.day = date(2025, 2, 3)
    later = Walk(office)
    later.act("submit", role="ppid-pembantu")
    assert pinned(later) == {("bali-2025", "700/1/2025", True)}
    assert office.desk("ppid-utama").sop("item", UNIT)[0] == successor
    past = Desk(
        office.ledger,
        LAWS,
        officer_id="demo-auditor",
        role="auditor",
        at=office.now,
        on=date(2021, 6, 1),
    )
    assert past.sop("item", UNIT)[0] == SOPS["bali-2021"]


def test_the_pledge_walks_every_step_of_its_sop(open_office: Callable[..., Office]) -> None:
    office = open_office("kalteng-maklumat-2025", date(2025, 3, 3))
    shown = pledge.Channel(
        kind="website",
        address="https://contoh.go.id/maklumat",
        on=office.day,
        accessible_forms=("audio",),
    )
    entries: dict[str, dict[str, Any]] = {
        "draft": {"contents": CONTENTS},
        "return": {"reason": "Sebutkan biaya."},
        "determine": {"number": "1/2025"},
        "announce": {"channels": (shown,)},
    }

    def act(decision: str, role: str = "", **more: Any) -> None:
        named = procedures.act_of(office.sop, decision) or procedures.act_of(
            LAWS["pledge"], decision
        )
        assert named
        desk = office.desk(role or named.actors[0])
        desk.on_pledge(decision, UNIT, **{**entries[decision], **more})

    def state() -> pledge.Pledge:
        return office.ledger.recall(pledge, pledge.id_of(UNIT)).state

    act("draft")
    for role in ("ppid-pembantu", "petugas-ppid", "auditor"):
        with pytest.raises(Refused):
            act("determine", role)
    act("return")
    assert state().status is pledge.Status.RETURNED
    act("draft", contents=replace(CONTENTS, fees="Rp0"))
    with pytest.raises(Refused):
        act("announce")
    act("determine")
    act("announce")

    known = state()
    assert known.status is pledge.Status.ANNOUNCED
    assert known.contents == replace(CONTENTS, fees="Rp0", unit=UNIT)
    steps = office.ledger.history(pledge.id_of(UNIT))
    assert {step.procedure.step for step in steps if step.procedure} == {1, 2, 3}
    office.day = date(2026, 3, 2)
    assert procedures.outside_effective_dates(office.sop, office.day) is not None


def test_one_decree_determines_many_items_or_none(open_office: Callable[..., Office]) -> None:
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    walks = [Walk(office, title=f"Berita acara {n}") for n in range(3)]
    for walk in walks:
        walk.act("submit")
        walk.act("test_consequence")
    for walk in walks[:2]:
        walk.act("approve")
    ppid, decree_id = office.desk("ppid-utama"), uuid4()
    ppid.draft_decree(decree_id, title="DIK 2025", items=[walk.item_id for walk in walks])

    with pytest.raises(Refused) as refusal:
        ppid.issue(decree_id, number="188.4/2/2025")
    assert [(r.code, r.detail) for r in refusal.value.rules] == [
        (item.HEAD_MUST_HAVE_APPROVED.code, "Berita acara 2"),
        (EARLIER_STEPS_MUST_BE_DONE.code, refusal.value.rules[1].detail),
    ]
    assert all(walk.state().determination is None for walk in walks)

    office.desk("atasan-ppid").approve_draft(decree_id)
    receipt = ppid.issue(decree_id, number="188.4/2/2025")
    known = office.ledger.recall(decree, decree_id).state
    assert known.issued
    assert [line.title for line in known.issued.lines] == [f"Berita acara {n}" for n in range(3)]
    assert len(receipt.versions) == 4
    for line, walk in zip(known.issued.lines, walks, strict=True):
        assert walk.state().version == line.version
        assert walk.state().determination is not None


def test_a_later_decree_amends_the_earlier_and_both_stay_readable(
    open_office: Callable[..., Office],
) -> None:
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    walk = Walk(office)
    for decision in ("submit", "test_consequence", "approve", "determine"):
        walk.act(decision)
    first = walk.decree_id
    office.day, walk.decree_id = date(2025, 6, 2), uuid4()
    longer = replace(walk.test, period=replace(ONE_YEAR, words="2 tahun", number=2))
    with pytest.raises(Refused) as refusal:
        walk.act("draft_decree")
    assert [rule.code for rule in refusal.value.rules] == [decree.DRAFT_HOLDS_OPEN_PROPOSALS.code]
    walk.act("test_consequence", test=longer)
    walk.act("approve")
    walk.act("determine", supersedes=first, effect=Effect.AMENDS)

    older, newer = (office.ledger.recall(decree, d).state for d in (first, walk.decree_id))
    assert older.stage is decree.Stage.AMENDED
    assert older.superseded[0].by == walk.decree_id
    assert older.issued
    assert older.issued.lines[0].ends_on == date(2025, 8, 3)
    assert newer.issued
    assert newer.issued.supersedes == first
    assert walk.state().ends_on == date(2027, 6, 2)


def test_whoever_acts_for_another_is_bound_like_him(open_office: Callable[..., Office]) -> None:
    """A Plh of the Atasan PPID who submitted as PPID cannot approve, and neither for PPID Utama."""
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    walk = Walk(office)
    plh = Authority(
        role=Role.ATASAN_PPID,
        unit="",
        decree_no="800/1/2025",
        since=date(2025, 2, 1),
        until=date(2025, 2, 14),
        acting=Acting.PLH,
        principal="demo-atasan-ppid",
    )
    office.ledger.amend(
        officer,
        officer.id_of("demo-ppid-utama"),
        lambda known: officer.grant(known, authority=plh),
        Stamp(at=office.now, on=office.day, by=SYSTEM),
    )
    walk.act("submit")
    walk.act("test_consequence")

    with pytest.raises(Refused) as refusal:
        walk.act("approve", role="atasan-ppid", person="demo-ppid-utama")
    assert [r.code for r in refusal.value.rules] == [item.APPROVER_MUST_BE_ANOTHER_PERSON.code]
    office.day = date(2025, 2, 17)
    with pytest.raises(Refused) as refusal:
        walk.act("approve", role="atasan-ppid", person="demo-ppid-utama")
    assert [r.code for r in refusal.value.rules] == [officer.OFFICE_MUST_BE_HELD_THAT_DAY.code]


def test_nothing_is_dated_in_the_future(open_office: Callable[..., Office]) -> None:
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    early = Desk(
        office.ledger,
        LAWS,
        officer_id="demo-ppid-utama",
        role="ppid-utama",
        at=office.now,
        on=date(2025, 2, 4),
    )

    with pytest.raises(Refused) as refusal:
        early.on_item("submit", uuid4(), particulars=replace(PARTICULARS, unit=UNIT))
    assert [r.code for r in refusal.value.rules] == [ACT_MUST_NOT_LIE_IN_THE_FUTURE.code]


def test_a_test_rests_on_the_law_it_names(open_office: Callable[..., Office]) -> None:
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    walk = Walk(office)
    walk.act("submit")
    walk.act("test_consequence")

    known = walk.state()
    assert known.test
    assert cite("uu-14-2008", "17", huruf="a") in known.test.laws


def test_an_office_of_one_unit_reaches_no_item_of_another(
    open_office: Callable[..., Office],
) -> None:
    """Neither by taking it over in a revision nor by a decree of its own unit."""
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    setting_up = Stamp(at=office.now, on=office.day, by=SYSTEM)
    office.ledger.amend(
        body, body.ID, lambda known: body.add_unit(known, code="dinkes", name="Dinkes"), setting_up
    )
    for role in (Role.PPID_UTAMA, Role.PPID_PEMBANTU):
        right = Authority(role=role, unit="dinkes", decree_no="SK 2", since=date(2020, 1, 1))
        office.ledger.amend_many(
            {officer.id_of("orang-dinkes"): officer},
            lambda known, right=right: {  # type: ignore[misc]
                officer.id_of("orang-dinkes"): officer.grant(
                    known[officer.id_of("orang-dinkes")], authority=right
                )
            },
            setting_up,
        )
    walk = Walk(office)
    for decision in ("submit", "test_consequence", "approve"):
        walk.act(decision)
    stranger = office.desk("ppid-pembantu", "orang-dinkes")
    taken = replace(walk.particulars, unit="dinkes")
    determiner = office.desk("ppid-utama", "orang-dinkes")
    tries: tuple[Callable[[], object], ...] = (
        lambda: stranger.on_item("revise", walk.item_id, particulars=taken),
        lambda: determiner.draft_decree(uuid4(), title="K", items=[walk.item_id], unit="dinkes"),
    )

    for attempt in tries:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert {r.code for r in refusal.value.rules} == {officer.OFFICE_MUST_BE_HELD_THAT_DAY.code}


def test_whoever_left_his_office_enters_nothing_in_its_name(
    open_office: Callable[..., Office],
) -> None:
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))
    ended = officer.RoleEnded(
        role=Role.PPID_UTAMA, unit="", decree_no="SK 1", last_on=date(2024, 12, 31)
    )
    office.ledger.amend(
        officer,
        officer.id_of("demo-ppid-utama"),
        lambda _: [ended],
        Stamp(at=office.now, on=office.day, by=SYSTEM),
    )
    earlier = Desk(
        office.ledger,
        LAWS,
        officer_id="demo-ppid-utama",
        role="ppid-utama",
        at=office.now,
        on=date(2024, 6, 3),
    )

    with pytest.raises(Refused, match="tidak memegang jabatan"):
        earlier.on_item("submit", uuid4(), particulars=replace(PARTICULARS, unit=UNIT))


def test_an_id_of_something_else_is_no_item(open_office: Callable[..., Office]) -> None:
    office = open_office("kalteng-diskominfo-2024", date(2025, 2, 3))

    decree_id = uuid4()

    with pytest.raises(Unrecorded):
        office.desk("ppid-utama").on_item("approve", officer.id_of("demo-ppid-utama"))
    with pytest.raises(Unrecorded):
        office.desk("ppid-utama").draft_decree(decree_id, title="K", items=[decree_id])
