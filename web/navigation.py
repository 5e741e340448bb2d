"""The rail: which pages there are, and which of them an office is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, url_for

from domain.officer import Role
from web.imports import PROPOSERS
from web.office import READ_ONLY, Seat, seat
from web.tasks import rail_count

EVERYBODY: frozenset[str] = frozenset(Role)
DECIDES = EVERYBODY - READ_ONLY


@dataclass(frozen=True)
class Place:
    """One line of the rail; `within` are the beginnings of endpoints that belong to it.

    It stands first, and a day begins there, for the offices of `home_of`.
    """

    endpoint: str
    label: str
    icon: str
    within: tuple[str, ...] = ()
    roles: frozenset[str] = EVERYBODY
    counted: Callable[[Seat], str] | None = None  # how much is to be done there
    home_of: frozenset[str] = frozenset()

    @property
    def count(self) -> str:
        return self.counted(seat()) if self.counted else ""

    @property
    def current(self) -> str:
        """For aria-current: this very page, or one below it."""
        here = (request.endpoint or "").removeprefix("pages.")
        if request.endpoint == self.endpoint:
            return "page"
        for ending, endpoint in ENDINGS.items():
            if here.endswith(ending):
                return "true" if self.endpoint == endpoint else ""
        return "true" if here.startswith(self.within) and self.within else ""


ITEM = ("one", "ask", "act", "new", "submit", "evidence")
DECREE = ("decree", "draft")
ENDINGS = {"_decree": "pages.decrees", "_pledge": "pages.pledges", "_together": "pages.work"}
AUDITOR: frozenset[str] = frozenset({Role.AUDITOR})
ADMIN: frozenset[str] = frozenset({Role.ADMIN})
KEEPS = EVERYBODY - {Role.ADMIN, Role.PIMPINAN, Role.TIM_PERTIMBANGAN}

PLACES = (
    Place("pages.work", "Pekerjaan saya", "inbox", (), DECIDES, rail_count, DECIDES),
    Place("pages.overview", "Ikhtisar", "chart-bar", ("overview",)),
    Place("pages.listing", "Daftar", "layout-list", ITEM),
    Place("pages.decrees", "Penetapan", "signature", DECREE),
    Place("pages.shelf", "Rak arsip", "archive", roles=KEEPS),
    Place("pages.pledges", "Maklumat", "file-certificate", ("pledge",)),
    Place("pages.imports", "Ambil alih daftar", "file-import", ("import",), PROPOSERS),
    Place(
        "pages.trail", "Jejak audit", "fingerprint", ("trail", "audit", "receipt"), home_of=AUDITOR
    ),
    Place("pages.settings", "Pengaturan", "settings", ("settings",), home_of=ADMIN),
    Place("pages.help", "Bantuan", "help-circle", ("help",)),
)


def rail() -> tuple[tuple[Place, str, str], ...]:
    """The lines this office is shown, in their order, each with `current` and `count`."""
    known = current_app.view_functions
    role = seat().role
    shown = (place for place in PLACES if place.endpoint in known and role in place.roles)
    ordered = sorted(shown, key=lambda place: role not in place.home_of)
    return tuple((place, place.current, place.count) for place in ordered)


def home(code: str, role: str) -> str:
    """Where a day in that office begins."""
    endpoint = next((p.endpoint for p in PLACES if role in p.home_of), "pages.work")
    return url_for(endpoint, code=code)
