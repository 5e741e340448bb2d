"""By what the body works and what it promises: its SOPs, drawn and in words, and its pledges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import g, render_template
from flask.typing import ResponseReturnValue

from domain import law, law_check, pledge
from domain.body import Body, ProcedureAdopted
from domain.procedure import LEAD_BACK, STAND_FOR, Procedure, Step
from domain.rule import Finding
from web import flow, words
from web.problems import Problem
from web.public import bp


@dataclass(frozen=True)
class Paper:
    """An SOP as the body took it up, and how it stands today."""

    adopted: tuple[ProcedureAdopted, ...]  # by the body or units, the earliest first
    is_worked_by: bool  # somebody works by it today
    is_in_force: bool  # within the dates it gives itself

    @property
    def procedure(self) -> Procedure:
        return self.adopted[-1].procedure

    @property
    def key(self) -> str:
        return self.procedure.key


def papers_of(body: Body, today: date) -> list[Paper]:
    """Every SOP the body ever took up, those it works by today first."""
    by_key: dict[str, list[ProcedureAdopted]] = {}
    for one in sorted(body.adopted, key=lambda a: a.since):
        by_key.setdefault(one.procedure.key, []).append(one)
    found = [
        Paper(
            tuple(adopted),
            any(_is_worked_by(body, one, today) for one in adopted),
            adopted[-1].procedure.in_force(today),
        )
        for adopted in by_key.values()
    ]
    return sorted(found, key=lambda paper: (not paper.is_worked_by, paper.procedure.name))


def _is_worked_by(body: Body, adopted: ProcedureAdopted, today: date) -> bool:
    held = body.procedure(adopted.procedure.subject, unit=adopted.unit, on=today)
    return held is not None and held.key == adopted.procedure.key


@bp.get("/sop")
def papers() -> ResponseReturnValue:
    return render_template("public_papers.html", papers=papers_of(g.body, g.today))


@bp.get("/sop/<key>")
def paper(key: str) -> ResponseReturnValue:
    """One SOP: its steps drawn and in a table, and what the register of law says of its bases."""
    shown = next((one for one in papers_of(g.body, g.today) if one.key == key), None)
    if shown is None:
        raise Problem(404)
    sop = shown.procedure
    return render_template(
        "public_paper.html",
        paper=shown,
        sop=sop,
        wide=flow.wide(sop),
        tall=flow.tall(sop),
        doings=[(step, _doings(sop, step)) for step in sop.steps],
        findings=_findings(sop, g.today),
    )


def _doings(sop: Procedure, step: Step) -> list[tuple[str, Sequence[str]]]:
    """What is done in a step and by whom, each office once for what it does."""
    return [
        (words.DECISIONS[act.decision], act.actors)
        for act in step.acts
        if act.decision not in LEAD_BACK and act.decision not in STAND_FOR
    ]


def _findings(sop: Procedure, today: date) -> Mapping[str, list[Finding]]:
    """By the legal basis they are about; a text our register lacks is no flaw of theirs."""
    register = g.register.ledger.recall(law, law.ID).state
    found: dict[str, list[Finding]] = {}
    for finding in law_check.check_sop(sop.legal_bases, register, today):
        if finding.code != "instrument-unknown":
            found.setdefault(finding.value, []).append(finding)
    return found


@bp.get("/maklumat")
def pledges() -> ResponseReturnValue:
    """What the body and its units promise, where it is announced, and in which forms."""
    found = []
    for unit, name in {"": g.body.name, **g.body.units}.items():
        state = g.register.ledger.recall(pledge, pledge.id_of(unit)).state
        if state.contents and state.channels:
            found.append((unit or "badan", name, state))
    return render_template("public_pledges.html", pledges=found)
