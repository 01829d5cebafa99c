"""A worker's consumers: one reads ready messages, one makes due messages ready."""

# mypy: allow-untyped-calls
# (Dramatiq's Redis consumer and its errors have no annotations.)

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import redis
from dramatiq import Consumer, MessageProxy
from dramatiq.brokers.redis import _RedisConsumer
from dramatiq.errors import ConnectionClosed, DecodeError

if TYPE_CHECKING:
    from delay_queue.broker import DelayQueueBroker

#: How many messages one step makes ready at most: a few milliseconds of Redis's time.
PROMOTION_BATCH = 500

#: The longest pause in milliseconds between two looks at what is due.
LONGEST_PAUSE_MS = 1_000

#: The longest pause in milliseconds of an idle worker between two looks for ready messages. It
#: is what a lone message waits at most; Dramatiq's own second is noticeable.
LONGEST_IDLE_MS = 200

#: The same of a worker that is busy, so that no thread waits for a message that is ready.
LONGEST_BUSY_MS = 50

#: How often a worker shows that it lives within the span after which it would count as dead.
HEARTBEATS_PER_TIMEOUT = 6


@contextmanager
def translate_redis_errors() -> Iterator[None]:
    """Raise every failure of Redis as ConnectionClosed, so that a worker reconnects.

    Dramatiq's own consumer lets time-outs through, and with them a frozen Redis stops a worker
    for good. A Redis that takes no writes (no memory, no disk) is handled alike, or finished
    messages would never be acknowledged.
    """
    try:
        yield
    except redis.RedisError as error:
        raise ConnectionClosed(error) from error


class PromotingConsumer(Consumer):
    """Make due messages ready. Hands no message to the worker, so none waits in its memory.

    A worker starts one where Dramatiq reads its delay queue: pausing, stopping, `--queues` and
    reconnecting are the worker's own.
    """

    def __init__(self, broker: DelayQueueBroker, queue_name: str, timeout: int) -> None:
        self.broker = broker
        self.queue_name = queue_name
        self.longest_pause = min(timeout, LONGEST_PAUSE_MS)

    def __next__(self) -> None:
        with translate_redis_errors():
            taken, pause_ms = self.broker.promote(
                self.queue_name, PROMOTION_BATCH, self.longest_pause
            )
        if taken < PROMOTION_BATCH:
            time.sleep(pause_ms / 1000)


class ReadyConsumer(_RedisConsumer):
    """Dramatiq's consumer, which also finds messages that it or another worker lost."""

    def __init__(
        self, broker: DelayQueueBroker, queue_name: str, prefetch: int, timeout: int
    ) -> None:
        super().__init__(broker, queue_name, prefetch, timeout)
        self.idle_pause = min(timeout, LONGEST_IDLE_MS)
        self.busy_pause = min(timeout, LONGEST_BUSY_MS)
        self.held = broker.held[queue_name]
        self.acks = f"{broker.namespace}:__acks__.{broker.broker_id}.{queue_name}"
        self.upkeep_every = broker.heartbeat_timeout / 1000 / HEARTBEATS_PER_TIMEOUT
        self.next_upkeep = time.monotonic()
        # After an outage every worker looks dead until it has shown itself again.
        self.judge_others_from = self.next_upkeep + 2 * self.upkeep_every

    def __next__(self) -> MessageProxy | None:
        with translate_redis_errors():
            if not self.message_cache and time.monotonic() >= self.next_upkeep:
                self.upkeep()
            self.timeout = self.busy_pause if self.held else self.idle_pause
            try:
                message: MessageProxy | None = super().__next__()
            except DecodeError as error:
                self.reject_unreadable(error.data)
                return None
        if message is not None:
            self.held.add(message.options["redis_message_id"])
        return message

    def upkeep(self) -> None:
        """Show that this worker lives; queue again what it, or a worker now dead, has lost.

        Dramatiq's script notes a sign of life at each command and does no more for these two
        names; `maintain` is the one at which it looks for dead workers and expired dead letters.
        """
        now = time.monotonic()
        self.next_upkeep = now + self.upkeep_every
        if now < self.judge_others_from:
            self.broker.do_heartbeat(self.queue_name)
        else:
            self.broker.do_maintain(self.queue_name)
        self.requeue_lost()

    def requeue_lost(self) -> None:
        """Queue again what Redis handed over in an answer that never arrived.

        Only this thread fetches, and an id that another thread acknowledges meanwhile is no longer
        Redis's to requeue, so nothing in this worker's hands is queued a second time.
        """
        handed_over = {redis_id.decode() for redis_id in self.broker.client.smembers(self.acks)}
        lost = handed_over - self.held
        if lost:
            self.logger.warning("Queueing again %r, handed over in a lost answer.", lost)
            self.broker.do_requeue(self.queue_name, *lost)

    def reject_unreadable(self, payload: bytes) -> None:
        """Reject a message that can't be decoded, or it would be redelivered for ever."""
        messages = f"{self.broker.namespace}:{self.queue_name}.msgs"
        for redis_id in self.broker.client.smembers(self.acks):
            if self.broker.client.hget(messages, redis_id) == payload:
                self.logger.error("Rejecting message %s: not readable.", redis_id.decode())
                self.broker.do_nack(self.queue_name, redis_id)

    def ack(self, message: MessageProxy) -> None:
        with translate_redis_errors():
            super().ack(message)
        self.held.discard(message.options["redis_message_id"])

    def nack(self, message: MessageProxy) -> None:
        with translate_redis_errors():
            super().nack(message)
        self.held.discard(message.options["redis_message_id"])

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        messages = list(messages)
        with translate_redis_errors():
            super().requeue(messages)
        self.held.difference_update(message.options["redis_message_id"] for message in messages)
