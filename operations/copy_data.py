"""Copying a database into an empty one: ids kept, no signals sent, all or nothing."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connections, transaction
from django.db.models import CharField, Model

from operations import tables

CHUNK_SIZE = 1000  # rows held in memory at a time

Row = tuple[Any, ...]


class DataNotCopied(Exception):
    """Nothing was written; the message is for the operator."""


@dataclass(frozen=True)
class CopiedTable:
    """The result of copying one table."""

    table: str
    there: "TableContent"
    here: "TableContent"

    @property
    def outcome(self) -> str:
        """Return how source and target compare, in words."""
        if self.there == self.here:
            return f"{self.there.rows} = {self.here.rows}"
        if self.there.rows == self.here.rows:
            return f"{self.there.rows} = {self.here.rows}, but a value differs"
        return f"{self.there.rows} differs from {self.here.rows}"


class TableContent:
    """The number of a table's rows and a checksum independent of their order."""

    def __init__(self) -> None:
        self.rows = 0
        self.sum = 0

    def add(self, rows: list[Row]) -> None:
        self.rows += len(rows)
        for row in rows:
            digest = hashlib.blake2b(
                repr([format_canonical_value(value) for value in row]).encode()
            )
            self.sum = (self.sum + int.from_bytes(digest.digest()[:16])) % 2**128

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableContent) and (self.rows, self.sum) == (other.rows, other.sum)

    __hash__ = None  # type: ignore[assignment] # it changes


def format_canonical_value(value: Any) -> str:
    """Return the same text for the same value from either database."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else f"{value!s}"


def copy_database(source: str, target: str, report: Callable[[CopiedTable], None]) -> None:
    """Copy all tables of `list_models_to_copy` between two aliases; `report` each one.

    Raises:
        DataNotCopied: the target holds the same as before.
    """
    models = tables.list_models_to_copy()
    with read_from_snapshot(source), transaction.atomic(using=target):
        ContentType.objects.using(target).all().delete()  # permissions go with them
        for model in models:
            moved = CopiedTable(model._meta.db_table, *copy_table(model, source, target))
            report(moved)
            if moved.there != moved.here:
                raise DataNotCopied(f"{moved.table}: {moved.outcome}. Nothing was kept.")
        connections[target].check_constraints()
        for model in tables.filter_auto_id_models(models):
            tables.set_last_id(model, tables.read_last_id(model, source), target)
    ContentType.objects.clear_cache()


@contextmanager
def read_from_snapshot(alias: str) -> Iterator[None]:
    """Read within from one snapshot; on SQLite this blocks writers."""
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def copy_table(model: type[Model], source: str, target: str) -> tuple[TableContent, TableContent]:
    """Copy the rows of `model`; return the source's content and the target's, read back."""
    there, here = TableContent(), TableContent()
    for rows in iterate_row_chunks(model, source):
        there.add(rows)
        try:
            insert_rows(model, rows, target)
        except DatabaseError as error:
            raise DataNotCopied(
                describe_unfit_row(model, rows) or f"{model._meta.db_table}: {error}"
            ) from error
    for rows in iterate_row_chunks(model, target):
        here.add(rows)
    return there, here


def iterate_row_chunks(model: type[Model], alias: str) -> Iterator[list[Row]]:
    """Yield the rows of `model` in chunks, as column values after the primary key."""
    names = ["pk", *(field.attname for field in model._meta.concrete_fields)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    chunk = list(rows[:CHUNK_SIZE])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__gt=chunk[-1][0])[:CHUNK_SIZE])


def insert_rows(model: type[Model], rows: list[Row], alias: str) -> None:
    """Insert rows unchanged; the ORM would overwrite their creation and change times."""
    connection, fields = connections[alias], model._meta.concrete_fields
    quoted = [connection.ops.quote_name(str(field.column)) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({places})"  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [f.get_db_prep_save(v, connection) for f, v in zip(fields, row[1:], strict=True)]
                for row in rows
            ],
        )


def describe_unfit_row(model: type[Model], rows: list[Row]) -> str:
    """Return the row that SQLite stored and PostgreSQL refuses, and why; "" without one."""
    fields = model._meta.concrete_fields
    for row in rows:
        for field, value in zip(fields, row[1:], strict=True):
            if not isinstance(value, str):
                continue
            where = f"{model._meta.db_table}, id {row[0]}, {field.column}"
            if "\0" in value:
                return f"{where}: the text holds a NUL character. Take it out, then move again."
            longest = field.max_length if isinstance(field, CharField) else None
            if longest is not None and len(value) > longest:
                return f"{where}: longer than {longest} characters. Shorten it, then move again."
    return ""
