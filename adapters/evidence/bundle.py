"""The evidence of one item, to be handed over: bukti.json, and the bag that carries it.

No clock is looked at, so the same log gives the same bytes; and nothing leaves the house that our
own stand-alone verifier does not accept. Read on: what is handed over, bukti.json, the bag, the
judgement of the verifier.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.codec import to_recorded
from adapters.evidence import keys
from adapters.evidence.source import Entry, Gathered, Row
from domain import disclosure
from domain.calendar import midnight
from domain.evidence.absence import NoEvidence
from domain.evidence.encoding import Malformed, to_base64
from domain.evidence.note import NotTrusted
from domain.evidence.policy import NONE, Judged, Policy
from domain.evidence.proof import Proof
from domain.history import TAGS, Recorded
from domain.log import Anchored
from domain.refusal import Placed

FORMAT = "sidik-bukti/v1"
HERE = Path(__file__).parent
VERIFIER, VERIFIER_PAGE = HERE / "verifikasi.py", HERE / "verifikasi.html"
VERIFIER_SECONDS_MAX = 300
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class Copy(StrEnum):
    """For whom a copy is; both prove the same, one of them shows less."""

    PANEL = "majelis"
    PUBLIC = "umum"


# What is handed over


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is proven of an item, and which of it is shown in this copy."""

    gathered: Gathered
    policy: str  # C2SP tlog-policy, as it was given
    copy: Copy
    zone: str  # of the body
    refused_on: date | None = None
    known_on: date | None = None  # facts recorded after this day are proven, and not shown

    @cached_property
    def facts(self) -> Sequence[Recorded[Any]]:
        """Everything recorded of the item, whether or not it is shown or covered yet."""
        rows = [*(entry.row for entry in self.gathered.entries), *self.gathered.uncovered]
        return [_recorded(self.gathered, row) for row in rows]

    @cached_property
    def known(self) -> Sequence[Placed]:
        """The facts as they were known, each in its place in the log."""
        return [
            Placed(
                recorded=_recorded(self.gathered, entry.row),
                position=entry.row.position,
                recorded_at=entry.row.recorded_at,
                unseen_at=self._last_seen_without(entry.row.position),
                seen_at=self._first_seen_with(entry.row.position),
            )
            for entry in self.gathered.entries
            if self.was_known(entry.row)
        ]

    @cached_property
    def later(self) -> int:
        """How many facts came after the day as of which this is told."""
        return len([entry for entry in self.gathered.entries if not self.was_known(entry.row)])

    @cached_property
    def uncovered(self) -> Sequence[int]:
        """Positions of known facts that no checkpoint covers yet."""
        return [row.position for row in self.gathered.uncovered if self.was_known(row)]

    def was_known(self, row: Row) -> bool:
        if self.known_on is None:
            return True
        return row.recorded_at < midnight(self.known_on + timedelta(days=1), self.zone)

    def shows(self, row: Row) -> bool:
        """Whether the contents of a fact of the item are in this copy."""
        if not self.was_known(row):
            return False
        fact = _recorded(self.gathered, row).fact
        return self.copy is Copy.PANEL or disclosure.is_public(fact)

    @cached_property
    def judged(self) -> Sequence[Judged]:
        """The checkpoints, as the keys of the policy see them; the smallest first."""
        policy = Policy.parse(self.policy)
        return [policy.judge(each.note, keys.verify) for each in self.gathered.checkpoints]

    @property
    def whole_at(self) -> datetime | None:
        """Until when it is proven that no fact of the item is left out here."""
        if self.gathered.heads is None:
            return None
        proven = self.gathered.heads.entry.row.recorded_at
        if self.known_on is None:
            return proven
        return min(proven, midnight(self.known_on + timedelta(days=1), self.zone))

    # As the verifiers have it: seen by a quorum, unseen by whoever looked and did not find it.

    def _first_seen_with(self, position: int) -> datetime | None:
        covering = [each for each in self.judged if each.checkpoint.size >= position]
        times = [self._quorum_time(each.times) for each in covering]
        return _moment(min((time for time in times if time is not None), default=None))

    def _last_seen_without(self, position: int) -> datetime | None:
        looked = [
            min(each.times.values())
            for each in self.judged
            if each.times and each.checkpoint.size < position
        ]
        anchored = [time for place, time in self._anchors if place < position]
        return _moment(max([*looked, *anchored], default=None))

    def _quorum_time(self, times: Mapping[str, int]) -> int | None:
        """By when a quorum had seen it; None where none has, or none is asked for."""
        policy = Policy.parse(self.policy)
        if policy.quorum == NONE:
            return None
        moments = sorted(times.values())
        by_then = ({name for name, at in times.items() if at <= moment} for moment in moments)
        met = (m for m, names in zip(moments, by_then, strict=True) if policy.met(names))
        return next(met, None)

    @cached_property
    def _anchors(self) -> Sequence[tuple[int, int]]:
        """Positions behind which everything is later than a witness's time, which is there too."""
        names = {each.key.name: each.name for each in Policy.parse(self.policy).witnesses}
        times = {each.checkpoint.size: each.times for each in self.judged}
        found = []
        for entry in self.gathered.own:
            fact = entry.fact
            seen = times.get(fact.get("size", -1), {}).get(names.get(fact.get("who", ""), ""))
            if entry.row.topic == TAGS[Anchored] and seen is not None:
                found.append((entry.row.position, seen))
        return found


def _moment(time: int | None) -> datetime | None:
    return None if time is None else datetime.fromtimestamp(time, UTC)


def evidence(
    gathered: Gathered,
    policy: str,
    *,
    copy: Copy,
    zone: str,
    refused_on: date | None = None,
    known_on: date | None = None,
) -> Evidence:
    """What is to be handed over, once it is sure that its checkpoints can be believed."""
    try:
        names = {log.key.name for log in Policy.parse(policy).logs}
        made = Evidence(
            gathered=_judgeable(gathered, names),
            policy=policy,
            copy=copy,
            zone=zone,
            refused_on=refused_on,
            known_on=known_on,
        )
        made.judged  # noqa: B018  (read for what it refuses)
    except Malformed as trouble:
        raise NoEvidence(
            "Kebijakan kepercayaan atau checkpoint tidak terbaca: %(why)s", why=trouble
        ) from None
    except NotTrusted as trouble:
        raise NoEvidence(
            "Checkpoint tidak dapat dipercaya menurut kebijakan yang dipakai: %(why)s", why=trouble
        ) from None
    if known_on and not made.known:
        raise NoEvidence("Pada tanggal itu belum ada catatan tentang butir ini.")
    return made


def _judgeable(gathered: Gathered, names: Collection[str]) -> Gathered:
    """Without checkpoints under former names of the log that the policy does not know."""
    names = {gathered.checkpoint.origin, *names}
    return replace(gathered, earlier=[one for one in gathered.earlier if one.origin in names])


def _recorded(gathered: Gathered, row: Row) -> Recorded[Any]:
    return to_recorded(gathered.item, row.version, row.topic, row.state)


# bukti.json


def bukti(shown: Evidence) -> bytes:
    """The proofs as `sidik-bukti/v1`, see docs/evidence/formats.md."""
    found = shown.gathered
    content = {
        "format": FORMAT,
        "question": {
            "item": str(found.item),
            "refused_on": shown.refused_on.isoformat() if shown.refused_on else None,
            "zone": _offset(found.checkpoint.signed_at, shown.zone),
        },
        "origin": found.checkpoint.origin,
        "policy": shown.policy,
        "checkpoints": [each.note for each in found.checkpoints],
        "consistency": [
            {"from": size, "to": found.checkpoint.size, "path": _hashes(path)}
            for size, path in sorted(found.consistency.items())
        ],
        "entries": [
            *(_entry(entry, is_shown=shown.shows(entry.row)) for entry in found.entries),
            *(_entry(entry, is_shown=True) for entry in found.of_the_log),
        ],
        "heads": _heads(found),
        "predecessors": [
            {"origin": origin, "entry": entry.index} for origin, entry in found.predecessors
        ],
        "fields": [],
        "documents": [],
        "timestamps": [
            {"size": token.size, "tsr": to_base64(token.token)} for token in found.tokens
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _entry(entry: Entry, *, is_shown: bool) -> dict[str, Any]:
    return {
        "index": entry.index,
        "record": entry.record.decode("ascii"),
        "salt": to_base64(entry.row.salt) if is_shown else None,
        "body": to_base64(entry.row.state) if is_shown else None,
        "path": _hashes(entry.path),
    }


def _offset(at: datetime, zone: str) -> str:
    """+07:00; the zones of Indonesia have had theirs since 1988."""
    return at.astimezone(ZoneInfo(zone)).isoformat()[-len("+07:00") :]


def _heads(found: Gathered) -> dict[str, Any] | None:
    if found.heads is None:
        return None
    return {
        "entry": found.heads.entry.index,
        "items": [
            {
                "stream": str(found.item),
                "version": found.heads.version,
                "leaf": to_base64(found.heads.leaf),
                "siblings": _hashes(found.heads.siblings),
            }
        ],
    }


def _hashes(path: Sequence[bytes]) -> list[str]:
    return [to_base64(each) for each in path]


# The bag (RFC 8493)

READ_ME = """\
BERKAS BUKTI INFORMASI YANG DIKECUALIKAN

Badan publik : {body}
Butir        : {item}
Salinan      : {copy}

Mulailah dari data/berkas-bukti.pdf. Halaman pertamanya menjawab apakah uji
konsekuensi dilakukan sebelum permohonan ditolak, atas butir ini.

Cara memeriksa, tanpa jaringan dan tanpa SIDIK:

1. Ambil verifikator (verifikasi.py atau verifikasi.html) dan kebijakan
   kepercayaan (kebijakan.txt) dari sumber yang Anda percayai, misalnya laman
   Komisi Informasi, dan cocokkan SHA-256-nya. Yang ada dalam berkas ini hanya
   untuk kemudahan: siapa yang memalsukan bukti dapat memalsukannya juga.
2. Jalankan
      python3 verifikasi.py BERKAS.zip --kebijakan kebijakan.txt
   atau buka verifikasi.html di peramban, lalu pilih berkas ini.
3. Bila Anda memegang checkpoint lain (kode QR pada cetakan lama, atau dari
   saksi), tambahkan dengan --cp checkpoint.txt.

Isi:

   data/berkas-bukti.pdf     untuk dibaca; memuat bukti.json sebagai lampiran
   data/bukti.json           semua bukti, untuk verifikator
   data/checkpoint/          pernyataan log yang ditandatangani log dan saksinya
   data/catatan/             tiap catatan beserta buktinya (C2SP tlog-proof)
   data/kebijakan.txt        kunci log dan saksi menurut badan publik ini
   data/alat/                verifikator
   manifest-sha256.txt       sidik jari tiap berkas (periksa: sha256sum -c)

Yang dibuktikan: catatan-catatan ini tidak diubah sejak dicatat, urutannya
tidak berubah, dan tidak ada yang dihilangkan sejauh dinyatakan verifikator.
Yang TIDAK dibuktikan: bahwa isinya benar, dan bahwa tidak ada tindakan yang
dilakukan di luar register.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands on the outside of a bag."""

    body: str  # name of the public body
    code: str


def bag(shown: Evidence, cover: Cover, *, bukti_json: bytes, pdf: bytes) -> bytes:
    """The whole bag as one zip; the same content always makes the same bytes."""
    payload = dict(_payload(shown, cover, bukti_json, pdf))
    tags = _tags(shown, cover, payload)
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    top = f"bukti-{cover.code}-{str(shown.gathered.item)[:8]}-{shown.copy}"
    return _zipped({f"{top}/{name}": content for name, content in (payload | tags).items()})


def _payload(
    shown: Evidence, cover: Cover, bukti_json: bytes, pdf: bytes
) -> Iterator[tuple[str, bytes]]:
    found = shown.gathered
    yield (
        "data/BACA.txt",
        READ_ME.format(
            body=_one_line(cover.body),
            item=found.item,
            copy="untuk majelis, memuat isi yang tertutup"
            if shown.copy is Copy.PANEL
            else "untuk umum, isi yang tertutup ditahan",
        ).encode(),
    )
    yield "data/berkas-bukti.pdf", pdf
    yield "data/bukti.json", bukti_json
    yield "data/kebijakan.txt", shown.policy.encode()
    for each in found.checkpoints:
        yield f"data/checkpoint/{each.size:010d}.txt", each.note.encode()
    for entry in (*found.entries, *found.of_the_log):
        name = f"data/catatan/{entry.row.position:010d}"
        yield f"{name}.txt", entry.record
        proof = Proof(entry.index, tuple(entry.path), found.checkpoint.note)
        yield f"{name}.tlog-proof", str(proof).encode()
    for tool in (VERIFIER, VERIFIER_PAGE):
        yield f"data/alat/{tool.name}", tool.read_bytes()


def _tags(shown: Evidence, cover: Cover, payload: Mapping[str, bytes]) -> dict[str, bytes]:
    checkpoint = shown.gathered.checkpoint
    about = {
        "Source-Organization": _one_line(cover.body),
        "Bagging-Date": checkpoint.signed_at.astimezone(UTC).date().isoformat(),
        "External-Identifier": f"{checkpoint.origin} {shown.gathered.item}",
        "External-Description": f"Berkas bukti butir, salinan {shown.copy}",
        "Payload-Oxum": f"{sum(map(len, payload.values()))}.{len(payload)}",
    }
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {words}\n" for name, words in about.items()).encode(),
        "manifest-sha256.txt": _manifest(payload),
    }


def _manifest(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, ZIP_EPOCH)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return made.getvalue()


def _one_line(words: str) -> str:
    return " ".join(words.split())


# The judgement of the verifier

MATCH, MISMATCH, REFUSED, QUALIFIED = 0, 1, 2, 3
"""What `verifikasi.py` exits with; qualified: nothing contradicts, some assurance is not there."""

AGAINST = re.compile(r"\[[ !]*TIDAK *\] *(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the stand-alone verifier says of a file."""

    code: int
    said: str

    @property
    def against(self) -> list[str]:
        """What it found not to hold, in its own words."""
        found = AGAINST.findall(self.said)
        return found or [line for line in self.said.splitlines() if line.strip()][:1]


def verify(
    file: Path,
    *,
    policy: Path | None = None,
    held: Sequence[Path] = (),
    refused_on: date | None = None,
    as_json: bool = False,
) -> Verdict:
    """Ask `verifikasi.py`, in a process of its own that shares nothing with us."""
    command = [sys.executable, "-I", str(VERIFIER), str(file)]
    command += ["--kebijakan", str(policy)] if policy else []
    command += ["--ditolak", refused_on.isoformat()] if refused_on else []
    command += ["--json"] if as_json else []
    for each in held:
        command += ["--cp", str(each)]
    try:
        ran = subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=VERIFIER_SECONDS_MAX,
            env={"PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        raise NoEvidence("Verifikator terlalu lama memeriksa berkas ini.") from None
    said = ran.stdout.decode(errors="replace")
    return Verdict(code=ran.returncode, said=said or ran.stderr.decode(errors="replace"))


def must_verify(file: bytes, ending: str, policy: str) -> None:
    """Refuse to hand out what our own verifier does not accept, and say what it said."""
    with tempfile.TemporaryDirectory(prefix="sidik-") as folder:
        made, trusted = Path(folder, f"berkas{ending}"), Path(folder, "kebijakan.txt")
        made.write_bytes(file)
        trusted.write_text(policy, encoding="utf-8", newline="")
        verdict = verify(made, policy=trusted)
    if verdict.code not in (MATCH, QUALIFIED):
        raise NoEvidence(
            "Berkas bukti tidak diserahkan, karena tidak lolos verifikator sendiri: %(why)s",
            why="; ".join(verdict.against)[:600] or f"exit {verdict.code}",
        )
