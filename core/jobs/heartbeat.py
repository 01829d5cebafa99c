"""Heartbeats of workers and scheduler, kept in Redis and read by /health/.

Keys: `{ns}:alive:{part}`, a sorted set: member = one process, score = Redis' own time (s) of its
last beat. Redis' clock alone counts.
"""

import os
import socket
import threading
from typing import Any

import structlog
from dramatiq import Broker, Middleware, Worker
from redis.exceptions import RedisError

from delay_queue.broker import DelayQueueBroker

BEAT_INTERVAL = 5  # seconds between two beats
STALE_AFTER = 15  # seconds after which a part counts as dead
FORGET_AFTER = 3600  # seconds after which a process is no longer listed

logger = structlog.get_logger(__name__)


def build_heartbeat_key(broker: DelayQueueBroker, part: str) -> str:
    return f"{broker.namespace}:alive:{part}"


def read_redis_time(broker: DelayQueueBroker) -> float:
    """Return Redis' time in seconds since 1970."""
    seconds, microseconds = broker.client.time()
    return float(seconds) + float(microseconds) / 1e6


def record_heartbeat(broker: DelayQueueBroker, part: str) -> None:
    """Record that this process lives."""
    now = read_redis_time(broker)
    name = build_heartbeat_key(broker, part)
    with broker.client.pipeline() as pipe:
        pipe.zadd(name, {f"{socket.gethostname()}:{os.getpid()}": now})
        pipe.zremrangebyscore(name, 0, now - FORGET_AFTER)
        pipe.execute()


def read_last_heartbeat_age(broker: DelayQueueBroker, part: str) -> float | None:
    """Return the seconds since the last beat of any process of `part`; None without one."""
    newest = broker.client.zrevrange(build_heartbeat_key(broker, part), 0, 0, withscores=True)
    return max(0.0, read_redis_time(broker) - float(newest[0][1])) if newest else None


class WorkerHeartbeat(Middleware):
    """Record heartbeats while a worker process runs, even when all its threads are busy."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        self.stopped.clear()
        threading.Thread(target=self.run, args=(broker,), daemon=True, name="heartbeat").start()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        self.stopped.set()

    def run(self, broker: Any) -> None:
        """Beat until the worker stops; retry while Redis is down."""
        while not self.stopped.is_set():
            try:
                record_heartbeat(broker, "worker")
            except RedisError as error:
                logger.warning("heartbeat_failed", error=type(error).__name__)
            self.stopped.wait(BEAT_INTERVAL)
