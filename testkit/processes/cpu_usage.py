"""Who used the processor meanwhile: the parts of an installation, ourselves, and everybody else."""

import os
import time
from collections import Counter
from pathlib import Path

from testkit import report
from testkit.processes.process_list import (
    get_parent_pid,
    list_pids,
    read_command_line,
    read_process_stat,
)

TICKS = os.sysconf("SC_CLK_TCK")  # a second
# The first word that stands in a command line names the part.
PART_WORDS = {
    "gunicorn": "web",
    "dramatiq": "workers",
    "run_scheduler": "scheduler",
    "redis-server": "Redis",
    "valkey-server": "Redis",
    "postgres": "PostgreSQL",
    "runner": "supervisor",
}
CLIENTS, OTHERS = "clients", "others on this machine"


class CpuMeter:
    """Measures from when it was made; what a part used is that of its processes alive at the end.

    All processes below ours count; those that are of no part, nor `named` by their id, are the
    benchmark's own clients.
    """

    def __init__(self, named: dict[int, str] | None = None) -> None:
        self.named = named or {}
        self.began = time.monotonic()
        self.before = read_process_seconds()
        self.busy_before = read_machine_seconds()

    def cores(self) -> dict[str, float]:
        """Cores each part kept busy on average, "others on this machine" being the last."""
        took = time.monotonic() - self.began
        used: Counter[str] = Counter()
        for pid, seconds in read_process_seconds().items():
            used[self.named.get(pid) or find_process_part(pid)] += seconds - self.before.get(
                pid, 0.0
            )
        busy = read_machine_seconds() - self.busy_before
        used[OTHERS] = max(busy - sum(used.values()), 0.0)
        return {part: seconds / took for part, seconds in used.items()}


def format_cores_table(
    headings: list[str], rows: list[tuple[list[object], dict[str, float]]]
) -> str:
    """What `Meter.cores` found in each run, behind what tells the runs apart."""
    parts = sorted({part for _, cores in rows for part in cores} - {OTHERS})
    lines = [
        [*labels, *(report.RoundedNumber(cores.get(part, 0.0), 2) for part in (*parts, OTHERS))]
        for labels, cores in rows
    ]
    return report.format_markdown_table([*headings, *parts, OTHERS], lines)


def read_process_seconds() -> dict[int, float]:
    """Seconds of the processor that we and all processes below us have used."""
    found = {}
    for pid in list_process_tree(os.getpid()):
        try:
            fields = read_process_stat(pid)
        except OSError:  # it has just ended
            continue
        found[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return found


def list_process_tree(pid: int) -> list[int]:
    """`pid` and its children's children, however deep."""
    children: dict[int, list[int]] = {}
    for other in list_pids():
        try:
            children.setdefault(get_parent_pid(other), []).append(other)
        except OSError:
            continue
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def find_process_part(pid: int) -> str:
    """The part a process belongs to."""
    line = read_command_line(pid)
    return next((part for word, part in PART_WORDS.items() if word in line), CLIENTS)


def read_machine_seconds() -> float:
    """Seconds all processors together were busy since the machine was started."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _waiting, interrupt, soft = fields[:7]
    return (user + nice + system + interrupt + soft) / TICKS
