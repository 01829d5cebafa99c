"""A worker's connection outlives a message, but neither an error nor the server's end."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django_dramatiq.middleware import DbConnectionsMiddleware

from core.db.connections import PersistentConnections, is_closed_by_server, open_idle_connection
from core.environment import POSTGRES_POOL
from testkit.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no files")
ON_POSTGRES = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no server")


@pytest.fixture
def worker_thread(monkeypatch):
    """This thread as one of a worker: what is between two messages, after the given error."""
    connection.close()
    own = connection.settings_dict
    monkeypatch.setitem(own, "CONN_MAX_AGE", 0)
    monkeypatch.setitem(own, "CONN_HEALTH_CHECKS", True)
    monkeypatch.setitem(own, "OPTIONS", {**own["OPTIONS"]})
    kept, closing = PersistentConnections(), DbConnectionsMiddleware()
    kept.after_process_boot(None)

    def end_message(exception=None):
        kept.after_process_message(None, None, exception=exception)
        closing.after_process_message(None, None)
        closing.before_process_message(None, None)
        kept.before_process_message(None, None)

    yield end_message
    connection.close()


def get_open_connection():
    connection.ensure_connection()
    return connection.connection


def test_the_next_message_finds_it_open(worker_thread):
    first = get_open_connection()
    worker_thread()
    assert get_open_connection() is first


def test_after_an_error_there_is_a_new_one(worker_thread):
    first = get_open_connection()
    worker_thread(OSError("read-only"))
    assert get_open_connection() is not first


@ON_POSTGRES
def test_one_that_the_server_ended_is_replaced_before_the_next_message(worker_thread):
    first, pid = get_open_connection(), get_open_connection().info.backend_pid
    with connection.copy().cursor() as beside:
        beside.execute("SELECT pg_terminate_backend(%s)", [pid])
    wait_until(lambda: is_closed_by_server(connection))
    worker_thread()
    assert get_open_connection() is not first


@ON_POSTGRES
def test_every_thread_of_a_worker_can_have_one(worker_thread):
    """More than a pool would give."""
    count = POSTGRES_POOL["max_size"] + 4
    meet = Barrier(count)

    def work(_):
        try:
            pid = get_open_connection().info.backend_pid
            meet.wait(30)  # all hold one
            return pid
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        assert len(set(threads.map(work, range(count)))) == count


@ON_SQLITE
def test_the_files_beside_the_database_stay_though_everybody_closes():
    """On a full disk they could not be made anew, and then not even reading works."""
    own = open_idle_connection()
    try:
        get_open_connection()
        connection.close()
        assert Path(str(connection.settings_dict["NAME"]) + "-shm").exists()
    finally:
        own.close()


@ON_SQLITE
def test_none_is_held_that_would_keep_others_from_writing(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("-shm"))
    assert open_idle_connection() is None
