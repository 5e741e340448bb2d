"""The command line: one answer, one sentence when it cannot, and an exit code that says which."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
import pytest

from adapters.database import open_database
from adapters.registers import find_register
from adapters.terminal import run
from domain import item
from sidik import cli, utc_now
from tests.conftest import REGISTER
from tests.places import access_to, database_like, environment_of
from tests.spec import stamp
from tests.voices import PROPOSED, TESTED, determined

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "adapters" / "data" / "dik-rows.csv"
NEW = ("body", "add", "kota", "--name", "Kota Contoh", "--seat", "Bontang", "--zone", "WITA")


class Answer:
    """What a command said: its exit code, its answer, and what it told beside it."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def sentence(self) -> str:
        [line] = self.err.splitlines()
        assert self.out == ""
        assert line.endswith(".")
        assert "Traceback" not in line
        return line


Sidik = Callable[..., Answer]


def speaking(url: str, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sidik:
    """The command line over the database at *url*."""
    for name, value in environment_of(url).items():
        patch.setenv(name, value)

    def command(*arguments: str) -> Answer:
        code = run(cli, arguments, "sidik")
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return command


def furnish(sidik: Sidik) -> None:
    """One body, its SOP, and a list taken over."""
    assert sidik(*NEW, "--unit", "diskominfo=Dinas Kominfo").code == 0
    assert sidik("body", "adopt", "bontang", "--since", "2021-01-04").code == 0
    assert sidik("import", str(ROWS), "--unit", "diskominfo").code == 0


@pytest.fixture
def sidik(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sidik:
    """The command line over a fresh database, in which there is no body."""
    with open_database(access=access_to(database_url)) as database:
        database.drop_register(REGISTER)
    return speaking(database_url, monkeypatch, capsys)


@pytest.fixture
def kota(sidik: Sidik) -> Sidik:
    furnish(sidik)
    return sidik


@pytest.fixture(scope="module")
def refusing_url(server: str) -> Iterator[str]:
    """A database for commands that are refused, and so leave it as it is."""
    with database_like(server, None, "refusing") as url:
        yield url


@pytest.fixture
def nobody(
    refusing_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sidik:
    """The command line where there is no body, for commands that change nothing."""
    command = speaking(refusing_url, monkeypatch, capsys)
    with open_database(access=access_to(refusing_url)) as database:
        for code in database.registers():
            database.drop_register(code)
    return command


@pytest.fixture
def somebody(
    refusing_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sidik:
    """The command line where there is one body, for commands that change nothing."""
    command = speaking(refusing_url, monkeypatch, capsys)
    if command("list").code:
        furnish(command)
    return command


# Helping


def test_help_comes_at_once_and_in_indonesian() -> None:
    best = min(_help_seconds() for _ in range(3))

    assert best < 0.6  # 0.2 s on an idle machine; interpreters start slowly on a busy one


def _help_seconds() -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "sidik", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Pemakaian: sidik" in done.stdout
    return time.perf_counter() - began


def test_asking_for_help_loads_neither_database_nor_web() -> None:
    code = (
        "import sys\nfrom sidik import cli\n"
        "heavy = {'psycopg', 'flask', 'granian', 'eventsourcing', 'apscheduler', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_every_command_has_json_and_data() -> None:
    def commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from commands(command, f"{path} {name}")
            else:
                yield f"{path} {name}", command

    for path, command in commands(cli, "sidik"):
        options = {name for parameter in command.params for name in parameter.opts}
        assert {"--json", "--data"} <= options, path
        assert command.help, path


# One sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frob"], "frob tidak dikenal"),
        (["list", "--nope"], "--nope tidak dikenal"),
        (["list", "kelebihan"], "kelebihan"),
        (["import"], "BERKAS harus disebut"),
        (["import", "tidak-ada.csv", "--dry-run"], "tidak-ada.csv tidak ditemukan"),
        (["import", str(ROOT / "pyproject.toml"), "--dry-run", "--map", "apa=C"], "apa"),
        (["list", "--as-of", "2026-13-01"], "bukan tanggal"),
        (["list", "--as-of", "kemarin"], "bukan tanggal"),
        (["list", "--known-at", "nanti"], "bukan waktu"),
        (["list", "--limit", "nol"], "bukan bilangan bulat"),
        (["list", "--limit", "0"], "bukan bilangan bulat"),
        (["list", "--status", "setengah"], "tidak dikenal"),
        (["list", "--after", "???"], "--after tidak sah"),
        (["list"], "Belum ada badan publik"),
        (["list", "--body", "entah"], "entah"),
        (["list", "--body", "../etc"], "../etc"),
        (["history", "123456"], "Belum ada badan publik"),
        (["replay"], "--compare"),
        (["rebuild", "entah"], "entah"),
        (["bench", "entah.apa", "--rounds", "x"], "bilangan bulat"),
        (["up", "--port", "70000"], "70000"),
        ([*NEW[:-1], "WIX"], "WIX"),
        (["body", "add", "Kota Besar", *NEW[3:]], "Kota Besar"),
        ([*NEW, "--unit", "tanpa-nama"], "KODE=NAMA"),
        (
            ["body", "add", "uji", "--name", "", "--seat", "x"],
            "--name tidak sah: tidak boleh kosong",
        ),
        (["body", "add", "uji", "--name", "Uji", "--seat", " "], "--seat tidak sah"),
        (["body", "add", "uji", "--name", "U\x07ji", "--seat", "x"], "karakter kendali"),
        (["body", "add", "uji", "--name", "U\udcffji", "--seat", "x"], "karakter kendali"),
        ([*NEW, "--unit", "../x=Dinas"], "../x"),
        (["body", "policy", "--review-months", "6", "--reason", ""], "--reason tidak sah"),
        (["officer", "add", "", "--name", "Sri", "--position", "x"], "ID tidak sah"),
        (["officer", "add", "a b/../", "--name", "Sri", "--position", "x"], "a b/../"),
        (["officer", "grant", "sri", "--role", "admin", "--decree", ""], "--decree tidak sah"),
        (["list", "--data", ""], "--data tidak sah"),
        (["import", str(ROWS), "--dry-run", "--sheet", "Lain"], "Lain"),
        (["bench", "entah"], "'entah' tidak dikenal"),
        (["bench", "append", "entah"], "'entah' tidak dikenal"),
        (["officer", "grant", "sri", "--role", "raja", "--decree", "1"], "raja"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    nobody: Sidik, arguments: list[str], words: str
) -> None:
    said = nobody(*arguments)

    assert said.code == 2
    assert words in said.sentence
    assert nobody(*arguments, "--json").out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--body", ""], "'' tidak terdaftar; yang ada: kota"),
        (["history", "abc"], "id butir"),
        (["history", "ffffffff"], "Tidak ada butir"),
        (["list", "--query", "\udcff"], "UTF-8"),
        (["tick", "--on", (date.today() + timedelta(days=9)).isoformat()], "belum tiba"),  # noqa: DTZ011
        (["body", "adopt", "entah"], "SOP 'entah' tidak dikenal"),
        (["body", "adopt", "bontang", "--unit", "entah"], "entah"),
        (["body", "policy", "--reason", "-"], "sedikitnya satu"),
        (["officer", "grant", "siapa", "--role", "auditor", "--decree", "1"], "siapa"),
        (["officer", "password", "siapa"], "siapa"),
        (["import", str(ROWS), "--unit", "entah"], "entah"),
    ],
)
def test_what_is_not_there_is_named(somebody: Sidik, arguments: list[str], words: str) -> None:
    said = somebody(*arguments)

    assert said.code == 2
    assert words in said.sentence


def test_a_database_that_is_down_is_one_sentence(
    sidik: Sidik, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("SIDIK_DATABASE_URL", f"postgresql://sidik@127.0.0.1:{port}/sidik")

    said = sidik("list")

    assert said.code == 2
    assert "PostgreSQL" in said.sentence


def test_a_reader_who_has_read_enough_hears_no_complaint(somebody: Sidik) -> None:
    done = subprocess.run(
        f"{sys.executable} -m sidik list | head -1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("ID")
    assert done.stderr == ""


def test_whoever_stops_it_while_it_starts_sees_no_trace() -> None:
    code = "import sidik; raise KeyboardInterrupt"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert done.stderr == "Dihentikan.\n"


def test_a_full_disk_is_one_sentence(somebody: Sidik) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sidik", "list", "--json"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (
        2,
        "Ruang penyimpanan habis; sediakan ruang, lalu ulangi.\n",
    )


# Taking over and looking


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ("tidak-ada/laporan.xlsx", "Folder laporan"),
        ("laporan.csv", "berakhir dengan .xlsx"),
        ("folder.xlsx", "tidak dapat ditulis"),
        ("daftar.xlsx", "tidak boleh menimpa"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_recorded(
    somebody: Sidik, tmp_path: Path, report: str, words: str
) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    file = tmp_path / "daftar.xlsx"
    file.write_text("Informasi,Jangka waktu\nBelum pernah ada,2 tahun\n")

    said = somebody("import", str(file), "--unit", "diskominfo", "--report", str(tmp_path / report))

    assert said.code == 2
    assert words in said.sentence
    assert somebody("list", "--query", "Belum pernah ada", "--json").json["items"] == []


def test_a_dry_run_needs_neither_body_nor_database(
    sidik: Sidik, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDIK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

    said = sidik("import", str(ROWS), "--dry-run", "--json")

    assert said.code == 0
    assert [row["row"] for row in said.json["rows"]] == list(range(2, 36))
    assert {row["outcome"] for row in said.json["rows"]} == {"taken"}
    assert said.json["totals"]["rows"] == 34


def test_a_list_taken_over_twice_is_taken_over_once(kota: Sidik) -> None:
    again = kota("import", str(ROWS), "--json")

    assert {row["outcome"] for row in again.json["rows"]} == {"duplicate"}
    assert len(kota("list", "--json").json["items"]) == 34


def test_the_list_goes_on_where_the_page_ended(somebody: Sidik) -> None:
    whole = [row["id"] for row in somebody("list", "--json").json["items"]]
    first = somebody("list", "--json", "--limit", "20").json
    rest = somebody("list", "--json", "--limit", "20", "--after", first["next"]).json

    assert [row["id"] for page in (first, rest) for row in page["items"]] == whole
    assert rest["next"] is None


def test_the_list_stands_as_it_did_and_as_it_was_known(somebody: Sidik) -> None:
    """A moment without a zone is read in the zone of the body, here WITA."""
    earlier = somebody("list", "--json", "--as-of", "2020-01-01").json
    unknown = somebody("list", "--json", "--known-at", "2020-01-01T00:00").json
    known = somebody("list", "--json", "--known-at", "2099-01-01T00:00").json

    assert earlier["items"] == []
    assert earlier["as_of"] == "2020-01-01"
    assert unknown["items"] == []
    assert unknown["known_at"] == "2020-01-01T00:00:00+08:00"
    assert len(known["items"]) == 34


def test_what_has_ended_is_not_in_force_though_nobody_has_said_so(
    kota: Sidik, database_url: str
) -> None:
    with open_database(access=access_to(database_url)) as database:
        find_register(database, "kota").ledger.amend(
            item,
            uuid4(),
            lambda _: [PROPOSED[0], TESTED[0], determined(ends_on="2026-06-30")],
            stamp(on="2026-03-05"),
            expect=0,
        )

    for day, in_force in (("2026-06-30", True), ("2026-07-01", False)):
        [row] = kota("list", "--json", "--as-of", day).json["items"]
        assert (row["in_force"], row["ended"]) == (in_force, not in_force)


def test_an_item_may_be_named_by_how_its_id_begins(somebody: Sidik) -> None:
    item_id = somebody("list", "--json", "--limit", "1").json["items"][0]["id"]

    for words in (item_id, item_id[:8], item_id[:6].upper()):
        said = somebody("history", words, "--json").json
        assert said["item"] == item_id
        assert [told["tag"] for told in said["facts"]] == ["item.taken_over"]
        assert said["facts"][0]["by"].startswith("pengelola")


def test_a_cell_that_the_ledger_does_not_say_is_named(kota: Sidik, database_url: str) -> None:
    before = kota("replay", "--compare", "--json").json
    assert before["differences"] == []
    assert [(one["body"], one["sound"]) for one in before["log"]] == [("kota", True)]
    with (
        open_database(access=access_to(database_url)) as database,
        database.connect("kota") as connection,
    ):
        changed = connection.execute(
            "UPDATE dik SET title = 'lain' WHERE title LIKE 'Rahasia Jabatan' RETURNING id"
        ).fetchone()
    assert changed

    said = kota("replay", "--compare", "--json")

    assert said.code == 1
    assert said.json["log"] == before["log"], "the facts are as they were"
    assert said.json["differences"] == [
        {
            "body": "kota",
            "view": "dik",
            "key": [str(changed[0])],
            "column": "title",
            "live": "lain",
            "rebuilt": "Rahasia Jabatan",
        }
    ]
    assert "title" in kota("replay", "--compare").out
    assert kota("rebuild").code == 0
    assert kota("replay", "--compare").code == 0


def test_views_are_compared_where_the_facts_may_not_be_opened(
    kota: Sidik, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIDIK_AUDITOR_URL")

    said = kota("replay", "--compare", "--json")

    assert (said.code, said.json) == (0, {"differences": [], "log": []})
    assert "SIDIK_AUDITOR_URL" in said.err
    assert kota("replay", "--compare", "--policy", "kebijakan.txt").code == 2


def test_the_clock_of_a_demo_register_may_be_put_forward(sidik: Sidik, database_url: str) -> None:
    assert sidik("demo", "--json").json["password"]
    on = (utc_now().date() + timedelta(days=60)).isoformat()

    facts = sidik("tick", "--on", on, "--json").json["facts"]

    lapses = [told for told in facts if told["tag"] == "item.declassified"]
    assert lapses
    assert {told["by"] for told in facts} == {"sistem"}
    assert all(told["on"] <= on for told in facts)
    with open_database(access=access_to(database_url)) as database:
        zone = find_register(database, "bali").body.zone
    assert zone == "Asia/Makassar"
    previous = (date.fromisoformat(on) - timedelta(days=1)).isoformat()
    assert {told["at"] for told in facts if told["body"] != "kalteng"} == {f"{previous}T16:01:00Z"}
    assert sidik("tick", "--on", on, "--json").json == {"facts": []}


def test_the_published_list_is_recorded_when_it_reads_differently(kota: Sidik) -> None:
    assert kota("snapshot", "--json").json == {"snapshots": [{"body": "kota", "new": False}]}
    assert kota("demo", "--json").code == 0  # takes the first snapshot of each body itself

    said = {one["body"]: one for one in kota("snapshot", "--json").json["snapshots"]}

    assert said["kalteng"]["number"] >= 1
    assert said["kalteng"]["rows"] > 1
    assert {one["new"] for one in said.values()} == {False}
    assert "tidak ada perubahan" in kota("snapshot", "--body", "bali").out
    assert "cocok" in kota("snapshot", "--check", "--body", "bali").out
    assert not any(kota("snapshot", "--check", "--json").json["broken"].values())


# Bodies and officers


def test_a_body_is_set_up_from_the_command_line(kota: Sidik) -> None:
    assert kota("body", "unit", "dishub=Dinas Perhubungan").code == 0
    assert kota("body", "policy", "--review-months", "6", "--reason", "Lebih ketat").code == 0
    [known] = kota("body", "list", "--json").json["bodies"]
    assert kota(*NEW).code == 0
    otherwise = kota(*NEW[:6], "Balikpapan", "--zone", "WIB", "--week", "six")
    assert otherwise.code == 2
    for words in ("Bontang, bukan Balikpapan", "Makassar, bukan Asia/Jakarta", "five, bukan six"):
        assert words in otherwise.sentence

    assert known["units"] == {"diskominfo": "Dinas Kominfo", "dishub": "Dinas Perhubungan"}
    assert known["zone"] == "Asia/Makassar"
    assert known["procedures"][0]["key"] == "bontang"
    assert known["policy"]["review_months"] == 6


def test_an_officer_is_appointed_acts_for_another_and_leaves(
    kota: Sidik, monkeypatch: pytest.MonkeyPatch
) -> None:
    for officer_id in ("sri", "made"):
        person = ("--name", f"Demo {officer_id} (fiktif)", "--position", "Kepala Dinas")
        assert kota("officer", "add", officer_id, *person).code == 0
    office = ("--role", "ketua-ppid", "--decree", "SK/1")
    assert kota("officer", "grant", "sri", *office, "--since", "2026-01-05").code == 0
    acting = ("--role", "ketua-ppid", "--for", "sri", "--decree", "SK/2", "--acting", "Plh")
    dates = ("--since", "2026-02-02", "--until", "2026-02-13")
    made = kota("officer", "delegate", "made", *acting, *dates, "--json").json
    assert made["authorities"][0]["principal"] == "sri"
    for himself in (("sri", *acting), ("made", *acting[:1], "pimpinan", *acting[2:])):
        assert "pp" in kota("officer", "delegate", *himself, *dates).sentence.lower()
    officers = kota("officer", "list", "--json").json["officers"]
    assert {o["name"]: o["officer_id"] for o in officers}["Demo sri (fiktif)"] == "sri"
    ended = kota("officer", "end", "sri", *office, "--last-on", "2026-06-30", "--json").json
    assert ended["authorities"][0]["until"] == "2026-06-30"
    refused = kota(
        "officer", "grant", "made", "--role", "admin", "--decree", "SK/3", "--since", "2026-02-03"
    )
    assert refused.code == 2
    assert "Pasal 12 PP Nomor 61 Tahun 2010" in refused.sentence

    monkeypatch.setattr(sys, "stdin", io.StringIO("pendek\n"))
    assert "12" in kota("officer", "password", "sri").sentence
    assert "tidak memegang" in kota("officer", "token", "sri", "--role", "ketua-ppid").sentence
    kota("officer", "grant", "sri", "--role", "petugas-ppid", "--decree", "SK/4")
    token = ("officer", "token", "sri", "--role", "petugas-ppid", "--json")
    assert "buat dengan 'officer password'" in kota(*token).sentence
    monkeypatch.setattr(sys, "stdin", io.StringIO("panjang-sekali-2026\n"))
    assert kota("officer", "password", "sri", "--json").json == {"login": "sri.kota"}
    assert kota(*token).json["token"].startswith("sidik_")


# Serving


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(kota: Sidik, port: int, database_url: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sidik", "up", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment_of(database_url)},
    )
    assert process.stdout
    assert process.stdout.readline() == f"SIDIK siap di http://127.0.0.1:{port}\n"
    yield process
    process.kill()
    process.wait()


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def gone(family: list[Any]) -> bool:
    """Whether none of them runs any more; the dead may still wait to be counted."""
    return not [
        each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE
    ]


def eventually(found: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not found():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_when_it_says_so_and_leaves_nothing_behind(
    served: subprocess.Popen[str], port: int, number: signal.Signals
) -> None:
    assert answers(port)
    family = psutil.Process(served.pid).children(recursive=True)

    served.send_signal(number)
    _, said = served.communicate(timeout=30)

    assert (served.returncode, said) == (0, "")
    assert not answers(port)
    assert eventually(lambda: gone(family))


def test_a_worker_does_not_outlive_a_parent_that_was_killed(
    served: subprocess.Popen[str], port: int
) -> None:
    family = psutil.Process(served.pid).children(recursive=True)

    served.kill()
    served.wait()

    assert eventually(lambda: gone(family))
    assert not answers(port)


def test_a_port_in_use_is_one_sentence(kota: Sidik, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        said = kota("up", "--port", str(port))

    assert said.code == 2
    assert f"127.0.0.1:{port} sudah dipakai" in said.sentence


def test_the_embedded_database_stops_with_its_owner_and_not_before() -> None:
    folder = Path(f"/tmp/sidik-cli-{os.getpid()}")
    environment = {k: v for k, v in os.environ.items() if k != "SIDIK_DATABASE_URL"}
    keeper = subprocess.Popen(
        [sys.executable, "-m", "sidik", "clockwork", "--data", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert keeper.stdout
        assert keeper.stdout.readline() == "Penjadwal SIDIK berjalan.\n"
        postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        visitor = subprocess.run(
            [sys.executable, "-m", "sidik", "body", "list", "--data", str(folder)],
            cwd=ROOT,
            capture_output=True,
            check=True,
            env=environment,
        )
        assert visitor.returncode == 0
        assert psutil.pid_exists(postmaster)

        keeper.terminate()

        assert keeper.wait(timeout=30) == 0
        assert eventually(lambda: not psutil.pid_exists(postmaster))
    finally:
        keeper.kill()
        keeper.wait()
        shutil.rmtree(folder, ignore_errors=True)


# Signing


def test_the_signer_is_kept_by_its_commands(kota: Sidik, tmp_path: Path) -> None:
    """Sign, show the key, let another sign along and then alone, and declare the log new."""
    where = ("--keys", str(tmp_path / "kunci"))
    assert kota("signer", "run", "--once", *where).out == "Log ditandatangani.\n"
    first = kota("signer", "key", "--body", "kota", "--json", *where).json
    policy = tmp_path / "kebijakan.txt"
    policy.write_text(f"log {first['keys'][0]['vkey']}\nquorum none\n")
    proven = kota("verify", "--policy", str(policy), "--json").json
    assert [one["proven"] for one in proven["bodies"]] == [True]

    second = kota("signer", "rotate", "--json", *where).json["vkey"]
    both = kota("signer", "key", "--json", *where).json["keys"]
    ended = kota("signer", "retire", "--json", *where).json["vkey"]
    assert [one["vkey"] for one in both] == [first["keys"][0]["vkey"], second]
    assert ended == first["keys"][0]["vkey"]

    new = kota("signer", "continue", "--reason", "Kunci bocor.", "--json", *where).json
    assert new["origin"] == first["origin"].removesuffix("1") + "2"
    assert new["trusted"] > 0
    policy.write_text(policy.read_text() + f"log {second}\nlog {new['vkey']}\n")
    assert kota("verify", "--policy", str(policy)).code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["key", "--body", "tidak-ada"], "Badan publik 'tidak-ada' tidak terdaftar"),
        (["retire"], "Hanya satu kunci yang menandatangani"),
        (["continue", "--reason", " "], "--reason"),
        (["run", "--once", "--policy", "tidak/ada.txt"], "Kebijakan tidak/ada.txt tidak terbaca"),
        (["run", "--once", "--beat", "0"], "--beat"),
    ],
    ids=["no such body", "the only key", "no reason", "no policy", "no beat"],
)
def test_what_a_signer_cannot_do_is_one_sentence(
    kota: Sidik, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    said = kota("signer", *arguments, "--keys", str(tmp_path / "kunci"))

    assert said.code == 2
    assert sentence in said.sentence


def test_a_signer_that_has_lost_its_memory_says_what_to_do(kota: Sidik, tmp_path: Path) -> None:
    assert kota("signer", "run", "--once", "--keys", str(tmp_path / "satu")).code == 0

    said = kota("signer", "run", "--once", "--keys", str(tmp_path / "dua"))

    assert said.code == 1
    assert "sidik signer continue --body kota" in said.err


def test_migrating_says_what_was_done(kota: Sidik) -> None:
    assert kota("migrate").out == "kota: sudah sesuai\n"
