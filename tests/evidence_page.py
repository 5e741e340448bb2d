"""The verifier's page as its parts: what it says, what it runs, and what its own policy allows.

`python -m tests.evidence_page` puts into it the words of verifikasi.py, and the hashes without
which no browser runs it. To be done after every change of either.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from adapters.evidence.verifikasi import MESSAGES

PAGE = Path(__file__).parents[1] / "adapters/evidence/verifikasi.html"

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
WORDS = re.compile(
    r'(<script type="application/json" id="messages">\n)(.*?)(\n</script>)', re.DOTALL
)
POLICY = re.compile(r"(script-src )'[^']*'(; style-src )'[^']*'")


def hash_of(source: str) -> str:
    """As a content security policy names what it allows."""
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def only(pattern: re.Pattern[str], page: str) -> str:
    (found,) = pattern.findall(page)
    return str(found)


def words(page: str) -> Any:
    ((_, table, _),) = WORDS.findall(page)
    return json.loads(table)


def allowed(page: str) -> tuple[str, str]:
    """Of script and of style, what the page's policy names."""
    ((script, style),) = re.findall(r"script-src ('[^']*'); style-src ('[^']*')", page)
    return script, style


def renewed(page: str) -> str:
    table = json.dumps(MESSAGES, ensure_ascii=False, indent=1).replace("</", "<\\/")
    page = WORDS.sub(lambda found: found[1] + table + found[3], page)
    script, style = hash_of(only(SCRIPT, page)), hash_of(only(STYLE, page))
    return POLICY.sub(lambda found: found[1] + script + found[2] + style, page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8", newline="")
