"""What a page costs: questions to the database, bytes over the line; that saving them is safe."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from adapters import views
from tests.bureau import Bureau, open_bureau

STATIC = re.compile(r'(?:href|src)="(/static/[^"#]+)')


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        for upto in ("", "test", "approve"):
            opened.item(*([upto] if upto else []))
        yield opened


@pytest.mark.parametrize(("page", "most"), [("daftar", 3), ("rak", 3), ("pekerjaan", 6)])
def test_a_page_asks_few_questions(
    bureau: Bureau, page: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = bureau.browser("sri")
    browser.get(f"/uji/{page}")
    asked: list[Any] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *values: Any, **how: Any) -> Any:
        asked.append(query)
        return execute(self, query, *values, **how)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    assert browser.get(f"/uji/{page}").status_code == 200
    assert len(asked) <= most


def test_what_was_found_out_is_forgotten_as_soon_as_something_is_recorded(bureau: Bureau) -> None:
    browser = bureau.browser("sri")
    before = browser.get("/uji/daftar").text

    bureau.item()
    bureau.register.views.catch_up()
    after = browser.get("/uji/daftar").text

    assert re.findall(r"(\d+) butir", after) != re.findall(r"(\d+) butir", before)


def test_answers_found_out_for_one_officer_are_not_given_to_another(bureau: Bureau) -> None:
    sri, wayan = bureau.browser("sri"), bureau.browser("wayan")

    for _ in range(2):
        for browser, own, other in ((sri, "Sri", "Wayan"), (wayan, "Wayan", "Sri")):
            page = browser.get("/uji/daftar").text
            assert f"Demo {own}" in page or own in page
            assert other not in page


def test_a_fragment_is_made_for_each_language(bureau: Bureau) -> None:
    browser = bureau.browser("sri")

    assert "Rak arsip" in browser.get("/uji/daftar").text
    assert "Rak arsip" not in browser.get("/uji/daftar?bahasa=en").text
    assert "Rak arsip" in browser.get("/uji/daftar?bahasa=id").text


def test_files_are_sent_compressed_and_pages_are_not(bureau: Bureau) -> None:
    browser, packs = bureau.browser("sri"), {"Accept-Encoding": "gzip, br"}
    page = browser.get("/uji/daftar", headers=packs)
    assert "Content-Encoding" not in page.headers

    for address in STATIC.findall(page.text):
        plain, packed = browser.get(address), browser.get(address, headers=packs)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in packed.headers["Cache-Control"]
        assert packed.headers["ETag"] != plain.headers["ETag"]
        for answer in (plain, packed):
            known = {"If-None-Match": answer.headers["ETag"]}
            headers = {**known, **packs} if answer is packed else known
            assert browser.get(address, headers=headers).status_code == 304


def test_a_font_is_compressed_already(bureau: Bureau) -> None:
    answer = bureau.browser("sri").get(
        "/static/vendor/inter-5.3.0.woff2", headers={"Accept-Encoding": "gzip"}
    )

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("sort", ["title", "end"])
@pytest.mark.parametrize(
    "asked", [{"query": "pemeriksaan"}, {"query": "zzz"}, {"grounds": ["h"]}, {"query": "uji -zzz"}]
)
def test_few_are_found_as_many_are(
    bureau: Bureau, asked: dict[str, Any], sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gathered and sorted, or met along the order: the same items on the same pages."""

    def pages() -> list[list[Any]]:
        found, after = [], None
        while rows := listed(sort=sort, after=after, limit=2, **asked):
            found.append([row["id"] for row in rows])
            last = rows[-1]
            after = (
                (last["ends_on"], last["id"])
                if sort == "end"
                else (last["sort_key"], last["id"], *([last["rank"]] if last.get("rank") else []))
            )
        return found

    listed = bureau.register.views.list
    gathered = pages()
    monkeypatch.setattr(views, "FEW", -1)
    assert pages() == gathered
    today = bureau.clock.at.date()
    along = bureau.register.views.list(today, **asked)
    monkeypatch.undo()
    assert bureau.register.views.list(today, **asked) == along
