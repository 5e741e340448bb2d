"""Snapshots of the published list: taken once it reads differently, kept as written, compared."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import unescape
from itertools import combinations, pairwise
from random import Random
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters import registers
from adapters.database import open_database
from adapters.ledger import PersistentLedger
from adapters.publications import Publications
from adapters.trouble import DatabaseTrouble
from adapters.views import Views
from domain import item, publication
from domain.evidence.tree import verify_inclusion
from domain.history import SYSTEM, TAGS, Recorded
from domain.item import Closed, Revised
from tests import histories
from tests.bureau import MARKER, NOW, ORDINARY, OURS, Bureau, open_bureau
from tests.conftest import REGISTER
from tests.places import access_to, almighty, database_like
from tests.voices import PARTICULARS, TEST
from web import public_snapshots

TODAY = NOW.date()


# The tree, written anew from RFC 9162 2.1.1


def leaf(row: bytes) -> bytes:
    return sha256(b"\x00" + row).digest()


def tree(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return sha256(b"\x01" + tree(leaves[:left]) + tree(leaves[left:])).digest()


def rows_in(file: bytes) -> list[bytes]:
    """The bytes of each row, told apart by lines alone."""
    _, *lines, last, end = file.split(b"\n")
    assert (last, end) == (b"]}", b"")
    return [line.removesuffix(b",") for line in lines]


# Whatever happens, on a bare ledger


@dataclass
class Taken:
    number: int
    fact: publication.Snapshot
    rows: dict[UUID, bytes]


def taken(kept: Publications, at: datetime = NOW) -> list[Recorded[Any]]:
    return kept.take(on=TODAY, at=at)


def standing(kept: Publications, fact: publication.Snapshot) -> Taken:
    rows = {UUID(json.loads(row)["id"]): row for row in kept.all_rows(fact.number)}
    return Taken(fact.number, fact, rows)


@pytest.fixture(scope="module")
def lived(server: str, template: str) -> Iterator[tuple[Publications, list[Taken]]]:
    """Items to which anything happens, and a snapshot after each of seven stretches."""
    with (
        database_like(server, template) as url,
        open_database(access=access_to(url)) as database,
    ):
        yield live(PersistentLedger(database, REGISTER))


def live(ledger: PersistentLedger) -> tuple[Publications, list[Taken]]:
    rng = Random(4)
    facts = histories.shuffled(rng, [histories.history(rng, length=25) for _ in range(84)])
    kept, found = Publications(ledger), []
    for start in range(0, len(facts), 300):
        ledger.bulk_append(histories.rows(facts[start : start + 300]))
        found += [standing(kept, one.fact) for one in taken(kept)]
    assert len(found) == 7
    return kept, found


def test_root_and_number_are_those_of_the_rows_in_the_order_of_ids(lived: Any) -> None:
    _, snapshots = lived
    for one in snapshots:
        assert list(one.rows) == sorted(one.rows)
        assert one.fact.rows == len(one.rows)
        assert b64decode(one.fact.root) == tree([leaf(row) for row in one.rows.values()])


def test_what_stands_in_a_snapshot_is_what_the_list_showed(lived: Any) -> None:
    kept, snapshots = lived
    ledger = kept.ledger
    views = Views(ledger.database, REGISTER, ledger)
    views.create()
    views.catch_up()
    listed = {row["id"]: row for row in views.list(published=True, limit=1000)}
    rows = {id_: json.loads(row) for id_, row in snapshots[-1].rows.items()}

    assert rows.keys() == listed.keys()
    assert len(rows) > 5
    for id_, row in rows.items():
        shown = listed[id_]
        assert row["judul"] == shown["title"]
        assert row["uraian"] == shown["summary"]
        assert row["nomor_penetapan"] == shown["decree_no"]
        assert row["keadaan"] == ("terbuka" if shown["status"] == "open" else "dikecualikan")
        assert row["berakhir"] == (shown["ends_on"] and shown["ends_on"].isoformat())
        assert row["diumumkan"] == (shown["published_on"] and shown["published_on"].isoformat())
        assert row["ditahan"] == ("ya" if shown["held"] else "tidak")
        assert row["versi"] <= shown["version"]
        assert row["posisi"] <= shown["position"]


def between(kept: Publications, a: int, b: int, limit: int = 1000) -> dict[UUID, Any]:
    found, after = {}, None
    while page := kept.between(a, b, after=after, limit=limit):
        found.update({one.item: (one.before, one.after) for one in page})
        after = page[-1].item
    return found


def test_the_difference_of_any_two_is_exact(lived: Any) -> None:
    kept, snapshots = lived
    for a, b in combinations(snapshots, 2):
        said = between(kept, a.number, b.number, limit=4)
        assert said == {
            id_: (a.rows.get(id_), b.rows.get(id_))
            for id_ in a.rows.keys() | b.rows.keys()
            if a.rows.get(id_) != b.rows.get(id_)
        }
        assert list(said) == sorted(said)


def test_differences_add_up(lived: Any) -> None:
    """From a to b and on to c is from a to c, what changed back being left out."""
    kept, snapshots = lived
    for a, b, c in combinations(snapshots, 3):
        first = between(kept, a.number, b.number)
        second = between(kept, b.number, c.number)
        composed = {}
        for id_ in first.keys() | second.keys():
            before = first[id_][0] if id_ in first else second[id_][0]
            after = second[id_][1] if id_ in second else first[id_][1]
            if before != after:
                composed[id_] = (before, after)
        assert composed == between(kept, a.number, c.number)


def test_every_difference_has_its_facts_and_they_lead_from_one_row_to_the_other(
    lived: Any,
) -> None:
    kept, snapshots = lived
    for a, b in combinations(snapshots, 2):
        said = between(kept, a.number, b.number)
        reasons = kept.reasons(list(said), a.fact.position, b.fact.position)
        for id_, (_, after) in said.items():
            assert reasons[id_], id_
            last = reasons[id_][-1]
            assert a.fact.position < last.position <= b.fact.position
            assert (publication.to_bytes(last.row) if last.row else None) == after


def test_what_left_and_what_came_back_are_among_them(lived: Any) -> None:
    """Else the claims above would be weaker than they look."""
    kept, snapshots = lived
    pairs = [
        p for a, b in combinations(snapshots, 2) for p in between(kept, a.number, b.number).values()
    ]

    assert any(before and not after for before, after in pairs)
    assert any(after and not before for before, after in pairs)
    assert any(before and after for before, after in pairs)


def test_the_counts_kept_beside_a_snapshot_are_those_of_its_difference(lived: Any) -> None:
    kept, snapshots = lived
    for a, b in pairwise(snapshots):
        said = list(between(kept, a.number, b.number).values())
        found = kept.find(b.number)
        assert found["entered"] == sum(before is None for before, _ in said)
        assert found["left"] == sum(after is None for _, after in said)
        assert found["changed"] == sum(None not in pair for pair in said)


def test_what_is_kept_is_what_was_recorded(lived: Any) -> None:
    assert lived[0].broken() == []


def test_every_row_is_proven_to_stand_in_its_snapshot(lived: Any) -> None:
    kept, snapshots = lived
    last = snapshots[-1]
    root, size = b64decode(last.fact.root), last.fact.rows
    for id_, row in last.rows.items():
        proof = kept.proof(last.number, id_)
        assert proof.row == row
        assert verify_inclusion(leaf(row), proof.index, size, proof.path, root)
        assert not verify_inclusion(leaf(row + b" "), proof.index, size, proof.path, root)
    assert kept.proof(last.number, uuid4()) is None


def test_nothing_closed_is_kept(lived: Any) -> None:
    with closing(lived[0].database.connect(REGISTER)) as connection:
        rows = connection.execute("SELECT json FROM publication_row").fetchall()
    assert rows
    assert not [row for (row,) in rows if histories.SECRET.encode() in row]


def test_one_snapshot_over_all_is_that_of_many_small_ones(lived: Any) -> None:
    """Worked out step by step or from the first fact on: the same rows."""
    step_by_step, snapshots = lived
    step_by_step.database.create_register("lagi")
    again = PersistentLedger(step_by_step.database, "lagi")
    facts = [
        (id_, version, tag, state)
        for _, id_, version, tag, state, _ in step_by_step.ledger.stream()
        if id_ != publication.ID
    ]
    again.bulk_append(facts)
    kept = Publications(again)
    [one] = taken(kept)

    def content(row: bytes) -> Any:
        return {**json.loads(row), "posisi": 0}  # there snapshots take up positions, too

    whole = {id_: content(row) for id_, row in standing(kept, one.fact).rows.items()}
    assert whole == {id_: content(row) for id_, row in snapshots[-1].rows.items()}


# Step by step, in a body


@pytest.fixture
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def snap(bureau: Bureau) -> list[Recorded[Any]]:
    return bureau.register.publications.take(on=bureau.clock.at.date(), at=bureau.clock.at)


def correct(bureau: Bureau, item_id: UUID, now: str, field: str = "title") -> None:
    sri = bureau.desk("sri", "ppid-utama")
    sri.on_item("correct", item_id, field=field, now=now, reason="Salah ketik")


def test_a_snapshot_is_taken_when_the_list_reads_differently_and_only_then(
    bureau: Bureau,
) -> None:
    assert snap(bureau) == []
    bureau.item("archive", title="Belum diumumkan")
    assert snap(bureau) == []

    first = bureau.item("upload", title="Satu")
    [one] = snap(bureau)
    assert one.fact.rows == 1
    assert (one.by, one.on, one.at, one.originator_id) == (SYSTEM, TODAY, NOW, publication.ID)
    assert snap(bureau) == []

    bureau.item("submit")
    bureau.desk("sri", "ppid-utama").on_item(
        "archive", first, soft_place="Server B", hard_place="Rak 9"
    )
    assert snap(bureau) == []

    correct(bureau, first, "Satu lagi")
    [two] = snap(bureau)
    bureau.desk("sri", "ppid-utama").on_item("test_consequence", first, test=TEST)
    assert snap(bureau) == []
    assert (two.fact.number, two.fact.rows) == (2, 1)
    assert bureau.register.ledger.history(publication.ID) == [one, two]


def test_unchanged_rows_cost_nothing(bureau: Bureau) -> None:
    items = [bureau.item("upload", title=f"Butir {n}") for n in range(6)]
    snap(bureau)
    correct(bureau, items[0], "Lain")
    snap(bureau)

    with closing(bureau.database.connect(OURS)) as connection:
        lines = connection.execute(
            "SELECT number, count(*) FROM publication_line GROUP BY number ORDER BY number"
        ).fetchall()
        rows = connection.execute("SELECT count(*) FROM publication_row").fetchall()
    assert lines == [(1, 6), (2, 1)]
    assert rows == [(7,)]


def test_a_unit_that_is_renamed_changes_all_its_rows(bureau: Bureau) -> None:
    items = [bureau.item("upload", title=f"Butir {n}") for n in range(3)]
    [one] = snap(bureau)
    registers.add_unit(
        bureau.register.ledger, code="inspektorat", name="Inspektorat Daerah", stamp=ORDINARY
    )
    [two] = snap(bureau)
    kept = bureau.register.publications

    assert {d.item for d in kept.between(1, 2)} == set(items)
    reasons = kept.reasons(items, one.fact.position, two.fact.position)
    assert {r.recorded.fact.name for one in reasons.values() for r in one} == {"Inspektorat Daerah"}


def test_rows_stay_as_they_were_written_when_the_program_changes(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = bureau.item("upload", title="Satu"), bureau.item("upload", title="Dua")
    snap(bureau)
    before = list(bureau.register.publications.all_rows(1))
    said = publication._said
    monkeypatch.setattr(
        publication, "_said", lambda *known: {**said(*known), "kolom_baru": "nilai"}
    )
    bureau.item("upload", title="Tiga")
    correct(bureau, first, "Satu lagi")
    snap(bureau)
    kept = bureau.register.publications

    assert list(kept.all_rows(1)) == before
    now = {json.loads(row)["id"]: json.loads(row) for row in kept.all_rows(2)}
    assert "kolom_baru" in now[str(first)]
    assert "kolom_baru" not in now[str(second)]


def test_two_who_take_one_at_once_take_one(bureau: Bureau) -> None:
    bureau.item("upload", title="Satu")
    found: list[Any] = []
    others = [Publications(bureau.register.ledger) for _ in range(4)]
    threads = [
        Thread(target=lambda one=one: found.extend(one.take(on=TODAY, at=NOW))) for one in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 1
    assert len(bureau.register.publications.page()) == 1
    assert [one.take(on=TODAY, at=NOW) for one in others] == [[], [], [], []]


def test_rows_without_their_fact_are_never_left_behind(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.item("upload", title="Satu")
    monkeypatch.setitem(TAGS, publication.Snapshot, "no tag at all")
    with pytest.raises(psycopg.Error):
        snap(bureau)
    with closing(bureau.database.connect(OURS)) as connection:
        for table in ("row", "line", "snapshot"):
            found = connection.execute(f"SELECT FROM publication_{table}").fetchall()
            assert found == []
    monkeypatch.undo()

    assert len(snap(bureau)) == 1


def test_nothing_is_built_upon_rows_that_are_not_those_recorded(bureau: Bureau) -> None:
    first = bureau.item("upload", title="Satu")
    bureau.item("upload", title="Dua")
    snap(bureau)
    with almighty(bureau.database, OURS) as connection:
        connection.execute("ALTER TABLE publication_line DISABLE TRIGGER ALL")
        connection.execute("DELETE FROM publication_line WHERE item = %s", (first,))
    bureau.item("upload", title="Tiga")

    with pytest.raises(DatabaseTrouble, match="Isi potret ke-1 yang disimpan tidak cocok"):
        snap(bureau)


def test_what_was_changed_beneath_a_snapshot_is_named(bureau: Bureau) -> None:
    kept = bureau.register.publications
    first = bureau.item("upload", title="Satu")
    snap(bureau)
    bureau.item("upload", title="Dua")
    snap(bureau)
    assert kept.broken() == []

    with almighty(bureau.database, OURS) as connection:
        connection.execute("ALTER TABLE publication_row DISABLE TRIGGER ALL")
        connection.execute("ALTER TABLE publication_line DISABLE TRIGGER ALL")
        connection.execute(
            "UPDATE publication_row SET json = json || ' ' WHERE position('Dua' IN"
            " convert_from(json, 'UTF8')) > 0"
        )
        assert kept.broken() == [2]
        connection.execute("DELETE FROM publication_line WHERE item = %s", (first,))
    assert kept.broken() == [1, 2]


def test_which_stood_on_a_day_is_the_last_before_its_end(bureau: Bureau) -> None:
    for days in (0, 2):
        bureau.clock.at = NOW + timedelta(days=days)
        bureau.item("upload", title=f"Hari {days}")
        snap(bureau)
    kept = bureau.register.publications

    def stood(days: int) -> Any:
        found = kept.standing(NOW.replace(hour=17, minute=0) + timedelta(days=days))
        return found and found["number"]

    assert [stood(days) for days in range(-1, 4)] == [None, 1, 1, 2, 2]


# What anybody sees


@pytest.fixture(scope="module")
def house(server: str, template: str) -> Iterator[tuple[Bureau, dict[str, UUID]]]:
    """Five snapshots: things come, are corrected, open, leave, and read as they did before."""
    with open_bureau(server, template) as bureau:
        items = {name: bureau.item("upload", title=name, secret=True) for name in ("Satu", "Dua")}
        bureau.item("issue", title="Tersimpan", secret=True)
        snap(bureau)
        correct(bureau, items["Satu"], "Uraian lain.", "summary")
        items["Tiga"] = bureau.item("upload", title="Tiga", secret=True)
        snap(bureau)
        bureau.desk("sri", "ppid-utama").on_item(
            "declassify", items["Dua"], why="ruling", evidence="Putusan 7/KI/2026"
        )
        gone = Revised(particulars=replace(PARTICULARS, closed=Closed(title=MARKER)))
        bureau.register.ledger.amend(item, items["Tiga"], lambda _: [gone], ORDINARY)
        snap(bureau)
        correct(bureau, items["Satu"], "Bukan itu.", "summary")
        snap(bureau)
        correct(bureau, items["Satu"], "Uraian lain.", "summary")
        snap(bureau)
        bureau.register.views.catch_up()
        yield bureau, items


def page(house: Any, address: str) -> str:
    answer = house[0].browser().get(f"/publik/uji/{address}")
    assert answer.status_code == 200, address
    return unescape(str(answer.text))


def group(text: str, kind: str) -> str:
    found = re.search(rf'id="{kind}">(.*?)</section>', text, re.DOTALL)
    return found[1] if found else ""


def test_the_list_of_snapshots_says_how_much_moved_and_leads_on(house: Any) -> None:
    text = page(house, "potret")

    assert re.findall(r"<h2><a [^>]*>Potret ke-(\d)</a></h2>", text) == ["5", "4", "3", "2", "1"]
    assert "1 masuk" in text
    assert "1 keluar" in text
    assert "/publik/uji/potret/banding?dari=2&sampai=3" in text
    assert "/publik/uji/potret" in page(house, "")
    assert "/publik/uji/potret" in page(house, "perubahan")


def test_a_snapshot_shows_its_root_its_fact_and_its_rows(house: Any) -> None:
    bureau, items = house
    found = bureau.register.publications.find(2)
    text = page(house, "potret/2")

    assert b64encode(found["root"]).decode() in text
    assert f"catatan ke-{found['recorded']}" in text
    assert found["log"] in text
    for name, id_ in items.items():
        assert f'<a href="/publik/uji/butir/{id_}">{name}</a>' in text
        assert f"/publik/uji/data/potret/2/{id_}.json" in text


def test_the_difference_is_told_with_decrees_and_facts(house: Any) -> None:
    bureau, items = house
    text = page(house, "potret/banding?dari=1&sampai=3")
    opened, removed, changed = (group(text, kind) for kind in ("opened", "removed", "changed"))
    kept = bureau.register.publications
    reasons = kept.reasons(list(items.values()), kept.find(1)["position"], kept.find(3)["position"])

    assert "Dua" in opened
    assert "Putusan Komisi Informasi" in opened
    assert f"catatan ke-{reasons[items['Dua']][0].position}" in opened
    assert "Terbuka untuk publik" in opened
    assert "Uraian lain." in changed
    assert "Salah tulis dikoreksi" in changed
    assert "Tiga" not in text.replace("Tiga hari", "")  # it came and went in between
    assert not removed


def test_what_left_is_told_with_what_took_it_away(house: Any) -> None:
    removed = group(page(house, "potret/banding?dari=2&sampai=3"), "removed")

    assert "Tiga" in removed
    assert "Usulan diperbaiki" in removed
    assert "Penetapan 188/" in removed


def test_a_difference_without_any_fact_says_so(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Publications, "reasons", lambda *_: {})

    text = page(house, "potret/banding?dari=1&sampai=2")

    assert "Tidak ada catatan yang menyebabkan perbedaan ini." in text


def test_equal_lists_are_said_to_be_equal(house: Any) -> None:
    same = page(house, "potret/banding?dari=2&sampai=2")
    assert "Kedua potret sama, baris demi baris." in same
    assert "dengan dirinya sendiri" in same


def test_what_was_changed_and_changed_back_is_told(house: Any) -> None:
    changed = group(page(house, "potret/banding?dari=3&sampai=5"), "changed")

    assert "Terbaca sama seperti semula" in changed
    assert changed.count("Salah tulis dikoreksi") == 2


def test_a_file_gives_back_the_root_that_was_recorded(house: Any) -> None:
    bureau, _ = house
    for number in range(1, 6):
        answer = bureau.browser().get(f"/publik/uji/data/potret/{number}.json")
        about, rows = json.loads(answer.data)["potret"], rows_in(answer.data)
        facts = bureau.register.audit.facts([about["catatan"]])
        said = facts[about["catatan"]].fact

        assert b64decode(about["akar"]) == tree([leaf(row) for row in rows])
        assert (said.root, said.rows, said.number, said.position) == (
            about["akar"],
            about["banyak"],
            about["nomor"],
            about["posisi"],
        )
        assert f"potret-uji-{number}.json" in answer.headers["Content-Disposition"]


def test_the_data_of_a_comparison_are_the_difference_of_the_two_files(house: Any) -> None:
    bureau, _ = house
    for a, b in combinations(range(1, 6), 2):
        before, after = (
            {
                row["id"]: row
                for row in json.loads(
                    bureau.browser().get(f"/publik/uji/data/potret/{number}.json").data
                )["butir"]
            }
            for number in (a, b)
        )
        said = json.loads(
            bureau.browser().get(f"/publik/uji/data/banding.json?dari={a}&sampai={b}").data
        )
        assert (said["dari"]["nomor"], said["sampai"]["nomor"]) == (a, b)
        assert {one["id"]: (one["sebelum"], one["sesudah"]) for one in said["butir"]} == {
            id_: (before.get(id_), after.get(id_))
            for id_ in before.keys() | after.keys()
            if before.get(id_) != after.get(id_)
        }
        for one in said["butir"]:
            assert one["sebab"]
            assert all(
                said["dari"]["posisi"] < why["posisi"] <= said["sampai"]["posisi"]
                for why in one["sebab"]
            )


def test_a_rows_proof_is_checked_without_the_other_rows(house: Any) -> None:
    bureau, items = house
    answer = bureau.browser().get(f"/publik/uji/data/potret/5/{items['Satu']}.json")
    said = json.loads(answer.data)

    assert said["format"] == "sidik-potret-butir/v1"
    assert json.loads(said["baris"])["judul"] == "Satu"
    assert verify_inclusion(
        leaf(said["baris"].encode()),
        said["indeks"],
        said["potret"]["banyak"],
        [b64decode(one) for one in said["jalur"]],
        b64decode(said["potret"]["akar"]),
    )


def test_all_snapshots_are_told_as_data(house: Any) -> None:
    said = json.loads(house[0].browser().get("/publik/uji/data/potret.json").data)

    assert [one["nomor"] for one in said["potret"]] == [5, 4, 3, 2, 1]


def addresses(items: dict[str, UUID]) -> list[str]:
    pairs = [f"?dari={a}&sampai={b}" for a, b in combinations(range(1, 6), 2)]
    return [
        "potret",
        "potret?tanggal=2026-03-02",
        "data/potret.json",
        *(f"potret/{n}" for n in range(1, 6)),
        *(f"data/potret/{n}.json" for n in range(1, 6)),
        *(f"data/potret/2/{id_}.json" for id_ in items.values()),
        *(f"potret/banding{pair}" for pair in pairs),
        *(f"data/banding.json{pair}" for pair in pairs),
    ]


def test_nothing_closed_nothing_unpublished_and_nobodys_name_is_told(house: Any) -> None:
    bureau, items = house
    for address in addresses(items):
        text = bureau.browser().get(f"/publik/uji/{address}").text
        assert MARKER not in text, address
        assert "Tersimpan" not in text, address
        assert "(fiktif)" not in text, address
        assert '"by"' not in text, address


def test_another_body_has_nothing_of_ours(house: Any) -> None:
    bureau, items = house
    anybody = bureau.browser()
    for address in addresses(items):
        answer = anybody.get(f"/publik/lain/{address}")
        assert "Satu" not in answer.text, address
        assert answer.status_code in (200, 404, 422), address
    assert "Belum ada potret." in anybody.get("/publik/lain/potret").text
    assert "Belum ada potret." in anybody.get("/publik/lain/potret/banding").text
    assert anybody.get("/publik/lain/data/banding.json").status_code == 404


@pytest.mark.parametrize("table", ["row", "line", "snapshot"])
@pytest.mark.parametrize("role", ["app", "migrator"])
def test_nobody_takes_anything_back(house: Any, table: str, role: Any) -> None:
    bureau, _ = house
    for attack in (
        f"DELETE FROM publication_{table}",
        f"TRUNCATE publication_{table} CASCADE",
        f"UPDATE publication_{table} SET {'json' if table == 'row' else 'number'} = DEFAULT",
        f"DROP TABLE publication_{table} CASCADE",
        f"ALTER TABLE publication_{table} DISABLE TRIGGER ALL",
    ):
        with (
            closing(bureau.database.connect(OURS, role=role)) as connection,
            pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)),
        ):
            connection.execute(attack)


GIANT = "9" * 30


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("potret/banding?dari=satu", "Nomor potret harus bilangan bulat"),
        ("potret/banding?dari=0&sampai=2", "Nomor potret harus bilangan bulat"),
        ("potret/banding?dari=-1&sampai=2", "Nomor potret harus bilangan bulat"),
        ("potret/banding?dari=١&sampai=2", "Nomor potret harus bilangan bulat"),
        (f"potret/banding?dari={GIANT}", "Nomor potret harus bilangan bulat"),
        ("potret/banding?dari=1&sampai=99", "Potret ke-99 tidak ada."),
        ("potret/banding?dari=999999999&sampai=1", "Potret ke-999999999 tidak ada."),
        ("potret/banding?dari=3&sampai=1", "Potret pertama harus lebih dahulu"),
        ("potret/banding?dari=1&sampai=2&after=x", "Penunjuk halaman"),
        ("potret/banding?dari=%00&sampai=2", "Nomor potret"),
        ("potret/1?after=x", "Penunjuk halaman"),
        ("potret?before=x", "Penunjuk halaman"),
        (f"potret?before={GIANT}", "Penunjuk halaman"),
        ("potret?tanggal=kemarin", "Tanggal harus ditulis"),
        ("potret?tanggal=2030-01-01", "Tanggal itu belum tiba."),
        ("data/banding.json?dari=x", "Nomor potret"),
        ("data/banding.json?dari=2&sampai=1", "Potret pertama harus lebih dahulu"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(
    house: Any, query: str, said: str
) -> None:
    answer = house[0].browser().get(f"/publik/uji/{query}")

    assert answer.status_code == 422
    assert said in unescape(answer.text)
    if "dari=satu" in query:
        assert 'value="satu"' in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "potret/0",
        "potret/99",
        "potret/01",
        "potret/x",
        f"potret/{GIANT}",
        "data/potret/0.json",
        f"data/potret/{GIANT}.json",
        "data/potret/x.json",
        f"data/potret/1/{UUID(int=5)}.json",
        f"data/potret/99/{UUID(int=5)}.json",
    ],
)
def test_what_is_not_there_is_not_found(house: Any, address: str) -> None:
    assert house[0].browser().get(f"/publik/uji/{address}").status_code == 404


def test_long_lists_come_page_by_page(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAGE", "ROWS", "COMPARED"):
        monkeypatch.setattr(public_snapshots, name, 1)

    def walked(address: str, pattern: str) -> list[str]:
        found: list[str] = []
        while address:
            text = house[0].browser().get(address).text
            found += re.findall(pattern, text)
            following = re.search(r'rel="next" href="([^"]+)"', text)
            address = unescape(following[1]) if following else ""
        return found

    assert walked("/publik/uji/potret", r"<h2><a [^>]*>Potret ke-(\d)</a>") == list("54321")
    titles = r"<h3[^>]*>(?:<a [^>]*>)?(\w+)<"
    assert sorted(walked("/publik/uji/potret/2", titles)) == ["Dua", "Satu", "Tiga"]
    address = "/publik/uji/potret/banding?dari=2&sampai=3"
    assert sorted(walked(address, titles)) == ["Dua", "Tiga"]
    whole = house[0].browser().get("/publik/uji/data/banding.json?dari=2&sampai=3")
    assert len(json.loads(whole.data)["butir"]) == 2


def test_the_latest_two_are_compared_where_none_are_named(house: Any) -> None:
    text = page(house, "potret/banding")

    assert "Potret ke-4" in text
    assert "Potret ke-5" in text


def test_one_snapshot_alone_is_compared_with_itself(bureau: Bureau) -> None:
    bureau.item("upload", title="Satu")
    snap(bureau)

    text = bureau.browser().get("/publik/uji/potret/banding").text

    assert "Kedua potret sama" in text


def test_what_stood_on_a_day_is_found(house: Any) -> None:
    text = page(house, "potret?tanggal=2026-03-02")

    assert re.search(r'class="past named".*Potret ke-5', text, re.DOTALL)
    assert "belum ada potret pada hari itu" in page(house, "potret?tanggal=2026-03-01")


def test_any_site_may_read_the_data(house: Any) -> None:
    for address in ("data/potret.json", "data/potret/1.json", "data/banding.json"):
        answer = house[0].browser().get(f"/publik/uji/{address}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_in_english_too(house: Any) -> None:
    for address in ("potret", "potret/1", "potret/banding?dari=1&sampai=2"):
        mark = "&" if "?" in address else "?"
        assert 'lang="en"' in page(house, f"{address}{mark}bahasa=en")
