"""`manage.py restore <file>`: replace the database by a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations import backups
from operations.archive import UnusableBackup
from operations.exclusive_access import ProgramRunning
from operations.postgres import ToolFailed


class Command(BaseCommand):
    """Restore a backup, or exit with status 1, the reason and nothing changed."""

    help = "Put a backup in place of the database. Stop web, workers and scheduler first."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="What `backup` wrote.")
        parser.add_argument(
            "--yes", action="store_true", help="Replace a database that is not empty."
        )

    def handle(self, *args: Any, file: Path, yes: bool, **options: Any) -> None:
        try:
            manifest, kept, asked = backups.restore_backup(file, may_replace=yes)
        except UnusableBackup as error:
            raise CommandError(f"{file} was not restored: {error}.") from error
        except (backups.BackupRefused, ToolFailed, ProgramRunning) as error:
            raise CommandError(f"{file} was not restored: {error}") from error
        except OSError as error:
            raise CommandError(f"{error.filename} can't be used: {error.strerror}.") from error
        self.stdout.write(f"Restored as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.")
        if kept:
            self.stdout.write(f"The database that was here is kept as {kept}.")
        self.stdout.write(
            f"{asked} messages fell due since: the provider is asked before any of them is sent."
        )
        self.stdout.write("What was entered after the backup is lost. Start the program again.")
