"""Notifications are built in one place."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FACTORY = ROOT / "notification" / "factory.py"
# They build ledgers of their own, in states that planning never writes.
EXEMPT = {"tests", "testkit", "benchmarks", "chaos"}
WRITERS = {"create", "get_or_create", "update_or_create"}


def list_source_files():
    for path in ROOT.rglob("*.py"):
        top = path.relative_to(ROOT).parts[0]
        if top not in EXEMPT and not top.startswith(".") and "migrations" not in path.parts:
            yield path


def find_constructions(path):
    """List the lines of a file that construct a notification."""
    calls = (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call))
    return [call.lineno for call in calls if is_construction(ast.unparse(call.func))]


def is_construction(name):
    *owner, last = name.split(".")
    return last == "AppointmentNotification" or (
        last in WRITERS and any(part.startswith("AppointmentNotification") for part in owner)
    )


def test_only_the_factory_constructs_notifications():
    found = {path: find_constructions(path) for path in list_source_files() if path != FACTORY}
    assert {str(path.relative_to(ROOT)): lines for path, lines in found.items() if lines} == {}


def test_the_search_finds_the_construction_in_the_factory():
    assert len(find_constructions(FACTORY)) == 1
