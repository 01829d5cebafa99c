"""What holds when workers and Redis are killed, frozen or lose an answer."""

import time

import pytest
from dramatiq.errors import ConnectionClosed

from testkit.waiting import wait_until
from tests.delay_queue.actors import impatient_broker


def wait_seconds(seconds):
    """The length of an outage, which is all that is ever timed here."""
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > seconds)


def holders(broker):
    """The redis keys of what workers have in their hands."""
    return broker.client.keys("dramatiq:__acks__.*")


def test_messages_in_the_hands_of_a_killed_worker_go_to_the_next(
    broker, actors, start_worker_process, journal
):
    labels = {str(number) for number in range(20)}
    killed = start_worker_process(threads=10)
    broker.enqueue_many((actors.hold.message(label), None) for label in labels)
    wait_until(lambda: len(journal.labels()) == 10 and broker.ready() == 0)

    killed.kill()
    journal.open_gate()
    start_worker_process()

    wait_until(lambda: labels <= set(journal.labels()))
    wait_until(lambda: broker.client.hlen("dramatiq:default.msgs") == 0)


def test_workers_killed_while_making_messages_ready_lose_none(
    broker, actors, start_worker_process, journal
):
    """Only what a killed worker had in its hands (two for each thread) may run again."""
    labels = {str(number) for number in range(2_000)}
    broker.enqueue_many((actors.note.message(label), 1 + int(label)) for label in labels)

    for goal in (300, 900, 1_500):
        worker = start_worker_process()
        wait_until(lambda goal=goal: len(journal.labels()) > goal)
        worker.kill()
    start_worker_process()

    wait_until(lambda: set(journal.labels()) == labels)
    wait_until(lambda: broker.client.hlen("dramatiq:default.msgs") == 0)
    assert len(journal.labels()) <= 2_000 + 3 * 4


def test_a_living_worker_gets_what_an_answer_lost_on_the_way_held(
    broker, actors, start_worker, journal
):
    broker.enqueue_many((actors.note.message(str(number)), None) for number in range(3))
    assert len(broker.do_fetch("default", 3)) == 3  # handed to this worker, seen by nobody

    start_worker()

    wait_until(lambda: sorted(journal.labels()) == ["0", "1", "2"])


def test_what_a_worker_holds_is_not_mistaken_for_lost(broker, actors, start_worker, journal):
    start_worker(threads=2)
    broker.enqueue_many((actors.hold.message(str(number)), None) for number in range(4))
    wait_until(lambda: len(broker.held["default"]) == 4)

    upkeeps = broker.client.zscore("dramatiq:__heartbeats__", broker.broker_id)
    wait_until(
        lambda: broker.client.zscore("dramatiq:__heartbeats__", broker.broker_id) > upkeeps + 600
    )

    assert broker.ready() == 0
    journal.open_gate()
    wait_until(lambda: broker.do_qsize("default") == 0)
    assert len(journal.labels()) == 8


def test_a_busy_worker_is_not_taken_for_dead(broker, actors, start_worker_process, journal):
    """All its slots are full, so it fetches and acknowledges nothing for longer than the limit."""
    start_worker_process(threads=1)
    broker.enqueue_many((actors.hold.message(str(number)), None) for number in range(2))
    wait_until(lambda: journal.labels() and broker.ready() == 0)

    start_worker_process(threads=1)
    broker.enqueue(actors.note.message("the limit has passed twice"), delay=3_000)
    wait_until(lambda: "the limit has passed twice" in journal.labels())
    journal.open_gate()

    wait_until(lambda: broker.do_qsize("default") == 0)
    assert sorted(journal.labels()) == [
        "0",
        "0 begun",
        "1",
        "1 begun",
        "the limit has passed twice",
    ]


def test_a_worker_frozen_past_the_limit_doubles_only_what_it_held(
    broker, actors, start_worker_process, journal
):
    """At least once: what it held (two for each thread) runs elsewhere, and again when it thaws."""
    frozen = start_worker_process(threads=1)
    broker.enqueue_many((actors.hold.message(f"held {number}"), None) for number in range(2))
    wait_until(lambda: journal.labels() == ["held 0 begun"] and broker.ready() == 0)
    broker.enqueue_many((actors.note.message(f"waiting {number}"), 1_500) for number in range(50))

    frozen.freeze()
    journal.open_gate()
    start_worker_process(threads=1)
    expected = {"held 0", "held 1"} | {f"waiting {number}" for number in range(50)}
    wait_until(lambda: expected <= set(journal.labels()))
    frozen.thaw()

    wait_until(lambda: journal.labels().count("held 1") == 2)
    labels = journal.labels()
    assert [labels.count(f"waiting {number}") for number in range(50)] == [1] * 50
    wait_until(lambda: broker.do_qsize("default") == 0)


def test_everything_runs_once_after_redis_was_killed(
    redis_server, broker, actors, start_worker_process, journal
):
    worker = start_worker_process()
    labels = [str(number) for number in range(20)]
    broker.enqueue(actors.note.message("at work"))
    wait_until(journal.labels)
    broker.enqueue_many((actors.note.message(label), 500) for label in labels)

    redis_server.kill()
    wait_seconds(0.8)
    redis_server.start()

    wait_until(lambda: broker.do_qsize("default") == 0)
    assert sorted(journal.labels()) == sorted([*labels, "at work"])
    assert worker.running()


def test_what_redis_hands_over_after_the_worker_gave_up_waiting_still_runs(
    redis_server, broker, actors, start_worker_process, journal
):
    worker = start_worker_process()
    labels = {str(number) for number in range(20)}
    worker.freeze()
    broker.enqueue_many((actors.note.message(label), None) for label in labels)
    redis_server.freeze()
    worker.thaw()

    wait_seconds(1.5)  # it asked for messages and gave up after 0.5 s; Redis has the question still
    redis_server.thaw()

    wait_until(lambda: labels <= set(journal.labels()))
    wait_until(lambda: broker.do_qsize("default") == 0 and not holders(broker))
    assert worker.running()


def test_work_finished_while_redis_was_down_is_acknowledged_later_and_not_done_again(
    redis_server, broker, actors, start_worker_process, journal
):
    start_worker_process()
    broker.enqueue(actors.hold.message("appointment"))
    wait_until(lambda: journal.labels() == ["appointment begun"])

    redis_server.kill()
    journal.open_gate()
    wait_until(lambda: journal.labels() == ["appointment begun", "appointment"])
    redis_server.start()

    wait_until(lambda: broker.do_qsize("default") == 0 and not holders(broker))
    assert journal.labels() == ["appointment begun", "appointment"]


@pytest.mark.parametrize("outage", ["kill", "freeze"])
def test_every_failure_to_reach_redis_closes_the_consumer(redis_server, broker, actors, outage):
    broker.enqueue(actors.note.message("a"))
    consumer = broker.consume("default", prefetch=2, timeout=10)
    message = next(consumer)

    getattr(redis_server, outage)()

    for use in (
        lambda: consumer.ack(message),
        lambda: consumer.nack(message),
        lambda: consumer.requeue([message]),
        lambda: next(consumer),
        lambda: next(broker.consume("default.DQ", timeout=10)),
    ):
        with pytest.raises(ConnectionClosed):
            use()


def test_messages_put_back_by_a_stopping_worker_are_no_longer_held(broker, actors):
    broker.enqueue(actors.note.message("a"))
    consumer = broker.consume("default", timeout=10)

    consumer.requeue(iter([next(consumer)]))

    assert (broker.ready(), broker.held["default"]) == (1, set())


def test_a_worker_that_just_connected_gives_others_time_to_show_themselves(
    redis_server, broker, actors
):
    """After an outage all look dead; whoever is back first must not take the others' messages."""
    other = impatient_broker(redis_server.url)
    other.enqueue(actors.note.message("a"))
    other.do_fetch("default", 1)
    broker.client.zadd("dramatiq:__heartbeats__", {other.broker_id: 0})
    began = time.monotonic()

    consumer = broker.consume("default", timeout=10)
    wait_until(lambda: next(consumer))  # the other stays silent, so in the end it is dead

    assert time.monotonic() - began > 0.5  # a third of the limit of 1.5 s


def test_a_payload_nobody_can_read_becomes_a_dead_letter(broker, actors, start_worker, journal):
    broker.client.hset("dramatiq:default.msgs", "broken", b"not JSON")
    broker.client.rpush("dramatiq:default", "broken")
    broker.enqueue(actors.note.message("the next"))
    start_worker()

    wait_until(lambda: broker.do_qsize("default") == 0)

    assert journal.labels() == ["the next"]
    assert broker.client.hkeys("dramatiq:default.XQ.msgs") == [b"broken"]
