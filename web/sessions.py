"""Sessions whose contents stay in the database; the cookie holds a random id and nothing else."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SessionInterface

from web.office import now
from web.register import Account, Accounts

COOKIE = "sidik"
NO_SESSION = ("/static/", "/api/", "/publik/", "/healthz")
"""Addresses that never look at a session, whatever cookie is sent along."""


class Session(SecureCookieSession):
    """What is known of one browser. `renew` gives it a new id, so that an old one is worthless."""

    id: str = ""
    account: Account | None = None  # of who was signed in when the request came
    old_id: str = ""
    begun: bool = False
    ended: bool = False

    def renew(self) -> None:
        """Go on under a new id, no younger than before."""
        self.old_id, self.id = self.id, secrets.token_urlsafe(32)
        self.modified = True

    def begin(self) -> None:
        """Forget everything: somebody has signed in."""
        self.clear()
        self.renew()
        self.begun = True

    def end(self) -> None:
        self.clear()
        self.ended = True


class Sessions(SessionInterface):
    def __init__(self, accounts: Accounts, *, secure: bool) -> None:
        self.accounts, self.secure = accounts, secure
        self.cookie = f"__Host-{COOKIE}" if secure else COOKIE

    def open_session(self, app: Flask, request: Request) -> Session:
        session = Session()
        session_id = request.cookies.get(self.cookie, "")
        if session_id and not request.path.startswith(NO_SESSION):
            found = self.accounts.open_session(session_id, now_of(app))
            if found is not None:
                session = Session(found[0])
                session.id, session.account = session_id, found[1]
        return session

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if session.ended:
            self.accounts.end_session(session.id, now())
            response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="Lax")
        elif session.modified:
            session.id = session.id or secrets.token_urlsafe(32)
            self.accounts.save_session(
                session.id,
                dict(session),
                session.get("login"),
                now(),
                continues="" if session.begun else session.old_id,
                address=request.remote_addr or "",
                agent=request.user_agent.string,
            )
            if session.old_id:
                self.accounts.end_session(session.old_id, now())
            response.set_cookie(
                self.cookie, session.id, secure=self.secure, httponly=True, samesite="Lax"
            )


def now_of(app: Flask) -> Any:
    """The session is opened before anything else of the request."""
    return app.extensions["sidik"].clock()
