"""The part of benchmarks/refill.py that runs inside Django, beside a scheduler of its own."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from booking_api import enqueue
from notification.models import AppointmentNotification, Kind
from runner import parts
from runner.configuration import ROOT
from salon.models import Salon
from tests.waiting import wait_until

NEAR = 0.1  # of all rows are due within the hour
FIRST, HOUR, LAST = timedelta(minutes=10), timedelta(hours=1), timedelta(days=90)
AT_ONCE = 5000  # rows inserted by one query
LONGEST = 1800.0  # seconds


def measure(rows: int) -> dict[str, float]:
    """Seconds from FLUSHALL until parts of the ledger are back in Redis, and in which order."""
    call_command("migrate", verbosity=0)
    near = int(rows * NEAR)
    write_ledger(due_times(rows, near))
    ranks = {
        message_id: rank
        for rank, message_id in enumerate(
            AppointmentNotification.objects.order_by("wake_at").values_list("message_id", flat=True)
        )
    }
    broker = enqueue.broker()
    with scheduler() as pid:
        wait_until(lambda: broker.waiting() == rows, timeout=LONGEST)
        broker.client.flushall()
        watch = Watch(ranks, near)
        wait_until(watch.is_full, timeout=LONGEST)
        memory = peak_memory(pid)
    return {
        "rows": rows,
        "near": near,
        "noticed": watch.noticed,
        "hour": watch.hour,
        "all": watch.full,
        "rate": (rows - near) / (watch.full - watch.hour),
        "out_of_order": watch.out_of_order,
        "memory": memory,
    }


class Watch:
    """Looks at the Redis that is being filled; times are seconds since this was made."""

    def __init__(self, ranks: dict[str, int], near: int) -> None:
        self.started = time.monotonic()
        self.ranks, self.near = ranks, near
        self.noticed = self.hour = self.full = 0.0
        self.out_of_order = 0

    def is_full(self) -> bool:
        """Note what is back; whether all of it is."""
        broker, now = enqueue.broker(), time.monotonic() - self.started
        with broker.client.pipeline() as together:
            together.zcard("dramatiq:default.DQ.eta")
            together.zrevrange("dramatiq:default.DQ.eta", 0, 0)
            count, furthest = together.execute()
        # Nearest first: all that is due before the furthest one is there too.
        if furthest and self.ranks[furthest[0].decode()] + 1 != count:
            self.out_of_order += 1
        if count and not self.noticed:
            self.noticed = now
        if count >= self.near and not self.hour:
            self.hour = now
        if count == len(self.ranks):
            self.full = now
        return bool(self.full)


@contextmanager
def scheduler() -> Iterator[int]:
    """The scheduler of `make run` beside us; its process id."""
    process = subprocess.Popen(
        parts.scheduler().command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def peak_memory(pid: int) -> float:
    """The most memory the process ever held, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def due_times(rows: int, near: int) -> Iterator[datetime]:
    """`near` times within the hour and the rest within 90 days, no two the same."""
    now = datetime.now(UTC)
    for number in range(near):
        yield now + FIRST + (HOUR - FIRST) * number / near
    for number in range(rows - near):
        yield now + HOUR + (LAST - HOUR) * (number + 1) / (rows - near)


def write_ledger(due: Iterator[datetime]) -> None:
    """Pending reminders, each of a visit of its own that nothing here looks at."""
    salon = Salon.objects.create(name="Aurora", timezone="America/New_York")
    AppointmentNotification.objects.bulk_create(
        (
            AppointmentNotification(
                salon=salon,
                visit_id=number,
                kind=Kind.REMINDER,
                revision=1,
                offset_minutes=60,
                due_at=moment,
                wake_at=moment,
                woken_until=moment + timedelta(minutes=1),
                starts_at=moment + timedelta(minutes=60),
            )
            for number, moment in enumerate(due, start=1)
        ),
        batch_size=AT_ONCE,
    )
