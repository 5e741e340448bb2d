"""Looking back at a subject: which of its facts count from there, and what they come to.

A fact has two times: when it was recorded, and the day on which it takes effect. The list through
time (`projections.dik_history`) answers by the same two; a test holds them against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, TypeVar

from domain.history import Recorded, Subject, fold
from domain.item import Declassified, Determined, PeriodEventRecorded, Reclassified

S = TypeVar("S")
History = Sequence[Recorded[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """From where one looks; left out, nothing is left out."""

    version: int | None = None  # only what was recorded up to this fact
    on: date | None = None  # only what takes effect by this day

    @property
    def is_past(self) -> bool:
        return self != NOW

    def counts(self, recorded: Recorded[Any]) -> bool:
        is_known = self.version is None or recorded.originator_version <= self.version
        return is_known and (self.on is None or recorded.on <= self.on)


NOW = Vantage()


def facts(history: History, vantage: Vantage) -> list[Recorded[Any]]:
    """In the order in which they were recorded, back-dated ones too: later knowledge is better."""
    return [one for one in history if vantage.counts(one)]


def seen(subject: Subject[S], history: History, vantage: Vantage) -> S:
    """What is known of a subject from there; its `initial` where nothing is."""
    return fold(subject, facts(history, vantage))


def version_at(times: Sequence[datetime], moment: datetime) -> int:
    """How many facts had been recorded by a moment; *times* are theirs, in order."""
    return sum(1 for at in times if at <= moment)


# Periods of exemption


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One determination: from its day to the last day of exemption, both inclusive."""

    version: int  # of the fact that began it
    number: str
    since: date
    until: date | None  # None: without an end
    is_cut: bool = False  # it was to last longer


def exemptions(history: History) -> tuple[Exemption, ...]:
    """Every period in which these facts close the item, the earliest first."""
    found: list[Exemption] = []
    for one in history:
        match one.fact:
            case Determined() | Reclassified():
                since = one.fact.determination.on
                if found and found[-1].since <= since:
                    found[-1] = _cut(found[-1], since)
                found.append(
                    Exemption(
                        version=one.originator_version,
                        number=one.fact.number,
                        since=since,
                        until=one.fact.ends_on,
                    )
                )
            case PeriodEventRecorded(ends_on=ends_on) if found and ends_on:
                found[-1] = replace(found[-1], until=ends_on)
            case Declassified() if found:
                found[-1] = _cut(found[-1], one.on)
    return tuple(sorted(found, key=lambda period: period.since))


def _cut(period: Exemption, day: date) -> Exemption:
    """The same, over on the eve of *day* at the latest."""
    last = max(day - timedelta(days=1), period.since)
    if period.until is not None and period.until <= last:
        return period
    return replace(period, until=last, is_cut=True)


# What became of words

TELLING_WORDS = 3
"""Fewer words that two texts happen to share between changes tell a reader nothing."""


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


def rewording(then: str, now: str) -> Iterator[tuple[Change, str]]:
    """How one text became the other, in runs of whole words that a reader can follow."""
    old, new = _words(then), _words(now)
    gone: list[str] = []
    come: list[str] = []

    def changed() -> Iterator[tuple[Change, str]]:
        for kind, words in ((Change.GONE, gone), (Change.NEW, come)):
            if words:
                yield kind, "".join(words)
            words.clear()

    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(blocks):
        is_within = 0 < number < len(blocks) - 1
        if kind == "equal" and (b - a >= TELLING_WORDS or not is_within):
            yield from changed()
            yield Change.SAME, "".join(old[a:b])
        else:
            gone += old[a:b]
            come += new[c:d]
    yield from changed()


def _words(text: str) -> list[str]:
    """Words with the space behind them, so that joined again they are the text."""
    return re.findall(r"\s*\S+\s*", text)
