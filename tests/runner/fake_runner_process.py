"""One start of the guardian and supervisor around fake parts, as the tests see it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from runner.configuration import ROOT
from testkit.processes.process_list import Processes, find_child_pids
from testkit.waiting import wait_until

MARK = "FAKE_HOUSE"


class FakeRunner:
    """`python -m tests.runner.fake_runner` in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        traits: dict[str, list[str]] | None = None,
        wishes: Sequence[str] = (),
        *,
        stdout: int | None = None,
        launcher: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.printed_to = folder / "printed"
        self.processes = Processes(MARK, folder)
        arguments = [str(folder), json.dumps(traits or {}), *wishes]
        command = launcher or [sys.executable, "-m", "tests.runner.fake_runner", *arguments]
        with self.printed_to.open("wb") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, MARK: str(folder)},
                stdout=file if stdout is None else stdout,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def printed(self) -> str:
        return self.printed_to.read_text()

    def diary(self, event: str) -> list[tuple[float, str, int]]:
        """What the parts wrote down of `event`: monotonic seconds, name, process id."""
        path = self.folder / "diary"
        lines = path.read_text().splitlines() if path.exists() else []
        entries = [line.split() for line in lines]
        return [(float(at), name, int(pid)) for at, name, what, pid in entries if what == event]

    def started(self, name: str) -> list[int]:
        """The process ids `name` has had."""
        return [pid for _, part, pid in self.diary("started") if part == name]

    def stopped(self) -> list[str]:
        """Names in the order in which the parts stopped when asked to."""
        return [name for _, name, _ in self.diary("stopped")]

    def until_open(self) -> None:
        wait_until(lambda: len(self.diary("started")) >= 5, message=self.printed())

    def supervisor(self) -> int:
        [supervisor] = find_child_pids(self.guardian())
        return supervisor

    def guardian(self) -> int:
        return self.processes.find("fake_runner")[0]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send `number` to the process that was started; returns its status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=25)

    def until_empty(self, timeout: float = 10.0) -> float:
        """Wait until no process of this start is left; returns the seconds it took."""
        since = time.monotonic()
        wait_until(lambda: not self.processes.all(), timeout=timeout, message="something is left")
        return time.monotonic() - since

    def clear(self) -> None:
        """Kill whatever is left after a test."""
        self.processes.kill()
        self.process.kill()
        self.process.wait()
