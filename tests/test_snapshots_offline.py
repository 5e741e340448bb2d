"""Two snapshots compared on a machine that knows nothing of SIDIK: `verifikasi.py banding`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.evidence import verifikasi
from adapters.evidence.bundle import VERIFIER
from adapters.evidence.handover import own_policy
from adapters.evidence.reader import log_of
from adapters.evidence.signing import Signing
from domain import publication
from domain.evidence.note import Note, cosignature_line
from domain.evidence.policy import Policy, Witness
from tests.bureau import NOW, OURS, Bureau, open_bureau
from tests.evidence_vectors import VECTORS
from tests.logbook import WITNESS
from tests.test_snapshots import correct, leaf, rows_in, snap, tree
from tests.voices import PARTICULARS


@dataclass
class Reader:
    """Somebody with a folder of files he has downloaded."""

    folder: Path
    bureau: Bureau

    def download(self, address: str, name: str) -> Path:
        answer = self.bureau.browser().get(f"/publik/uji/data/{address}")
        assert answer.status_code == 200, answer.text
        return self.keep(name, answer.data)

    def keep(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(VERIFIER), "banding", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )

    def asked(self, *arguments: object) -> dict[str, Any]:
        ran = self.run(*arguments, "--json")
        assert not ran.stderr, ran.stderr
        said: dict[str, Any] = json.loads(ran.stdout)
        assert said["exit"] == ran.returncode
        return said


@pytest.fixture(scope="module")
def reader(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """Three snapshots of a body whose log is signed, and cosigned by somebody outside."""
    with open_bureau(server, template) as bureau:
        one, two = bureau.item("upload", title="Satu"), bureau.item("upload", title="Dua")
        snap(bureau)
        bureau.item("upload", title="Tiga\u202e \x1b[31m")
        correct(bureau, one, "Uraian lain.", "summary")
        snap(bureau)
        bureau.desk("sri", "ppid-utama").on_item(
            "declassify", two, why="ruling", evidence="Putusan 7"
        )
        snap(bureau)
        Signing(
            bureau.database, tmp_path_factory.mktemp("kunci"), now=lambda: datetime.now(UTC)
        ).sign_once()
        cosign(bureau)
        found = Reader(tmp_path_factory.mktemp("unduhan"), bureau)
        for number in (1, 2, 3):
            found.download(f"potret/{number}.json", f"{number}.json")
        found.download("potret/bukti.json", "bukti.json")
        policy = own_policy(
            log_of(bureau.database, OURS), Policy((), (Witness("ki", WITNESS.vkey),), (), "ki")
        )
        found.keep("kebijakan.txt", policy.encode())
        yield found


def cosign(bureau: Bureau) -> None:
    with closing(bureau.database.connect(OURS, role="signer")) as connection:
        [(size, origin, note)] = connection.execute(
            "SELECT size, origin, note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchall()
        line = cosignature_line(
            WITNESS.vkey, Note.parse(note).text, int(datetime.now(UTC).timestamp()), WITNESS.sign
        )
        connection.execute(
            "INSERT INTO log_cosignature VALUES (%s, %s, %s, %s, now())",
            (size, origin, WITNESS.vkey.name, line),
        )


PROVEN = ("--bukti", "bukti.json", "--kebijakan", "kebijakan.txt")


def outcomes(said: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["code"], one["outcome"], one["reason"]) for one in said["checks"]]


# Honest files


def test_two_snapshots_that_are_in_the_log_match_and_differ_exactly(reader: Reader) -> None:
    said = reader.asked("1.json", "3.json", *PROVEN)
    twin = json.loads(
        reader.bureau.browser().get("/publik/uji/data/banding.json?dari=1&sampai=3").data
    )

    assert said["conclusion"] == "match"
    assert {outcome for _, outcome, _ in outcomes(said)} == {"COCOK"}
    assert [
        (one["item"], one["kind"], one["before"], one["after"]) for one in said["differences"]
    ] == [(one["id"], one["jenis"], one["sebelum"], one["sesudah"]) for one in twin["butir"]]


def test_without_proof_nothing_is_said_to_match(reader: Reader) -> None:
    said = reader.asked("1.json", "2.json")

    assert said["conclusion"] == "qualified"
    assert (
        outcomes(said)
        == [
            ("snapshot.root", "COCOK", ""),
            ("snapshot.log", "INFO", "no-bundle"),
        ]
        * 2
    )
    assert len(said["differences"]) == 2


def test_keys_that_came_with_the_proof_are_no_proof(reader: Reader) -> None:
    said = reader.asked("1.json", "2.json", "--bukti", "bukti.json")

    assert said["conclusion"] == "qualified"
    assert ("bundle", "INFO", "qualified") in outcomes(said)


def test_people_are_told_in_words(reader: Reader) -> None:
    ran = reader.run("1.json", "3.json", *PROVEN)

    assert ran.returncode == 0, ran.stdout
    assert "PERBEDAAN: 1 masuk, 0 keluar, 1 terbuka, 1 berubah" in ran.stdout
    assert "uraian: " + PARTICULARS.summary + " \u2192 Uraian lain." in ran.stdout
    assert "penetapan 188/" in ran.stdout
    assert "tidak diubah sejak dicatat" in ran.stdout
    assert "Yang tidak dibuktikan" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert "\u202e" not in ran.stdout
    english = reader.run("1.json", "3.json", *PROVEN, "--en")
    assert "DIFFERENCE: 1 entered" in english.stdout


def test_a_snapshot_is_the_same_as_itself(reader: Reader) -> None:
    ran = reader.run("2.json", "2.json", *PROVEN)

    assert ran.returncode == 0
    assert "KEDUA POTRET SAMA" in ran.stdout


def test_the_proof_also_stands_alone(reader: Reader) -> None:
    ran = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *PROVEN[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=reader.folder,
    )

    assert ran.returncode == 0, ran.stdout


def test_the_proof_opens_nothing_but_snapshots_and_what_the_log_says_of_itself(
    reader: Reader,
) -> None:
    said = json.loads((reader.folder / "bukti.json").read_bytes())
    topics = re.findall(r"topic (\S+)", "".join(one["record"] for one in said["entries"]))

    assert "publication.snapshot" in topics
    assert {topic.partition(".")[0] for topic in topics} == {"publication", "log"}


# Dishonest ones


def forged(
    reader: Reader, name: str, change: Callable[[list[bytes]], list[bytes]], **about: Any
) -> Path:
    """Snapshot 2 with other rows, all that can be recomputed being recomputed."""
    whole = (reader.folder / "2.json").read_bytes()
    head = json.loads(whole)["potret"]
    rows = change(rows_in(whole))
    head["banyak"] = len(rows)
    head["akar"] = b64encode(tree([leaf(row) for row in rows])).decode()
    head |= about
    return reader.keep(name, b"".join(publication.file(head, rows)))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("dropped", lambda rows: rows[:-1]),
        ("changed", lambda rows: [rows[0].replace(b"Inspektorat", b"Sekretariat"), *rows[1:]]),
        ("emptied", lambda rows: []),
    ],
)
def test_rows_that_were_dropped_or_changed_are_not_those_recorded(
    reader: Reader, name: str, change: Any
) -> None:
    """Even where root and number are made anew: the log has another root."""
    forged(reader, f"{name}.json", change)

    said = reader.asked("1.json", f"{name}.json", *PROVEN)
    assert said["conclusion"] == "mismatch"
    assert ("snapshot.log", "TIDAK", "fact") in outcomes(said)
    assert said["differences"] == []
    assert reader.asked("1.json", f"{name}.json")["conclusion"] == "qualified"


def test_a_root_that_is_not_that_of_the_rows_is_seen_without_any_proof(reader: Reader) -> None:
    whole = (reader.folder / "2.json").read_bytes()
    reader.keep("root.json", whole.replace(b'"judul":"Dua"', b'"judul":"Dui"'))

    said = reader.asked("1.json", "root.json")

    assert said["conclusion"] == "mismatch"
    assert ("snapshot.root", "TIDAK", "root") in outcomes(said)


@pytest.mark.parametrize("change", [{"tanggal": "2026-03-03"}, {"posisi": 1}, {"nomor": 3}])
def test_what_a_file_says_of_itself_is_compared_with_the_record(
    reader: Reader, change: dict[str, Any]
) -> None:
    forged(reader, "about.json", lambda rows: rows, **change)

    said = reader.asked("1.json", "about.json", *PROVEN)

    assert ("snapshot.log", "TIDAK", "fact") in outcomes(said)


def test_a_record_that_is_not_in_the_proof_is_not_taken_for_proven(reader: Reader) -> None:
    forged(reader, "elsewhere.json", lambda rows: rows, catatan=999_999)

    said = reader.asked("1.json", "elsewhere.json", *PROVEN)

    assert said["conclusion"] == "qualified"
    assert ("snapshot.log", "INFO", "not-there") in outcomes(said)


def test_two_contents_under_one_number_are_two_versions_of_the_log(reader: Reader) -> None:
    forged(reader, "split.json", lambda rows: rows[:-1])

    said = reader.asked("2.json", "split.json")

    assert ("snapshot.same", "TIDAK", "split") in outcomes(said)


def test_a_proof_that_does_not_hold_proves_nothing(reader: Reader) -> None:
    proof = (reader.folder / "bukti.json").read_text()
    said = json.loads(proof)
    said["entries"][0]["path"][0] = b64encode(bytes(32)).decode()
    reader.keep("bengkok.json", json.dumps(said).encode())

    found = reader.asked("1.json", "2.json", "--bukti", "bengkok.json", *PROVEN[2:])

    assert found["conclusion"] == "mismatch"


# What is no snapshot


WHOLE = b"whole"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("empty", lambda _: b""),
        ("half", lambda whole: whole[: len(whole) // 2]),
        ("text", lambda _: b"bukan potret\n"),
        ("binary", lambda _: bytes(range(256)) * 40),
        ("bundle", lambda _: b'{\n "format": "sidik-bukti/v1"\n}\n'),
        ("version", lambda whole: whole.replace(b"sidik-potret/v1", b"sidik-potret/v2")),
        ("crlf", lambda whole: whole.replace(b"\n", b"\r\n")),
        ("pretty", lambda whole: json.dumps(json.loads(whole), indent=1).encode()),
        ("tail", lambda whole: whole + b"\n"),
        ("bom", lambda whole: b"\xef\xbb\xbf" + whole),
        ("comma", lambda whole: whole.replace(b"},\n", b"}\n", 1)),
        ("space", lambda whole: whole.replace(b'"judul":', b'"judul": ', 1)),
        ("twice", lambda whole: whole.replace(b'{"bagian"', b'{"bagian":"","bagian"', 1)),
        ("fraction", lambda whole: whole.replace(b'"versi":6', b'"versi":6.0', 1)),
        ("giant", lambda whole: whole.replace(b'"versi":6', b'"versi":' + b"9" * 40, 1)),
        ("giant-number", lambda whole: whole.replace(b'"nomor":2', b'"nomor":' + b"9" * 40, 1)),
        ("bool", lambda whole: whole.replace(b'"nomor":2', b'"nomor":true', 1)),
        ("escape", lambda whole: whole.replace(b'"judul":"Dua"', b'"judul":"\\u0044ua"', 1)),
        ("lone", lambda whole: whole.replace(b'"judul":"Dua"', b'"judul":"\\ud800"', 1)),
        ("deep", lambda whole: whole.replace(b'"judul":"Dua"', b'"judul":' + b"[" * 9999, 1)),
        ("order", lambda whole: turned(whole)),
        ("doubled", lambda whole: doubled(whole)),
        ("root", lambda whole: whole.replace(b'"akar":"', b'"akar":"!', 1)),
        ("more", lambda whole: whole.replace(b'{"akar"', b'{"a":1,"akar"', 1)),
    ],
)
def test_what_is_not_written_to_the_letter_is_refused(
    reader: Reader, name: str, change: Any
) -> None:
    reader.keep(f"bad-{name}.json", change((reader.folder / "2.json").read_bytes()))

    for order in (("1.json", f"bad-{name}.json"), (f"bad-{name}.json", "3.json")):
        ran = reader.run(*order, *PROVEN)
        assert ran.returncode == 2, ran.stdout
        assert "COCOK" not in ran.stdout
        assert "Traceback" not in ran.stderr
        assert "DITOLAK" in ran.stdout


def test_published_vectors_are_read_and_refused(tmp_path: Path) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["snapshots"]
    path = tmp_path / "potret.json"

    for one in vectors["read"]:
        path.write_text(one["file"], encoding="utf-8", newline="")
        assert b64encode(verifikasi.read_snapshot(str(path)).root).decode() == one["root"]
    for one in vectors["refused"]:
        path.write_text(one["file"], encoding="utf-8", newline="")
        with pytest.raises(verifikasi.Refused):
            verifikasi.read_snapshot(str(path))


def turned(whole: bytes) -> bytes:
    first, *rows, last, end = whole.split(b"\n")
    bare = [row.removesuffix(b",") for row in rows][::-1]
    return b"\n".join([first, b",\n".join(bare), last, end])


def doubled(whole: bytes) -> bytes:
    first, *rows, last, end = whole.split(b"\n")
    bare = [row.removesuffix(b",") for row in rows]
    return b"\n".join([first, b",\n".join([bare[0], *bare]), last, end])


def test_files_of_two_registers_are_not_compared(reader: Reader) -> None:
    forged(reader, "foreign.json", lambda rows: rows, log="sidik/lain-00000000/log/1")

    ran = reader.run("1.json", "foreign.json")

    assert ran.returncode == 2
    assert "register yang berbeda" in ran.stdout


def test_a_log_that_goes_on_under_another_name_is_of_the_same_register(reader: Reader) -> None:
    log = json.loads((reader.folder / "2.json").read_bytes())["potret"]["log"]
    forged(reader, "later.json", lambda rows: rows, log=log.replace("/log/1", "/log/2"))

    assert reader.asked("1.json", "later.json")["conclusion"] == "qualified"


def test_the_later_one_comes_last(reader: Reader) -> None:
    ran = reader.run("3.json", "1.json")

    assert ran.returncode == 2
    assert "nomornya lebih kecil" in ran.stdout


def test_what_is_not_there_is_refused(reader: Reader) -> None:
    for arguments in (
        ("1.json", "tidak-ada.json"),
        ("1.json", "."),
        ("1.json", "2.json", "--bukti", "tidak-ada.json"),
        ("1.json", "2.json", "--bukti", "1.json"),
        ("1.json", "2.json", "--bukti", "bukti.json", "--kebijakan", "1.json"),
    ):
        ran = reader.run(*arguments)
        assert ran.returncode == 2, arguments
        assert "Traceback" not in ran.stderr
        assert "COCOK" not in ran.stdout


def test_an_unsigned_log_has_no_proof_yet(server: str, template: str) -> None:
    with open_bureau(server, template) as bureau:
        bureau.item("upload", title="Satu")
        bureau.register.publications.take(on=NOW.date(), at=NOW)

        answer = bureau.browser().get("/publik/uji/data/potret/bukti.json")

    assert answer.status_code == 404
    assert "belum tercakup checkpoint" in answer.text
