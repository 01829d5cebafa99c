"""The part of benchmarks/refill/__main__.py that runs inside Django, beside a scheduler of its
own."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from benchmarks.refill import full_ledger
from core.jobs import enqueue
from notification.models import AppointmentNotification
from runner import parts
from runner.configuration import ROOT
from testkit.waiting import wait_until

LONGEST = 1800.0  # seconds


def measure_refill_inside(rows: int) -> dict[str, float]:
    """Seconds from FLUSHALL until parts of the ledger are back in Redis, and in which order."""
    call_command("migrate", verbosity=0)
    near = full_ledger.write_pending_reminders(rows)
    broker = enqueue.get_broker()
    with start_scheduler() as pid:
        wait_until(lambda: broker.waiting() == rows, timeout=LONGEST)
        return {**empty_redis_and_measure(near), "memory": read_process_peak_memory(pid)}


def empty_redis_and_measure(near: int) -> dict[str, float]:
    """Empty Redis beside a scheduler, and see how what is pending comes back.

    `near` of the pending rows are due within the hour.
    """
    ids = AppointmentNotification.objects.pending().order_by("wake_at")
    ranks = {id_: rank for rank, id_ in enumerate(ids.values_list("message_id", flat=True))}
    # Redis frees a million messages in the background: that it is busy with it is not the point.
    enqueue.get_broker().client.flushall(asynchronous=True)
    watch = RefillWatch(ranks, near)
    wait_until(watch.is_full, timeout=LONGEST)
    return {
        "rows": len(ranks),
        "near": near,
        "noticed": watch.noticed,
        "hour": watch.hour,
        "all": watch.full,
        "rate": (len(ranks) - near) / (watch.full - watch.hour),
        "out_of_order": watch.out_of_order,
    }


class RefillWatch:
    """Looks at the Redis that is being filled; times are seconds since this was made."""

    def __init__(self, ranks: dict[str, int], near: int) -> None:
        self.started = time.monotonic()
        self.ranks, self.near = ranks, near
        self.noticed = self.hour = self.full = 0.0
        self.out_of_order = 0

    def is_full(self) -> bool:
        """Note what is back; whether all of it is."""
        broker, now = enqueue.get_broker(), time.monotonic() - self.started
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
def start_scheduler() -> Iterator[int]:
    """The scheduler of `make run` beside us; its process id."""
    process = subprocess.Popen(
        parts.build_scheduler_part().command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def read_process_peak_memory(pid: int) -> float:
    """The most memory the process ever held, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
