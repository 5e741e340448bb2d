"""The contract of the API: versions, keys, cursors, and problems that name every rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.bureau import MARKER, NOW, Bureau, Caller, open_bureau

PARTICULARS: dict[str, Any] = {
    "title": "Berita acara pemeriksaan",
    "summary": "Keterangan saksi dalam pemeriksaan disiplin.",
    "document": "Berkas pemeriksaan",
    "unit": "inspektorat",
    "holder": "Sekretaris Inspektorat",
    "medium": "berkas kertas",
    "grounds": [{"huruf": "a", "angka": 2}],
}
TEST: dict[str, Any] = {
    "moment": "before-request",
    "part": "halaman 3",
    "grounds": [{"huruf": "a", "angka": 2}],
    "laws": [{"kind": "UU", "number": "14", "year": 2008, "pasal": "17", "huruf": "a"}],
    "consequence_if_opened": "Identitas saksi pelapor diketahui terperiksa sehingga saksi terancam "
    "dan enggan memberi keterangan pada pemeriksaan berikutnya.",
    "benefit_if_closed": "Saksi terlindung dan pemeriksaan inspektorat selesai tanpa tekanan "
    "atasan maupun rekan kerja.",
    "public_interest": "Masyarakat lebih berkepentingan pada pemeriksaan yang tuntas; hasil "
    "akhirnya tetap diumumkan tanpa nama saksi.",
    "segregability": {"separable": True, "parts": "nama saksi"},
    "period": {"words": "2 tahun"},
    "conclusion": "exempt",
}
HOLD = {"kind": "audit", "reference": "LHP-1", "reason": "Diperiksa BPK"}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def sri(bureau: Bureau) -> Caller:
    return bureau.caller("sri", "ppid-utama")


@pytest.fixture(scope="module")
def made(bureau: Bureau) -> Caller:
    return bureau.caller("made", "ppid-pembantu")


def facts(bureau: Bureau, item_id: UUID | str) -> list[str]:
    history = bureau.register.ledger.history(UUID(str(item_id)))
    return [type(one.fact).__name__ for one in history]


# Who is asking


def test_without_a_token_there_is_nothing_not_even_with_a_session(bureau: Bureau) -> None:
    browser = bureau.browser("sri")
    answer = browser.get("/api/v1/uji/items")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.content_type == "application/problem+json"


def test_a_token_opens_only_its_own_body(bureau: Bureau) -> None:
    stranger = bureau.caller("luh", "ppid-utama")

    assert stranger.get("/items").status_code == 404
    assert stranger.get(f"/items/{bureau.item()}").status_code == 404
    there = stranger.client.get(
        "/api/v1/lain/items", headers={"Authorization": f"Bearer {stranger.token}"}
    )
    assert there.status_code == 200


def test_a_token_for_an_office_no_longer_held_opens_nothing(bureau: Bureau) -> None:
    assert bureau.caller("sri", "pimpinan").get("/items").status_code == 403


def test_a_token_for_an_auditor_reads_and_does_not_act(bureau: Bureau) -> None:
    item_id, agus = bureau.item(), bureau.caller("agus", "auditor")

    assert agus.get(f"/items/{item_id}/history").status_code == 200
    answer = agus.post(f"/items/{item_id}/acts/hold", HOLD, If_Match='"1"')
    assert answer.status_code == 403
    assert facts(bureau, item_id) == ["Submitted"]


# Versions


def test_the_etag_is_the_version_and_saves_sending_it_again(bureau: Bureau, sri: Caller) -> None:
    item_id = bureau.item("test")
    first = sri.get(f"/items/{item_id}")

    assert first.headers["ETag"] == '"2"'
    again = sri.get(f"/items/{item_id}", If_None_Match='"2"')
    assert (again.status_code, again.text) == (304, "")
    assert sri.get(f"/items/{item_id}", If_None_Match='"1"').status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 428), ({"If_Match": '"7"'}, 412), ({"If_Match": "1"}, 400), ({"If_Match": "*"}, 400)],
)
def test_who_changes_something_says_what_he_saw(
    bureau: Bureau, sri: Caller, headers: dict[str, str], status: int
) -> None:
    item_id = bureau.item()
    answer = sri.post(f"/items/{item_id}/acts/hold", HOLD, **headers)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert facts(bureau, item_id) == ["Submitted"]
    assert sri.post(f"/items/{item_id}/acts/hold", HOLD, If_Match='"1"').status_code == 200


# Keys


def test_the_same_key_answers_the_same_and_does_it_once(bureau: Bureau, made: Caller) -> None:
    key, body = uuid4().hex, {"particulars": PARTICULARS}
    first = made.post("/items", body, Idempotency_Key=key)
    second = made.post("/items", body, Idempotency_Key=key)

    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert first.headers["Location"] == second.headers["Location"]
    assert facts(bureau, first.json["id"]) == ["Submitted"]
    assert bureau.register.ledger.history(UUID(first.json["id"]))[0].cause == key


def test_the_first_answer_comes_again_although_the_version_has_moved_on(
    bureau: Bureau, sri: Caller
) -> None:
    item_id, key = bureau.item(), uuid4().hex
    headers = {"Idempotency_Key": key, "If_Match": '"1"'}
    first = sri.post(f"/items/{item_id}/acts/hold", HOLD, **headers)
    sri.post(f"/items/{item_id}/acts/hold", {**HOLD, "reference": "LHP-2"}, If_Match='"2"')
    second = sri.post(f"/items/{item_id}/acts/hold", HOLD, **headers)

    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert facts(bureau, item_id) == ["Submitted", "Held", "Held"]


def test_a_key_used_for_something_else_is_a_conflict(bureau: Bureau, made: Caller) -> None:
    key = uuid4().hex
    made.post("/items", {"particulars": PARTICULARS}, Idempotency_Key=key)
    other = made.post(
        "/items", {"particulars": {**PARTICULARS, "title": "Lain"}}, Idempotency_Key=key
    )

    assert other.status_code == 409
    assert "sudah dipakai" in other.json["title"]


# Problems


def test_a_refusal_names_every_rule_with_its_article(bureau: Bureau, made: Caller) -> None:
    bare = {**PARTICULARS, "title": "", "held": False, "grounds": []}
    answer = made.post("/items", {"particulars": bare})

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert {rule["code"] for rule in answer.json["rules"]} == {
        "information-must-be-described",
        "information-must-be-held",
        "ground-must-be-of-pasal-17",
    }
    assert {"code", "text", "basis", "field", "detail"} == set(answer.json["rules"][0])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": 7}, "/particulars/title"),
        ({"title": "a\x00b"}, "/particulars/title"),
        ({"title": "x" * 401}, "/particulars/title"),
        ({"grounds": [{"huruf": "z"}]}, "/particulars/grounds/0/huruf"),
        ({"grounds": [{"huruf": "a", "angka": "2"}]}, "/particulars/grounds/0/angka"),
        ({"rahasia": 1}, "/particulars/rahasia"),
        ({"form": "awan"}, "/particulars/form"),
        ({"held": "ya"}, "/particulars/held"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(
    bureau: Bureau, made: Caller, change: dict[str, Any], pointer: str
) -> None:
    answer = made.post("/items", {"particulars": {**PARTICULARS, **change}})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert answer.json["errors"][0]["detail"].endswith(".")


@pytest.mark.parametrize("on", ["2026-3-2", "02/03/2026", 20260302, "2026-02-30"])
def test_dates_are_written_one_way_only(bureau: Bureau, made: Caller, on: Any) -> None:
    answer = made.post("/items", {"particulars": PARTICULARS, "on": on})

    assert [error["pointer"] for error in answer.json["errors"]] == ["/on"]


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("get", "/items/bukan-nomor", {}, 404),
        ("get", f"/items/{UUID(int=5)}", {}, 404),
        ("get", f"/decrees/{UUID(int=5)}", {}, 404),
        ("get", "/pledges/unit-lain", {}, 404),
        ("delete", "/items", {}, 405),
        ("post", "/items", {"data": "{}", "content_type": "text/plain"}, 415),
        ("post", "/items", {"data": "{", "content_type": "application/json"}, 400),
        ("post", "/items", {"data": "[" * 200_000, "content_type": "application/json"}, 400),
        ("post", "/items", {"json": []}, 422),
        ("post", f"/items/{UUID(int=5)}/acts/hold", {"json": HOLD}, 404),
        ("get", "/items?status=apa&as_of=besok", {}, 422),
        ("get", "/due?on=besok", {}, 422),
    ],
)
def test_every_error_is_a_problem_document_in_indonesian(
    bureau: Bureau, sri: Caller, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    answer = getattr(sri.client, method)(
        f"/api/v1/uji{path}", headers={"Authorization": f"Bearer {sri.token}"}, **more
    )

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"].endswith(".")


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("en-GB, en;q=0.9", "en", "Not found."),
        ("id", "id", "Tidak ditemukan."),
        ("fr", "id", "Tidak ditemukan."),
        ("", "id", "Tidak ditemukan."),
    ],
)
def test_a_problem_is_told_in_the_language_that_is_asked_for(
    bureau: Bureau, sri: Caller, asked: str, language: str, title: str
) -> None:
    answer = sri.get(f"/items/{UUID(int=5)}", Accept_Language=asked)

    assert answer.json["title"] == title
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_an_unexpected_error_tells_nothing_but_where_to_ask(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    app = bureau.serve()

    @app.get("/api/gagal")
    def fail() -> str:
        raise RuntimeError(MARKER)

    answer: Any = app.test_client().get("/api/gagal")

    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert answer.json["instance"].startswith("urn:sidik:kejadian:")
    assert MARKER not in answer.text + caplog.text
    assert answer.json["instance"].rsplit(":", 1)[1] in caplog.text


# The acts


def test_an_item_goes_from_proposal_to_publication(
    bureau: Bureau, made: Caller, sri: Caller
) -> None:
    wayan = bureau.caller("wayan", "atasan-ppid")
    item_id = made.post("/items", {"particulars": PARTICULARS}).json["id"]
    at = f"/items/{item_id}"

    def act(who: Caller, act: str, body: Any) -> Any:
        answer = who.post(f"{at}/acts/{act}", body, If_Match=who.get(at).headers["ETag"])
        assert answer.status_code == 200, answer.text
        return answer

    act(sri, "test_consequence", {"test": TEST})
    act(wayan, "approve", {})
    draft = sri.post("/decrees", {"title": "Konsep", "items": [item_id]})
    assert draft.status_code == 201
    issued = sri.post(
        f"/decrees/{draft.json['id']}/acts/issue", {"number": "188/1"}, If_Match='"1"'
    )
    assert issued.status_code == 200, issued.text
    act(sri, "archive", {"soft_place": "Server", "hard_place": "Rak"})
    channel = {"kind": "sidik", "address": "/publik/uji/", "on": NOW.date().isoformat()}
    act(sri, "upload", {"channels": [channel]})

    shown = sri.get(at).json
    assert (shown["status"], shown["version"]) == ("exempt", 6)
    assert shown["ends_on"] == "2028-03-02"
    history = sri.get(f"{at}/history").json["history"]
    assert [one["fact"] for one in history][-1] == "item.uploaded"
    assert all(one["recorded_at"] for one in history)
    listed = sri.get("/items?q=pemeriksaan&status=exempt").json["items"]
    assert item_id in {row["id"] for row in listed}
    assert sri.get("/decrees").json["decrees"][0]["number"] == "188/1"


def test_what_stands_in_the_way_is_told_before_one_tries(bureau: Bureau, sri: Caller) -> None:
    item_id = bureau.item("test")
    offers = {act["act"]: act for act in sri.get(f"/items/{item_id}/acts").json["acts"]}

    assert offers["hold"]["allowed"]
    assert not offers["approve"]["allowed"]
    assert offers["approve"]["rules"] == sri.get(f"/items/{item_id}/acts/approve").json["rules"]
    tried = sri.post(f"/items/{item_id}/acts/approve", {}, If_Match='"2"')
    assert {r["code"] for r in tried.json["rules"]} >= {
        r["code"] for r in offers["approve"]["rules"]
    }


def test_an_act_may_be_dated_back_but_not_ahead(bureau: Bureau, sri: Caller) -> None:
    item_id = bureau.item()
    early, late = NOW.date() - timedelta(days=9), NOW.date() + timedelta(days=1)
    ahead = sri.post(
        f"/items/{item_id}/acts/hold", {**HOLD, "on": late.isoformat()}, If_Match='"1"'
    )
    back = sri.post(
        f"/items/{item_id}/acts/hold", {**HOLD, "on": early.isoformat()}, If_Match='"1"'
    )

    assert [r["code"] for r in ahead.json["rules"]] == ["act-must-not-lie-in-the-future"]
    assert back.status_code == 200
    assert bureau.register.ledger.history(item_id)[-1].on == early


def test_the_list_is_read_page_by_page(bureau: Bureau, sri: Caller) -> None:
    wanted = {str(bureau.item(title=f"Lembar {n}")) for n in range(5)}
    address, seen = "/items?q=lembar&limit=2", []
    while address:
        answer = sri.get(address)
        seen += [row["id"] for row in answer.json["items"]]
        link = answer.headers.get("Link", "")
        address = link[1 : link.index(">")].removeprefix("/api/v1/uji") if link else ""

    assert sorted(seen) == sorted(wanted)


def test_the_worklist_is_that_of_the_office(bureau: Bureau, sri: Caller) -> None:
    item_id = str(bureau.item("test"))
    wayan = bureau.caller("wayan", "atasan-ppid")

    mine = {(task["id"], task["act"]) for task in wayan.get("/worklist").json["tasks"]}
    assert (item_id, "approve") in mine
    assert item_id not in {task["id"] for task in sri.get("/worklist").json["tasks"]}
    assert sri.get("/due?on=2030-01-01").status_code == 200


def test_a_pledge_is_drafted_without_a_version_and_then_only_with_one(
    bureau: Bureau, made: Caller
) -> None:
    names = ("legal_basis", "procedure", "completion_time", "fees", "assurance", "evaluation")
    contents = dict.fromkeys(names, "Isi")
    first = made.post("/pledges/inspektorat/acts/draft", {"contents": contents})
    changed = {"contents": {**contents, "fees": "gratis"}}

    assert first.status_code == 200, first.text
    assert made.post("/pledges/inspektorat/acts/draft", changed).status_code == 428
    assert made.get("/pledges/inspektorat").json["draft"]["fees"] == "Isi"
    second = made.post("/pledges/inspektorat/acts/draft", changed, If_Match='"1"')
    assert second.json["version"] == 2


# What the API says of itself


def test_the_description_names_every_act_and_what_may_go_wrong(bureau: Bureau) -> None:
    spec: Any = bureau.app.test_client().get("/api/openapi.json").json

    assert spec["openapi"] == "3.1.0"
    act = spec["paths"]["/api/v1/{code}/items/{item_id}/acts/declassify"]["post"]
    assert {p["name"] for p in act["parameters"]} >= {"If-Match", "Idempotency-Key"}
    assert set(act["responses"]) >= {"200", "401", "404", "409", "412", "415", "422", "428", "504"}
    for status, response in act["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]
    assert act["x-act"] == "item.declassify"
