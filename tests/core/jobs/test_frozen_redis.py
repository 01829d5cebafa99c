"""A Redis that takes what it is sent and never answers: a request waits for it once at most."""

import time
from datetime import datetime, timedelta

import pytest

from core.jobs import enqueue
from notification.delivery import sweeper
from notification.models import AppointmentNotification
from testkit.servers.redis_server import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST_WAIT = 2.0  # seconds, the time-out of the broker
BUSY_MACHINE = 1.5  # seconds more, beside other tests


@pytest.fixture
def frozen(broker, monkeypatch):
    """The installation's Redis is another one, which stands still until `thaw`."""
    with RedisServer() as server:
        own = type(broker)(url=server.url, middleware=[])
        for name in ("client", "_enqueue_script", "_promote_script"):
            monkeypatch.setattr(broker, name, getattr(own, name))
        monkeypatch.setattr(enqueue.redis_circuit_breaker, "open_until", 0.0)
        broker.epoch()
        server.freeze()
        yield server


def time_call(do):
    """Seconds until `do` answers, and its answer."""
    began = time.monotonic()
    answer = do()
    return time.monotonic() - began, answer


@pytest.fixture
def booked(as_user, alice, bob, jane, tomorrow):
    """`booked(hour)`: a POST that books, as (seconds, answer)."""
    desk = as_user(alice)

    def at(hour):
        start = tomorrow + timedelta(hours=hour)
        values = {"customer": jane.pk, "user": bob.pk, "appointment_time": start.isoformat()}
        return time_call(lambda: desk.post("/appointments/", values))

    return at


def test_the_first_request_waits_once_and_the_next_not_at_all(
    frozen, booked, as_user, alice, broker, monkeypatch
):
    seconds, answer = booked(0)
    assert answer.status_code == 201
    assert seconds < LONGEST_WAIT + BUSY_MACHINE
    for hour in range(1, 4):
        seconds, answer = booked(hour)
        assert answer.status_code == 201
        assert seconds < BUSY_MACHINE
    monkeypatch.setattr(enqueue.redis_circuit_breaker, "open_until", 0.0)
    appointment = answer.json()
    later = datetime.fromisoformat(appointment["appointment_time"]) + timedelta(hours=1)
    move = {"appointment_time": later.isoformat()}  # takes one message back, queues two
    seconds, answer = time_call(
        lambda: as_user(alice).patch(f"/appointments/{appointment['id']}/", move)
    )
    assert answer.status_code == 200
    assert seconds < LONGEST_WAIT + BUSY_MACHINE
    frozen.thaw()
    sweeper.sweep()
    assert (
        broker.ready() + broker.waiting() >= AppointmentNotification.objects.pending().count() == 8
    )


def test_health_asks_it_once_and_says_so(frozen, client):
    seconds, answer = time_call(lambda: client.get("/health/"))
    assert seconds < LONGEST_WAIT + BUSY_MACHINE
    parts = answer.json()["parts"]
    assert (answer.status_code, parts["redis"]["detail"]) == (503, "does not answer in time")
    assert parts["database"]["ok"]
    assert parts["worker"]["detail"] == "not known: it reports in Redis"
