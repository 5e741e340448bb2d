"""The law as data: what holds on a day, and what is wrong with a legal basis."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from datetime import date
from functools import cache, partial, reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from adapters.law_data import LawDataError, law_facts
from domain import citation, law
from domain.citation import parse
from domain.ground import Ground
from domain.law import (
    GroundsEnacted,
    Instrument,
    InstrumentAmended,
    InstrumentEntered,
    InstrumentReplaced,
    LawRegister,
    Level,
    Status,
    learn,
)
from domain.law_check import (
    check,
    check_basis,
    check_consequence,
    check_information,
    check_list,
    check_row,
    check_sop,
    check_text,
)
from domain.rule import Rule
from tests.spec import spec_of

given = spec_of(law)

TODAY = date(2026, 3, 2)
DATA = Path(__file__).parents[1] / "adapters" / "data"


@cache
def register() -> LawRegister:
    return reduce(learn, law_facts(), law.initial)


def codes(text: str, on: date = TODAY) -> set[str]:
    return {finding.code for finding in check_text(text, register(), on)}


# The register

OLD = Instrument(
    key="pp-1-2001", kind="PP", number="1", year=2001, about="Hal", level=Level.PP, source="LN"
)
NEW = replace(OLD, key="pp-2-2020", number="2", year=2020, in_force_from=date(2020, 5, 1))
ENTERED = [InstrumentEntered(instrument=OLD), InstrumentEntered(instrument=NEW)]
REPLACED = InstrumentReplaced(key="pp-1-2001", by="pp-2-2020", on=date(2020, 5, 1))


def knowing(*facts: law.Fact) -> LawRegister:
    return reduce(learn, facts, law.initial)


@pytest.mark.parametrize(
    ("key", "on", "status"),
    [
        ("pp-1-2001", date(2020, 4, 30), Status.IN_FORCE),
        ("pp-1-2001", date(2020, 5, 1), Status.REPLACED),
        ("pp-2-2020", date(2020, 4, 30), Status.NOT_YET),
        ("pp-2-2020", date(2020, 5, 1), Status.IN_FORCE),
        ("pp-3-2021", date(2026, 1, 1), Status.UNKNOWN),
    ],
)
def test_an_instrument_holds_from_day_to_day(key: str, on: date, status: Status) -> None:
    assert knowing(*ENTERED, REPLACED).status(key, on).status is status


def test_successors_are_followed_to_the_one_in_force() -> None:
    standing = register().status("uu-43-1999", TODAY)

    assert standing.by == ("uu-5-2014", "uu-20-2023")
    assert standing.successor == "uu-20-2023"
    assert register().status("uu-43-1999", date(2015, 1, 1)).successor == "uu-5-2014"


def test_a_replacement_without_a_known_date_is_told_of_and_not_confirmed() -> None:
    undated = replace(REPLACED, on=None)
    standing = knowing(*ENTERED, undated).status("pp-1-2001", date(2010, 1, 1))

    assert (standing.status, standing.confirmed, standing.on) == (Status.REPLACED, False, None)


def test_a_circle_of_replacements_comes_to_an_end() -> None:
    back = InstrumentReplaced(key="pp-2-2020", by="pp-1-2001", on=date(2021, 1, 1))

    assert knowing(*ENTERED, REPLACED, back).status("pp-1-2001", TODAY).by == ("pp-2-2020",)


@pytest.mark.parametrize(
    ("tested_on", "stale"),
    [(date(2020, 4, 30), True), (date(2020, 5, 1), False), (date(2021, 1, 1), False)],
)
def test_a_test_is_stale_once_its_law_has_changed(tested_on: date, stale: bool) -> None:
    assert knowing(*ENTERED, REPLACED).changed_after("pp-1-2001", tested_on) is stale
    amended = InstrumentAmended(key="pp-1-2001", by="pp-2-2020", on=date(2020, 5, 1))
    assert knowing(*ENTERED, amended).changed_after("pp-1-2001", tested_on) is stale


def test_a_change_that_lies_ahead_makes_nothing_stale_yet() -> None:
    known = knowing(*ENTERED, REPLACED)

    assert not known.changed_after("pp-1-2001", date(2019, 1, 1), until=date(2020, 4, 30))


def test_pasal_17_is_asked_by_date() -> None:
    assert register().categories(date(2010, 4, 29)) == {}
    assert "".join(register().categories(date(2010, 4, 30))) == "abcdefghij"


def test_an_amended_pasal_17_holds_from_its_own_day() -> None:
    stricter = [replace(c, years_max=10) for c in register().categories(TODAY).values()]
    amended = learn(
        register(),
        GroundsEnacted(since=date(2030, 1, 1), categories=tuple(stricter), basis="UU baru"),
    )

    assert amended.categories(date(2029, 12, 31))["a"].years_max == 30
    assert amended.categories(date(2030, 1, 1))["a"].years_max == 10


@pytest.mark.parametrize(
    ("question", "huruf"),
    [
        ("may_be_permanent", "ghij"),  # Ps 20(1) names a to f
        ("needs_legislation", "bgi"),
        ("set_by_top_head", "cdef"),
        ("needs_act", "j"),
        ("opens_by_consent", "gh"),
        ("until_opened_in_court", "a"),
        ("years_max", "a"),
        ("angka", "acefh"),
    ],
)
def test_each_huruf_has_its_own_rule(question: str, huruf: str) -> None:
    having = {h for h, c in register().categories(TODAY).items() if getattr(c, question)}

    assert having == set(huruf)


def test_the_angka_are_as_many_as_the_act_has() -> None:
    counted = {h: len(c.angka) for h, c in register().categories(TODAY).items() if c.angka}

    assert counted == {"a": 5, "c": 7, "e": 7, "f": 4, "h": 5}


# Decisions


def test_a_change_of_law_is_a_fact_not_a_change_of_code() -> None:
    given(*ENTERED).when(law.record_change, change=REPLACED).then(REPLACED)
    given(*ENTERED, REPLACED).when(law.record_change, change=REPLACED).then_nothing()


@pytest.mark.parametrize(
    ("decide", "rule"),
    [
        (
            partial(law.enter, instrument=replace(OLD, source=" ")),
            law.SOURCE_MUST_BE_NAMED,
        ),
        (
            partial(law.record_change, change=REPLACED),
            law.CHANGES_SPEAK_OF_KNOWN_INSTRUMENTS,
        ),
        (
            partial(law.enact, since=TODAY, categories=[], basis="UU baru"),
            law.GROUNDS_MUST_BE_HURUF,
        ),
    ],
)
def test_the_register_refuses_what_cannot_be_checked(decide: Any, rule: Rule) -> None:
    given().when(decide).then_refused(rule)


def test_an_instrument_is_never_replaced_by_itself() -> None:
    given(*ENTERED).when(law.record_change, change=replace(REPLACED, by="pp-1-2001")).then_refused(
        law.NOTHING_REPLACES_ITSELF
    )


def test_every_kind_that_is_read_has_a_rank() -> None:
    assert set(law.KINDS) == citation.KIND_NAMES
    assert law.level_of("Perda Provinsi Bali") is Level.PERDA
    assert law.Level.UU.rank < law.Level.PERKADA.rank


# One citation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UU 14/2008 Pasal 17 huruf h", set()),
        ("UU No 14 Tahun 2008 tentang KIP Pasal 17 huruf h angka 3", set()),
        ("UU 14/2018 Pasal 17 huruf h", {"year-wrong"}),
        ("UUD Negara RI Tahun 1946 Pasal 28 A s/d 28 H", {"year-wrong"}),
        ("PP Nomor 61 Tahun 2010 tentang Pelaksanaan UU Nomor 14 Tahun 2018", {"year-wrong"}),
        ("Permenpan-RB 26 Tahun 2012 tentang Penyusunan Standar Operasional Prosedur "
         "Administrasi Pemerintah", {"number-wrong"}),
        ("UU 99/1999", {"instrument-unknown"}),
        ("Perki 1 Tahun 2013 tentang Pengklasifikasian Informasi Publik", {"title-mismatch"}),
        ("Perki 1 Tahun 2013 tentang Penyelesaian Sengketa Informasi Publik", set()),
        ("PP 61 Tahun 2010 tentang Piutang Pegawai", {"title-mismatch"}),
        ("Perki 1 Tahun 2017 tentang Pengklasikasian Informasi", {"instrument-replaced"}),
        ("UU No 43 Tahun 1999", {"instrument-replaced"}),
        ("UU Perlindungan Data Pribadi", {"number-not-stated"}),
        ("UU KIP Pasal 17 huruf h", {"number-not-stated"}),
        ("Pasal 17 huruf h", {"instrument-not-named"}),
        ("UU 14/2008 huruf h", {"pasal-not-stated"}),
        ("UU 14/2008 Pasal 17 huruf k", {"huruf-unknown"}),
        ("UU 14/2008 Pasal 17 huruf h angka 6", {"angka-unknown"}),
        ("UU 14/2008 Pasal 17 huruf b angka 1", {"angka-unknown"}),
        ("UU 14/2008 Pasal 71", {"pasal-unknown"}),
        ("UU 14/2008 Pasal 6 ayat (3) huruf e", {"refusal-is-not-exemption"}),
        ("UU 14/2008 Pasal 17 huruf g (stabilitas ekonomi)", {"huruf-other-topic"}),
        ("UU 14/2008 Pasal 17 huruf i (rahasia dagang/keamanan sistem)", {"huruf-other-topic"}),
        ("UU 14/2008 Pasal 17 huruf a (penegakan hukum)", set()),
        ("UU 14/2008 Pasal 17 huruf H", {"huruf-capital"}),
        ("UU 14/2008 Pasal 17 huruf h; rahasia", {"basis-unread"}),
        ("Permenkominfo Nomor 8 Tahun 2019 (Berita Negara Tahun 2017 Nomor 1026)",
         {"gazette-before-instrument"}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_citation_is_said(text: str, expected: set[str]) -> None:
    assert codes(text) == expected


def test_a_citation_is_held_against_the_law_of_its_day() -> None:
    assert codes("Perki 1 Tahun 2010", on=date(2021, 1, 4)) == set()
    assert codes("Perki 1 Tahun 2021", on=date(2021, 1, 4)) == {"instrument-not-yet"}
    assert codes("Perki 1 Tahun 2010", on=date(2024, 12, 31)) == {"instrument-replaced"}


def test_a_finding_names_what_was_probably_meant() -> None:
    (finding,) = check(parse("UU 14/2018")[0], register(), TODAY)

    assert finding.text == (
        "UU Nomor 14 Tahun 2018 tidak ada dalam register hukum. Barangkali yang dimaksud "
        "UU Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik."
    )


def test_an_unconfirmed_replacement_says_so() -> None:
    (finding,) = check(parse("Perki 1 Tahun 2017")[0], register(), TODAY)

    assert finding.text == (
        "PerKI Nomor 1 Tahun 2017 tentang Pengklasifikasian Informasi Publik sudah diganti sejak "
        "30 Juni 2021 oleh PerKI Nomor 1 Tahun 2021 tentang Standar Layanan Informasi Publik. "
        "Perlu dipastikan pada naskah resminya."
    )


# What an exemption rests on


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("UU 14/2008 Pasal 17 huruf h", set()),
        ("UU 14/2008 Pasal 17 huruf a, c", {"several-grounds"}),
        ("UU 14/2008 Pasal 17 huruf h angka 1, angka 3", set()),
        ("UU 14/2008 Pasal 17 huruf j", {"other-act-missing"}),
        ("UU 14/2008 Pasal 17 huruf j; PP 96/2012", {"other-act-missing"}),
        ("UU 14/2008 Pasal 17 huruf j; UU 15/2004", set()),
        ("UU 43/2009", {"ground-not-stated"}),
        ("PP 61/2010", {"ground-not-stated", "basis-below-act"}),
        ("Perbup Bojonegoro No 44 Tahun 2021", {"ground-not-stated", "basis-below-act"}),
        ("", {"ground-not-stated"}),
    ],
)
def test_an_exemption_rests_on_an_act_and_a_huruf(basis: str, expected: set[str]) -> None:
    found = check_basis(parse(basis), register(), TODAY)

    assert {finding.code for finding in found} == expected


@pytest.mark.parametrize(
    ("huruf", "words", "fits"),
    [
        ("i", "dapat mengganggu pertahanan dan keamanan negara", False),
        ("i", "dapat mengganggu proses penyusunan kebijakan", True),
        ("h", "mengungkap data pribadi PNS", True),
        ("h", "akan menimbulkan kegaduhan", True),  # says nothing of another huruf
        ("a", "transaksi keuangan terganggu", True),  # no "saksi" in it
        ("bh", "mengungkap rahasia pribadi", True),  # fits one of them
        ("j", "melanggar rahasia pribadi", True),  # the other act decides
    ],
)
def test_a_consequence_speaks_of_its_own_huruf(huruf: str, words: str, fits: bool) -> None:
    cited = [Ground(huruf=one) for one in huruf]

    assert (check_consequence(cited, words, register().categories(TODAY)) == ()) is fits


def test_an_item_may_speak_of_another_huruf() -> None:
    salaries = "Data Gaji dan Tunjangan Pegawai"
    (finding,) = check_information([Ground(huruf="i")], salaries, register().categories(TODAY))

    assert "“gaji dan tunjangan” adalah hal huruf h" in finding.text


def test_one_period_for_a_whole_list_is_noticed() -> None:
    assert [f.code for f in check_list(["1 Tahun"] * 9 + ["1 tahun"])] == ["periods-all-alike"]
    assert check_list(["1 Tahun", "2 Tahun", "1 Tahun"]) == ()
    assert check_list(["1 Tahun", "", "1 Tahun"]) == ()


# The real rows

EXPECTED = {
    1: "year-wrong huruf-capital sub-number",
    2: "year-wrong huruf-capital sub-number",
    3: "year-wrong instrument-replaced huruf-capital sub-number",
    4: "instrument-replaced ground-not-stated sub-number",
    5: "sub-number",
    6: "sub-number",
    7: "",
    8: "",
    9: "",
    10: "several-grounds consequence-other-topic",
    11: "",
    12: "number-not-stated",
    13: "",
    14: "huruf-other-topic consequence-silent",
    15: "huruf-other-topic consequence-silent",
    16: "number-not-stated",
    17: "year-in-information",
    18: "several-grounds",
    19: "",
    20: "",
    21: "consequence-other-topic",
    22: "",
    23: "",
    24: "",
    25: "",
    26: "huruf-capital several-grounds",
    27: "title-mismatch ground-not-stated",
    28: "title-mismatch information-other-topic consequence-other-topic",
    29: "instrument-replaced pasal-unknown information-other-topic consequence-other-topic",
    30: "instrument-replaced pasal-unknown information-other-topic consequence-silent",
    31: "refusal-is-not-exemption ground-not-stated",
    32: "instrument-unknown ground-not-stated basis-below-act",
    33: "instrument-unknown ground-not-stated basis-below-act",
    34: "instrument-unknown basis-unread ground-not-stated basis-below-act",
}
"""Row of the published lists -> what is wrong with its legal basis and words."""


def rows() -> list[dict[str, str]]:
    with (DATA / "dik-rows.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_defects_of_the_real_rows_are_found() -> None:
    found = {
        number: {
            finding.code
            for finding in check_row(
                information=row["informasi"],
                basis=row["dasar_hukum_pengecualian"],
                if_opened=row["konsekuensi_dibuka"],
                if_closed=row["konsekuensi_ditutup"],
                number=row["no"],
                register=register(),
                on=TODAY,
            )
        }
        for number, row in enumerate(rows(), 1)
    }

    assert found == {number: set(expected.split()) for number, expected in EXPECTED.items()}


def test_the_same_year_on_every_row_of_one_body_is_found() -> None:
    alike = {
        body
        for body in {row["source_id"] for row in rows()}
        if check_list([r["jangka_waktu"] for r in rows() if r["source_id"] == body])
    }

    assert alike == {"TARDAMU"}


# The procedures' own errors


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        (
            "bali-2021",
            {
                "Perki 1 Tahun 2010": "instrument-replaced",
                "Perki 1 Tahun 2013": "title-mismatch",
                "Peraturan Daerah Nomor 10 Tahun 2016": "instrument-unknown",
                "Pergub 14 Tahun 2020": "instrument-unknown",
                "Kepgub Nomor 339/03-I/HK/2020": "instrument-unknown",
                "Pergub Nomor 58 Tahun 2019": "instrument-unknown",
            },
        ),
        (
            "bontang",
            {
                "PP Nomor 61 Tahun 2010": "year-wrong",  # of the act it carries out
                "Peraturan Komisi Informasi No 1 Tahun 2010": "instrument-replaced",
                "Peraturan Komisi Informasi No. 1 Tahun2017": "instrument-replaced",
                "Permenpan-RB Nomor 26 Tahun 2012": "number-wrong",
            },
        ),
        (
            "kalteng-diskominfo-2024",
            {
                "Peraturan Komisi Informasi Nomor 1 Tahun 2010": "instrument-replaced",
                "Peraturan Komisi Informasi Nomor 1 Tahun 2017": "instrument-replaced",
                "Peraturan Gubernur No. 37 tahun 2022": "instrument-unknown",
            },
        ),
        (
            "kalteng-maklumat-2025",
            {
                "Peraturan Menteri Komunikasi dan Informatika": "gazette-before-instrument",
                "Keputusan Gubernur Kalimantan Tengah": "instrument-unknown",
                "Keputusan Sekretaris Daerah": "instrument-unknown",
            },
        ),
        ("statutory-item", {}),
        ("statutory-pledge", {}),
    ],
)
def test_the_errors_of_the_procedures_are_found(procedure: str, expected: dict[str, str]) -> None:
    with (DATA / "sop" / f"{procedure}.toml").open("rb") as file:
        legal_bases = tomllib.load(file)["dasar_hukum"]

    found = {f.value: f.code for f in check_sop(legal_bases, register(), TODAY)}

    named = {start: code for start in expected for v, code in found.items() if v.startswith(start)}
    assert named == expected
    assert len(found) == len(expected)


@settings(max_examples=60, deadline=None)
@for_all(st.text(max_size=120), st.dates())
def test_no_text_and_no_day_is_too_odd_to_be_checked(text: str, on: date) -> None:
    found = check_row(
        information=text, basis=text, if_opened=text, number=text, register=register(), on=on
    )

    assert all(finding.code and finding.text.endswith(".") for finding in found)


# The file


def test_the_file_is_read_whole() -> None:
    facts = law_facts()

    assert len(register().instruments) == sum(isinstance(f, InstrumentEntered) for f in facts)
    assert register().version == len(facts)
    confirmed = {i.key for i in register().instruments.values() if i.confirmed}
    assert confirmed == {"uu-14-2008", "pp-61-2010", "pp-96-2012"}


ENTRY = """[[instrument]]
key = "pp-1-2001"
kind = "PP"
number = "1"
year = 2001
about = "Hal"
level = "pp"
source = "LN"
"""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[[instrument]", "bukan TOML yang benar"),
        ("[instrument]\nkey = 'x'", r"tulis \[\[instrument\]\]"),
        ("[[statute]]\nkey = 'x'", r"bagian \[\[statute\]\] tidak dikenal"),
        (ENTRY.replace("about", "abuot"), r"ke-1 \(pp-1-2001\): isian abuot tidak dikenal"),
        (ENTRY.replace('about = "Hal"\n', ""), "isian about belum ada"),
        (ENTRY.replace('"pp"', '"permai"'), "level harus salah satu dari uud, uu"),
        (ENTRY.replace("2001\n", '"2001"\n'), "isian year tidak dapat berisi '2001'"),
        (ENTRY.replace("pp-1-2001", "pp-1-2002"), "kunci seharusnya pp-1-2001"),
        (ENTRY + ENTRY, "ke-2 .*sudah dimuat sebelumnya"),
        (ENTRY.replace('"LN"', '""'), "Sumber teks peraturan harus disebut"),
        (ENTRY + '[[replaced]]\nkey = "pp-1-2001"\nby = "pp-9-2009"', r"pp-9-2009\)"),
    ],
)
def test_a_fault_in_the_file_is_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "law.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(LawDataError, match=sentence):
        law_facts(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LawDataError, match=r"law\.toml tidak dapat dibaca"):
        law_facts(tmp_path / "law.toml")
