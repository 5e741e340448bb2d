"""What we publish for other implementations is what ours does."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import cache
from typing import Any

import pytest

from domain.evidence.encoding import Malformed
from domain.evidence.heads import verify_head
from domain.evidence.record import parse
from domain.evidence.tree import verify_consistency, verify_inclusion
from tests.evidence_vectors import PARTS, VECTORS, spelled


@cache
def published() -> dict[str, Any]:
    vectors: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return vectors


def hashes(path: list[str]) -> list[bytes]:
    return [b64decode(node) for node in path]


@pytest.mark.parametrize("part", PARTS)
def test_the_published_vectors_are_those_we_make(part: str) -> None:
    made = json.loads(json.dumps(spelled(PARTS[part]())))

    assert published()[part] == made, "run python -m tests.evidence_vectors, and say what changed"


def test_nothing_else_is_published() -> None:
    assert published().keys() == PARTS.keys()


def test_published_records_are_read_and_refused() -> None:
    records = published()["records"]

    for one in records["read"]:
        record = parse(one["text"].encode("ascii"))
        assert (record.pos, record.version, record.topic) == (
            one["pos"],
            one["version"],
            one["topic"],
        )
        assert record.leaf == b64decode(one["leaf_hash"])
    for one in records["refused"]:
        with pytest.raises(Malformed):
            parse(one["text"].encode())


def test_published_proofs_are_accepted_and_refused() -> None:
    tree = published()["tree"]
    roots = {one["size"]: b64decode(one["root"]) for one in tree["roots"]}

    for one in (*tree["inclusion"], *tree["refused_inclusion"]):
        root = b64decode(one["root"]) if "why" in one else roots[one["size"]]
        proven = verify_inclusion(
            b64decode(one["leaf_hash"]), one["index"], one["size"], hashes(one["path"]), root
        )
        assert proven is ("why" not in one), one
    for one in (*tree["consistency"], *tree["refused_consistency"]):
        old, new = (
            b64decode(one[which]) if "why" in one else roots[one[size]]
            for which, size in (("old_root", "old"), ("new_root", "new"))
        )
        proven = verify_consistency(one["old"], one["new"], hashes(one["path"]), old, new)
        assert proven is ("why" not in one), one


def test_published_heads_are_proven_present_and_absent() -> None:
    for heads in published()["heads"]["maps"]:
        root = b64decode(heads["root"])
        for one in heads["presence"]:
            proof = (one["version"], b64decode(one["leaf"]), hashes(one["siblings"]))
            assert verify_head(root, one["stream"], *proof)
        for one in heads["absence"]:
            other = one["other"] and (
                b64decode(one["other"]["key"]),
                b64decode(one["other"]["value"]),
            )
            assert verify_head(root, one["stream"], 0, b"", hashes(one["siblings"]), other)
