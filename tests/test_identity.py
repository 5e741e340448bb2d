"""Identity over HTTP: proving oneself anew, second factors, links, and typed forms that survive."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from html import unescape
from typing import Any

import pyotp
import pytest
from aiosmtpd.controller import Controller
from psycopg.sql import SQL, Identifier

from adapters import registers
from adapters.mail import MailTrouble, Outbox, server
from domain import officer
from domain.officer import Authority
from tests.bureau import (
    NOW,
    ORDINARY,
    PASSWORD,
    Browser,
    Bureau,
    found_in,
    open_bureau,
    prove_with,
)

PROPOSAL = {
    "particulars.title": 'Judul yang "diketik" & <belum> dikirim',
    "particulars.form": "both",
}


@pytest.fixture(scope="module")
def opened(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as bureau:
        yield bureau


@pytest.fixture
def bureau(opened: Bureau) -> Bureau:
    """The bureau on Monday morning, with nothing but passwords."""
    opened.clock.at = NOW
    with opened.database.connect() as connection:
        for table in ("totp", "passkey", "recovery_code", "sign_in_failure", "session"):
            connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        connection.execute("DELETE FROM api_token")
        connection.execute("DELETE FROM account WHERE login = 'dewi'")
    for login in ("sri", "made"):
        opened.accounts.create(login, officer_id=login, body="uji", password=PASSWORD)
    return opened


def fields_of(page: str, of: str = "") -> dict[str, str]:
    """The hidden entries of a page, or of the form that goes to one address."""
    part = page[page.index(f'action="{of}"') :] if of else page
    part = part[: part.index("</form>")]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', part)
    return {name: unescape(value) for name, value in found}


def post(browser: Browser, address: str, typed: dict[str, Any], opened: str = "") -> Any:
    """Send a form without proving anything by the way."""
    page = browser.get(opened or address).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return browser.client.post(address, data={**hidden, **typed})


def decree_form(bureau: Bureau) -> str:
    """Where a draft that waits for its number is issued."""
    before = {row["id"] for row in bureau.register.views.decrees()}
    bureau.item("draft")
    [new] = {row["id"] for row in bureau.register.views.decrees()} - before
    return f"/uji/penetapan/{new}/tindakan/issue"


def issued(bureau: Bureau) -> set[str]:
    return {row["number"] for row in bureau.register.views.decrees(stage="issued")}


# Step-up


def test_determining_asks_for_a_proof_keeps_what_was_typed_and_is_done_once(
    bureau: Bureau,
) -> None:
    sri, form = bureau.browser("sri"), decree_form(bureau)
    asked = post(sri, form, {"number": 'SK-7 "A" & <B>', "place": "Palangka Raya"})

    assert asked.status_code == 200
    assert "Buktikan bahwa ini Anda" in asked.text
    assert "Terbitkan" in asked.text
    before = issued(bureau)

    wrong = sri.client.post(form, data=prove_with(asked.text, bukti="salah"))
    assert wrong.status_code == 422
    assert "tidak cocok" in wrong.text
    sent = prove_with(wrong.text, bukti=PASSWORD)
    done = sri.client.post(form, data=sent)
    again = sri.client.post(form, data=sent)
    assert (done.status_code, again.status_code) == (303, 303)
    assert issued(bureau) - before == {'SK-7 "A" & <B>'}
    with bureau.database.connect() as connection:
        kept = str(connection.execute("SELECT s::text FROM answer s").fetchall())
        kept += str(connection.execute("SELECT s::text FROM session s").fetchall())
    assert PASSWORD not in kept


def test_a_proof_lasts_five_minutes_and_not_into_another_session(bureau: Bureau) -> None:
    sri, form = bureau.browser("sri"), decree_form(bureau)
    sri.proved(post(sri, form, {"number": "SK-1"}))
    second, third = decree_form(bureau), decree_form(bureau)

    bureau.clock.at += timedelta(minutes=4)
    assert post(sri, second, {"number": "SK-2"}).status_code == 303
    assert "Buktikan" in post(bureau.browser("sri"), third, {"number": "SK-3"}).text
    bureau.clock.at += timedelta(minutes=2)
    assert "Buktikan" in post(sri, third, {"number": "SK-3"}).text


@pytest.mark.parametrize("decision", ["approve_opening", "declassify"])
def test_opening_asks_for_a_proof_and_other_acts_do_not(bureau: Bureau, decision: str) -> None:
    item_id = bureau.item("upload")
    browser = bureau.browser("wayan" if decision == "approve_opening" else "sri")
    typed = {"why": "ruling", "evidence": "Putusan 1/2026", "note": ""}
    asked = post(browser, f"/uji/butir/{item_id}/tindakan/{decision}", typed)

    assert "Buktikan bahwa ini Anda" in asked.text
    assert fields_of(asked.text, f"/uji/butir/{item_id}/tindakan/{decision}")["why"] == "ruling"
    other = bureau.item("submit")
    typed = {"reason": "Ditarik pengusul"}
    answer = post(bureau.browser("made"), f"/uji/butir/{other}/tindakan/withdraw", typed)
    assert "Buktikan" not in answer.text


def test_guessing_a_proof_slows_down(bureau: Bureau) -> None:
    sri, form = bureau.browser("sri"), decree_form(bureau)
    page = post(sri, form, {"number": "SK-1"})
    for _ in range(6):
        page = sri.client.post(form, data=prove_with(page.text, bukti="salah"))

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0


def test_a_token_does_what_its_scopes_say(bureau: Bureau) -> None:
    def caller(*scopes: str) -> Any:
        made = bureau.caller("sri", "ppid-utama")
        made.token = bureau.accounts.issue_token(
            "sri",
            role="ppid-utama",
            label="x",
            at=NOW,
            expires_at=NOW + timedelta(days=1),
            scopes=scopes,
        )
        return made

    item_id = bureau.item("upload")
    address, body = f"/items/{item_id}/acts/declassify", {"why": "ruling", "evidence": "P-1/2026"}
    version = {
        "If_Match": bureau.caller("sri", "ppid-utama").get(f"/items/{item_id}").headers["ETag"]
    }
    reading, acting = caller("baca"), caller("baca", "putuskan")

    assert reading.get(f"/items/{item_id}").status_code == 200
    for refused in (reading.post(address, body, **version), acting.post(address, body, **version)):
        assert refused.status_code == 403
        assert refused.content_type == "application/problem+json"
        assert "lingkup" in refused.json["detail"]
    assert "putuskan" in reading.post(address, body, **version).json["detail"]
    assert "tetapkan" in acting.post(address, body, **version).json["detail"]
    determining = caller("baca", "tetapkan")
    assert determining.post(address, body, **version).status_code == 200
    hold = {"kind": "dispute", "reference": "1/2026", "reason": "Sengketa"}
    other = determining.post(f"/items/{bureau.item('upload')}/acts/hold", hold, If_Match='"8"')
    assert "putuskan" in other.json["detail"]


# Second factors


def enrolled(bureau: Bureau, login: str = "sri") -> tuple[pyotp.TOTP, list[str]]:
    secret = bureau.accounts.begin_codes(login, bureau.clock.at)
    app = pyotp.TOTP(secret)
    bureau.accounts.confirm_codes(login, app.at(bureau.clock.at), bureau.clock.at)
    codes = bureau.accounts.new_recovery_codes(login)
    bureau.clock.at += timedelta(seconds=60)
    return app, codes


def test_an_app_is_set_up_on_the_account_page_and_asked_for_from_then_on(bureau: Bureau) -> None:
    sri = bureau.browser("sri")
    page = sri.submit("/uji/akun/kode", {}, opened="/uji/akun")
    assert "<svg" in page.text
    secret = found_in(page.text, r'class="secret">([^<]+)<').replace(" ", "")
    wrong = sri.client.post(
        "/uji/akun/kode/pasang", data={**fields_of(page.text, "/uji/akun/kode/pasang"), "code": "1"}
    )
    assert wrong.status_code == 422
    assert secret == found_in(wrong.text, r'class="secret">([^<]+)<').replace(" ", "")
    code = pyotp.TOTP(secret).at(bureau.clock.at)
    shown = sri.client.post(
        "/uji/akun/kode/pasang",
        data={**fields_of(wrong.text, "/uji/akun/kode/pasang"), "code": code},
    )
    codes = re.findall(r"<li><code>([^<]+)</code>", shown.text)
    assert len(codes) == 10
    assert codes[0] not in sri.get("/uji/akun").text

    browser = bureau.browser()
    second = browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
    assert "Langkah kedua" in second.text
    assert browser.get("/uji/pekerjaan").status_code == 302, "half way is not in"
    hidden = fields_of(second.text, "/masuk/kedua")
    replayed = browser.client.post("/masuk/kedua", data={**hidden, "code": code})
    assert "sudah dipakai" in replayed.text
    bureau.clock.at += timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(bureau.clock.at)
    entered = browser.client.post("/masuk/kedua", data={**hidden, "code": code})
    assert entered.status_code == 303
    assert browser.get("/uji/pekerjaan").status_code == 200


def test_a_recovery_code_stands_in_for_the_app_once(bureau: Bureau) -> None:
    _, codes = enrolled(bureau)
    for expected in (303, 422):
        browser = bureau.browser()
        page = browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
        hidden = fields_of(page.text, "/masuk/kedua")
        answer = browser.client.post("/masuk/kedua", data={**hidden, "code": codes[0]})
        assert answer.status_code == expected


def test_the_second_step_out_of_order_or_too_late_leads_to_the_first(bureau: Bureau) -> None:
    app, _ = enrolled(bureau)
    browser = bureau.browser()
    hidden = fields_of(browser.get("/masuk").text, "/masuk")
    early = browser.client.post("/masuk/kedua", data={**hidden, "code": "123456"})
    assert early.status_code == 422
    assert "Mulailah lagi" in early.text
    page = browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
    hidden = fields_of(page.text, "/masuk/kedua")
    bureau.clock.at += timedelta(minutes=6)
    late = browser.client.post("/masuk/kedua", data={**hidden, "code": app.at(bureau.clock.at)})
    assert late.status_code == 422
    assert browser.get("/uji/pekerjaan").status_code == 302


def test_whoever_has_a_second_factor_proves_himself_with_it(bureau: Bureau) -> None:
    form = decree_form(bureau)
    app, codes = enrolled(bureau)
    browser = bureau.browser()
    page = browser.submit("/masuk", {"login": "sri", "password": PASSWORD})
    hidden = fields_of(page.text, "/masuk/kedua")
    browser.client.post("/masuk/kedua", data={**hidden, "code": app.at(bureau.clock.at)})
    asked = post(browser, form, {"number": "SK-9"})

    by_password = browser.client.post(form, data=prove_with(asked.text, bukti=PASSWORD))
    assert by_password.status_code == 422
    used = browser.client.post(form, data=prove_with(asked.text, bukti=app.at(bureau.clock.at)))
    assert "sudah dipakai" in used.text
    assert browser.client.post(form, data=prove_with(used.text, bukti=codes[1])).status_code == 303


@pytest.mark.parametrize("sent", ["", "{}", "[]", '{"id":"AA","response":{}}', "x" * 30_000])
def test_what_is_no_passkey_opens_nothing(bureau: Bureau, sent: str) -> None:
    browser = bureau.browser()
    hidden = fields_of(browser.get("/masuk").text, "/masuk")
    answer = browser.client.post("/masuk/kunci", data={**hidden, "kunci": sent})

    assert answer.status_code == 422
    assert browser.get("/uji/pekerjaan").status_code == 302


# Account page


def test_every_sensitive_change_of_an_account_needs_a_proof(bureau: Bureau) -> None:
    sri = bureau.browser("sri")
    new = "kata-sandi-yang-baru"
    changes: dict[str, dict[str, Any]] = {
        "/uji/akun/sandi": {"password": new, "again": new},
        "/uji/akun/kode": {},
        "/uji/akun/kode/lepas": {},
        "/uji/akun/kode/pasang": {"code": "123456"},
        "/uji/akun/kunci": {"kunci": "{}", "label": "x"},
        "/uji/akun/kunci/lepas": {"id": "AA"},
        "/uji/akun/pemulihan": {},
        "/uji/akun/identitas": {},
        "/uji/akun/identitas/lepas": {},
    }
    for address, typed in changes.items():
        asked = post(sri, address, typed, opened="/uji/akun")
        assert "Buktikan bahwa ini Anda" in asked.text, address
    token = {"label": "x", "role": "ppid-utama", "days": "30", "scopes": ["baca"]}
    assert "Buktikan" in post(sri, "/uji/akun/token", token).text
    assert not bureau.accounts.tokens("sri")


def test_a_new_password_ends_the_other_sessions_and_not_this_one(bureau: Bureau) -> None:
    sri, elsewhere = bureau.browser("sri"), bureau.browser("sri")
    new = "kata-sandi-yang-baru"
    answer = sri.submit("/uji/akun/sandi", {"password": new, "again": new}, opened="/uji/akun")

    assert answer.status_code == 303
    assert sri.get("/uji/akun").status_code == 200
    assert elsewhere.get("/uji/akun").status_code == 302
    for faulty in ({"password": "pendek", "again": "pendek"}, {"password": new, "again": "lain"}):
        assert sri.submit("/uji/akun/sandi", faulty, opened="/uji/akun").status_code == 422


def test_sessions_are_seen_and_ended_one_by_one_or_all(bureau: Bureau) -> None:
    sri, second, third = (bureau.browser("sri") for _ in range(3))
    page = sri.get("/uji/akun", headers={"User-Agent": "x"}).text
    assert page.count('name="key" value="') == 3  # two others, and all of them
    key = found_in(page, r'name="key" value="([0-9a-f]{64})"')
    sri.submit("/uji/akun/sesi/akhiri", {"key": key}, opened="/uji/akun")
    left = [b for b in (second, third) if b.get("/uji/akun").status_code == 200]
    assert len(left) == 1
    sri.submit("/uji/akun/sesi/akhiri", {"key": "semua"}, opened="/uji/akun")
    assert left[0].get("/uji/akun").status_code == 302
    assert sri.get("/uji/akun").status_code == 200
    gone = sri.submit("/uji/akun/sesi/akhiri", {"key": key}, opened="/uji/akun")
    assert gone.status_code == 404


def test_a_token_is_shown_once_and_revoked_by_its_holder(bureau: Bureau) -> None:
    sri = bureau.browser("sri")
    typed = {"label": "Situs PPID", "role": "ppid-utama", "days": "30", "scopes": ["putuskan"]}
    page = sri.submit("/uji/akun/token", typed)
    token = found_in(page.text, r'shown-once">(sidik_[^<]+)<')

    assert token not in sri.get("/uji/akun/token").text
    bearer = bureau.accounts.bearer(token, bureau.clock.at)
    assert bearer is not None
    assert bearer.scopes == {"baca", "putuskan"}
    token_id = found_in(page.text, r'name="id" value="([0-9a-f-]{36})"')
    luh = bureau.browser("made")
    typed = {"id": token_id}
    assert luh.submit("/uji/akun/token/cabut", typed, opened="/uji/akun/token").status_code == 404
    assert sri.submit("/uji/akun/token/cabut", typed, opened="/uji/akun/token").status_code == 303
    assert bureau.accounts.bearer(token, bureau.clock.at) is None


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        ({"label": " "}, "Beri nama"),
        ({"role": "pimpinan"}, "tidak Anda pegang"),
        ({"days": "99999"}, "masa berlaku"),
        ({"scopes": ["semua"]}, "tidak dikenal"),
    ],
)
def test_a_faulty_token_is_refused_beside_its_field(
    bureau: Bureau, faulty: dict[str, Any], said: str
) -> None:
    typed = {"label": "Situs", "role": "ppid-utama", "days": "30", "scopes": ["baca"], **faulty}
    answer = bureau.browser("sri").submit("/uji/akun/token", typed)

    assert answer.status_code == 422
    assert said in answer.text


# Invitations and recoveries


class Letters:
    """A real mail server on this machine that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content)
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        self.got.append((envelope.rcpt_tos, body.decode()))
        return "250 OK"


@pytest.fixture
def post_office() -> Iterator[tuple[Letters, Outbox]]:
    letters = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    outbox = Outbox(f"smtp://127.0.0.1:{port}?from=sidik@contoh.go.id")
    yield letters, outbox
    outbox.close()
    controller.stop()


def arrived(outbox: Outbox) -> None:
    """Wait until everything handed over so far has been sent."""
    outbox._hand.submit(lambda: None).result(timeout=10)


def appoint(bureau: Bureau, officer_id: str) -> None:
    ledger = bureau.register.ledger
    if ledger.recall(officer, officer.id_of(officer_id)).version:
        return
    registers.appoint(
        ledger, officer_id, name="Dewi (fiktif)", position="P", unit="dinkes", stamp=ORDINARY
    )
    right = Authority(role="petugas-ppid", unit="dinkes", decree_no="SK", since=NOW.date())
    registers.grant(ledger, officer_id, [right], stamp=ORDINARY)
    bureau.register.views.catch_up()


def invite(browser: Browser, **typed: str) -> Any:
    return browser.submit(
        "/uji/pengaturan/akun", {"officer_id": "dewi", "login": "dewi", "email": "", **typed}
    )


def test_an_invitation_is_handed_over_and_taken_up_without_mail(bureau: Bureau) -> None:
    appoint(bureau, "dewi")
    page = invite(bureau.browser("ani"))
    link = found_in(page.text, r'shown-once">http://localhost(/tautan/[^<]+)<')
    new = "kata-sandi-milik-dewi"

    dewi = bureau.browser()
    assert "Terima undangan" in dewi.get(link).text
    assert dewi.get(link).status_code == 200, "looking uses nothing up"
    for faulty in ({"password": new, "again": "lain"}, {"password": "x", "again": "x"}):
        assert dewi.submit(link, faulty).status_code == 422
    taken = dewi.submit(link, {"password": new, "again": new})
    assert "Kata sandi sudah dibuat" in taken.text
    entered = dewi.submit("/masuk", {"login": "dewi", "password": new})
    assert entered.location == "/uji/pekerjaan"
    again = dewi.get(link)
    assert again.status_code == 410
    assert "sudah dipakai" in again.text
    assert dewi.get("/tautan/tidak-pernah-ada").status_code == 404


def test_an_expired_link_says_so(bureau: Bureau) -> None:
    appoint(bureau, "dewi")
    page = invite(bureau.browser("ani"))
    link = found_in(page.text, r'shown-once">http://localhost(/tautan/[^<]+)<')
    bureau.clock.at += timedelta(days=8)

    answer = bureau.browser().get(link)
    assert answer.status_code == 410
    assert "kedaluwarsa" in answer.text


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        ({"officer_id": "siapa"}, "Belum ada pejabat"),
        ({"officer_id": "sri"}, "sudah mempunyai akun"),
        ({"login": ""}, "Wajib diisi"),
        ({"login": "Dewi Ayu"}, "tidak sah"),
        ({"login": "sri"}, "sudah dipakai"),
        ({"email": "bukan surel"}, "surel"),
    ],
)
def test_a_faulty_invitation_is_refused_beside_its_field(
    bureau: Bureau, faulty: dict[str, str], said: str
) -> None:
    appoint(bureau, "dewi")
    answer = invite(bureau.browser("ani"), **faulty)

    assert answer.status_code == 422
    assert said in answer.text


def test_only_the_admin_keeps_accounts_and_only_those_of_his_body(bureau: Bureau) -> None:
    assert bureau.browser("sri").get("/uji/pengaturan/akun").status_code == 403
    made = bureau.browser("made")
    typed = {"officer_id": "sri", "login": "sri2", "email": ""}
    assert made.submit("/uji/pengaturan/akun", typed, opened="/uji/akun").status_code == 403
    ani = bureau.browser("ani")
    change = "/uji/pengaturan/akun/luh/tutup"
    assert ani.submit(change, {}, opened="/uji/pengaturan/akun").status_code == 404
    assert bureau.accounts.find("luh") is not None


def test_the_admin_recovers_closes_and_resets_and_the_holder_sees_it(bureau: Bureau) -> None:
    enrolled(bureau)
    ani, at = bureau.browser("ani"), "/uji/pengaturan/akun"
    page = ani.submit(f"{at}/sri/tautan", {}, opened=at)
    assert "Tautan pemulihan untuk sri" in page.text
    assert ani.submit(f"{at}/sri/faktor", {}, opened=at).status_code == 303
    assert not bureau.accounts.factors("sri").any
    sri = bureau.browser("sri")
    events = sri.get("/uji/akun").text
    assert "Tautan pemulihan dibuat" in events
    assert "oleh admin (ani)" in events
    ani.submit(f"{at}/sri/tutup", {}, opened=at)
    assert sri.get("/uji/akun").status_code == 302
    assert ani.submit(f"{at}/sri/tautan", {}, opened=at).status_code == 409
    ani.submit(f"{at}/sri/buka", {}, opened=at)
    assert bureau.browser("sri").get("/uji/akun").status_code == 200
    assert ani.submit(f"{at}/ani/tutup", {}, opened=at).status_code == 409
    assert ani.submit(f"{at}/sri/ledakkan", {}, opened=at).status_code == 404


def test_mail_brings_links_to_the_address_that_is_kept_and_tells_of_changes(
    bureau: Bureau,
    post_office: tuple[Letters, Outbox],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    letters, outbox = post_office
    app = bureau.serve(mail=outbox, address="https://sidik.contoh.go.id")
    monkeypatch.setattr(bureau, "app", app)
    appoint(bureau, "dewi")
    page = invite(bureau.browser("ani"), email="dewi@contoh.go.id")
    assert "Juga sudah dikirim" in page.text
    arrived(outbox)
    [(to, text)] = letters.got
    assert to == ["dewi@contoh.go.id"]
    link = found_in(text, r"https://sidik\.contoh\.go\.id(/tautan/\S+)")
    new = "kata-sandi-milik-dewi"
    bureau.browser().submit(link, {"password": new, "again": new})
    arrived(outbox)
    assert "baru saja diganti" in letters.got[1][1]

    asked = bureau.browser().client
    page = Browser(asked).submit("/masuk/pulih", {"login": "dewi"})
    unknown = Browser(asked).submit("/masuk/pulih", {"login": "tidak-ada"})
    arrived(outbox)
    strip = re.compile(r'value="[^"]*"|nonce')
    assert strip.sub("", page.text) == strip.sub("", unknown.text), "the answers are alike"
    assert len(letters.got) == 3
    recovery = found_in(letters.got[2][1], r"https://sidik\.contoh\.go\.id(/tautan/\S+)")
    forged = asked.get(recovery, headers={"Host": "jahat.example"})
    assert "jahat" not in forged.text
    assert "dewi@contoh" not in caplog.text


def test_asking_for_links_without_end_is_slowed_down(
    bureau: Bureau, post_office: tuple[Letters, Outbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = bureau.serve(mail=post_office[1], address="https://sidik.contoh.go.id")
    monkeypatch.setattr(bureau, "app", app)
    answers = [
        bureau.browser().submit("/masuk/pulih", {"login": f"orang{n}"}).status_code
        for n in range(23)
    ]

    assert answers[0] == 200
    assert answers[-1] == 429


def test_a_forgotten_password_is_replaced_with_a_recovery_code(bureau: Bureau) -> None:
    app, codes = enrolled(bureau)
    browser, new = bureau.browser(), "kata-sandi-pengganti"
    wrong = browser.submit(
        "/masuk/pulih/kode", {"login": "sri", "code": "salah"}, opened="/masuk/pulih"
    )
    unknown = browser.submit(
        "/masuk/pulih/kode", {"login": "hantu", "code": codes[0]}, opened="/masuk/pulih"
    )
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    led = browser.submit(
        "/masuk/pulih/kode", {"login": "sri", "code": codes[0]}, opened="/masuk/pulih"
    )
    browser.submit(led.location, {"password": new, "again": new})
    second = browser.submit("/masuk", {"login": "sri", "password": new})
    assert "Langkah kedua" in second.text, "the code replaced the password, not the app"
    hidden = fields_of(second.text, "/masuk/kedua")
    entered = browser.client.post("/masuk/kedua", data={**hidden, "code": app.at(bureau.clock.at)})
    assert entered.status_code == 303
    assert bureau.browser().get("/masuk/pulih").status_code == 200
    without_mail = browser.submit("/masuk/pulih", {"login": "sri"})
    assert without_mail.status_code == 404


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://h:abc", "smtp://h?from=nobody"])
def test_a_faulty_mail_setting_is_named(url: str) -> None:
    with pytest.raises(MailTrouble, match="SIDIK_SMTP_URL"):
        server(url)


def test_a_mail_server_that_is_not_there_stops_nobody(bureau: Bureau) -> None:
    outbox = Outbox("smtp://127.0.0.1:9?from=sidik@contoh.go.id")
    assert outbox.send("x@contoh.go.id", "S", "T").result(timeout=30) is False
    outbox.close()


# What was typed survives


def typed_by(bureau: Bureau, login: str) -> tuple[Browser, dict[str, str]]:
    browser = bureau.browser(login)
    page = browser.get("/uji/butir/baru").text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return browser, {**hidden, **PROPOSAL}


def items(bureau: Bureau) -> int:
    bureau.register.views.catch_up()
    return sum(bureau.register.views.counts().values())


def test_a_form_sent_after_the_session_ended_is_found_again_and_not_done(bureau: Bureau) -> None:
    browser, sent = typed_by(bureau, "made")
    bureau.clock.at += timedelta(hours=2)
    before = items(bureau)
    door = browser.client.post("/uji/butir/baru", data=sent)

    assert door.status_code == 403
    assert "isian Anda tidak hilang" in door.text
    failed = browser.client.post(
        "/masuk", data={**fields_of(door.text, "/masuk"), "login": "made", "password": "salah"}
    )
    assert failed.status_code == 422
    entered = browser.client.post(
        "/masuk", data={**fields_of(failed.text, "/masuk"), "login": "made", "password": PASSWORD}
    )
    assert "Kembali ke isian saya" in entered.text
    form = browser.client.post("/uji/butir/baru", data=fields_of(entered.text, "/uji/butir/baru"))
    assert form.status_code == 409
    assert "belum ada yang dicatat" in form.text
    assert PROPOSAL["particulars.title"] in unescape(form.text)
    assert "bawa" not in form.text
    assert items(bureau) == before


def test_what_one_officer_typed_is_not_handed_to_another(bureau: Bureau) -> None:
    browser, sent = typed_by(bureau, "made")
    bureau.clock.at += timedelta(hours=2)
    door = browser.client.post("/uji/butir/baru", data=sent)
    entered = browser.client.post(
        "/masuk", data={**fields_of(door.text, "/masuk"), "login": "budi", "password": PASSWORD}
    )

    assert entered.status_code == 403
    assert "diketik pejabat lain" in entered.text
    assert PROPOSAL["particulars.title"] not in unescape(entered.text)


def test_typed_in_one_session_and_sent_in_the_next_the_form_comes_back(bureau: Bureau) -> None:
    browser, sent = typed_by(bureau, "made")
    browser.submit("/keluar", {}, opened="/uji/akun")
    browser.submit("/masuk", {"login": "made", "password": PASSWORD})
    before = items(bureau)
    form = browser.client.post("/uji/butir/baru", data=sent)

    assert form.status_code == 409
    assert PROPOSAL["particulars.title"] in unescape(form.text)
    browser.submit("/keluar", {}, opened="/uji/akun")
    browser.submit("/masuk", {"login": "budi", "password": PASSWORD})
    assert browser.client.post("/uji/butir/baru", data=sent).status_code == 403
    assert items(bureau) == before


def test_a_second_factor_does_not_lose_what_was_typed(bureau: Bureau) -> None:
    browser, sent = typed_by(bureau, "made")
    bureau.clock.at += timedelta(hours=2)
    app, _ = enrolled(bureau, "made")
    door = browser.client.post("/uji/butir/baru", data=sent)
    second = browser.client.post(
        "/masuk", data={**fields_of(door.text, "/masuk"), "login": "made", "password": PASSWORD}
    )
    entered = browser.client.post(
        "/masuk/kedua",
        data={**fields_of(second.text, "/masuk/kedua"), "code": app.at(bureau.clock.at)},
    )

    kept = fields_of(entered.text, "/uji/butir/baru")
    assert kept["particulars.title"] == PROPOSAL["particulars.title"]


def test_a_page_without_a_form_of_its_own_shows_what_was_sent(bureau: Bureau) -> None:
    browser = bureau.browser("made")
    page = browser.get("/uji/akun").text
    token = found_in(page, r'name="csrf_token" value="([^"]*)"')
    browser.submit("/keluar", {}, opened="/uji/akun")
    browser.submit("/masuk", {"login": "made", "password": PASSWORD})
    answer = browser.client.post("/uji/jabatan", data={"csrf_token": token, "role": "auditor"})

    assert answer.status_code == 409
    assert "Kirim lagi" in answer.text
    assert "auditor" in answer.text


@pytest.mark.parametrize("secret", ["password", "again", "bukti", "bukti_kunci", "kunci"])
def test_no_password_is_ever_carried_or_shown(bureau: Bureau, secret: str) -> None:
    browser = bureau.browser("made")
    page = browser.get("/uji/akun").text
    token = found_in(page, r'name="csrf_token" value="([^"]*)"')
    browser.submit("/keluar", {}, opened="/uji/akun")
    sent = {"csrf_token": token, "label": "Ponsel", secret: "rahasia-sekali-ini"}
    door = browser.client.post("/uji/akun/sandi", data=sent)
    assert "Ponsel" in door.text
    assert "rahasia-sekali-ini" not in door.text
    browser.submit("/masuk", {"login": "made", "password": PASSWORD})
    again = browser.client.post("/uji/akun/sandi", data=sent)
    assert again.status_code == 409
    assert "Ponsel" in again.text
    assert "rahasia-sekali-ini" not in again.text


def test_a_form_that_is_not_ours_is_carried_nowhere(bureau: Bureau) -> None:
    browser = bureau.browser()
    forged = browser.client.post("/uji/butir/baru", data={**PROPOSAL, "csrf_token": "palsu"})
    assert forged.status_code == 400
    assert PROPOSAL["particulars.title"] not in unescape(forged.text)
    hidden = fields_of(browser.get("/masuk").text, "/masuk")
    lure = {**hidden, "bawa_ke": "//jahat.example/", "bawa_tanda": "palsu", "bawa-x": "y"}
    answer = browser.client.post("/masuk", data={**lure, "login": "made", "password": PASSWORD})
    assert answer.status_code == 403


def test_a_stale_page_to_sign_in_keeps_what_it_carries(bureau: Bureau) -> None:
    browser, sent = typed_by(bureau, "made")
    bureau.clock.at += timedelta(hours=2)
    door = browser.client.post("/uji/butir/baru", data=sent)
    bureau.clock.at += timedelta(hours=2)  # the session of the door itself has ended
    kept = {**fields_of(door.text, "/masuk"), "login": "made", "password": PASSWORD}
    stale = browser.client.post("/masuk", data=kept)
    assert stale.status_code == 400
    assert "sekali lagi" in stale.text
    entered = browser.client.post(
        "/masuk", data={**fields_of(stale.text, "/masuk"), "login": "made", "password": PASSWORD}
    )
    assert "Kembali ke isian saya" in entered.text
