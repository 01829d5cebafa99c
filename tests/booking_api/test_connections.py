"""A worker's connection to SQLite outlives a message, but not an error; one is always open."""

import os
from pathlib import Path

import pytest
from django.db import connection
from django_dramatiq.middleware import DbConnectionsMiddleware

from booking_api.connections import KeptConnections, held_open

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has a pool"),
]


@pytest.fixture
def worker_thread(monkeypatch):
    """This thread as one of a worker: what is between two messages, after the given error."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    kept, closing = KeptConnections(), DbConnectionsMiddleware()
    kept.after_process_boot(None)
    connection.close()

    def end_message(exception=None):
        kept.after_process_message(None, None, exception=exception)
        closing.after_process_message(None, None)
        closing.before_process_message(None, None)

    yield end_message
    connection.close()


def opened():
    connection.ensure_connection()
    return connection.connection


def test_the_next_message_finds_it_open(worker_thread):
    first = opened()
    worker_thread()
    assert opened() is first


def test_after_an_error_there_is_a_new_one(worker_thread):
    first = opened()
    worker_thread(OSError("read-only"))
    assert opened() is not first


def test_the_files_beside_the_database_stay_though_everybody_closes():
    """On a full disk they could not be made anew, and then not even reading works."""
    own = held_open()
    try:
        opened()
        connection.close()
        assert Path(str(connection.settings_dict["NAME"]) + "-shm").exists()
    finally:
        own.close()


def test_none_is_held_that_would_keep_others_from_writing(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("-shm"))
    assert held_open() is None
