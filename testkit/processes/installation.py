"""The real thing: `python -m runner` on a folder and a port of its own."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from runner.configuration import ROOT
from testkit.processes.process_list import Processes
from testkit.waiting import wait_until

START_TIMEOUT = 90  # seconds a start may take beside other tests
# What the tests' own settings put into the environment is not for an installation.
INSTALLATION_VARIABLES = re.compile(
    r"DJANGO_SETTINGS_MODULE|DATA_DIR|DATABASE_URL|REDIS_URL|SECRET_KEY|DEBUG|ALLOWED_HOSTS"
    r"|PUBLIC_URL|TWILIO_.*|DEMO.*|EMAIL_URL|TIME_ZONE|HOST|PORT|WEB_WORKERS|WORKER_.*"
)


class Installation:
    """One start; `overrides` are variables of its environment."""

    def __init__(self, folder: Path, **overrides: str) -> None:
        self.data_dir = folder / "data"
        self.printed_to = folder / f"printed-{time.monotonic_ns()}"
        self.port = overrides.get("PORT", str(find_free_port()))
        self.processes = Processes("DATA_DIR", self.data_dir)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not INSTALLATION_VARIABLES.fullmatch(name)
        }
        own = {"DEBUG": "1", "DATA_DIR": str(self.data_dir), "PORT": self.port}
        self.environment = {**kept, **own, **overrides}
        with self.printed_to.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "runner"],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def printed(self) -> str:
        return self.printed_to.read_text()

    def is_healthy(self) -> bool:
        assert self.process.poll() is None, self.printed()
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as answer:
                return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False

    def until_open(self) -> None:
        """Wait for the summary, which follows the first 200 of /health/."""
        wait_until(
            lambda: "The salon is open" in self.printed() or self.process.poll() is not None,
            timeout=START_TIMEOUT,
            message=self.printed(),
        )
        assert self.process.poll() is None, self.printed()

    def leader(self, *words: str) -> int:
        """The process id of the one part whose command line holds all of `words`."""
        [found] = self.processes.leaders(*words)
        return found

    def refusal(self) -> str:
        """What a start that must be refused printed; its exit status was 2."""
        assert self.process.wait(timeout=30) == 2, self.printed()
        return self.printed()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send `number` to the process that was started; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=25)

    def clear(self) -> None:
        """Kill whatever is left after a test."""
        self.processes.kill()
        self.process.kill()
        self.process.wait()


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
