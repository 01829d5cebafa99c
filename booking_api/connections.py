"""How long a worker keeps its connections to the database."""

from typing import Any

from django.db import connection
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
