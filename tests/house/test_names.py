"""Names that grep finds: a function says what it does, and to what."""

import ast
from collections import defaultdict

from tests.house.test_rules import OUTSIDE, ROOT, list_sources

MOST_ONE_WORD = 0.25  # of the program's top-level functions
#: Names that stand in three files or more, each with its reason.
IN_MANY_FILES = {"main"}  # what `python -m` and manage.py run


def list_functions():
    """Return {name: files} of the program's top-level functions."""
    names = defaultdict(set)
    for path in list_sources():
        if path.parts[0] in OUTSIDE or "migrations" in path.parts:
            continue
        for node in ast.parse((ROOT / path).read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names[node.name].add(str(path))
    return names


def test_few_functions_have_one_word():
    counts = {name: len(files) for name, files in list_functions().items()}
    one_word = sum(count for name, count in counts.items() if "_" not in name.strip("_"))
    assert one_word / sum(counts.values()) < MOST_ONE_WORD


def test_no_name_stands_in_three_files_without_a_reason():
    crowded = {name: files for name, files in list_functions().items() if len(files) > 2}
    assert {name: files for name, files in crowded.items() if name not in IN_MANY_FILES} == {}
