"""The public pages: what they show of any day, what they never show, who may keep them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from domain.item import Channel, Conclusion, Declassified, Opening, Segregability
from tests.browsing import Sit
from tests.bureau import MARKER, NOW, OURS, Bureau, Clock, open_bureau
from tests.spec import recorded
from tests.voices import EXEMPT, LATER, TEST
from web import public as public_pages
from web import public_changes, public_history

ATOM = "{http://www.w3.org/2005/Atom}"
INTERNAL = ("sort_key", "position", "findings", "missing", "taken_from", "conclusion", "opinions")
DAYS = [NOW + timedelta(days=n) for n in (0, 3, 6, 9)]


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def addresses(bureau: Bureau, items: list[UUID]) -> list[str]:
    """Every public address of the body."""
    lists = [
        "",
        f"?q={MARKER}",
        "?huruf=a&status=exempt&tahun=2026&unit=inspektorat",
        "?tanggal=2026-03-01",
        "?tanggal=2026-03-01&catatan=saat-itu",
        "?bahasa=en",
        "perubahan",
        "perubahan?dari=2025-01-01",
        "umpan.atom",
        "angka",
        "sop",
        "sop/kalteng-diskominfo-2024",
        "maklumat",
        "data/",
        "data/daftar.json",
        "data/daftar.csv",
        "data/daftar.csv?pemisah=titik-koma",
        f"data/daftar.json?q={MARKER}",
        "data/perubahan.json?dari=2025-01-01",
        "data/katalog.jsonld",
        "potret",
        "potret/1",
        "potret/banding",
        "data/potret.json",
        "data/potret/1.json",
        "data/banding.json",
        "bukti",
        "bukti/log/checkpoint",
        "bukti/log/kebijakan.txt",
        "sematan",
        f"sematan?q={MARKER}&jumlah=50",
    ]
    return [f"/publik/{OURS}/{one}" for one in [*lists, *(f"butir/{one}" for one in items)]]


STATIONS = ("submit", "test", "approve", "draft", "issue", "archive", "upload", "open")


@pytest.fixture(scope="module")
def items(bureau: Bureau) -> dict[str, UUID]:
    """One item with something closed in every station of its life, and off its path."""
    found = {s: bureau.item(s, title=f"Dokumen {s}", secret=True) for s in STATIONS}
    made, sri = bureau.desk("made", "ppid-pembantu"), bureau.desk("sri", "ppid-utama")
    wayan = bureau.desk("wayan", "atasan-ppid")
    found["withdrawn"] = bureau.item("submit", title="Dokumen withdrawn", secret=True)
    made.on_item("withdraw", found["withdrawn"], reason=f"{MARKER} ditarik")
    found["rejected"] = bureau.item("test", title="Dokumen rejected", secret=True)
    wayan.on_item("reject", found["rejected"], reason=f"{MARKER} ditolak")
    found["not-exempt"] = bureau.item("submit", title="Dokumen not-exempt", secret=True)
    sri.on_item(
        "test_consequence", found["not-exempt"], test=replace(TEST, conclusion=Conclusion.OPEN)
    )
    found["elsewhere"] = bureau.item("archive", title="Dokumen elsewhere", secret=True)
    board = Channel(kind="papan-pengumuman", address=f"{MARKER} lobi", on=NOW.date())
    sri.on_item("upload", found["elsewhere"], channels=(board,))
    bureau.register.publications.take(on=NOW.date(), at=NOW)
    bureau.register.views.catch_up()
    bureau.sign()
    return found


SHOWN = {"upload", "open"}


# What nobody is shown


def test_nothing_closed_and_nothing_unpublished_stands_under_any_public_address(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    hidden = [f"Dokumen {station}" for station in items if station not in SHOWN]
    for address in addresses(bureau, list(items.values())):
        text = bureau.browser().get(address).text

        assert MARKER not in re.sub(rf'(value="|q=){MARKER}', "", text), address
        assert not [title for title in hidden if title in text], address


def test_open_data_have_the_named_columns_and_no_other(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    answer = bureau.browser().get("/publik/uji/data/daftar.json")

    found = json.loads(answer.text)
    assert {one["judul"] for one in found["butir"]} == {"Dokumen upload", "Dokumen open"}
    for one in found["butir"]:
        assert not set(one) & {*INTERNAL, "closed", "rahasia", "by", "hands"}
        assert one["alamat"].endswith(f"/publik/uji/butir/{one['id']}")


@pytest.mark.parametrize("station", [*STATIONS, "withdrawn", "rejected", "not-exempt", "elsewhere"])
def test_an_address_answers_from_publication_on(
    bureau: Bureau, items: dict[str, UUID], station: str
) -> None:
    answer = bureau.browser().get(f"/publik/uji/butir/{items[station]}")

    assert answer.status_code == (200 if station in SHOWN else 404)


def test_no_name_of_an_officer_stands_on_a_public_page(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    for address in addresses(bureau, [items["upload"], items["open"]]):
        assert "(fiktif)" not in bureau.browser().get(address).text, address


def test_another_body_has_nothing_of_ours(bureau: Bureau, items: dict[str, UUID]) -> None:
    anybody = bureau.browser()

    assert anybody.get(f"/publik/lain/butir/{items['open']}").status_code == 404
    assert "Dokumen" not in anybody.get("/publik/lain/data/daftar.json").text
    assert anybody.get("/publik/tidak-ada/").status_code == 404


# An item through its life


@pytest.fixture
def calendar_of(bureau: Bureau) -> Iterator[Clock]:
    """The clock may be moved, and goes back."""
    yield bureau.clock
    bureau.clock.at = NOW


def test_an_address_survives_from_the_list_to_public_information(
    bureau: Bureau, calendar_of: Clock
) -> None:
    item_id = bureau.item("upload", title="Nilai penawaran")
    address = f"/publik/uji/butir/{item_id}"
    before = bureau.browser().get(address).text
    calendar_of.at = DAYS[1]
    bureau.desk("sri", "ppid-utama").on_item(
        "declassify", item_id, why="ruling", evidence="Putusan 7/KI/2026"
    )
    after = bureau.browser().get(address).text

    assert "Dikecualikan sampai dengan 2 Maret 2027." in before
    assert "30 hari kerja" in before
    assert "Informasi ini terbuka sejak 5 Maret 2026." in after
    assert "Putusan 7/KI/2026" in after
    assert re.search('rel="canonical" href="([^"]+)"', after)[1].endswith(address)  # type: ignore[index]
    for kind in ("Ditetapkan dikecualikan", "Diumumkan dalam daftar", "Terbuka untuk publik"):
        assert f"<h3>{kind}</h3>" in after


@pytest.mark.parametrize(
    ("why", "told"),
    [(Opening.CONSENT, False), (Opening.OBJECTION, False), (Opening.RULING, True)],
)
def test_evidence_is_told_only_where_it_names_nobody(why: Opening, told: bool) -> None:
    opened = (Declassified(why=why, evidence="Surat Budi Santoso"), LATER)
    history = [
        recorded(fact, under, version=version)
        for version, (fact, under) in enumerate([*EXEMPT, opened], 1)
    ]
    shown = public_history.public(history)

    assert [one.kind for one in shown.history] == ["determined", "opened"]
    assert ("Surat Budi Santoso" in shown.history[-1].lines) is told


def test_a_correction_is_told_with_its_reason_unless_it_came_before_publication(
    bureau: Bureau,
) -> None:
    item_id = bureau.item("archive", title="Berkas pemerikasaan")
    sri = bureau.desk("sri", "ppid-utama")
    sri.on_item("correct", item_id, field="title", now="Berkas periksa", reason="Ejaan pertama")
    page = Channel(kind="sidik", address=f"/publik/uji/butir/{item_id}", on=NOW.date())
    sri.on_item("upload", item_id, channels=(page,))
    sri.on_item("correct", item_id, field="title", now="Berkas pemeriksaan", reason="Ejaan kedua")
    bureau.register.views.catch_up()
    answer = unescape(bureau.browser().get(f"/publik/uji/butir/{item_id}").text)

    assert "Salah tulis dikoreksi" in answer
    assert "“Berkas periksa” menjadi “Berkas pemeriksaan”" in answer
    assert "Alasan: Ejaan kedua" in answer
    assert "Ejaan pertama" not in answer
    assert "pemerikasaan" not in answer


def test_a_test_that_is_not_yet_a_decree_changes_nothing(bureau: Bureau) -> None:
    item_id = bureau.item("upload", title="Diuji lagi")
    bureau.browser().get("/publik/uji/")
    address = f"/publik/uji/butir/{item_id}"
    before, data = bureau.browser().get(address).text, bureau.browser().get("/publik/uji/data/")
    why = (
        "Setiap halaman memuat keterangan saksi yang saling menunjuk sehingga menghapus nama "
        "saja tetap membuka siapa pelapornya kepada terperiksa."
    )
    whole = Segregability(separable=False, justification=why)
    bureau.desk("sri", "ppid-utama").on_item(
        "test_consequence", item_id, test=replace(TEST, segregability=whole, part="seluruh berkas")
    )
    bureau.register.views.catch_up()
    after = bureau.browser().get(address).text

    assert data.status_code == 200
    assert after == _without_moment(before, after)


def _without_moment(before: str, after: str) -> str:
    """The page says up to when it knows; that alone may differ."""
    moment = r"Menurut catatan sampai [^<]+"
    found = re.search(moment, after)
    return re.sub(moment, found[0] if found else "", before)


# The list of any day


@pytest.fixture(scope="module")
def other_days(server: str, template: str) -> Iterator[Bureau]:
    """A body in which something happens on each of four days."""
    with open_bureau(server, template) as bureau:
        first = bureau.item("upload", title="Satu")
        second = bureau.item("upload", title="Dua")
        bureau.clock.at = DAYS[1]
        third = bureau.item("upload", title="Tiga")
        bureau.clock.at = DAYS[2]
        sri = bureau.desk("sri", "ppid-utama")
        sri.on_item("declassify", first, why="ruling", evidence="Putusan 1")
        sri.on_item("correct", second, field="summary", now="Uraian lain.", reason="Salah ketik")
        bureau.clock.at = DAYS[3]
        bureau.desk("sri", "ppid-utama").on_item(
            "hold", third, kind="dispute", reference="PSI-1", reason="Sengketa"
        )
        bureau.register.views.catch_up()
        yield bureau


def day(number: int) -> str:
    return DAYS[number].date().isoformat()


def test_every_past_day_has_its_list_under_an_address(other_days: Bureau) -> None:
    def titles(query: str) -> set[str]:
        text = other_days.browser().get(f"/publik/uji/{query}").text
        return set(re.findall(r"<h2><a [^>]*>([^<]+)</a></h2>", text))

    assert titles("") == {"Satu", "Dua", "Tiga"}
    assert titles("?tanggal=2026-03-01") == set()
    assert titles(f"?tanggal={day(0)}") == {"Satu", "Dua"}
    assert titles(f"?tanggal={day(1)}") == {"Satu", "Dua", "Tiga"}
    assert titles(f"?tanggal={day(1)}&status=open") == set()
    assert titles(f"?tanggal={day(2)}&status=open") == {"Satu"}
    assert titles(f"?tanggal={day(0)}&q=dua") == {"Dua"}


def test_what_was_recorded_later_was_not_shown_then_and_is_marked(other_days: Bureau) -> None:
    """The database's own clock says when; the bureau's days lie before it."""
    then = other_days.browser().get(f"/publik/uji/?tanggal={day(1)}&catatan=saat-itu").text
    assert "Pada hari itu halaman ini belum memuat apa pun." in then

    now = other_days.browser().get(f"/publik/uji/?tanggal={day(1)}").text
    today = datetime.now(UTC).date()
    if today > DAYS[1].date():
        assert now.count('class="later"') == 3


PAIRS = [(a, b) for a in range(-1, 4) for b in range(a, 4)]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_the_difference_of_two_days_is_exact(other_days: Bureau, a: int, b: int) -> None:
    """Told change by change, it is the difference of the two whole lists; no more, no less."""
    dates = [NOW.date() - timedelta(days=1), *(moment.date() for moment in DAYS)]
    first, last = dates[a + 1], dates[b + 1]
    anybody = other_days.browser()
    lists = []
    for one in (first, last):
        found = json.loads(anybody.get(f"/publik/uji/data/daftar.json?tanggal={one}").text)
        lists.append({record["id"]: record for record in found["butir"]})
    answer = anybody.get(f"/publik/uji/data/perubahan.json?dari={first}&sampai={last}")
    told = {one["id"]: (one["sebelum"], one["sesudah"]) for one in json.loads(answer.text)["butir"]}
    before, after = lists

    assert told == {
        item_id: (before.get(item_id), after.get(item_id))
        for item_id in before.keys() | after.keys()
        if before.get(item_id) != after.get(item_id)
    }


def test_changes_are_grouped_and_say_what_was_and_is(other_days: Bureau) -> None:
    text = unescape(
        other_days.browser().get(f"/publik/uji/perubahan?dari={day(0)}&sampai={day(3)}").text
    )

    for kind, title in (("added", "Tiga"), ("opened", "Satu"), ("changed", "Dua")):
        group = re.search(rf'id="{kind}">(.*?)</section>', text, re.DOTALL)
        assert group
        assert title in group[1]
    assert "<ins>Uraian lain.</ins>" in text
    assert "Penetapan 188/" in text
    opened = re.search(r'id="opened">(.*?)</section>', text, re.DOTALL)
    assert opened
    assert "Putusan Komisi Informasi" in opened[1]


def test_many_changes_come_page_by_page(
    other_days: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_changes, "PAGE", 1)
    monkeypatch.setattr(public_changes, "TOUCHED", 1)
    found: list[str] = []
    address = f"/publik/uji/perubahan?dari={day(0)}&sampai={day(3)}"
    for _turn in range(3):
        text = other_days.browser().get(address).text
        found += re.findall(r'<h3 lang="id"><a [^>]*>([^<]+)</a></h3>', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = unescape(following[1]) if following else ""

    assert sorted(found) == ["Dua", "Satu", "Tiga"]
    assert address == ""


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?tanggal=kemarin", "Tanggal harus ditulis seperti 2026-03-02."),
        ("?tanggal=2030-01-01", "Tanggal itu belum tiba."),
        ("?tahun=dua", "Tahun harus antara"),
        ("?huruf=z", "Dasar harus ditulis"),
        ("?after=%21%21", "Penunjuk halaman"),
        ("?q=" + "x" * 300, "Kata pencarian paling panjang"),
        ("?q=%00", "Kata pencarian"),
        ("perubahan?dari=x", "Tanggal harus ditulis"),
        ("perubahan?dari=2026-03-02&sampai=2026-02-01", "Tanggal pertama harus sebelum"),
        ("perubahan?after=x", "Penunjuk halaman"),
        ("data/daftar.json?tanggal=x", "Tanggal harus ditulis"),
        ("data/daftar.csv?huruf=zz", "Dasar harus ditulis"),
        ("data/daftar.xlsx?tahun=0", "Tahun harus antara"),
        ("data/perubahan.json?dari=2030-01-01", "belum tiba"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(
    bureau: Bureau, query: str, said: str
) -> None:
    answer = bureau.browser().get(f"/publik/uji/{query}")

    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_a_search_that_is_script_stays_words(bureau: Bureau) -> None:
    answer = bureau.browser().get("/publik/uji/?q=<script>alert(1)</script>&unit=<b>")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text.partition("<form")[2].partition("</form>")[0]


# Filters and pages


def test_the_list_is_read_page_by_page_and_filtered(
    bureau: Bureau, items: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_pages, "PAGE", 1)
    found: list[str] = []
    address = "/publik/uji/?huruf=a&unit=inspektorat&tahun=2026&q=dokumen"
    while address:
        text = bureau.browser().get(address).text
        found += re.findall(r"<h2><a [^>]*>([^<]+)</a></h2>", text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = unescape(following[1]) if following else ""
        assert "unit=inspektorat" in address or not address

    assert found == ["Dokumen open", "Dokumen upload"]


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("huruf=h", False),
        ("unit=dinkes", False),
        ("tahun=2025", False),
        ("status=open", False),
        ("huruf=a.2", True),
        ("status=exempt", True),
        ("status=proposed", True),  # is no state of a published entry: not asked
    ],
)
def test_each_filter_narrows(
    bureau: Bureau, items: dict[str, UUID], query: str, finds: bool
) -> None:
    text = bureau.browser().get(f"/publik/uji/?{query}").text

    assert ("Dokumen upload" in text) is finds


# Anybody may keep them


def test_a_page_is_the_same_for_everybody_and_may_be_kept(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    for address in addresses(bureau, [items["open"]]):
        mine, anybodys = bureau.browser("sri").get(address), bureau.browser().get(address)

        assert mine.text == anybodys.text, address
        assert "Set-Cookie" not in mine.headers
        assert "Cookie" not in mine.headers.get("Vary", "")
        assert mine.headers["Cache-Control"].startswith("public, max-age=")


def test_a_state_that_is_known_is_not_sent_again_until_something_is_recorded(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    anybody = bureau.browser()
    for address in ("/publik/uji/", "/publik/uji/data/daftar.csv", "/publik/uji/umpan.atom"):
        known = anybody.get(address)
        by_mark = {"If-None-Match": known.headers["ETag"]}
        by_time = {"If-Modified-Since": known.headers["Last-Modified"]}

        for again in (anybody.get(address, headers=by_mark), anybody.get(address, headers=by_time)):
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == known.headers["ETag"]
        bureau.item("submit")
        assert anybody.get(address, headers=by_mark).status_code == 200


def test_a_language_chosen_in_the_address_is_kept_on_every_link(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    for page in ("", "perubahan", "angka", "sop", "data/", f"butir/{items['open']}"):
        answer = bureau.browser().get(f"/publik/uji/{page}?bahasa=en")
        links = re.findall(r'href="(/publik/uji/[^"]*)"', answer.text)

        assert answer.headers["Content-Language"] == "en"
        assert "Set-Cookie" not in answer.headers
        assert len(links) > 5
        assert [one for one in links if "bahasa=" not in one] == [], page


# The feed


def test_every_public_change_is_in_the_feed_under_an_id_that_stays(other_days: Bureau) -> None:
    def entries() -> list[tuple[str, str, str]]:
        answer = other_days.browser().get("/publik/uji/umpan.atom")
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        feed = ElementTree.fromstring(answer.text)
        for name in ("id", "title", "updated"):
            assert feed.findtext(ATOM + name)
        return [
            (one.findtext(ATOM + "id") or "", one.findtext(ATOM + "title") or "", _text(one))
            for one in feed.findall(ATOM + "entry")
        ]

    found = entries()
    assert [title for _, title, _ in found] == [
        "Salah tulis dikoreksi: Dua",
        "Terbuka untuk publik: Satu",
        "Diumumkan dalam daftar: Tiga",
        "Diumumkan dalam daftar: Dua",
        "Diumumkan dalam daftar: Satu",
    ]
    assert len({one for one, _, _ in found}) == len(found)
    assert all(one.startswith("urn:uuid:") for one, _, _ in found)
    assert "Salah ketik" in found[0][2]
    assert "Penetapan 188/" in found[2][2]
    assert entries() == found


def _text(entry: ElementTree.Element) -> str:
    return entry.findtext(ATOM + "content") or ""


# For other sites and machines


def test_only_the_embed_may_stand_in_a_frame_and_sends_nothing(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    embed = bureau.browser().get("/publik/uji/sematan?jumlah=1")
    page = bureau.browser().get("/publik/uji/")

    assert "frame-ancestors *" in embed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed.headers
    assert "<form" not in embed.text
    assert "<script" not in embed.text
    assert embed.text.count("<li>") == 1
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "Access-Control-Allow-Origin" not in page.headers


def test_programs_of_any_origin_may_read_open_data(bureau: Bureau) -> None:
    for name in ("daftar.json", "daftar.csv", "daftar.xlsx", "perubahan.json", "katalog.jsonld"):
        answer = bureau.browser().get(f"/publik/uji/data/{name}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_catalogue_names_licence_and_files_that_are_there(bureau: Bureau) -> None:
    answer = bureau.browser().get("/publik/uji/data/katalog.jsonld")
    found: Any = json.loads(answer.text)
    (dataset,) = found["dcat:dataset"]

    assert answer.content_type == "application/ld+json"
    assert dataset["dct:license"]["@id"].startswith("https://creativecommons.org/")
    assert len(dataset["dcat:distribution"]) == 4
    for one in dataset["dcat:distribution"]:
        address = one["dcat:downloadURL"]["@id"].removeprefix("http://localhost")
        assert bureau.browser().get(address).status_code == 200


def test_the_item_says_the_same_to_machines(bureau: Bureau, items: dict[str, UUID]) -> None:
    text = bureau.browser().get(f"/publik/uji/butir/{items['open']}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)

    assert found
    said = json.loads(found[1])
    assert said["identifier"] == str(items["open"])
    assert said["creativeWorkStatus"] == "terbuka"


# Papers, figures, the door


def test_an_sop_is_a_sheet_with_what_the_register_of_law_says_of_it(bureau: Bureau) -> None:
    listed = bureau.browser().get("/publik/uji/sop").text
    sheet = unescape(bureau.browser().get("/publik/uji/sop/kalteng-diskominfo-2024").text)

    assert "Pendokumentasian Informasi Yang Dikecualikan" in listed
    assert "473.2/583.2/Bid.1/Diskominfo" in sheet
    assert sheet.count("<svg class=") >= 2
    assert "PerKI Nomor 1 Tahun 2010" in sheet
    assert "sudah diganti" in sheet
    assert "Bila tidak disetujui, kembali ke langkah 1." in sheet
    assert bureau.browser().get("/publik/uji/sop/tidak-ada").status_code == 404


def test_figures_count_what_is_published_and_nothing_else(other_days: Bureau) -> None:
    found = other_days.register.published.figures(DAYS[3].date())

    assert (found["closed"], found["open"], found["endless"]) == (2, 1, 0)
    assert [(row["name"], row["items"]) for row in found["by_huruf"]] == [("a", 2)]
    assert [(row["year"], row["why"]) for row in found["openings"]] == [(2026, "ruling")]
    ended = other_days.register.published.figures(date(2027, 12, 31))
    assert (ended["closed"], ended["open"]) == (0, 3)
    assert other_days.browser().get("/publik/uji/angka").status_code == 200


def test_the_door_of_the_installation_is_quiet(bureau: Bureau) -> None:
    door = bureau.browser().get("/")

    assert "Badan Contoh" in door.text
    assert "Badan Lain" in door.text
    assert 'href="/publik/uji/"' in door.text
    assert 'href="/masuk"' in door.text
    led = bureau.browser("sri").get("/")
    assert led.headers["Location"] == "/uji/pekerjaan"


def test_an_empty_register_says_what_may_be_done(server: str, template: str) -> None:
    with open_bureau(server, template) as bureau:
        for page in ("", "perubahan", "angka", "sop", "maklumat", "data/", "umpan.atom", "sematan"):
            assert bureau.browser().get(f"/publik/lain/{page}").status_code == 200, page
        text = bureau.browser().get("/publik/lain/").text
    assert "Belum ada informasi yang diumumkan di halaman ini." in text


# In a real browser


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_citizen_finds_an_item_on_a_phone_and_takes_the_list_along(
    bureau: Bureau, items: dict[str, UUID], sit: Sit, scripts: bool
) -> None:
    with sit(size="phone", scripts=scripts) as page:
        page.goto("/")
        page.get_by_role("link", name="Badan Contoh").click()
        page.get_by_label("Cari informasi").fill("dokumen upload")
        page.get_by_role("button", name="Cari", exact=True).click()
        page.get_by_role("link", name="Dokumen upload").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dokumen upload")
        expect(page.get_by_text("ajukan keberatan")).to_be_visible()
        page.get_by_role("link", name="Data terbuka").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="XLSX").click()
        assert taken.value.suggested_filename == "dik-uji-2026-03-02.xlsx"


def test_what_is_not_published_and_what_is_not_there_answer_alike(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    anybody = bureau.browser()
    hidden = anybody.get(f"/publik/uji/butir/{items['approve']}")
    made_up = anybody.get(f"/publik/uji/butir/{uuid4()}")

    assert (hidden.status_code, made_up.status_code) == (404, 404)
    assert "tidak ada informasi yang diumumkan" in hidden.text
    assert hidden.text.replace(str(items["approve"]), "") == re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}", "", made_up.text
    )
    assert hidden.headers["Cache-Control"] == "no-store"
    assert anybody.get("/publik/uji/butir/1").status_code == 404
