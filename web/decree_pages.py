"""Decrees and drafts: the list, one of them with annex and lineage, and the acts on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain import decree, item
from domain.decree import DRAFTABLE, Decree, Stage
from domain.desk import DECREE_ACTS
from domain.history import NAMESPACE, Known
from web import acting, acts, words
from web import entries as asked
from web.acting import Form
from web.histories import timeline
from web.item_page import Offer
from web.office import Seat, seat
from web.pages import Names, bp
from web.problems import Problem
from web.tasks import DESK_ACTS, Turns

DRAFTABLE_MAX = 200


@bp.get("/penetapan")
def decrees() -> ResponseReturnValue:
    return render_template("decrees.html", rows=seat().register.views.decrees())


@bp.get("/penetapan/<uuid:decree_id>")
def decree_page(decree_id: UUID) -> ResponseReturnValue:
    here, known = seat(), _known(decree_id)
    offers = [] if here.office.is_read_only else here.desk.offers("decree", decree_id).items()
    shown = [Offer(a, words.DECREE_ACTS[a], rules) for a, rules in offers if a != "draft"]
    supersedes = known.state.issued.supersedes if known.state.issued else None
    return render_template(
        "decree.html",
        id=decree_id,
        decree=known.state,
        version=known.version,
        lines=_lines(known.state),
        older=_known(supersedes).state if supersedes else None,
        offers=[o for o in shown if o.is_open and _is_ours(here, o.act, known.state.unit)],
        blocked=[o for o in shown if not (o.is_open or o.is_for_others or known.state.issued)],
        history=timeline(here, decree_id, here.register.ledger.history(decree_id)),
        names=Names(here),
    )


def _is_ours(here: Seat, act: str, unit: str) -> bool:
    """Whether the SOP gives this act to this office; the worklist asks the same."""
    as_sop_says = {desk: sop for (kind, sop), desk in DESK_ACTS.items() if kind == "decree"}
    return Turns(here).is_ours("item", as_sop_says.get(act, "approve"), unit)


def _known(decree_id: UUID) -> Known[Decree]:
    known = seat().register.ledger.recall(decree, decree_id)
    if not known.version or known.state.stage is Stage.UNKNOWN:
        raise Problem(404)
    return known


def _lines(known: Decree) -> list[dict[str, Any]]:
    """The annex as it was signed, or the draft's items as they stand."""
    if known.issued:
        return [
            {
                "id": line.item,
                "title": line.title,
                "grounds": [str(ground) for ground in line.grounds],
                "period": line.period.words,
                "ends_on": line.ends_on,
                "status": "",
            }
            for line in known.issued.lines
        ]
    lines = []
    for item_id in known.items:
        state = seat().register.ledger.recall(item, item_id).state
        lines.append(
            {
                "id": item_id,
                "title": state.particulars.title if state.particulars else "",
                "grounds": [str(ground) for ground in (state.test.grounds if state.test else ())],
                "period": state.test.period.words if state.test else "",
                "ends_on": None,
                "status": words.STATUSES.get(state.status, state.status),
            }
        )
    return lines


# Acting


@bp.get("/penetapan/baru")
def new_decree() -> ResponseReturnValue:
    return acting.show(_draft())


@bp.post("/penetapan/baru")
def draft() -> ResponseReturnValue:
    return acting.do(_draft())


def _draft() -> Form:
    here = seat()
    token = request.form.get("token", "")
    decree_id = uuid5(NAMESPACE, f"{here.register.code}:{here.account.officer_id}:{token}")
    rows = _draftable()
    chosen = [w for w in request.args.getlist("butir") if w in {str(row["id"]) for row in rows}]
    return Form(
        title=words.DECREE_ACTS["draft"],
        subject="",
        back=url_for("pages.decrees"),
        done=url_for("pages.start") + "penetapan/{id}",
        schema=asked.Draft(),
        subject_id=decree_id,
        version=0,
        act=lambda given, expect, key: acts.on_decree(
            here, "draft", decree_id, given, expect=0, key=key
        ),
        initial={"items": chosen},
        options=acting.with_lines(acting.options_of(here.desk), rows),
        obstacles=here.desk.obstacles("decree", decree_id, "draft"),
        advice="" if rows else "Belum ada butir yang diusulkan, telah diuji, atau disetujui.",
    )


def _draftable() -> list[dict[str, Any]]:
    views = seat().register.views
    rows = views.list(status=sorted(DRAFTABLE), limit=DRAFTABLE_MAX)
    again = [r for r in views.list(status="exempt", limit=DRAFTABLE_MAX) if r["fresh_test"]]
    return rows + again


@bp.get("/penetapan/<uuid:decree_id>/tindakan/<decision>")
def ask_decree(decree_id: UUID, decision: str) -> ResponseReturnValue:
    return acting.show(_form(decree_id, decision))


@bp.post("/penetapan/<uuid:decree_id>/tindakan/<decision>")
def act_decree(decree_id: UUID, decision: str) -> ResponseReturnValue:
    return acting.do(_form(decree_id, decision))


def _form(decree_id: UUID, decision: str) -> Form:
    if decision not in DECREE_ACTS or decision == "draft":
        raise Problem(404)
    here, known = seat(), _known(decree_id)
    options = acting.options_of(here.desk)
    initial: Mapping[str, Any] = {}
    if decision == "change_lines":
        on_it = [{"status": "", **line} for line in _lines(known.state)]
        rows = {str(row["id"]): row for row in (*_draftable(), *on_it)}
        options = acting.with_lines(options, list(rows.values()))
        initial = {"items": list(known.state.items)}
    if decision == "issue":
        standing = here.register.views.decrees(stage=["issued", "amended"])
        older = {str(r["id"]): f"{r['number']} ({words.day(r['dated'])})" for r in standing}
        options = {**options, "supersedes": {"": "", **older}}
        initial = {"place": here.desk.body.seat}
    return Form(
        title=words.DECREE_ACTS[decision],
        subject=known.state.title,
        back=url_for("pages.decree_page", decree_id=decree_id),
        schema=asked.DECREE[decision](),
        subject_id=decree_id,
        version=known.version,
        act=lambda given, expect, key: acts.on_decree(
            here, decision, decree_id, given, expect=expect, key=key
        ),
        initial=initial,
        options=options,
        obstacles=here.desk.obstacles("decree", decree_id, decision),
        advice=(
            f"Surat ini akan bertanggal hari ini, {words.day(here.desk.today)}, kecuali Anda "
            "mengisi tanggal mundur di bawah."
            if decision == "issue"
            else ""
        ),
        decided_on="_lines.html" if decision in ("approve_draft", "issue") else "",
        known={"lines": _lines(known.state)},
    )
