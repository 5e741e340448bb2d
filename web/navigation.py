"""The rail: which pages there are, and which of them an office is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import current_app, request, url_for

from domain.officer import Role
from web.imports import PROPOSERS
from web.language import _
from web.office import Seat, seat
from web.tasks import rail_count

EVERYBODY: frozenset[str] = frozenset(Role)


@dataclass(frozen=True)
class Place:
    """One line of the rail; `within` are the beginnings of endpoints that belong to it."""

    endpoint: str
    label: str
    icon: str
    within: tuple[str, ...] = ()
    roles: frozenset[str] = EVERYBODY
    counted: Callable[[Seat], str] | None = None  # how much is to be done there

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def said(self) -> str:
        return _(self.label)

    @property
    def count(self) -> str:
        return self.counted(seat()) if self.counted else ""

    @property
    def current(self) -> str:
        """For aria-current: this very page, or one below it."""
        here = (request.endpoint or "").removeprefix("pages.")
        if request.endpoint == self.endpoint:
            return "page"
        if here.endswith("_together"):
            return "true" if self.endpoint == "pages.work" else ""
        return "true" if here.startswith(self.within) and self.within else ""


ITEM = ("one", "ask", "act", "new", "submit")
DECREE = ("decree", "new_decree", "draft")

PLACES = (
    Place("pages.work", "Pekerjaan saya", "inbox", counted=rail_count),
    Place("pages.overview", "Ikhtisar", "chart-bar", ("overview",)),
    Place("pages.listing", "Daftar", "layout-list", ITEM),
    Place("pages.decrees", "Penetapan", "signature", DECREE),
    Place("pages.shelf", "Rak arsip", "archive"),
    Place("pages.pledges", "Maklumat", "file-certificate", ("pledge",)),
    Place("pages.imports", "Ambil alih daftar", "file-import", ("import",), PROPOSERS),
    Place("pages.trail", "Jejak audit", "fingerprint", ("trail", "audit")),
    Place("pages.settings", "Pengaturan", "settings", ("settings",)),
    Place("pages.help", "Bantuan", "help-circle", ("help",)),
)


def rail() -> Iterator[Place]:
    """The lines this office is shown, in their order."""
    known = current_app.view_functions
    role = seat().role
    yield from (place for place in PLACES if place.endpoint in known and role in place.roles)
