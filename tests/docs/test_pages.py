"""Links lead somewhere, files that are named exist, and snippets run."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from tests.docs import code_inventory
from tests.docs.markdown import CODE, OPERATIONS, ROOT, Page, pages
from user.models import ExtendedUser

every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.path))
# A word in code style that can only be a path of this project.
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|lua|md|toml|txt)|[a-z_]+(?:/[\w.-]+)*/")
NOT_HERE = {"redis/", "static/"}  # folders of DATA_DIR
PAGE = re.compile(r"\bdocs/[\w/-]+\.md")
NAME_IN_FILE = re.compile(r"`(\w+)`\s+in\s+`([\w/]+\.\w+)`")


def test_all_pages_are_found():
    found = {str(page.path) for page in pages()}
    assert {"README.md", "CONTRIBUTING.md", "docs/api.md", "docs/decisions/README.md"} <= found


@every_page
def test_links_lead_somewhere(page):
    for link in page.links():
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https", link
            continue
        target = (
            (ROOT / page.path.parent / parts.path).resolve() if parts.path else ROOT / page.path
        )
        assert target.exists(), link
        if parts.fragment:
            assert parts.fragment in Page(target.relative_to(ROOT)).anchors(), link


@every_page
def test_files_that_are_named_exist(page):
    for word in CODE.findall(page.prose):
        if not PATH.fullmatch(word) or word in NOT_HERE:
            continue
        # A name that every room has (`models.py`) is there when one room has it.
        assert code_inventory.path_exists(word) or any(ROOT.glob(f"*/{word}")), word


def test_pages_that_the_code_names_exist():
    named = {
        page
        for path in code_inventory.parse_modules()
        for page in PAGE.findall((ROOT / path).read_text())
    }
    assert "docs/states.md" in named
    assert {page for page in named if not code_inventory.path_exists(page)} == set()


@every_page
def test_names_that_are_said_to_be_in_a_file_are_there(page):
    for name, path in NAME_IN_FILE.findall(page.prose):
        made = rf"\b(?:def|class) {name}\b|^{name}\b.*="
        assert re.search(made, (ROOT / path).read_text(), re.MULTILINE), f"{name} in {path}"


@every_page
def test_no_page_names_a_machine(page):
    assert not re.search(r"/(?:work|home|root|Users)/", page.text)


def test_every_decision_is_in_the_index_and_has_its_four_parts():
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    index = Page(Path("docs/decisions/README.md"))
    assert index.links() == records
    for name in records:
        text = (folder / name).read_text()
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
            "Measured",
        ], name


def test_health_answers_what_operations_show(db, client):
    [shown] = [json.loads(b.text) for b in OPERATIONS.blocks() if b.language == "json"]
    real = client.get("/health/").json()
    assert set(real) == set(shown)
    assert set(real["parts"]) == set(shown["parts"])
    assert set(real["parts"]["worker"]) == set(shown["parts"]["worker"])
    assert set(real["check"]) == set(shown["check"])


def test_the_first_salon_is_made_as_operations_say(db, capsys, client):
    [words] = re.findall(r'ARGS="(create_salon .*)"', OPERATIONS.text)
    call_command(*words.split())
    owner = ExtendedUser.objects.get(email="owner@salon.example")
    assert owner.is_owner
    link = urlsplit(capsys.readouterr().out.splitlines()[1])
    assert client.get(link.path, follow=True).status_code == 200
