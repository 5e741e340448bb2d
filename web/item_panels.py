"""What a page says of an item, as values: one state can so be held against another.

Every row follows from the state alone, so whatever state is handed in, no panel tells more of the
item than was known then. Read on: the parts, what is said, how two states differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from domain.ground import Category, Ground
from domain.hindsight import Change, rewording
from domain.item import ConsequenceTest, Item, Particulars, Status
from web import words
from web.language import _

NOTHING = ""
AS_WRITTEN = frozenset(
    {
        "title",
        "summary",
        "document",
        "part",
        "holder",
        "medium",
        "proposed",
        "grounds",
        "reason",
        "period",
        "laws",
        "evidence",
        "closed.title",
        "closed.detail",
        "test.part",
        "test.grounds",
        "test.period",
        "participants",
        "consequence",
        "benefit",
        "interest",
        "soft",
        "hard",
    }
)
"""Rows in the words of officers, decrees and laws."""


@dataclass(frozen=True)
class Row:
    """One thing that is known, and what is known of it now where that is something else."""

    key: str  # the same for the same thing in another state
    label: str
    text: str
    link: str = ""  # where the thing itself is
    long: bool = False  # prose: differences are shown word by word
    now: str | None = None  # None: the same, or not compared

    @property
    def is_as_written(self) -> bool:
        """Whether it is what officers wrote or the law says, in whatever language one reads."""
        return self.key in AS_WRITTEN

    @property
    def differs(self) -> bool:
        return self.now is not None

    @property
    def changes(self) -> list[tuple[Change, str]]:
        """How these words became those of now; only where both have any."""
        if not self.long or not self.text or not self.now:
            return []
        return list(rewording(self.text, self.now))


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    rows: Sequence[Row]

    @property
    def is_as_written(self) -> bool:
        """Whether it is what officers wrote or the law says, in whatever language one reads."""
        return self.key in AS_WRITTEN

    @property
    def differs(self) -> bool:
        return any(row.differs for row in self.rows)


def panels(
    known: Item,
    *,
    units: Mapping[str, str],
    categories: Mapping[str, Category],
    names: Mapping[str, str],
    with_closed: bool,
) -> list[Panel]:
    """All panels of a state, empty ones too, with *names* of officers by their id."""
    told = _Told(known, units, categories, names)
    closed = list(told.closed()) if with_closed else []
    return [
        Panel("standing", _("Kedudukan hukum"), list(told.standing())),
        Panel("about", _("Uraian informasi"), list(told.about())),
        Panel("closed", _("Keterangan tertutup"), closed),
        Panel("test", _("Pengujian konsekuensi"), list(told.test())),
        Panel("kept", _("Simpan dan umumkan"), list(told.kept())),
    ]


def part_closed(known: Item) -> str:
    """What is closed of the document: as tested, where the rest can be given apart from it."""
    if known.test and known.test.segregability.separable:
        return known.test.segregability.parts or known.test.part
    return (known.particulars.part if known.particulars else "") or _("seluruh dokumen")


def status(known: Item) -> Row:
    return Row("status", _("Status"), words.STATUSES.get(known.status.value, known.status.value))


def grounds(known: Item) -> tuple[Ground, ...]:
    """On which grounds it is, or is to be, closed."""
    if known.determination:
        return known.determination.classification
    if known.test and known.status is not Status.PROPOSED:
        return known.test.grounds
    return known.particulars.grounds if known.particulars else ()


# What is said


@dataclass(frozen=True)
class _Told:
    item: Item
    units: Mapping[str, str]
    categories: Mapping[str, Category]
    names: Mapping[str, str]

    def standing(self) -> Iterator[Row]:
        known = self.item
        if known.opened:
            yield Row("opened_on", _("Terbuka sejak"), words.day(known.opened_on))
            yield Row("opened_why", _("Dasar pembukaan"), words.OPENED[known.opened.why])
            yield Row("evidence", _("Bukti"), known.opened.evidence)
        if d := known.determination:
            meanings = [words.ground_meaning(one, self.categories) for one in d.classification]
            decree = url_for("pages.decree_page", decree_id=known.decree) if known.decree else ""
            yield Row("grounds", _("Dasar pengecualian"), "\n".join(meanings))
            yield Row("decree", _("Surat penetapan"), f"{d.place}, {words.day(d.on)}", decree)
            yield Row("official", _("Ditetapkan oleh"), f"{d.official.name}, {d.official.position}")
            yield Row("reason", _("Alasan dalam penetapan"), d.reason, long=True)
            yield Row("period", _("Jangka waktu"), d.period.words)
            read = words.period(d.period)
            if read.lower() != d.period.words.lower():
                yield Row("read", _("Terbaca sebagai"), read)
        if known.ends_on:
            label = _("Semula berakhir") if known.opened else _("Berakhir")
            yield Row("ends_on", label, words.day(known.ends_on))
        if known.review_on and not known.opened:
            yield Row("review_on", _("Wajib ditinjau ulang"), words.day(known.review_on))
        if event := known.event:
            said = f"{event.event}, {words.day(event.happened_on)} ({event.evidence})"
            yield Row("event", _("Peristiwa"), said)
        if known.opening_approved and not known.opened:
            why = words.OPENED[known.opening_approved]
            yield Row("opening_approved", _("Pembukaan disetujui"), why)
        held = [f"{words.HOLDS.get(kind, kind)} {number}" for kind, number in sorted(known.holds)]
        if held:
            yield Row("holds", _("Ditahan"), "\n".join(held))

    def about(self) -> Iterator[Row]:
        known, p = self.item, self.item.particulars
        if p is None:
            return
        yield Row("title", _("Judul"), p.title, long=True)
        yield Row("summary", _("Uraian"), p.summary, long=True)
        yield Row("document", _("Dokumen"), p.document)
        yield Row("part", _("Yang ditutup"), part_closed(known))
        yield Row("unit", _("Unit kerja"), self.units.get(p.unit, p.unit))
        yield Row("holder", _("Penanggung jawab"), p.holder)
        yield Row("form", _("Bentuk"), words.FORMS[p.form])
        yield Row("medium", _("Media"), p.medium)
        yield Row("proposed", _("Dasar yang diusulkan"), ", ".join(map(str, p.grounds)))
        if not p.held:
            said = _("Belum dikuasai atau didokumentasikan")
            yield Row("held", _("Penguasaan"), said)
        if source := known.source:
            said = _("%(file)s, baris %(row)s", file=source.file, row=source.row)
            yield Row("source", _("Diambil alih dari"), said)

    def closed(self) -> Iterator[Row]:
        p = self.item.particulars
        if p and p.closed:
            yield Row("closed.title", _("Judul sebenarnya"), p.closed.title)
            yield Row("closed.detail", _("Rincian"), p.closed.detail, long=True)

    def test(self) -> Iterator[Row]:
        known, t = self.item, self.item.test
        if t is None:
            return
        moment = words.MOMENTS[t.moment].lower()
        reference = f" ({t.reference})" if t.reference else ""
        yield Row("conclusion", _("Kesimpulan"), words.CONCLUSIONS[t.conclusion])
        yield Row("tested", _("Diuji"), f"{words.day(known.tested_on)}, {moment}{reference}")
        yield Row("test.part", _("Bagian yang diuji"), t.part)
        yield Row("test.grounds", _("Dasar"), ", ".join(map(str, t.grounds)))
        yield Row("laws", _("Undang-undang"), "; ".join(map(str, t.laws)))
        yield from _reasons(t)
        yield Row("separable", _("Dapat dipisahkan"), _separable(t))
        yield Row("test.period", _("Jangka waktu"), t.period.words)
        yield Row("participants", _("Ikut menguji"), ", ".join(t.participants))
        if known.override:
            said = known.override.reason
            yield Row("override", _("Dilanjutkan dengan catatan"), said, long=True)
        for n, (by, opinion) in enumerate(known.opinions):
            label = _("Pendapat %(name)s", name=self.names[by])
            favours = words.CONCLUSIONS[opinion.favours]
            yield Row(f"opinion.{n}.{by}", label, f"{favours}: {opinion.opinion}", long=True)

    def kept(self) -> Iterator[Row]:
        if places := self.item.archived:
            yield Row("soft", _("Salinan elektronik"), places.soft_place)
            yield Row("hard", _("Dokumen kertas"), places.hard_place)
        for channel in self.item.channels:
            said = _("%(place)s, sejak %(day)s", place=channel.address, day=words.day(channel.on))
            key = f"channel.{channel.kind}.{channel.address}.{channel.on}"
            yield Row(key, words.CHANNELS.get(channel.kind, channel.kind), said)


def _reasons(t: ConsequenceTest) -> Iterator[Row]:
    yield Row("consequence", _("Konsekuensi bila dibuka"), t.consequence_if_opened, long=True)
    yield Row("benefit", _("Manfaat bila ditutup"), t.benefit_if_closed, long=True)
    yield Row("interest", _("Timbangan kepentingan umum"), t.public_interest, long=True)


def _separable(t: ConsequenceTest) -> str:
    answer = t.segregability
    if answer.separable is None:
        return _("Belum dijawab")
    if answer.separable:
        return _("Ya, yang tetap ditutup: %(parts)s", parts=answer.parts)
    return _("Tidak: %(why)s", why=answer.justification)


# How two states differ


def compared(then: Sequence[Panel], now: Sequence[Panel]) -> list[Panel]:
    """The panels of *then*, each row with what it is now where that is something else."""
    later = {panel.key: panel for panel in now}
    return [
        replace(panel, rows=list(_rows_compared(panel.rows, later[panel.key].rows)))
        for panel in then
    ]


def differences(then: Sequence[Panel], now: Sequence[Panel]) -> list[Row]:
    return [row for panel in compared(then, now) for row in panel.rows if row.differs]


def _rows_compared(then: Sequence[Row], now: Sequence[Row]) -> Iterator[Row]:
    was = {row.key: row for row in then}
    later = {row.key: row for row in now}
    for key, row in {**later, **was}.items():
        if key not in was:
            if row.text:
                yield replace(row, text=NOTHING, link="", now=row.text)
            continue
        text_now = later[key].text if key in later else NOTHING
        yield row if text_now == row.text else replace(row, now=text_now)


# Beside each other


def beside(known: Item, units: Mapping[str, str]) -> tuple[list[Row], list[Row]]:
    """What the public reads of an item, and what stays closed."""
    p = known.particulars
    if p is None:
        return [], []
    return list(_read_by_all(known, p, units)), list(_closed_to_all(known, p))


def _read_by_all(known: Item, p: Particulars, units: Mapping[str, str]) -> Iterator[Row]:
    d = known.determination
    yield Row("title", _("Judul"), p.title)
    yield Row("summary", _("Uraian"), p.summary)
    yield Row("document", _("Dokumen"), p.document)
    yield Row("unit", _("Unit kerja"), units.get(p.unit, p.unit))
    if d:
        yield Row("reason", _("Akibat bila dibuka"), d.reason)
        yield Row("period", _("Jangka waktu"), d.period.words)


def _closed_to_all(known: Item, p: Particulars) -> Iterator[Row]:
    if not known.opened:
        yield Row("part", _("Yang ditutup"), part_closed(known))
    if p.closed:
        yield Row("closed.title", _("Judul sebenarnya"), p.closed.title)
        yield Row("closed.detail", _("Rincian"), p.closed.detail)
