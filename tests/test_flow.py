"""Flow charts of SOPs: everything of the paper is drawn, nothing twice, nothing outside."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from adapters.procedures import load_procedures
from domain.procedure import Procedure
from web import flow
from web.flow import Box, Drawing

PAPERS = load_procedures()
DRAWINGS = [
    pytest.param(paper, drawn(paper), id=f"{key}-{drawn.__name__}")
    for key, paper in PAPERS.items()
    for drawn in (flow.wide, flow.tall)
]


@pytest.mark.parametrize(("paper", "drawing"), DRAWINGS)
def test_shapes_stand_apart_and_within_the_paper(paper: Procedure, drawing: Drawing) -> None:
    for box in drawing.boxes:
        assert 0 <= box.left < box.right <= drawing.width
        assert 0 <= box.top < box.bottom <= drawing.height
    for a, b in combinations(drawing.boxes, 2):
        assert a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top


@pytest.mark.parametrize(("paper", "drawing"), DRAWINGS)
def test_words_fit_their_shapes(paper: Procedure, drawing: Drawing) -> None:
    """Seven pixels a letter is what 13 px Inter takes at most on the average."""
    for box in drawing.boxes:
        room = box.width * (0.75 if box.shape == "diamond" else 1)
        for line in box.lines:
            assert len(line) * 6.9 <= room, line
        for y, line in box.text:
            assert box.top < y <= box.bottom, line


@pytest.mark.parametrize(("paper", "drawing"), DRAWINGS)
def test_there_is_a_tidak_for_each_step_that_leads_back(paper: Procedure, drawing: Drawing) -> None:
    leading_back = [step for step in paper.steps if step.back_to is not None]

    assert sum(box.shape == "diamond" for box in drawing.boxes) == len(leading_back)
    assert sum(arrow.label == "Tidak" for arrow in drawing.arrows) == len(leading_back)
    assert sum(arrow.label == "Ya" for arrow in drawing.arrows) == len(leading_back)
    for arrow in (arrow for arrow in drawing.arrows if arrow.back):
        assert any(_touches(box, *_end(arrow.path)) for box in drawing.boxes), arrow


@pytest.mark.parametrize(("paper", "drawing"), DRAWINGS)
def test_every_arrow_ends_at_a_shape(paper: Procedure, drawing: Drawing) -> None:
    for arrow in drawing.arrows:
        assert any(_touches(box, *_end(arrow.path)) for box in drawing.boxes), arrow


def _end(path: str) -> tuple[float, float]:
    """Where the pen is when a path of M, H and V has been followed."""
    x = y = 0.0
    for command, first, second in re.findall(r"([MHV])([\d.]+)(?:,([\d.]+))?", path):
        match command:
            case "M":
                x, y = float(first), float(second)
            case "H":
                x = float(first)
            case "V":
                y = float(first)
    return x, y


def _touches(box: Box, x: float, y: float) -> bool:
    return box.left - 3 <= x <= box.right + 3 and box.top - 3 <= y <= box.bottom + 3


@pytest.mark.parametrize("key", PAPERS)
def test_every_step_is_numbered_and_every_office_has_its_lane(key: str) -> None:
    paper = PAPERS[key]
    drawing = flow.wide(paper)
    offices = {
        actor
        for step in paper.steps
        for act in step.acts
        if act.decision not in ("reject", "return", "revise", "confirm")
        for actor in act.actors
    }

    assert sorted(label.number or 0 for label in drawing.labels) == [s.no for s in paper.steps]
    assert len(drawing.lanes) == len(offices)


def test_what_comes_with_the_end_of_a_period_has_a_beginning_of_its_own() -> None:
    drawing = flow.wide(PAPERS["bontang"])
    ends = [" ".join(box.lines) for box in drawing.boxes if box.shape == "end"]

    assert ends == ["Mulai", "Selesai", "Menjelang akhir jangka waktu", "Selesai"]
    assert [label.number for label in drawing.labels] == [1, 2, 4, 5, 3]


def test_a_long_text_is_cut_at_a_word_and_says_so() -> None:
    lines = flow.wrapped("satu dua tiga empat lima enam tujuh delapan", 10, 2)

    assert lines == ("satu dua", "tiga …")
