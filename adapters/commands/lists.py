"""Lists and what stands in them: shown, saved as a file, and the history of one item."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.commands.call import Call, F, check_output, command, common, of_body, saved_as
from adapters.terminal import Angka, Hari, Pilihan, Saat, Stop, fact, table

if TYPE_CHECKING:
    from adapters.registers import Register

ROWS = 50
ENDINGS = (".xlsx", ".csv", ".json")


def _as_of(command: F) -> F:
    """The two times that may be asked for."""
    command = click.option(
        "--known-at", type=Saat(), help="Seperti diketahui saat ini; tanpa zona: waktu setempat."
    )(command)
    return click.option("--as-of", type=Hari(), help="Keadaan pada tanggal ini.")(command)


def _in_its_zone(known_at: datetime | None, register: Register) -> datetime | None:
    from zoneinfo import ZoneInfo

    if known_at is None or known_at.tzinfo:
        return known_at
    return known_at.replace(tzinfo=ZoneInfo(register.body.zone))


@command("list", help="Daftar sekarang, atau seperti keadaannya atau seperti diketahui dahulu.")
@_as_of
@click.option("--status", help="Hanya status ini, misalnya exempt.")
@click.option("--unit", help="Hanya unit ini.")
@click.option("--ground", help="Hanya dengan dasar ini, misalnya h atau h.3 (huruf Pasal 17).")
@click.option("--year", type=Angka(1900, 2200), help="Hanya yang ditetapkan pada tahun ini.")
@click.option("--held", is_flag=True, help="Hanya yang ditahan.")
@click.option("--published", is_flag=True, help="Hanya yang dapat dibaca umum.")
@click.option("--within", type=Angka(1, 750), help="Berakhir dalam sekian hari kerja.")
@click.option("--query", help="Kata yang dicari, juga nomor penetapan atau 'pasal 17 huruf h'.")
@click.option("--sort", type=Pilihan(["title", "end"]), default="title", help="Urutan.")
@click.option("--limit", type=Angka(1, 10_000), default=ROWS, help="Jumlah baris.")
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
    from domain.item import Status

    if query and not query.isprintable():
        raise Stop("Kata yang dicari memuat yang bukan teks UTF-8 atau tidak terlihat.")
    if status and status not in list(Status):
        raise Stop(f"Status {status!r} tidak dikenal; pilih {', '.join(Status)}.")
    if (within or sort == "end") and (as_of or known_at):
        raise Stop("--within dan --sort end hanya untuk daftar sekarang, tanpa --as-of/--known-at.")
    begin = _read_cursor(after, sort)
    with call.register(body) as register:
        known_at = _in_its_zone(known_at, register)
        register.views.catch_up()
        ends = None
        if within:
            today = call.today(register)
            last = working_days_after(register.schedule, today, within, rule="", basis="").due
            ends = (today, last)
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
        day = as_of or call.today(register)
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


@command(help="Simpan daftar sebagai berkas: publik (yang diumumkan) atau register (semua).")
@click.argument("which", type=Pilihan(("publik", "register")), metavar="DAFTAR")
@saved_as("Berkas tujuan: .xlsx, .csv, atau .json.")
@_as_of
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
    check_output(output, ENDINGS)
    with call.register(body) as register:
        register.views.catch_up()
        known_at = _in_its_zone(known_at, register)
        on = as_of or call.today(register)
        number = call.ports.save_list(
            register,
            output,
            is_public=which == "publik",
            on=on,
            known_at=known_at,
            for_excel=excel,
        )
    found = {"file": str(output), "list": which, "as_of": on, "known_at": known_at}
    call.answer(
        {**found, "rows": number},
        lambda: [f"{number} butir disimpan dalam {output}."],
    )


@command(help="Jejak audit satu butir; ID boleh disingkat, paling sedikit 6 huruf.")
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
