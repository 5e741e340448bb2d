"""Taking a list over from a page: what was sent, how it is read, row by row, doing it, its end."""

from __future__ import annotations

import base64
import csv
import html
import io
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from adapters import import_jobs
from adapters.import_jobs import Imports
from adapters.leader import Leadership
from domain import item
from domain.item import Status, TakenOver
from tests.bureau import Browser, Bureau, open_bureau
from tests.sheet_files import REAL_LIST, archive, xlsx

HEAD = ("No", "Informasi", "Dasar Hukum", "Dibuka", "Ditutup", "Jangka Waktu", "Unit Kerja")
BASIS = "Pasal 17 huruf a UU Nomor 14 Tahun 2008"

AUDIT = ("1", "Laporan pemeriksaan disiplin", BASIS, "Saksi terancam", "Saksi aman", "3 tahun", "")
RADIO = ("2", "Kunci sandi radio", BASIS, "Sandi bocor", "Sandi aman", "Selama dipakai", "")


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture
def wizard(bureau: Bureau) -> Wizard:
    return Wizard(bureau, bureau.browser("sri", "ppid-utama"))


def sheet(*rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


class Wizard:
    """An officer at the wizard."""

    def __init__(self, bureau: Bureau, browser: Browser) -> None:
        self.bureau, self.browser, self.at = bureau, browser, ""

    @property
    def imports(self) -> Imports:
        return self.bureau.register.imports

    @property
    def job_id(self) -> UUID:
        return UUID(self.at.rsplit("/", 1)[1])

    def hidden(self, address: str) -> dict[str, str]:
        page = self.browser.get(address).text
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        return {name: html.unescape(value) for name, value in found}

    def send(self, content: bytes, name: str = "daftar.csv", **typed: str) -> TestResponse:
        answer = self.browser.client.post(
            "/uji/impor",
            data={
                "unit": "",
                **self.hidden("/uji/impor"),
                **typed,
                "berkas": (io.BytesIO(content), name),
            },
            content_type="multipart/form-data",
        )
        if answer.status_code == 303:
            self.at = answer.headers["Location"].removesuffix("/kolom")
        return answer

    def meanings(self) -> dict[str, str]:
        """The columns as the page proposes them."""
        page = self.browser.get(f"{self.at}/kolom").text
        selects = re.findall(r'name="(kolom-\d+)">(.*?)</select>', page, re.DOTALL)
        chosen = {name: re.search(r'value="([^"]*)" selected', inner) for name, inner in selects}
        return {name: met[1] if met else "" for name, met in chosen.items()}

    def settle(self, **changed: str) -> TestResponse:
        typed = {**self.meanings(), **{k.replace("_", "-"): v for k, v in changed.items()}}
        return self.post("kolom", {"langkah": "periksa", "unit": "", **typed})

    def post(self, page: str, typed: dict[str, str], *, opened: str = "") -> TestResponse:
        hidden = self.hidden(f"{self.at}/{opened or page}" if opened != "index" else "/uji/impor")
        return self.browser.client.post(f"{self.at}/{page}", data={**hidden, **typed})

    def mend(self, row: int, **typed: str) -> TestResponse:
        return self.post(f"baris/{row}", {"what": "take", **typed})

    def check(self, content: bytes, name: str = "daftar.csv", **typed: str) -> None:
        """A list as far as its rows."""
        assert self.send(content, name, **typed).status_code == 303
        assert self.settle(**typed).status_code == 303
        assert self.rest() == "checked"

    def run(self) -> str:
        assert self.post("jalan", {}, opened="baris").status_code == 303
        return self.rest()

    def rest(self) -> str:
        """The stage once nobody is at work any more."""
        return str(until(lambda: self.stage() not in ("checking", "running"), self.stage))

    def stage(self) -> str:
        job = self.imports.job(self.job_id, self.bureau.clock.at)
        assert job
        return job.stage

    def outcomes(self) -> dict[int, str]:
        lines = self.imports.lines(self.job_id, limit=1000)
        return {line.row: line.result.outcome.value for line in lines}

    def codes(self, row: int) -> set[str]:
        line = self.imports.line(self.job_id, row)
        assert line
        return {finding.code for finding in line.result.findings}


def until(holds: Callable[[], bool], answer: Callable[[], Any], seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "nobody is at work"
        time.sleep(0.05)
    return answer()


def unlike(word: str) -> tuple[str, ...]:
    """A row of its own for each test: what one test takes over is there for the others."""
    return ("1", f"Berita acara {word} tahun ini", BASIS, "Saksi terancam", "Aman", "1 tahun", "")


def item_of(bureau: Bureau, wizard: Wizard, row: int) -> Any:
    line = wizard.imports.line(wizard.job_id, row)
    assert line
    assert line.result.item_id
    return bureau.register.ledger.history(line.result.item_id)


# From the file to the register


def test_a_list_is_taken_over_step_by_step_and_signed_by_the_officer(
    bureau: Bureau, wizard: Wizard
) -> None:
    wizard.check(REAL_LIST.read_bytes(), "dik-rows.csv")
    rows = wizard.browser.get(f"{wizard.at}/baris").text

    assert "34 baris dibaca; 34 menjadi butir." in rows
    assert "Belum ada yang dicatat." in rows
    assert bureau.register.views.counts().get("taken-over", 0) == 0
    assert wizard.run() == "done"
    (first, *_) = item_of(bureau, wizard, 2)
    assert isinstance(first.fact, TakenOver)
    assert (first.by, first.as_role) == ("sri", "ppid-utama")
    assert first.procedure
    assert first.procedure.key == "kalteng-diskominfo-2024"
    assert first.fact.source.file == "dik-rows.csv"
    assert wizard.imports.totals(wizard.job_id)["done"] == 34
    ended = wizard.browser.get(f"{wizard.at}/jalan").text
    assert "34 butir tercatat" in ended
    assert "Butir yang menunggu konfirmasi" in ended
    last = bureau.register.ledger.head()
    assert f'href="/uji/tanda-terima/{last}"' in ended
    assert "checkpoint-nya mencakup catatan semua butir yang diambil alih" in ended
    assert wizard.browser.get(f"/uji/tanda-terima/{last}").status_code == 200
    told = bureau.caller("sri", "ppid-utama").get(f"/imports/{wizard.job_id}").json
    assert told["position"] == last


def test_the_same_list_again_changes_nothing(bureau: Bureau, wizard: Wizard) -> None:
    content = sheet(unlike("rotasi"))
    wizard.check(content)
    wizard.run()
    head = bureau.register.ledger.head()

    wizard.check(content)

    assert wizard.outcomes() == {2: "duplicate"}
    assert wizard.codes(2) >= {"already-taken-over"}
    assert wizard.post("jalan", {}, opened="baris").status_code == 409
    assert bureau.register.ledger.head() == head


def test_the_same_form_sent_twice_is_one_list(wizard: Wizard) -> None:
    hidden = wizard.hidden("/uji/impor")
    first = wizard.send(sheet(AUDIT), **hidden)
    second = wizard.send(sheet(AUDIT), **hidden)

    assert first.headers["Location"] == second.headers["Location"]


def test_letterhead_encoding_and_separator_are_shown_not_guessed_silently(wizard: Wizard) -> None:
    lines = ["PEMERINTAH KABUPATEN CONTOH;;", "No;Informasi;Jangka Waktu", "1;Café rahasia;1 tahun"]
    wizard.send("\r\n".join(lines).encode("cp1252"))
    page = wizard.browser.get(f"{wizard.at}/kolom").text

    assert "Windows-1252" in page
    assert "titik koma" in page
    assert "dilewati" in page
    assert "judul kolom" in page
    assert "Café rahasia" in page


def test_an_officer_overrules_what_a_column_was_taken_for(wizard: Wizard) -> None:
    wizard.send(
        sheet(
            ("1", "Judul pertama yang panjang", "isi kedua yang panjang")[:3],
            head=("No", "Informasi", "Keterangan"),
        )
    )
    assert wizard.settle(kolom_1="", kolom_2="title").status_code == 303
    wizard.rest()

    (line,) = wizard.imports.lines(wizard.job_id)
    assert line.result.title == "isi kedua yang panjang"
    assert ("Informasi", "Judul pertama yang panjang") in line.words


def test_a_column_has_one_meaning_and_one_must_be_the_information(wizard: Wizard) -> None:
    wizard.send(sheet(AUDIT))
    none, both = wizard.settle(kolom_1=""), wizard.settle(kolom_1="title", kolom_2="title")

    assert none.status_code == both.status_code == 422
    assert "Tunjukkan kolom yang memuat informasi yang dikecualikan." in none.text
    assert "dipilih untuk dua kolom (B, C)" in html.unescape(both.text)
    assert wizard.stage() == "columns"


def test_the_first_row_of_the_list_can_be_overruled(wizard: Wizard) -> None:
    wizard.send(sheet(AUDIT, RADIO))
    assert wizard.settle(mulai="3").status_code == 303
    wizard.rest()

    assert wizard.outcomes() == {3: "taken"}
    for wrong in ("x", "999"):
        wizard.send(sheet(AUDIT))
        assert wizard.settle(mulai=wrong).status_code == 422


def test_another_sheet_of_the_same_file_can_be_read(wizard: Wizard, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "dua.xlsx", [HEAD, AUDIT], more={"Lampiran": [HEAD, RADIO]})
    wizard.send(path.read_bytes(), "dua.xlsx")
    assert wizard.post("kolom", {"langkah": "lembar", "lembar": "Lampiran"}).status_code == 303
    wizard.settle()
    wizard.rest()

    (line,) = wizard.imports.lines(wizard.job_id)
    assert line.result.title == "Kunci sandi radio"
    odd = wizard.post("kolom", {"langkah": "lembar", "lembar": "Tidak ada"})
    assert odd.status_code == 422


# Row by row


def test_a_correction_is_read_and_the_words_of_the_list_are_kept(
    bureau: Bureau, wizard: Wizard
) -> None:
    wizard.check(sheet(unlike("koreksi")))
    assert wizard.mend(2, period="5 tahun").status_code == 303
    line = wizard.imports.line(wizard.job_id, 2)
    assert line
    assert line.result.period.number == 5
    wizard.run()

    fact = item_of(bureau, wizard, 2)[0].fact
    assert fact.period.words == "5 tahun"
    assert ("period", "1 tahun") in fact.source.words
    assert ("period, dibetulkan", "5 tahun") in fact.source.words


def test_a_corrected_row_is_the_same_row_when_the_list_is_read_again(wizard: Wizard) -> None:
    content = sheet(unlike("ulang"))
    wizard.check(content)
    wizard.mend(2, title="Judul yang dibetulkan dengan lengkap")
    wizard.run()
    wizard.check(content)

    assert wizard.outcomes() == {2: "duplicate"}


def test_a_row_is_left_out_and_its_double_steps_in(wizard: Wizard) -> None:
    wizard.check(sheet(unlike("ganda"), unlike("ganda")))
    assert wizard.outcomes() == {2: "taken", 3: "duplicate"}

    wizard.mend(2, what="out")

    assert wizard.outcomes() == {2: "refused", 3: "taken"}
    assert wizard.codes(2) == {"left-out"}
    wizard.mend(2, what="take")
    assert wizard.outcomes() == {2: "taken", 3: "duplicate"}


def test_a_double_that_is_corrected_is_an_item_of_its_own(wizard: Wizard) -> None:
    wizard.check(sheet(unlike("kembar"), unlike("kembar")))

    wizard.mend(3, title="Berita acara kembar, bagian yang lain sama sekali")

    assert wizard.outcomes() == {2: "taken", 3: "taken"}
    ids = {line.result.item_id for line in wizard.imports.lines(wizard.job_id)}
    assert len(ids) == 2


def test_near_rows_stand_side_by_side_and_the_officer_decides(wizard: Wizard) -> None:
    near = ("2", "Rencana sandi radio komando daerah", BASIS, "", "", "2 tahun", "")
    wizard.check(sheet(("1", "Rencana sandi radio komando", *near[2:]), near))
    assert "possible-duplicate" in wizard.codes(3)
    page = wizard.browser.get(f"{wizard.at}/baris/3").text
    assert "Berdampingan dengan yang mirip" in page

    assert wizard.mend(3, what="same").status_code == 422
    wizard.mend(3, what="same", same_as="baris 2")
    assert wizard.outcomes()[3] == "duplicate"
    assert "same-by-officer" in wizard.codes(3)

    wizard.mend(3, what="distinct")
    assert wizard.outcomes()[3] == "taken"
    assert "possible-duplicate" not in wizard.codes(3)


def test_two_officers_at_one_row_do_not_overwrite_each_other(wizard: Wizard) -> None:
    wizard.check(sheet(AUDIT))
    hidden = wizard.hidden(f"{wizard.at}/baris/2")
    wizard.mend(2, period="4 tahun")
    late = wizard.browser.client.post(
        f"{wizard.at}/baris/2", data={**hidden, "what": "take", "period": "9 tahun"}
    )

    assert late.status_code == 412
    assert 'value="9 tahun"' in late.text
    line = wizard.imports.line(wizard.job_id, 2)
    assert line
    assert line.result.period.number == 4


def test_rows_are_sifted_and_paged_by_their_number(wizard: Wizard) -> None:
    rows = [(str(n), f"Informasi bernomor khusus {n:04d} {n:04x}", *AUDIT[2:]) for n in range(120)]
    wizard.check(sheet(*rows))
    first = wizard.browser.get(f"{wizard.at}/baris").text
    second = wizard.browser.get(f"{wizard.at}/baris?sesudah=51").text

    assert 'id="baris-51"' in first
    assert 'id="baris-52"' not in first
    assert "sesudah=51" in first
    assert 'id="baris-52"' in second
    assert (
        "Tidak ada baris seperti itu." in wizard.browser.get(f"{wizard.at}/baris?saring=ganda").text
    )
    assert wizard.browser.get(f"{wizard.at}/baris?sesudah=x&saring=y").status_code == 200


def test_a_unit_is_known_by_its_name_and_one_that_is_not_is_said(wizard: Wizard) -> None:
    known, unknown = ("Dinas Kesehatan", "Bidang Entah")
    wizard.check(sheet((*AUDIT[:6], known), (*RADIO[:6], unknown)))
    first, second = wizard.imports.lines(wizard.job_id)

    assert first.result.fact
    assert first.result.fact.particulars.unit == "dinkes"
    assert second.result.fact
    assert second.result.fact.particulars.unit == ""
    assert "unit-not-registered" in wizard.codes(3)
    assert ("unit", unknown) in second.result.fact.source.words


# Who may


def test_an_office_of_one_unit_takes_over_rows_of_that_unit_only(bureau: Bureau) -> None:
    wizard = Wizard(bureau, bureau.browser("made", "ppid-pembantu"))
    page = wizard.browser.get("/uji/impor").text
    assert "Inspektorat" in page
    assert "Dinas Kesehatan" not in page
    assert wizard.send(sheet(AUDIT), unit="dinkes").status_code == 422

    rows = sheet(unlike("inspektorat"), (*RADIO[:6], "Dinas Kesehatan"))
    assert wizard.send(rows, unit="inspektorat").status_code == 303
    wizard.settle(unit="inspektorat")
    wizard.rest()

    assert wizard.outcomes() == {2: "taken", 3: "refused"}
    assert wizard.codes(3) == {"office-must-be-held-that-day"}
    wizard.run()
    assert item_of(bureau, wizard, 2)[0].by == "made"


@pytest.mark.parametrize("login", ["agus", "ani", "wayan", "gubernur", "tim"])
def test_offices_that_do_not_propose_are_shown_no_wizard(bureau: Bureau, login: str) -> None:
    browser = bureau.browser(login)

    assert browser.get("/uji/impor").status_code == 403
    assert "/uji/impor" not in browser.get("/uji/pekerjaan").text


def test_a_list_is_seen_by_the_office_that_sent_it_and_reading_it_is_noted(
    bureau: Bureau, wizard: Wizard
) -> None:
    wizard.check(sheet(AUDIT), "rahasia.csv")
    other = bureau.browser("budi")

    for page in ("", "/kolom", "/baris", "/baris/2", "/jalan", "/kemajuan", "/laporan.csv"):
        assert other.get(wizard.at + page).status_code == 404, page
    assert "rahasia.csv" not in other.get("/uji/impor").text
    assert bureau.browser("luh").get(wizard.at).status_code == 404
    noted = bureau.register.readings.page(by="sri", what="daftar-kiriman")
    assert "rahasia.csv" in noted[0]["detail"]


def test_an_office_that_ended_meanwhile_stops_the_taking_over(bureau: Bureau) -> None:
    wizard = Wizard(bureau, bureau.browser("sri", "ppid-utama"))
    wizard.check(sheet(unlike("berakhir")))
    wizard.imports.run(wizard.job_id, "nobody")
    wizard.imports.wake(bureau.clock)

    assert wizard.rest() == "paused"
    page = wizard.browser.get(f"{wizard.at}/jalan").text
    assert "Mengapa terhenti" in page
    assert "Lanjutkan" in page
    assert wizard.post("jalan", {}).status_code == 303
    assert wizard.rest() == "done"


def test_a_list_is_forgotten_after_its_time_or_when_asked(bureau: Bureau, wizard: Wizard) -> None:
    wizard.check(sheet(AUDIT))
    later = bureau.clock.at + timedelta(days=31)
    assert wizard.imports.job(wizard.job_id, later) is None
    wizard.imports.tidy(later)
    assert wizard.imports.job(wizard.job_id, bureau.clock.at) is None
    assert wizard.browser.get(wizard.at).status_code == 404

    wizard.check(sheet(AUDIT))
    assert wizard.post("buang", {}, opened="baris").status_code == 303
    assert wizard.browser.get(wizard.at).status_code == 404


# Broken off


def test_taking_over_goes_on_where_it_was_broken_off(
    bureau: Bureau, wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_jobs, "CHUNK", 5)
    rows = [(str(n), f"Naskah putus nomor {n:04d} {n:04x}", *AUDIT[2:]) for n in range(20)]
    wizard.check(sheet(*rows))
    before = bureau.register.ledger.head()
    turns = iter([True, True, False])
    imports = wizard.imports
    imports.run(wizard.job_id, "sri")
    job = imports.job(wizard.job_id, bureau.clock.at)
    assert job
    with pytest.raises(Exception, match=r"^$"):
        imports.advance(job, bureau.clock, lambda: next(turns))
    assert bureau.register.ledger.head() == before + 10
    with bureau.database.pool.connection() as connection:
        # As if the process had ended after recording rows and before noting that it had.
        connection.execute("UPDATE reg_uji.import_row SET done = false WHERE row < 7")

    wizard.browser.get(f"{wizard.at}/jalan")  # looking at it is enough

    assert wizard.rest() == "done"
    assert bureau.register.ledger.head() == before + 20
    assert wizard.imports.totals(wizard.job_id)["done"] == 20
    assert set(wizard.outcomes().values()) == {"taken"}


KILLED = """
import sys
from datetime import UTC, datetime
from uuid import UUID
from adapters import import_jobs
from adapters.database import Access, open_database
from adapters.registers import find_register

import_jobs.CHUNK = 3
register = find_register(open_database(access=Access(app=sys.argv[1])), "uji")
job_id, at = UUID(sys.argv[2]), datetime(2026, 3, 2, 2, tzinfo=UTC)
register.imports.run(job_id, "sri")
said = register.imports._take


def take(*given):
    said(*given)
    print("chunk", flush=True)


register.imports._take = take
register.imports.wake(lambda: at)
register.imports._thread.join()
"""


def test_a_process_killed_in_the_middle_leaves_nothing_out_and_nothing_twice(
    bureau: Bureau, wizard: Wizard
) -> None:
    rows = [(str(n), f"Naskah mati nomor {n:04d} {n:04x}", *AUDIT[2:]) for n in range(60)]
    wizard.check(sheet(*rows))
    before = bureau.register.ledger.head()
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, bureau.database.uri, str(wizard.job_id)],
        stdout=subprocess.PIPE,
        cwd=root,
    ) as process:
        assert process.stdout
        for _ in range(4):
            assert process.stdout.readline() == b"chunk\n"
        process.kill()
    head = bureau.register.ledger.head()
    assert before < head < before + 60

    wizard.browser.get(f"{wizard.at}/kemajuan")

    assert wizard.rest() == "done"
    assert bureau.register.ledger.head() == before + 60
    job = wizard.imports.job(wizard.job_id, bureau.clock.at)
    assert job is not None
    assert job.last_position == before + 60
    assert wizard.imports.totals(wizard.job_id)["done"] == 60


def test_two_processes_never_work_on_one_list(bureau: Bureau, wizard: Wizard) -> None:
    wizard.check(sheet(unlike("rebutan")))
    leader = Leadership(bureau.database, "uji", "import")
    until(leader.held, leader.held)  # whoever checked the list may still be leaving
    wizard.imports.run(wizard.job_id, "sri")
    wizard.imports.wake(bureau.clock)
    time.sleep(0.5)
    assert wizard.stage() == "running"
    assert wizard.browser.get(f"{wizard.at}/kemajuan").status_code == 200
    leader.resign()

    moved = until(
        lambda: wizard.browser.get(f"{wizard.at}/kemajuan").status_code == 286, wizard.stage
    )

    assert moved == "done"


def test_an_officer_stops_it_and_goes_on(bureau: Bureau, wizard: Wizard) -> None:
    wizard.check(sheet(unlike("jeda")))
    wizard.imports.run(wizard.job_id, "sri")  # nobody is at work yet
    assert wizard.post("berhenti", {}, opened="index").status_code == 303
    assert wizard.stage() == "paused"
    assert wizard.mend(2, period="7 tahun").status_code == 409
    assert wizard.run() == "done"


# The report


def test_the_report_tells_every_row_and_starts_no_formula(wizard: Wizard) -> None:
    formula = ("1", "=HYPERLINK(1) rahasia jabatan", BASIS, "a", "b", "1 tahun", "")
    wizard.check(sheet(formula, ("", "", "", "", "", "", "")))
    table = wizard.browser.get(f"{wizard.at}/laporan.csv")
    book = wizard.browser.get(f"{wizard.at}/laporan.xlsx")

    lines = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
    assert lines[1][3] == "'=HYPERLINK(1) rahasia jabatan"
    assert [line[0] for line in lines[1:]] == ["2", "3"]
    read = CalamineWorkbook.from_filelike(io.BytesIO(book.data)).get_sheet_by_index(0).to_python()
    assert read[1][3] == "=HYPERLINK(1) rahasia jabatan"
    assert "attachment" in table.headers["Content-Disposition"]
    assert wizard.browser.get(f"{wizard.at}/laporan.exe").status_code == 404


# What is no list


def zip_bomb(folder: Path) -> bytes:
    return archive(folder / "bom.xlsx", {"xl/workbook.xml": b"0" * 60_000_000}).read_bytes()


ODD: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "nothing": (lambda _: b"", "Pilih berkas yang memuat daftarnya."),
    "blank": (lambda _: b"  \n ", "kosong"),
    "pdf": (lambda _: b"%PDF-1.7 ...", "Berkas ini PDF"),
    "locked": (lambda _: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "terkunci kata sandi"),
    "web page": (lambda _: b"<!doctype html><table></table>", "halaman HTML"),
    "binary": (lambda _: b"\x00\x01\x02\x03" * 99, "bukan teks"),
    "bomb": (zip_bomb, "mengembang"),
    "too long": (lambda _: b"a;b\n" * 50_000, "lebih dari 20.000 baris"),
    "formula": (
        lambda folder: xlsx(folder / "f.xlsx", [["Informasi"], ["=1+1"]]).read_bytes(),
        "rumus",
    ),
    "identity numbers": (
        lambda folder: xlsx(
            folder / "n.xlsx", [["Informasi", "NIK"], ["Data pasien", 6271031234567890]]
        ).read_bytes(),
        "digit",
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_list_is_refused_in_a_sentence_beside_the_field(
    wizard: Wizard, tmp_path: Path, kind: str
) -> None:
    made, sentence = ODD[kind]
    answer = wizard.send(made(tmp_path), "kiriman.xlsx")

    assert answer.status_code == 422
    (said,) = re.findall(r'id="berkas-salah"><p>(.*?)</p>', answer.text, re.DOTALL)
    assert sentence in html.unescape(said)
    assert "Traceback" not in answer.text


def test_a_list_of_a_header_alone_has_nothing_to_take(wizard: Wizard) -> None:
    wizard.check(sheet())

    assert wizard.imports.totals(wizard.job_id)["rows"] == 0
    assert wizard.post("jalan", {}, opened="baris").status_code == 409


def test_merged_cells_of_the_header_are_read_over_both_its_rows(
    wizard: Wizard, tmp_path: Path
) -> None:
    rows = [
        ["No", "Informasi", "Konsekuensi", "", "Jangka Waktu"],
        ["", "", "Dibuka", "Ditutup", ""],
        ["1", "Naskah sel gabungan", "bahaya", "aman", "1 tahun"],
    ]
    path = xlsx(tmp_path / "g.xlsx", rows, merged=["C1:D1", "A1:A2", "B1:B2", "E1:E2"])
    wizard.check(path.read_bytes(), "g.xlsx")
    (line,) = wizard.imports.lines(wizard.job_id)

    assert line.result.fact
    assert line.result.fact.consequence_if_opened == "bahaya"
    assert line.result.fact.benefit_if_closed == "aman"


def test_a_file_that_is_too_large_is_refused_on_a_page_of_ours(wizard: Wizard) -> None:
    hidden = wizard.hidden("/uji/impor")
    large = (io.BytesIO(b"a" * (27 * 2**20)), "besar.csv")
    answer = wizard.browser.client.post(
        "/uji/impor", data={**hidden, "berkas": large}, content_type="multipart/form-data"
    )

    assert answer.status_code == 413
    assert "Kiriman terlalu besar." in answer.text
    assert "26 MB" in answer.text


def test_only_whoever_signed_in_may_send_much(bureau: Bureau) -> None:
    sent = {"berkas": (io.BytesIO(b"a" * 2**20), "besar.csv")}
    answer = bureau.browser().client.post(
        "/uji/impor", data=sent, content_type="multipart/form-data"
    )

    assert answer.status_code == 413


def test_a_script_in_a_title_stays_words(wizard: Wizard) -> None:
    wizard.check(sheet(("1", "<script>alert(1)</script> naskah", *AUDIT[2:])), "<b>x</b>.csv")
    page = wizard.browser.get(f"{wizard.at}/baris").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; naskah" in page
    assert "<b>x</b>.csv" not in page


def test_what_cannot_be_kept_is_refused_beside_its_field(wizard: Wizard) -> None:
    wizard.check(sheet(AUDIT), name="a\0b\u202e.csv")
    assert wizard.imports.job(wizard.job_id, wizard.bureau.clock.at).file == "ab.csv"  # type: ignore[union-attr]
    for typed in ({"title": "a\0b"}, {"what": "same", "same_as_other": "butir \0"}):
        answer = wizard.mend(2, **typed)
        assert answer.status_code == 422
        assert "karakter kendali" in answer.text
    nobody = f"butir {'-' * 36}"
    assert wizard.mend(2, what="same", same_as_other=nobody).status_code == 303
    assert wizard.browser.get(f"{wizard.at}/baris/2").status_code == 200


# The same by the API


def test_the_api_offers_the_same_acts(bureau: Bureau) -> None:
    caller = bureau.caller("sri", "ppid-utama")
    content = base64.b64encode(sheet(unlike("api"), RADIO, RADIO)).decode()
    sent = caller.post("/imports", {"name": "api.csv", "content": content})
    assert sent.status_code == 201, sent.text
    at = f"/imports/{sent.json['id']}"
    assert caller.get(at).json["proposed"]["matches"]["title"] == "B"

    def stage() -> str:
        return str(caller.get(at).json["stage"])

    assert caller.post(f"{at}/acts/check", {}).status_code == 200
    until(lambda: stage() == "checked", stage)
    rows = caller.get(f"{at}/rows?limit=2").json
    assert [row["outcome"] for row in rows["rows"]] == ["taken", "taken"]
    assert rows["next"] == 3
    mended = caller.post(f"{at}/acts/mend", {"row": 2, "cells": {"period": "6 tahun"}})
    assert mended.json["period"]["original"] == "6 tahun"
    assert caller.post(f"{at}/acts/mend", {"row": 3, "what": "out"}).json["outcome"] == "refused"
    assert caller.post(f"{at}/acts/run", {}).status_code == 200
    until(lambda: stage() == "done", stage)
    assert caller.get(f"{at}/report").json["totals"]["taken"] == 2
    assert caller.post(f"{at}/acts/drop", {}).status_code == 200
    assert caller.get(at).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a.csv", "content": "!!"}, "/content"),
        ({"name": "a.csv", "content": ""}, "/content"),
        ({"name": "a.csv", "content": "JVBERi0="}, "/content"),
        ({"name": "a.csv", "content": "YTtiCg==", "unit": "entah"}, "/unit"),
        ({"content": "YTtiCg=="}, "/name"),
    ],
)
def test_the_api_says_what_is_wrong_with_what_was_sent(
    bureau: Bureau, body: dict[str, str], pointer: str
) -> None:
    answer = bureau.caller("sri", "ppid-utama").post("/imports", body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_the_api_knows_no_list_of_another_office(bureau: Bureau, wizard: Wizard) -> None:
    wizard.check(sheet(AUDIT))
    budi = bureau.caller("budi", "ppid-pembantu")
    at = f"/imports/{wizard.job_id}"

    assert budi.get(at).status_code == 404
    for act in ("check", "run", "stop", "drop"):
        assert budi.post(f"{at}/acts/{act}", {}).status_code == 404
    assert bureau.caller("agus", "auditor").get("/imports").status_code == 403


# Whoever proposes takes over


def test_the_desk_lets_nobody_take_over_for_a_unit_he_may_not_propose_for(bureau: Bureau) -> None:
    made = bureau.desk("made", "ppid-pembantu")

    assert made.rules_against_taking_over("inspektorat") == ()
    assert made.rules_against_taking_over("dinkes")
    assert made.rules_against_taking_over("tidak-ada")
    assert bureau.desk("wayan", "atasan-ppid").rules_against_taking_over("")


def test_taken_over_items_await_confirmation(bureau: Bureau, wizard: Wizard) -> None:
    wizard.check(sheet(unlike("menunggu")))
    wizard.run()
    line = wizard.imports.line(wizard.job_id, 2)
    assert line
    assert line.result.item_id
    state = bureau.register.ledger.recall(item, line.result.item_id).state

    assert state.status is Status.TAKEN_OVER
