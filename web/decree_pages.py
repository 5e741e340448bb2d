"""Decrees and drafts: the list, one of them with annex and lineage, and the acts on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain import decree, item
from domain import procedure as procedures
from domain.decree import DRAFTABLE, Decree, Stage
from domain.desk import DECREE_ACTS
from domain.history import NAMESPACE, Known
from domain.item import Status
from web import acting, acts, scope, words
from web import entries as asked
from web.acting import Form
from web.asking import placed, sealed, unsealed
from web.histories import timeline
from web.item_page import Offer
from web.language import _
from web.office import Seat, seat
from web.pages import Names, bp
from web.problems import Problem
from web.tasks import DESK_ACTS, Turns

DRAFTABLE_MAX = 200
PAGE = 50
LINEAGE_MAX = 20  # decrees followed back and forth
GROUPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "konsep": ((Stage.DRAFT.value, Stage.APPROVED.value), "Konsep"),
    "berlaku": ((Stage.ISSUED.value, Stage.AMENDED.value), "Berlaku"),
    "dicabut": ((Stage.REPLACED.value,), "Dicabut"),
}
"""How the list of decrees may be narrowed: konsep, berlaku, dicabut."""


@bp.get("/penetapan")
def decrees() -> ResponseReturnValue:
    """Drafts, then decrees, the latest first."""
    here, chosen = seat(), request.args.get("kedudukan", "")
    after = _place(request.args.get("after", ""))
    rows = here.register.views.newest_decrees(
        stages=GROUPS.get(chosen, ((), ""))[0], after=after, limit=PAGE + 1
    )
    shown = rows[:PAGE]
    kept: dict[str, Any] = {"kedudukan": chosen} if chosen in GROUPS else {}
    more = sealed(shown[-1]["dated"], shown[-1]["id"]) if rows[PAGE:] else ""
    return render_template(
        "decrees.html",
        rows=scope.seen_decrees(here, shown),
        groups={name: _(title) for name, (_stages, title) in GROUPS.items()},
        chosen=chosen if chosen in GROUPS else "",
        first_page=url_for("pages.decrees", **kept) if after else "",
        next_page=url_for("pages.decrees", **kept, after=more) if more else "",
    )


def _place(after: str) -> tuple[date | None, UUID] | None:
    """Where to go on; an address that cannot be read begins anew."""
    try:
        match unsealed(after) if after else None:
            case [dated, str(decree_id)]:
                return placed(dated, date.fromisoformat), placed(decree_id, UUID)
    except ValueError:
        pass
    return None


@bp.get("/penetapan/<uuid:decree_id>")
def decree_page(decree_id: UUID) -> ResponseReturnValue:
    here, known = seat(), _known(decree_id)
    offers = [] if here.office.is_read_only else here.desk.offers("decree", decree_id).items()
    shown = [Offer(a, words.DECREE_ACTS[a], rules) for a, rules in offers if a != "draft"]
    supersedes = known.state.issued.supersedes if known.state.issued else None
    lines = _lines(known.state)
    history = timeline(here, decree_id, here.register.ledger.history(decree_id))
    if here.units is not None and not known.state.unit:
        history = [scope.without_lines(entry) for entry in history]
    return render_template(
        "decree.html",
        id=decree_id,
        decree=known.state,
        version=known.version,
        lines=lines,
        older=_older(here, supersedes),
        lineage=_lineage(here, decree_id, known.state),
        ready=ready(known.state, lines),
        offers=[o for o in shown if o.is_open and _is_ours(here, o.act, known.state.unit)],
        blocked=[o for o in shown if not (o.is_open or o.is_for_others or known.state.issued)],
        history=history,
        in_part=here.units is not None and not known.state.unit,
        names=Names(here),
    )


def _older(here: Seat, supersedes: UUID | None) -> Decree | None:
    """The decree that this one amends or replaces, where it is there for whoever asks."""
    known = here.register.ledger.recall(decree, supersedes) if supersedes else None
    return scope.seen_decree(here, known.state) if known else None


def _is_ours(here: Seat, act: str, unit: str) -> bool:
    """Whether the SOP gives this act to this office; the worklist asks the same."""
    as_sop_says = {desk: sop for (kind, sop), desk in DESK_ACTS.items() if kind == "decree"}
    return Turns(here).is_ours("item", as_sop_says.get(act, "approve"), unit)


def _known(decree_id: UUID) -> Known[Decree]:
    known = seat().register.ledger.recall(decree, decree_id)
    if not known.version or known.state.stage is Stage.UNKNOWN:
        raise Problem(404)
    seen = scope.seen_decree(seat(), known.state)
    if seen is None:
        raise Problem(404)
    return replace(known, state=seen)


def _lineage(here: Seat, decree_id: UUID, known: Decree) -> list[dict[str, Any]]:
    """The decrees before and after this one, in their order; none where it stands alone."""
    before = _followed(here, known.issued.supersedes if known.issued else None, _earlier)
    after: dict[UUID, Decree] = {}
    for by in known.superseded:
        after |= _followed(here, by.by, _later)
    if not (before or after):
        return []
    line = {**dict(reversed(before.items())), decree_id: known, **after}
    return [
        {
            "id": one_id,
            "number": one.issued.number if one.issued else one.title,
            "dated": one.issued.dated if one.issued else None,
            "stage": one.stage.value,
            "effect": one.issued.effect.value if one.issued and one.issued.effect else "",
            "is_here": one_id == decree_id,
        }
        for one_id, one in line.items()
    ]


def _earlier(known: Decree) -> UUID | None:
    return known.issued.supersedes if known.issued else None


def _later(known: Decree) -> UUID | None:
    return known.superseded[-1].by if known.superseded else None


def _followed(
    here: Seat, at: UUID | None, onward: Callable[[Decree], UUID | None]
) -> dict[UUID, Decree]:
    """Along the line of decrees, as far as whoever asks may see it."""
    found: dict[UUID, Decree] = {}
    while at is not None and at not in found and len(found) < LINEAGE_MAX:
        known = scope.seen_decree(here, here.register.ledger.recall(decree, at).state)
        if known is None:
            break
        found[at] = known
        at = onward(known)
    return found


def _lines(known: Decree) -> list[dict[str, Any]]:
    """The annex as it was signed, or the draft's items as they stand and what holds them up."""
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
    return [_line(item_id, known) for item_id in known.items]


def _line(item_id: UUID, known: Decree) -> dict[str, Any]:
    here = seat()
    state = here.register.ledger.recall(item, item_id).state
    agreed = state.status is Status.APPROVED or state.approved
    wanted = "determine" if agreed else "approve"
    against = here.desk.obstacles("item", item_id, wanted)
    return {
        "id": item_id,
        "title": state.particulars.title if state.particulars else "",
        "unit": state.particulars.unit if state.particulars else "",
        "grounds": [str(ground) for ground in (state.test.grounds if state.test else ())],
        "period": state.test.period.words if state.test else "",
        "ends_on": None,
        "status": state.status.value,
        "agreed": agreed,
        "against": [rule for rule in against if rule.code not in OF_WHO_ASKS],
        "mend": MENDED_BY.get(state.status, ""),
    }


OF_WHO_ASKS = frozenset(
    {
        procedures.THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code,
        item.APPROVER_MUST_BE_ANOTHER_PERSON.code,
        item.ACTOR_MUST_NOT_HAVE_APPROVED.code,
    }
)
"""Rules about whoever looks at a draft, not about what stands on it."""

MENDED_BY: Mapping[Status, str] = {
    Status.TAKEN_OVER: "confirm",
    Status.PROPOSED: "test_consequence",
    Status.REJECTED: "revise",
}
"""What an item on a draft must go through before the head can agree to it."""


def ready(known: Decree, lines: list[dict[str, Any]]) -> int:
    """How many lines of a draft nothing holds up."""
    return 0 if known.issued else sum(not line["against"] for line in lines)


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
    rows = _with_chosen(rows, request.args.getlist("butir"))
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
        advice="" if rows else _("Belum ada butir yang diusulkan, telah diuji, atau disetujui."),
    )


def _draftable() -> list[dict[str, Any]]:
    views, units = seat().register.views, seat().units
    rows = views.list(status=sorted(DRAFTABLE), units=units, limit=DRAFTABLE_MAX)
    exempt = views.list(status="exempt", units=units, limit=DRAFTABLE_MAX)
    again = [r for r in exempt if r["fresh_test"]]
    return rows + again


def _with_chosen(rows: list[dict[str, Any]], chosen: list[str]) -> list[dict[str, Any]]:
    """Also those ticked elsewhere that a long list would not reach; they come first."""
    known, found = {str(row["id"]) for row in rows}, []
    for written in chosen[:DRAFTABLE_MAX]:
        if written in known:
            continue
        try:
            row = seat().register.views.item(UUID(written))
        except ValueError:
            continue
        if row and (row["status"] in DRAFTABLE or row["fresh_test"]) and seat().sees(row["unit"]):
            found.append(row)
    return found + rows


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
        on_it = _lines(known.state)
        rows = {str(row["id"]): row for row in (*_draftable(), *on_it)}
        options = acting.with_lines(options, list(rows.values()))
        initial = {"items": list(known.state.items)}
    if decision == "issue":
        standing = scope.seen_decrees(
            here, here.register.views.decrees(stage=["issued", "amended"])
        )
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
            _(
                "Surat ini akan bertanggal hari ini, %(day)s, kecuali Anda mengisi tanggal mundur "
                "di bawah.",
                day=words.day(here.desk.today),
            )
            if decision == "issue"
            else ""
        ),
        decided_on="_lines.html" if decision in ("approve_draft", "issue") else "",
        known={"lines": _lines(known.state)},
    )
