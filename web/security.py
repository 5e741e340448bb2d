"""What every answer says to the browser: nothing from elsewhere, nothing inline, no framing."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
EMBEDDABLE = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
"""For the one page that may stand inside other sites."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
A_YEAR = 31_536_000


def install(app: Flask, *, secure: bool) -> None:
    @app.after_request
    def guard(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers["Content-Security-Policy"] == EMBEDDABLE:
            del response.headers["X-Frame-Options"]
        if secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
        if request.path.startswith("/static/"):
            forever = f"public, max-age={A_YEAR}, immutable"
            is_one_version = "v" in request.args or request.path.endswith(".woff2")
            response.headers["Cache-Control"] = forever if is_one_version else "no-cache"
        elif request.path.startswith("/publik/") and response.status_code == 200:
            response.headers.setdefault("Cache-Control", "public, max-age=60")
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
