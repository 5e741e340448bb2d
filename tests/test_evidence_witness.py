"""A witness, as others run it: what it cosigns, what it never does, and who notices if it forgets.

Most of it is asked of one witness that runs as a process of its own, with a log for every test.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as another_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.evidence.keys import FileKey, KeyTrouble, fingerprint, verify, witness_key
from adapters.evidence.witness import (
    REQUEST_BYTES_MAX,
    Witness,
    open_witness,
    read_logs,
)
from adapters.evidence.witness_client import (
    Inconsistent,
    WitnessAhead,
    WitnessBehind,
    WitnessClient,
    WitnessRefused,
    WitnessTrouble,
)
from adapters.evidence.witness_memory import (
    BROKEN,
    FINDINGS_MAX,
    KEY,
    MARK,
    MEMORY,
    SET_BACK,
    SPLIT,
    WitnessStops,
    alone,
)
from adapters.evidence.witness_page import application
from domain.evidence.note import (
    Checkpoint,
    Note,
    VerifierKey,
    assemble,
    cosignature_line,
    open_checkpoint,
    signature_line,
)
from domain.evidence.policy import Policy
from domain.evidence.tree import EMPTY_ROOT
from tests.evidence_vectors_notes import key_of
from tests.test_shape import ROOT
from tests.witnesses import (
    FORKED,
    SHARED,
    Log,
    Running,
    arguments,
    asked,
    path_in,
    running,
)

NAME = "saksi.ki.example/1"
AT = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
LOGS = [Log(f"sidik/uji-{number:08x}/log/1") for number in range(80)]
KILLS = int(os.environ.get("SIDIK_KILLS", "12"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("saksi") / "data", NAME, LOGS) as found:
        yield found


@pytest.fixture(scope="module")
def unused() -> Iterator[Log]:
    return iter(LOGS)


@pytest.fixture
def log(unused: Iterator[Log]) -> Log:
    """A log of which the witness has seen nothing yet."""
    return next(unused)


Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(served: Running, log: Log) -> Ask:
    def send(*values: object, **more: object) -> requests.Response:
        first = values[0]
        body = first if isinstance(first, bytes) else log.request(*values, **more)  # type: ignore[arg-type]
        return requests.post(f"{served.url}/add-checkpoint", data=body, timeout=30)

    return send


def held(served: Running, log: Log) -> requests.Response:
    digest = sha256(log.origin.encode()).hexdigest()
    return requests.get(f"{served.url}/{digest}/checkpoint", timeout=30)


# What it cosigns


def test_it_cosigns_a_log_that_only_grows(served: Running, log: Log, ask: Ask) -> None:
    for old, size in ((0, 100), (100, 150), (150, 150), (150, 300), (300, 400)):
        answer = ask(old, size)

        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            "text/plain; charset=utf-8",
        )
        note = log.note(size) + answer.text
        checkpoint, opened = open_checkpoint(note, [log.key, served.key], verify)
        assert checkpoint.size == size
        assert abs((opened.signed[served.key] or 0) - time.time()) < 30
        assert held(served, log).text == note


def test_an_empty_log_may_be_shown_before_it_grows(log: Log, ask: Ask) -> None:
    assert ask(0, 0).status_code == 200
    assert ask(0, 0).status_code == 200
    assert ask(0, 7).status_code == 200


def test_a_log_whose_key_changes_is_known_by_both(tmp_path: Path) -> None:
    log, later = Log("sidik/ganti/log/1"), key_of("kunci baru")
    new = VerifierKey(log.origin, 1, later.public_key)
    witness = begun(tmp_path, logs=read_logs([str(log.key), str(new)]))
    text = Note.parse(log.note(20)).text
    both = log.note(20) + signature_line(new, text, later.sign)

    assert witness.add_checkpoint(log.request(0, 10)).status == 200
    assert witness.add_checkpoint(asked(10, path_in()(10, 20), both)).status == 200
    assert witness.add_checkpoint(log.request(20, 30, signer=later)).status == 200
    assert witness.memory.cosigned()[log.origin].note.count("\u2014") == 2


def test_what_others_have_signed_is_not_kept(served: Running, log: Log, ask: Ask) -> None:
    text = Note.parse(log.note(10)).text
    other = signature_line(
        VerifierKey("lain.example", 1, key_of("x").public_key), text, key_of("x").sign
    )

    answer = ask(asked(0, (), log.note(10) + other))

    assert held(served, log).text == log.note(10) + answer.text


# What it does not


def test_a_log_cannot_go_back(log: Log, ask: Ask) -> None:
    assert ask(0, 150).status_code == 200

    told = ask(100, 120)
    late = ask(150, 120)

    assert (told.status_code, told.text) == (409, "150\n")
    assert told.headers["Content-Type"] == "text/x.tlog.size"
    assert late.status_code == 400


def test_threat_5_a_fork_is_not_cosigned_though_the_log_itself_signed_it(
    served: Running, log: Log, ask: Ask
) -> None:
    """Rewritten, and signed with the log's own key."""
    ask(0, SHARED + 30)

    assert ask(SHARED + 30, 300, FORKED).status_code == 422
    assert ask(0, 300, FORKED).status_code == 409
    assert f"\n{SHARED + 30}\n" in held(served, log).text
    assert findings(served, log) == [BROKEN]


def test_threat_6_two_faces_of_one_size_are_found_whatever_is_said_of_the_past(
    served: Running, log: Log, ask: Ask
) -> None:
    """The panel is shown another log than the public."""
    ask(0, 150)

    assert ask(0, 150, FORKED).status_code == 409
    assert ask(150, 150, FORKED, ()).status_code == 422
    assert findings(served, log) == [SPLIT]
    page = requests.get(f"{served.url}/", timeout=30).text
    assert "Ini bukti pasti bahwa log itu menandatangani dua riwayat." in " ".join(page.split())


def test_a_finding_holds_both_checkpoints_as_they_were_signed(
    served: Running, log: Log, ask: Ask
) -> None:
    ask(0, 150)
    ours = held(served, log).text
    ask(150, 150, FORKED, ())

    page = requests.get(f"{served.url}/", timeout=30).text
    number = page.rpartition('href="temuan/')[2].partition('"')[0]
    told = requests.get(f"{served.url}/temuan/{number}", timeout=30)

    assert told.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert ours in told.text
    assert log.note(150, FORKED) in told.text


def test_the_same_fork_sent_again_is_found_once(served: Running, log: Log, ask: Ask) -> None:
    ask(0, 150)
    for _ in range(5):
        ask(150, 300, FORKED)
    ask(150, 300, path=[bytes(32)])

    assert findings(served, log) == [BROKEN, BROKEN]


def test_a_path_that_does_not_lead_there_is_refused(log: Log, ask: Ask) -> None:
    ask(0, 150)
    right = path_in()(150, 300)
    for path in ((), right[:-1], right[::-1], [*right, bytes(32)], [bytes(32)] * 63):
        assert ask(150, 300, path=path).status_code == 422
    assert ask(150, 150, path=right).status_code == 422
    assert ask(150, 300).status_code == 200


def test_the_first_checkpoint_comes_without_a_path(log: Log, ask: Ask) -> None:
    assert ask(0, 150, path=[bytes(32)]).status_code == 422
    assert ask(0, 150).status_code == 200


def test_an_empty_log_has_one_root_only(log: Log, ask: Ask) -> None:
    text = Checkpoint(log.origin, 0, bytes(32)).text
    note = assemble(text, signature_line(log.key, text, log.signer.sign))

    assert ask(asked(0, (), note)).status_code == 422
    assert ask(0, 0).status_code == 200
    assert bytes(32) != EMPTY_ROOT


def test_only_the_log_speaks_for_itself(log: Log, ask: Ask) -> None:
    another = Log("tidak/diawasi/log/1")

    assert ask(0, 10, signer=key_of("pencuri")).status_code == 403
    assert ask(another.request(0, 10)).status_code == 404
    broken = log.note(10) + log.note(11).partition("\n\n")[2]
    assert ask(asked(0, (), broken)).status_code == 403, "a bad signature beside a good one"


@pytest.mark.parametrize(
    "change",
    [
        lambda r: b"",
        lambda r: b"\xff" + r,
        lambda r: r.replace(b"old 150", b"old 0150"),
        lambda r: r.replace(b"old 150", b"old +150"),
        lambda r: r.replace(b"old 150", b"old -150"),
        lambda r: r.replace(b"old 150", b"old 150 "),
        lambda r: r.replace(b"old 150", b"old"),
        lambda r: r.replace(b"old 150", b"Old 150"),
        lambda r: r.replace(b"old 150", b"old " + b"9" * 4000),
        lambda r: r.replace(b"old 150\n", b""),
        lambda r: r.replace(b"=\n", b"\n", 1),
        lambda r: r.replace(b"old 150\n", b"old 150\n" + b"QUJD\n"),
        lambda r: r.replace(b"old 150\n", b"old 150\n" + (b"A" * 43 + b"=\n") * 64),
        lambda r: r.replace(b"\n", b"\r\n"),
        lambda r: r.replace(b"\n300\n", b"\n0300\n"),
        lambda r: r[:-1],
        lambda r: r + b"\n",
        lambda r: r.partition(b"\n\n")[2],
        lambda r: r.partition(b"\n\n")[0],
    ],
)  # fmt: skip
def test_what_is_not_written_as_agreed_is_refused(
    log: Log, ask: Ask, change: Callable[[bytes], bytes]
) -> None:
    assert ask(change(log.request(150, 300))).status_code == 400


def test_too_much_at_once_is_not_even_read(served: Running, log: Log, ask: Ask) -> None:
    assert ask(b"old 0\n\n" + b"a" * REQUEST_BYTES_MAX).status_code == 413
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2]))) as wire:
        wire.sendall(
            b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
        )
    assert ask(0, 10).status_code == 200


def test_other_calls_are_no_calls_of_a_witness(served: Running) -> None:
    def status(method: str, path: str) -> int:
        return requests.request(method, served.url + path, timeout=30).status_code

    assert status("GET", "/add-checkpoint") == 405
    assert status("POST", "/") == 405
    assert status("DELETE", "/healthz") == 405
    assert status("GET", "/healthz") == 200
    assert {
        status("GET", path) for path in ("/lain", "/temuan/x", "/temuan/0", "/temuan/999999")
    } == {404}
    assert status("GET", f"/{'0' * 64}/checkpoint") == 404
    assert status("HEAD", "/") == 200


def test_of_twenty_who_race_one_is_first(log: Log, ask: Ask) -> None:
    ask(0, 300)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda size: ask(300, size), range(310, 330)))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    (size,) = {answer.text for answer in answers if answer.status_code == 409}
    assert ask(int(size), 340).status_code == 200


def findings(served: Running, log: Log) -> list[str]:
    kinds = {"Dua akar": SPLIT, "Checkpoint bertanda": BROKEN, "Tanda tangan saksi ini": SET_BACK}
    page = requests.get(f"{served.url}/", timeout=30).text.partition("<h2>Temuan</h2>")[2]
    return [
        next(kind for words, kind in kinds.items() if words in article)
        for article in page.split("<article")
        if f"<h3>{log.origin}</h3>" in article
    ]


# What it says to people


def test_its_page_says_what_it_watches_and_what_its_signature_means(
    served: Running, log: Log, ask: Ask
) -> None:
    ask(0, 300)

    answer = requests.get(f"{served.url}/", timeout=30)
    page = " ".join(answer.text.split())

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'sha"
    )
    assert str(served.key) in answer.text
    assert served.fingerprint in answer.text
    assert log.origin in page
    assert "maka ia tidak dapat mengatakan bahwa isinya benar" in page


def test_its_key_is_made_at_its_first_start_and_only_for_itself(served: Running) -> None:
    assert served.key.name == NAME
    assert (
        served.fingerprint
        == fingerprint(served.key)
        == sha256(str(served.key).encode()).hexdigest()
    )


# In its own process, nearby


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


def begun(
    folder: Path,
    name: str = NAME,
    logs: dict[str, tuple[VerifierKey, ...]] | None = None,
    clock: Callable[[], datetime] = lambda: AT,
) -> Witness:
    folder.mkdir(exist_ok=True)
    return open_witness(folder, name, logs or {each.origin: (each.key,) for each in LOGS}, clock)


def test_its_time_never_goes_back(tmp_path: Path) -> None:
    clock = Clock()
    witness, log = begun(tmp_path, clock=clock), LOGS[0]

    def cosigned_at(old: int, size: int) -> int | None:
        answer = witness.add_checkpoint(log.request(old, size))
        if answer.status != 200:
            return None
        _, opened = open_checkpoint(log.note(size) + answer.content, [log.key, witness.key], verify)
        return opened.signed[witness.key]

    assert cosigned_at(0, 10) == AT.timestamp()
    clock.at = AT - timedelta(seconds=30)
    assert cosigned_at(10, 20) == AT.timestamp()
    clock.at = AT - timedelta(hours=1)
    assert cosigned_at(20, 30) is None
    clock.at = AT + timedelta(seconds=1)
    assert cosigned_at(20, 30) == AT.timestamp() + 1


def test_findings_do_not_fill_the_disk(tmp_path: Path) -> None:
    witness, log = begun(tmp_path), LOGS[0]
    witness.add_checkpoint(log.request(0, 10))
    with witness.memory.turn() as turn:
        for number in range(FINDINGS_MAX + 5):
            turn.find(log.origin, BROKEN, str(number), 0, "")

    assert len(witness.memory.findings()) == FINDINGS_MAX
    witness.add_checkpoint(log.request(10, 10, FORKED, ()))
    assert witness.memory.findings()[-1].kind != SPLIT, "the beginning is shared"


def test_a_memory_that_cannot_be_written_signs_nothing(tmp_path: Path) -> None:
    witness, log = begun(tmp_path), LOGS[0]
    witness.add_checkpoint(log.request(0, 10))
    (tmp_path / MEMORY).write_bytes(
        b"bukan basis data, panjang secukupnya untuk dibaca sebagai itu"
    )

    assert witness.add_checkpoint(log.request(10, 20)).status == 503


def test_a_log_cannot_be_its_own_witness(tmp_path: Path) -> None:
    witness = begun(tmp_path)
    own = VerifierKey("log/1", 1, witness.key.public_key)

    with pytest.raises(WitnessStops, match="pihak lain"):
        begun(tmp_path, logs={own.name: (own,)})


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "Sebutkan log"),
        (["# kosong", ""], "Sebutkan log"),
        (["bukan kunci"], "tidak terbaca"),
        (["bukan-kunci"], "tidak sah"),
        ([str(witness_key(NAME, key_of("saksi")))], "kunci saksi"),
    ],
)
def test_a_log_must_be_named_by_its_key(lines: list[str], words: str) -> None:
    with pytest.raises(WitnessStops, match=words):
        read_logs(lines)


def test_logs_may_be_named_by_a_policy() -> None:
    first, second = LOGS[0].key, LOGS[1].key
    policy = f"# dari mereka\n#log\nlog {first} https://a.example\nlog {second}\nquorum none\n"

    assert read_logs(policy.splitlines()) == {first.name: (first,), second.name: (second,)}
    assert read_logs([str(first), str(first)]) == {first.name: (first,)}


def test_a_log_may_be_named_like_a_script_and_stays_a_name(tmp_path: Path) -> None:
    log = Log("<script>alert(1)</script>&amp;")
    witness = begun(tmp_path, logs={log.origin: (log.key,)})
    witness.add_checkpoint(log.request(0, 150))
    witness.add_checkpoint(log.request(150, 150, FORKED, ()))

    shown = page(witness, "/")

    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in shown
    assert "<script>" in page(witness, "/temuan/1"), "as plain text, which nobody runs"


def page(witness: Witness, path: str) -> str:
    environ: dict[str, object] = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}
    said = dict[str, str]()

    def start_response(
        status: str, headers: list[tuple[str, str]], *_: object
    ) -> Callable[..., None]:
        said.update(headers)
        return lambda *_: None

    answer = b"".join(application(witness)(environ, start_response)).decode()
    assert said["X-Content-Type-Options"] == "nosniff"
    assert ("<html" in answer) == (said["Content-Type"] == "text/html; charset=utf-8")
    return answer


# Threat 24: a witness set back


def forgets(folder: Path, *, mark: bool) -> tuple[Log, str, Witness]:
    """It has cosigned 100 and then 300, and is restored to when it knew of 100 only."""
    log, copy = LOGS[0], folder.with_name("cadangan")
    witness = begun(folder)
    witness.add_checkpoint(log.request(0, 100))
    shutil.copytree(folder, copy)
    line = witness.add_checkpoint(log.request(100, 300)).content
    shutil.copyfile(copy / MEMORY, folder / MEMORY)
    if mark:
        shutil.copyfile(copy / MARK, folder / MARK)
    return log, log.note(300) + line, witness


def test_threat_24_a_memory_restored_without_its_mark_is_not_used(tmp_path: Path) -> None:
    forgets(tmp_path / "data", mark=False)

    with pytest.raises(WitnessStops, match="dipulihkan dari salinan"):
        begun(tmp_path / "data")
    (tmp_path / "data" / MARK).unlink()
    with pytest.raises(WitnessStops, match="dipulihkan dari salinan"):
        begun(tmp_path / "data")


def test_threat_24_restored_whole_it_is_betrayed_by_its_own_signature(tmp_path: Path) -> None:
    """Nothing in the folder can tell; whoever holds what it signed can, and it stops for good."""
    log, cosigned, _ = forgets(tmp_path / "data", mark=True)
    witness = begun(tmp_path / "data")

    answer = witness.add_checkpoint(asked(100, path_in()(100, 300), cosigned))

    assert answer.status == 503
    assert "lebih tua" in answer.content
    assert [each.kind for each in witness.memory.findings()] == [SET_BACK]
    assert witness.add_checkpoint(log.request(100, 120)).status == 503
    assert witness.add_checkpoint(LOGS[1].request(0, 10)).status == 503, "no log at all"
    with pytest.raises(WitnessStops, match="lebih tua"):
        begun(tmp_path / "data")


def test_threat_24_a_forged_signature_of_its_own_does_not_stop_it(tmp_path: Path) -> None:
    witness, log = begun(tmp_path / "data"), LOGS[0]
    text = Note.parse(log.note(300)).text
    forged = cosignature_line(witness.key, text, 1, key_of("pencuri").sign)

    assert witness.add_checkpoint(asked(0, (), log.note(300) + forged)).status == 403
    assert witness.add_checkpoint(log.request(0, 300)).status == 200


def test_threat_24_a_fork_it_signed_after_is_in_the_hands_of_whoever_holds_both(
    tmp_path: Path,
) -> None:
    log, before, _ = forgets(tmp_path / "data", mark=True)
    witness = begun(tmp_path / "data")
    after = log.note(300, FORKED) + witness.add_checkpoint(log.request(100, 300, FORKED)).content

    seen = [open_checkpoint(note, [log.key, witness.key], verify) for note in (before, after)]

    assert all(witness.key in opened.signed for _, opened in seen)
    assert seen[0][0].size == seen[1][0].size
    assert seen[0][0].root != seen[1][0].root


def test_its_key_and_its_memory_are_one_thing(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "lain"
    begun(data), begun(other)
    kept = (data / KEY).read_bytes()

    (data / KEY).unlink()
    with pytest.raises(WitnessStops, match="tidak ada"):
        begun(data)
    shutil.copy(other / KEY, data / KEY)
    with pytest.raises(WitnessStops, match="milik saksi lain"):
        begun(data)
    (data / KEY).write_bytes(kept)
    with pytest.raises(WitnessStops, match="milik saksi lain"):
        begun(data, name="nama/lain")
    begun(data)
    (data / MEMORY).unlink()
    with pytest.raises(WitnessStops, match="kunci tanpa ingatan"):
        begun(data)


def test_a_first_start_that_broke_off_is_begun_again(tmp_path: Path) -> None:
    witness = begun(tmp_path)
    with witness.memory.turn() as turn:
        turn.name("")
    (tmp_path / MARK).unlink()
    with pytest.raises(WitnessStops, match="kunci tanpa ingatan"):
        begun(tmp_path)
    (tmp_path / KEY).unlink()
    assert begun(tmp_path).key != witness.key


def test_a_memory_that_vanishes_is_not_made_anew(tmp_path: Path) -> None:
    witness, log = begun(tmp_path), LOGS[0]
    witness.add_checkpoint(log.request(0, 10))
    (tmp_path / MEMORY).unlink()

    assert witness.add_checkpoint(log.request(0, 10, FORKED)).status == 503
    assert not (tmp_path / MEMORY).exists()


# Keys


def test_a_key_is_for_its_owner_only_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "kunci.pem"
    key = FileKey.create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert FileKey.read(path).public_key == key.public_key
    assert verify(key.public_key, key.sign(b"x"), b"x")
    assert not verify(key.public_key, key.sign(b"x"), b"y")
    with pytest.raises(KeyTrouble, match="tidak ditimpa"):
        FileKey.create(path)
    assert list(tmp_path.iterdir()) == [path]
    for mode in (0o640, 0o604, 0o660, 0o610):
        path.chmod(mode)
        with pytest.raises(KeyTrouble, match="chmod 600"):
            FileKey.read(path)


@pytest.mark.parametrize("content", [b"", b"bukan kunci", b"\0" * 5000])
def test_what_is_no_key_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kunci.pem"
    path.touch(0o600)
    path.write_bytes(content)

    with pytest.raises(KeyTrouble, match="rusak"):
        FileKey.read(path)


def test_a_key_of_another_kind_or_in_another_place_is_told_in_a_sentence(tmp_path: Path) -> None:
    pem = another_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "kunci.pem"
    path.touch(0o600)
    path.write_bytes(pem)
    os.mkfifo(tmp_path / "pipa", 0o600)

    with pytest.raises(KeyTrouble, match="bukan kunci Ed25519"):
        FileKey.read(path)
    with pytest.raises(KeyTrouble, match="tidak ditemukan"):
        FileKey.read(tmp_path / "tiada")
    with pytest.raises(KeyTrouble, match="bukan berkas biasa"):
        FileKey.read(tmp_path / "pipa")
    with pytest.raises(KeyTrouble, match="tidak dapat dibuat"):
        FileKey.create(tmp_path / "tiada" / "kunci.pem")


# Starting and stopping


def test_it_stops_when_told_and_is_the_same_one_when_it_starts_again(tmp_path: Path) -> None:
    log = LOGS[0]
    with running(tmp_path / "data", NAME, [log]) as first:
        with pytest.raises(WitnessStops, match="sedang dipakai"), alone(tmp_path / "data"):
            pass
        assert requests.post(f"{first.url}/add-checkpoint", data=log.request(0, 100), timeout=30).ok
        assert first.stop() == 0
    with running(tmp_path / "data", NAME, [log]) as second:
        assert second.key == first.key
        assert f"\n{100}\n" in held(second, log).text


def test_what_is_wrong_with_a_call_is_one_sentence(tmp_path: Path) -> None:
    for words, said in (
        (arguments(tmp_path / "a", "nama salah", [LOGS[0].key]), "nama kunci"),
        (arguments(tmp_path / "b", NAME, ["bukan-kunci"]), "tidak sah"),
        (arguments(tmp_path / "c", NAME, []), "Sebutkan log"),
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "sidik", *words],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert ran.returncode == 2
        assert said in ran.stderr
        assert len(ran.stderr.splitlines()) == 1


# Asking witnesses


@pytest.fixture
def client(served: Running) -> Iterator[WitnessClient]:
    found = WitnessClient(served.url, served.key)
    yield found
    found.close()


def test_a_client_that_does_not_know_where_it_was_asks_and_goes_on(
    log: Log, ask: Ask, client: WitnessClient, served: Running
) -> None:
    ask(0, 100)

    first = client.cosign(log.note(150), path_in())
    again = client.cosign(log.note(150), path_in())
    more = client.cosign(log.note(400), path_in())

    assert [first.size, again.size, more.size, client.known] == [150, 150, 400, 400]
    _, opened = open_checkpoint(log.note(400) + more.line, [log.key, served.key], verify)
    assert opened.signed[served.key] == more.time


def test_a_client_is_told_why_it_is_refused(log: Log, ask: Ask, client: WitnessClient) -> None:
    ask(0, SHARED + 30)

    with pytest.raises(Inconsistent, match="tidak menyambung"):
        client.cosign(log.note(300, FORKED), path_in(FORKED))
    with pytest.raises(Inconsistent):
        client.cosign(log.note(SHARED + 30, FORKED), path_in(FORKED))
    with pytest.raises(WitnessRefused, match="tidak mengawasi lain"):
        client.cosign(Log("lain/log/1").note(10), path_in())
    with pytest.raises(WitnessRefused, match="tidak mengenal kunci"):
        client.cosign(log.note(10, signer=key_of("pencuri")), path_in())


def test_threat_3_a_log_cut_short_is_told_by_its_witness(
    log: Log, ask: Ask, client: WitnessClient
) -> None:
    """Rolled back to an old backup: the witness has seen more than there is."""
    ask(0, 300)

    with pytest.raises(WitnessAhead, match="300 catatan, sedangkan log ini hanya 150"):
        client.cosign(log.note(150), path_in())


def test_threat_24_a_witness_that_forgot_is_noticed_by_its_client(
    log: Log, ask: Ask, client: WitnessClient
) -> None:
    ask(0, 100)
    client.known = 300

    with pytest.raises(WitnessBehind, match="hanya mengingat 100 catatan"):
        client.cosign(log.note(400), path_in())


def test_a_witness_that_is_not_there_is_no_disaster() -> None:
    for url in ("http://127.0.0.1:9", "http://saksi.tiada.invalid", "bukan alamat"):
        client = WitnessClient(url, witness_key(NAME, key_of("saksi")))
        with pytest.raises(WitnessTrouble, match="tidak terjangkau") as trouble:
            client.cosign(LOGS[0].note(10), path_in())
        assert not isinstance(trouble.value, WitnessRefused)


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A server that says the same whatever it is asked, one answer after another."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                wire, _ = listening.accept()
                with wire:
                    wire.recv(65536)
                    wire.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def http(status: str, content: bytes, kind: str = "text/plain") -> bytes:
    length = str(len(content)).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n".encode()
    return head + b"Content-Length: " + length + b"\r\n\r\n" + content


def line_of(who: str, size: int = 10, name: str = NAME) -> bytes:
    text = Note.parse(LOGS[0].note(size)).text
    key = witness_key(name, key_of(who))
    return cosignature_line(key, text, int(AT.timestamp()), key_of(who).sign).encode()


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b""),
        http("200 OK", b"bukan tanda tangan\n"),
        http("200 OK", b"\xff\xfe\n"),
        http("200 OK", line_of("pencuri")),
        http("200 OK", line_of("saksi", size=11)),
        http("200 OK", line_of("saksi", name="lain/1")),
        http("200 OK", line_of("saksi")[:-1]),
        http("200 OK", b"a" * 100_000),
        http("500 Internal Server Error", b"rusak"),
        http("301 Moved", line_of("saksi")),
        http("409 Conflict", b"010\n", "text/x.tlog.size"),
        http("409 Conflict", b"\xff\n", "text/x.tlog.size"),
        b"bukan HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + line_of("saksi"),
    ],
)
def test_an_answer_is_kept_only_if_it_is_the_witnesss_own(answer: bytes) -> None:
    with answering(answer) as url:
        client = WitnessClient(url, witness_key(NAME, key_of("saksi")))
        with pytest.raises(WitnessTrouble):
            client.cosign(LOGS[0].note(10), path_in())
        assert client.known == 0


def test_lines_of_kinds_to_come_are_passed_over() -> None:
    other = b"\xe2\x80\x94 saksi.ki.example/1 " + b"QUJDREVGR0g=\n"
    with answering(http("200 OK", other + line_of("saksi"))) as url:
        client = WitnessClient(url, witness_key(NAME, key_of("saksi")))

        assert client.cosign(LOGS[0].note(10), path_in()).line.encode() == line_of("saksi")


def test_a_witness_that_never_ends_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.evidence.asking.ANSWER_SECONDS_MAX", 0.5)
    unfinished = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            wire, _ = listening.accept()
            with wire, suppress(OSError):
                wire.sendall(unfinished)
                for _ in range(40):
                    time.sleep(0.1)
                    wire.sendall(b"a")

        threading.Thread(target=drip, daemon=True).start()
        client = WitnessClient(
            f"http://127.0.0.1:{listening.getsockname()[1]}", witness_key(NAME, key_of("saksi"))
        )
        begun_at = time.monotonic()
        with pytest.raises(WitnessTrouble):
            client.cosign(LOGS[0].note(10), path_in())
        assert time.monotonic() - begun_at < 3


def test_a_witness_that_changes_its_mind_for_ever_is_left() -> None:
    answers = [http("409 Conflict", f"{size}\n".encode(), "text/x.tlog.size") for size in (1, 2, 3)]
    with answering(*answers) as url:
        client = WitnessClient(url, witness_key(NAME, key_of("saksi")))
        with pytest.raises(WitnessTrouble, match="terus berubah"):
            client.cosign(LOGS[0].note(10), path_in())


# Quorum


def test_threat_6_two_witnesses_make_a_quorum_that_neither_makes_alone(
    served: Running, tmp_path: Path, log: Log
) -> None:
    """To show two faces, a log would need both to forget."""
    with running(tmp_path / "kedua", "saksi.anri.example/1", [log]) as second:
        policy = Policy.parse(
            f"log {log.key}\nwitness ki {served.key} {served.url}\n"
            f"witness anri {second.key} {second.url}\ngroup luar all ki anri\nquorum luar\n"
        )
        note, met = log.note(100), []
        for each in policy.witnesses:
            note += WitnessClient(each.url, each.key).cosign(note, path_in()).line
            met.append(policy.judge(note, verify).met)

        assert met == [False, True]
        forked = log.note(SHARED + 50, FORKED)
        for each in policy.witnesses:
            WitnessClient(each.url, each.key).cosign(log.note(SHARED + 50), path_in())
            with pytest.raises(Inconsistent):
                WitnessClient(each.url, each.key).cosign(forked, path_in(FORKED))
        assert not policy.judge(forked, verify).met


def test_a_policy_with_the_wrong_key_of_a_witness_keeps_nothing_of_it(
    served: Running, log: Log
) -> None:
    wrong = witness_key(NAME, key_of("salah tulis"))
    with pytest.raises(WitnessTrouble, match="bukan tanda tangannya"):
        WitnessClient(served.url, wrong).cosign(log.note(100), path_in())

    right = WitnessClient(served.url, served.key).cosign(log.note(100), path_in())
    policy = Policy.parse(f"log {log.key}\nwitness ki {wrong}\nquorum ki\n")
    assert not policy.judge(log.note(100) + right.line, verify).met


# Killed at any moment


def cosign_until_killed(folder: Path, seed: int, pipe: Connection) -> None:
    """Offer now the one history and now the other; tell of what was cosigned, never before."""
    chance, log = Random(seed), LOGS[0]
    witness = begun(folder)
    for _ in count():
        known = witness.memory.cosigned().get(log.origin)
        old = known.size if known else 0
        size = min(old + chance.randrange(4), 400)
        tree = chance.choice([FORKED, None])
        body = log.request(old, size, tree) if tree else log.request(old, size)
        answer = witness.add_checkpoint(body)
        if answer.status == 200:
            note = log.note(size, tree) if tree else log.note(size)
            pipe.send(note + answer.content)


def test_killed_at_any_moment_it_never_signs_two_histories_nor_forgets_one(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    chance, log, told = Random(KILLS), LOGS[0], list[str]()
    for seed in range(KILLS):
        mine, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=cosign_until_killed, args=(tmp_path, seed, theirs))
        worker.start()
        theirs.close()
        time.sleep(chance.random() * 0.5)
        worker.kill()
        worker.join()
        while mine.poll():
            try:
                told.append(mine.recv())
            except EOFError:
                break
    witness = begun(tmp_path)
    seen = [open_checkpoint(note, [log.key, witness.key], verify) for note in told]
    sizes = [checkpoint.size for checkpoint, _ in seen]

    assert len(told) > KILLS
    assert sizes == sorted(sizes)
    one_history(log, [checkpoint for checkpoint, _ in seen])
    assert witness.memory.cosigned()[log.origin].size >= sizes[-1]


def one_history(log: Log, checkpoints: list[Checkpoint]) -> None:
    """All of them are of the one tree, or, where they begin to differ, all of the other."""
    honest = [
        each == Checkpoint.parse(Note.parse(log.note(each.size)).text) for each in checkpoints
    ]
    forked = [
        each == Checkpoint.parse(Note.parse(log.note(each.size, FORKED)).text)
        for each in checkpoints
    ]
    assert all(honest) or all(forked)


def test_killed_as_a_server_it_has_kept_what_it_answered(tmp_path: Path) -> None:
    log, size = LOGS[0], 0
    for _ in range(3):
        with running(tmp_path / "data", NAME, [log]) as server:
            timer = threading.Timer(0.3, server.kill)
            timer.start()
            client = WitnessClient(server.url, server.key, size)
            while size < 390:
                try:
                    size = client.cosign(log.note(size + 1), path_in()).size
                except WitnessRefused:
                    raise
                except WitnessTrouble:
                    break
            timer.join()
    kept = begun(tmp_path / "data", logs={log.origin: (log.key,)}).memory.cosigned()[log.origin]

    assert size > 3
    assert kept.size in (size, size + 1), "it may have been killed before it could answer"
