"""Dramatiq's own Redis broker with the public recipe for cancelling, and our delay queue.

    python -m benchmarks.queue_side_by_side.__main__ [--quick]

Both in one run, each measure on a fresh Redis of its own with an append-only file. Exit status 1
when a goal of ours is missed.
"""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.queue_side_by_side.brokers import (
    BROKERS,
    DelayBroker,
    Journal,
    QueueBroker,
    StockBroker,
)
from benchmarks.queue_side_by_side.worker import WorkerProcess
from testkit import report
from testkit.report import RoundedNumber
from testkit.servers.redis_server import RedisServer
from testkit.waiting import wait_until

CANCELLED = 20  # messages
SINGLE_CALLS = 5_000  # timed enqueues and cancels
PATIENCE = 30.0  # seconds after its due time until a message counts as not delivered
LEAD = 10  # seconds for sending the messages whose lateness is measured
GOAL_ENQUEUE_MANY = 5_000  # messages a second


@dataclass(frozen=True)
class QueueSize:
    """How much is measured; the full size, and one for a quick look."""

    far: int
    pending: dict[str, int]
    timed: int
    window: int  # seconds within which the timed ones fall due


FULL = QueueSize(far=20_000, pending={"stock": 100_000, "ours": 1_000_000}, timed=10_000, window=60)
QUICK = QueueSize(far=9_000, pending={"stock": 10_000, "ours": 50_000}, timed=1_000, window=10)


@dataclass(frozen=True)
class QueueResult:
    """What came out for one side. Rates are per second."""

    fired: int
    near: float | None  # seconds late; None: not within PATIENCE
    memory: float  # MiB
    bytes_each: float
    enqueues: float
    many_enqueues: float
    cancels: float
    late: list[float]  # seconds


class QueueBench:
    """A fresh Redis and journal for one measure of one side."""

    def __init__(self, side: str, server: RedisServer, folder: Path) -> None:
        self.url = server.url
        self.journal = Journal(folder / "journal")
        self.side: QueueBroker = BROKERS[side](server.url, self.journal)

    def worker(self, prefetch: int | None = None) -> WorkerProcess:
        return WorkerProcess(self.side.name, self.url, self.journal, prefetch)

    def arrived(self, count: int, timeout: float) -> dict[str, float]:
        """Label -> lateness in seconds, once `count` ran or `timeout` seconds have passed."""
        deadline = time.monotonic() + timeout
        wait_until(
            lambda: len(self.journal.lateness()) >= count or time.monotonic() > deadline,
            timeout=timeout + 5,
        )
        return self.journal.lateness()


@contextmanager
def open_queue_bench(side: str) -> Iterator[QueueBench]:
    """Everything fresh, and gone afterwards."""
    with RedisServer() as server, TemporaryDirectory(prefix="queue-bench-") as folder:
        yield QueueBench(side, server, Path(folder))


def count_cancelled_that_ran(side: str) -> int:
    """Sent while a worker runs, taken back a second later, two seconds before they are due."""
    with open_queue_bench(side) as fresh, fresh.worker():
        ids = [fresh.side.send(str(number), 3_000) for number in range(CANCELLED)]
        time.sleep(1)  # a customer who changes her mind, once the worker had time to fetch
        taken_back = sum(fresh.side.cancel(redis_id) for redis_id in ids)
        assert taken_back == CANCELLED, "the broker refused to cancel"
        return len(fresh.arrived(CANCELLED, timeout=5))


def measure_delay_behind_far_messages(side: str, far: int) -> float | None:
    """How late a message due in five seconds runs, sent after `far` far-off ones."""
    with open_queue_bench(side) as fresh:
        fresh.side.send_many(far)
        with fresh.worker():
            fresh.side.send("near", 5_000)
            return fresh.arrived(1, timeout=5 + PATIENCE).get("near")


def measure_at_size(side: str, pending: int) -> dict[str, float]:
    """Memory and rates with so many messages pending."""
    with open_queue_bench(side) as fresh:
        empty = fresh.side.broker.client.info("memory")["used_memory"]
        many_enqueues = measure_rate(pending, lambda: fresh.side.send_many(pending))
        full = fresh.side.broker.client.info("memory")["used_memory"]
        memory = measure_worker_memory(fresh, pending)
        ids: list[str] = []
        enqueues = measure_rate(
            SINGLE_CALLS, lambda: ids.extend(fresh.side.send("far") for _ in range(SINGLE_CALLS))
        )
        cancels = measure_rate(
            SINGLE_CALLS, lambda: [fresh.side.cancel(redis_id) for redis_id in ids]
        )
        return {
            "memory": memory,
            "bytes_each": (full - empty) / pending,
            "enqueues": enqueues,
            "many_enqueues": many_enqueues,
            "cancels": cancels,
        }


def measure_worker_memory(fresh: QueueBench, pending: int) -> float:
    """MiB of a worker that may fetch all that is pending, after it delivered one more message."""
    with fresh.worker(prefetch=pending + 1) as worker:
        fresh.side.send("probe", 2_000)
        assert fresh.arrived(1, timeout=120), "the probe never ran"
        return worker.memory()


def measure_rate(count: int, call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return count / (time.monotonic() - began)


def measure_queue_lateness(side: str, count: int, window: int) -> list[float]:
    """Seconds, for `count` messages due evenly over `window` seconds, with two workers."""
    with open_queue_bench(side) as fresh, fresh.worker(), fresh.worker():
        began = time.time()
        for number in range(count):
            due = began + LEAD + number * window / count
            fresh.side.send(str(number), round((due - time.time()) * 1000))
        return list(fresh.arrived(count, timeout=LEAD + window + PATIENCE).values())


def measure_broker(side: str, size: QueueSize) -> QueueResult:
    return QueueResult(
        fired=count_cancelled_that_ran(side),
        near=measure_delay_behind_far_messages(side, size.far),
        late=measure_queue_lateness(side, size.timed, size.window),
        **measure_at_size(side, size.pending[side]),
    )


def build_queue_rows(
    size: QueueSize, stock: QueueResult, ours: QueueResult
) -> Iterator[tuple[str, str, str]]:
    def row(title: str, shown: Callable[[QueueResult], object]) -> tuple[str, str, str]:
        return title, str(shown(stock)), str(shown(ours))

    yield row(f"cancelled messages that still ran, of {CANCELLED}", lambda side: side.fired)
    yield row(
        f"due in 5 s behind {size.far:,} far-off ones: late by",
        lambda side: f"not within {PATIENCE:.0f} s" if side.near is None else f"{side.near:.2f} s",
    )
    yield "pending for the next rows", f"{size.pending['stock']:,}", f"{size.pending['ours']:,}"
    yield row("memory of a worker, MiB", lambda side: RoundedNumber(side.memory, 0))
    yield row("memory of Redis, bytes a message", lambda side: RoundedNumber(side.bytes_each, 0))
    yield row("enqueues a second, one by one", lambda side: RoundedNumber(side.enqueues, 0))
    yield row(
        "enqueues a second, as fast as it can", lambda side: RoundedNumber(side.many_enqueues, 0)
    )
    yield row("cancels a second, one by one", lambda side: RoundedNumber(side.cancels, 0))
    due = f"{size.timed:,} due within {size.window} s, two workers"
    yield row(f"{due}: delivered", lambda side: f"{len(side.late):,}")
    for percent in (50, 99):
        yield row(
            f"{due}: p{percent} late by, ms",
            lambda side, percent=percent: RoundedNumber(
                report.compute_percentile(side.late, percent) * 1000, 0
            ),
        )


def measure_queues(size: QueueSize) -> bool:
    """Print the table; whether our goals were met."""
    stock, ours = measure_broker("stock", size), measure_broker("ours", size)
    print(
        report.format_markdown_table(
            ["", StockBroker.title, DelayBroker.title], build_queue_rows(size, stock, ours)
        ),
        flush=True,
    )
    goals = {
        "no cancelled message runs": ours.fired == 0,
        "far messages don't hold up a near one": ours.near is not None and ours.near < 1,
        "a worker's memory doesn't grow with what is pending": ours.memory < stock.memory,
        f"{GOAL_ENQUEUE_MANY:,} enqueues a second": ours.many_enqueues >= GOAL_ENQUEUE_MANY,
        "all that is due is delivered": len(ours.late) == size.timed,
    }
    missed = [goal for goal, met in goals.items() if not met]
    print(f"\nGoals: {'all met' if not missed else 'MISSED: ' + '; '.join(missed)}", flush=True)
    return not missed


def main() -> None:
    """Read the options and run."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of five")
    options = parser.parse_args()
    report.run_benchmark(
        "The delay queue", lambda: measure_queues(QUICK if options.quick else FULL)
    )


if __name__ == "__main__":
    main()
