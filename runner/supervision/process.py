"""Child processes, each in a session of its own that is killed as a whole."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runner.configuration import ROOT
from runner.supervision.linux_prctl import end_with_parent
from runner.supervision.output import LineReader

POLL_INTERVAL = 0.02  # seconds between two looks at a group that was killed
LAST_OUTPUT_TIMEOUT = 0.5  # seconds given to a pipe that something outside the group may hold open


class Process:
    """A running command. Its id is also that of its session and process group."""

    def __init__(self, pid: int, lines: list[LineReader]) -> None:
        self.pid = pid
        self.status: int | None = None  # once ended: the exit status, or -n for signal n
        self.ended = asyncio.Event()
        self._lines = lines
        self._had_child = False

    def record_end(self, status: int) -> None:
        """Record that the process was reaped with `status`."""
        self.status = status
        self.ended.set()

    def has_lost_its_child(self) -> bool:
        """Return whether it had forked children and none lives (False without Linux's /proc)."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            name, _ = _read_name_and_state(self.pid)
            found = [_read_name_and_state(int(child)) for child in children]
        except OSError:
            return False
        # What runs another program bears another name: a helper that comes and goes.
        forked = [state for other, state in found if other == name]
        self._had_child = self._had_child or bool(forked)
        return self._had_child and all(state == "Z" for state in forked)

    async def stop(self, within: float) -> None:
        """Send SIGTERM, after `within` seconds SIGKILL; return when the whole group is gone."""
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)  # never to the group: masters stop their own workers
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), within)
        await self.kill_rest()

    async def kill_rest(self) -> None:
        """Kill the process group and wait until none of it is left; its last lines are read."""
        while self._group_exists():
            await asyncio.sleep(POLL_INTERVAL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait_for_output(), LAST_OUTPUT_TIMEOUT)

    async def wait_for_output(self) -> None:
        """Wait until everything the process printed was handed on."""
        for lines in self._lines:
            await lines.ended.wait()

    def _group_exists(self) -> bool:
        """Send SIGKILL to the group; return whether it still had a member."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        except PermissionError:  # macOS: only dead members are left
            return False
        return True


class ChildProcesses:
    """Start processes and reap them, adopted orphans included."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._running: dict[int, Process] = {}
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap)

    def start(
        self,
        command: list[str],
        on_line: Callable[[str], None],
        on_error: Callable[[str], None] | None = None,
    ) -> Process:
        """Start `command`; `on_error` gets its standard error, which else goes to `on_line` too."""
        child: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - commands of parts.py only
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if on_error is None else subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_build_preexec(os.getpid()),  # noqa: PLW1509 - we have one thread
        )
        pipes: list[tuple[Any, Any]] = [(child.stdout, on_line), (child.stderr, on_error)]
        lines = [LineReader(pipe, listener) for pipe, listener in pipes if pipe is not None]
        child.returncode = 0  # it is ours to reap, not Popen's
        process = self._running[child.pid] = Process(child.pid, lines)
        return process

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if process := self._running.pop(pid, None):
                process.record_end(os.waitstatus_to_exitcode(status))


def _read_name_and_state(pid: int) -> tuple[str, str]:
    """Return a process's name and one-letter state: Z is ended but not reaped."""
    name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    return name, rest.split()[0]


def _build_preexec(parent: int) -> Callable[[], None]:
    def between_fork_and_exec() -> None:
        end_with_parent()
        if os.getppid() != parent:  # it died before the request took effect
            os._exit(1)

    return between_fork_and_exec
