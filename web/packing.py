"""Files of ours go over the line compressed, to whoever takes them so.

Only files, which are everybody's. A page holds secrets beside words that a stranger may have
chosen, and the length of such a page, compressed, tells of the secrets (BREACH): whether pages are
compressed is for the proxy in front, where its keeper knows what stands between.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

PACKED = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
KEPT_MAX = 100  # files


def install(app: Flask) -> None:
    folder = Path(str(app.static_folder))

    @app.after_request
    def pack(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in PACKED:
            return response
        response.vary.add("Accept-Encoding")
        etag, _is_weak = response.get_etag()
        if response.status_code == 200 and etag and request.accept_encodings["gzip"]:
            packed = _packed(folder / str((request.view_args or {})["filename"]), etag)
            response.close()
            response.direct_passthrough = False
            response.set_data(packed)
            response.headers["Content-Encoding"] = "gzip"
            response.headers.pop("Accept-Ranges", None)
            response.set_etag(f"{etag}-gzip")  # other bytes, hence another name
            response.make_conditional(request)
        return response


@lru_cache(maxsize=KEPT_MAX)
def _packed(file: Path, etag: str) -> bytes:
    """*etag* changes with the file."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)
