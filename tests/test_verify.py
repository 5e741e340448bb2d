"""`sidik verify` over a register as it stands in PostgreSQL, and after somebody was at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import LiteralString
from uuid import UUID, uuid4

import pytest

from adapters.database import Database
from adapters.evidence.keys import verify
from adapters.evidence.replay import verify_log
from adapters.evidence.signer import Signer
from adapters.evidence.signer_memory import SignerMemory
from adapters.evidence.whole_log import StoredLog, gone_on_from
from adapters.ledger import PersistentLedger
from adapters.terminal import run
from adapters.views import Views
from domain.evidence.policy import Policy
from domain.evidence.proof import Proof
from domain.evidence.verdict import Trouble, Verdict
from sidik import cli
from tests import histories
from tests.conftest import REGISTER
from tests.forgers import computed_anew
from tests.logs import POLICY, honest
from tests.places import environment_of, unguarded

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
STREAM = UUID(int=7)


def record(ledger: PersistentLedger, facts: int = 1, stream: UUID | None = None) -> None:
    stream = stream or uuid4()
    ledger.bulk_append((stream, n, "uji.added", b'{"n":%d}' % n) for n in range(1, facts + 1))


@contextmanager
def signing(database: Database, folder: Path) -> Iterator[Signer]:
    with SignerMemory(folder) as memory:
        made = Signer(database, REGISTER, memory, now=lambda: datetime.now(UTC))
        try:
            made.open()
            yield made
        finally:
            made.close()


def signed(database: Database, folder: Path) -> Policy:
    """Everything there is, its heads put down; the policy of who trusts this signer alone."""
    with signing(database, folder) as signer:
        signer.publish()
        keys = "".join(f"log {key}\n" for key in signer.keys)
    return Policy.parse(f"{keys}quorum none\n")


def checked(database: Database, *held: str, policy: Policy | None = None) -> Verdict:
    with StoredLog.open(database, REGISTER) as stored:
        return verify_log(stored, verify=verify, policy=policy, held=held)


def troubles(verdict: Verdict) -> list[tuple[Trouble, int]]:
    return [(finding.trouble, finding.position) for finding in verdict.findings]


def latest_note(database: Database) -> str:
    with closing(database.connect(REGISTER)) as connection:
        ((note,),) = connection.execute(
            "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchall()
    return str(note)


@pytest.fixture
def filled(ledger: PersistentLedger) -> PersistentLedger:
    record(ledger, 40, STREAM)
    for _ in range(30):
        record(ledger, 9)
    return ledger


def test_what_is_signed_is_proven(
    filled: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    policy = signed(database, tmp_path)

    verdict = checked(database, latest_note(database), policy=policy)

    assert troubles(verdict) == []
    assert verdict.is_proven
    assert verdict.facts == verdict.signed > 310
    assert (verdict.heads, verdict.held) == (1, 1)
    assert verdict.histories == 32, "those of the facts, and the log's own"


def test_what_is_recorded_afterwards_is_checked_and_not_yet_proven(
    filled: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    policy = signed(database, tmp_path)
    record(filled, 3)

    verdict = checked(database, policy=policy)

    assert verdict.is_proven
    assert verdict.facts - verdict.signed == 3


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "294000-01-01", "0044-03-15 BC"])
def test_threat_1_a_moment_that_nothing_can_hold_is_no_way_out(
    filled: PersistentLedger, database: Database, moment: str
) -> None:
    with unguarded(database, REGISTER) as connection:
        connection.execute(
            "UPDATE ledger_events SET recorded_at = %s WHERE notification_id = 100", (moment,)
        )

    assert (Trouble.RECORD, 100) in troubles(checked(database))


Attack = tuple[LiteralString, Trouble, int]

ATTACKS: dict[str, Attack] = {
    "contents": (
        "UPDATE ledger_events SET state = '{}' WHERE notification_id = 100",
        Trouble.RECORD,
        100,
    ),
    "kind": (
        "UPDATE ledger_events SET topic = 'uji.other' WHERE notification_id = 100",
        Trouble.RECORD,
        100,
    ),
    "salt": ("UPDATE log_leaf SET salt = '\\x00' WHERE position = 100", Trouble.RECORD, 100),
    "leaf": (
        "UPDATE log_leaf SET leaf = sha256('x') WHERE position = 100",
        Trouble.RECORD,
        100,
    ),
    "event deleted": (
        "DELETE FROM ledger_events WHERE notification_id = 100",
        Trouble.EVENT_MISSING,
        100,
    ),
    "event and leaf deleted": (
        "WITH gone AS (DELETE FROM log_leaf WHERE position = 100)"
        " DELETE FROM ledger_events WHERE notification_id = 100",
        Trouble.BOTH_MISSING,
        100,
    ),
    "leaf deleted": ("DELETE FROM log_leaf WHERE position = 100", Trouble.LEAF_MISSING, 100),
    "everything deleted": ("DELETE FROM ledger_events", Trouble.EVENT_MISSING, 1),
    "subtree": (
        "UPDATE log_subtree SET hash = sha256('x') WHERE number = 0",
        Trouble.SUBTREE,
        256,
    ),
    "subtree deleted": ("DELETE FROM log_subtree", Trouble.SUBTREE_MISSING, 256),
    "name": ("UPDATE log_origin SET origin = 'sidik/lain/log/1'", Trouble.RECORD, 1),
    "leaf cut": ("UPDATE log_leaf SET leaf = '' WHERE position = 100", Trouble.LEAF_MISSING, 100),
    "subtrees of impossible levels": (
        "INSERT INTO log_subtree VALUES (-3, 0, ''), (300, 5, '');"
        " UPDATE log_subtree SET hash = ''",
        Trouble.SUBTREE,
        256,
    ),
    "checkpoints of nothing": (
        "INSERT INTO log_checkpoint VALUES (-5, '', '', now()), (999999999, 'x', 'x', 'infinity')",
        Trouble.UNREADABLE,
        -5,
    ),
    "head node": (
        "UPDATE log_head_node SET hash = sha256('x') WHERE path = '01'",
        Trouble.HEAD_NODE,
        312,
    ),
    "head node deleted": (
        "DELETE FROM log_head_node WHERE path = '01'",
        Trouble.HEAD_NODE_MISSING,
        312,
    ),
    "head node put in": (
        "INSERT INTO log_head_node VALUES (repeat('1', 300), sha256('x'))",
        Trouble.HEAD_NODE_EXTRA,
        312,
    ),
    "name deleted": ("DELETE FROM log_origin", Trouble.RENAMED, 1),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=[*ATTACKS])
def test_threat_1_the_first_place_that_was_altered_is_named(
    filled: PersistentLedger, database: Database, tmp_path: Path, attack: Attack
) -> None:
    query, trouble, position = attack
    policy = signed(database, tmp_path)
    with unguarded(database, REGISTER) as connection:
        connection.execute(query)

    verdict = checked(database, policy=policy)

    assert (trouble, position) in troubles(verdict)
    assert verdict.first is not None
    assert (verdict.first.since or verdict.first.position) <= position
    assert not verdict.is_proven


def test_threat_1_an_event_put_in_while_the_trigger_slept_is_found(
    filled: PersistentLedger, database: Database
) -> None:
    with unguarded(database, REGISTER) as connection:
        connection.execute(
            "INSERT INTO ledger_events (originator_id, originator_version, topic, state,"
            " notification_id, recorded_at) VALUES (%s, 41, 'uji.added', '{}', 311, now())",
            (STREAM,),
        )

    assert troubles(checked(database)) == [(Trouble.LEAF_MISSING, 311)]


def test_threat_2_a_past_computed_anew_is_not_the_one_that_was_signed(
    filled: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    policy = signed(database, tmp_path)
    held = latest_note(database)
    size = checked(database).facts
    with unguarded(database, REGISTER) as connection:
        connection.execute("UPDATE ledger_events SET state = '{}' WHERE notification_id = 100")
        computed_anew(connection)

    found = checked(database, policy=policy).findings
    assert {finding.trouble for finding in found} == {Trouble.ROOT, Trouble.HEADS}
    assert all((finding.since or 1) <= 100 <= finding.position for finding in found)
    with unguarded(database, REGISTER) as connection:
        connection.execute("DELETE FROM log_checkpoint")
    assert (Trouble.HELD_ROOT, size) in troubles(checked(database, held, policy=policy))
    assert not checked(database, policy=policy).is_proven, "nothing signed is left to stand on"


def test_threat_3_a_register_rolled_back_is_shorter_than_what_was_signed(
    filled: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    policy = signed(database, tmp_path)
    held = latest_note(database)
    with unguarded(database, REGISTER) as connection:
        connection.execute("DELETE FROM ledger_events WHERE notification_id > 300")
        connection.execute("DELETE FROM log_leaf WHERE position > 300")
        connection.execute("DELETE FROM log_head_node")

    short = checked(database, policy=policy)

    assert {trouble for trouble, _ in troubles(short)} == {Trouble.SHORT}
    with unguarded(database, REGISTER) as connection:
        connection.execute("DELETE FROM log_checkpoint")
    assert troubles(checked(database, held, policy=policy))[0][0] is Trouble.HELD_SHORT


def test_all_of_it_is_read_at_one_moment(
    filled: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    """Facts, leaves and checkpoints that come meanwhile are of another moment."""
    policy = signed(database, tmp_path)
    with StoredLog.open(database, REGISTER) as stored:
        before = stored.facts()
        record(filled, 5)
        signed(database, tmp_path)
        verdict = verify_log(stored, verify=verify, policy=policy)

    assert troubles(verdict) == []
    assert verdict.facts == before


def test_what_the_log_says_of_itself_is_in_no_list(database: Database, tmp_path: Path) -> None:
    views = Views(database, REGISTER, PersistentLedger(database, REGISTER))
    views.create()
    rng, acts = Random(5), 0
    for _ in range(3):
        facts = histories.history(rng, length=rng.randint(1, 12))
        views.ledger.bulk_append(histories.rows(facts))
        acts += len(facts)
        signed(database, tmp_path)
        views.catch_up()

    with closing(database.connect(REGISTER)) as connection:
        told = connection.execute("SELECT count(*), max(kind) FROM audit").fetchall()
    assert told == [(acts, "item")]
    assert views.position() == views.ledger.head() == acts + 4, "a key, and heads three times"
    assert views.compare() == []


def test_a_register_in_which_nothing_happened_is_sound(database: Database) -> None:
    assert checked(database).is_sound


def test_what_a_log_went_on_from_is_only_what_can_be_read() -> None:
    assert gone_on_from(b"{}") is None
    assert gone_on_from(b"\xff") is None


# The command


Sidik = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sidik(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sidik:
    for name, value in environment_of(database_url).items():
        monkeypatch.setenv(name, value)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = run(cli, [str(each) for each in arguments], "sidik")
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def files(filled: PersistentLedger, database: Database, tmp_path: Path) -> tuple[Path, Path]:
    """A policy and a checkpoint, as somebody outside keeps them."""
    policy, checkpoint = tmp_path / "kebijakan.txt", tmp_path / "checkpoint.txt"
    policy.write_text(str(signed(database, tmp_path / "keys")))
    checkpoint.write_text(latest_note(database))
    return policy, checkpoint


def test_it_says_what_it_proved_and_what_not_in_both_languages(
    sidik: Sidik, files: tuple[Path, Path]
) -> None:
    policy, checkpoint = files
    code, out, _ = sidik("verify", "--policy", policy, "--checkpoint", checkpoint)

    assert code == 0
    for said in ("COCOK sampai catatan ke-", "MATCH up to record", "tidak diubah sejak dicatat"):
        assert said in out
    assert "Tidak terbukti:" in out
    assert "Not proven:" in out


def test_without_a_policy_it_never_says_that_it_matches(
    sidik: Sidik, files: tuple[Path, Path]
) -> None:
    code, out, _ = sidik("verify")

    assert code == 0
    assert "COCOK" not in out
    assert "belum terbukti" in out
    assert "Tanda tangan tidak diperiksa" in out


def test_what_does_not_agree_is_named_and_so_is_the_exit(
    sidik: Sidik, files: tuple[Path, Path], database: Database
) -> None:
    with unguarded(database, REGISTER) as connection:
        connection.execute("UPDATE ledger_events SET state = '{}' WHERE notification_id = 100")

    code, out, _ = sidik("verify", "--body", REGISTER)
    _, as_json, _ = sidik("verify", "--json")

    assert code == 1
    assert "TIDAK COCOK: 1 hal tidak sesuai, yang pertama pada posisi 100." in out
    assert "Terbukti:" not in out.replace("Tidak terbukti:", "")
    assert '"trouble": "record", "position": 100' in as_json


def test_a_policy_that_nothing_here_was_signed_by_proves_nothing(
    sidik: Sidik, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "lain.txt"
    other.write_text(str(POLICY))
    code, out, _ = sidik("verify", "--policy", other)

    assert code == 1
    assert "Belum ada checkpoint yang ditandatangani kunci dalam kebijakan Anda" in out


def test_a_receipt_brings_its_checkpoint(
    sidik: Sidik, files: tuple[Path, Path], tmp_path: Path
) -> None:
    policy, held = files
    receipt = tmp_path / "tanda-terima.tlog-proof"
    receipt.write_text(str(Proof(3, (bytes(32),), held.read_text())))

    code, out, _ = sidik("verify", "--policy", policy, "--checkpoint", receipt)

    assert code == 0
    assert "1 checkpoint yang Anda pegang adalah bagian dari riwayat ini" in out


def test_a_checkpoint_of_another_log_is_no_match(
    sidik: Sidik, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "lain.txt"
    other.write_text(honest(3).sign().note)
    code, out, _ = sidik("verify", "--checkpoint", other)

    assert code == 1
    assert "log itu tidak ada di sini" in out


@pytest.mark.parametrize("option", ["--policy", "--checkpoint"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"<html>", b"x" * 300_000])
def test_a_file_that_is_neither_is_refused_in_a_sentence(
    sidik: Sidik, filled: PersistentLedger, tmp_path: Path, option: str, content: bytes | None
) -> None:
    file = tmp_path / "berkas.txt"
    if content is not None:
        file.write_bytes(content)

    code, out, err = sidik("verify", option, file)

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.rstrip().endswith(".")


def test_an_auditor_needs_no_other_access(
    sidik: Sidik, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SIDIK_DATABASE_URL", "SIDIK_MIGRATOR_URL", "SIDIK_SIGNER_URL"):
        monkeypatch.delenv(name)

    code, _, err = sidik("verify", "--policy", files[0])

    assert (code, err.strip()) == (0, "")


def test_who_may_not_read_the_salts_is_told_what_he_needs(
    sidik: Sidik, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIDIK_AUDITOR_URL")

    code, _, err = sidik("verify")

    assert code == 2
    assert "SIDIK_AUDITOR_URL" in err
