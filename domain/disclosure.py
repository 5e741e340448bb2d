"""Which contents of an item's facts anybody may read, as a copy of its evidence hands them out.

A fact is handed out whole or not at all, for its commitment is to all of its bytes. So what holds
anything that the public page would not tell is withheld from a public copy; that it exists, when
it was recorded and of what kind it is stays proven. A panel gets everything: it hears in closed
session and keeps the secret (UU 14/2008 Ps 43(3)-(4)).
"""

from __future__ import annotations

from typing import Any

from domain.item import (
    Approved,
    Confirmed,
    ConsequenceTested,
    Corrected,
    Declassified,
    Determined,
    NoticeRecomputed,
    OpeningApproved,
    PeriodEventRecorded,
    Reclassified,
    ReviewRaised,
    Revised,
    Submitted,
    Uploaded,
)
from domain.publication import NUMBERED, Snapshot
from domain.rule import cite

HEARD_IN_CLOSED_SESSION = cite("uu-14-2008", "43", "3")
MEMBERS_KEEP_THE_SECRET = cite("uu-14-2008", "43", "4")

READ_BY_ALL = ("title", "summary", "holder")
"""What anybody reads of an item and can be corrected."""


def is_public(fact: Any) -> bool:
    """Whether a fact holds nothing that is closed, no place of storage and no officer's remark.

    What this does not know is withheld. The row of an old list (`TakenOver`) is, for nobody has
    looked at its words yet.
    """
    match fact:
        case (
            Submitted(particulars=particulars)
            | Confirmed(particulars=particulars)
            | Revised(particulars=particulars)
        ):
            return particulars.closed is None
        case ConsequenceTested(test=test):
            return not test.reference  # it may name who asked
        case Approved(note=note) | OpeningApproved(note=note):
            return not note
        case Declassified(why=why, evidence=evidence):
            return not evidence or why in NUMBERED
        case Corrected(field=field):
            return field in READ_BY_ALL
        case (
            Determined()
            | Reclassified()
            | Uploaded()
            | PeriodEventRecorded()
            | NoticeRecomputed()
            | ReviewRaised()
            | Snapshot()
        ):
            return True
    return False
