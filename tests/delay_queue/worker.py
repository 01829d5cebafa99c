"""A Dramatiq worker in a process of its own, to be killed, frozen and weighed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from dramatiq import Worker

from testkit.waiting import freeze_process
from tests.delay_queue.actors import Journal, declare_actors, impatient_broker

RESTART_DELAY_MS = "100"  # Dramatiq's own pause before it connects anew is 3 s


class WorkerProcess:
    """Runs this module's `main`; started by its constructor, ready when that returns."""

    def __init__(self, url: str, journal: Journal, *, threads: int = 2) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.delay_queue.worker",
                url,
                str(journal.path),
                str(threads),
            ],
            env={**os.environ, "dramatiq_restart_delay": RESTART_DELAY_MS},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout.readline() == b"ready\n"

    def freeze(self) -> None:
        freeze_process(self._process.pid)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9"""
        self._process.kill()
        self._process.wait(timeout=10)

    def running(self) -> bool:
        return self._process.poll() is None

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def memory(self) -> float:
        """Resident memory in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    url, path, threads = sys.argv[1:]
    broker = impatient_broker(url)
    declare_actors(broker, Journal(Path(path)))
    Worker(broker, worker_timeout=100, worker_threads=int(threads)).start()
    print("ready", flush=True)  # noqa: T201 - tells the parent process
    signal.pause()


if __name__ == "__main__":
    main()
