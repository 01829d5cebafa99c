"""Promises 1, 3 and 4 on a disk without room: nothing half done, no text lost, none twice."""

import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from testkit.servers.postgres_server import PostgresServer, find_postgres_binaries
from testkit.waiting import wait_until
from tests.trouble.desk import CONFIRMATION

pytestmark = pytest.mark.process

SIZE, POSTGRES_SIZE = 32_000_000, 120_000_000  # bytes
NO_ROOM = "can't write to its disk: No space left on device"


class Disk:
    """A small file system; `fill` leaves so many bytes of it."""

    def __init__(self, folder):
        self.folder = folder
        self.filler = folder / "filler"

    def fill(self, leave=0):
        self.empty_the_log()
        with self.filler.open("wb", buffering=0) as file:
            written, size = 0, 1 << 20
            while size:
                try:
                    written += file.write(bytes(size))
                except OSError:
                    size //= 2
            file.truncate(written - leave)

    def free(self):
        self.filler.unlink()

    def empty_the_log(self):
        """SQLite writes on for a while in the room that its log took before."""
        for path in self.folder.glob("*.sqlite3"):
            with closing(sqlite3.connect(path, timeout=20)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def mount_disk(folder, size):
    """A disk of so many bytes at `folder`."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk to fill")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path):
    with mount_disk(tmp_path / "data", SIZE) as disk:
        yield disk


@pytest.fixture
def postgres():
    """(server, its disk)"""
    if find_postgres_binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="salon-disk-", dir="/tmp"))
    with (
        mount_disk(folder, POSTGRES_SIZE) as disk,
        PostgresServer(find_postgres_binaries(), folder) as server,
    ):
        yield server, disk
    folder.rmdir()


def test_bookings_are_refused_whole_and_every_text_goes_out_once(disk, open_salon, provider):
    # One thread, so that no worker's connection keeps the files beside the database.
    desk = open_salon(customers=60, WORKER_THREADS="1")
    disk.fill(leave=300_000)
    answers = [desk.book(reminder_in=12) for _ in range(3)]
    while answers[-1].status == 201:
        answers.append(desk.book())
    disk.free()
    assert (answers[-1].status, answers[-1].body["code"]) == (503, "not_writable")
    wait_until(lambda: desk.health() == {}, timeout=30)
    assert desk.half_done() == []
    desk.until_told(timeout=30)

    provider.once_accepted = disk.fill
    assert desk.book(reminder_in=1).status == 201
    wait_until(lambda: desk.health().get("redis") == NO_ROOM)
    for _ in range(3):
        refused = desk.book()
        assert (refused.status, refused.body["code"]) == (503, "not_writable")
        assert refused.seconds < 2
    assert desk.look_at_the_day().body["count"] == len(desk.booked)
    [(unrecorded,)] = desk.sql(
        "SELECT recipient FROM notification_appointmentnotification WHERE status = 'sending'"
    )
    assert desk.texts(CONFIRMATION)[unrecorded] == 1

    disk.free()
    wait_until(lambda: desk.health() == {}, timeout=30)
    desk.half_a_minute_later()
    desk.a_minute_later()
    desk.until_told(timeout=40)
    assert desk.half_done() == []


def test_bookings_go_on_when_only_redis_has_no_room(disk, open_salon, tmp_path):
    desk = open_salon(customers=8, DATABASE_URL=f"sqlite:///{tmp_path}/elsewhere.sqlite3")
    disk.fill()
    wait_until(lambda: desk.health().get("redis") == NO_ROOM)
    for _ in range(4):
        answer = desk.book(reminder_in=1)
        assert answer.status == 201
        assert answer.seconds < 2
    assert len(desk.rows()) == 8  # Redis may find room for one on a block that a log gave back
    disk.free()
    desk.until_told(timeout=30)
    wait_until(lambda: desk.health() == {}, timeout=30)


def test_a_full_disk_of_postgresql_is_seen_though_small_writes_pass(postgres, open_salon):
    server, disk = postgres
    desk = open_salon(customers=80, DATABASE_URL=server.url)
    disk.fill()
    answers = [desk.book(reminder_in=12) for _ in range(3)]
    while answers[-1].status == 201:
        answers.append(desk.book())
    assert (answers[-1].status, answers[-1].body["code"]) == (503, "not_writable")
    assert desk.health() == {"storage": "the disk is full"}
    assert desk.look_at_the_day().body["count"] == len(desk.booked)
    disk.free()
    desk.goes_on_by_itself()
