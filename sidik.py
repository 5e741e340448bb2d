"""SIDIK, put together: the composition root and the command line.

The only module that knows every other. Read on: where things are kept, how they are put
together, what a command has in common with the others, the commands.
"""

# ruff: noqa: PLC0415  # imported where needed, so that a command starts quickly
# ruff: noqa: E402  # an impatient Ctrl-C may come while the rest is being imported

from __future__ import annotations

import sys


def _without_trace(kind: Any, error: Any, trace: Any) -> None:
    """Stopping is no error; what is one is told as ever."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("Dihentikan.\n")
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _without_trace

import getpass
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from adapters.terminal import (
    OK,
    TROUBLE,
    WRONG,
    Angka,
    Folder,
    Hari,
    Kelompok,
    Pengenal,
    Pilihan,
    Saat,
    Stop,
    Teks,
    answer,
    fact,
    run,
    say,
    table,
)

if TYPE_CHECKING:
    from uuid import UUID
    from wsgiref.types import WSGIApplication

    from flask import Flask

    from adapters.database import Database, Role
    from adapters.registers import Register
    from domain.body import Established
    from domain.evidence.verdict import Verdict
    from domain.history import Recorded, Stamp

F = TypeVar("F", bound=Callable[..., Any])

PORT = 8714
WITNESS_PORT = 8715
LIST_ROWS = 50
SIGNER_SECONDS = 8.0  # a bundle waits so long for what is not signed yet
TOKEN_DAYS = 90
OF_PARENT = "SIDIK_DATABASE_OF_PARENT"
HTTPS = "SIDIK_HTTPS"  # "1": a proxy in front speaks HTTPS
ADDRESS = "SIDIK_URL"  # by which officers reach SIDIK, as links in mails begin
SMTP = "SIDIK_SMTP_URL"
OIDC = "SIDIK_OIDC_FILE"
KEYS = "SIDIK_SIGNER_DIR"
POLICY = "SIDIK_POLICY_FILE"
STAMPS = "SIDIK_TSA_URL"
STAMP_ROOTS = "SIDIK_TSA_ROOTS_FILE"
WITNESS = "SIDIK_WITNESS_OF_PARENT"
"""Where the worker finds the database its parent has opened; it is not the worker's to stop."""


def utc_now() -> datetime:
    """The one clock; everything else is handed a time."""
    return datetime.now(UTC)


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


# Put together


def wsgi() -> Flask:
    """For the worker of a WSGI server: ``sidik:wsgi``. It follows the ledgers it shows."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    from adapters.accounts import PostgresAccounts
    from adapters.database import URLS, Access, Database, access_from, open_database
    from adapters.registers import Registers
    from adapters.server import die_with_parent
    from adapters.trouble import DatabaseTrouble
    from web import create_app

    if given := os.environ.get(OF_PARENT):
        die_with_parent()
        database = Database(Access(app=given, auditor=os.environ.get(URLS["auditor"], "")))
    else:
        database = open_database(data_folder(), access_from(os.environ))
    registers = Registers(database, outside=_policy(None))
    follow(registers)
    accounts = PostgresAccounts(database)
    behind_https = os.environ.get(HTTPS) == "1"
    app = create_app(
        registers,
        accounts,
        utc_now,
        secret_key=accounts.form_key(),
        secure=behind_https,
        trouble=(DatabaseTrouble,),
        **_reached_by(),
    )
    if behind_https:  # believe one proxy: it says who asks, and that he asked by HTTPS
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def witness_wsgi() -> WSGIApplication:
    """For the worker of a witness: ``sidik:witness_wsgi``."""
    import json

    from adapters.evidence.witness import open_witness, read_logs
    from adapters.evidence.witness_page import application
    from adapters.server import die_with_parent

    die_with_parent()
    told = json.loads(os.environ[WITNESS])
    logs = read_logs(told["logs"])
    return application(open_witness(Path(told["folder"]), told["name"], logs, utc_now))


def _reached_by() -> dict[str, Any]:
    """How officers hear from SIDIK, and by whom else they may be identified."""
    url, mail, oidc = (os.environ.get(name, "") for name in (ADDRESS, SMTP, OIDC))
    if not any((url, mail, oidc)):
        return {}
    from adapters.mail import MailTrouble, Outbox
    from web import sso

    if url and not url.startswith(("https://", "http://")):
        raise Stop(f"{ADDRESS} harus alamat lengkap, misalnya https://sidik.instansi.go.id.")
    if mail and not url:
        raise Stop(f"Sebutkan juga {ADDRESS}: tautan dalam surat harus berawal dari alamat itu.")
    try:
        return {
            "address": url,
            "mail": Outbox(mail) if mail else None,
            "single_sign_on": sso.read(Path(oidc).expanduser()) if oidc else None,
        }
    except (MailTrouble, sso.SsoTrouble) as trouble:
        raise Stop(str(trouble)) from None


def follow(registers: Any) -> None:
    """Keep the read models in step, those of registers opened later too."""
    from adapters.projector import Projector
    from adapters.trouble import DatabaseTrouble

    def watch() -> None:
        followed: set[str] = set()
        while True:
            try:
                for code in set(registers) - followed:
                    Projector(registers[code].views).start()
                    registers[code].imports.wake(utc_now)  # a list may have been broken off
                    followed.add(code)
            except DatabaseTrouble as trouble:
                say(str(trouble))
            pause.wait(FOLLOW_SECONDS)

    import threading

    pause = threading.Event()
    threading.Thread(target=watch, name="follow", daemon=True).start()


TIDIED_HOURS = 6  # until sessions and answers that serve nobody are dropped again
FOLLOW_SECONDS = 5.0  # until a register opened by another process is followed here too


@contextmanager
def clock_running(database: Database) -> Iterator[None]:
    """Midnight comes, and whatever is due is done, as long as this lasts."""
    from adapters.accounts import PostgresAccounts
    from adapters.leader import Leadership
    from adapters.registers import Registers
    from scheduler.service import Clock, scheduled

    def report(code: str, facts: Sequence[Recorded[Any]], error: Exception | None) -> None:
        from adapters.terminal import sentence

        if error:
            say(f"Penjadwal {code}: {sentence(error)}".replace("  ", " "))
        elif facts:
            say(f"Penjadwal {code}: {len(facts)} catatan baru.")

    registers = Registers(database)
    clock = Clock(
        registers.values,
        lambda code: Leadership(database, code, "clockwork"),
        utc_now,
        report,
    )
    scheduler = scheduled(clock)
    accounts = PostgresAccounts(database)
    scheduler.add_job(lambda: accounts.tidy(utc_now()), "interval", hours=TIDIED_HOURS)

    def forget() -> None:
        for register in registers.values():
            register.imports.tidy(utc_now())
            register.evidence.tidy(utc_now())

    scheduler.add_job(forget, "interval", hours=TIDIED_HOURS)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
        clock.close()


def tick_on(register: Register, on: date | None, now: datetime) -> list[Recorded[Any]]:
    """Perform a register's duties up to a day; a day to come has a clock of its own."""
    from domain.calendar import midnight
    from scheduler.clockwork import tick

    known = register.body
    today = register.today(now)
    on = on or today
    at = now
    if on > today:
        if not known.demo:
            raise Stop(
                f"Tanggal {on.isoformat()} belum tiba di {known.name}; hanya register demo yang "
                "dapat dimajukan waktunya."
            )
        at = midnight(on, known.zone) + timedelta(minutes=1)
    return tick(register, on=on, at=at)


def snapshot_of(register: Register, now: datetime) -> Sequence[Recorded[Any]]:
    """Record the published list, once what is due by today has been done."""
    tick_on(register, None, now)
    return register.publications.take(on=register.today(now), at=now)


def create_demo(database: Database) -> list[Register]:
    from adapters import demo

    now = utc_now()
    return demo.create(database, at=now, clock=lambda register: snapshot_of(register, now))


# What commands have in common


class Call:
    """One command being run: where the data is, and how the answer is wanted."""

    def __init__(self, data: Path | None, as_json: bool) -> None:
        self.data, self.as_json = data, as_json

    @contextmanager
    def database(self, role: Role = "app") -> Iterator[Database]:
        """The database of ``--data``, else of the environment, else of the user's own folder.

        A *role* says as whom the command works, where it is not as the web does.
        """
        from adapters.database import access_from, open_database

        access = None if self.data else access_from(os.environ, role)
        with open_database(self.data or data_folder(), access) as database:
            yield database

    @contextmanager
    def register(self, code: str | None) -> Iterator[Register]:
        """The register meant; where there is one only, it need not be named."""
        from adapters.registers import find_register

        with self.database() as database:
            yield find_register(database, _code(database, code))

    @contextmanager
    def registers(self, code: str | None) -> Iterator[list[Register]]:
        """The register meant, or all there are."""
        from adapters.registers import find_register

        with self.database() as database:
            codes = [code] if code else database.registers()
            if not codes:
                raise Stop(_which(codes))
            yield [find_register(database, each) for each in codes]

    def answer(self, found: dict[str, Any], lines: Callable[[], Iterable[str]]) -> None:
        """Give it as the caller asked for it."""
        answer(found, as_json=self.as_json, lines=lines)


def _code(database: Database, code: str | None) -> str:
    """The register meant; where there is one only, it need not be named."""
    known = database.registers()
    if code is None and len(known) != 1:
        raise Stop(_which(known))
    if code is not None and code not in known:
        there = f"yang ada: {', '.join(known)}" if known else "belum ada satu pun"
        raise Stop(f"Badan publik {code!r} tidak terdaftar; {there}.")
    return code or known[0]


def _which(known: Sequence[str]) -> str:
    if not known:
        return (
            "Belum ada badan publik; buat dengan 'sidik body add', atau lihat contohnya dengan "
            "'sidik demo'."
        )
    return f"Ada beberapa badan publik ({', '.join(known)}); sebutkan --body KODE."


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
        return command(Call(data, as_json), *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def of_body(command: F) -> F:
    return click.option("--body", metavar="KODE", help="Kode badan publik.")(command)


def signed(register_today: date, cause: str) -> Stamp:
    """Sign what the keeper of the installation sets up."""
    from domain.history import Stamp
    from domain.officer import Role

    return Stamp(
        at=utc_now(), on=register_today, by=operator(), as_role=Role.ADMIN.value, cause=cause
    )


def admin_stamp(register: Register) -> Stamp:
    return signed(register.today(utc_now()), "")


@click.group(cls=Kelompok, name="sidik", help="SIDIK: register informasi publik yang dikecualikan.")
def cli() -> None:
    pass


# Serving


@cli.command(help="Nyalakan basis data, laman, API, dan penjadwal.")
@click.option("--demo", "with_demo", is_flag=True, help="Buat tiga badan publik contoh dahulu.")
@click.option("--port", type=Angka(1, 65535), default=PORT, help=f"Porta (bawaan {PORT}).")
@click.option("--host", default="127.0.0.1", help="Alamat yang dilayani (bawaan 127.0.0.1).")
@common
def up(call: Call, with_demo: bool, port: int, host: str) -> None:
    with call.database() as database:
        if with_demo:
            _tell_demo(create_demo(database))
        with clock_running(database), signer_running(call, database):
            _serve(call, database, host, port)


@cli.command(help="Layani laman dan API saja; penjadwal berjalan terpisah.")
@click.option("--port", type=Angka(1, 65535), default=PORT, help=f"Porta (bawaan {PORT}).")
@click.option("--host", default="127.0.0.1", help="Alamat yang dilayani (bawaan 127.0.0.1).")
@common
def web(call: Call, port: int, host: str) -> None:
    with call.database() as database:
        _serve(call, database, host, port)


def _serve(call: Call, database: Database, host: str, port: int) -> None:
    from adapters.database import URLS
    from adapters.server import serve

    def ready(address: str) -> None:
        call.answer({"address": address}, lambda: [f"SIDIK siap di {address}"])

    _reached_by()  # what is wrong with a setting is said here, not by the worker
    _policy(None)
    os.environ[OF_PARENT] = database.uri
    if database.access.auditor:  # with it an auditor's page reads the whole log
        os.environ[URLS["auditor"]] = database.access.auditor
    serve("sidik:wsgi", host=host, port=port, ready=ready)


@cli.command(help="Bawa basis data ke versi ini; sekali, sebelum yang lain dinyalakan.")
@common
def migrate(call: Call) -> None:
    with call.database() as database:
        done = {code: database.migrate(code) for code in database.registers()}
        call.answer(
            {"registers": done},
            lambda: (
                [f"{code}: {', '.join(steps) or 'sudah sesuai'}" for code, steps in done.items()]
                or ["Basis data siap; belum ada badan publik."]
            ),
        )


@cli.command(help="Jalankan penjadwal saja, sampai dihentikan.")
@common
def clockwork(call: Call) -> None:
    import signal
    import threading

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with call.database() as database, clock_running(database):
        call.answer({"clockwork": "running"}, lambda: ["Penjadwal SIDIK berjalan."])
        stopped.wait()


# Signing


@cli.group(cls=Kelompok, help="Tanda tangani log: proses sendiri, dengan kunci di luar basis data.")
def signer() -> None:
    pass


def _signing(command: F) -> F:
    """Where the signer's keys are, and whom it shows what it signs."""
    command = click.option(
        "--keys",
        type=Folder(path_type=Path),
        metavar="FOLDER",
        help=f"Folder kunci dan ingatan ({KEYS}).",
    )(command)
    return common(command)


@signer.command(name="run", help="Tanda tangani terus-menerus, sampai dihentikan.")
@click.option("--policy", type=click.Path(path_type=Path), help=f"Saksi yang diminta ({POLICY}).")
@click.option("--beat", type=Angka(1, 86400), default=60, help="Detik antara peta kepala.")
@click.option("--once", is_flag=True, help="Tanda tangani yang ada sekarang, lalu selesai.")
@click.option("--with-parent", is_flag=True, hidden=True)
@_signing
def signer_run(
    call: Call, keys: Path | None, policy: Path | None, beat: int, once: bool, with_parent: bool
) -> int:
    import signal
    import threading

    from adapters.evidence.signer import Outside
    from adapters.evidence.signing import Signing
    from adapters.server import die_with_parent

    if with_parent:
        die_with_parent()
    troubles: list[str] = []

    def report(code: str, sentence: str) -> None:
        troubles.append(f"{code}: {sentence}" if code else sentence)
        say(f"Penandatangan {troubles[-1]}")

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with call.database("signer") as database:
        signing = Signing(
            database,
            _key_folder(call, keys),
            now=utc_now,
            outside=Outside(policy=_policy(policy), authority=_authority()),
            beat=timedelta(seconds=beat),
            report=report,
        )
        if once:
            signing.sign_once()
            call.answer({"troubles": troubles}, lambda: ["Log ditandatangani."])
            return WRONG if troubles else OK
        call.answer({"signer": "running"}, lambda: ["Penandatangan SIDIK berjalan."])
        signing.run(stopped)
    return OK


@signer.command(name="key", help="Kunci publik log, untuk dibagikan dan dicocokkan.")
@of_body
@_signing
def signer_key(call: Call, keys: Path | None, body: str | None) -> None:
    from adapters.evidence.keys import fingerprint

    with _signer_of(call, keys, body) as signer:
        signer.open()
        found = [{"vkey": str(key), "sha256": fingerprint(key)} for key in signer.keys]
        call.answer(
            {"origin": signer.origin, "keys": found},
            lambda: [
                line
                for key in found
                for line in (f"log     {key['vkey']}", f"SHA-256 {key['sha256']}")
            ],
        )


@signer.command(name="rotate", help="Tambah kunci baru yang ikut menandatangani.")
@of_body
@_signing
def signer_rotate(call: Call, keys: Path | None, body: str | None) -> None:
    with _signer_of(call, keys, body) as signer:
        signer.open()
        key = str(signer.rotate())
        call.answer(
            {"vkey": key},
            lambda: [
                f"Kunci baru {key}",
                "Bagikan kebijakan yang memuat keduanya, lalu akhiri yang lama dengan "
                "'sidik signer retire'.",
            ],
        )


@signer.command(name="retire", help="Akhiri kunci lama; yang pernah ditandatanganinya tetap sah.")
@of_body
@_signing
def signer_retire(call: Call, keys: Path | None, body: str | None) -> None:
    with _signer_of(call, keys, body) as signer:
        signer.open()
        key = str(signer.retire())
        call.answer({"vkey": key}, lambda: [f"Kunci {key} tidak lagi menandatangani."])


@signer.command(
    name="continue",
    help="Nyatakan log baru setelah catatan hilang atau kunci bocor; riwayatnya tetap terbaca.",
)
@click.option("--reason", type=Teks(), required=True, help="Alasan, untuk dicatat selamanya.")
@click.option("--up-to", type=Angka(0), help="Percayai log lama paling jauh sampai catatan ini.")
@of_body
@_signing
def signer_continue(
    call: Call, keys: Path | None, body: str | None, reason: str, up_to: int | None
) -> None:
    with _signer_of(call, keys, body) as signer:
        before = signer.go_on(reason, up_to)
        key = str(signer.keys[0])
        call.answer(
            {"origin": signer.origin, "vkey": key, "trusted": before.size},
            lambda: [
                f"Log {before.origin} dipercaya sampai catatan {before.size}.",
                f"Log baru {signer.origin}",
                f"Kunci    {key}",
            ],
        )


@contextmanager
def _signer_of(call: Call, keys: Path | None, body: str | None) -> Iterator[Any]:
    """The signer of one register, while no other process has it."""
    from adapters.evidence.signer import Signer
    from adapters.evidence.signer_memory import SignerMemory

    with (
        call.database("signer") as database,
        SignerMemory(_key_folder(call, keys) / _code(database, body)) as memory,
    ):
        made = Signer(database, memory.folder.name, memory, now=utc_now, report=say)
        try:
            yield made
        finally:
            made.close()


def _key_folder(call: Call, keys: Path | None) -> Path:
    if keys is not None:
        return keys
    if given := os.environ.get(KEYS):
        return Path(given).expanduser()
    return (call.data or data_folder()) / "signer"


def _policy(path: Path | None) -> Any:
    """Whom the signer shows what it signs; none where nobody is named."""
    from domain.evidence.encoding import Malformed
    from domain.evidence.policy import Policy

    given = path or os.environ.get(POLICY)
    if not given:
        return None
    try:
        return Policy.parse(Path(given).expanduser().read_bytes())
    except OSError as error:
        raise Stop(f"Kebijakan {given} tidak terbaca ({error.strerror}).") from None
    except Malformed as trouble:
        raise Stop(f"Kebijakan {given} tidak dapat dipakai: {trouble}.") from None


def _authority() -> Any:
    """Who stamps what is signed, once a day; nobody, where none is named."""
    from adapters.evidence.stamps import Authority, read_roots

    url, roots = os.environ.get(STAMPS), os.environ.get(STAMP_ROOTS)
    if not url:
        return None
    if not roots:
        raise Stop(f"Sebutkan juga {STAMP_ROOTS}: sertifikat akar yang dipercaya, berkas PEM.")
    return Authority(url, read_roots(Path(roots).expanduser()))


@contextmanager
def signer_running(call: Call, database: Database) -> Iterator[None]:
    """A signer in a process of its own as long as this lasts, where it may sign from here."""
    import subprocess

    if not database.access.signer:
        say("Penandatangan tidak dijalankan dari sini: SIDIK_SIGNER_URL tidak disebut.")
        yield
        return
    data = () if call.data is None else ("--data", str(call.data))
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sidik; sidik.main()",
            "signer",
            "run",
            "--with-parent",
            *data,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@cli.command(help="Saksikan log badan publik lain; untuk pihak luar, tanpa basis data.")
@click.option("--name", required=True, help="Nama saksi, misalnya saksi.ki.go.id/1; tetap.")
@click.option("--log", "logs", multiple=True, metavar="KUNCI", help="Kunci log yang diawasi.")
@click.option(
    "--log-file",
    type=click.Path(path_type=Path),
    metavar="BERKAS",
    help="Daftar kunci log, satu sebaris, atau berkas kebijakan.",
)
@click.option(
    "--port", type=Angka(1, 65535), default=WITNESS_PORT, help=f"Porta (bawaan {WITNESS_PORT})."
)
@click.option("--host", default="127.0.0.1", help="Alamat yang dilayani (bawaan 127.0.0.1).")
@common
def witness(
    call: Call, name: str, logs: tuple[str, ...], log_file: Path | None, port: int, host: str
) -> None:
    import json

    from adapters.evidence.keys import fingerprint
    from adapters.evidence.witness import open_witness, read_logs
    from adapters.evidence.witness_memory import alone
    from adapters.server import serve

    folder = call.data or data_folder() / "saksi"
    listed = log_file.read_text(encoding="utf-8").splitlines() if log_file else []
    watched = read_logs([*logs, *listed])
    with alone(folder):
        known = open_witness(folder, name, watched, utc_now)
        key = {"vkey": str(known.key), "sha256": fingerprint(known.key)}

        def ready(address: str) -> None:
            call.answer(
                {"address": address, "witness": name, "logs": sorted(watched), **key},
                lambda: [
                    f"Saksi {name} siap di {address}",
                    f"Kunci   {key['vkey']}",
                    f"SHA-256 {key['sha256']}",
                    *(f"Log     {origin}" for origin in sorted(watched)),
                ],
            )

        vkeys = [str(each) for keys in watched.values() for each in keys]
        os.environ[WITNESS] = json.dumps({"folder": str(folder), "name": name, "logs": vkeys})
        serve("sidik:witness_wsgi", host=host, port=port, ready=ready)


@cli.command(help="Buat tiga badan publik contoh dengan pejabat fiktif.")
@common
def demo(call: Call) -> None:
    from adapters.demo import PASSWORD, logins

    with call.database() as database:
        registers = create_demo(database)
        bodies: list[dict[str, Any]] = [
            {"code": register.code, "name": register.body.name, "items": register.views.counts()}
            for register in registers
        ]
        people = [
            {"login": login, "name": name, "position": position}
            for login, name, position in logins()
        ]
        if not call.as_json:
            _tell_demo(registers)
        call.answer(
            {"bodies": bodies, "officers": people, "password": PASSWORD},
            lambda: table(
                ("BADAN", "NAMA", "BUTIR"),
                [(b["code"], b["name"], sum(b["items"].values())) for b in bodies],
            ),
        )


def _tell_demo(registers: Sequence[Register]) -> None:
    from adapters.demo import PASSWORD, logins

    say(f"Tiga badan publik contoh siap: {', '.join(r.code for r in registers)}.")
    say(f"Pejabatnya fiktif; kata sandi semua akun demo: {PASSWORD}")
    for line in table(("NAMA MASUK", "PEJABAT", "JABATAN"), logins()):
        say(f"  {line}")


# Taking over, and what the clock brings about


@cli.command("import", help="Ambil alih daftar yang sudah ada (xlsx, csv, ods).")
@click.argument("file", type=click.Path(path_type=Path), metavar="BERKAS")
@click.option("--sheet", help="Lembar yang dibaca.")
@click.option("--map", "choice", default="", help="Arti kolom, misalnya title=C,period=F.")
@click.option("--unit", default="", help="Unit kerja bila daftar tidak menyebutnya.")
@click.option("--dry-run", is_flag=True, help="Baca dan laporkan saja; tidak perlu basis data.")
@click.option("--report", type=click.Path(path_type=Path), help="Simpan laporan sebagai xlsx.")
@of_body
@common
def import_(
    call: Call,
    file: Path,
    sheet: str | None,
    choice: str,
    unit: str,
    dry_run: bool,
    report: Path | None,
    body: str | None,
) -> int:
    from xlsxwriter.exceptions import FileCreateError

    from adapters.report import as_json, show, write_workbook
    from adapters.takeover_files import plan_file
    from domain.takeover import apply
    from domain.takeover.columns import parse_choice

    chosen = parse_choice(choice)
    if report:
        _check_report(report, file)
    if dry_run:
        made = plan_file(file, on=utc_now().date(), sheet=sheet, chosen=chosen, unit=unit)
    else:
        with call.register(body) as register:
            _check_unit(register, unit)
            made = plan_file(
                file,
                on=register.today(utc_now()),
                sheet=sheet,
                chosen=chosen,
                law=_law_of(register),
                existing=_existing(register),
                unit=unit,
            )
            made, receipt = apply(made, register.ledger, admin_stamp(register))
            if receipt.position:
                register.views.catch_up()
    if report:
        try:
            write_workbook(made, report)
        except (OSError, FileCreateError):
            done = "" if dry_run else "; daftarnya sudah diambil alih"
            raise Stop(f"Laporan {report} tidak dapat disimpan{done}.") from None
    if call.as_json:
        call.answer(as_json(made), lambda: ())
    else:
        from rich.console import Console

        show(made, Console())
    lost = {"no-information", "row-too-long"}
    refused = [row for row in made.rows if {finding.code for finding in row.findings} & lost]
    return WRONG if refused else OK


def _check_report(report: Path, file: Path) -> None:
    """A report that could not be written is refused before anything is recorded."""
    if report.suffix.lower() != ".xlsx":
        raise Stop(f"Nama laporan {str(report)!r} harus berakhir dengan .xlsx.")
    if report.resolve() == file.resolve() or (
        report.exists() and file.exists() and report.samefile(file)
    ):
        raise Stop(f"Laporan tidak boleh menimpa daftar yang dibaca ({file}).")
    if not report.parent.is_dir():
        raise Stop(f"Folder laporan {str(report.parent)!r} tidak ada.")
    there = report if report.exists() else report.parent
    if report.is_dir() or not os.access(there, os.W_OK):
        raise Stop(f"Laporan {str(report)!r} tidak dapat ditulis.")


def _law_of(register: Register) -> Any:
    from domain import law

    return register.ledger.recall(law, law.ID).state


def _existing(register: Register) -> Iterator[Any]:
    """Every item on the register already, by which neighbours are found."""
    from domain.takeover import Existing

    register.views.catch_up()
    after = None
    while page := register.views.list(after=after, limit=1000):
        for row in page:
            yield Existing(id=row["id"], title=row["title"], unit=row["unit"])
        after = (page[-1]["sort_key"], page[-1]["id"])


def _check_unit(register: Register, unit: str) -> None:
    units = register.body.units
    if unit and unit not in units:
        there = ", ".join(units) or "belum ada"
        raise Stop(f"Unit {unit!r} tidak terdaftar pada {register.body.name}; yang ada: {there}.")


@cli.command(help="Laksanakan semua kewajiban yang jatuh tempo sampai suatu tanggal.")
@click.option("--on", type=Hari(), help="Tanggal (bawaan: hari ini); ke depan hanya untuk demo.")
@of_body
@common
def tick(call: Call, on: date | None, body: str | None) -> None:
    now = utc_now()
    with call.registers(body) as registers:
        if on and (late := [r for r in registers if on > r.today(now) and not r.body.demo]):
            tick_on(late[0], on, now)  # refuses, before anything is done anywhere
        facts = [
            {"body": register.code, **fact(recorded)}
            for register in registers
            for recorded in tick_on(register, on, now)
        ]
    call.answer(
        {"facts": facts},
        lambda: (
            table(
                ("BADAN", "BERLAKU", "CATATAN", "BUTIR"),
                [(f["body"], f["on"], _told(f), f["item"]) for f in facts],
            )
            if facts
            else ["Tidak ada yang jatuh tempo."]
        ),
    )


DEEDS = {
    "item.declassified": "terbuka",
    "item.review_raised": "pejabat dipanggil",
    "item.notice_recomputed": "tenggat dihitung ulang",
}


def _told(told: dict[str, Any]) -> str:
    return DEEDS.get(told["tag"], str(told["tag"]))


@cli.command(help="Catat potret daftar yang diumumkan, bila isinya berubah sejak potret terakhir.")
@click.option("--check", is_flag=True, help="Periksa isi semua potret terhadap catatannya saja.")
@of_body
@common
def snapshot(call: Call, check: bool, body: str | None) -> int:
    if check:
        return _check_snapshots(call, body)
    now, found = utc_now(), []
    with call.registers(body) as registers:
        for register in registers:
            is_new = bool(snapshot_of(register, now))
            latest = next(iter(register.publications.page(limit=1)), None)
            found.append({"body": register.code, "new": is_new, **_snapshot(latest)})
    call.answer(
        {"snapshots": found},
        lambda: table(
            ("BADAN", "POTRET", "BUTIR", "AKAR", "KETERANGAN"),
            [
                (
                    f["body"],
                    f.get("number", "-"),
                    f.get("rows", 0),
                    f.get("root", ""),
                    "baru" if f["new"] else "tidak ada perubahan",
                )
                for f in found
            ],
        ),
    )
    return OK


def _check_snapshots(call: Call, body: str | None) -> int:
    with call.registers(body) as registers:
        broken = {register.code: register.publications.broken() for register in registers}
    lines = [
        f"{code}: isi potret ke-{', '.join(map(str, numbers))} tidak cocok dengan catatannya."
        if numbers
        else f"{code}: isi semua potret cocok dengan catatannya."
        for code, numbers in broken.items()
    ]
    call.answer({"broken": broken}, lambda: lines)
    return WRONG if any(broken.values()) else OK


def _snapshot(latest: dict[str, Any] | None) -> dict[str, Any]:
    from domain.evidence.encoding import to_base64

    if latest is None:
        return {}
    named = ("number", "position", "recorded", "rows", "log")
    return {**{name: latest[name] for name in named}, "root": to_base64(latest["root"])}


# Asking


@cli.command("list", help="Daftar sekarang, atau seperti keadaannya atau seperti diketahui dahulu.")
@click.option("--as-of", type=Hari(), help="Keadaan pada tanggal ini.")
@click.option(
    "--known-at", type=Saat(), help="Seperti diketahui saat ini; tanpa zona: waktu setempat."
)
@click.option("--status", help="Hanya status ini, misalnya exempt.")
@click.option("--unit", help="Hanya unit ini.")
@click.option("--ground", help="Hanya dengan dasar ini, misalnya h atau h.3 (huruf Pasal 17).")
@click.option("--year", type=Angka(1900, 2200), help="Hanya yang ditetapkan pada tahun ini.")
@click.option("--held", is_flag=True, help="Hanya yang ditahan.")
@click.option("--published", is_flag=True, help="Hanya yang dapat dibaca umum.")
@click.option("--within", type=Angka(1, 750), help="Berakhir dalam sekian hari kerja.")
@click.option("--query", help="Kata yang dicari, juga nomor penetapan atau 'pasal 17 huruf h'.")
@click.option("--sort", type=Pilihan(["title", "end"]), default="title", help="Urutan.")
@click.option("--limit", type=Angka(1, 10_000), default=LIST_ROWS, help="Jumlah baris.")
@click.option("--after", help="Lanjutan: isi 'next' dari jawaban sebelumnya.")
@of_body
@common
def list_(
    call: Call,
    as_of: date | None,
    known_at: datetime | None,
    status: str | None,
    unit: str | None,
    ground: str | None,
    year: int | None,
    held: bool,
    published: bool,
    within: int | None,
    query: str | None,
    sort: str,
    limit: int,
    after: str | None,
    body: str | None,
) -> None:
    from domain.calendar import working_days_after
    from domain.desk import schedule_of
    from domain.item import Status

    if query and not query.isprintable():
        raise Stop("Kata yang dicari memuat yang bukan teks UTF-8 atau tidak terlihat.")
    if status and status not in list(Status):
        raise Stop(f"Status {status!r} tidak dikenal; pilih {', '.join(Status)}.")
    if (within or sort == "end") and (as_of or known_at):
        raise Stop("--within dan --sort end hanya untuk daftar sekarang, tanpa --as-of/--known-at.")
    begin = _read_cursor(after, sort)
    with call.register(body) as register:
        if known_at and known_at.tzinfo is None:
            from zoneinfo import ZoneInfo

            known_at = known_at.replace(tzinfo=ZoneInfo(register.body.zone))
        register.views.catch_up()
        ends = None
        if within:
            today, days = register.today(utc_now()), _calendar_of(register)
            schedule = schedule_of(register.body, days)
            ends = (today, working_days_after(schedule, today, within, rule="", basis="").due)
        rows = register.views.list(
            as_of,
            known_at,
            status=status,
            unit=unit,
            grounds=[ground.lower()] if ground else (),
            year=year,
            held=held,
            published=published,
            ends=ends,
            query=query,
            sort=sort,
            after=begin,
            limit=limit + 1,
        )
        day = as_of or register.today(utc_now())
    rows, more = rows[:limit], rows[limit:]
    for row in rows:  # what has ended is open by law, whether or not the clock has said so yet
        closed = row["status"] == Status.EXEMPT
        row["in_force"] = closed and (row["ends_on"] is None or day <= row["ends_on"])
        row["ended"] = closed and not row["in_force"]
    found = {
        "items": [{"body": register.code, **_shown(row)} for row in rows],
        "as_of": as_of,
        "known_at": known_at,
        "next": _cursor(rows[-1], sort) if more else None,
    }
    call.answer(
        found,
        lambda: table(
            ("ID", "STATUS", "BERAKHIR", "DASAR", "INFORMASI"),
            [
                (
                    str(row["id"])[:8],
                    f"{row['status']} (berakhir)" if row["ended"] else row["status"],
                    row["ends_on"] or row["period_words"][:24],
                    ",".join(row["grounds"]),
                    row["title"][:70],
                )
                for row in rows
            ],
        ),
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("earlier", "rank")}


def _calendar_of(register: Register) -> Any:
    from domain import calendar

    return register.ledger.recall(calendar, calendar.ID).state


def _cursor(row: dict[str, Any], sort: str) -> str:
    import base64
    import json

    place = [row["ends_on"] and row["ends_on"].isoformat() if sort == "end" else row["sort_key"]]
    rank = [row["rank"]] if row.get("rank") and sort != "end" else []
    words = json.dumps([*place, str(row["id"]), *rank])
    return base64.urlsafe_b64encode(words.encode()).decode()


def _read_cursor(words: str | None, sort: str) -> Any:
    import base64
    import json
    from uuid import UUID

    if words is None:
        return None
    try:
        place, item_id, *rank = json.loads(base64.urlsafe_b64decode(words.encode()))
        if sort == "end":
            return place and date.fromisoformat(place), UUID(item_id)
        return (str(place), UUID(item_id), *(int(one) for one in rank))
    except (ValueError, TypeError, AttributeError):
        raise Stop("Isi --after tidak sah; salin 'next' dari jawaban sebelumnya.") from None


@cli.command(help="Simpan daftar sebagai berkas: publik (yang diumumkan) atau register (semua).")
@click.argument("which", type=Pilihan(("publik", "register")), metavar="DAFTAR")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Berkas tujuan: .xlsx, .csv, atau .json.",
)
@click.option("--as-of", type=Hari(), help="Keadaan pada tanggal ini.")
@click.option(
    "--known-at", type=Saat(), help="Seperti diketahui saat ini; tanpa zona: waktu setempat."
)
@click.option("--excel", is_flag=True, help="CSV bertitik koma, untuk Excel Indonesia.")
@of_body
@common
def export(
    call: Call,
    which: str,
    output: Path,
    as_of: date | None,
    known_at: datetime | None,
    excel: bool,
    body: str | None,
) -> None:
    from zoneinfo import ZoneInfo

    from web import open_data

    _check_output(output, open_data.ENDINGS)
    site = os.environ.get(ADDRESS, "").rstrip("/")
    with call.register(body) as register:
        register.views.catch_up()
        if known_at and known_at.tzinfo is None:
            known_at = known_at.replace(tzinfo=ZoneInfo(register.body.zone))
        on = as_of or register.today(utc_now())
        then = known_at or register.ledger.head()
        if which == "publik":
            sheet = open_data.published_sheet(
                register,
                register.body,
                on=on,
                known_at=then,
                upto=known_at or utc_now(),
                address=lambda item: f"{site}/publik/{register.code}/butir/{item}",
            )
        else:
            about = {"diunduh": utc_now(), "oleh": operator()}
            sheet = open_data.office_sheet(
                register, register.body, on=on, known_at=then, about=about
            )
        written = open_data.Counted(sheet)
        try:
            open_data.write(written.sheet, output, at=utc_now(), for_excel=excel)
        except OSError:
            raise Stop(f"Berkas {str(output)!r} tidak dapat ditulis.") from None
    found = {"file": str(output), "list": which, "as_of": on, "known_at": known_at}
    call.answer(
        {**found, "rows": written.number},
        lambda: [f"{written.number} butir disimpan dalam {output}."],
    )


def _check_output(file: Path, endings: Sequence[str]) -> None:
    """A file that could not be written is refused before anything is read."""
    if file.suffix.lower() not in endings:
        raise Stop(f"Nama berkas {str(file)!r} harus berakhir dengan {', '.join(endings)}.")
    if not file.parent.is_dir():
        raise Stop(f"Folder berkas {str(file.parent)!r} tidak ada.")
    if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise Stop(f"Berkas {str(file)!r} tidak dapat ditulis.")


@cli.command(help="Buat berkas bukti satu butir, bagi majelis atau umum; .zip (BagIt) atau .pdf.")
@click.argument("item", metavar="BUTIR")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Berkas tujuan: .zip atau .pdf.",
)
@click.option("--public", is_flag=True, help="Salinan umum: isi yang tertutup ditahan.")
@click.option("--refused-on", type=Hari(), help="Tanggal permohonan ditolak.")
@click.option("--known-on", type=Hari(), help="Seperti diketahui sampai akhir tanggal ini.")
@click.option(
    "--policy",
    type=click.Path(path_type=Path),
    help="Kebijakan yang disertakan (bawaan: kunci yang diumumkan log, dan saksinya).",
)
@of_body
@common
def bundle(
    call: Call,
    item: str,
    output: Path,
    public: bool,
    refused_on: date | None,
    known_on: date | None,
    policy: Path | None,
    body: str | None,
) -> None:
    from hashlib import sha256

    from adapters.evidence import handover
    from adapters.evidence.bundle import Copy
    from adapters.evidence.reader import log_of
    from adapters.evidence.signing import await_heads

    _check_output(output, (handover.ZIP, handover.PDF))
    with call.register(body) as register:
        for day, called in ((refused_on, "penolakan"), (known_on, "pengetahuan")):
            if day and day > register.today(utc_now()):
                raise Stop(f"Tanggal {called} {day.isoformat()} belum tiba.")
        register.views.catch_up()
        asked = handover.Asked(
            item=register.find_item(item),
            copy=Copy.PUBLIC if public else Copy.PANEL,
            form=output.suffix.lower(),
            refused_on=refused_on,
            known_on=known_on,
        )
        database = register.views.database
        trusted = (
            handover.read_policy(policy)
            if policy
            else handover.own_policy(log_of(database, register.code), _policy(None))
        )
        waits = [SIGNER_SECONDS]

        def again(position: int) -> bool:
            """The signer comes within seconds; waiting once shows whether it comes at all."""
            if not waits:
                return False
            await_heads(database, register.code, position, waits.pop())
            return True

        made = handover.hand_over(register, asked, trusted, again)
        if asked.copy is Copy.PANEL:
            register.readings.note(
                by=operator(),
                as_role="admin",
                what="closed",
                at=utc_now(),
                subject_id=asked.item,
                detail="berkas bukti",
            )
        handover.save(made, output)
    found = {
        "file": str(output),
        "item": asked.item,
        "copy": asked.copy,
        "answer": made.answer["kind"],
        "complete": made.evidence.gathered.is_complete,
        "uncovered": list(made.evidence.uncovered),
        "sha256": sha256(made.file).hexdigest(),
    }
    call.answer(
        found,
        lambda: [
            f"Berkas bukti, salinan {asked.copy}, disimpan dalam {output} "
            f"({-(-len(made.file) // 1024)} kB).",
            f"SHA-256 {found['sha256']}",
            f"Uji sebelum penolakan: {made.answer['word']}. {made.answer['text']}",
        ],
    )


@cli.command(help="Jejak audit satu butir; ID boleh disingkat, paling sedikit 6 huruf.")
@click.argument("item", metavar="BUTIR")
@of_body
@common
def history(call: Call, item: str, body: str | None) -> None:
    with call.register(body) as register:
        register.views.catch_up()
        item_id = register.find_item(item)
        facts = [fact(recorded) for recorded in register.ledger.history(item_id)]
    call.answer(
        {"body": register.code, "item": item_id, "facts": facts},
        lambda: table(
            ("NO", "DICATAT", "BERLAKU", "OLEH", "SEBAGAI", "CATATAN"),
            [
                (f["version"], f["at"][:16], f["on"], f["by"], f.get("as_role", ""), f["tag"])
                for f in facts
            ],
        ),
    )


def _with_evidence(command: F) -> F:
    """By what the reader of a log judges it."""
    for option in (
        click.option(
            "--checkpoint",
            "checkpoints",
            multiple=True,
            type=click.Path(path_type=Path),
            help="Checkpoint yang Anda simpan sendiri; boleh beberapa.",
        ),
        click.option(
            "--policy",
            type=click.Path(path_type=Path),
            help="Kunci log dan saksi yang Anda percaya (C2SP tlog-policy), dari sumber sendiri.",
        ),
    ):
        command = option(command)
    return command


@cli.command(help="Periksa seluruh log, atau satu berkas bukti: tidak ada yang diubah?")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="BERKAS",
    help="Periksa berkas bukti ini saja, tanpa basis data.",
)
@click.option("--refused-on", type=Hari(), help="Dengan --bundle: tanggal permohonan ditolak.")
@_with_evidence
@of_body
@common
def verify(
    call: Call,
    bundle: Path | None,
    refused_on: date | None,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
    body: str | None,
) -> int:
    if bundle is not None:
        return _verify_bundle(call, bundle, policy, checkpoints, refused_on)
    if refused_on:
        raise Stop("--refused-on hanya berlaku bersama --bundle.")
    with call.database("auditor") as database:
        codes = [_code(database, body)] if body else database.registers()
        if not codes:
            raise Stop(_which(codes))
        verdicts, unknown = _verified(database, codes, policy, checkpoints)
    call.answer(
        {
            "bodies": [{"body": code, **verdict.plain()} for code, verdict in verdicts.items()],
            "unknown": unknown,
        },
        lambda: _told_verdicts(verdicts, unknown),
    )
    is_well = all(v.is_sound and (v.is_proven or policy is None) for v in verdicts.values())
    return OK if is_well and not unknown else WRONG


def _verified(
    database: Database, codes: Sequence[str], policy: Path | None, checkpoints: Sequence[Path]
) -> tuple[dict[str, Verdict], list[str]]:
    """The verdict on each log, and those checkpoints that are of none of them."""
    from adapters.evidence.keys import verify
    from adapters.evidence.replay import verify_log
    from adapters.evidence.whole_log import StoredLog

    trusted = _policy(policy) if policy else None
    held = [_checkpoint(file) for file in checkpoints]
    unknown = {origin for origin, _ in held}
    verdicts = {}
    with _progress("Memeriksa") as watch:
        for code in codes:
            with StoredLog.open(database, code) as log:
                names = {origin.name for origin in log.origins()}
                verdicts[code] = verify_log(
                    log,
                    verify=verify,
                    policy=trusted,
                    held=[note for origin, note in held if origin in names],
                    progress=partial(_out_of, watch(code), log.facts()),
                )
            unknown -= names
    return verdicts, sorted(unknown)


def _out_of(tell: Callable[[int, int], None], total: int, done: int) -> None:
    tell(done, total)


def _checkpoint(file: Path) -> tuple[str, str]:
    """A checkpoint that somebody has kept, or the receipt it came with: of which log, its text."""
    from domain.evidence.encoding import Malformed
    from domain.evidence.note import Checkpoint, Note
    from domain.evidence.proof import HEADING, Proof

    try:
        data = file.read_bytes()
        is_receipt = data.startswith(HEADING.encode())
        note = Note.parse(Proof.parse(data).checkpoint if is_receipt else data)
        return Checkpoint.parse(note.text).origin, str(note)
    except OSError as error:
        raise Stop(f"Checkpoint {file} tidak terbaca ({error.strerror}).") from None
    except Malformed as trouble:
        raise Stop(f"Berkas {file} bukan checkpoint: {trouble}.") from None


def _verify_bundle(
    call: Call,
    file: Path,
    policy: Path | None,
    checkpoints: Sequence[Path],
    refused_on: date | None,
) -> int:
    """What the stand-alone verifier says, as it says it to whoever has nothing else of ours."""
    import json

    from adapters.evidence.bundle import MATCH, REFUSED, verify

    verdict = verify(
        file, policy=policy, held=checkpoints, refused_on=refused_on, as_json=call.as_json
    )
    found = json.loads(verdict.said) if call.as_json else {}
    call.answer(found, verdict.said.strip("\n").splitlines)
    if verdict.code == MATCH:
        return OK
    return TROUBLE if verdict.code == REFUSED else WRONG


def _told_verdicts(verdicts: Mapping[str, Verdict], unknown: Sequence[str]) -> Iterator[str]:
    from domain.evidence.verdict import LANGUAGES

    heads = {"id": ("Terbukti:", "Tidak terbukti:"), "en": ("Proven:", "Not proven:")}
    for code, verdict in verdicts.items():
        yield f"{code}: log {verdict.origin}"
        for language in LANGUAGES:
            yield ""
            yield verdict.conclusion(language)
            yield from (f"  - {finding.told(language)}" for finding in verdict.findings)
            for head, said in zip(
                heads[language],
                (verdict.proven(language), verdict.unproven(language)),
                strict=True,
            ):
                if lines := [*said]:
                    yield head
                    yield from (f"  - {line}" for line in lines)
        yield ""
    for origin in unknown:
        yield f"Checkpoint dari {origin} tidak dapat dibandingkan: log itu tidak ada di sini."


@cli.command(help="Bangun ulang semua tampilan di sampingnya dan sebut setiap perbedaan.")
@click.option("--compare", is_flag=True, help="Bandingkan dengan tampilan yang sedang dipakai.")
@_with_evidence
@of_body
@common
def replay(
    call: Call,
    compare: bool,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
    body: str | None,
) -> int:
    if not compare:
        raise Stop("Sebutkan --compare; untuk mengganti tampilan pakai 'sidik rebuild'.")
    differences = []
    with call.registers(body) as registers:
        database, codes = registers[0].views.database, [each.code for each in registers]
        verdicts: dict[str, Verdict] = {}
        unknown: list[str] = []
        if database.access.auditor or policy or checkpoints:
            verdicts, unknown = _verified(database, codes, policy, checkpoints)
        else:
            say("Catatan sendiri tidak diperiksa: SIDIK_AUDITOR_URL tidak disebut.")
        with _progress("Membandingkan") as watch:
            for register in registers:
                register.views.catch_up()
                for found in register.views.compare(progress=watch(register.code)):
                    differences.append(
                        {
                            "body": register.code,
                            "view": found.view,
                            "key": [str(part) for part in found.key],
                            "column": found.column,
                            "live": found.live,
                            "rebuilt": found.rebuilt,
                        }
                    )
    call.answer(
        {
            "differences": differences,
            "log": [{"body": code, **verdict.plain()} for code, verdict in verdicts.items()],
        },
        lambda: [
            *_told_verdicts(verdicts, unknown),
            *(
                table(
                    ("BADAN", "TAMPILAN", "KUNCI", "KOLOM", "TERTULIS", "SEHARUSNYA"),
                    [
                        (
                            d["body"],
                            d["view"],
                            " ".join(d["key"]),
                            d["column"] or "(baris)",
                            _short(d["live"]),
                            _short(d["rebuilt"]),
                        )
                        for d in differences
                    ],
                )
                if differences
                else ["Tidak ada perbedaan antara tampilan dan catatan."]
            ),
        ],
    )
    is_well = all(verdict.is_sound for verdict in verdicts.values()) and not unknown
    return OK if is_well and not differences else WRONG


def _short(value: Any) -> str:
    words = str(value)
    return words if len(words) <= 60 else words[:57] + "..."


@cli.command(help="Bangun ulang tampilan dari catatan pertama dan gantikan yang lama.")
@click.argument("names", nargs=-1, metavar="[NAMA]...")
@of_body
@common
def rebuild(call: Call, names: tuple[str, ...], body: str | None) -> None:
    from projections.register import TABLES

    known = [each.name for each in TABLES]
    if odd := [name for name in names if name not in known]:
        raise Stop(f"Tampilan {odd[0]!r} tidak dikenal; yang ada: {', '.join(known)}.")
    with call.registers(body) as registers, _progress("Membangun ulang") as watch:
        rebuilt = [
            {
                "body": register.code,
                "position": register.views.rebuild(names or None, watch(register.code)),
            }
            for register in registers
        ]
    call.answer(
        {"rebuilt": rebuilt},
        lambda: [
            f"{r['body']}: dibangun ulang sampai catatan ke-{r['position']}." for r in rebuilt
        ],
    )


@contextmanager
def _progress(doing: str) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """A bar on standard error, where somebody is looking."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:

        def watch(code: str) -> Callable[[int, int], None]:
            task = bars.add_task(f"{doing} {code}", total=None)
            return lambda done, of: bars.update(task, completed=done, total=of)

        yield watch


@cli.command(help="Ukur kecepatan, sebagai nisbah terhadap batas bawah yang diukur bersamaan.")
@click.argument("names", nargs=-1, metavar="[NAMA]...")
@click.option("--rounds", type=Angka(1, 100), help="Jumlah putaran.")
@common
def bench(call: Call, names: tuple[str, ...], rounds: int | None) -> None:
    results: list[Any] = []
    for measure in _benchmarks(names):
        say(f"Mengukur {measure.__module__} ...")
        found = measure(rounds) if rounds else measure()
        results += [r for r in found if not names or r["name"].startswith(tuple(names))]
    if names and not results:
        raise Stop(f"Tidak ada ukuran bernama {', '.join(names)}.")
    call.answer(
        {"results": results},
        lambda: table(
            ("UKURAN", "NISBAH", "RENTANG"),
            [(r["name"], r["ratio"], f"{r['spread'][0]} - {r['spread'][1]}") for r in results],
        ),
    )


def _benchmarks(names: Sequence[str]) -> list[Callable[..., list[Any]]]:
    """What measures; where names are asked for, only those modules called like them."""
    from importlib import import_module
    from pkgutil import iter_modules

    import benchmarks

    modules = [found.name for found in iter_modules(benchmarks.__path__)]
    loaded = [import_module(f"benchmarks.{module}") for module in modules]
    runs = {name: m.run for name, m in zip(modules, loaded, strict=True) if hasattr(m, "run")}
    subjects = {name.split(".")[0].rstrip("s"): name for name in names}
    called = {name: run for name, run in runs.items() if name.rstrip("s") in subjects}
    odd = subjects.keys() - {name.rstrip("s") for name in called}
    if odd:
        raise Stop(f"Ukuran {subjects[min(odd)]!r} tidak dikenal; yang ada: {', '.join(runs)}.")
    return list((called or runs).values())


# Bodies


@cli.group("body", cls=Kelompok, help="Badan publik: tambah, unit, SOP, kebijakan.")
def body_() -> None:
    pass


@body_.command("list", help="Badan publik yang terdaftar.")
@common
def body_list(call: Call) -> None:
    from adapters.registers import Registers

    with call.database() as database:
        found = [_body(register) for register in Registers(database).values()]
    call.answer(
        {"bodies": found},
        lambda: table(
            ("KODE", "NAMA", "ZONA", "UNIT", "SOP"),
            [
                (
                    b["code"],
                    b["name"],
                    b["zone_name"],
                    len(b["units"]),
                    ", ".join(sop["key"] for sop in b["procedures"]),
                )
                for b in found
            ],
        ),
    )


def _body(register: Register) -> dict[str, Any]:
    from dataclasses import asdict

    known = register.body
    return {
        "code": known.code,
        "name": known.name,
        "seat": known.seat,
        "zone": known.zone,
        "zone_name": known.zone_name,
        "week": known.week,
        "demo": known.demo,
        "units": dict(known.units),
        "procedures": [
            {
                "key": adopted.procedure.key,
                "subject": adopted.procedure.subject,
                "unit": adopted.unit,
                "since": adopted.since,
            }
            for adopted in known.adopted
        ],
        "policy": asdict(known.policy),
    }


@body_.command("add", help="Buka register badan publik baru.")
@click.argument("code", metavar="KODE")
@click.option("--name", type=Teks(), required=True, help="Nama badan publik.")
@click.option(
    "--seat", type=Teks(), required=True, help="Tempat kedudukan, misalnya Palangka Raya."
)
@click.option("--zone", default="WIB", help="WIB, WITA, WIT, atau zona IANA.")
@click.option("--week", type=Pilihan(["five", "six"]), default="five", help="Hari kerja.")
@click.option("--unit", "units", multiple=True, metavar="KODE=NAMA", help="Unit; boleh diulang.")
@common
def body_add(
    call: Call, code: str, name: str, seat: str, zone: str, week: str, units: tuple[str, ...]
) -> None:
    from adapters import registers
    from domain.body import ZONES, Established
    from domain.calendar import ZONE_NAMES, Week, local_date

    iana = ZONES.get(zone.upper(), zone)
    if iana not in ZONE_NAMES:
        raise Stop(f"Zona {zone!r} tidak dikenal; pilih WIB, WITA, WIT, atau {_any(ZONE_NAMES)}.")
    named = [_unit_named(words) for words in units]
    established = Established(
        code=code, name=name, seat=seat, zone=iana, zone_name=ZONE_NAMES[iana], week=Week(week)
    )
    with call.database() as database:
        there = code in database.registers()
        stamp = signed(local_date(utc_now(), iana), "")
        register = registers.open_register(database, established, stamp=stamp)
        if there and (differences := _said_otherwise(register, established)):
            raise Stop(f"Badan publik {code} sudah terdaftar dengan {'; '.join(differences)}.")
        for unit_code, unit_name in named:
            registers.add_unit(register.ledger, code=unit_code, name=unit_name, stamp=stamp)
        register.views.catch_up()
        found = _body(register)
    call.answer(found, lambda: [f"Register {code} ({name}) siap."])


def _said_otherwise(register: Register, said: Established) -> list[str]:
    """What stands in an open register, where it is now said otherwise."""
    known = register.body
    return [
        f"{called} {stands}, bukan {given}"
        for called, stands, given in (
            ("nama", known.name, said.name),
            ("kedudukan", known.seat, said.seat),
            ("zona", known.zone, said.zone),
            ("hari kerja", known.week, said.week),
        )
        if stands != given
    ]


def _any(names: Any) -> str:
    return ", ".join(names)


def _unit_named(words: str) -> tuple[str, str]:
    code, given, name = (part.strip() for part in words.partition("="))
    if not (code and given and name):
        raise Stop(f"Unit {words!r} tidak lengkap; tulis KODE=NAMA.")
    return Pengenal()(code), Teks()(name)


@body_.command("unit", help="Tambah atau ganti nama unit kerja.")
@click.argument("unit", metavar="KODE=NAMA")
@of_body
@common
def body_unit(call: Call, unit: str, body: str | None) -> None:
    from adapters import registers

    code, name = _unit_named(unit)
    with call.register(body) as register:
        registers.add_unit(register.ledger, code=code, name=name, stamp=admin_stamp(register))
        found = _body(register)
    call.answer(found, lambda: [f"Unit {code} ({name}) terdaftar."])


@body_.command("adopt", help="Jalankan SOP yang tersedia, bagi badan publik atau satu unit.")
@click.argument("sop", metavar="SOP")
@click.option("--unit", default="", help="Hanya bagi unit ini.")
@click.option("--since", type=Hari(), help="Sejak tanggal (bawaan: hari ini).")
@of_body
@common
def body_adopt(call: Call, sop: str, unit: str, since: date | None, body: str | None) -> None:
    from adapters import registers

    with call.register(body) as register:
        _check_unit(register, unit)
        stamp = admin_stamp(register)
        registers.adopt(register.ledger, sop, unit=unit, since=since or stamp.on, stamp=stamp)
        found = _body(register)
    call.answer(found, lambda: [f"{register.code} menjalankan SOP {sop}."])


@body_.command("policy", help="Pilih di antara tafsir yang diserahkan hukum kepada badan publik.")
@click.option(
    "--opening-needs-head/--opening-without-head",
    default=None,
    help="Pembukaan perlu persetujuan pimpinan.",
)
@click.option(
    "--notice-is-deadline/--notice-is-window",
    default=None,
    help="30 hari kerja dibaca sebagai batas akhir.",
)
@click.option(
    "--joint-leave-off/--joint-leave-working", default=None, help="Cuti bersama dihitung libur."
)
@click.option("--review-months", type=Angka(1, 12), help="Jarak tinjau ulang.")
@click.option("--event-asked-months", type=Angka(1, 60), help="Jarak menanyakan peristiwa.")
@click.option("--reason", type=Teks(), required=True, help="Alasan pilihan ini.")
@of_body
@common
def body_policy(call: Call, body: str | None, reason: str, **choices: Any) -> None:
    from adapters import registers

    chosen = {name: value for name, value in choices.items() if value is not None}
    if not chosen:
        raise Stop("Sebutkan sedikitnya satu kebijakan yang dipilih; lihat --help.")
    with call.register(body) as register:
        registers.set_policy(
            register.ledger, changes=chosen, reason=reason, stamp=admin_stamp(register)
        )
        found = _body(register)
    call.answer(found, lambda: ["Kebijakan dicatat."])


# Officers


@cli.group("officer", cls=Kelompok, help="Pejabat: jabatan, Plt/Plh, kata sandi, token.")
def officer_() -> None:
    pass


def _role(command: F) -> F:
    roles = [
        "ppid-utama",
        "ppid-pembantu",
        "ketua-ppid",
        "petugas-ppid",
        "atasan-ppid",
        "pimpinan",
        "tim-pertimbangan",
        "auditor",
        "admin",
    ]
    return click.option("--role", required=True, type=Pilihan(roles), help="Jabatan.")(command)


@officer_.command("list", help="Pejabat badan publik dan jabatannya.")
@of_body
@common
def officer_list(call: Call, body: str | None) -> None:
    with call.register(body) as register:
        register.views.catch_up()
        rows = register.views.officers()
        called = _ids_of(register, rows)
    found = [{"officer_id": called.get(row["id"]), **row} for row in rows]
    call.answer(
        {"body": register.code, "officers": found},
        lambda: table(
            ("ID", "NAMA", "JABATAN", "UNIT"),
            [(o["officer_id"], o["name"], o["post"], o["unit"]) for o in found],
        ),
    )


def _ids_of(register: Register, rows: Iterable[dict[str, Any]]) -> dict[UUID, str]:
    """What commands call the officers, as far as accounts and delegations tell it."""
    from adapters.accounts import PostgresAccounts
    from domain.officer import id_of

    known = set(PostgresAccounts(register.views.database).officers(register.code))
    known |= {a["principal"] for row in rows for a in row["authorities"] if a["principal"]}
    return {id_of(officer_id): officer_id for officer_id in known}


@officer_.command("add", help="Daftarkan pejabat, atau catat jabatan barunya.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@click.option("--name", type=Teks(), required=True, help="Nama seperti pada keputusan.")
@click.option("--position", type=Teks(), required=True, help="Jabatan strukturalnya.")
@click.option("--unit", default="", help="Unit kerjanya.")
@of_body
@common
def officer_add(
    call: Call, officer_id: str, name: str, position: str, unit: str, body: str | None
) -> None:
    from adapters import registers

    with call.register(body) as register:
        _check_unit(register, unit)
        registers.appoint(
            register.ledger,
            officer_id,
            name=name,
            position=position,
            unit=unit,
            stamp=admin_stamp(register),
        )
        found = _officer(register, officer_id)
    call.answer(found, lambda: [f"{name} terdaftar sebagai {officer_id}."])


def _officer(register: Register, officer_id: str) -> dict[str, Any]:
    from dataclasses import asdict

    from adapters.registers import find_officer

    known = find_officer(register.ledger, officer_id)
    return {"body": register.code, "id": officer_id, **asdict(known)}


@officer_.command("grant", help="Beri jabatan PPID dengan keputusan.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@_role
@click.option("--unit", default="", help="Hanya bagi unit ini.")
@click.option("--decree", type=Teks(), required=True, help="Nomor keputusan.")
@click.option("--since", type=Hari(), help="Sejak tanggal (bawaan: hari ini).")
@click.option("--until", type=Hari(), help="Sampai dengan tanggal.")
@of_body
@common
def officer_grant(
    call: Call,
    officer_id: str,
    role: str,
    unit: str,
    decree: str,
    since: date | None,
    until: date | None,
    body: str | None,
) -> None:
    _grant(call, body, officer_id, role=role, unit=unit, decree=decree, since=since, until=until)


@officer_.command("delegate", help="Tunjuk Plt/Plh: bertindak atas jabatan orang lain.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@_role
@click.option(
    "--for",
    "principal",
    type=Pengenal(),
    required=True,
    metavar="ID",
    help="Pejabat yang diwakili.",
)
@click.option("--acting", type=Pilihan(["Plt", "Plh"]), default="Plh", help="Plt atau Plh.")
@click.option("--unit", default="", help="Hanya bagi unit ini.")
@click.option("--decree", type=Teks(), required=True, help="Nomor keputusan.")
@click.option("--since", type=Hari(), required=True, help="Sejak tanggal.")
@click.option("--until", type=Hari(), required=True, help="Sampai dengan tanggal.")
@of_body
@common
def officer_delegate(
    call: Call,
    officer_id: str,
    role: str,
    principal: str,
    acting: str,
    unit: str,
    decree: str,
    since: date,
    until: date,
    body: str | None,
) -> None:
    _grant(
        call,
        body,
        officer_id,
        role=role,
        unit=unit,
        decree=decree,
        since=since,
        until=until,
        acting=acting,
        principal=principal,
    )


def _grant(
    call: Call,
    body: str | None,
    officer_id: str,
    *,
    role: str,
    unit: str,
    decree: str,
    since: date | None,
    until: date | None,
    acting: str = "",
    principal: str = "",
) -> None:
    from adapters import registers
    from domain.officer import Acting, Authority

    if since and until and until < since:
        raise Stop("Tanggal selesai mendahului tanggal mulai.")
    with call.register(body) as register:
        _check_unit(register, unit)
        for person in (officer_id, *([principal] if principal else [])):
            registers.find_officer(register.ledger, person)
        stamp = admin_stamp(register)
        authority = Authority(
            role=role,
            unit=unit,
            decree_no=decree,
            since=since or stamp.on,
            until=until,
            acting=Acting(acting) if acting else None,
            principal=principal,
        )
        registers.grant(register.ledger, officer_id, [authority], stamp=stamp)
        found = _officer(register, officer_id)
    call.answer(found, lambda: [f"{found['name']} memegang {role} sejak {authority.since}."])


@officer_.command("end", help="Akhiri jabatan atau penunjukan Plt/Plh dengan hari terakhirnya.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@_role
@click.option("--decree", type=Teks(), required=True, help="Nomor keputusan yang diakhiri.")
@click.option("--last-on", type=Hari(), required=True, help="Hari terakhir.")
@of_body
@common
def officer_end(
    call: Call, officer_id: str, role: str, decree: str, last_on: date, body: str | None
) -> None:
    from adapters import registers

    with call.register(body) as register:
        held = [
            authority
            for authority in registers.find_officer(register.ledger, officer_id).authorities
            if (authority.role, authority.decree_no) == (role, decree)
        ]
        if not held:
            raise Stop(f"{officer_id} tidak memegang {role} menurut keputusan {decree}.")
        for authority in held:
            registers.end_authority(
                register.ledger,
                officer_id,
                authority,
                last_on=last_on,
                stamp=admin_stamp(register),
            )
        found = _officer(register, officer_id)
    call.answer(found, lambda: [f"{role} {found['name']} berakhir {last_on}."])


@officer_.command("password", help="Beri kata sandi; akun dibuat bila belum ada.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@click.option("--login", type=Teks(), help="Nama masuk (bawaan: ID.KODE).")
@of_body
@common
def officer_password(call: Call, officer_id: str, login: str | None, body: str | None) -> None:
    """Read from the keyboard, unseen, or from a pipe; never from the command line."""
    from adapters.accounts import PostgresAccounts
    from adapters.registers import find_officer

    with call.register(body) as register:
        find_officer(register.ledger, officer_id)
        login = login or f"{officer_id}.{register.code}"
        accounts = PostgresAccounts(register.views.database)
        password = _password()
        known = accounts.find(login)
        if known is None:
            accounts.create(login, officer_id=officer_id, body=register.code, password=password)
        elif (known.officer_id, known.body) == (officer_id, register.code):
            accounts.set_password(login, password, utc_now())
        else:
            raise Stop(f"Nama masuk {login} milik pejabat lain.")
    call.answer({"login": login}, lambda: [f"Kata sandi {login} telah diganti."])


def _password() -> str:
    if sys.stdin.isatty():
        return str(getpass.getpass("Kata sandi baru: ", stream=sys.stderr))
    return sys.stdin.readline().rstrip("\r\n")


@officer_.command("invite", help="Buat tautan undangan, atau pemulihan bila akunnya sudah ada.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@click.option("--login", type=Teks(), help="Nama masuk (bawaan: ID.KODE).")
@click.option("--email", type=Teks(), help="Alamat surel untuk pemulihan.")
@of_body
@common
def officer_invite(
    call: Call, officer_id: str, login: str | None, email: str | None, body: str | None
) -> None:
    """For whoever sits at the machine: the first admin has nobody else to invite him."""
    from adapters.account_links import INVITATION, RECOVERY
    from adapters.accounts import PostgresAccounts
    from adapters.registers import find_officer

    now = utc_now()
    with call.register(body) as register:
        find_officer(register.ledger, officer_id)
        login = login or f"{officer_id}.{register.code}"
        accounts = PostgresAccounts(register.views.database)
        known = {one.login: one for one in accounts.kept(register.code, now)}.get(login)
        if known is None:
            accounts.invite(login, officer_id=officer_id, body=register.code, email=email or "")
        elif known.officer_id != officer_id:
            raise Stop(f"Nama masuk {login} milik pejabat lain.")
        elif email:
            accounts.set_email(login, email)
        purpose = RECOVERY if known and known.taken_up else INVITATION
        link = accounts.make_link(login, purpose, by=operator(), at=now)
        accounts.note(login, purpose, now, by=operator())
    path = f"/tautan/{link}"
    url = os.environ.get(ADDRESS, "").rstrip("/")
    told = f"{url}{path}" if url else f"{path} (di alamat SIDIK Anda)"
    call.answer(
        {"login": login, "purpose": purpose, "link": f"{url}{path}"},
        lambda: [f"Tautan untuk {login}, hanya sekali pakai: {told}"],
    )


@officer_.command("token", help="Terbitkan token API untuk satu pejabat dalam satu jabatan.")
@click.argument("officer_id", type=Pengenal(), metavar="ID")
@_role
@click.option("--login", type=Teks(), help="Nama masuk (bawaan: ID.KODE).")
@click.option("--label", type=Teks(), default="cli", help="Nama token.")
@click.option("--days", type=Angka(1, 3660), default=TOKEN_DAYS, help="Masa berlaku, hari.")
@click.option(
    "--scope",
    "scopes",
    type=Pilihan(["putuskan", "tetapkan"]),
    multiple=True,
    help="Selain membaca: bertindak (putuskan), menetapkan dan membuka (tetapkan).",
)
@of_body
@common
def officer_token(
    call: Call,
    officer_id: str,
    role: str,
    login: str | None,
    label: str,
    days: int,
    scopes: tuple[str, ...],
    body: str | None,
) -> None:
    from adapters.accounts import PostgresAccounts
    from adapters.registers import find_officer
    from adapters.tokens import READ

    now = utc_now()
    with call.register(body) as register:
        known = find_officer(register.ledger, officer_id)
        if not any(a.role == role for a in known.may_act(register.today(now))):
            raise Stop(f"{officer_id} tidak memegang jabatan {role} hari ini.")
        login = login or f"{officer_id}.{register.code}"
        accounts = PostgresAccounts(register.views.database)
        account = accounts.find(login)
        if account is None or (account.officer_id, account.body) != (officer_id, register.code):
            raise Stop(f"Akun {login} bukan akun {officer_id}; buat dengan 'officer password'.")
        expires_at = now + timedelta(days=days)
        token = accounts.issue_token(
            login,
            role=role,
            label=label,
            expires_at=expires_at,
            at=now,
            scopes=[READ, *scopes],
        )
        accounts.note(login, "token", now, by=operator())
    call.answer(
        {
            "token": token,
            "login": login,
            "role": role,
            "scopes": [READ, *scopes],
            "expires_at": expires_at,
        },
        lambda: [f"Token (hanya ditampilkan sekali): {token}"],
    )


def main() -> None:
    try:
        code = run(cli, sys.argv[1:], "sidik")
    except KeyboardInterrupt:  # while the answer to an error was being found
        say("Dihentikan.")
        code = TROUBLE
    sys.exit(code)


if __name__ == "__main__":
    main()
