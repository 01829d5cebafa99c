"""A provider that takes every text after a fixed time, in a process of its own and cheaply.

    with QuickProvider(latency=0.1) as provider:
        house.opened(provider)
        ...
        provider.texts()

One thread serves all connections, so that it is not what a benchmark measures.
"""

import asyncio
import json
import secrets
import selectors
import signal
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs

HEAD_ENDS = b"\r\n\r\n"


@dataclass(frozen=True)
class ReceivedMessage:
    """A text the provider took; `at` is seconds since 1970, when it answered."""

    to: str
    body: str
    at: float


class QuickProvider:
    """Start with `with`. `latency` is in seconds, from a request's last byte to its answer."""

    def __init__(self, latency: float = 0.1) -> None:
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve_provider, args=(theirs, latency), daemon=True)

    def __enter__(self) -> "QuickProvider":
        self._process.start()
        self.url = f"http://127.0.0.1:{self._ours.recv()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None, "started by `with`"
        return self._process.pid

    def count(self) -> int:
        """How many texts it took so far."""
        return int(self._asked("count"))

    def texts(self) -> list[ReceivedMessage]:
        """The texts it took so far, in that order."""
        return [ReceivedMessage(*each) for each in self._asked("texts")]

    def _asked(self, question: str) -> Any:
        self._ours.send(question)
        return self._ours.recv()


def _serve_provider(control: Connection, latency: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the benchmark, which stops us
    # The usual selector waits in whole milliseconds, on average half a one too long.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_answer_requests(control, latency))


async def _answer_requests(control: Connection, latency: float) -> None:
    taken: list[tuple[str, str, float]] = []
    loop = asyncio.get_running_loop()

    def tell() -> None:
        control.send(len(taken) if control.recv() == "count" else taken)

    server = await loop.create_server(
        lambda: _ProviderConnection(taken, latency), "127.0.0.1", 0, backlog=1024
    )
    loop.add_reader(control.fileno(), tell)
    control.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _ProviderConnection(asyncio.Protocol):
    """One connection: a request after the other."""

    def __init__(self, taken: list[tuple[str, str, float]], latency: float) -> None:
        self.taken, self.latency = taken, latency
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, ended, rest = self.received.partition(HEAD_ENDS)
        length = read_content_length(head)
        if ended and len(rest) >= length:
            self.received = rest[length:]
            asyncio.get_running_loop().call_later(self.latency, self.take, rest[:length])

    def take(self, form: bytes) -> None:
        """Take a text and say so; who hung up meanwhile has been texted nevertheless."""
        fields = parse_qs(form.decode())
        self.taken.append((fields["To"][0], fields["Body"][0], time.time()))
        body = json.dumps({"sid": "SM" + secrets.token_hex(16), "status": "queued"}).encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Length: {len(body)}\r\n"
        self.transport.write(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)


def read_content_length(head: bytes) -> int:
    """Bytes of the body, as the head of a request announces them."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
