"""Enqueueing on commit: each message is due at its time, under an id chosen before.

The functions `…_on_commit` never raise when Redis is down: the ledger decides, and the sweeper
finds what is due. `on_failure` lets the caller mark its notifications.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import dramatiq
import structlog
from django.db import transaction
from django.utils import timezone
from dramatiq.errors import BrokerConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from delay_queue.broker import DelayQueueBroker, build_message

QUEUE = "default"
REDIS_FAILURES = (RedisError, BrokerConnectionError, OSError)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ActorCall:
    """A call of an actor, to be queued in Redis."""

    actor: "dramatiq.Actor[..., Any]"
    args: tuple[Any, ...]
    message_id: str
    at: datetime | None = None  # aware; None: at once


def get_broker() -> DelayQueueBroker:
    """Return the broker built from Django's settings."""
    return cast(DelayQueueBroker, dramatiq.get_broker())


def enqueue_calls(calls: Sequence[ActorCall]) -> None:
    """Enqueue `calls` now, in one round trip.

    Raises:
        one of REDIS_FAILURES: Redis can't be reached or takes no writes.
    """
    now = timezone.now()
    get_broker().enqueue_many(
        (
            build_message(call.actor, *call.args, message_id=call.message_id),
            compute_delay_ms(call.at, now),
        )
        for call in calls
    )


def compute_delay_ms(at: datetime | None, now: datetime) -> int | None:
    """Return the milliseconds from `now` to `at`; None when `at` has passed."""
    if at is None or at <= now:
        return None
    # Rounded up: an actor must not run early.
    return int((at - now).total_seconds() * 1000) + 1


class CircuitOpen(RedisError):
    """Redis timed out a moment ago, so this call was not tried."""


class RedisCircuitBreaker:
    """A circuit breaker: after one time-out no call is tried for `PAUSE` seconds."""

    PAUSE = 5.0  # seconds; the sweeper enqueues what is skipped meanwhile

    def __init__(self) -> None:
        self.open_until = 0.0

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Run a call to Redis; a time-out opens the circuit.

        Raises:
            CircuitOpen: Redis timed out a moment ago.
        """
        if time.monotonic() < self.open_until:
            raise CircuitOpen
        try:
            yield
        except RedisTimeoutError:
            self.open_until = time.monotonic() + self.PAUSE
            raise


redis_circuit_breaker = RedisCircuitBreaker()


def enqueue_calls_on_commit(
    calls: Sequence[ActorCall], on_failure: Callable[[], None] | None = None
) -> None:
    """Enqueue `calls` once the transaction is committed; never if it is rolled back."""

    def enqueue_now() -> None:
        try:
            with redis_circuit_breaker.guard():
                enqueue_calls(calls)
        except REDIS_FAILURES as error:
            logger.warning("enqueue_failed", count=len(calls), error=type(error).__name__)
            if on_failure is not None:
                on_failure()

    if calls:
        transaction.on_commit(enqueue_now, robust=True)


def cancel_messages_on_commit(message_ids: Sequence[str]) -> None:
    """Cancel waiting messages once the transaction is committed."""

    def cancel_now() -> None:
        try:
            with redis_circuit_breaker.guard():
                get_broker().cancel_many(message_ids, QUEUE)
        except REDIS_FAILURES as error:
            # Harmless: the notification is no longer pending, so its actor will do nothing.
            logger.warning("cancel_failed", count=len(message_ids), error=type(error).__name__)

    if message_ids:
        transaction.on_commit(cancel_now, robust=True)
