"""Exclusive access to a database, for commands that replace its rows."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

from core.environment import Environment
from core.jobs import enqueue, heartbeat

WATCHED_PARTS = ("worker", "scheduler")
STOPPED_AFTER = (
    2 * heartbeat.BEAT_INTERVAL
)  # seconds; a part without a heartbeat for so long has stopped
POLL_INTERVAL = 0.25  # seconds
CLOSE_TIMEOUT = 2  # seconds a connection that was closed may still be listed


class ProgramRunning(Exception):
    """The program runs; the message names what to stop."""


@contextmanager
def hold_exclusive_access(*databases: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold `databases` exclusively: no other client works on them, no `make run` starts.

    A web server without requests can't be seen on SQLite.

    Raises:
        ProgramRunning: another client does.
    """
    folders = {Environment().data_dir, *(f for d in databases for f in get_lock_folders(d))}
    with ExitStack() as locks:
        for folder in sorted(folders):
            locks.enter_context(hold_run_lock(folder))
        for database in databases:
            check_no_connections(database)
        for part in WATCHED_PARTS:
            check_part_stopped(part)
        yield


def get_lock_folders(database: BaseDatabaseWrapper) -> list[Path]:
    """Return the folder of an SQLite file, where `make run` holds `run.lock`."""
    name = str(database.settings_dict["NAME"])
    return [Path(name).resolve().parent] if database.vendor == "sqlite" else []


@contextmanager
def hold_run_lock(folder: Path) -> Iterator[None]:
    """Hold the lock that `make run` holds on its DATA_DIR."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "run.lock").open("a")
    except OSError:
        yield  # where we can't write, no `make run` can
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgramRunning(f"`make run` is running on {folder}: stop it first.") from None
        yield


def check_no_connections(database: BaseDatabaseWrapper) -> None:
    """Raise ProgramRunning when a client is connected to a PostgreSQL database."""
    if database.vendor != "postgresql":
        return
    database.close()
    database.close_pool()  # type: ignore[attr-defined] # PostgreSQL's has one
    ends = time.monotonic() + CLOSE_TIMEOUT
    while (count := count_other_connections(database)) and time.monotonic() < ends:
        time.sleep(POLL_INTERVAL)
    if count:
        raise ProgramRunning(
            f"others are connected to the database ({count}): stop web, workers and scheduler"
            " first."
        )


def count_other_connections(database: BaseDatabaseWrapper) -> int:
    """Return how many other clients a PostgreSQL database has; our own pool is closed."""
    with psycopg.connect(**database.get_connection_params()) as own:
        found = own.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(found[0]) if found else 0


def check_part_stopped(part: str) -> None:
    """Raise ProgramRunning when `part` beats; wait for one that just stopped."""
    try:
        before = heartbeat.read_last_heartbeat_age(enqueue.get_broker(), part)
        while before is not None and before < STOPPED_AFTER:
            time.sleep(POLL_INTERVAL)
            now = heartbeat.read_last_heartbeat_age(enqueue.get_broker(), part)
            if now is not None and now < before:
                raise ProgramRunning(f"a {part} is running: stop web, workers and scheduler first.")
            before = now
    except enqueue.REDIS_FAILURES:
        return  # nothing can run without Redis
