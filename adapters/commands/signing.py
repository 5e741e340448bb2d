"""The signer: a process of its own, whose keys and memory lie outside the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.commands.call import Call, F, code_meant, common, of_body, told_to_stop
from adapters.terminal import OK, WRONG, Angka, Folder, Kelompok, Stop, Teks, say

if TYPE_CHECKING:
    from adapters.evidence.signer import Signer
    from adapters.evidence.stamps import Authority
    from domain.evidence.policy import Policy

KEYS = "SIDIK_SIGNER_DIR"
POLICY = "SIDIK_POLICY_FILE"
STAMPS = "SIDIK_TSA_URL"
STAMP_ROOTS = "SIDIK_TSA_ROOTS_FILE"

signer = Kelompok(
    "signer", help="Tanda tangani log: proses sendiri, dengan kunci di luar basis data."
)


def _signing(command: F) -> F:
    """What all of them are told: where the signer's keys are, and what every command is."""
    command = click.option(
        "--keys",
        type=Folder(path_type=Path),
        metavar="FOLDER",
        help=f"Folder kunci dan ingatan ({KEYS}).",
    )(command)
    return common(command)


@signer.command("run", help="Tanda tangani terus-menerus, sampai dihentikan.")
@click.option("--policy", type=click.Path(path_type=Path), help=f"Saksi yang diminta ({POLICY}).")
@click.option("--beat", type=Angka(1, 86400), default=60, help="Detik antara peta kepala.")
@click.option("--once", is_flag=True, help="Tanda tangani yang ada sekarang, lalu selesai.")
@click.option("--with-parent", is_flag=True, hidden=True)
@_signing
def run(
    call: Call, keys: Path | None, policy: Path | None, beat: int, once: bool, with_parent: bool
) -> int:
    from adapters.evidence.signer import Outside
    from adapters.evidence.signing import Signing
    from adapters.server import die_with_parent

    if with_parent:
        die_with_parent()
    troubles: list[str] = []

    def report(code: str, sentence: str) -> None:
        troubles.append(f"{code}: {sentence}" if code else sentence)
        say(f"Penandatangan {troubles[-1]}")

    stopped = told_to_stop()
    with call.database("signer") as database:
        signing = Signing(
            database,
            _key_folder(call, keys),
            now=call.now,
            outside=Outside(policy=read_policy(policy), authority=_authority()),
            beat=timedelta(seconds=beat),
            report=report,
        )
        if once:
            signing.sign_once()
            call.answer({"troubles": troubles}, lambda: ["Log ditandatangani."])
            return WRONG if troubles else OK
        call.answer({"signer": "running"}, lambda: ["Penandatangan SIDIK berjalan."])
        signing.run(stopped)
    return OK


@signer.command("key", help="Kunci publik log, untuk dibagikan dan dicocokkan.")
@of_body
@_signing
def key(call: Call, keys: Path | None, body: str | None) -> None:
    from adapters.evidence.keys import fingerprint

    with _signer_of(call, keys, body) as signer:
        signer.open()
        found = [{"vkey": str(key), "sha256": fingerprint(key)} for key in signer.keys]
        call.answer(
            {"origin": signer.origin, "keys": found},
            lambda: [
                line
                for key in found
                for line in (f"log     {key['vkey']}", f"SHA-256 {key['sha256']}")
            ],
        )


@signer.command("rotate", help="Tambah kunci baru yang ikut menandatangani.")
@of_body
@_signing
def rotate(call: Call, keys: Path | None, body: str | None) -> None:
    with _signer_of(call, keys, body) as signer:
        signer.open()
        key = str(signer.rotate())
        call.answer(
            {"vkey": key},
            lambda: [
                f"Kunci baru {key}",
                "Bagikan kebijakan yang memuat keduanya, lalu akhiri yang lama dengan "
                "'sidik signer retire'.",
            ],
        )


@signer.command("retire", help="Akhiri kunci lama; yang pernah ditandatanganinya tetap sah.")
@of_body
@_signing
def retire(call: Call, keys: Path | None, body: str | None) -> None:
    with _signer_of(call, keys, body) as signer:
        signer.open()
        key = str(signer.retire())
        call.answer({"vkey": key}, lambda: [f"Kunci {key} tidak lagi menandatangani."])


@signer.command(
    "continue",
    help="Nyatakan log baru setelah catatan hilang atau kunci bocor; riwayatnya tetap terbaca.",
)
@click.option("--reason", type=Teks(), required=True, help="Alasan, untuk dicatat selamanya.")
@click.option("--up-to", type=Angka(0), help="Percayai log lama paling jauh sampai catatan ini.")
@of_body
@_signing
def continue_(
    call: Call, keys: Path | None, body: str | None, reason: str, up_to: int | None
) -> None:
    with _signer_of(call, keys, body) as signer:
        before = signer.go_on(reason, up_to)
        key = str(signer.keys[0])
        call.answer(
            {"origin": signer.origin, "vkey": key, "trusted": before.size},
            lambda: [
                f"Log {before.origin} dipercaya sampai catatan {before.size}.",
                f"Log baru {signer.origin}",
                f"Kunci    {key}",
            ],
        )


@contextmanager
def _signer_of(call: Call, keys: Path | None, body: str | None) -> Iterator[Signer]:
    """The signer of one register, while no other process has it."""
    from adapters.evidence.signer import Signer
    from adapters.evidence.signer_memory import SignerMemory

    with (
        call.database("signer") as database,
        SignerMemory(_key_folder(call, keys) / code_meant(database, body)) as memory,
    ):
        made = Signer(database, memory.folder.name, memory, now=call.now, report=say)
        try:
            yield made
        finally:
            made.close()


def _key_folder(call: Call, keys: Path | None) -> Path:
    if keys is not None:
        return keys
    if given := os.environ.get(KEYS):
        return Path(given).expanduser()
    return call.folder / "signer"


def read_policy(path: Path | None) -> Policy | None:
    """Whom the signer shows what it signs; none where nobody is named."""
    from domain.evidence.encoding import Malformed
    from domain.evidence.policy import Policy

    given = path or os.environ.get(POLICY)
    if not given:
        return None
    try:
        return Policy.parse(Path(given).expanduser().read_bytes())
    except OSError as error:
        raise Stop(f"Kebijakan {given} tidak terbaca ({error.strerror}).") from None
    except Malformed as trouble:
        raise Stop(f"Kebijakan {given} tidak dapat dipakai: {trouble}.") from None


def _authority() -> Authority | None:
    """Who stamps what is signed, once a day; nobody, where none is named."""
    from adapters.evidence.stamps import Authority, read_roots

    url, roots = os.environ.get(STAMPS), os.environ.get(STAMP_ROOTS)
    if not url:
        return None
    if not roots:
        raise Stop(f"Sebutkan juga {STAMP_ROOTS}: sertifikat akar yang dipercaya, berkas PEM.")
    return Authority(url, read_roots(Path(roots).expanduser()))
