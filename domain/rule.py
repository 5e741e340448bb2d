"""Where the law is cited, and how a decision refuses in its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_SPELLED = {"uu": "UU", "pp": "PP", "perki": "PerKI", "permendagri": "Permendagri"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One provision, addressed the way Indonesian law addresses itself.

    Every part but the kind may be missing: real lists cite `UU Perlindungan Data Pribadi`.
    """

    kind: str  # as in `KINDS` of domain.law: UU, PP, PerKI, Permendagri, Perbup, SK ...
    number: str = ""  # "14"; decrees have numbers such as "188/7/KEP/412.213/2025"
    year: int | None = None
    about: str = ""  # what follows "tentang", as written
    pasal: str = ""  # "17", "28A"
    ayat: str = ""
    huruf: str = ""
    angka: str = ""

    @property
    def key(self) -> str:
        """The instrument alone, as the law register files it: ``uu-14-2008``."""
        parts = [self.kind, self.number, str(self.year or "")]
        return "-".join(re.sub(r"[^0-9a-z]+", "-", p.lower()).strip("-") for p in parts if p)

    @property
    def instrument(self) -> str:
        kind = _SPELLED.get(self.kind.lower(), self.kind)
        number = f" Nomor {self.number}" if self.number else ""
        year = f" Tahun {self.year}" if self.year else ""
        about = f" tentang {self.about}" if self.about and not number else ""
        return f"{kind}{number}{year}{about}"

    def __str__(self) -> str:
        words = [("Pasal", self.pasal), ("ayat", f"({self.ayat})" if self.ayat else "")]
        words += [("huruf", self.huruf), ("angka", self.angka)]
        where = " ".join(f"{word} {value}" for word, value in words if value)
        return f"{where} {self.instrument}".strip()


def cite(key: str, pasal: str = "", ayat: str = "", huruf: str = "", angka: str = "") -> Citation:
    """Short form for the code's own citations: ``cite("uu-14-2008", "17", huruf="h")``."""
    kind, number, year = key.split("-")
    return Citation(
        kind=_SPELLED[kind],
        number=number,
        year=int(year),
        pasal=pasal,
        ayat=ayat,
        huruf=huruf,
        angka=angka,
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing the law requires, said to the officer and cited for the auditor."""

    code: str  # stable, for machines
    text: str  # Bahasa Indonesia, for people
    basis: Citation
    field: str = ""  # the entry it is about, where it is about one
    detail: str = ""  # what was found in this very case, e.g. "31 tahun"

    def about(self, field: str = "", detail: str = "") -> Rule:
        """The same rule, pointing at the entry and the value it was broken by."""
        return replace(self, field=field or self.field, detail=detail or self.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something an officer should look at; unlike a `Rule` it forbids nothing."""

    code: str
    text: str  # Bahasa Indonesia
    basis: str = ""  # the provision, spelled out
    field: str = ""
    value: str = ""  # the words that gave rise to it


class Refused(Exception):
    """The law does not allow this decision; every rule in the way is named."""

    def __init__(self, *rules: Rule) -> None:
        assert rules, "a refusal without a reason is arbitrary"
        super().__init__("; ".join(f"{rule.text} ({rule.basis})" for rule in rules))
        self.rules = rules


def uphold(rules: Iterable[Rule]) -> None:
    """Refuse in the name of all these rules; if there are none, let it pass."""
    if against := tuple(rules):
        raise Refused(*against)
