"""The published list as a whole: what a row says, when it is news, how a snapshot is a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

import pytest

from domain import disclosure, publication
from domain.body import UnitAdded
from domain.evidence.encoding import to_base64
from domain.history import Recorded
from domain.item import (
    OUR_PAGE,
    Archived,
    Channel,
    Closed,
    Corrected,
    Declassified,
    Held,
    Opening,
    Revised,
    Submitted,
    Uploaded,
)
from domain.publication import GROUNDS_OF_OPENING, Shown, Snapshot, shown, to_bytes
from tests import histories
from tests.spec import SOME_ID, recorded, spec_of
from tests.voices import DETERMINED, EXEMPT, LATER, PARTICULARS, TESTED, UNIT

given = spec_of(publication)

ROOT, OTHER = sha256(b"daftar").digest(), sha256(b"lain").digest()
ON_OUR_PAGE = Uploaded(channels=(Channel(kind=OUR_PAGE, address="/publik", on=date(2026, 3, 6)),))
ELSEWHERE = Uploaded(
    channels=(Channel(kind="papan-pengumuman", address="Lobi", on=date(2026, 3, 6)),)
)
SECRET = Closed(title="MERAHDELIMA", detail="MERAHDELIMA")


def told(*facts: Any, unit: str = "") -> list[Shown]:
    """What the public came to read of an item with these facts, at positions 11, 12, 13 ..."""
    pairs = [fact if isinstance(fact, tuple) else (fact, LATER) for fact in facts]
    history: list[tuple[int, Recorded[Any]]] = [
        (10 + version, recorded(fact, under, version))
        for version, (fact, under) in enumerate(pairs, 1)
    ]
    if unit:
        history = [(1, named("inspektorat", unit)), *history]
    return list(shown(SOME_ID, history))


def named(code: str, name: str) -> Recorded[Any]:
    return replace(recorded(UnitAdded(code=code, name=name)), originator_id=UUID(int=9))


# What a row says


def test_nothing_is_read_before_publication_and_then_all_that_the_list_shows() -> None:
    [one] = told(*EXEMPT, ELSEWHERE, ON_OUR_PAGE, unit="Inspektorat Daerah")

    assert one.position == 16
    assert one.row == {
        "id": str(SOME_ID),
        "posisi": 16,
        "versi": 6,
        "judul": "Berita acara pemeriksaan pegawai",
        "uraian": "Berita acara pemeriksaan disiplin pegawai yang memuat keterangan saksi.",
        "dokumen": "Berkas pemeriksaan disiplin",
        "bagian": "halaman 3 sampai dengan 9",
        "kode_unit": "inspektorat",
        "unit": "Inspektorat Daerah",
        "penanggung_jawab": "Sekretaris Inspektorat",
        "keadaan": "dikecualikan",
        "dasar": ["Pasal 17 huruf a angka 2"],
        "jangka_waktu": "1 Tahun",
        "berakhir": "2027-03-05",
        "tinjau_ulang": None,
        "ditetapkan": "2026-03-05",
        "pertama_ditetapkan": "2026-03-05",
        "nomor_penetapan": "188/1/2026",
        "diumumkan": "2026-03-06",
        "terbuka_sejak": None,
        "dasar_terbuka": "",
        "bukti_terbuka": "",
        "ditahan": "tidak",
    }


def test_what_stays_inside_the_house_changes_no_row() -> None:
    readings = told(
        *EXEMPT,
        ON_OUR_PAGE,
        Archived(soft_place="Server A", hard_place="Rak 3"),
        TESTED,
        Corrected(field="medium", was="", now="PDF", reason="Salah"),
    )

    assert [one.position for one in readings] == [15]


def test_each_fact_by_which_it_reads_differently_is_told() -> None:
    readings = told(
        *EXEMPT,
        ON_OUR_PAGE,
        Held(kind="audit", reference="LHP 1", reason="Diperiksa"),
        Held(kind="dispute", reference="PSI 2", reason="Sengketa"),
        Corrected(field="title", was="Berita", now="Acara", reason="Salah ketik"),
        Declassified(why=Opening.RULING, evidence="Putusan 7"),
    )

    assert [(one.position, one.row and one.row["versi"]) for one in readings] == [
        (15, 5),
        (16, 6),
        (18, 8),
        (19, 9),
    ]
    last = readings[-1].row
    assert last
    assert (last["keadaan"], last["dasar_terbuka"]) == ("terbuka", "putusan")
    assert (last["terbuka_sejak"], last["bukti_terbuka"]) == ("2026-03-05", "Putusan 7")


def test_what_leaves_the_list_is_told_with_the_fact_that_took_it_away() -> None:
    *_, last = told(*EXEMPT, ON_OUR_PAGE, Revised(particulars=PARTICULARS))

    assert (last.position, last.row) == (16, None)


def test_a_unit_that_is_renamed_changes_its_rows_by_that_fact() -> None:
    history = [
        (1, named("inspektorat", "Inspektorat")),
        *((10 + v, recorded(f, s, v)) for v, (f, s) in enumerate(EXEMPT, 1)),
        (15, recorded(ON_OUR_PAGE, LATER, 5)),
        (20, named("dinkes", "Dinas")),
        (21, named("inspektorat", "Inspektorat Daerah")),
    ]
    first, second = shown(SOME_ID, history)

    assert first.row
    assert second.row
    assert (first.row["unit"], second.row["unit"]) == ("Inspektorat", "Inspektorat Daerah")
    assert (second.position, second.row["posisi"], second.row["versi"]) == (21, 21, 5)


def test_what_is_closed_is_in_no_row() -> None:
    closed = (Submitted(particulars=replace(PARTICULARS, closed=SECRET)), UNIT)
    readings = told(closed, *EXEMPT[1:], ON_OUR_PAGE, Declassified(why=Opening.CONSENT))

    assert len(readings) == 2
    assert all(b"MERAHDELIMA" not in to_bytes(one.row) for one in readings if one.row)


@pytest.mark.parametrize("why", Opening)
def test_every_ground_of_opening_has_a_code_and_only_official_numbers_are_told(
    why: Opening,
) -> None:
    *_, last = told(*EXEMPT, Declassified(why=why, evidence="Surat Budi Santoso"))

    assert last.row
    assert last.row["dasar_terbuka"] == GROUNDS_OF_OPENING[why]
    official = why in (Opening.AT_END, Opening.NEW_TEST, Opening.RULING)
    assert last.row["bukti_terbuka"] == ("Surat Budi Santoso" if official else "")


def test_codes_of_opening_are_told_apart() -> None:
    assert len(set(GROUNDS_OF_OPENING.values())) == len(Opening)


@pytest.mark.parametrize("seed", range(20))
def test_a_reading_is_told_exactly_where_it_differs_from_the_one_before(seed: int) -> None:
    """Whatever happens to an item, in whatever order."""
    facts = histories.history(Random(seed), length=60)
    history = list(enumerate(facts, 1))
    readings = list(shown(facts[0].originator_id, history))
    bare = [one.row and {**one.row, "posisi": 0, "versi": 0} for one in readings]

    assert all(a != b for a, b in zip([None, *bare], bare, strict=False))
    for upto in range(len(history)):
        cut = list(shown(facts[0].originator_id, history[:upto]))
        assert cut == readings[: len(cut)]
    assert all(histories.SECRET.encode() not in to_bytes(one.row) for one in readings if one.row)


def test_a_row_is_written_in_one_way() -> None:
    row = {"judul": 'Rapat "A"\n\u2028é😀', "dasar": ["b", "a"], "berakhir": None, "versi": 3}

    written = to_bytes(row)

    assert (
        written
        == (
            '{"berakhir":null,"dasar":["b","a"],"judul":"Rapat \\"A\\"\\n\u2028é😀","versi":3}'
        ).encode()
    )
    assert written == to_bytes(dict(reversed(row.items())))
    assert b"\n" not in written


# When it is news


def test_the_first_snapshot_is_recorded_once_something_stands_on_the_list() -> None:
    given().when(publication.take, position=7, rows=1, root=ROOT).then(
        Snapshot(number=1, position=7, rows=1, root=to_base64(ROOT))
    )


def test_an_empty_list_is_no_news_at_first_but_is_when_it_had_rows() -> None:
    nothing = sha256(b"").digest()
    first = Snapshot(number=1, position=7, rows=1, root=to_base64(ROOT))

    given().when(publication.take, position=7, rows=0, root=nothing).then_nothing()
    given(first).when(publication.take, position=9, rows=0, root=nothing).then(
        Snapshot(number=2, position=9, rows=0, root=to_base64(nothing))
    )


def test_the_same_list_is_no_news_however_much_was_recorded() -> None:
    first = Snapshot(number=1, position=7, rows=1, root=to_base64(ROOT))

    given(first).when(publication.take, position=900, rows=1, root=ROOT).then_nothing()


@pytest.mark.parametrize("position", [6, 7])
def test_whoever_looked_earlier_comes_too_late(position: int) -> None:
    first = Snapshot(number=1, position=7, rows=1, root=to_base64(ROOT))

    given(first).when(publication.take, position=position, rows=2, root=OTHER).then_nothing()


def test_a_list_that_reads_as_two_snapshots_ago_is_news() -> None:
    said = [(1, 7, ROOT), (2, 9, OTHER)]
    facts = [
        Snapshot(number=number, position=position, rows=1, root=to_base64(root))
        for number, position, root in said
    ]

    given(*facts).when(publication.take, position=12, rows=1, root=ROOT).then(
        Snapshot(number=3, position=12, rows=1, root=to_base64(ROOT))
    )


def test_that_a_snapshot_was_taken_is_told_to_everybody() -> None:
    assert disclosure.is_public(Snapshot(number=1, position=7, rows=1, root=to_base64(ROOT)))


# As a file


@pytest.mark.parametrize("rows", [[], [b'{"a":1}'], [b'{"a":1}', b'{"b":2}']])
def test_a_file_is_one_json_object_with_a_row_to_a_line(rows: Sequence[bytes]) -> None:
    snapshot = Snapshot(number=3, position=12, rows=len(rows), root=to_base64(ROOT))
    about = publication.head(snapshot, on=date(2026, 3, 6), recorded=13, log="sidik/uji/log/1")

    written = b"".join(publication.file(about, rows))

    first, *lines, last, end = written.split(b"\n")
    assert json.loads(written) == {
        "format": "sidik-potret/v1",
        "potret": about,
        "butir": [json.loads(row) for row in rows],
    }
    assert first.endswith(b',"butir":[')
    assert [line.removesuffix(b",") for line in lines] == list(rows)
    assert (last, end) == (b"]}", b"")


def test_determined_twice_is_told_with_the_number_that_stands() -> None:
    again = replace(DETERMINED[0], number="188/99/2026")
    *_, last = told(*EXEMPT, ON_OUR_PAGE, again)

    assert last.row
    assert last.row["nomor_penetapan"] == "188/99/2026"
