"""One HTTP request that ends on time and tells for certain when nothing was sent.

Why not a pooled session: a provider has no way to tell a repeated text from a second one, so a
request must never be sent twice, and a kept connection that the server closed meanwhile looks
like a lost answer. Here every request opens a connection of its own, nothing repeats it, and one
limit covers name look-up, connecting, sending and reading, even when an answer trickles in byte
by byte.
"""

import socket
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse
from io import BufferedReader, RawIOBase
from typing import Any, cast
from urllib.parse import urlsplit

from core.http.connect import open_connection, seconds_until


class NotConnected(Exception):
    """The connection never opened: certainly not one byte of the request was sent."""


@dataclass(frozen=True)
class Request:
    """What is asked; `url` is absolute, http or https."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Response:
    """What came back; the names of `headers` are in lower case."""

    status: int
    headers: dict[str, str]
    text: str


def send_single_request(request: Request, *, seconds: float) -> Response:
    """Send `request` and read its answer within `seconds` in all.

    Raises:
        NotConnected: no connection; it is safe to try again.
        Exception: any other, TimeoutError among them: the request may have arrived.
    """
    deadline = time.monotonic() + seconds
    connection = _connect_to_url(request.url, deadline, seconds)
    try:
        _send_request(connection, request)
        return _read_response(connection, request.method, deadline)
    except TimeoutError:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    finally:
        connection.close()


def measure_clock_lead(date: str, asked_at: datetime, answered_at: datetime) -> timedelta:
    """How far our clock is ahead of theirs at least, by the `Date` header of an answer (RFC 9110).

    The header is to the second, and was written somewhere between `asked_at` and `answered_at`,
    both by our clock. Nothing for what that explains, and where the header holds no date.
    """
    try:
        theirs = parsedate_to_datetime(date)
        at_least, at_most = asked_at - theirs - timedelta(seconds=1), answered_at - theirs
    except (TypeError, ValueError):  # no date, or one without a time zone
        return timedelta(0)
    return max(at_least, min(at_most, timedelta(0)))


def _connect_to_url(url: str, deadline: float, seconds: float) -> HTTPConnection:
    """A connection to the host of `url`, over which nothing was said yet."""
    try:
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        connection = HTTPConnection(parts.hostname or "", parts.port or (443 if tls else 80))
        connection.sock = open_connection(
            connection.host, connection.port, tls=tls, deadline=deadline
        )
    except Exception as error:
        late = time.monotonic() >= deadline
        why = f"no connection within {seconds:g} s" if late else f"{type(error).__name__}: {error}"
        raise NotConnected(why) from error
    return connection


def _send_request(connection: HTTPConnection, request: Request) -> None:
    url = urlsplit(request.url)
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    host = url.netloc.rpartition("@")[2]
    headers = {"Host": host, **request.headers, "Connection": "close"}
    connection.request(request.method, target, request.body, headers)


def _read_response(connection: HTTPConnection, method: str, deadline: float) -> Response:
    wire = cast(socket.socket, _DeadlineReader(connection.sock, deadline))
    with HTTPResponse(wire, method=method) as response:
        response.begin()
        text = response.read().decode()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, headers, text)


class _DeadlineReader(RawIOBase):
    """What http.client reads an answer from: a socket whose reads end at `deadline`, together."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self.wire, self.deadline = wire, deadline

    def makefile(self, _mode: str) -> BufferedReader:
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.wire.settimeout(seconds_until(self.deadline))
        return self.wire.recv_into(buffer)
