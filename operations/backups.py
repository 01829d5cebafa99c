"""Making a backup and putting it back, whichever database it is of."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from operations import aftermath, archive, postgres, running, sqlite, tables
from operations.archive import Manifest

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Refused(Exception):
    """The backup is not taken; the message is for the operator."""


def make(where: Path) -> Path:
    """Back the database up to a file, or to a new file in a folder; returns the file.

    The program may run meanwhile.

    Raises:
        Refused, Unusable, postgres.ToolFailed: there is no new file.
        OSError: it can't be written.
    """
    now = datetime.now(UTC)
    path = archive.destination(where, now, connection.vendor)
    if path.exists():
        raise Refused(f"{path} exists already: give another name or a folder.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        data = Path(folder) / tools().DATA_NAME
        tools().dump(connection, data)
        manifest = Manifest(
            now, connection.vendor, applied(), data.stat().st_size, archive.checksum_of(data)
        )
        archive.pack(path, manifest, data)
    return path


def put_back(path: Path, *, may_replace: bool) -> tuple[Manifest, str, int]:
    """Put a backup in place of the database.

    Returns what the backup says of itself, where the present database is kept ("" if nowhere),
    and how many messages the provider will be asked about.

    Raises:
        Refused, Unusable, running.Running, postgres.ToolFailed: nothing was changed.
        OSError: the file can't be read.
    """
    manifest = archive.read_manifest(path)
    check_fits(manifest)
    beside = tempfile.TemporaryDirectory(dir=path.parent, prefix=".restore-")
    with running.alone(connection), beside as folder:
        if not may_replace and not tables.is_empty(connection.alias):
            raise Refused("the database is not empty: --yes replaces all that is in it.")
        data = Path(folder) / tools().DATA_NAME
        archive.unpack(path, data)
        kept = tools().load(connection, data)
        call_command("migrate", interactive=False, verbosity=0)
        return manifest, kept, aftermath.settle(manifest.made_at)


def check_fits(manifest: Manifest) -> None:
    """Raise Refused when this database or this version of the program can't take the backup."""
    if manifest.vendor != connection.vendor:
        raise Refused(
            f"it is of {NAMES.get(manifest.vendor, manifest.vendor)} and DATABASE_URL is of"
            f" {NAMES[connection.vendor]}: restore it into its own kind, then use move_data."
        )
    ours = {".".join(key) for key in MigrationLoader(None).disk_migrations or {}}
    newer = sorted(set(manifest.migrations) - ours)
    if newer:
        raise Refused(
            f"it was made by a newer version of this program ({newer[0]}): install that one."
        )


def applied() -> list[str]:
    """The migrations the database has, as app.name."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def tools() -> ModuleType:
    """`dump`, `load` and `DATA_NAME` for the database in use."""
    return sqlite if connection.vendor == "sqlite" else postgres
