"""Every rule of the domain stands in some test by its own name, and reads well where it is met."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import domain
from domain.rule import Rule

TESTS = Path(__file__).parent
OTHERS = "\n".join(
    file.read_text(encoding="utf-8")
    for file in TESTS.glob("test_*.py")
    if file.name != Path(__file__).name
)


def rules() -> dict[str, Rule]:
    """Every rule, by the name of its constant."""
    found: dict[str, Rule] = {}
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        names = vars(importlib.import_module(module.name))
        found |= {name: value for name, value in names.items() if isinstance(value, Rule)}
    return found


@pytest.mark.parametrize("name", rules())
def test_every_rule_is_upheld_in_some_test(name: str) -> None:
    assert re.search(rf"\b{name}\b", OTHERS), f"no test names {name}"


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_a_rule_is_a_sentence_with_an_article(rule: Rule) -> None:
    assert rule.text.endswith(".")
    assert rule.text[0].isupper()
    assert rule.basis.pasal, f"{rule.code} cites no article"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.code)
