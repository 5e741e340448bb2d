"""Pages of decrees and pledges: what holds a line up, where a decree comes from, what is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import pledge
from domain.decree import Effect
from tests.bureau import NOW, Bureau, open_bureau
from tests.voices import TEST

CONTENTS = pledge.Contents(
    legal_basis="UU 14/2008",
    procedure="Permohonan diajukan lewat loket atau surel.",
    completion_time="10 hari kerja",
    fees="gratis",
    assurance="Dilayani dengan sopan.",
    evaluation="Setiap semester",
)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def draft(bureau: Bureau, *items: UUID, title: str = "Konsep uji") -> UUID:
    decree_id = uuid4()
    bureau.desk("sri", "ppid-utama").draft_decree(decree_id, title=title, items=list(items))
    bureau.register.views.catch_up()
    return decree_id


def test_each_line_says_what_holds_it_up_and_where_to_mend_it(bureau: Bureau) -> None:
    proposed, tested = bureau.item("submit", title="Belum diuji"), bureau.item("test")
    approved = bureau.item("approve")
    decree_id = draft(bureau, proposed, tested, approved)
    page = bureau.browser("sri").get(f"/uji/penetapan/{decree_id}").text

    assert "2 dari 3 butir siap" in page
    assert f"/uji/butir/{proposed}/tindakan/test_consequence" in page
    assert page.count("Belum siap") == 1
    assert "Siap disetujui" in page
    assert "Disetujui, siap ditetapkan" in page


def test_who_looks_at_a_draft_does_not_change_how_ready_it_is(bureau: Bureau) -> None:
    decree_id = draft(bureau, bureau.item("test"), bureau.item("approve"))
    said = {
        login: re.findall(
            r"Semua butir siap \(2\)", bureau.browser(login).get(f"/uji/penetapan/{decree_id}").text
        )
        for login in ("sri", "wayan", "tim", "agus")
    }

    assert all(found == ["Semua butir siap (2)"] for found in said.values())


def test_decrees_are_shown_in_their_line(bureau: Bureau) -> None:
    item_id = bureau.item("approve")
    first, second = draft(bureau, item_id, title="Pertama"), uuid4()
    sri = bureau.desk("sri", "ppid-utama")
    bureau.desk("wayan", "atasan-ppid").approve_draft(first)
    sri.issue(first, number="188/lama")
    sri.on_item("test_consequence", item_id, test=replace(TEST, part="halaman 4"))
    bureau.desk("wayan", "atasan-ppid").on_item("approve", item_id)
    sri.draft_decree(second, title="Kedua", items=[item_id])
    sri.issue(second, number="188/baru", supersedes=first, effect=Effect.REPLACES)
    bureau.register.views.catch_up()

    for decree_id in (first, second):
        page = bureau.browser("sri").get(f"/uji/penetapan/{decree_id}").text
        line = page[page.index('id="silsilah"') :]
        assert line.index("188/lama") < line.index("188/baru")
        assert "mencabut dan mengganti yang sebelumnya" in line


def test_the_list_of_decrees_is_narrowed_and_goes_on(bureau: Bureau) -> None:
    for number in range(55):
        draft(bureau, bureau.item("test"), title=f"Konsep ke-{number}")
    sri = bureau.browser("sri")
    first = sri.get("/uji/penetapan?kedudukan=konsep").text
    [onward] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = sri.get(onward.replace("&amp;", "&")).text
    ids = [re.findall(r'href="/uji/penetapan/([0-9a-f-]{36})"', page) for page in (first, second)]

    assert len(ids[0]) == 50
    assert not set(ids[0]) & set(ids[1])
    assert len(ids[1]) >= 5
    assert "188/" not in first
    assert sri.get("/uji/penetapan?kedudukan=apa&after=bukan").status_code == 200


def test_a_pledge_stands_next_to_its_deadline(bureau: Bureau) -> None:
    made = bureau.desk("made", "ppid-pembantu")
    fixed = NOW.date() - timedelta(days=3)
    dated = replace(CONTENTS, standard_fixed_on=fixed)
    made.on_pledge("draft", "inspektorat", contents=dated)
    bureau.register.views.catch_up()
    browser = bureau.browser("made")
    page, listed = (
        browser.get("/uji/maklumat/inspektorat").text,
        browser.get("/uji/maklumat").text,
    )

    assert "Tenggat pengumuman" in page
    assert re.search(r'class="deadline soon"><b>\d HK</b>', page)
    assert re.search(r"\(\d HK\)", listed)
    assert "Belum dapat dihitung" in browser.get("/uji/maklumat/badan").text


@pytest.mark.parametrize("address", ["maklumat/tidak-ada", f"penetapan/{UUID(int=9)}"])
def test_what_is_not_there_is_not_found(bureau: Bureau, address: str) -> None:
    assert bureau.browser("sri").get(f"/uji/{address}").status_code == 404


def test_items_ticked_elsewhere_come_first_however_long_the_list(bureau: Bureau) -> None:
    item_id = bureau.item("approve", title="ZZZ paling akhir menurut abjad")
    for asked in (f"butir={item_id}", f"butir={item_id}&butir=bukan&butir={uuid4()}"):
        page = bureau.browser("sri").get(f"/uji/penetapan/baru?{asked}").text
        assert re.search(rf'value="{item_id}" checked', page)
