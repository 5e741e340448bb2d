"""What came of checking a whole log, in words that promise no more than was proven.

A log can show that nothing was changed since it was recorded. It cannot show that what was
recorded is true, nor what was never recorded; no sentence here says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")


class Trouble(StrEnum):
    """What does not agree, each with a sentence in `TROUBLES`."""

    EVENT_MISSING = "event-missing"
    LEAF_MISSING = "leaf-missing"
    BOTH_MISSING = "both-missing"
    ORDER = "order"
    RECORD = "record"
    VERSION = "version"
    TIME_BACK = "time-back"
    TIME_AFTER_SEEN = "time-after-seen"
    TIME_BEFORE_SEEN = "time-before-seen"
    TIME_BEFORE_ANCHOR = "time-before-anchor"
    SUBTREE = "subtree"
    SUBTREE_MISSING = "subtree-missing"
    ROOT = "root"
    HELD_ROOT = "held-root"
    SHORT = "short"
    HELD_SHORT = "held-short"
    FOREIGN = "foreign"
    HELD_FOREIGN = "held-foreign"
    UNREADABLE = "unreadable"
    SIGNATURE = "signature"
    ENDED_KEY = "ended-key"
    HEADS = "heads"
    HEADS_TOO_OLD = "heads-too-old"
    HEAD_NODE = "head-node"
    HEAD_NODE_MISSING = "head-node-missing"
    HEAD_NODE_EXTRA = "head-node-extra"
    CONTINUED = "continued"
    RENAMED = "renamed"
    OWN_FACT = "own-fact"


TROUBLES: dict[Trouble, tuple[str, str]] = {
    Trouble.EVENT_MISSING: (
        "peristiwanya hilang, daunnya dalam log masih ada",
        "the event is gone, its leaf in the log is still there",
    ),
    Trouble.LEAF_MISSING: (
        "peristiwa ini tidak mempunyai daun dalam log: dimasukkan atau dibiarkan di luar log",
        "this event has no leaf in the log: it was put in, or left, outside the log",
    ),
    Trouble.BOTH_MISSING: (
        "peristiwa dan daunnya hilang",
        "the event and its leaf are gone",
    ),
    Trouble.ORDER: (
        "posisi ini muncul di luar urutannya",
        "this position is not in its order",
    ),
    Trouble.RECORD: (
        "isi, waktu, jenis, atau riwayatnya tidak lagi sama dengan yang dicatat dalam log",
        "contents, time, kind or history are no longer what was recorded in the log",
    ),
    Trouble.VERSION: (
        "nomor urut dalam riwayatnya melompat atau berulang",
        "its number in its history leaps or is repeated",
    ),
    Trouble.TIME_BACK: (
        "waktunya lebih awal daripada catatan sebelumnya",
        "it is dated before the record that precedes it",
    ),
    Trouble.TIME_AFTER_SEEN: (
        "bertanggal lebih lambat daripada saksi melihatnya",
        "it is dated after a witness had seen it",
    ),
    Trouble.TIME_BEFORE_SEEN: (
        "bertanggal sehari atau lebih sebelum saksi melihat log yang belum memuatnya",
        "it is dated a day or more before a witness saw the log without it",
    ),
    Trouble.TIME_BEFORE_ANCHOR: (
        "bertanggal sebelum penyaksian yang dicatat mendahuluinya",
        "it is dated before a sighting that is recorded ahead of it",
    ),
    Trouble.SUBTREE: (
        "hash bagian pohon yang disimpan tidak sama dengan hash daun-daunnya",
        "a stored hash of part of the tree is not that of its leaves",
    ),
    Trouble.SUBTREE_MISSING: (
        "hash bagian pohon ini tidak tersimpan",
        "the hash of this part of the tree is not stored",
    ),
    Trouble.ROOT: (
        "riwayat sampai di sini bukan riwayat yang ditandatangani dalam checkpoint",
        "the history up to here is not the one that was signed in a checkpoint",
    ),
    Trouble.HELD_ROOT: (
        "riwayat sampai di sini bukan riwayat dalam checkpoint yang Anda pegang",
        "the history up to here is not that of the checkpoint you hold",
    ),
    Trouble.SHORT: (
        "log lebih pendek daripada yang sudah ditandatangani",
        "the log is shorter than what was signed",
    ),
    Trouble.HELD_SHORT: (
        "log lebih pendek daripada checkpoint yang Anda pegang",
        "the log is shorter than the checkpoint you hold",
    ),
    Trouble.FOREIGN: (
        "checkpoint yang disimpan menyebut log lain",
        "a stored checkpoint names another log",
    ),
    Trouble.HELD_FOREIGN: (
        "checkpoint yang Anda pegang menyebut log yang tidak dikenal di sini",
        "the checkpoint you hold names a log that is not known here",
    ),
    Trouble.UNREADABLE: (
        "checkpoint yang disimpan tidak terbaca",
        "a stored checkpoint cannot be read",
    ),
    Trouble.SIGNATURE: (
        "tanda tangan checkpoint tidak sah menurut kebijakan Anda",
        "a checkpoint's signature is not valid by your policy",
    ),
    Trouble.ENDED_KEY: (
        "checkpoint hanya ditandatangani kunci yang sudah diakhiri",
        "a checkpoint is signed only by a key that had ended",
    ),
    Trouble.HEADS: (
        "peta kepala yang dicatat bukan peta kepala riwayat yang ada",
        "the heads map that was recorded is not that of the histories there are",
    ),
    Trouble.HEADS_TOO_OLD: (
        "peta kepala menunjuk ukuran log yang tidak mungkin atau terlalu lama",
        "a heads map names a size of the log that cannot be, or is too old",
    ),
    Trouble.HEAD_NODE: (
        "simpul yang disimpan dari peta kepala ini salah: pembuktian dari simpul itu tidak berlaku",
        "a node that is kept of this heads map is false: what is proven from it is worth nothing",
    ),
    Trouble.HEAD_NODE_MISSING: (
        "simpul peta kepala ini tidak tersimpan: yang bergantung padanya tidak dapat dibuktikan",
        "a node of this heads map is not kept: what hangs on it cannot be proven",
    ),
    Trouble.HEAD_NODE_EXTRA: (
        "tersimpan simpul yang bukan milik peta kepala ini",
        "a node is kept that is not of this heads map",
    ),
    Trouble.CONTINUED: (
        "pelanjutan log menyatakan riwayat yang bukan awal log ini",
        "the log declares to go on from a history that is not its own beginning",
    ),
    Trouble.RENAMED: (
        "log berganti nama tanpa catatan pelanjutan",
        "the log changed its name without a record of it",
    ),
    Trouble.OWN_FACT: (
        "catatan log tentang dirinya tidak terbaca",
        "a fact of the log about itself cannot be read",
    ),
}

DERIVED = frozenset(
    {
        Trouble.SUBTREE,
        Trouble.SUBTREE_MISSING,
        Trouble.HEAD_NODE,
        Trouble.HEAD_NODE_MISSING,
        Trouble.HEAD_NODE_EXTRA,
    }
)
"""Of what is kept only to prove quickly: it follows from the records, which may all be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not agree, at a position or somewhere up to it."""

    trouble: Trouble
    position: int  # of the record; of a checkpoint, its size
    since: int | None = None  # the first position at which it may lie, where it is not known better
    detail: str = ""

    def told(self, language: Language = "id") -> str:
        words = TROUBLES[self.trouble][language == "en"]
        detail = f" ({self.detail})" if self.detail else ""
        if self.since is not None and self.since < self.position:
            where = (
                f"Antara posisi {self.since} dan {self.position}"
                if language == "id"
                else f"Between positions {self.since} and {self.position}"
            )
        else:
            where = ("Posisi " if language == "id" else "Position ") + str(self.position)
        return f"{where}: {words}{detail}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was checked of a log, and what was found."""

    origin: str
    facts: int  # that were looked at
    histories: int  # they belong to
    root: str  # of all of them, base64
    checkpoints: int  # whose roots were compared
    covered: int  # size of the largest that agrees, whoever signed it
    signatures: int  # of these, opened by the policy
    signed: int  # size of the largest of them
    witnessed: int  # size of the largest that a quorum has seen
    held: int  # checkpoints of the reader's own that agree
    heads: int  # heads maps that agree
    complete: int  # size up to which the latest of them covers
    head_nodes: int  # nodes kept of it that agree, until one does not
    policy: bool  # whether the reader brought one
    quorum: bool  # whether it asks for witnesses
    unknown_keys: int  # checkpoints signed only by keys that the policy does not know
    unproven_holdings: int  # of the reader's own checkpoints, those the log never signed
    anchors_unseen: int  # anchors that name a note which is not stored here
    findings: tuple[Finding, ...]  # the first first; no more than are worth reading
    found: int  # how many there are

    @property
    def is_sound(self) -> bool:
        """Nothing disagrees. By itself that is not yet proof of anything."""
        return not self.findings

    @property
    def is_proven(self) -> bool:
        """Nothing disagrees, and those whom the reader trusts stand by it."""
        is_signed = self.policy and (self.signed > 0 or not self.facts)
        is_witnessed = self.witnessed > 0 or not self.quorum or not self.facts
        return self.is_sound and is_signed and is_witnessed and not self.unproven_holdings

    @property
    def is_derived_sound(self) -> bool:
        """What is kept to prove quickly is what follows from the records."""
        return not any(finding.trouble in DERIVED for finding in self.findings)

    @property
    def are_records_sound(self) -> bool:
        """Nothing disagrees but what is kept to prove quickly."""
        told = [finding for finding in self.findings if finding.trouble not in DERIVED]
        return not told and self.found == len(self.findings)

    @property
    def first(self) -> Finding | None:
        """The first position at which something does not agree."""
        return min(
            self.findings,
            key=lambda finding: (finding.since or finding.position, finding.position),
            default=None,
        )

    def plain(self) -> dict[str, Any]:
        """All of it with its sentences, as JSON has it."""
        told: dict[str, Any] = {
            language: {
                "conclusion": self.conclusion(language),
                "findings": [finding.told(language) for finding in self.findings],
                "proven": [*self.proven(language)],
                "unproven": [*self.unproven(language)],
            }
            for language in LANGUAGES
        }
        judged = {
            "sound": self.is_sound,
            "records_sound": self.are_records_sound,
            "derived_sound": self.is_derived_sound,
            "proven": self.is_proven,
        }
        return {**asdict(self), **judged, **told}

    def conclusion(self, language: Language = "id") -> str:
        if self.first is not None:
            return _said(
                language,
                f"TIDAK COCOK: {self.found} hal tidak sesuai, yang pertama pada posisi "
                f"{self.first.since or self.first.position}.",
                f"MISMATCH in {self.found} place{'s' * (self.found > 1)}, the first at position "
                f"{self.first.since or self.first.position}.",
            )
        if self.is_proven:
            return _said(
                language,
                f"COCOK sampai catatan ke-{self.witnessed if self.quorum else self.signed}.",
                f"MATCH up to record {self.witnessed if self.quorum else self.signed}.",
            )
        return _said(
            language,
            "TIDAK ADA YANG JANGGAL, tetapi belum terbukti; lihat apa yang tidak diperiksa.",
            "NOTHING DISAGREES, but it is not proven; see what was not checked.",
        )

    def proven(self, language: Language = "id") -> Iterator[str]:
        """What the reader may now say; nothing of it where something does not agree."""
        if self.findings:
            return
        yield _said(
            language,
            f"Isi, waktu, jenis, dan urutan {self.facts} catatan dalam {self.histories} riwayat "
            "sama dengan yang tercatat dalam log, dan tidak ada yang hilang di antaranya.",
            f"Contents, time, kind and order of {self.facts} records in {self.histories} histories "
            "are those in the log, and none is missing between them.",
        )
        if self.signatures:
            yield _said(
                language,
                f"Catatan 1 sampai {self.signed} tidak diubah sejak dicatat: riwayatnya sama "
                f"dengan yang ditandatangani log dalam {self.signatures} checkpoint.",
                f"Records 1 to {self.signed} have not been changed since they were recorded: their "
                f"history is the one that the log signed in {self.signatures} checkpoints.",
            )
        if self.quorum and self.witnessed:
            yield _said(
                language,
                f"Sampai catatan ke-{self.witnessed} riwayat ini sudah dilihat saksi yang Anda "
                "percaya.",
                f"Up to record {self.witnessed} this history was seen by witnesses you trust.",
            )
        if self.held:
            yield _said(
                language,
                f"{self.held} checkpoint yang Anda pegang adalah bagian dari riwayat ini.",
                f"{self.held} checkpoints that you hold are part of this history.",
            )
        if self.complete:
            yield _said(
                language,
                f"Peta kepala sampai catatan ke-{self.complete} sama dengan riwayat yang ada, dan "
                f"{self.head_nodes} simpul untuk membuktikannya tersimpan utuh: catatan terakhir "
                "suatu butir tidak dapat ditinggalkan dalam bundel.",
                f"The heads map up to record {self.complete} is that of the histories there are, "
                f"and the {self.head_nodes} nodes that prove it are kept whole: the last record of "
                "an item cannot be left out of a bundle.",
            )

    def unproven(self, language: Language = "id") -> Iterator[str]:
        """What the reader may not say, and what he would need for it."""
        if not self.policy:
            yield _said(
                language,
                "Tanda tangan tidak diperiksa: tanpa kebijakan (kunci log dan saksi) dari sumber "
                "Anda sendiri, siapa pun yang menguasai basis data dapat menghitung ulang "
                "semuanya.",
                "Signatures were not checked: without a policy (keys of log and witnesses) of your "
                "own, whoever rules the database can compute everything anew.",
            )
        elif not self.signatures and not self.findings:
            yield _said(
                language,
                "Belum ada checkpoint yang ditandatangani kunci dalam kebijakan Anda.",
                "No checkpoint is signed yet by a key of your policy.",
            )
        if self.unknown_keys:
            yield _said(
                language,
                f"{self.unknown_keys} checkpoint ditandatangani kunci yang tidak ada dalam "
                "kebijakan Anda.",
                f"{self.unknown_keys} checkpoints are signed by keys that your policy does not "
                "know.",
            )
        if left := self.facts - (self.signed if self.policy else self.covered):
            yield _said(
                language,
                f"{left} catatan terakhir belum tercakup checkpoint: bila diubah bersama daunnya, "
                "tidak akan terlihat.",
                f"The last {left} records are not covered by a checkpoint yet: were they changed "
                "with their leaves, it would not be seen.",
            )
        if not self.witnessed:
            yield _said(
                language,
                "Tidak ada saksi luar yang menguatkan: pencuri kunci log dapat membuat riwayat "
                "lain yang tampak sah.",
                "No witness outside bears this out: a thief of the log's key can make another "
                "history that looks right.",
            )
        if not self.held:
            yield _said(
                language,
                "Tidak ada checkpoint yang Anda simpan sendiri untuk dibandingkan.",
                "There was no checkpoint of your own keeping to compare with.",
            )
        if self.unproven_holdings:
            yield _said(
                language,
                f"{self.unproven_holdings} checkpoint yang Anda berikan tidak ditandatangani log "
                "ini menurut kebijakan Anda, jadi tidak membuktikan apa pun.",
                f"{self.unproven_holdings} of the checkpoints you gave are not signed by this log "
                "by your policy, so they prove nothing.",
            )
        if self.anchors_unseen:
            yield _said(
                language,
                f"{self.anchors_unseen} penyaksian menyebut naskah yang tidak tersimpan di sini.",
                f"{self.anchors_unseen} anchors name a text that is not stored here.",
            )
        yield _said(
            language,
            "Pemeriksaan ini tidak membuktikan bahwa isi catatan benar, dan tidak dapat melihat "
            "perbuatan yang tidak pernah dicatat.",
            "This does not prove that what was recorded is true, and cannot see what was never "
            "recorded.",
        )


def _said(language: Language, indonesian: str, english: str) -> str:
    return indonesian if language == "id" else english
