"""Notes, keys, checkpoints, proofs and tiles: what is read, and all that is refused."""

from __future__ import annotations

from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.evidence.keys import verify
from domain.evidence.encoding import Malformed, to_base64
from domain.evidence.note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Note,
    NotTrusted,
    VerifierKey,
    assemble,
    cosignature_line,
    open_checkpoint,
    open_note,
    signature_line,
)
from domain.evidence.proof import Proof
from domain.evidence.tiles import Tile, tiles_of
from tests import evidence_vectors_notes as vectors
from tests.evidence_vectors_notes import (
    CHECKPOINT,
    LOG,
    LOG_KEY,
    NOTE,
    ORIGIN,
    TIME,
    WITNESS_KEYS,
    WITNESSES,
    cosigned,
)


def refusal(note: str | bytes, keys: tuple[VerifierKey, ...]) -> ValueError | None:
    try:
        open_checkpoint(note, keys, verify)
    except (Malformed, NotTrusted) as error:
        return error
    return None


# What others have published

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01"
    "oOTGwnWLox33WWd1RvMc+QQ=\n"
)
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)


def test_the_notes_of_go_are_read_as_go_reads_them() -> None:
    """golang.org/x/mod, sumdb/note/note_test.go."""
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    note = assemble(GO_TEXT, PETER_LINE, ENOCH_LINE)

    one = open_note(note, [peter], verify)
    both = open_note(note, [peter, enoch], verify)

    assert (one.text, one.signed, len(one.unknown)) == (GO_TEXT, {peter: None}, 1)
    assert (both.signed, both.unknown) == ({peter: None, enoch: None}, ())
    with pytest.raises(NotTrusted):
        open_note(note, [], verify)
    with pytest.raises(NotTrusted):
        open_note(note.replace("cryptography", "Cryptography"), [peter], verify)


def test_the_notes_that_go_refuses_are_refused() -> None:
    peter = VerifierKey.parse(PETER)
    for bad in (
        GO_TEXT,
        GO_TEXT + "\n",
        GO_TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + GO_TEXT + "\n" + PETER_LINE,
        b"\xff" + assemble(GO_TEXT, PETER_LINE).encode(),
        GO_TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name"),
        GO_TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        GO_TEXT + "\n" + PETER_LINE * 101,
    ):
        with pytest.raises(Malformed):
            open_note(bad, [peter], verify)
    with pytest.raises((Malformed, NotTrusted)):
        open_note(assemble(GO_TEXT, PETER_LINE[:60] + "ABCD" + PETER_LINE[60:]), [peter], verify)


def test_no_part_and_no_change_of_a_key_is_a_key() -> None:
    parts = {PETER[i:j] for i in range(len(PETER)) for j in range(i + 1, len(PETER) + 1)} - {PETER}
    changes = {PETER[:i] + chr(ord(PETER[i]) + 1) + PETER[i + 1 :] for i in range(len(PETER))}
    others = {
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    }
    assert str(VerifierKey.parse(PETER)) == PETER
    for bad in parts | changes | others:
        with pytest.raises(Malformed):
            VerifierKey.parse(bad)


def test_the_example_of_the_specification_is_read() -> None:
    """C2SP signed-note, its test vector."""
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    line = (
        "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
        "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    note = assemble("This is an example message.\n", line)

    assert (
        key.public_key.hex() == "e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4"
    )
    assert open_note(note, [key], verify).signed == {key: None}


ARCHE = (
    "arche2025h1.staging.ct.transparency.dev\n"
    "1432088532\n"
    "U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"
    "\n"
    "\u2014 arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6ho"
    "GREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
    "\u2014 arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUk"
    "zbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "\u2014 transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYT"
    "zwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n"
    "\u2014 witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/"
    "iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n"
    "\u2014 remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIob"
    "WX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
    "\u2014 witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr"
    "+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n"
)
ARCHE_KEYS = [
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
]


def test_a_checkpoint_of_a_public_log_is_read_with_four_of_its_witnesses() -> None:
    """As served by a certificate transparency log in 2026, with one line of a kind unknown here."""
    keys = [VerifierKey.parse(vkey) for vkey in ARCHE_KEYS]

    checkpoint, opened = open_checkpoint(ARCHE, keys, verify)

    assert (checkpoint.origin, checkpoint.size) == (keys[0].name, 1_432_088_532)
    assert opened.signed == {keys[0]: None} | dict.fromkeys(keys[1:], 0x6A122120)
    assert len(opened.unknown) == 1
    assert str(Note.parse(ARCHE)) == ARCHE
    with pytest.raises(NotTrusted):
        open_checkpoint(ARCHE.replace("1432088532", "1432088533"), keys, verify)


# Keys


@pytest.mark.parametrize("key", [LOG_KEY, *WITNESS_KEYS.values()], ids=lambda key: key.name)
def test_a_key_is_read_as_it_was_written(key: VerifierKey) -> None:
    assert VerifierKey.parse(str(key)) == key
    named = f"{key.name}\n".encode() + bytes([key.kind]) + key.public_key
    assert key.key_id == sha256(named).digest()[:4]


@pytest.mark.parametrize(("why", "vkey"), vectors.REFUSED_KEYS)
def test_a_key_written_otherwise_is_refused(why: str, vkey: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(vkey)


def test_a_key_for_which_anyone_could_sign_is_refused() -> None:
    """With the neutral element as key, this signature fits every message there is."""
    neutral = b"\x01" + bytes(31)
    forged = b"\x58" + b"\x66" * 31 + b"\x01" + bytes(31)

    assert verify(neutral, forged, b"anything")
    assert verify(neutral, forged, b"its contrary")
    with pytest.raises(Malformed, match="memalsukan"):
        VerifierKey(ORIGIN, ED25519, neutral)


# Notes


@pytest.mark.parametrize(("why", "note", "keys"), vectors.NOTES)
def test_a_note_is_read(why: str, note: str, keys: tuple[VerifierKey, ...]) -> None:
    checkpoint, opened = open_checkpoint(note, keys, verify)

    assert checkpoint == CHECKPOINT
    assert LOG_KEY in opened.signed
    assert str(Note.parse(note)) == note
    assert open_checkpoint(note.encode(), keys, verify) == (checkpoint, opened)


@pytest.mark.parametrize(("why", "note", "keys"), vectors.REFUSED_NOTES)
def test_a_note_is_refused(why: str, note: str, keys: tuple[VerifierKey, ...]) -> None:
    assert str(refusal(note, keys)) != "None"


def test_a_giant_note_is_not_even_read() -> None:
    many = f"\u2014 saksi.kelak.example {to_base64(bytes(3000))}\n" * 40

    with pytest.raises(Malformed, match="bita"):
        Note.parse(NOTE + many)


def test_a_witness_that_signs_twice_has_seen_it_at_the_earlier_time() -> None:
    lines = [cosigned("ki", time=time)[0] for time in (TIME, TIME - 9, TIME + 9)]

    opened = open_note(assemble(CHECKPOINT.text, *lines), [WITNESS_KEYS["ki"]], verify)

    assert opened.signed == {WITNESS_KEYS["ki"]: TIME - 9}


def test_a_log_cannot_sign_as_a_witness_nor_a_witness_as_a_log() -> None:
    """The same secret under another kind is another key, and signs another message."""
    as_witness = VerifierKey(ORIGIN, COSIGNATURE, LOG.public_key)
    as_log = VerifierKey(ORIGIN, ED25519, WITNESSES["ki"].public_key)

    assert isinstance(refusal(NOTE, (as_witness,)), NotTrusted)
    assert as_witness.key_id != LOG_KEY.key_id
    with pytest.raises(ValueError, match="cosigns"):
        signature_line(as_witness, CHECKPOINT.text, LOG.sign)
    with pytest.raises(ValueError, match="signs"):
        cosignature_line(as_log, CHECKPOINT.text, TIME, WITNESSES["ki"].sign)


def test_no_single_change_of_a_note_goes_unseen() -> None:
    """Whatever octet is changed, dropped or added: refused, or nothing trusted has changed."""
    note = assemble(CHECKPOINT.text, vectors.SIGNED, *cosigned("ki")).encode()
    keys = (LOG_KEY, WITNESS_KEYS["ki"])
    for place in range(len(note)):
        for changed in (
            note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :],
            note[:place] + note[place + 1 :],
            note[:place] + b"A" + note[place:],
        ):
            if refusal(changed, keys) is None:
                checkpoint, opened = open_checkpoint(changed, keys, verify)
                assert checkpoint == CHECKPOINT
                assert opened.signed in ({LOG_KEY: None}, {LOG_KEY: None, keys[1]: TIME})


@for_all(st.text() | st.binary())
def test_whatever_is_no_note_is_refused_without_ado(anything: str | bytes) -> None:
    assert refusal(anything, (LOG_KEY,)) is not None


def test_threat_23_a_signature_that_outlives_ed25519_can_stand_beside_it_from_now_on() -> None:
    """An ML-DSA-44 cosignature (kind 6) in a real note: who knows it not reads on, who does checks.

    Once Ed25519 is broken nothing in old notes but such lines is proof; they must have been added
    before, and what they are over does not depend on any other signature.
    """
    secret, name = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32))), b"saksi.kelak.example/1"
    public = secret.public_key().public_bytes_raw()
    time = TIME.to_bytes(8, "big")
    message = (
        b"subtree/v1\n\0" + bytes([len(name)]) + name + time
        + bytes([len(ORIGIN)]) + ORIGIN.encode() + bytes(8) + CHECKPOINT.size.to_bytes(8, "big")
        + CHECKPOINT.root
    )  # fmt: skip
    key_id = sha256(name + b"\n\x06" + public).digest()[:4]
    line = f"\u2014 {name.decode()} {to_base64(key_id + time + secret.sign(message))}\n"

    checkpoint, opened = open_checkpoint(NOTE + line * 16, (LOG_KEY,), verify)

    assert checkpoint == CHECKPOINT
    assert len(opened.unknown) == 16
    assert opened.unknown[0].content[:8] == time
    secret.public_key().verify(opened.unknown[0].content[8:], message)
    with pytest.raises(InvalidSignature):
        secret.public_key().verify(opened.unknown[0].content[8:], message[:-1] + b"\0")


# Checkpoints


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    for checkpoint in (
        CHECKPOINT,
        Checkpoint(ORIGIN, 0, bytes(32)),
        Checkpoint(ORIGIN, 2**63 - 1, bytes(32), ("milik log lain", "1")),
    ):
        assert Checkpoint.parse(checkpoint.text) == checkpoint


@pytest.mark.parametrize(("why", "text"), vectors.REFUSED_CHECKPOINTS)
def test_a_checkpoint_written_otherwise_is_refused(why: str, text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


# Proofs


@pytest.mark.parametrize("proof", vectors.PROOFS, ids=lambda proof: str(proof.index))
def test_a_proof_is_read_as_it_was_written(proof: Proof) -> None:
    assert Proof.parse(str(proof)) == proof
    assert Proof.parse(str(proof).encode()) == proof


@pytest.mark.parametrize(("why", "text"), vectors.REFUSED_PROOFS)
def test_a_proof_written_otherwise_is_refused(why: str, text: str) -> None:
    with pytest.raises(Malformed):
        Proof.parse(text)


def test_a_proof_is_written_as_its_specification_writes_it() -> None:
    """transparency-dev/formats, proof/tlog_proof_test.go."""
    one, two = (sha256(word).digest() for word in (b"hash1", b"hash2"))

    written = str(Proof(5, (one, two), "test checkpoint\n"))

    assert written == (
        f"c2sp.org/tlog-proof@v1\nindex 5\n{to_base64(one)}\n{to_base64(two)}\n\ntest checkpoint\n"
    )


@for_all(st.text() | st.binary())
def test_whatever_is_no_proof_is_refused_without_ado(anything: str | bytes) -> None:
    with pytest.raises(Malformed):
        Proof.parse(anything)


# Tiles


def test_a_tree_of_70_000_has_the_tiles_its_specification_counts() -> None:
    tiles = list(tiles_of(70_000))
    partial = [(tile.level, tile.width) for tile in tiles if tile.width < 256]

    assert partial == [(0, 112), (1, 17), (2, 1)]
    assert [sum(tile.level == level for tile in tiles) for level in range(3)] == [274, 2, 1]
    assert [tile.path for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"


@for_all(st.integers(0, 10**9), st.integers(0, 10**7), st.integers(0, 3), st.integers(1, 256))
def test_a_tile_stands_in_a_tree_if_the_tree_is_large_enough(
    size: int, number: int, level: int, width: int
) -> None:
    tile = Tile(level, number, width)

    assert Tile.parse(tile.path) == tile
    assert tile.stands_in(size) == (size >= (number * 256 + width) * 256**level)


@pytest.mark.parametrize("size", vectors.TREES)
def test_every_tile_of_a_tree_stands_in_it(size: int) -> None:
    assert all(tile.stands_in(size) for tile in tiles_of(size))


@pytest.mark.parametrize("path", vectors.REFUSED_TILES)
def test_a_tile_addressed_otherwise_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        Tile.parse(path)
