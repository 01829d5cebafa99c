"""A database that can be read and takes no changes: how it says so, on SQLite and PostgreSQL."""

from django.db import DatabaseError
from django.dispatch import Signal

# Somebody's write was refused: (reason).
noticed = Signal()

FULL = "the disk is full"
READ_ONLY = "the database is read-only"
BROKEN = "the disk can't be written"
# The beginnings of SQLite's names and PostgreSQL's SQLSTATE codes.
NAMES = {
    "SQLITE_FULL": FULL,
    "53100": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "25006": READ_ONLY,
    "SQLITE_IOERR": BROKEN,
    "58030": BROKEN,
}


def reason(error: DatabaseError) -> str:
    """Why nothing can be written, in words for whoever can mend it; "" when that isn't it."""
    name = getattr(error.__cause__, "sqlite_errorname", None)
    name = name or getattr(error.__cause__, "sqlstate", None) or ""
    return next((words for start, words in NAMES.items() if name.startswith(start)), "")


def notice(error: DatabaseError) -> str:
    """`reason`; when there is one, /health/ is told."""
    found = reason(error)
    if found:
        noticed.send(DatabaseError, reason=found)
    return found
