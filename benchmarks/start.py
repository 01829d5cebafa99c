"""From a fresh clone to a salon that is open: the first start, a stop, the second start.

    python -m benchmarks.start

Clones this repository (what is committed) into a temporary folder and types `make run` there,
twice. The first start installs every dependency from the package index or pip's cache.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from runner.configuration import ROOT
from testkit import report
from testkit.processes.installation import INSTALLATION_VARIABLES, find_free_port
from testkit.processes.process_list import list_pids, read_working_folder
from testkit.waiting import wait_until

START_WITHIN, STOP_WITHIN = 600.0, 20.0  # seconds


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="without the fresh clone: nothing")
    if parser.parse_args().quick:
        print("\n## From a fresh clone\n\nLeft out with --quick: it installs everything anew.")
        return
    report.run_benchmark("From a fresh clone", measure_starts)


def measure_starts() -> bool:
    """Time two starts and stops of a clone and print them."""
    with TemporaryDirectory(prefix="salon-clone-", ignore_cleanup_errors=True) as folder:
        clone = Path(folder) / "clone"
        started = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
        cloned = time.monotonic() - started
        first, first_stop = time_start_and_stop(clone)
        second, second_stop = time_start_and_stop(clone)
        rows = [
            ["git clone", cloned],
            ["`make run` in it until the first 200 of /health/", first],
            ["SIGTERM until nothing is left", first_stop],
            ["second `make run` until the first 200 of /health/", second],
            ["SIGTERM until nothing is left", second_stop],
        ]
    print(
        report.format_markdown_table(
            ["what", "seconds"], [[name, report.RoundedNumber(took)] for name, took in rows]
        )
    )
    return max(first_stop, second_stop) <= STOP_WITHIN


def time_start_and_stop(clone: Path) -> tuple[float, float]:
    """Seconds until /health/ answered 200, and seconds the stop took."""
    port = find_free_port()
    started = time.monotonic()
    with run_make(clone, port) as make:
        wait_until(lambda: is_clone_healthy(make, port), timeout=START_WITHIN)
        healthy = time.monotonic()
        make.send_signal(signal.SIGTERM)
        wait_until(lambda: not find_leftover_processes(clone), timeout=STOP_WITHIN + 10)
        return healthy - started, time.monotonic() - healthy


@contextmanager
def run_make(clone: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` in the clone; whatever works in it is killed afterwards."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not INSTALLATION_VARIABLES.fullmatch(name)
    }
    with (clone.parent / "printed").open("ab") as printed:
        make = subprocess.Popen(
            [shutil.which("make") or "make", "run"],
            cwd=clone,
            env={**kept, "PORT": str(port)},
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield make
    finally:
        for pid in find_leftover_processes(clone):
            os.kill(pid, signal.SIGKILL)
        make.kill()
        make.wait()


def is_clone_healthy(make: subprocess.Popen[bytes], port: int) -> bool:
    """Whether /health/ answers 200. Raises RuntimeError once `make run` has ended."""
    if make.poll() is not None:
        raise RuntimeError(f"make run ended with status {make.returncode}")
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
            return answer.status == 200
    except (OSError, HTTPException):
        return False


def find_leftover_processes(clone: Path) -> list[int]:
    """The processes that work in the clone or below."""
    return [
        pid for pid in list_pids() if clone in (folder := read_working_folder(pid), *folder.parents)
    ]


if __name__ == "__main__":
    main()
