"""The settings over HTTP: everybody reads, the Admin looks at the effect and then records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from domain import body, calendar, law, officer
from domain.desk import SETTINGS
from tests.bureau import Browser, Bureau, Caller, open_bureau

PAGES = ("", "/hukum", "/kalender", "/prosedur", "/badan", "/pejabat")
AREAS = {"law": "hukum", "calendar": "kalender", "body": "badan"}
MADE = officer.id_of("made")
SOP = Path(__file__).parents[1] / "adapters" / "data" / "sop" / "bontang.toml"
DAY_OFF = {"on": "2026-12-01", "name": "Libur Uji", "kind": "regional", "decree": "Kepgub 7/2026"}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture
def ani(bureau: Bureau) -> Browser:
    return bureau.browser("ani")


@pytest.fixture
def admin(bureau: Bureau) -> Caller:
    return bureau.caller("ani", "admin")


def facts(bureau: Bureau, subject_id: Any) -> list[Any]:
    return [one.fact for one in bureau.register.ledger.history(subject_id)]


def hidden(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def record(browser: Browser, address: str, typed: dict[str, Any]) -> TestResponse:
    """Look at the effect, then record it."""
    seen = browser.submit(address, {**typed, "step": "preview"})
    assert seen.status_code == 200, seen.text
    return browser.client.post(address, data={**hidden(seen), **typed, "step": "record"})


# Reading


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("login", ["sri", "made", "agus", "ani"])
def test_everybody_of_the_body_reads_what_the_register_stands_on(
    bureau: Bureau, login: str, page: str
) -> None:
    answer = bureau.browser(login).get(f"/uji/pengaturan{page}")

    assert answer.status_code == 200
    assert ("/tindakan/" in answer.text) is (login == "ani" and page not in ("", "/pejabat"))


@pytest.mark.parametrize("login", ["sri", "agus"])
def test_only_the_admin_sees_a_form_and_others_learn_why(bureau: Bureau, login: str) -> None:
    browser = bureau.browser(login)
    for address in (
        "/uji/pengaturan/hukum/tindakan/enter",
        "/uji/pengaturan/pejabat/baru",
        f"/uji/pengaturan/pejabat/{MADE}/tindakan/grant",
    ):
        for answer in (browser.get(address), browser.submit(address, {}, opened="/uji/daftar")):
            assert answer.status_code == 409
            assert officer.SETTINGS_BELONG_TO_THE_ADMIN.text in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/uji/pengaturan/hukum/tindakan/burn",
        "/uji/pengaturan/cuaca/tindakan/enter",
        "/uji/pengaturan/pejabat/00000000-0000-0000-0000-000000000001",
        f"/uji/pengaturan/pejabat/{law.ID}",
        "/uji/pengaturan/prosedur/tidak-ada",
        "/lain/pengaturan",
    ],
)
def test_what_is_not_there_is_not_found(ani: Browser, address: str) -> None:
    assert ani.get(address).status_code == 404


def test_a_page_says_what_is_no_longer_or_not_yet_certain(bureau: Bureau, ani: Browser) -> None:
    ani_desk = bureau.desk("ani", "admin")
    from tests.voices import SOPS  # noqa: PLC0415

    ani_desk.on_body("adopt", unit="dinkes", since=date(2021, 1, 4), procedure=SOPS["bali-2021"][0])
    page = ani.get("/uji/pengaturan").text

    assert "Kalender 2027 belum final" in page
    assert "telah berakhir" in page
    assert "31 Desember 2021" in page


@pytest.mark.parametrize("year", ["2027", "2026", "abcd", "9999", "²⁰²⁷"])
def test_a_calendar_shows_twelve_months_and_says_the_same_in_words(ani: Browser, year: str) -> None:
    page = ani.get(f"/uji/pengaturan/kalender?tahun={year}").text

    assert page.count("<caption>") == 12
    assert ("perkiraan" in page.lower()) is True
    assert page.count('id="hari-') > 10


# Looking at the effect, then recording


def test_a_change_is_recorded_once_its_effect_was_seen(bureau: Bureau, ani: Browser) -> None:
    address = "/uji/pengaturan/kalender/tindakan/declare_off"
    seen = ani.submit(address, {**DAY_OFF, "step": "preview"})

    assert seen.status_code == 200
    assert "Dampaknya" in seen.text
    assert "1 Desember 2026" in seen.text
    assert not any(isinstance(f, calendar.DayDeclaredOff) for f in facts(bureau, calendar.ID))
    sent = {**hidden(seen), **DAY_OFF, "step": "record"}
    for _ in range(2):  # a double click
        done = ani.client.post(address, data=sent)
        assert done.status_code == 303
    found = [f for f in facts(bureau, calendar.ID) if isinstance(f, calendar.DayDeclaredOff)]
    assert [f.name for f in found] == ["Libur Uji"]


def test_what_was_changed_after_it_was_seen_is_seen_again(bureau: Bureau, ani: Browser) -> None:
    address = "/uji/pengaturan/kalender/tindakan/declare_working"
    typed = {"on": "2026-12-05", "decree": "SKB 9/2026"}
    seen = ani.submit(address, {**typed, "step": "preview"})
    moved = {**hidden(seen), **typed, "on": "2026-12-12", "step": "record"}
    again = ani.client.post(address, data=moved)

    assert again.status_code == 200
    assert "12 Desember 2026" in again.text
    assert not any(isinstance(f, calendar.DayDeclaredWorking) for f in facts(bureau, calendar.ID))


def test_nobody_records_without_having_looked(bureau: Bureau, ani: Browser) -> None:
    address = "/uji/pengaturan/badan/tindakan/add_unit"
    answer = ani.submit(address, {"code": "baru", "name": "Unit Baru", "step": "record"})

    assert answer.status_code == 200
    assert "Dampaknya" in answer.text
    assert "baru" not in bureau.desk("ani", "admin").body.units


def test_a_day_that_becomes_free_moves_the_notices_counted_over_it(
    bureau: Bureau, ani: Browser
) -> None:
    """Twenty items determined for two years are called for 30 working days before they end."""
    item_id = bureau.item("issue", title="Berita acara yang tenggatnya bergeser")
    bureau.register.views.catch_up()
    (span,) = bureau.register.views.notice_spans()
    day = span["due_on"] + (span["window_to"] - span["due_on"]) / 2
    while not bureau.desk("ani", "admin").schedule.is_working(day):
        day = date.fromordinal(day.toordinal() + 1)
    typed = {**DAY_OFF, "on": day.isoformat(), "step": "preview"}
    seen = ani.submit("/uji/pengaturan/kalender/tindakan/declare_off", typed)

    assert "Hari peringatan yang bergeser" in seen.text
    assert "Berita acara yang tenggatnya bergeser" in seen.text
    assert str(item_id) in seen.text


def test_an_amended_statute_makes_the_tests_on_it_stale(bureau: Bureau, ani: Browser) -> None:
    bureau.item("issue", title="Berita acara yang diuji menurut undang-undang lama")
    address = "/uji/pengaturan/hukum/tindakan/amend"
    typed = {"key": "uu-14-2008", "by": "uu-43-2009", "on": "2027-01-01"}
    seen = ani.submit(address, {**typed, "step": "preview"})

    assert "Uji konsekuensi yang menjadi usang" in seen.text
    assert "Berita acara yang diuji menurut undang-undang lama" in seen.text
    assert "1 Januari 2027" in seen.text


def test_a_new_paper_says_which_steps_differ_and_what_changes_hands(
    bureau: Bureau, ani: Browser
) -> None:
    bureau.item("submit")
    typed = {"unit": "inspektorat", "since": "2026-03-02", "paper": "bontang"}
    seen = ani.submit("/uji/pengaturan/badan/tindakan/adopt", {**typed, "step": "preview"})

    assert "Langkah yang jabatannya tidak ada pemegangnya" in seen.text
    assert "Langkah yang berbeda" in seen.text
    assert "Pekerjaan terbuka yang berpindah tangan" in seen.text


def test_a_paper_that_is_pasted_or_sent_is_read_before_it_is_adopted(
    bureau: Bureau, ani: Browser
) -> None:
    address = "/uji/pengaturan/badan/tindakan/adopt"
    text = SOP.read_text(encoding="utf-8")
    typed = {"unit": "dinkes", "since": "2026-04-01", "key": "kota-2026"}
    sent = {**typed, "berkas": (BytesIO(text.encode()), "kota.toml"), "step": "preview"}
    seen = ani.submit(address, sent)
    assert seen.status_code == 200, seen.text
    done = record(ani, address, {**typed, "text": text})

    assert done.status_code == 303, done.text
    known = bureau.desk("ani", "admin").body
    paper = known.procedure("item", unit="dinkes", on=date(2026, 4, 1))
    assert paper
    assert paper.key == "kota-2026"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"key": "k-1", "text": "nama_sop = "}, "bukan TOML yang benar"),
        ({"key": "k-1", "text": 'nama_sop = "x"\nsalah = 1'}, "tidak dikenal"),
        ({"key": "k-1", "text": SOP.read_text().replace("petugas-ppid", "raja")}, "langkah"),
        ({"key": "../x", "text": "x = 1"}, "nama pendek"),
        ({"key": "bontang", "text": SOP.read_text()}, "sudah dipakai"),
        ({"key": "statutory-item", "text": SOP.read_text()}, "nama pendek"),
        ({}, "Pilih satu SOP"),
        ({"paper": "bontang", "key": "k", "text": "x"}, "salah satu saja"),
        ({"paper": "tidak-ada"}, "tidak tersedia"),
        ({"paper": "bontang", "since": "kemarin"}, "2026-03-02"),
        ({"paper": "bontang", "unit": "atlantis"}, "tidak terdaftar"),
        ({"key": "k-1", "text": "[" * 5000}, "tidak dapat dibaca"),
    ],
)
def test_a_faulty_paper_is_told_beside_its_entry_and_kept(
    bureau: Bureau, ani: Browser, typed: dict[str, str], said: str
) -> None:
    given = {"unit": "", "since": "2026-04-01", "step": "preview", **typed}
    answer = ani.submit("/uji/pengaturan/badan/tindakan/adopt", given)

    assert answer.status_code in (409, 422), answer.status_code
    assert said in answer.text
    assert "Traceback" not in answer.text


def test_a_file_that_is_no_text_is_refused(ani: Browser) -> None:
    sent = {"since": "2026-04-01", "key": "k-1", "berkas": (BytesIO(b"\xff\xfe\x00"), "x.toml")}
    answer = ani.submit("/uji/pengaturan/badan/tindakan/adopt", sent)

    assert answer.status_code == 422
    assert "bukan teks UTF-8" in answer.text


def test_an_officer_is_entered_given_an_office_lent_one_and_loses_it(
    bureau: Bureau, ani: Browser
) -> None:
    new = {"officer_id": "dewi", "name": "Demo Dewi", "position": "Asisten", "unit": ""}
    assert record(ani, "/uji/pengaturan/pejabat/baru", new).status_code == 303
    dewi = officer.id_of("dewi")
    page = f"/uji/pengaturan/pejabat/{dewi}"
    lent = {
        "role": "ppid-utama",
        "acting": "Plh",
        "principal": "sri",
        "decree_no": "SPT-9",
        "since": "2026-03-02",
        "until": "2026-03-31",
    }
    assert record(ani, f"{page}/tindakan/delegate", lent).status_code == 303
    assert "Plh PPID Utama" in ani.get(page).text
    ending = {"role": "ppid-utama", "unit": "", "decree_no": "SPT-9", "last_on": "2026-03-10"}
    seen = ani.submit(f"{page}/tindakan/end", {**ending, "step": "preview"})
    assert "tetap dijabat Demo Sri" in seen.text
    assert record(ani, f"{page}/tindakan/end", ending).status_code == 303
    assert bureau.desk("dewi", "ppid-utama").officer.authorities[0].until == date(2026, 3, 10)
    again = ani.submit("/uji/pengaturan/pejabat/baru", {**new, "name": "Orang Lain"})
    assert (again.status_code, "sudah dipakai" in again.text) == (422, True)


def test_an_office_that_ended_yesterday_says_what_was_done_in_it_since(
    bureau: Bureau, ani: Browser
) -> None:
    bureau.item("submit")
    ending = {"role": "ppid-pembantu", "unit": "inspektorat", "decree_no": "SK-1"}
    address = f"/uji/pengaturan/pejabat/{MADE}/tindakan/end"
    seen = ani.submit(address, {**ending, "last_on": "2026-03-01", "step": "preview"})

    assert "Tindakan sesudah hari terakhir itu" in seen.text
    assert "Diusulkan untuk dikecualikan" in seen.text


def test_who_acts_for_somebody_whose_office_ends_is_named(bureau: Bureau, ani: Browser) -> None:
    ending = {"role": "tim-pertimbangan", "unit": "", "decree_no": "SK-1"}
    address = f"/uji/pengaturan/pejabat/{officer.id_of('tim')}/tindakan/end"
    seen = ani.submit(address, {**ending, "last_on": "2026-06-30", "step": "preview"})

    assert "Penunjukan Plt/Plh yang melampaui jabatan ini" in seen.text
    assert "SK-PLH/2026" in seen.text


def test_a_year_is_settled_in_the_name_of_its_decree(bureau: Bureau, ani: Browser) -> None:
    address = "/uji/pengaturan/kalender/tindakan/seed_year"
    seen = ani.submit(address, {"year": "2027", "decree": "SKB 2027", "step": "preview"})
    assert "Kalender 2027 menjadi final." in seen.text
    assert record(ani, address, {"year": "2027", "decree": "SKB 2027"}).status_code == 303

    seed = bureau.desk("ani", "admin").calendar.seeds[2027]
    assert (seed.provisional, seed.source[:8]) == (False, "SKB 2027")
    assert "Kalender 2027 belum final" not in ani.get("/uji/pengaturan").text
    again = ani.submit(address, {"year": "2027", "decree": "SKB 2027", "step": "preview"})
    assert "Tidak ada yang berubah" in again.text
    assert 'value="record"' not in again.text


def test_a_policy_is_chosen_within_the_law(bureau: Bureau, ani: Browser) -> None:
    address = "/uji/pengaturan/badan/tindakan/set_policy"
    too_far = {"review_months": "13", "reason": "Lebih longgar", "step": "preview"}
    answer = ani.submit(address, too_far)
    assert answer.status_code == 409
    assert body.REVIEW_AT_LEAST_YEARLY.text in answer.text
    chosen = {"joint_leave_off": "tidak", "reason": "Layanan tetap buka"}
    assert record(ani, address, chosen).status_code == 303

    policy = bureau.desk("ani", "admin").body.policy
    assert (policy.joint_leave_off, policy.review_months) == (False, 12)


def test_one_huruf_changes_and_the_others_stay(bureau: Bureau, ani: Browser) -> None:
    before = bureau.desk("ani", "admin").categories
    address = "/uji/pengaturan/hukum/tindakan/enact"
    form = ani.get(f"{address}?huruf=g").text
    assert before["g"].title in form
    typed = {
        "since": "2026-03-01",
        "basis": "Putusan MK 1/2026",
        "huruf": "g",
        "title": "Akta otentik dan wasiat",
        "period_basis": "Pasal 8 PP 61/2010",
        "years_max": "25",
    }
    seen = ani.submit(address, {**typed, "step": "preview"})
    assert "Pasal 17 huruf g sejak 1 Maret 2026" in seen.text
    assert record(ani, address, typed).status_code == 303

    after = bureau.desk("ani", "admin").categories
    assert after["g"].years_max == 25
    assert {h: c for h, c in after.items() if h != "g"} == {
        h: c for h, c in before.items() if h != "g"
    }


def test_an_instrument_is_entered_and_corrected(bureau: Bureau, ani: Browser) -> None:
    address = "/uji/pengaturan/hukum/tindakan/enter"
    typed = {"kind": "Perda Kota Contoh", "number": "3", "year": "2025", "about": "Arsip"}
    refused = ani.submit(address, {**typed, "step": "preview"})
    assert refused.status_code == 409
    assert law.SOURCE_MUST_BE_NAMED.text in refused.text
    assert record(ani, address, {**typed, "source": "JDIH"}).status_code == 303
    key = "perda-kota-contoh-3-2025"
    assert bureau.desk("ani", "admin").law.instruments[key].level is law.Level.PERDA
    form = ani.get(f"{address}?key={key}").text
    assert 'value="JDIH"' in form
    dated = {**typed, "source": "JDIH", "in_force_from": "2025-02-03"}
    seen = ani.submit(address, {**dated, "step": "preview"})
    assert "Keterangannya dibetulkan." in seen.text


def test_who_loses_an_office_that_nobody_else_holds_leaves_its_work_behind(
    bureau: Bureau, ani: Browser
) -> None:
    bureau.item("test")
    wayan = officer.id_of("wayan")
    ending = {"role": "atasan-ppid", "unit": "", "decree_no": "SK-1", "last_on": "2026-03-31"}
    address = f"/uji/pengaturan/pejabat/{wayan}/tindakan/end"
    seen = ani.submit(address, {**ending, "step": "preview"})

    assert "Tidak ada yang menjabat Atasan PPID" in seen.text


@pytest.mark.parametrize(
    ("decision", "typed", "rule"),
    [
        ("grant", {"role": "admin"}, officer.ADMIN_MUST_NOT_ACT_AS_OFFICER),
        ("grant", {"role": "auditor", "decree_no": ""}, officer.AUTHORITY_MUST_NAME_ITS_DECREE),
        (
            "delegate",
            {"role": "ppid-utama", "principal": "made", "until": "2026-03-05"},
            officer.PRINCIPAL_MUST_BE_ANOTHER_PERSON,
        ),
        (
            "end",
            {"role": "ppid-utama", "last_on": "2026-03-05"},
            officer.AN_ENDED_OFFICE_MUST_BE_ON_RECORD,
        ),
    ],
)
def test_what_the_law_forbids_is_said_with_its_article_and_nothing_is_lost(
    ani: Browser, decision: str, typed: dict[str, str], rule: Any
) -> None:
    usual = {"decree_no": "SK-77", "since": "2026-03-02", "acting": "Plh", "unit": ""}
    asked = {**usual, **typed, "step": "preview"}
    answer = ani.submit(f"/uji/pengaturan/pejabat/{MADE}/tindakan/{decision}", asked)

    assert answer.status_code == 409
    assert rule.text in answer.text
    assert str(rule.basis) in answer.text
    assert f'value="{typed["role"]}" selected' in answer.text


def test_an_admin_learns_that_his_own_office_is_not_his_to_arrange(ani: Browser) -> None:
    himself = officer.id_of("ani")
    page = ani.get(f"/uji/pengaturan/pejabat/{himself}").text

    assert officer.ADMIN_MUST_NOT_APPOINT_HIMSELF.text in page
    assert "tindakan/grant" not in page


def test_a_setting_that_somebody_else_changed_is_looked_at_again(
    bureau: Bureau, ani: Browser
) -> None:
    address = "/uji/pengaturan/badan/tindakan/add_unit"
    typed = {"code": "biro", "name": "Biro"}
    seen = ani.submit(address, {**typed, "step": "preview"})
    bureau.desk("ani", "admin").on_body("add_unit", code="lain", name="Unit Lain")
    answer = ani.client.post(address, data={**hidden(seen), **typed, "step": "record"})

    assert answer.status_code == 412
    assert 'value="Biro"' in answer.text
    assert "biro" not in bureau.desk("ani", "admin").body.units


# The API


def test_pages_and_api_offer_the_same_changes(bureau: Bureau, ani: Browser, admin: Caller) -> None:
    for kind, (_, acts) in SETTINGS.items():
        here = f"/officers/{MADE}" if kind == "officer" else f"/{kind}"
        page = f"pejabat/{MADE}" if kind == "officer" else AREAS[kind]
        offered = {one["act"]: one["allowed"] for one in admin.get(f"{here}/acts").json["acts"]}
        assert offered == dict.fromkeys(acts, True)
        for act in acts:
            assert admin.get(f"{here}/acts/{act}").json["allowed"]
            assert ani.get(f"/uji/pengaturan/{page}/tindakan/{act}").status_code == 200


@pytest.mark.parametrize(
    "address", ["/law", "/calendar", "/calendar?year=2027", "/body", "/officers", "/officers/sri"]
)
@pytest.mark.parametrize(("login", "role"), [("sri", "ppid-utama"), ("agus", "auditor")])
def test_the_settings_are_read_by_every_office(
    bureau: Bureau, login: str, role: str, address: str
) -> None:
    answer = bureau.caller(login, role).get(address)

    assert answer.status_code == 200
    assert address == "/officers" or answer.headers["ETag"]


def test_a_program_sees_the_effect_and_then_records(bureau: Bureau, admin: Caller) -> None:
    day = {**DAY_OFF, "on": "2026-12-10"}
    seen = admin.post("/calendar/acts/declare_off/preview", day).json
    assert seen["changes"]
    assert seen["impacts"][0]["rows"] == [["2026-12-10", "bukan hari libur", "Libur Uji"]]
    assert admin.post("/calendar/acts/declare_off", day).status_code == 428
    version = admin.get("/calendar").headers["ETag"]
    done = admin.post("/calendar/acts/declare_off", day, If_Match=version)
    assert done.status_code == 200, done.text
    assert admin.post("/calendar/acts/declare_off", day, If_Match=version).status_code == 412
    assert not admin.post("/calendar/acts/declare_off/preview", day).json["changes"]


def test_a_program_enters_and_appoints(bureau: Bureau, admin: Caller) -> None:
    post = {"name": "Demo Rai", "position": "Staf"}
    made = admin.post("/officers/rai/acts/appoint", post)
    assert made.status_code == 200, made.text
    right = {"role": "auditor", "decree_no": "SK-5", "since": "2026-03-02"}
    done = admin.post("/officers/rai/acts/grant", right, If_Match='"1"')
    assert done.status_code == 200
    assert admin.get("/officers/rai").json["authorities"][0]["role"] == "auditor"
    assert admin.post("/officers/nobody/acts/grant", right).status_code == 404


@pytest.mark.parametrize(
    ("login", "role", "status"), [("sri", "ppid-utama", 409), ("agus", "auditor", 403)]
)
def test_a_program_of_another_office_changes_nothing(
    bureau: Bureau, login: str, role: str, status: int
) -> None:
    caller = bureau.caller(login, role)
    version = caller.get("/body").headers["ETag"]
    unit = {"code": "x", "name": "X"}

    assert caller.post("/body/acts/add_unit", unit, If_Match=version).status_code == status
    assert caller.post("/body/acts/add_unit/preview", unit).status_code == status
    assert not any(getattr(fact, "code", "") == "x" for fact in facts(bureau, body.ID))


def test_the_admin_still_decides_on_no_item(bureau: Bureau, admin: Caller) -> None:
    item_id = bureau.item()
    answer = admin.post(f"/items/{item_id}/acts/withdraw", {"reason": "x"}, If_Match='"1"')

    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["law", "calendar", "body", "officer"])
def test_odd_entries_are_named_one_by_one(admin: Caller, kind: str) -> None:
    here = f"/officers/{MADE}" if kind == "officer" else f"/{kind}"
    for act in SETTINGS[kind][1]:
        answer = admin.post(f"{here}/acts/{act}/preview", {"tak_dikenal": 1})
        assert answer.status_code == 422
        assert {e["pointer"] for e in answer.json["errors"]} >= {"/tak_dikenal"}


@pytest.mark.parametrize("kind", ["law", "calendar", "body", "officer"])
def test_nothing_at_all_is_an_answer_to_no_act(admin: Caller, kind: str) -> None:
    here = f"/officers/{MADE}" if kind == "officer" else f"/{kind}"
    for act in SETTINGS[kind][1]:
        answer = admin.post(f"{here}/acts/{act}/preview", {})
        assert answer.status_code in (409, 422), act
