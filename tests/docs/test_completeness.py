"""What the program offers is documented, and nothing that it doesn't offer."""

import inspect
import re
from importlib.metadata import metadata

import pytest
from rest_framework import exceptions

from notification.channels.sms.error_codes import REFUSAL_REASONS
from practice_phone.policies import REFUSING_NUMBERS
from tests.docs import code_inventory
from tests.docs.markdown import API, ARCHITECTURE, CHANGELOG, CODE, OPERATIONS, README, pages


def test_every_environment_variable_is_in_the_table(tmp_path):
    assert sorted(README.codes("Environment")) == sorted(code_inventory.find_variables(tmp_path))


def test_a_default_in_the_table_changes_nothing_when_it_is_set(tmp_path):
    """Defaults in code style are values; others are words for people."""
    base = {"DEBUG": "1", "DATA_DIR": str(tmp_path)}
    told = {
        row[0].strip("`"): CODE.fullmatch(row[1])[1]
        for row in README.table("Environment")
        if CODE.fullmatch(row[1])
    }
    del told["DATA_DIR"]
    assert len(told) >= 6
    without, _ = code_inventory.read_environment(base)
    for name, default in told.items():
        assert code_inventory.read_environment(base | {name: default})[0] == without, name


def test_every_make_target_is_in_the_table():
    told = [command.split()[1] for command in README.codes("Commands")]
    assert sorted(told) == sorted(code_inventory.make_targets())


def test_every_management_command_is_in_the_table():
    told = re.findall(r"^\| `([a-z_]+)` \|", README.section("Commands"), re.MULTILINE)
    assert sorted(told) == sorted(code_inventory.commands())


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.path))
def test_commands_named_anywhere_exist(page):
    targets = {"run", "test", *code_inventory.make_targets()}
    named = re.findall(r"(?:`|^)make (\w+)", page.text, re.MULTILINE)
    assert set(named) <= targets
    commands = re.findall(r"manage\.py (\w+)|ARGS=\"(\w+)", page.text)
    assert {a or b for a, b in commands} <= code_inventory.all_commands()


def test_every_route_of_the_api_is_in_the_table_with_its_methods():
    told = {row[0].strip("`"): set(row[1].split()) for row in API.table("Routes")}
    assert told == code_inventory.api_routes()


def test_every_page_and_webhook_is_in_the_table():
    _, _, rest = API.section("Routes").partition("Everything else.")
    told = [
        word
        for row in re.findall(r"^\| (`/.*?) \|", rest, re.MULTILINE)
        for word in CODE.findall(row)
    ]
    assert sorted(told) == sorted(code_inventory.other_routes())


def test_every_error_code_is_in_the_table():
    classes = [each for _, each in inspect.getmembers(exceptions, inspect.isclass)]
    of_framework = {getattr(each, "default_code", None) for each in classes}
    told = API.codes("Errors")
    ours = set(code_inventory.error_codes())
    assert len(told) == len(set(told))
    assert ours - set(told) == set()
    assert set(told) - ours - of_framework == set()


@pytest.mark.parametrize("table", [0, 1])
def test_every_direct_dependency_is_in_the_table(table):
    text = README.section("Dependencies").split("For tests and checks:")[table]
    rows = re.findall(r"^\| ([\w-]+) \| (.+) \| (.+) \|$", text, re.MULTILINE)[1:]
    assert [name for name, _, _ in rows] == code_inventory.dependencies()[table]
    for name, _, licence in rows:
        assert licence == (metadata(name).get("License-Expression") or licence), name


def test_every_logged_event_is_in_the_table():
    assert sorted(OPERATIONS.codes("Logs")) == sorted(code_inventory.events())


def test_the_numbers_that_refuse_are_in_the_table():
    rows = OPERATIONS.table("On your own machine")
    told = {row[0].strip("`"): int(row[1].partition(",")[0]) for row in rows}
    assert told == REFUSING_NUMBERS
    assert set(told.values()) <= set(REFUSAL_REASONS)


def test_every_room_is_in_the_table():
    assert set(ARCHITECTURE.codes("Rooms")) == {f"{room}/" for room in code_inventory.rooms()}


def test_the_layers_of_rooms_are_those_that_are_checked():
    [drawn] = [block.text for block in ARCHITECTURE.blocks("Imports")]
    rooms = [line.split() for line in drawn.splitlines()]
    assert rooms == [re.findall(r"\w+", layer) for layer in code_inventory.layers()]


def test_the_changes_begin_with_this_version():
    [released, *_] = re.findall(r"^## (\d\S*)", CHANGELOG.text, re.MULTILINE)
    assert released == code_inventory.version()
