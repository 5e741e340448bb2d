"""The bundle, made from a real register: whole, the same every time, and open to any verifier."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import bagit  # type: ignore[import-untyped]
import pikepdf
import pytest

from adapters.evidence.bundle import MATCH, QUALIFIED, Copy, bukti, evidence, must_verify, verify
from adapters.evidence.handover import PDF, ZIP, Asked, hand_over, read_policy
from adapters.evidence.source import gather
from adapters.terminal import run
from domain.evidence.absence import NoEvidence
from domain.evidence.note import Checkpoint, Note, VerifierKey
from domain.evidence.policy import Log, Policy
from domain.evidence.tree import verify_inclusion
from domain.history import Stamp
from domain.item import Revised
from domain.refusal import judge
from sidik import cli
from tests.bureau import MARKER, OURS, open_bureau
from tests.logbook import ITEM, POLICY, WITNESS, Logbook
from tests.offices import Office, open_office
from tests.places import almighty, environment_of
from tests.spec import recorded
from tests.voices import PARTICULARS, PPID, PROPOSED, TESTED, UNIT, again

TODAY = datetime.now(UTC).date()  # facts are recorded by the clock of PostgreSQL
TOMORROW = TODAY + timedelta(days=1)
LONG_AGO = date(2026, 3, 1)
REVISED = Revised(particulars=PARTICULARS)
STORIES: dict[str, list[tuple[int, Any, Stamp]]] = {
    "tested": [(0, *PROPOSED), (1, *TESTED)],
    "tested after some days": [(0, *PROPOSED), (72, TESTED[0], again(PPID, "2026-03-05"))],
    "entered late": [(0, *PROPOSED), (72, *TESTED)],
    "never tested": [(0, *PROPOSED)],
    "described anew": [
        (0, *PROPOSED),
        (1, *TESTED),
        (48, REVISED, again(UNIT, "2026-03-04")),
        (48, TESTED[0], again(PPID, "2026-03-06")),
    ],
}
"""How many hours later, what, and signed by whom."""


@pytest.fixture(scope="module")
def office(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with open_office(server, template, tmp_path_factory.mktemp("kunci")) as opened:
        yield opened


@pytest.fixture(scope="module")
def item(office: Office) -> UUID:
    """Tested, determined, archived and published, and holding something closed."""
    made = office.bureau.item("upload", title="Berita acara pemeriksaan", secret=True)
    for _ in range(5):
        office.bureau.item("submit")
    office.sign()
    return made


@pytest.fixture(scope="module")
def panel(office: Office, item: UUID) -> bytes:
    return office.make(item, refused_on=TOMORROW).file


@pytest.fixture(scope="module")
def public(office: Office, item: UUID) -> bytes:
    return office.make(item, refused_on=TOMORROW, copy=Copy.PUBLIC).file


def files(bag: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bag)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def bukti_of(bag: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(bag)["data/bukti.json"])
    return found


# What a verifier says of it


@pytest.mark.parametrize("form", [ZIP, PDF])
@pytest.mark.parametrize("copy", list(Copy))
def test_any_copy_in_any_form_convinces_a_reader_with_his_own_policy(
    office: Office, item: UUID, tmp_path: Path, form: str, copy: Copy
) -> None:
    made = office.make(item, form=form, copy=copy, refused_on=TOMORROW)
    bag, policy = tmp_path / f"x{form}", tmp_path / "kebijakan.txt"
    bag.write_bytes(made.file)
    policy.write_text(office.policy)

    verdict = verify(bag, policy=policy)

    assert verdict.code == MATCH, verdict.said
    assert "SEMUA YANG DIPERIKSA COCOK" in verdict.said


@pytest.mark.parametrize(
    "refused_on", [None, LONG_AGO, date(2026, 3, 2), date(2026, 3, 10), TODAY, TOMORROW]
)
def test_the_verifier_gives_the_answer_of_the_first_page(
    office: Office, item: UUID, tmp_path: Path, refused_on: date | None
) -> None:
    made = office.make(item, refused_on=refused_on)
    bag, policy = tmp_path / "x.zip", tmp_path / "kebijakan.txt"
    bag.write_bytes(made.file)
    policy.write_text(office.policy)

    told = judge(
        made.evidence.known,
        refused_on=refused_on,
        zone="Asia/Jakarta",
        whole_at=made.evidence.whole_at,
    )
    found = json.loads(verify(bag, policy=policy, as_json=True).said)["answer"]

    assert (found["answer"], found["reason"]) == (told.answer, told.reason)


@pytest.mark.parametrize("day", [*range(1, 12)])
@pytest.mark.parametrize("story", list(STORIES), ids=list(STORIES))
def test_both_answer_alike_whatever_happened(story: str, day: int, tmp_path: Path) -> None:
    book = Logbook()
    for version, (lapse, fact, signer) in enumerate(STORIES[story], 1):
        book.pass_time(hours=lapse)
        book.record(replace(recorded(fact, signer, version), originator_id=ITEM))
        book.settle(witnessed=version % 2 == 0)
    book.pass_time(days=2)
    book.settle()
    shown = evidence(
        gather(book.open, ITEM),
        POLICY,
        copy=Copy.PANEL,
        zone="Asia/Jakarta",
        refused_on=date(2026, 3, day),
    )
    file, policy = tmp_path / "bukti.json", tmp_path / "kebijakan.txt"
    file.write_bytes(bukti(shown))
    policy.write_text(POLICY)

    found = json.loads(verify(file, policy=policy, as_json=True).said)
    told = judge(
        shown.known,
        refused_on=date(2026, 3, day),
        zone="Asia/Jakarta",
        whole_at=shown.whole_at,
    )

    assert found["conclusion"] == "match"
    assert (found["answer"]["answer"], found["answer"]["reason"]) == (told.answer, told.reason)
    assert [one["timing"] for one in found["answer"]["tests"]] == [one.timing for one in told.tests]


def test_keys_from_the_bag_itself_never_convince(panel: bytes, tmp_path: Path) -> None:
    bag = tmp_path / "x.zip"
    bag.write_bytes(panel)

    assert verify(bag).code == QUALIFIED


def test_a_checkpoint_somebody_holds_is_found_in_it(
    office: Office, item: UUID, panel: bytes, tmp_path: Path
) -> None:
    bag, policy, held = (tmp_path / name for name in ("x.zip", "kebijakan.txt", "cp.txt"))
    bag.write_bytes(panel)
    policy.write_text(office.policy)
    held.write_text(gather(office.log, item).checkpoint.note)

    assert verify(bag, policy=policy, held=[held]).code == MATCH


# The bag


def test_it_is_a_bag_as_archives_know_it(panel: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(panel)) as archive:
        archive.extractall(tmp_path)
    (top,) = tmp_path.iterdir()

    bag = bagit.Bag(str(top))

    assert bag.validate()
    assert bag.info["Source-Organization"] == "Badan Contoh"
    assert bag.version_info == (1, 0)


def test_it_holds_what_its_readme_says(panel: bytes) -> None:
    names = set(files(panel))

    assert {"data/BACA.txt", "data/bukti.json", "data/berkas-bukti.pdf"} <= names
    assert {"data/kebijakan.txt", "data/alat/verifikasi.py"} <= names
    for entry in bukti_of(panel)["entries"]:
        number = f"data/catatan/{entry['index'] + 1:010d}"
        assert files(panel)[f"{number}.txt"].decode() == entry["record"]
        assert f"{number}.tlog-proof" in names
    sizes = [int(note.split("\n")[1]) for note in bukti_of(panel)["checkpoints"]]
    assert {f"data/checkpoint/{size:010d}.txt" for size in sizes} <= names


def test_every_proof_for_other_tools_holds_by_itself(panel: bytes) -> None:
    inside = files(panel)
    proofs = [name for name in inside if name.endswith(".tlog-proof")]

    assert proofs
    for name in proofs:
        head, _, note = inside[name].decode().partition("\n\n")
        kind, index, *path = head.splitlines()
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        leaf = sha256(b"\0" + inside[name.removesuffix(".tlog-proof") + ".txt"]).digest()

        assert kind == "c2sp.org/tlog-proof@v1"
        assert verify_inclusion(
            leaf,
            int(index.removeprefix("index ")),
            checkpoint.size,
            [b64decode(line) for line in path],
            checkpoint.root,
        )


def test_the_same_log_makes_the_same_bytes(office: Office, item: UUID, panel: bytes) -> None:
    assert office.make(item, refused_on=TOMORROW).file == panel


def test_the_pdf_in_the_bag_carries_the_same_evidence(panel: bytes) -> None:
    inside = files(panel)
    with pikepdf.open(io.BytesIO(inside["data/berkas-bukti.pdf"])) as document:
        attached = document.attachments["bukti.json"].get_file().read_bytes()

    assert attached == inside["data/bukti.json"]


# Two copies


def test_both_copies_prove_the_same(panel: bytes, public: bytes) -> None:
    one, other = bukti_of(panel), bukti_of(public)

    for name in ("origin", "policy", "checkpoints", "consistency", "heads", "question"):
        assert one[name] == other[name]
    for mine, theirs in zip(one["entries"], other["entries"], strict=True):
        for name in ("index", "record", "path"):
            assert mine[name] == theirs[name]


def test_nothing_closed_leaves_in_a_public_copy(panel: bytes, public: bytes) -> None:
    def said(bag: bytes) -> str:
        entries = bukti_of(bag)["entries"]
        return "".join(b64decode(e["body"]).decode() for e in entries if e["body"])

    assert MARKER in said(panel)
    assert "Rak 3" in said(panel)
    assert MARKER not in said(public)
    assert "Rak 3" not in said(public)
    hidden = [entry for entry in bukti_of(public)["entries"] if entry["body"] is None]
    assert [entry["salt"] for entry in hidden] == [None] * len(hidden)
    assert ["topic item.submitted" in e["record"] for e in hidden] == [True, False]


def test_a_salt_that_is_withheld_is_nowhere_in_the_copy(panel: bytes, public: bytes) -> None:
    everything = b"".join(files(public).values())
    for mine, theirs in zip(bukti_of(panel)["entries"], bukti_of(public)["entries"], strict=True):
        if theirs["salt"] is None:
            assert mine["salt"].encode() not in everything


# As known on a day


def test_as_known_before_a_day_later_contents_stay_closed_and_everything_stays_complete(
    office: Office, item: UUID
) -> None:
    made = office.make(item, known_on=TODAY, refused_on=TOMORROW)

    assert made.evidence.later == 0
    with pytest.raises(NoEvidence, match="belum ada catatan"):
        office.make(item, known_on=LONG_AGO)


# What is not covered yet


def test_what_the_signer_has_not_seen_is_waited_for_and_then_said(office: Office) -> None:
    fresh = office.bureau.item("test")
    asked: list[int] = []

    def again(position: int) -> bool:
        asked.append(position)
        if len(asked) == 2:
            office.sign()
        return len(asked) < 3

    made = hand_over(office.bureau.register, Asked(item=fresh), office.policy, again)

    last = made.evidence.gathered.entries[-1].row.position
    assert asked == [last, last]
    assert made.evidence.gathered.is_complete


def test_an_item_that_no_checkpoint_covers_has_no_evidence_yet(office: Office) -> None:
    fresh = office.bureau.item("submit")

    with pytest.raises(NoEvidence, match="belum tercakup checkpoint"):
        office.make(fresh)


def test_facts_after_the_last_checkpoint_are_left_out_and_said_to_be(office: Office) -> None:
    half = office.bureau.item("submit")
    office.sign()
    office.bureau.desk("made", "ppid-pembantu").on_item("withdraw", half, reason="Keliru.")

    made = office.make(half)

    assert len(made.evidence.uncovered) == 1
    assert [e["record"].split("\n")[7] for e in bukti_of(made.file)["entries"]][:1] == [
        "topic item.submitted"
    ]


# A log that went on


def test_it_convinces_across_a_change_of_keys_and_of_the_log_s_name(
    server: str, template: str, tmp_path: Path
) -> None:
    with open_bureau(server, template) as bureau:
        office = Office(bureau, tmp_path / "kunci")
        item = bureau.item("submit")
        office.sign()
        with office.signer() as signer:
            signer.open()
            signer.rotate()
            signer.retire()
        bureau.item("submit")
        office.sign()
        with office.signer() as signer:
            signer.go_on("Pemulihan.")
        bureau.desk("sri", "ppid-utama").on_item("test_consequence", item, test=TESTED[0].test)
        office.sign()

        made = office.make(item, refused_on=LONG_AGO)

        found = bukti_of(made.file)
        assert [one["origin"][-2:] for one in found["predecessors"]] == ["/1"]
        assert found["origin"].endswith("/log/2")
        assert {entry["record"].split("\n")[1][-2:] for entry in found["entries"]} == {"/1", "/2"}
        bag, policy = tmp_path / "x.zip", tmp_path / "kebijakan.txt"
        bag.write_bytes(made.file)
        policy.write_text(office.policy)
        verdict = verify(bag, policy=policy)
        assert verdict.code == MATCH, verdict.said


def test_a_life_of_many_tests_keeps_to_what_a_verifier_takes(tmp_path: Path) -> None:
    book = Logbook()
    for version in range(1, 130):
        fact, signer = PROPOSED if version == 1 else TESTED
        book.record(replace(recorded(fact, signer, version), originator_id=ITEM))
        book.settle()
    shown = evidence(gather(book.open, ITEM), POLICY, copy=Copy.PANEL, zone="Asia/Jakarta")
    file, policy = tmp_path / "bukti.json", tmp_path / "kebijakan.txt"
    file.write_bytes(bukti(shown))
    policy.write_text(POLICY)

    assert len(shown.gathered.checkpoints) < 200
    assert verify(file, policy=policy).code == MATCH


# What must not be handed out


def test_a_fact_that_was_changed_is_named_and_nothing_is_made(office: Office) -> None:
    victim = office.bureau.item("approve")
    office.sign()
    position = gather(office.log, victim).entries[1].row.position
    with almighty(office.bureau.database, OURS) as attacker:
        attacker.execute("ALTER TABLE ledger_events DISABLE TRIGGER USER")
        original = attacker.execute(
            "SELECT state FROM ledger_events WHERE notification_id = %s", (position,)
        ).fetchall()[0][0]
        attacker.execute(
            "UPDATE ledger_events SET state = %s WHERE notification_id = %s",
            (original.replace(b"saksi", b"SAKSI"), position),
        )
        try:
            with pytest.raises(NoEvidence, match=f"Catatan nomor {position} tidak lagi sama"):
                office.make(victim)
        finally:
            attacker.execute(
                "UPDATE ledger_events SET state = %s WHERE notification_id = %s",
                (original, position),
            )
            attacker.execute("ALTER TABLE ledger_events ENABLE TRIGGER USER")


def test_a_log_with_a_leaf_missing_makes_nothing(office: Office, item: UUID) -> None:
    position = gather(office.log, item).entries[0].row.position - 1  # of another history
    with almighty(office.bureau.database, OURS) as attacker:
        attacker.execute("ALTER TABLE log_leaf DISABLE TRIGGER USER")
        taken = attacker.execute(
            "DELETE FROM log_leaf WHERE position = %s RETURNING *", (position,)
        ).fetchone()
        assert taken is not None
        try:
            with pytest.raises(NoEvidence, match="Log tidak utuh"):
                office.make(item)
        finally:
            attacker.execute("INSERT INTO log_leaf VALUES (%s, %s, %s)", taken)
            attacker.execute("ALTER TABLE log_leaf ENABLE TRIGGER USER")


def test_what_our_own_verifier_refuses_does_not_leave(panel: bytes, office: Office) -> None:
    spoiled = io.BytesIO()
    with zipfile.ZipFile(spoiled, "w") as archive:
        for name, content in files(panel).items():
            if name == "data/bukti.json":
                content = content.replace(b'"version": ', b'"version": 1')
            archive.writestr(f"x/{name}", content)

    with pytest.raises(NoEvidence, match="tidak lolos verifikator sendiri"):
        must_verify(spoiled.getvalue(), ZIP, office.policy)


def test_a_policy_of_another_log_makes_nothing(office: Office, item: UUID) -> None:
    key = VerifierKey("sidik/lain-00000000/log/1", 1, WITNESS.vkey.public_key)
    stranger = str(Policy((Log(key),), (), (), "none"))

    with pytest.raises(NoEvidence, match="tidak dapat dipercaya"):
        hand_over(office.bureau.register, Asked(item=item), stranger)


def test_there_is_no_evidence_of_what_does_not_exist(office: Office, item: UUID) -> None:
    unknown = uuid4()

    with pytest.raises(NoEvidence, match=f"Tidak ada catatan tentang butir {unknown}"):
        office.make(unknown)


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff\xfe", "bukan teks UTF-8"), (b"x" * 300_000, "terlalu besar")]
)
def test_a_policy_file_that_cannot_be_one_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "p.txt").write_bytes(content)

    with pytest.raises(NoEvidence, match=said):
        read_policy(tmp_path / "p.txt")


# From the command line


@dataclass
class Said:
    code: int
    out: str
    err: str


Sidik = Callable[..., Said]


@pytest.fixture
def sidik(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sidik:
    for name, value in environment_of(office.bureau.database.access.app).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("adapters.commands.bundle.SIGNER_SECONDS", 0.1)

    def command(*arguments: str) -> Said:
        code = run(cli, arguments, "sidik")
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return command


def test_the_keeper_makes_a_bundle_and_anybody_checks_it(
    sidik: Sidik, office: Office, item: UUID, tmp_path: Path
) -> None:
    bag, policy = tmp_path / "bukti.zip", tmp_path / "kebijakan.txt"
    policy.write_text(office.policy)
    asked = ("--refused-on", LONG_AGO.isoformat(), "--policy", str(policy), "--body", OURS)

    made = sidik("bundle", str(item), "-o", str(bag), *asked)
    checked = sidik("verify", "--bundle", str(bag), "--policy", str(policy))

    assert made.code == 0, made.err
    assert "Uji sebelum penolakan: Tidak. " in made.out
    assert checked.code == 0
    assert "SEMUA YANG DIPERIKSA COCOK" in checked.out


def test_only_its_owner_may_read_a_copy_for_the_panel(
    sidik: Sidik, item: UUID, tmp_path: Path
) -> None:
    panel, public = tmp_path / "majelis.pdf", tmp_path / "umum.pdf"

    sidik("bundle", str(item), "-o", str(panel), "--body", OURS)
    sidik("bundle", str(item), "-o", str(public), "--body", OURS, "--public")

    assert panel.stat().st_mode & 0o077 == 0
    assert public.stat().st_mode & 0o044 == 0o044
    assert MARKER.encode() not in public.read_bytes()
    assert {*tmp_path.iterdir()} == {panel, public}


def test_that_closed_contents_were_taken_out_is_noted(
    sidik: Sidik, office: Office, item: UUID, tmp_path: Path
) -> None:
    before = len(office.bureau.register.readings.page(subject_id=item))

    sidik("bundle", str(item), "-o", str(tmp_path / "a.pdf"), "--body", OURS, "--public")
    assert len(office.bureau.register.readings.page(subject_id=item)) == before
    sidik("bundle", str(item), "-o", str(tmp_path / "b.pdf"), "--body", OURS)

    noted = office.bureau.register.readings.page(subject_id=item)
    assert len(noted) == before + 1
    assert noted[0]["what"] == "closed"


def test_keys_the_log_has_announced_are_the_policy_where_none_is_given(
    sidik: Sidik, office: Office, item: UUID, tmp_path: Path
) -> None:
    bag = tmp_path / "bukti.zip"

    answer = json.loads(sidik("bundle", str(item), "-o", str(bag), "--body", OURS, "--json").out)

    assert answer["answer"] == "tidak-dapat-dipastikan"  # no day was given
    assert answer["sha256"] == sha256(bag.read_bytes()).hexdigest()
    assert files(bag.read_bytes())["data/kebijakan.txt"].startswith(b"log sidik/uji-")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("{item}", "-o", "x.docx"), "harus berakhir dengan .zip, .pdf."),
        (("{item}", "-o", "tiada/x.zip"), "tidak ada."),
        (("{item}", "-o", "."), "harus berakhir dengan"),
        (("zzz", "-o", "x.zip"), "bukan id butir"),
        (("00000000-0000-4000-8000-000000000099", "-o", "x.zip"), "Tidak ada butir dengan id"),
        (("{item}", "-o", "x.zip", "--refused-on", "2999-01-01"), "belum tiba."),
        (("{item}", "-o", "x.zip", "--known-on", "2999-01-01"), "belum tiba."),
        (("{item}", "-o", "x.zip", "--refused-on", "kemarin"), "bukan tanggal"),
        (("{item}", "-o", "x.zip", "--known-on", "2026-03-01"), "belum ada catatan"),
        (("{item}", "-o", "x.zip", "--policy", "tiada.txt"), "tidak dapat dibuka."),
        (("{item}",), "harus disebut."),
    ],
    ids=lambda given: " ".join(given[1:3]) if isinstance(given, tuple) else "",
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    sidik: Sidik,
    item: UUID,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    refused = sidik("bundle", *(a.format(item=item) for a in arguments), "--body", OURS)

    assert refused.code == 2
    assert said in refused.err
    assert len(refused.err.splitlines()) == 1 or "--help" in refused.err
    assert refused.out == ""
    assert list(tmp_path.iterdir()) == []


def test_what_no_signer_covers_is_waited_for_and_then_refused(
    sidik: Sidik, office: Office, tmp_path: Path
) -> None:
    fresh = office.bureau.item("submit")

    refused = sidik("bundle", str(fresh), "-o", str(tmp_path / "x.zip"), "--body", OURS)

    assert refused.code == 2
    assert "belum tercakup checkpoint" in refused.err


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "DITOLAK"), (b"PK\x03\x04rusak", "DITOLAK"), (b"{}", "DITOLAK"), (None, "DITOLAK")],
)
def test_what_is_no_bundle_is_refused_and_never_believed(
    sidik: Sidik, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "x.zip"
    if content is not None:
        file.write_bytes(content)

    found = sidik("verify", "--bundle", str(file))

    assert found.code == 2
    assert said in found.out
    assert "COCOK" not in found.out


def test_a_day_of_refusal_is_for_bundles_alone(sidik: Sidik) -> None:
    refused = sidik("verify", "--refused-on", "2026-03-02")

    assert refused.code == 2
    assert "--bundle" in refused.err
