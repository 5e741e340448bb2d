"""A witness on the web: two calls for programs, and a page that says to people what it is.

https://c2sp.org/tlog-witness
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from adapters.evidence.keys import fingerprint
from adapters.evidence.witness import REQUEST_BYTES_MAX, Answer, Witness
from adapters.evidence.witness_memory import BROKEN, SET_BACK, SPLIT, Finding, Held
from domain.evidence.encoding import to_base64

HTML = "text/html; charset=utf-8"

STYLE = """
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif }
body { margin: 0 auto; max-width: 52rem; padding: 2.5rem 1.25rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem }
h2 { font-size: 1.05rem; margin: 2.5rem 0 .5rem }
p { margin: .5rem 0; max-width: 42rem }
code { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
dl { display: grid; gap: .25rem 1.25rem; grid-template-columns: max-content 1fr; margin: .5rem 0 }
dt { opacity: .7 }
dd { margin: 0; min-width: 0 }
article { border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent) }
article { padding: .9rem 0 }
article h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere }
.found { border-left: 3px solid #c0392b; padding-left: .9rem }
.found.unsure { border-left-color: #c58a1a }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
"""

_STYLE_HASH = b64encode(sha256(STYLE.encode("utf-8")).digest()).decode("ascii")

HEADERS = [
    ("Content-Security-Policy", f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]

KINDS = {
    SPLIT: "Dua akar untuk ukuran yang sama, keduanya ditandatangani log. Ini bukti pasti bahwa "
    "log itu menandatangani dua riwayat.",
    BROKEN: "Checkpoint bertanda tangan log tidak terbukti menyambung riwayat yang sudah "
    "disaksikan. Ini belum tentu kesalahan log: pengirimnya, siapa pun dia, mungkin menyertakan "
    "jalur bukti yang keliru.",
    SET_BACK: "Tanda tangan saksi ini sendiri atas riwayat yang tidak diingatnya: ingatannya "
    "dipulihkan dari salinan lama.",
}


def application(witness: Witness) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = _answer(witness, environ)
        content = found.content.encode("utf-8")
        status = HTTPStatus(found.status)
        headers = [("Content-Type", found.kind), ("Content-Length", str(len(content))), *HEADERS]
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "POST" if _path(environ) == "/add-checkpoint" else "GET"))
        start_response(f"{status.value} {status.phrase}", headers)
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [content]

    return answer


def _answer(witness: Witness, environ: WSGIEnvironment) -> Answer:
    path, method = _path(environ), environ["REQUEST_METHOD"]
    if path == "/add-checkpoint":
        if method != "POST":
            return Answer(405, "kirim dengan POST\n")
        body = environ["wsgi.input"].read(REQUEST_BYTES_MAX + 1)
        if len(body) > REQUEST_BYTES_MAX:
            return Answer(413, "permintaan terlalu panjang\n")
        return witness.add_checkpoint(body)
    if method not in ("GET", "HEAD"):
        return Answer(405, "baca dengan GET\n")
    if path == "/":
        return Answer(200, _page(witness), HTML)
    if path == "/healthz":
        return Answer(200, "ok\n")
    if found := re.fullmatch(r"/([0-9a-f]{64})/checkpoint", path):
        note = witness.checkpoint_of(found[1])
        return Answer(200, note) if note else Answer(404, "belum ada checkpoint\n")
    if found := re.fullmatch(r"/temuan/([1-9][0-9]{0,8})", path):
        finding = witness.memory.finding(int(found[1]))
        return Answer(200, _told(finding)) if finding else Answer(404, "tidak ada\n")
    return Answer(404, "tidak ada\n")


def _path(environ: WSGIEnvironment) -> str:
    return str(environ.get("PATH_INFO", ""))


# For people


def _page(witness: Witness) -> str:
    held = witness.memory.cosigned()
    logs = "".join(
        _log(origin, held.get(origin, Held()), watched=origin in witness.logs)
        for origin in sorted({*witness.logs, *held})
    )
    findings = "".join(map(_finding, witness.memory.findings()))
    stopped = witness.memory.stopped()
    return f"""<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>Saksi {escape(witness.key.name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>
<body><main>
<h1>Saksi {escape(witness.key.name)}</h1>
{f'<p class="found"><strong>Saksi ini berhenti.</strong> {escape(stopped)}</p>' if stopped else ""}
<p>Saksi ini mengawasi log yang disebut di bawah. Tanda tangannya berarti satu hal: dari semua yang
pernah ditunjukkan kepadanya, log itu hanya bertambah; tidak ada yang diubah, dihapus, atau
disisipkan sejak disaksikan. Ia hanya menerima nama, ukuran, dan nilai hash. Isi catatan tidak
pernah dikirim kepadanya, maka ia tidak dapat mengatakan bahwa isinya benar.</p>
<h2>Kunci</h2>
<p><code>{escape(str(witness.key))}</code></p>
<p>SHA-256 kunci itu, untuk dicocokkan lewat jalan lain: <code>{fingerprint(witness.key)}</code></p>
<h2>Log yang diawasi</h2>
{logs}
<h2>Temuan</h2>
{findings or NOTHING_FOUND}
</main></body></html>
"""


NOTHING_FOUND = """<p>Belum ada. Artinya, belum pernah ada checkpoint bertanda tangan log yang
bertentangan dengan yang sudah disaksikan di sini; riwayat yang tidak pernah ditunjukkan kepada
saksi ini tidak dapat diketahuinya.</p>"""


def _log(origin: str, held: Held, *, watched: bool) -> str:
    digest = sha256(origin.encode("utf-8")).hexdigest()
    rows = {
        "Catatan": f"{held.size:,}".replace(",", "."),
        "Akar": f"<code>{to_base64(held.root)}</code>",
        "Disaksikan": _moment(held.time),
        "Checkpoint": f'<a href="{digest}/checkpoint">sebagaimana ditandatangani</a>',
    }
    told = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows.items())
    state = f"<dl>{told}</dl>" if held.note else "<p>Belum ada checkpoint yang diterima.</p>"
    gone = "" if watched else "<p>Tidak diawasi lagi.</p>"
    return f"<article><h3>{escape(origin)}</h3>{gone}{state}</article>"


def _finding(finding: Finding) -> str:
    unsure = " unsure" if finding.kind == BROKEN else ""
    return f"""<article class="found{unsure}"><h3>{escape(finding.origin)}</h3>
<p>{escape(KINDS.get(finding.kind, finding.kind))}</p>
<p>{_moment(finding.time)}, <a href="temuan/{finding.number}">kedua checkpoint</a></p></article>"""


def _told(finding: Finding) -> str:
    """Both sides as they were signed, for whoever checks them himself."""
    return (
        f"# {finding.origin}, {_moment(finding.time)}\n# {KINDS.get(finding.kind, finding.kind)}\n"
        f"\n# Yang sudah disaksikan\n\n{finding.held}\n# Yang ditunjukkan\n\n{finding.request}"
    )


def _moment(time: int) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S} UTC"
