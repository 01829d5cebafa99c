"""An installation that is open, its desk, and its provider; gone after the test."""

import pytest

from tests.provider import Provider
from tests.runner.installations import Installation
from tests.trouble.desk import Desk, variables


@pytest.fixture(autouse=True)
def fresh_redis():
    """The installation starts a Redis of its own."""


class InterruptedProvider(Provider):
    """Does `once_accepted` after it took the next text and before it answers."""

    once_accepted = None

    def accept(self, form):
        text = super().accept(form)
        do, self.once_accepted = self.once_accepted, None
        if do is not None:
            do()
        return text


@pytest.fixture
def provider():
    with InterruptedProvider() as provider:
        yield provider


@pytest.fixture
def open_salon(tmp_path, provider):
    """`open_salon(customers=20, **variables)`: a healthy installation's desk."""
    started = []

    def start(*, customers, at=provider, **more):
        installation = Installation(tmp_path, **{**variables(at), **more})
        started.append(installation)
        installation.until_open()
        desk = Desk(installation, at, customers)
        assert desk.health() == {}
        return desk

    yield start
    for installation in started:
        installation.clear()
        import shutil

        shutil.copy(installation.printed_to, "/tmp/overload/last.log")
