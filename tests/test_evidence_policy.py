"""Whom a reader trusts, and what is then a quorum."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.evidence.keys import log_key, verify, witness_key
from domain.evidence.encoding import Malformed
from domain.evidence.note import NotTrusted, assemble, cosignature_line
from domain.evidence.policy import Group, Policy
from tests import evidence_vectors_notes as vectors
from tests.evidence_vectors_notes import (
    CHECKPOINT,
    LOG_KEY,
    NOTE,
    ORIGIN,
    POLICY,
    TIME,
    WITNESS_KEYS,
    cosigned,
    key_of,
)


def test_a_policy_is_read_as_it_was_written() -> None:
    assert Policy.parse(str(POLICY)) == POLICY
    assert POLICY.groups == (
        Group("arsip", 1, ("anri", "itjen")),
        Group("luar", 2, ("ki", "arsip")),
    )
    assert [each.url for each in POLICY.witnesses] == ["https://saksi.ki.example/", "", ""]


def test_the_example_of_the_specification_is_read() -> None:
    """C2SP tlog-policy: two groups below one; two of the first, any of the second."""
    x1, x2, x3, y1, y2, y3 = (
        witness_key(f"{name}.example", key_of(name))
        for name in ("x1", "x2", "x3", "y1", "y2", "y3")
    )
    policy = Policy.parse(
        f"log {LOG_KEY}\n\nwitness X1 {x1}\nwitness X2 {x2}\nwitness X3 {x3}\n"
        f"group X-witnesses 2 X1 X2 X3\n\nwitness Y1 {y1}\nwitness Y2 {y2}\nwitness Y3 {y3}\n"
        "group Y-witnesses any Y1 Y2 Y3\n\ngroup X-and-Y all X-witnesses Y-witnesses\n"
        "quorum X-and-Y\n"
    )

    assert policy.met({"X1", "X3", "Y2"})
    assert policy.met({"X1", "X2", "X3", "Y1", "Y2", "Y3"})
    assert not policy.met({"X1", "Y1", "Y2", "Y3"})
    assert not policy.met({"X1", "X2", "X3"})


def test_blanks_remarks_and_words_that_are_no_keywords_here() -> None:
    ki, anri = WITNESS_KEYS["ki"], WITNESS_KEYS["anri"]
    spaced = (
        f"\n# catatan\n\t # lagi\n\twitness \t w1  {ki}   https://w1.example/  \n\n  quorum\tw1"
    )
    named = f"witness all {ki}\nwitness any {anri}\ngroup group 2 all any\nquorum group\n"

    assert Policy.parse(spaced).witnesses[0].url == "https://w1.example/"
    assert Policy.parse(named).met({"all", "any"})


def test_octets_beyond_ascii_are_compared_and_not_understood() -> None:
    """``K`` is not the Kelvin sign, and a name need not be UTF-8."""
    ki = str(WITNESS_KEYS["ki"]).encode()
    policy = b"witness K\xe2\x84\xaa\x80 " + ki + b"\nquorum K\xe2\x84\xaa\x80\n"

    assert Policy.parse(policy).quorum == Policy.parse(policy).witnesses[0].name
    with pytest.raises(Malformed):
        Policy.parse(policy.replace(b"quorum K\xe2\x84\xaa\x80", b"quorum KK\x80"))


@pytest.mark.parametrize(("why", "text"), vectors.REFUSED_POLICIES)
def test_a_policy_that_could_be_read_in_two_ways_is_refused(why: str, text: str) -> None:
    with pytest.raises(Malformed):
        Policy.parse(text)


def test_a_refused_policy_is_told_its_line() -> None:
    with pytest.raises(Malformed, match="baris 3: saksi belum disebut"):
        Policy.parse("# satu\n\nquorum saksi\n")


@for_all(st.text() | st.binary())
def test_whatever_is_no_policy_is_refused_without_ado(anything: str | bytes) -> None:
    with pytest.raises(Malformed):
        Policy.parse(anything)


def test_a_giant_policy_is_not_even_read() -> None:
    with pytest.raises(Malformed, match="bita"):
        Policy.parse("#" * 300_000 + "\nquorum none\n")
    with pytest.raises(Malformed, match="baris"):
        Policy.parse("\n" * 2000 + "quorum none\n")


# Judging


@pytest.mark.parametrize("names", vectors.QUORUMS)
def test_a_quorum_is_of_witnesses_that_have_cosigned(names: list[str]) -> None:
    outside = "ki" in names and ("anri" in names or "itjen" in names)

    assert POLICY.met(names) == outside


def test_a_policy_judges_a_checkpoint_by_its_own_keys() -> None:
    judged = POLICY.judge(
        assemble(CHECKPOINT.text, vectors.SIGNED, *cosigned("ki", "itjen")), verify
    )

    assert judged.checkpoint == CHECKPOINT
    assert judged.times == {"ki": TIME, "itjen": TIME}
    assert judged.met
    assert not POLICY.judge(NOTE, verify).met


def test_a_witness_that_the_policy_does_not_name_counts_for_nothing() -> None:
    """Nor one of the right name with another key."""
    impostor = witness_key(WITNESS_KEYS["anri"].name, key_of("impostor"))
    line = cosignature_line(impostor, CHECKPOINT.text, TIME, key_of("impostor").sign)

    judged = POLICY.judge(assemble(CHECKPOINT.text, vectors.SIGNED, *cosigned("ki"), line), verify)

    assert judged.times == {"ki": TIME}
    assert not judged.met
    assert len(judged.opened.unknown) == 1


def test_a_policy_with_another_key_of_the_log_trusts_nothing() -> None:
    other = Policy.parse(str(POLICY).replace(str(LOG_KEY), str(log_key(ORIGIN, key_of("lain")))))

    with pytest.raises(NotTrusted, match="log itu sendiri"):
        other.judge(assemble(CHECKPOINT.text, vectors.SIGNED, *cosigned("ki", "anri")), verify)
    with pytest.raises(NotTrusted):
        other.judge(NOTE, verify)


def test_without_witnesses_a_policy_says_so() -> None:
    judged = Policy.parse(f"log {LOG_KEY}\nquorum none\n").judge(NOTE, verify)

    assert judged.met
    assert judged.times == {}
