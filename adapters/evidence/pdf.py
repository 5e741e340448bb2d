"""The dossier as PDF/A-3b, with bukti.json inside and the checkpoint in a QR code.

Its moment is that of the checkpoint, so the same evidence always makes the same bytes, and
anybody who has it can set it again and compare.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from domain.evidence.absence import NoEvidence
from domain.evidence.note import SIGNATURE_BYTES, TIME_BYTES, Note, Signature, assemble

TYPESETTING = Path(__file__).with_name("typesetting.py")
SECONDS_MAX = 180
QR_BYTES_MAX = 1000
"""Beyond that a printed code is too fine for a telephone; see `scannable`."""

UNPRINTABLE = re.compile(
    "[^\n -~\xa0-\xac\xae-\u0377\u038e-\u03a1\u03a3-\u04ff\u0621-\u063a\u0640-\u066d"
    "\u1d00-\u1f15\u2010-\u2027\u2030-\u2040\u2044-\u2071\u2074-\u208e\u20a0-\u20c0"
    "\u2100-\u211e\u2126-\u2151\u2153-\u2184\u2190-\u23ff\u2460-\u262f]"
)
"""What the fonts at hand have no shape for, or what makes text read otherwise than it is stored."""

BOX = "\u25af"
UNBROKEN = re.compile(r"[^\s/-]{24,}")
UNBROKEN_MAX = 24
BREAK = "\u200b"  # a place to break a line at, unseen
SHORT_TITLE = 72


def set_in_type(told: dict[str, Any], *, note: str, bukti_json: bytes, at: datetime) -> bytes:
    """The PDF of what is *told*; *note* is the checkpoint that goes into the QR code."""
    told = printable(told, note)
    given = {
        "inputs": {
            "dossier": json.dumps(told, ensure_ascii=False),
            "bukti": bukti_json.decode(),
            "qr": qr(scannable(note)),
        },
        "timestamp": int(at.timestamp()),
    }
    try:
        ran = subprocess.run(
            [sys.executable, "-I", str(TYPESETTING)],
            input=json.dumps(given).encode(),
            capture_output=True,
            check=False,
            timeout=SECONDS_MAX,
        )
    except subprocess.TimeoutExpired:
        raise NoEvidence("Penyusunan PDF terlalu lama, sehingga dihentikan.") from None
    if ran.returncode != 0:
        if not (said := " ".join(ran.stderr.decode(errors="replace").split())[-200:]):
            raise NoEvidence("PDF tidak dapat disusun: kehabisan memori atau waktu.")
        raise NoEvidence("PDF tidak dapat disusun: %(why)s", why=said)
    return ran.stdout


def printable(told: dict[str, Any], note: str) -> dict[str, Any]:
    """The same in characters that can be printed, and without lines that run out of the page."""
    title = " ".join(str(told["title"]).split())
    fitting = {
        **told,
        "short_title": title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1] + "…",
        "replaced": any(map(UNPRINTABLE.search, _texts(told))),
    }
    kept = {"id": told["id"], "checkpoint": {**told["checkpoint"], "note": scannable(note)}}
    return {**_each_text(fitting), **kept}


def _each_text(value: Any) -> Any:
    if isinstance(value, str):
        return UNBROKEN.sub(_breakable, UNPRINTABLE.sub(BOX, value.expandtabs(1)))
    if isinstance(value, dict):
        return {name: _each_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_each_text(inner) for inner in value]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _breakable(word: re.Match[str]) -> str:
    letters = word[0]
    places = range(0, len(letters), UNBROKEN_MAX)
    return BREAK.join(letters[place : place + UNBROKEN_MAX] for place in places)


def scannable(note: str) -> str:
    """The checkpoint as it fits into a printed code: with as many Ed25519 lines as there is room
    for, the log's own first; larger signatures are left to bukti.json."""
    parsed = Note.parse(note)
    kept: list[str] = []
    for signature in parsed.signatures:
        longer = assemble(parsed.text, *kept, str(signature))
        if _is_small(signature) and len(longer.encode()) <= QR_BYTES_MAX:
            kept.append(str(signature))
    return assemble(parsed.text, *kept)


def _is_small(signature: Signature) -> bool:
    return len(signature.content) in (SIGNATURE_BYTES, TIME_BYTES + SIGNATURE_BYTES)


def qr(text: str) -> str:
    """An SVG of *text* itself, no address."""
    made = BytesIO()
    code = segno.make(text, error="m", micro=False, mode="byte", encoding="utf-8")
    code.save(made, kind="svg", border=2, xmldecl=False, svgns=True)
    return made.getvalue().decode()
