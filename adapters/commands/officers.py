"""Officers: their posts and offices, and who acts for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from adapters.commands.body import check_unit, of_unit
from adapters.commands.call import Call, F, common, of_body
from adapters.terminal import Hari, Kelompok, Pengenal, Pilihan, Stop, Teks, table

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.registers import Register

officer = Kelompok("officer", help="Pejabat: jabatan, Plt/Plh, kata sandi, token.")


def of_officer(command: F) -> F:
    return click.argument("officer_id", type=Pengenal(), metavar="ID")(command)


def with_role(command: F) -> F:
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


@officer.command("list", help="Pejabat badan publik dan jabatannya.")
@of_body
@common
def list_(call: Call, body: str | None) -> None:
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


@officer.command("add", help="Daftarkan pejabat, atau catat jabatan barunya.")
@of_officer
@click.option("--name", type=Teks(), required=True, help="Nama seperti pada keputusan.")
@click.option("--position", type=Teks(), required=True, help="Jabatan strukturalnya.")
@click.option("--unit", default="", help="Unit kerjanya.")
@of_body
@common
def add(call: Call, officer_id: str, name: str, position: str, unit: str, body: str | None) -> None:
    from adapters import registers

    with call.register(body) as register:
        check_unit(register, unit)
        registers.appoint(
            register.ledger,
            officer_id,
            name=name,
            position=position,
            unit=unit,
            stamp=call.stamp(register),
        )
        found = _officer(register, officer_id)
    call.answer(found, lambda: [f"{name} terdaftar sebagai {officer_id}."])


def _officer(register: Register, officer_id: str) -> dict[str, Any]:
    from dataclasses import asdict

    from adapters.registers import find_officer

    known = find_officer(register.ledger, officer_id)
    return {"body": register.code, "id": officer_id, **asdict(known)}


@officer.command("grant", help="Beri jabatan PPID dengan keputusan.")
@of_officer
@with_role
@of_unit
@click.option("--decree", type=Teks(), required=True, help="Nomor keputusan.")
@click.option("--since", type=Hari(), help="Sejak tanggal (bawaan: hari ini).")
@click.option("--until", type=Hari(), help="Sampai dengan tanggal.")
@of_body
@common
def grant(call: Call, **given: Any) -> None:
    _grant(call, **given)


@officer.command("delegate", help="Tunjuk Plt/Plh: bertindak atas jabatan orang lain.")
@of_officer
@with_role
@click.option(
    "--for",
    "principal",
    type=Pengenal(),
    required=True,
    metavar="ID",
    help="Pejabat yang diwakili.",
)
@click.option("--acting", type=Pilihan(["Plt", "Plh"]), default="Plh", help="Plt atau Plh.")
@of_unit
@click.option("--decree", type=Teks(), required=True, help="Nomor keputusan.")
@click.option("--since", type=Hari(), required=True, help="Sejak tanggal.")
@click.option("--until", type=Hari(), required=True, help="Sampai dengan tanggal.")
@of_body
@common
def delegate(call: Call, **given: Any) -> None:
    _grant(call, **given)


def _grant(
    call: Call,
    *,
    body: str | None,
    officer_id: str,
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
        check_unit(register, unit)
        for person in (officer_id, *([principal] if principal else [])):
            registers.find_officer(register.ledger, person)
        stamp = call.stamp(register)
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


@officer.command("end", help="Akhiri jabatan atau penunjukan Plt/Plh dengan hari terakhirnya.")
@of_officer
@with_role
@click.option("--decree", type=Teks(), required=True, help="Nomor keputusan yang diakhiri.")
@click.option("--last-on", type=Hari(), required=True, help="Hari terakhir.")
@of_body
@common
def end(
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
                stamp=call.stamp(register),
            )
        found = _officer(register, officer_id)
    call.answer(found, lambda: [f"{role} {found['name']} berakhir {last_on}."])
