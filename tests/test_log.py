"""What the log says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from domain import log
from domain.history import SYSTEM, TAGS
from domain.log import (
    A_KEY_MUST_NOT_SIGN_THE_PAST,
    A_NEW_LOG_MUST_SAY_WHY,
    DESTROYING_A_KEY_MUST_HAVE_A_GROUND,
    ONLY_A_KEY_THAT_SIGNS_CAN_END,
    TWO_MUST_APPROVE_DESTROYING_A_KEY,
    Anchored,
    Continued,
    HeadsMapped,
    Key,
    KeyChanged,
    KeyDestroyed,
    Seen,
    anchor,
    change_key,
    continue_log,
    destroy_key,
    map_heads,
)
from projections.register import PASSED_OVER, needs
from tests.spec import spec_of, stamp

given = spec_of(log)

HEADS = HeadsMapped(size=40, root="akar", count=7)
SEEN = Anchored(size=41, kind=Seen.WITNESS, who="saksi.ki.example", sha256="ab" * 32)
FIRST, SECOND = KeyChanged(vkey="satu", since=0), KeyChanged(vkey="dua", since=60)
ONLY_SECOND = KeyChanged(vkey="dua", since=90, ends="satu")
BEFORE = Continued(origin="sidik/uji-00000000/log/1", size=50, root="akar", reason="Dipulihkan.")
GONE = KeyDestroyed(key_id="k7", ground="Penetapan 3/2026", approvers=("sri", "wahyu"))


def known(*facts: Any) -> log.Log:
    return given(*((fact, stamp(by=SYSTEM)) for fact in facts)).state


# Heads


def test_heads_are_put_down_when_histories_have_grown() -> None:
    given().when(map_heads, size=40, root="akar", count=7).then(HEADS)
    given(HEADS).when(map_heads, size=60, root="akar lain", count=7).then(
        HeadsMapped(size=60, root="akar lain", count=7)
    )


def test_heads_that_are_the_same_are_not_put_down_again() -> None:
    given(HEADS).when(map_heads, size=60, root="akar", count=7).then_nothing()


def test_the_latest_heads_are_known() -> None:
    later = HeadsMapped(size=60, root="akar lain", count=8)

    assert known().heads is None
    assert known(HEADS, later).heads == later


# Anchors


def test_who_has_seen_more_is_an_anchor() -> None:
    given().when(anchor, size=41, kind=Seen.WITNESS, who="saksi.ki.example", sha256="ab" * 32).then(
        SEEN
    )


def test_who_has_seen_no_more_than_before_anchors_nothing() -> None:
    for size in (40, 41):
        given(SEEN).when(
            anchor, size=size, kind=Seen.WITNESS, who="saksi.ki.example", sha256="cd" * 32
        ).then_nothing()


def test_each_onlooker_is_remembered_by_what_he_saw_last() -> None:
    stamped = Anchored(size=41, kind=Seen.TIME_STAMP, who="http://tsa", sha256="cd" * 32)
    later = Anchored(size=80, kind=Seen.WITNESS, who="saksi.ki.example", sha256="ef" * 32)

    assert dict(known(SEEN, stamped, later).anchors) == {
        (Seen.WITNESS, "saksi.ki.example"): later,
        (Seen.TIME_STAMP, "http://tsa"): stamped,
    }


# Keys


def test_a_key_signs_from_its_size_until_it_ends() -> None:
    keys = known(FIRST, SECOND, ONLY_SECOND)

    assert keys.keys == (Key("satu", 0, 90), Key("dua", 60))
    assert [[key.vkey for key in keys.signers(size)] for size in (0, 59, 60, 89, 90)] == [
        ["satu"],
        ["satu"],
        ["satu", "dua"],
        ["satu", "dua"],
        ["dua"],
    ]


def test_a_key_that_ended_can_come_back_and_keeps_its_gap() -> None:
    again = KeyChanged(vkey="satu", since=120)
    keys = known(FIRST, SECOND, ONLY_SECOND, again)

    assert [key.vkey for key in keys.signers(100)] == ["dua"]
    assert {key.vkey for key in keys.signers(120)} == {"satu", "dua"}


def test_a_key_is_changed_once() -> None:
    given().when(change_key, vkey="satu", since=0).then(FIRST)
    given(FIRST).when(change_key, vkey="satu", since=10).then_nothing()
    given(FIRST, SECOND).when(change_key, vkey="dua", since=90, ends="satu").then(ONLY_SECOND)
    given(FIRST, SECOND, ONLY_SECOND).when(
        change_key, vkey="dua", since=99, ends="satu"
    ).then_nothing()


@pytest.mark.parametrize("ends", ["tiga", "dua"])
def test_only_a_key_that_signs_can_end(ends: str) -> None:
    given(FIRST).when(change_key, vkey="dua", since=60, ends=ends).then_refused(
        ONLY_A_KEY_THAT_SIGNS_CAN_END
    )


def test_the_last_key_cannot_end_itself() -> None:
    given(FIRST).when(change_key, vkey="satu", since=60, ends="satu").then_refused(
        ONLY_A_KEY_THAT_SIGNS_CAN_END
    )


def test_a_new_key_does_not_sign_what_was_before_it() -> None:
    """Whoever steals a key could else sign another past with it, and call it his right."""
    given(FIRST, SEEN).when(change_key, vkey="dua", since=40).then_refused(
        A_KEY_MUST_NOT_SIGN_THE_PAST
    )
    given(FIRST, SEEN).when(change_key, vkey="dua", since=41).then(KeyChanged(vkey="dua", since=41))


# A new name


def test_a_log_goes_on_under_a_new_name_once_and_says_why() -> None:
    asked = {"origin": BEFORE.origin, "size": 50, "root": "akar"}

    given().when(continue_log, **asked, reason="Dipulihkan.").then(BEFORE)
    given(BEFORE).when(continue_log, **asked, reason="Dipulihkan.").then_nothing()
    given().when(continue_log, **asked, reason=" ").then_refused(A_NEW_LOG_MUST_SAY_WHY)
    assert known(BEFORE).predecessors == (BEFORE,)


# Keys of sealed fields


def test_a_destroyed_key_is_on_record_with_its_ground_and_approvals() -> None:
    asked = {"key_id": "k7", "ground": " Penetapan 3/2026 ", "approvers": ["sri ", "wahyu", "sri"]}

    given().when(destroy_key, **asked).then(GONE)
    given(GONE).when(destroy_key, **asked).then_nothing()
    assert known(GONE).destroyed["k7"] == GONE


@pytest.mark.parametrize("approvers", [[], ["sri"], ["sri", "sri "], ["sri", ""]])
def test_threat_21_nobody_destroys_a_key_alone(approvers: list[str]) -> None:
    given().when(destroy_key, key_id="k7", ground="Penetapan", approvers=approvers).then_refused(
        TWO_MUST_APPROVE_DESTROYING_A_KEY
    )


def test_threat_21_a_key_is_not_destroyed_for_nothing() -> None:
    given().when(destroy_key, key_id="k7", ground="", approvers=[]).then_refused(
        DESTROYING_A_KEY_MUST_HAVE_A_GROUND, TWO_MUST_APPROVE_DESTROYING_A_KEY
    )


# Lists


def test_no_list_asks_anything_of_the_log() -> None:
    assert len(PASSED_OVER) == 5
    assert all(tag.startswith("log.") for tag in PASSED_OVER)
    assert not PASSED_OVER & needs().keys()
    assert TAGS[HeadsMapped] == "log.heads"
