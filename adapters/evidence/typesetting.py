"""Setting one dossier in a process of its own. Run as a script, never imported.

A typesetter's memory grows with what it is given and stays grown; here it ends a child with a
ceiling. What is to be told comes in on standard input as JSON, the PDF leaves on standard output.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY_MAX = 4 * 2**30  # bytes of address space, of which threads and fonts reserve most
SECONDS_MAX = 120


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import typst  # noqa: PLC0415  only under the ceiling

    given = json.load(sys.stdin)
    here = Path(__file__).parent
    try:
        made = typst.compile(
            here / "dossier.typ",
            root=here,
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            sys_inputs=given["inputs"],
            format=given.get("format", "pdf"),
            ppi=given.get("ppi"),
            pdf_standards=["a-3b"],
            timestamp=given["timestamp"],
        )
    except RuntimeError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
