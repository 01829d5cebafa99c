"""How long a process keeps its connections to the database."""

import os
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from dramatiq import Broker, MessageProxy, Middleware


class KeptConnections(Middleware):
    """On SQLite a worker's threads keep their connections instead of one for each message.

    Opening one reads the whole schema anew, and closing the last one writes the log back to the
    database: together a third of what a text costs. On PostgreSQL a pool keeps them.
    """

    def after_process_boot(self, broker: Broker) -> None:
        if connection.vendor == "sqlite":
            connection.settings_dict["CONN_MAX_AGE"] = None

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


def held_open() -> BaseDatabaseWrapper | None:
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
