"""Help where it is needed: the manual of the commands, terms of law, the tour, the API's page."""

from __future__ import annotations

import html
import re
import shlex
import tomllib
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from flask import render_template_string

from adapters.manual import EXITS, PAGES, SURROUNDINGS
from domain.officer import Role
from sidik import cli
from tests.bureau import Bureau, open_bureau
from tests.test_shape import LAW
from web.help_pages import FILE, terms


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def commands(command: click.Command, path: str = "sidik") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, f"{path} {name}")


COMMANDS = dict(commands(cli))


# The command line


def test_every_office_can_be_granted() -> None:
    """They are written out where options are declared, so that help need not load the domain."""
    (role,) = (one for one in COMMANDS["sidik officer grant"].params if one.name == "role")

    assert isinstance(role.type, click.Choice)
    assert list(role.type.choices) == list(Role)


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


# Terms of law


def test_every_term_says_what_it_means_and_cites_a_text_we_keep() -> None:
    assert len(terms()) >= 40
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))["term"]
    for each in said:
        assert re.fullmatch(r"[A-Z].*\.", each["meaning"], re.DOTALL), each["name"]
        assert each["english"].endswith("."), each["name"]
        if "law" in each:
            text = (LAW / f"{each['law']}.md").read_text(encoding="utf-8")
            assert f"## Pasal {each['pasal']}" in text.splitlines(), each["name"]
    assert sum("law" in each for each in said) >= 35


def test_a_label_means_one_term() -> None:
    called = [name for known in terms().values() for name in {known.name, *known.also}]

    assert len({name.lower() for name in called}) == len(called)


def test_the_page_of_terms_names_all_of_them_with_their_articles(bureau: Bureau) -> None:
    page = html.unescape(bureau.browser("agus").get("/uji/bantuan").text)

    for known in terms().values():
        assert f'id="{known.anchor}"' in page
        assert known.meaning in page
        assert known.basis in page
    english = html.unescape(bureau.browser("agus").get("/uji/bantuan?bahasa=en").text)
    assert terms()["uji konsekuensi"].english in english


def test_a_field_that_is_a_term_of_law_explains_itself(bureau: Bureau) -> None:
    page = bureau.browser("made").get("/uji/butir/baru").text

    tips = re.findall(
        r'<button type="button" aria-describedby="(\S+)">.*?role="tooltip" id="(\S+)">(.*?)</span>',
        page,
    )
    assert tips
    assert all(described == tip for described, tip, _ in tips)
    assert len({tip for _, tip, _ in tips}) == len(tips)
    assert any("Pasal 49 ayat (2) huruf a PerKI" in meaning for _, _, meaning in tips)


def test_what_is_no_term_is_left_as_it_is(bureau: Bureau) -> None:
    with bureau.app.test_request_context("/uji/bantuan"):
        assert render_template_string("{{ term('kata biasa') }}") == "kata biasa"
        assert render_template_string("{{ term('<b>') }}") == "&lt;b&gt;"
        assert render_template_string("{{ tip_of('kata biasa') }}") == ""
        said = render_template_string("{{ term('uji konsekuensi', '<i>') }}")
        assert "Pasal 19 UU Nomor 14 Tahun 2008" in said
        assert "<button" in said
        assert "&lt;i&gt;" in said


# The tour


def test_only_a_demonstration_begins_with_a_tour(bureau: Bureau) -> None:
    assert "Mulai dari sini" not in bureau.browser("sri").get("/uji/pekerjaan").text


@pytest.mark.parametrize("login", ["sri", "made", "tim", "wayan", "gubernur", "agus", "ani"])
def test_every_role_has_first_steps_that_it_may_take(bureau: Bureau, login: str) -> None:
    browser = bureau.browser(login)
    page = browser.get("/uji/bantuan").text
    steps = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', page)

    assert 3 <= len(steps) <= 5
    for address, _title in steps:
        assert browser.get(address).status_code == 200, address


# The API's own page


def test_the_page_of_the_api_names_every_operation_with_a_call_to_copy(bureau: Bureau) -> None:
    client = bureau.app.test_client()
    described = client.get("/api/openapi.json").get_json()
    answer = client.get("/api/docs")
    page = html.unescape(answer.text)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    operations = [
        (method.upper(), path)
        for path, found in described["paths"].items()
        for method in found
        if method in ("get", "post")
    ]
    for method, path in operations:
        assert f'<span class="verb {method}">{method}</span> <code>{path}</code>' in page
    assert page.count("Authorization: Bearer TOKEN_ANDA") == len(operations) + 1
    assert "style=" not in page
    for status in ("401", "409", "412", "422"):
        assert f"<code>{status}</code>" in page
