"""The officers' list as a file: what is filtered on the page is what comes out."""

from __future__ import annotations

import json
import tempfile
from typing import Any

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue

from web import asking, open_data
from web.listing import NAMES
from web.office import seat
from web.open_data import Sheet
from web.pages import bp
from web.problems import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("xlsx", "csv", "json")


@bp.get("/daftar/ekspor")
def export() -> ResponseReturnValue:
    """The list as the address asks for it, like `pages.listing`; that it was taken is noted."""
    here = seat()
    wanted = request.args.get("bentuk", "xlsx")
    if wanted not in FORMATS:
        raise Problem(404)
    asked = asking.question(request.args, here.desk.body.zone)
    filters = {name: value for name, value in request.args.items() if value and name in NAMES}
    here.note_reading("export", detail=json.dumps(filters, ensure_ascii=False, sort_keys=True))
    body, on = here.desk.body, asked.as_of or here.desk.today
    sheet = open_data.office_sheet(
        here.register,
        body,
        on=on,
        known_at=asked.known_at or _position(),
        about={
            "diunduh": here.at,
            "oleh": f"{here.desk.officer.name}, {here.office.title}",
            "saringan": filters,
        },
        units=here.units,
        **asking.conditions(asked, here.desk.schedule, here.desk.today),
    )
    return _answer(sheet, wanted, f"daftar-{here.register.code}-{on.isoformat()}.{wanted}")


def _position() -> int:
    """The list is held still at one position of the ledger while it is read."""
    latest = seat().register.views.trail(limit=1)
    return latest[0]["position"] if latest else 0


def _answer(sheet: Sheet, wanted: str, name: str) -> Response:
    if wanted == "xlsx":
        file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever sends it
        open_data.write_xlsx(sheet, file, at=seat().at)
        file.seek(0)
        return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name, etag=False)
    for_excel = request.args.get("pemisah") == "titik-koma"
    parts: Any = (
        open_data.as_csv(sheet, for_excel=for_excel)
        if wanted == "csv"
        else open_data.as_json(sheet)
    )
    kind = "text/csv" if wanted == "csv" else "application/json"
    response = Response(parts, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
