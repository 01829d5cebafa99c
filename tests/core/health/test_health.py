"""/health/ is 200 only while texts can go out, and names the part that keeps them."""

import pytest
import redis

from core.health import database_write_check
from core.jobs import heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alive(broker):
    """Worker, scheduler and database gave a sign of life just now."""
    for part in ("worker", "scheduler"):
        heartbeat.record_heartbeat(broker, part)
    database_write_check.write_pulse()


def list_failing_parts(client):
    """(status, names of the parts that don't answer)."""
    answer = client.get("/health/")
    parts = answer.json()["parts"]
    return answer.status_code, [name for name, part in parts.items() if not part["ok"]]


def test_is_200_when_every_part_answers_each_with_its_age(alive, client):
    answer = client.get("/health/")
    assert answer.status_code == 200
    ages = {name: part["age"] for name, part in answer.json()["parts"].items()}
    assert set(ages) == {"database", "redis", "worker", "scheduler", "storage"}
    assert all(0 <= age < 5 for age in ages.values())


@pytest.mark.parametrize("part", ["worker", "scheduler", "storage"])
def test_names_a_part_that_fell_silent(alive, client, broker, part):
    broker.client.delete(heartbeat.build_heartbeat_key(broker, part))
    assert list_failing_parts(client) == (503, [part])


def test_an_old_sign_of_life_does_not_count(alive, client, broker):
    name = heartbeat.build_heartbeat_key(broker, "worker")
    for member, moment in broker.client.zrange(name, 0, -1, withscores=True):
        broker.client.zadd(name, {member: moment - heartbeat.STALE_AFTER - 1})
    assert list_failing_parts(client) == (503, ["worker"])


def test_tells_a_redis_that_takes_no_writes_from_one_that_is_away(alive, client, broker):
    broker.client.config_set("maxmemory", "1mb")
    try:
        answer = client.get("/health/")
    finally:
        broker.client.config_set("maxmemory", "0")
    details = {name: part.get("detail", "") for name, part in answer.json()["parts"].items()}
    assert answer.status_code == 503
    assert details == {
        "database": "",
        "redis": "out of memory: raise its maxmemory",
        **dict.fromkeys(("worker", "scheduler", "storage"), "not known: it reports in Redis"),
    }


def test_without_redis_says_so_and_answers_quickly(client, broker, monkeypatch):
    monkeypatch.setattr(broker, "client", redis.Redis.from_url("unix:///nowhere/redis.sock"))
    status, parts = list_failing_parts(client)
    assert status == 503
    assert "redis" in parts
    assert "database" not in parts


def test_live_answers_whatever_else_is_down(client, broker, monkeypatch):
    monkeypatch.setattr(broker, "client", None)
    assert client.get("/health/live/").status_code == 200
