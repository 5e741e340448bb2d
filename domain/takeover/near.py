"""Finding titles that are nearly the same, without comparing each with each."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from math import ceil
from typing import Generic, TypeVar

T = TypeVar("T")

ALIKE = 0.75  # share of words two titles have in common before they count as near
CANDIDATES_MAX = 500  # titles compared with one; words in more titles than this tell nothing

_FILLERS = frozenset(["dan", "atau", "yang", "di", "ke", "dari", "pada", "untuk", "dengan"])


def words_of(title: str) -> frozenset[str]:
    """The words that tell titles apart."""
    return frozenset(re.findall(r"[^\W_]+", title.casefold())) - _FILLERS


@dataclass(slots=True)
class Index(Generic[T]):
    """Titles by their words. Two near titles share one of either's rarer words."""

    _titles: list[tuple[frozenset[str], T]] = field(default_factory=list)
    _places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, title: str, entry: T) -> None:
        words = words_of(title)
        for word in words:
            self._places[word].append(len(self._titles))
        self._titles.append((words, entry))

    def near(self, title: str) -> list[T]:
        """The entries whose titles are like *title*, in the order they were added."""
        words = words_of(title)
        if not words:
            return []
        rarest = sorted(words, key=lambda word: (len(self._places.get(word, ())), word))
        enough = len(words) - ceil(ALIKE * len(words)) + 1
        candidates = {
            place
            for word in rarest[:enough]
            for place in self._places.get(word, ())[-CANDIDATES_MAX:]
        }
        return [
            entry
            for there, entry in (self._titles[place] for place in sorted(candidates))
            if len(words & there) >= ALIKE * len(words | there)
        ]
