"""The threats of docs/evidence/threats.md against a real register, with the attacker's true powers.

What can be shown without a database stands where its subject is tested; here are those attacks
that need one, a copy of its files, or a bundle made from it. Where nothing finds an attack, the
test says so, and the paper says what procedure remains.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import psycopg
import pytest

from adapters.database import Connection, Database, open_database
from adapters.evidence import bundle as bundles
from adapters.evidence.bundle import Copy
from adapters.evidence.handover import PDF
from adapters.evidence.keys import FileKey, log_key, verify
from adapters.evidence.pdf import qr
from adapters.evidence.replay import verify_log
from adapters.evidence.signer import Signer
from adapters.evidence.signer_memory import SignerMemory, SignerTrouble
from adapters.evidence.whole_log import StoredLog
from adapters.ledger import PersistentLedger
from domain.evidence.heads import HeadsMap
from domain.evidence.note import (
    COSIGNATURE,
    Checkpoint,
    Note,
    VerifierKey,
    assemble,
    cosignature_line,
    open_checkpoint,
    signature_line,
)
from domain.evidence.policy import NONE, Log, Policy, Witness
from domain.evidence.record import Record, body_commitment, field_commitment, spelled
from domain.evidence.tree import Tree
from domain.evidence.verdict import Trouble, Verdict
from tests.conftest import REGISTER
from tests.forgers import computed_anew
from tests.offices import Office, open_office
from tests.places import unguarded

ROOT = Path(__file__).parents[1]
PAPER = ROOT / "docs" / "evidence" / "threats.md"
SALT = bytes(range(32))


def record(ledger: PersistentLedger, facts: int = 1, stream: UUID | None = None) -> UUID:
    stream = stream or uuid4()
    ledger.bulk_append((stream, n, "uji.added", b'{"n":%d}' % n) for n in range(1, facts + 1))
    return stream


class House:
    """A register, its signer, and what somebody outside holds of it."""

    def __init__(self, database: Database, keys: Path) -> None:
        self.database, self.keys = database, keys
        self.ledger = PersistentLedger(database, REGISTER)
        self.outsider = FileKey.create(keys / "saksi.pem")
        self.witness = VerifierKey("saksi.ki.example/1", COSIGNATURE, self.outsider.public_key)

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        with SignerMemory(self.keys / REGISTER) as memory:
            made = Signer(self.database, REGISTER, memory, now=lambda: datetime.now(UTC))
            try:
                made.open()
                yield made
            finally:
                made.close()

    def publish(self) -> str:
        """Everything signed; the checkpoint as somebody outside may keep it."""
        with self.signer() as signer:
            signer.publish()
            self.log_key = signer.keys[0]
        return self.latest()

    def sign(self) -> str:
        with self.signer() as signer:
            signer.step()
            self.log_key = signer.keys[0]
        return self.latest()

    def latest(self) -> str:
        with closing(self.database.connect(REGISTER)) as connection:
            ((note,),) = connection.execute(
                "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
            ).fetchall()
        return str(note)

    def cosign(self, note: str, at: datetime | None = None) -> None:
        time = int((at or datetime.now(UTC)).timestamp())
        text = Note.parse(note).text
        checkpoint = Checkpoint.parse(text)
        line = cosignature_line(self.witness, text, time, self.outsider.sign)
        with closing(self.database.connect(REGISTER, role="signer")) as connection:
            connection.execute(
                "INSERT INTO log_cosignature VALUES (%s, %s, %s, %s, now())",
                (checkpoint.size, checkpoint.origin, self.witness.name, line),
            )

    def policy(self, *, witnessed: bool = False) -> Policy:
        log = Log(self.log_key)
        if not witnessed:
            return Policy((log,), (), (), NONE)
        return Policy((log,), (Witness("ki", self.witness),), (), "ki")

    def verdict(self, *held: str, policy: Policy | None = None) -> Verdict:
        with StoredLog.open(self.database, REGISTER) as stored:
            return verify_log(stored, verify=verify, policy=policy or self.policy(), held=held)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    record(made.ledger, 5)
    return made


def troubles(verdict: Verdict) -> set[Trouble]:
    return {finding.trouble for finding in verdict.findings}


# What the most powerful can do in the database


def origin_of(connection: Connection) -> str:
    ((origin,),) = connection.execute("SELECT origin FROM log_origin").fetchall()
    return str(origin)


def put(connection: Connection, position: int, at: datetime, state: bytes = b"{}") -> None:
    """A fact of a new history and its leaf, made by hand with the time one likes."""
    stream = uuid4()
    leaf = Record(
        log=origin_of(connection),
        pos=position,
        stream=str(stream),
        version=1,
        prev=None,
        time=spelled(at),
        topic="uji.added",
        body=body_commitment(SALT, state),
    ).leaf
    connection.execute(
        "INSERT INTO ledger_events VALUES (%s, 1, %s, %s, 'uji.added', %s)",
        (stream, position, at, state),
    )
    connection.execute("INSERT INTO log_leaf VALUES (%s, %s, %s)", (position, SALT, leaf))


def rewrite(house: House, changed: int) -> Tree:
    """Change a fact and make every leaf anew, as if it had always been so."""
    with unguarded(house.database, REGISTER) as connection:
        connection.execute(
            "UPDATE ledger_events SET state = '{\"n\":99}' WHERE notification_id = %s", (changed,)
        )
        return computed_anew(connection)


def sign_anew(house: House, tree: Tree) -> str:
    """As a thief of the log's key signs; his checkpoint stands where the true ones stood."""
    key = FileKey.read(house.keys / REGISTER / "key-1.pem")
    with unguarded(house.database, REGISTER) as connection:
        origin = origin_of(connection)
        text = Checkpoint(origin, tree.size, tree.root).text
        note = assemble(text, signature_line(log_key(origin, key), text, key.sign))
        connection.execute("DELETE FROM log_checkpoint")
        connection.execute(
            "INSERT INTO log_checkpoint VALUES (%s, %s, %s, now())", (tree.size, origin, note)
        )
    return note


def copy(one: Path, other: Path) -> None:
    """With whoever owns it, as a copy of a whole disk has them."""
    subprocess.run(["cp", "-a", str(one), str(other)], check=True)


# The threats


def test_threat_3_a_copy_of_the_files_put_back_is_noticed_by_the_signer(tmp_path: Path) -> None:
    """Stop the server, copy its folder, work on, put the copy back: nothing in it can tell."""
    folder = Path(tempfile.mkdtemp(prefix="sidik-", dir="/tmp"))
    try:
        with open_database(data=folder) as database:
            database.create_register(REGISTER)
            house = House(database, tmp_path)
            record(house.ledger, 3)
            house.sign()
        copy(folder / "postgres", tmp_path / "copy")
        with open_database(data=folder) as database:
            house.database = database
            record(PersistentLedger(database, REGISTER), 3)
            held = house.sign()
        shutil.rmtree(folder / "postgres")
        copy(tmp_path / "copy", folder / "postgres")
        with open_database(data=folder) as database:
            house.database = database
            assert PersistentLedger(database, REGISTER).head() == 3

            with (
                pytest.raises(SignerTrouble, match="dipulihkan dari cadangan lama"),
                house.signer(),
            ):
                pass
            assert house.verdict().is_sound, "by itself the copy is whole"
            assert troubles(house.verdict(held)) == {Trouble.HELD_SHORT}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_threat_4_what_was_dropped_before_anything_was_signed_is_shown_by_a_receipt_alone(
    house: House,
) -> None:
    receipt = house.sign()
    record(house.ledger)  # nobody has signed this one yet
    with unguarded(house.database, REGISTER) as connection:
        connection.execute("DELETE FROM log_leaf WHERE position > 5")
        connection.execute("DELETE FROM ledger_events WHERE notification_id > 5")
    assert house.verdict(receipt).is_proven, "of what was never signed nothing is left"

    with unguarded(house.database, REGISTER) as connection:
        connection.execute("DELETE FROM log_checkpoint")
        connection.execute("DELETE FROM log_leaf WHERE position > 4")
        connection.execute("DELETE FROM ledger_events WHERE notification_id > 4")

    assert house.verdict().is_sound
    assert troubles(house.verdict(receipt)) == {Trouble.HELD_SHORT}


def test_threat_5_a_thief_of_the_key_is_betrayed_by_one_old_checkpoint(house: House) -> None:
    held = house.publish()
    house.cosign(held)
    witnessed = house.policy(witnessed=True)
    assert house.verdict(policy=witnessed).is_proven
    tree = rewrite(house, changed=2)
    sign_anew(house, tree)
    with unguarded(house.database, REGISTER) as connection:
        connection.execute("DELETE FROM log_cosignature")

    assert Trouble.HEADS in troubles(house.verdict()), "he forgot the heads; a careful one does not"
    assert troubles(house.verdict(held)) >= {Trouble.HELD_ROOT}
    assert not house.verdict(policy=witnessed).is_proven


def test_threat_5_a_careful_thief_is_found_by_nothing_inside(house: House) -> None:
    held = house.sign()
    sign_anew(house, rewrite(house, changed=2))

    assert house.verdict().is_proven, "nothing in the house itself can tell"
    assert troubles(house.verdict(held)) == {Trouble.HELD_ROOT}
    with pytest.raises(SignerTrouble, match="diubah sesudahnya"), house.signer():
        pass


def test_threat_6_two_readers_who_compare_their_checkpoints_see_that_they_differ(
    house: House,
) -> None:
    shown_to_the_panel = house.sign()
    shown_to_the_public = sign_anew(house, rewrite(house, changed=2))

    assert house.verdict(shown_to_the_public).is_proven
    assert troubles(house.verdict(shown_to_the_panel)) == {Trouble.HELD_ROOT}


def test_threat_7_a_fact_dated_back_stands_behind_what_was_seen_before_it(house: House) -> None:
    seen = house.sign()
    house.cosign(seen)
    size = house.ledger.head()
    with unguarded(house.database, REGISTER) as connection:
        put(connection, size + 1, datetime.now(UTC) - timedelta(days=30))

    assert Trouble.TIME_BACK in troubles(house.verdict())
    assert Trouble.TIME_BEFORE_SEEN in troubles(house.verdict(policy=house.policy(witnessed=True)))


def test_threat_7_through_the_front_door_nobody_chooses_the_time(house: House) -> None:
    """The day an act names is the officer's word; when it was recorded is the database's."""
    before = datetime.now(UTC)
    record(house.ledger)

    *_, last = house.ledger.stream()

    assert before <= last[5] <= datetime.now(UTC)


def test_threat_8_a_fact_dated_ahead_is_later_than_whoever_saw_it(house: House) -> None:
    with unguarded(house.database, REGISTER) as connection:
        put(connection, house.ledger.head() + 1, datetime.now(UTC) + timedelta(days=2))
    house.cosign(house.sign())

    assert Trouble.TIME_AFTER_SEEN in troubles(house.verdict(policy=house.policy(witnessed=True)))


def test_threat_10_heads_that_leave_an_item_out_are_found_by_whoever_reads_all(
    house: House,
) -> None:
    hidden = record(house.ledger)
    with house.signer() as signer:
        signer._heads = HeadsMap()  # a signer that is in it too
        for stream, (version, leaf) in signer._last.items():
            if stream != hidden:
                signer._heads.set(str(stream), version, leaf)
        signer.publish()
        house.log_key = signer.keys[0]

    assert troubles(house.verdict()) == {Trouble.HEADS}


# Bundles


@pytest.fixture(scope="module")
def office(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with open_office(server, template, tmp_path_factory.mktemp("kunci")) as opened:
        yield opened


@pytest.fixture(scope="module")
def item(office: Office) -> UUID:
    return office.closed_item()


@pytest.fixture(scope="module")
def files(office: Office, item: UUID) -> Mapping[str, bytes]:
    made = office.make(item, refused_on=datetime.now(UTC).date() + timedelta(days=1)).file
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def said_of(office: Office, tmp_path: Path, files: Mapping[str, bytes]) -> bundles.Verdict:
    """What the reader's own verifier says of these files, with his own policy."""
    path, policy = tmp_path / "x.zip", tmp_path / "kebijakan.txt"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in with_manifests(files).items():
            archive.writestr(name, data)
    policy.write_text(office.policy)
    return bundles.verify(path, policy=policy, as_json=True)


def with_manifests(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The manifests made to fit, as whoever made the bag can."""
    top = next(iter(files)).split("/")[0]
    inner = {name.removeprefix(f"{top}/"): data for name, data in files.items()}

    def lines(chosen: dict[str, bytes]) -> bytes:
        return "".join(
            f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(chosen.items())
        ).encode()

    payload = {name: data for name, data in inner.items() if name.startswith("data/")}
    tags = {name: data for name, data in inner.items() if not name.startswith("data/")}
    tags["manifest-sha256.txt"] = lines(payload)
    del tags["tagmanifest-sha256.txt"]
    tags["tagmanifest-sha256.txt"] = lines(tags)
    return {f"{top}/{name}": data for name, data in {**payload, **tags}.items()}


def with_bukti(files: Mapping[str, bytes], change: Any) -> dict[str, bytes]:
    (name,) = (name for name in files if name.endswith("data/bukti.json"))
    bukti = json.loads(files[name])
    change(bukti)
    return {**files, name: json.dumps(bukti, ensure_ascii=False, indent=1).encode()}


def against(verdict: bundles.Verdict) -> set[str]:
    return {one["code"] for one in json.loads(verdict.said)["checks"] if one["outcome"] == "TIDAK"}


def test_the_bag_itself_convinces(
    office: Office, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    assert said_of(office, tmp_path, files).code == bundles.MATCH


def test_threat_9_the_last_fact_left_out_of_a_bundle_is_missed_by_the_heads_map_alone(
    office: Office, item: UUID, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    def leave_out_the_last(bukti: Any) -> None:
        ours = [one for one in bukti["entries"] if f"stream {item}" in one["record"]]
        bukti["entries"].remove(max(ours, key=lambda one: one["index"]))

    verdict = said_of(office, tmp_path, with_bukti(files, leave_out_the_last))

    assert verdict.code == bundles.MISMATCH
    assert against(verdict) == {"item.complete"}


def test_threat_11_what_was_done_outside_cannot_be_found_and_every_proof_says_so(
    office: Office, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    said = said_of(office, tmp_path, files)
    (letter,) = (data for name, data in files.items() if name.endswith("BACA.txt"))

    assert not re.search(r"\bbenar\b", json.loads(said.said)["conclusion"])
    assert "di luar register" in " ".join(letter.decode().split())
    assert any("tidak pernah dicatat" in each for each in verdict_of(office).unproven())


def verdict_of(office: Office) -> Verdict:
    with StoredLog.open(office.bureau.database, REGISTER) as stored:
        return verify_log(stored, verify=verify, policy=Policy.parse(office.policy))


def test_threat_14_what_is_closed_cannot_be_guessed_from_what_is_public(
    office: Office, item: UUID
) -> None:
    """The public sees records and hashes. With the salt a guess could be checked; it has none."""
    made = office.make(item, copy=Copy.PUBLIC).file
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("data/bukti.json"))
        bukti = json.loads(archive.read(name))
    closed = [one for one in bukti["entries"] if one["body"] is None]
    with closing(office.bureau.database.connect(REGISTER, role="auditor")) as connection:
        secrets: dict[int, str] = dict(
            connection.execute(
                "SELECT position - 1, encode(salt, 'base64') FROM log_leaf"
            ).fetchall()
        )

    assert closed
    assert all(one["salt"] is None for one in closed)
    assert not [one for one in closed if secrets[one["index"]].encode() in made]
    with (
        closing(office.bureau.database.connect(REGISTER)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT salt FROM log_leaf")


def test_threat_15_a_commitment_opens_to_one_text_only() -> None:
    """So what is disclosed is the text and its salt, never a key: a key can be made to fit."""
    closed = field_commitment(SALT, b"TIDAK DIKECUALIKAN")

    assert field_commitment(SALT, b"DIKECUALIKAN Pasal 17") != closed
    assert field_commitment(bytes(32), b"TIDAK DIKECUALIKAN") != closed


def test_threat_16_there_are_no_sealed_documents_yet_that_could_be_exchanged(
    database: Database,
) -> None:
    """Once there are, this fails, and exchanging them must be tried instead."""
    with closing(database.connect(REGISTER, role="superuser")) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace"
        ).fetchall()
    assert not [name for (name,) in tables if re.search("blob|document|wrapped|sealed", name)]


def test_threat_17_a_page_changed_in_the_pdf_is_shown_by_making_it_again(
    office: Office, item: UUID, tmp_path: Path
) -> None:
    """The evidence inside proves itself; the pages around it are proven by being reproducible."""
    made = office.make(item, form=PDF).file
    with pikepdf.open(io.BytesIO(made)) as pdf:
        page = pdf.pages[0]
        page.contents_add(pdf.make_stream(b"BT /F1 24 Tf 72 700 Td (TIDAK DIUJI) Tj ET"))
        pdf.save(tmp_path / "changed.pdf")
    changed = (tmp_path / "changed.pdf").read_bytes()
    policy = tmp_path / "kebijakan.txt"
    policy.write_text(office.policy)

    assert bundles.verify(tmp_path / "changed.pdf", policy=policy).code == bundles.MATCH
    assert office.make(item, form=PDF).file == made
    assert changed != made


def test_threat_17_evidence_exchanged_inside_the_pdf_is_refused(
    office: Office, item: UUID, tmp_path: Path
) -> None:
    made = office.make(item, form=PDF).file
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (name,) = (name for name in pdf.attachments if name.endswith("bukti.json"))
        bukti = json.loads(pdf.attachments[name].get_file().read_bytes())
        bukti["entries"] = bukti["entries"][1:]
        forged = json.dumps(bukti).encode()
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, forged, filename=name)
        pdf.save(tmp_path / "changed.pdf")
    policy = tmp_path / "kebijakan.txt"
    policy.write_text(office.policy)

    assert bundles.verify(tmp_path / "changed.pdf", policy=policy).code != bundles.MATCH


def test_threat_18_no_dossier_passes_for_a_document_signed_by_an_official(
    office: Office, item: UUID
) -> None:
    """SIDIK does not judge electronic signatures of officials yet; it must not seem to."""
    with pikepdf.open(io.BytesIO(office.make(item, form=PDF).file)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/Perms" not in pdf.Root


def test_threat_19_the_code_on_paper_holds_the_checkpoint_and_no_address(
    office: Office, item: UUID
) -> None:
    made = office.make(item)
    note = made.evidence.gathered.checkpoint.note

    checkpoint, _ = open_checkpoint(note, Policy.parse(office.policy).keys, verify)

    assert checkpoint.size == made.evidence.gathered.checkpoint.size
    assert "http" not in note
    assert qr(note) != qr(note.replace(str(checkpoint.size), str(checkpoint.size + 1), 1))


ALWAYS_RIGHT = b"import sys\nprint('SEMUA YANG DIPERIKSA COCOK')\n"


def test_threat_20_a_verifier_that_always_agrees_is_not_the_one_that_was_published(
    office: Office, item: UUID, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    (tool,) = (name for name in files if name.endswith("verifikasi.py"))
    published = sha256((ROOT / "adapters/evidence/verifikasi.py").read_bytes()).hexdigest()
    assert sha256(files[tool]).hexdigest() == published
    last = f"stream {item}"

    def forge(bukti: Any) -> None:
        bukti["entries"] = [one for one in bukti["entries"] if last not in one["record"]][:1]

    dishonest = {**with_bukti(files, forge), tool: ALWAYS_RIGHT}
    theirs = tmp_path / "theirs.py"
    theirs.write_bytes(dishonest[tool])

    said = subprocess.run([sys.executable, str(theirs)], capture_output=True, check=True).stdout
    assert b"COCOK" in said
    assert sha256(dishonest[tool]).hexdigest() != published
    assert said_of(office, tmp_path, dishonest).code != bundles.MATCH


# The paper


def named() -> dict[int, set[str]]:
    """Of each threat the tests that are named after it, in all our files."""
    found: dict[int, set[str]] = {}
    for path in Path(__file__).parent.glob("test_*.py"):
        for number, name in re.findall(r"^def (?=(test_threat_(\d+)_\w+))", path.read_text(), re.M):
            found.setdefault(int(name), set()).add(number)
    return found


def test_every_threat_has_a_test_named_after_it_and_the_paper_names_them() -> None:
    paper = PAPER.read_text(encoding="utf-8")
    told = {
        int(number): set(re.findall(r"`(test_threat_\w+)`", row))
        for number, row in re.findall(r"^\| (\d+) \|(.+)$", paper, re.MULTILINE)
    }
    ours = named()

    assert sorted(told) == sorted(ours) == list(range(1, 25))
    for number, tests in told.items():
        assert tests, f"threat {number} names no test"
        assert tests <= ours[number], f"threat {number}: {tests - ours[number]}"
