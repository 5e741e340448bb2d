"""The accounts of a body, for its admin: who has one, invitations, recoveries, closing.

The admin hands links over in person; where mail is set up and an address is known they are mailed
as well. He learns no password and no code, and each of his acts is seen by the account's holder.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain import officer
from domain.officer import Role
from web import step_up
from web.fields import FORBIDDEN
from web.language import _
from web.office import now, seat, world
from web.pages import Names, bp
from web.problems import Problem
from web.sign_in import tell, world_mail

FIELD_MAX = 200


@bp.get("/pengaturan/akun")
def settings_accounts() -> ResponseReturnValue:
    return _page()


def _page(status: int = 200, **said: Any) -> ResponseReturnValue:
    _only_for_admins()
    here = seat()
    kept = world().accounts.kept(here.register.code, now())
    held = {officer.id_of(one.officer_id) for one in kept}
    without = [row for row in here.register.views.officers() if row["id"] not in held]
    html = render_template(
        "account_admin.html",
        people=kept,
        without=without,
        names=Names(here),
        mail=world_mail() is not None,
        typed=request.form,
        **said,
    )
    return html, status


def _only_for_admins() -> None:
    if seat().role != Role.ADMIN:
        raise Problem(
            403,
            _("Hanya admin badan publik yang mengurus akun."),
            _("Akun Anda sendiri ada di halaman Akun saya."),
        )


@bp.post("/pengaturan/akun")
def invite() -> ResponseReturnValue:
    """An account for an officer, and the link with which he takes it up."""
    _only_for_admins()
    accounts, here = world().accounts, seat()
    officer_id, login, email = (_typed(name) for name in ("officer_id", "login", "email"))
    login = login.lower()
    wrong = {}
    if (
        not officer_id
        or not here.register.ledger.recall(officer, officer.id_of(officer_id)).version
    ):
        wrong["officer_id"] = _("Belum ada pejabat dengan ID itu; daftarkan dahulu pejabatnya.")
    elif any(
        one.officer_id == officer_id and not one.disabled
        for one in accounts.kept(here.register.code, now())
    ):  # another account of his would act in his name without his ever hearing of it
        wrong["officer_id"] = _("Pejabat itu sudah mempunyai akun; buatkan tautan untuk akunnya.")
    if not login:
        wrong["login"] = _("Wajib diisi.")
    if wrong:
        return _page(422, wrong=wrong)
    step_up.require(_("Undang pejabat"))
    try:
        accounts.invite(login, officer_id=officer_id, body=here.register.code, email=email)
    except accounts.Trouble as trouble:
        field = "email" if "surel" in str(trouble) else "login"
        return _page(422, wrong={field: _(str(trouble))})
    return _hand_over(login, "invitation")


@bp.post("/pengaturan/akun/<login>/<what>")
def change_account(login: str, what: str) -> ResponseReturnValue:
    """One of the things an admin may do to an account of his own body."""
    _only_for_admins()
    accounts = world().accounts
    known = next(
        (one for one in accounts.kept(seat().register.code, now()) if one.login == login), None
    )
    if known is None or what not in DOING:
        raise Problem(404)
    if known.officer_id == seat().account.officer_id and what in ("tutup", "faktor"):
        raise Problem(409, _("Akun Anda sendiri tidak Anda tutup atau lepaskan di sini."))
    step_up.require(f"{_(DOING[what])}: {login}")
    match what:
        case "tautan":
            if known.disabled:
                raise Problem(409, _("Akun ini ditutup; buka kembali dahulu."))
            return _hand_over(login, "recovery" if known.taken_up else "invitation")
        case "faktor":
            accounts.drop_factors(login)
            accounts.sign_out_everywhere(login, now())
            _noted(login, "factors-dropped", _("Admin melepas faktor kedua akun SIDIK Anda."))
        case "tutup":
            accounts.disable(login, now())
            _noted(login, "disabled", _("Akun SIDIK Anda ditutup oleh admin."))
        case "buka":
            accounts.enable(login)
            _noted(login, "enabled", _("Akun SIDIK Anda dibuka kembali oleh admin."))
        case "surel":
            try:
                accounts.set_email(login, _typed("email"))
            except accounts.Trouble as trouble:
                return _page(422, wrong={f"email-{login}": _(str(trouble))})
            accounts.note(login, "email", now(), by=seat().account.officer_id)
    return redirect(url_for("pages.settings_accounts", tercatat=1), 303)


DOING = {
    "tautan": "Buat tautan akun",
    "faktor": "Lepas semua faktor kedua",
    "tutup": "Tutup akun",
    "buka": "Buka kembali akun",
    "surel": "Ganti alamat surel",
}


def _typed(name: str) -> str:
    return FORBIDDEN.sub("", request.form.get(name, "")).strip()[:FIELD_MAX]


def _noted(login: str, what: str, said: str) -> None:
    world().accounts.note(login, what, now(), by=seat().account.officer_id)
    tell(login, said)


def _hand_over(login: str, purpose: str) -> ResponseReturnValue:
    """The link, shown once to the admin; mailed besides, where that can be done."""
    accounts = world().accounts
    link = accounts.make_link(login, purpose, by=seat().account.officer_id, at=now())
    accounts.note(login, purpose, now(), by=seat().account.officer_id)
    whole = url_for("sign_in.open_link", link=link, _external=True)
    to, mail = accounts.email(login), world_mail()
    if mail is not None and to:
        mail.send(
            to,
            _("SIDIK: undangan") if purpose == "invitation" else _("SIDIK: tautan pemulihan akun"),
            _(
                "Admin %(body)s menyiapkan tautan ini untuk akun SIDIK Anda (%(login)s):\n"
                "%(link)s\n\nTautan ini hanya dapat dipakai sekali.",
                body=seat().desk.body.name,
                login=login,
                link=whole,
            ),
        )
    return _page(handed=whole, handed_to=login, purpose=purpose, mailed=bool(mail and to))
