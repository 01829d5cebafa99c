"""A database that can be read and takes no changes: how it says so, on SQLite and PostgreSQL."""

from django.db import DatabaseError
from django.dispatch import Signal

# Somebody's write was refused: (reason).
write_refused = Signal()

DISK_FULL = "the disk is full"
DATABASE_READ_ONLY = "the database is read-only"
DISK_BROKEN = "the disk can't be written"
# The beginnings of SQLite's names and PostgreSQL's SQLSTATE codes.
REASONS_BY_CODE = {
    "SQLITE_FULL": DISK_FULL,
    "53100": DISK_FULL,
    "SQLITE_READONLY": DATABASE_READ_ONLY,
    "25006": DATABASE_READ_ONLY,
    "SQLITE_IOERR": DISK_BROKEN,
    "58030": DISK_BROKEN,
}


def get_storage_error(error: DatabaseError) -> str:
    """Why nothing can be written, in words for whoever can mend it; "" when that isn't it."""
    name = getattr(error.__cause__, "sqlite_errorname", None)
    name = name or getattr(error.__cause__, "sqlstate", None) or ""
    return next((words for start, words in REASONS_BY_CODE.items() if name.startswith(start)), "")


def report_storage_error(error: DatabaseError) -> str:
    """`reason`; when there is one, /health/ is told."""
    found = get_storage_error(error)
    if found:
        write_refused.send(DatabaseError, reason=found)
    return found
