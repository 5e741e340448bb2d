"""Periods as officials write them, and what they are read as."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.period import Kind, Period, Unit, ends_on
from domain.period_words import read

REAL_LIST = Path(__file__).parent.parent / "adapters" / "data" / "dik-rows.csv"

Y, M, D, W = Unit.YEARS, Unit.MONTHS, Unit.DAYS, Unit.WORKING_DAYS


def meaning(period: Period) -> dict[str, Any]:
    """What was understood, without the words and without what is empty."""
    fields = ("kind", "number", "unit", "start", "event", "condition", "until")
    found = {field: getattr(period, field) for field in fields if getattr(period, field)}
    return found if period.sure else {**found, "sure": False}


def lasts(number: int, unit: Unit, **more: Any) -> dict[str, Any]:
    return {"kind": Kind.YEARS, "number": number, "unit": unit, **more}


def after(number: int, unit: Unit, event: str, **more: Any) -> dict[str, Any]:
    return {"kind": Kind.AFTER_EVENT, "number": number, "unit": unit, "event": event, **more}


def until(event: str, **more: Any) -> dict[str, Any]:
    return {"kind": Kind.UNTIL_EVENT, "event": event, **more}


def fixed(year: int, month: int, day: int, **more: Any) -> dict[str, Any]:
    return {"kind": Kind.FIXED_UNTIL, "until": date(year, month, day), **more}


UNSTATED: dict[str, Any] = {"kind": Kind.UNSTATED}
UNCLEAR: dict[str, Any] = {"kind": Kind.UNSTATED, "sure": False}
UNLIMITED: dict[str, Any] = {"kind": Kind.UNLIMITED}
CONSENT = "mendapatkan persetujuan tertulis dari yang bersangkutan"

PHRASES = [
    # as met in real lists
    ("1 Tahun", lasts(1, Y)),
    ("5 Tahun", lasts(5, Y)),
    ("5 tahun sejak tanggal penetapan", lasts(5, Y, start="tanggal penetapan")),
    ("5 tahun setelah keputusan disiplin", after(5, Y, "keputusan disiplin")),
    ("2 tahun setelah proses seleksi berakhir", after(2, Y, "proses seleksi berakhir")),
    (
        "5 tahun, sesuai masa simpan arsip keuangan",
        lasts(5, Y, condition="sesuai masa simpan arsip keuangan"),
    ),
    ("Terbatas sampai ditetapkannya renja SKPD", until("ditetapkannya renja SKPD")),
    (
        "Selama proses pemeriksaan hingga putusan final",
        until("putusan final", condition="Selama proses pemeriksaan"),
    ),
    (
        "Selama sistem/aplikasi digunakan",
        {"kind": Kind.WHILE_CONDITION, "condition": "sistem/aplikasi digunakan"},
    ),
    (
        "Selama data tersebut berlaku/menyertai individu",
        {"kind": Kind.WHILE_CONDITION, "condition": "data tersebut berlaku/menyertai individu"},
    ),
    (f"Dibuka setelah {CONSENT}", until(CONSENT)),
    (
        "Dibuka setelah yang bersangkutan tidak menjadi pegawai ISBI Tanah Papua",
        until("yang bersangkutan tidak menjadi pegawai ISBI Tanah Papua"),
    ),
    (
        "Sepanjang tidak ada persetujuan dari pemilik data",
        until("persetujuan dari pemilik data"),
    ),
    ("Selama Jangka Waktu Tertentu", UNSTATED),
    ("Tidak Terbatas", UNLIMITED),
    ("Tidak terbatas .", UNLIMITED),
    (
        "Permanen (kecuali kepada pemilik data)",
        UNLIMITED | {"condition": "kecuali kepada pemilik data"},
    ),
    (
        "Permanen (hanya rekap total boleh diumumkan)",
        UNLIMITED | {"condition": "hanya rekap total boleh diumumkan"},
    ),
    ("", UNSTATED),
    ("Dibuka se[telah] ... [teks terpotong di sumber]", UNCLEAR),
    # without an end
    ("selama-lamanya", UNLIMITED),
    ("Selamanya", UNLIMITED),
    ("seterusnya", UNLIMITED),
    ("Tanpa batas waktu", UNLIMITED),
    ("Selama dibutuhkan", {"kind": Kind.AS_NEEDED}),
    (
        "selama jangka waktu yang dibutuhkan untuk perlindungan",
        {"kind": Kind.AS_NEEDED, "condition": "untuk perlindungan"},
    ),
    # numbers and units
    ("tiga tahun", lasts(3, Y)),
    ("3 (tiga) tahun", lasts(3, Y)),
    ("3 tahun (tiga tahun)", lasts(3, Y)),
    ("dua puluh lima tahun", lasts(25, Y)),
    ("setahun", lasts(1, Y)),
    ("6 bulan", lasts(6, M)),
    ("1 tahun 6 bulan", lasts(18, M)),
    ("90 hari", lasts(90, D)),
    ("2 (dua) minggu", lasts(14, D)),
    ("30 hari kerja", lasts(30, W)),
    ("Selama 30 (tiga puluh) hari kerja", lasts(30, W)),
    ("1 (satu) tahun setelah audit BPK selesai", after(1, Y, "audit BPK selesai")),
    ("Terbatas (5 tahun)", lasts(5, Y)),
    # events
    ("Sampai ada keputusan Bupati", until("ada keputusan Bupati")),
    ("selama belum ditetapkan menjadi Perda", until("ditetapkan menjadi Perda")),
    ("Sampai batas waktu yang tidak ditentukan", UNSTATED),
    # dates: whole and unmistakable, or not at all
    ("s.d. 31 Desember 2027", fixed(2027, 12, 31)),
    ("sampai dengan 31-12-2027", fixed(2027, 12, 31)),
    ("hingga 31/12/2027", fixed(2027, 12, 31)),
    ("s/d 05/05/2027", fixed(2027, 5, 5)),
    ("1 Januari 2025 s.d. 31 Desember 2027", fixed(2027, 12, 31, start="1 Januari 2025")),
    ("2027-12-31", fixed(2027, 12, 31, sure=False)),
    ("s.d. 05/06/2027", UNCLEAR),
    ("s.d. 31-12-27", UNCLEAR),
    ("s.d. 2027", UNCLEAR),
    ("Tahun 2027", UNCLEAR),
    ("s.d. Desember 2027", UNCLEAR),
    ("2025-2027", UNCLEAR),
    ("31 Februari 2027", UNCLEAR),
    # two readings, or half of one: an officer decides
    ("30 tahun / selama...", lasts(30, Y, condition="selama", sure=False)),
    ("3 (lima) tahun", lasts(3, Y, sure=False)),
    ("Paling lama 30 tahun", lasts(30, Y, sure=False)),
    ("1 Tahun Anggaran", lasts(1, Y, condition="Anggaran", sure=False)),
    ("Setelah 5 tahun", lasts(5, Y, sure=False)),
    ("5 tahun sejak 1 Januari 2025", after(5, Y, "1 Januari 2025", sure=False)),
    (
        "2 tahun aktif, 3 tahun inaktif",
        UNCLEAR | {"condition": "2 tahun aktif, 3 tahun inaktif"},
    ),
    ("sesuai JRA", UNCLEAR | {"condition": "sesuai JRA"}),
    ("1,5 tahun", UNCLEAR),
    ("2-3 tahun", UNCLEAR),
    ("0 tahun", UNCLEAR),
    ("2025 tahun", UNCLEAR),
    ("Rahasia", UNCLEAR),
]


@pytest.mark.parametrize(("words", "expected"), PHRASES, ids=[words for words, _ in PHRASES])
def test_a_phrase_is_read_as_far_as_its_words_go(words: str, expected: dict[str, Any]) -> None:
    period = read(words)

    assert meaning(period) == expected
    assert period.words == words


def test_every_phrase_of_the_real_lists_is_among_those_tested() -> None:
    with REAL_LIST.open(encoding="utf-8", newline="") as file:
        real = {row["jangka_waktu"] for row in csv.DictReader(file)}

    assert real <= {words for words, _ in PHRASES}


ODDMENTS = """tahun bulan hari kerja selama sampai dengan s.d. 5 (lima) dua puluh belas setelah
sejak 31 Desember 2027 1/2/27 tidak terbatas permanen ( ) [ ] / - , . … dibuka belum ada persetujuan
tanggal jangka waktu tertentu se \u0007 ٣ ²"""
WORDS = st.sampled_from(ODDMENTS.split())


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_is_read_without_complaint_and_kept_as_it_was(words: str) -> None:
    period = read(words)

    assert period.words == words
    if period.kind is Kind.YEARS:
        assert ends_on(period, determined_on=date(2026, 3, 2), working_days_later=_sooner)


MONTH_NAMES = """Januari Februari Maret April Mei Juni
Juli Agustus September Oktober November Desember"""
MONTHS = MONTH_NAMES.split()


@settings(max_examples=100, deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["s.d. ", "sampai dengan tanggal "]))
def test_a_whole_date_is_read_as_it_stands(day: date, opening: str) -> None:
    period = read(f"{opening}{day.day} {MONTHS[day.month - 1]} {day.year}")

    assert (period.kind, period.until, period.sure) == (Kind.FIXED_UNTIL, day, True)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_a_date_stands_in_the_words_or_it_is_not_read(words: str) -> None:
    assert read(words).until in (None, date(2027, 12, 31))


def _sooner(day: date, number: int) -> date:
    return day if number else date.min


def test_a_very_long_cell_is_answered_at_once() -> None:
    assert read("selama " * 50_000 + "!").kind is Kind.UNSTATED
    assert read("dua " * 499).kind is Kind.UNSTATED
