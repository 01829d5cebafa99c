"""Checks before the start; each refusal is one line with its remedy."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
from typing import TextIO

from django.core.exceptions import ImproperlyConfigured

from core.environment import Environment
from runner.configuration import ROOT, Configuration


class StartRefused(Exception):
    """The start is refused; the message is for the user."""


def lock_data_dir() -> TextIO:
    """Lock DATA_DIR for this process; the lock lasts until the file returned is closed.

    Raises:
        StartRefused: it can't be written, or another `make run` uses it.
    """
    try:
        folder = Environment().data_dir
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "run.lock").open("a+")
    except ImproperlyConfigured as error:
        raise StartRefused(str(error)) from None
    except OSError as error:
        raise StartRefused(
            f"DATA_DIR can't be written ({error.filename}: {error.strerror})."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise StartRefused(
            f"`make run` is already running on {folder} (process {lock.read().strip()}):"
            " stop that one, or give this one a DATA_DIR and a PORT of its own."
        ) from None
    except OSError as error:
        raise StartRefused(f"DATA_DIR can't be locked ({folder}: {error.strerror}).") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def load_configuration() -> Configuration:
    """Return the checked configuration, whose port is free.

    Raises:
        StartRefused: a variable is wrong, or the port is taken.
    """
    command = [sys.executable, "manage.py", "check_environment"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if checked.returncode != 0:
        last = (checked.stderr.strip() or "check_environment failed").splitlines()[-1]
        raise StartRefused(last.removeprefix("django.core.exceptions.ImproperlyConfigured: "))
    configuration = Configuration.from_json(checked.stdout)
    check_port(configuration.host, configuration.port)
    return configuration


def check_port(host: str, port: int) -> None:
    """Raise StartRefused unless a server could listen on `host` and `port` now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise StartRefused(f"HOST is {host!r}: give an address of this machine.") from None
    except OSError as error:
        raise StartRefused(describe_port_problem(error, host, port)) from None


def describe_port_problem(error: OSError, host: str, port: int) -> str:
    """Return why `host` and `port` can't be used, and the remedy."""
    if error.errno == errno.EADDRINUSE:
        return f"PORT {port} on {host} is in use: stop what listens there, or give another PORT."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST is {host!r}: give an address of this machine."
    return f"PORT {port} on {host} can't be listened on: {error.strerror}. Give another PORT."
