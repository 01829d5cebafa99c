"""Base class and exit statuses of the operators' commands."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

EXIT_NEEDS_ATTENTION = 1  # exit status: done, and a person should look at the result
EXIT_NOTHING_DONE = 2  # exit status: it could not be done at all


class OperatorCommand(BaseCommand):
    """End with one line and `EXIT_NOTHING_DONE` when the database reports an error."""

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            raise build_nothing_done_error(
                f"The database does not answer as it should ({get_first_line(error)}). Are DATA_DIR"
                " and DATABASE_URL those of the program, and has it been started once?"
            ) from error


def get_first_line(error: Exception) -> str:
    """Return the first line of an error, without the details a database adds below it."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def build_nothing_done_error(sentence: str) -> CommandError:
    """Return the error that ends a command which changed nothing."""
    return CommandError(sentence, returncode=EXIT_NOTHING_DONE)
