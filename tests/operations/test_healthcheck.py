"""A container's health check tells a part that lives from one that does not."""

import socket

import pytest

from core.jobs import heartbeat
from operations import healthcheck


@pytest.fixture(autouse=True)
def own_redis(monkeypatch, settings):
    monkeypatch.setenv("REDIS_URL", settings.DRAMATIQ_BROKER["OPTIONS"]["url"])


@pytest.fixture
def beat(broker):
    """`beat("worker", host, seconds_ago)`"""

    def at(part, host, ago=0.0):
        at = heartbeat.read_redis_time(broker) - ago
        broker.client.zadd(heartbeat.build_heartbeat_key(broker, part), {f"{host}:7": at})

    return at


@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_part_that_beats_lives(part, broker):
    heartbeat.record_heartbeat(broker, part)
    assert healthcheck.main([part]) == 0


@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_part_that_never_beat_does_not(part):
    assert healthcheck.main([part]) == 1


def test_a_part_that_fell_silent_does_not(beat):
    beat("worker", socket.gethostname(), heartbeat.STALE_AFTER + 1)
    assert healthcheck.main(["worker"]) == 1


def test_the_worker_of_another_machine_does_not_speak_for_ours(beat):
    beat("worker", f"{socket.gethostname()}-2")
    assert healthcheck.main(["worker"]) == 1


def test_a_redis_that_is_gone_is_told_in_one_word(monkeypatch, capsys):
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    assert healthcheck.main(["worker"]) == 1
    assert capsys.readouterr().out == "worker: ConnectionError\n"


def test_the_web_server_is_asked(live_server, monkeypatch):
    monkeypatch.setenv("PORT", live_server.url.rpartition(":")[2])
    assert healthcheck.main(["web"]) == 0


def test_a_web_server_that_is_gone_is_told(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "9")
    assert healthcheck.main(["web"]) == 1
    assert "web: URLError" in capsys.readouterr().out


def test_an_unknown_part_is_refused(capsys):
    assert healthcheck.main(["kitchen"]) == 2
    assert "web, worker, scheduler" in capsys.readouterr().err
