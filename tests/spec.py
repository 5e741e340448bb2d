"""Given a history, when a decision is asked for, then these facts, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.history import Recorded, Stamp, Subject, fold
from domain.rule import Refused, Rule

S = TypeVar("S")

A_MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SOME_ID = UUID(int=1)


def stamp(
    by: str = "sri", as_role: str = "ppid-utama", on: str = "2026-03-02", **more: Any
) -> Stamp:
    """A stamp as most tests need it; ``on`` is written as a date is read."""
    return Stamp(at=A_MORNING, on=date.fromisoformat(on), by=by, as_role=as_role, **more)


def recorded(fact: Any, stamped: Stamp | None = None, version: int = 1) -> Recorded[Any]:
    """*fact* in an envelope."""
    under = stamped or stamp()
    return Recorded(
        originator_id=SOME_ID,
        originator_version=version,
        fact=fact,
        **{f.name: getattr(under, f.name) for f in fields(Stamp)},
    )


@dataclass(frozen=True)
class Then:
    facts: list[Any]
    against: tuple[Rule, ...] = ()

    def then(self, *facts: Any) -> None:
        assert (list(facts), []) == (self.facts, self.codes)

    def then_nothing(self) -> None:
        self.then()

    def then_refused(self, *rules: Rule) -> None:
        assert ([], sorted({rule.code for rule in rules})) == (self.facts, self.codes)

    @property
    def codes(self) -> list[str]:
        return sorted({rule.code for rule in self.against})


@dataclass(frozen=True)
class Given(Generic[S]):
    state: S

    def when(self, decide: Callable[..., Sequence[Any]], *args: Any, **kwargs: Any) -> Then:
        try:
            return Then(list(decide(self.state, *args, **kwargs)))
        except Refused as refusal:
            return Then([], refusal.rules)


def spec_of(subject: Subject[S]) -> Callable[..., Given[S]]:
    """``given(FACT, (FACT, stamp(by="made")), ...)``: bare facts get the usual stamp."""

    def given(*history: Any) -> Given[S]:
        pairs = [entry if isinstance(entry, tuple) else (entry, None) for entry in history]
        return Given(
            fold(subject, (recorded(fact, under, v) for v, (fact, under) in enumerate(pairs, 1)))
        )

    return given
