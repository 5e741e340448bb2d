"""The first page of a day: what awaits this office, why, and what comes of leaving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.together import TOGETHER
from web.asking import QUERY_MAX
from web.fields import FORBIDDEN
from web.language import _
from web.office import Seat, seat
from web.pages import bp
from web.problems import Problem
from web.tasks import (
    BUCKETS,
    Service,
    Task,
    Wanted,
    Work,
    acts,
    place,
    service,
    the_task,
    work,
)

PAGE = "tasks"
"""Under which saved views are kept."""

FILTERS = ("q", "unit", "tindakan", "tenggat")
NAME_MAX = 60


@dataclass(frozen=True)
class Preview:
    """A task at a closer look."""

    task: Task
    service: Service | None
    version: int


@bp.get("/pekerjaan", endpoint="work")
def page() -> ResponseReturnValue:
    """What awaits this office, the most pressing first."""
    here = seat()
    wanted, faults = asked(here, request.args)
    found = work(here, wanted) if not faults else work(here)
    args = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    chosen = request.args.get("pilih", "")
    task = the_task(here, chosen) if chosen else next(iter(found.tasks), None)
    shown = render_template(
        "work.html",
        work=found,
        wanted=wanted,
        args=args,
        faults=faults,
        buckets=BUCKETS,
        acts=acts(here) if not here.office.is_read_only else {},
        units={u: n for u, n in here.desk.body.units.items() if here.office.covers(u)},
        preview=_preview(here, task) if task else None,
        is_chosen=bool(chosen and task),
        weeks=found.weeks,
        views=_saved(here, args),
        together=_together(found),
        first_page=_address(args) if wanted.after else "",
        next_page=_address({**args, "after": found.next}) if found.next else "",
        address=_address,
    )
    return shown, 422 if faults else 200


def asked(here: Seat, args: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What an address asks for, and what of it cannot be read."""
    faults: dict[str, str] = {}
    wanted = Wanted()
    query = args.get("q", "").strip()
    if len(query) > QUERY_MAX or FORBIDDEN.search(query):
        faults["q"] = _(
            "Kata pencarian paling panjang %(n)s karakter yang dapat dibaca.", n=QUERY_MAX
        )
    elif query:
        wanted = replace(wanted, query=query)
    if unit := args.get("unit", ""):
        if unit in here.desk.body.units:
            wanted = replace(wanted, unit=unit)
        else:
            faults["unit"] = _("Unit itu tidak ada pada badan publik ini.")
    if act := args.get("tindakan", ""):
        if act in acts(here):
            wanted = replace(wanted, act=act)
        else:
            faults["tindakan"] = _("Keputusan itu bukan giliran jabatan Anda.")
    if bucket := args.get("tenggat", ""):
        if bucket in BUCKETS:
            wanted = replace(wanted, bucket=bucket)
        else:
            faults["tenggat"] = _("Tenggat itu tidak dikenal.")
    if after := args.get("after", ""):
        try:
            wanted = replace(wanted, after=place(after))
        except ValueError as error:
            faults["after"] = str(error)
    if wanted.is_waiting and wanted.act:  # what others decide is not among our acts
        wanted = replace(wanted, act="")
    return wanted, faults


def _address(args: Mapping[str, Any], **more: Any) -> str:
    """This page, asked so."""
    kept = {name: value for name, value in {**args, **more}.items() if value}
    return f"{url_for('pages.work')}?{urlencode(kept)}" if kept else url_for("pages.work")


def _preview(here: Seat, task: Task) -> Preview:
    if task.kind != "item":
        return Preview(task, None, 0)
    history = here.register.ledger.history(task.id)
    return Preview(
        task=task,
        service=service(here, task.unit, history),
        version=history[-1].originator_version if history else 0,
    )


def _together(found: Work) -> list[str]:
    """What may be done to several of the rows shown in one go."""
    ready = {task.decision for task in found.tasks if task.kind == "item" and not task.offices}
    return [decision for decision in ("determine", *TOGETHER) if decision in ready]


# Saved views


def _saved(here: Seat, args: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = here.register.saved_views.all(here.account.officer_id, PAGE)
    now = sorted(args.items())
    return [
        {
            "name": row["name"],
            "address": _address(dict(parse_qsl(row["query"]))),
            "is_current": sorted(parse_qsl(row["query"])) == now,
        }
        for row in rows
    ]


@bp.post("/pekerjaan/tampilan")
def save_view() -> ResponseReturnValue:
    """Keep the filters of an address under a name."""
    here = seat()
    name = " ".join(request.form.get("nama", "").split())
    args = {name: request.form[name] for name in FILTERS if request.form.get(name)}
    _wanted, faults = asked(here, args)
    if faults:
        raise Problem(422, " ".join(faults.values()))
    if not name or len(name) > NAME_MAX or FORBIDDEN.search(name):
        raise Problem(422, _("Beri tampilan ini nama, paling panjang %(n)s karakter.", n=NAME_MAX))
    if not args:
        raise Problem(422, _("Saring dahulu, lalu simpan saringan itu sebagai tampilan."))
    kept = here.register.saved_views.keep(
        here.account.officer_id, PAGE, name, urlencode(args), here.at
    )
    if not kept:
        raise Problem(422, _("Tampilan Anda sudah terlalu banyak; hapus dahulu yang lama."))
    return redirect(_address(args), 303)


@bp.post("/pekerjaan/tampilan/hapus")
def drop_view() -> ResponseReturnValue:
    here, name = seat(), FORBIDDEN.sub("", request.form.get("nama", ""))
    here.register.saved_views.drop(here.account.officer_id, PAGE, name)
    return redirect(url_for("pages.work"), 303)
