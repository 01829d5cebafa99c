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

from booking_api.broker import DelayQueueBroker, message_for

QUEUE = "default"
REDIS_FAILURES = (RedisError, BrokerConnectionError, OSError)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wake:
    """A call of an actor that Redis shall make."""

    actor: "dramatiq.Actor[..., Any]"
    args: tuple[Any, ...]
    message_id: str
    at: datetime | None = None  # aware; None: at once


def broker() -> DelayQueueBroker:
    """The broker that Django's settings made."""
    return cast(DelayQueueBroker, dramatiq.get_broker())


def enqueue(wakes: Sequence[Wake]) -> None:
    """Hand `wakes` to Redis now, in one round trip.

    Raises:
        one of REDIS_FAILURES: Redis can't be reached or takes no writes.
    """
    now = timezone.now()
    broker().enqueue_many(
        (message_for(wake.actor, *wake.args, message_id=wake.message_id), delay(wake.at, now))
        for wake in wakes
    )


def delay(at: datetime | None, now: datetime) -> int | None:
    """Milliseconds from `now` to `at`; None when it is time already."""
    if at is None or at <= now:
        return None
    # Rounded up: a wake-up must not come before its time.
    return int((at - now).total_seconds() * 1000) + 1


class NotAsked(RedisError):
    """Redis did not answer a moment ago and was not asked again."""


class Patience:
    """Lets a request wait for a frozen Redis once: for a while nobody asks after that."""

    PAUSE = 5.0  # seconds; the sweeper makes up for what is not handed over meanwhile

    def __init__(self) -> None:
        self.over_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within it Redis is asked. Raises NotAsked when it was silent just now."""
        if time.monotonic() < self.over_until:
            raise NotAsked
        try:
            yield
        except RedisTimeoutError:
            self.over_until = time.monotonic() + self.PAUSE
            raise


patience = Patience()


def enqueue_on_commit(wakes: Sequence[Wake], on_failure: Callable[[], None] | None = None) -> None:
    """Hand `wakes` to Redis once the transaction is committed; never if it is rolled back."""

    def hand_over() -> None:
        try:
            with patience.asking():
                enqueue(wakes)
        except REDIS_FAILURES as error:
            logger.warning("enqueue_failed", count=len(wakes), error=type(error).__name__)
            if on_failure is not None:
                on_failure()

    if wakes:
        transaction.on_commit(hand_over, robust=True)


def cancel_on_commit(message_ids: Sequence[str]) -> None:
    """Take waiting messages out of Redis once the transaction is committed."""

    def take_back() -> None:
        try:
            with patience.asking():
                broker().cancel_many(message_ids, QUEUE)
        except REDIS_FAILURES as error:
            # Harmless: the row is no longer pending, so the wake-up will do nothing.
            logger.warning("cancel_failed", count=len(message_ids), error=type(error).__name__)

    if message_ids:
        transaction.on_commit(take_back, robust=True)
