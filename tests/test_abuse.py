"""What somebody who means ill would try, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.bureau import PASSWORD, Bureau, open_bureau


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


# What is typed that nobody types


@pytest.mark.parametrize(
    ("address", "entry", "status"),
    [
        ("/uji/akun/sesi/akhiri", "key", 404),
        ("/uji/akun/identitas/lepas", "issuer", 303),
        ("/uji/pekerjaan/tampilan/hapus", "nama", 303),
        ("/uji/pekerjaan/tampilan", "nama", 422),
        ("/uji/jabatan", "role", 403),
    ],
)
def test_a_character_that_no_database_keeps_is_no_accident(
    bureau: Bureau, address: str, entry: str, status: int
) -> None:
    answer = bureau.browser("sri").submit(address, {entry: "a\0b"}, opened="/uji/akun")

    assert answer.status_code == status


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "-1", "1e400"])
def test_a_number_of_any_length_is_answered_beside_its_field(bureau: Bureau, number: str) -> None:
    typed = {"test.period.kind": "years", "test.period.amount": number}
    address = f"/uji/butir/{bureau.item()}/tindakan/test_consequence"
    answer = bureau.browser("sri").submit(address, typed)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "onward",
    [
        "//jahat.example/",
        "/\\jahat.example/",
        "/\t/jahat.example/",
        "https://jahat.example/uji/",
        "/lain/pekerjaan",
        "/uji/\r\nSet-Cookie: sidik=jahat",
        "/uji/\0",
    ],
)
def test_whoever_signs_in_is_led_nowhere_but_into_his_own_register(
    bureau: Bureau, onward: str
) -> None:
    typed = {"login": "sri", "password": PASSWORD, "lanjut": onward}
    answer = bureau.browser().submit("/masuk", typed)

    assert answer.status_code == 303
    assert answer.location == "/uji/pekerjaan"
    assert "jahat" not in answer.headers.get("Set-Cookie", "")


def test_the_note_of_an_export_holds_what_was_asked_and_nothing_put_beside_it(
    bureau: Bureau,
) -> None:
    sri = bureau.browser("sri")
    asked = "bentuk=csv&status=exempt&x=" + "y" * 50_000
    assert sri.get(f"/uji/daftar/ekspor?{asked}").status_code == 200
    [note] = bureau.register.readings.page(by="sri", what="export", limit=1)
    assert note["detail"] == '{"status": "exempt"}'


# What the public is told, whoever asks


PUBLIC = ("umpan.atom", "sematan", "data/", "data/katalog.jsonld", "data/daftar.json", "butir/{}")


@pytest.mark.parametrize("page", PUBLIC)
def test_a_lie_about_the_host_is_repeated_on_no_page_that_others_may_be_served(
    bureau: Bureau, page: str
) -> None:
    item_id = bureau.item("upload")
    client = bureau.serve(address="https://sidik.contoh.go.id").test_client()
    answer = client.get(f"/publik/uji/{page.format(item_id)}", headers={"Host": "jahat.example"})

    assert answer.status_code == 200
    assert "jahat.example" not in answer.text
    assert "https://sidik.contoh.go.id/publik/uji/" in answer.text


def test_where_the_host_is_a_lie_the_address_set_is_gone_on_with(bureau: Bureau) -> None:
    client = bureau.serve(address="https://sidik.contoh.go.id").test_client()
    answer = client.get("/publik/uji", headers={"Host": "jahat.example"})

    assert answer.location == "https://sidik.contoh.go.id/publik/uji/"


def test_the_mark_of_a_public_page_does_not_count_what_is_not_public(bureau: Bureau) -> None:
    client = bureau.app.test_client()
    first = client.get("/publik/uji/")
    position = bureau.register.views.position()
    assert not re.search(rf"\b{position}\b", first.headers["ETag"])
    bureau.item("submit")
    assert client.get("/publik/uji/").headers["ETag"] != first.headers["ETag"]


# A form of somebody else's


def test_no_page_acts_on_a_form_that_is_not_ours(bureau: Bureau) -> None:
    """Every address that takes a form, sent to by another site in the officer's own browser."""
    item_id, sri = bureau.item(), bureau.browser("sri")
    before = bureau.register.views.position()
    values = {"code": "uji", "decision": "archive", "row": 1, "item_id": item_id}
    tried = 0
    for rule in bureau.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint.startswith("api."):
            continue
        arguments = {name: values.get(name, str(item_id)) for name in rule.arguments}
        built = rule.build(arguments)
        assert built is not None
        for token in ({}, {"csrf_token": "palsu"}, {"csrf_token": ""}):
            answer = sri.client.post(built[1], data={**token, "tampilkan_lagi": "1"})
            assert answer.status_code == 400, rule.endpoint
        tried += 1
    assert tried > 40
    assert bureau.register.views.position() == before
    assert sri.get("/uji/pekerjaan").status_code == 200, "nor is he signed out"


def test_the_form_of_one_officer_is_not_acted_on_for_another(bureau: Bureau) -> None:
    sri, made = bureau.browser("sri"), bureau.browser("made")
    page = sri.get("/uji/akun").text
    token = re.findall(r'name="csrf_token" value="([^"]*)"', page)[0]
    answer = made.client.post("/uji/akun/sesi/akhiri", data={"csrf_token": token, "key": "semua"})

    assert answer.status_code == 403
    assert sri.get("/uji/pekerjaan").status_code == 200


# A session


def test_a_session_id_that_was_brought_along_is_never_taken_on(bureau: Bureau) -> None:
    browser = bureau.browser()
    browser.client.set_cookie("sidik", "dibawa-penyerang")
    page = browser.get("/masuk")
    first = page.headers["Set-Cookie"]
    answer = browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
    second = answer.headers["Set-Cookie"]
    assert "dibawa-penyerang" not in first + second
    assert first.split(";")[0] != second.split(";")[0], "signing in begins a new one"
    for said in (first, second):
        assert "HttpOnly" in said
        assert "SameSite=Lax" in said
    stolen = bureau.app.test_client()
    stolen.set_cookie("sidik", first.split(";")[0].removeprefix("sidik="))
    assert stolen.get("/uji/pekerjaan").status_code == 302


def test_over_https_the_cookie_goes_nowhere_else(bureau: Bureau) -> None:
    answer = bureau.serve(secure=True).test_client().get("/masuk", base_url="https://localhost")

    assert answer.headers["Set-Cookie"].startswith("__Host-sidik=")
    assert "Secure" in answer.headers["Set-Cookie"]
