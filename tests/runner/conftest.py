"""Houses and installations that are gone after the test, whatever happened in it."""

import signal

import pytest

from testkit.processes.installation import Installation
from tests.runner.fake_runner_process import FakeRunner


@pytest.fixture(autouse=True)
def fresh_redis():
    """These tests start a Redis of their own."""


@pytest.fixture(autouse=True)
def closing_the_terminal_counts():
    """Whoever runs the tests under nohup hands an ignored SIGHUP down to all that they start."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def build(tmp_path):
    """Start a house of fake parts; takes what `House` takes after its folder."""
    built = []

    def start(*args, **kwargs):
        built.append(FakeRunner(tmp_path, *args, **kwargs))
        return built[-1]

    yield start
    for house in built:
        house.clear()


@pytest.fixture
def install(tmp_path):
    """Start an installation on this test's folder; takes its variables."""
    installed = []

    def start(**overrides):
        installed.append(Installation(tmp_path, **overrides))
        return installed[-1]

    yield start
    for installation in installed:
        installation.clear()
