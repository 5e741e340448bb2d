"""Pages and the API offer the same acts, ask the same entries and are stopped by the same rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from domain.desk import DECREE_ACTS, ITEM_ACTS, PLEDGE_ACTS, SETTINGS
from domain.together import TOGETHER
from tests.bureau import Browser, Bureau, Caller, open_bureau
from web.acting import NOT_TYPED
from web.contract import operations
from web.settings_pages import AREAS

REGISTRIES: Mapping[str, Any] = {
    "item": ITEM_ACTS,
    "decree": DECREE_ACTS,
    "pledge": PLEDGE_ACTS,
    **{kind: acts for kind, (_module, acts) in SETTINGS.items()},
}
IMPORT_PAGES = {
    "pages.import_upload": "send",
    "pages.import_settle": "check",
    "pages.import_mend": "mend",
    "pages.import_start": "run",
    "pages.import_stop": "stop",
    "pages.import_drop": "drop",
}
BY_REGISTRY = {
    "pages.submit": ("item", ["submit"]),
    "pages.act": ("item", [act for act in ITEM_ACTS if act != "submit"]),
    "pages.draft": ("decree", ["draft"]),
    "pages.act_decree": ("decree", [act for act in DECREE_ACTS if act != "draft"]),
    "pages.act_pledge": ("pledge", list(PLEDGE_ACTS)),
    "pages.settings_enrol": ("officer", ["appoint"]),
    "pages.settings_officer_act": ("officer", list(SETTINGS["officer"][1])),
    "pages.act_together": ("item", ["together"]),
}
NO_ACTS = re.compile(
    r"/(akun|pengaturan/akun)(/|$)"  # accounts are people's own; a token manages no accounts
    r"|/jabatan$|/pekerjaan/tampilan|/bantuan/"  # what a browser shows
    r"|/jejak/(keutuhan|ekspor/baru)$|/butir/<uuid:item_id>/bukti$"
    # nothing on the register changes by the last: looked into, taken along, made into evidence
)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def sri(bureau: Bureau) -> Caller:
    return bureau.caller("sri", "ppid-utama")


@pytest.fixture(scope="module")
def ani(bureau: Bureau) -> Caller:
    return bureau.caller("ani", "admin")


@pytest.fixture(scope="module")
def described(bureau: Bureau) -> Any:
    return bureau.app.test_client().get("/api/openapi.json").json


def of_the_pages(bureau: Bureau) -> set[str]:
    found = set()
    for rule in bureau.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or not rule.endpoint.startswith("pages."):
            continue
        if rule.endpoint == "pages.settings_act":
            found |= {f"{kind}.{act}" for kind in AREAS.values() for act in SETTINGS[kind][1]}
        elif rule.endpoint in BY_REGISTRY:
            kind, acts = BY_REGISTRY[rule.endpoint]
            found |= {f"{kind}.{act}" for act in acts}
        elif rule.endpoint in IMPORT_PAGES:
            found.add(f"import.{IMPORT_PAGES[rule.endpoint]}")
        else:
            path = rule.rule.removeprefix("/<code>")
            assert NO_ACTS.search(path), f"{rule.endpoint} is an act that the API does not offer"
    return found


def of_the_api(bureau: Bureau) -> set[str]:
    return {f"{said.about}.{said.act}" for _, _, said in operations(bureau.app) if said.act}


def test_every_act_of_a_page_is_offered_by_the_api_and_the_other_way_round(
    bureau: Bureau,
) -> None:
    assert of_the_pages(bureau) == of_the_api(bureau)


def test_every_decision_of_the_desk_is_offered_by_both(bureau: Bureau) -> None:
    decided = {f"{kind}.{act}" for kind, acts in REGISTRIES.items() for act in acts}

    assert decided <= of_the_api(bureau)
    assert decided <= of_the_pages(bureau)


def test_the_same_acts_may_be_recorded_for_several_items(described: Any) -> None:
    asked = described["components"]["schemas"]["Together"]["properties"]["act"]["enum"]

    assert asked == list(TOGETHER)


# The same entries


def entries_of_the_form(page: str) -> set[str]:
    """The names of what a form asks for, by their first part."""
    form = page[page.rindex('name="token"') : page.rindex("</form>")]
    names = {unescape(name) for name in re.findall(r'name="([^"]+)"', form)}
    return {name.split(".")[0].split("-")[0] for name in names} - {*NOT_TYPED, "berkas"}


def entries_of_the_description(described: Any, act: str) -> set[str]:
    for path in described["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and operation.get("x-act") == act:
                content = operation["requestBody"]["content"]["application/json"]["schema"]
                name = content["$ref"].rsplit("/", 1)[1]
                return set(described["components"]["schemas"][name]["properties"])
    raise AssertionError(act)


def forms(bureau: Bureau) -> Iterator[tuple[str, str, str]]:
    """Act, who may see its form, and where it is."""
    item_id, decree_id = bureau.item("draft"), ""
    for row in bureau.register.views.decrees():
        decree_id = str(row["id"])
    yield from (("item.submit", "made", "/uji/butir/baru"),)
    yield from (
        (f"item.{act}", "sri", f"/uji/butir/{item_id}/tindakan/{act}")
        for act in ITEM_ACTS
        if act != "submit"
    )
    yield from (("decree.draft", "sri", "/uji/penetapan/baru"),)
    yield from (
        (f"decree.{act}", "sri", f"/uji/penetapan/{decree_id}/tindakan/{act}")
        for act in DECREE_ACTS
        if act != "draft"
    )
    yield from (
        (f"pledge.{act}", "sri", f"/uji/maklumat/inspektorat/tindakan/{act}") for act in PLEDGE_ACTS
    )
    officer_id = next(row["id"] for row in bureau.register.views.officers())
    areas = {**AREAS, f"pejabat/{officer_id}": "officer"}
    for area, kind in areas.items():
        for act in SETTINGS[kind][1]:
            yield f"{kind}.{act}", "ani", f"/uji/pengaturan/{area}/tindakan/{act}"


def test_both_ask_the_same_entries_for_every_act(bureau: Bureau, described: Any) -> None:
    browsers = {login: bureau.browser(login) for login in ("made", "sri", "ani")}
    different = {}
    for act, login, address in forms(bureau):
        page = browsers[login].get(address)
        assert page.status_code == 200, (act, page.status_code)
        asked = entries_of_the_form(page.text), entries_of_the_description(described, act)
        if asked[0] != asked[1]:
            different[act] = asked

    assert different == {}


# The same refusals


@pytest.mark.parametrize("upto", ["submit", "approve", "upload"])
def test_a_form_names_the_rules_that_the_api_names(bureau: Bureau, sri: Caller, upto: str) -> None:
    item_id, browser = bureau.item(upto), bureau.browser("sri")
    for act in ITEM_ACTS:
        if act == "submit":
            continue
        told = sri.get(f"/items/{item_id}/acts/{act}").json
        page = unescape(browser.get(f"/uji/butir/{item_id}/tindakan/{act}").text)
        assert ("Saat ini belum dapat dilakukan" in page) is not told["allowed"], act
        for rule in told["rules"]:
            assert rule["text"] in page, (act, rule["code"])


def test_both_are_refused_by_the_same_rules(bureau: Bureau, sri: Caller) -> None:
    item_id = bureau.item()
    channel = {"kind": "website", "address": "https://example.go.id", "on": "2026-03-02"}
    tried = sri.post(f"/items/{item_id}/acts/upload", {"channels": [channel]}, If_Match='"1"')
    browser: Browser = bureau.browser("sri")
    typed = {f"channels.0.{name}": value for name, value in channel.items()}
    page = browser.submit(f"/uji/butir/{item_id}/tindakan/upload", typed)

    assert tried.status_code == page.status_code == 409
    assert tried.json["rules"]
    for rule in tried.json["rules"]:
        assert rule["text"] in unescape(page.text)
    assert len(bureau.register.ledger.history(UUID(str(item_id)))) == 1


def test_the_settings_are_the_admins_by_page_and_api_alike(
    bureau: Bureau, sri: Caller, ani: Caller
) -> None:
    browser = bureau.browser("sri")
    for area, kind in AREAS.items():
        for act in SETTINGS[kind][1]:
            page = browser.get(f"/uji/pengaturan/{area}/tindakan/{act}")
            (rule,) = sri.get(f"/{kind}/acts/{act}").json["rules"]
            assert page.status_code == 409
            assert rule["text"] in unescape(page.text)
            assert ani.get(f"/{kind}/acts/{act}").json["rules"] == []
