"""The published list for other people's programs and pages: open data, its catalogue, an embed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import (
    Response,
    g,
    jsonify,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from web import asking, open_data, problems
from web.language import DEFAULT, _
from web.open_data import LICENCE, LICENCE_ADDRESS, PUBLIC_COLUMNS, Sheet
from web.public import Wanted, bp, moment, wanted
from web.public_changes import addresses, between, span
from web.security import EMBEDDABLE

XLSX_ROWS_MAX = 50_000  # a workbook is made whole before it is sent
EMBEDDED = 10
EMBEDDED_MAX = 50


def for_everybody(response: Response) -> Response:
    """Programs of any origin may read it: nothing in it depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _sheet(asked: Wanted) -> Sheet:
    """The list as of a day, held still at one position of the ledger while it is read."""
    known_at: datetime | int | None
    on, known_at = moment(asked.on, asked.as_shown_then)
    known_at = g.position if known_at is None else known_at
    return open_data.published_sheet(
        g.register,
        g.body,
        on=on,
        known_at=known_at,
        upto=known_at if asked.as_shown_then and isinstance(known_at, datetime) else g.changed_at,
        address=addresses(),
        **{name: value for name, value in asked.conditions.items() if name != "published"},
    )


def _asked() -> Wanted | Response:
    """What is asked, or what is wrong with it; data are the same in every language."""
    g.language = DEFAULT
    try:
        asked = wanted()
    except ValidationError as error:
        return for_everybody(problems.as_json(problems.explained(error)))
    g.is_settled = asked.as_shown_then
    return asked


def streamed(parts: Iterator[str], kind: str, name: str = "") -> Response:
    response = Response(parts, content_type=f"{kind}; charset=utf-8")
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return for_everybody(response)


def _file_name(asked: Wanted, ending: str) -> str:
    return f"dik-{g.code}-{(asked.on or g.today).isoformat()}.{ending}"


@bp.get("/data/daftar.json")
def data_json() -> ResponseReturnValue:
    """The whole list, or what the same filters leave of it; every address names its day."""
    asked = _asked()
    if isinstance(asked, Response):
        return asked
    return streamed(open_data.as_json(_sheet(asked)), "application/json")


@bp.get("/data/daftar.csv")
def data_csv() -> ResponseReturnValue:
    """RFC 4180; with ``pemisah=titik-koma`` as Excel in Indonesia opens it."""
    asked = _asked()
    if isinstance(asked, Response):
        return asked
    parts = open_data.as_csv(_sheet(asked), for_excel=_for_excel())
    return streamed(parts, "text/csv", _file_name(asked, "csv"))


def _for_excel() -> bool:
    return request.args.get("pemisah") == "titik-koma"


@bp.get("/data/daftar.xlsx")
def data_xlsx() -> ResponseReturnValue:
    asked = _asked()
    if isinstance(asked, Response):
        return asked
    if sum(row["items"] for row in g.register.views.tally(published=True)) > XLSX_ROWS_MAX:
        problem = problems.Problem(
            422,
            _("Daftar ini terlalu panjang untuk satu berkas XLSX."),
            _("Ambil sebagai CSV, yang dapat dibuka dengan aplikasi yang sama."),
        )
        return for_everybody(problems.as_json(problem))
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever sends it
    open_data.write_xlsx(_sheet(asked), file, at=g.changed_at)
    file.seek(0)
    return for_everybody(
        send_file(
            file,
            mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            as_attachment=True,
            download_name=_file_name(asked, "xlsx"),
            etag=False,
            last_modified=g.changed_at,
        )
    )


@bp.get("/data/perubahan.json")
def data_changes() -> ResponseReturnValue:
    """The exact difference between two days, entry by entry, as it was and as it is."""
    g.language = DEFAULT
    faults: dict[str, list[str]] = {}
    asked = span(faults)
    if faults:
        error = problems.explained(ValidationError(dict(faults)))
        return for_everybody(problems.as_json(error))
    g.is_settled = asked.as_shown_then and asked.last < g.today
    found = between(g.register, g.body, *asked.moments, address=addresses())
    about = {
        "badan_publik": g.body.name,
        "kode": g.code,
        "dari": asked.first,
        "sampai": asked.last,
        "sebagaimana_tampil_saat_itu": asked.as_shown_then,
        "lisensi": LICENCE,
    }
    kinds = {
        "added": "ditambahkan",
        "opened": "terbuka",
        "changed": "berubah",
        "removed": "dikeluarkan",
    }
    records = (
        {
            "id": str(one.id),
            "jenis": kinds[one.kind],
            "nomor_penetapan": one.latest["nomor_penetapan"],
            "sebelum": one.before,
            "sesudah": one.after,
        }
        for one in found
    )
    return streamed(open_data.as_json(Sheet("", {}, about, records)), "application/json")


# The catalogue


@bp.get("/data/katalog.jsonld")
def catalogue() -> ResponseReturnValue:
    """What there is to be had, in the vocabulary of DCAT, for portals that harvest."""
    g.language = DEFAULT
    response = jsonify(_catalogue())
    response.content_type = "application/ld+json"
    return for_everybody(response)


MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def _catalogue() -> dict[str, Any]:
    def at(endpoint: str, **more: Any) -> str:
        return url_for(f"public.{endpoint}", _external=True, bahasa=None, **more)

    def said(indonesian: str, english: str) -> list[dict[str, str]]:
        return [
            {"@language": "id", "@value": indonesian},
            {"@language": "en", "@value": english},
        ]

    def distribution(endpoint: str, name: str, media: str, **more: Any) -> dict[str, Any]:
        return {
            "@type": "dcat:Distribution",
            "@id": at(endpoint, **more),
            "dct:title": name,
            "dcat:accessURL": {"@id": at("data")},
            "dcat:downloadURL": {"@id": at(endpoint, **more)},
            "dcat:mediaType": {"@id": MEDIA_TYPES + media},
            "dct:license": {"@id": LICENCE_ADDRESS},
        }

    publisher = {"@type": "foaf:Organization", "foaf:name": g.body.name}
    modified = {"@type": "xsd:dateTime", "@value": g.changed_at.isoformat()}
    dataset = {
        "@type": "dcat:Dataset",
        "@id": at("listing"),
        "dct:identifier": f"dik-{g.code}",
        "dct:title": said(
            f"Daftar informasi yang dikecualikan {g.body.name}",
            f"Register of exempted information of {g.body.name}",
        ),
        "dct:description": said(
            "Setiap informasi yang dikecualikan dan yang sudah terbuka kembali: judul, dasar "
            "hukum, jangka waktu, dan penetapannya.",
            "Every piece of exempted information and what has been opened since: title, legal "
            "ground, period and decree.",
        ),
        "dct:publisher": publisher,
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/IND"},
        "dct:spatial": {
            "@id": "http://publications.europa.eu/resource/authority/country/IDN",
        },
        "dct:modified": modified,
        "dct:accrualPeriodicity": {
            "@id": "http://publications.europa.eu/resource/authority/frequency/UPDATE_CONT"
        },
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dct:accessRights": {
            "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
        },
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/GOVE"},
        "dcat:keyword": ["informasi yang dikecualikan", "keterbukaan informasi publik", "PPID"],
        "dcat:landingPage": {"@id": at("listing")},
        "dcat:distribution": [
            distribution("data_json", "JSON", "application/json"),
            distribution("data_csv", "CSV", "text/csv"),
            distribution(
                "data_xlsx",
                "XLSX",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            distribution("feed", "Atom", "application/atom+xml"),
        ],
    }
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Catalog",
        "@id": at("catalogue"),
        "dct:title": said(f"Data terbuka {g.body.name}", f"Open data of {g.body.name}"),
        "dct:description": said(
            "Data terbuka dari register informasi yang dikecualikan.",
            "Open data from the register of exempted information.",
        ),
        "dct:publisher": publisher,
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dct:modified": modified,
        "foaf:homepage": {"@id": at("data")},
        "dcat:dataset": [dataset],
    }


@bp.get("/data/")
def data() -> ResponseReturnValue:
    """Where everything above is to be found, and how a site of one's own shows the list."""
    return render_template(
        "public_data.html",
        columns=PUBLIC_COLUMNS,
        licence=LICENCE,
        licence_address=LICENCE_ADDRESS,
        linked=_catalogue(),
        frame=url_for("public.embedded", _external=True),
    )


# Inside another site


@bp.get("/sematan")
def embedded() -> ResponseReturnValue:
    """The list inside another site: light, without forms that send, cookies or scripts."""
    try:
        asked = wanted()
    except ValidationError:
        asked = Wanted(asking.Question())
    number = _number()
    rows = g.register.views.list(limit=number + 1, **asked.conditions)
    page = render_template(
        "embed.html",
        rows=rows[:number],
        is_more=len(rows) > number,
        wanted=asked,
        asked=asked.asked,
        reads_as_open=open_data.reads_as_open,
        open_since=open_data.open_since,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = EMBEDDABLE
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _number() -> int:
    written = request.args.get("jumlah", "")
    if not (written.isascii() and written.isdecimal()):
        return EMBEDDED
    return max(1, min(EMBEDDED_MAX, int(written[:4])))
