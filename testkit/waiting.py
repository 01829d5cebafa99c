"""Waiting for a condition instead of sleeping."""

import os
import signal
import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def wait_until(
    condition: Callable[[], Value], *, timeout: float = 10.0, message: str = ""
) -> Value:
    """Call `condition` until it answers something truthy and return that.

    `timeout` is in seconds; raises AssertionError with `message` when it passes.
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(message or f"still {value!r} after {timeout} s")
        time.sleep(0.02)


def freeze_process(child: int) -> None:
    """Stop our child process `child` with SIGSTOP and return when none of its threads runs.

    On a busy machine a thread on the other core goes on for some milliseconds after the signal.
    """
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
