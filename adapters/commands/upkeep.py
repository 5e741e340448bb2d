"""What keeps a register in order: what the clock brings about, done by hand, and its lists anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from adapters.commands.call import Call, command, common, of_body
from adapters.terminal import OK, WRONG, Hari, Stop, fact, progress, table

if TYPE_CHECKING:
    from adapters.registers import Register
    from domain.history import Recorded


@command(help="Bawa basis data ke versi ini; sekali, sebelum yang lain dinyalakan.")
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


@command(help="Laksanakan semua kewajiban yang jatuh tempo sampai suatu tanggal.")
@click.option("--on", type=Hari(), help="Tanggal (bawaan: hari ini); ke depan hanya untuk demo.")
@of_body
@common
def tick(call: Call, on: date | None, body: str | None) -> None:
    now = call.now()
    with call.registers(body) as registers:
        if on and (late := [r for r in registers if on > r.today(now) and not r.body.demo]):
            tick_on(call, late[0], on, now)  # refuses, before anything is done anywhere
        facts = [
            {"body": register.code, **fact(recorded)}
            for register in registers
            for recorded in tick_on(call, register, on, now)
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


def tick_on(call: Call, register: Register, on: date | None, now: datetime) -> list[Recorded[Any]]:
    """Perform a register's duties up to a day; a day to come has a clock of its own."""
    from domain.calendar import midnight

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
    return call.ports.tick(register, on, at)


DEEDS = {
    "item.declassified": "terbuka",
    "item.review_raised": "pejabat dipanggil",
    "item.notice_recomputed": "tenggat dihitung ulang",
}


def _told(told: dict[str, Any]) -> str:
    return DEEDS.get(told["tag"], str(told["tag"]))


@command(help="Catat potret daftar yang diumumkan, bila isinya berubah sejak potret terakhir.")
@click.option("--check", is_flag=True, help="Periksa isi semua potret terhadap catatannya saja.")
@of_body
@common
def snapshot(call: Call, check: bool, body: str | None) -> int:
    if check:
        return _check_snapshots(call, body)
    now, found = call.now(), []
    with call.registers(body) as registers:
        for register in registers:
            is_new = bool(snapshot_of(call, register, now))
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


def snapshot_of(call: Call, register: Register, now: datetime) -> Sequence[Recorded[Any]]:
    """Record the published list, once what is due by today has been done."""
    tick_on(call, register, None, now)
    return register.publications.take(on=register.today(now), at=now)


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


@command(help="Bangun ulang tampilan dari catatan pertama dan gantikan yang lama.")
@click.argument("names", nargs=-1, metavar="[NAMA]...")
@of_body
@common
def rebuild(call: Call, names: tuple[str, ...], body: str | None) -> None:
    from projections.register import TABLES

    known = [each.name for each in TABLES]
    if odd := [name for name in names if name not in known]:
        raise Stop(f"Tampilan {odd[0]!r} tidak dikenal; yang ada: {', '.join(known)}.")
    with call.registers(body) as registers, progress("Membangun ulang") as watch:
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
