"""The list is found by what officers call things, now and in the past, and by nothing closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.database import Database
from adapters.ledger import PersistentLedger
from adapters.views import Views
from domain import item
from domain.ground import Ground
from domain.history import Stamp
from domain.item import Closed
from projections.legal_words import FAMILIES, MEANT, understood
from tests import histories
from tests.conftest import REGISTER
from tests.spec import stamp
from tests.voices import AS_NEEDED, PARTICULARS, determined

ENTRIES: tuple[tuple[str, str, str, str], ...] = (
    # title, summary, document, grounds
    ("Berita acara pemeriksaan pegawai", "Keterangan saksi pelapor", "Berkas disiplin", "a.2"),
    ("Harga perkiraan sendiri pengadaan server", "Rincian harga satuan", "Dokumen lelang", "e.1"),
    ("Nomor induk kependudukan penerima bantuan", "Data pribadi warga", "Basis data", "h.3"),
    ("Rekam medis pasien", "Riwayat kesehatan", "Berkas pasien 17", "h.2"),
    ("Memorandum yang dirahasiakan", "Surat antar badan publik", "Surat rahasia", "i"),
    ("Daftar yang tidak dikecualikan dari audit", "Laporan hasil audit", "Laporan 9", "j"),
    ("Denah persandian", "Topologi jaringan", "Gambar 90", "c.1"),
)


@pytest.fixture
def views(database: Database) -> Views:
    views = Views(database, REGISTER, PersistentLedger(database, REGISTER))
    views.create()
    for number, (title, summary, document, grounds) in enumerate(ENTRIES, 1):
        submit(views, number, title, summary=summary, document=document, grounds=grounds)
    views.catch_up()
    return views


def submit(views: Views, number: int, title: str, *, grounds: str = "a.2", **others: Any) -> None:
    huruf, _, angka = grounds.partition(".")
    particulars = replace(
        PARTICULARS,
        title=title,
        grounds=(Ground(huruf=huruf, angka=int(angka) if angka else None),),
        closed=Closed(title="Batu delima", detail="Disimpan di brankas"),
        **others,
    )
    act(views, number, item.Submitted(particulars=particulars))


def act(views: Views, number: int, fact: Any, under: Stamp | None = None) -> None:
    subject = UUID(int=number)
    views.ledger.amend(
        item, subject, lambda known: [fact], under or stamp(), expect=_version(views, subject)
    )


def _version(views: Views, subject: UUID) -> int:
    return views.ledger.recall(item, subject).version


def found(views: Views, query: str, **asked: Any) -> list[int]:
    return [row["id"].int for row in views.list(query=query, **asked)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("BAP", {1}),
        ("berita acara pemeriksaan", {1}),
        ("memeriksa", {1}),
        ("pegawai", {1}),
        ("PNS", {1}),
        ("hps", {2}),
        ("harga perkiraan sendiri", {2}),
        ("tender", {2}),
        ("KTP", {3}),
        ("NIK penerima", {3}),
        ("pengecualian", {5, 6}),
        ("dikecualikan", {5, 6}),
        ("pengecualiannya", {5, 6}),
        ("rahasia", {5, 6}),
        ("kesaksian", {1}),
        ("LHA", {6}),
        ("sandi", {7}),
        ("pemerik", {1}),
        ("server harga", {2}),
        ("17", {4}),
        ("9", {6}),
        ("90", {7}),
        ('"surat antar"', {5}),
        ('"antar surat"', set()),
        ("laporan -audit", {1}),
        ("hasil -laporan", set()),
        ("berkas -disiplin", {4}),
        ("server atau medis", {2, 4}),
        ("server or medis", {2, 4}),
        ("pasal 17 huruf h", {3, 4}),
        ("UU 14/2008 Pasal 17 huruf h angka 3", {3}),
        ("17 h 3", {3}),
        ("17h3", {3}),
        ("huruf i", {5}),
        ("pasal 17 huruf h medis", {4}),
        ("pasal 17", {1, 2, 3, 4, 5, 6, 7}),
        ("delima", set()),
        ("brankas", set()),
    ],
)
def test_things_are_found_by_every_name_officers_give_them(
    views: Views, query: str, numbers: set[int]
) -> None:
    assert set(found(views, query)) == numbers
    on = date(2027, 1, 1)
    assert set(found(views, query, as_of=on)) == numbers


def test_a_decree_is_found_by_its_number_whole(views: Views) -> None:
    act(views, 1, replace(determined(), number="188.45/12/2026"), stamp(on="2026-03-05"))
    act(views, 2, replace(determined(), number="188.45/120/2026"), stamp(on="2026-03-05"))
    views.catch_up()

    assert found(views, "188.45/12/2026") == [1]
    assert set(found(views, "188.45")) == {1, 2}
    assert found(views, "188.45/1") == []


def test_titles_with_the_very_words_come_first_and_pages_go_on(views: Views) -> None:
    for number in range(10, 40):
        title = f"Pengecualian {number}" if number % 3 == 0 else f"Berkas {number} dikecualikan"
        submit(views, number, title)
    views.catch_up()

    whole = views.list(query="dikecualikan", limit=100)
    ranks = [row["rank"] for row in whole]
    titles = [row["title"].casefold() for row in whole if row["rank"] == 0]
    pages: list[dict[str, Any]] = []
    after: Any = None
    while page := views.list(query="dikecualikan", after=after, limit=7):
        pages += page
        after = (page[-1]["sort_key"], page[-1]["id"], page[-1]["rank"])

    assert ranks == sorted(ranks)
    assert {0, 1} == set(ranks)
    assert all("dikecualikan" in title for title in titles)
    assert pages == whole


def test_the_past_is_found_by_what_things_were_called_then(views: Views) -> None:
    renamed = replace(PARTICULARS, title="Peta jaringan air", summary="", document="Peta")
    act(views, 7, item.Revised(particulars=renamed), stamp(on="2026-06-01"))
    act(views, 7, replace(determined(), number="5/2026"), stamp(on="2026-07-01"))
    views.catch_up()
    before, after = date(2026, 5, 1), date(2026, 6, 2)

    assert found(views, "persandian", as_of=before) == [7]
    assert found(views, "persandian", as_of=after) == found(views, "persandian") == []
    assert found(views, "jaringan air", as_of=after) == [7]
    assert found(views, "air", as_of=before) == []
    assert found(views, "persandian", known_at=len(ENTRIES)) == [7]
    assert found(views, "jaringan -air", as_of=before) == [7]
    assert found(views, "jaringan -air", as_of=after) == []
    assert found(views, "5/2026", as_of=after) == []
    assert found(views, "5/2026", as_of=date(2026, 7, 2)) == [7]


def test_every_filter_holds_of_every_row_and_none_is_missed(database: Database) -> None:
    rng = Random(5)
    views = Views(database, REGISTER, PersistentLedger(database, REGISTER))
    views.create()
    lives = [histories.history(rng, length=rng.randint(1, 12)) for _ in range(80)]
    views.ledger.bulk_append(histories.rows(histories.shuffled(rng, lives)))
    views.rebuild()
    every = views.list(limit=1000)
    days = [row["ends_on"] for row in every if row["ends_on"]]

    for _ in range(200):
        asked: dict[str, Any] = {}
        wanted = every
        if rng.random() < 0.4:
            asked["status"] = rng.choice(every)["status"]
            wanted = [row for row in wanted if row["status"] == asked["status"]]
        if rng.random() < 0.3:
            asked["unit"] = rng.choice(("inspektorat", "bkd"))
            wanted = [row for row in wanted if row["unit"] == asked["unit"]]
        if rng.random() < 0.3:
            asked["grounds"] = [huruf := rng.choice("abhj")]
            wanted = [row for row in wanted if any(g[0] == huruf for g in row["grounds"])]
        elif rng.random() < 0.2:
            asked["grounds"] = ["h.2"]
            wanted = [row for row in wanted if "h.2" in row["grounds"]]
        if rng.random() < 0.2:
            asked["held"] = True
            wanted = [row for row in wanted if row["held"]]
        if rng.random() < 0.2:
            asked["year"] = 2026
            wanted = [r for r in wanted if r["determined_on"] and r["determined_on"].year == 2026]
        if rng.random() < 0.2:
            first = rng.choice(days)
            asked["ends"] = (first, first + timedelta(days=60))
            wanted = [row for row in wanted if _ends_in(row, asked["ends"])]
        assert_pages(views, asked, wanted)


def assert_pages(views: Views, asked: dict[str, Any], wanted: Sequence[dict[str, Any]]) -> None:
    ids = {row["id"] for row in wanted}
    by_title, by_end = views.list(limit=1000, **asked), views.list(sort="end", limit=1000, **asked)
    assert {row["id"] for row in by_title} == {row["id"] for row in by_end} == ids, asked
    assert views.some(**asked) == len(ids)
    ends = [row["ends_on"] or date.max for row in by_end]
    assert ends == sorted(ends)
    pages: list[dict[str, Any]] = []
    after: Any = None
    while page := views.list(sort="end", after=after, limit=9, **asked):
        pages += page
        after = (page[-1]["ends_on"], page[-1]["id"])
    assert pages == by_end


def _ends_in(row: dict[str, Any], ends: tuple[date, date]) -> bool:
    is_exempt = row["status"] == item.Status.EXEMPT
    return bool(is_exempt and row["ends_on"] and ends[0] <= row["ends_on"] <= ends[1])


def test_the_tally_is_what_counting_would_say(database: Database) -> None:
    rng = Random(6)
    views = Views(database, REGISTER, PersistentLedger(database, REGISTER))
    views.create()
    lives = [histories.history(rng, length=rng.randint(1, 12)) for _ in range(60)]
    views.ledger.bulk_append(histories.rows(histories.shuffled(rng, lives)))
    while views.catch_up(limit=rng.randint(1, 40)):
        pass

    every = views.list(limit=1000)
    counts = views.counts()
    assert counts == {
        status: sum(row["status"] == status for row in every)
        for status in {row["status"] for row in every}
    }
    assert sum(row["items"] for row in views.tally()) == len(every)
    open_to_all = [row for row in every if row["published"]]
    assert sum(row["items"] for row in views.tally(published=True)) == len(open_to_all)
    assert all(row["items"] > 0 for row in views.tally())
    both = ["bkd", "inspektorat"]
    facets = views.facets(status="exempt", huruf="h", units=both)
    for status, count in facets["status"].items():
        assert count == len(views.list(status=status, grounds=["h"], units=both, limit=1000))
    for unit, count in facets["unit"].items():
        assert count == len(
            views.list(status="exempt", unit=unit, grounds=["h"], units=both, limit=1000)
        )
    for huruf, count in facets["huruf"].items():
        assert count == len(views.list(status="exempt", grounds=[huruf], units=both, limit=1000))
    exempt = views.list(status="exempt", grounds=["h"], units=both, limit=1000)
    assert sum(facets["year"].values()) == len(exempt) == facets["huruf"]["h"]
    h = sum(row["items"] for row in views.tally(units=["bkd"]) if "h" in row["huruf"])
    assert h == len(views.list(grounds=["h"], units=["bkd"], limit=1000))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=st.one_of(
        st.text(), st.text(alphabet="\"'\\-()|&!:*<> aor17h.,\0\n"), st.just("a" * 9999)
    )
)
def test_odd_words_find_nothing_or_something_but_never_fail(views: Views, query: str) -> None:
    query = query.encode("utf-8", "ignore").decode()
    views.list(query=query)
    views.list(date(2026, 4, 1), query=query)


def test_no_word_is_of_two_families_and_each_name_means_the_same_both_ways() -> None:
    forms = FAMILIES.split()

    assert sorted(forms) == sorted(set(forms))
    assert all(name in MEANT for names in MEANT.values() for name in names)


def test_at_most_some_words_are_looked_for() -> None:
    assert len(understood("kata " * 500).terms) <= 24


def test_periods_and_grounds_are_kept_out_of_words() -> None:
    assert AS_NEEDED.words
    assert understood("huruf h").terms == ()
