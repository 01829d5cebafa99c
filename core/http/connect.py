"""A connection to a host that opens within a limit, the look-up of its name included."""

import socket
import ssl
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from threading import Thread

import certifi

LONGEST_CONNECT = 3.0  # seconds for each address of a host, and for the TLS handshake
NAME_CACHE_SECONDS = 60.0  # seconds

HostPort = tuple[str, int]  # host or address, port

# What names stand for: host and port → when that was learnt (monotonic seconds), addresses.
_known_addresses: dict[HostPort, tuple[float, list[HostPort]]] = {}


def open_connection(host: str, port: int, *, tls: bool, deadline: float) -> socket.socket:
    """Open a connection, TLS handshake done, before `deadline` (seconds, as `time.monotonic`).

    What is said over it may take what is left until then.

    Raises:
        OSError: none opened (TimeoutError: not in time); nothing was said.
    """
    wire = _connect_to_first(host, port, deadline)
    try:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            wire.settimeout(_step_timeout(deadline))
            wire = ssl_context().wrap_socket(wire, server_hostname=host)
        wire.settimeout(seconds_until(deadline))
    except Exception:
        wire.close()
        _known_addresses.pop((host, port), None)
        raise
    return wire


def seconds_until(deadline: float) -> float:
    """What is left, more than nothing.

    Raises:
        TimeoutError: nothing is left.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def resolve_addresses(host: str, port: int, deadline: float) -> list[HostPort]:
    """The addresses that `host` stands for, remembered for a minute or until one fails.

    The system's look-up knows no limit: it runs in a thread of its own, which is left to end by
    itself where it takes too long.
    """
    with suppress(ValueError):
        ip_address(host)
        return [(host, port)]
    learnt, addresses = _known_addresses.get((host, port), (0.0, []))
    if not addresses or time.monotonic() - learnt > NAME_CACHE_SECONDS:
        addresses = _look_up_addresses(host, port, deadline)
        _known_addresses[host, port] = time.monotonic(), addresses
    return addresses


def _look_up_addresses(host: str, port: int, deadline: float) -> list[HostPort]:
    limit = seconds_until(deadline)
    answer: Future[list[HostPort]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result([(str(address[0]), port) for *_, address in found])
        except Exception as error:  # noqa: BLE001 - handed to the caller, whatever it is
            answer.set_exception(error)

    Thread(target=ask, name="look-up", daemon=True).start()
    return answer.result(timeout=limit)


def _connect_to_first(host: str, port: int, deadline: float) -> socket.socket:
    """A connection to the first address of `host` that takes one."""
    refusal = OSError(f"{host} has no address")
    for address in resolve_addresses(host, port, deadline):
        try:
            return socket.create_connection(address, _step_timeout(deadline))
        except OSError as error:
            refusal = error
            _known_addresses.pop((host, port), None)  # the host may have moved
    raise refusal


def _step_timeout(deadline: float) -> float:
    """Seconds for one step of opening a connection."""
    return min(LONGEST_CONNECT, seconds_until(deadline))


@cache
def ssl_context() -> ssl.SSLContext:
    """Whom we trust, the machine's own choice included; read once, for it takes 16 ms."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context
