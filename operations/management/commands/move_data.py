"""`manage.py move_data --from <DATABASE_URL>`: copy all data into the database in use."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DEFAULT_DB_ALIAS, load_backend

from core.environment import Environment
from operations import tables
from operations.copy_data import CopiedTable, DataNotCopied, copy_database
from operations.exclusive_access import ProgramRunning, hold_exclusive_access

SOURCE_ALIAS = "moved_from"


class Command(BaseCommand):
    """Exit with 0 when both databases are equal, else with 1 and the target unchanged."""

    help = "Copy all data from another database into the one of DATABASE_URL, which is empty."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from",
            dest="source",
            metavar="URL",
            required=True,
            help="Where the data is, written as DATABASE_URL: sqlite:////srv/salon/db.sqlite3",
        )

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        try:
            connect_source(source)
            check_target()
            with hold_exclusive_access(connections[SOURCE_ALIAS], connections[DEFAULT_DB_ALIAS]):
                copy_database(SOURCE_ALIAS, DEFAULT_DB_ALIAS, self.report_table)
        except (DataNotCopied, ProgramRunning, ImproperlyConfigured) as error:
            raise CommandError(f"Nothing was moved: {error}") from error
        except DatabaseError as error:
            raise CommandError(f"Nothing was moved: {str(error).strip()}") from error
        self.stdout.write("All rows are the same in both. Left behind:")
        for label, why in tables.LEFT_BEHIND.items():
            self.stdout.write(f"  {label}: {why}")
        self.stdout.write(
            "Never start the program on the old database again: its reminders still wait there"
            " and would go out twice."
        )

    def report_table(self, moved: CopiedTable) -> None:
        self.stdout.write(f"{moved.table:<45} {moved.outcome}")


def connect_source(url: str, alias: str = SOURCE_ALIAS) -> None:
    """Register the database at `url` under an alias.

    Raises:
        ImproperlyConfigured: `url` is wrong.
        DataNotCopied: there is no such file, or it is the target itself.
    """
    ours = connections[DEFAULT_DB_ALIAS].settings_dict
    theirs = connections.configure_settings(
        {DEFAULT_DB_ALIAS: Environment({"DATABASE_URL": url}).database}
    )[DEFAULT_DB_ALIAS]
    if theirs["ENGINE"].endswith("sqlite3") and not Path(theirs["NAME"]).is_file():
        raise DataNotCopied(f"there is no file {theirs['NAME']}.")
    if all(theirs[key] == ours[key] for key in ("ENGINE", "NAME", "HOST", "PORT")):
        raise DataNotCopied("--from is the database of DATABASE_URL itself.")
    connections[alias] = load_backend(theirs["ENGINE"]).DatabaseWrapper(theirs, alias)


def check_target() -> None:
    """Raise DataNotCopied unless the target is migrated like the source, and empty."""
    there, here = (
        set(MigrationRecorder(connections[alias]).applied_migrations())
        for alias in (SOURCE_ALIAS, DEFAULT_DB_ALIAS)
    )
    if here - there:
        raise DataNotCopied("the source is of an older version: run migrate on it first.")
    if there - here:
        raise DataNotCopied("run migrate on the database of DATABASE_URL first.")
    if not tables.is_database_empty(DEFAULT_DB_ALIAS):
        raise DataNotCopied("the database of DATABASE_URL is not empty.")
