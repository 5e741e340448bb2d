"""What can be wrong with a database, told to the person who must repair it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

DISK_FULL = "53100"
TOO_MANY_CONNECTIONS = "53300"
STARTING_UP = "57P03"
NO_SUCH_DATABASE = "3D000"
NOT_PERMITTED = "42501"

_SENTENCES = {
    DISK_FULL: "Ruang penyimpanan basis data habis; tidak ada yang dicatat. "
    "Sediakan ruang, lalu ulangi.",
    TOO_MANY_CONNECTIONS: "Basis data sudah melayani sambungan sebanyak batasnya; ulangi nanti.",
    STARTING_UP: "Basis data sedang dinyalakan atau dimatikan; ulangi sebentar lagi.",
    NO_SUCH_DATABASE: "Basis data yang disebut SIDIK_DATABASE_URL tidak ada.",
    NOT_PERMITTED: "Peran basis data yang dipakai SIDIK tidak berhak melakukan ini.",
}


class DatabaseTrouble(Exception):
    """Why the database cannot serve: one sentence, in Indonesian, to act upon."""


def explained(error: psycopg.Error) -> DatabaseTrouble:
    """*error* in words for an operator; the server's own are added where ours are general."""
    if error.sqlstate in _SENTENCES:
        return DatabaseTrouble(_SENTENCES[error.sqlstate])
    said = (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()
    if error.sqlstate:
        return DatabaseTrouble(f"Basis data tidak dapat melayani permintaan ini ({said}).")
    return DatabaseTrouble(
        f"Basis data tidak dapat dihubungi; pastikan PostgreSQL berjalan, alamatnya benar ({said})."
    )


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Errors of the world become `DatabaseTrouble`; errors of ours stay what they are."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        raise explained(error) from error
