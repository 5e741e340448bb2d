"""Every page there is, in a real browser: no barrier, no sideways scroll, no complaint.

The pages are those of the application's own map; what stands in `PAGES` says who looks at each,
and with which questions. A page without a line there fails.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import axe_playwright_python
import pyotp
import pytest
from playwright.sync_api import Browser, Page

from domain import pledge
from domain.desk import BODY_ACTS, CALENDAR_ACTS, DECREE_ACTS, ITEM_ACTS, LAW_ACTS, PLEDGE_ACTS
from domain.together import TOGETHER
from tests.browsing import SIZES, listen, press, prove
from tests.bureau import NOW, OURS, PASSWORD, Bureau, open_bureau
from tests.places import almighty
from tests.test_import_wizard import BASIS, Wizard, sheet
from tests.voices import TEST
from web import messages

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """async (rules) => {
    const options = { runOnly: rules, resultTypes: ["violations"], preload: false };
    const { violations } = await axe.run(document, options);
    const why = node => [...node.any, ...node.all].map(check => check.message).join("; ");
    const said = node => node.html.slice(0, 160) + " " + why(node);
    return violations.map(v => v.id + ": " + v.nodes.slice(0, 4).map(said).join(" | "));
}"""


# What there is to be looked at


@dataclass(frozen=True)
class Line:
    """Who looks at a page, and with which questions; the address alone is always asked."""

    who: str = "sri"
    asked: tuple[str, ...] = ()


FILES = frozenset(
    {
        "static",
        "healthz",
        "api-docs.openapi_json",
        "pages.start",
        "pages.export",
        "pages.import_job",
        "pages.import_progress",
        "pages.import_report",
        "pages.audit_export_file",
        "public.data_csv",
        "public.data_json",
        "public.data_xlsx",
        "public.catalogue",
        "public.data_changes",
        "public.data_snapshots",
        "public.data_snapshot",
        "public.data_snapshot_row",
        "public.data_snapshot_evidence",
        "public.data_compared",
        "public.feed",
        "public.evidence_tool",
        "public.log_checkpoint",
        "public.log_tile",
        "public.log_policy",
        "pages.receipt_file",
        "pages.evidence_download",
    }
)
"""What is no page: files, parts of a page, and addresses that only lead on."""

NOBODY, ADMIN, AUDITOR = "", "ani", "agus"

PAGES: Mapping[str, Line] = {
    "api_docs": Line(NOBODY),
    "sign_in.home": Line(NOBODY),
    "sign_in.form": Line(NOBODY),
    "sign_in.recovery": Line(NOBODY),
    "sign_in.open_link": Line(NOBODY),
    "public.listing": Line(
        NOBODY,
        ("q=berita&status=exempt", "q=tidakadayangcocok", "tanggal=2026-03-01", "q=" + "x" * 300),
    ),
    "public.one": Line(NOBODY),
    "public.changes": Line(NOBODY, ("dari=2025-01-01", "dari=salah")),
    "public.snapshots": Line(NOBODY, ("tanggal=2026-03-02", "tanggal=salah")),
    "public.snapshot": Line(NOBODY),
    "public.compared": Line(NOBODY, ("dari=1&sampai=1", "dari=9&sampai=x")),
    "public.figures": Line(NOBODY),
    "public.papers": Line(NOBODY),
    "public.paper": Line(NOBODY),
    "public.pledges": Line(NOBODY),
    "public.data": Line(NOBODY),
    "public.evidence": Line(NOBODY),
    "public.embedded": Line(NOBODY),
    "pages.work": Line(
        asked=(
            "q=berita&tenggat=undated",
            "q=tidakadayangcocok",
            "tindakan=salah",
            "tenggat=waiting",
        )
    ),
    "pages.listing": Line(asked=("q=berita", "q=tidakadayangcocok", "as_of=2026-03-01", "as_of=x")),
    "pages.shelf": Line(),
    "pages.overview": Line(),
    "pages.overview_items": Line(),
    "pages.decrees": Line(),
    "pages.decree_page": Line(),
    "pages.new_decree": Line(),
    "pages.ask_decree": Line(),
    "pages.pledges": Line(),
    "pages.pledge_page": Line(),
    "pages.ask_pledge": Line(),
    "pages.receipt": Line(),
    "pages.evidence": Line(asked=("copy=majelis&basis=Sengketa",)),
    "pages.evidence_file": Line(),
    "pages.one": Line(asked=("tercatat_pada=2", "berlaku_pada=2026-03-01", "tercatat_pada=salah")),
    "pages.new": Line("made"),
    "pages.ask": Line(),
    "pages.choose_together": Line(),
    "pages.ask_together": Line(),
    "pages.account": Line(),
    "pages.tokens": Line(),
    "pages.help": Line(),
    "pages.imports": Line(),
    "pages.import_columns": Line(),
    "pages.import_rows": Line(),
    "pages.import_row": Line(),
    "pages.import_run": Line(),
    "pages.settings": Line(ADMIN),
    "pages.settings_accounts": Line(ADMIN),
    "pages.settings_body": Line(ADMIN),
    "pages.settings_calendar": Line(ADMIN, ("tahun=2027",)),
    "pages.settings_law": Line(ADMIN),
    "pages.settings_officers": Line(ADMIN),
    "pages.settings_officer": Line(ADMIN),
    "pages.settings_officer_ask": Line(ADMIN),
    "pages.settings_new_officer": Line(ADMIN),
    "pages.settings_procedures": Line(ADMIN),
    "pages.settings_procedure": Line(ADMIN),
    "pages.settings_ask": Line(ADMIN),
    "pages.trail": Line(AUDITOR, ("jenis=decree", "dari=salah")),
    "pages.audit_replay": Line(AUDITOR, ("tanggal=2026-03-02",)),
    "pages.audit_compare": Line(AUDITOR, ("a=1", "a=salah")),
    "pages.audit_readings": Line(AUDITOR),
    "pages.audit_integrity": Line(AUDITOR),
    "pages.audit_exports": Line(AUDITOR),
    "pages.audit_export_new": Line(AUDITOR),
}

MORE = (
    (NOBODY, "/publik/uji/tidak-ada"),
    (NOBODY, "/publik/uji/butir/00000000-0000-4000-8000-000000000000"),
    (NOBODY, "/tautan/" + "x" * 43),
    (ADMIN, "/uji/pekerjaan"),
    (AUDITOR, "/uji/pekerjaan"),
    ("made", "/uji/pekerjaan"),
    ("wayan", "/uji/pekerjaan"),
    ("made", "/uji/pengaturan/akun"),  # 403
    ("sri", "/uji/pengaturan/badan/tindakan/add_unit"),  # 409
    ("sri", "/uji/tidak-ada"),  # 404
)
"""Further addresses worth a look: first pages of other offices, and ways that lead nowhere."""


@dataclass(frozen=True)
class Place:
    who: str
    address: str
    kind: str = ""  # what is a page of the same making


@dataclass
class World:
    """A body where everything has happened, and what its addresses are filled with."""

    bureau: Bureau
    items: dict[str, UUID] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)

    def addresses(self, endpoint: str, names: frozenset[str]) -> Iterator[str]:
        """The page with each value of what varies most, the others being as good as any."""
        own = {**self.values, **self.values_of(endpoint)}
        filled = [{n: own[n][0] for n in names}]
        for name in names:
            filled += [{**filled[0], name: value} for value in own[name][1:]]
        map_ = self.bureau.app.url_map.bind("localhost")
        for values in filled:
            query = {"butir": str(self.items["issue"]), "tindakan": "archive"}
            if not endpoint.endswith("_together"):
                query = {}
            yield map_.build(endpoint, {**values, **query}, method="GET")

    def values_of(self, endpoint: str) -> dict[str, list[Any]]:
        decisions: dict[str, Any] = {
            "pages.ask": {
                "item_id": [self.items["test"]],
                "decision": [a for a in ITEM_ACTS if a != "submit"],
            },
            "pages.ask_decree": {
                "decision": [a for a in DECREE_ACTS if a != "draft"],
                "decree_id": self.values["decree_id"][:1],
            },
            "pages.ask_pledge": {"decision": list(PLEDGE_ACTS), "unit_slug": ["badan"]},
            "pages.ask_together": {"decision": list(TOGETHER)},
            "pages.settings_ask": {"area": ["badan"], "decision": list(BODY_ACTS)},
            "pages.settings_officer_ask": {"decision": ["grant", "delegate", "end"]},
            "pages.import_columns": {"job_id": self.values["job_id"][1:2]},
            "pages.import_row": {"job_id": self.values["job_id"][:1]},
            "public.one": {"item_id": [self.items["upload"], self.items["open"]]},
            "pages.evidence": {"item_id": [self.items["issue"]]},
            "pages.evidence_file": {"item_id": [self.items["issue"]]},
        }
        found: dict[str, list[Any]] = decisions.get(endpoint, {})
        return found

    def places(self, who: str | None = None) -> list[Place]:
        """All there is to be looked at, or what one of them looks at."""
        return [place for place in self._places() if who is None or place.who == who]

    def _places(self) -> Iterator[Place]:
        for rule in self.bureau.app.url_map.iter_rules():
            line = PAGES.get(rule.endpoint)
            if line is None or "GET" not in (rule.methods or ()):
                continue
            plain = list(self.addresses(rule.endpoint, frozenset(rule.arguments)))
            asked = [f"{plain[0]}?{query}" for query in line.asked]
            yield from (Place(line.who, one, rule.endpoint) for one in (*plain, *asked))
        for area, acts in (("hukum", LAW_ACTS), ("kalender", CALENDAR_ACTS)):
            for act in acts:
                address = f"/uji/pengaturan/{area}/tindakan/{act}"
                yield Place(ADMIN, address, "pages.settings_ask")
        yield from (Place(who, address) for who, address in MORE)


WAYS = ("submit", "test", "approve", "draft", "issue", "archive", "upload", "open")


@pytest.fixture(scope="module")
def world(bureau: Bureau) -> World:
    return lived(bureau)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def lived(bureau: Bureau) -> World:
    """Everything that can be read about, made once."""
    found = World(bureau)
    long = "Berita acara pemeriksaan-kepegawaian-inspektorat " * 3
    for way in WAYS:
        found.items[way] = bureau.item(way, title=f"{long}{way}", secret=way == "issue")
        bureau.register.publications.take(on=NOW.date(), at=NOW)
    sri = bureau.desk("sri", "ppid-utama")
    sri.on_item("hold", bureau.item("issue"), kind="audit", reference="LHP 1", reason="Diperiksa")
    sri.on_item("withdraw", bureau.item("submit"), reason="Salah catat")
    bureau.desk("wayan", "atasan-ppid").on_item("reject", bureau.item("test"), reason="Kurang")
    _pledges(bureau)
    browser = bureau.browser("sri", "ppid-utama")
    browser.submit(
        "/uji/pekerjaan/tampilan",
        {"nama": "Kerja Senin", "tenggat": "undated"},
        opened="/uji/pekerjaan?tenggat=undated",
    )
    browser.submit("/uji/akun/token", {"label": "Situs", "role": "ppid-utama", "days": "30"})
    filed = bureau.browser("agus").submit(
        "/uji/jejak/ekspor/baru", {"tujuan": "Pemeriksaan", "bentuk": "json"}
    )
    bureau.register.views.catch_up()
    jobs = _imports(bureau)
    decrees = [row["id"] for row in bureau.register.views.decrees()]
    drafts = [row["id"] for row in bureau.register.views.decrees(stage=["draft"])]
    officers = {row["name"].split()[1]: row["id"] for row in bureau.register.views.officers()}
    invited = bureau.accounts.make_link("made", "invitation", by="ani", at=NOW)
    found.values = {
        "code": [OURS],
        "item_id": [found.items[way] for way in ("submit", "test", "issue", "upload", "open")],
        "decree_id": [*drafts, *[d for d in decrees if d not in drafts][:1]],
        "job_id": jobs,
        "row": [2, 3],
        "unit_slug": ["badan", "inspektorat", "dinkes"],
        "figure": ["endless"],
        "key": ["kalteng-diskominfo-2024"],
        "subject_id": [officers["Made"]],
        "link": [invited],
        "number": [int(filed.location.rpartition("=")[2])],
        **_evidence(bureau, found.items["issue"]),
    }
    return found


def _evidence(bureau: Bureau, item: UUID) -> dict[str, list[Any]]:
    """A receipt that is signed and one that is not, a bundle that is there and one that is not."""
    sri = bureau.desk("sri", "ppid-utama")
    positions = []
    for letter in ("LHP 2", "LHP 3"):
        held = sri.on_item("hold", item, kind="audit", reference=letter, reason="Diperiksa")
        positions.append(held.position)
        bureau.register.views.catch_up()
        if len(positions) == 1:
            bureau.sign()
    asked: dict[str, Any] = {"refused_on": None, "known_on": None, "basis": "Sengketa 7/2026"}
    who: dict[str, Any] = {"by": "sri", "as_role": "ppid-utama", "at": NOW}
    room = bureau.register.evidence
    files = [
        room.begin(item=of, copy="umum", form="pdf", **asked, **who)
        for of in (item, UUID(int=1))  # of the second nothing is recorded
    ]
    with almighty(bureau.database, OURS) as connection:  # as if it were asked of the first
        connection.execute("UPDATE evidence_file SET item = %s", (item,))
    until = time.monotonic() + 120
    while any((room.file(one, **who) or {}).get("alive") for one in files):
        assert time.monotonic() < until
        time.sleep(0.2)
    return {"position": positions, "file_id": files}


def _pledges(bureau: Bureau) -> None:
    wording = pledge.Contents(
        legal_basis="UU 25/2009",
        procedure="Datang ke meja layanan.",
        completion_time="10 hari kerja",
        fees="Tanpa biaya",
        assurance="Permohonan dijawab tertulis.",
        evaluation="Setahun sekali",
    )
    sri, wayan = bureau.desk("sri", "ppid-utama"), bureau.desk("wayan", "atasan-ppid")
    channel = pledge.Channel(
        kind="website",
        address="https://contoh.go.id/maklumat",
        on=NOW.date(),
        accessible_forms=("audio",),
    )
    for unit in ("", "inspektorat", "dinkes"):
        sri.on_pledge("draft", unit, contents=wording)
    for unit in ("inspektorat", "dinkes"):
        wayan.on_pledge("determine", unit, number=f"M-{unit}")
    sri.on_pledge("announce", "dinkes", channels=(channel,))


def _imports(bureau: Bureau) -> list[UUID]:
    """One list checked, one sent only, one taken over."""
    browser = bureau.browser("sri", "ppid-utama")
    rows = (
        ("1", "Naskah yang diambil alih", BASIS, "Bocor", "Aman", "1 tahun", ""),
        ("2", "Naskah tanpa akhir", "Pasal", "Bocor", "Aman", "selama perlu", "Unit antah"),
        ("3", "", BASIS, "Bocor", "Aman", "1 tahun", ""),
    )
    done, checked = Wizard(bureau, browser), Wizard(bureau, browser)
    done.check(sheet(*rows), "selesai.csv")
    done.run()
    checked.check(sheet(*rows, rows[0]), "diperiksa.csv")
    sent = Wizard(bureau, browser)
    sent.send(sheet(*rows, *rows), "dikirim.csv")
    return [checked.job_id, sent.job_id, done.job_id]


# Looking


@dataclass
class Eye:
    """A browser that looks at pages in both schemes and sizes, and notes what is wrong."""

    page: Page
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def open(self, address: str) -> None:
        self.said.clear()
        self.page.goto(address)

    def judge(self, name: str, kind: str = "") -> None:
        """The page as it stands, all that is folded away laid open: every rule, at a desk and on a
        phone, light and dark. Of further pages of the same *kind* the narrow, dark one is judged,
        and at the wide one whether they fit.
        """
        self.note(name, self.page.evaluate(FACTS, "id"))
        self.page.evaluate(UNFOLD)
        for size, scheme in WAYS_OF_LOOKING:
            is_known = kind in self.seen and (size, scheme) != ("phone", "dark")
            width, height = SIZES[size]
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)
            self.note(f"{name} ({size})", self.page.evaluate(WIDE))
            if not is_known:
                self.note(f"{name} ({size}, {scheme})", self.page.evaluate(FOUND, EVERY_RULE))
        if kind:
            self.seen.add(kind)
        self.listen(name)

    def listen(self, name: str) -> None:
        self.note(name, [one for one in self.said if not REFUSED.search(one)])
        self.said.clear()

    def note(self, at: str, found: list[str]) -> None:
        self.wrong += [f"{at}: {one}" for one in found]


WAYS_OF_LOOKING: tuple[tuple[str, Any], ...] = (
    ("desk", "dark"),
    ("desk", "light"),
    ("phone", "light"),
    ("phone", "dark"),
)
UNFOLD = "() => { for (const one of document.querySelectorAll('main details')) one.open = true; }"
REFUSED = re.compile(r"the server responded with a status of 4\d\d")
"""What the browser says of a page that is an answer to what cannot be."""

FACTS = """(language) => {
    const wrong = [], h1 = document.querySelectorAll("h1").length;
    const { title, documentElement: { lang } } = document;
    if (h1 !== 1) wrong.push(h1 + " headings of the first level");
    if (!title.trim() || title === "SIDIK") wrong.push("title: " + title);
    if (lang !== language) wrong.push("lang: " + lang);
    return wrong;
}"""
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : ["wider than the window: "
    + [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right
    > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 90)).join(" | ")]"""


@contextmanager
def seeing(chromium: Browser, address: str, login: str, *, size: str = "desk") -> Iterator[Eye]:
    width, height = SIZES[size]
    context = chromium.new_context(
        base_url=address,
        locale="id-ID",
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
    )
    page = context.new_page()
    if login:
        page.goto("/masuk")
        attempt(page, login, PASSWORD)
        page.wait_for_url(f"**/{OURS}/**")
    eye = Eye(page)
    listen(page, eye.said)
    yield eye
    context.close()
    assert not eye.wrong, "\n".join(eye.wrong)


EVERYBODY = sorted({line.who for line in PAGES.values()} | {who for who, _ in MORE})


def test_every_page_has_its_line(bureau: Bureau) -> None:
    pages = {
        rule.endpoint
        for rule in bureau.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api.")
    }

    assert pages == set(PAGES) | FILES


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_are_free_of_barriers(
    chromium: Browser, address: str, world: World, who: str
) -> None:
    with seeing(chromium, address, who) as eye:
        eye.page.add_init_script(AXE)
        for place in world.places(who):
            eye.open(place.address)
            eye.judge(place.address, place.kind)


# Pages one gets to by doing something


def test_what_was_refused_is_free_of_barriers(
    chromium: Browser, address: str, world: World
) -> None:
    """Every form, sent empty: what is wrong stands beside the fields."""
    forms = [place for place in world.places() if place.kind.endswith(FORMS)]
    sent = 0
    for who in sorted({place.who for place in forms}):
        with seeing(chromium, address, who) as eye:
            eye.page.add_init_script(AXE)
            for place in forms:
                if place.who == who:
                    eye.open(place.address)
                    sent += send_empty(eye, place)
    assert sent > len(forms) // 2, "most forms can be sent"


FORMS = (
    "ask",
    "_ask",
    "ask_decree",
    "ask_pledge",
    "ask_together",
    "new",
    "new_decree",
    "new_officer",
)


def send_empty(eye: Eye, place: Place) -> bool:
    """Whether there was a form to be sent."""
    button = eye.page.locator("main form button.primary").last
    if not button.count():
        return False
    eye.page.locator("main form.card").last.evaluate(
        "f => f.elements.token?.setAttribute('value', '')"
    )
    with eye.page.expect_navigation():
        button.click()
    eye.note(place.address, eye.page.evaluate(FACTS, "id"))
    eye.note(place.address, eye.page.evaluate(FOUND, EVERY_RULE))
    eye.listen(place.address)
    return True


def test_pages_on_the_way_are_free_of_barriers(
    chromium: Browser, address: str, world: World
) -> None:
    """Proof, codes, the second step, too many attempts, a link that is used, a stale form."""
    world.bureau.accounts.create("kedua", officer_id="budi", body=OURS, password=PASSWORD)
    with seeing(chromium, address, "kedua") as eye:
        page = eye.page
        page.add_init_script(AXE)
        page.goto("/uji/akun")
        press(page, "Pasang aplikasi kode")
        eye.judge("proof")
        page.get_by_label("Kata sandi").fill("salah sekali")
        press(page, "Lanjutkan")
        eye.judge("proof, refused")
        prove(page)
        eye.judge("app of codes")
        secret = page.locator("code").first.inner_text().replace(" ", "")
        page.get_by_label("Kode").fill(pyotp.TOTP(secret).at(NOW))
        press(page, "Pasang")
        eye.judge("codes of recovery")
    with seeing(chromium, address, "") as eye:
        page = eye.page
        page.add_init_script(AXE)
        page.goto("/masuk")
        attempt(page, "kedua", PASSWORD)
        eye.judge("second step")
        page.get_by_label("Kode").fill("000000")
        press(page, "Lanjutkan")
        eye.judge("second step, refused")
        page.goto("/masuk")
        for _ in range(8):
            attempt(page, "tidakada", "salah sekali")
        eye.judge("too many attempts")
        link = world.bureau.accounts.make_link("budi", "recovery", by="ani", at=NOW)
        assert world.bureau.accounts.take_link(link, NOW)
        answer = page.goto(f"/tautan/{link}")
        assert answer is not None
        assert answer.status == 410
        eye.judge("a link that is used")
    item_id = world.bureau.item("submit", title="Berubah sementara formulirnya terbuka")
    with seeing(chromium, address, "made") as eye:
        page = eye.page
        page.add_init_script(AXE)
        page.goto(f"/uji/butir/{item_id}/tindakan/revise")
        world.bureau.desk("sri", "ppid-utama").on_item("test_consequence", item_id, test=TEST)
        page.get_by_label("Penanggung jawab").fill("Inspektur")
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            page.get_by_role("button", name="Perbaiki usulan").click()
        assert sent.value.status == 412
        eye.judge("a stale form")


def attempt(page: Page, login: str, password: str) -> None:
    page.get_by_label("Nama masuk").fill(login)
    page.get_by_label("Kata sandi").fill(password)
    press(page, "Masuk")


# In English


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_are_english_for_who_reads_english(
    chromium: Browser, address: str, world: World, who: str
) -> None:
    """Nothing Indonesian that has its English, outside what is marked as Indonesian."""
    indonesian = untranslated()
    with seeing(chromium, address, who, size="phone") as eye:
        for place in world.places(who):
            eye.open(place.address + ("&" if "?" in place.address else "?") + "bahasa=en")
            eye.note(place.address, eye.page.evaluate(FACTS, "en"))
            eye.note(place.address, eye.page.evaluate(WIDE))
            text = eye.page.evaluate(SAID)
            eye.note(
                place.address,
                [
                    f"“{one}” in {text[max(text.index(one) - 70, 0) : text.index(one) + 90]}"
                    for one in indonesian
                    if one in text
                ],
            )
            eye.listen(place.address)


def untranslated() -> list[str]:
    """What would stand on a page that was not translated: all fixed words longer than a few."""
    indonesian, english = set(), []
    for message in messages.english():
        ids, said = message.id, message.string
        english += [said] if isinstance(said, str) else list(said or ())
        for one in [ids] if isinstance(ids, str) else ids:
            indonesian |= {piece.strip() for piece in re.split(r"%\(\w+\)[sd]", one)}
    known = "\n".join([*english, *NAMES])  # which quotes some Indonesian
    return sorted(p for p in indonesian if len(p) > FEW and p not in known)


FEW = 12
NAMES = ("Undang-Undang Dasar Negara Republik Indonesia Tahun 1945",)
"""Of laws, among the choices of a form; they are the same in any language."""
SAID = """() => {
    const said = [], marked = "[lang=id], script, style, noscript";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (!walker.currentNode.parentElement.closest(marked)) said.push(walker.currentNode.data);
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-label"])
        for (const one of document.querySelectorAll("[" + name + "]"))
            if (!one.closest(marked)) said.push(one.getAttribute(name));
    return document.title + "\\n" + said.join("\\n").replace(/\\s+/g, " ");
}"""
