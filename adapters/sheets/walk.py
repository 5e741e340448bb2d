"""Walking through a sheet before anybody builds it: its size, its formulas, its merged cells.

calamine makes room for whatever a sheet claims, gives a formula without a kept value as 0, and
does not know merged cells of ods. One pass over the XML answers all three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from adapters.sheets.limits import (
    CELLS_MAX,
    COLUMNS_MAX,
    DEPTH_MAX,
    MERGED_MAX,
    ROWS_MAX,
    Unreadable,
    too_many_rows,
)
from domain.takeover.columns import Region, letter


@dataclass
class Walk:
    """Counts the filled cells of one sheet, finds its formulas and its merged cells."""

    sheet: str
    cells: int = 0
    merged: list[Region] = field(default_factory=list)
    depth: int = 0

    def through(self, source: bytes) -> None:
        parser = expat.ParserCreate("utf-8")  # whatever it declares
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(source, True)
        except expat.ExpatError as error:
            raise Unreadable(f"Lembar “{self.sheet}” rusak; buka dan simpan ulang.") from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Unreadable(f"Susunan lembar “{self.sheet}” terlalu dalam; simpan ulang.")
        self.opened(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self.closed(tag.rpartition(":")[2])

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def closed(self, tag: str) -> None:
        raise NotImplementedError

    def filled(self, row: int, column: int, times: int = 1) -> None:
        """A cell with something in it, zero-based."""
        if row >= ROWS_MAX:
            raise Unreadable(too_many_rows(f"Lembar “{self.sheet}”"))
        if column + times > COLUMNS_MAX:
            raise Unreadable(
                f"Lembar “{self.sheet}” mempunyai lebih dari {COLUMNS_MAX} kolom; hapus kolom "
                "yang tidak perlu."
            )
        self.cells += times
        if self.cells > CELLS_MAX:
            raise Unreadable(f"Lembar “{self.sheet}” memuat terlalu banyak sel; bagi daftarnya.")

    def formula(self, row: int, column: int) -> None:
        raise Unreadable(
            f"Sel {self.sheet}!{letter(column)}{row + 1} berisi rumus; ganti rumus dengan nilainya "
            "(salin, tempel sebagai nilai), lalu simpan."
        )

    def merge(self, region: Region) -> None:
        if len(self.merged) >= MERGED_MAX:
            raise Unreadable(f"Lembar “{self.sheet}” memuat terlalu banyak sel gabungan.")
        self.merged.append(region)


_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_AREA = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")


def _column(name: str) -> int:
    column = 0
    for one in name:
        column = column * 26 + ord(one) - ord("A") + 1
    return column - 1


@dataclass
class WalkXlsx(Walk):
    row: int = -1
    column: int = -1

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "row":
                number = attributes.get("r", "")
                self.row = (
                    int(number) - 1 if re.fullmatch("[1-9][0-9]{0,6}", number) else self.row + 1
                )
                self.column = -1
            case "c":
                place = attributes.get("r")
                met = _CELL.fullmatch(place) if place else None
                if place and not met:
                    raise Unreadable(f"Lembar “{self.sheet}” rusak; buka dan simpan ulang.")
                self.column = _column(met[1]) if met else self.column + 1
                self.row = int(met[2]) - 1 if met else self.row
            case "v" | "is":
                self.filled(self.row, self.column)
            case "f":
                self.formula(self.row, self.column)
            case "mergeCell":
                if met := _AREA.fullmatch(attributes.get("ref", "")):
                    self.merge(
                        Region(
                            top=int(met[2]) - 1,
                            left=_column(met[1]),
                            bottom=int(met[4]) - 1,
                            right=_column(met[3]),
                        )
                    )

    def closed(self, tag: str) -> None:
        pass


@dataclass
class WalkOds(Walk):
    inside: bool = False  # in the table that is read
    row: int = -1
    column: int = 0
    rows_repeated: int = 1
    row_filled: bool = False
    cell: tuple[int, int] | None = (
        None  # column and repeats of the open cell, until it shows content
    )

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table" and self.depth <= 6:
            self.inside = attributes.get("table:name") == self.sheet
            self.row = -1
        if not self.inside:
            return
        match tag:
            case "table-row":
                self.row += self.rows_repeated if self.row >= 0 else 1
                self.rows_repeated = _times(attributes, "table:number-rows-repeated")
                self.column, self.row_filled = 0, False
            case "table-cell" | "covered-table-cell":
                self._cell(attributes)
            case "p" if self.cell:
                self._shows_content()

    def closed(self, tag: str) -> None:
        if self.inside and tag in ("table-cell", "covered-table-cell"):
            self.cell = None
        if tag == "table" and self.depth < 6:
            self.inside = False

    def _cell(self, attributes: dict[str, str]) -> None:
        if "table:formula" in attributes:
            self.formula(self.row, self.column)
        times = _times(attributes, "table:number-columns-repeated")
        down = _times(attributes, "table:number-rows-spanned")
        across = _times(attributes, "table:number-columns-spanned")
        if down > 1 or across > 1:
            bottom, right = self.row + down - 1, self.column + across - 1
            self.merge(Region(top=self.row, left=self.column, bottom=bottom, right=right))
        self.cell = (self.column, times)
        if "office:value-type" in attributes:
            self._shows_content()
        self.column += times

    def _shows_content(self) -> None:
        assert self.cell is not None, "only an open cell has content"
        column, times = self.cell
        self.filled(self.row + self.rows_repeated - 1, column, times)
        self.cells += times * (self.rows_repeated - 1)
        self.cell = None


def _times(attributes: Mapping[str, str], name: str) -> int:
    number = attributes.get(name, "1")
    return max(1, int(number)) if re.fullmatch("[0-9]{1,9}", number) else 1


def table_names(source: bytes) -> list[str]:
    """The sheets of an ods in order."""
    names: list[str] = []

    def opened(tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table" and attributes.get("table:name"):
            names.append(attributes["table:name"])

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = opened
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise Unreadable("Berkas rusak; buka dan simpan ulang.") from error
    return names
