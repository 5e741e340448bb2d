"""The verifier's page in Chromium, opened from a file with the network off: as the Python one."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.evidence import verifikasi as verifier
from tests.evidence_bundles import CASES, POLICY, Sample, as_text, honest
from tests.evidence_page import PAGE, SCRIPT, STYLE, allowed, hash_of, only, renewed, words
from tests.test_evidence_verifiers import VECTORS, own

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SIZES = {"desk": (1440, 900), "phone": (390, 844)}

Offline = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def offline(chromium: Browser) -> Offline:
    """The page opened from its file; it must ask for nothing and complain about nothing."""

    @contextmanager
    def opened(*, size: str = "desk", dark: bool = False) -> Iterator[Page]:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            offline=True,
        )
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(PAGE.as_uri())
        yield page
        assert asked == [PAGE.as_uri()]
        assert complaints == []
        context.close()

    return opened


def hand_over(page: Page, sample: Sample) -> None:
    """Choose files as a person does, the bundle last."""
    ending, data = sample.file()
    if sample.policy is not None:
        page.set_input_files("#policy", [_file("kebijakan.txt", sample.policy.encode())])
    if sample.held:
        notes = [_file(f"{number}.txt", note.encode()) for number, note in enumerate(sample.held)]
        page.set_input_files("#held", notes)
    page.set_input_files("#bundle", [_file(f"bundel{ending}", data)])
    page.wait_for_selector("#verdict")


def _file(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


SHOWN_OTHERWISE = ("keys.source", "question")


def python_says(sample: Sample) -> Any:
    """Conclusion and every line of the other verifier, in plain values."""
    try:
        files = verifier.read_bytes(sample.file()[1])
        policy = None if sample.policy is None else own(sample.policy)
        found = verifier.verify(files, policy, list(map(own, sample.held)), sample.refused_on)
    except verifier.Refused as refusal:
        return {"conclusion": "refused", "reason": refusal.reason}
    lines = [[one.code, one.outcome, one.subject, one.reason] for one in found.lines]
    words = [
        [speaker.line(one) for speaker in (verifier.Speaker(0), verifier.Speaker(1))]
        for one in found.lines
        if one.code not in SHOWN_OTHERWISE
    ]
    return {
        "conclusion": found.conclusion,
        "lines": lines,
        "words": words,
        "answer": found.answer,
    }


PAGE_SAYS = """([bundle, policy, held, refused]) => {
    const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const said = sidik.verify(bytes(bundle), policy && bytes(policy), held.map(bytes), refused);
    if (said.conclusion === "refused") return {conclusion: said.conclusion, reason: said.reason};
    const lines = said.lines.map(one => [one.code, one.outcome, one.subject, one.reason]);
    const words = said.lines.filter(one => !["keys.source", "question"].includes(one.code))
        .map(one => [0, 1].map(inOne => sidik.spoken(one, inOne)));
    return {conclusion: said.conclusion, lines, words, answer: said.answer};
}"""


def page_says(page: Page, sample: Sample) -> Any:
    policy = None if sample.policy is None else as_text(sample.policy.encode())
    held = [as_text(note.encode()) for note in sample.held]
    bundle = as_text(sample.file()[1])
    return page.evaluate(PAGE_SAYS, [bundle, policy, held, sample.refused_on])


# The same answers


def test_the_page_finds_in_every_bundle_what_the_other_finds(offline: Offline) -> None:
    with offline() as page:
        for name, made in CASES.items():
            sample = made()
            assert page_says(page, sample) == python_says(sample), name


@pytest.mark.parametrize(
    "name",
    [
        "honest_bag",
        "honest_pdf",
        "honest_json",
        "policy_from_the_bundle",
        "contents_exchanged",
        "held_receipt_is_connected",
        "other_history_and_a_checkpoint_held",
        "half_downloaded",
        "policy_is_garbage",
        "never_tested",
    ],
)
def test_a_person_sees_what_was_found(name: str, offline: Offline) -> None:
    sample = CASES[name]()
    expected = python_says(sample)
    with offline() as page:
        hand_over(page, sample)

        expect(page.locator("#verdict")).to_have_attribute(
            "data-conclusion", expected["conclusion"]
        )
        if expected["conclusion"] == "refused":
            expect(page.locator("#verdict")).to_have_attribute("data-reason", expected["reason"])
            expect(page.locator(".lines")).to_have_count(0)
            return
        shown = page.eval_on_selector_all(
            ".lines > li",
            "all => all.map(({dataset: d}) => [d.code, d.outcome, d.subject, d.reason])",
        )
        assert sorted(shown) == sorted(one for one in expected["lines"] if one[0] != "question")
        answer = page.locator(".answer")
        if expected["answer"]:
            expect(answer).to_have_attribute("data-answer", expected["answer"]["answer"])
            expect(answer).to_have_attribute("data-reason", expected["answer"]["reason"])


def test_both_say_it_in_the_same_words() -> None:
    page = PAGE.read_text("utf-8")

    assert words(page) == verifier.MESSAGES
    assert renewed(page) == page, "python -m tests.evidence_page"


DAMAGED = """([bundle, policy, seeds]) => {
    const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const whole = bytes(bundle), trust = bytes(policy);
    return seeds.map(([at, value]) => {
        const data = whole.slice();
        data[at] = value;
        const said = sidik.verify(data, trust, [], "");
        if (said.conclusion === "refused") return said.reason;
        return said.lines.map(one => [one.code, one.outcome, one.subject, one.reason].join(" "));
    });
}"""


@pytest.mark.parametrize("form", ["json", "zip"])
def test_both_see_the_same_damage(form: str, offline: Offline) -> None:
    """A byte changed here and there, over the whole length."""
    sample = honest()
    sample.as_json = form == "json"
    whole = sample.file()[1]
    step = len(whole) // 97
    places = [(at, (whole[at] + 1 + at % 7) % 256) for at in range(0, len(whole), step)]
    with offline() as page:
        said = page.evaluate(DAMAGED, [as_text(whole), as_text(POLICY.encode()), places])

    assert "internal" not in said
    for (at, value), found in zip(places, said, strict=True):
        damaged = bytearray(whole)
        damaged[at] = value
        expected = python_says(Sample(story=sample.story, bukti={}, raw=bytes(damaged)))
        if expected["conclusion"] == "refused":
            assert found == expected["reason"], at
        else:
            assert found == [" ".join(line) for line in expected["lines"]], at


VECTORS_HOLD = """vectors => {
    const s = sidik, b = s.fromBase64, wrong = [];
    const takes = work => { try { const r = work(); return r !== null && r !== false; }
        catch (error) { if (!("reason" in error)) throw error; return false; } };
    const want = (is, so, what) => { if (takes(is) !== so) wrong.push(what); };
    const roots = new Map(vectors.tree.roots.map(one => [one.size, b(one.root)]));
    const root = (one, name, size) => one[name] ? b(one[name]) : roots.get(size);
    for (const [name, so] of [["inclusion", true], ["refused_inclusion", false]])
        for (const one of vectors.tree[name])
            want(() => s.isIncluded(b(one.leaf_hash), one.index, one.size, one.path.map(b),
                root(one, "root", one.size)), so, [name, one]);
    for (const [name, so] of [["consistency", true], ["refused_consistency", false]])
        for (const one of vectors.tree[name])
            want(() => s.isBeginning(one.old, one.new, one.path.map(b),
                root(one, "old_root", one.old), root(one, "new_root", one.new)), so, [name, one]);
    for (const map of vectors.heads.maps)
        for (const claim of [...map.presence, ...map.absence])
            want(() => s.isHead(b(map.root), {stream: claim.stream, version: claim.version ?? 0,
                leaf: claim.leaf ? b(claim.leaf) : null, siblings: claim.siblings.map(b),
                other: claim.other ? {key: b(claim.other.key), value: b(claim.other.value)} : null,
            }), true, ["head", claim]);
    const trusting = vkeys => {
        const policy = Object.create(s.Policy.prototype), keys = vkeys.map(s.keyFrom);
        return Object.assign(policy, {quorum: "none", groups: new Map(),
            logs: keys.filter(key => key.kind === 1),
            witnesses: new Map(keys.filter(key => key.kind === 4).map(key => [key.name, key]))});
    };
    const {notes} = vectors;
    for (const [name, so] of [["keys", true], ["refused_keys", false]])
        for (const one of notes[name]) want(() => s.keyFrom(one.vkey), so, [name, one]);
    for (const [name, so] of [["notes", true], ["refused_notes", false]])
        for (const one of notes[name])
            want(() => s.checkpointFrom(one.note, trusting(one.keys)), so, [name, one]);
    for (const one of notes.refused_policies)
        want(() => new s.Policy(one.policy), false, ["policy", one]);
    for (const one of notes.policies)
        for (const quorum of one.quorums)
            want(() => new s.Policy(one.policy).met(quorum.cosigned), quorum.met, quorum);
    for (const one of vectors.records.read)
        want(() => s.RECORD.test(one.text)
            && s.toBase64(s.leafHash(new TextEncoder().encode(one.text))) === one.leaf_hash,
            true, one);
    for (const one of vectors.commitments.body)
        want(() => s.toBase64(s.commitment("body", b(one.salt), b(one.state))) === one.commitment,
            true, one);
    return wrong;
}"""


def test_published_vectors_hold_in_the_page(offline: Offline) -> None:
    with offline() as page:
        assert page.evaluate(VECTORS_HOLD, VECTORS) == []


# Nothing leaves, nothing comes


def test_its_own_policy_allows_its_own_script_and_no_network(offline: Offline) -> None:
    text = PAGE.read_text("utf-8")

    assert allowed(text) == (hash_of(only(SCRIPT, text)), hash_of(only(STYLE, text)))
    assert "default-src 'none'" in text
    assert "connect-src 'none'" in text
    assert not re.search(r"https?://(?!c2sp)", text.replace("http-equiv", ""))
    assert not re.search(r'\b(?:src|href)="(?!#)', text)
    assert " style=" not in text


BREAK_OUT = """address => {
    new Image().src = address;
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    const form = document.createElement("form");
    form.action = address;
    document.body.append(form);
    form.submit();
    return fetch(address).then(() => "sent", () => window.ran ? "ran" : "refused");
}"""


def test_a_script_that_gets_in_reaches_nobody(chromium: Browser) -> None:
    """With somebody there to be reached: the policy, and not his absence, is what refuses."""
    reached: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    served = ThreadingHTTPServer(("localhost", 0), Listener)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    address = f"http://localhost:{served.server_port}/"
    context = chromium.new_context()
    page = context.new_page()
    page.goto(PAGE.as_uri())
    said = page.evaluate(BREAK_OUT, address)
    page.wait_for_timeout(300)
    at, reached_from_the_page = page.url, list(reached)
    page.goto(address)  # he is there, for whoever is allowed
    context.close()
    served.shutdown()

    assert (said, at, reached_from_the_page) == ("refused", PAGE.as_uri(), [])
    assert "/" in reached


def test_what_stands_in_a_bundle_is_text_and_nothing_else(offline: Offline) -> None:
    sample = honest()
    sample.bukti["<img src=x onerror=alert(1)>"] = 1
    sample.as_json = True
    with offline() as page:
        hand_over(page, sample)

        expect(page.locator("#report img")).to_have_count(0)
        expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()


# For whoever reads it


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["", "honest_bag", "policy_from_the_bundle", "back_dated"])
def test_nothing_stands_in_anybodys_way(name: str, size: str, dark: bool, offline: Offline) -> None:
    with offline(size=size, dark=dark) as page:
        if name:
            hand_over(page, CASES[name]())
        page.evaluate("document.querySelector('details').open = true")
        page.evaluate(AXE)  # by way of the debugger, which no policy of the page binds
        found = page.evaluate("axe.run(document).then(result => result.violations)")

        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_the_keyboard_is_enough(offline: Offline) -> None:
    with offline() as page:
        page.keyboard.press("Tab")
        expect(page.get_by_text("Langsung ke hasil")).to_be_focused()
        for wanted in ("Indonesia", "English", "Periksa bundel", "Banding dua potret"):
            page.keyboard.press("Tab")
            expect(page.get_by_role("button", name=wanted)).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#bundle")).to_be_focused()
        page.locator("#check").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Pilih dahulu bundel bukti.")


def test_it_speaks_english_too(offline: Offline) -> None:
    with offline() as page:
        hand_over(page, CASES["last_fact_left_out"]())
        page.get_by_role("button", name="English").click()

        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("#verdict h2")).to_contain_text("SOMETHING DOES NOT MATCH")
        expect(page.locator("#verdict")).to_contain_text("FACTS WERE LEFT OUT")
        expect(page.locator(".inputs")).not_to_contain_text("Kebijakan")


def test_a_day_and_a_pasted_checkpoint_are_looked_at_at_once(offline: Offline) -> None:
    sample = honest()
    with offline() as page:
        hand_over(page, sample)
        expect(page.locator(".answer")).to_have_attribute("data-answer", "ya")

        page.locator("#refused").fill("2026-03-01")
        page.locator("#refused").dispatch_event("change")
        expect(page.locator(".answer")).to_have_attribute("data-answer", "tidak")

        page.locator("summary").click()
        page.locator("#pasted").fill(sample.book.notes[1].rstrip("\n"))
        page.locator("#pasted").blur()
        expect(page.locator('[data-code="held"][data-outcome="COCOK"]')).to_have_count(1)

        page.get_by_role("button", name="Hanya yang perlu perhatian").click()
        expect(page.get_by_text("Tidak ada yang perlu perhatian.")).to_be_visible()
        page.get_by_role("button", name="Kosongkan").click()
        expect(page.locator("#verdict")).to_have_count(0)
        expect(page.get_by_text("Cara memakai")).to_be_visible()


def test_a_file_may_be_dropped(offline: Offline) -> None:
    dropping = """async text => {
        const data = Uint8Array.from(atob(text), c => c.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([data], "bundel.zip"));
        document.getElementById("drop").dispatchEvent(
            new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }"""
    with offline() as page:
        page.evaluate(dropping, as_text(honest().file()[1]))

        expect(page.locator("#verdict")).to_have_attribute("data-conclusion", "qualified")
        expect(page.locator("#chosen")).to_contain_text("bundel.zip")


def test_the_same_is_said_as_data(offline: Offline) -> None:
    """What a program reads of one it may read of the other."""
    sample = honest()
    with offline() as page:
        said = page_says(page, sample)

    assert json.loads(json.dumps(said)) == python_says(sample)
