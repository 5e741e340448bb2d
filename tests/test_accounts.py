"""Accounts: what is kept of secrets, who may sign in, and how failing slows down."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import Type, extract_parameters
from psycopg.sql import SQL, Identifier

from adapters.account_sessions import SESSION_IDLE, SESSION_LIFE
from adapters.accounts import FREE_FAILURES_PER_LOGIN, AccountTrouble, PostgresAccounts
from adapters.database import Database
from adapters.second_factors import Checked
from tests.conftest import REGISTER

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
PASSWORD = "kata-sandi-yang-panjang"


@pytest.fixture
def accounts(database: Database) -> PostgresAccounts:
    """One account: Sri, PPID Utama of the register under test."""
    accounts = PostgresAccounts(database)
    accounts.create("sri", officer_id="sri.r", body=REGISTER, password=PASSWORD)
    return accounts


def test_the_right_password_opens_and_nothing_secret_is_kept(
    accounts: PostgresAccounts, database: Database
) -> None:
    attempt = accounts.sign_in("sri", PASSWORD, address="10.0.0.1", at=NOW)
    token = accounts.issue_token("sri", role="ppid-utama", label="uji", expires_at=SOON, at=NOW)
    accounts.save_session("rahasia-kuki", {"role": "ppid-utama"}, "sri", NOW)

    assert attempt.account is not None
    assert (attempt.account.officer_id, attempt.account.body) == ("sri.r", REGISTER)
    with database.connect() as connection:
        kept = ""
        for table in ("account", "session", "api_token", "answer"):
            query = SQL("SELECT t::text FROM {} t").format(Identifier(table))
            kept += str(connection.execute(query).fetchall())
    assert "argon2id" in kept
    for secret in (PASSWORD, token, token.removeprefix("sidik_"), "rahasia-kuki"):
        assert secret not in kept


def test_a_password_costs_who_guesses_it_as_much_as_the_standard_wants() -> None:
    """Asked of the program itself, since tests sign in more cheaply."""
    ask = "from adapters.accounts import PostgresAccounts as a; print(a.HASHER.hash('kata sandi'))"
    told = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True)

    kept = extract_parameters(told.stdout.strip())
    assert kept.type is Type.ID
    assert kept.memory_cost >= 64 * 1024
    assert kept.time_cost >= 3


def test_wrong_passwords_and_unknown_logins_look_alike(accounts: PostgresAccounts) -> None:
    wrong = accounts.sign_in("sri", "bukan ini", address="10.0.0.1", at=NOW)
    unknown = accounts.sign_in("siapa", PASSWORD, address="10.0.0.1", at=NOW)

    assert wrong == unknown
    assert wrong.account is None


def test_who_keeps_failing_waits_longer_even_with_the_right_password(
    accounts: PostgresAccounts,
) -> None:
    for _ in range(FREE_FAILURES_PER_LOGIN + 1):
        accounts.sign_in("sri", "salah", address="10.0.0.1", at=NOW)
    first = accounts.sign_in("sri", PASSWORD, address="10.0.0.2", at=NOW).wait_seconds
    later = NOW + timedelta(seconds=first)
    accounts.sign_in("sri", "salah", address="10.0.0.1", at=later)
    second = accounts.sign_in("sri", PASSWORD, address="10.0.0.2", at=later).wait_seconds

    assert 0 < first < second
    patient = later + timedelta(seconds=second)
    assert accounts.sign_in("sri", PASSWORD, address="10.0.0.2", at=patient).account


def test_one_address_trying_many_accounts_is_slowed_down_too(accounts: PostgresAccounts) -> None:
    accounts._failed(["address:10.9.9.9"] * 1, NOW)
    for _ in range(25):
        accounts._failed(["address:10.9.9.9"], NOW)

    assert accounts.sign_in("sri", PASSWORD, address="10.9.9.9", at=NOW).wait_seconds > 0
    assert accounts.sign_in("sri", PASSWORD, address="10.9.9.8", at=NOW).account


def kept(accounts: PostgresAccounts, session_id: str, at: datetime) -> Any:
    """What a session holds, or None where it is over."""
    found = accounts.open_session(session_id, at)
    return found[0] if found else None


@pytest.mark.parametrize("age", [SESSION_IDLE, SESSION_LIFE])
def test_a_session_ends_when_idle_and_when_old(accounts: PostgresAccounts, age: timedelta) -> None:
    accounts.save_session("id", {"role": "x"}, "sri", NOW)

    assert kept(accounts, "id", NOW + timedelta(minutes=1)) == {"role": "x"}
    assert kept(accounts, "id", NOW + age + timedelta(seconds=61)) is None


def test_use_keeps_a_session_alive_but_not_beyond_its_life(accounts: PostgresAccounts) -> None:
    accounts.save_session("id", {}, "sri", NOW)
    moment = NOW
    while moment < NOW + SESSION_LIFE - timedelta(minutes=50):
        moment += timedelta(minutes=50)
        assert kept(accounts, "id", moment) is not None

    assert kept(accounts, "id", NOW + SESSION_LIFE + timedelta(seconds=1)) is None


def test_a_new_password_and_a_closed_account_end_every_session(
    accounts: PostgresAccounts,
) -> None:
    accounts.save_session("one", {}, "sri", NOW)
    accounts.set_password("sri", "kata-sandi-yang-lain", NOW)
    assert kept(accounts, "one", NOW) is None

    accounts.save_session("two", {}, "sri", NOW)
    token = accounts.issue_token("sri", role="auditor", label="a", expires_at=SOON, at=NOW)
    accounts.disable("sri", NOW)
    assert kept(accounts, "two", NOW) is None
    assert accounts.bearer(token, NOW) is None
    assert accounts.sign_in("sri", "kata-sandi-yang-lain", address="a", at=NOW).account is None


def test_a_token_speaks_for_one_office_until_it_expires_or_is_revoked(
    accounts: PostgresAccounts,
) -> None:
    token = accounts.issue_token("sri", role="ppid-utama", label="x", expires_at=SOON, at=NOW)
    bearer = accounts.bearer(token, NOW)

    assert bearer is not None
    assert (bearer.account.login, bearer.role) == ("sri", "ppid-utama")
    assert accounts.bearer(token + "x", NOW) is None
    assert accounts.bearer(token, SOON) is None
    [issued] = accounts.tokens("sri")
    assert not accounts.revoke_token("budi", issued.id, NOW)
    assert accounts.revoke_token("sri", issued.id, NOW)
    assert accounts.bearer(token, NOW) is None


def test_an_answer_is_remembered_for_whoever_asked(accounts: PostgresAccounts) -> None:
    assert accounts.begin(REGISTER, "sri.r", "k", b"one", NOW) is None
    accounts.finish(REGISTER, "sri.r", "k", {"status": 200})

    again = accounts.begin(REGISTER, "sri.r", "k", b"one", NOW)
    other = accounts.begin(REGISTER, "sri.r", "k", b"two", NOW)
    assert again is not None
    assert (again.same, again.response) == (True, {"status": 200})
    assert other is not None
    assert not other.same
    assert accounts.begin(REGISTER, "made", "k", b"one", NOW) is None


def test_a_key_given_up_may_be_used_again_but_an_answered_one_may_not(
    accounts: PostgresAccounts,
) -> None:
    accounts.begin(REGISTER, "sri.r", "k", b"one", NOW)
    accounts.give_up(REGISTER, "sri.r", "k")
    assert accounts.begin(REGISTER, "sri.r", "k", b"two", NOW) is None

    accounts.finish(REGISTER, "sri.r", "k", {"status": 200})
    accounts.give_up(REGISTER, "sri.r", "k")
    assert accounts.begin(REGISTER, "sri.r", "k", b"two", NOW) is not None


@pytest.mark.parametrize(
    ("login", "body", "password", "why"),
    [
        ("Sri Rahayu", REGISTER, PASSWORD, "tidak sah"),
        ("budi", "lain", PASSWORD, "belum ada"),
        ("budi", REGISTER, "pendek", "karakter"),
    ],
)
def test_a_faulty_account_is_refused_with_a_sentence(
    accounts: PostgresAccounts, login: str, body: str, password: str, why: str
) -> None:
    with pytest.raises(AccountTrouble, match=why):
        accounts.create(login, officer_id="x", body=body, password=password)


def test_tidying_leaves_what_still_serves(accounts: PostgresAccounts) -> None:
    accounts.save_session("old", {}, "sri", NOW - timedelta(days=2))
    accounts.save_session("new", {}, "sri", NOW)
    accounts.tidy(NOW)

    assert kept(accounts, "new", NOW) is not None
    assert kept(accounts, "old", NOW - timedelta(days=2)) is None


def test_every_process_signs_its_forms_alike(database: Database) -> None:
    first, second = PostgresAccounts(database), PostgresAccounts(database)

    assert first.form_key() == second.form_key()
    assert len(first.form_key()) == 64


def test_a_session_that_goes_on_under_a_new_id_grows_no_younger(
    accounts: PostgresAccounts,
) -> None:
    accounts.save_session("one", {"n": 1}, "sri", NOW)
    later = NOW + timedelta(minutes=50)
    accounts.save_session("two", {"n": 1}, "sri", later, continues="one")

    assert kept(accounts, "two", later) == {"n": 1}
    almost = NOW + SESSION_LIFE - timedelta(minutes=1)
    accounts.save_session("two", {"n": 1}, "sri", almost)
    assert kept(accounts, "two", almost + timedelta(seconds=30)) is not None
    assert kept(accounts, "two", almost + timedelta(minutes=2)) is None


def test_a_session_is_listed_and_ended_by_its_holder_alone(
    accounts: PostgresAccounts, database: Database
) -> None:
    accounts.create("budi", officer_id="budi", body=REGISTER, password=PASSWORD)
    accounts.save_session("one", {}, "sri", NOW, address="10.0.0.1", agent="Firefox")
    accounts.save_session("two", {}, "sri", SOON)

    latest, first = accounts.sessions("sri", SOON)
    assert (first.address, first.agent) == ("10.0.0.1", "Firefox")
    assert kept(accounts, first.key, SOON) is None, "its name opens nothing"
    assert not accounts.revoke_session("budi", first.key, SOON)
    assert accounts.revoke_session("sri", first.key, SOON)
    assert kept(accounts, "one", SOON) is None
    accounts.save_session("one", {"back": True}, "sri", SOON)  # a request that was under way
    assert kept(accounts, "one", SOON) is None
    assert [one.key for one in accounts.sessions("sri", SOON)] == [latest.key]


def test_an_invited_account_opens_by_its_link_alone_and_once(accounts: PostgresAccounts) -> None:
    accounts.invite("luh", officer_id="luh", body=REGISTER, email="luh@contoh.go.id")
    link = accounts.make_link("luh", "invitation", by="ani", at=NOW)

    assert accounts.sign_in("luh", "", address="a", at=NOW).account is None
    found = accounts.link(link, NOW)
    assert found is not None
    assert (found.account.login, found.purpose, found.state) == ("luh", "invitation", "open")
    assert accounts.link("tebakan", NOW) is None
    assert accounts.take_link(link, NOW)
    assert not accounts.take_link(link, NOW)
    accounts.set_password("luh", PASSWORD, NOW)
    assert accounts.sign_in("luh", PASSWORD, address="a", at=NOW).account
    used = accounts.link(link, NOW)
    assert used is not None
    assert used.state == "used"


def test_a_link_ends_by_time_and_by_the_next_one(accounts: PostgresAccounts) -> None:
    first = accounts.make_link("sri", "recovery", by="ani", at=NOW)
    second = accounts.make_link("sri", "recovery", by="ani", at=SOON)

    assert not accounts.take_link(first, SOON)
    assert not accounts.take_link(second, SOON + timedelta(days=1))
    assert accounts.take_link(second, SOON + timedelta(hours=23))


def test_who_asks_for_a_link_gets_one_at_a_time_and_only_by_mail(
    accounts: PostgresAccounts,
) -> None:
    assert accounts.ask_for_link("sri", NOW) is None, "no address is known"
    accounts.set_email("sri", "sri@contoh.go.id")
    asked = accounts.ask_for_link("sri", NOW)
    assert asked is not None
    link, address = asked
    assert address == "sri@contoh.go.id"
    assert accounts.ask_for_link("sri", NOW + timedelta(minutes=1)) is None
    assert accounts.ask_for_link("siapa", NOW) is None
    assert accounts.take_link(link, NOW)
    assert accounts.ask_for_link("sri", NOW + timedelta(minutes=6)) is not None


@pytest.mark.parametrize(
    "email", ["bukan", "a@b@c", "a b@c.id", "x@y.id\r\nBcc: z@y.id", "<a@b.id>"]
)
def test_an_address_that_cannot_be_written_to_is_refused(
    accounts: PostgresAccounts, email: str
) -> None:
    with pytest.raises(AccountTrouble, match="surel"):
        accounts.set_email("sri", email)


def test_a_secret_that_nobody_confirmed_is_not_shown_for_ever(accounts: PostgresAccounts) -> None:
    secret = accounts.begin_codes("sri", NOW)

    assert accounts.begin_codes("sri", SOON) == secret
    assert accounts.begin_codes("sri", NOW + timedelta(hours=1)) != secret


def code_of(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def test_a_code_of_an_app_is_taken_once_and_nothing_older_after_it(
    accounts: PostgresAccounts,
) -> None:
    secret = accounts.begin_codes("sri", NOW)
    assert accounts.begin_codes("sri", NOW) == secret, "the picture may be shown again"
    assert not accounts.prove("sri", code_of(secret, NOW), at=NOW).right, "not confirmed yet"
    assert accounts.confirm_codes("sri", "000000", NOW) is Checked.WRONG
    assert accounts.confirm_codes("sri", code_of(secret, NOW), NOW) is Checked.RIGHT
    assert accounts.prove("sri", code_of(secret, NOW), at=NOW).used

    later = NOW + timedelta(seconds=30)
    early = code_of(secret, later + timedelta(seconds=30))  # a clock ahead of ours
    assert accounts.prove("sri", f" {early[:3]} {early[3:]} ", at=later).right
    assert accounts.prove("sri", code_of(secret, later), at=later).used
    assert not accounts.prove("sri", PASSWORD, at=later).right, "the password proves no more"
    far = later + timedelta(minutes=10)
    assert not accounts.prove("sri", code_of(secret, later + timedelta(minutes=5)), at=far).right
    with pytest.raises(AccountTrouble, match="lepaskan dahulu"):
        accounts.begin_codes("sri", far)


def test_a_recovery_code_serves_once_and_is_kept_as_a_hash(
    accounts: PostgresAccounts, database: Database
) -> None:
    secret = accounts.begin_codes("sri", NOW)
    accounts.confirm_codes("sri", code_of(secret, NOW), NOW)
    first, second, *_ = accounts.new_recovery_codes("sri")
    with database.connect() as connection:
        kept = str(connection.execute("SELECT r::text FROM recovery_code r").fetchall())

    assert first.replace("-", "") not in kept
    assert accounts.prove("sri", first.upper().replace("-", " "), at=NOW).right
    assert accounts.prove("sri", first, at=NOW).used
    assert accounts.recover("sri", second, address="a", at=NOW).right
    assert not accounts.recover("sri", second, address="a", at=NOW).right
    assert not accounts.recover("siapa", second, address="a", at=NOW).right
    assert accounts.factors("sri").recovery_left == 8
    accounts.new_recovery_codes("sri")
    assert accounts.factors("sri").recovery_left == 10


def test_without_a_second_factor_the_password_proves_and_failing_slows_down(
    accounts: PostgresAccounts,
) -> None:
    assert accounts.prove("sri", PASSWORD, at=NOW).right
    for _ in range(FREE_FAILURES_PER_LOGIN + 1):
        accounts.prove("sri", "salah", at=NOW)
    assert accounts.prove("sri", PASSWORD, at=NOW).wait_seconds > 0
    assert accounts.sign_in("sri", PASSWORD, address="a", at=NOW).account


def test_a_passkey_counts_its_uses_so_that_a_copy_is_noticed(accounts: PostgresAccounts) -> None:
    def add(passkey_id: bytes = b"k") -> None:
        accounts.add_passkey(
            "sri", passkey_id, rp_id="localhost", public_key=b"p", sign_count=1, label="x", at=NOW
        )

    add()
    with pytest.raises(AccountTrouble, match="sudah terdaftar"):
        add()
    passkey = accounts.passkey(b"k")
    assert passkey is not None
    assert accounts.factors("sri").any
    assert accounts.passkey_used(passkey, 2, NOW)
    assert not accounts.passkey_used(passkey, 2, NOW), "it was at one when this was asked"
    assert not accounts.drop_passkey("budi", b"k")
    accounts.disable("sri", NOW)
    assert accounts.passkey(b"k") is None
    accounts.drop_factors("sri")
    assert not accounts.factors("sri").any


def test_an_identity_belongs_to_one_account(accounts: PostgresAccounts) -> None:
    accounts.create("budi", officer_id="budi", body=REGISTER, password=PASSWORD)
    accounts.link_identity("sri", "https://sso", "123", NOW)
    accounts.link_identity("sri", "https://sso", "123", NOW)

    with pytest.raises(AccountTrouble, match="akun lain"):
        accounts.link_identity("budi", "https://sso", "123", NOW)
    found = accounts.identified("https://sso", "123", NOW)
    assert found is not None
    assert found.login == "sri"
    assert accounts.identified("https://lain", "123", NOW) is None
    accounts.disable("sri", NOW)
    assert accounts.identified("https://sso", "123", NOW) is None


def test_a_token_does_what_it_was_issued_for_and_is_ended_by_its_holder_alone(
    accounts: PostgresAccounts,
) -> None:
    accounts.create("budi", officer_id="budi", body=REGISTER, password=PASSWORD)
    given: Any = {"role": "ppid-utama", "label": "x", "expires_at": SOON, "at": NOW}
    token = accounts.issue_token("sri", scopes=["tetapkan", "baca"], **given)
    [kept] = accounts.tokens("sri")
    bearer = accounts.bearer(token, NOW)

    assert bearer is not None
    assert bearer.scopes == {"baca", "tetapkan"}
    assert kept.serves(NOW)
    assert not kept.serves(SOON)
    assert not accounts.revoke_token("budi", kept.id, NOW)
    assert accounts.revoke_token("sri", kept.id, NOW)
    assert accounts.bearer(token, NOW) is None
    for faulty in (["semua", "baca"], ["putuskan"], []):
        with pytest.raises(AccountTrouble, match="Lingkup"):
            accounts.issue_token("sri", scopes=faulty, **given)


def test_the_keeper_sees_every_account_of_his_body_and_no_secret(
    accounts: PostgresAccounts,
) -> None:
    accounts.invite("luh", officer_id="luh", body=REGISTER)
    accounts.make_link("luh", "invitation", by="ani", at=NOW)
    accounts.save_session("one", {}, "sri", NOW)

    luh, sri = accounts.kept(REGISTER, NOW)
    assert (luh.login, luh.taken_up, luh.seen_at) == ("luh", False, None)
    assert luh.invited_until is not None
    assert (sri.login, sri.taken_up, sri.seen_at) == ("sri", True, NOW)
    with pytest.raises(AccountTrouble, match="sudah dipakai"):
        accounts.invite("sri", officer_id="x", body=REGISTER)


def test_what_is_done_to_an_account_is_kept_for_its_holder(accounts: PostgresAccounts) -> None:
    accounts.note("sri", "recovery", NOW, by="ani")
    accounts.note("sri", "password", SOON)

    assert [(e.what, e.by) for e in accounts.events("sri")] == [
        ("password", ""),
        ("recovery", "ani"),
    ]
    assert [e.what for e in accounts.events("sri", limit=1)] == ["password"]
