"""The databases a benchmark runs on: SQLite, and PostgreSQL where it is installed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from testkit.servers.postgres_server import (
    FAST_AND_FORGETFUL,
    PostgresServer,
    find_postgres_binaries,
)

SQLITE, POSTGRES = "SQLite", "PostgreSQL"


def add_database_option(parser: ArgumentParser) -> None:
    """`--database`, all that are there unless one is named."""
    parser.add_argument("--database", choices=[SQLITE, POSTGRES], action="append")


def choose_databases(names: list[str] | None) -> list[str]:
    """`names`, else all that this machine has; says when PostgreSQL is not among them."""
    if names:
        return names
    if find_postgres_binaries() is None:
        print("PostgreSQL is not installed: SQLite only.\n")
        return [SQLITE]
    return [SQLITE, POSTGRES]


@contextmanager
def open_database_environment(name: str, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """The variables that make an installation use the database `name`, a throwaway one.

    With `durable` PostgreSQL writes to the disk at each commit, as it does where the data matters;
    else it only pretends to, as the tests' server does.
    """
    binaries = find_postgres_binaries()
    if name == SQLITE:
        yield {}  # below DATA_DIR
    elif binaries is None:
        raise SystemExit("PostgreSQL is not installed: there is no initdb.")
    else:
        settings = () if durable else FAST_AND_FORGETFUL
        with (
            patch("testkit.servers.postgres_server.FAST_AND_FORGETFUL", settings),
            PostgresServer(binaries) as server,
        ):
            yield {"DATABASE_URL": server.url}
