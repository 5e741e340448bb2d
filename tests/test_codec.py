"""What was written is read back, today and in every shape it ever had."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters import codec
from adapters.codec import BYTES_MAX, NotText, TooLarge, Unreadable, decode, encode, to_recorded
from domain.history import FACTS, SYSTEM, TAGS, Recorded, Stamp, recorded_as
from tests.samples import HERE, all_facts, sample_recorded
from tests.spec import SOME_ID, recorded, stamp

TAGS_KNOWN = sorted(all_facts())
SAMPLES = sorted(path.name for path in HERE.glob("*.json"))


@pytest.fixture
def noted() -> Iterator[type[Any]]:
    """A kind of fact that exists for one test only."""

    @recorded_as("uji.noted")
    class Noted:
        text: str
        seen_on: date | None = None

    yield Noted
    del FACTS["uji.noted"], TAGS[Noted]
    codec._decoders.pop("uji.noted", None)


@pytest.mark.parametrize("tag", TAGS_KNOWN)
def test_every_kind_of_fact_has_a_frozen_sample(tag: str) -> None:
    path = HERE / f"{tag}.json"

    assert path.exists(), f"{path.name} is missing: run python -m tests.samples, and commit it"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_frozen_sample_is_still_read(name: str) -> None:
    state = (HERE / name).read_bytes().rstrip(b"\n")
    tag = name.removesuffix(".json")
    is_current = tag in FACTS

    known = _recorded_from(state, tag if is_current else tag.rpartition(".")[0])

    if is_current:
        assert encode(known) == state, (
            f"{tag} is written differently now: keep {name} under the next number, "
            "and write a new sample"
        )
    else:
        assert _recorded_from(encode(known), TAGS[type(known.fact)]) == known


@pytest.mark.parametrize("tag", TAGS_KNOWN)
def test_every_fact_is_read_back_as_it_was_written(tag: str) -> None:
    original = sample_recorded(FACTS[tag])

    read = _recorded_from(encode(original), tag)

    assert read == replace(
        original, originator_id=read.originator_id, originator_version=read.originator_version
    )


def test_what_is_empty_in_a_stamp_is_not_written(noted: type[Any]) -> None:
    state = encode(recorded(noted(text="Rapat"), stamp(by=SYSTEM, as_role="")))

    assert json.loads(state) == {
        "fact": {"text": "Rapat", "seen_on": None},
        "at": "2026-03-02T01:30:00Z",
        "on": "2026-03-02",
        "by": "sistem",
    }


def test_an_envelope_at_rest_has_the_names_of_the_envelope(noted: type[Any]) -> None:
    whole = replace(
        recorded(noted(text="Rapat")), principal="budi", delegation="Plt-7", cause="req-1"
    )

    kept = decode("uji.noted", encode(whole))

    for name in ("fact", *Stamp.__dataclass_fields__):
        assert getattr(kept, name) == getattr(whole, name), name


def test_an_old_shape_is_read_as_a_new_one(
    noted: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        codec.UPCASTS, "uji.scribbled", lambda fact: ("uji.noted", {"text": fact["words"]})
    )
    old = b'{"fact":{"words":"Rapat"},"at":"2020-01-02T03:04:05Z","on":"2020-01-02","by":"sri"}'

    known = _recorded_from(old, "uji.scribbled")

    assert known.fact == noted(text="Rapat")
    assert (known.by, known.on) == ("sri", date(2020, 1, 2))
    codec._decoders.pop("uji.scribbled")


def test_a_fact_too_large_is_refused_with_a_sentence(noted: type[Any]) -> None:
    encode(recorded(noted(text="a" * (BYTES_MAX - 200))))

    with pytest.raises(TooLarge, match="melebihi batas 256 kB"):
        encode(recorded(noted(text="a" * BYTES_MAX)))


@pytest.mark.parametrize("text", ["a\x00b", "\\\x00", "\ud800", "b\udfff"])
def test_what_no_text_may_hold_is_refused_with_a_sentence(noted: type[Any], text: str) -> None:
    with pytest.raises(NotText, match="ketik ulang"):
        encode(recorded(noted(text=text)))


def test_how_a_nul_is_written_may_be_written_about(noted: type[Any]) -> None:
    original = recorded(noted(text=r"JSON menulisnya \u0000, atau \\u0000"))

    assert _recorded_from(encode(original), "uji.noted").fact == original.fact


def test_what_cannot_be_read_says_so(noted: type[Any]) -> None:
    with pytest.raises(Unreadable, match=r"uji\.unheard_of"):
        decode("uji.unheard_of", b"{}")
    with pytest.raises(Unreadable, match=r"uji\.noted"):
        decode("uji.noted", b'{"fact":{"text":7}}')


def _recorded_from(state: bytes, topic: str) -> Recorded[Any]:
    return to_recorded(SOME_ID, 1, topic, state)
