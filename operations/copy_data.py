"""One database's rows into another, empty one: ids kept, no hook called, all or nothing."""

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
    """One table after its rows were written and read back."""

    table: str
    there: "TableContent"
    here: "TableContent"

    @property
    def outcome(self) -> str:
        """How the rows there and here compare, in words."""
        if self.there == self.here:
            return f"{self.there.rows} = {self.here.rows}"
        if self.there.rows == self.here.rows:
            return f"{self.there.rows} = {self.here.rows}, but a value differs"
        return f"{self.there.rows} differs from {self.here.rows}"


class TableContent:
    """How many rows a table has, and a sum over them that doesn't depend on their order."""

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
    """The same text for the same value, whichever database it comes from."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else f"{value!s}"


def copy_database(source: str, target: str, tell: Callable[[CopiedTable], None]) -> None:
    """Copy every table of `tables.to_take()` between two aliases; `tell` hears of each.

    Raises:
        NotMoved: the target holds the same as before.
    """
    models = tables.list_models_to_copy()
    with read_from_snapshot(source), transaction.atomic(using=target):
        ContentType.objects.using(target).all().delete()  # permissions go with them
        for model in models:
            moved = CopiedTable(model._meta.db_table, *copy_table(model, source, target))
            tell(moved)
            if moved.there != moved.here:
                raise DataNotCopied(f"{moved.table}: {moved.outcome}. Nothing was kept.")
        connections[target].check_constraints()
        for model in tables.filter_auto_id_models(models):
            tables.set_last_id(model, tables.read_last_id(model, source), target)
    ContentType.objects.clear_cache()


@contextmanager
def read_from_snapshot(alias: str) -> Iterator[None]:
    """Whatever is read within comes from one moment; SQLite lets nobody write meanwhile."""
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def copy_table(model: type[Model], source: str, target: str) -> tuple[TableContent, TableContent]:
    """Write the rows of `model`; returns what was read there, and what is read back here."""
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
    """The rows of `model` as values of its columns, the key first, `CHUNK` at a time."""
    names = ["pk", *(field.attname for field in model._meta.concrete_fields)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    chunk = list(rows[:CHUNK_SIZE])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__gt=chunk[-1][0])[:CHUNK_SIZE])


def insert_rows(model: type[Model], rows: list[Row], alias: str) -> None:
    """Write rows as they are. The ORM would set the times at which they were made and changed."""
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
    """Which row PostgreSQL can't take although SQLite did; "" when that is not why."""
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
