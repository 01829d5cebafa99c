"""A connection opens in time or not at all, whatever the look-up of the host's name does.

The system's look-up is replaced here: a resolver that hangs, or answers differently the second
time, can't be had for real without changing the machine.
"""

import socket
import threading
import time
from itertools import chain

import pytest

from notification import dialling
from notification.dialling import dial


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def resolver(monkeypatch, listener):
    """Names that stand for what `resolver.addresses` says; `asked` is how often it was asked."""

    class Resolver:
        addresses = ["127.0.0.1"]
        asked = 0

        def __call__(self, host, port, *args, **kwargs):
            if host != "provider.example":  # an address
                return real(host, port, *args, **kwargs)
            self.asked += 1
            each = (real(address, port, *args, **kwargs) for address in self.addresses)
            return list(chain.from_iterable(each))

    real = socket.getaddrinfo
    resolver = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr(dialling, "_known", {})
    return resolver


@pytest.fixture
def port(listener):
    return listener.getsockname()[1]


def call(port, seconds=5.0):
    """Dial and hang up."""
    dial("provider.example", port, tls=False, deadline=time.monotonic() + seconds).close()


def test_a_name_is_looked_up_once_for_many_connections(resolver, port):
    for _ in range(3):
        call(port)
    assert resolver.asked == 1


def test_a_name_is_looked_up_again_after_a_minute(resolver, port, monkeypatch):
    call(port)
    monkeypatch.setattr(dialling, "NAME_IS_GOOD_FOR", 0.0)
    call(port)
    assert resolver.asked == 2


def test_a_host_that_moved_is_found_at_the_second_call(resolver, port):
    resolver.addresses = ["127.0.0.2"]  # where nobody listens
    with pytest.raises(ConnectionRefusedError):
        call(port)
    resolver.addresses = ["127.0.0.1"]
    call(port)


def test_the_first_address_that_answers_is_taken(resolver, port):
    resolver.addresses = ["127.0.0.2", "127.0.0.1", "127.0.0.3"]
    call(port)


def test_a_look_up_that_hangs_ends_in_time(monkeypatch):
    hanging = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: hanging.wait())
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        call(80, seconds=0.2)
    hanging.set()
    assert 0.1 < time.monotonic() - started < 2.0


def test_a_name_without_addresses_says_so(resolver):
    resolver.addresses = []
    with pytest.raises(OSError, match=r"provider\.example has no address"):
        call(80)


def test_out_of_time_nothing_is_tried(resolver, port):
    with pytest.raises(TimeoutError):
        call(port, seconds=0.0)
    assert resolver.asked == 0
