"""PostgreSQL's connections are shared: many at once neither fail nor dead-lock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection

from core.environment import POSTGRES_POOL, Environment
from salon.models import Salon
from testkit.waiting import wait_until

ON_POSTGRES = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no pool")


@pytest.fixture
def beside(transactional_db):
    """A connection of our own, outside of the pool."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        yield own


def list_pool_pids(beside):
    """The process ids of the server's ends of the pool."""
    return [
        pid
        for [pid] in beside.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    ]


def run_in_threads(count, work):
    """What `work` answers to each of `count` threads that begin together."""
    begin = Barrier(count)

    def run(_):
        begin.wait(30)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


@ON_POSTGRES
def test_twice_as_many_threads_as_connections_all_get_their_turn(aurora, beside):
    def work():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        return Salon.objects.count()

    assert run_in_threads(2 * POSTGRES_POOL["max_size"], work) == [1] * 40
    assert 1 < len(list_pool_pids(beside)) <= POSTGRES_POOL["max_size"]


@ON_POSTGRES
def test_connections_that_a_restart_broke_are_replaced_without_an_error(aurora, beside):
    connection.close()
    connection.close_pool()
    meet = Barrier(2)

    def work():
        connection.ensure_connection()
        meet.wait(30)  # both hold one
        return Salon.objects.count()

    assert run_in_threads(2, work) == [1, 1]
    broken = list_pool_pids(beside)
    assert len(broken) >= 2
    for pid in broken:
        beside.execute("SELECT pg_terminate_backend(%s)", [pid])
    wait_until(lambda: not set(broken) & set(list_pool_pids(beside)))
    assert Salon.objects.count() == 1


def build_database_settings(**values):
    return Environment({"DATABASE_URL": "postgres://salon@db/salon", **values}).database


def test_options_of_the_address_reach_the_server():
    url = "postgres://salon@db/salon?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem"
    options = build_database_settings(DATABASE_URL=url)["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert options["sslrootcert"] == "/etc/ssl/ca.pem"
