"""`manage.py run_scheduler`: the clock of the installation. One beats, others stand by."""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.module_loading import import_string
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from booking_api import enqueue, heartbeat
from booking_api.errors import is_refusal_of_database

LEASE = 12  # seconds another scheduler waits before it takes over from one that died

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Runs settings.SCHEDULED_JOBS until SIGTERM or SIGINT."""

    help = "Runs the periodic jobs: the sweeper and all that must happen without being asked."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        leader = Leader()
        scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1}
        )
        for job in settings.SCHEDULED_JOBS:
            run = only_as_leader(leader, import_string(job["run"]), job["run"])
            # What runs every few seconds begins at once; what has its hour waits for it.
            start = {"next_run_time": datetime.now(UTC)} if job["trigger"] == "interval" else {}
            scheduler.add_job(run, job["trigger"], **job["when"], id=job["run"], **start)
        leader.renew()
        scheduler.start()
        while not stopped.is_set():
            leader.renew()
            stopped.wait(heartbeat.BEAT)
        scheduler.shutdown(wait=True)
        leader.resign()


def only_as_leader(leader: "Leader", job: Callable[[], None], name: str) -> Callable[[], None]:
    """`job`, run only while this process leads; an error is logged and the next run comes."""

    def run() -> None:
        if not leader.leads:
            return
        close_old_connections()
        try:
            job()
        except Exception as error:
            # What the database refuses comes every few seconds while it does: in one line.
            trace = not is_refusal_of_database(error)
            logger.exception("job_failed", job=name, error=type(error).__name__, exc_info=trace)
        finally:
            close_old_connections()

    return run


class Leader:
    """Holds the lease that lets one scheduler of many run the jobs."""

    def __init__(self) -> None:
        broker = enqueue.broker()
        self.lock = Lock(
            broker.client, f"{broker.namespace}:scheduler", timeout=LEASE, thread_local=False
        )
        self.leads = False

    def renew(self) -> None:
        """Take or keep the lease and beat; without Redis nothing is led, and we try again."""
        try:
            self.leads = self.keep() or bool(self.lock.acquire(blocking=False))
            heartbeat.beat(enqueue.broker(), "scheduler")
        except RedisError as error:
            self.leads = False
            logger.warning("scheduler_without_redis", error=type(error).__name__)

    def keep(self) -> bool:
        """Whether the lease was still ours and now lasts `LEASE` seconds more."""
        try:
            return bool(self.lock.local.token) and bool(self.lock.reacquire())
        except LockError:
            return False

    def resign(self) -> None:
        """Give the lease back, so that another takes over at once."""
        try:
            if self.lock.local.token:
                self.lock.release()
        except (LockError, RedisError):
            logger.info("lease_ran_out")
