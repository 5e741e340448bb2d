"""The public bodies that are made to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adapters.commands.call import Call, command, common
from adapters.commands.upkeep import snapshot_of
from adapters.terminal import say, table

if TYPE_CHECKING:
    from adapters.database import Database
    from adapters.registers import Register


@command(help="Buat tiga badan publik contoh dengan pejabat fiktif.")
@common
def demo(call: Call) -> None:
    from adapters.demo import PASSWORD, logins

    with call.database() as database:
        registers = create(call, database)
        bodies: list[dict[str, Any]] = [
            {"code": register.code, "name": register.body.name, "items": register.views.counts()}
            for register in registers
        ]
        people = [
            {"login": login, "name": name, "position": position}
            for login, name, position in logins()
        ]
        if not call.as_json:
            tell(registers)
        call.answer(
            {"bodies": bodies, "officers": people, "password": PASSWORD},
            lambda: table(
                ("BADAN", "NAMA", "BUTIR"),
                [(b["code"], b["name"], sum(b["items"].values())) for b in bodies],
            ),
        )


def create(call: Call, database: Database) -> list[Register]:
    from adapters import demo

    now = call.now()
    return demo.create(database, at=now, clock=lambda register: snapshot_of(call, register, now))


def tell(registers: Sequence[Register]) -> None:
    from adapters.demo import PASSWORD, logins

    say(f"Tiga badan publik contoh siap: {', '.join(r.code for r in registers)}.")
    say(f"Pejabatnya fiktif; kata sandi semua akun demo: {PASSWORD}")
    for line in table(("NAMA MASUK", "PEJABAT", "JABATAN"), logins()):
        say(f"  {line}")
