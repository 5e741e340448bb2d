"""The pages: who may enter, what they may see and do, and what happens to what they type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import item
from domain.history import OutcomeUnknown
from tests.bureau import NOW, OURS, PASSWORD, Browser, Bureau, open_bureau
from tests.voices import PARTICULARS, TEST
from web import create_app

PAGES = ("pekerjaan", "daftar", "penetapan", "rak", "maklumat", "maklumat/badan", "jejak")

PROPOSAL = {
    "particulars.title": "Berita acara pemeriksaan",
    "particulars.summary": "Keterangan saksi dalam pemeriksaan disiplin.",
    "particulars.document": "Berkas pemeriksaan",
    "particulars.unit": "inspektorat",
    "particulars.holder": "Sekretaris Inspektorat",
    "particulars.form": "both",
    "particulars.medium": "berkas kertas",
    "particulars.grounds": "a.2",
    "particulars.held": "ya",
}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def history(bureau: Bureau, item_id: UUID) -> list[str]:
    return [type(one.fact).__name__ for one in bureau.register.ledger.history(item_id)]


# The door


def test_nobody_sees_a_page_of_officers_without_signing_in(bureau: Bureau) -> None:
    for page in PAGES:
        answer = bureau.browser().get(f"/uji/{page}")
        assert answer.status_code == 302
        assert answer.location.startswith("/masuk?lanjut=")


def test_signing_in_leads_on_to_the_page_that_was_wanted(bureau: Bureau) -> None:
    browser = bureau.browser()
    answer = browser.submit(
        "/masuk", {"login": "sri", "password": PASSWORD}, opened="/masuk?lanjut=/uji/daftar"
    )

    assert answer.location == "/uji/daftar"
    assert browser.get("/uji/daftar").status_code == 200


@pytest.mark.parametrize("lure", ["//evil.example/", "https://evil.example", "/lain/daftar"])
def test_signing_in_leads_nowhere_else(bureau: Bureau, lure: str) -> None:
    answer = bureau.browser().submit(
        "/masuk", {"login": "sri", "password": PASSWORD, "lanjut": lure}
    )

    assert answer.location == "/uji/pekerjaan"


@pytest.mark.parametrize(
    ("login", "place"), [("sri", "pekerjaan"), ("agus", "jejak"), ("ani", "pengaturan")]
)
def test_a_day_begins_where_there_is_something_for_the_office(
    bureau: Bureau, login: str, place: str
) -> None:
    browser = bureau.browser()
    entered = browser.submit("/masuk", {"login": login, "password": PASSWORD})

    assert entered.location == f"/uji/{place}"
    assert browser.get("/uji/").location == f"/uji/{place}"
    rail = re.findall(r'<nav aria-label="Utama">.*?</nav>', browser.get(f"/uji/{place}").text, re.S)
    assert re.findall(r'<a href="(.*?)"', rail[0])[0] == f"/uji/{place}"
    assert ("/uji/pekerjaan" in rail[0]) == (login == "sri")


@pytest.mark.parametrize("path", ["penetapan/baru", "butir/baru", "maklumat/badan", "penetapan"])
def test_one_line_of_the_rail_is_marked(bureau: Bureau, path: str) -> None:
    page = bureau.browser("sri").get(f"/uji/{path}").text

    (rail,) = re.findall(r'<nav aria-label="Utama">.*?</nav>', page, re.S)
    assert rail.count("aria-current=") == 1


def test_after_an_act_the_way_leads_back_to_the_work(bureau: Bureau) -> None:
    page = bureau.browser("sri").get("/uji/daftar?tercatat=1").text

    assert re.search(r'Tercatat\. <a href="/uji/pekerjaan">Kembali ke pekerjaan saya</a>', page)


def test_the_session_gets_a_new_id_at_sign_in_and_dies_at_sign_out(bureau: Bureau) -> None:
    browser = bureau.browser()
    browser.get("/masuk")
    before = browser.client.get_cookie("sidik")
    browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
    after = browser.client.get_cookie("sidik")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    browser.submit("/keluar", {}, opened="/uji/pekerjaan")
    browser.client.set_cookie("sidik", after.value)
    assert browser.get("/uji/pekerjaan").status_code == 302


def test_a_wrong_password_is_said_plainly_and_then_slows_down(bureau: Bureau) -> None:
    browser = bureau.browser()
    answers = [browser.submit("/masuk", {"login": "hantu", "password": "x"}) for _ in range(7)]

    assert answers[0].status_code == 422
    assert "tidak cocok" in answers[0].text
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_form_from_elsewhere_is_refused(bureau: Bureau) -> None:
    browser = bureau.browser("sri")
    answer = browser.client.post("/uji/butir/baru", data=PROPOSAL)

    assert answer.status_code == 400
    assert "kedaluwarsa" in answer.text


def test_a_bearer_token_opens_no_page(bureau: Bureau) -> None:
    caller = bureau.caller("sri", "ppid-utama")
    answer = caller.client.get(
        "/uji/pekerjaan", headers={"Authorization": f"Bearer {caller.token}"}
    )

    assert answer.status_code == 302


def test_over_https_the_cookie_is_bound_to_the_host(bureau: Bureau) -> None:
    client = bureau.serve(secure=True).test_client()
    cookie = client.get("/masuk", base_url="https://sidik.test").headers["Set-Cookie"]

    assert cookie.startswith("__Host-sidik=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie


def test_officers_of_another_body_find_nothing_here(bureau: Bureau) -> None:
    item_id = bureau.item()
    stranger = bureau.browser("luh")

    for page in (*PAGES, f"butir/{item_id}", f"butir/{item_id}/tindakan/approve"):
        assert stranger.get(f"/uji/{page}").status_code == 404
    assert stranger.get(f"/lain/butir/{item_id}").status_code == 404


def test_every_page_forbids_everything_from_elsewhere(bureau: Bureau) -> None:
    browser = bureau.browser("sri")

    for page in ("/masuk", "/uji/pekerjaan", "/uji/tidak-ada", "/publik/uji/"):
        answer = browser.get(page)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(
            r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=|https?://(?!www\.w3)", answer.text
        )


# Offices


def test_an_officer_chooses_the_office_he_acts_in(bureau: Bureau) -> None:
    browser = bureau.browser("made")
    assert "Plh Tim Pertimbangan" in browser.get("/uji/pekerjaan").text

    item_id = bureau.item("test")
    assert (
        browser.submit(
            f"/uji/butir/{item_id}/tindakan/consider", {"favours": "exempt", "opinion": "Setuju."}
        ).status_code
        == 409
    )
    browser.submit("/uji/jabatan", {"role": "tim-pertimbangan"}, opened="/uji/pekerjaan")
    done = browser.submit(
        f"/uji/butir/{item_id}/tindakan/consider", {"favours": "exempt", "opinion": "Setuju."}
    )

    assert done.status_code == 303
    last = bureau.register.ledger.history(item_id)[-1]
    assert (last.by, last.principal, last.delegation) == ("made", "tim", "Plh SK-PLH/2026")


def test_an_office_that_is_not_held_cannot_be_chosen(bureau: Bureau) -> None:
    browser = bureau.browser("made")
    answer = browser.submit("/uji/jabatan", {"role": "pimpinan"}, opened="/uji/pekerjaan")

    assert answer.status_code == 403


def test_the_wrong_office_is_refused_by_the_rule_and_its_article(bureau: Bureau) -> None:
    item_id = bureau.item("test")
    answer = bureau.browser("sri").submit(f"/uji/butir/{item_id}/tindakan/approve", {})

    assert answer.status_code == 409
    assert "bukan kewenangan jabatan Anda" in answer.text
    assert "Pasal 3 ayat (2) PP Nomor 61 Tahun 2010" in answer.text
    assert history(bureau, item_id)[-1] == "ConsequenceTested"


@pytest.mark.parametrize("login", ["agus", "ani"])
def test_who_only_reads_is_offered_nothing_and_can_do_nothing(bureau: Bureau, login: str) -> None:
    item_id = bureau.item("test")
    browser = bureau.browser(login)

    page = browser.get(f"/uji/butir/{item_id}").text
    assert "/tindakan/" not in page
    assert browser.submit(f"/uji/butir/{item_id}/tindakan/approve", {}).status_code == 403
    assert browser.submit("/uji/butir/baru", PROPOSAL).status_code == 403


# Acting


def test_an_item_goes_from_proposal_to_publication_through_forms(bureau: Bureau) -> None:
    made, sri, wayan = bureau.browser("made"), bureau.browser("sri"), bureau.browser("wayan")
    answer = made.submit("/uji/butir/baru", PROPOSAL)
    page = answer.location.partition("?")[0]
    item_id = UUID(page.rsplit("/", 1)[1])

    tested = sri.submit(f"{page}/tindakan/test_consequence", THE_TEST)
    assert tested.status_code == 303, tested.text
    assert wayan.submit(f"{page}/tindakan/approve", {}).status_code == 303
    drafted = sri.submit("/uji/penetapan/baru", {"title": "Konsep Maret", "items": str(item_id)})
    decree = drafted.location.partition("?")[0]
    issued = sri.submit(f"{decree}/tindakan/issue", {"number": "188/9/2026", "place": "Palu"})
    assert issued.status_code == 303, issued.text
    sri.submit(f"{page}/tindakan/archive", {"soft_place": "Server", "hard_place": "Rak 1"})
    public = {"channels.0.kind": "sidik", "channels.0.address": f"/publik{page}"}
    uploaded = sri.submit(
        f"{page}/tindakan/upload", {**public, "channels.0.on": NOW.date().isoformat()}
    )
    assert uploaded.status_code == 303, uploaded.text

    assert history(bureau, item_id) == [
        "Submitted",
        "ConsequenceTested",
        "Approved",
        "Determined",
        "Archived",
        "Uploaded",
    ]
    assert "Berita acara pemeriksaan" in bureau.browser().get("/publik/uji/").text
    assert "188/9/2026" in sri.get("/uji/penetapan").text


THE_TEST = {
    "test.moment": "before-request",
    "test.part": "halaman 3",
    "test.grounds": "a.2",
    "test.laws": "Pasal 17 huruf a UU Nomor 14 Tahun 2008; Pasal 44 ayat (1) UU 43/2009",
    "test.consequence_if_opened": "Identitas saksi pelapor diketahui terperiksa sehingga saksi "
    "terancam dan enggan memberi keterangan pada pemeriksaan berikutnya.",
    "test.benefit_if_closed": "Saksi terlindung dan pemeriksaan inspektorat selesai tanpa tekanan "
    "atasan maupun rekan kerja.",
    "test.public_interest": "Masyarakat lebih berkepentingan pada pemeriksaan yang tuntas; hasil "
    "akhirnya tetap diumumkan tanpa nama saksi.",
    "test.segregability.separable": "ya",
    "test.segregability.parts": "nama saksi pada halaman 3",
    "test.period.words": "2 (dua) tahun",
    "test.conclusion": "exempt",
}


def test_every_unmet_rule_is_said_at_once_beside_its_entry_and_nothing_typed_is_lost(
    bureau: Bureau,
) -> None:
    typed = {
        **PROPOSAL,
        "particulars.title": "",
        "particulars.holder": "",
    }
    del typed["particulars.held"], typed["particulars.grounds"]
    answer = bureau.browser("made").submit("/uji/butir/baru", typed)

    assert answer.status_code == 409
    assert answer.text.count("Uraian informasi harus jelas dan terang") == 3  # above, and beside
    assert 'href="#isian-particulars-holder"' in answer.text
    assert "Pasal 6 ayat (3) huruf e UU Nomor 14 Tahun 2008" in answer.text
    assert "Keterangan saksi dalam pemeriksaan disiplin." in answer.text
    assert 'value="Berkas pemeriksaan"' in answer.text


@pytest.mark.parametrize(
    ("entry", "typed", "said"),
    [
        ("particulars.title", "\x07bel", "karakter kendali"),
        ("particulars.title", "balik\u202earah", "karakter kendali"),
        ("particulars.title", "x" * 401, "Paling panjang 400"),
        ("particulars.unit", "", "Wajib diisi"),
        ("on", "kemarin", "2026-03-02"),
        ("on", "0001-01-01", "Tahun harus"),
        ("particulars.form", "awan", "Pilih salah satu"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_entry(
    bureau: Bureau, entry: str, typed: str, said: str
) -> None:
    answer = bureau.browser("made").submit("/uji/butir/baru", {**PROPOSAL, entry: typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Berkas pemeriksaan"' in answer.text


def test_a_period_that_cannot_be_read_for_sure_is_asked_for_again(bureau: Bureau) -> None:
    item_id = bureau.item()
    address = f"/uji/butir/{item_id}/tindakan/test_consequence"
    sri = bureau.browser("sri")
    doubtful = {**THE_TEST, "test.period.words": "kira-kira sampai beres"}

    assert "tidak terbaca dengan pasti" in sri.submit(address, doubtful).text
    chosen = {"test.period.kind": "until_event", "test.period.event": "beres"}
    assert sri.submit(address, {**doubtful, **chosen}).status_code == 303
    known = bureau.register.ledger.recall(item, item_id).state
    assert known.test is not None
    assert known.test.period.words == "kira-kira sampai beres"


def test_a_new_test_starts_from_the_last_one_but_not_from_its_reading_of_the_period(
    bureau: Bureau,
) -> None:
    item_id, sri = bureau.item("test"), bureau.browser("sri")
    address = f"/uji/butir/{item_id}/tindakan/test_consequence"
    page = sri.get(address).text
    chosen = re.search(r'name="test.period.kind".*?</select>', page, re.S)

    assert 'value="1 Tahun"' in page
    assert chosen is not None
    assert "selected" not in chosen[0]
    sri.submit(address, {**THE_TEST, "test.period.words": "3 tahun"})
    known = bureau.register.ledger.recall(item, item_id).state
    assert known.test is not None
    assert known.test.period.number == 3


def test_a_form_sent_twice_is_done_once(bureau: Bureau) -> None:
    made = bureau.browser("made")
    token = uuid4().hex
    first = made.submit("/uji/butir/baru", PROPOSAL, token=token)
    second = made.submit("/uji/butir/baru", PROPOSAL, token=token)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    item_id = UUID(first.location.split("/")[-1].split("?")[0])
    assert history(bureau, item_id) == ["Submitted"]


def test_a_form_opened_before_a_change_says_so_and_keeps_what_was_typed(bureau: Bureau) -> None:
    item_id = bureau.item()
    sri = bureau.browser("sri")
    address = f"/uji/butir/{item_id}/tindakan/hold"
    page = sri.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    bureau.desk("made", "ppid-pembantu").on_item(
        "correct", item_id, field="holder", now="Inspektur", reason="salah ketik"
    )
    typed = {"kind": "audit", "reference": "LHP-7", "reason": "Diperiksa BPK"}
    answer = sri.client.post(address, data={**hidden, **typed})

    assert answer.status_code == 412
    assert "diubah orang lain" in answer.text
    assert 'value="LHP-7"' in answer.text
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert sri.client.post(address, data={**again, **typed}).status_code == 303


def test_when_the_outcome_is_unknown_the_same_form_finds_out(bureau: Bureau) -> None:
    item_id = bureau.item()
    real = bureau.register.ledger

    class Cut:
        """A ledger whose line breaks after the act was recorded."""

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def amend(self, *args: object, **kwargs: object) -> object:
            real.amend(*args, **kwargs)  # type: ignore[arg-type]
            raise OutcomeUnknown

    broken = replace(bureau.register, ledger=Cut())  # type: ignore[arg-type]
    app = create_app({OURS: broken}, bureau.accounts, bureau.clock, secret_key="uji")
    browser, token = Browser(app.test_client()), uuid4().hex
    browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
    address = f"/uji/butir/{item_id}/tindakan/hold"
    typed = {"kind": "audit", "reference": "LHP-8", "reason": "Diperiksa BPK"}
    first = browser.submit(address, typed, token=token)
    second = browser.submit(address, typed, token=token)

    assert first.status_code == 504
    assert "belum diketahui" in first.text
    assert second.status_code == 303
    assert history(bureau, item_id) == ["Submitted", "Held"]


def test_a_backdated_paper_shows_as_backdated(bureau: Bureau) -> None:
    item_id = bureau.item("submit")
    sri = bureau.browser("sri")
    early = (NOW - timedelta(days=3)).date().isoformat()
    typed = {"kind": "audit", "reference": "LHP-9", "reason": "Diperiksa BPK", "on": early}
    sri.submit(f"/uji/butir/{item_id}/tindakan/hold", typed)

    page = sri.get(f"/uji/butir/{item_id}").text
    assert re.search(r">27 Februari 2026</time> · .*dicatat <time", page)
    assert "dicatat menyusul" in sri.get("/uji/jejak").text


def test_the_office_sees_first_what_awaits_it(bureau: Bureau) -> None:
    item_id = bureau.item("test", title="Menunggu atasan")
    wayan = bureau.browser("wayan")

    assert "Menunggu atasan" in wayan.get("/uji/pekerjaan").text
    assert "Menunggu atasan" not in bureau.browser("budi").get("/uji/pekerjaan").text
    page = wayan.get(f"/uji/butir/{item_id}").text
    assert page.index("Langkah berikut") < page.index("Uraian informasi")
    assert re.search(r'class="button primary"[^>]*tindakan/approve', page)


def test_who_judges_a_test_has_it_before_his_eyes(bureau: Bureau) -> None:
    item_id = bureau.item("test", secret=True)
    form = bureau.browser("wayan").get(f"/uji/butir/{item_id}/tindakan/approve").text

    assert TEST.consequence_if_opened in form
    assert TEST.public_interest in form


def test_what_stands_on_a_draft_awaits_as_a_draft_and_not_once_more(bureau: Bureau) -> None:
    item_id = bureau.item("draft", title="Sudah masuk konsep")
    sri = bureau.browser("sri")

    assert "Sudah masuk konsep" not in sri.get("/uji/pekerjaan").text
    led = sri.get(f"/uji/butir/{item_id}/tindakan/determine")
    assert "/uji/penetapan/baru" not in led.location
    assert "Sudah masuk konsep" in sri.get(led.location).text


def test_a_draft_is_offered_for_approval_to_whom_the_sop_gives_it(bureau: Bureau) -> None:
    item_id = bureau.item("draft")
    sri, wayan = bureau.browser("sri"), bureau.browser("wayan")
    draft = sri.get(f"/uji/butir/{item_id}/tindakan/determine").location

    assert "Setujui konsep</a>" not in sri.get(draft).text
    assert "Terbitkan surat penetapan</a>" in sri.get(draft).text
    assert "Setujui konsep</a>" in wayan.get(draft).text


def test_the_time_of_an_act_that_was_entered_later_is_not_judged(bureau: Bureau) -> None:
    item_id, early = uuid4(), NOW.date() - timedelta(days=3)
    made, sri = (
        bureau.desk(who, role, on=early)
        for who, role in (("made", "ppid-pembantu"), ("sri", "ppid-utama"))
    )
    made.on_item("submit", item_id, particulars=PARTICULARS)
    sri.on_item("test_consequence", item_id, test=TEST)
    bureau.register.views.catch_up()
    page = bureau.browser("sri").get(f"/uji/butir/{item_id}").text

    assert "selesai, dicatat menyusul" in page


def test_the_list_is_searched_filtered_and_read_as_of_a_day(bureau: Bureau) -> None:
    bureau.item("test", title="Zamrud khatulistiwa")
    sri = bureau.browser("sri")

    assert "Zamrud khatulistiwa" in sri.get("/uji/daftar?q=zamrud").text
    assert "Zamrud" not in sri.get("/uji/daftar?q=zamrud&status=exempt").text.split("<table")[-1]
    before = sri.get("/uji/daftar?q=zamrud&as_of=2026-02-01")
    assert "Tidak ada butir yang cocok" in before.text
    assert "Anda melihat daftar yang berlaku pada 1 Februari 2026" in before.text
    for faulty in ("as_of=besok", "known_at=nanti", "after=xyz", "status=apa", "limit=0"):
        assert sri.get(f"/uji/daftar?{faulty}").status_code == 422


def test_the_list_is_paged_without_losing_or_repeating(bureau: Bureau) -> None:
    wanted = {f"Halaman uji {n:02}" for n in range(7)}
    for title in wanted:
        bureau.item(title=title)
    sri, address, seen = bureau.browser("sri"), "/uji/daftar?q=halaman&limit=3", []
    while address:
        page = sri.get(address).text
        seen += re.findall(r"Halaman uji \d\d", page)
        onward = re.search(r'rel="next" href="([^"]*)"', page)
        address = f"/uji/daftar{onward[1]}".replace("&amp;", "&") if onward else ""

    assert sorted(seen) == sorted(wanted)


def test_a_pledge_goes_from_draft_to_the_public_page(bureau: Bureau) -> None:
    made, wayan = bureau.browser("made"), bureau.browser("wayan")
    contents = {
        f"contents.{name}": f"Janji {name}"
        for name in (
            "title",
            "legal_basis",
            "procedure",
            "completion_time",
            "fees",
            "assurance",
            "evaluation",
        )
    }
    base = "/uji/maklumat/inspektorat"
    assert made.submit(f"{base}/tindakan/draft", contents).status_code == 303
    assert wayan.submit(f"{base}/tindakan/determine", {"number": "M-1"}).status_code == 303
    announced = made.submit(
        f"{base}/tindakan/announce",
        {
            "channels.0.kind": "website",
            "channels.0.address": "ppid",
            "channels.0.on": NOW.date().isoformat(),
            "channels.0.accessible_forms": ["audio", "visual"],
        },
    )

    assert announced.status_code == 303, announced.text
    assert "Janji assurance" in bureau.browser().get("/publik/uji/maklumat").text


# The public


@pytest.mark.parametrize("upto", ["submit", "test", "approve", "issue", "archive"])
def test_the_public_sees_nothing_that_was_not_published(bureau: Bureau, upto: str) -> None:
    item_id = bureau.item(upto, title=f"Belum diumumkan {upto}")
    anybody = bureau.browser()

    assert anybody.get(f"/publik/uji/butir/{item_id}").status_code == 404
    assert "Belum diumumkan" not in anybody.get("/publik/uji/?q=diumumkan").text


@pytest.mark.parametrize("upto", ["upload", "open"])
def test_the_public_sees_what_was_published_and_what_was_opened(bureau: Bureau, upto: str) -> None:
    item_id = bureau.item(upto, title=f"Untuk umum {upto}")
    anybody = bureau.browser()

    assert anybody.get(f"/publik/uji/butir/{item_id}").status_code == 200
    assert f"Untuk umum {upto}" in anybody.get("/publik/uji/?q=umum").text
    said = "Pasal 36 ayat (1)" if upto == "upload" else "Informasi ini terbuka sejak"
    assert said in anybody.get(f"/publik/uji/butir/{item_id}").text
    assert "Set-Cookie" not in anybody.get("/publik/uji/").headers


# What goes wrong


def test_mishaps_are_told_in_indonesian_and_without_a_trace(bureau: Bureau) -> None:
    app = bureau.serve()

    @app.get("/gagal")
    def fail() -> str:
        raise RuntimeError("MERAHDELIMA")

    client = app.test_client()
    answer = client.get("/gagal")

    assert answer.status_code == 500
    assert "Terjadi kesalahan pada SIDIK" in answer.text
    assert "Nomor kejadian" in answer.text
    assert "MERAHDELIMA" not in answer.text
    assert "Traceback" not in answer.text
    assert client.get("/tidak/ada/di/sini").status_code == 404
    assert client.post("/healthz").status_code in (400, 405)
