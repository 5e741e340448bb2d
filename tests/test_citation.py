"""Legal bases as officials write them, and what is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.citation import LENGTH_MAX, grounds, parse, parse_all
from domain.ground import Ground
from domain.rule import Citation


def read(text: str) -> list[str]:
    """The citations as one writes them by hand: `uu-14-2008 17 h 3`."""
    return [
        " ".join(part for part in (c.key, c.pasal, c.ayat, c.huruf, c.angka) if part)
        for c in parse(text)
    ]


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("UU No. 14 Tahun 2008 tentang KIP Pasal 17 huruf i", ["uu-14-2008 17 i"]),
        ("UU 14/2008 Pasal 17 huruf a, c", ["uu-14-2008 17 a", "uu-14-2008 17 c"]),
        ("uu nomor 14 tahun 2008 pasal 17 huruf h", ["uu-14-2008 17 h"]),
        ("UU No.14 Th. 2008 Ps. 17 hrf H", ["uu-14-2008 17 h"]),
        ("Undang - Undang Nomor : 14 Tahun 2008 Pasal 17", ["uu-14-2008 17"]),
        ("Undang – Undang RI No. 14 Tahun 2008", ["uu-14-2008"]),
        ("UU 14 Tahun 2008 huruf h", ["uu-14-2008 h"]),
        ("Pasal 17h UU 14/2008", ["uu-14-2008 17 h"]),
        ("huruf h Pasal 17 UU 14/2008", ["uu-14-2008 17 h"]),
        (
            "UU No 14 Tahun 2008 Pasal 17 huruf b dan huruf h angka 3.",
            ["uu-14-2008 17 b", "uu-14-2008 17 h 3"],
        ),
        (
            "UU No 14 Tahun 2008 Pasal 17 huruf h angka 1, angka 3, dan angka 5.",
            ["uu-14-2008 17 h 1", "uu-14-2008 17 h 3", "uu-14-2008 17 h 5"],
        ),
        (
            "UU 14/2008 Pasal 17 huruf a s/d c",
            ["uu-14-2008 17 a", "uu-14-2008 17 b", "uu-14-2008 17 c"],
        ),
        (
            "UU No 14 Tahun 2008 Pasal 17 huruf A dan huruf H.",
            ["uu-14-2008 17 a", "uu-14-2008 17 h"],
        ),
        (
            "UU No 17 Tahun 2003, UU No 15 Tahun 2004, dan UU No 14 Tahun 2008 Pasal 17 huruf j.",
            ["uu-17-2003", "uu-15-2004", "uu-14-2008 17 j"],
        ),
        (
            "UU No 14 Tahun 2008 Pasal 17 huruf j dan UU No 1 Tahun 2023 Pasal 333 huruf d.",
            ["uu-14-2008 17 j", "uu-1-2023 333 d"],
        ),
        (
            "Pasal 17 huruf a UU 14/2008 dan Pasal 44 ayat (1) huruf a UU 43/2009",
            ["uu-14-2008 17 a", "uu-43-2009 44 1 a"],
        ),
        (
            "1. Pasal 44 ayat (1) huruf h Undang-Undang No. 43 Tahun 2009 tentang Kearsipan; "
            "2. Peraturan Pemerintah No. 61 Tahun 2010 tentang Piutang Pegawai",
            ["uu-43-2009 44 1 h", "pp-61-2010"],
        ),
        (
            "1. UUD Negara RI Tahun 1946 Pasal 28 A s/d 28 H; 2. UU No 14 Tahun 2008 Pasal 17 "
            "huruf H",
            ["uud-1946 28A-28H", "uu-14-2008 17 h"],
        ),
        ("UU 14/2008 Pasal 17 huruf a; huruf h", ["uu-14-2008 17 a", "uu-14-2008 17 h"]),
        (
            "Perbup Bojonegoro No 44 Tahun 2021 Pasal 4 ayat (1)",
            ["perbup-bojonegoro-44-2021 4 1"],
        ),
        (
            "SK PPID Utama Pemkab Bojonegoro No 188/7/KEP/412.213/2025",
            ["sk-ppid-utama-pemkab-bojonegoro-188-7-kep-412-213-2025"],
        ),
        ("Perki 1 Tahun 2013 tentang Pengklasifikasian Informasi Publik", ["perki-1-2013"]),
        ("Peraturan Komisi Informasi Pusat No. 1 Tahun 2021", ["perki-1-2021"]),
        ("Peraturan Komisi Informasi No. 1 Tahun2017", ["perki-1-2017"]),
        ("Permendagri Nomor 3 Tahun 2017", ["permendagri-3-2017"]),
        ("Peraturan Menteri Dalam Negeri No 3 tahun 2017", ["permendagri-3-2017"]),
        ("Permenpan-RB Nomor 35 Tahun 2012", ["permenpan-rb-35-2012"]),
        ("Peraturan Gubernur No. 37 tahun 2022 tentang Kedudukan", ["pergub-37-2022"]),
        (
            "Peraturan Daerah Provinsi Kalimantan Tengah Nomor 4 Tahun 2016",
            ["perda-provinsi-kalimantan-tengah-4-2016"],
        ),
        ("UU Perlindungan Data Pribadi", ["uu"]),
        ("Pasal 17 huruf h", ["17 h"]),
    ],
)
def test_a_legal_basis_is_read_provision_by_provision(text: str, citations: list[str]) -> None:
    assert read(text) == citations
    assert parse_all(text).unread == ()


def test_an_act_without_a_number_keeps_its_name() -> None:
    (citation,) = parse("UU Perlindungan Data Pribadi")

    assert citation == Citation(kind="UU", about="Perlindungan Data Pribadi")


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("UU 27/2022 Perlindungan Data Pribadi", ["Perlindungan Data Pribadi"]),
        (
            "PP 61 Tahun 2010 tentang Pelaksanaan Undang – Undang Nomor 14 Tahun 2008 tentang "
            "Keterbukaan Informasi Publik",
            ["Pelaksanaan Undang-Undang Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik"],
        ),
        (
            "Peraturan Daerah Nomor 10 Tahun 2016 tentang Pembentukan Perangkat Daerah "
            "sebagaimana diubah dengan Peraturan Daerah Provinsi Bali Nomor 7 Tahun 2019 tentang "
            "Perubahan Atas Peraturan Daerah Nomor 10 Tahun 2016",
            [
                "Pembentukan Perangkat Daerah",
                "Perubahan Atas Peraturan Daerah Nomor 10 Tahun 2016",
            ],
        ),
        ("Kepgub Nomor 9/HK/2020 tentang PPID di Pemprov. Bali", ["PPID di Pemprov. Bali"]),
        ("UU 14/2008 tentang KIP dan UU 43/2009 tentang Kearsipan", ["KIP", "Kearsipan"]),
    ],
)
def test_a_title_may_name_other_instruments(text: str, titles: list[str]) -> None:
    assert [citation.about for citation in parse(text)] == titles


@pytest.mark.parametrize(
    ("text", "huruf", "words"),
    [
        ("UU 14/2008 Pasal 17 huruf g (stabilitas ekonomi)", "g", "(stabilitas ekonomi)"),
        ("UU 14/2008 Pasal 17 huruf i : memorandum", "i", ": memorandum"),
    ],
)
def test_a_remark_on_a_provision_is_kept_with_it(text: str, huruf: str, words: str) -> None:
    (remark,) = parse_all(text).remarks

    assert (remark.citation.huruf, remark.words) == (huruf, words)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("rahasia negara", ("rahasia negara",)),
        ("berdasarkan Undang-Undang", ("berdasarkan Undang-Undang",)),
        ("SK PPID No 188/7/KEP/ [terpotong di sumber]", ("[terpotong di sumber]",)),
        ("", ()),
        ("1. ", ()),
    ],
)
def test_what_cannot_be_read_is_returned(text: str, unread: tuple[str, ...]) -> None:
    assert parse_all(text).unread == unread


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "UU 14/2008 Pasal 17 huruf b dan huruf h angka 3",
            (Ground(huruf="b"), Ground(huruf="h", angka=3)),
        ),
        ("Undang-Undang Nomor 14 Tahun 2008 huruf h", (Ground(huruf="h"),)),
        ("UU KIP Pasal 17 huruf a", (Ground(huruf="a"),)),
        ("UU 43/2009 Pasal 44 ayat (1) huruf h", ()),
        ("UU 14/2008 Pasal 6 ayat (3) huruf e", ()),
        ("UU 14/2008 Pasal 17 huruf k", ()),
        ("Pasal 17 huruf h", ()),  # of which statute? not for us to guess
    ],
)
def test_only_article_seventeen_gives_grounds(text: str, found: tuple[Ground, ...]) -> None:
    assert grounds(parse(text)) == found


# fmt: off
WORDS = st.sampled_from([
    "UU", "Undang-Undang", "PP", "Perki", "SK", "Perda", "Keputusan", "No", "Nomor", "14", "/2008",
    "Tahun", "2008", "tentang", "KIP", "Pelaksanaan", "Pasal", "17", "ayat", "(1)", "huruf", "h",
    "H", "angka", "3", "s/d", "dan", ",", ";", ".", "(", ")", "1.", "2)", "-", "[...]", "\n",
])
# fmt: on


@settings(max_examples=200, deadline=None)
@for_all(st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=200))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    parsed = parse_all(text)

    assert len(set(parsed.citations)) == len(parsed.citations)
    assert {remark.citation for remark in parsed.remarks} <= set(parsed.citations)
    assert all(ground.huruf in "abcdefghij" for ground in grounds(parsed.citations))


NUMBERS = st.integers(1, 99).map(str)


@settings(max_examples=60, deadline=None)
@for_all(
    st.builds(
        Citation,
        kind=st.sampled_from(["UU", "PP", "PerKI", "Permendagri", "Perda Kota Bontang"]),
        number=NUMBERS,
        year=st.integers(1945, 2060),
        pasal=NUMBERS,
        ayat=NUMBERS,
        huruf=st.sampled_from("abcdefghij"),
        angka=NUMBERS,
    )
)
def test_what_we_write_we_can_read(citation: Citation) -> None:
    assert parse(str(citation)) == (citation,)


def test_a_book_is_not_read_but_returned() -> None:
    text = "Keputusan " * 1_000 + "Pasal 17 huruf " * 1_000

    assert parse_all(text).unread[0] == text[LENGTH_MAX:]
