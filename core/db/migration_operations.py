"""An index on a table that people work with while it is made."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex


class AddIndexConcurrentlyIfPostgres(AddIndexConcurrently):
    """AddIndex that on PostgreSQL holds up nobody, however large the table is.

    Its migration has `atomic = False` and no other operation: PostgreSQL allows no transaction. One
    that was interrupted leaves an index marked INVALID: drop it, then migrate again.
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
        """SQLite makes an index in one go, as it does everything."""
        is_postgres = schema_editor.connection.vendor == "postgresql"
        return AddIndexConcurrently if is_postgres else AddIndex
