"""A connection opens in time or not at all, whatever the look-up of the host's name does.

The system's look-up is replaced here: a resolver that hangs, or answers differently the second
time, can't be had for real without changing the machine.
"""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from itertools import chain

import pytest

from core.http import connect
from core.http.connect import open_connection
from testkit.provider import open_full_backlog
from testkit.waiting import wait_until


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
    monkeypatch.setattr(connect, "_known_addresses", {})
    return resolver


@pytest.fixture
def port(listener):
    return listener.getsockname()[1]


def call(port, seconds=5.0, tls=False):
    """Dial and hang up."""
    open_connection("provider.example", port, tls=tls, deadline=time.monotonic() + seconds).close()


@contextmanager
def threaded(work):
    """Within, `work` is done by another thread."""
    other = threading.Thread(target=work)
    other.start()
    yield
    other.join()


def answer_in_plain(listener):
    """What a server without TLS says to a handshake."""
    with listener.accept()[0] as caller:
        caller.recv(65536)
        caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class Frozen:
    """Stands for TLS while this process is stopped: the handshake is done, but late."""

    def __init__(self, until):
        self.until = until

    def wrap_socket(self, wire, server_hostname):
        wait_until(lambda: time.monotonic() > self.until)
        return wire


def test_a_name_is_looked_up_once_for_many_connections(resolver, port):
    for _ in range(3):
        call(port)
    assert resolver.asked == 1


def test_a_name_is_looked_up_again_after_a_minute(resolver, port, monkeypatch):
    call(port)
    monkeypatch.setattr(connect, "NAME_CACHE_SECONDS", 0.0)
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


def test_an_address_that_failed_is_not_remembered(resolver, port):
    resolver.addresses = ["127.0.0.2", "127.0.0.1"]
    call(port)
    call(port)
    assert resolver.asked == 2


def test_an_address_that_does_not_answer_leaves_time_for_the_next(resolver, port, monkeypatch):
    monkeypatch.setattr(connect, "LONGEST_CONNECT", 0.2)
    resolver.addresses = ["127.0.0.2", "127.0.0.1"]
    started = time.monotonic()
    with open_full_backlog(("127.0.0.2", port)):
        call(port)
    assert time.monotonic() - started < 2.0


def test_a_host_that_speaks_no_tls_is_looked_up_again(resolver, listener, port):
    for _ in range(2):
        with threaded(lambda: answer_in_plain(listener)), pytest.raises(ssl.SSLError):
            call(port, tls=True)
    assert resolver.asked == 2


def test_a_connection_that_opens_too_late_is_hung_up_without_a_word(listener, port, monkeypatch):
    """A worker that was frozen must not speak: its row may be another's by now."""
    deadline = time.monotonic() + 0.1
    monkeypatch.setattr(connect, "ssl_context", lambda: Frozen(until=deadline))
    with pytest.raises(TimeoutError) as caught:
        open_connection("127.0.0.1", port, tls=True, deadline=deadline)
    with listener.accept()[0] as caller:
        caller.settimeout(5)
        assert caller.recv(1) == b""
    del caught  # until here it held on to all that was local to `dial`


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
