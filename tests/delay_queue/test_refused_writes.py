"""A Redis that answers and takes no writes: without memory, or without a place for its file."""

from contextlib import contextmanager

import pytest
import redis
from dramatiq.errors import ConnectionClosed

from delay_queue.broker import build_message
from testkit.waiting import wait_until

HOUR = 3_600_000  # milliseconds
REFUSALS = {
    "out of memory": ("maxmemory", "1", "0"),
    # As with a full disk, any error but the one for memory; that one needs a disk to fill.
    "not safe enough": ("min-replicas-to-write", "1", "0"),
}


@contextmanager
def refusing(broker, why):
    name, refuse, accept = REFUSALS[why]
    broker.client.config_set(name, refuse)
    yield
    broker.client.config_set(name, accept)


def contents(broker):
    """All that Redis holds but signs of life."""
    kept = sorted(set(broker.client.keys("*")) - {b"dramatiq:__heartbeats__"})
    return {key: broker.client.dump(key) for key in kept}


@pytest.mark.parametrize("why", REFUSALS)
def test_messages_are_queued_whole_or_not_at_all(broker, actors, why):
    def queue(delay, *ids):
        broker.enqueue_many((build_message(actors.note, id_, message_id=id_), delay) for id_ in ids)

    queue(HOUR, "far", "soon")
    before = contents(broker)
    with refusing(broker, why):
        for delay, ids in [(None, ["new"]), (HOUR, ["new"]), (None, ["far", "new"])]:
            with pytest.raises(redis.ResponseError):
                queue(delay, *ids)
        assert contents(broker) == before
    queue(None, "far", "new")
    assert (broker.ready(), broker.waiting()) == (2, 1)


@pytest.mark.parametrize("why", REFUSALS)
def test_due_messages_are_moved_whole_or_not_at_all(broker, actors, why):
    broker.enqueue_many((actors.note.message(str(number)), 1) for number in range(3))
    wait_until(lambda: count_due_messages(broker) == 3)
    before = contents(broker)
    with refusing(broker, why):
        with pytest.raises(ConnectionClosed):
            next(broker.consume("default.DQ", timeout=10))
        assert contents(broker) == before
    next(broker.consume("default.DQ", timeout=10))
    assert (broker.ready(), broker.waiting()) == (3, 0)


def count_due_messages(broker):
    seconds, microseconds = broker.client.time()
    return broker.client.zcount("dramatiq:default.DQ.eta", 0, seconds * 10**6 + microseconds)


def test_memory_that_ends_in_the_middle_of_a_batch_leaves_it_whole(broker, actors):
    """A script that passed its first write goes over the limit and to its end."""
    batch = [(actors.note.message("x" * 10_000), HOUR) for _ in range(200)]
    went_over = False
    for room in range(0, 4_000_000, 200_000):  # bytes; the arguments alone take two million
        broker.flush("default")
        limit = broker.client.info("memory")["used_memory"] + room
        broker.client.config_set("maxmemory", limit)
        queued = 200 if is_taken(broker, batch) else 0
        went_over |= queued and broker.client.info("memory")["used_memory_peak"] > limit
        broker.client.config_set("maxmemory", 0)
        assert broker.waiting() == broker.client.hlen("dramatiq:default.DQ.msgs") == queued
    assert went_over


def is_taken(broker, batch):
    """Whether Redis queued these messages."""
    try:
        broker.enqueue_many(batch)
    except redis.exceptions.OutOfMemoryError:
        return False
    return True


@pytest.mark.parametrize("why", REFUSALS)
def test_work_finished_meanwhile_is_acknowledged_later_and_not_done_again(
    broker, actors, start_worker_process, journal, why
):
    worker = start_worker_process()
    broker.enqueue(actors.hold.message("appointment"))
    wait_until(lambda: journal.labels() == ["appointment begun"])
    with refusing(broker, why):
        journal.open_gate()
        wait_until(lambda: journal.labels() == ["appointment begun", "appointment"])
    broker.enqueue(actors.note.message("next"))
    wait_until(lambda: broker.do_qsize("default") == 0)
    wait_until(lambda: not broker.client.keys("dramatiq:__acks__.*"))
    assert journal.labels() == ["appointment begun", "appointment", "next"]
    assert worker.running()
