"""`manage.py import_bookings BOOK.csv --salon NAME`: a salon's old book into this one."""

import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.db.models import Q

from core.api.errors import Refusal
from importing import terminal_report
from importing.actions import Import, ImportJob
from importing.column_mapping.mapping import Mapping, read_mapping
from importing.csv_files.rejects_file import write_rejects_file
from importing.csv_files.tables import Table
from importing.results import FileResult
from salon.models import Salon

SOME_REJECTED = 1
NOTHING_DONE = 2
BROKEN_OFF = 3

# What an option says goes over the mapping file; each has the name of a word there.
MAPPING_OPTIONS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("date_format", str, "Such as %%m/%%d/%%Y. Else found out from the file."),
    ("time_format", str, "Such as '%%I:%%M %%p'. Else found out."),
    ("start_format", str, "Of a column that holds date and time. Else found out."),
    ("end_format", str, "Else found out."),
    ("minutes", int, "Length of a booking of which nothing tells it. Default: 30."),
    ("gap_minutes", int, "Bookings of one customer so close are one appointment. Default: 30."),
    ("country", str.upper, "Two letters: where numbers without + lie. Default: the salon's."),
    ("encoding", str, "Else found out."),
    ("delimiter", str, "Else found out."),
    ("service_separator", str, "Between several services of one booking. Default: none."),
    ("default_staff", str, "Who has the bookings that name nobody."),
)


def parse_column_option(text: str) -> tuple[str, str]:
    """`customer=Code` as its two halves."""
    word, sign, header = text.partition("=")
    if not sign:
        raise ArgumentTypeError("write it as in customer=Code")
    return word.strip(), header.strip()


def parse_date_option(text: str) -> date:
    """A date such as 2026-05-04."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("write the date as in 2026-05-04") from None


class Command(BaseCommand):
    """Exit status 0: all is in. 1: some lines have to be looked at. 2: nothing was done.
    3: the database refused to go on.
    """

    help = (
        "Takes a salon's bookings from a CSV file. A second run of the same file adds nothing."
        " docs/importing.md tells it by an example."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("book", type=Path, metavar="BOOK.csv")
        parser.add_argument("--salon", required=True, help="Its id or its name.")
        parser.add_argument("--dry-run", action="store_true", help="Check all and change nothing.")
        parser.add_argument("--services", type=Path, metavar="FILE", help="What the salon offers.")
        parser.add_argument("--customers", type=Path, metavar="FILE", help="Names and numbers.")
        parser.add_argument(
            "--rejects", type=Path, metavar="FILE", help="Default: BOOK.rejects.csv beside it."
        )
        parser.add_argument(
            "--confirm",
            action="store_true",
            help="Text a confirmation of every upcoming appointment.",
        )
        parser.add_argument(
            "--shift-to",
            type=parse_date_option,
            metavar="DATE",
            help="Move the book to begin on this day.",
        )
        self.add_mapping_arguments(parser)

    def add_mapping_arguments(self, parser: CommandParser) -> None:
        group = parser.add_argument_group("how the file is read")
        group.add_argument("--mapping", type=Path, metavar="BOOK.toml")
        group.add_argument(
            "--column",
            type=parse_column_option,
            action="append",
            default=[],
            metavar="WORD=HEADER",
            help="Such as customer=Code; again for each column. Else found out.",
        )
        group.add_argument(
            "--skip-staff", action="append", metavar="NAME", help="Leave these bookings out."
        )
        group.add_argument(
            "--no-new-staff", dest="create_staff", action="store_false", default=None
        )
        group.add_argument(
            "--no-new-services", dest="create_services", action="store_false", default=None
        )
        for name, kind, text in MAPPING_OPTIONS:
            group.add_argument(f"--{name.replace('_', '-')}", type=kind, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        bar = terminal_report.ProgressBar(sys.stderr)
        rejects = options["rejects"] or options["book"].with_suffix(".rejects.csv")
        try:
            check_rejects_path(rejects, options)
            work = Import(build_import_job(options))
            result = work.run(bar)
        except Refusal as refusal:
            sentence = refusal.detail + format_option_hint(refusal)
            raise CommandError(sentence, returncode=NOTHING_DONE) from refusal
        except DatabaseError as error:
            raise CommandError(
                f"The database refused to go on: {str(error).strip()}. What was taken stays;"
                " the same command again takes the rest.",
                returncode=BROKEN_OFF,
            ) from error
        finally:
            bar.close()
        for sentence in terminal_report.summarize_import(
            work.mapping, result, dry_run=options["dry_run"]
        ):
            self.stdout.write(sentence)
        for name, table, lines in work.files():
            others = rejects.with_name(f"{table.path.stem}.rejects.csv")
            self.tell_problems(table, lines, rejects if name == "book" else others)
        if not result.is_clean:
            sys.exit(SOME_REJECTED)

    def tell_problems(self, table: Table, lines: FileResult, path: Path) -> None:
        """Print the first problems of a file and write them all."""
        if lines.to_look_at:
            for sentence in terminal_report.list_first_problems(table.path.name, lines):
                self.stderr.write(sentence)
            write_rejects_file(path, table, lines.to_look_at)
            self.stderr.write(f"All of them, with the reasons: {path}")


def build_import_job(options: dict[str, Any]) -> ImportJob:
    """What the command line asks for.

    Raises:
        Refusal: the mapping means nothing.
        CommandError: no such salon.
    """
    mapping = read_mapping(options["mapping"]) if options["mapping"] else Mapping()
    names = [name for name, _kind, _text in MAPPING_OPTIONS]
    names += ["skip_staff", "create_staff", "create_services"]
    given = {name: options[name] for name in names if options[name] is not None}
    return ImportJob(
        salon=find_salon_by_id_or_name(options["salon"]),
        mapping=mapping.merged({"columns": dict(options["column"]), **given}),
        **{
            name: options[name]
            for name in ("book", "services", "customers", "shift_to", "confirm", "dry_run")
        },
    )


def format_option_hint(refusal: Refusal) -> str:
    """The option that would say what a refusal asks for, in brackets; "" where none would."""
    for name in refusal.errors or {}:
        if name == "columns":
            return " (--column WORD=HEADER)"
        if name in [name for name, _kind, _text in MAPPING_OPTIONS]:
            return f" (--{name.replace('_', '-')})"
    return ""


def find_salon_by_id_or_name(text: str) -> Salon:
    """The salon with this id or name.

    Raises:
        CommandError: none, or several.
    """
    by_id = Q(pk=int(text)) if text.isdecimal() else Q()
    salons = list(
        Salon.objects.filter(by_id | Q(name__iexact=text) if by_id else Q(name__iexact=text))
    )
    if len(salons) != 1:
        known = ", ".join(f"{salon.pk} ({salon.name})" for salon in Salon.objects.all()[:20])
        raise CommandError(
            f"--salon: {len(salons)} salons are “{text}”; there are {known or 'none yet'}.",
            returncode=NOTHING_DONE,
        )
    return salons[0]


def check_rejects_path(rejects: Path, options: dict[str, Any]) -> None:
    """Refuse to begin what could not be reported, or would be written over a file that is read.

    Raises:
        CommandError
    """
    given = [options[name] for name in ("book", "services", "customers") if options[name]]
    is_free = rejects not in given and not rejects.is_dir()
    if not is_free or not os.access(rejects.absolute().parent, os.W_OK):
        raise CommandError(
            f"{rejects} can't be written: give --rejects FILE.", returncode=NOTHING_DONE
        )
