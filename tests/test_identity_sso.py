"""Signing in through a provider: a small one of our own on this machine, honest or not."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from tests.bureau import NOW, PASSWORD, Browser, Bureau, found_in, open_bureau
from web.sso import Settings, SsoTrouble, read


@dataclass
class Provider:
    """Says of everybody what the test wants it to say."""

    issuer: str = ""
    subject: str = "orang-1"
    groups: Any = field(default_factory=lambda: ["ppid-utama"])
    lies: dict[str, Any] = field(default_factory=dict)  # claims to say otherwise
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signs_with: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Flask:
        app = Flask("provider")

        @app.get("/.well-known/openid-configuration")
        def about() -> Response:
            ends = {"authorization": "auth", "token": "token"}
            return jsonify(
                issuer=self.issuer,
                jwks_uri=f"{self.issuer}/keys",
                id_token_signing_alg_values_supported=["RS256"],
                **{f"{end}_endpoint": f"{self.issuer}/{at}" for end, at in ends.items()},
            )

        @app.get("/keys")
        def keys() -> Response:
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.get("/auth")
        def auth() -> Any:
            code = f"code-{len(self.asked)}"
            self.asked[code] = request.args.to_dict()
            back = {"code": code, "state": request.args["state"]}
            return redirect(f"{request.args['redirect_uri']}?{urlencode(back)}")

        @app.post("/token")
        def token() -> Any:
            asked = self.asked.pop(request.form["code"], None)
            proof = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
            if asked is None or asked["code_challenge"] != challenge:
                return jsonify(error="invalid_grant"), 400
            claims = {
                "iss": self.issuer,
                "sub": self.subject,
                "aud": "sidik",
                "exp": int(time.time()) + 60,
                "iat": int(time.time()),
                "nonce": asked["nonce"],
                **({"auth_time": int(time.time())} if "max_age" in asked else {}),
                "groups": self.groups,
                "email": "sri@contoh.go.id",
                **self.lies,
            }
            signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signs_with or self.key)
            return jsonify(access_token="a", token_type="Bearer", id_token=signed)

        return app


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture
def provider(bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider, and the bureau's web set to it."""
    provider = Provider()
    served = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{served.server_port}"
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    monkeypatch.setattr(bureau, "app", bureau.serve(single_sign_on=setting(tmp_path, provider)))
    yield provider
    served.shutdown()
    thread.join()
    for login in ("sri", "made"):
        for one in bureau.accounts.identities(login):
            bureau.accounts.unlink_identity(login, one.issuer, one.subject)


def setting(folder: Path, provider: Provider) -> Settings:
    (folder / "rahasia").write_text("rahasia-klien\n")
    (folder / "oidc.toml").write_text(
        f"""
issuer = "{provider.issuer}"
client_id = "sidik"
client_secret_file = "rahasia"
name = "SSO Pemprov"

[groups]
ppid-utama = {{ body = "uji", role = "ppid-utama" }}
pembantu = [{{ body = "uji", role = "ppid-pembantu" }}, {{ body = "lain", role = "pimpinan" }}]
semua-jabatan = {{ body = "lain", role = "ppid-utama" }}
"""
    )
    return read(folder / "oidc.toml")


def there_and_back(browser: Browser, leave: str = "/masuk/sso") -> Any:
    """Off to the provider and back, as a browser follows."""
    gone = browser.get(leave)
    assert gone.status_code == 302, gone.text
    back = requests.get(gone.location, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return browser.get(f"{parts.path}?{parts.query}")


def link(bureau: Bureau, login: str, subject: str, provider: Provider) -> None:
    bureau.accounts.link_identity(login, provider.issuer, subject, NOW)


def test_an_officer_links_his_identity_himself_and_then_signs_in_with_it(
    bureau: Bureau, provider: Provider
) -> None:
    sri = bureau.browser("sri")
    early = sri.get("/masuk/sso?untuk=tautkan")
    assert early.status_code == 403, "he has not proved himself"
    page = sri.submit("/uji/akun/identitas", {}, opened="/uji/akun")
    assert "/masuk/sso?untuk=tautkan" in page.text
    assert there_and_back(sri, "/masuk/sso?untuk=tautkan").location.endswith("/uji/akun?tercatat=1")

    browser = bureau.browser()
    assert "Masuk lewat SSO Pemprov" in browser.get("/masuk").text
    entered = there_and_back(browser, "/masuk/sso?lanjut=/uji/daftar")
    assert entered.location == "/uji/daftar"
    assert "PPID Utama" in browser.get("/uji/akun").text


def test_a_link_on_another_site_links_nothing(bureau: Bureau, provider: Provider) -> None:
    """Where he is signed in at the provider as somebody else, without knowing it."""
    sri = bureau.browser("sri")
    sri.submit("/uji/akun/identitas", {}, opened="/uji/akun")
    there_and_back(sri, "/masuk/sso?untuk=tautkan")
    provider.subject = "penyerang"

    assert sri.get("/masuk/sso?untuk=tautkan").status_code == 403, "proved, but not asked for"
    assert {one.subject for one in bureau.accounts.identities("sri")} == {"orang-1"}


@pytest.mark.parametrize("lie", [None, "kemarin", 1])
def test_a_provider_that_let_him_through_unasked_proves_nothing(
    bureau: Bureau, provider: Provider, lie: Any
) -> None:
    link(bureau, "sri", provider.subject, provider)
    browser = bureau.browser()
    there_and_back(browser)
    provider.lies = {"auth_time": lie}

    assert there_and_back(browser, "/masuk/sso?untuk=bukti").status_code == 403
    page = browser.get("/uji/akun").text
    token = found_in(page, r'name="csrf_token" value="([^"]*)"')
    asked = browser.client.post("/uji/akun/pemulihan", data={"csrf_token": token})
    assert 'id="langkah-bukti"' in asked.text


def test_an_identity_that_is_not_linked_opens_nothing_whatever_its_mail_address(
    bureau: Bureau, provider: Provider
) -> None:
    bureau.accounts.set_email("sri", "sri@contoh.go.id")
    answer = there_and_back(bureau.browser())

    assert answer.status_code == 403
    assert "belum ditautkan" in answer.text


def test_an_identity_of_another_cannot_be_taken(bureau: Bureau, provider: Provider) -> None:
    link(bureau, "made", provider.subject, provider)
    sri = bureau.browser("sri")
    sri.submit("/uji/akun/identitas", {}, opened="/uji/akun")

    answer = there_and_back(sri, "/masuk/sso?untuk=tautkan")
    assert answer.status_code == 409
    assert "akun lain" in answer.text


@pytest.mark.parametrize("groups", [[], ["semua-jabatan"], ["ppid-utama"], "ppid-utama", {"a": 1}])
def test_a_group_gives_no_office_that_the_facts_do_not_give(
    bureau: Bureau, provider: Provider, groups: Any
) -> None:
    link(bureau, "made", provider.subject, provider)  # PPID Pembantu by decree
    provider.groups = groups
    browser = bureau.browser()

    assert there_and_back(browser).status_code == 403
    assert browser.get("/uji/pekerjaan").status_code == 302


def test_only_offices_that_the_table_names_are_left(bureau: Bureau, provider: Provider) -> None:
    link(bureau, "made", provider.subject, provider)
    provider.groups = ["pembantu"]
    browser = bureau.browser()

    assert there_and_back(browser).status_code == 303
    page = browser.get("/uji/akun").text
    assert "Tim Pertimbangan" not in page, "he holds it as Plh, and no group of his names it"
    refused = browser.submit("/uji/jabatan", {"role": "tim-pertimbangan"}, opened="/uji/akun")
    assert refused.status_code == 403
    assert "Tim Pertimbangan" in bureau.browser("made").get("/uji/akun").text


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://jahat.example"},
        {"aud": "lain"},
        {"nonce": "lain"},
        {"exp": 1},
        {"sub": ""},
        {"sub": None},
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    bureau: Bureau, provider: Provider, lies: dict[str, Any]
) -> None:
    link(bureau, "sri", provider.subject, provider)
    provider.lies = lies
    browser = bureau.browser()

    assert there_and_back(browser).status_code == 403
    assert browser.get("/uji/pekerjaan").status_code == 302


def test_an_answer_signed_by_somebody_else_or_sent_twice_is_refused(
    bureau: Bureau, provider: Provider
) -> None:
    link(bureau, "sri", provider.subject, provider)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert there_and_back(bureau.browser()).status_code == 403
    provider.signs_with = None
    browser, other = bureau.browser(), bureau.browser()
    gone = browser.get("/masuk/sso")
    asked = parse_qs(urlsplit(gone.location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"] != asked["state"]
    back = requests.get(gone.location, allow_redirects=False, timeout=10).headers["Location"]
    path = f"{urlsplit(back).path}?{urlsplit(back).query}"
    assert other.get(path).status_code == 400, "somebody else's browser did not ask"
    assert browser.get(path).status_code == 303
    assert browser.get(path).status_code == 400


def test_a_session_of_the_provider_proves_itself_there_where_it_has_nothing_else(
    bureau: Bureau, provider: Provider
) -> None:
    link(bureau, "sri", provider.subject, provider)
    browser = bureau.browser()
    there_and_back(browser)
    page = browser.get("/uji/akun").text
    token = found_in(page, r'name="csrf_token" value="([^"]*)"')
    asked = browser.client.post("/uji/akun/pemulihan", data={"csrf_token": token})
    assert "Buktikan lewat SSO Pemprov" in asked.text
    gone = browser.get("/masuk/sso?untuk=bukti").location
    assert "prompt=login" in gone
    assert "Terbukti" in there_and_back(browser, "/masuk/sso?untuk=bukti").text
    shown = browser.client.post("/uji/akun/pemulihan", data={"csrf_token": token})
    assert "Kode pemulihan" in shown.text
    link(bureau, "made", "orang-2", provider)
    provider.subject, provider.groups = "orang-2", ["pembantu"]
    other = there_and_back(browser, "/masuk/sso?untuk=bukti")
    assert other.status_code == 403
    bureau.accounts.drop_factors("sri")


def test_an_invitation_is_taken_up_with_an_identity(bureau: Bureau, provider: Provider) -> None:
    bureau.accounts.invite("sri.kedua", officer_id="sri", body="uji")
    invitation = bureau.accounts.make_link("sri.kedua", "invitation", by="ani", at=NOW)
    provider.subject = "orang-9"
    browser = bureau.browser()
    page = browser.get(f"/tautan/{invitation}").text
    leave = found_in(page, r'href="(/masuk/sso\?[^"]+)"').replace("&amp;", "&")

    assert there_and_back(browser, leave).status_code == 303
    assert browser.get("/uji/pekerjaan").status_code == 200
    assert there_and_back(bureau.browser(), leave).status_code == 410
    recovery = bureau.accounts.make_link("sri", "recovery", by="ani", at=NOW)
    wrong = there_and_back(bureau.browser(), f"/masuk/sso?untuk=undangan&tautan={recovery}")
    assert wrong.status_code == 404


def test_a_provider_that_is_away_leaves_the_other_ways_open(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = setting(tmp_path, Provider(issuer="http://127.0.0.1:9"))
    monkeypatch.setattr(bureau, "app", bureau.serve(single_sign_on=away))
    answer = bureau.browser().get("/masuk/sso")

    assert answer.status_code == 503
    assert "tidak dapat dihubungi" in answer.text
    assert bureau.browser("sri").get("/uji/pekerjaan").status_code == 200
    assert (
        bureau.browser().submit("/masuk", {"login": "sri", "password": PASSWORD}).status_code == 303
    )


def test_a_web_without_a_provider_has_no_such_way(bureau: Bureau) -> None:
    assert bureau.browser().get("/masuk/sso").status_code == 404
    assert "SSO" not in bureau.browser().get("/masuk").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("client_id", "client_id"),
        ("issuer", "issuer"),
        ("http-issuer", "https"),
        ("role", "raja"),
        ("secret", "rahasia"),
        ("broken", "tidak terbaca"),
    ],
)
def test_a_faulty_setting_is_named(tmp_path: Path, changed: str, said: str) -> None:
    lines = {
        "issuer": 'issuer = "https://sso.contoh.go.id"',
        "client_id": 'client_id = "sidik"',
        "client_secret_file": 'client_secret_file = "rahasia"',
        "groups": '[groups]\na = { body = "uji", role = "auditor" }',
    }
    (tmp_path / "rahasia").write_text("x")
    lines.pop(changed, None)
    if changed == "http-issuer":
        lines["issuer"] = 'issuer = "http://sso.contoh.go.id"'
    if changed == "role":
        lines["groups"] = '[groups]\na = { body = "uji", role = "raja" }'
    if changed == "secret":
        (tmp_path / "rahasia").unlink()
    text = "\n".join(lines.values())
    (tmp_path / "oidc.toml").write_text("= " if changed == "broken" else text)
    with pytest.raises(SsoTrouble, match=said):
        read(tmp_path / "oidc.toml")


def test_what_the_provider_is_told_says_nothing_of_the_register(
    bureau: Bureau, provider: Provider
) -> None:
    gone = bureau.browser().get("/masuk/sso?lanjut=/uji/daftar").location

    assert "daftar" not in json.dumps(parse_qs(urlsplit(gone).query))
