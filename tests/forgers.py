"""What whoever rules the database can do with the log."""

from __future__ import annotations

from uuid import UUID

from adapters.database import Connection
from domain.evidence.record import Record, body_commitment, spelled
from domain.evidence.tree import Tree


def computed_anew(connection: Connection) -> Tree:
    """Every leaf from the events as they now stand, as who rules the database can make them."""
    ((name,),) = connection.execute("SELECT origin FROM log_origin").fetchall()
    rows = connection.execute(
        "SELECT position, originator_id, originator_version, recorded_at, topic, state, salt"
        " FROM ledger_events JOIN log_leaf ON position = notification_id ORDER BY position"
    ).fetchall()
    last: dict[UUID, bytes] = {}
    tree = Tree()
    for position, stream, version, at, topic, state, salt in rows:
        last[stream] = Record(
            log=name,
            pos=position,
            stream=str(stream),
            version=version,
            prev=last.get(stream),
            time=spelled(at),
            topic=topic,
            body=body_commitment(salt, state),
        ).leaf
        tree.append(last[stream])
        connection.execute(
            "UPDATE log_leaf SET leaf = %s WHERE position = %s", (last[stream], position)
        )
    connection.execute(
        "UPDATE log_subtree SET hash = log_fold(ARRAY(SELECT leaf FROM log_leaf"
        " WHERE position > number * 256 AND position <= (number + 1) * 256 ORDER BY position))"
    )
    return tree
