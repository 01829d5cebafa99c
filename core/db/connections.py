"""Lifetime of a process's database connections."""

import os
import select
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from dramatiq import Broker, MessageProxy, Middleware

MAX_CONNECTION_AGE = 3600  # seconds; a PostgreSQL backend's memory grows with its age


class PersistentConnections(Middleware):
    """Keep one connection per worker thread instead of one per message.

    On SQLite opening a connection reads the whole schema, and closing the last one writes the log
    back to the database: together a third of what a text costs. On PostgreSQL a pool would send a
    check query for each message; polling the socket costs nothing.
    """

    def after_process_boot(self, broker: Broker) -> None:
        own = connection.settings_dict
        own["OPTIONS"].pop("pool", None)
        own["CONN_MAX_AGE"] = None if connection.vendor == "sqlite" else MAX_CONNECTION_AGE
        own["CONN_HEALTH_CHECKS"] = False

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Close a connection that the server ended, as after its restart; Django opens another."""
        if is_closed_by_server(connection):
            connection.close()

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Close after an error: a connection opened on a read-only disk stays read-only."""
        if exception is not None:
            connection.close()


def is_closed_by_server(held: BaseDatabaseWrapper) -> bool:
    """Return whether PostgreSQL ended this idle connection: it sends nothing else unrequested."""
    if held.vendor == "sqlite" or held.connection is None:
        return False
    if held.connection.closed:
        return True
    socket = select.poll()
    socket.register(held.connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))


def open_idle_connection() -> BaseDatabaseWrapper | None:
    """Return an unused SQLite connection to keep while the process lives; else None.

    Closing the last connection removes the -wal and -shm files. On a full disk they can't be
    created again, and even reading fails. A connection opened while the files were read-only would
    make all others of this process read-only: then the result is None.
    """
    if connection.vendor != "sqlite":
        return None
    own = connection.copy()
    try:
        own.ensure_connection()
    except OperationalError:
        return None
    path = str(own.settings_dict["NAME"])
    if all(os.access(path + ending, os.W_OK) for ending in ("", "-wal", "-shm")):
        return own
    own.close()
    return None
