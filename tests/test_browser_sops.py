"""The four SOPs acted out in their bodies, from signing in to publication and to opening.

Everybody sits at a browser of his own; once with scripts, once without. The clock moves on as
an office lives through it: to the last thirty working days, and past the end of a period.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from psycopg.conninfo import conninfo_to_dict
from werkzeug.serving import make_server

from adapters import demo
from adapters.accounts import PostgresAccounts
from adapters.database import Database, open_database
from adapters.registers import Register, Registers
from adapters.trouble import DatabaseTrouble
from domain.calendar import midnight
from scheduler.clockwork import tick
from tests.browsing import listen, prove, sign_in
from tests.bureau import Clock, Following
from tests.places import access_to, database_like
from web import create_app

pytestmark = pytest.mark.browser

BEGUN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # Monday 08.30 WIB
BOTH_WAYS = pytest.mark.parametrize(
    "scripts", [True, False], ids=["with-scripts", "without-scripts"]
)


@dataclass
class Country:
    """The demonstration bodies behind one web, and a clock that tests move."""

    database: Database
    clock: Clock

    def __post_init__(self) -> None:
        self.registers = {
            code: replace(register, views=Following(self.database, code, register.ledger))
            for code, register in Registers(self.database).items()
        }
        for register in self.registers.values():
            register.views.catch_up()
        self.app: Flask = create_app(
            self.registers,
            PostgresAccounts(self.database),
            self.clock,
            secret_key="uji",
            trouble=(DatabaseTrouble,),
        )

    def midnight_comes(self, register: Register, on: date) -> None:
        """A day begins where the body works, and its clock does what is due."""
        self.clock.at = max(self.clock.at, midnight(on, register.body.zone))
        tick(register, on=on, at=self.clock.at)
        register.views.catch_up()


@pytest.fixture(scope="module")
def begun(server: str) -> Iterator[str]:
    """A database with the demonstration bodies as they begin, to be copied."""
    with database_like(server, None, "begun") as url:
        with open_database(access=access_to(url)) as database:
            demo.create(database, at=BEGUN, clock=lambda register: register.views.catch_up())
        yield str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def bureau(server: str, begun: str) -> Iterator[Country]:
    """A country for each test, since its clock runs on."""
    with (
        database_like(server, begun, "country") as url,
        open_database(access=access_to(url)) as database,
    ):
        yield Country(database, Clock(BEGUN))


@dataclass
class Town:
    """Browsers in one body: each officer has his own, and keeps it while nothing goes wrong."""

    country: Country
    chromium: Browser
    address: str
    scripts: bool
    code: str

    @property
    def register(self) -> Register:
        return self.country.registers[self.code]

    @contextmanager
    def at(self, login: str) -> Iterator[Page]:
        context = self.chromium.new_context(
            base_url=self.address, java_script_enabled=self.scripts, locale="id-ID"
        )
        page = context.new_page()
        said: list[str] = []
        listen(page, said)
        if login:
            sign_in(page, f"{login}.{self.code}", demo.PASSWORD)
        yield page
        context.close()
        assert said == []

    # What officers do, as they do it: from the worklist to the form and through it

    def propose(self, login: str, title: str, huruf: str = "Huruf a angka 2") -> None:
        with self.at(login) as page:
            page.get_by_role("link", name="Usulkan pengecualian").click()
            page.get_by_label("Judul informasi").fill(title)
            page.get_by_label("Uraian yang jelas").fill("Keterangan saksi pemeriksaan disiplin.")
            page.get_by_label("Dokumen yang memuatnya").fill("Berkas pemeriksaan")
            unit = page.get_by_label("Unit kerja yang menguasai")
            if not unit.input_value():
                unit.select_option(index=1)
            page.get_by_label("Penanggung jawab").fill("Sekretaris unit")
            page.get_by_label("Media penyimpanan").fill("berkas kertas")
            page.get_by_label(huruf).check()
            page.get_by_role("button", name="Usulkan pengecualian").click()
            recorded(page)

    def test(self, login: str, title: str, period: str = "1 tahun") -> None:
        with self.at(login) as page:
            task(page, title, "Uji konsekuensi")
            page.get_by_label("Saat pengujian").select_option("before-request")
            page.get_by_label("Bagian dokumen yang diuji").fill("halaman 3")
            page.get_by_label("Undang-undang yang dianalisis").fill(
                "Pasal 17 huruf a UU Nomor 14 Tahun 2008; Pasal 44 ayat (1) UU Nomor 43 Tahun 2009"
            )
            page.get_by_label("Konsekuensi bila dibuka").fill(
                "Identitas saksi pelapor diketahui terperiksa sehingga saksi terancam dan enggan "
                "memberi keterangan pada pemeriksaan berikutnya."
            )
            page.get_by_label("Manfaat bila ditutup").fill(
                "Saksi terlindung dan pemeriksaan inspektorat selesai tanpa tekanan atasan maupun "
                "rekan kerja."
            )
            page.get_by_label("Timbangan kepentingan umum").fill(
                "Masyarakat lebih berkepentingan pada pemeriksaan yang tuntas; hasil akhirnya "
                "tetap diumumkan tanpa nama saksi."
            )
            page.get_by_label("Ya", exact=True).check()
            page.get_by_label("Halaman atau bagian yang tetap ditutup").fill("nama saksi")
            page.get_by_label("Jangka waktu, seperti akan tertulis").fill(period)
            page.get_by_label("Kesimpulan").select_option("exempt")
            page.get_by_role("button", name="Uji konsekuensi").click()
            recorded(page)

    def consider(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Beri pertimbangan")
            page.get_by_label("Pendapat").select_option("exempt")
            page.get_by_label("Pertimbangan", exact=True).fill("Sependapat dengan hasil uji.")
            page.get_by_role("button", name="Beri pertimbangan").click()
            recorded(page)

    def send_back(self, login: str, title: str, reason: str) -> None:
        """Tidak: the proposal goes back to where it came from."""
        with self.at(login) as page:
            page.goto(f"/{self.code}/pekerjaan")
            task_of(page, title).get_by_role("link", name=title).click()
            page.get_by_role("link", name="Kembalikan usulan").click()
            page.get_by_label("Alasan").fill(reason)
            page.get_by_role("button", name="Kembalikan usulan").click()
            recorded(page)

    def mend(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Perbaiki usulan")
            page.get_by_label("Uraian yang jelas").fill("Keterangan saksi, diuraikan lagi.")
            page.get_by_role("button", name="Perbaiki usulan").click()
            recorded(page)

    def approve(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Setujui pengecualian")
            page.get_by_role("button", name="Setujui pengecualian").click()
            recorded(page)

    def draft(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Tetapkan dalam surat penetapan", "Susun konsep daftar")
            self._fill_in_draft(page, title)

    def draft_unapproved(self, login: str, title: str) -> None:
        """Bali: what is put to the head is the draft list itself."""
        with self.at(login) as page:
            page.goto(f"/{self.code}/penetapan")
            page.get_by_role("link", name="Susun konsep daftar").first.click()
            page.get_by_label(title).check()
            self._fill_in_draft(page, title)

    def _fill_in_draft(self, page: Page, title: str) -> None:
        page.get_by_label("Judul konsep daftar").fill(f"Konsep {title}")
        page.get_by_role("button", name="Susun konsep daftar").click()
        recorded(page)

    def approve_draft(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, f"Konsep {title}", "Setujui konsep")
            page.get_by_role("button", name="Setujui konsep").click()
            recorded(page)

    def issue(self, login: str, title: str) -> None:
        with self.at(login) as page:
            page.goto(f"/{self.code}/penetapan")
            page.get_by_role("link", name=f"Konsep {title}").click()
            page.get_by_role("link", name="Terbitkan surat penetapan").click()
            page.get_by_label("Nomor surat penetapan").fill(f"188/{uuid4().hex[:6]}")
            page.get_by_role("button", name="Terbitkan surat penetapan").click()
            prove(page, demo.PASSWORD)
            recorded(page)

    def archive(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Catat pengarsipan")
            page.get_by_label("Tempat salinan elektronik").fill("Server arsip")
            page.get_by_label("Tempat dokumen kertas").fill("Almari 3, rak 2")
            page.get_by_role("button", name="Catat pengarsipan").click()
            recorded(page)

    def upload(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Umumkan dalam daftar")
            page.get_by_role("button", name="Umumkan dalam daftar").click()
            recorded(page)

    def approve_opening(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Setujui pembukaan")
            page.get_by_role("button", name="Setujui pembukaan").click()
            prove(page, demo.PASSWORD)
            recorded(page)

    def open(self, login: str, title: str) -> None:
        with self.at(login) as page:
            task(page, title, "Tetapkan pembukaan")
            page.get_by_label("Bukti tertulis").fill("Penetapan pembukaan 1/2027")
            page.get_by_role("button", name="Tetapkan pembukaan").click()
            prove(page, demo.PASSWORD)
            recorded(page)

    # What stands

    def row(self, title: str) -> Mapping[str, object]:
        (row,) = self.register.views.list(query=f'"{title}"')
        return row

    def public_says(self, title: str, said: str) -> None:
        with self.at("") as page:
            page.goto(f"/publik/{self.code}/")
            page.get_by_label("Cari").first.fill(title)
            page.get_by_label("Cari").first.press("Enter")
            page.get_by_role("link", name=title).click()
            expect(page.get_by_text(re.compile(said)).first).to_be_visible()


@pytest.fixture
def town(bureau: Country, chromium: Browser, address: str) -> Callable[[str, bool], Town]:
    return lambda code, scripts: Town(bureau, chromium, address, scripts, code)


@pytest.fixture
def address(bureau: Country) -> Iterator[str]:
    """The country's web, served on this machine only."""
    served = make_server("localhost", 0, bureau.app, threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://localhost:{served.server_port}"
    served.shutdown()
    thread.join()


def recorded(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Tercatat.")).to_be_visible()


def task_of(page: Page, title: str) -> Locator:
    return page.locator("li.task").filter(has_text=title)


def task(page: Page, title: str, verb: str, button: str = "") -> None:
    """From the worklist straight to the form of the awaited act."""
    task_of(page, title).filter(has_text=verb).get_by_role("link", name=verb).click()
    expect(page.get_by_role("button", name=button or verb)).to_be_visible()


@BOTH_WAYS
def test_kalimantan_tengah_documents_exempted_information(
    town: Callable[[str, bool], Town], scripts: bool
) -> None:
    """SOP 473.2/583.2: a unit proposes, the PPID tests, the superior agrees; once he says no."""
    kalteng, title = town("kalteng", scripts), "Keterangan saksi pelanggaran disiplin"
    kalteng.propose("disnaker", title)
    kalteng.test("ppid", title)
    kalteng.send_back("atasan", title, "Sebutkan siapa yang dirugikan.")
    kalteng.mend("disnaker", title)
    kalteng.test("ppid", title)
    kalteng.consider("tim", title)
    kalteng.approve("plh", title)  # by delegation, while the superior is away
    kalteng.draft("ppid", title)
    kalteng.issue("ppid", title)
    kalteng.upload("disnaker", title)
    kalteng.public_says(title, "ikecualikan sampai dengan")

    row = kalteng.row(title)
    assert (row["status"], row["ends_on"]) == ("exempt", date(2027, 3, 2))
    kalteng.country.midnight_comes(kalteng.register, row["notice_on"])  # type: ignore[arg-type]
    kalteng.approve_opening("pimpinan", title)
    kalteng.open("ppid", title)
    kalteng.public_says(title, "erbuka sejak")


@BOTH_WAYS
def test_bali_puts_a_draft_list_to_the_superior(
    town: Callable[[str, bool], Town], scripts: bool
) -> None:
    """SOP 700/280: the PPID proposes and tests with the team, the superior agrees to the list."""
    bali, title = town("bali", scripts), "Keterangan saksi pelanggaran disiplin"
    bali.propose("ppid", title)
    bali.test("ppid", title)
    bali.consider("tim", title)
    bali.draft_unapproved("ppid", title)
    bali.approve_draft("atasan", title)
    bali.issue("ppid", title)
    bali.archive("ppid", title)
    bali.upload("ppid", title)
    bali.public_says(title, "ikecualikan sampai dengan")

    # Nobody decides: at the end of the period it opens by law.
    bali.country.midnight_comes(bali.register, date(2027, 3, 3))
    assert bali.row(title)["duty_missed"] is True
    bali.public_says(title, "erbuka sejak 3 Maret 2027")


@BOTH_WAYS
def test_bontang_opens_ahead_of_the_end_with_the_mayors_consent(
    town: Callable[[str, bool], Town], scripts: bool
) -> None:
    """A unit brings its own sheet; the mayor agrees, the head of the PPID determines and opens."""
    bontang, title = town("bontang", scripts), "Keterangan saksi pelanggaran disiplin"
    bontang.propose("dishub", title)
    bontang.test("dishub", title)
    bontang.consider("tim", title)
    bontang.approve("pimpinan", title)
    bontang.draft("ppid", title)
    bontang.issue("ppid", title)
    bontang.archive("petugas", title)
    bontang.upload("petugas", title)
    bontang.public_says(title, "ikecualikan sampai dengan")

    notice = bontang.row(title)["notice_on"]
    bontang.country.midnight_comes(bontang.register, notice)  # type: ignore[arg-type]
    bontang.approve_opening("pimpinan", title)
    bontang.open("ppid", title)
    bontang.public_says(title, "erbuka sejak")


@BOTH_WAYS
def test_a_unit_of_kalimantan_tengah_promises_its_service(
    town: Callable[[str, bool], Town], scripts: bool
) -> None:
    """The maklumat: drafted, sent back once, determined, announced where everybody can read it."""
    kalteng = town("kalteng", scripts)
    contents = {
        "Judul": "Maklumat Pelayanan Informasi Publik",
        "Dasar hukum": "UU Nomor 14 Tahun 2008",
        "Sistem, mekanisme, dan prosedur": "Permohonan diajukan di loket atau lewat situs web.",
        "Jangka waktu penyelesaian": "10 hari kerja",
        "Biaya atau tarif": "gratis",
        "Jaminan pelayanan": "Dilayani menurut standar, dengan ramah.",
        "Evaluasi kinerja pelaksana": "Survei kepuasan setiap semester.",
    }
    with kalteng.at("biro") as page:
        open_pledge(page)
        page.get_by_role("link", name="Susun konsep maklumat").click()
        for label, text in contents.items():
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_label("Standar pelayanan ditetapkan pada").fill("2026-02-27")
        page.get_by_role("button", name="Susun konsep maklumat").click()
        recorded(page)
    with kalteng.at("atasan") as page:
        open_pledge(page)
        page.get_by_role("link", name="Kembalikan konsep").click()
        page.get_by_label("Alasan").fill("Sebutkan jam layanan.")
        page.get_by_role("button", name="Kembalikan konsep").click()
        recorded(page)
    with kalteng.at("biro") as page:
        open_pledge(page)
        page.get_by_role("link", name="Susun konsep maklumat").click()
        page.get_by_label("Jaminan pelayanan", exact=True).fill("Pukul 08.00 sampai 15.00 WIB.")
        page.get_by_role("button", name="Susun konsep maklumat").click()
        recorded(page)
    with kalteng.at("atasan") as page:
        open_pledge(page)
        page.get_by_role("link", name="Tetapkan maklumat").click()
        page.get_by_role("button", name="Tetapkan maklumat").click()
        recorded(page)
    with kalteng.at("biro") as page:
        open_pledge(page)
        page.get_by_role("link", name="Catat pengumuman").click()
        page.get_by_label("Sarana", exact=True).first.select_option("papan-pengumuman")
        page.get_by_label("Alamat atau tempat").first.fill("Lobi kantor")
        page.get_by_label("Audio").first.check()
        page.get_by_role("button", name="Catat pengumuman").click()
        recorded(page)
    with kalteng.at("") as page:
        page.goto("/publik/kalteng/maklumat")
        expect(page.get_by_text("Pukul 08.00 sampai 15.00 WIB.")).to_be_visible()


def open_pledge(page: Page) -> None:
    page.get_by_role("link", name="Maklumat", exact=True).click()
    page.get_by_role("link", name="Biro Pemerintahan").click()


@BOTH_WAYS
def test_an_officer_and_an_auditor_take_along_what_they_see(
    town: Callable[[str, bool], Town], scripts: bool
) -> None:
    """The list as it is filtered; the trail with its purpose, filed and had again byte for byte."""
    kalteng = town("kalteng", scripts)
    with kalteng.at("ppid") as page:
        page.goto("/kalteng/daftar?status=exempt")
        page.locator("summary").filter(has_text="Unduh").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="CSV").click()
        rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
        shown = kalteng.register.views.list(status="exempt")
        assert len(rows) > len(shown) > 0
        assert all(any(row["title"] in line for line in rows) for row in shown)
    with kalteng.at("auditor") as page:
        page.goto("/kalteng/jejak")
        page.get_by_role("link", name="Ekspor jejak ini").click()
        page.get_by_label("Untuk apa").fill("Surat tugas 7/2026")
        page.get_by_role("button", name="Ekspor dan catat").click()
        expect(page.get_by_role("status").first).to_be_visible()
        copies = []
        for _ in range(2):
            with page.expect_download() as taken:
                page.get_by_role("link", name=re.compile(r"Nomor \d+")).click()
            copies.append(taken.value.path().read_bytes())
        assert copies[0] == copies[1] != b""
