"""What a spreadsheet may be, and how one that may not is refused."""

from __future__ import annotations

import unicodedata

from domain.takeover.columns import NotAList

BYTES_MAX = 25 * 2**20
UNPACKED_MAX = 100 * 2**20
RATIO_MAX = 200  # unpacked to packed; honest sheets stay below 50
SMALL = 8 * 2**20  # below this an entry's ratio proves nothing
PARTS_MAX = 2_000
SHEETS_MAX = 50
ROWS_MAX = 20_000
COLUMNS_MAX = 512
CELLS_MAX = 2_000_000
CELL_LENGTH_MAX = 32_767  # what Excel allows
MERGED_MAX = 20_000
DEPTH_MAX = 64
DIGITS_SURE = 15  # a spreadsheet's numbers are floats: the sixteenth digit may be another
SNIFFED = 50  # records that show which delimiter a csv uses


class Unreadable(NotAList):
    """The file cannot be taken; the message is one Indonesian sentence."""


def too_many_rows(what: str) -> str:
    return f"{what} mempunyai lebih dari {ROWS_MAX:,} baris; bagi daftarnya.".replace(",", ".")


def too_long(place: str) -> str:
    return f"Sel {place} memuat lebih dari 32.767 huruf; itu dokumen, bukan isi daftar."


_KEPT = frozenset("\n\t")


def cleaned(words: str) -> str:
    """Without control characters, and without those that turn the direction of writing."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    if words.isascii() and words.isprintable():
        return words
    return "".join(
        one for one in words if one in _KEPT or unicodedata.category(one) not in ("Cc", "Cs", "Cf")
    )
