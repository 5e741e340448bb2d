"""What proves that nothing was changed since it was recorded: for people, and for programs.

A page for whoever wants to keep a checkpoint and check with it, and below `log/` the tree itself
as C2SP tlog-tiles has it: `checkpoint` and `tile/...`. Tiles hold hashes and nothing else; what
the facts say is not published (there are no entry bundles).

https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

import segno
from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.evidence.encoding import Malformed, to_base64
from domain.evidence.tiles import WIDTH, Tile
from web import problems
from web.language import DEFAULT
from web.problems import Problem
from web.public import ALSO_FOLLOWS, bp
from web.public_data import for_everybody
from web.register import Register

A_YEAR = 31_536_000
FOREVER = f"public, max-age={A_YEAR}, immutable"
A_MOMENT = "public, max-age=5"
A_WHILE = "public, max-age=3600"
NOTE = "text/plain; charset=utf-8"
TOOL = {"py": "text/x-python; charset=utf-8", "html": "text/html; charset=utf-8"}
GROUP = 4  # characters of a fingerprint that are read out together


def _newest(register: Register) -> object:
    return register.evidence.mark()


ALSO_FOLLOWS["public.evidence"] = _newest
for _file in ("evidence_tool", "log_checkpoint", "log_tile", "log_policy"):
    ALSO_FOLLOWS[f"public.{_file}"] = lambda register: ""  # each is known by a mark of its own


# For people


@bp.get("/bukti")
def evidence() -> ResponseReturnValue:
    """The newest checkpoint and who stands by it, the key, the verifiers, and what they prove."""
    state = g.register.evidence.state()
    return render_template(
        "public_evidence.html",
        state=state,
        picture=picture(state.newest.scannable) if state.newest else "",
        root=to_base64(state.newest.root) if state.newest else "",
        tools=g.register.evidence.tools(),
        apart=apart,
        at=url_for("public.evidence", _external=True, bahasa=None) + "/log",
    )


def picture(note: str) -> str:
    """The note itself as a code, no address."""
    code = segno.make(note, error="m", micro=False, mode="byte", encoding="utf-8")
    return code.svg_inline(omitsize=True, border=2)


def apart(fingerprint: str) -> str:
    """In groups, to be compared by telephone or on paper."""
    return " ".join(fingerprint[n : n + GROUP] for n in range(0, len(fingerprint), GROUP))


@bp.get("/bukti/alat/<name>")
def evidence_tool(name: str) -> ResponseReturnValue:
    """A verifier to be kept; opened from one's own disk, not from here."""
    found = next((tool for tool in g.register.evidence.tools() if tool.name == name), None)
    if found is None:
        return _nothing()
    response = Response(found.content, content_type=TOOL[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return _kept(response, A_MOMENT)


# For programs


@bp.get("/bukti/log/checkpoint")
def log_checkpoint() -> ResponseReturnValue:
    """The newest signed note, with the lines of its witnesses."""
    note = g.register.evidence.checkpoint()
    return _kept(Response(note, content_type=NOTE), A_MOMENT) if note else _nothing()


@bp.get("/bukti/log/tile/<path:place>")
def log_tile(place: str) -> ResponseReturnValue:
    """Up to 256 hashes side by side, as far as a signed checkpoint covers them."""
    try:
        tile = Tile.parse(f"tile/{place}")
    except Malformed:
        return _nothing()
    hashes = g.register.evidence.tile(tile)
    if hashes is None:
        return _nothing()
    response = Response(hashes, content_type="application/octet-stream")
    return _kept(response, FOREVER if tile.width == WIDTH else A_WHILE)


@bp.get("/bukti/log/kebijakan.txt")
def log_policy() -> ResponseReturnValue:
    """Whose signatures this body would like to be judged by; readers know better sources."""
    policy = g.register.evidence.state().policy
    return _kept(Response(policy, content_type=NOTE), A_MOMENT) if policy else _nothing()


def _kept(response: Response, how_long: str) -> Response:
    """By any cache; it does not depend on what the list says, so neither does its mark."""
    g.pop("state", None)
    response.headers["Cache-Control"] = how_long
    response.add_etag()
    response.make_conditional(request)
    return for_everybody(response)


def _nothing() -> Response:
    g.language = DEFAULT
    return for_everybody(problems.as_json(Problem(404)))
