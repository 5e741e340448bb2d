"""Whatever is killed, whenever: what was acknowledged is there, and it is there once."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from random import Random

import pytest

from adapters.codec import decode
from adapters.database import open_database
from adapters.registers import (
    Register,
    add_unit,
    adopt,
    appoint,
    find_register,
    grant,
    open_register,
)
from domain import item
from domain.body import Established
from domain.calendar import Week
from domain.history import Stamp
from domain.item import Opening, Status
from domain.officer import Authority
from scheduler.clockwork import tick
from tests import until_killed
from tests.conftest import REGISTER
from tests.places import access_to
from tests.until_killed import AT, OFFICER, TODAY, UNIT, Told

KILLS = int(os.environ.get("SIDIK_KILLS", "12"))
SECONDS_MAX = 0.8  # of work before the kill


@pytest.fixture
def register(database_url: str) -> Register:
    """A body with one officer."""
    with open_database(access=access_to(database_url)) as database:
        stamp = Stamp(at=AT, on=TODAY, by="pengelola")
        established = Established(
            code=REGISTER,
            name="Badan Contoh",
            seat="Palangka Raya",
            zone="Asia/Pontianak",
            zone_name="WIB",
            week=Week.FIVE,
        )
        made = open_register(database, established, stamp=stamp)
        add_unit(made.ledger, code=UNIT, name="Inspektorat", stamp=stamp)
        appoint(made.ledger, OFFICER, name="Made", position="Kepala", unit=UNIT, stamp=stamp)
        office = Authority(role="ppid-utama", unit="", decree_no="SK/1", since=TODAY)
        grant(made.ledger, OFFICER, [office], stamp=stamp)
        adopt(made.ledger, "kalteng-diskominfo-2024", unit="", since=TODAY, stamp=stamp)
    return made


def killed_again_and_again(url: str, kills: int) -> tuple[list[Told], int]:
    """All that was acknowledged, and how often somebody was killed before he could tell."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([until_killed.__name__])
    chance = Random(kills)
    told: list[Told] = []
    silent = 0
    for seed in range(kills):
        mine, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=until_killed.work, args=(url, seed, theirs))
        worker.start()
        theirs.close()
        heard = 0
        if mine.poll(30):  # it has begun
            worker.join(chance.uniform(0, SECONDS_MAX))
        worker.kill()
        worker.join()
        assert worker.exitcode == -9, "it was to be killed, not to fail"
        while True:
            try:
                facts = mine.recv()
            except EOFError:
                break
            heard += 1
            told += facts
        silent += not heard
    return told, silent


def test_killing_it_loses_nothing_that_was_acknowledged_and_doubles_nothing(
    register: Register, database_url: str
) -> None:
    told, silent = killed_again_and_again(database_url, KILLS)
    assert len(told) > 10 * KILLS, "there was something to lose"
    assert silent < KILLS / 2

    with open_database(access=access_to(database_url)) as database:
        kept = find_register(database, REGISTER)
        unfinished = tick(kept, on=TODAY, at=AT)
        again = tick(kept, on=TODAY, at=AT)
        noted = list(kept.ledger.stream())
        causes = {
            (str(subject_id), version): decode(tag, state).cause
            for _, subject_id, version, tag, state, _ in noted
        }
        once = Counter(
            (tag, subject_id)
            for _, subject_id, _, tag, _, _ in noted
            if tag in ("item.submitted", "item.taken_over", "item.determined", "item.declassified")
        )
        corrections = Counter(
            (causes[str(subject_id), version], subject_id)
            for _, subject_id, version, tag, _, _ in noted
            if tag == "item.corrected"
        )
        items = {subject_id for _, subject_id, _, tag, _, _ in noted if tag == "item.determined"}
        statuses = {kept.ledger.recall(item, item_id).state.status for item_id in items}
        differences = kept.views.compare()

    assert [each for each in told if causes.get(each[1:]) != each[0]] == []
    assert [position for position, *_ in noted] == list(range(1, len(noted) + 1))
    assert set(once.values()) | set(corrections.values()) == {1}
    assert all(recorded.fact.why is Opening.BY_LAW for recorded in unfinished)
    assert again == []
    assert statuses == {Status.OPEN}
    assert differences == []
