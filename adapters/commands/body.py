"""Public bodies: their registers, units, SOPs and policies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from adapters.commands.call import Call, F, common, of_body
from adapters.terminal import Angka, Hari, Kelompok, Pengenal, Pilihan, Stop, Teks, table

if TYPE_CHECKING:
    from adapters.registers import Register
    from domain.body import Established

body = Kelompok("body", help="Badan publik: tambah, unit, SOP, kebijakan.")


@body.command("list", help="Badan publik yang terdaftar.")
@common
def list_(call: Call) -> None:
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


@body.command("add", help="Buka register badan publik baru.")
@click.argument("code", metavar="KODE")
@click.option("--name", type=Teks(), required=True, help="Nama badan publik.")
@click.option(
    "--seat", type=Teks(), required=True, help="Tempat kedudukan, misalnya Palangka Raya."
)
@click.option("--zone", default="WIB", help="WIB, WITA, WIT, atau zona IANA.")
@click.option("--week", type=Pilihan(["five", "six"]), default="five", help="Hari kerja.")
@click.option("--unit", "units", multiple=True, metavar="KODE=NAMA", help="Unit; boleh diulang.")
@common
def add(
    call: Call, code: str, name: str, seat: str, zone: str, week: str, units: tuple[str, ...]
) -> None:
    from adapters import registers
    from domain.body import ZONES, Established
    from domain.calendar import ZONE_NAMES, Week, local_date

    iana = ZONES.get(zone.upper(), zone)
    if iana not in ZONE_NAMES:
        raise Stop(
            f"Zona {zone!r} tidak dikenal; pilih WIB, WITA, WIT, atau {', '.join(ZONE_NAMES)}."
        )
    named = [_unit_named(words) for words in units]
    established = Established(
        code=code, name=name, seat=seat, zone=iana, zone_name=ZONE_NAMES[iana], week=Week(week)
    )
    with call.database() as database:
        there = code in database.registers()
        stamp = call.stamp_on(local_date(call.now(), iana))
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


def _unit_named(words: str) -> tuple[str, str]:
    code, given, name = (part.strip() for part in words.partition("="))
    if not (code and given and name):
        raise Stop(f"Unit {words!r} tidak lengkap; tulis KODE=NAMA.")
    return Pengenal()(code), Teks()(name)


@body.command("unit", help="Tambah atau ganti nama unit kerja.")
@click.argument("unit", metavar="KODE=NAMA")
@of_body
@common
def unit_(call: Call, unit: str, body: str | None) -> None:
    from adapters import registers

    code, name = _unit_named(unit)
    with call.register(body) as register:
        registers.add_unit(register.ledger, code=code, name=name, stamp=call.stamp(register))
        found = _body(register)
    call.answer(found, lambda: [f"Unit {code} ({name}) terdaftar."])


def of_unit(command: F) -> F:
    return click.option("--unit", default="", help="Hanya bagi unit ini.")(command)


def check_unit(register: Register, unit: str) -> None:
    units = register.body.units
    if unit and unit not in units:
        there = ", ".join(units) or "belum ada"
        raise Stop(f"Unit {unit!r} tidak terdaftar pada {register.body.name}; yang ada: {there}.")


@body.command("adopt", help="Jalankan SOP yang tersedia, bagi badan publik atau satu unit.")
@click.argument("sop", metavar="SOP")
@of_unit
@click.option("--since", type=Hari(), help="Sejak tanggal (bawaan: hari ini).")
@of_body
@common
def adopt(call: Call, sop: str, unit: str, since: date | None, body: str | None) -> None:
    from adapters import registers

    with call.register(body) as register:
        check_unit(register, unit)
        stamp = call.stamp(register)
        registers.adopt(register.ledger, sop, unit=unit, since=since or stamp.on, stamp=stamp)
        found = _body(register)
    call.answer(found, lambda: [f"{register.code} menjalankan SOP {sop}."])


@body.command("policy", help="Pilih di antara tafsir yang diserahkan hukum kepada badan publik.")
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
def policy(call: Call, body: str | None, reason: str, **choices: Any) -> None:
    from adapters import registers

    chosen = {name: value for name, value in choices.items() if value is not None}
    if not chosen:
        raise Stop("Sebutkan sedikitnya satu kebijakan yang dipilih; lihat --help.")
    with call.register(body) as register:
        registers.set_policy(
            register.ledger, changes=chosen, reason=reason, stamp=call.stamp(register)
        )
        found = _body(register)
    call.answer(found, lambda: ["Kebijakan dicatat."])
