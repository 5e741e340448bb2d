"""Forms made from the entries of an act, so that a page can ask for nothing else.

A form is flat: `particulars.title`, `channels.0.address`, `particulars.grounds` (boxes such as
``h.3``). What was typed is never lost: a form is shown again from what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from domain.ground import Ground
from domain.rule import Citation, Finding, Rule
from web import words
from web.fields import Choice, Day, Flag, Group, Identifier, Lines, Rows, Several, Whole
from web.language import _

Typed = MultiDict[str, str]
LATER_ROW = re.compile(r"\.[1-9]\d*\Z", re.ASCII)
YES, NO = "ya", "tidak"
GROUND = re.compile(r"[a-z](?:\.\d{1,3})?\Z", re.ASCII)
"""How a box for a ground is called: ``h.3``, or ``b`` where the huruf has no angka."""


@dataclass(frozen=True)
class Entry:
    """One thing a form asks for, with what stands in it and what is wrong with it."""

    name: str
    widget: str  # text, long, date, number, choice, flag, yes-no, boxes
    label: str
    hint: str = ""
    required: bool = False
    longest: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    values: Sequence[str] = ()
    errors: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    findings: Sequence[Finding] = ()
    fold: str = ""  # the heading under which it is folded away until it is used

    @property
    def id(self) -> str:
        return "isian-" + self.name.replace(".", "-")

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors or self.rules)

    @property
    def is_used(self) -> bool:
        return self.is_wrong or any(self.values)


@dataclass(frozen=True)
class Section:
    """Entries under one heading."""

    label: str
    hint: str
    parts: Sequence[Entry | Section]
    errors: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    fold: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors or self.rules) or any(part.is_wrong for part in self.parts)

    @property
    def is_used(self) -> bool:
        return self.is_wrong or any(part.is_used for part in self.parts)


@dataclass(frozen=True)
class Complaints:
    """Everything against what was typed: of its shape, and of the law."""

    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    def rules_about(self, name: str) -> list[Rule]:
        path, _, own = name.rpartition(".")
        if path.endswith("closed"):  # no rule of the law asks for what is closed
            return []
        if LATER_ROW.search(path):  # said beside the first row, not beside rows left empty
            return []
        return [rule for rule in self.rules if rule.field == own]


def flattened(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Validation messages by the flat name of the entry they are about."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[str]] = {}
        for name, inner in messages.items():
            path = prefix if name == "_schema" else f"{prefix}.{name}".strip(".")
            for where, said in flattened(inner, path).items():
                flat.setdefault(where, []).extend(said)
        return flat
    if isinstance(messages, str):
        return {prefix: [messages]}
    return {prefix: [str(message) for message in messages]}


# Reading a form


def load(schema: Schema, typed: Typed) -> dict[str, Any]:
    """What was typed, as the act takes it; raises `ValidationError` for every faulty entry."""
    loaded: dict[str, Any] = schema.load(_gathered(schema, typed))
    return loaded


def _gathered(schema: Schema, typed: Typed, prefix: str = "") -> dict[str, Any]:
    gathered = {}
    for name, asked in schema.load_fields.items():
        value = _sent(asked, prefix + name, typed)
        if value is not None or asked.allow_none:
            gathered[name] = value
    return gathered


def _sent(asked: Any, name: str, typed: Typed) -> Any:
    """The entry in the form of JSON; None where it was left empty."""
    match asked:
        case Group():
            inner = _gathered(asked.schema, typed, f"{name}.")
            empty = all(value in (None, "", []) for value in inner.values())
            return None if asked.allow_none and empty else inner
        case Rows():
            schema = asked.inner.schema  # type: ignore[attr-defined]
            rows = [_gathered(schema, typed, f"{name}.{n}.") for n in range(_rows(asked, typed))]
            return [row for row in rows if row.get("address")]
        case Lines():
            return [line.strip() for line in typed.get(name, "").splitlines() if line.strip()]
        case Several():
            return [_ticked(box) for box in typed.getlist(name)]
        case Flag() if asked.allow_none:
            return {YES: True, NO: False}.get(typed.get(name, ""))
        case Flag():
            return name in typed
        case Whole():
            number = typed.get(name, "").strip()
            return (int(number) if number.isdecimal() and len(number) < 10 else number) or None
        case _ if _widget(asked) in ("text", "long"):
            return typed.get(name, "")
        case _:
            return typed.get(name) or None


def _rows(asked: Rows, typed: Typed) -> int:
    return max(1, min(int(asked.metadata["rows"]), 10))


def _ticked(box: str) -> Any:
    if not GROUND.match(box):
        return box
    huruf, _, angka = box.partition(".")
    return {"huruf": huruf, "angka": int(angka) if angka else None}


# Showing a form


def typed_from(values: Any, prefix: str = "") -> Typed:
    """What a form shows that was not filled in yet: values of the domain, flat."""
    typed: Typed = MultiDict()
    for name, value in values.items():
        _lay_out(typed, prefix + name, value)
    return typed


def _lay_out(typed: Typed, name: str, value: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            typed.add(name, YES if value else NO)
        case Ground(huruf=huruf, angka=angka):
            typed.add(name, f"{huruf}.{angka}" if angka else huruf)
        case Citation():
            typed[name] = "; ".join(filter(None, (typed.get(name), str(value))))
        case Enum():
            typed.add(name, str(value.value))
        case date():
            typed.add(name, value.isoformat())
        case UUID() | int() | str():
            typed.add(name, str(value))
        case Mapping():
            for inner, part in value.items():
                _lay_out(typed, f"{name}.{inner}", part)
        case tuple() | list() if value and isinstance(value[0], Mapping):
            for n, part in enumerate(value):
                _lay_out(typed, f"{name}.{n}", part)
        case tuple() | list() if value and isinstance(value[0], str):
            typed.setlist(name, [str(part) for part in value])
        case tuple() | list():
            for part in value:
                _lay_out(typed, name, part)
        case _ if hasattr(value, "__dataclass_fields__"):
            for inner in value.__dataclass_fields__:
                _lay_out(typed, f"{name}.{inner}", getattr(value, inner))


def sections(
    schema: Schema,
    typed: Typed,
    complaints: Complaints,
    options: Mapping[str, Mapping[str, str]],
    leave_out: Iterable[str] = (),
) -> list[Entry | Section]:
    """The form of an act. *options* fills choices that only the register knows, by flat name."""
    view = _View(typed, complaints, options, frozenset(leave_out))
    return view.parts(schema, "")


@dataclass(frozen=True)
class _View:
    typed: Typed
    complaints: Complaints
    options: Mapping[str, Mapping[str, str]]
    leave_out: frozenset[str]

    def parts(self, schema: Schema, prefix: str) -> list[Entry | Section]:
        return [
            self.part(asked, prefix + name)
            for name, asked in schema.load_fields.items()
            if prefix + name not in self.leave_out
        ]

    def part(self, asked: Any, name: str) -> Entry | Section:
        said, hint = _(asked.metadata["label"]), _(asked.metadata.get("hint", ""))
        errors = [_(error) for error in self.complaints.errors.get(name, [])]
        match asked:
            case Group():
                rules = self.complaints.rules_about(name)
                return Section(said, hint, self.parts(asked.schema, f"{name}."), errors, rules)
            case Rows():
                schema = asked.inner.schema  # type: ignore[attr-defined]
                rows = [
                    Section(
                        f"{said} {n + 1}",
                        "",
                        self.parts(schema, f"{name}.{n}."),
                        fold=_("Tambah %(what)s lain", what=said.lower()) if n else "",
                    )
                    for n in range(_rows(asked, self.typed))
                ]
                rules = self.complaints.rules_about(name)
                return Section(said, hint, rows, errors, rules)
        return Entry(
            name=name,
            widget=_widget(asked),
            label=said,
            hint=hint,
            required=asked.required and not isinstance(asked, Several | Flag),
            longest=int(asked.metadata.get("longest", 0)),
            options=self._options(asked, name),
            values=self._values(asked, name),
            errors=errors or self._inside(asked, name),
            rules=self.complaints.rules_about(name),
            fold=_(asked.metadata.get("fold", "")),
        )

    def _options(self, asked: Any, name: str) -> Mapping[str, str]:
        """What there is to choose from; what is chosen already stays and comes first."""
        options = self.options.get(name) or _each(asked.metadata.get("options", {}))
        if not isinstance(asked, Several):
            return options
        ticked = {box: words.ground(box) for box in self.typed.getlist(name) if GROUND.match(box)}
        ticked = {box: options.get(box, label) for box, label in ticked.items()}
        return {**ticked, **options}

    def _values(self, asked: Any, name: str) -> list[str]:
        match asked:
            case Lines():
                return ["\n".join(self.typed.getlist(name))]
            case Flag() if not asked.allow_none and not self.typed:
                return [YES] if asked.load_default else []
            case Choice(kind=kind) if kind and name not in self.typed:
                chosen = asked.load_default
                return [str(chosen.value)] if isinstance(chosen, kind) else []
            case _:
                return self.typed.getlist(name)

    def _inside(self, asked: Any, name: str) -> list[str]:
        """What is wrong with one member of a list is shown beside the list."""
        if not isinstance(asked, Several | Lines):
            return []
        within = (m for at, m in self.complaints.errors.items() if at.startswith(f"{name}."))
        return list(dict.fromkeys(_(message) for messages in within for message in messages))


def _each(options: Mapping[str, str]) -> Mapping[str, str]:
    return {value: _(called) for value, called in options.items()}


def _widget(asked: Any) -> str:
    match asked:
        case Several():
            return "boxes"
        case Flag():
            return "yes-no" if asked.allow_none else "flag"
        case Day():
            return "date"
        case Whole():
            return "number"
        case _ if isinstance(asked, Identifier) or "options" in asked.metadata:
            return "choice"
        case _:
            return "long" if asked.metadata.get("long") else "text"


def unfilled(schema: Schema, typed: Typed, prefix: str = "") -> dict[str, list[str]]:
    """Texts that an act asks for and that were left empty.

    The domain says so too, with the article, but only once every entry can be read.
    """
    found: dict[str, list[str]] = {}
    for name, asked in schema.load_fields.items():
        if isinstance(asked, Group) and not asked.allow_none:
            found |= unfilled(asked.schema, typed, f"{prefix}{name}.")
        elif asked.required and _widget(asked) in ("text", "long") and not typed.get(prefix + name):
            found[prefix + name] = [_("Belum diisi.")]
    return found


@dataclass(frozen=True)
class Reason:
    """One thing that stands against an act, with the entries it is about."""

    text: str
    detail: str
    basis: str
    entries: Sequence[Entry]


def reasons(rules: Iterable[Rule], parts: Iterable[Entry | Section]) -> list[Reason]:
    """Rules for the head of a form: what is said of several entries is said once."""
    found: dict[tuple[str, str, str], dict[str, Entry]] = {}
    entries = list(each_entry(parts))
    for rule in rules:
        about = {entry.name: entry for entry in entries if rule in entry.rules}
        found.setdefault((_(rule.text), rule.detail, str(rule.basis)), {}).update(about)
    return [Reason(*said, list(about.values())) for said, about in found.items()]


def each_entry(parts: Iterable[Entry | Section]) -> Iterator[Entry]:
    for part in parts:
        if isinstance(part, Section):
            yield from each_entry(part.parts)
        else:
            yield part


def complaints_of(error: ValidationError) -> Complaints:
    return Complaints(errors=flattened(error.messages))
