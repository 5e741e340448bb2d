"""Whatever is sent, the answer is an answer: never a trace, never a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bureau import Browser, Bureau, Caller, open_bureau
from tests.test_web_api import HOLD, PARTICULARS, TEST
from tests.test_web_pages import PROPOSAL, THE_TEST
from web import entries
from web.forms import load, typed_from

moderately = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.dates().map(str)
    | st.sampled_from(
        ["a", "exempt", "years", "2026-03-02", "1 tahun", "\x00", "\ud800", "🙂", "9" * 400]
    )
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
)
NAMES = sorted({name for act in entries.ITEM.values() for name in act().fields})
SOUND: dict[str, Any] = {
    "particulars": PARTICULARS,
    "test": TEST,
    **HOLD,
    "kind": "audit",
}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def caller(bureau: Bureau) -> Caller:
    return bureau.caller("sri", "ppid-utama")


@pytest.fixture(scope="module")
def browser(bureau: Bureau) -> Browser:
    return bureau.browser("sri")


@pytest.fixture(scope="module")
def page_of_item(bureau: Bureau) -> str:
    return f"/uji/butir/{bureau.item()}"


def broken(part: Any) -> st.SearchStrategy[Any]:
    """A sound entry with one of its parts put wrong."""
    if not isinstance(part, dict) or not part:
        return anything
    return st.sampled_from(sorted(part)).flatmap(
        lambda name: broken(part[name]).map(lambda wrong: {**part, name: wrong})
    )


@moderately
@given(
    act=st.sampled_from([act for act in entries.ITEM if act != "submit"]),
    body=st.dictionaries(st.sampled_from(NAMES), anything) | broken(SOUND),
    seen=st.sampled_from(['"1"', '"2"', '"0"', "", "W/x"]),
)
def test_any_body_of_any_act_gets_an_answer(
    bureau: Bureau, caller: Caller, act: str, body: Any, seen: str
) -> None:
    item_id = caller.post("/items", {"particulars": PARTICULARS}).json["id"]
    asked = set(entries.ITEM[act]().fields)
    known = {name: value for name, value in body.items() if name in asked or name not in SOUND}
    answer = caller.post(f"/items/{item_id}/acts/{act}", known, If_Match=seen)

    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"


@moderately
@given(
    query=st.dictionaries(
        st.sampled_from(["q", "status", "unit", "as_of", "known_at", "after", "limit"]),
        st.text(max_size=40) | st.sampled_from(["2026-03-02", "WyJhIiwiYiJd", "'; --", "-a OR b"]),
    )
)
def test_any_question_gets_an_answer(bureau: Bureau, caller: Caller, query: Any) -> None:
    headers = {"Authorization": f"Bearer {caller.token}"}
    for path in ("/api/v1/uji/items", "/publik/uji/"):
        answer = caller.client.get(path, query_string=query, headers=headers)
        assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/uji/jejak?oleh=%00&jenis=%00&sebelum=99999999999999999999",
        "/uji/rak?mulai=-1",
        "/uji/pekerjaan?tenggat=%00",
        "/uji/penetapan/baru?butir=%00",
        "/uji/daftar?after=WyJcdWQ4MDAiLCAiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAxIl0",
        "/uji/maklumat/%00",
        "/%00/pekerjaan",
        "/publik/%00/",
        "/masuk?lanjut=%0d%0aSet-Cookie:x",
    ],
)
def test_any_address_gets_an_answer(browser: Browser, address: str) -> None:
    assert browser.get(address).status_code in (200, 302, 404, 422)


def test_any_name_may_be_tried_at_the_door(bureau: Bureau) -> None:
    typed = {"login": "a\x00b", "password": "\x00" * 999}

    assert bureau.browser().submit("/masuk", typed).status_code == 422


@moderately
@given(
    act=st.sampled_from(sorted(entries.ITEM)),
    changes=st.dictionaries(
        st.sampled_from(
            sorted({*PROPOSAL, *THE_TEST, "on", "channels.0.address", "channels.0.on", "version"})
        ),
        st.text(max_size=40),
        max_size=4,
    ),
)
def test_any_form_gets_an_answer(
    browser: Browser, page_of_item: str, act: str, changes: Any
) -> None:
    address = "/uji/butir/baru" if act == "submit" else f"{page_of_item}/tindakan/{act}"
    typed = {**PROPOSAL, **THE_TEST, **changes}
    page = browser.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = browser.client.post(address, data={**hidden, **typed})

    assert answer.status_code < 500, answer.text


def test_a_form_filled_from_what_is_known_reads_back_as_the_same() -> None:
    asked = entries.Submit()
    known = asked.load({"particulars": PARTICULARS})["particulars"]
    typed = typed_from({"particulars": known})

    assert load(asked, typed)["particulars"] == known
