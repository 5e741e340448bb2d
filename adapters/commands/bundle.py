"""A bundle: what is proven of one item, as a file for the panel or for everybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from adapters.commands.call import (
    Call,
    check_output,
    command,
    common,
    of_body,
    operator,
    saved_as,
)
from adapters.commands.signing import read_policy
from adapters.terminal import Hari, Stop

SIGNER_SECONDS = 8.0  # a bundle waits so long for what is not signed yet


@command(help="Buat berkas bukti satu butir, bagi majelis atau umum; .zip (BagIt) atau .pdf.")
@click.argument("item", metavar="BUTIR")
@saved_as("Berkas tujuan: .zip atau .pdf.")
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
    from adapters.evidence.signing import await_once

    check_output(output, (handover.ZIP, handover.PDF))
    with call.register(body) as register:
        for day, called in ((refused_on, "penolakan"), (known_on, "pengetahuan")):
            if day and day > call.today(register):
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
            else handover.own_policy(log_of(database, register.code), read_policy(None))
        )
        again = await_once(database, register.code, SIGNER_SECONDS)
        made = handover.hand_over(register, asked, trusted, again)
        if asked.copy is Copy.PANEL:
            register.readings.note(
                by=operator(),
                as_role="admin",
                what="closed",
                at=call.now(),
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
