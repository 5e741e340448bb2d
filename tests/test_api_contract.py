"""The API is what its own description says: tried by schemathesis, with a token of each kind."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.bureau import Bureau, open_bureau

SECONDS_MAX = 900
ALL = "examples,coverage,fuzzing,stateful"
BUT_COVERAGE = "examples,fuzzing,stateful"
OF_THE_ADMIN = "/(law|calendar|body|officers)"
STEPS = ("submit", "test", "approve", "draft", "issue", "archive", "upload", "open")
LIST = "No;Informasi;Dasar;Jangka waktu\n1;Nilai ujian;Pasal 17 huruf h;5 tahun\n"

SETTINGS = """
[cache]
enabled = false

[phases.coverage]
unexpected-methods = ["DELETE"]

[phases.stateful.generation]
max-examples = 20

[parameters]
"path.code" = "uji"
"path.item_id" = { dictionary = "items", probability = 0.9 }
"path.decree_id" = { dictionary = "decrees", probability = 0.9 }
"path.job_id" = { dictionary = "imports", probability = 0.9 }
"path.unit" = { dictionary = "units", probability = 0.9 }
"path.who" = { dictionary = "officers", probability = 0.9 }
"header.If-Match" = { dictionary = "versions", probability = 0.9 }
"query.after" = { dictionary = "cursors", probability = 0.9 }

[checks.positive_data_acceptance]
# The law may refuse what is well written: no such item, no such office, not now.
expected-statuses = ["2xx", 304, 401, 403, 404, 409, 412]

[checks.missing_required_header]
# 409: the key was used for another request, whatever else is missing.
expected-statuses = [400, 401, 403, 404, 406, 409, 415, 422, 428]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428]

# What no pattern can tell: whether words name a period or a law, whether a text is an SOP or bytes
# are a list, whether a cursor was ever given out, what the SOPs leave to this office, since when
# an item is known.
[[operations]]
include-name-regex = "^POST .*/(test_consequence|adopt|adopt/preview|together|imports|check)$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 412, 422]

[[operations]]
include-name-regex = "^GET .*/(items|worklist)$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 422]

[[operations]]
include-name-regex = "^GET .*/bundle$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 422, 429]

# Where If-Match may be left out, schemathesis sends its version without the quotation marks.
[[operations]]
include-name-regex = "^POST .*/pledges/"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 412]
"""


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def there(bureau: Bureau) -> Mapping[str, list[str]]:
    """What there is to ask for: items at every step, decrees, a list on its way."""
    items = [str(bureau.item(upto)) for upto in STEPS]
    sri = bureau.caller("sri", "ppid-utama")
    content = b64encode(LIST.encode()).decode()
    sent = sri.post("/imports", {"name": "daftar.csv", "content": content})
    return {
        "items": items,
        "decrees": [row["id"] for row in sri.get("/decrees").json["decrees"]],
        "imports": [sent.json["id"]],
        "units": ["-", "inspektorat", "dinkes"],
        "officers": ["sri", "made", "pejabat-baru"],
        "versions": [f'"{version}"' for version in range(1, 9)],
        "cursors": [sri.get("/items?limit=1").json["next"]],
    }


@pytest.mark.parametrize(
    ("login", "role", "phases", "paths", "examples"),
    [
        ("sri", "ppid-utama", ALL, "/", 3),
        ("ani", "admin", BUT_COVERAGE, "/", 2),
        ("ani", "admin", "coverage", OF_THE_ADMIN, 1),
        ("agus", "auditor", BUT_COVERAGE, "/", 2),
    ],
    ids=["ppid-utama", "admin", "admin-settings", "auditor"],
)
def test_the_api_keeps_to_its_description(
    bureau: Bureau,
    there: Mapping[str, list[str]],
    address: str,
    tmp_path: Path,
    login: str,
    role: str,
    phases: str,
    paths: str,
    examples: int,
) -> None:
    token = bureau.caller(login, role).token
    known = [f"[dictionaries.{name}]\nvalues = {json.dumps(ids)}\n" for name, ids in there.items()]
    settings = tmp_path / "schemathesis.toml"
    settings.write_text("\n".join([SETTINGS, *known]))
    tried = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={settings}",
            "run",
            f"{address}/api/openapi.json",
            f"--header=Authorization: Bearer {token}",
            f"--phases={phases}",
            f"--include-path-regex={paths}",
            f"--max-examples={examples}",
            "--workers=1",
            "--seed=14",
            "--suppress-health-check=all",
            "--continue-on-failure",
            "--warnings=off",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )

    assert tried.returncode == 0, tried.stdout[-30_000:] + tried.stderr[-2_000:]
