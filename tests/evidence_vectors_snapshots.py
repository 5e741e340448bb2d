"""Vectors of snapshots of the published list: rows, files, roots, and what is no snapshot."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.evidence.encoding import to_base64
from domain.evidence.tree import Tree, inclusion_path, leaf_hash
from domain.publication import Row, Snapshot, file, head, to_bytes

LOG = "sidik/contoh-0a1b2c3d/log/1"
ROWS: tuple[Row, ...] = (
    {
        "id": "00000000-0000-4000-8000-000000000001",
        "posisi": 16,
        "versi": 6,
        "judul": 'Rapat "tertutup" é😀',
        "uraian": "Baris\nkedua\u2028\u007f\u0001",
        "dasar": ["Pasal 17 huruf a angka 2", "Pasal 17 huruf h"],
        "berakhir": None,
    },
    {
        "id": "6f1c0000-0000-4000-8000-000000000002",
        "posisi": 9,
        "versi": 5,
        "judul": "",
        "dasar": [],
    },
    {"id": "fe000000-0000-4000-8000-00000000000a", "posisi": 31, "versi": 12, "judul": "/"},
)


def snapshot_vectors() -> dict[str, Any]:
    return {
        "read": [_read(number) for number in range(len(ROWS) + 1)],
        "refused": [{"why": why, "file": text} for why, text in _refused().items()],
    }


def _read(count: int) -> dict[str, Any]:
    rows = [to_bytes(row) for row in ROWS[:count]]
    tree = Tree(map(leaf_hash, rows))
    return {
        "file": _file(count),
        "root": tree.root,
        "leaves": [leaf_hash(row) for row in rows],
        "paths": [inclusion_path(index, count, tree.node) for index in range(count)],
    }


def _file(count: int) -> str:
    rows = [to_bytes(row) for row in ROWS[:count]]
    root = to_base64(Tree(map(leaf_hash, rows)).root)
    snapshot = Snapshot(number=count + 1, position=40, rows=count, root=root)
    about = head(snapshot, on=date(2026, 11, 28), recorded=41, log=LOG)
    return b"".join(file(about, rows)).decode()


def _refused() -> dict[str, str]:
    whole = _file(3)
    first, *rows, last, _ = whole.split("\n")
    bare = [row.removesuffix(",") for row in rows]
    return {
        "no line feed at the end": whole.removesuffix("\n"),
        "white space": whole.replace('"judul":', '"judul": ', 1),
        "another escape": whole.replace('"judul":"/"', '"judul":"\\/"'),
        "members out of order": whole.replace('"posisi":31,"versi":12', '"versi":12,"posisi":31'),
        "a member twice": whole.replace('"judul":"/"', '"judul":"/","judul":"/"'),
        "a fraction": whole.replace('"versi":12', '"versi":12.0'),
        "a comma too many": whole.replace("\n]}", ",\n]}"),
        "rows out of order": "\n".join([first, ",\n".join(bare[::-1]), last, ""]),
        "a row twice": "\n".join([first, ",\n".join([bare[0], *bare]), last, ""]),
        "another format": whole.replace("sidik-potret/v1", "sidik-potret/v2"),
        "a member nobody knows": whole.replace('"potret":{', '"potret":{"a":1,'),
    }
