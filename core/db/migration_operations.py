"""Migration operations for tables in use."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex


class AddIndexConcurrentlyIfPostgres(AddIndexConcurrently):
    """Add an index; on PostgreSQL without blocking writers, however large the table is.

    Its migration has `atomic = False` and no other operation: PostgreSQL allows no transaction. An
    interrupted migration leaves an index marked INVALID: drop it, then migrate again.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any
    ) -> None:
        self._kind(schema_editor).database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any
    ) -> None:
        self._kind(schema_editor).database_backwards(self, app_label, schema_editor, *states)

    @staticmethod
    def _kind(schema_editor: BaseDatabaseSchemaEditor) -> type[AddIndex]:
        """Return the operation for this database; SQLite has no concurrent one."""
        is_postgres = schema_editor.connection.vendor == "postgresql"
        return AddIndexConcurrently if is_postgres else AddIndex
