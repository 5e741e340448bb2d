"""What a new consequence test may start from: tests that were made before, and starting texts.

Nothing is copied until an officer asks for it, what was copied says where it came from, and the
law judges every word as if he had typed it (`domain.reasoning`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from domain import item
from domain.ground import Ground
from domain.item import Item
from domain.wording import telling, words_shared
from web import words
from web.language import _
from web.office import Seat

FILE = Path(__file__).parent / "data" / "test-templates.toml"
ASKED = "mulai"  # in the address of the form
TEST, TEMPLATE = "uji.", "contoh."
SHOWN_MAX = 5
WORDS_MAX = 4  # of a title that are looked for
ROWS_MAX = 25  # looked at for each of them

COPIED = (
    "grounds",
    "laws",
    "consequence_if_opened",
    "benefit_if_closed",
    "public_interest",
    "participants",
)
"""What may be like in another test. Its occasion, its document and its conclusion are its own."""


@dataclass(frozen=True)
class Beginning:
    """One thing a form may be started from."""

    key: str
    title: str
    hint: str


@dataclass(frozen=True)
class Beginnings:
    tests: Sequence[Beginning]
    templates: Sequence[Beginning]

    def __bool__(self) -> bool:
        return bool(self.tests or self.templates)


@dataclass(frozen=True)
class Begun:
    """What a form starts from, and the sentence that says so."""

    initial: Mapping[str, Any]
    origin: str


def beginnings(here: Seat, item_id: UUID, known: Item) -> Beginnings:
    """What a test of this item may start from, the likest first."""
    if known.particulars is None:
        return Beginnings((), ())
    title, grounds = known.particulars.title, {_code(g) for g in known.particulars.grounds}
    tests = [_of_row(row) for row in _alike(here, item_id, title, grounds)]
    fitting = sorted(_templates().values(), key=lambda t: not _overlap(t["grounds"], grounds))
    return Beginnings(
        tests=tests,
        templates=[
            Beginning(TEMPLATE + t["key"], t["title"], _("Dasar: %(what)s", what=t["laws"]))
            for t in fitting
        ],
    )


def begun(here: Seat, key: str) -> Begun | None:
    """What is asked for by *key*; None where there is no such thing, or not for this officer."""
    if key.startswith(TEMPLATE):
        template = _templates().get(key.removeprefix(TEMPLATE))
        return _from_template(template) if template else None
    try:
        item_id = UUID(key.removeprefix(TEST)) if key.startswith(TEST) else None
    except ValueError:
        item_id = None
    known = here.register.ledger.recall(item, item_id).state if item_id else None
    if known is None or known.test is None or known.particulars is None:
        return None
    return _from_test(known) if here.sees(known.particulars.unit) else None


def _from_test(known: Item) -> Begun:
    assert known.test is not None
    assert known.particulars is not None
    copied = {f.name: getattr(known.test, f.name) for f in fields(known.test) if f.name in COPIED}
    origin = _(
        "Isian ini dimulai dari uji atas “%(title)s” tanggal %(day)s. Sesuaikan setiap uraian "
        "dengan informasi yang Anda uji; yang dinilai ialah kata-kata di bawah ini.",
        title=known.particulars.title,
        day=words.day(known.tested_on),
    )
    return Begun({**copied, "period": {"words": known.test.period.words}}, origin)


def _from_template(template: Mapping[str, Any]) -> Begun:
    texts = ("part", "laws", "consequence_if_opened", "benefit_if_closed", "public_interest")
    origin = _(
        "Isian ini dimulai dari teks awal “%(title)s”, bukan dari uji yang pernah dilakukan. Ganti "
        "setiap [lengkapi: …] dengan keadaan yang sebenarnya; uji yang masih memuatnya ditolak.",
        title=template["title"],
    )
    return Begun({name: template[name] for name in texts}, origin)


# Which tests are alike


def _alike(here: Seat, item_id: UUID, title: str, grounds: set[str]) -> list[Mapping[str, Any]]:
    """Tested items that rest on a like ground and speak of like things."""
    found: dict[UUID, Mapping[str, Any]] = {}
    for word in sorted(telling(title), key=len, reverse=True)[:WORDS_MAX]:
        for row in here.register.views.list(
            query=word, grounds=sorted(grounds), units=here.units, limit=ROWS_MAX
        ):
            if row["id"] != item_id and row["tested_on"] and row["conclusion"] != "open":
                found[row["id"]] = row
    likeness = {key: words_shared(title, row["title"]) for key, row in found.items()}
    like = [row for row in found.values() if likeness[row["id"]]]
    like.sort(key=lambda row: (-likeness[row["id"]], -row["tested_on"].toordinal()))
    return like[:SHOWN_MAX]


def _of_row(row: Mapping[str, Any]) -> Beginning:
    rests_on = ", ".join(words.ground(code) for code in row["grounds"])
    hint = _("Diuji %(day)s. %(grounds)s", day=words.day(row["tested_on"]), grounds=rests_on)
    return Beginning(f"{TEST}{row['id']}", row["title"], hint)


def _code(ground: Ground) -> str:
    return f"{ground.huruf}.{ground.angka}" if ground.angka else ground.huruf


def _overlap(some: Sequence[str], others: set[str]) -> bool:
    return bool({code[0] for code in some} & {code[0] for code in others})


@lru_cache
def _templates() -> Mapping[str, Mapping[str, Any]]:
    return {t["key"]: t for t in tomllib.loads(FILE.read_text(encoding="utf-8"))["template"]}


def template_texts() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every starting text by its key."""
    yield from _templates().items()
