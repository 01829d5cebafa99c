"""The one way a message reaches Redis: after the commit, at its time, under an id chosen before.

Nothing here raises when Redis is down: the rows of the ledger hold the truth and the sweeper
finds them. The caller is told through `on_failure`, so that it can mark its rows.
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
    """A call of an actor that Redis shall make."""

    actor: "dramatiq.Actor[..., Any]"
    args: tuple[Any, ...]
    message_id: str
    at: datetime | None = None  # aware; None: at once


def get_broker() -> DelayQueueBroker:
    """The broker that Django's settings made."""
    return cast(DelayQueueBroker, dramatiq.get_broker())


def enqueue_calls(wakes: Sequence[ActorCall]) -> None:
    """Hand `wakes` to Redis now, in one round trip.

    Raises:
        one of REDIS_FAILURES: Redis can't be reached or takes no writes.
    """
    now = timezone.now()
    get_broker().enqueue_many(
        (
            build_message(wake.actor, *wake.args, message_id=wake.message_id),
            compute_delay_ms(wake.at, now),
        )
        for wake in wakes
    )


def compute_delay_ms(at: datetime | None, now: datetime) -> int | None:
    """Milliseconds from `now` to `at`; None when it is time already."""
    if at is None or at <= now:
        return None
    # Rounded up: a wake-up must not come before its time.
    return int((at - now).total_seconds() * 1000) + 1


class CircuitOpen(RedisError):
    """Redis did not answer a moment ago and was not asked again."""


class RedisCircuitBreaker:
    """Lets a request wait for a frozen Redis once: for a while nobody asks after that."""

    PAUSE = 5.0  # seconds; the sweeper makes up for what is not handed over meanwhile

    def __init__(self) -> None:
        self.over_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within it Redis is asked. Raises NotAsked when it was silent just now."""
        if time.monotonic() < self.over_until:
            raise CircuitOpen
        try:
            yield
        except RedisTimeoutError:
            self.over_until = time.monotonic() + self.PAUSE
            raise


redis_circuit_breaker = RedisCircuitBreaker()


def enqueue_calls_on_commit(
    wakes: Sequence[ActorCall], on_failure: Callable[[], None] | None = None
) -> None:
    """Hand `wakes` to Redis once the transaction is committed; never if it is rolled back."""

    def hand_over() -> None:
        try:
            with redis_circuit_breaker.asking():
                enqueue_calls(wakes)
        except REDIS_FAILURES as error:
            logger.warning("enqueue_failed", count=len(wakes), error=type(error).__name__)
            if on_failure is not None:
                on_failure()

    if wakes:
        transaction.on_commit(hand_over, robust=True)


def cancel_messages_on_commit(message_ids: Sequence[str]) -> None:
    """Take waiting messages out of Redis once the transaction is committed."""

    def take_back() -> None:
        try:
            with redis_circuit_breaker.asking():
                get_broker().cancel_many(message_ids, QUEUE)
        except REDIS_FAILURES as error:
            # Harmless: the row is no longer pending, so the wake-up will do nothing.
            logger.warning("cancel_failed", count=len(message_ids), error=type(error).__name__)

    if message_ids:
        transaction.on_commit(take_back, robust=True)
