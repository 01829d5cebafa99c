"""A pytest plugin, loaded before Django: starts the Redis and the database the tests run on.

`--db=postgres` runs everything on PostgreSQL instead of SQLite.
"""

import os
from collections.abc import Generator

import pytest

from testkit.servers.postgres_server import PostgresServer, find_postgres_binaries
from testkit.servers.redis_server import RedisServer

running: list[RedisServer | PostgresServer] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgres"], default="sqlite")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Runs before pytest-django loads the settings, in the main process and in each worker."""
    redis = RedisServer()
    redis.start()
    running.append(redis)
    os.environ["TEST_REDIS_URL"] = redis.url
    wants_postgres = early_config.known_args_namespace.db == "postgres"
    if wants_postgres and "TEST_DATABASE_URL" not in os.environ:
        start_postgres()
    yield


def start_postgres() -> None:
    """One cluster for all workers: they inherit its address and make databases of their own."""
    binaries = find_postgres_binaries()
    if binaries is None:
        raise pytest.UsageError("--db=postgres needs PostgreSQL: install the package postgresql")
    server = PostgresServer(binaries).start()
    running.append(server)
    os.environ["TEST_DATABASE_URL"] = server.url


def pytest_unconfigure() -> None:
    while running:
        running.pop().stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what touches no database: the run on SQLite has it already."""
    if config.option.db != "postgres":
        return
    kept = [item for item in items if uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
    items[:] = kept


def uses_database(item: pytest.Item) -> bool:
    """Whether a test is marked for a database, or one of its fixtures opens one."""
    fixtures = set(getattr(item, "fixturenames", ()))
    opens_one = fixtures & {"db", "transactional_db", "django_db_setup", "live_server"}
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return bool(opens_one or marked)
