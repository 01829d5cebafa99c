"""Actors that note in a file what ran, so that the record outlives a killed worker or Redis."""

import time
from dataclasses import dataclass
from pathlib import Path

import dramatiq

from delay_queue.broker import DelayQueueBroker


class Journal:
    """Labels of what ran, in order, and a gate before which actors can be made to wait.

    `path` may be shared by processes: a line is short enough to be appended whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.gate = path.with_name("gate")

    def note(self, label: str) -> None:
        with self.path.open("a") as file:
            file.write(f"{label}\n")

    def labels(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []

    def open_gate(self) -> None:
        self.gate.touch()

    def wait_at_gate(self) -> None:
        while not self.gate.exists():
            time.sleep(0.01)


@dataclass
class Actors:
    """`note` notes its label; `urgent` does, with precedence; `hold` notes "<label> begun", waits
    at the gate, then notes its label; `fail_once` fails the first time, `fail` always."""

    note: dramatiq.Actor
    urgent: dramatiq.Actor
    hold: dramatiq.Actor
    fail_once: dramatiq.Actor
    fail: dramatiq.Actor


def impatient_broker(url: str, **options: object) -> DelayQueueBroker:
    """A broker that waits half a second for Redis, and 1.5 s for a worker's sign of life."""
    return DelayQueueBroker(
        url=url, **{"socket_timeout": 0.5, "heartbeat_timeout": 1500, **options}
    )


def declare_actors(broker: DelayQueueBroker, journal: Journal) -> Actors:
    def note(label: str) -> None:
        journal.note(label)

    def urgent(label: str) -> None:
        journal.note(label)

    def hold(label: str) -> None:
        journal.note(f"{label} begun")
        journal.wait_at_gate()
        journal.note(label)

    def fail_once(label: str) -> None:
        journal.note(label)
        if journal.labels().count(label) == 1:
            raise RuntimeError("the first time fails, as planned")

    def fail(label: str) -> None:
        raise RuntimeError("fails, as planned")

    def declare(function, **options) -> dramatiq.Actor:
        return dramatiq.actor(function, broker=broker, **options)

    return Actors(
        note=declare(note),
        urgent=declare(urgent, priority=-1),
        hold=declare(hold),
        fail_once=declare(fail_once, min_backoff=300, max_backoff=300),
        fail=declare(fail, max_retries=0),
    )
