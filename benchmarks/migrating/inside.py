"""The part of benchmarks/migrating/__main__.py that runs inside Django."""

import time
from contextlib import ExitStack
from typing import Any

from django.apps import apps as installed
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from benchmarks.migrating.full_tables import TOUCHED, WRITTEN_SINCE, fill_tables
from benchmarks.migrating.wait_meter import WaitMeter
from runner.configuration import ROOT

MigrationKey = tuple[str, str]  # app, name

READ = "SELECT count(*) FROM {} WHERE id = 1"
WRITE = "UPDATE {} SET id = id WHERE id = 1"


def measure_migrations_inside(appointments: int) -> dict[str, Any]:
    """Seconds of each later migration, and the longest anybody waited meanwhile."""
    executor = MigrationExecutor(connection)
    executor.migrate(find_first_migrations(executor))
    executor.loader.build_graph()  # now that they are applied
    state = executor.loader.project_state(find_first_migrations(executor))
    fill_tables(state.apps, appointments)
    before = count_table_rows()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    with ExitStack() as stack:
        reading, writing = (
            stack.enter_context(WaitMeter([text.format(table) for table in TOUCHED]))
            for text in (READ, WRITE)
        )
        steps = [apply_timed_migration(migration, reading, writing) for migration, _ in plan]
    if (after := count_table_rows()) != before:
        raise AssertionError(f"{before} before, {after} afterwards")
    return {"steps": steps, "rows": before}


def find_first_migrations(executor: MigrationExecutor) -> list[MigrationKey]:
    """The last of the first migrations of each room, and all of the packages it stands on."""
    graph, ours = executor.loader.graph, find_own_labels()
    found = [
        max(key for key in graph.nodes if key[0] == label and is_first_version(executor, key))
        for label in sorted(ours)
        if (label, "0001_initial") in graph.nodes
    ]
    return [*found, *(key for key in graph.leaf_nodes() if key[0] not in ours)]


def is_first_version(executor: MigrationExecutor, key: MigrationKey) -> bool:
    """Whether it and all of ours that it needs belong to the first version."""
    graph, ours = executor.loader.graph, find_own_labels()
    needed = [graph.nodes[each] for each in graph.forwards_plan(key) if each[0] in ours]
    return all(migration.initial for migration in needed)


def find_own_labels() -> set[str]:
    return {c.label for c in installed.get_app_configs() if (ROOT / c.name).is_dir()}


def apply_timed_migration(
    migration: Migration, reading: WaitMeter, writing: WaitMeter
) -> dict[str, Any]:
    """Apply one migration while others work."""
    executor = MigrationExecutor(connection)
    reading.begin()
    writing.begin()
    started = time.monotonic()
    executor.migrate([(migration.app_label, migration.name)], plan=[(migration, False)])
    took = time.monotonic() - started
    waited = {"read": reading.longest(), "write": writing.longest()}
    with connection.cursor() as cursor:
        for statement in WRITTEN_SINCE.get(str(migration), []):
            cursor.execute(statement)
    return {"migration": str(migration), "took": took, **waited}


def count_table_rows() -> dict[str, int]:
    """How many rows each of the large tables has."""
    found = {}
    with connection.cursor() as cursor:
        for table in TOUCHED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
