"""A record is its bytes: nine lines that can be spelled in one way only."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence.encoding import Malformed
from domain.evidence.record import (
    Record,
    body_commitment,
    document_commitment,
    field_commitment,
    leaf,
    parse,
    spelled,
)

SALT = bytes(range(32))
DAWN = datetime(2000, 1, 1, tzinfo=UTC)

FIRST = Record(
    log="sidik/kalteng-0badc0de/log/1",
    pos=1,
    stream="e6c93874-82cf-4871-9032-2269ec5d478e",
    version=1,
    prev=None,
    time="2026-11-20T14:37:57.714762Z",
    topic="item.submitted",
    body=body_commitment(SALT, b"{}"),
)
SECOND = replace(FIRST, pos=7, version=2, prev=FIRST.leaf, topic="item.determined")

TEXT = SECOND.to_bytes().decode("ascii")


def test_a_record_is_nine_lines_of_ascii() -> None:
    assert FIRST.to_bytes() == (
        b"sidik-record/v1\n"
        b"log sidik/kalteng-0badc0de/log/1\n"
        b"pos 1\n"
        b"stream e6c93874-82cf-4871-9032-2269ec5d478e\n"
        b"version 1\n"
        b"prev -\n"
        b"time 2026-11-20T14:37:57.714762Z\n"
        b"topic item.submitted\n"
        b"body iZf8ryC1IVL3BWS9C1OWFUX+cHcW1PRLHVXCG8lwnZ0=\n"
    )


def test_its_hash_is_the_leaf() -> None:
    assert FIRST.leaf == leaf(FIRST.to_bytes()) == sha256(b"\x00" + FIRST.to_bytes()).digest()


@pytest.mark.parametrize("record", [FIRST, SECOND])
def test_what_was_written_is_read_back(record: Record) -> None:
    assert parse(record.to_bytes()) == record


printable = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=200)
hashes = st.binary(min_size=32, max_size=32)
counted = st.integers(1, 2**63 - 1)

records = st.builds(
    Record,
    log=printable,
    pos=counted,
    stream=st.uuids().map(str),
    version=counted,
    prev=st.none() | hashes,
    time=st.integers(0, 2**57).map(lambda elapsed: spelled(DAWN + timedelta(microseconds=elapsed))),
    topic=printable,
    body=hashes,
)


@given(records)
def test_every_record_has_one_spelling(record: Record) -> None:
    assert parse(record.to_bytes()) == record


@given(records, st.data())
def test_no_byte_of_a_record_can_change_unnoticed(record: Record, data: st.DataObject) -> None:
    spelling = record.to_bytes()
    place = data.draw(st.integers(0, len(spelling) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != spelling[place]))
    changed = spelling[:place] + bytes([byte]) + spelling[place + 1 :]

    assert leaf(changed) != record.leaf
    with suppress(Malformed):
        assert parse(changed) != record


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    with suppress(Malformed):
        assert parse(data).to_bytes() == data


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("sidik-record/v1", "sidik-record/v2"),
        ("sidik-record/v1\n", ""),
        ("sidik-record/v1\n", "\ufeffsidik-record/v1\n"),
        ("\n", "\r\n"),
        ("pos 7", "pos 07"),
        ("pos 7", "pos -7"),
        ("pos 7", "pos +7"),
        ("pos 7", "pos 7 "),
        ("pos 7", "pos  7"),
        ("pos 7", "pos ٧"),
        ("pos 7", "pos " + "7" * 20),
        ("pos 7\n", ""),
        ("pos 7\n", "pos 7\npos 7\n"),
        ("version 2", "version 0"),
        ("version 2", "version 02"),
        ("version 2", "Version 2"),
        ("e6c93874-82cf", "E6C93874-82CF"),
        ("e6c93874-82cf", "e6c9387482cf"),
        ("prev ", "prev -"),
        ("prev ", "prev\t"),
        ("time 2026-11-20T14:37:57.714762Z", "time 2026-11-20T14:37:57Z"),
        ("time 2026-11-20T14:37:57.714762Z", "time 2026-11-20T14:37:57.714762+00:00"),
        ("time 2026-11-20T14:37:57.714762Z", "time 2026-11-20 14:37:57.714762Z"),
        ("topic item.determined", "topic item.determined two"),
        ("topic item.determined", "topic "),
        ("topic item.determined", "topic penetapán"),
        ("topic item.determined", "topic " + "x" * 201),
        ("=\ntime", "\ntime"),
        ("topic", "x-note\ntopic"),
    ],
)
def test_nothing_but_the_grammar_is_a_record(was: str, instead: str) -> None:
    assert was in TEXT
    with pytest.raises(Malformed):
        parse(TEXT.replace(was, instead, 1).encode())


@pytest.mark.parametrize("extra", ["\n", " ", "body x\n", "\0"])
def test_nothing_stands_behind_a_record(extra: str) -> None:
    with pytest.raises(Malformed):
        parse((TEXT + extra).encode())
    with pytest.raises(Malformed):
        parse(TEXT[:-1].encode())


def test_a_hash_whose_last_character_hides_other_bits_is_refused() -> None:
    """A lenient decoder would read one hash from two spellings, which have two leaves."""
    start = TEXT.index("prev ") + 5
    last = TEXT[start + 42]
    other = chr(ord(last) + 1)

    with pytest.raises(Malformed, match="tidak baku"):
        parse((TEXT[: start + 42] + other + TEXT[start + 43 :]).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"log": ""},
        {"log": "two words"},
        {"log": "x\npos 3"},
        {"topic": "item.submitted\nbody x"},
        {"topic": "diterbitkan ulang"},
        {"pos": -1},
        {"version": 0},
        {"prev": b"short"},
        {"body": b""},
        {"stream": "E6C93874-82CF-4871-9032-2269EC5D478E"},
        {"stream": "not-an-id"},
        {"time": "yesterday"},
    ],
    ids=str,
)
def test_values_that_would_break_the_lines_make_no_record(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        replace(FIRST, **change).to_bytes()  # type: ignore[arg-type]


def test_moments_are_written_in_utc_to_the_microsecond() -> None:
    in_jakarta = timezone(timedelta(hours=7))

    assert spelled(datetime(2026, 1, 2, 6, 0, tzinfo=in_jakarta)) == "2026-01-01T23:00:00.000000Z"
    with pytest.raises(ValueError, match="without a zone"):
        spelled(datetime(2026, 1, 2))  # noqa: DTZ001


# Commitments


def test_a_commitment_says_for_what_it_is() -> None:
    """Else a document could be shown where a body was committed to."""
    content = sha256(b"isi").digest()

    assert body_commitment(SALT, content) == sha256(b"sidik-body/v1\n" + SALT + content).digest()
    assert field_commitment(SALT, content) == sha256(b"sidik-field/v1\n" + SALT + content).digest()
    assert document_commitment(SALT, content) == sha256(b"sidik-doc/v1\n" + SALT + content).digest()


@given(hashes, hashes, st.binary(max_size=64))
def test_the_same_content_is_committed_to_differently_each_time(
    salt: bytes, other: bytes, state: bytes
) -> None:
    assert (body_commitment(salt, state) == body_commitment(other, state)) is (salt == other)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_salts_have_their_size_so_that_none_passes_for_content(size: int) -> None:
    with pytest.raises(Malformed, match="garam"):
        body_commitment(bytes(size), b"{}")
    with pytest.raises(Malformed, match="garam"):
        field_commitment(bytes(size), b"x")


def test_a_document_is_committed_to_by_its_whole_digest() -> None:
    with pytest.raises(Malformed, match="SHA-256"):
        document_commitment(SALT, sha256(b"isi").digest()[:12])
