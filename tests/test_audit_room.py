"""The auditor's room: what it finds, what it leaves out, what it notes of its visitors."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters import registers
from adapters.audit_room import COMPARED, AuditRoom
from adapters.exports import written
from domain.history import FACTS
from domain.officer import Authority
from projections.audit import Asked
from projections.register import PASSED_OVER
from tests.bureau import MARKER, NOW, ORDINARY, PASSWORD, Browser, Bureau, open_bureau
from tests.places import almighty
from tests.voices import PARTICULARS

UNIT_AUDITOR = "dewi"


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        appoint(opened, UNIT_AUDITOR, "auditor", "dinkes")
        yield opened


def appoint(bureau: Bureau, officer_id: str, role: str, unit: str) -> None:
    ledger = bureau.register.ledger
    registers.appoint(
        ledger, officer_id, name=f"Demo {officer_id}", position="Auditor", unit="", stamp=ORDINARY
    )
    right = Authority(role=role, unit=unit, decree_no="ST-1", since=date(2020, 1, 1))
    registers.grant(ledger, officer_id, [right], stamp=ORDINARY)
    bureau.accounts.create(officer_id, officer_id=officer_id, body="uji", password=PASSWORD)
    bureau.register.views.catch_up()


@pytest.fixture(scope="module")
def ours(bureau: Bureau) -> UUID:
    """An item of the inspektorat, determined, with something closed."""
    return bureau.item("upload", title="Berita acara inspektorat", secret=True)


@pytest.fixture(scope="module")
def theirs(bureau: Bureau) -> UUID:
    """An item of the dinkes."""
    item_id = uuid4()
    given = replace(PARTICULARS, title="Rekam medis dinkes", unit="dinkes", holder="Kepala Dinas")
    bureau.desk("budi", "ppid-pembantu").on_item("submit", item_id, particulars=given)
    bureau.register.views.catch_up()
    return item_id


def audit(bureau: Bureau) -> AuditRoom:
    return bureau.register.audit


# The trail


def test_each_filter_leaves_exactly_the_facts_it_names(
    bureau: Bureau, ours: UUID, theirs: UUID
) -> None:
    whole = audit(bureau).trail(Asked(), limit=10_000)
    expected: dict[str, tuple[Asked, Any]] = {
        "by": (Asked(by="sri"), lambda r: r["by_id"] == "sri"),
        "role": (Asked(role="ppid-pembantu"), lambda r: r["as_role"] == "ppid-pembantu"),
        "kind": (Asked(kind="decree"), lambda r: r["kind"] == "decree"),
        "tag": (Asked(tag="item.submitted"), lambda r: r["tag"] == "item.submitted"),
        "unit": (Asked(unit="dinkes"), lambda r: r["unit"] == "dinkes"),
        "subject": (Asked(subject=ours), lambda r: r["id"] == ours),
        "sop": (
            Asked(sop="kalteng-diskominfo-2024"),
            lambda r: r["sop_key"] == "kalteng-diskominfo-2024",
        ),
        "flag": (Asked(flag="backdated"), lambda r: r["backdated"]),
        "outside": (Asked(flag="outside-sop"), lambda r: "outside-sop" in r["flags"]),
        "from": (Asked(effective_from=NOW.date()), lambda r: r["on_date"] >= NOW.date()),
        "to": (Asked(effective_to=NOW.date()), lambda r: r["on_date"] <= NOW.date()),
        "cause": (Asked(cause="no such"), lambda r: False),
    }
    for name, (asked, matches) in expected.items():
        found = audit(bureau).trail(asked, limit=10_000)
        assert [r["position"] for r in found] == [r["position"] for r in whole if matches(r)], name
    assert whole[0]["position"] == audit(bureau).head() == len(whole)


def test_recorded_between_is_by_when_it_was_recorded(bureau: Bureau, ours: UUID) -> None:
    first, last = (
        bureau.register.audit.trail(Asked(), limit=10_000)[place]["recorded_at"]
        for place in (-1, 0)
    )

    assert audit(bureau).trail(Asked(recorded_from=last + timedelta(seconds=1))) == []
    assert audit(bureau).trail(Asked(recorded_before=first)) == []
    assert audit(bureau).trail(Asked(recorded_from=first, recorded_before=last)) != []


def test_the_trail_is_paged_by_position_and_no_fact_is_lost_or_told_twice(
    bureau: Bureau, ours: UUID
) -> None:
    seen: list[int] = []
    address = "/uji/jejak?oleh=admin-uji"
    agus = bureau.browser("agus")
    while address:
        page = agus.get(address).text
        seen += [int(n) for n in re.findall(r'pada=(\d+)" aria-label', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/uji/jejak{following[1].replace('&amp;', '&')}" if following else ""

    wanted = audit(bureau).trail(Asked(by="admin-uji"), limit=10_000)
    assert seen == [row["position"] for row in wanted]


def test_a_line_of_the_trail_names_people_and_subjects_and_says_what_it_says(
    bureau: Bureau, ours: UUID
) -> None:
    page = bureau.browser("agus").get(f"/uji/jejak?subjek={ours}").text

    assert "Berita acara inspektorat" in page
    assert "Demo Sri (fiktif)" in page
    assert "Kesimpulan: dikecualikan" in page
    assert f"/uji/butir/{ours}?tercatat_pada=1" in page
    assert MARKER not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tercatat_dari=kemarin", "Tanggal harus ditulis seperti 2026-03-02."),
        ("berlaku_sampai=2026-13-01", "Tanggal harus ditulis seperti 2026-03-02."),
        ("tercatat_sampai=9999-12-31", "Tanggal harus ditulis seperti 2026-03-02."),
        ("subjek=abc", "Pengenal harus seperti pada alamat halaman butirnya."),
        ("tanda=merah", "Tanda ini tidak dikenal."),
        ("jenis=x", "Jenis ini tidak dikenal."),
        ("fakta=item.dihapus", "Peristiwa ini tidak dikenal."),
        ("jabatan=raja", "Jabatan ini tidak dikenal."),
        ("sebab=" + "x" * 101, "Paling panjang 100 karakter yang dapat dibaca."),
        ("sebab=%00", "Paling panjang 100 karakter yang dapat dibaca."),
        ("sebelum=-1", "Nomor catatan harus berupa angka."),
        ("sebelum=9999999999999999999", "Nomor catatan harus berupa angka."),
        ("berlaku_dari=2026-03-03&berlaku_sampai=2026-03-02", "Tanggal akhir mendahului"),
    ],
)
def test_a_filter_that_cannot_be_read_says_so_beside_its_field(
    bureau: Bureau, typed: str, said: str
) -> None:
    answer = bureau.browser("agus").get(f"/uji/jejak?{typed}")

    assert answer.status_code == 422
    assert said in answer.text


def test_every_kind_of_fact_has_a_name_for_people(bureau: Bureau) -> None:
    page = bureau.browser("agus").get("/uji/jejak").text
    chosen = re.search(r'<select id="fakta".*?</select>', page, re.S)

    assert chosen is not None
    ours = {tag for tag, kind in FACTS.items() if kind.__module__.startswith("domain.")}
    ours -= PASSED_OVER
    assert {tag for tag in ours if f'value="{tag}"' not in chosen[0]} == set()


# Played again


def test_replay_steps_through_every_fact_and_back(bureau: Bureau, ours: UUID) -> None:
    agus, address, forth = bureau.browser("agus"), f"/uji/jejak/putar?subjek={ours}", []
    while True:
        page = agus.get(address).text
        forth.append(int(_place(page)))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = "/uji/jejak/putar" + following[1].replace("&amp;", "&")
    back = re.search(r'rel="prev" href="([^"]+)"', page)

    history = audit(bureau).trail(Asked(subject=ours), limit=100)
    assert forth == [row["position"] for row in reversed(history)]
    assert back is not None
    assert f"pada={forth[-2]}" in back[1]


def _place(page: str) -> str:
    found = re.search(r'class="place"><b>#([\d.]+)', page)
    assert found is not None
    return found[1].replace(".", "")


def test_a_step_shows_what_changed_in_the_list_and_its_counts_then(
    bureau: Bureau, ours: UUID
) -> None:
    determined = audit(bureau).trail(Asked(subject=ours, tag="item.determined"))[0]["position"]
    page = bureau.browser("agus").get(f"/uji/jejak/putar?pada={determined}").text

    assert re.search(r"<del>Disetujui</del>.*?<ins>Dikecualikan</ins>", page, re.S)
    counted = audit(bureau).counts_at(determined)
    listed = bureau.register.views.list(known_at=determined, limit=1000)
    assert counted == {
        status: sum(row["status"] == status for row in listed)
        for status in {row["status"] for row in listed}
    }


def test_counting_back_from_now_comes_to_what_counting_from_the_start_does(
    bureau: Bureau, ours: UUID, theirs: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = audit(bureau).head()
    for units in (None, ("dinkes",)):
        direct = [audit(bureau).counts_at(p, units=units) for p in range(1, head + 1)]
        monkeypatch.setattr("adapters.audit_room.NEAR", 0)
        assert audit(bureau).counts_at(head, units=units) == direct[-1]
        monkeypatch.undo()
        monkeypatch.setattr("adapters.audit_room.NEAR", head // 2 + 1)
        assert [audit(bureau).counts_at(p, units=units) for p in range(1, head + 1)] == direct
        monkeypatch.undo()


def test_replay_jumps_to_a_day_and_stays_within_the_trail(bureau: Bureau, ours: UUID) -> None:
    agus = bureau.browser("agus")

    assert _place(agus.get("/uji/jejak/putar?tanggal=2001-01-01").text) == "1"
    assert int(_place(agus.get("/uji/jejak/putar?tanggal=2099-01-01").text)) > 1
    assert int(_place(agus.get("/uji/jejak/putar?pada=999999999").text)) > 1
    for odd in ("tanggal=kemarin", "pada=minus", "tanggal=0001-01-01"):
        assert agus.get(f"/uji/jejak/putar?{odd}").status_code == 422, odd


def test_replay_plays_by_itself_without_a_script(bureau: Bureau, ours: UUID) -> None:
    page = bureau.browser("agus").get("/uji/jejak/putar?pada=1&tempo=2").text

    assert '<noscript><meta http-equiv="refresh" content="2;url=?pada=2&amp;tempo=2">' in page
    assert 'hx-trigger="load delay:2s"' in page
    still = bureau.browser("agus").get("/uji/jejak/putar?pada=1&tempo=7").text
    assert "http-equiv" not in still


# Two moments


def test_two_moments_differ_by_exactly_what_two_whole_lists_differ_by(
    bureau: Bureau, ours: UUID, theirs: UUID
) -> None:
    views, head = bureau.register.views, audit(bureau).head()
    early = NOW.date() - timedelta(days=3000)
    moments = [(None, 5), (None, head // 2), (None, head), (early, None), (NOW.date(), None)]
    for a in moments:
        for b in moments:
            for units in (None, ("dinkes",)):
                lists = [
                    {row["id"]: row for row in views.list(on, position, units=units, limit=10_000)}
                    for on, position in (a, b)
                ]
                differing = {
                    item_id
                    for item_id in lists[0].keys() | lists[1].keys()
                    if _told(lists[0].get(item_id)) != _told(lists[1].get(item_id))
                }
                found = audit(bureau).differences(a, b, units=units, limit=10_000)
                assert {row["id"] for row in found} == differing, (a, b)
                assert len(found) == len(differing)


def _told(row: Any) -> Any:
    return row and [row[name] for name in COMPARED]


def test_a_comparison_is_paged_without_loss(bureau: Bureau, ours: UUID, theirs: UUID) -> None:
    a, b = (None, 1), (None, audit(bureau).head())
    whole = [row["id"] for row in audit(bureau).differences(a, b, limit=1000)]
    paged: list[UUID] = []
    before = None
    while page := audit(bureau).differences(a, b, before=before, limit=1):
        paged += [row["id"] for row in page]
        before = page[-1]["place"]

    assert paged == whole
    assert len(set(whole)) == len(whole)


def test_a_difference_names_the_fields_and_the_facts_that_made_it(
    bureau: Bureau, ours: UUID
) -> None:
    before = audit(bureau).trail(Asked(subject=ours, tag="item.submitted"))[0]["position"]
    page = bureau.browser("agus").get(f"/uji/jejak/banding?a={before}&b=").text

    assert re.search(r"<del>Diusulkan</del>.*?<ins>Dikecualikan</ins>", page, re.S)
    assert "Ditetapkan dikecualikan" in page
    assert "Penetapan 188/" in page
    assert MARKER not in page


def test_what_came_into_the_exempted_list_is_told_as_that(bureau: Bureau, ours: UUID) -> None:
    page = bureau.browser("agus").get("/uji/jejak/banding?a=5&b=&lingkup=dikecualikan").text

    assert "Berita acara inspektorat" in page
    assert ">Masuk daftar<" in page


@pytest.mark.parametrize(
    "typed",
    ["a=kemarin", "a=2026-02-30", "b=2026-03-02T99:99", "a=99999999999999999999", "sebelum=x"],
)
def test_a_moment_that_cannot_be_read_says_so(bureau: Bureau, typed: str) -> None:
    assert bureau.browser("agus").get(f"/uji/jejak/banding?{typed}").status_code == 422


# Soundness


def test_a_sound_register_is_found_sound_and_an_altered_cell_is_found(
    bureau: Bureau, ours: UUID
) -> None:
    room = audit(bureau)
    room.begin_check(by="agus", as_role="auditor", at=NOW, wait=True)
    sound = room.checks()[0]
    assert (sound["trouble"], sound["differing"], sound["missing"], sound["broken"]) == (
        "",
        0,
        0,
        0,
    )
    assert sound["unguarded"] == []
    page = bureau.browser("agus").get("/uji/jejak/keutuhan").text
    assert "tampilan sama dengan catatan" in page
    assert "bahwa isi catatan itu benar" in page

    with bureau.database.connect("uji") as connection:
        connection.execute("UPDATE dik SET holder = 'Orang lain' WHERE id = %s", (ours,))
    room.begin_check(by="agus", as_role="auditor", at=NOW, wait=True)
    bureau.register.views.rebuild()

    assert room.checks()[0]["differing"] == 1
    assert room.checks()[0]["examples"] == [{"view": "dik", "key": [str(ours)], "column": "holder"}]
    assert "1 sel atau baris" in bureau.browser("agus").get("/uji/jejak/keutuhan").text


def test_a_guard_that_was_taken_down_is_missed(bureau: Bureau) -> None:
    with almighty(bureau.database, "uji") as connection:
        connection.execute("ALTER TABLE ledger_events DISABLE TRIGGER ledger_is_append_only")
        missed = audit(bureau).unguarded()
        connection.execute("ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_is_append_only")

    assert missed == ["ledger_events"]
    assert audit(bureau).unguarded() == []


def test_what_a_check_found_cannot_be_changed_and_a_file_cannot_either(bureau: Bureau) -> None:
    audit(bureau).begin_check(by="agus", as_role="auditor", at=NOW, wait=True)
    _export(bureau.browser("agus"))
    for attempt in (
        "UPDATE integrity_check SET differing = 7",
        "DELETE FROM integrity_check",
        "UPDATE trail_export SET purpose = 'lain'",
        "DELETE FROM trail_export",
        "TRUNCATE trail_export",
    ):
        with (
            bureau.database.connect("uji", role="superuser") as connection,
            pytest.raises(psycopg.errors.IntegrityConstraintViolation),
        ):
            connection.execute(attempt.encode())


def test_the_button_begins_a_check_and_only_for_those_who_look_into_it(bureau: Bureau) -> None:
    known = len(audit(bureau).checks(1000))
    answer = bureau.browser("agus").submit("/uji/jejak/keutuhan", {})
    assert answer.status_code == 303
    assert len(audit(bureau).checks(1000)) == known + 1
    made = bureau.browser("made")
    assert made.get("/uji/jejak/keutuhan").status_code == 403


# Taken along


def _export(browser: Browser, query: str = "", **typed: str) -> Any:
    given = {"tujuan": "ST-12/2026, pemeriksaan kepatuhan", "bentuk": "csv", **typed}
    return browser.submit(f"/uji/jejak/ekspor/baru{query}", given)


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_trail_is_filed_and_comes_back_byte_for_byte(
    bureau: Bureau, ours: UUID, form: str
) -> None:
    agus = bureau.browser("agus")
    answer = _export(agus, f"?subjek={ours}", bentuk=form)
    assert answer.status_code == 303
    number = int(answer.location.rpartition("=")[2])
    [row] = audit(bureau).filed(number=number)
    file = agus.get(f"/uji/jejak/ekspor/{number}/berkas").data

    assert sha256(file).hexdigest() == row["sha256"]
    assert len(file) == row["bytes"]
    assert file == agus.get(f"/uji/jejak/ekspor/{number}/berkas").data
    assert (row["purpose"], row["by_id"]) == ("ST-12/2026, pemeriksaan kepatuhan", "agus")
    assert row["filter"] == {"subjek": str(ours)}
    history = audit(bureau).trail(Asked(subject=ours), limit=100)
    assert row["facts"] == len(history)
    assert row["sha256"] in agus.get("/uji/jejak/ekspor").text
    assert MARKER.encode() not in file


def test_a_file_says_itself_what_it_is(bureau: Bureau, ours: UUID) -> None:
    agus = bureau.browser("agus")
    number = _export(agus, f"?subjek={ours}&jenis=item").location.rpartition("=")[2]
    [row] = audit(bureau).filed(number=int(number))
    lines = agus.get(f"/uji/jejak/ekspor/{number}/berkas").data.decode("utf-8-sig")
    about = {line[0]: line[1] for line in csv.reader(StringIO(lines)) if len(line) == 2}

    assert about["Tujuan"] == row["purpose"]
    assert about["Sampai catatan nomor"] == str(row["position"])
    assert about["SHA-256 isi"] == row["content_hash"]
    assert "Tentang: Butir" in about["Saringan"]


def test_the_hash_within_is_that_of_the_facts_whatever_the_file(bureau: Bureau, ours: UUID) -> None:
    agus = bureau.browser("agus")
    numbers = [
        int(_export(agus, f"?subjek={ours}", bentuk=form).location.rpartition("=")[2])
        for form in ("csv", "json")
    ]
    hashes = {audit(bureau).filed(number=n)[0]["content_hash"] for n in numbers}
    said = json.loads(agus.get(f"/uji/jejak/ekspor/{numbers[1]}/berkas").data)
    rows = "\n".join(json.dumps(f, ensure_ascii=False, sort_keys=True) for f in said["facts"])

    assert hashes == {sha256(rows.encode()).hexdigest()}


@pytest.mark.parametrize(
    "typed",
    [
        {"tujuan": ""},
        {"tujuan": "   "},
        {"tujuan": "x" * 501},
        {"tujuan": "a\x00b"},
        {"bentuk": "exe"},
        {"bentuk": ""},
    ],
)
def test_a_trail_without_purpose_or_form_is_not_filed(
    bureau: Bureau, typed: dict[str, str]
) -> None:
    known = len(audit(bureau).filed(limit=1000))
    answer = _export(bureau.browser("agus"), **typed)

    assert answer.status_code == 422
    assert len(audit(bureau).filed(limit=1000)) == known


def test_a_double_click_files_one_trail(bureau: Bureau) -> None:
    agus, token = bureau.browser("agus"), uuid4().hex
    known = len(audit(bureau).filed(limit=1000))
    page = "/uji/jejak/ekspor/baru"
    given = {"tujuan": "ST-13", "bentuk": "json"}
    first, second = (agus.submit(page, given, token=token) for _ in range(2))

    assert first.location == second.location
    assert len(audit(bureau).filed(limit=1000)) == known + 1


def test_more_facts_than_a_file_takes_are_refused_in_words(
    bureau: Bureau, ours: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.audit_pages.FACTS_MAX", 3)
    answer = _export(bureau.browser("agus"))

    assert answer.status_code == 422
    assert "persempit saringannya" in answer.text


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    heading = {"title": "Judul"}
    for danger in ("=1+1", "+1", "-1", "@x", "\tx"):
        file = written("csv", {"Tujuan": danger}, heading, [{"title": danger}]).decode("utf-8-sig")
        assert f"'{danger}" in file
        assert f"\n{danger}" not in file
        assert b"<f>" not in written("xlsx", {}, heading, [{"title": danger}])


def test_who_decides_on_items_of_a_unit_files_no_trail(bureau: Bureau) -> None:
    for login in ("made", "ani"):
        browser = bureau.browser(login)
        for page in ("/uji/jejak/ekspor", "/uji/jejak/ekspor/baru", "/uji/jejak/ekspor/1/berkas"):
            assert browser.get(page).status_code == 403, (login, page)
    assert bureau.browser("agus").get("/uji/jejak/ekspor/999999/berkas").status_code == 404


# Within bounds


def test_an_auditor_of_one_unit_sees_nothing_of_another_in_any_page_of_the_room(
    bureau: Bureau, ours: UUID, theirs: UUID
) -> None:
    dewi = bureau.browser(UNIT_AUDITOR)
    head = audit(bureau).head()
    pages = [
        "jejak",
        f"jejak?subjek={ours}",
        "jejak?unit=inspektorat",
        "jejak?jenis=item",
        "jejak?fakta=item.determined",
        *(f"jejak/putar?pada={place}" for place in range(1, head + 1, 3)),
        f"jejak/putar?subjek={ours}",
        "jejak/banding?a=1&b=",
        "jejak/banding?a=2020-01-01&a_menurut=keberlakuan&b=",
        "jejak/keutuhan",
        "jejak/ekspor",
        "jejak/akses",
    ]
    for page in pages:
        text = dewi.get(f"/uji/{page}").text
        assert "Berita acara inspektorat" not in text, page
        assert str(ours) not in re.sub(r'(value="|subjek=|subjek: )[^"&<]*', "", text), page
    assert "Rekam medis dinkes" in dewi.get("/uji/jejak").text
    assert "Rekam medis dinkes" in dewi.get("/uji/jejak/banding?a=1&b=").text


def test_his_files_hold_his_unit_only_and_those_of_others_are_not_there_for_him(
    bureau: Bureau, ours: UUID, theirs: UUID
) -> None:
    agus, dewi = bureau.browser("agus"), bureau.browser(UNIT_AUDITOR)
    of_all = int(_export(agus, bentuk="json").location.rpartition("=")[2])
    of_one = int(_export(dewi, bentuk="json").location.rpartition("=")[2])
    file = dewi.get(f"/uji/jejak/ekspor/{of_one}/berkas").data

    assert b"Rekam medis dinkes" in file
    assert b"Berita acara inspektorat" not in file
    assert str(ours).encode() not in file
    assert dewi.get(f"/uji/jejak/ekspor/{of_all}/berkas").status_code == 404
    assert agus.get(f"/uji/jejak/ekspor/{of_one}/berkas").status_code == 200
    assert f"/ekspor/{of_all}/berkas" not in dewi.get("/uji/jejak/ekspor").text


def test_what_an_item_was_before_it_came_to_his_unit_is_told_nowhere(bureau: Bureau) -> None:
    moved = uuid4()
    before = replace(PARTICULARS, title="Temuan inspektorat sebelum pindah")
    after = replace(PARTICULARS, title="Temuan dinkes", unit="dinkes")
    made, sri = bureau.desk("made", "ppid-pembantu"), bureau.desk("sri", "ppid-utama")
    made.on_item("submit", moved, particulars=before)
    sri.on_item("revise", moved, particulars=after)
    bureau.register.views.catch_up()
    browser, caller = bureau.browser(UNIT_AUDITOR), bureau.caller(UNIT_AUDITOR, "auditor")

    page = browser.get(f"/uji/butir/{moved}").text
    assert "Temuan dinkes" in page
    assert before.title not in page
    assert browser.get(f"/uji/butir/{moved}?tercatat_pada=1").status_code == 404
    assert before.title not in browser.get(f"/uji/jejak?subjek={moved}").text
    assert before.title not in browser.get("/uji/jejak/banding?a=1").text
    told = caller.get(f"/items/{moved}/history")
    assert before.title not in told.text
    assert [fact["version"] for fact in told.json["history"]] == [2]
    whole = bureau.caller("agus", "auditor").get(f"/items/{moved}/history")
    assert [fact["version"] for fact in whole.json["history"]] == [1, 2]


def test_over_the_api_the_bounds_are_the_same(bureau: Bureau, ours: UUID, theirs: UUID) -> None:
    dewi = bureau.caller(UNIT_AUDITOR, "auditor")
    found = dewi.get("/trail?limit=200").json["trail"]

    assert {fact["unit"] for fact in found if fact["kind"] == "item"} == {"dinkes"}
    assert dewi.get(f"/trail?subject={ours}").json["trail"] == []
    assert dewi.get("/trail?unit=inspektorat").json["trail"] == []


# Over the API


def test_the_api_answers_the_same_trail_as_the_page(bureau: Bureau, ours: UUID) -> None:
    agus = bureau.caller("agus", "auditor")
    seen: list[int] = []
    address = "/trail?kind=item&limit=3"
    while address:
        answer = agus.get(address)
        seen += [fact["position"] for fact in answer.json["trail"]]
        following = answer.json["next"]
        address = f"/trail?kind=item&limit=3&before={following}" if following else ""

    wanted = audit(bureau).trail(Asked(kind="item"), limit=10_000)
    assert seen == [row["position"] for row in wanted]
    assert MARKER not in agus.get("/trail?limit=200").text


@pytest.mark.parametrize("typed", ["kind=x", "before=x", "limit=0", "limit=201", "subject=1"])
def test_the_api_names_the_part_that_cannot_be_read(bureau: Bureau, typed: str) -> None:
    answer = bureau.caller("agus", "auditor").get(f"/trail?{typed}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/" + typed.partition("=")[0]


# Who read what


def test_every_page_of_the_room_is_noted_and_its_reader_may_read_that(bureau: Bureau) -> None:
    agus = bureau.browser("agus")
    for page, what in (
        ("jejak?oleh=sri", "trail"),
        ("jejak/putar?pada=2", "replay"),
        ("jejak/banding?a=2", "comparison"),
        ("jejak/keutuhan", "integrity"),
        ("jejak/ekspor", "export"),
        ("jejak/akses", "readings"),
    ):
        agus.get(f"/uji/{page}")
        latest = bureau.register.readings.page(limit=1)[0]
        asked = page.partition("?")[2]
        assert (latest["what"], latest["by_id"], latest["detail"]) == (what, "agus", asked)
    bureau.caller("agus", "auditor").get("/trail?kind=law")
    assert bureau.register.readings.page(limit=1)[0]["detail"] == "kind=law"
    assert "oleh: sri" in agus.get("/uji/jejak/akses").text


def test_only_those_who_oversee_it_read_what_others_read(bureau: Bureau) -> None:
    bureau.browser("agus").get("/uji/jejak?cause=punya-agus")
    for login in ("sri", "ani"):
        assert "punya-agus" in bureau.browser(login).get("/uji/jejak/akses").text
        assert "punya-agus" not in bureau.browser(login).get("/uji/jejak/akses?oleh=made").text
    for login in ("made", "wayan", UNIT_AUDITOR):
        browser = bureau.browser(login)
        for page in ("akses", "akses?oleh=agus"):
            assert "punya-agus" not in browser.get(f"/uji/jejak/{page}").text
    role = {"sri": "ppid-utama", "made": "ppid-pembantu"}
    assert "punya-agus" in bureau.caller("sri", role["sri"]).get("/readings?by=agus").text
    assert "punya-agus" not in bureau.caller("made", role["made"]).get("/readings?by=agus").text


def test_outside_its_dates_an_appointment_opens_no_door(bureau: Bureau) -> None:
    registers.appoint(
        bureau.register.ledger,
        "lama",
        name="Auditor lama",
        position="Auditor",
        unit="",
        stamp=ORDINARY,
    )
    over = Authority(
        role="auditor",
        unit="",
        decree_no="ST-0",
        since=date(2020, 1, 1),
        until=NOW.date() - timedelta(days=1),
    )
    registers.grant(bureau.register.ledger, "lama", [over], stamp=ORDINARY)
    bureau.accounts.create("lama", officer_id="lama", body="uji", password=PASSWORD)
    bureau.register.views.catch_up()

    typed = {"login": "lama", "password": PASSWORD}
    assert bureau.browser().submit("/masuk", typed).status_code == 403
    assert bureau.caller("lama", "auditor").get("/trail").status_code == 403
