"""What changed in the published list: between two days, exactly; and as it comes, as a feed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.body import Body
from domain.history import NAMESPACE
from web import words
from web.language import Words, _
from web.open_data import LICENCE, Record, public_record
from web.public import AS_SHOWN_THEN, bp, day_so_far, moment
from web.public_history import Told, public
from web.register import Register, Row

PAGE = 200
TOUCHED = 500
USUAL_DAYS = 30
FEED_ENTRIES = 50
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Moment: TypeAlias = tuple[date, datetime | None]

KINDS = Words(
    {
        "added": "Ditambahkan",
        "opened": "Terbuka",
        "changed": "Berubah",
        "removed": "Tidak lagi dalam daftar",
    }
)
LABELS = Words(
    {
        "judul": "Judul informasi",
        "uraian": "Uraian",
        "dokumen": "Dokumen",
        "bagian": "Bagian dokumen",
        "unit": "Unit kerja",
        "penanggung_jawab": "Penanggung jawab",
        "keadaan": "Keadaan",
        "dasar": "Dasar pengecualian",
        "jangka_waktu": "Jangka waktu",
        "berakhir": "Tanggal akhir",
        "tinjau_ulang": "Tinjau ulang",
        "ditetapkan": "Ditetapkan",
        "pertama_ditetapkan": "Pertama kali ditetapkan",
        "nomor_penetapan": "Nomor penetapan",
        "diumumkan": "Diumumkan",
        "terbuka_sejak": "Terbuka sejak",
        "dasar_terbuka": "Dasar pembukaan",
        "ditahan": "Ditahan",
    }
)
YES_NO = Words({"ya": "ya", "tidak": "tidak"})


@dataclass(frozen=True)
class Change:
    """One entry that reads differently at two moments; None: it was not published then."""

    id: UUID
    before: Record | None
    after: Record | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        now_open = self.after["keadaan"] == "terbuka"
        return "opened" if now_open and self.before["keadaan"] != "terbuka" else "changed"

    @property
    def said(self) -> str:
        return KINDS[self.kind]

    @property
    def latest(self) -> Record:
        return self.after or self.before or {}

    @property
    def differences(self) -> list[tuple[str, Any, Any]]:
        """Every part that reads differently: what it is called, how it read and reads."""
        if not (self.before and self.after):
            return []
        return [
            (LABELS[name], shown_value(self.before[name]), shown_value(self.after[name]))
            for name in LABELS
            if self.before[name] != self.after[name]
        ]


def shown_value(value: Any) -> str:
    match value:
        case None | "" | []:
            return words.MISSING
        case date():
            return words.day(value)
        case list():
            return "; ".join(value)
    return YES_NO.get(value, str(value))


def between(
    register: Register,
    body: Body,
    first: Moment,
    last: Moment,
    *,
    address: Callable[[UUID], str],
    after: UUID | None = None,
) -> Iterator[Change]:
    """Every published entry that reads differently at two moments, in the order of ids."""
    record = partial(_record, body=body, address=address)
    published = register.published
    while ids := published.touched(first, last, after=after, limit=TOUCHED):
        before = {row["id"]: row for row in published.states(ids, first)}
        now = {row["id"]: row for row in published.states(ids, last)}
        for item_id in ids:
            one = Change(
                item_id,
                record(before.get(item_id), first[0]),
                record(now.get(item_id), last[0]),
            )
            if one.before != one.after:
                yield one
        after = ids[-1]


def _record(row: Row | None, on: date, body: Body, address: Callable[[UUID], str]) -> Record | None:
    return public_record(row, on=on, body=body, address=address) if row else None


def addresses() -> Callable[[UUID], str]:
    """Permanent addresses of items in whichever language; made once, filled in often."""
    nowhere = UUID(int=0)
    made = url_for("public.one", item_id=nowhere, _external=True, bahasa=None)
    begin, end = made.split(str(nowhere))
    return lambda item_id: f"{begin}{item_id}{end}"


# The page


@dataclass(frozen=True)
class Span:
    first: date
    last: date
    as_shown_then: bool = False

    @property
    def moments(self) -> tuple[Moment, Moment]:
        return moment(self.first, self.as_shown_then), moment(
            None if self.last == g.today else self.last, self.as_shown_then
        )

    @property
    def args(self) -> dict[str, Any]:
        catatan = AS_SHOWN_THEN if self.as_shown_then else None
        return {"dari": self.first, "sampai": self.last, "catatan": catatan}


def span(faults: dict[str, list[str]]) -> Span:
    """The two days of the address; the last thirty days where it names none."""
    found: dict[str, date | None] = {"dari": None, "sampai": None}
    for name in found:
        try:
            found[name] = day_so_far(name)
        except ValueError as error:
            faults[name] = [str(error)]
    last = found["sampai"] or g.today
    first = found["dari"] or last - timedelta(USUAL_DAYS)
    if first > last:
        faults["dari"] = [_("Tanggal pertama harus sebelum tanggal kedua.")]
    return Span(first, last, request.args.get("catatan") == AS_SHOWN_THEN)


@bp.get("/perubahan")
def changes() -> ResponseReturnValue:
    """What was added, opened, changed or removed between two days, each with its decree."""
    faults: dict[str, list[str]] = {}
    asked = span(faults)
    start = start_after(request.args.get("after", ""), faults)
    g.is_settled = asked.as_shown_then and asked.last < g.today
    shown: list[Change] = []
    following = ""
    if not faults:
        found = between(g.register, g.body, *asked.moments, address=addresses(), after=start)
        for one in found:
            if len(shown) == PAGE:
                following = str(shown[-1].id)
                break
            shown.append(one)
    page = render_template(
        "public_changes.html",
        span=asked,
        groups=[
            (kind, sorted((c for c in shown if c.kind == kind), key=lambda c: c.latest["judul"]))
            for kind in KINDS
        ],
        shown=shown,
        kinds=KINDS,
        following=following,
        start=start,
        faults=faults,
        typed=request.args,
    )
    return page, 422 if faults else 200


def start_after(written: str, faults: dict[str, list[str]]) -> UUID | None:
    try:
        return UUID(written) if written else None
    except ValueError:
        faults["after"] = [_("Penunjuk halaman ini tidak sah; mulai lagi dari halaman pertama.")]
        return None


# The feed


@dataclass(frozen=True)
class News:
    told: Told
    item_id: UUID
    recorded_at: datetime

    @property
    def title(self) -> str:
        return NOT_XML.sub(" ", f"{self.told.said}: {self.told.title}")

    @property
    def text(self) -> str:
        lines = [words.day(self.told.on), *self.told.lines]
        if self.told.kind == "published":
            lines.append(_("Penetapan %(number)s", number=self.told.number))
        return NOT_XML.sub(" ", "\n".join(lines))


@bp.get("/umpan.atom")
def feed() -> ResponseReturnValue:
    """Every change the public should know of, latest first, for a reader of feeds."""
    latest = list(news(g.register))
    page = render_template(
        "feed.xml",
        entries=latest,
        feed_id=uuid5(NAMESPACE, f"umpan:{g.code}"),
        updated=latest[0].recorded_at if latest else g.changed_at,
        licence=LICENCE,
        address=addresses(),
    )
    response = Response(page, content_type="application/atom+xml; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def news(register: Register) -> Iterator[News]:
    facts = {(row["id"], row["version"]): row["recorded_at"] for row in register.published.news()}
    items = dict.fromkeys(item_id for item_id, _version in facts)
    found = [
        News(told, item_id, facts[item_id, told.recorded.originator_version])
        for item_id in items
        for told in public(register.ledger.history(item_id)).history
        if told.kind != "determined" and (item_id, told.recorded.originator_version) in facts
    ]
    found.sort(key=lambda one: one.recorded_at, reverse=True)
    yield from found[:FEED_ENTRIES]
