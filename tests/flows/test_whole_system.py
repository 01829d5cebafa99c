"""The whole system in processes of its own: exactly the right texts go out, come what may."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.flow.scenario import FlowScenario
from testkit import databases, installation_api
from testkit.provider import Fault, Provider
from testkit.servers.postgres_server import find_postgres_binaries
from testkit.waiting import wait_until

NEEDS_POSTGRES = pytest.mark.skipif(
    find_postgres_binaries() is None, reason="PostgreSQL is not installed"
)
DATABASES = [
    databases.SQLITE,
    pytest.param(databases.POSTGRES, marks=[pytest.mark.postgres, NEEDS_POSTGRES]),
]
WORKER, REDIS = "dramatiq", "-server"
BOTH_WORKERS = 2  # have one thread each
pytestmark = pytest.mark.process


@pytest.fixture(autouse=True)
def fresh_redis():
    """The installation starts a Redis of its own."""


@pytest.fixture
def provider():
    with Provider() as provider:
        yield provider


@pytest.fixture(params=DATABASES)
def installation(request, provider):
    with (
        databases.open_database_environment(request.param, durable=False) as variables,
        installation_api.open_installation(
            provider, WORKER_THREADS="1", **variables
        ) as installation,
    ):
        yield installation


@pytest.fixture
def scenario(installation, provider):
    """Thirty appointments that are booked and confirmed; half of them have been changed since."""
    api = installation_api.ApiClient(int(installation.port))
    api.sign_in()
    scenario = FlowScenario(api, provider, size=30, window=timedelta(seconds=10))
    scenario.prepare()
    scenario.book(within=timedelta(seconds=6))
    scenario.change()
    return scenario


def test_killed_workers_and_a_killed_redis_lose_no_text_and_double_none(
    installation, provider, scenario
):
    accepted = len(provider.texts)
    provider.down_with = Fault.after_acceptance(Fault.timeout())
    wait_until(lambda: len(provider.texts) == accepted + BOTH_WORKERS, timeout=15)
    pass_time(scenario, 4)  # what falls due meanwhile waits in the workers' hands
    kill(installation, WORKER)
    provider.down_with = None
    pass_time(scenario, 7)
    kill(installation, REDIS)
    scenario.wait_for_the_end(timeout=45)

    verdict = scenario.verdict()
    assert verdict.doubled == []
    assert verdict.stale == []
    assert verdict.missing == []
    assert verdict.counts["reminder"] >= 15


def pass_time(scenario, seconds):
    """Let the window be open for so many seconds."""
    moment = scenario.opens + timedelta(seconds=seconds)
    wait_until(lambda: datetime.now(UTC) > moment, timeout=30)


def kill(installation, part):
    """kill -9 all processes of a part and wait until others have taken their places."""
    killed = installation.processes.leaders(part)
    for leader in killed:
        os.killpg(leader, signal.SIGKILL)
    wait_until(
        lambda: len(set(installation.processes.leaders(part)) - set(killed)) == len(killed),
        timeout=5,
    )
