"""Taking over a list: which column means what, and what becomes of every row."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.takeover import Existing, Outcome, Plan, Row, plan
from domain.takeover.columns import (
    Columns,
    Meaning,
    Region,
    Table,
    Undecided,
    letter,
    parse_choice,
    propose,
)
from tests.spec import stamp
from tests.voices import REGISTER

HEADER = ("No", "Informasi", "Dasar Hukum", "Akibat Dibuka", "Jangka Waktu")
HEALTH = ("1", "Riwayat kesehatan pegawai", "UU 14/2008 Pasal 17 huruf h", "Bocor", "1 Tahun")
SALARY = ("2", "Daftar gaji pegawai", "UU 14/2008 Pasal 17 huruf h", "Bocor", "2 Tahun")
ON = stamp().on


def table(*rows: Sequence[str], merged: Sequence[Region] = ()) -> Table:
    return Table(file="daftar.csv", digest="d1", rows=tuple(map(tuple, rows)), merged=tuple(merged))


def planned(*rows: Sequence[str], merged: Sequence[Region] = (), **more: object) -> Plan:
    return plan(table(*rows, merged=merged), law=REGISTER, on=ON, **more)  # type: ignore[arg-type]


def codes(row: Row) -> set[str]:
    return {finding.code for finding in row.findings}


def where(columns: Columns) -> dict[str, str]:
    return {meaning.value: letter(match.column) for meaning, match in columns.matches.items()}


# Columns


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "No|Judul|Dasar Hukum|Batas Waktu|Akibat Dibuka|Akibat Ditutup",
            {"number": "A", "title": "B", "basis": "C", "period": "D", "if_opened": "E",
             "if_closed": "F"},
        ),
        (
            "No|Jenis|Dasar|Konsekuensi|Jangka Waktu",
            {"number": "A", "title": "B", "basis": "C", "if_opened": "D", "period": "E"},
        ),
        (
            "NO.|Ringkasan isi informasi|Dasar Hukum Pengecualian|Konsekuensi/Pertimbangan Dibuka|"
            "Konsekuensi/Pertimbangan Ditutup|Jangka Waktu|Penanggung Jawab|Ket.",
            {"number": "A", "title": "B", "basis": "C", "if_opened": "D", "if_closed": "E",
             "period": "F", "holder": "G", "note": "H"},
        ),
        (
            "jangka_waktu|unit_kerja|informasi|instansi|dokumen_sumber",
            {"period": "A", "unit": "B", "title": "C", "body": "D", "source": "E"},
        ),
        (
            "Nomor|Kelompok|Jenis Informasi|Alasan Pengecualian|Bentuk Informasi|Dokumen|Jangka "
            "Waktu Penyimpanan",
            {"number": "A", "group": "B", "title": "C", "if_opened": "D", "medium": "E",
             "document": "F", "period": "G"},
        ),
    ],
)  # fmt: skip
def test_columns_are_told_by_what_their_headings_mean(
    header: str, expected: dict[str, str]
) -> None:
    assert where(propose(table(header.split("|"), HEALTH))) == expected


def test_the_header_is_found_below_a_letterhead_and_above_column_numbers() -> None:
    columns = propose(
        table(
            ("PEMERINTAH KABUPATEN",),
            ("Daftar Informasi yang Dikecualikan",),
            (),
            ("No", "Informasi", "Dasar Hukum", "Konsekuensi", "", "Jangka Waktu"),
            ("", "", "", "Dibuka", "Ditutup", ""),
            ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
            HEALTH,
        )
    )

    assert (columns.header, columns.begins) == ((3, 4), 6)
    assert where(columns) == {
        "number": "A", "title": "B", "basis": "C", "if_opened": "D", "if_closed": "E",
        "period": "F",
    }  # fmt: skip


def test_without_a_header_columns_are_told_by_their_content_and_said_to_be() -> None:
    made = planned(HEALTH, SALARY)

    expected = {"number": "A", "title": "B", "basis": "C", "period": "E"}
    assert where(made.columns).items() >= expected.items()
    assert [row.outcome for row in made.rows] == [Outcome.TAKEN] * 2
    assert any("dibaca dari isinya" in note for note in made.notes)


def test_an_officer_may_choose_the_columns() -> None:
    chosen = parse_choice("judul=C, jangka_waktu = A")
    made = planned(("x", "y", "z"), ("1 tahun", "?", "Data rahasia"), chosen=chosen)

    assert made.rows[-1].title == "Data rahasia"
    assert made.rows[-1].period.number == 1
    assert made.columns.matches[Meaning.TITLE].confidence == 1


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ("warna=C", "“warna” bukan arti kolom yang dikenal"),
        ("title=3", "huruf kolom seperti C, bukan “3”"),
        ("title", "huruf kolom seperti C, bukan “”"),
        ("title=A,basis=A", "Kolom A dipilih untuk dua arti"),
        ("title=A,title=B", "dipilih dua kali"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(choice: str, sentence: str) -> None:
    with pytest.raises(Undecided, match=sentence):
        parse_choice(choice)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "tidak berisi apa pun"),
        ([("foo", "bar"), ("1", "2")], "kolom yang ditemukan: A “foo”, B “bar”.*--map"),
    ],
)
def test_columns_that_cannot_be_told_are_listed(rows: list[tuple[str]], sentence: str) -> None:
    with pytest.raises(Undecided, match=sentence):
        propose(table(*rows))


def test_a_chosen_column_must_exist() -> None:
    with pytest.raises(Undecided, match=r"Kolom ZZ .* tidak ada; kolom yang ditemukan: A “No”"):
        propose(table(HEADER, HEALTH), parse_choice("title=ZZ"))


# Rows that are no entries


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((), "empty-row"),
        (("", " ", "\n"), "empty-row"),
        (HEADER, "repeated-header"),
        (("", "Jumlah: 12 butir"), "total-row"),
        (("", "Total", "", "", "12"), "total-row"),
        (("", "*) tidak termasuk arsip statis"), "footnote"),
        (("", "", "", "Ditetapkan di Bojonegoro"), "footnote"),
        (("3", "", "UU 14/2008 Pasal 17 huruf h", "", "1 Tahun"), "no-information"),
        (("3", "x" * 70_000, "", "", ""), "row-too-long"),
    ],
)
def test_a_row_that_is_no_entry_is_refused_and_says_why(row: Sequence[str], code: str) -> None:
    made = planned(HEADER, HEALTH, row, SALARY)

    assert [one.outcome for one in made.rows] == [Outcome.TAKEN, Outcome.REFUSED, Outcome.TAKEN]
    assert codes(made.rows[1]) == {code}
    assert made.rows[1].findings[0].text.startswith("Baris 3 ")


def test_a_missing_title_is_refused_with_row_and_column() -> None:
    made = planned(HEADER, ("1", "", "UU 14/2008 Pasal 17 huruf h", "", "1 Tahun"))

    assert "Baris 2 kolom B" in made.rows[0].findings[0].text


def test_a_title_of_a_group_is_remembered_for_the_numbers_below_it() -> None:
    made = planned(HEADER, ("1", "Kepegawaian"), ("1.a", *HEALTH[1:]), ("1.b", *SALARY[1:]))

    assert codes(made.rows[0]) == {"group-title"}
    for row in made.rows[1:]:
        assert row.fact is not None
        assert ("judul kelompok", "Kepegawaian") in row.fact.source.words


def test_a_row_merged_across_the_table_is_the_title_of_a_group() -> None:
    across = Region(top=1, left=0, bottom=1, right=4)
    made = planned(HEADER, ("BAGIAN UMUM",), HEALTH, merged=[across])

    assert codes(made.rows[0]) == {"group-title"}


def test_a_cell_merged_over_rows_speaks_for_each_and_an_empty_cell_for_none() -> None:
    rows = (HEADER, HEALTH, ("2", "Daftar gaji pegawai", "", "Bocor", "2 Tahun"))
    down = Region(top=1, left=2, bottom=2, right=2)

    with_merge, without = planned(*rows, merged=[down]), planned(*rows)

    assert with_merge.rows[1].fact is not None
    assert without.rows[1].fact is not None
    assert [str(one) for one in with_merge.rows[1].fact.particulars.grounds] == ["Pasal 17 huruf h"]
    assert without.rows[1].fact.particulars.grounds == ()


# What is found in an entry


def entry(title: str = HEALTH[1], basis: str = HEALTH[2], period: str = "1 Tahun") -> Row:
    return planned(HEADER, ("1", title, basis, "Bocor", period)).rows[0]


@pytest.mark.parametrize("huruf", "abcdef")
def test_no_ground_from_a_to_f_may_be_unlimited(huruf: str) -> None:
    row = entry(basis=f"UU 14/2008 Pasal 17 huruf {huruf}", period="Tidak Terbatas")

    assert "exemption-must-not-be-permanent" in codes(row)


@pytest.mark.parametrize("huruf", "ghij")
def test_a_ground_from_g_to_j_may_be_unlimited_but_is_looked_at_again(huruf: str) -> None:
    row = entry(basis=f"UU 14/2008 Pasal 17 huruf {huruf}", period="Permanen")

    assert "exemption-must-not-be-permanent" not in codes(row)
    assert "review-date-must-be-set" in codes(row)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (entry(basis="UU 14/2008 Pasal 17 huruf a", period="31 tahun"),
         "period-must-keep-to-its-ceiling"),
        (entry(period="s.d. 31 Desember 2020"), "period-ended"),
        (entry(period="s.d. 2027"), "period-unsure"),
        (entry(title="Surat Keputusan Bupati tentang honor"), "policy-is-open"),
        (entry(title="Surat edaran kepala dinas"), "policy-is-open"),
        (entry(title="Data 6271012304560001"), "identity-number"),
        (entry(title="Arsip yang belum didokumentasikan"), "not-an-exemption"),
    ],
)  # fmt: skip
def test_a_defect_is_named(row: Row, code: str) -> None:
    assert row.outcome is Outcome.TAKEN
    assert code in codes(row)


@pytest.mark.parametrize(
    "row",
    [
        entry(basis="UU 14/2008 Pasal 17 huruf a", period="30 tahun"),
        entry(period="s.d. 31 Desember 2027"),
        entry(title="Rancangan peraturan bupati yang belum ditetapkan"),
        entry(title="Dokumen penjatuhan hukuman disiplin"),
    ],
)
def test_what_is_in_order_is_left_in_peace(row: Row) -> None:
    named = {"period-must-keep-to-its-ceiling", "period-ended", "period-unsure", "policy-is-open"}

    assert not codes(row) & named


def test_the_unit_of_the_body_stands_in_where_the_list_names_none() -> None:
    made = planned(HEADER, HEALTH, unit="BKPSDM")

    assert made.rows[0].fact is not None
    assert made.rows[0].fact.particulars.unit == "BKPSDM"
    assert "unit" not in made.rows[0].missing


# Rows and their likes


def test_the_same_row_again_is_a_duplicate_however_it_is_spaced() -> None:
    again = ("7", "  riwayat  KESEHATAN pegawai. ", *HEALTH[2:])
    made = planned(HEADER, HEALTH, again)

    assert [row.outcome for row in made.rows] == [Outcome.TAKEN, Outcome.DUPLICATE]
    assert made.rows[1].fact is None
    assert "same-as-row" in codes(made.rows[1])


def test_a_row_much_like_another_is_taken_and_the_other_named() -> None:
    near = ("2", "Riwayat kesehatan para pegawai", HEALTH[2], "Bocor", "1 Tahun")
    far = ("3", "Riwayat pendidikan pegawai", HEALTH[2], "Bocor", "1 Tahun")
    there = Existing(id=UUID(int=7), title="Daftar gaji seluruh pegawai")
    made = planned(HEADER, HEALTH, near, far, SALARY, existing=[there])

    assert [row.outcome for row in made.rows] == [Outcome.TAKEN] * 4
    assert [
        [finding.value for finding in row.findings if finding.code == "possible-duplicate"]
        for row in made.rows
    ] == [
        [],
        ["baris 2 “Riwayat kesehatan pegawai”"],
        [],
        [f"butir {there.id} “Daftar gaji seluruh pegawai”"],
    ]


def test_a_row_is_known_again_by_its_words_and_not_by_its_place() -> None:
    first = planned(HEADER, HEALTH, SALARY)
    moved = planned(("DAFTAR",), (), HEADER, ("9", *SALARY[1:]), ("10", *HEALTH[1:]))

    assert {row.item_id for row in first.rows} == {row.item_id for row in moved.rows}
    assert len({row.item_id for row in first.rows}) == 2


CELL = st.one_of(
    st.sampled_from([*HEADER, *HEALTH, *SALARY, "", "1.a", "Jumlah", "Dibuka", "Ditutup"]),
    st.text(max_size=20),
)
REGION = st.builds(
    lambda top, left, down, across: Region(
        top=top, left=left, bottom=top + down, right=left + across
    ),
    st.integers(0, 12),
    st.integers(0, 8),
    st.integers(0, 4),
    st.integers(0, 4),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, max_size=7), max_size=10), st.lists(REGION, max_size=3))
def test_any_table_is_answered_row_by_row_or_with_one_sentence(
    rows: list[list[str]], merged: list[Region]
) -> None:
    try:
        made = planned(*rows, merged=merged)
    except Undecided:
        return

    assert [row.row for row in made.rows] == list(range(made.columns.begins + 1, len(rows) + 1))
    assert all(row.findings for row in made.rows if row.outcome is not Outcome.TAKEN)
    assert sum(made.totals[outcome.value] for outcome in Outcome) == len(made.rows)
    taken = [row.item_id for row in made.rows if row.outcome is Outcome.TAKEN]
    assert len(taken) == len(set(taken))
