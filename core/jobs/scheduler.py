"""The lease that lets one scheduler of many run the jobs."""

from collections.abc import Callable

import structlog
from django.db import close_old_connections
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from core.api.errors import is_database_refusal
from core.jobs import enqueue, heartbeat

LEASE_SECONDS = 12  # seconds another scheduler waits before it takes over from one that died

logger = structlog.get_logger(__name__)


def build_leader_job(leader: "Leader", job: Callable[[], None], name: str) -> Callable[[], None]:
    """`job`, run only while this process leads; an error is logged and the next run comes."""

    def run() -> None:
        if not leader.leads:
            return
        close_old_connections()
        try:
            job()
        except Exception as error:
            # What the database refuses comes every few seconds while it does: in one line.
            trace = not is_database_refusal(error)
            logger.exception("job_failed", job=name, error=type(error).__name__, exc_info=trace)
        finally:
            close_old_connections()

    return run


class Leader:
    """Holds the lease that lets one scheduler of many run the jobs."""

    def __init__(self) -> None:
        broker = enqueue.get_broker()
        self.lock = Lock(
            broker.client,
            f"{broker.namespace}:scheduler",
            timeout=LEASE_SECONDS,
            thread_local=False,
        )
        self.leads = False

    def renew(self) -> None:
        """Take or keep the lease and beat; without Redis nothing is led, and we try again."""
        try:
            self.leads = self.keep() or bool(self.lock.acquire(blocking=False))
            heartbeat.record_heartbeat(enqueue.get_broker(), "scheduler")
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
