"""One word for each thing: what docs/glossary.md bans does not come back."""

import ast
import re

import pytest

from tests.docs.markdown import ROOT, pages
from tests.house.test_rules import list_sources

#: Words with `visit` that may stand in code and templates, each with its reason.
ALLOWED = {
    "visit": "the kind of busy time, the ?visit= of page addresses, and how the API's keys begin",
    "visits": "page addresses, and keys of the API that programs read",
    "visit_cancelled": "a stored reason",
    "visit_deleted": "a stored reason",
    "has_visits": "an error code of the API",
}
IN_CODE = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9_]*visit[A-Za-z0-9_]*", re.IGNORECASE)
VISITOR = re.compile(r"visitor|visited|visit_[A-Z]|VISIT$", re.IGNORECASE)  # other things
#: Where `visit` itself may stand: quoted, or as a part of an address.
QUOTED = re.compile(r"[\"'`]visits?[\"'`]|[/?&]visits?[/=\"'`?]|visits/|visit=|visits=Sum")
DIALECT = re.compile(
    r"\b(tells?|told|telling|says?|said|whom|thereof|anew|awaited)\b", re.IGNORECASE
)
MOST_DIALECT = 0.9  # a thousand words of the docs
#: Rooms whose docstrings begin with a verb or a noun. Add a room when it is clean.
CLEAN = ("appointment/messages/", "notification/factory.py", "notification/registry.py")


@pytest.mark.parametrize("folder", ["web", "pages", "notification", "appointment", "core", "salon"])
def test_code_and_templates_say_appointment(folder):
    sources = [path for path in list_sources() if path.parts[0] == folder]
    templates = [path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.html")]
    found = []
    for path in [*sources, *templates]:
        if "migrations" in path.parts:
            continue
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
            words = IN_CODE.findall(QUOTED.sub("", line))
            bad = [w for w in words if w not in ALLOWED and not VISITOR.search(w)]
            bad += [w for w in words if w in {"visit", "visits"}]
            found += [f"{path}:{number}: {word}" for word in bad]
    assert found == []


def test_the_docs_use_standard_words():
    prose = "\n".join(
        re.sub(r"```.*?```|`[^`]*`|^\|.*$", "", page.text, flags=re.DOTALL | re.MULTILINE)
        for page in pages()
    )
    words = len(re.findall(r"[A-Za-z']+", prose))
    assert len(DIALECT.findall(prose)) * 1000 / words < MOST_DIALECT


def test_clean_rooms_begin_docstrings_with_a_verb():
    found = []
    for path in list_sources():
        if not str(path).startswith(CLEAN):
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                first = (ast.get_docstring(node) or "").split(" ")[0]
                if first in {"What", "Who", "Whom", "Whose", "Of", "How", "Whether"}:
                    found.append(f"{path}:{node.lineno}: {first}")
    assert found == []
