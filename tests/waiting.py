"""Waiting for a condition instead of sleeping."""

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
