"""Help where it is needed: the manual of the commands, terms of law, the tour, the API's page."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from adapters.manual import EXITS, PAGES, SURROUNDINGS
from sidik import cli


def commands(command: click.Command, path: str = "sidik") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, f"{path} {name}")


COMMANDS = dict(commands(cli))


# The command line


def test_every_command_has_a_page_in_the_manual_and_none_is_of_another() -> None:
    assert PAGES.keys() == COMMANDS.keys()
    assert all(page.examples for page in PAGES.values())


@pytest.mark.parametrize("path", COMMANDS)
def test_every_example_of_the_manual_can_be_called(path: str) -> None:
    for example in PAGES[path].examples:
        program, *words = shlex.split(example)
        command: click.Command = cli
        names = [program]
        while isinstance(command, click.Group):
            names.append(words.pop(0))
            command = command.commands[names[-1]]
        assert " ".join(names).startswith(path)
        command.make_context(names[-1], words)  # which refuses what it cannot parse


@pytest.mark.parametrize("path", COMMANDS)
def test_help_is_a_page_of_a_manual(path: str) -> None:
    said = CliRunner().invoke(cli, [*path.split()[1:], "--help"]).output

    headings = ["Pemakaian:", "Pilihan:", "Contoh:", "Kode keluar:", "Lingkungan:"]
    assert [heading for heading in headings if heading in said] == headings
    for example in PAGES[path].examples:
        assert example in said
    for code in EXITS:
        assert re.search(rf"^  {code}  ", said, re.MULTILINE)
    assert all(name in said for name in SURROUNDINGS)
