"""What commands have in common: how they are called, where the data is, which register is meant."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from adapters.terminal import Angka, Folder, Perintah, Stop, answer

if TYPE_CHECKING:
    from threading import Event

    from adapters.database import Database, Role
    from adapters.registers import Register
    from domain.history import Recorded, Stamp

F = TypeVar("F", bound=Callable[..., Any])

ADDRESS = "SIDIK_URL"  # by which officers reach SIDIK, as links in mails begin


# What is handed in


@dataclass(frozen=True, slots=True)
class Ports:
    """What commands need of those whom adapters do not know: clock, scheduler, web and server."""

    now: Callable[[], datetime]
    tick: Callable[[Register, date, datetime], list[Recorded[Any]]]
    save_list: SaveList
    serve_witness: ServeWitness


class SaveList(Protocol):
    def __call__(
        self,
        register: Register,
        output: Path,
        *,
        is_public: bool,
        on: date,
        known_at: datetime | None,
        for_excel: bool,
    ) -> int:
        """Write the public list, or the office's, as a file; how many items are in it."""


class ServeWitness(Protocol):
    def __call__(
        self,
        folder: Path,
        name: str,
        logs: Sequence[str],
        *,
        host: str,
        port: int,
        ready: Callable[[str], None],
    ) -> None:
        """Be a witness of these logs until told to stop."""


# A call


class Call:
    """One command being run: where the data is, and how the answer is wanted."""

    def __init__(self, ports: Ports, data: Path | None, as_json: bool) -> None:
        self.ports, self.data, self.as_json = ports, data, as_json

    @property
    def folder(self) -> Path:
        return self.data or data_folder()

    def now(self) -> datetime:
        return self.ports.now()

    def today(self, register: Register) -> date:
        return register.today(self.now())

    @contextmanager
    def database(self, role: Role = "app") -> Iterator[Database]:
        """The database of ``--data``, else of the environment, else of the user's own folder.

        A *role* says as whom the command works, where it is not as the web does.
        """
        from adapters.database import access_from, open_database

        access = None if self.data else access_from(os.environ, role)
        with open_database(self.folder, access) as database:
            yield database

    @contextmanager
    def register(self, code: str | None) -> Iterator[Register]:
        """The register meant; where there is one only, it need not be named."""
        from adapters.registers import find_register

        with self.database() as database:
            yield find_register(database, code_meant(database, code))

    @contextmanager
    def registers(self, code: str | None) -> Iterator[list[Register]]:
        """The register meant, or all there are."""
        from adapters.registers import find_register

        with self.database() as database:
            yield [find_register(database, each) for each in codes_meant(database, code)]

    def stamp(self, register: Register) -> Stamp:
        """Sign what the keeper of the installation sets up."""
        return self.stamp_on(self.today(register))

    def stamp_on(self, on: date) -> Stamp:
        from domain.history import Stamp
        from domain.officer import Role

        return Stamp(at=self.now(), on=on, by=operator(), as_role=Role.ADMIN.value, cause="")

    def answer(self, found: Mapping[str, Any], lines: Callable[[], Iterable[str]]) -> None:
        """Give it as the caller asked for it."""
        answer(found, as_json=self.as_json, lines=lines)


def code_meant(database: Database, code: str | None) -> str:
    """The register meant; where there is one only, it need not be named."""
    known = database.registers()
    if code is None and len(known) != 1:
        raise Stop(_which(known))
    return _one_of(known, known[0] if code is None else code)


def codes_meant(database: Database, code: str | None) -> list[str]:
    """The register meant, or all there are."""
    known = database.registers()
    if not (code or known):
        raise Stop(_which(known))
    return [_one_of(known, code)] if code else known


def _one_of(known: Sequence[str], code: str) -> str:
    if code not in known:
        from adapters.registers import not_there

        raise not_there(code, known)
    return code


def _which(known: Sequence[str]) -> str:
    if not known:
        return (
            "Belum ada badan publik; buat dengan 'sidik body add', atau lihat contohnya dengan "
            "'sidik demo'."
        )
    return f"Ada beberapa badan publik ({', '.join(known)}); sebutkan --body KODE."


def operator() -> str:
    """Who keeps the installation, as facts name him: the account he uses on this machine."""
    try:
        return f"pengelola:{getpass.getuser()}"
    except (KeyError, OSError):
        return "pengelola"


def data_folder() -> Path:
    """In the user's own data; short, since a socket's path must be."""
    if given := os.environ.get("SIDIK_DATA"):
        return Path(given).expanduser()
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "sidik"


def address() -> str:
    """Before the path of a link; nothing where no address is set."""
    return os.environ.get(ADDRESS, "").rstrip("/")


def told_to_stop() -> Event:
    """Set once this process is."""
    import signal
    import threading

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


# How a command is declared


def command(name: str | None = None, *, help: str) -> Callable[[Callable[..., Any]], Perintah]:
    """A command that `sidik.py` lists; those of a group are declared by their group."""
    return click.command(name, cls=Perintah, help=help)


def common(command: F) -> F:
    """``--json`` and ``--data``, handed over as one `Call`."""

    @click.option("--json", "as_json", is_flag=True, help="Jawab dengan satu objek JSON.")
    @click.option(
        "--data",
        type=Folder(path_type=Path),
        help="Folder data (bawaan: folder data pengguna).",
    )
    @wraps(command)
    def wrapped(*args: Any, as_json: bool, data: Path | None, **kwargs: Any) -> Any:
        ports: Ports = click.get_current_context().obj
        return command(Call(ports, data, as_json), *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def of_body(command: F) -> F:
    return click.option("--body", metavar="KODE", help="Kode badan publik.")(command)


def served_at(port: int) -> Callable[[F], F]:
    """``--port`` and ``--host``, for what answers until it is stopped."""

    def options(command: F) -> F:
        command = click.option(
            "--host", default="127.0.0.1", help="Alamat yang dilayani (bawaan 127.0.0.1)."
        )(command)
        return click.option(
            "--port", type=Angka(1, 65535), default=port, help=f"Porta (bawaan {port})."
        )(command)

    return options


def saved_as(help: str) -> Callable[[F], F]:
    """``-o``, for what gives a file."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=help)


def check_output(file: Path, endings: Sequence[str]) -> None:
    """A file that could not be written is refused before anything is read."""
    if file.suffix.lower() not in endings:
        raise Stop(f"Nama berkas {str(file)!r} harus berakhir dengan {', '.join(endings)}.")
    if not file.parent.is_dir():
        raise Stop(f"Folder berkas {str(file.parent)!r} tidak ada.")
    if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise Stop(f"Berkas {str(file)!r} tidak dapat ditulis.")
