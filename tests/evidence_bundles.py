"""Bundles of evidence, honest and not, for whoever checks what verifiers make of them.

A register in memory (`Book`) is run by somebody who may have every key of the body. `CASES` has
one function for each bundle: it gets an honest sample and spoils it, or makes another. What
verifiers must find in each stands in tests/test_evidence_verifiers.py.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.evidence import heads, record
from domain.evidence.encoding import to_base64
from domain.evidence.note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    VerifierKey,
    assemble,
    cosignature_line,
    signature_line,
)
from domain.evidence.tree import Tree, consistency_path, inclusion_path

Json = Any

ORIGIN = "sidik/uji-0a1b2c3d/log/1"
NEXT_ORIGIN = "sidik/uji-0a1b2c3d/log/2"
FOREIGN_ORIGIN = "sidik/lain-4d5e6f70/log/1"
NOBODY = "00000000-0000-0000-0000-000000000000"
ITEM = "6f1c2d3e-0000-7000-8000-000000000001"
STRANGER = "6f1c2d3e-0000-7000-8000-0000000000ff"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REFUSED_ON = "2026-03-20"
KEY_ID = "kunci-subjek-7"
CONSEQUENCE = "Kerentanan sistem X pada gerbang Y akan diketahui umum"
DOCUMENT = b"contoh dokumen rahasia\n" * 50
SEALED, FILED = "/fact/test/consequence_if_opened", "/fact/document"


class Key:
    """A signer or a witness, made from a seed so that it is the same in every test."""

    def __init__(self, name: str, kind: int, seed: str = "") -> None:
        private = Ed25519PrivateKey.from_private_bytes(sha256((seed or name).encode()).digest())
        self.sign = private.sign
        self.vkey = VerifierKey(name, kind, private.public_key().public_bytes_raw())


LOG = Key(ORIGIN, ED25519)
LOG_LATER = Key(ORIGIN, ED25519, "the key that follows")
LOG_NEXT = Key(NEXT_ORIGIN, ED25519)
LOG_FOREIGN = Key(FOREIGN_ORIGIN, ED25519)
THIEF = Key(ORIGIN, ED25519, "a key that nobody published")
KI, INSPECTORATE, ANRI = (
    Key(name, COSIGNATURE)
    for name in ("saksi.ki.example/1", "saksi.inspektorat.example/1", "saksi.anri.example/1")
)
WITNESSES = {"ki": KI, "inspektorat": INSPECTORATE, "anri": ANRI}


def policy_of(*logs: Key, quorum: str = "saksi", witnesses: Mapping[str, Key] = WITNESSES) -> str:
    lines = [f"log {key.vkey}" for key in logs]
    lines += [f"witness {name} {key.vkey}" for name, key in witnesses.items()]
    lines += [f"group saksi 2 {' '.join(witnesses)}", f"quorum {quorum}"]
    return "# kebijakan kepercayaan\n" + "".join(line + "\n" for line in lines)


POLICY = policy_of(LOG)
POLICY_ALONE = policy_of(LOG, quorum="none")


def salt(what: object) -> bytes:
    return sha256(f"salt of {what}".encode()).digest()


def hashes(path: Iterable[bytes]) -> list[str]:
    return [to_base64(each) for each in path]


# A register in memory


@dataclass
class Row:
    record: bytes
    state: bytes


@dataclass
class Book:
    """Facts as they come; signed and witnessed when a story says so."""

    origin: str = ORIGIN
    key: Key = LOG
    seed: str = ""
    at: datetime = START
    rows: list[Row] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    last: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    maps: dict[int, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def on(self, day: str, hour: int = 1) -> None:
        """Let time pass until that day; by UTC."""
        self.at = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)

    def fact(self, stream: str, topic: str, fact: Json, on: str = "") -> int:
        """Record a fact now; the index of its leaf."""
        said = {"at": self.at.isoformat(), "by": "petugas", "fact": fact}
        said["on"] = on or self.at.date().isoformat()
        state = json.dumps(said, ensure_ascii=False).encode()
        index, (version, prev) = len(self.rows), self.last.get(stream, (0, None))
        made = record.Record(
            log=self.origin,
            pos=index + 1,
            stream=stream,
            version=version + 1,
            prev=prev,
            time=record.spelled(self.at),
            topic=topic,
            body=record.body_commitment(self.salt(index), state),
        ).to_bytes()
        self.rows.append(Row(made, state))
        self.tree.append(record.leaf(made))
        self.last[stream] = version + 1, record.leaf(made)
        self.at += timedelta(seconds=1)
        return index

    def salt(self, index: int) -> bytes:
        return salt(f"{self.seed}{index}")

    def others(self, number: int) -> None:
        for one in range(number):
            stream = f"0e000000-0000-7000-8000-{one % 7:012d}"
            self.fact(stream, "item.uploaded", {"channels": [f"{self.seed}{one}"]})

    def note_heads(self) -> int:
        self.maps[len(self.rows)] = dict(self.last)
        found, size = self._map(len(self.rows)), len(self.rows)
        fact = {"size": size, "root": to_base64(found.root), "count": found.count}
        return self.fact(NOBODY, "log.heads", fact)

    def _map(self, index: int) -> heads.HeadsMap:
        found = heads.HeadsMap()
        for stream, (version, leaf) in self.maps[index].items():
            if stream != NOBODY:
                found.set(stream, version, leaf)
        return found

    def sign(self, *witnesses: Key, keys: Sequence[Key] = (), size: int | None = None) -> str:
        """A checkpoint over everything there is, cosigned a minute later."""
        size = self.tree.size if size is None else size
        text = self.text(size)
        lines = [signature_line(key.vkey, text, key.sign) for key in keys or (self.key,)]
        self.at += timedelta(seconds=60)
        seconds = int(self.at.timestamp())
        lines += [cosignature_line(each.vkey, text, seconds, each.sign) for each in witnesses]
        self.at += timedelta(seconds=1)
        note = assemble(text, *lines)
        self.notes.append(note)
        return note

    def text(self, size: int) -> str:
        leaves = [record.leaf(row.record) for row in self.rows[:size]]
        return Checkpoint(self.origin, size, Tree(leaves).root).text

    # What is handed over

    def entry(self, index: int, size: int, *, is_open: bool = True) -> Json:
        return {
            "index": index,
            "record": self.rows[index].record.decode("ascii"),
            "salt": to_base64(self.salt(index)) if is_open else None,
            "body": to_base64(self.rows[index].state) if is_open else None,
            "path": hashes(inclusion_path(index, size, self.tree.node)),
        }

    def consistency(self, old: int, new: int) -> Json:
        path = consistency_path(old, new, self.tree.node)
        return {"from": old, "to": new, "path": hashes(path)}

    def head(self, index: int, stream: str) -> Json:
        version, leaf = self.maps[index].get(stream, (0, None))
        proof = self._map(index).prove(stream)
        other = proof.other
        return {
            "stream": stream,
            "version": version,
            "leaf": None if leaf is None else to_base64(leaf),
            "siblings": hashes(proof.siblings),
            "other": other and {"key": to_base64(other.key), "value": to_base64(other.value)},
        }

    def history(self, stream: str) -> list[int]:
        line = f"\nstream {stream}\n".encode()
        return [index for index, row in enumerate(self.rows) if line in row.record]

    def bukti(
        self,
        *,
        item: str = ITEM,
        own: Sequence[int] = (),
        closed: Collection[int] = (),
        policy: str = POLICY,
        refused_on: str | None = REFUSED_ON,
        more_consistency: Sequence[int] = (),
    ) -> Json:
        """What an honest body would hand over of one item, by its last map and checkpoint."""
        size = max(size_of(note) for note in self.notes)
        mapped = max((index for index in self.maps if index < size), default=None)
        shown = [*self.history(item), *own, *([] if mapped is None else [mapped])]
        sizes = sorted({*map(size_of, self.notes), *more_consistency} - {size})
        return {
            "format": "sidik-bukti/v1",
            "origin": self.origin,
            "policy": policy,
            "question": {"item": item, "refused_on": refused_on, "zone": "+07:00"},
            "checkpoints": list(self.notes),
            "consistency": [self.consistency(old, size) for old in sizes],
            "predecessors": [],
            "entries": [
                self.entry(index, size, is_open=index not in closed)
                for index in dict.fromkeys(shown)
                if index < size
            ],
            "heads": mapped and {"entry": mapped, "items": [self.head(mapped, item)]},
            "fields": [],
            "documents": [],
            "timestamps": [],
        }


def size_of(note: str) -> int:
    return int(note.split("\n")[1])


# What is in it


def sealed(text: str) -> Json:
    """A sealed field as it stands in a body; what it is sealed with is nobody's business here."""
    committed = record.field_commitment(salt(text), text.encode())
    return {"c": to_base64(committed), "k": KEY_ID, "n": "bm9uY2U=", "ct": "c2FuZGk="}


def opened(index: int) -> Json:
    plain = to_base64(CONSEQUENCE.encode())
    return {"index": index, "name": SEALED, "salt": to_base64(salt(CONSEQUENCE)), "plain": plain}


def filed() -> Json:
    committed = record.document_commitment(salt("document"), sha256(DOCUMENT).digest())
    return {"document": {"c": to_base64(committed), "k": KEY_ID}}


@dataclass
class Story:
    """Where the facts of the honest register stand."""

    book: Book
    submitted: int = 0
    tested: int = 0
    filed: int = 0
    determined: int = 0
    archived: int = 0


TEST_FACT = {"test": {"consequence_if_opened": sealed(CONSEQUENCE), "conclusion": "exempt"}}
DECREE_FACT = {"number": "12/DIK/2026", "ends_on": "2031-03-10"}


def told(book: Book | None = None) -> Story:
    """An item from proposal to archive, among others; checkpoints in between, all witnessed."""
    story = Story(book or Book())
    book = story.book
    all_three = (KI, INSPECTORATE, ANRI)
    book.others(9)
    particulars = {"particulars": {"title": "Rencana pengamanan sistem"}}
    story.submitted = book.fact(ITEM, "item.submitted", particulars)
    book.on("2026-03-03")
    book.others(4)
    story.tested = book.fact(ITEM, "item.consequence_tested", TEST_FACT)
    book.others(6)
    book.note_heads()
    book.on("2026-03-05")
    book.sign(*all_three)
    story.filed = book.fact(ITEM, "item.document_added", filed())
    book.on("2026-03-10")
    book.others(11)
    story.determined = book.fact(ITEM, "item.determined", DECREE_FACT)
    book.note_heads()
    book.sign(*all_three)
    book.on("2026-03-28")
    book.others(5)
    story.archived = book.fact(ITEM, "item.archived", {"hard_place": "Lemari 4"})
    book.others(3)
    book.note_heads()
    book.sign(*all_three)
    return story


@dataclass
class Sample:
    """A bundle and what its reader has; changed by a case, and then put together."""

    story: Story
    bukti: Json
    documents: dict[str, bytes] = field(default_factory=dict)
    policy: str | None = POLICY
    held: list[str] = field(default_factory=list)
    refused_on: str = ""
    raw: bytes | None = None  # in place of everything above
    as_json: bool = False
    as_pdf: bool = False
    after_manifest: Callable[[dict[str, bytes]], None] | None = None

    @property
    def book(self) -> Book:
        return self.story.book

    def entry(self, index: int) -> Json:
        return next(one for one in self.bukti["entries"] if one["index"] == index)

    def leave_out(self, index: int) -> None:
        self.bukti["entries"].remove(self.entry(index))

    def json(self) -> bytes:
        return json.dumps(self.bukti, ensure_ascii=False, indent=1).encode()

    def file(self) -> tuple[str, bytes]:
        """The bundle: how its name ends, and its bytes."""
        if self.raw is not None:
            return (".zip" if self.raw[:2] == b"PK" else ".json"), self.raw
        if self.as_json:
            return ".json", self.json()
        if self.as_pdf:
            return ".pdf", pdf_with(self.json())
        files = bag(self.json(), self.documents)
        if self.after_manifest is not None:
            self.after_manifest(files)
        return ".zip", zipped({f"bundel/{name}": data for name, data in files.items()}.items())


def bag(bukti: bytes, documents: Mapping[str, bytes]) -> dict[str, bytes]:
    payload = {"data/bukti.json": bukti, **documents}
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": manifest(payload),
    }
    return {**payload, **tags, "tagmanifest-sha256.txt": manifest(tags)}


def manifest(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files:
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return made.getvalue()


def pdf_with(*attached: bytes) -> bytes:
    """A PDF with these attached, by other people's tools."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for number, data in enumerate(attached):
            name = f"bukti{number or ''}.json"
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
        pdf.save(made, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


@cache
def _honest() -> Story:
    return told()


def honest() -> Sample:
    """Everything the body has of the item; the field is opened, the document is there."""
    story = _honest()
    bukti = story.book.bukti(closed={story.archived})
    bukti["fields"] = [opened(story.tested)]
    bukti["documents"] = [
        {
            "index": story.filed,
            "name": FILED,
            "salt": to_base64(salt("document")),
            "path": "dokumen/rencana.pdf",
        }
    ]
    return Sample(
        story=story,
        bukti=json.loads(json.dumps(bukti)),
        documents={"data/dokumen/rencana.pdf": DOCUMENT},
    )


CASES: dict[str, Callable[[], Sample]] = {}


def case(spoil: Callable[[Sample], Sample | None]) -> Callable[[Sample], Sample | None]:
    """Enrol a bundle under the name of the function that spoils, or replaces, an honest one."""

    def made() -> Sample:
        sample = honest()
        return spoil(sample) or sample

    CASES[spoil.__name__] = made
    return spoil


# Honest ones


@case
def honest_bag(_: Sample) -> None: ...


@case
def honest_json(one: Sample) -> None:
    one.as_json = True


@case
def honest_pdf(one: Sample) -> None:
    one.as_pdf = True


@case
def copy_for_the_public(one: Sample) -> None:
    """Nothing of the item's contents is shown."""
    for entry in one.bukti["entries"][:-1]:
        entry["salt"] = entry["body"] = None
    one.bukti["fields"], one.bukti["documents"], one.documents = [], [], {}


@case
def field_not_opened(one: Sample) -> None:
    one.bukti["fields"] = []


@case
def old_checkpoint_not_included(one: Sample) -> None:
    one.bukti["checkpoints"].pop(1)
    one.bukti["consistency"].pop(1)


@case
def held_checkpoint_is_in_it(one: Sample) -> None:
    one.held = [one.book.notes[0], one.book.notes[2]]


@case
def held_receipt_is_connected(one: Sample) -> None:
    """A receipt of an act, signed by the log alone, of a size that only the path knows."""
    one.bukti["consistency"].append(one.book.consistency(25, one.book.tree.size))
    text = one.book.text(25)
    one.held = [assemble(text, signature_line(LOG.vkey, text, LOG.sign))]


@case
def held_receipt_is_a_proof(one: Sample) -> None:
    """As the register hands it out: path and checkpoint in one file."""
    held_receipt_is_connected(one)
    one.held = [f"c2sp.org/tlog-proof@v1\nindex 3\n{to_base64(bytes(32))}\n\n{one.held[0]}"]


@case
def held_receipt_has_no_checkpoint(one: Sample) -> None:
    one.held = ["c2sp.org/tlog-proof@v1\nindex 3\n"]


@case
def held_checkpoint_is_newer(one: Sample) -> Sample:
    story = told()
    one = Sample(story=story, bukti=story.book.bukti())
    story.book.others(3)
    one.held = [story.book.sign(KI, ANRI)]
    return one


@case
def held_checkpoint_cannot_be_connected(one: Sample) -> None:
    text = one.book.text(25)
    one.held = [assemble(text, signature_line(LOG.vkey, text, LOG.sign))]


@case
def held_text_went_through_windows(one: Sample) -> None:
    one.held = ["\ufeff" + one.book.notes[0].replace("\n", "\r\n").removesuffix("\r\n")]
    one.policy = "\ufeff" + POLICY.replace("\n", "\r\n")


@case
def item_without_facts(one: Sample) -> None:
    """That there is nothing is proven, not said."""
    mapped = one.bukti["heads"]["entry"]
    one.bukti["entries"] = [one.entry(mapped)]
    one.bukti["heads"]["items"] = [one.book.head(mapped, STRANGER)]
    one.bukti["question"]["item"] = STRANGER
    one.bukti["fields"], one.bukti["documents"], one.documents = [], [], {}


@case
def unknown_member(one: Sample) -> None:
    one.bukti["catatan_kaki"] = "dari versi yang akan datang"


@case
def unknown_members_come_in_one_order(one: Sample) -> None:
    """By code points, which is not how JavaScript compares."""
    one.bukti.update({"\U0001f600": 1, "\uffee": 2, "\uffee\U0001f600": 3})


@case
def policy_from_the_bundle(one: Sample) -> None:
    one.policy = None


@case
def policy_without_witnesses(one: Sample) -> None:
    one.policy = POLICY_ALONE


def _shredded(is_recorded: bool) -> Sample:
    book = Book()
    story = told(book)
    book.on("2026-05-01")
    own = []
    if is_recorded:
        fact = {"key_id": KEY_ID, "ground": "UU 27/2022 Ps 44(1)", "approvers": ["a", "b"]}
        own = [book.fact(NOBODY, "log.key_destroyed", fact)]
    book.note_heads()
    book.sign(KI, ANRI)
    bukti = book.bukti(own=own)
    bukti["fields"] = [{"index": story.tested, "name": SEALED, "salt": None, "plain": None}]
    return Sample(story=story, bukti=bukti)


@case
def key_destroyed_on_record(_: Sample) -> Sample:
    return _shredded(is_recorded=True)


def _continued(
    *, declared: int | None = None, names: str = ORIGIN, size: int = 0, is_listed: bool = True
) -> Sample:
    """The log goes on under a new name and key; *declared*: up to where the old is trusted."""
    book = Book()
    story = told(book)
    trusted = book.tree.size if declared is None else declared
    root = book.text(trusted).split("\n")[2]
    book.on("2026-06-01")
    book.origin, book.key = NEXT_ORIGIN, LOG_NEXT
    fact = {"origin": names, "size": trusted, "root": root, "reason": "kunci bocor"}
    entry = book.fact(NOBODY, "log.continued", fact)
    book.fact(ITEM, "item.reviewed", {"reason": "masih perlu"})
    book.note_heads()
    book.sign(KI, INSPECTORATE)
    bukti = book.bukti(own=[entry], more_consistency=[trusted])
    bukti["predecessors"] = [{"origin": ORIGIN, "entry": entry}] if is_listed else []
    return Sample(story=story, bukti=bukti, policy=policy_of(LOG, LOG_NEXT))


@case
def log_continued(_: Sample) -> Sample:
    return _continued()


def _rotated(*last_keys: Key) -> Sample:
    """A key takes over: both sign for a while, then the old one ends."""
    book = Book()
    story = told(book)
    both = (LOG, LOG_LATER)
    since = book.tree.size + 1
    fact = {"vkey": str(LOG_LATER.vkey), "since": since, "ends": ""}
    own = [book.fact(NOBODY, "log.key_changed", fact)]
    book.sign(KI, ANRI, keys=both)
    book.on("2026-07-01")
    ends = {"vkey": str(LOG_LATER.vkey), "since": book.tree.size + 1, "ends": str(LOG.vkey)}
    own.append(book.fact(NOBODY, "log.key_changed", ends))
    book.note_heads()
    book.sign(KI, ANRI, keys=last_keys)
    return Sample(story=story, bukti=book.bukti(own=own), policy=policy_of(*both))


@case
def key_rotated(_: Sample) -> Sample:
    return _rotated(LOG_LATER)


@case
def key_rotated_unknown_to_reader(_: Sample) -> Sample:
    """While both sign, a reader with the old policy still gets along."""
    book = Book()
    story = told(book)
    fact = {"vkey": str(LOG_LATER.vkey), "since": book.tree.size + 1, "ends": ""}
    own = [book.fact(NOBODY, "log.key_changed", fact)]
    book.note_heads()
    book.sign(KI, ANRI, keys=(LOG, LOG_LATER))
    return Sample(story=story, bukti=book.bukti(own=own), policy=POLICY)


@case
def time_stamp(one: Sample) -> None:
    """Over the note with the log's own signature, as it was when no witness had answered yet."""
    size, note = one.book.tree.size, one.book.notes[2]
    text, _, lines = note.rpartition("\n\n")
    first = text + "\n\n" + lines.split("\n")[0] + "\n"
    token = time_stamp_token(sha256(first.encode()).digest())
    one.bukti["timestamps"] = [{"size": size, "tsr": to_base64(token)}]


def _anchored(note_of: str = "ki", *, is_backdated: bool = False) -> Sample:
    """The log writes down that a witness has seen it; the test comes behind that."""
    book = Book()
    book.others(20)
    book.on("2026-03-04")
    note = book.sign(KI, ANRI)
    text, _, lines = note.rpartition("\n\n")
    seen = text + "\n\n" + "".join(line + "\n" for line in lines.split("\n")[:2])
    digest = sha256(seen.encode()).hexdigest()
    fact = {"size": 20, "kind": "witness", "who": note_of, "sha256": digest}
    own = [book.fact(NOBODY, "log.anchored", fact)]
    now = book.at
    if is_backdated:
        book.at = START + timedelta(days=1, hours=20)
    book.fact(ITEM, "item.consequence_tested", TEST_FACT)
    book.at = max(book.at, now)
    book.note_heads()
    book.on("2026-03-06")
    book.sign(KI, ANRI)
    story = Story(book, tested=21)
    return Sample(story=story, bukti=book.bukti(own=own))


@case
def anchored_before_the_test(_: Sample) -> Sample:
    return _anchored()


def _written(topic: str, **fact: Json) -> Sample:
    """The body writes what it likes into its own log, and signs it."""
    book = Book()
    book.others(1)
    note = book.sign(KI, ANRI)
    digest = sha256(note.encode()).hexdigest()
    own = [book.fact(NOBODY, topic, {"sha256": digest, **fact})]
    book.fact(ITEM, "item.consequence_tested", TEST_FACT)
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti(own=own))


@case
def anchor_of_true_records(_: Sample) -> Sample:
    """To Python, true is one."""
    return _written("log.anchored", size=True, who="ki")


@case
def anchor_of_whatever(_: Sample) -> Sample:
    return _written("log.anchored", size=[1], who={"$&": "{size}"})


@case
def key_of_no_name(_: Sample) -> Sample:
    return _written("log.key_changed", vkey=None, since=1.5)


@case
def title_that_looks_like_a_hole(_: Sample) -> Sample:
    """What a fact says is shown as it is, and filled into nothing."""
    book = Book()
    book.fact(ITEM, "item.{time}$&$`", {"particulars": {"title": "{size} $& \u00a0\u3000\u202e"}})
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


@case
def contents_without_a_day(_: Sample) -> Sample:
    """They are there, and are not said to be withheld."""
    book = Book()
    book.fact(ITEM, "item.submitted", {"particulars": {}}, on="kapan-kapan")
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


# The question


@case
def refused_before_the_test(one: Sample) -> None:
    one.refused_on = "2026-03-01"


@case
def refused_on_the_day_of_the_test(one: Sample) -> None:
    one.refused_on = "2026-03-03"


@case
def refused_before_any_witness(one: Sample) -> None:
    one.refused_on = "2026-03-04"


@case
def refused_without_a_day(one: Sample) -> None:
    one.bukti["question"]["refused_on"] = None


@case
def refused_on_no_day_there_is(one: Sample) -> None:
    one.refused_on = "2026-02-30"


def _tested_late(*, on: str) -> Sample:
    book = Book()
    book.others(5)
    book.fact(ITEM, "item.submitted", {"particulars": {"title": "Terlambat diuji"}})
    book.on("2026-03-25")
    book.fact(ITEM, "item.consequence_tested", TEST_FACT, on=on)
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


@case
def tested_after_the_refusal(_: Sample) -> Sample:
    return _tested_late(on="2026-03-25")


@case
def tested_after_the_refusal_but_dated_before(_: Sample) -> Sample:
    return _tested_late(on="2026-03-10")


@case
def never_tested(_: Sample) -> Sample:
    book = Book()
    book.fact(ITEM, "item.submitted", {"particulars": {"title": "Tidak pernah diuji"}})
    book.on("2026-03-25")
    book.others(2)
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


@case
def described_anew_after_the_test(_: Sample) -> Sample:
    book = Book()
    book.fact(ITEM, "item.consequence_tested", TEST_FACT)
    book.fact(ITEM, "item.revised", {"particulars": {"title": "Uraian yang lain"}})
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


# Something left out


@case
def first_fact_left_out(one: Sample) -> None:
    one.leave_out(one.story.submitted)


@case
def middle_fact_left_out(one: Sample) -> None:
    one.leave_out(one.story.determined)


@case
def last_fact_left_out(one: Sample) -> None:
    one.leave_out(one.story.archived)


@case
def last_fact_left_out_with_the_map(one: Sample) -> None:
    one.leave_out(one.story.archived)
    one.bukti["heads"] = None


@case
def last_fact_left_out_with_its_proof(one: Sample) -> None:
    one.leave_out(one.story.archived)
    one.bukti["heads"]["items"] = []


@case
def last_fact_left_out_behind_an_old_map(one: Sample) -> None:
    """Everything matches, but the map is from before: of what came after nothing is claimed."""
    old = sorted(one.book.maps)[1]
    one.leave_out(one.story.archived)
    one.leave_out(one.bukti["heads"]["entry"])
    one.bukti["entries"].append(one.book.entry(old, one.book.tree.size))
    one.bukti["heads"] = {"entry": old, "items": [one.book.head(old, ITEM)]}


@case
def every_fact_left_out(one: Sample) -> None:
    for index in one.book.history(ITEM):
        one.leave_out(index)
    one.bukti["fields"], one.bukti["documents"], one.documents = [], [], {}


@case
def nothing_in_it(one: Sample) -> None:
    one.bukti.update(entries=[], heads=None, fields=[], documents=[], question=None)
    one.documents = {}


@case
def said_to_have_no_facts(one: Sample) -> None:
    one.bukti["heads"]["items"][0].update(version=0, leaf=None)


@case
def consistency_left_out(one: Sample) -> None:
    one.bukti["consistency"].pop(0)


@case
def witness_lines_left_out(one: Sample) -> None:
    text, _, lines = one.bukti["checkpoints"][2].rpartition("\n\n")
    one.bukti["checkpoints"][2] = text + "\n\n" + lines.split("\n")[0] + "\n"


@case
def document_left_out(one: Sample) -> None:
    one.documents = {}


@case
def key_destroyed_off_the_record(_: Sample) -> Sample:
    return _shredded(is_recorded=False)


# Something exchanged


@case
def contents_exchanged(one: Sample) -> None:
    one.entry(one.story.submitted)["body"] = to_base64(b'{"fact":{}}')


@case
def contents_and_salt_exchanged(one: Sample) -> None:
    one.entry(one.story.submitted).update(body=to_base64(b"lain"), salt=to_base64(bytes(32)))


@case
def salt_is_short(one: Sample) -> None:
    one.entry(one.story.submitted)["salt"] = to_base64(bytes(31))


@case
def record_redated(one: Sample) -> None:
    entry = one.entry(one.story.determined)
    entry["record"] = entry["record"].replace("time 2026-03-10", "time 2025-03-10")


@case
def record_made_anew(one: Sample) -> None:
    """With a commitment that fits; its leaf is another."""
    entry = one.entry(one.story.submitted)
    other = record.body_commitment(one.book.salt(one.story.submitted), b"lain")
    lines = entry["record"].split("\nbody ")
    entry.update(body=to_base64(b"lain"), record=f"{lines[0]}\nbody {to_base64(other)}\n")


@case
def record_on_no_day_there_is(one: Sample) -> None:
    entry = one.entry(one.story.determined)
    entry["record"] = entry["record"].replace("time 2026-03-10", "time 2026-02-30")


@case
def record_with_another_end_of_line(one: Sample) -> None:
    entry = one.entry(one.story.determined)
    entry["record"] = entry["record"].replace("\n", "\r\n")


@case
def index_changed(one: Sample) -> None:
    one.entry(one.story.determined)["index"] += 1


@case
def facts_reordered(one: Sample) -> None:
    a, b = one.entry(one.story.tested), one.entry(one.story.determined)
    a["index"], b["index"] = b["index"], a["index"]
    a["path"], b["path"] = b["path"], a["path"]


@case
def proof_bit_flipped(one: Sample) -> None:
    path = one.entry(one.story.tested)["path"]
    path[0] = to_base64(bytes(32))


@case
def fact_comes_twice(one: Sample) -> None:
    one.bukti["entries"].append(one.entry(one.story.tested))


@case
def fact_comes_twice_and_once_broken(one: Sample) -> None:
    entry = one.entry(one.story.tested)
    one.bukti["entries"].insert(0, {**entry, "path": entry["path"][1:]})


@case
def size_edited(one: Sample) -> None:
    note, size = one.bukti["checkpoints"][2], one.book.tree.size
    one.bukti["checkpoints"][2] = note.replace(f"\n{size}\n", f"\n{size + 1}\n", 1)


@case
def consistency_exchanged(one: Sample) -> None:
    first, second = one.bukti["consistency"]
    first["path"] = second["path"]


@case
def heads_name_another_version(one: Sample) -> None:
    one.bukti["heads"]["items"][0]["version"] -= 1


@case
def heads_named_by_another_fact(one: Sample) -> None:
    one.bukti["heads"]["entry"] = one.story.determined


@case
def heads_fact_withheld(one: Sample) -> None:
    one.entry(one.bukti["heads"]["entry"]).update(salt=None, body=None)


@case
def document_exchanged(one: Sample) -> None:
    one.documents = {"data/dokumen/rencana.pdf": b"dokumen lain\n"}


@case
def field_text_changed(one: Sample) -> None:
    one.bukti["fields"][0]["plain"] = to_base64(b"lain")


@case
def field_salt_changed(one: Sample) -> None:
    one.bukti["fields"][0]["salt"] = to_base64(bytes(32))


@case
def field_of_another_fact(one: Sample) -> None:
    one.bukti["fields"][0]["index"] = one.story.submitted


@case
def origin_is_another(one: Sample) -> None:
    one.bukti["origin"] = NEXT_ORIGIN


@case
def time_stamp_over_something_else(one: Sample) -> None:
    token = time_stamp_token(sha256(b"lain").digest())
    one.bukti["timestamps"] = [{"size": one.book.tree.size, "tsr": to_base64(token)}]


@case
def time_stamp_is_garbage(one: Sample) -> None:
    one.bukti["timestamps"] = [{"size": one.book.tree.size, "tsr": to_base64(b"\x30\x80ab")}]


# Keys and witnesses


@case
def signed_by_a_key_nobody_published(one: Sample) -> None:
    one.bukti["checkpoints"] = [resigned(note, THIEF) for note in one.bukti["checkpoints"]]


@case
def cosignature_of_another_checkpoint(one: Sample) -> None:
    """Known keys, and a signature that is not of this text."""
    first, last = one.bukti["checkpoints"][0], one.bukti["checkpoints"][2]
    stolen = first.rpartition("\n\n")[2].split("\n")[1]
    one.bukti["checkpoints"][2] = last + stolen + "\n"


@case
def body_of_another_place(_: Sample) -> Sample:
    book = Book(origin=FOREIGN_ORIGIN, key=LOG_FOREIGN, seed="lain")
    story = told(book)
    return Sample(story=story, bukti=book.bukti(policy=policy_of(LOG_FOREIGN)))


def resigned(note: str, key: Key) -> str:
    text = note.rpartition("\n\n")[0] + "\n"
    return assemble(text, signature_line(key.vkey, text, key.sign))


@cache
def _other_history() -> Story:
    """The same body's keys over facts that never happened."""
    return told(Book(seed="sejarah lain "))


@case
def other_history_without_witnesses(_: Sample) -> Sample:
    story = _other_history()
    bukti = story.book.bukti()
    bukti["checkpoints"] = [resigned(note, LOG) for note in bukti["checkpoints"]]
    return Sample(story=story, bukti=bukti)


@case
def other_history_and_nobody_asked(one: Sample) -> Sample:
    """What cannot be found: no witness demanded, and no checkpoint held."""
    other = CASES["other_history_without_witnesses"]()
    other.policy = POLICY_ALONE
    return other


@case
def other_history_and_a_checkpoint_held(one: Sample) -> Sample:
    other = CASES["other_history_and_nobody_asked"]()
    other.held = [one.book.notes[1]]
    return other


@case
def other_history_and_an_unconnected_one_held(one: Sample) -> Sample:
    """Its maker leaves out what would show it; then nothing is concluded."""
    other = CASES["other_history_and_a_checkpoint_held"]()
    other.bukti["checkpoints"] = other.bukti["checkpoints"][2:]
    other.bukti["consistency"] = []
    return other


def _forged() -> Sample:
    """Everything made up, with keys made up: perfect, but for whose keys they are."""
    thief, witness = Key(ORIGIN, ED25519, "palsu"), Key("saksi.ki.example/1", COSIGNATURE, "palsu")
    book = Book(key=thief, seed="palsu ")
    story = told(book)
    book.notes = []
    book.sign(witness)
    quorum = f"log {thief.vkey}\nwitness ki {witness.vkey}\nquorum ki\n"
    return Sample(story=story, bukti=book.bukti(policy=quorum), policy=None)


@case
def forged_with_its_own_policy(_: Sample) -> Sample:
    return _forged()


@case
def forged_with_its_own_policy_and_a_checkpoint_held(one: Sample) -> Sample:
    forged = _forged()
    forged.held = [one.book.notes[0]]
    return forged


@case
def forged_against_the_true_policy(_: Sample) -> Sample:
    forged = _forged()
    forged.policy = POLICY
    return forged


@case
def key_rotated_long_ago(_: Sample) -> Sample:
    """A reader with the old policy does not know who signs now, and is told so."""
    sample = _rotated(LOG_LATER)
    sample.policy = POLICY
    return sample


@case
def earlier_name_unknown_to_reader(_: Sample) -> Sample:
    """Checkpoints by a key that the reader does not have say nothing to him, and spoil nothing."""
    sample = _continued()
    sample.policy = policy_of(LOG_NEXT)
    return sample


@case
def ended_key_signs_on(_: Sample) -> Sample:
    return _rotated(LOG)


@case
def continued_without_saying_so(_: Sample) -> Sample:
    return _continued(is_listed=False)


@case
def continued_from_another_log(_: Sample) -> Sample:
    return _continued(names=FOREIGN_ORIGIN)


@case
def continued_from_less_than_was_signed(_: Sample) -> Sample:
    """The new log admits less of the old one than its own checkpoints show."""
    return _continued(declared=30)


@case
def continued_and_more_is_held(_: Sample) -> Sample:
    """A restore lost facts that somebody holds a checkpoint of."""
    book = told().book
    book.others(10)
    sample = _continued()
    sample.held = [book.sign(KI, ANRI)]
    return sample


@case
def policy_is_garbage(one: Sample) -> None:
    one.policy = "log kunci yang salah\n"


@case
def policy_without_quorum(one: Sample) -> None:
    one.policy = f"log {LOG.vkey}\n"


@case
def policy_counts_a_witness_twice(one: Sample) -> None:
    twice = {"ki": KI, "inspektorat": KI}
    one.policy = policy_of(LOG, witnesses=twice)


# Dates


def _dated(*, recorded: str, between: tuple[str, str]) -> Sample:
    """A test recorded between two checkpoints, under the date that the clock was set to."""
    book = Book()
    book.others(12)
    book.on(between[0])
    book.sign(KI, ANRI)
    book.on(recorded)
    book.fact(ITEM, "item.consequence_tested", TEST_FACT, on="2026-03-02")
    book.on(between[1])
    book.note_heads()
    book.on(between[1], hour=2)
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


@case
def back_dated(_: Sample) -> Sample:
    return _dated(recorded="2026-03-03", between=("2026-04-01", "2026-04-02"))


@case
def back_dated_behind_an_anchor(_: Sample) -> Sample:
    return _anchored(is_backdated=True)


@case
def pre_dated(_: Sample) -> Sample:
    book = Book()
    book.others(3)
    book.on("2027-01-01")
    book.fact(ITEM, "item.consequence_tested", TEST_FACT)
    book.note_heads()
    book.on("2026-03-06")
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


@case
def clock_set_back(_: Sample) -> Sample:
    book = Book()
    book.fact(ITEM, "item.submitted", {"particulars": {}})
    book.at -= timedelta(hours=1)
    book.fact(ITEM, "item.consequence_tested", TEST_FACT)
    book.at += timedelta(hours=2)
    book.note_heads()
    book.sign(KI, ANRI)
    return Sample(story=Story(book), bukti=book.bukti())


# The bag


@case
def file_not_in_the_manifest(one: Sample) -> None:
    one.after_manifest = lambda files: files.update({"data/selipan.txt": b"selipan"})


@case
def file_changed_after_the_manifest(one: Sample) -> None:
    one.after_manifest = lambda files: files.update({"data/dokumen/rencana.pdf": b"lain"})


@case
def file_lost_after_the_manifest(one: Sample) -> None:
    one.after_manifest = _lose_the_document


def _lose_the_document(files: dict[str, bytes]) -> None:
    del files["data/dokumen/rencana.pdf"]


@case
def manifest_is_garbage(one: Sample) -> None:
    one.after_manifest = lambda files: files.update({"manifest-sha256.txt": b"\xff\xfe"})


@case
def tag_file_changed(one: Sample) -> None:
    one.after_manifest = lambda files: files.update({"bagit.txt": b"BagIt-Version: 0.1\n"})


def _bytes(one: Sample) -> bytes:
    return one.file()[1]


@case
def half_downloaded(one: Sample) -> None:
    whole = _bytes(one)
    one.raw = whole[: len(whole) // 2]


@case
def last_byte_missing(one: Sample) -> None:
    one.raw = _bytes(one)[:-1]


@case
def something_behind_the_zip(one: Sample) -> None:
    one.raw = _bytes(one) + b"\n"


@case
def something_before_the_zip(one: Sample) -> None:
    one.raw = b"PK\3\4" + _bytes(one)


@case
def zip_byte_flipped(one: Sample) -> None:
    data = bytearray(_bytes(one))
    data[len(data) // 3] ^= 1
    one.raw = bytes(data)


@case
def zip_name_twice(one: Sample) -> None:
    files = [("data/bukti.json", one.json()), ("data/x.txt", b"a"), ("data/y.txt", b"b")]
    one.raw = zipped(files).replace(b"data/y.txt", b"data/x.txt")


@case
def zip_name_twice_but_for_its_case(one: Sample) -> None:
    one.raw = zipped([("data/bukti.json", one.json()), ("data/BUKTI.json", b"{}")])


@case
def zip_climbs_out(one: Sample) -> None:
    one.raw = zipped([("data/bukti.json", one.json()), ("data/../../lain.txt", b"x")])


@case
def zip_with_a_root(one: Sample) -> None:
    one.raw = zipped([("/data/bukti.json", one.json())])


@case
def zip_bomb(one: Sample) -> None:
    """The directory tells the truth, and it is too much."""
    one.raw = bomb(bytes(1024 * 1024) * 300, declared=300 * 1024 * 1024)


@case
def zip_bomb_that_lies(one: Sample) -> None:
    one.raw = bomb(bytes(1024 * 1024) * 64, declared=100)


def bomb(content: bytes, *, declared: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return one_file_zip(b"data/bukti.json", packed, zlib.crc32(content), declared)


def one_file_zip(
    name: bytes, packed: bytes, crc: int, size: int, *, flags: int = 0, inside: bytes = b""
) -> bytes:
    """A zip by hand; *inside*: the name that the file's own header gives."""
    common = struct.pack("<HHHHLLL", flags, 8, 0, 0x21, crc, len(packed), size)
    inner = inside or name
    local = b"PK\3\4" + struct.pack("<H", 20) + common + struct.pack("<HH", len(inner), 0) + inner
    central = b"PK\1\2" + struct.pack("<HH", 20, 20) + common
    central += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name
    offset = len(local) + len(packed)
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 1, 1, len(central), offset, 0)
    return local + packed + central + end


def _packed(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


@case
def zip_encrypted(one: Sample) -> None:
    data = one.json()
    crc = zlib.crc32(data)
    one.raw = one_file_zip(b"data/bukti.json", _packed(data), crc, len(data), flags=1)


@case
def zip_with_two_names_for_a_file(one: Sample) -> None:
    data = one.json()
    crc = zlib.crc32(data)
    one.raw = one_file_zip(
        b"data/bukti.json", _packed(data), crc, len(data), inside=b"data/lainn.json"
    )


@case
def zip_with_a_wrong_sum(one: Sample) -> None:
    data = one.json()
    one.raw = one_file_zip(b"data/bukti.json", _packed(data), 1, len(data))


@case
def zip_cut_inside_a_file(one: Sample) -> None:
    data = one.json()
    one.raw = one_file_zip(b"data/bukti.json", _packed(data)[:-9], zlib.crc32(data), len(data))


@case
def zip_without_bukti(one: Sample) -> None:
    one.raw = zipped([("data/lain.json", one.json())])


@case
def zip_is_empty(one: Sample) -> None:
    one.raw = zipped([])


@case
def file_is_empty(one: Sample) -> None:
    one.raw = b""


# PDF


@case
def pdf_without_bukti(one: Sample) -> None:
    one.raw = pdf_with(b'{"format": "lain"}')


@case
def pdf_with_two(one: Sample) -> None:
    one.raw = pdf_with(one.json(), one.json() + b"\n")


@case
def pdf_with_a_broken_one_beside(one: Sample) -> None:
    """Which of them is meant is not for the verifier to guess; nor are thousands unpacked."""
    one.raw = pdf_with(one.json()[:2000] + b"{", one.json())


@case
def pdf_with_a_short_one_of_a_wrong_sum(one: Sample) -> None:
    """It ends before its beginning is read to the end; it counts as one all the same."""
    short = bytearray(zlib.compress(b'{"format": "sidik-bukti/v1"}'))
    short[-1] ^= 1
    one.raw = pdf_with(one.json()) + b"stream\n" + short + b"\nendstream\n"


@case
def pdf_cut_off(one: Sample) -> None:
    whole = pdf_with(one.json())
    one.raw = whole[: whole.index(b"stream") + 400]


# JSON


def _text(change: Callable[[str], str]) -> Callable[[Sample], None]:
    def spoil(one: Sample) -> None:
        one.raw = change(one.json().decode()).encode("utf-8", "surrogatepass")

    return spoil


def _enrol(name: str, change: Callable[[str], str]) -> None:
    spoil = _text(change)
    spoil.__name__ = name
    case(spoil)


_enrol("json_cut_off", lambda text: text[: len(text) // 2])
_enrol("json_name_twice", lambda text: text.replace("{", '{"format": "sidik-bukti/v1",', 1))
_enrol("json_giant_number", lambda text: text.replace('"index": ', '"index": 9' + "9" * 5000, 1))
_enrol("json_number_past_counting", lambda text: text.replace('"index": ', f'"index": {10**15}', 1))
_enrol("json_fraction", lambda text: text.replace('"from": ', '"from": 1.0, "dari": ', 1))
_enrol("json_exponent", lambda text: text.replace('"from": ', '"from": 1e3, "dari": ', 1))
_enrol("json_negative_number", lambda text: text.replace('"from": ', '"from": -', 1))
_enrol("json_not_a_number", lambda text: text.replace('"from": ', '"from": NaN, "dari": ', 1))
_enrol("json_true_for_a_number", lambda text: text.replace('"from": ', '"from": true, "d": ', 1))
_enrol("json_nested_deep", lambda text: text.replace("{", '{"x": ' + "[" * 40 + "]" * 40 + ",", 1))
_enrol("json_nested_very_deep", lambda _: "[" * 200_000)
_enrol("json_broken_and_then_nested_deep", lambda text: "x" + "[" * 40 + text)
_enrol("json_of_millions_of_lists", lambda text: text.replace("{", '{"x": [' + "[]," * 10**6, 1))
_enrol("json_of_quotes_that_never_end", lambda text: text + '"' + '\\"' * 10**6)
_enrol("json_half_a_character", lambda text: text.replace("{", '{"x": "\\ud800",', 1))
_enrol("json_half_a_name", lambda text: text.replace("{", '{"\\udc00": 1,', 1))
_enrol("json_raw_half_a_character", lambda text: text.replace("{", '{"x": "\ud800",', 1))
_enrol("json_nul", lambda text: text.replace("{", '{"x": "a\\u0000b",', 1))
_enrol("json_raw_control_character", lambda text: text.replace("{", '{"x": "a\x01b",', 1))
_enrol("json_with_byte_order_mark", lambda text: "\ufeff" + text)
_enrol("json_something_behind", lambda text: text + "{}")
_enrol("json_comma_at_the_end", lambda text: text.rstrip()[:-1].rstrip() + ",}")
_enrol("json_of_another_format", lambda text: text.replace("sidik-bukti/v1", "sidik-bukti/v2", 1))
_enrol("json_is_a_list", lambda text: f"[{text}]")


@case
def json_not_utf8(one: Sample) -> None:
    one.raw = one.json().replace(b"{", b'{"x": "\xc3\x28",', 1)


@case
def base64_not_canonical(one: Sample) -> None:
    path = one.entry(one.story.tested)["path"]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    path[0] = path[0][:-2] + last[last.index(path[0][-2]) + 1] + "="


@case
def base64_with_a_line_end(one: Sample) -> None:
    one.entry(one.story.tested)["salt"] += "\n"


@case
def member_of_another_type(one: Sample) -> None:
    one.bukti["entries"] = {"0": one.bukti["entries"][0]}


@case
def stream_in_capitals(one: Sample) -> None:
    one.bukti["heads"]["items"][0]["stream"] = ITEM.upper()


@case
def salt_without_contents(one: Sample) -> None:
    one.entry(one.story.tested)["body"] = None


@case
def too_many_checkpoints(one: Sample) -> None:
    one.bukti["checkpoints"] *= 100


# RFC 3161, as far as verifiers read it


def time_stamp_token(digest: bytes, *, time: bytes = b"20260329000000Z") -> bytes:
    """A response with a token whose signature is nobody's; only its imprint is looked at."""
    algorithm = der(0x30, der(0x06, bytes.fromhex("608648016503040201")), der(0x05))
    info = der(
        0x30,
        der(0x02, b"\1"),
        der(0x06, bytes.fromhex("2a0304")),
        der(0x30, algorithm, der(0x04, digest)),
        der(0x02, b"\7"),
        der(0x18, time),
    )
    content = der(
        0x30,
        der(0x06, bytes.fromhex("2a864886f70d0109100104")),
        der(0xA0, der(0x04, info)),
    )
    signed = der(0x30, der(0x02, b"\3"), der(0x31, algorithm), content, der(0x31))
    token = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), der(0xA0, signed))
    return der(0x30, der(0x30, der(0x02, b"\0")), token)


def der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + content


def as_text(data: bytes) -> str:
    """For a page of JavaScript."""
    return b64encode(data).decode("ascii")
