"""What everything else is measured against: the same machine, server and minute.

Machines and neighbours differ, so a figure alone says little. Each benchmark runs beside its
floor, in turns, and reports the ratio of the two; so does a noisy minute not favour either.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

from psycopg.conninfo import conninfo_to_dict

from adapters.database import Database, open_database


class Result(TypedDict):
    """One line of ``sidik bench``; `spread` is the worst and the best ratio of any round."""

    name: str
    ratio: float
    spread: list[float]
    detail: dict[str, Any]


@contextmanager
def bench_database() -> Iterator[Database]:
    """A new embedded server with its usual durability, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sidik-bench-", dir="/tmp"))
    try:
        with open_database(data=folder) as database:
            yield database
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def with_password(uri: str) -> dict[str, Any]:
    """The parts of *uri*, for a library that reads no password file."""
    where = conninfo_to_dict(uri)
    line = Path(str(where["passfile"])).read_text().strip()
    return {**where, "password": line.rpartition(":")[2]}


def interleave(rounds: int, **callables: Callable[[], float]) -> dict[str, list[float]]:
    """Call each in turn, *rounds* times over; what each returned, round by round."""
    figures: dict[str, list[float]] = {name: [] for name in callables}
    for _ in range(rounds):
        for name, measure in callables.items():
            figures[name].append(measure())
    return figures


def result(name: str, ours: list[float], floor: list[float], **detail: Any) -> Result:
    """The ratio of *ours* to *floor*, round against round."""
    ratios = [a / b for a, b in zip(ours, floor, strict=True)]
    return Result(
        name=name,
        ratio=round(statistics.median(ratios), 3),
        spread=[round(min(ratios), 3), round(max(ratios), 3)],
        detail=detail,
    )


def single(name: str, ratio: float, **detail: Any) -> Result:
    """A ratio that was found once, not round by round."""
    found = round(ratio, 3)
    return Result(name=name, ratio=found, spread=[found, found], detail=detail)
