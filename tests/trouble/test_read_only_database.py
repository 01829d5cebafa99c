"""Promises 1, 3 and 4 on a database that can be read and takes no changes."""

import subprocess
from contextlib import suppress

import psycopg
import pytest

from testkit.servers.postgres_server import PostgresServer, find_postgres_binaries
from testkit.waiting import wait_until

pytestmark = pytest.mark.process


class Postgres:
    """A server that an administrator, or a fail-over, makes read-only."""

    def __init__(self, url):
        self.url = url

    def lock(self):
        self.set("on")

    def unlock(self):
        self.set("off")

    def set(self, value):
        options = "-c default_transaction_read_only=off"
        with psycopg.connect(self.url, autocommit=True, options=options) as own:
            own.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            own.execute("SELECT pg_reload_conf()")
        wait_until(lambda: self.shown() == value)

    def shown(self):
        with psycopg.connect(self.url) as new:
            return new.execute("SHOW default_transaction_read_only").fetchone()[0]


class Sqlite:
    """A folder whose files nobody may write, root included."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder
        self.url = f"sqlite:///{folder}/db.sqlite3"

    def lock(self):
        self.set("+i")

    def unlock(self):
        self.set("-i")

    def set(self, attribute):
        paths = [*map(str, self.folder.iterdir()), str(self.folder)]
        subprocess.run(["chattr", attribute, *paths], check=True, capture_output=True)


@pytest.fixture
def sqlite(tmp_path):
    database = Sqlite(tmp_path / "database")
    try:
        database.lock()
        database.unlock()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may make files immutable, and not on every file system")
    yield database
    database.unlock()


@pytest.fixture
def postgresql():
    if find_postgres_binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with PostgresServer(find_postgres_binaries()) as server:
        yield Postgres(server.url)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_bookings_are_refused_whole_and_every_text_goes_out_once(
    kind, request, open_salon, provider
):
    database = request.getfixturevalue(kind)
    desk = open_salon(customers=8, DATABASE_URL=database.url)
    for _ in range(2):
        assert desk.book(reminder_in=5).status == 201
    wait_until(lambda: len(desk.rows(status="sent")) == 2)
    provider.once_accepted = database.lock
    assert desk.book(reminder_in=5).status == 201
    wait_until(lambda: list_failing_parts(desk) == {"storage": "the database is read-only"})

    for _ in range(3):
        refused = desk.book()
        assert (refused.status, refused.body["code"]) == (503, "not_writable")
        assert refused.seconds < 2
    assert desk.look_at_the_day().body["count"] == len(desk.booked)
    wait_until(lambda: (desk.due("pending"), desk.due("sending")) == (3, 1))
    assert len(provider.texts) == 3

    database.unlock()
    desk.goes_on_by_itself()


def list_failing_parts(desk):
    """What is not well; SQLite's own process may just have died of a file it can't write."""
    with suppress(OSError):
        return desk.health()
