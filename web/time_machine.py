"""The time machine of an item: from where it is looked at, said in the address, and the time axis.

By the time of recording (`tercatat_pada`, the number of a fact or a moment) or by the day of taking
effect (`berlaku_pada`), or both. Which facts then count is for `domain.hindsight`.
Read on: the question in the address, the machine, the axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from marshmallow import ValidationError

from domain import hindsight
from domain.calendar import local_date, midnight
from domain.hindsight import NOW, Exemption, History, Vantage
from web import asking, words
from web.language import _

RECORDED, EFFECTIVE = "tercatat_pada", "berlaku_pada"
MODE, SLID = "menurut", "geser"
MODES = {RECORDED: "pencatatan", EFFECTIVE: "keberlakuan"}
STEPS = 400  # of the slider; the events themselves are reached by the buttons
MOMENT_LONGEST = 40


@dataclass(frozen=True)
class Machine:
    """The history of an item, and the place from which it is being looked at."""

    history: History
    times: Sequence[datetime]  # when each fact was recorded
    address: str  # of the page as it is now
    zone: str
    zone_name: str
    at: datetime  # the moment of this request
    mode: str
    vantage: Vantage = NOW
    moment: datetime | None = None  # asked for, where it is no fact that was named

    @property
    def is_past(self) -> bool:
        return self.vantage.is_past

    @property
    def today(self) -> date:
        return local_date(self.at, self.zone)

    @cached_property
    def counted(self) -> list[Any]:
        return hindsight.facts(self.history, self.vantage)

    @property
    def later(self) -> int:
        """How many facts do not count from here."""
        return len(self.history) - len(self.counted)

    @property
    def last(self) -> int:
        """The version of the last fact that counts; 0: none does."""
        return self.counted[-1].originator_version if self.counted else 0

    @property
    def looked_from(self) -> datetime:
        """The moment that service times and openings are measured up to."""
        if self.vantage.on is not None:
            return min(midnight(self.vantage.on + timedelta(days=1), self.zone), self.at)
        return self.recorded_moment or self.at

    @property
    def recorded_moment(self) -> datetime | None:
        version = self.vantage.version
        if version is None:
            return None
        return self.moment or (self.times[version - 1] if version else None)

    @property
    def day(self) -> date:
        """The day it is there."""
        return self.vantage.on or local_date(self.looked_from, self.zone)

    # What it says

    @property
    def place(self) -> str:
        """Where one is, in few words."""
        said = []
        if self.vantage.version is not None and (at := self.recorded_moment):
            said.append(words.short_moment(at, self.zone, self.zone_name))
        if self.vantage.on is not None:
            said.append(words.short_day(self.vantage.on))
        return " · ".join(said) or _("Sekarang")

    @property
    def banner(self) -> str:
        at, on = self.recorded_moment, self.vantage.on
        known = words.moment(at, self.zone, self.zone_name) if at else ""
        if on is not None and self.vantage.version is not None:
            return _(
                "Anda melihat keadaan yang berlaku %(day)s, menurut catatan sampai %(moment)s.",
                day=words.day(on),
                moment=known,
            )
        if on is not None:
            return _("Anda melihat keadaan yang berlaku pada %(day)s.", day=words.day(on))
        return _("Anda melihat keadaan per %(moment)s.", moment=known)

    # Where one can go

    def to(self, **place: Any) -> str:
        """The address of another place; what is left out of it is left as it is."""
        version = self.vantage.version
        said = self.moment.isoformat() if self.moment else version
        here = {RECORDED: said, EFFECTIVE: self.vantage.on, **place}
        asked = {name: str(value) for name, value in here.items() if value not in (None, "")}
        return f"{self.address}?{urlencode(asked)}" if asked else self.address

    @property
    def now(self) -> str:
        """The page as it is now, on the axis one was looking at."""
        return f"{self.address}?{urlencode({MODE: MODES[self.mode]})}"

    def at_fact(self, version: int) -> str:
        """The state right after a fact was recorded."""
        return f"{self.address}?{urlencode({RECORDED: version})}"

    @property
    def previous(self) -> str | None:
        if self.mode == EFFECTIVE:
            before = [day for day in self._days if day < (self.vantage.on or date.max)]
            here = before[:-1] if self.vantage.on is None else before
            return self.to(**{EFFECTIVE: here[-1]}) if here else None
        version = self.vantage.version
        if version is None:
            return self.to(**{RECORDED: len(self.history) - 1}) if self.history[1:] else None
        is_between = self.moment and version and self.moment > self.times[version - 1]
        target = version if is_between else version - 1
        return self.to(**{RECORDED: target}) if target > 0 else None

    @property
    def next(self) -> str | None:
        if not self.is_past:
            return None
        if self.mode == EFFECTIVE:
            after = [day for day in self._days if day > (self.vantage.on or date.max)]
            if not after:
                return None
            return self.to(**{EFFECTIVE: after[0]}) if after[1:] else self._without(EFFECTIVE)
        version = self.vantage.version
        if version is None or version >= len(self.history):
            return None
        if version + 1 == len(self.history):
            return self._without(RECORDED)
        return self.to(**{RECORDED: version + 1})

    def _without(self, axis: str) -> str:
        address = self.to(**{axis: None})
        return address if address != self.address else self.now

    @property
    def _days(self) -> list[date]:
        known = replace(self.vantage, on=None)
        return sorted({one.on for one in hindsight.facts(self.history, known)})

    @property
    def by_recorded(self) -> str:
        """The same place on the axis of recording."""
        if not self.is_past:
            return f"{self.address}?{urlencode({MODE: MODES[RECORDED]})}"
        return self.at_fact(self.last or 1)

    @property
    def by_effective(self) -> str:
        if not self.is_past:
            return f"{self.address}?{urlencode({MODE: MODES[EFFECTIVE]})}"
        day = self.counted[-1].on if self.counted else self.day
        return f"{self.address}?{urlencode({EFFECTIVE: day})}"

    # The axis

    def moment_of(self, index: int) -> datetime:
        """Where a fact stands on the axis."""
        if self.mode == EFFECTIVE:
            return midnight(self.history[index].on, self.zone)
        return self.times[index]

    @property
    def cursor(self) -> datetime:
        if self.mode == EFFECTIVE:
            return midnight(self.vantage.on, self.zone) if self.vantage.on else self.at
        return self.recorded_moment or self.at

    @cached_property
    def axis(self) -> Axis:
        moments = [self.moment_of(n) for n in range(len(self.history))]
        began = min([*moments, *(midnight(p.since, self.zone) for p in self.periods)])
        return Axis.over(began, max([self.at, *moments]))

    @cached_property
    def periods(self) -> tuple[Exemption, ...]:
        return hindsight.exemptions(self.history)

    @cached_property
    def known_periods(self) -> Mapping[int, Exemption]:
        """Those known from here, as they were then to last, by the fact that began them."""
        return {p.version: p for p in hindsight.exemptions(self.counted)}

    def drawn(self, width: int, *, narrow: bool = False) -> Drawing:
        return Drawing(self, width, narrow)


# The question in the address


def machine(args: Mapping[str, str], **known: Any) -> Machine:
    """The machine at the place that is asked for; says of every part why it cannot be read."""
    found = Machine(mode=_mode(args, known["history"], known["times"], known["zone"]), **known)
    faults: dict[str, list[str]] = {}
    version, moment, on = None, None, None
    try:
        version, moment = _recorded(args.get(RECORDED, "").strip(), found)
    except ValueError as error:
        faults[RECORDED] = [str(error)]
    try:
        on = _effective(args.get(EFFECTIVE, "").strip(), found)
    except ValueError as error:
        faults[EFFECTIVE] = [str(error)]
    if faults:
        raise ValidationError(faults)
    return replace(found, vantage=Vantage(version=version, on=on), moment=moment)


def slid(args: Mapping[str, str], found: Machine) -> str | None:
    """The address of the place the slider was moved to, if that is what is asked."""
    said = args.get(SLID, "")
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 12):
        return found.now
    at = datetime.fromtimestamp(int(said), UTC)
    if at.timestamp() >= found.axis.last_step:
        return found._without(found.mode)
    if found.mode == EFFECTIVE:
        return found.to(**{EFFECTIVE: local_date(at, found.zone)})
    return found.to(**{RECORDED: at.isoformat(timespec="seconds")})


def _mode(args: Mapping[str, str], history: History, times: Sequence[datetime], zone: str) -> str:
    """Which axis is shown: that of the question, or the one on which this history spreads."""
    for axis in (RECORDED, EFFECTIVE):
        if args.get(axis, "").strip() or args.get(MODE) == MODES[axis]:
            return axis
    entered = {local_date(at, zone) for at in times}
    return EFFECTIVE if len(entered) == 1 < len({one.on for one in history}) else RECORDED


def _recorded(said: str, known: Machine) -> tuple[int | None, datetime | None]:
    if not said:
        return None, None
    if said.isascii() and said.isdecimal() and len(said) < 10:
        version = int(said)
        if not 1 <= version <= len(known.history):
            raise ValueError(
                _("Butir ini mempunyai catatan ke-1 sampai ke-%(n)s.", n=len(known.history))
            )
        return version, None
    moment = asking.moment(said[:MOMENT_LONGEST], known.zone)
    if moment > known.at:
        raise ValueError(_("Waktu itu belum tiba."))
    return hindsight.version_at(known.times, moment), moment


def _effective(said: str, known: Machine) -> date | None:
    if not said:
        return None
    on = asking.day(said)
    if on > known.today:
        raise ValueError(_("Tanggal itu belum tiba."))
    return on


# The axis


@dataclass(frozen=True)
class Axis:
    """A true scale of time; the slider has the same, in seconds."""

    start: int
    step: int

    @classmethod
    def over(cls, first: datetime, last: datetime) -> Axis:
        """Room for both, with a little before and behind."""
        span = max((last - first).total_seconds(), 3600.0)
        step = max(1, -int(-span * 1.05 // STEPS))
        return cls(int(first.timestamp() - span * 0.025), step)

    @property
    def end(self) -> int:
        return self.start + STEPS * self.step

    @property
    def last_step(self) -> float:
        """From here on it is now."""
        return self.end - STEPS * self.step * 0.02

    def part(self, at: datetime) -> float:
        """Where a moment lies, from 0 to 1; what lies outside is put at the edge."""
        return min(1.0, max(0.0, (at.timestamp() - self.start) / (self.end - self.start)))

    def value(self, at: datetime) -> int:
        """The step of the slider nearest to a moment."""
        return self.start + round(self.part(at) * STEPS) * self.step


@dataclass(frozen=True)
class Band:
    x: float
    width: float
    label: str
    is_later: bool
    goes_on: bool


@dataclass(frozen=True)
class Dot:
    x: float
    title: str
    is_later: bool
    is_here: bool


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Drawing:
    """The axis at one width, in units of the drawing; a template makes it an SVG."""

    machine: Machine
    width: int
    narrow: bool

    PAD = 12.0  # half the thumb of the slider
    LETTER = 7.0  # how wide a letter is about

    def x(self, at: datetime) -> float:
        return round(self.PAD + self.machine.axis.part(at) * (self.width - 2 * self.PAD), 1)

    @property
    def cursor(self) -> float:
        return self.x(self.machine.cursor)

    @property
    def bands(self) -> Iterator[Band]:
        zone = self.machine.zone
        for number, period in enumerate(self.machine.periods, 1):
            left = self.x(midnight(period.since, zone))
            ends = midnight(period.until + timedelta(days=1), zone) if period.until else None
            right = self.x(ends) if ends else self.width - self.PAD
            width = max(right - left, 3.0)
            known = self.machine.known_periods.get(period.version, period)
            yield Band(
                x=left,
                width=round(width, 1),
                label=_band_label(number, known, int(width / self.LETTER) - 2),
                is_later=period.version not in self.machine.known_periods,
                goes_on=ends is None or ends > datetime.fromtimestamp(self.machine.axis.end, UTC),
            )

    @property
    def dots(self) -> Iterator[Dot]:
        machine = self.machine
        for index, one in enumerate(machine.history):
            yield Dot(
                x=self.x(machine.moment_of(index)),
                title=words.FACTS.get(words.tag(one.fact)),
                is_later=not machine.vantage.counts(one),
                is_here=machine.is_past and one.originator_version == machine.last,
            )

    @property
    def ticks(self) -> list[Tick]:
        axis, machine = self.machine.axis, self.machine
        most = max(2, int(self.width / (14 * self.LETTER)))
        start = local_date(datetime.fromtimestamp(axis.start, UTC), machine.zone)
        end = local_date(datetime.fromtimestamp(axis.end, UTC), machine.zone)
        found = (
            Tick(self.x(midnight(day, machine.zone)), label)
            for day, label in _calendar_ticks(start, end, most)
        )
        return [tick for tick in found if self._has_room(tick)]

    def _has_room(self, tick: Tick) -> bool:
        half = len(tick.label) * self.LETTER / 2
        return half <= tick.x <= self.width - half


def _band_label(number: int, period: Exemption, room: int) -> str:
    """As much of it as there is room for; the table beside the drawing says it all."""
    numeral = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number : number + 1]
    count = numeral[0] if numeral else str(number)
    if period.until:
        until = _("sampai %(day)s", day=words.short_day(period.until))
    else:
        until = _("tanpa tanggal akhir")
    for said in (
        _("Dikecualikan %(n)s (%(until)s)", n=count, until=until),
        f"{count} {until}",
        count,
    ):
        if len(said) <= room:
            return said
    return ""


MONTHS_APART = (1, 2, 3, 6, 12, 24, 60, 120, 240)
DAYS_APART = (1, 2, 7)


def _calendar_ticks(start: date, end: date, most: int) -> list[tuple[date, str]]:
    """Round days between two, at most so many, each as one reads it."""
    span = (end - start).days
    for days in DAYS_APART:
        if span // days <= most:
            first = start + timedelta(days=1)
            found = [first + timedelta(days=n) for n in range(0, span, days)]
            return [(day, words.short_day(day)) for day in found]
    months = next((m for m in MONTHS_APART if span / 30.4 / m <= most), MONTHS_APART[-1])
    count = start.year * 12 + start.month - 1
    every = range(count - count % months + months, end.year * 12 + end.month, months)
    return [
        (day, str(day.year) if months % 12 == 0 else words.short_month(day))
        for day in (date(n // 12, n % 12 + 1, 1) for n in every)
    ]
