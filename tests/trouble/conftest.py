"""An installation that is open, its desk, and its provider; gone after the test."""

import time

import pytest

from testkit.processes.installation import Installation
from testkit.provider import Provider
from tests.trouble.desk import Desk, build_installation_variables


@pytest.fixture(autouse=True)
def fresh_redis():
    """The installation starts a Redis of its own."""


class TroubledProvider(Provider):
    """Takes `latency` seconds for each text; does `once_accepted` after it took the next one and
    before it answers."""

    latency = 0.0
    once_accepted = None

    def next_fault(self):
        time.sleep(self.latency)
        return super().next_fault()

    def accept(self, form):
        text = super().accept(form)
        do, self.once_accepted = self.once_accepted, None
        if do is not None:
            do()
        return text


@pytest.fixture
def provider():
    with TroubledProvider() as provider:
        yield provider


@pytest.fixture
def open_salon(tmp_path, provider):
    """`open_salon(customers=20, **variables)`: a healthy installation's desk."""
    started = []

    def start(*, customers, **more):
        started.append(Installation(tmp_path, **{**build_installation_variables(provider), **more}))
        return Desk(started[-1], provider, customers)

    yield start
    for installation in started:
        installation.clear()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk for several tests; each leaves the installation healthy and every text sent."""
    with TroubledProvider() as provider:
        installation = Installation(
            tmp_path_factory.mktemp("desk"), **build_installation_variables(provider)
        )
        try:
            yield Desk(installation, provider, customers=150)
        finally:
            installation.clear()
