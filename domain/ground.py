"""The grounds of exemption: Pasal 17 UU 14/2008, huruf a to j, as dated data.

Which huruf exist, how long each may close information and who must agree is law, and law
changes: the categories come from the law register (`domain.law`), never from this code.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.rule import Citation, cite

HURUF = "abcdefghij"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Ground:
    """One provision of Pasal 17 an exemption rests on."""

    huruf: str  # "a" .. "j"
    angka: int | None = None  # 1-based; some huruf have none

    def __str__(self) -> str:
        return f"Pasal 17 huruf {self.huruf}" + (f" angka {self.angka}" if self.angka else "")

    @property
    def citation(self) -> Citation:
        return cite("uu-14-2008", "17", huruf=self.huruf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What the law says of one huruf from a given day on."""

    huruf: str
    title: str  # short title, Indonesian
    angka: tuple[str, ...] = ()  # the sub-points in order; empty where the huruf has none
    may_be_permanent: bool  # False: UU 14/2008 Ps 20(1)
    years_max: int | None = None  # longest period from its start; None: no number in the law
    until_opened_in_court: bool = False  # PP 61/2010 Ps 5(2)
    needs_legislation: bool = False  # the period must rest on other legislation
    set_by_top_head: bool = False  # the period is set by the pimpinan tertinggi
    needs_act: bool = False  # another undang-undang must be named
    opens_by_consent: bool = False  # written consent or public office opens it, Ps 18(2)
    period_basis: str  # the provision on its period, spelled out, e.g. "Pasal 5 ayat (1) PP ..."
    topics: tuple[str, ...] = ()  # words that speak of this huruf, for checking citations
