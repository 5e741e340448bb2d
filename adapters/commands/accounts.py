"""Accounts of officers: passwords, invitations, and tokens for programs."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from adapters.commands.call import Call, F, address, command, common, of_body, operator
from adapters.commands.officers import of_officer, with_role
from adapters.terminal import Angka, Pilihan, Stop, Teks

if TYPE_CHECKING:
    from adapters.accounts import PostgresAccounts
    from adapters.registers import Register

TOKEN_DAYS = 90


def _with_login(command: F) -> F:
    return click.option("--login", type=Teks(), help="Nama masuk (bawaan: ID.KODE).")(command)


@contextmanager
def _accounts(
    call: Call, body: str | None, officer_id: str, login: str | None
) -> Iterator[tuple[Register, PostgresAccounts, str]]:
    """All accounts, and the name of the one meant, of an officer who is in the register."""
    from adapters.accounts import PostgresAccounts
    from adapters.registers import find_officer

    with call.register(body) as register:
        find_officer(register.ledger, officer_id)
        accounts = PostgresAccounts(register.views.database)
        yield register, accounts, login or f"{officer_id}.{register.code}"


@command("password", help="Beri kata sandi; akun dibuat bila belum ada.")
@of_officer
@_with_login
@of_body
@common
def password(call: Call, officer_id: str, login: str | None, body: str | None) -> None:
    """Read from the keyboard, unseen, or from a pipe; never from the command line."""
    with _accounts(call, body, officer_id, login) as (register, accounts, login):
        password = _password()
        known = accounts.find(login)
        if known is None:
            accounts.create(login, officer_id=officer_id, body=register.code, password=password)
        elif (known.officer_id, known.body) == (officer_id, register.code):
            accounts.set_password(login, password, call.now())
        else:
            raise Stop(f"Nama masuk {login} milik pejabat lain.")
    call.answer({"login": login}, lambda: [f"Kata sandi {login} telah diganti."])


def _password() -> str:
    if sys.stdin.isatty():
        return str(getpass.getpass("Kata sandi baru: ", stream=sys.stderr))
    return sys.stdin.readline().rstrip("\r\n")


@command("invite", help="Buat tautan undangan, atau pemulihan bila akunnya sudah ada.")
@of_officer
@_with_login
@click.option("--email", type=Teks(), help="Alamat surel untuk pemulihan.")
@of_body
@common
def invite(
    call: Call, officer_id: str, login: str | None, email: str | None, body: str | None
) -> None:
    """For whoever sits at the machine: the first admin has nobody else to invite him."""
    from adapters.account_links import INVITATION, RECOVERY

    now = call.now()
    with _accounts(call, body, officer_id, login) as (register, accounts, login):
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
    url = address()
    told = f"{url}{path}" if url else f"{path} (di alamat SIDIK Anda)"
    call.answer(
        {"login": login, "purpose": purpose, "link": f"{url}{path}"},
        lambda: [f"Tautan untuk {login}, hanya sekali pakai: {told}"],
    )


@command("token", help="Terbitkan token API untuk satu pejabat dalam satu jabatan.")
@of_officer
@with_role
@_with_login
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
def token(
    call: Call,
    officer_id: str,
    role: str,
    login: str | None,
    label: str,
    days: int,
    scopes: tuple[str, ...],
    body: str | None,
) -> None:
    from adapters.registers import find_officer
    from adapters.tokens import READ

    now = call.now()
    with _accounts(call, body, officer_id, login) as (register, accounts, login):
        known = find_officer(register.ledger, officer_id)
        if not any(a.role == role for a in known.may_act(register.today(now))):
            raise Stop(f"{officer_id} tidak memegang jabatan {role} hari ini.")
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
