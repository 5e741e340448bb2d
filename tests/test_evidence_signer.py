"""The signer signs what goes on from what it signed, and nothing else."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.database import Database
from adapters.evidence.keys import verify
from adapters.evidence.signer import Signer
from adapters.evidence.signer_memory import SignerMemory, SignerTrouble
from adapters.evidence.signing import Signing, await_heads
from adapters.ledger import PersistentLedger
from domain import log
from domain.evidence.encoding import to_base64
from domain.evidence.heads import paths_to, prove_from, verify_head
from domain.evidence.note import Checkpoint, Note, open_note
from domain.evidence.tree import Tree
from domain.history import Stamp
from tests.conftest import REGISTER
from tests.places import almighty, environment_of, unguarded

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
ROOT = Path(__file__).parents[1]


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def record(ledger: PersistentLedger, facts: int = 1, stream: UUID | None = None) -> UUID:
    stream = stream or uuid4()
    ledger.bulk_append((stream, n, "uji.added", b'{"n":%d}' % n) for n in range(1, facts + 1))
    return stream


@contextmanager
def signer_of(database: Database, folder: Path, now: Clock | None = None) -> Iterator[Signer]:
    with SignerMemory(folder) as memory:
        made = Signer(database, REGISTER, memory, now=now or Clock())
        try:
            yield made
        finally:
            made.close()


def sign(database: Database, folder: Path) -> None:
    with signer_of(database, folder) as signer:
        signer.open()
        signer.step()


def checkpoints(database: Database) -> list[Checkpoint]:
    with database.connect(REGISTER) as connection:
        rows = connection.execute("SELECT note FROM log_checkpoint ORDER BY size").fetchall()
    return [Checkpoint.parse(Note.parse(note).text) for (note,) in rows]


def tree(database: Database) -> Tree:
    with database.connect(REGISTER) as connection:
        rows = connection.execute("SELECT leaf FROM log_leaf ORDER BY position").fetchall()
    return Tree(leaf for (leaf,) in rows)


def test_what_is_there_is_signed_once_and_by_a_key_that_others_can_check(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger, 3)

    with signer_of(database, tmp_path) as signer:
        signer.open()
        assert signer.step()
        assert not signer.step()
        keys = signer.keys

    (checkpoint,) = checkpoints(database)
    assert (checkpoint.size, checkpoint.root) == (3, tree(database).root)
    with database.connect(REGISTER) as connection:
        ((note,),) = connection.execute("SELECT note FROM log_checkpoint").fetchall()
    assert list(open_note(note, keys, verify).signed) == keys
    assert oct((tmp_path / "key-1.pem").stat().st_mode)[-3:] == "600"


def test_an_empty_log_is_not_signed(database: Database, tmp_path: Path) -> None:
    with signer_of(database, tmp_path) as signer:
        signer.open()
        assert not signer.step()


def test_publishing_puts_down_the_heads_and_names_the_key(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    items = [record(ledger, n) for n in (1, 2, 3)]

    with signer_of(database, tmp_path) as signer:
        signer.open()
        signer.publish()
        vkey = str(signer.keys[0])
        signer.publish()

    known = log.initial
    for one in ledger.history(log.ID):
        known = log.evolve(known, one)
    assert known.keys == (log.Key(vkey, since=6),)
    assert known.heads is not None
    assert (known.heads.size, known.heads.count) == (7, 3)
    assert [one.size for one in checkpoints(database)] == [6, 8]
    leaves = tree(database)
    with database.connect(REGISTER) as connection:
        nodes: dict[str, bytes] = dict(
            connection.execute("SELECT path, hash FROM log_head_node").fetchall()
        )
    for stream, version, position in zip(items, (1, 2, 3), (1, 3, 6), strict=True):
        assert set(nodes) & set(paths_to(str(stream)))
        assert verify_head(
            nodes[""],
            str(stream),
            version,
            leaves.node(0, position - 1),
            prove_from(nodes, str(stream)).siblings,
        )


def test_heads_are_put_down_at_a_beat_and_not_for_every_fact(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    beat = timedelta(seconds=60)
    with signer_of(database, tmp_path, clock) as signer:
        signer.open()
        assert not signer.is_due(beat)
        record(ledger)
        signer.step()
        assert signer.is_due(beat), "its key is not known yet"
        signer.publish()
        record(ledger)
        signer.step()
        assert not signer.is_due(beat)
        clock.at += beat
        assert signer.is_due(beat)
        signer.publish()
        assert not signer.is_due(beat)
    with signer_of(database, tmp_path, clock) as again:
        again.open()
        clock.at += beat
        assert not again.is_due(beat)


# What it refuses


def change(database: Database, statement: str) -> None:
    with unguarded(database, REGISTER) as connection:
        connection.execute(statement.encode())


LATER = {
    "contents changed": (
        "UPDATE ledger_events SET state = 'x' WHERE notification_id = 2",
        "2 tidak sama",
    ),
    "a column changed": (
        "UPDATE ledger_events SET topic = 'y' WHERE notification_id = 2",
        "2 tidak sama",
    ),
    "dated back": (
        "UPDATE ledger_events SET recorded_at = recorded_at - interval '1 day'"
        " WHERE notification_id = 2",
        "2 bertanggal lebih awal",
    ),
    "a salt changed": ("UPDATE log_leaf SET salt = sha256('') WHERE position = 3", "3 tidak sama"),
    "a leaf changed": ("UPDATE log_leaf SET leaf = sha256('') WHERE position = 3", "3 tidak sama"),
    "the middle removed": ("DELETE FROM ledger_events WHERE notification_id = 2", "2 tidak ada"),
    "the end removed": ("DELETE FROM ledger_events WHERE notification_id = 4", "memuat 4"),
    "leaf and end removed": (
        "WITH gone AS (DELETE FROM log_leaf WHERE position = 4)"
        " DELETE FROM ledger_events WHERE notification_id = 4",
        "dipulihkan dari cadangan lama|hanya memuat 3",
    ),
    "a leaf removed": ("DELETE FROM log_leaf WHERE position = 2", "2 tidak memiliki sidik jari"),
    "a forged checkpoint": (
        "INSERT INTO log_checkpoint SELECT 2, origin, replace(note, E'\\n4\\n', E'\\n2\\n'), now()"
        " FROM log_checkpoint",
        "palsu",
    ),
    "a checkpoint of what is not there": (
        "INSERT INTO log_checkpoint SELECT 9, origin, note, now() FROM log_checkpoint",
        "tidak ada",
    ),
}


@pytest.mark.parametrize("attack", LATER)
def test_whatever_is_changed_after_it_was_signed_is_found_at_the_next_start(
    ledger: PersistentLedger, database: Database, tmp_path: Path, attack: str
) -> None:
    statement, sentence = LATER[attack]
    record(ledger, 4)
    sign(database, tmp_path)
    change(database, statement)

    with signer_of(database, tmp_path) as signer, pytest.raises(SignerTrouble, match=sentence):
        signer.open()


def forge(database: Database) -> None:
    """Rewrite everything as the most powerful would: a fact changed, all leaves made anew."""
    with unguarded(database, REGISTER) as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, notification_id, recorded_at, topic, state"
            " FROM ledger_events ORDER BY notification_id"
        ).fetchall()
        connection.execute("DELETE FROM ledger_events")
        connection.execute("DELETE FROM log_leaf")
        connection.execute("DELETE FROM log_subtree")
    with almighty(database, REGISTER) as connection:
        for row in rows:
            state = b'{"n":99}' if row[2] == 2 else row[5]
            connection.execute(
                "INSERT INTO ledger_events VALUES (%s, %s, %s, %s, %s, %s)", (*row[:5], state)
            )


def test_a_history_made_anew_with_all_its_leaves_is_not_the_one_that_was_signed(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger, 4)
    sign(database, tmp_path)
    forge(database)
    change(database, "DELETE FROM log_checkpoint")

    with signer_of(database, tmp_path) as signer, pytest.raises(SignerTrouble, match="diubah"):
        signer.open()


def test_without_its_memory_it_does_not_begin_a_second_history(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger, 2)
    with signer_of(database, tmp_path / "one") as signer:
        signer.open()
        signer.step()

    with (
        signer_of(database, tmp_path / "two") as other,
        pytest.raises(SignerTrouble, match="ingatan"),
    ):
        other.open()


def test_a_memory_restored_from_an_old_copy_takes_up_what_it_had_signed_since(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger, 2)
    sign(database, tmp_path)
    old = (tmp_path / "state.json").read_bytes()
    record(ledger, 2)
    sign(database, tmp_path)
    (tmp_path / "state.json").write_bytes(old)
    record(ledger)

    sign(database, tmp_path)

    assert [one.size for one in checkpoints(database)] == [2, 4, 5]


HOLD = """
import sys, time
from pathlib import Path
from adapters.evidence.signer_memory import SignerMemory
with SignerMemory(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_processes_never_sign_with_one_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SignerTrouble, match="lain sedang bekerja"), SignerMemory(tmp_path):
            pass
        other.kill()
        other.wait()
    with SignerMemory(tmp_path):
        pass


@pytest.mark.parametrize("damage", ["", "{}", '{"format": "x"}', "\\x00", '{"origin": 5}'])
def test_a_memory_that_cannot_be_read_is_said(tmp_path: Path, damage: str) -> None:
    (tmp_path / "state.json").write_text(damage)

    with pytest.raises(SignerTrouble, match="tidak terbaca"), SignerMemory(tmp_path):
        pass


def test_a_key_that_others_can_read_is_not_used(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger)
    with signer_of(database, tmp_path) as signer:
        signer.open()
        (tmp_path / "key-1.pem").chmod(0o644)

        with pytest.raises(SignerTrouble, match="akun lain"):
            signer.step()


# Keys that come and go, and a log declared new


def test_a_new_key_signs_along_and_then_alone(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger)
    with signer_of(database, tmp_path) as signer:
        signer.open()
        signer.publish()
        (first,) = signer.keys
        second = signer.rotate()
        assert signer.keys == [first, second]
        assert signer.retire() == first
        record(ledger)
        signer.publish()
        assert signer.keys == [second]

    known = log.initial
    for one in ledger.history(log.ID):
        known = log.evolve(known, one)
    assert [(key.vkey, key.until is None) for key in known.keys] == [
        (str(first), False),
        (str(second), True),
    ]
    with database.connect(REGISTER) as connection:
        notes = connection.execute("SELECT note FROM log_checkpoint ORDER BY size").fetchall()
    signers = [len(Note.parse(note).signatures) for (note,) in notes]
    assert sorted(set(signers)) == [1, 2]
    assert list(open_note(notes[-1][0], [first, second], verify).signed) == [second]
    with signer_of(database, tmp_path) as again:
        again.open()


def test_the_only_key_cannot_be_ended(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger)
    with signer_of(database, tmp_path) as signer:
        signer.open()
        with pytest.raises(SignerTrouble, match="Hanya satu kunci"):
            signer.retire()


def test_after_a_restore_that_lost_facts_the_log_is_declared_new(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    record(ledger, 2)
    with signer_of(database, tmp_path) as signer:
        signer.open()
        signer.step()
        (old_key,) = signer.keys
    record(ledger, 2)
    with signer_of(database, tmp_path) as signer:
        signer.open()
        signer.step()
        origin = signer.origin
    change(
        database,
        "WITH a AS (DELETE FROM log_leaf WHERE position > 3),"
        " b AS (DELETE FROM log_checkpoint WHERE size > 3)"
        " DELETE FROM ledger_events WHERE notification_id > 3",
    )

    with signer_of(database, tmp_path) as signer:
        before = signer.go_on("Peladen rusak; cadangan terakhir tidak memuat semuanya.")
        (key,) = signer.keys
        record(ledger)
        signer.publish()

    assert (before.origin, before.size) == (origin, 2)
    assert signer.origin == origin.removesuffix("1") + "2"
    assert key.public_key != old_key.public_key
    with signer_of(database, tmp_path) as again:
        again.open()
        assert not again.step()


def test_after_the_loss_of_a_key_the_log_is_trusted_up_to_where_it_was_ours(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    for _ in range(3):
        record(ledger, 2)
        with signer_of(database, tmp_path) as signer:
            signer.open()
            signer.step()

    with signer_of(database, tmp_path) as signer:
        before = signer.go_on("Kunci terbaca orang lain.", up_to=5)

    assert before.size == 4


# As a process


SIGN = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from adapters.database import Access, Database, access_from
import os
from adapters.evidence.signing import Signing
database = Database(access_from(os.environ))
Signing(
    database, Path(sys.argv[1]), now=lambda: datetime.now(UTC), beat=timedelta(seconds=0.05)
).run(Event())
"""


@contextmanager
def signing(database_url: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SIGN, str(folder)],
        cwd=ROOT,
        env={**os.environ, **environment_of(database_url)},
        text=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_a_fact_is_signed_within_seconds_and_heads_come_when_wished(
    ledger: PersistentLedger, database: Database, database_url: str, tmp_path: Path
) -> None:
    with signing(database_url, tmp_path):
        record(ledger)
        assert eventually(lambda: bool(checkpoints(database)))
        for _ in range(3):
            record(ledger)
            head = ledger.head()
            assert eventually(lambda head=head: checkpoints(database)[-1].size >= head)  # type: ignore[misc]
        assert await_heads(database, REGISTER, ledger.head(), 30)
        heads = ledger.head()
        assert heads > head
        assert await_heads(database, REGISTER, heads, 0)  # there is nothing more to be covered


def test_a_signer_killed_at_any_moment_never_forks_and_leaves_no_gap(
    ledger: PersistentLedger, database: Database, database_url: str, tmp_path: Path
) -> None:
    """It is killed while facts are recorded; whatever it had signed by then must still be so."""
    chance = random.Random(4)
    kills = int(os.environ.get("SIDIK_KILLS", "8"))
    for _ in range(kills):
        with signing(database_url, tmp_path) as process:
            until = time.monotonic() + chance.uniform(0.5, 1.6)
            while time.monotonic() < until:
                record(ledger, chance.randrange(1, 4))
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            process.wait()

    with signer_of(database, tmp_path / REGISTER) as signer:
        signer.open()
        signer.step()
    leaves = tree(database)
    signed = checkpoints(database)
    assert signed
    assert all(one.root == Tree(leaves.node(0, n) for n in range(one.size)).root for one in signed)
    assert signed[-1].size == ledger.head()


def test_a_signer_outlives_the_loss_of_its_connection(
    ledger: PersistentLedger,
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with signing(database_url, tmp_path):
        record(ledger)
        assert eventually(lambda: bool(checkpoints(database)))
        with database.connect(role="superuser") as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ="
                " 'sidik_signer' AND datname = current_database()"
            )
        record(ledger)
        head = ledger.head()
        assert eventually(lambda: checkpoints(database)[-1].size >= head)


def test_one_register_that_is_refused_does_not_stop_the_others(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    database.create_register("kota")
    other = PersistentLedger(database, "kota")
    other.bulk_append([(uuid4(), 1, "uji.added", b"{}")])
    record(ledger, 2)
    told: list[tuple[str, str]] = []
    process = Signing(
        database, tmp_path, now=Clock(), report=lambda code, said: told.append((code, said))
    )
    process.sign_once()
    change(database, "UPDATE ledger_events SET state = 'x' WHERE notification_id = 2")
    other.bulk_append([(uuid4(), 1, "uji.added", b"{}")])

    process.sign_once()

    assert [code for code, _ in told] == [REGISTER]
    with database.connect("kota") as connection:
        assert connection.execute("SELECT max(size) >= 3 FROM log_checkpoint").fetchone() == (True,)


def test_the_log_facts_carry_the_local_day_of_the_body(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    from domain import body  # noqa: PLC0415
    from domain.body import Established  # noqa: PLC0415
    from domain.calendar import Week  # noqa: PLC0415

    established = Established(
        code=REGISTER,
        name="Badan Contoh",
        seat="Manado",
        zone="Asia/Makassar",
        zone_name="WITA",
        week=Week.FIVE,
    )
    late = Clock()
    late.at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    ledger.amend(
        body,
        body.ID,
        lambda known: body.establish(known, established=established),
        Stamp(at=late.at, on=late.at.date(), by="pengelola"),
        expect=0,
    )

    with signer_of(database, tmp_path, late) as signer:
        signer.open()
        signer.publish()

    assert {one.on.isoformat() for one in ledger.history(log.ID)} == {"2026-03-03"}


class Meanwhile(Clock):
    """While the signer looks at it, somebody records one more fact."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act: Callable[[], object] | None = act
        self.looks = 0

    def __call__(self) -> datetime:
        self.looks += 1
        if self.act is not None and self.looks > 3:
            act, self.act = self.act, None
            act()
        return self.at


def test_heads_that_are_kept_are_those_that_were_put_down(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    """Whatever is recorded while they are being put down belongs to the next ones."""
    items = [record(ledger, 2) for _ in range(3)]
    with signer_of(database, tmp_path) as signer:
        signer.open()
        signer.publish()
    record(ledger)
    for looks in range(8):
        clock = Meanwhile(lambda: record(ledger, 1))
        clock.looks = -looks
        with signer_of(database, tmp_path, clock) as signer:
            signer.open()
            signer.publish()

        heads = [
            one.fact for one in ledger.history(log.ID) if isinstance(one.fact, log.HeadsMapped)
        ]
        with database.connect(REGISTER) as connection:
            nodes: dict[str, bytes] = dict(
                connection.execute("SELECT path, hash FROM log_head_node").fetchall()
            )
        assert to_base64(nodes[""]) == heads[-1].root, looks
        leaves = tree(database)
        for number, stream in enumerate(items):
            siblings = prove_from(nodes, str(stream)).siblings
            leaf = leaves.node(0, 2 * number + 1)
            assert verify_head(nodes[""], str(stream), 2, leaf, siblings)


def test_what_was_signed_under_a_name_beyond_its_trust_stops_nobody(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    """The thief's own checkpoints may still lie about."""
    record(ledger, 4)
    with signer_of(database, tmp_path) as signer:
        signer.open()
        signer.step()
        origin = signer.origin
    with signer_of(database, tmp_path) as signer:
        signer.go_on("Kunci bocor.", up_to=4)
    with unguarded(database, REGISTER) as connection:
        for size in (5, 99):
            note = Checkpoint(origin, size, bytes(32)).text + "\n\u2014 x AAAAAAAA\n"
            connection.execute(
                "INSERT INTO log_checkpoint VALUES (%s, %s, %s, now())", (size, origin, note)
            )

    sign(database, tmp_path)
