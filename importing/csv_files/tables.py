"""A CSV file as lines of named cells, whatever program wrote it."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from core.api.errors import Refusal, build_field_refusal

DELIMITERS = ",;\t|"
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
TRIED_ENCODINGS = ("utf-8", "cp1252")  # what spreadsheets write when they say nothing
SPREADSHEET_SIGNATURES = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
)  # how spreadsheets begin, newer and older
END_MARK = "\x1e"  # read after the last line; within a cell when a quotation mark is still open
BLOCK_SIZE = 1 << 16  # characters read at once while an encoding is tried


@dataclass(frozen=True)
class Line:
    """One line of a table. `number` counts from 1, as an editor shows it, the header included."""

    number: int
    cells: dict[str, str]
    last: int  # the line it ends on: quotation marks can hold several together
    has_surplus: bool  # there is more in it than the header names
    broken: frozenset[str]  # the columns whose cells hold a line break


@dataclass(frozen=True)
class Table:
    """A CSV file with a header. Cells come without blanks around them; empty lines are left out."""

    path: Path
    encoding: str
    delimiter: str
    headers: tuple[str, ...]

    def lines(self) -> Iterator[Line]:
        """Every line below the header, read as it is needed.

        Raises:
            Refusal: the file changed meanwhile, or is no CSV after all.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(chain(file, [END_MARK]), delimiter=self.delimiter)
            before = 0
            try:
                for row in reader:
                    number, before = before + 1, reader.line_num
                    if row and row[-1].endswith(END_MARK):
                        check_closed_quotes(self.path, number, row)
                        break
                    if number > 1 and any(map(clean_cell, row)):
                        yield self.line(number, before, row)
            except (csv.Error, UnicodeDecodeError) as error:
                raise build_unreadable_line_error(self.path, before + 1, error) from error

    def line(self, number: int, last: int, row: list[str]) -> Line:
        """Cells by the name of their column; missing ones are ""."""
        padded = row + [""] * (len(self.headers) - len(row))
        named = dict(zip(self.headers, padded, strict=False))
        named.pop("", None)
        return Line(
            number,
            {header: clean_cell(cell) for header, cell in named.items()},
            last,
            has_surplus=any(map(clean_cell, row[len(self.headers) :])),
            broken=frozenset(
                header for header, cell in named.items() if {*"\r\n"} & {*cell.strip()}
            ),
        )


def open_table(path: Path, encoding: str = "", delimiter: str = "") -> Table:
    """The table in `path`. What is not given is found out from the file.

    Raises:
        Refusal: not there, in no known encoding or with no delimiter that can be, without a header
            or with one that is unclear.
    """
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(delimiter) > 1:
        detail = _("“%(text)s” can't stand between cells; give one character, or tab.")
        raise build_field_refusal("delimiter", "wrong_mapping", detail % {"text": delimiter})
    try:
        if read_first_bytes(path).startswith(SPREADSHEET_SIGNATURES):
            raise build_file_error(
                path, _("this is a spreadsheet; save it as CSV where it comes from")
            )
        encoding = encoding or detect_encoding(path)
        with path.open(encoding=encoding, newline="") as file:
            delimiter = delimiter or detect_delimiter(file)
            headers = tuple(
                clean_cell(cell) for cell in next(csv.reader(file, delimiter=delimiter), [])
            )
    except OSError as error:
        raise build_file_error(path, str(error.strerror or error)) from error
    except LookupError as error:
        detail = _("“%(name)s” is no encoding; name one such as utf-8 or latin-1.")
        raise build_field_refusal(
            "encoding", "wrong_encoding", detail % {"name": encoding}
        ) from error
    except (csv.Error, UnicodeError) as error:
        raise build_unreadable_line_error(path, 1, error) from error
    check_headers(path, headers)
    return Table(path, encoding, delimiter, headers)


def clean_cell(cell: str) -> str:
    """The text of a cell: single blanks, none around it, and nothing a database can't store."""
    return " ".join(cell.replace("\x00", "").split())


def read_first_bytes(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(4)


def detect_encoding(path: Path) -> str:
    """By the mark at its start, else the first of the usual ones that fits the whole file.

    Raises:
        UnicodeError: none fits.
    """
    start = read_first_bytes(path)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    for encoding in TRIED_ENCODINGS:
        if can_decode_file(path, encoding):
            return encoding
    raise UnicodeError(_("name its encoding, for example “latin-1”"))


def can_decode_file(path: Path, encoding: str) -> bool:
    """Whether the whole file is text in this encoding."""
    try:
        with path.open(encoding=encoding) as file:
            while file.read(BLOCK_SIZE):
                pass
    except UnicodeDecodeError:
        return False
    return True


def detect_delimiter(file: IO[str]) -> str:
    """The one that stands most often in the header; the file is put back to its start."""
    counts = Counter(file.readline())
    file.seek(0)
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def check_headers(path: Path, headers: tuple[str, ...]) -> None:
    """Refuse a header that names nothing, or one thing twice.

    Raises:
        Refusal
    """
    names = Counter(header.casefold() for header in headers if header)
    if not names:
        raise build_file_error(path, _("the first line must name the columns"))
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice:
        raise build_file_error(
            path, _("two columns are called “%(name)s”; rename one") % {"name": twice}
        )


def check_closed_quotes(path: Path, line: int, row: list[str]) -> None:
    """Refuse a file whose last row has swallowed END, and all lines before it.

    Raises:
        Refusal
    """
    if row != [END_MARK]:
        raise build_file_error(
            path, _("the quotation mark in line %(line)d never closes") % {"line": line}
        )


def build_unreadable_line_error(path: Path, line: int, error: Exception) -> Refusal:
    """The refusal of a file that is not text, or no CSV."""
    detail = _("line %(line)d can't be read (%(error)s). Is it a CSV file?")
    return build_file_error(path, detail % {"line": line, "error": error})


def build_file_error(path: Path, detail: str) -> Refusal:
    """The refusal of a file as a whole; nothing is done then."""
    return build_field_refusal("file", "unreadable_file", f"{path.name}: {detail}")
