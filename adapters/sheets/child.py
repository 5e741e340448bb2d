"""Reading one sheet with calamine in a process of its own. Run as a script, never imported.

calamine trusts the counts a workbook declares and makes room for them at once; a lie of a few
bytes would end the whole program. Here it ends a child with a ceiling. A workbook comes in on
standard input, its rows leave on standard output as JSON; dates leave as ISO text.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time

MEMORY_MAX = 2 * 2**30  # bytes of address space
SECONDS_MAX = 60


def main(sheet: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  only under the ceiling

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    json.dump([[_plain(value) for value in row] for row in rows], sys.stdout)


def _plain(value: object) -> object:
    match value:
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case str() | bool() | int() | float():
            return value
        case _:
            return str(value)


if __name__ == "__main__":
    main(sys.argv[1])
