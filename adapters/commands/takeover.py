"""Taking over a list that an office has kept so far."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.commands.body import check_unit
from adapters.commands.call import Call, command, common, of_body
from adapters.terminal import OK, WRONG, Stop

if TYPE_CHECKING:
    from adapters.registers import Register
    from domain.takeover import Existing


@command("import", help="Ambil alih daftar yang sudah ada (xlsx, csv, ods).")
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
    from domain import law
    from domain.takeover import apply
    from domain.takeover.columns import parse_choice

    chosen = parse_choice(choice)
    if report:
        _check_report(report, file)
    if dry_run:
        made = plan_file(file, on=call.now().date(), sheet=sheet, chosen=chosen, unit=unit)
    else:
        with call.register(body) as register:
            check_unit(register, unit)
            made = plan_file(
                file,
                on=call.today(register),
                sheet=sheet,
                chosen=chosen,
                law=register.ledger.recall(law, law.ID).state,
                existing=_existing(register),
                unit=unit,
            )
            made, receipt = apply(made, register.ledger, call.stamp(register))
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


def _existing(register: Register) -> Iterator[Existing]:
    """Every item on the register already, by which neighbours are found."""
    from domain.takeover import Existing

    register.views.catch_up()
    after = None
    while page := register.views.list(after=after, limit=1000):
        for row in page:
            yield Existing(id=row["id"], title=row["title"], unit=row["unit"])
        after = (page[-1]["sort_key"], page[-1]["id"])
