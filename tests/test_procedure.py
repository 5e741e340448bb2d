"""The SOPs as data: read as the paper has them, run as they are written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from adapters.procedures import UnreadableProcedure, load_procedures, read, statutory
from domain import item, pledge
from domain.history import FACTS, Recorded
from domain.item import Approved, Rejected, Submitted, Uploaded
from domain.procedure import (
    DECISIONS,
    EARLIER_STEPS_MUST_BE_DONE,
    LEAD_BACK,
    TAG_DECISIONS,
    THE_PROCEDURE_ASKS_FOR_ANOTHER_PERSON,
    THE_STEP_BELONGS_TO_ANOTHER_OFFICE,
    Procedure,
    ServiceTime,
    StepTime,
    TimeKind,
    TimeUnit,
    measure,
    missing_particulars,
    outside_effective_dates,
    pin,
    rules_against,
    rules_against_hands,
    service_time,
    step_of,
)
from domain.rule import Rule
from tests.spec import recorded, stamp

SOPS = load_procedures()
KALTENG = SOPS["kalteng-diskominfo-2024"]
BALI = SOPS["bali-2021"]
BONTANG = SOPS["bontang"]
BIRO = SOPS["kalteng-maklumat-2025"]
HOWTO = Path(__file__).parent.parent / "docs" / "howto" / "add-a-procedure.md"
EVERY = pytest.mark.parametrize("sop", SOPS.values(), ids=SOPS)


def against(sop: Procedure | None, decision: str, role: str, *done: str) -> list[Rule]:
    law = statutory(sop.subject if sop else "item")
    return list(rules_against(sop, law, decision, role=role, done=frozenset(done)))


def codes(rules: list[Rule]) -> list[str]:
    return [rule.code for rule in rules]


# Service time


@pytest.mark.parametrize(
    ("words", "number", "unit", "kind"),
    [
        ("1 Menit", 1, TimeUnit.MINUTE, TimeKind.MEASURED),
        ("2 jam", 2, TimeUnit.HOUR, TimeKind.MEASURED),
        ("1  Minggu", 1, TimeUnit.WEEK, TimeKind.MEASURED),
        ("30 hari kerja", 30, TimeUnit.WORKING_DAY, TimeKind.MEASURED),
        ("30 (tiga puluh) hari kerja", 30, TimeUnit.WORKING_DAY, TimeKind.MEASURED),
        ("14 hari", 14, TimeUnit.DAY, TimeKind.MEASURED),
        ("14 hari kalender", 14, TimeUnit.DAY, TimeKind.MEASURED),
        ("Tentatif", None, None, TimeKind.TENTATIVE),
        ("sesuai peraturan\nperundang-undangan", None, None, TimeKind.BY_LAW),
        ("", None, None, TimeKind.UNSTATED),
    ],
)
def test_service_time_is_read_as_written(
    words: str, number: int | None, unit: TimeUnit | None, kind: TimeKind
) -> None:
    assert service_time(words) == ServiceTime(words=words, number=number, unit=unit, kind=kind)


@pytest.mark.parametrize(
    "words",
    ["segera", "0 menit", "1 bulan", "satu minggu", "-1 hari", "1 menit lebih", "99999 jam"],
)
def test_words_that_give_no_time_are_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"^Waktu .* tidak dikenal: tulis lamanya .*\.$"):
        service_time(words)


# The four papers


def test_the_four_papers_are_there() -> None:
    assert set(SOPS) == {
        "kalteng-diskominfo-2024",
        "bali-2021",
        "bontang",
        "kalteng-maklumat-2025",
    }


@pytest.mark.parametrize(
    ("sop", "times"),
    [
        (KALTENG, ["Tentatif", "1 Menit", "1 Minggu", "1 Menit"]),
        (BALI, ["Tentatif", "Tentatif", "Tentatif"]),
        (
            BONTANG,
            ["tentatif", "tentatif", "sesuai peraturan perundang-undangan", "tentatif", "tentatif"],
        ),
        (BIRO, ["Tentatif", "Tentatif", ""]),
    ],
    ids=lambda value: value.key if isinstance(value, Procedure) else "",
)
def test_their_steps_carry_the_times_of_the_paper(sop: Procedure, times: list[str]) -> None:
    assert [step.time.words for step in sop.steps] == times


@pytest.mark.parametrize(
    ("sop", "words"),
    [
        (BONTANG, "PP Nomor 61 Tahun 2010 tentang Pelaksanaan UU Nomor 14 Tahun 2018"),
        (BALI, "Perki 1 Tahun 2013 tentang Pengklasifikasian Informasi Publik"),
        (KALTENG, "Peraturan Komisi Informasi Nomor 1 Tahun 2010 tentang Standar Layanan "),
        (BIRO, "(Berita Negara Republik Indonesia Tahun 2017 Nomor 1026)"),
    ],
    ids=lambda value: value.key if isinstance(value, Procedure) else "",
)
def test_their_errors_are_kept_for_the_law_register_to_flag(sop: Procedure, words: str) -> None:
    assert any(words in basis for basis in sop.legal_bases)


@EVERY
def test_nobody_is_named(sop: Procedure) -> None:
    text = msgspec.json.encode(sop).decode()

    assert not re.search(r"NIP|Pramana|Berger|\d{18}", text)


@EVERY
def test_a_paper_survives_being_kept_in_a_fact(sop: Procedure) -> None:
    assert msgspec.json.decode(msgspec.json.encode(sop), type=Procedure) == sop


@pytest.mark.parametrize(
    ("sop", "fields"),
    [
        (KALTENG, ["effective_from"]),
        (BALI, []),
        (BONTANG, ["number", "made_on", "passed_by", "effective_from"]),
        (BIRO, ["number"]),
    ],
    ids=lambda value: value.key if isinstance(value, Procedure) else "",
)
def test_what_a_paper_does_not_say_of_itself_is_found(sop: Procedure, fields: list[str]) -> None:
    assert [finding.field for finding in missing_particulars(sop)] == fields


# They run as they are written


@EVERY
def test_step_by_step_nothing_stands_in_the_way(sop: Procedure) -> None:
    done: list[str] = []
    for step in sop.steps:
        for act in step.acts:
            for role in act.actors:
                assert against(sop, act.decision, role, *done) == []
            if act.decision not in LEAD_BACK and not act.optional:
                done.append(act.decision)


@EVERY
def test_whatever_earlier_step_is_left_out_the_last_one_waits_for_it(sop: Procedure) -> None:
    last = sop.steps[-1].acts[-1]
    awaited = [d for step in sop.steps[:-1] if not step.at_end for d in step.awaited]

    for forgotten in awaited:
        rules = against(sop, last.decision, last.actors[0], *(d for d in awaited if d != forgotten))
        assert codes(rules) == [EARLIER_STEPS_MUST_BE_DONE.code]
        assert DECISIONS[sop.subject][forgotten] in rules[0].detail


@EVERY
@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_only_looks_on_never_decides(sop: Procedure, role: str) -> None:
    for decision in DECISIONS[sop.subject]:
        assert THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code in codes(against(sop, decision, role))


@pytest.mark.parametrize(
    ("sop", "decision", "role", "may"),
    [
        (KALTENG, "submit", "ppid-pembantu", True),
        (KALTENG, "approve", "ppid-utama", False),
        (KALTENG, "upload", "petugas-ppid", False),
        (BALI, "submit", "ppid-pembantu", False),
        (BALI, "determine", "ppid-utama", True),
        (BALI, "archive", "petugas-ppid", False),
        (BONTANG, "determine", "ppid-utama", False),
        (BONTANG, "determine", "ketua-ppid", True),
        (BONTANG, "approve", "atasan-ppid", False),
        (BONTANG, "declassify", "ketua-ppid", True),
        (BONTANG, "approve_opening", "atasan-ppid", False),
        (BIRO, "determine", "ppid-pembantu", False),
        (BIRO, "announce", "ppid-pembantu", True),
    ],
    ids=lambda value: value.key if isinstance(value, Procedure) else None,
)
def test_each_body_has_its_own_offices(sop: Procedure, decision: str, role: str, may: bool) -> None:
    belongs = THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code not in codes(against(sop, decision, role))

    assert belongs is may


def test_the_officer_is_told_whose_step_it_is() -> None:
    (rule,) = against(KALTENG, "approve", "ppid-utama", "submit", "test_consequence")

    assert rule.detail == (
        "persetujuan adalah kewenangan Atasan PPID (langkah 2 SOP 473.2/583.2/Bid.1/Diskominfo)"
    )
    assert str(rule.basis) == "Pasal 14 ayat (1) huruf d PP Nomor 61 Tahun 2010"


def test_and_which_step_is_still_to_do() -> None:
    (rule,) = against(KALTENG, "upload", "ppid-utama", "submit", "test_consequence", "approve")

    assert rule.detail == (
        "langkah 3, Menetapkan Daftar Informasi yang Dikecualikan: belum ada penetapan"
    )


def test_who_revised_or_confirmed_has_submitted() -> None:
    for instead in ("revise", "confirm"):
        assert against(KALTENG, "approve", "atasan-ppid", instead, "test_consequence") == []


def test_opinion_is_awaited_in_bali_and_welcome_in_kalteng() -> None:
    tested = ("submit", "test_consequence")

    assert codes(against(BALI, "approve", "atasan-ppid", *tested)) == [
        EARLIER_STEPS_MUST_BE_DONE.code
    ]
    assert against(KALTENG, "approve", "atasan-ppid", *tested) == []
    assert (BALI.opinion_required, KALTENG.opinion_required) == (True, False)


def test_bontang_archives_without_waiting_for_the_end_of_the_period() -> None:
    determined = ("submit", "test_consequence", "consider", "approve", "determine")

    assert against(BONTANG, "archive", "petugas-ppid", *determined) == []
    assert against(BONTANG, "declassify", "ketua-ppid") == []


@pytest.mark.parametrize(
    ("sop", "decision", "back_to"),
    [(KALTENG, "reject", 1), (BALI, "reject", 1), (BONTANG, "reject", 1), (BIRO, "return", 1)],
    ids=lambda value: value.key if isinstance(value, Procedure) else "",
)
def test_no_leads_back(sop: Procedure, decision: str, back_to: int) -> None:
    step = step_of(sop, decision)

    assert step is not None
    assert step.back_to == back_to


# Where the paper is silent


@pytest.mark.parametrize("subject", DECISIONS)
def test_the_law_says_of_every_decision_who_may(subject: str) -> None:
    law = statutory(subject)

    assert {act.decision for step in law.steps for act in step.acts} == set(DECISIONS[subject])
    assert all(step.remark.startswith("Pasal ") for step in law.steps)


def test_the_statutory_order_binds_nobody() -> None:
    assert against(None, "upload", "ppid-utama") == []
    assert against(BALI, "upload", "petugas-ppid") == []


def test_the_article_is_named_where_there_is_no_step() -> None:
    (rule,) = against(KALTENG, "declassify", "ppid-pembantu")

    assert rule.detail == (
        "penetapan pembukaan adalah kewenangan PPID Utama atau Ketua PPID (Pasal 11 PP 61/2010)"
    )


@EVERY
def test_no_paper_takes_from_the_head_what_the_law_gives_him(sop: Procedure) -> None:
    reserved = {"item": ("approve", "reject", "approve_opening"), "pledge": ("determine", "return")}
    everything = DECISIONS[sop.subject]

    for decision in reserved[sop.subject]:
        assert against(sop, decision, "pimpinan", *everything) == []


# Dates


@pytest.mark.parametrize(
    ("sop", "on", "in_force"),
    [
        (BALI, "2021-01-03", False),
        (BALI, "2021-01-04", True),
        (BALI, "2021-12-31", True),
        (BALI, "2022-01-01", False),
        (BIRO, "2026-01-01", False),
        (KALTENG, "2024-12-30", False),
        (KALTENG, "2024-12-31", True),
        (KALTENG, "2030-01-01", True),
        (BONTANG, "2000-01-01", True),
    ],
    ids=lambda value: value.key if isinstance(value, Procedure) else None,
)
def test_the_pin_says_whether_the_paper_was_in_force(
    sop: Procedure, on: str, in_force: bool
) -> None:
    day = date.fromisoformat(on)
    pinned = pin(sop, sop.steps[1].acts[0].decision, day)

    assert pinned is not None
    assert (pinned.key, pinned.number, pinned.revision) == (sop.key, sop.number, sop.revision)
    assert (pinned.step, pinned.in_force) == (2, in_force)
    assert (outside_effective_dates(sop, day) is None) is in_force


def test_an_expired_paper_is_flagged_and_forbids_nothing() -> None:
    finding = outside_effective_dates(BALI, date(2026, 3, 2))

    assert finding is not None
    assert "hanya berlaku sampai 31 Desember 2021; tindakan tetap sah" in finding.text
    assert against(BALI, "submit", "ppid-utama") == []


def test_a_silent_paper_is_pinned_without_a_step_and_no_paper_not_at_all() -> None:
    pinned = pin(BALI, "upload", date(2021, 6, 1))

    assert pinned is not None
    assert pinned.step is None
    assert pin(None, "upload", date(2021, 6, 1)) is None


# A fifth one


@pytest.fixture
def fifth(tmp_path: Path) -> Procedure:
    (example,) = re.findall(r"```toml\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "contoh-2026.toml").write_text(example, encoding="utf-8")
    return load_procedures(tmp_path)["contoh-2026"]


def test_a_fifth_paper_is_a_file_and_runs(fifth: Procedure) -> None:
    assert against(fifth, "approve", "atasan-ppid", "submit", "test_consequence") == []
    assert codes(against(fifth, "submit", "ppid-utama")) == [
        THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code
    ]
    assert codes(against(fifth, "determine", "ppid-utama", "submit", "test_consequence")) == [
        EARLIER_STEPS_MUST_BE_DONE.code
    ]
    assert against(fifth, "archive", "petugas-ppid") == []


def test_its_separation_binds_persons_not_offices(fifth: Procedure) -> None:
    did = {"submit": frozenset({"sri"})}

    def asked(decision: str, *hands: str, sop: Procedure | None = fifth) -> list[str]:
        return codes(list(rules_against_hands(sop, decision, hands=frozenset(hands), did=did)))

    assert asked("test_consequence", "budi", "sri") == [THE_PROCEDURE_ASKS_FOR_ANOTHER_PERSON.code]
    assert asked("test_consequence", "budi") == []
    assert asked("determine", "sri") == []
    assert asked("test_consequence", "sri", sop=None) == []


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        ('urusan = "item"', 'urusan = "surat"', "urusan 'surat' tidak dikenal"),
        ('urusan = "item"', "urusan = 3", "urusan harus teks, bukan angka"),
        ('urusan = "item"\n', "", "urusan tidak diisi"),
        ("nama_sop =", "judul =", "kunci 'judul' tidak dikenal"),
        ("badan_publik =", "# ", "badan_publik tidak diisi"),
        ("2026-01-05", '"5 Januari 2026"', "tanggal_pembuatan tidak sah"),
        ("2027-12-31", "2025-12-31", "masa berlaku berakhir sebelum dimulai"),
        ('"3 hari kerja"', '"segera"', "langkah ke-1: Waktu 'segera' tidak dikenal"),
        ('"3 hari kerja"', "3", "langkah ke-1: waktu harus berupa teks"),
        ("kegiatan =", "kgiatan =", "langkah ke-1: kunci 'kgiatan' tidak dikenal"),
        ('"determine"', '"tetapkan"', "langkah 3: keputusan 'tetapkan' tidak dikenal"),
        ('"determine"', '"approve"', "keputusan 'approve' tercantum lebih dari satu kali"),
        ('["tim-pertimbangan"]', '["tim"]', "langkah 1: pelaksana 'tim' tidak dikenal"),
        ('["tim-pertimbangan"]', "[]", "keputusan 'consider' tidak menyebut pelaksana"),
        ("opsional = true", 'opsional = "ya"', "langkah ke-1: opsional harus true atau false"),
        ("kembali_ke = 1", "kembali_ke = 3", "langkah 2: tidak dapat kembali ke langkah 3"),
        ("no = 3", "no = 1", "nomor langkah harus berurutan"),
        ("kembali_ke = 1", 'saat = "nanti"', "langkah 2: saat 'nanti' tidak dikenal"),
        ('[["submit", "test_consequence"]]', '[["submit"]]', "pemisahan harus berisi pasangan"),
        ('[["submit", "test_consequence"]]', '[["submit", "x"]]', "keputusan 'x' tidak dikenal"),
        ("[[langkah]]", "[[langkah", "bukan TOML yang benar"),
    ],
)
def test_a_bad_file_gets_one_clear_sentence(
    tmp_path: Path, was: str, now: str, complaint: str
) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    assert was in example
    file = tmp_path / "keliru.toml"
    file.write_text(example.replace(was, now, 1), encoding="utf-8")

    with pytest.raises(UnreadableProcedure) as told:
        read(file)

    assert str(told.value).startswith("SOP keliru.toml tidak dapat dibaca: ")
    assert complaint in str(told.value)
    assert "\n" not in str(told.value)


@settings(max_examples=60, deadline=None)
@for_all(st.text(max_size=200) | st.binary(max_size=200))
def test_no_file_however_odd_gets_a_stack_trace(
    tmp_path_factory: pytest.TempPathFactory, odd: str | bytes
) -> None:
    file = tmp_path_factory.mktemp("odd") / "aneh.toml"
    file.write_bytes(odd if isinstance(odd, bytes) else odd.encode("utf-8", "surrogatepass"))

    with pytest.raises(UnreadableProcedure, match=r"aneh\.toml"):
        read(file)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableProcedure, match="folder SOP tidak ada"):
        load_procedures(tmp_path / "nowhere")


# How long it took


def test_every_decision_that_can_be_read_from_a_fact_is_known() -> None:
    known = {decision for decisions in DECISIONS.values() for decision in decisions}

    assert set(TAG_DECISIONS) <= set(FACTS)
    assert set(TAG_DECISIONS.values()) == known - {"draft_decree"}


FRIDAY = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)  # 08.00 WIB
WIB = ZoneInfo("Asia/Pontianak")

SUBMITTED = Submitted(
    particulars=item.Particulars(
        title="Rencana pengamanan data center",
        summary="Denah dan pola jaga",
        document="Dokumen SMKI",
        unit="diskominfo",
        holder="Kepala Bidang Persandian",
    )
)


def after(fact: Any, start: datetime = FRIDAY, **later: float) -> Recorded[Any]:
    return recorded(fact, replace(stamp(), at=start + timedelta(**later)))


def weekdays_between(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def times(
    sop: Procedure, *history: Recorded[Any], now: datetime | None = None
) -> tuple[StepTime, ...]:
    return measure(
        sop,
        history,
        local_date=lambda at: at.astimezone(WIB).date(),
        working_days_between=weekdays_between,
        now=now,
    )


def test_nothing_has_happened_yet() -> None:
    assert [(t.started, t.finished, t.within) for t in times(KALTENG)] == [(None, None, None)] * 4


def test_a_step_runs_from_the_end_of_the_one_before_it() -> None:
    quick = replace(KALTENG, steps=tuple(_without_test(step) for step in KALTENG.steps))
    one, two, three, four = times(
        quick,
        after(SUBMITTED),
        after(Approved(), seconds=60),
        after(Uploaded(channels=()), days=9),
        now=FRIDAY + timedelta(days=8),
    )

    assert (one.elapsed, one.within) == (timedelta(0), None)
    assert (two.elapsed, two.within) == (timedelta(seconds=60), True)
    assert (three.finished, three.elapsed, three.within) == (
        None,
        timedelta(days=8, seconds=-60),
        False,
    )
    assert (four.started, four.elapsed, four.within) == (None, None, None)


def _without_test(step: Any) -> Any:
    return replace(step, acts=tuple(a for a in step.acts if a.decision != "test_consequence"))


def test_a_minute_too_long_is_not_within() -> None:
    quick = replace(KALTENG, steps=tuple(_without_test(step) for step in KALTENG.steps))

    two = times(quick, after(SUBMITTED), after(Approved(), seconds=61))[1]

    assert (two.elapsed, two.within) == (timedelta(seconds=61), False)


def test_what_went_back_is_measured_anew() -> None:
    quick = replace(KALTENG, steps=tuple(_without_test(step) for step in KALTENG.steps))
    one, two, *_ = times(
        quick,
        after(SUBMITTED),
        after(Rejected(reason="Belum jelas"), hours=5),
        after(item.Revised(particulars=SUBMITTED.particulars), days=1),
        after(Approved(), days=1, seconds=30),
    )

    assert one.started == FRIDAY + timedelta(hours=5)
    assert (two.elapsed, two.within) == (timedelta(seconds=30), True)


DRAFTED = pledge.Drafted(
    contents=pledge.Contents(
        legal_basis="UU 14/2008",
        procedure="-",
        completion_time="-",
        fees="-",
        assurance="-",
        evaluation="-",
    )
)


def biro_within(words: str) -> Procedure:
    """The pledge's SOP with another time for its second step."""
    one, two, three = BIRO.steps
    return replace(BIRO, steps=(one, replace(two, time=service_time(words)), three))


@pytest.mark.parametrize(
    ("words", "days", "within"),
    [
        ("1 hari kerja", 3, True),  # Friday to Monday
        ("1 hari kerja", 4, False),
        ("3 hari", 3, True),
        ("2 hari", 3, False),
        ("1 minggu", 7, True),
        ("1 minggu", 7.01, False),
        ("72 jam", 3, True),
        ("tentatif", 300, None),
        ("sesuai peraturan perundang-undangan", 300, None),
    ],
)
def test_working_days_are_not_days(words: str, days: float, within: bool | None) -> None:
    two = times(biro_within(words), after(DRAFTED), after(pledge.Determined(), days=days))[1]

    assert two.within is within


def test_working_days_are_counted_by_the_local_date() -> None:
    """19.00 UTC on Sunday is already Monday in Palangka Raya."""
    sunday_evening = datetime(2026, 3, 8, 19, 0, tzinfo=UTC)
    two = times(
        biro_within("1 hari kerja"),
        after(DRAFTED, sunday_evening),
        after(pledge.Determined(), sunday_evening, hours=20),
    )[1]

    assert (two.working_days, two.within) == (0, True)


def test_a_running_step_is_not_yet_within_but_may_already_be_late() -> None:
    sop = biro_within("1 hari kerja")

    on_monday = times(sop, after(DRAFTED), now=FRIDAY + timedelta(days=3))[1]
    on_tuesday = times(sop, after(DRAFTED), now=FRIDAY + timedelta(days=4))[1]

    assert (on_monday.working_days, on_monday.within) == (1, None)
    assert (on_tuesday.working_days, on_tuesday.within) == (2, False)


def test_a_new_version_is_a_new_round() -> None:
    next_year = FRIDAY + timedelta(days=365)
    one, two, three = times(
        BIRO,
        after(DRAFTED),
        after(pledge.Determined(), days=1),
        after(pledge.Announced(channels=()), days=2),
        after(DRAFTED, next_year),
        after(pledge.Determined(), next_year, days=5),
    )

    assert (one.started, two.elapsed) == (next_year, timedelta(days=5))
    assert (three.started, three.finished) == (next_year + timedelta(days=5), None)


def test_the_end_of_the_period_neither_starts_nor_stops_the_clock() -> None:
    opening = times(BONTANG, after(SUBMITTED), now=FRIDAY + timedelta(days=900))[2]

    assert (opening.started, opening.elapsed, opening.within) == (None, None, None)
