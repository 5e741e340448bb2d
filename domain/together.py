"""Which decisions may be taken on several items in one go.

What weighs an item is decided on that item, after it was tested: nobody tests, considers or
approves by the dozen. Two ways remain. A draft list is approved and signed as a whole, with
every item on it asked (`domain.decree`): all or none. And clerical acts, that weigh nothing, may
be recorded for many items at once: each item keeps a fact of its own, and what stands against
one of them does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.rule import Rule, cite

TOGETHER = ("archive", "upload")
"""The clerical acts, by their names on the desk."""

ITEMS_MAX = 200
"""As many as one officer can look through before he records them."""

WHAT_WEIGHS_IS_DECIDED_ITEM_BY_ITEM = Rule(
    "what-weighs-is-decided-item-by-item",
    "Keputusan ini diambil butir demi butir, atau atas konsep daftar sebagai satu kesatuan; hanya "
    "pengarsipan dan pengumuman yang dicatat sekaligus.",
    cite("uu-14-2008", "19"),
)
ITEMS_MUST_BE_FEW_ENOUGH_TO_BE_SEEN = Rule(
    "items-must-be-few-enough-to-be-seen",
    f"Pilih sedikitnya satu dan paling banyak {ITEMS_MAX} butir.",
    cite("uu-14-2008", "19"),
    field="items",
)


def rules_against(decision: str, items: int) -> Iterator[Rule]:
    """What stands against recording *decision* for so many items in one go."""
    if decision not in TOGETHER:
        yield WHAT_WEIGHS_IS_DECIDED_ITEM_BY_ITEM
    if not 1 <= items <= ITEMS_MAX:
        yield ITEMS_MUST_BE_FEW_ENOUGH_TO_BE_SEEN
