"""Accounts: what is kept of secrets, who may sign in, and how failing slows down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from psycopg.sql import SQL, Identifier

from adapters.accounts import (
    FREE_FAILURES_PER_LOGIN,
    SESSION_IDLE,
    SESSION_LIFE,
    AccountTrouble,
    PostgresAccounts,
)
from adapters.database import Database
from tests.conftest import REGISTER

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


@pytest.mark.parametrize("age", [SESSION_IDLE, SESSION_LIFE])
def test_a_session_ends_when_idle_and_when_old(accounts: PostgresAccounts, age: timedelta) -> None:
    accounts.save_session("id", {"role": "x"}, "sri", NOW)

    assert accounts.load_session("id", NOW + timedelta(minutes=1)) == {"role": "x"}
    assert accounts.load_session("id", NOW + age + timedelta(seconds=61)) is None


def test_use_keeps_a_session_alive_but_not_beyond_its_life(accounts: PostgresAccounts) -> None:
    accounts.save_session("id", {}, "sri", NOW)
    moment = NOW
    while moment < NOW + SESSION_LIFE - timedelta(minutes=50):
        moment += timedelta(minutes=50)
        assert accounts.load_session("id", moment) is not None

    assert accounts.load_session("id", NOW + SESSION_LIFE + timedelta(seconds=1)) is None


def test_a_new_password_and_a_closed_account_end_every_session(
    accounts: PostgresAccounts,
) -> None:
    accounts.save_session("one", {}, "sri", NOW)
    accounts.set_password("sri", "kata-sandi-yang-lain")
    assert accounts.load_session("one", NOW) is None

    accounts.save_session("two", {}, "sri", NOW)
    token = accounts.issue_token("sri", role="auditor", label="a", expires_at=SOON, at=NOW)
    accounts.disable("sri")
    assert accounts.load_session("two", NOW) is None
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
    assert accounts.revoke_tokens("sri", "x", NOW) == 1
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

    assert accounts.load_session("new", NOW) is not None
    assert accounts.load_session("old", NOW - timedelta(days=2)) is None


def test_every_process_signs_its_forms_alike(database: Database) -> None:
    first, second = PostgresAccounts(database), PostgresAccounts(database)

    assert first.form_key() == second.form_key()
    assert len(first.form_key()) == 64
