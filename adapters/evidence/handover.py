"""Evidence as a file to be handed over: gathered, told, set in type, packed, and verified."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from secrets import token_hex
from uuid import UUID

from adapters.evidence.bundle import Copy, Cover, Evidence, bag, bukti, evidence, must_verify
from adapters.evidence.dossier import Setting, Told, dossier
from adapters.evidence.pdf import set_in_type
from adapters.evidence.reader import log_of
from adapters.evidence.source import Again, OpenLog, gather, never
from adapters.registers import Register
from domain import law
from domain.calendar import local_date
from domain.evidence.absence import NoEvidence
from domain.evidence.note import VerifierKey
from domain.evidence.policy import NONE, Log, Policy

ZIP, PDF = ".zip", ".pdf"
POLICY_BYTES_MAX = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: which item, for whom, about which refusal, as known when."""

    item: UUID
    copy: Copy = Copy.PANEL
    form: str = ZIP
    refused_on: date | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that the verifier has accepted, and what it is made of."""

    file: bytes
    evidence: Evidence
    answer: Told  # of the first page


def hand_over(register: Register, asked: Asked, policy: str, again: Again = never) -> Made:
    """The file asked for; raises `NoEvidence` where there is none or it must not leave."""
    return make(log_of(register.views.database, register.code), register, asked, policy, again)


def make(
    open_log: OpenLog,
    register: Register,
    asked: Asked,
    policy: str,
    again: Again = never,
) -> Made:
    body = register.body
    found = evidence(
        gather(open_log, asked.item, again),
        policy,
        copy=asked.copy,
        zone=body.zone,
        refused_on=asked.refused_on,
        known_on=asked.known_on,
    )
    checkpoint = found.gathered.checkpoint
    laws = register.ledger.recall(law, law.ID).state
    setting = Setting(
        body=body.name,
        zone=body.zone,
        zone_name=body.zone_name,
        units=body.units,
        categories=laws.categories(local_date(checkpoint.signed_at, body.zone)),
    )
    bukti_json, told = bukti(found), dossier(found, setting)
    file = set_in_type(
        told,
        note=checkpoint.note,
        bukti_json=bukti_json,
        at=checkpoint.signed_at,
    )
    if asked.form == ZIP:
        cover = Cover(body=body.name, code=register.code)
        file = bag(found, cover, bukti_json=bukti_json, pdf=file)
    must_verify(file, asked.form, policy)
    return Made(file=file, evidence=found, answer=told["answer"])


def own_policy(open_log: OpenLog, outside: Policy | None = None) -> str:
    """How the body would like its log to be judged: by every key the log has announced, and the
    witnesses of *outside*. A reader takes a policy of his own."""
    with open_log() as log:
        own = log.keys_and_names()
    announced = [str(each.fact["vkey"]) for each in own if "vkey" in each.fact]
    if not announced:
        raise NoEvidence(
            "Log belum mengumumkan kuncinya; jalankan penandatangan ('sidik signer run'), atau "
            "sebutkan --policy."
        )
    keys = [VerifierKey.parse(vkey) for vkey in dict.fromkeys(announced)]
    known = outside or Policy((), (), (), NONE)
    return str(replace(known, logs=tuple(Log(key) for key in keys)))


def read_policy(path: Path) -> str:
    """The trust policy in a file, whatever editor it went through."""
    try:
        with path.open("rb") as file:
            text = file.read(POLICY_BYTES_MAX + 1).decode("utf-8-sig")
    except OSError:
        raise NoEvidence("Kebijakan %(path)s tidak dapat dibuka.", path=path) from None
    except UnicodeDecodeError:
        raise NoEvidence("Kebijakan %(path)s bukan teks UTF-8.", path=path) from None
    if len(text) > POLICY_BYTES_MAX:
        raise NoEvidence("Kebijakan %(path)s terlalu besar.", path=path)
    text = text.replace("\r\n", "\n")
    return text if text.endswith("\n") else text + "\n"


def save(made: Made, path: Path) -> None:
    """Put the file there, whole or not at all; what is closed only for its owner to read."""
    mode = 0o600 if made.evidence.copy is Copy.PANEL else 0o644
    beside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made.file)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise NoEvidence(
            "Berkas %(path)s tidak dapat ditulis (%(why)s).", path=path, why=error.strerror
        ) from None
