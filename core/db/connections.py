"""How long a process keeps its connections to the database."""

import os
import select
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from dramatiq import Broker, MessageProxy, Middleware

MAX_CONNECTION_AGE = 3600  # seconds; the memory of PostgreSQL's end grows with all it has seen


class PersistentConnections(Middleware):
    """A worker's threads keep their connections instead of one for each message.

    On SQLite opening one reads the whole schema anew, and closing the last one writes the log back
    to the database: together a third of what a text costs. On PostgreSQL a pool would ask at each
    message whether the connection still works; here a look at the socket tells.
    """

    def after_process_boot(self, broker: Broker) -> None:
        own = connection.settings_dict
        own["OPTIONS"].pop("pool", None)
        own["CONN_MAX_AGE"] = None if connection.vendor == "sqlite" else MAX_CONNECTION_AGE
        own["CONN_HEALTH_CHECKS"] = False

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """One that the server has ended, as when it was started anew, is replaced."""
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
        """One opened while the disk was read-only stays so: after an error comes a new one."""
        if exception is not None:
            connection.close()


def is_closed_by_server(held: BaseDatabaseWrapper) -> bool:
    """Whether PostgreSQL ended this idle connection: it says nothing else unasked."""
    if held.vendor == "sqlite" or held.connection is None:
        return False
    if held.connection.closed:
        return True
    socket = select.poll()
    socket.register(held.connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))


def open_idle_connection() -> BaseDatabaseWrapper | None:
    """On SQLite a connection that nobody uses; keep it as long as the process lives.

    Whoever closes the last one removes the files beside the database, and on a full disk nobody
    can make them anew: then not even reading works. One that was opened while the files were
    read-only would keep all others of this process so: there is none then.
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
