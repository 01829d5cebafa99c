"""The outermost process: it forwards signals and cleans up when the supervisor dies.

    make ── guardian ── supervisor ── web, scheduler, worker-1 …, Redis

The guardian is what the terminal and `make` see. The supervisor has a session of its own, so
that a signal to the terminal's process group, even SIGKILL, never takes both away at once: a
supervisor whose guardian is gone stops everything in order, and a guardian whose supervisor is
gone inherits all that is left (`adopt_orphans`) and kills it.
"""

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from runner.supervision.linux_prctl import adopt_orphans
from runner.supervision.output import print_error

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_WITHIN = 20.0  # seconds from the first signal until whatever is left is killed
POLL_INTERVAL = 0.1  # seconds


def run_guarded(work: Callable[[], int]) -> int:
    """Run `work` in a child process; returns its status once no process of it is left."""
    adopt_orphans()
    supervisor = os.fork()
    if supervisor == 0:
        os._exit(_run_in_own_session(work))
    return Guardian(supervisor).watch()


class Guardian:
    """Watch the supervisor with the given process id."""

    def __init__(self, supervisor: int) -> None:
        self._supervisor = supervisor
        self._stop_before: float | None = None  # on the monotonic clock, once a stop was requested
        self._make = ParentMake()

    def watch(self) -> int:
        """Pass stops on until the supervisor has ended; returns the exit status."""
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, lambda *_: self._stop())
        while (status := self._supervisor_status()) is None:
            time.sleep(POLL_INTERVAL)
            if self._stop_before is None and self._make.gave_up():
                self._stop()
            if self._stop_before is not None and time.monotonic() > self._stop_before:
                os.kill(self._supervisor, signal.SIGKILL)
        kill_children()
        return self._exit_status(status)

    def _stop(self) -> None:
        if self._stop_before is None:
            self._stop_before = time.monotonic() + STOP_WITHIN
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._supervisor, signal.SIGTERM)

    def _supervisor_status(self) -> int | None:
        pid, status = os.waitpid(self._supervisor, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def _exit_status(self, status: int) -> int:
        if status >= 0:
            return status
        if self._stop_before is not None and status == -signal.SIGTERM:
            return 0  # asked to stop before it had started anything
        print_error(
            f"The supervisor was killed (signal {-status}); every part has been killed too."
        )
        return 1


class ParentMake:
    """The `make` that started us, if one did.

    After a SIGINT or SIGHUP to itself alone, make waits for its recipe without a signal to it. From
    then on it no longer catches that signal, which Linux shows in /proc.
    """

    INTERRUPTS = 1 << (signal.SIGINT - 1) | 1 << (signal.SIGHUP - 1)

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._is_make = self._read("comm").strip() in {"make", "gmake"}

    def gave_up(self) -> bool:
        """Return whether make was interrupted or is gone."""
        if not self._is_make:
            return False
        heeded = self._signals("SigCgt") | self._signals("SigIgn")
        return os.getppid() != self._pid or bool(self.INTERRUPTS & ~heeded)

    def _signals(self, kind: str) -> int:
        """Return the signals it catches (SigCgt) or ignores (SigIgn): bit n - 1 for signal n."""
        for line in self._read("status").splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1], 16)
        return 0

    def _read(self, name: str) -> str:
        try:
            return Path(f"/proc/{self._pid}/{name}").read_text()
        except OSError:
            return ""


def kill_children() -> None:
    """Kill our children until none is left; killing one makes its own children ours."""
    while True:
        for pid in _find_children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _find_children() -> list[int]:
    """Return our children's ids from /proc; none where there is no /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                found.append(int(stat.parent.name))
    return found


def _run_in_own_session(work: Callable[[], int]) -> int:
    """Run `work` in a new session; a failure is printed and becomes exit status 1."""
    try:
        os.setsid()
        adopt_orphans()
        return work()
    except Exception:  # noqa: BLE001 - the process ends here; nothing above could handle it
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
