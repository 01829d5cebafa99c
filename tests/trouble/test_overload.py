"""A provider or a Redis that can't keep up slows the texts, and never the web."""

import os
import signal
import time
from statistics import median

import pytest

from testkit.processes.process_list import get_process_group, read_process_stat
from testkit.provider import Fault
from testkit.waiting import wait_until

pytestmark = pytest.mark.process

BUSY_MACHINE = 1.5  # seconds an answer may take longer beside other tests
REDIS_TIMEOUT = 2.0  # seconds
FROZEN = 16.0  # seconds; by then the scheduler's lease and all signs of life have run out


@pytest.fixture(autouse=True)
def unharmed(desk):
    """Whatever a test found: the next one begins with all well."""
    yield
    desk.provider.latency, desk.provider.down_with = 0.0, None
    os.kill(desk.installation.leader("-server"), signal.SIGCONT)
    desk.redis.config_set("maxmemory", 0)
    wait_until(lambda: desk.health() == {}, timeout=30)


def measure_booking_pace(desk, appointments=5):
    """Seconds of each of some bookings and looks at the day."""
    answers = []
    for _ in range(appointments):
        answers += [desk.book(), desk.look_at_the_day()]
    assert {answer.status for answer in answers} == {200, 201}
    return [answer.seconds for answer in answers]


def test_a_provider_that_says_429_is_left_alone_longer_each_time(desk):
    before = median(measure_booking_pace(desk))
    desk.until_told()
    calls = len(desk.provider.calls)
    desk.provider.down_with = Fault.http(429, 20429)
    for _ in range(8):
        assert desk.book(reminder_in=2).status == 201
    during = measure_booking_pace(desk)
    assert median(during) < 3 * before + BUSY_MACHINE / 10
    assert max(during) < BUSY_MACHINE

    rows = wait_until(lambda: find_tried_twice(desk), timeout=40)
    assert len(desk.provider.calls) - calls == sum(attempts for attempts, *_ in rows)
    for attempts, pause, _ in rows:
        assert pause >= 5 * 2 ** (attempts - 1)
    assert len({again_at for *_, again_at in rows}) == len(rows)
    desk.provider.down_with = None
    desk.until_told(timeout=40)


def find_tried_twice(desk):
    """(attempts, seconds until the next, its time) of what waits, once all were tried twice."""
    rows = desk.sql(
        "SELECT attempts, (julianday(wake_at) - julianday(claimed_at)) * 86400 + 0.001, wake_at"
        " FROM notification_appointmentnotification"
        " WHERE status = 'pending' AND reason = 'provider_busy'"
    )
    is_all = len(rows) == desk.due("pending", "sending")
    return rows if is_all and rows and min(attempts for attempts, *_ in rows) > 1 else None


def test_a_provider_that_takes_eight_seconds_slows_nobody_at_the_desk(desk):
    before = median(measure_booking_pace(desk))
    desk.until_told()
    earlier = max(desk.booked)
    desk.provider.latency = 8.0
    for _ in range(6):
        assert desk.book(reminder_in=2).status == 201
    wait_until(lambda: desk.due("sending") == 4)  # each of the worker's threads waits
    during = measure_booking_pace(desk)
    assert median(during) < 3 * before + BUSY_MACHINE / 10
    assert max(during) < BUSY_MACHINE
    assert desk.health() == {}
    desk.provider.latency = 0.0
    desk.until_told(timeout=30)
    assert desk.sql(
        "SELECT DISTINCT attempts FROM notification_appointmentnotification"
        f" WHERE status = 'sent' AND appointment_id > {earlier}"
    ) == [(1,)]


def test_bookings_go_on_while_redis_is_out_of_memory(desk):
    worker, began = desk.installation.leader("dramatiq"), len(desk.booked)
    used = desk.redis.info("memory")["used_memory"]
    desk.redis.config_set("maxmemory", used + 20_000)
    while "redis" not in desk.health():
        assert desk.book(reminder_in=2).status == 201
    desk.redis.config_set("maxmemory", 1)  # so near the limit it has room again at times
    for _ in range(4):
        answer = desk.book(reminder_in=2)
        assert answer.status == 201
        assert answer.seconds < BUSY_MACHINE
    assert desk.health()["redis"] == "out of memory: raise its maxmemory"
    assert len(desk.booked) > began + 4
    assert desk.half_done() == []
    assert share_of_a_processor(desk, worker) < 0.5
    desk.redis.config_set("maxmemory", 0)
    desk.until_told(timeout=40)
    assert desk.installation.leader("dramatiq") == worker


def share_of_a_processor(desk, worker):
    """How much the worker takes of one, over some seconds."""
    began, busy = time.monotonic(), seconds_at_work(desk, worker)
    wait_until(lambda: time.monotonic() - began > 4)
    return (seconds_at_work(desk, worker) - busy) / (time.monotonic() - began)


def seconds_at_work(desk, worker):
    pids = [pid for pid in desk.installation.processes.all() if get_process_group(pid) == worker]
    ticks = sum(int(field) for pid in pids for field in read_process_stat(pid)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_a_frozen_redis_holds_a_request_up_once(desk):
    redis = desk.installation.leader("-server")
    os.kill(redis, signal.SIGSTOP)
    wait_until(lambda: read_process_stat(redis)[0] == "T")
    began, waits = time.monotonic(), []
    while time.monotonic() - began < FROZEN:
        answer = desk.book(reminder_in=2)
        assert answer.status == 201
        waits.append(answer.seconds)
        assert desk.look_at_the_day().seconds < BUSY_MACHINE
        health = desk.ask("GET", "/health/")
        assert health.body["parts"]["redis"]["detail"] == "does not answer in time"
        assert health.seconds < REDIS_TIMEOUT + BUSY_MACHINE
    assert max(waits) < REDIS_TIMEOUT + BUSY_MACHINE
    assert median(waits) < BUSY_MACHINE
    os.kill(redis, signal.SIGCONT)
    desk.until_told(timeout=40)
