"""Dump and load of an SQLite database, as one compressed file."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from operations.archive import UnusableBackup

DATA_NAME = "database.sqlite3.gz"


def dump(connection: BaseDatabaseWrapper, to: Path) -> None:
    """Dump the database as of now without blocking writers.

    Raises:
        UnusableBackup: the database itself is damaged.
    """
    plain = to.with_suffix("")
    connection.ensure_connection()
    with closing(sqlite3.connect(plain)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
        check_integrity(copy)
    with plain.open("rb") as source, gzip.open(to, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target)
    plain.unlink()


def load(connection: BaseDatabaseWrapper, data: Path) -> str:
    """Replace the present database by that in `data`; keep the present one beside it.

    Returns where the present one is kept, "" when there was none.

    Raises:
        UnusableBackup: the data is damaged; nothing was changed.
    """
    path = Path(str(connection.settings_dict["NAME"])).resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.restored")
    fresh.unlink(missing_ok=True)  # of a restore that was killed
    fresh.touch(mode=0o600)
    with gzip.open(data, "rb") as source, fresh.open("wb") as target:
        shutil.copyfileobj(source, target)
    with closing(sqlite3.connect(fresh)) as copy:
        check_integrity(copy)
    connection.close()
    kept = set_aside(path)
    fresh.replace(path)
    return kept


def check_integrity(copy: sqlite3.Connection) -> None:
    """Raise UnusableBackup unless SQLite finds the file in order."""
    try:
        [found] = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise UnusableBackup(f"the database is damaged ({found})")


def set_aside(path: Path) -> str:
    """Rename a database and the files that belong to it; returns its new name, "" if none was."""
    if not path.exists():
        return ""
    aside = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    for suffix in ("-wal", "-shm", ""):
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return str(aside)
