"""Whether anything was changed: a log, a bundle, and the lists that rest on the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.commands.call import Call, F, codes_meant, command, common, of_body
from adapters.commands.signing import read_policy
from adapters.terminal import OK, TROUBLE, WRONG, Hari, Stop, progress, say, table

if TYPE_CHECKING:
    from adapters.database import Database
    from domain.evidence.verdict import Verdict


def _with_evidence(command: F) -> F:
    """By what the reader of a log judges it."""
    for option in (
        click.option(
            "--checkpoint",
            "checkpoints",
            multiple=True,
            type=click.Path(path_type=Path),
            help="Checkpoint yang Anda simpan sendiri; boleh beberapa.",
        ),
        click.option(
            "--policy",
            type=click.Path(path_type=Path),
            help="Kunci log dan saksi yang Anda percaya (C2SP tlog-policy), dari sumber sendiri.",
        ),
    ):
        command = option(command)
    return command


@command(help="Periksa seluruh log, atau satu berkas bukti: tidak ada yang diubah?")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="BERKAS",
    help="Periksa berkas bukti ini saja, tanpa basis data.",
)
@click.option("--refused-on", type=Hari(), help="Dengan --bundle: tanggal permohonan ditolak.")
@_with_evidence
@of_body
@common
def verify(
    call: Call,
    bundle: Path | None,
    refused_on: date | None,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
    body: str | None,
) -> int:
    if bundle is not None:
        return _verify_bundle(call, bundle, policy, checkpoints, refused_on)
    if refused_on:
        raise Stop("--refused-on hanya berlaku bersama --bundle.")
    with call.database("auditor") as database:
        codes = codes_meant(database, body)
        verdicts, unknown = _verified(database, codes, policy, checkpoints)
    call.answer(
        {
            "bodies": [{"body": code, **verdict.plain()} for code, verdict in verdicts.items()],
            "unknown": unknown,
        },
        lambda: _told_verdicts(verdicts, unknown),
    )
    is_well = all(v.is_sound and (v.is_proven or policy is None) for v in verdicts.values())
    return OK if is_well and not unknown else WRONG


def _verified(
    database: Database, codes: Sequence[str], policy: Path | None, checkpoints: Sequence[Path]
) -> tuple[dict[str, Verdict], list[str]]:
    """The verdict on each log, and those checkpoints that are of none of them."""
    from adapters.evidence.keys import verify
    from adapters.evidence.replay import verify_log
    from adapters.evidence.whole_log import StoredLog

    trusted = read_policy(policy) if policy else None
    held = [_checkpoint(file) for file in checkpoints]
    unknown = {origin for origin, _ in held}
    verdicts = {}
    with progress("Memeriksa") as watch:
        for code in codes:
            with StoredLog.open(database, code) as log:
                names = {origin.name for origin in log.origins()}
                verdicts[code] = verify_log(
                    log,
                    verify=verify,
                    policy=trusted,
                    held=[note for origin, note in held if origin in names],
                    progress=partial(_out_of, watch(code), log.facts()),
                )
            unknown -= names
    return verdicts, sorted(unknown)


def _out_of(tell: Callable[[int, int], None], total: int, done: int) -> None:
    tell(done, total)


def _checkpoint(file: Path) -> tuple[str, str]:
    """A checkpoint that somebody has kept, or the receipt it came with: of which log, its text."""
    from domain.evidence.encoding import Malformed
    from domain.evidence.note import Checkpoint, Note
    from domain.evidence.proof import HEADING, Proof

    try:
        data = file.read_bytes()
        is_receipt = data.startswith(HEADING.encode())
        note = Note.parse(Proof.parse(data).checkpoint if is_receipt else data)
        return Checkpoint.parse(note.text).origin, str(note)
    except OSError as error:
        raise Stop(f"Checkpoint {file} tidak terbaca ({error.strerror}).") from None
    except Malformed as trouble:
        raise Stop(f"Berkas {file} bukan checkpoint: {trouble}.") from None


def _verify_bundle(
    call: Call,
    file: Path,
    policy: Path | None,
    checkpoints: Sequence[Path],
    refused_on: date | None,
) -> int:
    """What the stand-alone verifier says, as it says it to whoever has nothing else of ours."""
    import json

    from adapters.evidence.bundle import MATCH, REFUSED, verify

    verdict = verify(
        file, policy=policy, held=checkpoints, refused_on=refused_on, as_json=call.as_json
    )
    found = json.loads(verdict.said) if call.as_json else {}
    call.answer(found, verdict.said.strip("\n").splitlines)
    if verdict.code == MATCH:
        return OK
    return TROUBLE if verdict.code == REFUSED else WRONG


def _told_verdicts(verdicts: Mapping[str, Verdict], unknown: Sequence[str]) -> Iterator[str]:
    from domain.evidence.verdict import LANGUAGES

    heads = {"id": ("Terbukti:", "Tidak terbukti:"), "en": ("Proven:", "Not proven:")}
    for code, verdict in verdicts.items():
        yield f"{code}: log {verdict.origin}"
        for language in LANGUAGES:
            yield ""
            yield verdict.conclusion(language)
            yield from (f"  - {finding.told(language)}" for finding in verdict.findings)
            for head, said in zip(
                heads[language],
                (verdict.proven(language), verdict.unproven(language)),
                strict=True,
            ):
                if lines := [*said]:
                    yield head
                    yield from (f"  - {line}" for line in lines)
        yield ""
    for origin in unknown:
        yield f"Checkpoint dari {origin} tidak dapat dibandingkan: log itu tidak ada di sini."


@command(help="Bangun ulang semua tampilan di sampingnya dan sebut setiap perbedaan.")
@click.option("--compare", is_flag=True, help="Bandingkan dengan tampilan yang sedang dipakai.")
@_with_evidence
@of_body
@common
def replay(
    call: Call,
    compare: bool,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
    body: str | None,
) -> int:
    if not compare:
        raise Stop("Sebutkan --compare; untuk mengganti tampilan pakai 'sidik rebuild'.")
    differences = []
    with call.registers(body) as registers:
        database, codes = registers[0].views.database, [each.code for each in registers]
        verdicts: dict[str, Verdict] = {}
        unknown: list[str] = []
        if database.access.auditor or policy or checkpoints:
            verdicts, unknown = _verified(database, codes, policy, checkpoints)
        else:
            say("Catatan sendiri tidak diperiksa: SIDIK_AUDITOR_URL tidak disebut.")
        with progress("Membandingkan") as watch:
            for register in registers:
                register.views.catch_up()
                for found in register.views.compare(progress=watch(register.code)):
                    differences.append(
                        {
                            "body": register.code,
                            "view": found.view,
                            "key": [str(part) for part in found.key],
                            "column": found.column,
                            "live": found.live,
                            "rebuilt": found.rebuilt,
                        }
                    )
    call.answer(
        {
            "differences": differences,
            "log": [{"body": code, **verdict.plain()} for code, verdict in verdicts.items()],
        },
        lambda: [
            *_told_verdicts(verdicts, unknown),
            *(
                table(
                    ("BADAN", "TAMPILAN", "KUNCI", "KOLOM", "TERTULIS", "SEHARUSNYA"),
                    [
                        (
                            d["body"],
                            d["view"],
                            " ".join(d["key"]),
                            d["column"] or "(baris)",
                            _short(d["live"]),
                            _short(d["rebuilt"]),
                        )
                        for d in differences
                    ],
                )
                if differences
                else ["Tidak ada perbedaan antara tampilan dan catatan."]
            ),
        ],
    )
    is_well = all(verdict.is_sound for verdict in verdicts.values()) and not unknown
    return OK if is_well and not differences else WRONG


def _short(value: Any) -> str:
    words = str(value)
    return words if len(words) <= 60 else words[:57] + "..."
