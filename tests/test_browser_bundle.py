"""A bundle made from a real register, in the page that a panel opens with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from adapters.evidence import verifikasi as verifier
from adapters.evidence.bundle import Copy
from adapters.evidence.handover import PDF, ZIP
from tests.evidence_bundles import as_text
from tests.evidence_page import PAGE
from tests.offices import Office, open_office
from tests.test_browser_evidence import PAGE_SAYS
from tests.test_evidence_verifiers import own

pytestmark = pytest.mark.browser

TOMORROW = datetime.now(UTC).date() + timedelta(days=1)


@pytest.fixture(scope="module")
def office(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with open_office(server, template, tmp_path_factory.mktemp("kunci")) as opened:
        yield opened


@pytest.fixture(scope="module")
def item(office: Office) -> UUID:
    return office.closed_item()


@pytest.mark.parametrize("form", [ZIP, PDF])
@pytest.mark.parametrize("copy", list(Copy))
def test_page_and_program_say_the_same_of_what_was_really_handed_out(
    chromium: Browser, office: Office, item: UUID, form: str, copy: Copy
) -> None:
    file = office.make(item, form=form, copy=copy, refused_on=TOMORROW).file
    told = verifier.verify(verifier.read_bytes(file), own(office.policy), [], TOMORROW.isoformat())
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(PAGE.as_uri())
    policy = as_text(office.policy.encode())
    shown = page.evaluate(PAGE_SAYS, [as_text(file), policy, [], TOMORROW.isoformat()])
    context.close()

    assert told.conclusion == shown["conclusion"] == "match"
    assert shown["lines"] == [
        [one.code, one.outcome, one.subject, one.reason] for one in told.lines
    ]
    assert shown["answer"] == told.answer
