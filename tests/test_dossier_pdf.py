"""The dossier as a file to be filed for thirty years: PDF/A-3 with the evidence inside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from adapters.evidence import pdf
from adapters.evidence.bundle import Copy, bukti, evidence
from adapters.evidence.dossier import Setting, dossier
from adapters.evidence.pdf import BOX, QR_BYTES_MAX, printable, scannable, set_in_type
from adapters.evidence.source import gather
from domain.evidence.absence import NoEvidence
from domain.evidence.note import Note
from domain.item import Closed, Corrected, Submitted
from tests.logbook import ITEM, POLICY, logged
from tests.voices import CATEGORIES, EXEMPT, LATER, PARTICULARS, PROPOSED, UNIT

HOSTILE = (
    '#negara $x$ *uji* _x_ <b>&amp; `raw` \\u{7} #import "x" ] } @preview/cetz:0.1.0 // /* = -'
)
FORBIDDEN = ("/Launch", "/JavaScript", "/Sound", "/Movie", "/ImportData", "/ResetForm", "/Hide")


def made(facts: Any = EXEMPT, *, copy: Copy = Copy.PANEL, body: str = "Badan Contoh") -> bytes:
    book = logged(facts, others=3)
    found = evidence(
        gather(book.open, ITEM),
        POLICY,
        copy=copy,
        zone="Asia/Jakarta",
        refused_on=date(2026, 3, 4),
    )
    setting = Setting(
        body=body,
        zone="Asia/Jakarta",
        zone_name="WIB",
        units={"inspektorat": "Inspektorat"},
        categories=CATEGORIES,
    )
    checkpoint = found.gathered.checkpoint
    return set_in_type(
        dossier(found, setting),
        note=checkpoint.note,
        bukti_json=bukti(found),
        at=checkpoint.signed_at,
    )


def proposed(**particulars: Any) -> tuple[Any, ...]:
    return ((Submitted(particulars=replace(PARTICULARS, **particulars)), UNIT), *EXEMPT[1:])


@pytest.fixture(scope="module")
def ordinary() -> bytes:
    return made()


# What a PDF/A-3 must be. veraPDF is not at hand; these are the rules that usually break.


def faults(file: bytes) -> Iterator[str]:
    with pikepdf.open(BytesIO(file)) as document:
        with document.open_metadata() as about:
            if about.pdfa_status != "3B":
                yield f"claims {about.pdfa_status!r}, not PDF/A-3b"
        if document.is_encrypted or "/ID" not in document.trailer:
            yield "encrypted, or without an ID"
        intents = document.Root.get("/OutputIntents", Array([]))
        if not any(
            each.get("/S") == Name.GTS_PDFA1 and "/DestOutputProfile" in each for each in intents
        ):
            yield "no colour profile"
        if "/AA" in document.Root or "/OpenAction" in document.Root:
            yield "does something when opened"
        yield from _faults_of_attachments(document)
        for each in document.objects:
            if isinstance(each, Dictionary | Stream):
                yield from _faults_of_object(each)


def _faults_of_attachments(document: pikepdf.Pdf) -> Iterator[str]:
    linked = [each.objgen for each in document.Root.get("/AF", Array([]))]
    for name, spec in document.attachments.items():
        file: Any = spec.obj.EF["/F"]
        if not all(key in spec.obj for key in ("/F", "/UF", "/AFRelationship")):
            yield f"{name} is not wholly described"
        if spec.obj.objgen not in linked:
            yield f"{name} belongs to nothing"
        if "/Subtype" not in file or "/ModDate" not in file.get("/Params", {}):
            yield f"{name} has no media type or date"


def _faults_of_object(each: Any) -> Iterator[str]:
    kind = each.get("/Type")
    if kind == Name.Font and each.get("/Subtype") not in (Name.Type0, Name.Type3):
        described = each.get("/FontDescriptor", {})
        if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"{each.get('/BaseFont')} is not embedded"
    if kind == Name.Font and each.get("/Subtype") == Name.Type0 and "/ToUnicode" not in each:
        yield "text that cannot be copied"
    if str(each.get("/S", "")) in FORBIDDEN or "/JS" in each:
        yield "something that runs"
    if kind == Name.Annot and not int(each.get("/F", 0)) & 4:
        yield "something that is not printed"
    if isinstance(each, Stream) and each.get("/Filter") == Name.LZWDecode:
        yield "LZW"


@pytest.mark.parametrize("copy", list(Copy))
def test_it_is_what_pdf_a_3_asks(copy: Copy) -> None:
    assert list(faults(made(copy=copy))) == []


def test_the_lint_sees_what_is_wrong(ordinary: bytes) -> None:
    spoiled = BytesIO()
    with pikepdf.open(BytesIO(ordinary)) as document:
        del document.Root.OutputIntents
        del document.Root.AF
        runs = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        document.Root.OpenAction = document.make_indirect(runs)
        document.save(spoiled)

    assert {"no colour profile", "does something when opened", "something that runs"} <= set(
        faults(spoiled.getvalue())
    )


# The evidence inside


def test_the_evidence_lies_in_it_byte_for_byte(ordinary: bytes) -> None:
    with pikepdf.open(BytesIO(ordinary)) as document:
        names = list(document.attachments)
        inside = document.attachments["bukti.json"].get_file().read_bytes()

    assert names == ["bukti.json"]
    assert json.loads(inside)["format"] == "sidik-bukti/v1"
    book = logged(EXEMPT, others=3)
    found = evidence(
        gather(book.open, ITEM),
        POLICY,
        copy=Copy.PANEL,
        zone="Asia/Jakarta",
        refused_on=date(2026, 3, 4),
    )
    assert inside == bukti(found)


def test_the_same_evidence_makes_the_same_bytes(ordinary: bytes) -> None:
    assert made() == ordinary


def test_it_says_what_it_is_and_in_which_language(ordinary: bytes) -> None:
    with pikepdf.open(BytesIO(ordinary)) as document:
        assert str(document.Root.Lang) == "id-ID"
        assert document.docinfo["/Title"] == "Berkas bukti: Berita acara pemeriksaan pegawai"
        assert document.Root.MarkInfo.Marked


# Whatever people write


@pytest.mark.parametrize(
    "words",
    [
        HOSTILE,
        "x" * 4000,
        "Berita acara " * 300,
        "Ā ß → ≤ “petik” … é Ω Ж",
        "中文 😀 \u202eterbalik\u202c \x07 \ud7ff \ue000 \ufffd",
        "baris\nkedua\ttab",
        "",
    ],
    ids=["markup", "one word", "long", "letters", "no such letter", "lines", "nothing"],
)
def test_any_words_are_printed_as_they_are(words: str) -> None:
    secret = Closed(title=words, detail=words)
    file = made(proposed(title=words, summary=words, document=words, part=words, closed=secret))

    assert list(faults(file)) == []


def test_markup_of_others_stays_text() -> None:
    file = made(proposed(title=HOSTILE, summary=HOSTILE), body=HOSTILE)

    with pikepdf.open(BytesIO(file)) as document:
        assert document.docinfo["/Title"] == f"Berkas bukti: {HOSTILE}"


def test_letters_without_a_shape_are_marked_and_said_to_be() -> None:
    told = {"title": "a", "id": "x", "checkpoint": {"note": ""}, "x": [{"y": "中\u202eb"}]}
    note = gather(logged(EXEMPT).open, ITEM).checkpoint.note

    fitting = printable(told, note)

    assert fitting["x"] == [{"y": f"{BOX}{BOX}b"}]
    assert fitting["replaced"]
    assert not printable({**told, "x": "Ω"}, note)["replaced"]


@pytest.mark.parametrize("number", [1, 60])
def test_one_fact_or_sixty(number: int) -> None:
    slips = [
        (Corrected(field="title", was=f"salah {n}", now=f"benar {n}", reason="Salah ketik."), LATER)
        for n in range(number - 1)
    ]
    file = made((PROPOSED, *slips))

    assert list(faults(file)) == []
    with pikepdf.open(BytesIO(file)) as document:
        assert len(document.pages) >= (2 if number == 1 else 5)


# The code


def test_the_code_holds_the_checkpoint_itself() -> None:
    note = gather(logged(EXEMPT).open, ITEM).checkpoint.note

    assert scannable(note) == note


def test_signatures_too_large_to_be_scanned_are_left_out_of_the_code_alone() -> None:
    note = gather(logged(EXEMPT).open, ITEM).checkpoint.note
    larger = note + "— saksi.ml-dsa.example/1 " + "A" * 4400 + "\n"
    many = note + "".join(
        str(replace(Note.parse(note).signatures[0], name=f"lain{n}")) for n in range(30)
    )

    assert scannable(larger) == note
    assert note in scannable(many)
    assert len(scannable(many).encode()) <= QR_BYTES_MAX


# When it cannot be made


def test_what_cannot_be_set_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS_MAX", 0.001)

    with pytest.raises(NoEvidence, match="terlalu lama"):
        made()
