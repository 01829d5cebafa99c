"""Errors of a database that refuses writes, on SQLite and PostgreSQL."""

from django.db import DatabaseError
from django.dispatch import Signal

# Sent when a write was refused, with its `reason`.
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
    """Return why the database refuses writes, for an operator; "" when that is not the cause."""
    name = getattr(error.__cause__, "sqlite_errorname", None)
    name = name or getattr(error.__cause__, "sqlstate", None) or ""
    return next((words for start, words in REASONS_BY_CODE.items() if name.startswith(start)), "")


def report_storage_error(error: DatabaseError) -> str:
    """Return the reason as `get_storage_error` does, and signal it for /health/."""
    found = get_storage_error(error)
    if found:
        write_refused.send(DatabaseError, reason=found)
    return found
