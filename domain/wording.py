"""Comparing the words of officials with the words of the law, allowing for slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from domain.ground import Category

# fmt: off
_SAYS_LITTLE = frozenset({
    "tentang", "dan", "atau", "di", "ke", "dari", "yang", "pada", "atas", "untuk", "dalam",
    "dengan", "serta", "sebagai", "informasi", "publik", "undang", "uu", "peraturan",
    "pemerintah", "nomor", "no", "tahun", "republik", "indonesia", "ri", "negara",
})
# fmt: on
"""Words that titles share without speaking of the same thing."""

REMEMBERED = 20_000
"""Lists say the same things row after row; so many comparisons are kept at hand."""

ALIKE = 0.6  # share of the shorter title's telling words that must be met in the other


@lru_cache(REMEMBERED)
def same_title(one: str, other: str) -> bool:
    """Whether two titles can be titles of one instrument; a typing error does not part them."""
    first, second = telling(one), telling(other)
    if not first or not second:
        return _plain(one) == _plain(other)
    shorter, longer = sorted((first, second), key=len)
    met = sum(any(_alike(word, candidate) for candidate in longer) for word in shorter)
    return met / len(shorter) >= ALIKE


def telling(title: str) -> frozenset[str]:
    """The words by which a title speaks of something of its own."""
    words = _plain(title).split()
    return frozenset(w for w in words if w not in _SAYS_LITTLE and not w.isdecimal())


def words_shared(one: str, other: str) -> int:
    """How many telling words of one title are met in the other, slips of the pen allowed for."""
    mine, theirs = telling(one), telling(other)
    return sum(any(_alike(word, candidate) for candidate in theirs) for word in mine)


def topics(text: str, categories: Mapping[str, Category]) -> dict[str, tuple[str, ...]]:
    """Which huruf *text* speaks of, and by which words."""
    plain = f" {_plain(text)} "
    found = {
        huruf: tuple(topic for topic in category.topics if f" {_plain(topic)} " in plain)
        for huruf, category in categories.items()
    }
    return {huruf: words for huruf, words in found.items() if words}


def one_digit_apart(one: int | None, other: int | None) -> bool:
    """Whether two years differ as by a slip of the finger: 2018 for 2008."""
    first, second = str(one), str(other)
    return len(first) == len(second) and sum(map(str.__ne__, first, second)) == 1


def joined(words: Iterable[str]) -> str:
    """a, b dan c"""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} dan {last}" if most else last


@lru_cache(REMEMBERED)
def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


@lru_cache(REMEMBERED)
def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other).ratio() > 0.85
