"""Pages a second, beside a bare Flask page with one query under the same server.

The floor asks one keyset question for fifty rows of the same million and puts them into a bare
table: no session, no officer, no words. Whatever a page of ours does more, it pays for here: who
asks (one question), whether anything was recorded since (one), the rows (one or two), and saying
it all in words. What every page of an office has alike is found once and kept until something is
recorded (`adapters.still`), so the first page after that costs a few questions more.
"""

from __future__ import annotations

import gzip
import os
import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Flask, render_template_string, request

from adapters import demo, registers
from adapters.accounts import PostgresAccounts
from adapters.codec import encode
from adapters.database import Access, Database
from adapters.recorder import Row
from benchmarks.floor import Result, bench_database, interleave, result, single
from benchmarks.lives import DAYS, START, facts
from benchmarks.visitors import Visitor, served
from domain import item
from domain.body import Established
from domain.calendar import Week
from domain.history import TAGS, Recorded, Stamp
from domain.officer import Authority, Role

ITEMS = 1_000_000
SECONDS = 2.0  # per measurement
BODY = "bench"
PASSWORD = "kata-sandi-untuk-mengukur"
LISTS = 200  # different places in the list
FIRST_LOAD_MAX = 120 * 1024
STAMP = Stamp(at=datetime(2026, 3, 2, tzinfo=UTC), on=START, by="bench", as_role="admin")
PAGES_MAX = 60

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
STATIC = re.compile(r'(?:href|src)="(/static/[^"#]+)')
STYLED = re.compile(r'url\("?([^")]+)"?\)')


def run(rounds: int = 3, size: int = ITEMS) -> list[Result]:
    """The list of *size* items, the worklist of a tenth as many tasks, every page of the demo."""
    with bench_database() as database:
        _furnish(database, size)
        demo.create(database, at=datetime.now(UTC), clock=lambda register: None)
        with (
            served("benchmarks.pages:floor", database.uri) as bare,
            served("sidik:wsgi", database.uri) as ours,
        ):
            return [
                *_throughput(Visitor(bare), _signed_in(ours, "sri", PASSWORD), rounds, size),
                *_demonstration(Visitor(bare), ours, rounds),
            ]


def floor() -> Flask:
    """The bare page, for a worker of its own."""
    app = Flask(__name__)
    database = Database(Access(app=os.environ["SIDIK_DATABASE_OF_PARENT"]))

    @app.get("/")
    def page() -> str:
        with database.pool.connection() as connection:
            rows = connection.execute(
                "SELECT id, title, status, unit, period_words, ends_on FROM reg_bench.dik"
                " WHERE (sort_key, id) > (%s, '00000000-0000-0000-0000-000000000000')"
                " ORDER BY sort_key, id LIMIT 50",
                (request.args.get("after", ""),),
                binary=True,
            ).fetchall()
        return render_template_string(BARE, rows=rows)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


BARE = """<!doctype html><title>Daftar</title><table>{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


# What is measured upon


def _furnish(database: Database, size: int) -> None:
    """A body with *size* items, a tenth as many open tasks, and an officer to see them."""
    established = Established(
        code=BODY,
        name="Badan Ukur",
        seat="Palangka Raya",
        zone="Asia/Jakarta",
        zone_name="WIB",
        week=Week.FIVE,
    )
    register = registers.open_register(database, established, stamp=STAMP)
    for number in range(40):
        code = f"unit-{number}"
        registers.add_unit(register.ledger, code=code, name=f"Unit Kerja {number}", stamp=STAMP)
    registers.appoint(
        register.ledger, "sri", name="Demo Sri (fiktif)", position="Pejabat", unit="", stamp=STAMP
    )
    right = Authority(role=Role.PPID_UTAMA, unit="", decree_no="SK-1", since=date(2020, 1, 1))
    registers.grant(register.ledger, "sri", [right], stamp=STAMP)
    PostgresAccounts(database).create("sri", officer_id="sri", body=BODY, password=PASSWORD)
    register.ledger.bulk_append(_short_lives(random.Random(3), size))
    with database.connect(BODY) as connection:
        connection.execute("VACUUM ANALYZE ledger_events")
    register.views.rebuild()
    with database.connect(BODY) as connection:
        connection.execute("VACUUM ANALYZE dik")


def _short_lives(rng: random.Random, size: int) -> Iterator[Row]:
    """Items that were proposed, and what became of most of them since."""
    for number in range(size):
        on = START + timedelta(days=DAYS * number // size)
        item_id = UUID(int=rng.getrandbits(128), version=4)
        submitted, _, _, _, determined = islice(facts(rng, on), 5)
        luck = rng.random()
        if luck < 0.04:
            told: list[Any] = [submitted]
        elif luck < 0.07:
            told = [submitted, determined]
        elif luck < 0.7:
            told = [submitted, item.Declassified(why=item.Opening.AT_END)]
        else:
            told = [submitted, item.Withdrawn(reason="Ternyata bukan milik badan ini.")]
        for version, fact in enumerate(told, 1):
            one = Recorded(
                originator_id=item_id,
                originator_version=version,
                fact=fact,
                at=STAMP.at,
                on=on,
                by="petugas-1",
                as_role="ppid-utama",
            )
            yield item_id, version, TAGS[type(fact)], encode(one)


def _signed_in(port: int, login: str, password: str) -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in(login, password)
    return visitor


# What is measured


def _throughput(bare: Visitor, ours: Visitor, rounds: int, size: int) -> list[Result]:
    rng = random.Random(4)
    starts = [
        f"berita acara pemeriksaan pegawai nomor {n:09d}" for n in rng.sample(range(10_000), LISTS)
    ]
    floor_pages = [f"/?after={quote(start)}" for start in starts]
    places = [_deep(ours, rng) for _ in range(4)]
    asked = {
        "list": [f"/{BODY}/daftar{place}" for place in places],
        "list_of_a_unit": [f"/{BODY}/daftar?unit=unit-{n}&status=open" for n in range(40)],
        "list_of_words": [
            f"/{BODY}/daftar?q=pemeriksaan+{n}" for n in rng.sample(range(10_000), 40)
        ],
        "list_by_end": [f"/{BODY}/daftar?sort=end&status=exempt"],
        "list_then": [
            f"/{BODY}/daftar?as_of={START + timedelta(days=n)}" for n in range(100, 1900, 50)
        ],
        "worklist": [f"/{BODY}/pekerjaan"],
        "shelf": [f"/{BODY}/rak"],
    }
    for paths in asked.values():
        assert ours.get(paths[0])[0] == 200, paths[0]
    rates = interleave(
        rounds,
        floor=lambda: bare.rate(floor_pages, SECONDS),
        **{name: (lambda paths=paths: ours.rate(paths, SECONDS)) for name, paths in asked.items()},
    )
    return [
        result(
            f"pages.{name}",
            rates[name],
            rates["floor"],
            items=size,
            per_second=round(max(rates[name])),
            floor_per_second=round(max(rates["floor"])),
        )
        for name in asked
    ]


def _deep(visitor: Visitor, rng: random.Random) -> str:
    """The address of a page somewhere in the list."""
    from web.asking import sealed  # noqa: PLC0415

    start = f"berita acara pemeriksaan pegawai nomor {rng.randrange(10_000):09d}"
    return f"?after={sealed(start, UUID(int=0))}"


def _demonstration(bare: Visitor, port: int, rounds: int) -> list[Result]:
    """Every page that links lead to, each beside the floor; the slowest is named."""
    visitor = _signed_in(port, "ppid.kalteng", demo.PASSWORD)
    pages = _pages(visitor, "/kalteng/pekerjaan")
    floor_pages = ["/?after=b"]
    ratios: dict[str, float] = {}
    rates: dict[str, float] = {}
    for kind, path in pages.items():
        found = interleave(
            rounds,
            floor=lambda: bare.rate(floor_pages, SECONDS / 4),
            ours=lambda path=path: visitor.rate([path], SECONDS / 4),  # type: ignore[misc]
        )
        measured = result(kind, found["ours"], found["floor"])
        ratios[kind] = measured["ratio"]
        rates[kind] = round(max(found["ours"]))
    slowest = min(ratios, key=lambda kind: ratios[kind])
    loads = {kind: _first_load(visitor, path) for kind, path in pages.items()}
    heaviest = max(loads, key=lambda kind: loads[kind])
    return [
        single("pages.slowest", ratios[slowest], page=slowest, per_second=rates, ratios=ratios),
        single("pages.first_load", loads[heaviest] / FIRST_LOAD_MAX, page=heaviest, bytes=loads),
    ]


def _pages(visitor: Visitor, start: str) -> dict[str, str]:
    """One page of each kind, by what its address is like, as far as links lead."""
    found: dict[str, str] = {}
    wanted = [start]
    while wanted and len(found) < PAGES_MAX:
        path = wanted.pop(0)
        kind = UUIDS.sub("*", path.partition("?")[0])
        if kind in found or visitor.is_sent_on(path):
            continue
        status, media, body = visitor.get(path)
        if status != 200 or media != "text/html":
            continue
        found[kind] = path
        links = (link.replace("&amp;", "&") for link in LINK.findall(body.decode()))
        wanted += [link for link in links if not link.startswith(("/static/", "/keluar"))]
    return found


def _first_load(visitor: Visitor, path: str) -> int:
    """Bytes over the line for someone who was never here: files as we send them, and the page as
    a proxy that compresses does (of ourselves we send it plain, see `web.packing`)."""
    _, _, page = visitor.get(path)
    seen: dict[str, int] = {}
    wanted: Sequence[str] = STATIC.findall(page.decode())
    while wanted:
        more: list[str] = []
        for address in wanted:
            if address in seen:
                continue
            status, media, body = visitor.get(address)
            assert status == 200, address
            seen[address] = visitor.length(address)
            if media == "text/css":
                folder = Path(address.partition("?")[0]).parent
                more += [
                    url if url.startswith("/") else f"{folder}/{url}"
                    for url in STYLED.findall(body.decode())
                    if not url.startswith("data:")
                ]
        wanted = more
    return _packed(page) + sum(seen.values())


def _packed(body: bytes) -> int:
    return len(gzip.compress(body, 6))
