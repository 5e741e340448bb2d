"""The part of the published vectors that is about notes, keys, policies, proofs and tiles.

Keys are made of fixed seeds and times are fixed, so that the same text comes out each time. What
must be refused is as much part of the format as what must be read, and stands here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.evidence.keys import FileKey, log_key, verify, witness_key
from domain.evidence.encoding import to_base64
from domain.evidence.note import (
    Checkpoint,
    Signature,
    VerifierKey,
    assemble,
    cosignature_line,
    open_note,
    signature_line,
)
from domain.evidence.policy import Policy
from domain.evidence.proof import Proof
from domain.evidence.tiles import WIDTH, Tile, tiles_of

ORIGIN = "sidik/contoh-0a1b2c3d/log/1"
TIME = 1_795_000_000


def key_of(seed: str) -> FileKey:
    return FileKey(Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest()))


LOG, NEXT_LOG, IMPOSTOR = map(key_of, ("log", "next log", "impostor"))
LOG_KEY, NEXT_KEY = log_key(ORIGIN, LOG), log_key(ORIGIN, NEXT_LOG)
WITNESSES = {name: key_of(name) for name in ("ki", "anri", "itjen")}
WITNESS_KEYS = {
    name: witness_key(f"saksi.{name}.example/1", key) for name, key in WITNESSES.items()
}

CHECKPOINT = Checkpoint(ORIGIN, 3009, sha256(b"root").digest())
SIGNED = signature_line(LOG_KEY, CHECKPOINT.text, LOG.sign)
NOTE = assemble(CHECKPOINT.text, SIGNED)

POLICY = Policy.parse(
    f"""\
# Kebijakan contoh
log {LOG_KEY} https://sidik.example/log
witness ki {WITNESS_KEYS["ki"]} https://saksi.ki.example/
witness anri {WITNESS_KEYS["anri"]}
witness itjen {WITNESS_KEYS["itjen"]}
group arsip any anri itjen
group luar all ki arsip
quorum luar
"""
)


def cosigned(*names: str, time: int = TIME, text: str = CHECKPOINT.text) -> list[str]:
    return [
        cosignature_line(WITNESS_KEYS[name], text, time, WITNESSES[name].sign) for name in names
    ]


def note_vectors() -> dict[str, Any]:
    return {
        "keys": [_key(key) for key in (LOG_KEY, NEXT_KEY, *WITNESS_KEYS.values())],
        "refused_keys": [{"why": why, "vkey": vkey} for why, vkey in REFUSED_KEYS],
        "notes": [_note(why, note, keys) for why, note, keys in NOTES],
        "refused_notes": [
            {"why": why, "note": note, "keys": [str(key) for key in keys]}
            for why, note, keys in REFUSED_NOTES
        ],
        "refused_checkpoints": [{"why": why, "text": text} for why, text in REFUSED_CHECKPOINTS],
        "policies": [
            {
                "policy": str(POLICY),
                "quorums": [{"cosigned": names, "met": POLICY.met(names)} for names in QUORUMS],
            }
        ],
        "refused_policies": [{"why": why, "policy": text} for why, text in REFUSED_POLICIES],
        "proofs": [_proof(proof) for proof in PROOFS],
        "refused_proofs": [{"why": why, "proof": text} for why, text in REFUSED_PROOFS],
        "tiles": {
            "paths": [
                {"path": each.path, "level": each.level, "number": each.number, "width": each.width}
                for each in TILES
            ],
            "refused": REFUSED_TILES,
            "trees": list(map(_tree, TREES)),
        },
    }


def _key(key: VerifierKey) -> dict[str, Any]:
    return {
        "vkey": str(key),
        "name": key.name,
        "kind": key.kind,
        "key_id": key.key_id.hex(),
        "public_key": to_base64(key.public_key),
    }


def _note(why: str, note: str, keys: tuple[VerifierKey, ...]) -> dict[str, Any]:
    opened = open_note(note, keys, verify)
    checkpoint = Checkpoint.parse(opened.text)
    return {
        "why": why,
        "note": note,
        "keys": [str(key) for key in keys],
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": to_base64(checkpoint.root),
        "signed": [{"key": str(key), "time": time} for key, time in opened.signed.items()],
        "unknown": len(opened.unknown),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "proof": str(proof),
        "index": proof.index,
        "path": [to_base64(each) for each in proof.path],
        "extra": None if proof.extra is None else to_base64(proof.extra),
    }


def _tree(size: int) -> dict[str, Any]:
    tiles = list(tiles_of(size))
    partial = [each.path for each in tiles if each.width < WIDTH]
    return {"size": size, "full": len(tiles) - len(partial), "partial": partial}


# Keys

_PUBLIC = to_base64(b"\x01" + LOG.public_key)
_ID = LOG_KEY.key_id.hex()


_ORDER_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"


def _vkey(name: str, kind: int, public_key: bytes) -> str:
    """Rightly computed, whatever it is computed of."""
    key_id = sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:4]
    return f"{name}+{key_id.hex()}+{to_base64(bytes([kind]) + public_key)}"


REFUSED_KEYS = [
    ("empty", ""),
    ("a name alone", ORIGIN),
    ("no key", f"{ORIGIN}+{_ID}"),
    ("no name", f"+{_ID}+{_PUBLIC}"),
    ("a space in the name", f"{ORIGIN} +{_ID}+{_PUBLIC}"),
    ("an id in capitals", f"{ORIGIN}+{_ID.upper()}+{_PUBLIC}"),
    ("another id", f"{ORIGIN}+00000000+{_PUBLIC}"),
    ("base64 cut short", f"{ORIGIN}+{_ID}+{_PUBLIC[:-1]}"),
    ("a line feed behind it", f"{ORIGIN}+{_ID}+{_PUBLIC}\n"),
    ("31 bytes", _vkey(ORIGIN, 1, LOG.public_key[:-1])),
    ("33 bytes", _vkey(ORIGIN, 1, LOG.public_key + b"\0")),
    ("a kind that is not read yet", _vkey(ORIGIN, 6, LOG.public_key)),
    ("order 4", _vkey(ORIGIN, 1, bytes(32))),
    ("order 1", _vkey(ORIGIN, 1, b"\x01" + bytes(31))),
    ("order 2", _vkey(ORIGIN, 4, bytes.fromhex("ec" + "ff" * 30 + "7f"))),
    ("order 1, written beyond the prime", _vkey(ORIGIN, 4, bytes.fromhex("ee" + "ff" * 31))),
    ("order 8", _vkey(ORIGIN, 1, bytes.fromhex(_ORDER_8))),
]

# Notes


def _changed(note: str, old: str, new: str) -> str:
    assert note.count(old) == 1
    return note.replace(old, new)


def _with(line: str, change: Callable[[bytes], bytes]) -> str:
    """A signature line whose bytes, behind the key's id, are others."""
    found = Signature.parse(line[:-1])
    return str(replace(found, content=change(found.content)))


_UNKNOWN = signature_line(log_key("lain.example", IMPOSTOR), CHECKPOINT.text, IMPOSTOR.sign)
_TO_COME = f"\u2014 saksi.kelak.example {to_base64(b'mldsa' * 485)}\n"
_NEXT = signature_line(NEXT_KEY, CHECKPOINT.text, NEXT_LOG.sign)
_KI, _ANRI = cosigned("ki", "anri")
(_EARLIER,) = cosigned("ki", time=TIME - 9)
_ALL = (LOG_KEY, *WITNESS_KEYS.values())
_LOOSE = SIGNED[:-3] + chr(ord(SIGNED[-3]) + 1) + SIGNED[-2:]

NOTES: list[tuple[str, str, tuple[VerifierKey, ...]]] = [
    ("signed by its log", NOTE, _ALL),
    ("signatures by unknown keys, of kinds to come too", NOTE + _UNKNOWN + _TO_COME, _ALL),
    ("both keys sign while the log changes its key", NOTE + _NEXT, (LOG_KEY, NEXT_KEY)),
    ("two witnesses", NOTE + _KI + _ANRI, _ALL),
    ("a witness twice: its earliest time counts", NOTE + _KI + _EARLIER, _ALL),
    ("the same signature twice", NOTE + SIGNED, _ALL),
]  # fmt: skip

_MALFORMED_NOTES = [
    ("empty", ""),
    ("no signature", CHECKPOINT.text),
    ("nothing below the empty line", CHECKPOINT.text + "\n"),
    ("cut before its last newline", NOTE[:-1]),
    ("a line that is no signature", NOTE + "palsu\n"),
    ("an empty line at the end", NOTE + "\n"),
    ("a hyphen for the dash", _changed(NOTE, "\u2014", "-")),
    ("two spaces", _changed(NOTE, "\u2014 ", "\u2014  ")),
    ("no name", _changed(NOTE, f"\u2014 {ORIGIN} ", "\u2014  ")),
    ("a space of another alphabet in a name", NOTE + _UNKNOWN.replace("lain.", "lain\u00a0")),
    ("a plus in a name", NOTE + _UNKNOWN.replace("lain.", "lain+")),
    ("carriage returns", NOTE.replace("\n", "\r\n")),
    ("a control character", "\x01" + NOTE),
    ("base64 without its padding", NOTE.rstrip("=\n") + "\n"),
    ("base64 of another alphabet", NOTE + _UNKNOWN.replace("+", "-").replace("/", "_")),
    ("loose bits behind the base64", CHECKPOINT.text + "\n" + _LOOSE),
    ("a key's id and no signature", NOTE + f"\u2014 lain.example {to_base64(bytes(4))}\n"),
    ("more than 100 signatures", NOTE + _UNKNOWN * 100),
]

_OTHER_LOG = Checkpoint("lain/log/1", 1, CHECKPOINT.root).text

_UNTRUSTED_NOTES = [
    ("another key with the log's name", assemble(CHECKPOINT.text, _NEXT)),
    ("another size under the same signature", _changed(NOTE, "\n3009\n", "\n3010\n")),
    ("another origin under the same signature", NOTE.replace(f"{ORIGIN}\n", f"{ORIGIN}0\n")),
    ("a line added to what was signed", NOTE.replace("\n\n", "\ntambahan\n\n")),
    ("a known key's bad signature and a good one", NOTE + _with(SIGNED, lambda s: s[::-1])),
    ("a known key's signature cut short", NOTE + _with(SIGNED, lambda s: s[:-1])),
    ("a known key's signature and more behind it", NOTE + _with(SIGNED, lambda s: s + b"\0")),
    ("a witness's signature, another time", NOTE + _with(_KI, lambda s: s[:7] + b"\0" + s[8:])),
    ("a witness's signature without a time", NOTE + _with(_KI, lambda s: s[8:])),
    ("a witness's time past 2^63", NOTE + cosigned("ki", time=2**63)[0]),
    ("only a witness has signed", assemble(CHECKPOINT.text, _KI)),
    (
        "a log signs for another",
        assemble(_OTHER_LOG, signature_line(LOG_KEY, _OTHER_LOG, LOG.sign)),
    ),
]

REFUSED_NOTES = [(why, note, _ALL) for why, note in (*_MALFORMED_NOTES, *_UNTRUSTED_NOTES)]

_ROOT = to_base64(CHECKPOINT.root)

REFUSED_CHECKPOINTS = [
    ("no root", f"{ORIGIN}\n3009\n"),
    ("no last newline", f"{ORIGIN}\n3009\n{_ROOT}"),
    ("no origin", f"\n3009\n{_ROOT}\n"),
    ("a space in the origin", f"{ORIGIN} \n3009\n{_ROOT}\n"),
    ("an origin of more than 255 bytes", f"{'a' * 256}\n3009\n{_ROOT}\n"),
    ("a leading zero", f"{ORIGIN}\n03009\n{_ROOT}\n"),
    ("a plus", f"{ORIGIN}\n+3009\n{_ROOT}\n"),
    ("a negative size", f"{ORIGIN}\n-1\n{_ROOT}\n"),
    ("digits of another alphabet", f"{ORIGIN}\n\u0663\n{_ROOT}\n"),
    ("a size of 2^63", f"{ORIGIN}\n{2**63}\n{_ROOT}\n"),
    ("a giant size", f"{ORIGIN}\n{'9' * 5000}\n{_ROOT}\n"),
    ("a short root", f"{ORIGIN}\n3009\n{to_base64(bytes(31))}\n"),
    ("a long root", f"{ORIGIN}\n3009\n{to_base64(bytes(33))}\n"),
    ("an empty line behind the root", f"{ORIGIN}\n3009\n{_ROOT}\n\n"),
]

# Policies

QUORUMS: list[list[str]] = [
    [],
    ["ki"],
    ["anri"],
    ["anri", "itjen"],
    ["ki", "itjen"],
    ["ki", "anri"],
    ["ki", "anri", "itjen"],
    ["ki", "arsip"],  # a group does not cosign
    ["luar"],
    ["none"],
]

_L, _K, _A = (str(key) for key in (LOG_KEY, WITNESS_KEYS["ki"], WITNESS_KEYS["anri"]))
_TWICE = str(witness_key("saksi.lain.example", WITNESSES["ki"]))

REFUSED_POLICIES = [
    ("empty", ""),
    ("no quorum", f"log {_L}\n"),
    ("two quorums", "quorum none\nquorum none\n"),
    ("a carriage return", "quorum none\r\n"),
    ("a control character", "quorum none\n# \x7f\n"),
    ("an unknown line", "quorum none\nmirror ki\n"),
    ("a remark behind a line", "quorum none # tanpa saksi\n"),
    ("a log without a key", "log\nquorum none\n"),
    ("a log with a broken key", f"log {_L[:-2]}\nquorum none\n"),
    ("a log with a witness's key", f"log {_K}\nquorum none\n"),
    ("a log twice", f"log {_L}\nlog {_L} https://lain.example\nquorum none\n"),
    ("a witness with a log's key", f"witness ki {_L}\nquorum ki\n"),
    ("a witness without a key", "witness ki\nquorum ki\n"),
    ("a witness with two addresses", f"witness ki {_K} https://a https://b\nquorum ki\n"),
    ("a witness named none", f"witness none {_K}\nquorum none\n"),
    ("two witnesses of one name", f"witness ki {_K}\nwitness ki {_A}\nquorum ki\n"),
    ("two witnesses of one key", f"witness ki {_K}\nwitness dua {_TWICE}\nquorum ki\n"),
    ("a group without members", f"witness ki {_K}\ngroup g 1\nquorum ki\n"),
    ("a group named as its witness", f"witness ki {_K}\ngroup ki any ki\nquorum ki\n"),
    ("a group of itself", f"witness ki {_K}\ngroup g any g ki\nquorum g\n"),
    ("a group named none", f"witness ki {_K}\ngroup none any ki\nquorum none\n"),
    ("none in a group", f"witness ki {_K}\ngroup g any none ki\nquorum g\n"),
    ("0 of a group", f"witness ki {_K}\ngroup g 0 ki\nquorum g\n"),
    ("more of a group than there are", f"witness ki {_K}\ngroup g 2 ki\nquorum g\n"),
    ("01 of a group", f"witness ki {_K}\ngroup g 01 ki\nquorum g\n"),
    ("-1 of a group", f"witness ki {_K}\ngroup g -1 ki\nquorum g\n"),
    ("a member twice", f"witness ki {_K}\ngroup g all ki ki\nquorum g\n"),
    ("a member of two groups", f"witness ki {_K}\ngroup g any ki\ngroup h any ki\nquorum g\n"),
    ("a member that comes later", f"group g any ki\nwitness ki {_K}\nquorum g\n"),
    ("a quorum that comes later", f"quorum ki\nwitness ki {_K}\n"),
    ("an unknown quorum", "quorum ki\n"),
    ("a quorum without a name", "quorum\n"),
]

# Proofs

PROOFS = [
    Proof(0, (), NOTE),
    Proof(1200, tuple(sha256(bytes([i])).digest() for i in range(12)), NOTE + _KI),
    Proof(5, (sha256(b"a").digest(),), NOTE, extra=b"catatan/1201.txt"),
    Proof(6, (), NOTE, extra=b""),
]

_H = to_base64(sha256(b"a").digest())
_V = "c2sp.org/tlog-proof@v1"

REFUSED_PROOFS = [
    ("another heading", f"c2sp.org/tlog-proof@v2\nindex 0\n\n{NOTE}"),
    ("no index", f"{_V}\n{_H}\n\n{NOTE}"),
    ("nothing but a heading", f"{_V}\n\n{NOTE}"),
    ("a leading zero", f"{_V}\nindex 05\n\n{NOTE}"),
    ("a negative index", f"{_V}\nindex -5\n\n{NOTE}"),
    ("a giant index", f"{_V}\nindex {2**63}\n\n{NOTE}"),
    ("a broken hash", f"{_V}\nindex 5\n{_H[:-1]}\n\n{NOTE}"),
    ("a hash of 64 bytes", f"{_V}\nindex 5\n{to_base64(bytes(64))}\n\n{NOTE}"),
    ("64 hashes", f"{_V}\nindex 5\n{(_H + chr(10)) * 64}\n{NOTE}"),
    ("broken extra", f"{_V}\nextra !\nindex 5\n\n{NOTE}"),
    ("extra behind the index", f"{_V}\nindex 5\nextra {_H}\n\n{NOTE}"),
    ("no checkpoint", f"{_V}\nindex 5\n{_H}\n"),
    ("carriage returns", f"{_V}\r\nindex 5\r\n\r\n{NOTE}"),
]

# Tiles

TREES = [0, 1, 255, 256, 257, 65_535, 65_536, 70_000]

TILES = [
    Tile(0, 0),
    Tile(0, 999, 1),
    Tile(0, 1000),
    Tile(0, 1_234_067),
    Tile(1, 0, 255),
    Tile(63, 273, 112),
]

REFUSED_TILES = [
    "tile/0/0",
    "tile/0/1000",
    "tile/0/x000/000",
    "tile/0/001/000",
    "tile/0/x001/x000",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/000.p/0",
    "tile/0/000.p/05",
    "tile/0/000.p/256",
    "tile/0/000.p/",
    "tile/0/000.p/-1",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000\n",
    "tile/0/../000",
    "tile/entries/000",
]
