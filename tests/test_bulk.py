"""One clerical act on several items: item by item, done once, what weighs is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from domain.item import Archived, Uploaded
from domain.rule import Rule
from domain.together import (
    ITEMS_MAX,
    ITEMS_MUST_BE_FEW_ENOUGH_TO_BE_SEEN,
    TOGETHER,
    WHAT_WEIGHS_IS_DECIDED_ITEM_BY_ITEM,
    rules_against,
)
from tests.bureau import Bureau, open_bureau

PLACES = {"soft_place": "Server arsip", "hard_place": "Rak 7"}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def facts(bureau: Bureau, item_id: UUID, kind: type) -> list[object]:
    history = bureau.register.ledger.history(item_id)
    return [one.fact for one in history if isinstance(one.fact, kind)]


def address(decision: str, *items: UUID) -> str:
    return f"/uji/sekaligus/{decision}?" + "&".join(f"butir={item}" for item in items)


@pytest.mark.parametrize(
    ("decision", "items", "against"),
    [
        ("archive", 0, [ITEMS_MUST_BE_FEW_ENOUGH_TO_BE_SEEN]),
        ("archive", ITEMS_MAX + 1, [ITEMS_MUST_BE_FEW_ENOUGH_TO_BE_SEEN]),
        ("approve", 2, [WHAT_WEIGHS_IS_DECIDED_ITEM_BY_ITEM]),
        ("test_consequence", 2, [WHAT_WEIGHS_IS_DECIDED_ITEM_BY_ITEM]),
        ("declassify", 1, [WHAT_WEIGHS_IS_DECIDED_ITEM_BY_ITEM]),
        ("archive", ITEMS_MAX, []),
        ("upload", 1, []),
    ],
)
def test_only_clerical_acts_are_done_together(
    decision: str, items: int, against: list[Rule]
) -> None:
    assert list(rules_against(decision, items)) == against


def test_each_item_keeps_a_fact_of_its_own(bureau: Bureau) -> None:
    items = [bureau.item("issue") for _ in range(3)]
    sri = bureau.browser("sri")
    answer = sri.submit(
        "/uji/sekaligus/archive",
        {**PLACES, "butir": [str(i) for i in items], "semua": [str(i) for i in items]},
        opened=address("archive", *items),
    )

    assert answer.status_code == 200
    assert "Tercatat untuk 3 butir" in answer.text
    for item_id in items:
        [fact] = facts(bureau, item_id, Archived)
        assert fact == Archived(**PLACES)


def test_what_is_refused_is_named_and_the_others_are_recorded(bureau: Bureau) -> None:
    ready, proposed = bureau.item("issue"), bureau.item("submit", title="Belum ditetapkan")
    both = [str(ready), str(proposed)]
    page = bureau.browser("sri").get(address("archive", ready, proposed)).text
    ticked = re.findall(r'name="butir" value="([^"]+)"( checked)?', page)
    answer = bureau.browser("sri").submit(
        "/uji/sekaligus/archive",
        {**PLACES, "butir": both, "semua": both},
        opened=address("archive", ready, proposed),
    )

    assert ticked == [(str(ready), " checked"), (str(proposed), "")]
    assert "Tercatat untuk 1 butir" in answer.text
    assert "Tidak dicatat (1)" in answer.text
    assert "Belum ditetapkan" in answer.text
    assert facts(bureau, ready, Archived)
    assert not facts(bureau, proposed, Archived)


def test_sending_twice_records_once(bureau: Bureau) -> None:
    item_id = bureau.item("issue")
    sri, token = bureau.browser("sri"), uuid4().hex
    for _ in range(2):
        answer = sri.submit(
            "/uji/sekaligus/archive",
            {**PLACES, "butir": [str(item_id)], "semua": [str(item_id)]},
            opened=address("archive", item_id),
            token=token,
        )
        assert "Tercatat untuk 1 butir" in answer.text

    assert len(facts(bureau, item_id, Archived)) == 1


def test_each_item_is_announced_at_its_own_address(bureau: Bureau) -> None:
    items = [bureau.item("archive") for _ in range(2)]
    sri = bureau.browser("sri")
    typed = {
        "channels.0.kind": "sidik",
        "channels.0.address": "/publik/uji",
        "channels.0.on": "2026-03-02",
        "butir": [str(i) for i in items],
        "semua": [str(i) for i in items],
    }
    answer = sri.submit("/uji/sekaligus/upload", typed, opened=address("upload", *items))

    assert "Tercatat untuk 2 butir" in answer.text
    for item_id in items:
        [fact] = facts(bureau, item_id, Uploaded)
        assert isinstance(fact, Uploaded)
        assert str(item_id) in fact.channels[0].address


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({}, 409, "Pilih sedikitnya satu"),
        ({"on": "besok"}, 422, "Isian belum benar"),
        ({"butir": ["bukan-id"]}, 400, ""),
        ({"soft_place": "x" * 5000}, 422, "Isian belum benar"),
    ],
)
def test_bad_input_is_answered_and_kept(
    bureau: Bureau, typed: dict[str, object], status: int, said: str
) -> None:
    item_id = bureau.item("issue")
    answer = bureau.browser("sri").submit(
        "/uji/sekaligus/archive",
        {"hard_place": "Rak tetap", "semua": [str(item_id)], **typed},
        opened=address("archive", item_id),
    )

    assert answer.status_code == status
    assert said in answer.text
    if status != 400:
        assert "Rak tetap" in answer.text
    assert not facts(bureau, item_id, Archived)


def test_the_acts_that_weigh_have_no_such_page(bureau: Bureau) -> None:
    item_id = bureau.item("test")
    wayan = bureau.browser("wayan")

    for decision in ("approve", "consider", "test_consequence", "declassify", "tidak-ada"):
        assert wayan.get(address(decision, item_id)).status_code == 404
    assert wayan.get("/uji/sekaligus?tindakan=approve").status_code == 404


def test_rows_ticked_for_determination_go_onto_one_draft(bureau: Bureau) -> None:
    items = [bureau.item("approve", title=f"Siap ditetapkan {n}") for n in range(2)]
    sri = bureau.browser("sri")
    asked = "&".join(f"butir={item}" for item in items)
    answer = sri.get(f"/uji/sekaligus?tindakan=determine&{asked}", follow_redirects=True)

    for item_id in items:
        assert re.search(rf'value="{item_id}" checked', answer.text)


def test_items_of_nobody_and_of_other_bodies_are_not_there(bureau: Bureau) -> None:
    assert bureau.browser("sri").get(address("archive", uuid4())).status_code == 404


def test_an_auditor_records_nothing(bureau: Bureau) -> None:
    item_id = bureau.item("issue")
    agus = bureau.browser("agus")
    answer = agus.submit(
        "/uji/sekaligus/archive",
        {**PLACES, "butir": [str(item_id)], "semua": [str(item_id)]},
        opened="/uji/pekerjaan",
    )

    assert answer.status_code == 403
    assert agus.get(address("archive", item_id)).status_code == 403
    assert not facts(bureau, item_id, Archived)


def test_another_office_is_told_item_by_item(bureau: Bureau) -> None:
    item_id = bureau.item("issue")
    answer = bureau.browser("wayan").submit(
        "/uji/sekaligus/archive",
        {**PLACES, "butir": [str(item_id)], "semua": [str(item_id)]},
        opened=address("archive", item_id),
    )

    assert "Tidak dicatat (1)" in answer.text
    assert not facts(bureau, item_id, Archived)


def test_one_receipt_is_given_for_all_of_them(bureau: Bureau) -> None:
    items = [bureau.item("issue") for _ in range(3)]
    sri, key = bureau.caller("sri", "ppid-utama"), uuid4().hex
    body = {"act": "archive", "items": [str(one) for one in items[:2]], "entries": PLACES}
    done = sri.post("/items/together", body, Idempotency_Key=key).json
    last = bureau.register.ledger.head()
    page = bureau.browser("sri").submit(
        "/uji/sekaligus/archive",
        {**PLACES, "butir": [str(items[2])], "semua": [str(items[2])]},
        opened=address("archive", items[2]),
    )

    assert [one["position"] for one in done["items"]] == [last - 1, last]
    assert done["position"] == last
    assert f'href="/uji/tanda-terima/{last + 1}"' in page.text
    bureau.sign()
    covering = sri.get(f"/receipts/{last}").json["checkpoint"]
    assert covering["size"] >= last


# The same over the API


def test_the_api_does_the_same_and_answers_item_by_item(bureau: Bureau) -> None:
    ready, proposed, nobody = bureau.item("issue"), bureau.item("submit"), uuid4()
    sri, key = bureau.caller("sri", "ppid-utama"), uuid4().hex
    body = {
        "act": "archive",
        "items": [str(ready), str(proposed), str(nobody)],
        "entries": PLACES,
    }
    first = sri.post("/items/together", body, Idempotency_Key=key)
    again = sri.post("/items/together", body, Idempotency_Key=key)

    assert first.status_code == 200
    assert first.json["recorded"] == 1
    assert [one["recorded"] for one in first.json["items"]] == [True, False, False]
    assert first.json["items"][1]["rules"]
    assert again.json["items"][0] == first.json["items"][0]
    assert len(facts(bureau, ready, Archived)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"act": "approve", "items": [str(uuid4())]},
        {"act": "archive", "items": ["x"], "entries": PLACES},
        {"act": "archive", "items": [str(uuid4())], "entries": {"tidak": "dikenal"}},
    ],
)
def test_the_api_says_what_it_cannot_read(bureau: Bureau, body: dict[str, object]) -> None:
    answer = bureau.caller("sri", "ppid-utama").post("/items/together", body)

    assert answer.status_code == 422
    assert answer.json["errors"]


def test_the_api_names_the_rule_against_none_and_against_too_many(bureau: Bureau) -> None:
    sri = bureau.caller("sri", "ppid-utama")
    for items in ([], [str(uuid4()) for _ in range(ITEMS_MAX + 1)]):
        answer = sri.post("/items/together", {"act": "archive", "items": items, "entries": PLACES})
        assert answer.status_code == 409
        assert answer.json["rules"][0]["code"] == ITEMS_MUST_BE_FEW_ENOUGH_TO_BE_SEEN.code


def test_pages_and_api_do_the_same_acts_together(bureau: Bureau) -> None:
    spec = bureau.app.test_client().get("/api/openapi.json").json
    if spec:
        [path] = [path for path in spec["paths"] if path.endswith("/items/together")]
        assert path
    item_id = bureau.item("issue")
    for decision in TOGETHER:
        assert bureau.browser("sri").get(address(decision, item_id)).status_code == 200
