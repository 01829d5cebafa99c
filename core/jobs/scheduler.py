"""Leader election: of several schedulers one runs the jobs."""

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
    """Return `job` restricted to the leader; its errors are logged and never raised."""

    def run() -> None:
        if not leader.leads:
            return
        close_old_connections()
        try:
            job()
        except Exception as error:
            # A refusal by the database repeats every few seconds: log one line, no traceback.
            trace = not is_database_refusal(error)
            logger.exception("job_failed", job=name, error=type(error).__name__, exc_info=trace)
        finally:
            close_old_connections()

    return run


class Leader:
    """Hold the lease in Redis that makes this scheduler the leader."""

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
        """Acquire or renew the lease and beat; without Redis nobody leads until the next try."""
        try:
            self.leads = self._extend_lease() or bool(self.lock.acquire(blocking=False))
            heartbeat.record_heartbeat(enqueue.get_broker(), "scheduler")
        except RedisError as error:
            self.leads = False
            logger.warning("scheduler_without_redis", error=type(error).__name__)

    def _extend_lease(self) -> bool:
        """Extend the lease by `LEASE_SECONDS`; return False when it is not ours."""
        try:
            return bool(self.lock.local.token) and bool(self.lock.reacquire())
        except LockError:
            return False

    def resign(self) -> None:
        """Release the lease, so that another scheduler takes over at once."""
        try:
            if self.lock.local.token:
                self.lock.release()
        except (LockError, RedisError):
            logger.info("lease_ran_out")
