"""One terminal for all parts: each line begins with the name of the part that printed it."""

import asyncio
import os
import select
import sys
import time
from collections.abc import Callable
from typing import IO, TextIO

NAME_WIDTH = 9  # "scheduler"
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
OWN_NAME = "run"
# Reading our output may stop (a pipe nobody empties): lines beyond this are dropped and counted,
# because waiting for the reader would stop the restarts and, soon after, every part that logs.
MAX_BUFFERED = 1_000_000  # bytes
WRITE_SIZE = 4096  # bytes a pipe that is ready takes without blocking (PIPE_BUF)
LONGEST_LINE = 65_536  # bytes; what is longer is broken


class Output:
    """Write prefixed lines to `stream` without ever waiting for its reader."""

    def __init__(self, stream: TextIO) -> None:
        self._descriptor = stream.fileno()
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._names: list[str] = []
        self._waiting = b""
        self._dropped = 0

    def line(self, name: str, text: str) -> None:
        """Print one line of the part `name`."""
        self._add(f"{self._prefix(name)} {text}\n")

    def print_own(self, text: str) -> None:
        """Print a line of our own."""
        self.line(OWN_NAME, text)

    def block(self, text: str) -> None:
        """Print `text` as it is, set apart by empty lines."""
        self._add(f"\n{text}\n\n")

    def flush(self) -> None:
        """Write what the reader takes now."""
        while self._waiting and select.select([], [self._descriptor], [], 0)[1]:
            try:
                written = os.write(self._descriptor, self._waiting[:WRITE_SIZE])
            except OSError:  # the terminal or the reader is gone: no reason to stop the parts
                written = len(self._waiting)
            self._waiting = self._waiting[written:]
        if self._dropped and not self._waiting:
            dropped, self._dropped = self._dropped, 0
            self.print_own(f"{dropped} lines dropped: the reader of this output was too slow")

    def close(self, timeout: float = 1.0) -> None:
        """Write what is left, for at most `timeout` seconds."""
        deadline = time.monotonic() + timeout
        self.flush()
        while self._waiting and time.monotonic() < deadline:
            time.sleep(0.02)
            self.flush()

    def _add(self, text: str) -> None:
        if len(self._waiting) > MAX_BUFFERED:
            self._dropped += 1
            return
        self._waiting += text.encode(errors="replace")
        self.flush()

    def _prefix(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        prefix = f"{name:<{NAME_WIDTH}} |"
        if not self._coloured:
            return prefix
        colour = COLOURS[self._names.index(name) % len(COLOURS)]
        return f"\x1b[{colour}m{prefix}\x1b[0m"


class LineReader:
    """Pass on the lines of a pipe until its end."""

    def __init__(self, pipe: IO[bytes], on_line: Callable[[str], None]) -> None:
        self._pipe = pipe
        self._on_line = on_line
        self._rest = b""
        self.ended = asyncio.Event()
        os.set_blocking(pipe.fileno(), False)
        asyncio.get_running_loop().add_reader(pipe.fileno(), self._read)

    def _read(self) -> None:
        chunk = os.read(self._pipe.fileno(), LONGEST_LINE)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (not chunk or len(self._rest) >= LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._on_line(line.decode(errors="replace").rstrip("\r"))
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            self._pipe.close()
            self.ended.set()


def print_error(text: str) -> None:
    """Print `text` on standard error without waiting for its reader."""
    output = Output(sys.stderr)
    output.print_own(text)
    output.close()
