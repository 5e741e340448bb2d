"""The shape of the code, kept by the code: where arrows point, what is named, what is cited."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, reduce
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

from domain.rule import Rule
from tests.samples import all_facts

ROOT = Path(__file__).parents[1]
LAW = ROOT / "docs/law"
GLOSSARY = ROOT / "docs/glossary.md"

MAY_IMPORT = {
    "domain": {"domain"},
    "projections": {"projections", "domain"},
    "adapters": {"adapters", "projections", "domain"},
    "web": {"web", "projections", "domain"},
    "scheduler": {"scheduler", "projections", "domain"},
}
OURS = {*MAY_IMPORT, "benchmarks", "tests", "sidik"}

FACTS = all_facts()


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is, or is about to be, under version control; without git, all but ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
    hidden = {".venv", ".git", "__pycache__", "build", "dist"}
    files = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(path for path in files if not hidden & {*path.parts} and "_cache" not in str(path))


def python_files(package: str) -> Iterator[Path]:
    folder = ROOT / package
    return (path for path in tracked() if path.suffix == ".py" and folder in path.parents)


def imports_of(file: Path) -> set[str]:
    """The packages a file imports, at whatever depth of the code it does so."""
    names = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: relative imports hide where an arrow points"
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def imports_within(package: str) -> set[str]:
    return set().union(*map(imports_of, python_files(package)))


def domain_modules() -> list[ModuleType]:
    return [
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for path in python_files("domain")
        if path.name != "__init__.py"
    ]


RULES = {
    (value.code, name): value
    for module in domain_modules()
    for name, value in vars(module).items()
    if isinstance(value, Rule)
}


# Arrows


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_arrows_point_inward(package: str) -> None:
    assert imports_within(package) & OURS <= MAY_IMPORT[package]


def test_nobody_leans_on_the_top_but_the_top() -> None:
    assert "tests" not in imports_within("benchmarks")
    assert not {"sidik", "benchmarks"} & set().union(*map(imports_within, MAY_IMPORT))


def test_the_law_needs_no_libraries() -> None:
    assert imports_within("domain") - OURS <= sys.stdlib_module_names


def test_every_library_is_declared_and_every_declared_one_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_distribution(line) for line in project["dependencies"]}
    shipped = {path for package in (*MAY_IMPORT, "benchmarks") for path in python_files(package)}
    imported = set().union(*map(imports_of, {*shipped, ROOT / "sidik.py"})) - OURS
    homes = packages_distributions()
    used = {
        _distribution(home) for name in imported - sys.stdlib_module_names for home in homes[name]
    }

    assert used - {"psycopg-binary", "psycopg-pool"} <= declared  # extras of psycopg
    assert declared - used <= {"tzdata"}  # zoneinfo reads it where the system has no zones


def _distribution(line: str) -> str:
    """``Flask-WTF~=1.3`` and ``flask_wtf`` are one."""
    name = re.match(r"[\w.-]+", line)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


# The glossary


def glossary() -> dict[str, tuple[str, str]]:
    """Name in the code, to the Indonesian term and its meaning with source."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    return {
        name: (term, meaning)
        for names, term, meaning in rows
        for name in re.findall(r"`([\w.]+)`", names)
    }


def name_in_glossary(kind: type) -> str:
    subject = kind.__module__.split(".")[1]
    return f"{subject}.{kind.__name__}"


@pytest.mark.parametrize("tag", FACTS)
def test_every_fact_says_what_it_is(tag: str) -> None:
    doc = FACTS[tag].__doc__ or ""

    assert not doc.startswith(f"{FACTS[tag].__name__}("), "dataclasses write that, not people"
    assert doc.endswith(".")


@pytest.mark.parametrize("tag", FACTS)
def test_every_fact_is_in_the_glossary_with_its_term_and_its_source(tag: str) -> None:
    term, meaning = glossary()[name_in_glossary(FACTS[tag])]

    assert term.strip("– ")
    assert re.search(r"\b(Ps|UU|PP|PerKI|SOP|SKB|SIDIK)\b", meaning), "whose word is it?"


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    names = glossary()

    assert len(names) > len(FACTS)
    for name in names:
        module, *path = name.split(".")
        reduce(getattr, path, importlib.import_module(f"domain.{module}"))


# The law


@pytest.mark.parametrize(("code", "name"), RULES)
def test_every_rule_cites_a_text_we_keep(code: str, name: str) -> None:
    basis = RULES[code, name].basis
    text = (LAW / f"{basis.key}.md").read_text(encoding="utf-8")

    assert f"## Pasal {basis.pasal}" in text.splitlines()


def test_a_rule_has_one_code_and_its_constant_carries_the_same_name() -> None:
    """The code, which stands alone in an answer, may name its subject in front."""
    assert len(RULES) > 50
    assert len({code for code, _ in RULES}) == len(RULES)
    for code, name in RULES:
        spelled = name.lower().replace("_", "-")
        assert re.fullmatch(rf"([a-z]+-)?{spelled}", code)


def test_a_rule_speaks_to_officers_in_a_sentence() -> None:
    for rule in RULES.values():
        assert re.fullmatch(r"[A-Z].*\.", rule.text, re.DOTALL), rule.code
        assert rule == replace(rule, detail=""), "found values belong to a case, not to a rule"


# What lies about


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    homes = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/(?!sidik\b)\w")
    markets = re.compile(r"(?:pypi|pythonhosted|npmjs|jsdelivr|unpkg|anaconda)\.(?:org|com|net)")
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path != Path(__file__):
            assert not homes.search(text), path
            assert not markets.search(text), path


@pytest.mark.parametrize(
    "path",
    [path for path in tracked() if path.suffix in {".toml", ".sql"} and path.parent != ROOT],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_data_file_is_read_by_somebody(path: Path) -> None:
    """Named in the code, standing beside its module, or in a folder that is read whole."""
    folder, pattern = path.parent.name, f'glob("*{path.suffix}")'

    assert (
        f'"{path.name}"' in code()
        or (path.with_suffix(".py").is_file() and '.with_name(f"{name}' in code())
        or (f'"{folder}"' in code() and pattern in code())
        or (f'"{folder}"' in code() and f'"{path.stem}"' in code())
    )


@cache
def code() -> str:
    """All that is installed, as one text."""
    packages = (*MAY_IMPORT, "benchmarks")
    return "\n".join(file.read_text("utf-8") for name in packages for file in python_files(name))
