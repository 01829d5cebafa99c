"""A Dramatiq broker whose delayed messages wait in Redis, in order of their due time.

Dramatiq's own Redis broker hands delayed messages to the workers, which keep them in memory: they
can't be taken back, a far one blocks a near one, and memory grows with all that is pending. Here
they wait in a sorted set and become ordinary messages when they are due. The keys are described in
`delay_queue/enqueue.lua`.

What holds:

- A message whose `cancel` answered True never runs. One that is due already can't be cancelled.
- Delivery is at least once. What a worker held when it was killed, or was frozen for longer than
  `heartbeat_timeout`, runs again elsewhere. What must happen once is decided by a row of the
  database, never by a message.
- An id chosen beforehand (`build_message`) counts for one `enqueue`; a retry has an id of its own.
- A retry is lost when Redis is away in the moment the actor fails: Dramatiq logs that and goes on.

Give it a Redis database of its own, with an append-only file and `noeviction`, and never run
Dramatiq's own Redis broker on the same keys.
"""

# mypy: allow-untyped-calls
# (Dramatiq's Redis broker has no annotations.)

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import redis
from dramatiq import Actor, Consumer, DecodeError, Message, Middleware
from dramatiq.brokers.redis import DEFAULT_DEAD_MESSAGE_TTL, RedisBroker
from dramatiq.common import q_name

from delay_queue.consumers import PromotingConsumer, ReadyConsumer

#: How many messages or ids go to Redis in one round trip.
BATCH_SIZE = 500

#: Milliseconds without a sign of life after which a worker's messages go to other workers.
HEARTBEAT_TIMEOUT_MS = 30_000

SCRIPTS_FOLDER = Path(__file__).parent

Item = TypeVar("Item")
DelayedMessage = tuple[Message[Any], int | None]  # the delay is in milliseconds


def build_message(actor: Actor[..., Any], *args: object, message_id: str) -> Message[Any]:
    """Return a message for `actor` that `enqueue` queues under the redis id `message_id`.

    The id travels in the option `chosen_id`, and is the one to give to `DelayQueueBroker.cancel`.
    Choose a new one for every message: an id that is still queued, or in a worker's hands, is not
    queued a second time.
    """
    if not message_id:
        raise ValueError("message_id is empty: choose one, such as str(uuid.uuid4())")
    return actor.message_with_options(args=args, chosen_id=message_id)


class DelayQueueBroker(RedisBroker):
    """Dramatiq's Redis broker with a delay queue that is ordered, cancellable and flat in memory.

    Parameters:
      url: `redis://host:port/db` or `unix:///path/redis.sock?db=0`.
      middleware: instances, in order; None means Dramatiq's default ones.
      namespace: prefix of every key.
      heartbeat_timeout: milliseconds without a sign of life after which a worker's messages go to
        other workers.
      dead_message_ttl: milliseconds for which dead letters are kept.
      socket_connect_timeout, socket_timeout: seconds to wait for a connection, and for an answer.
        A connection from a URL tries nothing twice, so that a web request doesn't hang while
        Redis is away.
    """

    def __init__(
        self,
        *,
        url: str,
        middleware: list[Middleware] | None = None,
        namespace: str = "dramatiq",
        heartbeat_timeout: int = HEARTBEAT_TIMEOUT_MS,
        dead_message_ttl: int = DEFAULT_DEAD_MESSAGE_TTL,
        socket_connect_timeout: float = 2.0,
        socket_timeout: float = 2.0,
    ) -> None:
        client = redis.Redis.from_url(
            url,
            socket_connect_timeout=socket_connect_timeout,
            socket_timeout=socket_timeout,
        )
        super().__init__(
            middleware=middleware,
            namespace=namespace,
            heartbeat_timeout=heartbeat_timeout,
            dead_message_ttl=dead_message_ttl,
            client=client,
        )
        self._enqueue_script = client.register_script((SCRIPTS_FOLDER / "enqueue.lua").read_bytes())
        self._promote_script = client.register_script((SCRIPTS_FOLDER / "promote.lua").read_bytes())
        #: Per queue, the redis ids of the messages in this process's hands.
        self.held: defaultdict[str, set[str]] = defaultdict(set)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Queue `message` now, or `delay` milliseconds from now; return it as it was queued.

        Its id for `cancel` is the result's `options["redis_message_id"]`: the one chosen with
        `build_message`, else a new one. Under a chosen id a failed call may simply be repeated.
        Raises redis.ConnectionError or redis.TimeoutError.
        """
        return self._enqueue_batch([(message, delay)])[0]

    def enqueue_many(self, pairs: Iterable[DelayedMessage]) -> None:
        """Queue many (message, delay in milliseconds or None), a batch to a round trip.

        Raises as `enqueue` does; the batches before the failure are queued.
        """
        for batch in _split_batches(pairs):
            self._enqueue_batch(batch)

    def _enqueue_batch(self, batch: list[DelayedMessage]) -> list[Message[Any]]:
        prepared = [(_prepare_message(message), delay) for message, delay in batch]
        arguments: defaultdict[str, list[str | bytes | int]] = defaultdict(list)
        for message, delay in prepared:
            self.emit_before("enqueue", message, delay)
            redis_id = message.options["redis_message_id"]
            arguments[message.queue_name] += [redis_id, message.encode(), delay or 0]
        for queue_name, args in arguments.items():
            self._enqueue_script(keys=self._keys(queue_name), args=args)
        for message, delay in prepared:
            self.emit_after("enqueue", message, delay)
        return [message for message, _ in prepared]

    def cancel(self, redis_message_id: str, queue_name: str = "default") -> bool:
        """Cancel a waiting message; return True when it was waiting and so will never run."""
        return self.cancel_many([redis_message_id], queue_name) == 1

    def cancel_many(self, ids: Iterable[str], queue_name: str = "default") -> int:
        """Cancel waiting messages by their redis ids; return how many were waiting."""
        _, _, due_times, waiting_messages = self._keys(queue_name)
        cancelled = 0
        for batch in _split_batches(ids):
            with self.client.pipeline() as transaction:
                transaction.hdel(waiting_messages, *batch)
                transaction.zrem(due_times, *batch)
                cancelled += transaction.execute()[0]
        return cancelled

    def waiting(self, queue_name: str = "default") -> int:
        """Return how many messages wait for their due time."""
        _, _, due_times, _ = self._keys(queue_name)
        return int(self.client.zcard(due_times))

    def not_waiting(self, ids: Iterable[str], queue_name: str = "default") -> list[str]:
        """Return those of `ids` that don't wait: never enqueued, lost or already promoted."""
        _, _, due_times, _ = self._keys(queue_name)
        missing: list[str] = []
        for batch in _split_batches(ids):
            scores = self.client.zmscore(due_times, batch)
            missing += [id_ for id_, score in zip(batch, scores, strict=True) if score is None]
        return missing

    def pauses(self, ids: Iterable[str], queue_name: str = "default") -> dict[str, float]:
        """Return the seconds until each waiting one of `ids` is due, by Redis' clock.

        A negative number means due: a worker promotes it at any moment. A due time whose message is
        gone is left out.
        """
        _, _, due_times, waiting_messages = self._keys(queue_name)
        found: dict[str, float] = {}
        for batch in _split_batches(ids):
            seconds, micros = self.client.time()
            scores = self.client.zmscore(due_times, batch)
            payloads = self.client.hmget(waiting_messages, batch)
            for id_, due, payload in zip(batch, scores, payloads, strict=True):
                if due is not None and payload is not None:
                    found[id_] = due / 1e6 - seconds - micros / 1e6
        return found

    def waiting_messages(
        self, queue_name: str = "default"
    ) -> Iterator[list[tuple[str, Message[Any] | None]]]:
        """Yield all waiting messages in batches, each with its redis id; None if unreadable.

        One that is added or removed meanwhile may be missed or repeated.
        """
        _, _, _, waiting_messages = self._keys(queue_name)
        pairs = self.client.hscan_iter(waiting_messages, count=BATCH_SIZE)
        for batch in _split_batches(pairs):
            yield [(id_.decode(), _decode_message(payload)) for id_, payload in batch]

    def ready(self, queue_name: str = "default") -> int:
        """Return how many messages are due and not yet taken by a worker."""
        ready, _, _, _ = self._keys(queue_name)
        return int(self.client.llen(ready))

    def epoch(self) -> str:
        """Return a random id kept in Redis; a changed id means that Redis was emptied."""
        key = f"{self.namespace}:epoch"
        with self.client.pipeline() as transaction:
            transaction.set(key, str(uuid.uuid4()), nx=True)
            transaction.get(key)
            return str(transaction.execute()[1].decode())

    def promote(self, queue_name: str, most: int, longest_pause: int) -> tuple[int, int]:
        """Make up to `most` due messages ready, earliest first.

        Returns how many were due, and the milliseconds (at most `longest_pause`) until the next.
        """
        due, pause = self._promote_script(keys=self._keys(queue_name), args=[most, longest_pause])
        return due, pause

    def flush(self, queue_name: str) -> None:
        """Drop all messages of a queue: ready, waiting and dead ones. The epoch stays."""
        super().flush(queue_name)
        _, _, due_times, _ = self._keys(queue_name)
        self.client.delete(due_times)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return a worker's consumer of a queue; `timeout` is its longest pause in milliseconds."""
        if queue_name.endswith(".DQ"):
            return PromotingConsumer(self, q_name(queue_name), timeout)
        return ReadyConsumer(self, queue_name, prefetch, timeout)

    def _should_do_maintenance(self, command: str) -> int:
        # Dramatiq rolls dice at every command; ReadyConsumer.upkeep does it at fixed intervals.
        return int(command == "maintain")

    def _keys(self, queue_name: str) -> tuple[str, str, str, str]:
        """Return the keys of a queue, in the order of `enqueue.lua`."""
        ready = f"{self.namespace}:{queue_name}"
        return ready, f"{ready}.msgs", f"{ready}.DQ.eta", f"{ready}.DQ.msgs"


def _prepare_message(message: Message[Any]) -> Message[Any]:
    message = message.copy(queue_name=q_name(message.queue_name))
    # With an eta in it, a worker would keep the message in its memory.
    message.options.pop("eta", None)
    # Used up here, and an id from before is never kept: a retry is a copy of the failed message.
    chosen_id = message.options.pop("chosen_id", None)
    message.options["redis_message_id"] = chosen_id or str(uuid.uuid4())
    return message


def _decode_message(payload: bytes) -> Message[Any] | None:
    try:
        return Message.decode(payload)
    except (DecodeError, TypeError):  # no JSON, or not the fields of a message
        return None


def _split_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH_SIZE)):
        yield batch
