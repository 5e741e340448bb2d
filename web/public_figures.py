"""How much is closed, for how long, and how much was opened: figures anybody may hold up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from domain import law
from web import words
from web.language import _
from web.public import bp


@dataclass(frozen=True)
class Share:
    """One figure of the whole, and why it is worth looking at."""

    label: str
    value: int
    whole: int
    why: str

    @property
    def percent(self) -> int:
        return round(100 * self.value / self.whole) if self.whole else 0


@bp.get("/angka")
def figures() -> ResponseReturnValue:
    """Signs of closing too much, by ground and unit, and what was opened in which year."""
    found = g.register.published.figures(g.today)
    return render_template(
        "public_figures.html",
        found=found,
        shares=_shares(found),
        grounds=_grounds(found["by_huruf"]),
        units=_units(found["by_unit"]),
        openings=_openings(found["openings"]),
        median=_median(found["median_days"]),
    )


def _shares(found: dict[str, Any]) -> list[Share]:
    closed = found["closed"]
    return [
        Share(
            _("Tanpa tanggal akhir"),
            found["endless"],
            closed,
            _("Wajib ditinjau ulang paling lama setiap 12 bulan."),
        ),
        Share(
            _("Lebih dari 10 tahun"),
            found["long"],
            closed,
            _("Dihitung dari penetapan yang pertama sampai tanggal akhirnya."),
        ),
        Share(
            _("Ditetapkan lebih dari sekali"),
            found["again"],
            closed,
            _("Setiap kali hanya melalui uji konsekuensi dan penetapan baru."),
        ),
        Share(
            _("Tinjau ulangnya terlewat"),
            found["overdue"],
            closed,
            _("Tanggal tinjau ulangnya sudah lewat tanpa keputusan yang dicatat."),
        ),
    ]


def _grounds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    categories = g.register.ledger.recall(law, law.ID).state.categories(g.today)
    return [
        {
            "label": _("Huruf %(h)s", h=row["name"]),
            "said": _("Huruf %(h)s", h=row["name"])
            + (f": {categories[row['name']].title}" if row["name"] in categories else ""),
            "value": row["items"],
            "more": _more(row),
            "href": url_for("public.listing", huruf=row["name"], status="exempt"),
        }
        for row in rows
    ]


def _units(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "label": g.body.units.get(row["name"], row["name"]),
            "value": row["items"],
            "more": _more(row),
            "href": url_for("public.listing", unit=row["name"], status="exempt"),
        }
        for row in rows
    ]


def _more(row: dict[str, Any]) -> str:
    return _("(%(n)s tanpa akhir)", n=row["endless"]) if row["endless"] else ""


def _openings(rows: list[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """By year, the latest first."""
    years: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        said = {"label": words.OPENED.get(row["why"], row["why"]), "value": row["items"]}
        said["kind"] = "care" if row["undecided"] else "ok"
        if row["undecided"]:
            said["more"] = _("(%(n)s tanpa keputusan)", n=row["undecided"])
        years.setdefault(row["year"], []).append(said)
    return list(years.items())


def _median(days: int | None) -> str:
    if days is None:
        return words.MISSING
    if days < 60:
        return _("%(n)s hari", n=days)
    if days < 730:
        return _("%(n)s bulan", n=round(days / 30.44))
    return _("%(n)s tahun", n=words.number(round(days / 365.25, 1)))
