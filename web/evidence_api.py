"""Receipts and bundles over the API, for those who may have them from the pages."""

# flask-smorest has no types for its routes.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from web.api import bp
from web.contract import says
from web.evidence_pages import MEDIA, Wanted, begun, case_of, file_name, file_of, held
from web.language import _
from web.office import seat
from web.plain import plain
from web.problems import Problem
from web.shapes import ID, MOMENT, TEXT, WHOLE, YES_NO, many, one_of, or_none, thing

WORKING, READY, FAILED = "working", "ready", "failed"

CHECKPOINT = thing(
    origin=TEXT,
    size=WHOLE,
    note=TEXT,
    signed_at=MOMENT,
    witnesses=many(thing(who=TEXT, at=MOMENT, checked=YES_NO)),
)
RECEIPT = thing(
    position=WHOLE,
    fact=TEXT,
    subject=ID,
    version=WHOLE,
    recorded_at=MOMENT,
    record=TEXT,
    leaf=TEXT,
    checkpoint=or_none(CHECKPOINT),
    proof={**or_none(TEXT), "description": "C2SP tlog-proof; null: belum tercakup checkpoint"},
)
BUNDLE = thing(
    id=ID,
    state=one_of(WORKING, READY, FAILED),
    trouble=TEXT,
    name=TEXT,
    media_type=TEXT,
    size=or_none(WHOLE),
    complete=or_none(YES_NO),
    sha256=or_none(TEXT),
    content={**or_none(TEXT), "description": "Berkasnya dalam base64, setelah jadi"},
)


@bp.get("/receipts/<int:position>")
@says(RECEIPT)
def one_receipt(position: int) -> ResponseReturnValue:
    """That a fact stands in the log, with its proof once a signed checkpoint covers it."""
    found = held(seat(), position)
    if not found.receipt:
        raise Problem(404, detail=found.trouble)
    cp = found.receipt.covered_by
    return {
        "position": position,
        "fact": found.told.tag,
        "subject": str(found.told.id),
        "version": found.told.version,
        "recorded_at": plain(found.told.recorded_at),
        "record": found.receipt.record,
        "leaf": found.leaf,
        "checkpoint": cp
        and {
            "origin": cp.origin,
            "size": cp.size,
            "note": cp.note,
            "signed_at": plain(cp.signed_at),
            "witnesses": [
                {"who": one.who, "at": plain(one.at), "checked": one.is_checked}
                for one in cp.sightings
            ],
        },
        "proof": found.receipt.proof or None,
    }


@bp.get("/items/<uuid:item_id>/bundle")
@bp.arguments(Wanted, location="query", as_kwargs=False)
@says(BUNDLE, problems=(429,))
def item_bundle(wanted: dict[str, Any], item_id: UUID) -> ResponseReturnValue:
    """The evidence of an item as a file; asked again while it is being made."""
    here, case = seat(), case_of(seat(), item_id)
    file_id = begun(here, case, wanted)
    made = file_of(here, case, file_id)
    content = here.register.evidence.content_of(file_id) if made["sha256"] else None
    state = READY if content else WORKING if made["alive"] else FAILED
    return {
        "id": str(file_id),
        "state": state,
        "trouble": _(made["trouble"], **made["trouble_with"]),
        "name": file_name(here, made),
        "media_type": MEDIA[made["form"]],
        "size": made["size"],
        "complete": made["covered"],
        "sha256": made["sha256"],
        "content": content and b64encode(content).decode(),
    }
