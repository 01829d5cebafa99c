"""The example of docs/importing.md is run as it stands, and its tables are complete."""

import shlex
from dataclasses import fields

import pytest
import time_machine
from django.core.management import call_command

from importing.column_mapping.mapping import BOOK_COLUMNS, Mapping, read_mapping
from tests.docs.markdown import IMPORTING


def test_the_example_prints_and_writes_what_is_shown(
    transactional_db, aurora, tmp_path, monkeypatch, capsys
):
    book, command, printed, rejects = (block.text for block in IMPORTING.blocks("An example"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.csv").write_text(book)
    [words] = [word for word in shlex.split(command) if word.startswith("ARGS=")]
    with time_machine.travel("2027-05-01"), pytest.raises(SystemExit) as ended:
        call_command(*words.removeprefix("ARGS=").split())
    assert ended.value.code == 1
    assert capsys.readouterr().out == printed
    assert (tmp_path / "book.rejects.csv").read_text() == rejects


def test_the_mappings_that_are_shown_can_be_read(tmp_path):
    real, small = [block.text for block in IMPORTING.blocks() if block.language == "toml"]
    (tmp_path / "real.toml").write_text(real)
    (tmp_path / "small.toml").write_text(small)
    assert read_mapping(tmp_path / "real.toml").skip_staff == ["HOUSE"]
    assert read_mapping(tmp_path / "small.toml").default_staff == "Kim"


def test_every_column_and_every_word_of_a_mapping_is_told():
    columns, words = (
        [row.split("`")[1] for row in part.splitlines() if row.startswith("| `")]
        for part in IMPORTING.section("When it reads the file wrongly").split(
            "A mapping may contain:"
        )
    )
    assert tuple(columns) == BOOK_COLUMNS
    assert words == [field.name for field in fields(Mapping)]
