"""What was typed outlives the session it was typed in.

A form that comes without a session, or with one begun since, is never acted upon: whoever typed
it signs in and finds it again as he typed it. Only forms of ours are carried (the token says so,
and whose they were), and only to the same officer.
"""

from __future__ import annotations

from flask import Flask, current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from web import pages, problems, sign_in, step_up
from web.forms import Typed
from web.language import _
from web.office import seat
from web.problems import Problem

PREFIX = "bawa-"  # in the form to sign in: an entry that was typed elsewhere
TO, TOKEN = "bawa_ke", "bawa_tanda"
SHOW = "tampilkan_lagi"  # sent with a form that is to be shown, not acted upon
OURS = frozenset({TO, TOKEN, SHOW, "csrf_token"})
SECRET = frozenset({"password", "again", step_up.GIVEN, step_up.KEY, "kunci"})
"""Never shown again nor laid into another page; whoever comes back types them anew."""


def writer(token: str) -> str | None:
    """Whose form it is, by its token; empty: nobody was signed in; None: it is none of ours."""
    serializer = URLSafeTimedSerializer(str(current_app.secret_key), salt="wtf-csrf-token")
    try:
        said = str(serializer.loads(token))
    except BadData:
        return None
    login, found, _rest = said.rpartition(":")
    return login if found else ""


def ask_to_sign_in() -> ResponseReturnValue | None:
    """The page to sign in, with what was typed on it; None where nothing of ours was sent."""
    token = request.form.get(TOKEN) or request.form.get("csrf_token", "")
    if request.method != "POST" or writer(token) is None:
        return None
    kept = [(PREFIX + k, v) for k, v in _typed() if k not in OURS]
    kept += [(TO, request.full_path.rstrip("?")), (TOKEN, token)]
    return sign_in.page(carried=kept), 403


def resume(login: str) -> str | None:
    """After signing in: a page that leads back to the form, or None where none was carried."""
    if TO not in request.form:
        return None
    by = writer(request.form.get(TOKEN, ""))
    if by is None or by not in ("", login):
        raise Problem(
            403,
            _("Isian itu diketik pejabat lain."),
            _("Tidak ada yang dicatat, dan isiannya tidak dibawa ke akun Anda."),
        )
    kept = [(k.removeprefix(PREFIX), v) for k, v in _typed() if k.startswith(PREFIX)]
    to = request.form[TO]
    if not sign_in.is_ours(to):
        raise Problem(400)
    return render_template(
        "resume.html", kept=kept, action=to, token=request.form[TOKEN], show=SHOW
    )


def show_again() -> ResponseReturnValue:
    """The form as it was typed, from the page it belongs to, with nothing done."""
    if (by := writer(request.form.get(TOKEN) or request.form.get("csrf_token", ""))) is None:
        raise Problem(400, _("Formulir ini sudah kedaluwarsa."))
    if by not in ("", seat().account.login):
        raise Problem(403, _("Isian itu diketik pejabat lain."), _("Tidak ada yang dicatat."))
    g.carried = MultiDict([(k, v) for k, v in _typed() if k not in OURS])
    try:
        endpoint, values = current_app.create_url_adapter(request).match(  # type: ignore[union-attr]
            request.path, method="GET"
        )
        given = {name: value for name, value in values.items() if name != "code"}
        shown = current_app.ensure_sync(current_app.view_functions[endpoint])(**given)
        if g.get("carried_shown"):
            return current_app.make_response(shown).get_data(as_text=True), 409
    except HTTPException:  # nothing is shown at that address
        pass
    return render_template("again.html", kept=g.carried.items(multi=True)), 409


def typed() -> Typed | None:
    """For a page that shows a form: what was typed in it before."""
    found: Typed | None = g.get("carried")
    if found is not None:
        g.carried_shown = True
    return found


def _typed() -> list[tuple[str, str]]:
    return [
        (k, v)
        for k, many in request.form.lists()
        if k.removeprefix(PREFIX) not in SECRET
        for v in many
    ]


def _without_token(error: CSRFError) -> ResponseReturnValue:
    """A form from before this session, or from nowhere."""
    if request.endpoint == "sign_in.enter":
        return sign_in.page(carried=sign_in.carried(), renewed=True), 400
    if request.blueprint != "pages" or writer(request.form.get("csrf_token", "")) is None:
        return problems.answer(error)
    if "login" not in session:
        return ask_to_sign_in() or problems.answer(error)
    try:
        return pages.sit_down() or show_again()
    except Problem as problem:
        return problems.answer(problem)


def _look() -> ResponseReturnValue | None:
    """Before a page acts: is there anybody, and does he want it done or only shown again?"""
    if request.blueprint != "pages" or request.method != "POST":
        return None
    if "login" not in session or session.account is None:  # type: ignore[attr-defined]
        return ask_to_sign_in()
    return pages.sit_down() or show_again() if SHOW in request.form else None


def install(app: Flask) -> None:
    app.before_request(_look)
    app.register_error_handler(CSRFError, _without_token)
