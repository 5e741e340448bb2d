"""The time machine: what it shows of any day, as known at any time, is what the list shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from random import Random
from typing import Any
from uuid import UUID

import pytest

from adapters import registers
from domain import item
from domain.hindsight import (
    Change,
    Exemption,
    Vantage,
    exemptions,
    facts,
    rewording,
    seen,
    version_at,
)
from domain.item import Declassified, Opening, PeriodEventRecorded, Status
from domain.officer import Authority, Role
from tests import histories
from tests.bureau import MARKER, NOW, ORDINARY, SECRET, Bureau, open_bureau
from tests.histories import DAYS, START
from tests.spec import recorded
from tests.voices import DETERMINED, LATER, PARTICULARS, PROPOSED, TESTED, again, determined
from web import words
from web.time_machine import STEPS, Axis

AFTER_ALL = datetime(2026, 8, 20, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def told(*pairs: Any) -> list[Any]:
    return [recorded(fact, under, version=v) for v, (fact, under) in enumerate(pairs, 1)]


# Which facts count


def test_by_recorded_time_what_was_recorded_later_does_not_count() -> None:
    history = told(PROPOSED, TESTED, DETERMINED)

    assert [one.originator_version for one in facts(history, Vantage(version=2))] == [1, 2]
    assert seen(item, history, Vantage(version=2)).status is Status.TESTED
    assert seen(item, history, Vantage(version=0)) == item.initial
    assert seen(item, history, Vantage()).status is Status.EXEMPT


def test_by_the_day_of_effect_a_fact_entered_later_counts_from_its_own_day() -> None:
    late = (TESTED[0], again(TESTED[1], "2026-02-20"))
    history = told((PROPOSED[0], again(PROPOSED[1], "2026-02-10")), DETERMINED, late)

    assert len(facts(history, Vantage(on=date(2026, 2, 9)))) == 0
    assert len(facts(history, Vantage(on=date(2026, 2, 20)))) == 2
    assert len(facts(history, Vantage(on=date(2026, 2, 20), version=2))) == 1


def test_a_moment_is_after_all_that_had_been_recorded_by_then() -> None:
    times = [NOW, NOW, NOW + timedelta(hours=1)]

    assert version_at(times, NOW - timedelta(seconds=1)) == 0
    assert version_at(times, NOW) == 2
    assert version_at(times, NOW + timedelta(days=1)) == 3


# Periods


def test_a_later_decree_and_an_opening_cut_a_period_short() -> None:
    second = replace(determined(ends_on="2028-01-31"), number="188/2/2026")
    later = again(LATER, "2026-09-01")
    second = replace(second, determination=replace(second.determination, on=date(2026, 9, 1)))
    opened = (Declassified(why=Opening.RULING), again(LATER, "2027-02-01"))

    assert exemptions(told(PROPOSED, DETERMINED, (second, later), opened)) == (
        Exemption(
            version=2,
            number="188/1/2026",
            since=date(2026, 3, 5),
            until=date(2026, 8, 31),
            is_cut=True,
        ),
        Exemption(
            version=3,
            number="188/2/2026",
            since=date(2026, 9, 1),
            until=date(2027, 1, 31),
            is_cut=True,
        ),
    )


def test_a_period_without_an_end_gets_one_by_its_event_and_ends_by_law_uncut() -> None:
    happened = PeriodEventRecorded(
        event="putusan final",
        happened_on=date(2026, 4, 1),
        evidence="Putusan 1/2026",
        ends_on=date(2026, 6, 30),
        notice=None,
    )
    opened = (Declassified(why=Opening.BY_LAW), again(LATER, "2026-07-01"))
    history = told(PROPOSED, (determined(ends_on=None), LATER), (happened, LATER), opened)

    assert exemptions(history[:2])[0].until is None
    (period,) = exemptions(history)
    assert (period.until, period.is_cut) == (date(2026, 6, 30), False)


# Words


def test_a_rewording_holds_both_texts_whole() -> None:
    rng = Random(5)
    for _ in range(300):
        then = " ".join(rng.choices("abcde", k=rng.randrange(12)))
        now = " ".join(rng.choices("abcde", k=rng.randrange(12)))
        runs = list(rewording(then, now))

        assert "".join(t for kind, t in runs if kind is not Change.NEW).split() == then.split()
        assert "".join(t for kind, t in runs if kind is not Change.GONE).split() == now.split()


def test_a_rewording_names_only_what_changed() -> None:
    runs = list(
        rewording("saksi dapat terancam di kantor itu", "saksi akan terancam di kantor itu")
    )

    assert (Change.GONE, "dapat ") in runs
    assert (Change.NEW, "akan ") in runs
    assert runs[-1] == (Change.SAME, "terancam di kantor itu")


# The axis


def test_the_slider_has_the_scale_of_the_axis() -> None:
    rng = Random(6)
    for _ in range(100):
        first = NOW - timedelta(minutes=rng.randrange(10**6))
        axis = Axis.over(first, NOW)

        assert axis.start < first.timestamp()
        assert NOW.timestamp() < axis.end == axis.start + STEPS * axis.step
        at = first + (NOW - first) * rng.random()
        assert axis.value(at) == pytest.approx(at.timestamp(), abs=axis.step / 2 + 1)
        assert axis.part(at) == pytest.approx(
            (axis.value(at) - axis.start) / (axis.end - axis.start), abs=1 / STEPS
        )


def test_an_axis_of_one_moment_has_room_too() -> None:
    axis = Axis.over(NOW, NOW)

    assert 0 < axis.part(NOW) < 1
    assert axis.end > axis.start


# The page and the list


@pytest.fixture(scope="module")
def lived(bureau: Bureau) -> list[list[Any]]:
    """Random histories in the register of the bureau."""
    rng = Random(23)
    made = [histories.history(rng, length=rng.randint(4, 24)) for _ in range(10)]
    bureau.register.ledger.bulk_append(histories.rows(histories.shuffled(rng, made)))
    bureau.register.views.catch_up()
    return made


def shown(page: str) -> dict[str, Any]:
    """What a reader takes from the head of an item's page."""
    head = page[page.index('<div class="head">') : page.index('aria-labelledby="mesin-waktu"')]
    (title,) = re.findall(r"<h1[^>]*>(.*?)</h1>", head, re.S)
    ends = re.findall(r"<dt>(?:Semula b|B)erakhir</dt><dd>\s*([^<\n]+?)\s*<", page)
    return {
        "status": re.findall(r'class="tag ([a-z-]+)"', head)[0],
        "title": unescape(title).strip(),
        "ends_on": ends[0] if ends and ends[0] != "belum ada" else None,
        "head": unescape(head),
    }


def test_the_page_agrees_with_the_list_of_that_day_as_known_then(
    bureau: Bureau, lived: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bureau.clock, "at", AFTER_ALL)
    sri, views, rng, compared = bureau.browser("sri"), bureau.register.views, Random(7), 0
    for history in lived:
        item_id = history[0].originator_id
        if seen(item, history, Vantage()).status is Status.UNKNOWN:
            continue
        positions = {row["version"]: row["position"] for row in views.history_of(item_id)}
        for _ in range(9):
            on = START + timedelta(days=rng.randrange(-2, DAYS))
            version = rng.randint(1, len(history))
            found = views.list(on, positions[version], limit=200)
            row = next((row for row in found if row["id"] == item_id), None)
            answer = sri.get(f"/uji/butir/{item_id}?berlaku_pada={on}&tercatat_pada={version}")
            page = shown(answer.text)

            assert answer.status_code == 200
            if row is None:
                assert page["status"] == "unknown", (item_id, on, version)
                continue
            compared += 1
            assert page["status"] == row["status"], (item_id, on, version)
            ends_on = words.day(row["ends_on"]) if row["ends_on"] else None
            assert page["ends_on"] == ends_on
            if row["title"]:
                assert page["title"] == row["title"]
            if row["status"] == "exempt":
                for code in row["grounds"]:
                    assert words.ground(code) in page["head"], (item_id, on, version)
    assert compared > 40


def test_a_moment_shows_what_the_list_shows_at_that_moment(bureau: Bureau) -> None:
    item_id = bureau.item("issue", title="Berita acara yang berpindah waktu")
    rows = bureau.register.views.history_of(item_id)
    moment = rows[1]["recorded_at"]
    bureau.clock.at = max(bureau.clock.at, rows[-1]["recorded_at"] + timedelta(seconds=1))
    try:
        at = moment.isoformat().replace("+", "%2B")
        page = bureau.browser("sri").get(f"/uji/butir/{item_id}?tercatat_pada={at}")
    finally:
        bureau.clock.at = NOW
    found = bureau.register.views.list(None, moment, query="berpindah")

    assert [row["status"] for row in found] == ["tested"]
    assert shown(page.text)["status"] == "tested"


# What the page says of the past


def test_from_the_past_nothing_can_be_done_and_every_later_event_is_told_apart(
    bureau: Bureau,
) -> None:
    item_id, sri = bureau.item("upload"), bureau.browser("sri")
    now = sri.get(f"/uji/butir/{item_id}").text
    then = sri.get(f"/uji/butir/{item_id}?tercatat_pada=2").text

    assert "/tindakan/" in now
    assert "/tindakan/" not in then
    assert "Ada 4 peristiwa sesudahnya; tindakan dimatikan." in then
    assert '<span class="button off">Setujui pengecualian</span>' in then
    assert then.count('class="later"') == 4
    assert then.count("(sesudah saat itu)") == 4
    assert "sekarang: Dikecualikan" in then
    assert "versi 2 dari 6" in then
    for later in ("Server A", "Rak 3"):  # in no panel but as what is so now
        assert later not in then[: then.index('id="riwayat"')].replace(f"sekarang: {later}", "")


def test_what_was_worded_otherwise_then_is_shown_word_by_word(bureau: Bureau) -> None:
    item_id = bureau.item("submit")
    better = replace(PARTICULARS, summary=PARTICULARS.summary.replace("pegawai", "tiga pegawai"))
    bureau.desk("made", "ppid-pembantu").on_item("revise", item_id, particulars=better)
    page = bureau.browser("sri").get(f"/uji/butir/{item_id}?tercatat_pada=1").text

    assert re.search(r"<ins><span class=\"unseen\">\[kata sekarang:\] </span>tiga </ins>", page)
    assert "[kata lama:]" in page


def test_one_goes_from_event_to_event_and_back_to_now(bureau: Bureau) -> None:
    item_id, sri = bureau.item("approve"), bureau.browser("sri")
    page = f"/uji/butir/{item_id}"

    def way(address: str, rel: str) -> str:
        found = re.search(rf'href="([^"]+)" rel="{rel}"', sri.get(address).text)
        return unescape(found[1]) if found else ""

    assert way(page, "prev") == f"{page}?tercatat_pada=2"
    assert way(page, "next") == ""
    assert way(f"{page}?tercatat_pada=2", "prev") == f"{page}?tercatat_pada=1"
    assert way(f"{page}?tercatat_pada=1", "prev") == ""
    assert way(f"{page}?tercatat_pada=2", "next") == f"{page}?menurut=pencatatan"


def test_the_slider_leads_to_an_address_that_says_where_one_is(bureau: Bureau) -> None:
    item_id, sri = bureau.item("approve"), bureau.browser("sri")
    page = f"/uji/butir/{item_id}"
    day = int(datetime(2026, 2, 20, 5, tzinfo=UTC).timestamp())

    moved = sri.get(f"{page}?menurut=keberlakuan&geser={day}").location
    assert moved == f"{page}?berlaku_pada=2026-02-20"
    moved = sri.get(f"{page}?menurut=pencatatan&geser={day}").location
    assert moved == f"{page}?tercatat_pada=2026-02-20T05%3A00%3A00%2B00%3A00"
    assert sri.get(moved).status_code == 200
    for odd in ("nanti", "9" * 30, "9" * 11):
        back = sri.get(f"{page}?menurut=keberlakuan&geser={odd}").location
        assert back == f"{page}?menurut=keberlakuan"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("tercatat_pada=0", "catatan ke-1 sampai ke-1"),
        ("tercatat_pada=99", "catatan ke-1 sampai ke-1"),
        ("tercatat_pada=kemarin", "2026-03-02T08:30"),
        ("tercatat_pada=2030-01-01T00:00", "Waktu itu belum tiba."),
        ("berlaku_pada=2030-01-01", "Tanggal itu belum tiba."),
        ("berlaku_pada=0001-01-01", "2026-03-02"),
        ("berlaku_pada=%00", "2026-03-02"),
    ],
)
def test_a_time_that_cannot_be_is_said_and_now_is_shown(
    bureau: Bureau, asked: str, said: str
) -> None:
    answer = bureau.browser("sri").get(f"/uji/butir/{bureau.item()}?{asked}")

    assert answer.status_code == 422
    assert said in answer.text
    assert "Yang tampil di bawah ialah keadaan sekarang." in answer.text
    assert 'class="note past"' not in answer.text


def test_before_its_first_fact_nothing_is_said_of_an_item(bureau: Bureau) -> None:
    page = bureau.browser("sri").get(f"/uji/butir/{bureau.item()}?berlaku_pada=2026-01-01").text

    assert "Saat itu butir ini belum tercatat." in page
    assert PARTICULARS.summary not in page[page.index('class="columns"') :]


# Who may know


def test_what_is_closed_is_closed_in_the_past_too_and_reading_it_is_noted(bureau: Bureau) -> None:
    item_id = bureau.item("test", secret=True)
    page = f"/uji/butir/{item_id}"
    for asked in ("", "?tercatat_pada=1", "?berlaku_pada=2026-03-02"):
        assert MARKER not in bureau.browser("budi").get(page + asked).text
        assert MARKER not in bureau.browser("agus").get(page + asked).text
        assert MARKER in bureau.browser("sri").get(page + asked).text
    noted = bureau.register.readings.page(subject_id=item_id, what="closed")

    assert [row["by_id"] for row in noted] == ["sri"] * 3
    assert noted[1]["detail"] == "tercatat_pada=1"


def test_who_came_to_know_with_the_unit_does_not_know_what_was_closed_before(
    bureau: Bureau,
) -> None:
    item_id = bureau.item("submit", secret=True)
    moved = replace(PARTICULARS, unit="dinkes", closed=replace(SECRET, detail="RINCIAN BARU"))
    bureau.register.ledger.amend(
        item, item_id, lambda known: [item.Revised(particulars=moved)], ORDINARY
    )
    bureau.register.views.catch_up()
    page, budi = f"/uji/butir/{item_id}", bureau.browser("budi")

    assert "RINCIAN BARU" in budi.get(page).text
    assert MARKER not in budi.get(f"{page}?tercatat_pada=1").text
    assert "RINCIAN BARU" not in budi.get(f"{page}?tercatat_pada=1").text
    assert MARKER not in bureau.browser("made").get(page).text


def test_an_auditor_of_one_unit_finds_no_item_of_another(bureau: Bureau) -> None:
    registers.appoint(
        bureau.register.ledger,
        "tuti",
        name="Demo Tuti (fiktif)",
        position="Auditor",
        unit="dinkes",
        stamp=ORDINARY,
    )
    right = Authority(role=Role.AUDITOR, unit="dinkes", decree_no="SK-9", since=date(2020, 1, 1))
    registers.grant(bureau.register.ledger, "tuti", [right], stamp=ORDINARY)
    bureau.register.views.catch_up()
    bureau.accounts.create("tuti", officer_id="tuti", body="uji", password="kata-sandi-demo-saja")
    tuti, item_id = bureau.browser("tuti"), bureau.item()

    for rest in ("", "?tercatat_pada=1", "/tindakan/approve"):
        assert tuti.get(f"/uji/butir/{item_id}{rest}").status_code == 404


def test_a_forged_id_is_no_item(bureau: Bureau) -> None:
    assert bureau.browser("sri").get(f"/uji/butir/{UUID(int=5)}?tercatat_pada=1").status_code == 404
