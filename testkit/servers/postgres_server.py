"""A PostgreSQL server of the tests' own: a throwaway cluster, gone when the tests are."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from testkit.waiting import wait_until

# PostgreSQL refuses to run as root, so root hands the cluster to this user.
UNPRIVILEGED_USER = "nobody"
# Safe only because nothing in the cluster has to survive.
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_postgres_binaries() -> Path | None:
    """The folder with `initdb` and `postgres` (PATH first, then Debian's), or None."""
    initdb = shutil.which("initdb")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name.split(".")[0]),
        reverse=True,
    )
    folders = [Path(initdb).resolve().parent, *debian] if initdb else debian
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


class PostgresServer:
    """Use as a context manager, or call `start()` and `stop()`.

    `url` is set by `start()`: superuser `postgres`, no password, loopback only.
    """

    url: str

    def __init__(self, binaries: Path, folder: Path | None = None) -> None:
        self._binaries = binaries
        # Directly under /tmp: the unprivileged user must be able to walk down to it.
        self._folder = folder or Path(tempfile.mkdtemp(prefix="salon-postgres-", dir="/tmp"))
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Make the cluster and wait until it answers; RuntimeError with its log if it can't."""
        if os.geteuid() == 0:
            owner = pwd.getpwnam(UNPRIVILEGED_USER)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        try:
            self._make_cluster()
            self._serve()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server and remove the cluster; does nothing the second time."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _make_cluster(self) -> None:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        subprocess.run(
            _build_unprivileged_command(
                [str(self._binaries / "initdb"), "-D", str(self._cluster), *options]
            ),
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )

    def _serve(self) -> None:
        port = _free_port()
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            f"unix_socket_directories={self._folder}",
            "max_connections=200",
            *FAST_AND_FORGETFUL,
        ]
        command = [str(self._binaries / "postgres"), "-D", str(self._cluster)]
        command += [word for setting in settings for word in ("-c", setting)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                _build_unprivileged_command(command),
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        wait_until(self._answers, timeout=30, message="PostgreSQL did not answer within 30 s")

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL stopped at its start:\n{self._log.read_text()}")
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _cluster(self) -> Path:
        return self._folder / "cluster"


def _build_unprivileged_command(command: list[str]) -> list[str]:
    """`command` as a user PostgreSQL accepts, and ending with us where setpriv is there to ask."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return command
    options = ["--pdeathsig=INT"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED_USER)
        options += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return [setpriv, *options, *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
