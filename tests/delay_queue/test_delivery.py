"""What workers run, and in which order, while nothing fails."""

import time
import uuid

import pytest
from dramatiq import pipeline

from delay_queue.broker import build_message
from testkit.servers.redis_server import RedisServer, find_system_redis, find_wheel_redis
from testkit.waiting import wait_until
from tests.delay_queue.actors import declare_actors, impatient_broker
from tests.delay_queue.worker import WorkerProcess

HOUR = 3_600_000  # milliseconds


def build_far_messages(actors, count):
    return [(actors.note.message("far"), 30 * 24 * HOUR)] * count


def all_done(broker):
    """Nothing is waiting, ready or in a worker's hands."""
    return lambda: broker.do_qsize("default") == 0


@pytest.mark.parametrize("binary", [*filter(None, [find_system_redis()]), find_wheel_redis()])
def test_a_delayed_message_runs_on_every_server_we_support(binary, journal):
    with RedisServer(binary) as server:
        broker = impatient_broker(server.url)
        broker.enqueue(declare_actors(broker, journal).note.message("ran"), delay=200)
        with WorkerProcess(server.url, journal):
            wait_until(all_done(broker))

    assert journal.labels() == ["ran"]


def test_a_message_never_runs_before_its_time(broker, actors, start_worker, journal):
    start_worker()
    began = time.monotonic()
    broker.enqueue(actors.note.message("later"), delay=700)

    wait_until(journal.labels)

    assert 0.7 <= time.monotonic() - began < 1.5


def test_messages_run_in_order_of_their_due_time(broker, actors, start_worker, journal):
    for label, delay in [("third", 500), ("first", 100), ("second", 300)]:
        broker.enqueue(actors.note.message(label), delay=delay)
    start_worker(threads=1)

    wait_until(all_done(broker))

    assert journal.labels() == ["first", "second", "third"]


def test_a_backlog_larger_than_one_step_runs_in_order(broker, actors, start_worker, journal):
    labels = [str(number) for number in range(1_100)]
    for label in labels:
        broker.enqueue(actors.note.message(label), delay=1)
    start_worker(threads=1)

    wait_until(all_done(broker))

    assert journal.labels() == labels


def test_a_near_message_overtakes_8001_far_ones(broker, actors, start_worker, journal):
    broker.enqueue_many(build_far_messages(actors, 8_001))
    start_worker()
    broker.enqueue(actors.note.message("near"), delay=500)

    wait_until(journal.labels, timeout=3)

    assert journal.labels() == ["near"]
    assert broker.waiting() == 8_001


def test_messages_cancelled_after_a_worker_started_never_run(broker, actors, start_worker, journal):
    start_worker()
    ids = [str(uuid.uuid4()) for _ in range(20)]
    broker.enqueue_many((build_message(actors.note, id, message_id=id), 1_000) for id in ids)
    broker.enqueue(actors.note.message("a worker is at work"))
    wait_until(journal.labels)

    assert [broker.cancel(id) for id in ids] == [True] * 20
    broker.enqueue(actors.note.message("their time has passed"), delay=1_200)

    wait_until(all_done(broker))
    assert journal.labels() == ["a worker is at work", "their time has passed"]


def test_a_workers_memory_stays_flat_while_pending_messages_grow(
    broker, actors, start_worker_process, journal
):
    worker = start_worker_process(threads=20)  # Dramatiq's own would fetch 1,000 for each
    broker.enqueue(actors.note.message("warm"), delay=1)
    wait_until(all_done(broker))
    before = worker.memory()

    broker.enqueue_many(build_far_messages(actors, 20_000))
    broker.enqueue(actors.note.message("it looked at the queue"), delay=1_000)
    wait_until(lambda: "it looked at the queue" in journal.labels())

    assert worker.memory() - before < 5  # MiB; Dramatiq's own grows by 26


def test_a_retry_waits_under_an_id_of_its_own(broker, actors, start_worker, journal):
    redis_id = str(uuid.uuid4())
    broker.enqueue(build_message(actors.fail_once, "tried", message_id=redis_id), delay=100)
    start_worker()
    wait_until(lambda: broker.waiting() == 1 and journal.labels() == ["tried"])

    assert broker.cancel(redis_id) is False
    wait_until(all_done(broker))
    assert journal.labels() == ["tried", "tried"]


def test_a_message_that_fails_for_good_becomes_a_dead_letter(broker, actors, start_worker):
    redis_id = str(uuid.uuid4())
    broker.enqueue(build_message(actors.fail, "x", message_id=redis_id), delay=100)
    start_worker()

    wait_until(all_done(broker))

    assert broker.client.hkeys("dramatiq:default.XQ.msgs") == [redis_id.encode()]


def test_of_messages_due_the_urgent_run_first(broker, actors, start_worker, journal):
    start_worker(threads=1)
    broker.enqueue(actors.hold.message("held"))
    wait_until(lambda: journal.labels() == ["held begun"])
    broker.enqueue_many(
        [(actors.note.message("ordinary"), 1), (actors.urgent.message("urgent"), 2)]
    )
    wait_until(lambda: len(broker.held["default"]) == 3)  # that is, the worker has all of them

    journal.open_gate()
    wait_until(all_done(broker))
    assert journal.labels() == ["held begun", "held", "urgent", "ordinary"]


def test_a_pipeline_goes_on_after_a_delay(broker, actors, start_worker, journal):
    start_worker()
    steps = [
        actors.note.message("one"),
        actors.note.message_with_options(args=("two",), pipe_ignore=True),
    ]
    pipeline(steps, broker=broker).run(delay=200)

    wait_until(lambda: journal.labels() == ["one", "two"])


def test_what_waits_stays_in_redis_when_a_worker_stops(broker, actors, start_worker, journal):
    first = start_worker()
    broker.enqueue(actors.note.message("later"), delay=800)
    first.stop()

    assert broker.waiting() == 1
    start_worker()
    wait_until(all_done(broker))
    assert journal.labels() == ["later"]


def test_a_message_sent_again_by_its_own_actor_runs_again(broker, actors, start_worker, journal):
    """An actor that woke too early may put itself back under the same id."""
    start_worker()
    message = build_message(actors.hold, "appointment", message_id=str(uuid.uuid4()))
    broker.enqueue(message)
    wait_until(lambda: journal.labels() == ["appointment begun"])

    broker.enqueue(message, delay=300)
    journal.open_gate()

    wait_until(lambda: journal.labels() == ["appointment begun", "appointment"] * 2)
