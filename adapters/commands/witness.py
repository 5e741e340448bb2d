"""A witness: an outsider's machine, which looks at the logs of others and needs no database."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.commands.call import Call, command, common, data_folder, served_at

PORT = 8715


@command(help="Saksikan log badan publik lain; untuk pihak luar, tanpa basis data.")
@click.option("--name", required=True, help="Nama saksi, misalnya saksi.ki.go.id/1; tetap.")
@click.option("--log", "logs", multiple=True, metavar="KUNCI", help="Kunci log yang diawasi.")
@click.option(
    "--log-file",
    type=click.Path(path_type=Path),
    metavar="BERKAS",
    help="Daftar kunci log, satu sebaris, atau berkas kebijakan.",
)
@served_at(PORT)
@common
def witness(
    call: Call, name: str, logs: tuple[str, ...], log_file: Path | None, port: int, host: str
) -> None:
    from adapters.evidence.keys import fingerprint
    from adapters.evidence.witness import open_witness, read_logs
    from adapters.evidence.witness_memory import alone

    folder = call.data or data_folder() / "saksi"
    listed = log_file.read_text(encoding="utf-8").splitlines() if log_file else []
    watched = read_logs([*logs, *listed])
    with alone(folder):
        known = open_witness(folder, name, watched, call.now)
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
        call.ports.serve_witness(folder, name, vkeys, host=host, port=port, ready=ready)
