"""Calls into Django from a benchmark that runs several installations one after the other.

Django is set up once a process, so each call has a process of its own.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

from testkit import databases
from testkit.processes.installation import INSTALLATION_VARIABLES
from testkit.servers.redis_server import RedisServer

STOP_TIMEOUT = 20.0  # seconds a call may take to stop what it started


@contextmanager
def prepare_installation(database: str, **variables: str) -> Iterator[dict[str, str]]:
    """The environment of an installation of which nothing runs yet but its Redis and database."""
    with (
        TemporaryDirectory(prefix="salon-bench-") as folder,
        databases.open_database_environment(database) as database_variables,
        RedisServer() as redis,
    ):
        kept = {
            name: value
            for name, value in os.environ.items()
            if not INSTALLATION_VARIABLES.fullmatch(name)
        }
        yield {
            **kept,
            "DJANGO_SETTINGS_MODULE": "booking_api.settings",
            "DATA_DIR": str(Path(folder) / "data"),
            "REDIS_URL": redis.url,
            "DEBUG": "0",  # or Django keeps every query of the process in memory
            "SECRET_KEY": "only-for-benchmarks-0123456789abcdefghij",
            "DEMO": "0",
            **PROVIDER_ACCOUNT,
            **database_variables,
            **variables,
        }


PROVIDER_ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "2" * 32,
    "TWILIO_PHONE_NUMBER": "+12125550100",
}


class CallFailed(Exception):
    """The call raised; its traceback has been printed."""


def call_inside_django(environment: dict[str, str], target: str, **arguments: Any) -> Any:
    """The result of the function `module:name`, called where Django runs with `environment`.

    Arguments and result are pickled. Whatever ends us ends the call too.

    Raises:
        Failed: the function raised.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run_call, args=(theirs, environment, target, arguments))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        raise CallFailed(target) from None
    except BaseException:
        process.terminate()
        raise
    finally:
        process.join(STOP_TIMEOUT)


def _run_call(
    answer: Connection, environment: dict[str, str], target: str, arguments: dict[str, Any]
) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what it started is stopped
    os.environ.clear()
    os.environ.update(environment)
    Path(environment["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    module, _, name = target.partition(":")
    answer.send(getattr(import_module(module), name)(**arguments))
