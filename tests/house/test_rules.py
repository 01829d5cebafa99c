"""The rules of docs/architecture.md, each held by something that fails."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTSIDE = {"benchmarks", "chaos", "testkit", "tests"}  # they drive the program and may see it all
MOST_MODULES = 12
#: Rules of the salon's day that depend on nothing: no Django, no models, no clock.
PURE = {
    "appointment/messages/policies.py",
    "appointment/messages/rules.py",
    "customer/spelling.py",
    "importing/csv_files/datetime_parser.py",
    "notification/channels/outcomes.py",
    "notification/rules/retry_pauses.py",
    "practice_phone/policies.py",
}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "localtime"}
#: One import for each hole that was once open: (where it is written, what it imports).
HOLES = [
    ("core/api/parsers.py", "appointment.models"),
    ("core/db/connections.py", "web.urls"),
    ("importing/csv_files/cell_parsers.py", "twilio.rest"),
    ("delay_queue/consumers.py", "django.conf"),
    ("web/day_list/presenter.py", "notification.delivery.send"),
    ("runner/plan.py", "appointment.models"),
    ("notification/rules/retry_pauses.py", "django.utils.timezone"),
]


def list_sources():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def read_import_rules():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_a_folder_holds_twelve_modules_at_most():
    sources = [path for path in list_sources() if "migrations" not in path.parts]
    counts = Counter(path.parent for path in sources if path.name != "__init__.py")
    full = {str(folder): count for folder, count in counts.items() if count > MOST_MODULES}
    assert full == {}, "open a sub-folder named after its concept"


def test_every_room_has_its_layer():
    rooms = {path.parts[0] for path in list_sources() if len(path.parts) > 1} - OUTSIDE
    rules = read_import_rules()
    [layers] = [each["layers"] for each in rules["contracts"] if each["type"] == "layers"][:1]
    placed = [room.strip() for layer in layers for room in layer.replace(":", "|").split("|")]
    assert set(rules["root_packages"]) == rooms
    assert sorted([*placed, "runner"]) == sorted(rooms)  # the supervisor stands outside


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_file_imports_the_standard_library_alone(name):
    tree = ast.parse((ROOT / name).read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"line {node.lineno} reads a clock"
    own = {path.removesuffix(".py").replace("/", ".") for path in PURE}
    assert {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names} <= own


@pytest.mark.process
def test_each_hole_that_was_closed_stays_closed(tmp_path):
    for path in list_sources():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, imported in HOLES:
        with (tmp_path / name).open("a") as file:
            file.write(f"\nimport {imported}\n")
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    printed = " ".join(run.stdout.split())
    for name, imported in HOLES:
        importer = name.removesuffix(".py").replace("/", ".")
        target = imported.split(".")[0] if imported.startswith(("django", "twilio")) else imported
        assert f"{importer} -> {target}" in printed, (importer, target)
