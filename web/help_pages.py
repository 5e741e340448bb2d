"""Help where it is needed: terms of law, a first tour of the demonstration, the API's own page."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    current_app,
    g,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from domain.officer import Role
from domain.rule import cite
from web import navigation
from web.language import _, language
from web.office import seat
from web.pages import bp

FILE = Path(__file__).parent / "data" / "terms.toml"
TOUR = "tur"
A_YEAR = 31_536_000


# Terms


@dataclass(frozen=True)
class Term:
    """A term of law: what it means and where it is written."""

    name: str
    meaning: str
    english: str
    basis: str  # empty: SIDIK's own word, or an SOP's
    also: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The meaning in the reader's language."""
        return self.english if language() == "en" else self.meaning

    @property
    def anchor(self) -> str:
        return "".join(c if c.isalnum() else "-" for c in self.name.lower())


@cache
def terms() -> Mapping[str, Term]:
    """Every term by its name, in alphabetical order."""
    found = [_term(each) for each in tomllib.loads(FILE.read_text(encoding="utf-8"))["term"]]
    return {term.name: term for term in sorted(found, key=lambda term: term.name.lower())}


def _term(said: dict[str, Any]) -> Term:
    basis = ""
    if "law" in said:
        parts = {part: said.get(part, "") for part in ("pasal", "ayat", "huruf", "angka")}
        basis = str(cite(said["law"], **parts))
    return Term(said["name"], said["meaning"], said["english"], basis, tuple(said.get("also", ())))


@cache
def _by_label(spoken: str) -> Mapping[str, Term]:
    """Terms by whatever a page calls them in that language, in small letters."""
    found: dict[str, Term] = {}
    for known in terms().values():
        for called in (*known.also, known.name):
            for spelled in (called, called[:1].upper() + called[1:]):
                found[_(spelled).lower()] = known
        if spoken == "en":
            found[known.english.split(":")[0].lower()] = known
    return found


def find(label: str) -> Term | None:
    return _by_label(language()).get(label.strip().lower())


def term(name: str, said: str = "") -> str:
    """*name* as a word that explains itself on hover, focus and tap; plain where it is unknown."""
    known = find(name)
    return _tip(known, said or name) if known else said or name


def tip_of(label: str) -> str:
    """A small question mark beside a label that is a term of law; nothing beside another."""
    known = find(label)
    return _tip(known, "") if known else ""


def _tip(known: Term, said: str) -> str:
    g.tips = g.get("tips", 0) + 1
    tip: Callable[..., str] = get_template_attribute("help_tip.html", "tip")
    return tip(f"istilah-{g.tips}", said, known.said, known.basis)


@bp.get("/bantuan", endpoint="help")
def glossary() -> ResponseReturnValue:
    """All terms on one page, and the first steps of this office."""
    letters = groupby(terms().values(), key=lambda term: term.name[0].upper())
    return render_template(
        "help.html", letters=[(letter, list(found)) for letter, found in letters], steps=steps()
    )


# The tour of the demonstration


@dataclass(frozen=True)
class Step:
    """One thing to look at first."""

    endpoint: str
    title: str
    text: str

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def heading(self) -> str:
        return _(self.title)

    @property
    def said(self) -> str:
        return _(self.text)


WORK = Step(
    "pages.work",
    "Lihat apa yang menunggu",
    "Setiap tugas menyebut tenggatnya, alasannya, dan akibatnya bila dibiarkan.",
)
LIST = Step(
    "pages.listing",
    "Mundur dalam waktu",
    "Buka daftar pada tanggal mana pun: menurut keberlakuan, atau seperti dahulu tercatat.",
)
TRAIL = Step(
    "pages.trail",
    "Baca jejak audit",
    "Siapa melakukan apa, selaku apa, menurut langkah SOP yang mana.",
)
DECREES = Step(
    "pages.decrees",
    "Buka sebuah penetapan",
    "Satu surat penetapan memuat banyak butir, masing-masing dengan alasan dan jangka waktunya.",
)
SHELF = Step(
    "pages.shelf",
    "Periksa rak arsip",
    "Butir yang paling dahulu terbuka berada paling depan.",
)
PROPOSE = Step(
    "pages.new",
    "Usulkan sebuah pengecualian",
    "Formulir menunjukkan pasal yang menghalangi sebelum Anda mengirimnya.",
)
IMPORT = Step(
    "pages.imports",
    "Ambil alih daftar lama",
    "Kirim daftar Excel Anda dan lihat apa yang kurang pada setiap barisnya.",
)
SETTINGS = Step(
    "pages.settings",
    "Lihat yang mendasari register",
    "Hukum, kalender hari kerja, SOP, dan pejabat: setiap perubahan memperlihatkan dampaknya.",
)
PLEDGES = Step(
    "pages.pledges",
    "Baca maklumat pelayanan",
    "Janji layanan setiap unit, dari konsep sampai diumumkan.",
)
TOURS: Mapping[str, tuple[Step, ...]] = {
    Role.PPID_UTAMA: (WORK, IMPORT, DECREES, LIST, SHELF),
    Role.PPID_PEMBANTU: (PROPOSE, IMPORT, WORK, LIST),
    Role.KETUA_PPID: (WORK, DECREES, IMPORT, LIST),
    Role.PETUGAS_PPID: (PROPOSE, IMPORT, WORK, SHELF),
    Role.ATASAN_PPID: (WORK, LIST, DECREES),
    Role.PIMPINAN: (WORK, DECREES, LIST),
    Role.TIM_PERTIMBANGAN: (WORK, LIST, PLEDGES),
    Role.AUDITOR: (TRAIL, LIST, DECREES, SETTINGS),
    Role.ADMIN: (SETTINGS, TRAIL, LIST),
}


def steps() -> list[Step]:
    """What this office looks at first, as far as there are such pages."""
    wanted = TOURS.get(seat().role, (WORK, LIST, TRAIL))
    return [step for step in wanted if step.endpoint in current_app.view_functions]


def tour() -> list[Step]:
    """The same on the first page of a demonstration, until it is put away."""
    if not seat().desk.body.demo or request.cookies.get(TOUR):
        return []
    return steps()


@bp.post("/bantuan/tur", endpoint="help_put_away")
def put_away() -> ResponseReturnValue:
    """Show the tour no more in this browser."""
    here = seat()
    response = redirect(navigation.home(here.register.code, here.role), 303)
    response.set_cookie(
        TOUR, "selesai", max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


# The API's own page


@dataclass(frozen=True)
class Operation:
    """One operation as the description of the API has it, with a call to copy."""

    method: str
    path: str
    summary: str
    parameters: Sequence[Mapping[str, Any]]
    body: Sequence[Mapping[str, Any]]
    statuses: Sequence[tuple[str, str]]
    example: str

    @property
    def anchor(self) -> str:
        plain = "".join(c if c.isalnum() else "-" for c in self.path.removeprefix("/api/v1/"))
        return f"{self.method}-{plain}".lower().strip("-")


def api_docs() -> ResponseReturnValue:
    """The reference of the API, made from its own description."""
    described = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    groups: dict[str, list[Operation]] = {}
    for path, found in described["paths"].items():
        for method, operation in found.items():
            if method in ("get", "post", "put", "delete", "patch"):
                made = _operation(described, path, method, operation, found)
                groups.setdefault(_group(path), []).append(made)
    return render_template("api_docs.html", groups=groups, problem=_problem(described))


def _group(path: str) -> str:
    parts = path.removeprefix("/api/v1/{code}/").split("/")
    return parts[0]


def _operation(
    described: Mapping[str, Any],
    path: str,
    method: str,
    operation: Mapping[str, Any],
    around: Mapping[str, Any],
) -> Operation:
    parameters = [
        _resolved(described, each)
        for each in (*around.get("parameters", ()), *operation.get("parameters", ()))
    ]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = list(_fields(described, content.get("schema", {})))
    summary = " ".join(
        part for part in (operation.get("summary", ""), operation.get("description", "")) if part
    )
    return Operation(
        method.upper(),
        path,
        summary,
        [each for each in parameters if each["name"] != "code"],
        body,
        [(str(s), each.get("description", "")) for s, each in operation["responses"].items()],
        _curl(method, path, parameters, body),
    )


def _resolved(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    ref = schema.get("$ref")
    if not ref:
        return schema
    found: Any = described
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _fields(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    whole = _resolved(described, schema)
    required = set(whole.get("required", ()))
    for name, each in whole.get("properties", {}).items():
        known = _resolved(described, each)
        yield {
            "name": name,
            "type": _type(known),
            "required": name in required,
            "description": known.get("description", ""),
            "choices": [str(one) for one in known.get("enum", ()) if one is not None],
        }


def _type(schema: Mapping[str, Any]) -> str:
    said = schema.get("type", "object")
    kinds = said if isinstance(said, list) else [said]
    return " / ".join(kind for kind in kinds if kind != "null") or "object"


EXAMPLES: Mapping[str, Any] = {
    "string": "...",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
}


def _curl(
    method: str,
    path: str,
    parameters: Sequence[Mapping[str, Any]],
    body: Sequence[Mapping[str, Any]],
) -> str:
    address = path.replace("{code}", "kalteng")
    lines = [
        f"curl -H 'Authorization: Bearer TOKEN_ANDA' '{request.host_url.rstrip('/')}{address}'"
    ]
    if method == "post":
        for each in parameters:
            if each.get("in") == "header":
                value = '"7"' if each["name"] == "If-Match" else "kunci-acak-anda"
                lines.append(f"-H '{each['name']}: {value}'")
        sent = {f["name"]: EXAMPLES.get(f["type"], "...") for f in body if f["required"]}
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d '{json.dumps(sent, ensure_ascii=False)}'")
    return " \\\n  ".join(lines)


def _problem(described: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Every status by which a request may fail, with what it means."""
    found: dict[str, str] = {}
    for operations in described["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                for status, each in operation.get("responses", {}).items():
                    if str(status) >= "400":
                        found.setdefault(str(status), each.get("description", ""))
    return sorted(found.items())


def install(app: Flask) -> None:
    """Teach templates the terms and the tour, and serve the API's page."""
    app.jinja_env.globals.update(term=term, tip_of=tip_of, tour=tour)
    app.add_url_rule("/api/docs", "api_docs", api_docs)
