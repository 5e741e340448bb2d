"""The worklist: whose turn it is, in what order, how many, and nothing of anybody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import g
from playwright.sync_api import expect

from domain import procedure as procedures
from domain.calendar import working_days_between
from domain.item import Submitted
from domain.period import Kind, Period
from tests.browsing import Sit
from tests.bureau import NOW, Bureau, open_bureau
from tests.spec import recorded
from tests.voices import KALTENG, PARTICULARS, TEST
from web.office import Seat
from web.tasks import BUCKETS, Task, Turns, Wanted, bucket_of, place, rail_count, tasks, work

UPTO = ("submit", "test", "approve", "draft", "issue", "archive", "upload")
PEOPLE = (
    ("sri", "ppid-utama"),
    ("made", "ppid-pembantu"),
    ("made", "tim-pertimbangan"),
    ("tim", "tim-pertimbangan"),
    ("wayan", "atasan-ppid"),
    ("gubernur", "pimpinan"),
    ("budi", "ppid-pembantu"),
)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        for upto in UPTO:
            for _ in range(3):
                opened.item(upto)
        yield opened


@contextmanager
def seated(bureau: Bureau, login: str, role: str) -> Iterator[Seat]:
    account = bureau.accounts.find(login)
    assert account
    with bureau.app.test_request_context("/uji/pekerjaan"):
        g.at = NOW
        g.seat = Seat(bureau.register, account, role, NOW)
        yield g.seat


def everything(here: Seat, **wanted: Any) -> list[Task]:
    """All pages, one after the other."""
    found: list[Task] = []
    asked = Wanted(limit=4, **wanted)
    while True:
        page = work(here, asked, counted=False)
        found += page.tasks
        if not page.next:
            return found
        assert len(page.tasks) == 4
        asked = replace(asked, after=place(page.next))


def due(bureau: Bureau, item_id: UUID, on: date | None) -> None:
    """Let a task of an item be due on a day, as the clock and the law would."""
    with bureau.register.views.connection() as connection:
        connection.execute(
            f"UPDATE {bureau.register.views.schema}.worklist SET due_on = %s WHERE id = %s",
            (on, item_id),
        )
    bureau.register.still.forget()


# Whose turn


@pytest.mark.parametrize(("login", "role"), PEOPLE)
def test_an_office_is_shown_what_its_sop_gives_it_and_nothing_else(
    bureau: Bureau, login: str, role: str
) -> None:
    rows = bureau.register.views.worklist(limit=10_000)
    drafted = set(bureau.register.views.drafted())
    with seated(bureau, login, role) as here:
        turns = Turns(here)
        ours = {
            (row["id"], row["decision"])
            for row in rows
            if turns.is_ours(
                "pledge" if row["kind"] == "pledge" else "item", row["decision"], row["unit"]
            )
            and not (row["decision"] == "determine" and row["id"] in drafted)
        }
        found = everything(here)
        assert {(task.id, task.awaited) for task in found} == ours
        assert len(found) == len(ours)
        others = everything(here, bucket="waiting")
        assert not {(task.id, task.awaited) for task in others} & ours
        assert all(here.office.covers(task.unit) for task in (*found, *others))


def test_an_item_on_a_draft_leaves_its_turn_to_the_draft(bureau: Bureau) -> None:
    with seated(bureau, "sri", "ppid-utama") as here:
        found = everything(here)
        awaiting = {task.id for task in found if task.awaited == "determine"}
    assert not awaiting & set(bureau.register.views.drafted())


def test_whoever_reads_only_has_no_tasks(bureau: Bureau) -> None:
    with seated(bureau, "agus", "auditor") as here:
        assert tasks(here) == []
        assert rail_count(here) == ""
    page = bureau.browser("agus").get("/uji/pekerjaan").text
    assert "membaca dan tidak memutus" in page


def test_a_delegation_brings_the_tasks_of_its_office_and_says_so(bureau: Bureau) -> None:
    page = bureau.browser("made", "tim-pertimbangan").get("/uji/pekerjaan").text

    assert "Plh SK-PLH/2026" in page
    assert "Beri pertimbangan" in page


def test_what_others_must_do_names_them(bureau: Bureau) -> None:
    page = bureau.browser("made", "ppid-pembantu").get("/uji/pekerjaan?tenggat=waiting").text

    assert "Menunggu" in page
    assert "Atasan PPID" in page
    assert 'href="/uji/butir/' in page
    assert "/tindakan/approve" not in page


# In what order, and how many


def test_the_most_pressing_comes_first_and_what_has_no_day_last(bureau: Bureau) -> None:
    first, second = bureau.item("upload"), bureau.item("upload")
    desk = bureau.desk("sri", "ppid-utama")
    for item_id in (first, second):
        test = replace(TEST, review_on=NOW.date() + timedelta(days=200), period=FOREVER)
        desk.on_item("test_consequence", item_id, test=test)
    bureau.register.views.catch_up()
    with seated(bureau, "wayan", "atasan-ppid") as here:
        ends_on = {task.id: task.due_on for task in everything(here)}
        assert {first, second} <= ends_on.keys()
        due(bureau, second, NOW.date() - timedelta(days=3))
        due(bureau, first, NOW.date() + timedelta(days=2))
        found = everything(here)
        assert [task.id for task in found[:2]] == [second, first]
        assert [task.bucket for task in found[:2]] == ["late", "soon"]
        assert all(task.due_on is None for task in found[2:])
        assert [t.since_at for t in found[2:]] == sorted(t.since_at for t in found[2:])
        assert work(here).counts[0].hint == "tertua 1 HK"
        for task_id in (first, second):
            due(bureau, task_id, ends_on[task_id])


FOREVER = Period(kind=Kind.AS_NEEDED, words="Selama dibutuhkan")


@pytest.mark.parametrize(("login", "role"), PEOPLE)
def test_each_number_is_that_of_the_rows_it_leads_to(bureau: Bureau, login: str, role: str) -> None:
    with seated(bureau, login, role) as here:
        for count in work(here).counts:
            assert count.number == len(everything(here, bucket=count.bucket)), count.bucket
        assert str(work(here).total or "") == rail_count(here)


@pytest.mark.parametrize(
    ("days", "bucket"), [(-1, "late"), (0, "soon"), (5, "soon"), (6, "later"), (None, "undated")]
)
def test_five_working_days_are_soon(days: int | None, bucket: str) -> None:
    assert bucket_of(days) == bucket
    assert bucket in BUCKETS


# Asked for


def test_tasks_are_found_by_words_by_number_and_by_article(bureau: Bureau) -> None:
    wanted = bureau.item("submit", title="Peta jaringan pengamanan objek vital")
    with seated(bureau, "sri", "ppid-utama") as here:
        assert [task.id for task in everything(here, query="objek vital")] == [wanted]
        assert wanted in {task.id for task in everything(here, query="Pasal 17 huruf a")}
        assert everything(here, query="tidak ada yang bernama begini") == []
        assert everything(here, query="/.-") == []


def test_filters_narrow_and_numbers_follow(bureau: Bureau) -> None:
    with seated(bureau, "sri", "ppid-utama") as here:
        only = everything(here, act="item.archive")
        assert {task.decision for task in only} == {"archive"}
        assert work(here, Wanted(act="item.archive")).total == len(only)
        assert everything(here, unit="dinkes") == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("q=" + "a" * 201, "paling panjang 200 karakter"),
        ("q=%00", "karakter yang dapat dibaca"),
        ("unit=tidak-ada", "Unit itu tidak ada"),
        ("tindakan=item.declassify.x", "bukan giliran jabatan Anda"),
        ("tenggat=besok", "Tenggat itu tidak dikenal"),
        ("after=bukan", "Penunjuk halaman ini tidak sah"),
        ("after=W10", "Penunjuk halaman ini tidak sah"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_breaks(
    bureau: Bureau, asked: str, said: str
) -> None:
    answer = bureau.browser("sri").get(f"/uji/pekerjaan?{asked}")

    assert answer.status_code == 422
    assert said in answer.text


def test_a_closer_look_tells_why_and_what_comes_of_leaving_it(bureau: Bureau) -> None:
    item_id = bureau.item("submit", title="Dokumen yang dipilih")
    page = bureau.browser("sri").get(f"/uji/pekerjaan?pilih={item_id}.test_consequence").text
    pane = page[page.index('id="pratinjau"') :]

    assert "Dokumen yang dipilih" in pane
    assert "Mengapa muncul" in pane
    assert "permohonan tidak dapat ditolak karenanya" in pane
    assert "Mutu baku" in pane


@pytest.mark.parametrize(
    "chosen", ["", "bukan", str(UUID(int=9)), f"{UUID(int=9)}.approve", "x" * 500]
)
def test_a_forged_choice_shows_the_first_task_instead(bureau: Bureau, chosen: str) -> None:
    assert bureau.browser("sri").get(f"/uji/pekerjaan?pilih={chosen}").status_code == 200


def test_nobody_looks_closer_at_a_unit_that_is_not_his(bureau: Bureau) -> None:
    item_id = bureau.item("submit", title="Milik inspektorat saja")
    page = bureau.browser("budi").get(f"/uji/pekerjaan?pilih={item_id}.test_consequence").text

    assert "Milik inspektorat saja" not in page


# How long it takes


def test_a_step_that_runs_is_measured_as_its_history_would_measure_it() -> None:
    own, _statutory = KALTENG
    assert own
    begun = recorded(Submitted(particulars=PARTICULARS), version=1)
    measured = procedures.measure(
        own,
        [begun],
        local_date=lambda at: at.date(),
        working_days_between=lambda a, b: (b - a).days,
        now=begun.at + timedelta(days=9),
    )
    first = next(step for step in measured if step.finished is None and step.started)
    decision = next(
        act.decision for step in own.steps if step.no == first.step for act in step.acts
    )
    assert first.started
    running = procedures.running(
        own,
        decision,
        first.started,
        local_date=lambda at: at.date(),
        working_days_between=lambda a, b: (b - a).days,
        now=begun.at + timedelta(days=9),
    )
    assert running == first
    assert (
        procedures.running(
            None,
            "approve",
            begun.at,
            local_date=lambda at: at.date(),
            working_days_between=lambda a, b: 0,
            now=begun.at,
        )
        is None
    )


def test_a_step_over_its_time_is_said_on_its_row(bureau: Bureau) -> None:
    bureau.item("test", title="Uji yang lama menunggu")
    bureau.clock.at = NOW + timedelta(days=30)
    try:
        page = bureau.browser("wayan").get("/uji/pekerjaan").text
    finally:
        bureau.clock.at = NOW

    assert "lewat mutu baku" in page


# Views of one's own


def test_a_view_is_kept_for_its_officer_alone(bureau: Bureau) -> None:
    sri, wayan = bureau.browser("sri"), bureau.browser("wayan")
    filtered = "/uji/pekerjaan?unit=inspektorat&tindakan=item.archive"
    answer = sri.submit(
        "/uji/pekerjaan/tampilan",
        {"nama": "Arsip <inspektorat>", "unit": "inspektorat", "tindakan": "item.archive"},
        opened=filtered,
    )

    assert answer.status_code == 303
    assert "Arsip &lt;inspektorat&gt;" in sri.get("/uji/pekerjaan").text
    assert "Hapus tampilan ini" in sri.get(answer.location).text
    assert "Arsip" not in re.findall(r'class="views".*?</nav>', wayan.get("/uji/pekerjaan").text)

    sri.submit("/uji/pekerjaan/tampilan/hapus", {"nama": "Arsip <inspektorat>"}, opened=filtered)
    assert "Arsip &lt;inspektorat&gt;" not in sri.get("/uji/pekerjaan").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"nama": " ", "unit": "dinkes"}, "Beri tampilan ini nama"),
        ({"nama": "x" * 61, "unit": "dinkes"}, "Beri tampilan ini nama"),
        ({"nama": "a\x1bb", "unit": "dinkes"}, "Beri tampilan ini nama"),
        ({"nama": "Semua", "unit": ""}, "Saring dahulu"),
        ({"nama": "Salah", "tenggat": "besok"}, "tidak dikenal"),
    ],
)
def test_a_view_without_name_or_filter_is_refused(
    bureau: Bureau, typed: dict[str, str], said: str
) -> None:
    answer = bureau.browser("sri").submit(
        "/uji/pekerjaan/tampilan", typed, opened="/uji/pekerjaan?unit=dinkes"
    )

    assert answer.status_code == 422
    assert said in answer.text


def test_nobody_keeps_views_without_end(bureau: Bureau) -> None:
    views = bureau.register.saved_views
    kept = [views.keep("sri", "tasks", f"Tampilan {n}", "unit=dinkes", NOW) for n in range(25)]

    assert kept == [True] * 20 + [False] * 5
    assert views.keep("sri", "tasks", "Tampilan 3", "unit=inspektorat", NOW)
    for n in range(20):
        views.drop("sri", "tasks", f"Tampilan {n}")
    assert views.all("sri", "tasks") == []


# Over the API, and in step with the ledger


def test_the_api_answers_page_by_page(bureau: Bureau) -> None:
    sri = bureau.caller("sri", "ppid-utama")
    first = sri.get("/worklist").json
    with seated(bureau, "sri", "ppid-utama") as here:
        expected = [str(task.id) for task in work(here, Wanted(limit=1000)).tasks]
    found = [task["id"] for task in first["tasks"]]
    while first["next"]:
        first = sri.get(f"/worklist?after={first['next']}").json
        found += [task["id"] for task in first["tasks"]]

    assert found == expected
    assert sri.get("/worklist?tenggat=besok").status_code == 422


def test_days_left_are_counted_as_the_calendar_has_them(bureau: Bureau) -> None:
    with seated(bureau, "sri", "ppid-utama") as here:
        schedule = here.desk.schedule
        assert working_days_between(schedule, NOW.date(), NOW.date() - timedelta(days=3)) == -1


def test_the_worklist_is_what_the_ledger_says(bureau: Bureau) -> None:
    assert bureau.register.views.compare(["worklist", "outlook"]) == []


# In a browser


@pytest.mark.browser
def test_keys_walk_the_rows_tick_them_and_look_closer(bureau: Bureau, sit: Sit) -> None:
    with sit("sri") as page:
        page.goto("/uji/pekerjaan?tindakan=item.archive")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator("[data-row]").nth(1)
        expect(second.locator(".what > a")).to_be_focused()
        title = second.locator(".what > a").inner_text()
        expect(page.locator("#pratinjau .title")).to_have_text(title)
        page.keyboard.press("x")
        expect(second.get_by_role("checkbox")).to_be_checked()
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_several_items_are_archived_in_one_go(bureau: Bureau, sit: Sit, scripts: bool) -> None:
    titles = [f"Arsip bersama {n} {scripts}" for n in range(2)]
    for title in titles:
        bureau.item("issue", title=title)
    with sit("sri", scripts=scripts) as page:
        page.goto(f"/uji/pekerjaan?q=bersama {scripts}&tindakan=item.archive")
        for title in titles:
            page.get_by_label(f"Pilih {title}").check()
        page.get_by_role("button", name="Catat pengarsipan").click()
        page.get_by_label("Tempat dokumen kertas").fill("Rak 9")
        page.get_by_label("Tempat salinan elektronik").fill("Server B")
        page.get_by_role("button", name="Catat pengarsipan").click()
        expect(page.get_by_role("status")).to_contain_text("Tercatat untuk 2 butir")
        for title in titles:
            expect(page.get_by_role("link", name=title)).to_be_visible()
