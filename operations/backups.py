"""Backup and restore on either database."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from operations import archive, exclusive_access, post_restore, postgres, sqlite, tables
from operations.archive import Manifest

DATABASE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class BackupRefused(Exception):
    """The backup is not taken; the message is for the operator."""


def make_backup(where: Path) -> Path:
    """Back the database up to a file, or to a new file in a folder; returns the file.

    The program may run meanwhile.

    Raises:
        BackupRefused, UnusableBackup, postgres.ToolFailed: there is no new file.
        OSError: it can't be written.
    """
    now = datetime.now(UTC)
    path = archive.choose_backup_path(where, now, connection.vendor)
    if path.exists():
        raise BackupRefused(f"{path} exists already: give another name or a folder.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        data = Path(folder) / get_database_tools().DATA_NAME
        get_database_tools().dump(connection, data)
        manifest = Manifest(
            now,
            connection.vendor,
            list_applied_migrations(),
            data.stat().st_size,
            archive.compute_checksum(data),
        )
        archive.write_backup(path, manifest, data)
    return path


def restore_backup(path: Path, *, may_replace: bool) -> tuple[Manifest, str, int]:
    """Put a backup in place of the database.

    Returns the manifest, where the replaced database is kept ("" if nowhere), and how many
    messages will be reconciled with the provider.

    Raises:
        Refused, Unusable, ProgramRunning,
            postgres.ToolFailed: nothing was changed.
        OSError: the file can't be read.
    """
    manifest = archive.read_manifest(path)
    check_manifest(manifest)
    beside = tempfile.TemporaryDirectory(dir=path.parent, prefix=".restore-")
    with exclusive_access.hold_exclusive_access(connection), beside as folder:
        if not may_replace and not tables.is_database_empty(connection.alias):
            raise BackupRefused("the database is not empty: --yes replaces all that is in it.")
        data = Path(folder) / get_database_tools().DATA_NAME
        archive.extract_backup(path, data)
        kept = get_database_tools().load(connection, data)
        call_command("migrate", interactive=False, verbosity=0)
        return manifest, kept, post_restore.prepare_restored_notifications(manifest.made_at)


def check_manifest(manifest: Manifest) -> None:
    """Raise BackupRefused for a backup of another database kind or of a newer version."""
    if manifest.vendor != connection.vendor:
        raise BackupRefused(
            f"it is of {DATABASE_NAMES.get(manifest.vendor, manifest.vendor)} and DATABASE_URL is"
            f" of {DATABASE_NAMES[connection.vendor]}: restore it into its own kind, then use"
            " move_data."
        )
    ours = {".".join(key) for key in MigrationLoader(None).disk_migrations or {}}
    newer = sorted(set(manifest.migrations) - ours)
    if newer:
        raise BackupRefused(
            f"it was made by a newer version of this program ({newer[0]}): install that one."
        )


def list_applied_migrations() -> list[str]:
    """Return the database's applied migrations as app.name."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def get_database_tools() -> ModuleType:
    """Return the module with `dump`, `load` and `DATA_NAME` for the database in use."""
    return sqlite if connection.vendor == "sqlite" else postgres
