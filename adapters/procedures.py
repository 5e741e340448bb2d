"""Reading procedures (SOP) from their files, one TOML file per paper.

The keys are the headings of the paper, so that whoever holds the paper can check the file.
A new SOP is a new file: see docs/howto/add-a-procedure.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from domain.procedure import Act, Procedure, ServiceTime, Step, contradictions, service_time

FOLDER = Path(__file__).parent / "data" / "sop"
STATUTORY = "statutory-"

_PAPER = {
    "urusan": "subject",
    "nama_sop": "name",
    "nomor_sop": "number",
    "nomor_revisi": "revision",
    "badan_publik": "body_name",
    "unit": "unit",
    "tanggal_pembuatan": "made_on",
    "tanggal_revisi": "revised_on",
    "tanggal_pengesahan": "passed_on",
    "disahkan_oleh": "passed_by",
    "berlaku_sejak": "effective_from",
    "berlaku_sampai": "effective_until",
    "dasar_hukum": "legal_bases",
    "kualifikasi_pelaksana": "qualifications",
    "keterkaitan": "related",
    "peralatan": "equipment",
    "peringatan": "warnings",
    "pencatatan": "records",
    "pemisahan": "separations",
    "pendapat_wajib": "opinion_required",
    "catatan": "note",
    "langkah": "steps",
}
_STEP = {
    "no": "no",
    "kegiatan": "activity",
    "kelengkapan": "needs",
    "waktu": "time",
    "output": "output",
    "keterangan": "remark",
    "kembali_ke": "back_to",
    "saat": "when",
    "tindakan": "acts",
}
_ACT = {
    "keputusan": "decision",
    "pelaksana": "actors",
    "opsional": "optional",
    "hak": "by_right",
}
_WORDS = {ours: theirs for table in (_PAPER, _STEP, _ACT) for theirs, ours in table.items()}


class UnreadableProcedure(ValueError):
    """One sentence: which file, which key, what is wrong with it."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"SOP {name} tidak dapat dibaca: {reason.rstrip('.')}.")


def load_procedures(folder: Path | None = None) -> dict[str, Procedure]:
    """Every SOP of a folder by its key, which is the name of its file."""
    folder = folder or FOLDER
    if not folder.is_dir():
        raise UnreadableProcedure(folder.name, "folder SOP tidak ada")
    files = [file for file in sorted(folder.glob("*.toml")) if not file.stem.startswith(STATUTORY)]
    return {file.stem: read(file) for file in files}


@lru_cache
def statutory(subject: str) -> Procedure:
    """Who may act by law alone: ``statutory("item")``, ``statutory("pledge")``."""
    return read(FOLDER / f"{STATUTORY}{subject}.toml")


def read(file: Path) -> Procedure:
    """One SOP; whatever keeps it from being run as written is said before it is used."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "berkas tidak dapat dibuka"
        raise UnreadableProcedure(file.name, reason) from error
    except UnicodeDecodeError as error:
        raise UnreadableProcedure(file.name, "berkas bukan teks UTF-8") from error
    return read_text(file.stem, text, name=file.name)


def read_text(key: str, text: str, *, name: str = "") -> Procedure:
    """The same from what was pasted; *key* is how history will know this SOP."""
    name = name or key
    try:
        procedure = msgspec.convert({"key": key, **_paper(tomllib.loads(text))}, Procedure)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableProcedure(name, f"bukan TOML yang benar, {error}") from error
    except msgspec.ValidationError as error:
        raise UnreadableProcedure(name, _in_words(str(error))) from error
    except RecursionError as error:
        raise UnreadableProcedure(name, "isinya bersarang terlalu dalam") from error
    except ValueError as error:
        raise UnreadableProcedure(name, str(error)) from error
    flaws = list(contradictions(procedure))
    if not key.startswith(STATUTORY) and not procedure.body_name:
        flaws.append("badan_publik tidak diisi")
    if flaws:
        raise UnreadableProcedure(name, "; ".join(flaws))
    return procedure


def _paper(paper: Mapping[str, Any]) -> dict[str, Any]:
    ours = _renamed(paper, _PAPER, "")
    ours["steps"] = [
        _step(step, f"langkah ke-{n}: ") for n, step in enumerate(_tables(ours.get("steps")), 1)
    ]
    return ours


def _step(step: Mapping[str, Any], where: str) -> Step:
    ours = _renamed(step, _STEP, where)
    try:
        ours["time"] = _time(ours.get("time", ""))
        ours["acts"] = [
            msgspec.convert(_renamed(act, _ACT, where), Act) for act in _tables(ours.get("acts"))
        ]
        return msgspec.convert(ours, Step)
    except msgspec.ValidationError as error:
        raise ValueError(where + _in_words(str(error))) from error
    except ValueError as error:
        raise ValueError(where + str(error).removeprefix(where)) from error


def _time(words: Any) -> ServiceTime:
    if not isinstance(words, str):
        raise ValueError("waktu harus berupa teks, misalnya '1 menit'")  # noqa: TRY004
    return service_time(words)


def _tables(value: Any) -> list[Mapping[str, Any]]:
    """A list of tables; anything else counts as none, which the domain objects to."""
    return value if isinstance(value, list) and all(isinstance(v, dict) for v in value) else []


def _renamed(table: Mapping[str, Any], names: Mapping[str, str], where: str) -> dict[str, Any]:
    if unknown := [key for key in table if key not in names]:
        raise ValueError(f"{where}kunci {unknown[0]!r} tidak dikenal, yang ada: {', '.join(names)}")
    return {
        names[key]: value.strip() if isinstance(value, str) else value
        for key, value in table.items()
    }


_COMPLAINTS = (
    (r"Object missing required field `(\w+)`.*", "{0} tidak diisi"),
    (r"Expected `(.+?)`, got `(.+?)` - at `\$\.(\w+).*`", "{2} harus {0}, bukan {1}"),
    (r"Expected `array` of length 2, got .* - at `\$\.(\w+).*`", "{0} harus berisi pasangan"),
    (r"Invalid \w+.* - at `\$\.(\w+).*`", "{0} tidak sah"),
)
_TYPES = {
    "str": "teks",
    "int": "angka",
    "bool": "true atau false",
    "date": "tanggal seperti 2024-07-24",
    "date | null": "tanggal seperti 2024-07-24",
    "int | null": "angka",
    "array": "daftar dalam [ ]",
    "object": "tabel",
}


def _in_words(complaint: str) -> str:
    """What the converter says, in the words of the file."""
    for pattern, words in _COMPLAINTS:
        if found := re.fullmatch(pattern, complaint):
            return words.format(*(_WORDS.get(w, _TYPES.get(w, w)) for w in found.groups()))
    return complaint
