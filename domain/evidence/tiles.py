"""The tree as files that anyone may fetch and keep: which tiles there are, and their paths.

A tile is up to 256 hashes side by side. On level 0 they are leaf hashes, above it each is the
root of a full tile of the level below; the last tile of a level may be partial.

https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.evidence.encoding import Malformed, from_decimal

WIDTH = 256
LEVEL_MAX = 63

_PATH = re.compile(
    r"tile/(?P<level>[0-9]{1,2})/(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes ``number * 256`` to ``number * 256 + width`` of a level."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Below the log's address: ``tile/0/x001/234.p/5``."""
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{self.level}/{_spread(self.number)}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        found = _PATH.fullmatch(path)
        if found is None:
            raise Malformed("bukan alamat ubin")
        digits = found["number"].replace("x", "").replace("/", "")
        tile = cls(
            from_decimal(found["level"], "tingkat"),
            int(digits),
            from_decimal(found["width"], "lebar") if found["width"] else WIDTH,
        )
        if tile.level > LEVEL_MAX or tile.width == 0 or tile.path != path:
            raise Malformed("alamat ubin tidak dalam bentuk bakunya")
        return tile

    def stands_in(self, size: int) -> bool:
        """Whether a tree of that *size* has at least these hashes."""
        return self.number * WIDTH + self.width <= size >> (8 * self.level)


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of that *size*, level by level."""
    for level in range(LEVEL_MAX + 1):
        full, partial = divmod(size >> (8 * level), WIDTH)
        yield from (Tile(level, number) for number in range(full))
        if partial:
            yield Tile(level, full, partial)
        if not full:
            return


def _spread(number: int) -> str:
    """``1234067`` as ``x001/x234/067``, so that no folder grows large."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return "/".join(parts)
