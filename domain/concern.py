"""What an officer, an approver or a panel should see of an item, though nothing forbids it.

Findings are not stored: they are asked anew, so that a law that changes after the test shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from domain import law_check
from domain.calendar import spelled
from domain.item import Item, Status
from domain.law import LawRegister
from domain.procedure import Sop, outside_effective_dates
from domain.reasoning import gaps
from domain.rule import Finding, cite

POLICY_WORDS = re.compile(
    r"\b(keputusan|ketetapan|peraturan|surat edaran|putusan|surat perintah penghentian)\b", re.I
)
"""What UU 14/2008 Ps 18(1) names; whether all of it is meant is open to reading, so it warns."""


def of_item(item: Item, *, law: LawRegister, sop: Sop, on: date) -> tuple[Finding, ...]:
    """Everything to look at before deciding on this item, most pressing first."""
    if item.status in (Status.UNKNOWN, Status.WITHDRAWN):
        return ()
    return tuple(_of_test(item, law, on)) + tuple(_of_item(item, law, sop, on))


def stale(item: Item, *, law: LawRegister, on: date) -> Iterator[Finding]:
    """The laws named in the test that changed after it: the item should be tested anew."""
    if item.test is None or item.tested_on is None:
        return
    for key in dict.fromkeys(named.key for named in item.test.laws):
        if law.changed_after(key, item.tested_on, on):
            known = law.instrument(key)
            yield Finding(
                code="law-changed-after-test",
                text=f"{known or key} berubah sesudah pengujian {spelled(item.tested_on)}; "
                "pengujian perlu diulang.",
                basis=str(cite("pp-61-2010", "10", "2")),
                field="laws",
                value=key,
            )


def _of_test(item: Item, law: LawRegister, on: date) -> Iterator[Finding]:
    yield from stale(item, law=law, on=on)
    if item.test is None:
        return
    categories = law.categories(on)
    for named in item.test.laws:
        yield from law_check.check(named, law, on)
    yield from law_check.check_basis(item.test.laws, law, on)
    yield from law_check.check_consequence(
        item.test.grounds, item.test.consequence_if_opened, categories
    )
    if item.override:
        yield from gaps(item.test)


def _of_item(item: Item, law: LawRegister, sop: Sop, on: date) -> Iterator[Finding]:
    if item.particulars:
        if met := POLICY_WORDS.search(item.particulars.title):
            yield Finding(
                code="policy-document",
                text=f"Judul memuat “{met[0]}”: ketetapan, keputusan, peraturan, dan putusan "
                "pada dasarnya tidak dapat dikecualikan. Pastikan yang ditutup hanya bagiannya.",
                basis=str(cite("uu-14-2008", "18", "1")),
                field="title",
                value=item.particulars.title,
            )
        yield from law_check.check_information(
            item.particulars.grounds, item.particulars.title, law.categories(on)
        )
    own, _ = sop
    if own and (finding := outside_effective_dates(own, on)):
        yield finding
