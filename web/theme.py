"""Light or dark: as the reader's machine has it, unless he chose here."""

from __future__ import annotations

from flask import Flask, Response, g, request

from web.language import A_YEAR, is_public

THEMES = {"terang": "light", "gelap": "dark", "sistem": ""}
COOKIE = ASKED = "tema"


def install(app: Flask) -> None:
    app.before_request(_choose)
    app.after_request(_remember)


def _choose() -> None:
    wanted = request.args.get(ASKED) or ("" if is_public() else request.cookies.get(COOKIE))
    g.theme = THEMES.get(wanted or "", "")


def _remember(response: Response) -> Response:
    wanted = request.args.get(ASKED)
    if wanted in THEMES and not is_public() and request.cookies.get(COOKIE) != wanted:
        response.set_cookie(
            COOKIE, wanted, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
