"""Seeing what really runs: the processes of one start, found by a variable in their environment."""

import contextlib
import os
import signal
from pathlib import Path


class Processes:
    """All living processes of one start, wherever they hang.

    Their environment holds `variable=folder`, or (Redis writes its title over its environment)
    they work in a folder below it.
    """

    def __init__(self, variable: str, folder: Path) -> None:
        self._mark = f"{variable}={folder}".encode()
        self._folder = folder

    def all(self) -> dict[int, str]:
        """Process id → command line."""
        return {pid: read_command_line(pid) for pid in list_pids() if self._is_ours(pid)}

    def kill(self) -> None:
        """Kill them all with -9."""
        for pid in self.all():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _is_ours(self, pid: int) -> bool:
        return (
            self._mark in read_process_environment(pid)
            or self._folder in read_working_folder(pid).parents
        )

    def find(self, *words: str) -> list[int]:
        """Ids of those whose command line holds every one of `words`, oldest first."""
        return sorted(
            pid for pid, line in self.all().items() if all(word in line for word in words)
        )

    def leaders(self, *words: str) -> list[int]:
        """As `find`, only those that lead their process group."""
        return [pid for pid in self.find(*words) if get_process_group(pid) == pid]


def list_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def read_process_environment(pid: int) -> list[bytes]:
    """The variables a process was started with; a zombie has none."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def read_working_folder(pid: int) -> Path:
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return Path("/")


def read_command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def get_process_group(pid: int) -> int:
    """The process group of `pid`, 0 when it is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def get_parent_pid(pid: int) -> int:
    return int(read_process_stat(pid)[1])


def get_start_time(pid: int) -> float:
    """Seconds on the clock CLOCK_BOOTTIME at which the process was made."""
    return int(read_process_stat(pid)[19]) / os.sysconf("SC_CLK_TCK")


def read_process_stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, the state being the first."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def find_child_pids(pid: int) -> list[int]:
    found = []
    for other in list_pids():
        try:
            if get_parent_pid(other) == pid:
                found.append(other)
        except OSError:
            continue
    return found
