"""What senders see: where a message is queued, under which id, and how it is taken back."""

import time
import uuid

import dramatiq
import pytest
import redis

from delay_queue.broker import build_message
from testkit.waiting import wait_until
from tests.delay_queue.actors import impatient_broker

HOUR = 3_600_000  # milliseconds


def due_times(broker, queue_name="default"):
    """Redis id -> due time in seconds since 1970."""
    members = broker.client.zrange(
        f"{broker.namespace}:{queue_name}.DQ.eta", 0, -1, withscores=True
    )
    return {redis_id.decode(): score / 1_000_000 for redis_id, score in members}


def new_id():
    return str(uuid.uuid4())


def test_a_delayed_message_waits_until_its_due_time(broker, actors):
    message = broker.enqueue(actors.note.message("later"), delay=HOUR)

    assert (broker.waiting(), broker.ready()) == (1, 0)
    due = due_times(broker)[message.options["redis_message_id"]]
    assert due == pytest.approx(time.time() + 3600, abs=2)


def test_an_undelayed_message_is_ready_at_once(broker, actors):
    broker.enqueue(actors.note.message("now"))

    assert (broker.waiting(), broker.ready()) == (0, 1)


@pytest.mark.parametrize("delay", [0, -5])
def test_a_delay_that_has_passed_makes_the_message_ready_at_once(broker, actors, delay):
    broker.enqueue(actors.note.message("now"), delay=delay)

    assert (broker.waiting(), broker.ready()) == (0, 1)


@pytest.mark.parametrize("delay", [None, HOUR])
def test_a_chosen_id_is_the_redis_id(broker, actors, delay):
    redis_id = new_id()

    queued = broker.enqueue(build_message(actors.note, "a", message_id=redis_id), delay=delay)

    assert queued.options == {"redis_message_id": redis_id}
    assert queued.args == ("a",)


def test_an_empty_chosen_id_is_refused(actors):
    with pytest.raises(ValueError, match="message_id is empty"):
        build_message(actors.note, "a", message_id="")


def test_without_a_chosen_id_each_message_gets_its_own(broker, actors):
    message = actors.note.message("twice")

    broker.enqueue(message)
    broker.enqueue(message)

    assert broker.ready() == 2


def test_a_message_enqueued_anew_loses_the_id_it_had(broker, actors):
    first = broker.enqueue(build_message(actors.note, "a", message_id=new_id()))

    again = broker.enqueue(first, delay=HOUR)

    assert again.options["redis_message_id"] != first.options["redis_message_id"]


def test_an_eta_is_dropped_so_that_no_worker_keeps_the_message_in_memory(broker, actors):
    message = actors.note.message_with_options(args=("a",), eta=int(time.time() * 1000) + HOUR)

    assert "eta" not in broker.enqueue(message).options


def test_sending_again_under_the_same_id_queues_once(broker, actors):
    message = build_message(actors.note, "once", message_id=new_id())

    broker.enqueue(message)
    broker.enqueue(message)

    assert broker.ready() == 1


def test_delaying_again_under_the_same_id_moves_the_message(broker, actors):
    redis_id = new_id()
    message = build_message(actors.note, "moved", message_id=redis_id)

    broker.enqueue(message, delay=HOUR)
    broker.enqueue(message, delay=2 * HOUR)

    assert due_times(broker) == {redis_id: pytest.approx(time.time() + 7200, abs=2)}


def test_sending_a_waiting_message_at_once_takes_it_out_of_the_delay_queue(broker, actors):
    message = build_message(actors.note, "hurry", message_id=new_id())

    broker.enqueue(message, delay=HOUR)
    broker.enqueue(message)

    assert (broker.waiting(), broker.ready()) == (0, 1)


def test_enqueue_many_queues_each_message_under_its_id_and_delay(broker, actors):
    ids = [new_id() for _ in range(1_201)]
    pairs = [(build_message(actors.note, "far", message_id=id), HOUR) for id in ids]

    broker.enqueue_many([*pairs, (actors.note.message("now"), None)])

    assert set(due_times(broker)) == set(ids)
    assert broker.ready() == 1


def test_enqueue_many_serves_several_queues(broker, actors):
    @dramatiq.actor(broker=broker, queue_name="bulk")
    def bulk():
        pass

    broker.enqueue_many([(actors.note.message("a"), HOUR), (bulk.message(), HOUR)])

    assert (broker.waiting("default"), broker.waiting("bulk")) == (1, 1)


@pytest.mark.parametrize(("delay", "pause"), [(None, 1_000), (HOUR, 1_000), (300, 300)])
def test_the_pause_until_the_next_look_ends_when_the_next_message_is_due(
    broker, actors, delay, pause
):
    if delay:
        broker.enqueue(actors.note.message("next"), delay=delay)

    assert broker.promote("default", 10, 1_000) == (0, pytest.approx(pause, abs=50))


def test_cancel_takes_a_waiting_message_back(broker, actors):
    redis_id = new_id()
    broker.enqueue(build_message(actors.note, "never", message_id=redis_id), delay=HOUR)

    assert broker.cancel(redis_id) is True
    assert broker.waiting() == 0
    assert broker.client.hlen("dramatiq:default.DQ.msgs") == 0


def test_cancel_answers_false_for_an_unknown_message(broker):
    assert broker.cancel(new_id()) is False


def test_cancel_loses_to_a_message_that_is_due(broker, actors):
    redis_id = new_id()
    broker.enqueue(build_message(actors.note, "due", message_id=redis_id), delay=1)
    wait_until(lambda: broker.promote("default", 10, 1_000)[0] == 1)

    assert broker.cancel(redis_id) is False
    assert broker.ready() == 1


def test_cancel_many_answers_how_many_were_waiting(broker, actors):
    ids = [new_id() for _ in range(1_201)]
    broker.enqueue_many((build_message(actors.note, "x", message_id=id), HOUR) for id in ids)

    assert broker.cancel_many([*ids[1:], "unknown"]) == 1_200
    assert set(due_times(broker)) == {ids[0]}


def test_namespaces_do_not_see_each_other(redis_server, broker, actors, journal):
    other = impatient_broker(redis_server.url, namespace="other")
    redis_id = new_id()
    broker.enqueue(build_message(actors.note, "mine", message_id=redis_id), delay=HOUR)

    assert other.waiting() == 0
    assert other.cancel(redis_id) is False
    assert other.epoch() != broker.epoch()
    assert broker.waiting() == 1


def test_flush_drops_ready_and_waiting_messages(broker, actors):
    broker.enqueue(actors.note.message("ready"))
    broker.enqueue(actors.note.message("waiting"), delay=HOUR)
    broker.epoch()

    broker.flush_all()

    assert broker.client.keys("dramatiq:default*") == []


def test_join_waits_for_delayed_messages_too(broker, actors, start_worker, journal):
    start_worker()
    broker.enqueue(actors.note.message("soon"), delay=300)

    broker.join("default", timeout=5_000)

    assert journal.labels() == ["soon"]


def test_the_epoch_changes_only_when_redis_is_emptied(broker):
    before = broker.epoch()

    assert broker.epoch() == before
    broker.client.flushall()
    assert broker.epoch() != before


def test_the_epoch_survives_a_kill_of_redis(redis_server, broker):
    before = broker.epoch()

    redis_server.kill()
    redis_server.start()

    assert broker.epoch() == before


def test_enqueue_fails_at_once_when_redis_is_down(redis_server, broker, actors):
    redis_server.kill()
    began = time.monotonic()

    with pytest.raises(redis.ConnectionError):
        broker.enqueue(actors.note.message("lost"))
    assert time.monotonic() - began < 0.2


def test_enqueue_fails_after_one_timeout_when_redis_is_frozen(redis_server, broker, actors):
    broker.epoch()
    redis_server.freeze()
    began = time.monotonic()

    with pytest.raises(redis.TimeoutError):
        broker.enqueue(actors.note.message("late"))
    assert time.monotonic() - began < 0.9  # the test broker's socket_timeout is 0.5 s


def test_the_url_may_name_a_tcp_address():
    broker = impatient_broker("redis://localhost:6390/3")

    options = broker.client.connection_pool.connection_kwargs
    assert (options["host"], options["port"], options["db"]) == ("localhost", 6390, 3)
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (2.0, 0.5)
