"""What every benchmark prints: the machine, a table, and whether a goal was met."""

import os
import platform
import signal
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

LOAD_OF_OTHERS = 0.5  # of the cores; above it the figures are not those of an idle machine


def build_benchmark_parser(about: str | None) -> ArgumentParser:
    """The options of a benchmark; `about` is its module's docstring, shown by --help."""
    return ArgumentParser(description=about, formatter_class=RawDescriptionHelpFormatter)


def describe_machine() -> str:
    """The machine and the programs, in one line; says when others use the machine too."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "dramatiq", "redis"))
    load = os.getloadavg()[0]
    busy = load > LOAD_OF_OTHERS * (os.cpu_count() or 1)
    note = f"load {load:.1f} before the start{' (others use this machine too)' if busy else ''}"
    return (
        f"{read_processor_name()}, {os.cpu_count()} cores, {read_memory_gib():.0f} GiB; {system};"
        f" Python {platform.python_version()}, {packages}; {note}"
    )


def describe_load() -> str:
    """The load of the last minute, whoever caused it."""
    return f"load {os.getloadavg()[0]:.1f}"


def read_processor_name() -> str:
    """The processor's name, where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def read_memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def format_markdown_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table; what is not text stands to the right."""
    rows = [list(row) for row in rows]
    right = [all(not isinstance(row[n], str) for row in rows) for n in range(len(headings))]
    lines = [
        list(headings),
        ["---:" if is_right else "---" for is_right in right],
        *([str(cell) for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


class RoundedNumber(float):
    """A float shown with so many decimals."""

    decimals: int

    def __new__(cls, value: float, decimals: int = 1) -> "RoundedNumber":
        number = super().__new__(cls, value)
        number.decimals = decimals
        return number

    def __str__(self) -> str:
        return f"{float(self):,.{self.decimals}f}"


def compute_percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that `percent` of all `values` don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def run_benchmark(title: str, measure: Callable[[], bool]) -> None:
    """Print the head, then `measure`; its exit status is 1 when `measure` answers False.

    A SIGTERM ends it as Ctrl-C does, so that what was started is stopped.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"\n## {title}\n\n{describe_machine()}\n", flush=True)
    sys.exit(0 if measure() else 1)
