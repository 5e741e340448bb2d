"""That snapshots of the published list are in the log, and none is missing: for anybody to check.

The facts of snapshots are a history like an item's, so the evidence is that of an item, without
the question that only items are asked.
"""

from __future__ import annotations

import json

from adapters.evidence.bundle import Copy, bukti, evidence
from adapters.evidence.handover import own_policy
from adapters.evidence.reader import log_of
from adapters.evidence.source import gather
from adapters.registers import Register
from domain import publication
from domain.evidence.absence import NoEvidence


class Snapshots:
    """The evidence of one register's snapshots. Safe to share between threads."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._open = log_of(register.views.database, register.code)
        self._made = ("", b"")  # under which checkpoint, and what

    def proof(self) -> bytes | None:
        """`sidik-bukti/v1` of all that a signed checkpoint covers; None: it covers none yet."""
        try:
            with self._open() as log:
                newest = log.newest()
            if newest is None:
                return None
            note, made = self._made
            if note != newest.note:
                made = self._make()
                self._made = (newest.note, made)
        except NoEvidence:
            return None
        return made

    def _make(self) -> bytes:
        found = evidence(
            gather(self._open, publication.ID),
            own_policy(self._open, self._register.outside),
            copy=Copy.PUBLIC,
            zone=self._register.body.zone,
        )
        said = json.loads(bukti(found))
        del said["question"]
        return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
