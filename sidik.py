"""SIDIK, put together: the composition root.

The only module that knows every other. Read on: the clock, what answers over HTTP, what the clock
brings about, what commands are handed, how all of it is served, and the command line.
"""

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

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.commands import (
    accounts,
    body,
    bundle,
    demo,
    lists,
    officers,
    signing,
    takeover,
    upkeep,
    verification,
    witness,
)
from adapters.commands.call import (
    ADDRESS,
    Call,
    Ports,
    address,
    command,
    common,
    data_folder,
    operator,
    served_at,
    told_to_stop,
)
from adapters.terminal import TROUBLE, Kelompok, Stop, run, say, sentence
from benchmarks.command import bench

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from flask import Flask

    from adapters.database import Database
    from adapters.registers import Register
    from domain.history import Recorded

PORT = 8714
TIDIED_HOURS = 6  # until sessions and answers that serve nobody are dropped again
FOLLOW_SECONDS = 5.0  # until a register opened by another process is followed here too

HTTPS = "SIDIK_HTTPS"  # "1": a proxy in front speaks HTTPS
SMTP = "SIDIK_SMTP_URL"
OIDC = "SIDIK_OIDC_FILE"
OF_PARENT = "SIDIK_DATABASE_OF_PARENT"
"""Where the worker finds the database its parent has opened; it is not the worker's to stop."""
WITNESS = "SIDIK_WITNESS_OF_PARENT"
"""As which witness the worker answers, and of which logs."""


def utc_now() -> datetime:
    """The one clock; everything else is handed a time."""
    return datetime.now(UTC)


# What answers


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
    registers = Registers(database, outside=signing.read_policy(None))
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
    import threading

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

    pause = threading.Event()
    threading.Thread(target=watch, name="follow", daemon=True).start()


# What the clock brings about


@contextmanager
def clock_running(database: Database) -> Iterator[None]:
    """Midnight comes, and whatever is due is done, as long as this lasts."""
    from adapters.accounts import PostgresAccounts
    from adapters.leader import Leadership
    from adapters.registers import Registers
    from scheduler.service import Clock, scheduled

    def report(code: str, facts: Sequence[Recorded[Any]], error: Exception | None) -> None:
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


# What commands are handed


def tick(register: Register, on: date, at: datetime) -> list[Recorded[Any]]:
    from scheduler import clockwork

    return clockwork.tick(register, on=on, at=at)


def save_list(
    register: Register,
    output: Path,
    *,
    is_public: bool,
    on: date,
    known_at: datetime | None,
    for_excel: bool,
) -> int:
    from web import open_data

    known, then = register.body, known_at or register.ledger.head()
    if is_public:
        page = f"{address()}/publik/{register.code}/butir"
        sheet = open_data.published_sheet(
            register,
            known,
            on=on,
            known_at=then,
            upto=known_at or utc_now(),
            address=lambda item: f"{page}/{item}",
        )
    else:
        about = {"diunduh": utc_now(), "oleh": operator()}
        sheet = open_data.office_sheet(register, known, on=on, known_at=then, about=about)
    written = open_data.Counted(sheet)
    try:
        open_data.write(written.sheet, output, at=utc_now(), for_excel=for_excel)
    except OSError:
        raise Stop(f"Berkas {str(output)!r} tidak dapat ditulis.") from None
    return written.number


def serve_witness(
    folder: Path,
    name: str,
    logs: Sequence[str],
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
) -> None:
    import json

    from adapters.server import serve

    os.environ[WITNESS] = json.dumps({"folder": str(folder), "name": name, "logs": [*logs]})
    serve("sidik:witness_wsgi", host=host, port=port, ready=ready)


# Serving


@command(help="Nyalakan basis data, laman, API, dan penjadwal.")
@click.option("--demo", "with_demo", is_flag=True, help="Buat tiga badan publik contoh dahulu.")
@served_at(PORT)
@common
def up(call: Call, with_demo: bool, port: int, host: str) -> None:
    with call.database() as database:
        if with_demo:
            demo.tell(demo.create(call, database))
        with clock_running(database), signer_running(call, database):
            _serve(call, database, host, port)


@command(help="Layani laman dan API saja; penjadwal berjalan terpisah.")
@served_at(PORT)
@common
def web(call: Call, port: int, host: str) -> None:
    with call.database() as database:
        _serve(call, database, host, port)


@command(help="Jalankan penjadwal saja, sampai dihentikan.")
@common
def clockwork(call: Call) -> None:
    stopped = told_to_stop()
    with call.database() as database, clock_running(database):
        call.answer({"clockwork": "running"}, lambda: ["Penjadwal SIDIK berjalan."])
        stopped.wait()


def _serve(call: Call, database: Database, host: str, port: int) -> None:
    from adapters.database import URLS
    from adapters.server import serve

    def ready(address: str) -> None:
        call.answer({"address": address}, lambda: [f"SIDIK siap di {address}"])

    _reached_by()  # what is wrong with a setting is said here, not by the worker
    signing.read_policy(None)
    os.environ[OF_PARENT] = database.uri
    if database.access.auditor:  # with it an auditor's page reads the whole log
        os.environ[URLS["auditor"]] = database.access.auditor
    serve("sidik:wsgi", host=host, port=port, ready=ready)


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


# The command line


cli = Kelompok(
    "sidik",
    help="SIDIK: register informasi publik yang dikecualikan.",
    context_settings={"obj": Ports(utc_now, tick, save_list, serve_witness)},
)
for each in (  # as they are told to whoever asks for help
    up,
    web,
    upkeep.migrate,
    clockwork,
    signing.signer,
    witness.witness,
    demo.demo,
    takeover.import_,
    upkeep.tick,
    upkeep.snapshot,
    lists.list_,
    lists.export,
    bundle.bundle,
    lists.history,
    verification.verify,
    verification.replay,
    upkeep.rebuild,
    bench,
    body.body,
    officers.officer,
):
    cli.add_command(each)
for each in (accounts.password, accounts.invite, accounts.token):
    officers.officer.add_command(each)


def main() -> None:
    try:
        code = run(cli, sys.argv[1:], "sidik")
    except KeyboardInterrupt:  # while the answer to an error was being found
        say("Dihentikan.")
        code = TROUBLE
    sys.exit(code)


if __name__ == "__main__":
    main()
