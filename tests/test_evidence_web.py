"""What people see of evidence in the web: the public page, tiles, receipts, bundles, the auditor.

The log is that of a real register, signed by the signer itself.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.database import Database
from adapters.evidence.bundle import VERIFIER
from adapters.evidence.keys import verify
from adapters.evidence.room import AT_ONCE_MAX, AT_ONCE_OF_ALL_MAX, KEPT_MAX
from domain.evidence.encoding import from_base64
from domain.evidence.note import (
    COSIGNATURE,
    Checkpoint,
    Note,
    VerifierKey,
    cosignature_line,
    open_checkpoint,
)
from domain.evidence.policy import Policy, Witness
from domain.evidence.proof import Proof
from domain.evidence.record import leaf, parse
from domain.evidence.tiles import Tile, tiles_of
from domain.evidence.tree import root, verify_inclusion
from domain.officer import Role
from tests.bureau import MARKER, NOW, OURS, Browser, Bureau, open_bureau
from tests.places import almighty
from tests.test_authorisation import appoint, right

READY_SECONDS_MAX = 120
PUBLIC = "/publik/uji/bukti"
TITLE = "Berita acara yang diumumkan"
CLOSED_TITLE = "Berita acara yang dirahasiakan"
WHO = "saksi.ki.example/1"


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    """A body with an item that is announced, another with closed parts, and its log signed."""
    with open_bureau(server, template) as opened:
        appoint(opened, "dewi", right(Role.AUDITOR, "dinkes"))
        opened.item("upload", title=TITLE)
        opened.item("issue", title=CLOSED_TITLE, secret=True)
        opened.sign()
        yield opened


@pytest.fixture(scope="module")
def items(bureau: Bureau) -> dict[str, UUID]:
    return {row["title"]: row["id"] for row in bureau.register.views.list()}


def checkpoint(bureau: Bureau) -> tuple[str, Checkpoint]:
    note = bureau.browser().get(f"{PUBLIC}/log/checkpoint").text
    return note, Checkpoint.parse(Note.parse(note).text)


def policy(bureau: Bureau) -> str:
    return bureau.browser().get(f"{PUBLIC}/log/kebijakan.txt").text


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


# The public page


def test_a_log_that_is_not_signed_yet_says_so_and_offers_nothing(bureau: Bureau) -> None:
    anyone = bureau.browser()
    page = anyone.get("/publik/lain/bukti")

    assert page.status_code == 200
    assert "belum ditandatangani" in page.text
    assert "Kunci log belum dicatat" in page.text
    for place in ("checkpoint", "kebijakan.txt", "tile/0/000.p/1"):
        answer = anyone.get(f"/publik/lain/bukti/log/{place}")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_anybody_reads_the_checkpoint_its_key_and_how_to_check(bureau: Bureau) -> None:
    note, signed = checkpoint(bureau)
    page = bureau.browser().get(PUBLIC).text
    key = Policy.parse(policy(bureau)).logs[0].key

    open_checkpoint(note, [key], verify)
    assert f"mencakup {signed.size} catatan" in page
    assert str(key) in page.replace("&#43;", "+")
    assert sha256(str(key).encode()).hexdigest() in page.replace(" ", "")
    assert "Jangan percaya kunci dari halaman ini saja" in page
    assert "tidak diubah sejak dicatat" in page
    assert "Bahwa isi catatan benar" in page
    assert "<svg" in page


def test_what_is_closed_or_not_announced_is_not_hinted_at(bureau: Bureau) -> None:
    anyone = bureau.browser()
    said = [anyone.get(PUBLIC), anyone.get(f"{PUBLIC}/log/tile/0/000.p/9")]

    for answer in said:
        assert MARKER not in answer.data.decode("latin-1")
        assert CLOSED_TITLE not in answer.data.decode("latin-1")


def test_verifiers_are_handed_out_as_files_with_the_hash_the_page_names(bureau: Bureau) -> None:
    anyone = bureau.browser()
    page = anyone.get(PUBLIC).text.replace(" ", "")

    for name in ("verifikasi.py", "verifikasi.html"):
        answer = anyone.get(f"{PUBLIC}/alat/{name}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.data == VERIFIER.with_name(name).read_bytes()
        assert sha256(answer.data).hexdigest() in page
    for name in ("bundle.py", "..%2fkeys.py", "verifikasi.exe"):
        assert anyone.get(f"{PUBLIC}/alat/{name}").status_code == 404


@contextmanager
def witnessed(bureau: Bureau, *, known: bool) -> Iterator[None]:
    """The newest checkpoint cosigned by somebody whom the policy knows, or not."""
    key = Ed25519PrivateKey.generate()
    who = VerifierKey(WHO, COSIGNATURE, key.public_key().public_bytes_raw())
    note, signed = checkpoint(bureau)
    line = cosignature_line(who, Note.parse(note).text, int(NOW.timestamp()) + 60, key.sign)
    with almighty(bureau.database, OURS) as connection:
        connection.execute(
            "INSERT INTO log_cosignature VALUES (%s, %s, %s, %s, %s)",
            (signed.size, signed.origin, WHO, line, NOW),
        )
    outside = Policy((), (Witness("ki", who),), (), "ki") if known else None
    before = bureau.register
    bureau.register = replace(before, outside=outside)
    bureau.app = bureau.serve()
    yield
    bureau.register = before
    bureau.app = bureau.serve()
    with almighty(bureau.database, OURS) as connection:
        connection.execute("ALTER TABLE log_cosignature DISABLE TRIGGER USER")
        connection.execute("DELETE FROM log_cosignature")
        connection.execute(
            "ALTER TABLE log_cosignature ENABLE ALWAYS TRIGGER log_cosignature_is_append_only"
        )


def test_witnesses_are_named_and_their_absence_is_owned_up_to(bureau: Bureau) -> None:
    before = bureau.browser().get(PUBLIC)
    assert "belum pernah dilihat saksi mana pun" in before.text

    with witnessed(bureau, known=True):
        page = bureau.browser().get(PUBLIC, headers={"If-None-Match": before.headers["ETag"]})
        assert page.status_code == 200
        assert f"Dilihat saksi {WHO} pada 2 Maret 2026 pukul 08.31 WIB" in page.text
        assert "belum diperiksa" not in page.text
        assert WHO in bureau.browser().get(f"{PUBLIC}/log/checkpoint").text


def test_a_witness_nobody_here_knows_is_shown_as_not_checked(bureau: Bureau) -> None:
    with witnessed(bureau, known=False):
        assert "tanda tangannya belum diperiksa di sini" in bureau.browser().get(PUBLIC).text


# Tiles


def test_the_tree_can_be_rebuilt_from_its_tiles(bureau: Bureau) -> None:
    _note, signed = checkpoint(bureau)
    anyone, hashes = bureau.browser(), {}
    for tile in tiles_of(signed.size):
        answer = anyone.get(f"{PUBLIC}/log/{tile.path}")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert len(answer.data) == 32 * tile.width
        hashes[tile.level, tile.number] = answer.data

    def node(level: int, index: int) -> bytes:
        from domain.evidence.tree import subtree_root  # noqa: PLC0415

        first, width = index << level, 1 << level
        leaves = hashes[0, first // 256]
        within = first % 256
        return subtree_root([leaves[32 * n : 32 * (n + 1)] for n in range(within, within + width)])

    assert signed.size < 256
    assert root(signed.size, node) == signed.root


def test_only_what_a_signed_checkpoint_covers_is_handed_out(bureau: Bureau) -> None:
    _note, signed = checkpoint(bureau)
    anyone = bureau.browser()
    bureau.item()

    wider = Tile(0, 0, signed.size + 1).path
    assert anyone.get(f"{PUBLIC}/log/{wider}").status_code == 404
    bureau.sign()
    answer = anyone.get(f"{PUBLIC}/log/{wider}")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_full_tile_may_be_kept_for_ever_and_a_checkpoint_for_seconds(bureau: Bureau) -> None:
    anyone = bureau.browser()
    while checkpoint(bureau)[1].size < 257:
        for _ in range(12):
            bureau.item("issue")
        bureau.sign()

    full, above = (anyone.get(f"{PUBLIC}/log/tile/{at}") for at in ("0/000", "1/000.p/1"))
    assert full.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(above.data) == 32
    from domain.evidence.tree import subtree_root  # noqa: PLC0415

    leaves = [full.data[32 * n : 32 * (n + 1)] for n in range(256)]
    assert subtree_root(leaves) == above.data
    assert anyone.get(f"{PUBLIC}/log/checkpoint").headers["Cache-Control"] == "public, max-age=5"


def test_a_checkpoint_is_known_by_its_own_mark_and_by_no_date(bureau: Bureau) -> None:
    anyone, address = bureau.browser(), f"{PUBLIC}/log/checkpoint"
    bureau.sign()
    known = anyone.get(address)
    by_mark = {"If-None-Match": known.headers["ETag"]}
    by_date = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}

    assert "Last-Modified" not in known.headers
    assert anyone.get(address, headers=by_mark).status_code == 304
    assert anyone.get(address, headers=by_date).status_code == 200
    bureau.item()
    bureau.sign()
    assert anyone.get(address, headers=by_mark).status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/0",
        "0/x000/000",
        "00/000",
        "64/000",
        "0/999",
        "0/x999/x999/x999/x999/x999/999",
        "9/000.p/1",
        "entries/000",
        "0/-01",
        "0/000.p/1/",
        "../checkpoint",
        "0/00٠",
    ],
)
def test_an_address_that_is_no_tile_leads_nowhere(bureau: Bureau, place: str) -> None:
    answer = bureau.browser().get(f"{PUBLIC}/log/tile/{place}")

    assert answer.status_code in (404, 308)


# Receipts


def test_an_act_leads_to_a_receipt_that_waits_for_its_signature_and_then_proves(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    sri = bureau.browser("sri", "ppid-utama")
    item = f"/uji/butir/{items[TITLE]}"
    held = {"kind": "audit", "reference": "LHP 9", "reason": "Diperiksa"}
    done = sri.submit(f"{item}/tindakan/hold", held)
    flash = sri.get(done.location).text
    address = re.search(r'href="(/uji/tanda-terima/\d+)"', flash)
    assert address is not None, flash

    waiting = sri.get(address[1]).text
    assert "menunggu tanda tangan" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    assert sri.get(f"{address[1]}/bukti.tlog-proof").status_code == 404
    assert sri.get(f"{address[1]}/checkpoint.txt").status_code == 404
    record = sri.get(f"{address[1]}/catatan.txt")
    assert parse(record.data).topic == "item.held"

    bureau.sign()
    covered = sri.get(address[1]).text
    assert "Tercakup checkpoint bertanda tangan" in covered
    assert "http-equiv" not in covered
    proof = sri.get(f"{address[1]}/bukti.tlog-proof")
    assert proof.headers["Content-Disposition"].endswith('.tlog-proof"')
    given = Proof.parse(proof.data)
    known = [each.key for each in Policy.parse(policy(bureau)).logs]
    signed, _opened = open_checkpoint(given.checkpoint, known, verify)
    assert sri.get(f"{address[1]}/checkpoint.txt").text == given.checkpoint
    assert verify_inclusion(leaf(record.data), given.index, signed.size, given.path, signed.root)


def test_a_receipt_is_for_whoever_may_see_its_fact(bureau: Bureau, items: dict[str, UUID]) -> None:
    last = bureau.register.views.history_of(items[CLOSED_TITLE])[0]["position"]
    address = f"/uji/tanda-terima/{last}"

    for login in ("sri", "agus", "made", "ani"):
        answer = bureau.browser(login).get(address)
        assert answer.status_code == 200
        assert MARKER not in answer.text
    assert bureau.browser("dewi").get(address).status_code == 404
    assert bureau.browser("dewi").get(f"{address}/catatan.txt").status_code == 404
    assert bureau.browser("luh").get(address).status_code == 404
    assert bureau.browser().get(address).status_code == 302


def test_there_is_no_receipt_for_what_is_not_there_or_is_the_logs_own(bureau: Bureau) -> None:
    sri = bureau.browser("sri")
    with bureau.database.connect(OURS) as connection:
        ((own,),) = connection.execute(
            "SELECT max(notification_id) FROM ledger_events WHERE topic = 'log.heads'"
        ).fetchall()

    for position in (0, own, 10**6, 2**63 - 1, 2**63, 10**40):
        assert sri.get(f"/uji/tanda-terima/{position}").status_code == 404
    assert sri.get("/uji/tanda-terima/-1").status_code == 404
    assert sri.get("/uji/tanda-terima/1/bukti.txt").status_code == 404


def test_every_fact_of_the_register_has_a_receipt_whatever_it_is_about(bureau: Bureau) -> None:
    bureau.sign()
    sri = bureau.browser("sri")
    with bureau.database.connect(OURS) as connection:
        topics = connection.execute(
            "SELECT DISTINCT ON (topic) notification_id, topic FROM ledger_events"
        ).fetchall()

    assert len(topics) > 15
    for position, topic in topics:
        answer = sri.get(f"/uji/tanda-terima/{position}")
        if topic.startswith("log."):
            assert answer.status_code == 404
        else:
            assert "Tercakup checkpoint" in answer.text, topic
            assert MARKER not in answer.text


def test_a_fact_that_was_changed_since_gets_no_receipt(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    last = bureau.register.views.history_of(items[CLOSED_TITLE])[0]["position"]
    with altered(bureau.database, last):
        page = bureau.browser("sri").get(f"/uji/tanda-terima/{last}")
        assert page.status_code == 200
        assert "tidak dapat diberikan" in page.text
        assert "tidak lagi sama dengan yang dicatat" in page.text
        api = bureau.caller("sri", "ppid-utama").get(f"/receipts/{last}")
        assert api.status_code == 404
        assert "tidak lagi sama" in api.json["detail"]
    assert "Tercakup" in bureau.browser("sri").get(f"/uji/tanda-terima/{last}").text


@contextmanager
def altered(database: Database, position: int) -> Iterator[None]:
    """Somebody with all power has changed a fact; afterwards it is as it was."""
    with almighty(database, OURS) as connection:
        connection.execute("ALTER TABLE ledger_events DISABLE TRIGGER USER")
        change = "UPDATE ledger_events SET state = %s WHERE notification_id = %s"
        ((state,),) = connection.execute(
            "SELECT state FROM ledger_events WHERE notification_id = %s", (position,)
        ).fetchall()
        connection.execute(change, (state + b" ", position))
        yield
        connection.execute(change, (state, position))
        connection.execute("ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_is_append_only")
        connection.execute("ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_to_log")


def test_the_api_gives_the_same_receipt(bureau: Bureau, items: dict[str, UUID]) -> None:
    last = bureau.register.views.history_of(items[CLOSED_TITLE])[0]["position"]
    given = bureau.caller("agus", "auditor").get(f"/receipts/{last}").json

    assert given["record"].encode() == (
        bureau.browser("agus").get(f"/uji/tanda-terima/{last}/catatan.txt").data
    )
    assert from_base64(given["leaf"], "daun") == leaf(given["record"].encode())
    assert Proof.parse(given["proof"]).index == last - 1
    assert bureau.caller("dewi", "auditor").get(f"/receipts/{last}").status_code == 404


def test_an_act_over_the_api_tells_the_number_of_its_receipt(bureau: Bureau) -> None:
    made = bureau.item()
    caller = bureau.caller("sri", "ppid-utama")
    given = {"kind": "audit", "reference": "LHP 10", "reason": "Diperiksa"}
    answer = caller.post(f"/items/{made}/acts/hold", given, If_Match='"1"')

    assert answer.status_code == 200, answer.json
    assert caller.get(f"/receipts/{answer.json['position']}").json["subject"] == str(made)


# Bundles


def finished(browser: Browser, address: str) -> str:
    until = time.monotonic() + READY_SECONDS_MAX
    while "sedang dibuat" in (page := browser.get(address).text):
        assert time.monotonic() < until
        time.sleep(0.2)
    return page


def bundle(browser: Browser, item: UUID, **typed: str) -> bytes:
    """Ask for a bundle, wait for it, and fetch it."""
    begun = browser.submit(f"/uji/butir/{item}/bukti", typed)
    assert begun.status_code == 303, words_of(begun.text)
    page = finished(browser, begun.location)
    assert "lolos verifikator" in page, words_of(page)
    answer = browser.get(f"{begun.location}/berkas")
    file: bytes = answer.data
    assert sha256(file).hexdigest() in page
    return file


def verified(bureau: Bureau, file: bytes, ending: str, folder: Path, *more: str) -> str:
    """What the stand-alone verifier says by the policy that was fetched from the public page."""
    (folder / f"berkas{ending}").write_bytes(file)
    (folder / "kebijakan.txt").write_text(policy(bureau))
    ran = subprocess.run(
        [sys.executable, "-I", VERIFIER, f"berkas{ending}", "--kebijakan", "kebijakan.txt", *more],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 3), ran.stdout + ran.stderr
    return ran.stdout


def everything_in(file: bytes) -> str:
    """All that a bag shows, contents of facts included."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        names = [n for n in archive.namelist() if not n.endswith(".pdf") and "/alat/" not in n]
        text = "\n".join(archive.read(name).decode() for name in names)
        proofs = next(name for name in names if name.endswith("bukti.json"))
        bodies = [entry["body"] for entry in json.loads(archive.read(proofs))["entries"]]
    return text + "\n".join(b64decode(body).decode() for body in bodies if body)


def test_an_auditor_takes_a_public_copy_that_an_outsider_can_check(
    bureau: Bureau, items: dict[str, UUID], tmp_path: Path
) -> None:
    file = bundle(bureau.browser("agus"), items[CLOSED_TITLE], copy="umum", form="zip")

    verified(bureau, file, ".zip", tmp_path)
    assert MARKER not in everything_in(file)
    assert str(items[CLOSED_TITLE]) in everything_in(file)


def test_the_checkpoint_of_a_receipt_is_one_that_a_verifier_takes_as_held(
    bureau: Bureau, items: dict[str, UUID], tmp_path: Path
) -> None:
    agus = bureau.browser("agus")
    last = bureau.register.views.history_of(items[TITLE])[0]["position"]
    (tmp_path / "cp.txt").write_bytes(agus.get(f"/uji/tanda-terima/{last}/checkpoint.txt").data)
    bureau.item()
    bureau.sign()

    file = bundle(agus, items[TITLE], copy="umum", basis="Dipegang")
    said = verified(bureau, file, ".zip", tmp_path, "--cp", "cp.txt")
    assert re.search(r"Checkpoint ke-1 yang Anda pegang", said)


def test_a_panel_copy_needs_a_proof_a_case_and_is_noted(
    bureau: Bureau, items: dict[str, UUID], tmp_path: Path
) -> None:
    sri, address = bureau.browser("sri", "ppid-utama"), f"/uji/butir/{items[CLOSED_TITLE]}/bukti"
    hidden = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', sri.get(address).text))
    case = {"copy": "majelis", "form": "pdf", "basis": "Sengketa 7/2026"}
    asked = sri.client.post(address, data={**hidden, **case})
    assert 'id="langkah-bukti"' in asked.text  # who are you?
    assert "Sengketa 7/2026" in asked.text  # nothing typed is lost

    file = bundle(sri, items[CLOSED_TITLE], **{**case, "form": "zip", "refused_on": "2026-03-02"})
    verified(bureau, file, ".zip", tmp_path)
    assert MARKER in everything_in(file)

    noted = bureau.register.readings.page(what="closed", subject_id=items[CLOSED_TITLE], limit=2)
    assert [row["by_id"] for row in noted] == ["sri", "sri"]
    assert noted[0]["detail"].startswith("unduh=majelis&sha256=")
    assert "dasar=Sengketa" in noted[1]["detail"]
    assert "ditolak=2026-03-02" in noted[1]["detail"]
    shown = bureau.browser("ani").get("/uji/jejak/akses?apa=closed").text
    assert "dasar: Sengketa 7/2026" in shown


def test_a_pdf_carries_the_same_proofs(
    bureau: Bureau, items: dict[str, UUID], tmp_path: Path
) -> None:
    file = bundle(bureau.browser("wayan"), items[TITLE], copy="umum", form="pdf")

    assert file.startswith(b"%PDF-")
    verified(bureau, file, ".pdf", tmp_path)


WRONG = {
    "copy": ({"copy": "lain"}, "copy", "Pilih salah satu"),
    "form": ({"form": "docx"}, "form", "Pilih salah satu"),
    "day": ({"refused_on": "kemarin", "basis": "S"}, "refused_on", "seperti 2026-03-02"),
    "no such day": ({"refused_on": "2026-02-30", "basis": "S"}, "refused_on", "2026-03-02"),
    "to come": ({"refused_on": "2026-03-03", "basis": "S"}, "refused_on", "belum tiba"),
    "no letter": ({"refused_on": "2026-03-01"}, "basis", "menyebut tanggal penolakan"),
    "no case": ({"copy": "majelis"}, "basis", "perkara atau surat yang memintanya"),
    "too long": ({"basis": "x" * 500}, "basis", "Paling panjang"),
    "unseen": ({"basis": "a\u202eb"}, "basis", "karakter kendali"),
    "known later": ({"known_on": "2026-03-09"}, "known_on", "belum tiba"),
    "known earlier": ({"known_on": "1999-01-01"}, "known_on", "belum ada catatan"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_beside_its_entry_and_what_was_typed_stays(
    bureau: Bureau, items: dict[str, UUID], case: str
) -> None:
    typed, name, said = WRONG[case]
    answer = bureau.browser("sri", "ppid-utama").submit(f"/uji/butir/{items[TITLE]}/bukti", typed)

    assert answer.status_code == 422
    beside = re.search(rf'id="isian-{name}-salah">(.*?)</div>', answer.text, re.DOTALL)
    assert beside is not None, words_of(answer.text)
    assert said in beside[1]
    for entry, value in typed.items():
        if entry not in ("copy", "form"):
            assert value in answer.text


@pytest.mark.parametrize("login", ["agus", "budi", "ani"])
def test_who_may_not_know_what_is_closed_gets_no_panel_copy(
    bureau: Bureau, items: dict[str, UUID], login: str
) -> None:
    address = f"/uji/butir/{items[CLOSED_TITLE]}/bukti"
    browser = bureau.browser(login)
    assert 'value="majelis"' not in browser.get(address).text
    answer = browser.submit(address, {"copy": "majelis", "basis": "Sengketa 7/2026"})

    assert answer.status_code == 422
    assert "tidak berwenang mengetahui isi yang tertutup" in answer.text


def test_a_bundle_is_for_him_alone_who_asked_and_for_an_hour(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    sri, address = bureau.browser("sri", "ppid-utama"), f"/uji/butir/{items[TITLE]}/bukti"
    made = sri.submit(address, {"copy": "umum", "basis": "Untuk saya saja"}).location
    finished(sri, made)

    for login in ("wayan", "agus", "dewi"):
        assert bureau.browser(login).get(made).status_code == 404
        assert bureau.browser(login).get(f"{made}/berkas").status_code == 404
    other = made.replace(str(items[TITLE]), str(items[CLOSED_TITLE]))
    assert sri.get(other).status_code == 404
    assert sri.submit(address, {"copy": "umum", "basis": "Untuk saya saja"}).location == made
    bureau.clock.at = NOW + timedelta(minutes=61)
    try:
        later = bureau.browser("sri", "ppid-utama")  # the session of before is over, too
        assert later.get(f"{made}/berkas").status_code == 404
    finally:
        bureau.clock.at = NOW


def test_nobody_waits_in_line_while_a_bundle_is_made(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    agus = bureau.browser("agus")
    with bureau.register.evidence._turn:  # somebody else's is being set in type
        begun = agus.submit(f"/uji/butir/{items[TITLE]}/bukti", {"basis": "Antre"})
        page = agus.get(begun.location).text
    assert "Bundel sedang dibuat" in page
    assert '<meta http-equiv="refresh"' in page
    assert "lolos verifikator" in finished(agus, begun.location)


def test_an_officer_waits_for_a_few_bundles_at_a_time(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    agus, caller = bureau.browser("agus"), bureau.caller("agus", "auditor")
    address, asked = f"/uji/butir/{items[TITLE]}/bukti", f"/items/{items[TITLE]}/bundle?basis="
    with bureau.register.evidence._turn:  # so that none is made
        begun = [agus.submit(address, {"basis": f"Antre {n}"}) for n in range(AT_ONCE_MAX)]
        before = bureau.register.readings.page(what="evidence", limit=1)
        refused = agus.submit(address, {"basis": "Satu lagi"})
        by_program = caller.get(f"{asked}Satu+lagi", Accept_Language="en")
        again = agus.submit(address, {"basis": "Antre 1"})
        other = bureau.browser("wayan").submit(address, {"basis": "Orang lain"})

    for answer in begun:
        finished(agus, answer.location)
    assert [answer.status_code for answer in begun] == [303] * AT_ONCE_MAX
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert f"Anda masih menunggu {AT_ONCE_MAX} bundel" in refused.text
    assert 'value="Satu lagi"' in refused.text, "nothing typed is lost"
    noted = bureau.register.readings.page(what="evidence", limit=9)
    assert noted.index(before[0]) == 2, "what was refused is not noted"
    assert (by_program.status_code, by_program.headers["Retry-After"]) == (429, "5")
    assert by_program.json["detail"].startswith(f"You are still waiting for {AT_ONCE_MAX} bundles")
    assert again.location == begun[1].location, "what is waited for is not asked for twice"
    assert other.status_code == 303
    assert agus.submit(address, {"basis": "Satu lagi"}).status_code == 303


def test_a_register_makes_so_many_bundles_at_a_time_and_keeps_so_many_for_an_officer(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    agus, address = bureau.browser("agus"), f"/uji/butir/{items[TITLE]}/bukti"
    put = (
        "INSERT INTO reg_uji.evidence_file (id, at, expires_at, by_id, as_role, item, copy, form,"
        " basis, finished_at) SELECT gen_random_uuid(), %(at)s, %(at)s + interval '50 minutes',"
        " %(by)s, '', %(item)s, 'umum', 'zip', '', %(done)s FROM generate_series(1, %(n)s)"
    )
    values = {"at": NOW, "item": items[TITLE]}
    forget = "DELETE FROM reg_uji.evidence_file"
    with almighty(bureau.database) as connection:
        connection.execute(forget)
        connection.execute(
            put, {**values, "by": "siapa saja", "done": None, "n": AT_ONCE_OF_ALL_MAX}
        )
        of_all = agus.submit(address, {"basis": "Ramai"})
        connection.execute(forget)
        connection.execute(put, {**values, "by": "agus", "done": NOW, "n": KEPT_MAX})
        of_his = agus.submit(address, {"basis": "Banyak"})
        connection.execute(forget)

    assert of_all.status_code == of_his.status_code == 429
    assert f"Register ini sedang membuat {AT_ONCE_OF_ALL_MAX} bundel" in of_all.text
    assert f"Anda sudah meminta {KEPT_MAX} bundel dalam satu jam ini" in of_his.text
    assert of_his.headers["Retry-After"] == "3000"


def test_why_there_is_no_bundle_is_told_and_the_question_kept(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    last = bureau.register.views.history_of(items[TITLE])[0]["position"]
    agus = bureau.browser("agus")
    with altered(bureau.database, last):
        begun = agus.submit(f"/uji/butir/{items[TITLE]}/bukti", {"basis": "Diubah"})
        page = finished(agus, begun.location)
    assert "Bundel tidak dibuat" in page
    assert "tidak lagi sama dengan yang dicatat" in page
    again = re.search(r'href="([^"]*/bukti\?[^"]*)"', page)
    assert again is not None
    assert 'value="Diubah"' in agus.get(again[1].replace("&amp;", "&")).text


def test_why_there_is_no_evidence_is_told_in_the_readers_language(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    last = bureau.register.views.history_of(items[TITLE])[0]["position"]
    agus, caller = bureau.browser("agus"), bureau.caller("agus", "auditor")
    said = f"Record number {last} is no longer what was recorded in the log."
    with altered(bureau.database, last):
        begun = agus.submit(f"/uji/butir/{items[TITLE]}/bukti", {"basis": "English"})
        finished(agus, begun.location)
        assert said in agus.get(f"{begun.location}?bahasa=en").text
        assert said in agus.get(f"/uji/tanda-terima/{last}").text
        assert agus.get(f"{begun.location}?bahasa=id").text.count("tidak lagi sama") == 1

        asked = f"/items/{items[TITLE]}/bundle?basis=English"
        assert caller.get(f"/receipts/{last}", Accept_Language="en").json["detail"].startswith(said)
        assert caller.get(asked, Accept_Language="en").json["trouble"].startswith(said)
        assert caller.get(asked).json["trouble"].startswith(f"Catatan nomor {last} tidak lagi")


def test_what_was_kept_for_an_hour_is_forgotten_though_nobody_asks_again(
    bureau: Bureau, items: dict[str, UUID]
) -> None:
    agus = bureau.browser("agus")
    begun = agus.submit(f"/uji/butir/{items[TITLE]}/bukti", {"basis": "Sejam"})
    finished(agus, begun.location)

    bureau.register.evidence.tidy(NOW + timedelta(minutes=59))
    assert agus.get(begun.location).status_code == 200
    bureau.register.evidence.tidy(NOW + timedelta(hours=1))
    assert agus.get(begun.location).status_code == 404


def test_the_api_makes_the_same_bundle(
    bureau: Bureau, items: dict[str, UUID], tmp_path: Path
) -> None:
    caller = bureau.caller("agus", "auditor")
    address = f"/items/{items[CLOSED_TITLE]}/bundle?form=zip"
    until = time.monotonic() + READY_SECONDS_MAX
    while (answer := caller.get(address).json)["state"] == "working":
        assert time.monotonic() < until
        time.sleep(0.2)

    assert answer["state"] == "ready", answer["trouble"]
    file = b64decode(answer["content"])
    assert sha256(file).hexdigest() == answer["sha256"]
    verified(bureau, file, ".zip", tmp_path)
    wrong = caller.get(f"/items/{items[TITLE]}/bundle?refused_on=2026-03-01")
    assert wrong.status_code == 422
    assert wrong.json["errors"][0]["pointer"] == "/basis"


def test_a_token_for_reading_makes_no_panel_copy(bureau: Bureau, items: dict[str, UUID]) -> None:
    token = bureau.accounts.issue_token(
        "sri",
        role="ppid-utama",
        label="baca",
        expires_at=NOW + timedelta(days=1),
        at=NOW,
        scopes=["baca"],
    )
    answer = bureau.app.test_client().get(
        f"/api/v1/uji/items/{items[CLOSED_TITLE]}/bundle?copy=majelis&basis=Sengketa+7",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert answer.status_code == 403


# The auditor's page


def checked(bureau: Bureau) -> str:
    bureau.register.audit.begin_check(by="agus", as_role="auditor", at=NOW, wait=True)
    return words_of(bureau.browser("agus").get("/uji/jejak/keutuhan").text)


def test_the_auditor_reads_what_is_proven_and_what_is_not(bureau: Bureau) -> None:
    bureau.sign()
    page = checked(bureau)

    assert "Catatan tidak diubah sejak dicatat menurut log yang ditandatangani" in page
    assert "Kunci yang dipakai di sini ialah yang diumumkan log itu sendiri" in page
    assert "Tidak ada saksi luar yang menguatkan" in page
    assert "tidak membuktikan bahwa isi catatan benar" in page
    assert "Mismatch" not in page


def test_the_auditor_reads_it_in_english_as_well(bureau: Bureau) -> None:
    checked(bureau)
    page = bureau.browser("agus").get("/uji/jejak/keutuhan?bahasa=en").text

    assert "No witness outside bears this out" in page
    assert "Tidak ada saksi luar" not in page


def test_the_first_broken_position_is_named(bureau: Bureau, items: dict[str, UUID]) -> None:
    rows = bureau.register.views.history_of(items[CLOSED_TITLE])
    first = min(row["position"] for row in rows)
    with altered(bureau.database, first):
        page = checked(bureau)
    assert "Ada yang tidak sesuai" in page
    assert f"yang pertama pada posisi {first}" in page
    assert f"Posisi {first}: isi, waktu, jenis" in page
    assert "Ada yang tidak sesuai" not in checked(bureau)


def test_false_nodes_of_the_heads_map_are_told_apart_from_altered_records(bureau: Bureau) -> None:
    bureau.sign()
    false = "UPDATE reg_uji.log_head_node SET hash = %s WHERE path = '0' RETURNING hash"
    was = "SELECT hash FROM reg_uji.log_head_node WHERE path = '0'"
    with almighty(bureau.database) as connection:
        ((true,),) = connection.execute(was).fetchall()
        connection.execute(false, (bytes(32),))
    page = checked(bureau)
    english = words_of(bureau.browser("agus").get("/uji/jejak/keutuhan?bahasa=en").text)
    with almighty(bureau.database) as connection:
        connection.execute(false, (true,))

    assert "simpul yang disimpan dari peta kepala ini salah" in page
    assert "(/0)" in page
    assert "Hash yang disimpan untuk membuktikan tidak lagi mengikuti catatannya" in page
    assert "sama dengan yang tercatat dalam log" in page
    assert "Catatan tidak lagi sama" not in page
    assert "a node that is kept of this heads map is false" in english
    assert "Ada yang tidak sesuai" not in checked(bureau)


def test_without_the_auditors_access_the_page_owns_up_to_not_having_looked(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = replace(bureau.database.access, auditor="")
    monkeypatch.setattr(bureau.database, "access", access)
    page = checked(bureau)

    assert "isi catatan tidak diperiksa dari sini" in page
    assert "tidak diberi sambungan pemeriksa (SIDIK_AUDITOR_URL)" in page
    assert "sidik verify" in page
    assert "Yang dibuktikan" not in page
