"""The two brokers that the queue benchmark compares, behind the same few methods."""

import time
from abc import ABC, abstractmethod
from pathlib import Path

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from delay_queue.broker import DelayQueueBroker

FAR_DELAY = 6 * 24 * 3_600_000  # milliseconds; Dramatiq's own broker allows less than 7 days


class Journal:
    """Label and lateness of every message that ran, in a file that processes share."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, label: str, due: float) -> None:
        with self.path.open("a") as file:
            file.write(f"{label} {time.time() - due}\n")

    def lateness(self) -> dict[str, float]:
        """Label -> seconds after its due time."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return {label: float(late) for label, late in map(str.split, lines)}


class QueueBroker(ABC):
    """A broker with one actor, and what is done to them."""

    name: str
    title: str

    def __init__(self, broker: RedisBroker, journal: Journal) -> None:
        def note(label: str, due: float) -> None:
            journal.note(label, due)

        self.broker = broker
        self.actor = dramatiq.actor(note, broker=broker)

    def send(self, label: str, delay: int = FAR_DELAY) -> str:
        """One message, `delay` milliseconds from now; its redis id."""
        message = self.actor.message(label, time.time() + delay / 1000)
        return str(self.broker.enqueue(message, delay=delay).options["redis_message_id"])

    @abstractmethod
    def send_many(self, count: int) -> None:
        """So many far-off messages, as fast as the broker can."""

    @abstractmethod
    def cancel(self, redis_id: str) -> bool:
        """Whether the broker says that it took the message back."""


class StockBroker(QueueBroker):
    """Dramatiq's Redis broker, and the public recipe for cancelling."""

    name = "stock"
    title = "Dramatiq's own broker"

    def __init__(self, url: str, journal: Journal) -> None:
        super().__init__(RedisBroker(url=url), journal)

    def send_many(self, count: int) -> None:
        for _ in range(count):
            self.send("far")

    def cancel(self, redis_id: str) -> bool:
        return self.broker.client.hdel("dramatiq:default.DQ.msgs", redis_id) == 1


class DelayBroker(QueueBroker):
    """The delay queue of this project."""

    name = "ours"
    title = "the delay queue"
    broker: DelayQueueBroker

    def __init__(self, url: str, journal: Journal) -> None:
        super().__init__(DelayQueueBroker(url=url), journal)

    def send_many(self, count: int) -> None:
        due = time.time() + FAR_DELAY / 1000
        self.broker.enqueue_many((self.actor.message("far", due), FAR_DELAY) for _ in range(count))

    def cancel(self, redis_id: str) -> bool:
        return self.broker.cancel(redis_id)


BROKERS: dict[str, type[StockBroker] | type[DelayBroker]] = {
    side.name: side for side in (StockBroker, DelayBroker)
}
