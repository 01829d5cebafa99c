"""Tables to copy, whether they are empty, and their last ids."""

from collections.abc import Iterable

from django.apps import apps
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Model

# What is not taken along, and why nothing is lost by it. All other tables are.
LEFT_BEHIND: dict[str, str] = {
    "sessions.Session": "people sign in once more",
    "axes.AccessAttempt": "a lock-out lasts minutes",
    "axes.AccessAttemptExpiration": "a lock-out lasts minutes",
    "axes.AccessFailureLog": "a lock-out lasts minutes",
    "axes.AccessLog": "is not written",
    "django_dramatiq.Task": "is not written",
    "notification.QueueRefill": "belongs to one Redis; without it the sweeper fills the new one",
    "booking_api.Pulse": "is written every few seconds",
}
# Migrations fill these, so an empty installation has rows in them.
MADE_BY_MIGRATIONS = {"contenttypes.ContentType", "auth.Permission"}


def list_models_to_copy() -> list[type[Model]]:
    """Return the models to copy, many-to-many tables included."""
    found = apps.get_models(include_auto_created=True)
    own_tables = [m for m in found if m._meta.managed and not m._meta.proxy]
    return [m for m in own_tables if m._meta.label not in LEFT_BEHIND]


def is_database_empty(alias: str) -> bool:
    """Return whether the database holds no entered data; one without tables is empty.

    One that can't be read counts as full: it may be worth saving.
    """
    existing = list_existing_tables(connections[alias])
    if existing is None:
        return False
    models = [m for m in list_models_to_copy() if m._meta.label not in MADE_BY_MIGRATIONS]
    return not any(
        model._base_manager.using(alias).exists()
        for model in models
        if model._meta.db_table in existing
    )


def list_existing_tables(connection: BaseDatabaseWrapper) -> set[str] | None:
    """Return the names of all tables; None when the database can't be read."""
    try:
        return set(connection.introspection.table_names())
    except DatabaseError:
        return None


def filter_auto_id_models(models: Iterable[type[Model]]) -> list[type[Model]]:
    """Return the models whose ids the database generates."""
    return [model for model in models if isinstance(model._meta.pk, AutoField)]


def read_last_id(model: type[Model], alias: str) -> int:
    """Return the last id generated for `model`, even if that row was deleted since."""
    connection, table = connections[alias], model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
                [connection.ops.quote_name(table), model._meta.pk.column],
            )
        found = cursor.fetchone()
    return int(found[0] or 0) if found else 0


def set_last_id(model: type[Model], last: int, alias: str) -> None:
    """Make the database continue after `last`, so that no id is used twice."""
    connection, table = connections[alias], model._meta.db_table
    if not last:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, last],
            )
