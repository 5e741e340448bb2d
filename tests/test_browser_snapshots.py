"""Two snapshots of the public list compared in the page that works offline: as the program does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from adapters.evidence import verifikasi as verifier
from domain.evidence.encoding import to_base64
from domain.evidence.tree import Tree, leaf_hash
from domain.publication import Snapshot, file, head, to_bytes
from tests.evidence_bundles import ANRI, KI, ORIGIN, POLICY, Book, as_text
from tests.test_browser_evidence import AXE, SIZES, Offline, _file, offline
from tests.test_evidence_verifiers import VECTORS

__all__ = ["offline"]
pytestmark = pytest.mark.browser

Row = Mapping[str, Any]


def row(number: int, **said: Any) -> Row:
    return {
        "id": f"6f1c0000-0000-4000-8000-{number:012d}",
        "posisi": 10 + number,
        "versi": 6,
        "judul": f"Rencana {number}",
        "keadaan": "dikecualikan",
        "nomor_penetapan": f"188/{number}/2026",
        "ditetapkan": "2026-03-10",
        "dasar": ["Pasal 17 huruf a", "Pasal 17 huruf h"],
        "berakhir": None,
        **said,
    }


BEFORE = [row(1), row(2), row(3), row(5)]
AFTER = [
    row(1, posisi=99, versi=7, judul="Rencana <b>$&{on}</b>\u202e \u00a0", berakhir="2031-03-10"),
    row(2, keadaan="terbuka"),
    row(4, dasar=[], nomor_penetapan=None, judul=""),
    row(5),
]


def snapshot(book: Book, number: int, rows: list[Row]) -> bytes:
    """What stood on the list, recorded in the log, as the file that anybody downloads."""
    lines = [to_bytes(dict(one)) for one in rows]
    root = to_base64(Tree(map(leaf_hash, lines)).root)
    fact = {"number": number, "position": 40, "rows": len(rows), "root": root}
    on = book.at.date()
    index = book.fact(verifier.SNAPSHOTS, verifier.SNAPSHOT_TOPIC, fact)
    found = Snapshot(number=number, position=40, rows=len(rows), root=root)
    return b"".join(file(head(found, on=on, recorded=index + 1, log=ORIGIN), lines))


class Held(NamedTuple):
    """What somebody has who compares: two files, a bundle of evidence, a policy."""

    first: bytes
    second: bytes
    bundle: bytes | None
    policy: str | None = POLICY


@cache
def honest() -> Held:
    book = Book()
    book.others(3)
    first = snapshot(book, 1, BEFORE)
    book.on("2026-04-01")
    second = snapshot(book, 2, AFTER)
    book.note_heads()
    book.sign(KI, ANRI)
    bukti = book.bukti(item=verifier.SNAPSHOTS, refused_on=None)
    return Held(first, second, json.dumps(bukti).encode())


def changed(old: bytes, new: bytes, *, second: bool = True) -> Held:
    one = honest()
    assert old in (one.second if second else one.first)
    if second:
        return one._replace(second=one.second.replace(old, new, 1))
    return one._replace(first=one.first.replace(old, new, 1))


COMPARED: dict[str, Callable[[], Held]] = {
    "both_are_in_the_log": honest,
    "nothing_proves_them": lambda: honest()._replace(bundle=None),
    "keys_came_with_the_bundle": lambda: honest()._replace(policy=None),
    "one_with_itself": lambda: honest()._replace(second=honest().first),
    "later_one_first": lambda: honest()._replace(first=honest().second, second=honest().first),
    "row_changed": lambda: changed(b"Rencana 5", b"Rencana 6"),
    "day_changed": lambda: changed(b'"tanggal":"2026-04-01"', b'"tanggal":"2026-04-02"'),
    "number_changed": lambda: changed(b'"nomor":2', b'"nomor":3'),
    "two_of_one_number": lambda: changed(b'"nomor":2', b'"nomor":1'),
    "record_elsewhere": lambda: changed(b'"catatan":5', b'"catatan":4'),
    "record_nowhere": lambda: changed(b'"catatan":5', b'"catatan":999'),
    "record_before_all": lambda: changed(b'"catatan":5', b'"catatan":-5'),
    "true_for_a_number": lambda: changed(b'"nomor":2', b'"nomor":true'),
    "nought_below_nought": lambda: changed(b'"posisi":40', b'"posisi":-0'),
    "of_another_register": lambda: changed(ORIGIN.encode(), b"sidik/lain-00000000/log/1"),
    "of_a_log_without_a_name": lambda: changed(ORIGIN.encode(), b"sidik"),
    "policy_is_garbage": lambda: honest()._replace(policy="x"),
    "bundle_is_garbage": lambda: honest()._replace(bundle=b"{}"),
    "cut_off": lambda: honest()._replace(second=honest().second[:-3]),
    "empty": lambda: honest()._replace(first=b""),
    "nested_deep": lambda: changed(b'"Rencana 5"', b"[" * 40 + b"]" * 40),
}


def program_says(held: Held) -> Any:
    speakers = verifier.Speaker(0, "banding"), verifier.Speaker(1, "banding")
    try:
        bundle = None
        if held.bundle is not None:
            policy = held.policy and held.policy.removesuffix("\n") + "\n"
            bundle = verifier.verify(verifier.read_bytes(held.bundle), policy)
        found = verifier.Comparison(
            verifier.snapshot_from(held.first, "a.json"),
            verifier.snapshot_from(held.second, "b.json"),
            bundle,
        )
    except verifier.Refused as refused:
        return {"conclusion": "refused", "reason": refused.reason, "detail": refused.detail}
    return {
        "conclusion": found.conclusion,
        "snapshots": [one.about for one in found.snapshots],
        "lines": [
            [one.code, one.outcome, one.subject, one.reason]
            + [verifier.compared(one, speaker) for speaker in speakers]
            for one in found.lines
        ],
        "summed": verifier.summed(found.differences, speakers[0]),
        "differences": [
            [one.item, one.kind, *verifier.described(one, speakers[0])] for one in found.differences
        ],
        "bundle": bundle and [[one.code, one.outcome, one.reason] for one in bundle.lines],
    }


PAGE_COMPARES = """([first, second, bundle, policy]) => {
    const bytes = text => text && Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const files = [[bytes(first) || new Uint8Array(0), "a.json"], [bytes(second), "b.json"]];
    const said = sidik.banding(files, bytes(bundle), bytes(policy));
    if (said.conclusion === "refused")
        return {conclusion: said.conclusion, reason: said.reason, detail: said.detail};
    const parts = one => one.before && one.after ? sidik.partsOf(one) : [];
    return {
        conclusion: said.conclusion, snapshots: said.snapshots,
        lines: said.lines.map(one => [one.code, one.outcome, one.subject, one.reason,
            ...[0, 1].map(inOne => sidik.inLanguage(inOne, () => sidik.comparedText(one)))]),
        summed: sidik.summed(said.differences),
        differences: said.differences.map(one => [one.item, one.kind, sidik.causeOf(one),
            ...parts(one).map(([name, was, now]) => `${name}: ${was} \\u2192 ${now}`)]),
        bundle: said.bundle && said.bundle.lines.map(one => [one.code, one.outcome, one.reason]),
    };
}"""


def page_says(page: Page, held: Held) -> Any:
    given = [held.first, held.second, held.bundle, held.policy and held.policy.encode()]
    return page.evaluate(PAGE_COMPARES, [one and as_text(one) for one in given])


def test_page_and_program_compare_alike_whatever_they_are_given(offline: Offline) -> None:
    with offline() as page:
        for name, made in COMPARED.items():
            assert page_says(page, made()) == program_says(made()), name


def test_what_is_honest_is_proven_and_differs_exactly() -> None:
    said = program_says(honest())

    assert said["conclusion"] == "match"
    assert said["summed"] == "PERBEDAAN: 1 masuk, 1 keluar, 1 terbuka, 1 berubah"
    assert [one[1] for one in said["differences"]] == ["berubah", "terbuka", "keluar", "masuk"]
    assert program_says(COMPARED["nothing_proves_them"]())["conclusion"] == "qualified"
    assert program_says(COMPARED["row_changed"]())["conclusion"] == "mismatch"


def test_the_page_reads_and_refuses_the_published_snapshots(offline: Offline) -> None:
    reading = """([text, name]) => {
        try { return sidik.toBase64(sidik.snapshotFrom(new TextEncoder().encode(text)).root); }
        catch (error) { if (!("reason" in error)) throw error; return null; }
    }"""
    with offline() as page:
        for one in VECTORS["snapshots"]["read"]:
            assert page.evaluate(reading, [one["file"], ""]) == one["root"]
        for one in VECTORS["snapshots"]["refused"]:
            assert page.evaluate(reading, [one["file"], ""]) is None, one["why"]


def hand_over(page: Page, held: Held) -> None:
    """As a person does: the files one after another."""
    page.get_by_role("button", name="Banding dua potret").click()
    if held.policy is not None:
        page.set_input_files("#policy", [_file("kebijakan.txt", held.policy.encode())])
    if held.bundle is not None:
        page.set_input_files("#bundle", [_file("bukti.json", held.bundle)])
    page.set_input_files("#first", [_file("a.json", held.first)])
    page.set_input_files("#second", [_file("b.json", held.second)])
    page.wait_for_selector("#verdict")


def test_a_person_compares_two_snapshots_with_the_network_off(offline: Offline) -> None:
    with offline() as page:
        hand_over(page, honest())

        expect(page.locator("#verdict")).to_have_attribute("data-conclusion", "match")
        expect(
            page.get_by_text("PERBEDAAN: 1 masuk, 1 keluar, 1 terbuka, 1 berubah")
        ).to_be_visible()
        expect(page.locator("#report li[data-kind]")).to_have_count(4)
        expect(page.locator("#report b", has_text="<b>$&{on}</b>")).to_have_count(1)
        expect(page.locator("#refused")).to_be_hidden()
        page.get_by_role("button", name="English").click()
        expect(page.locator("#verdict h2")).to_contain_text("MATCH")
        expect(page.get_by_text("DIFFERENCE: 1 entered")).to_be_visible()
        page.get_by_role("button", name="Check a bundle").click()
        expect(page.locator("#report li[data-kind]")).to_have_count(0)
        expect(page.locator("#verdict")).to_have_attribute("data-conclusion", "match")


def test_a_comparison_asks_for_what_is_missing(offline: Offline) -> None:
    with offline() as page:
        page.get_by_role("button", name="Banding dua potret").click()
        page.get_by_role("button", name="Periksa", exact=True).click()

        expect(page.get_by_role("status")).to_have_text("Pilih dahulu kedua potret.")
        expect(page.locator("#first")).to_be_focused()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["", "both_are_in_the_log", "nothing_proves_them", "row_changed"])
def test_nothing_stands_in_a_comparers_way(
    name: str, size: str, dark: bool, offline: Offline
) -> None:
    with offline(size=size, dark=dark) as page:
        page.get_by_role("button", name="Banding dua potret").click()
        if name:
            hand_over(page, COMPARED[name]())
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document).then(result => result.violations)")

        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
