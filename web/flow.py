"""A procedure drawn from its data: what the paper's flow chart says, as lines and boxes.

`wide` has a lane for each office, as SOPs are drawn; `tall` has one column, for a phone. Both
show the same stops: who acts, what he decides, and where a Tidak leads back to. The templates
only put in the numbers; what is not in the data is not drawn.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from domain.procedure import DECISIONS, LEAD_BACK, STAND_FOR, Procedure, Step
from web import words
from web.language import _

LINE = 17  # height of a line of text
GAP = 40  # between stops, room for an arrow and its word


@dataclass(frozen=True)
class Stop:
    """What one office, or any of several, does within a step."""

    step: Step
    actors: tuple[str, ...]
    decisions: tuple[str, ...]
    asks: bool  # it may end in Tidak
    is_first: bool  # of its step

    def said(self, subject: str) -> str:
        names = [words.DECISIONS[one] for one in self.decisions if one in DECISIONS[subject]]
        return f"{names[0][:1].upper()}{names[0][1:]}" + "".join(f", {name}" for name in names[1:])


def stops(procedure: Procedure) -> list[Stop]:
    """In the order in which they come; what comes with the end of a period comes last."""
    inside = [step for step in procedure.steps if not step.at_end]
    after = [step for step in procedure.steps if step.at_end]
    return [stop for step in (*inside, *after) for stop in _of_step(step)]


def _of_step(step: Step) -> Iterator[Stop]:
    groups: list[tuple[tuple[str, ...], list[str]]] = []
    for act in step.acts:
        if act.decision in LEAD_BACK or act.decision in STAND_FOR:
            continue
        if groups and groups[-1][0] == act.actors:
            groups[-1][1].append(act.decision)
        else:
            groups.append((act.actors, [act.decision]))
    judges = next((act.actors for act in step.acts if act.decision in LEAD_BACK), None)
    asking = len(groups) - 1
    for number, (actors, _decisions) in enumerate(groups):
        if actors == judges:
            asking = number
            break
    for number, (actors, decisions) in enumerate(groups):
        asks = step.back_to is not None and number == asking
        yield Stop(step, actors, tuple(decisions), asks, number == 0)


# What is drawn


@dataclass(frozen=True)
class Box:
    """A shape around its middle; `shape` is box, diamond or end."""

    shape: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    head: str = ""  # who, above the lines

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2

    @property
    def corners(self) -> str:
        """Of a diamond."""
        x, y = self.x, self.y
        return f"{x:g},{self.top:g} {self.right:g},{y:g} {x:g},{self.bottom:g} {self.left:g},{y:g}"

    @property
    def text(self) -> list[tuple[float, str]]:
        """Each line with its height, so that all stand around the middle."""
        rows = len(self.lines) + bool(self.head)
        first = self.y - (rows - 1) * LINE / 2 + 5 + (LINE if self.head else 0)
        return [(first + number * LINE, line) for number, line in enumerate(self.lines)]

    @property
    def head_y(self) -> float:
        return self.y - len(self.lines) * LINE / 2 + 5


@dataclass(frozen=True)
class Arrow:
    path: str
    label: str = ""
    x: float = 0
    y: float = 0
    back: bool = False
    bare: bool = False  # a join, without a point


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    lines: tuple[str, ...]
    number: int | None = None

    @property
    def text(self) -> list[tuple[float, str]]:
        return [(self.y + number * LINE, line) for number, line in enumerate(self.lines)]


@dataclass
class Drawing:
    width: float
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    lanes: list[tuple[float, float, tuple[str, ...]]] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)  # lines between steps


def wrapped(text: str, characters: int, rows: int) -> tuple[str, ...]:
    """Lines of about so many characters; what does not fit is said in the table beneath."""
    return tuple(textwrap.wrap(text, characters, max_lines=rows, placeholder=" …"))


def _role(actor: str) -> str:
    """Without what English adds in brackets."""
    return words.role(actor).partition(" (")[0]


# A lane for each office

TEXT_WIDTH, LANE, BOX, HEAD, ROW = 250, 164, 142, 58, 104
OF_ACTIVITY = (28, 7)  # characters and rows


def wide(procedure: Procedure) -> Drawing:
    found = stops(procedure)
    actors = list(dict.fromkeys(actor for stop in found for actor in stop.actors))
    middle = {actor: TEXT_WIDTH + LANE * (n + 0.5) for n, actor in enumerate(actors)}
    backs = sum(stop.asks for stop in found)
    drawing = Drawing(TEXT_WIDTH + LANE * len(actors) + 18 + 14 * backs)
    drawing.lanes = [
        (TEXT_WIDTH + LANE * n, LANE, wrapped(_role(actor), 18, 2))
        for n, actor in enumerate(actors)
    ]
    y = float(HEAD)
    placed: list[tuple[Stop, Box]] = []
    last: Box | None = None
    gutter = TEXT_WIDTH + LANE * len(actors) + 12
    for number, stop in enumerate(found):
        begins = number == 0 or (stop.step.at_end and not found[number - 1].step.at_end)
        if begins:
            if last:
                _end, y = _ended(drawing, last, y, _yes(found[number - 1]))
            x = middle[stop.actors[0]]
            lines = wrapped(_beginning(stop), 20, 2)
            last = Box("end", x, y + 32, BOX, 24 + LINE * (len(lines) - 1) + 10, lines)
            drawing.boxes.append(last)
            y += 62
        if stop.is_first:
            drawing.rules.append(y + 6)
            said = wrapped(stop.step.activity, *OF_ACTIVITY)
            drawing.labels.append(Label(14, y + 32, said, stop.step.no))
        y = _place(drawing, stop, procedure.subject, middle, y, placed)
        box = placed[-1][1]
        if last:
            drawing.arrows.append(_down(last, box, "" if begins else _yes(found[number - 1])))
        if stop.asks:
            target = next(b for s, b in placed if s.step.no == stop.step.back_to)
            drawing.arrows.append(_back(_outer(drawing, box), _outer(drawing, target), gutter))
            gutter += 14
        last = box
        is_last_of_step = number + 1 == len(found) or found[number + 1].is_first
        text_height = len(wrapped(stop.step.activity, *OF_ACTIVITY)) * LINE + 44
        of_step = sum(s.step.no == stop.step.no for s in found) * ROW
        if is_last_of_step and text_height > of_step:
            y += text_height - of_step
    if last:
        _end, y = _ended(drawing, last, y, _yes(found[-1]))
    drawing.height = y + 6
    return drawing


def _place(
    drawing: Drawing,
    stop: Stop,
    subject: str,
    middle: dict[str, float],
    y: float,
    placed: list[tuple[Stop, Box]],
) -> float:
    """A shape in the lane of each office that may do it, joined to one another."""
    said = stop.said(subject)
    shape = "diamond" if stop.asks else "box"
    lines = wrapped(said, 15 if stop.asks else 17, 3)
    height = 84 if stop.asks else max(40, 18 + len(lines) * LINE)
    width = BOX + 14 if stop.asks else BOX
    boxes = [
        Box(shape, middle[actor], y + ROW / 2 + 4, width, height, lines)
        for actor in sorted(stop.actors, key=lambda a: middle[a])
    ]
    drawing.boxes += boxes
    for a, b in pairwise(boxes):
        drawing.arrows.append(Arrow(f"M{a.right:g},{a.y:g}H{b.left:g}", bare=True))
    main = next(b for b in boxes if b.x == middle[stop.actors[0]])
    placed.append((stop, main))
    return y + ROW


def _outer(drawing: Drawing, box: Box) -> Box:
    """The rightmost of the shapes that stand beside this one."""
    return max((b for b in drawing.boxes if b.y == box.y), key=lambda b: b.right)


def _yes(stop: Stop | None) -> str:
    """What is written on the way on."""
    return _("Ya") if stop and stop.asks else ""


def _down(a: Box, b: Box, label: str) -> Arrow:
    if a.x == b.x:
        path = f"M{a.x:g},{a.bottom:g}V{b.top - 2:g}"
    else:
        path = f"M{a.x:g},{a.bottom:g}V{b.top - 16:g}H{b.x:g}V{b.top - 2:g}"
    return Arrow(path, label, a.x + 8, a.bottom + 14)


def _back(a: Box, b: Box, gutter: float) -> Arrow:
    if a.y == b.y:
        y = a.top - 10
        path = f"M{a.right:g},{a.y:g}H{gutter:g}V{y:g}H{a.x:g}V{a.top - 2:g}"
    else:
        path = f"M{a.right:g},{a.y:g}H{gutter:g}V{b.y:g}H{b.right + 2:g}"
    return Arrow(path, _("Tidak"), a.right + 4, a.y - 7, back=True)


def _beginning(stop: Stop) -> str:
    return _("Menjelang akhir jangka waktu") if stop.step.at_end else _("Mulai")


def _ended(drawing: Drawing, last: Box, y: float, yes: str) -> tuple[Box, float]:
    end = Box("end", last.x, y + 36, BOX, 34, (_("Selesai"),))
    drawing.boxes.append(end)
    drawing.arrows.append(_down(last, end, yes))
    return end, y + 64


# One column

COLUMN, EDGE, NARROW = 360, 34, 306


def tall(procedure: Procedure) -> Drawing:
    found = stops(procedure)
    drawing = Drawing(COLUMN)
    x, y = EDGE + NARROW / 2 + 14, 8.0
    first: dict[int, Box] = {}
    last: Box | None = None
    label, gutter = "", 22.0
    for number, stop in enumerate(found):
        begins = number == 0 or (stop.step.at_end and not found[number - 1].step.at_end)
        if begins:
            if last:
                last, y = _closed(drawing, x, y, last, label)
                y += 12
            last, label = Box("end", x, y + 20, 250, 36, (_beginning(stop),)), ""
            drawing.boxes.append(last)
            y = last.bottom + GAP
        lines = _told(stop, procedure.subject)
        height = 22 + LINE * (len(lines) + 1)
        box = Box("box", x, y + height / 2, NARROW, height, lines, _offices(stop.actors))
        drawing.boxes.append(box)
        if last:
            drawing.arrows.append(_down(last, box, label))
        first.setdefault(stop.step.no, box)
        last, label, y = box, "", box.bottom + GAP
        if stop.asks:
            asked = Box("diamond", x, y + 30, 132, 60, (_("Setuju?"),))
            drawing.boxes.append(asked)
            drawing.arrows.append(_down(box, asked, ""))
            target = first[stop.step.back_to or stop.step.no]
            path = f"M{asked.left:g},{asked.y:g}H{gutter:g}V{target.y:g}H{target.left - 2:g}"
            drawing.arrows.append(Arrow(path, _("Tidak"), asked.left - 44, asked.y - 7, back=True))
            gutter = max(6.0, gutter - 7)
            last, label, y = asked, _("Ya"), asked.bottom + GAP
    if last:
        last, y = _closed(drawing, x, y, last, label)
    drawing.height = y
    return drawing


def _closed(drawing: Drawing, x: float, y: float, last: Box, label: str) -> tuple[Box, float]:
    end = Box("end", x, y + 16, 250, 36, (_("Selesai"),))
    drawing.boxes.append(end)
    drawing.arrows.append(_down(last, end, label))
    return end, end.bottom + 8


def _told(stop: Stop, subject: str) -> tuple[str, ...]:
    """The step's own words where it begins, then what is decided."""
    said = f"→ {stop.said(subject)}"
    own = f"{stop.step.no}. {stop.step.activity}" if stop.is_first else ""
    return (*wrapped(own, 42, 5), *wrapped(said, 42, 2))


def _offices(actors: Iterable[str]) -> str:
    (line, *more) = wrapped(_(" atau ").join(map(_role, actors)), 40, 2)
    return f"{line} …" if more else line
