"""What comes from others and is served by us: fetched once by a developer, then kept here.

``python -m web.vendor`` takes the packages named below from npm, copies what is used of them to
`static/vendor`, draws the sprite of icons, and writes `VENDOR.json`, by which a test finds any
file that was changed by hand. To add an icon, add its name to `ICONS` and run it again.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "static" / "vendor"
SPRITE = "icons.svg"

PACKAGES: dict[str, dict[str, Any]] = {
    "htmx.org@2.0.11": {
        "licence": "0BSD",
        "files": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"},
    },
    "@fontsource-variable/inter@5.3.0": {
        "licence": "OFL-1.1",
        "files": {
            "files/inter-latin-wght-normal.woff2": "inter-5.3.0.woff2",
            "LICENSE": "inter.LICENSE.txt",
        },
    },
    "@tabler/icons@3.52.0": {
        "licence": "MIT",
        "files": {"LICENSE": "tabler-icons.LICENSE.txt"},
    },
}
ICONS = (
    "adjustments",
    "alert-triangle",
    "archive",
    "arrow-left",
    "arrow-right",
    "arrows-diff",
    "arrows-exchange",
    "ban",
    "bell",
    "books",
    "building-bank",
    "calendar",
    "calendar-due",
    "chart-bar",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "clipboard-check",
    "clock",
    "copy",
    "database-export",
    "device-floppy",
    "download",
    "eye",
    "eye-off",
    "external-link",
    "file-certificate",
    "file-import",
    "file-plus",
    "filter",
    "fingerprint",
    "gavel",
    "git-compare",
    "help-circle",
    "history",
    "inbox",
    "info-circle",
    "key",
    "language",
    "layout-list",
    "link",
    "list-check",
    "lock",
    "lock-open",
    "logout",
    "mail",
    "menu-2",
    "messages",
    "moon",
    "pencil",
    "player-pause",
    "player-play",
    "player-skip-back",
    "player-skip-forward",
    "plus",
    "printer",
    "refresh",
    "report-search",
    "rss",
    "scale",
    "search",
    "send",
    "settings",
    "shield-check",
    "shield-lock",
    "signature",
    "sitemap",
    "rubber-stamp",
    "sun",
    "trash",
    "upload",
    "user",
    "user-check",
    "users",
    "world",
    "x",
)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package, wanted in PACKAGES.items():
            unpacked = _unpack(package, Path(folder))
            for source, name in wanted["files"].items():
                (FOLDER / name).write_bytes((unpacked / source).read_bytes())
            if package.startswith("@tabler/icons"):
                drawn = unpacked / "icons" / "outline"
                (FOLDER / SPRITE).write_text(_sprite(drawn), encoding="utf-8")
    kept = {
        name: {"from": package, "licence": wanted["licence"]}
        for package, wanted in PACKAGES.items()
        for name in wanted["files"].values()
    }
    kept[SPRITE] = {"from": "@tabler/icons@3.52.0", "licence": "MIT"}
    for name, told in kept.items():
        told["sha256"] = digest(FOLDER / name)
    written = json.dumps(dict(sorted(kept.items())), indent=1) + "\n"
    (FOLDER / "VENDOR.json").write_text(written, encoding="utf-8")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _unpack(package: str, folder: Path) -> Path:
    target = folder / re.sub(r"\W", "-", package)
    target.mkdir()
    try:
        subprocess.run(["npm", "pack", "--silent", package], cwd=target, check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"npm did not give {package}.")
    (archive,) = target.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"


def _sprite(drawn: Path) -> str:
    symbols = []
    for name in ICONS:
        svg = (drawn / f"{name}.svg").read_text(encoding="utf-8")
        paths = "".join(re.findall(r'<path d="[^"]*" />', svg))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    main()
