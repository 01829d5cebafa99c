"""Later migrations meet tables with rows in them, and people who work with them meanwhile."""

import os
import subprocess
import sys
import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddIndex, CreateModel

from core.db.migration_operations import AddIndexConcurrentlyIfPostgres
from runner.configuration import ROOT
from testkit import databases
from testkit.waiting import wait_until

DATABASE = {"sqlite": databases.SQLITE, "postgresql": databases.POSTGRES}[connection.vendor]
LONGEST = 300  # seconds
LEDGER = "notification_appointmentnotification"


@pytest.mark.process
def test_every_later_migration_applies_to_tables_with_rows_in_them_and_keeps_them():
    """Two appointments a member of staff; python -m benchmarks.migrating does it with 200,000."""
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.migrating",
            "--appointments=200",
            f"--database={DATABASE}",
        ],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "all there afterwards" in run.stdout


def test_an_index_on_a_table_that_was_there_is_made_beside_those_who_write():
    plain = [
        f"{app}.{name}: {operation.index.name}"
        for (app, name), migration in own_migrations()
        if not migration.initial
        for operation in migration.operations
        if isinstance(operation, AddIndex)
        and not isinstance(operation, AddIndexConcurrentlyIfPostgres)
        if operation.model_name not in list_created_models(migration)
    ]
    assert plain == []


def own_migrations():
    disk = MigrationLoader(None).disk_migrations
    return [(key, each) for key, each in disk.items() if (ROOT / key[0]).is_dir()]


def list_created_models(migration):
    return {each.name_lower for each in migration.operations if isinstance(each, CreateModel)}


@pytest.fixture
def without_index(transactional_db):
    call_command("migrate", "notification", "0002", verbosity=0)
    assert "notification_unknown" not in list_ledger_indexes()
    yield
    call_command("migrate", verbosity=0)


def list_ledger_indexes():
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, LEDGER)


def test_such_an_index_is_made_and_taken_away(without_index):
    call_command("migrate", verbosity=0)
    assert "notification_unknown" in list_ledger_indexes()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_nobody_waits_for_such_an_index(without_index):
    """It waits for whoever writes already; those who come meanwhile don't wait for it."""

    def make():
        call_command("migrate", "notification", "0003", verbosity=0)
        connections.close_all()

    with open_connection() as earlier, open_connection() as later:
        earlier.execute(f"DELETE FROM {LEDGER}")
        making = threading.Thread(target=make)
        making.start()
        wait_until(lambda: is_lock_awaited(later))
        later.execute("SET lock_timeout = '2s'")
        later.execute(f"DELETE FROM {LEDGER}")
        earlier.rollback()
        later.rollback()
        making.join()
    assert "notification_unknown" in list_ledger_indexes()


def open_connection():
    ours = connection.get_connection_params()
    return psycopg.connect(**{key: ours[key] for key in ("dbname", "user", "host", "port")})


def is_lock_awaited(database):
    """Whether somebody waits for a lock."""
    found = database.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0]
    database.rollback()
    return found
