"""`manage.py backup <folder or file>`: back the database up to one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations import backups
from operations.archive import UnusableBackup
from operations.postgres import ToolFailed


class Command(BaseCommand):
    """Print the backup's path, or exit with status 1 and the reason."""

    help = "Back the database up to one file; the program may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "where", type=Path, help="A folder, or the name of a file that is not there yet."
        )

    def handle(self, *args: Any, where: Path, **options: Any) -> None:
        try:
            path = backups.make_backup(where)
        except (backups.BackupRefused, UnusableBackup, ToolFailed) as error:
            raise CommandError(f"No backup was made: {error}") from error
        except OSError as error:
            raise CommandError(
                f"No backup was made: {error.filename}: {error.strerror}."
            ) from error
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
        self.stdout.write("It holds customers' names and numbers: keep it where only you can read.")
