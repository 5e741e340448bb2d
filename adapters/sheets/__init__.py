"""Reading somebody's spreadsheet as text: xlsx and ods by calamine, csv by ourselves.

Nothing in the file is believed. What a file is, its content says, not its name. An archive is
measured while it is unpacked and repacked before anybody else reads it, so that a header which
lies cannot harm; a sheet is walked through once before calamine builds it. Every refusal is one
sentence for an officer (`Unreadable`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from adapters.sheets.archive import from_archive
from adapters.sheets.csv import from_csv
from adapters.sheets.limits import BYTES_MAX, Unreadable
from domain.takeover.columns import Table

__all__ = ["Unreadable", "read_content", "read_sheet"]


def read_sheet(path: Path | str, *, sheet: str | None = None) -> Table:
    """The cells of one sheet as text; without *sheet*, of the first that has any."""
    path = Path(path)
    return read_content(path.name, _content(path), sheet=sheet)


def read_content(name: str, content: bytes, *, sheet: str | None = None) -> Table:
    """The same of a file that was sent: its name, and what is in it."""
    if len(content) > BYTES_MAX:
        raise Unreadable(f"Berkas {name} lebih besar dari {BYTES_MAX // 2**20} MB.")
    if not content.strip():
        raise Unreadable(f"Berkas {name} kosong.")
    if content.startswith(b"PK\x03\x04"):
        return from_archive(name, content, sheet)
    _refuse_other_kinds(content)
    if sheet is not None:
        raise Unreadable(f"Berkas {name} berisi teks, tanpa lembar; lembar “{sheet}” tidak ada.")
    return from_csv(name, content)


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise Unreadable(f"Berkas {path.name} tidak ditemukan atau bukan berkas.")
        size = path.stat().st_size
        if size > BYTES_MAX:
            raise Unreadable(
                f"Berkas {path.name} berukuran {size // 2**20} MB; paling besar "
                f"{BYTES_MAX // 2**20} MB. Hapus gambar dan lembar yang tidak perlu, atau bagi "
                "berkasnya."
            )
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"Berkas {path.name} tidak dapat dibuka.") from error
    return content


_OTHER_KINDS: Sequence[tuple[bytes, str]] = (
    (
        b"\xd0\xcf\x11\xe0",
        "Berkas ini berformat .xls lama atau terkunci kata sandi; simpan sebagai .xlsx tanpa "
        "kata sandi.",
    ),
    (b"%PDF", "Berkas ini PDF; salin tabelnya ke lembar kerja dan simpan sebagai .xlsx atau .csv."),
    (b"{\\rtf", "Berkas ini RTF; salin tabelnya ke lembar kerja dan simpan sebagai .xlsx."),
    (b"\x1f\x8b", "Berkas ini terkompresi (gzip); buka dahulu dan kirim isinya."),
    (b"Rar!", "Berkas ini arsip RAR; buka dahulu dan kirim isinya."),
    (b"7z\xbc\xaf", "Berkas ini arsip 7z; buka dahulu dan kirim isinya."),
    (b"\x89PNG", "Berkas ini gambar; yang dapat dibaca hanya .xlsx, .ods, dan .csv."),
    (b"\xff\xd8\xff", "Berkas ini gambar; yang dapat dibaca hanya .xlsx, .ods, dan .csv."),
    (b"PK", "Berkas ini arsip yang kosong atau rusak; simpan ulang sebagai .xlsx."),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|table|head|meta|style|div|body)\b", re.I)


def _refuse_other_kinds(content: bytes) -> None:
    for opening, sentence in _OTHER_KINDS:
        if content.startswith(opening):
            raise Unreadable(sentence)
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")[:200]):
        raise Unreadable(
            "Berkas ini halaman HTML atau XML meskipun namanya lain; buka dengan pengolah lembar "
            "kerja dan simpan sebagai .xlsx."
        )
