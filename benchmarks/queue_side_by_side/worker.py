"""A worker process for the queue benchmark, on either broker.

python -m benchmarks.queue_side_by_side.worker stock|ours REDIS_URL JOURNAL [PREFETCH]
"""

import signal
import subprocess
import sys
from pathlib import Path

from dramatiq import Worker

from benchmarks.queue_side_by_side.brokers import BROKERS, Journal

THREADS = 8  # Dramatiq's default


class WorkerProcess:
    """A process that runs this module's `main`; killed when the context ends.

    `prefetch`: how many delayed messages Dramatiq's own consumer may take into its memory; None
    is its default, 1,000 for each thread.
    """

    def __init__(self, side: str, url: str, journal: Journal, prefetch: int | None = None) -> None:
        arguments = [side, url, str(journal.path), str(prefetch or 0)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.queue_side_by_side.worker", *arguments],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> "WorkerProcess":
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n", "the worker did not start"
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.communicate()

    def memory(self) -> float:
        """Resident memory in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    """Work until killed."""
    side, url, journal, prefetch = sys.argv[1:]
    worker = Worker(BROKERS[side](url, Journal(Path(journal))).broker, worker_threads=THREADS)
    worker.delay_prefetch = int(prefetch) or worker.delay_prefetch
    worker.start()
    print("ready", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
