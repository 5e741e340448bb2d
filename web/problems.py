"""What went wrong, told to people and to machines.

One table of problems, two faces: a page in Indonesian, or a problem document (RFC 9457) below
`/api/`. Nobody ever sees a stack trace; the log has it, under the id that is shown.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from domain.evidence.absence import NotNow
from domain.history import Contended, OutcomeUnknown, Stale, Unrecorded
from domain.rule import Refused, Rule
from web.acts import ReadOnly
from web.forms import flattened
from web.language import _
from web.once import KeyOfAnother, StillAtWork
from web.plain import rule as plain_rule
from web.step_up import OutOfScope

log = logging.getLogger("sidik.web")

TITLES = {
    400: "Permintaan tidak dapat dibaca.",
    401: "Token tidak ada atau tidak berlaku.",
    403: "Anda tidak berwenang membuka halaman ini.",
    404: "Tidak ditemukan.",
    405: "Cara ini tidak tersedia di alamat ini.",
    406: "Bentuk yang diminta tidak tersedia.",
    409: "Belum dapat dilakukan menurut hukum.",
    410: "Halaman ini sudah tidak ada.",
    412: "Keadaan sudah berubah sejak Anda membukanya.",
    413: "Kiriman terlalu besar.",
    414: "Alamat terlalu panjang.",
    415: "Kirim isi permintaan sebagai application/json.",
    422: "Isian belum benar.",
    428: "Sebutkan versi yang Anda lihat.",
    429: "Terlalu banyak percobaan.",
    500: "Terjadi kesalahan pada SIDIK.",
    503: "Sedang tidak dapat dilayani.",
    504: "Hasilnya belum diketahui.",
}
ADVICE = {
    400: "Muat ulang halaman, lalu coba lagi.",
    403: "Pilih jabatan lain bila Anda memegangnya, atau kembali ke pekerjaan Anda.",
    404: "Alamatnya mungkin salah ketik, atau halaman ini bukan milik badan publik Anda.",
    405: "Kembali ke halaman sebelumnya dan gunakan tombol yang tersedia.",
    410: "Riwayatnya tetap tersimpan dan dapat dimintakan kepada PPID.",
    413: "Perkecil isian, lalu coba lagi.",
    500: "Tidak ada yang perlu Anda ulangi sebelum memeriksa riwayat butirnya.",
    503: "Silakan ulangi beberapa saat lagi.",
}


@dataclass
class Problem(Exception):
    """Something to be answered with this status."""

    status: int
    title: str = ""
    detail: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.title = self.title or TITLES.get(self.status, "Permintaan tidak dapat dilayani.")


def explained(error: Exception) -> Problem:
    """What an error means for whoever asked."""
    match error:
        case Problem():
            return error
        case Refused(rules=rules):
            return Problem(409, rules=rules)
        case ValidationError(messages=messages):
            return Problem(422, more={"errors": pointers(messages)})
        case Stale(expected=expected, actual=actual):
            detail = _(
                "Anda melihat versi %(seen)s; sekarang versi %(now)s. Muat ulang dahulu.",
                seen=expected,
                now=actual,
            )
            return Problem(412, detail=detail, headers={"ETag": f'"{actual}"'})
        case NotNow(sentence=sentence, values=values, seconds=seconds):
            return Problem(
                429,
                _("Terlalu banyak diminta sekaligus."),
                _(sentence, **values),
                headers={"Retry-After": str(seconds)},
            )
        case Unrecorded():
            return Problem(404, detail="Tidak ada yang tercatat di bawah nomor ini.")
        case Contended():
            detail = "Sedang diubah oleh petugas lain. Tidak ada yang tercatat; silakan ulangi."
            return Problem(503, detail=detail, headers={"Retry-After": "1"})
        case OutcomeUnknown():
            detail = (
                "Sambungan ke basis data terputus ketika mencatat, sehingga belum diketahui apakah "
                "tindakan ini tercatat. Jangan ulangi sebagai tindakan baru: kirim ulang dengan "
                "Idempotency-Key yang sama, atau periksa riwayatnya."
            )
            return Problem(504, detail=detail, headers={"Retry-After": "2"})
        case KeyOfAnother():
            return Problem(
                409,
                "Kunci ini sudah dipakai untuk permintaan lain.",
                "Formulir atau Idempotency-Key ini sudah pernah dikirim dengan isi yang berbeda.",
            )
        case StillAtWork():
            return Problem(
                409,
                "Permintaan yang sama sedang dikerjakan.",
                "Tunggu sebentar, lalu periksa riwayatnya.",
                headers={"Retry-After": "2"},
            )
        case OutOfScope(scope=scope):
            return Problem(
                403,
                "Token ini tidak diterbitkan untuk tindakan ini.",
                _("Terbitkan token dengan lingkup ‘%(scope)s’ di halaman akun Anda.", scope=scope),
            )
        case ReadOnly():
            return Problem(403, "Jabatan ini hanya membaca.")
        case CSRFError():
            return Problem(
                400,
                "Formulir ini sudah kedaluwarsa.",
                "Sesi Anda berakhir atau halaman dibuka terlalu lama. Muat ulang, lalu kirim lagi.",
            )
        case HTTPException():
            return _of_http(error)
    if isinstance(error, current_app.config["SIDIK_TROUBLE"]):
        return Problem(503, detail=str(error), headers={"Retry-After": "5"})
    return Problem(500)


def _of_http(error: HTTPException) -> Problem:
    original = getattr(error, "original_exception", None)
    if isinstance(original, Exception):
        return explained(original)
    data = getattr(error, "data", {}) or {}
    messages = data.get("messages") or data.get("errors")
    if error.code == 422 and isinstance(messages, Mapping):
        return Problem(422, more={"errors": pointers(_without_location(messages))})
    headers = {}
    if allowed := getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(allowed)
    detail = ""
    if error.code == 413 and (most := request.max_content_length):
        most_said = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 2**10} kB"
        detail = _("Kiriman ini lebih besar dari %(most)s; perkecil atau bagi.", most=most_said)
    return Problem(error.code or 500, detail=detail, headers=headers)


def _without_location(messages: Mapping[str, Any]) -> Mapping[str, Any]:
    """webargs says first whether it was the body or the query string."""
    inner = [messages[at] for at in ("json", "query", "headers") if at in messages]
    return inner[0] if len(inner) == 1 and isinstance(inner[0], Mapping) else messages


def pointers(messages: Any) -> list[dict[str, str]]:
    """Each fault with a JSON pointer to the entry it is about."""
    return [
        {"pointer": "/" + name.replace("~", "~0").replace(".", "/"), "detail": said}
        for name, all_said in flattened(messages).items()
        for said in all_said
    ]


def is_api() -> bool:
    return request.path.startswith("/api/")


def answer(error: Exception) -> ResponseReturnValue:
    """The problem with the face that suits the address."""
    found = explained(error)
    if found.status >= 500:
        reference = uuid4().hex[:12]
        found.more = {**found.more, "instance": f"urn:sidik:kejadian:{reference}"}
        original = getattr(error, "original_exception", None) or error
        if found.status == 500:
            log.error("%s %s", reference, request.endpoint, exc_info=_without_values(original))
        else:
            log.warning("%s %s %s", reference, request.endpoint, type(original).__name__)
    response = as_json(found) if is_api() else as_page(found)
    response.headers.extend(dict(found.headers))
    return response


def _without_values(error: BaseException) -> Any:
    """Where it happened, without its message, which may quote what is closed."""
    return (Exception, Exception(type(error).__name__), error.__traceback__)


def as_json(found: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _(found.title),
        "status": found.status,
    }
    if found.detail:
        body["detail"] = _(found.detail)
    if found.rules:
        body["rules"] = [plain_rule(rule) for rule in found.rules]
    response = jsonify({**body, **found.more})
    response.status_code = found.status
    response.content_type = "application/problem+json"
    return response


def as_page(found: Problem) -> Response:
    html = render_template(
        "error.html",
        problem=found,
        advice=_(found.detail or ADVICE.get(found.status, "")),
        seated=g.get("seat"),
    )
    return Response(html, found.status)


def install(app: Flask, trouble: tuple[type[Exception], ...]) -> None:
    app.config["SIDIK_TROUBLE"] = trouble
    app.register_error_handler(HTTPException, answer)
    for kind in (
        Problem,
        Refused,
        ValidationError,
        Stale,
        NotNow,
        Unrecorded,
        Contended,
        OutcomeUnknown,
        KeyOfAnother,
        StillAtWork,
        ReadOnly,
        OutOfScope,
        CSRFError,
        *trouble,
    ):
        app.register_error_handler(kind, answer)


KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,99}")
"""What an Idempotency-Key, and so the cause of a fact, may look like."""
