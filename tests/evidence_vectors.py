"""The published vectors of docs/evidence/vectors.json, by which another's verifier can be tested.

``python -m tests.evidence_vectors`` writes them; the same always come out. Hashes and bytes are
base64 unless the format writes them otherwise. What a verifier must refuse stands beside what it
must accept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.evidence.encoding import to_base64
from domain.evidence.heads import HeadsMap, key_of, value_of
from domain.evidence.record import (
    Record,
    body_commitment,
    document_commitment,
    field_commitment,
)
from domain.evidence.tree import (
    Tree,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.evidence_vectors_notes import note_vectors
from tests.evidence_vectors_snapshots import snapshot_vectors

VECTORS = Path(__file__).parents[1] / "docs/evidence/vectors.json"

ORIGIN = "sidik/contoh-0a1b2c3d/log/1"
STREAM = "e6c93874-82cf-4871-9032-2269ec5d478e"
STATE = (
    b'{"at":"2026-11-20T14:37:57.714762Z","by":"sri.ppid","fact":{"number":"12/DIK/2026"},'
    b'"on":"2026-11-20"}'
)


def salt(number: int) -> bytes:
    return sha256(b"salt %d" % number).digest()


def spelled(value: Any) -> Any:
    """A value as JSON, bytes in base64."""
    match value:
        case bytes():
            return to_base64(value)
        case Mapping():
            return {name: spelled(each) for name, each in value.items()}
        case list() | tuple():
            return [spelled(each) for each in value]
    return value


# Records

FIRST = Record(
    log=ORIGIN,
    pos=1,
    stream=STREAM,
    version=1,
    prev=None,
    time="2026-11-20T14:37:57.714762Z",
    topic="item.submitted",
    body=body_commitment(salt(1), STATE),
)
SECOND = replace(
    FIRST,
    pos=1201,
    version=2,
    prev=FIRST.leaf,
    topic="item.determined",
    time="2026-11-21T00:00:00.000000Z",
)
LARGEST = replace(
    SECOND, log="~" * 200, pos=2**63 - 1, version=2**63 - 1, topic="!" * 200, prev=b"\xff" * 32
)


def record_vectors() -> dict[str, Any]:
    text = SECOND.to_bytes().decode("ascii")
    prev = to_base64(FIRST.leaf)
    loose = prev[:-2] + chr(ord(prev[-2]) + 1) + "="
    refused = {
        "of another format": text.replace("record/v1", "record/v2"),
        "lines in another order": _exchanged(text, 1, 2),
        "a line missing": text.replace("version 2\n", ""),
        "a line twice": text.replace("pos 1201\n", "pos 1201\npos 1201\n"),
        "a line too many": text.replace("topic", "note x\ntopic"),
        "carriage returns": text.replace("\n", "\r\n"),
        "without its last newline": text[:-1],
        "a newline too many": text + "\n",
        "two spaces": text.replace("pos ", "pos  "),
        "a leading zero": text.replace("pos 1201", "pos 01201"),
        "a sign": text.replace("pos 1201", "pos +1201"),
        "a giant number": text.replace("pos 1201", "pos " + "9" * 20),
        "digits that are not ASCII": text.replace("pos 1201", "pos \u0661"),
        "version nought": text.replace("version 2", "version 0"),
        "a stream in capitals": text.replace(STREAM, STREAM.upper()),
        "a stream without hyphens": text.replace(STREAM, STREAM.replace("-", "")),
        "no time of day": text.replace("T00:00:00.000000Z", ""),
        "milliseconds": text.replace(".000000Z", ".000Z"),
        "another zone": text.replace("00.000000Z", "00.000000+00:00"),
        "a topic of two words": text.replace("item.determined", "item determined"),
        "a topic with an accent": text.replace("item.determined", "item.d\u00e9termined"),
        "prev without padding": text.replace(prev, prev[:-1]),
        "loose bits in prev": text.replace(prev, loose),
        "the URL alphabet": text.replace(prev, "-_" + prev[2:]),
    }
    return {
        "read": [
            {**asdict(record), "text": record.to_bytes().decode("ascii"), "leaf_hash": record.leaf}
            for record in (FIRST, SECOND, LARGEST)
        ],
        "refused": [{"why": why, "text": bad} for why, bad in refused.items()],
    }


def _exchanged(text: str, one: int, other: int) -> str:
    lines = text.splitlines(keepends=True)
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


# Commitments


def commitment_vectors() -> dict[str, Any]:
    plain = "Kerentanan sistem pada gerbang \u2026".encode()
    document = b"%PDF-1.7 contoh\n" * 50
    digest = sha256(document).digest()
    return {
        "body": [
            {"salt": salt(1), "state": state, "commitment": body_commitment(salt(1), state)}
            for state in (STATE, b"", b"\x00\xff")
        ],
        "field": [
            {"salt": salt(2), "plain": plain, "commitment": field_commitment(salt(2), plain)}
        ],
        "document": [
            {
                "salt": salt(3),
                "document": document,
                "sha256": digest.hex(),
                "commitment": document_commitment(salt(3), digest),
            }
        ],
    }


# The tree

LEAVES = [b"%d" % number for number in range(13)]
TREE = Tree(map(leaf_hash, LEAVES))


def _root(size: int) -> bytes:
    return root(size, TREE.node)


def tree_vectors() -> dict[str, Any]:
    sizes = (1, 2, 3, 7, 8, 13)
    return {
        "leaves": LEAVES,
        "roots": [{"size": size, "root": _root(size)} for size in range(len(LEAVES) + 1)],
        "inclusion": [
            {
                "index": index,
                "size": size,
                "leaf_hash": TREE.node(0, index),
                "path": inclusion_path(index, size, TREE.node),
            }
            for size in sizes
            for index in range(size)
        ],
        "refused_inclusion": [*_refused_inclusion()],
        "consistency": [
            {"old": old, "new": new, "path": consistency_path(old, new, TREE.node)}
            for new in sizes
            for old in range(1, new + 1)
        ],
        "refused_consistency": [*_refused_consistency()],
    }


def _refused_inclusion() -> list[dict[str, Any]]:
    path = inclusion_path(4, 7, TREE.node)
    leaf, other = TREE.node(0, 4), TREE.node(0, 5)
    whole, larger = _root(7), _root(8)
    refused = [
        ("another leaf", other, 4, 7, path, whole),
        ("another index", leaf, 5, 7, path, whole),
        ("an index outside", leaf, 7, 7, path, whole),
        ("a tree without leaves", leaf, 0, 0, [], whole),
        ("another root", leaf, 4, 7, path, larger),
        ("a node missing", leaf, 4, 7, path[:-1], whole),
        ("a node too many", leaf, 4, 7, [*path, bytes(32)], whole),
        ("nodes exchanged", leaf, 4, 7, path[::-1], whole),
        ("half a hash", leaf, 4, 7, [*path[:-1], path[-1][:16]], whole),
        ("a node for a leaf", TREE.node(1, 0), 0, 1, [], _root(1)),
    ]
    for _, *proof in refused:
        assert not verify_inclusion(*proof)  # type: ignore[arg-type]
    return [
        {"why": why, "leaf_hash": leaf, "index": index, "size": size, "path": path, "root": root}
        for why, leaf, index, size, path, root in refused
    ]


def _refused_consistency() -> list[dict[str, Any]]:
    path = consistency_path(6, 13, TREE.node)
    refused = [
        ("another old root", 6, 13, path, _root(5), _root(13)),
        ("another new root", 6, 13, path, _root(6), _root(12)),
        ("another old size", 5, 13, path, _root(6), _root(13)),
        ("a node missing", 6, 13, path[:-1], _root(6), _root(13)),
        ("a node too many", 6, 13, [*path, bytes(32)], _root(6), _root(13)),
        ("no path", 6, 13, [], _root(6), _root(13)),
        ("no path from a power of two", 8, 13, [], _root(8), _root(13)),
        ("a path where none belongs", 6, 6, path, _root(6), _root(6)),
        ("the same size, another root", 6, 6, [], _root(6), _root(7)),
        ("a tree that has shrunk", 13, 6, path, _root(13), _root(6)),
    ]
    for _, *proof in refused:
        assert not verify_consistency(*proof)  # type: ignore[arg-type]
    return [
        {"why": why, "old": old, "new": new, "path": path, "old_root": was, "new_root": now}
        for why, old, new, path, was, now in refused
    ]


# The heads map

HEADS = {str(UUID(int=number)): (number, leaf_hash(b"%d" % number)) for number in range(1, 21)}


def heads_vectors() -> dict[str, Any]:
    return {"maps": [_heads(count) for count in (0, 1, 2, 20)]}


def _heads(count: int) -> dict[str, Any]:
    heads = dict([*HEADS.items()][:count])
    heads_map = HeadsMap()
    for stream, head in heads.items():
        heads_map.set(stream, *head)
    absent = [str(UUID(int=number)) for number in range(100, 108)]
    return {
        "root": heads_map.root,
        "count": heads_map.count,
        "presence": [
            {
                "stream": stream,
                "version": version,
                "leaf": leaf,
                "key": key_of(stream),
                "value": value_of(version, leaf),
                "siblings": heads_map.prove(stream).siblings,
            }
            for stream, (version, leaf) in heads.items()
        ],
        "absence": [
            {
                "stream": stream,
                "siblings": heads_map.prove(stream).siblings,
                "other": other and other._asdict(),
            }
            for stream in absent
            for other in [heads_map.prove(stream).other]
        ],
    }


# All of it

PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "records": record_vectors,
    "commitments": commitment_vectors,
    "tree": tree_vectors,
    "heads": heads_vectors,
    "notes": note_vectors,
    "snapshots": snapshot_vectors,
}


def vectors() -> dict[str, Any]:
    return {name: spelled(part()) for name, part in PARTS.items()}


def text() -> str:
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    VECTORS.write_text(text(), encoding="utf-8")
