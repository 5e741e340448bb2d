"""Kinds of entries: what may be typed, what is said when it may not.

The API reads them from JSON, pages from a form (`web.forms`); both end in the same values.
Each carries in its metadata how a page asks for it: `label`, `hint`, `long`, and `fold`, the
heading under which it is folded away where it is seldom needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from web.language import _

YEAR_MIN, YEAR_MAX = 1945, 2200
WORDS_MAX = 8_000
LINE_MAX = 400

CODE = re.compile(r"^[a-z0-9][a-z0-9._-]{0,59}$")
"""What a unit, an officer or an SOP may be called in addresses and files."""

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, halves of characters, and what makes text read otherwise than stored."""


def unreadable() -> str:
    """What is said of words that hold any of them."""
    return _("Memuat karakter kendali yang tidak terlihat; ketik ulang isian ini.")


_FORBIDDEN = r"\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF"
READABLE = f"^[^{_FORBIDDEN}]*$"
FILLED = rf"^[^{_FORBIDDEN}]*[^{_FORBIDDEN}\s][^{_FORBIDDEN}]*$"
"""The same as the description of the API says it: of any text, and of one that must not be blank.
Halves of characters are left out there: not every reader of patterns knows them."""

IN_THESE_YEARS = r"^(194[5-9]|19[5-9]\d|2[01]\d\d|2200)-"
"""What a day begins with, by `YEAR_MIN` and `YEAR_MAX`."""

SAID: dict[str, Any] = {
    "required": "Wajib diisi.",
    "null": "Wajib diisi.",
    "invalid": "Isian ini tidak sah.",
    "invalid_utf8": "Isian ini bukan teks UTF-8.",
    "type": "Harus berupa objek JSON.",
    "unknown": "Isian ini tidak dikenal.",
}


class Entries(Schema):
    """What an act asks for; anything it does not ask for is refused."""

    error_messages = SAID

    class Meta:
        unknown = "raise"


class Length(validate.Length):
    """Says what is wrong in the reader's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return _(self.error or message).format(min=self.min, max=self.max)


class Between(validate.Range):
    def _format_error(self, value: Any, message: str) -> str:
        return _("Harus antara {min} dan {max}.").format(min=self.min, max=self.max)


class OneOf(validate.OneOf):
    default_message = "Pilih salah satu: {choices}."

    def _format_error(self, value: Any) -> str:
        return _(self.error).format(choices=", ".join(map(str, self.choices)))


class Clean(validate.Validator):
    """Nothing that `FORBIDDEN` forbids."""

    def __call__(self, value: str) -> str:
        if FORBIDDEN.search(value):
            raise ValidationError(unreadable())
        return value


def _at_most(length: int) -> Length:
    return Length(max=length, error="Paling panjang {max} karakter.")


def _metadata(label: str, hint: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "description": label, "hint": hint, **more}


class Text(fields.String):
    """Words. *long*: several lines; *least*: how many characters there must be."""

    default_error_messages = {**SAID, "invalid": "Harus berupa teks."}  # noqa: RUF012

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        fold: str = "",
        long: bool = False,
        least: int = 0,
        **more: Any,
    ) -> None:
        longest = WORDS_MAX if long else LINE_MAX
        checks: list[Any] = [Clean(), _at_most(longest)]
        if least:
            checks.append(Length(min=least, error="Wajib diisi."))
        metadata = _metadata(
            label,
            hint,
            fold=fold,
            long=long,
            longest=longest,
            pattern=FILLED if least else READABLE,
        )
        super().__init__(validate=checks, metadata=metadata, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        assert text is not None
        return text.replace("\r\n", "\n").strip()


class Day(fields.Date):
    """A local date, written 2026-03-02."""

    default_error_messages = {  # noqa: RUF012
        **SAID,
        "invalid": "Tanggal harus ditulis seperti 2026-03-02.",
    }

    def __init__(self, label: str, *, hint: str = "", fold: str = "", **more: Any) -> None:
        metadata = _metadata(label, hint, fold=fold, pattern=IN_THESE_YEARS)
        super().__init__(format="iso", metadata=metadata, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        day = super()._deserialize(value, attr, data, **kwargs)
        assert isinstance(day, date)
        if not YEAR_MIN <= day.year <= YEAR_MAX:
            said = _("Tahun harus antara %(least)s dan %(most)s.", least=YEAR_MIN, most=YEAR_MAX)
            raise ValidationError(said)
        return day


class Whole(fields.Integer):
    """A whole number; 25.0 is one, "25" is not unless a page sent it."""

    default_error_messages = {  # noqa: RUF012
        **SAID,
        "invalid": "Harus berupa bilangan bulat.",
        "too_large": "Bilangan terlalu besar.",
    }

    def __init__(
        self, label: str, *, least: int, most: int, hint: str = "", fold: str = "", **more: Any
    ) -> None:
        super().__init__(
            validate=[Between(min=least, max=most)],
            metadata=_metadata(label, hint, fold=fold),
            **more,
        )

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not (
            isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        ):
            raise self.make_error("invalid", input=value)
        return int(value)


class Flag(fields.Boolean):
    default_error_messages = {**SAID, "invalid": "Harus true atau false."}  # noqa: RUF012

    def __init__(self, label: str, *, hint: str = "", **more: Any) -> None:
        super().__init__(metadata=_metadata(label, hint), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Choice(fields.String):
    """One of the values of an enum (or plain words), with what an officer calls each."""

    default_error_messages = {**SAID, "invalid": "Harus berupa teks."}  # noqa: RUF012

    def __init__(
        self,
        label: str,
        options: Mapping[Any, str],
        *,
        kind: type[Enum] | None = None,
        hint: str = "",
        fold: str = "",
        **more: Any,
    ) -> None:
        self.kind = kind
        options = {str(value): words for value, words in options.items()}
        checks: list[Any] = [Clean(), _at_most(LINE_MAX)]
        if options:  # else only the domain knows which there are, as with units
            checks = [OneOf(list(options))]
        metadata = _metadata(label, hint, fold=fold, options=options)
        if not options:
            metadata["pattern"] = READABLE
        super().__init__(validate=checks, metadata=metadata, **more)

    def deserialize(self, *args: Any, **kwargs: Any) -> Any:
        value = super().deserialize(*args, **kwargs)
        return self.kind(value) if self.kind and isinstance(value, str) else value


class Group(fields.Nested):
    """Entries that belong together, asked for under one heading."""

    default_error_messages = {**SAID, "type": "Harus berupa objek JSON."}  # noqa: RUF012

    def __init__(self, schema: Any, label: str, *, hint: str = "", **more: Any) -> None:
        super().__init__(schema, metadata=_metadata(label, hint), **more)


class Rows(fields.List[Any]):
    """Several groups of entries; a page offers *rows* of them and leaves out the empty ones."""

    default_error_messages = {**SAID, "invalid": "Harus berupa daftar."}  # noqa: RUF012

    def __init__(
        self, schema: Any, label: str, *, rows: int = 3, hint: str = "", **more: Any
    ) -> None:
        super().__init__(
            Group(schema, label),
            validate=[Length(max=50, error="Paling banyak {max} baris.")],
            metadata=_metadata(label, hint, rows=rows),
            **more,
        )


class Lines(fields.List[Any]):
    """Several short texts; a page takes one per line."""

    default_error_messages = {**SAID, "invalid": "Harus berupa daftar."}  # noqa: RUF012

    def __init__(self, label: str, *, hint: str = "", **more: Any) -> None:
        super().__init__(
            Text(label, least=1),
            validate=[Length(max=100, error="Paling banyak {max} baris.")],
            metadata=_metadata(label, hint, long=True),
            **more,
        )


class Several(fields.List[Any]):
    """Any of some values; a page shows boxes to tick."""

    default_error_messages = {**SAID, "invalid": "Harus berupa daftar."}  # noqa: RUF012

    def __init__(
        self, inner: Any, label: str, *, options: Mapping[str, str], hint: str = "", **more: Any
    ) -> None:
        super().__init__(
            inner,
            validate=[Length(max=5_000, error="Paling banyak {max} butir.")],
            metadata=_metadata(label, hint, options=dict(options)),
            **more,
        )


class Identifier(fields.UUID):
    default_error_messages = {  # noqa: RUF012
        **SAID,
        "invalid_uuid": "Nomor pengenal tidak sah.",
    }

    def __init__(self, label: str, *, hint: str = "", fold: str = "", **more: Any) -> None:
        super().__init__(metadata=_metadata(label, hint, fold=fold), **more)


# Questions: entries of an address


class Sought(Text):
    """Words to look for."""

    def __init__(self, label: str, *, most: int, **more: Any) -> None:
        super().__init__(label, **more)
        self.validators = [self.validators[0], _at_most(most)]


class Number(fields.Integer):
    """A whole number in an address, where everything is text."""

    default_error_messages = {  # noqa: RUF012
        **SAID,
        "invalid": "Harus berupa bilangan bulat.",
        "too_large": "Bilangan terlalu besar.",
    }

    def __init__(self, label: str, *, least: int, most: int, **more: Any) -> None:
        metadata = {"label": label, "description": label}
        super().__init__(validate=[Between(min=least, max=most)], metadata=metadata, **more)


class Cursor(fields.String):
    """Where a page begins, as an answer before it said; opaque to whoever holds it."""

    def __init__(self) -> None:
        said = {"description": "Penunjuk halaman dari jawaban sebelumnya"}
        not_blank = Length(
            min=1, error="Penunjuk halaman ini tidak sah; mulai lagi dari halaman pertama."
        )
        super().__init__(validate=[not_blank], metadata={**said, "pattern": r"^[A-Za-z0-9_-]+$"})
