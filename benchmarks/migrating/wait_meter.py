"""Somebody who asks the database one thing after another, and remembers the longest wait."""

import threading
import time
from collections.abc import Sequence
from itertools import cycle
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection

PAUSE = 0.002  # seconds between two statements


class WaitMeter:
    """A thread with a connection of its own that runs `statements` in turn while entered."""

    def __init__(self, statements: Sequence[str]) -> None:
        self._statements = statements
        self._longest = 0.0
        self._since: float | None = None  # when the statement that runs now began
        self._lock = threading.Lock()
        self._is_leaving = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def begin(self) -> None:
        """Forget the longest wait so far; one that goes on counts from now."""
        with self._lock:
            self._longest = 0.0
            self._since = self._since and time.monotonic()

    def longest(self) -> float:
        """The longest wait in seconds since `begin`, that of the statement which runs included."""
        with self._lock:
            now = time.monotonic()
            return max(self._longest, now - (self._since or now))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_leaving.set()
        self._thread.join()

    def _ask(self) -> None:
        for statement in cycle(self._statements):
            with self._lock:
                self._since = time.monotonic()
            try:
                with connection.cursor() as cursor:
                    cursor.execute(statement)
            except DatabaseError:
                connection.close()  # waited in vain, which took as long as it took
            with self._lock:
                self._longest = max(self._longest, time.monotonic() - self._since)
                self._since = None
            if self._is_leaving.wait(PAUSE):
                break
        connection.close()
