"""A provider for tests: speaks Twilio's Messages API over real HTTP and fails when told to.

    with Provider() as provider:
        settings.TWILIO_API_BASE_URL = provider.url
        provider.fail_next(Fault.http(429, 20429, retry_after=7), Fault.timeout())
        ...
        assert [text.body for text in provider.texts] == ["Hello"]

`texts` holds what the provider accepted, whether or not the caller learnt of it.
"""

import base64
import json
import secrets
import socket
import ssl
import struct
import threading
from collections import deque
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

HANGING_UP = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: closing sends RST


@dataclass(frozen=True)
class AcceptedMessage:
    """A message the provider accepted; `created` is aware, UTC."""

    to: str
    sender: str
    body: str
    sid: str
    status_callback: str | None
    created: datetime


@dataclass(frozen=True)
class ProviderRequest:
    """A request as it arrived; `form` holds the body's fields, or the query's for a GET."""

    method: str
    path: str
    form: dict[str, str]
    auth: tuple[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Fault:
    """What the provider does wrong with one request to create a message."""

    kind: str
    status: int = 0
    code: int | None = None
    retry_after: int | None = None
    body: str = ""
    accepts: bool = False

    @classmethod
    def http(cls, status, code=None, *, retry_after=None, body=""):
        """Answer with this HTTP status and Twilio error code, or with `body` as it is."""
        return cls("http", status, code, retry_after, body)

    @classmethod
    def timeout(cls):
        """Read the request and never answer."""
        return cls("timeout")

    @classmethod
    def trickle(cls):
        """Answer a byte at a time for ever, so that no single read times out."""
        return cls("trickle")

    @classmethod
    def flood(cls):
        """Say "go on" for ever, as fast as it is read."""
        return cls("flood")

    @classmethod
    def reset(cls):
        """Read the request, then reset the connection."""
        return cls("reset")

    @classmethod
    def reset_before_body(cls):
        """Reset the connection when only the head of the request was read."""
        return cls("reset_before_body")

    @classmethod
    def hang_up(cls):
        """Read the request, then close the connection without a word."""
        return cls("hang_up")

    @classmethod
    def broken_body(cls):
        """Answer 201 with half a JSON document, complete as far as HTTP can tell."""
        return cls("broken_body")

    @classmethod
    def cut_body(cls):
        """Answer 201, announce more than is sent, and close."""
        return cls("cut_body")

    @classmethod
    def after_acceptance(cls, fault):
        """The same fault, but the message was accepted: it will reach its phone."""
        return replace(fault, accepts=True)


@dataclass
class Provider:
    """The server; start with `with`, or `start()` and `stop()`.

    `down_with`: a fault for every message not covered by `fail_next`, until set to None.
    `connections`: how many opened; `talking`: how many of them have not ended.
    `may_answer`: clear it, and messages are read but not looked at until it is set again.
    """

    down_with: Fault | None = None
    texts: list[AcceptedMessage] = field(default_factory=list)
    calls: list[ProviderRequest] = field(default_factory=list)
    connections: int = 0
    talking: int = 0
    may_answer: threading.Event = field(default_factory=threading.Event)
    _faults: deque[Fault] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self):
        self.stopping = threading.Event()
        self.may_answer.set()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        self._thread.start()
        return self

    def stop(self):
        """Answer nothing more; calls that hang are let go."""
        self.stopping.set()
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    @property
    def url(self):
        """The base that stands for https://api.twilio.com."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def speak_tls(self, certificate):
        """From now on with this certificate and key (a file)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def fail_next(self, *faults):
        """Meet the next messages with these faults, one each, in this order."""
        with self._lock:
            self._faults.extend(faults)

    def next_fault(self):
        with self._lock:
            return self._faults.popleft() if self._faults else self.down_with

    def connection_opened(self):
        with self._lock:
            self.connections += 1
            self.talking += 1

    def connection_ended(self):
        with self._lock:
            self.talking -= 1

    def accept(self, form):
        text = AcceptedMessage(
            to=form.get("To", ""),
            sender=form.get("From", ""),
            body=form.get("Body", ""),
            sid="SM" + secrets.token_hex(16),
            status_callback=form.get("StatusCallback"),
            created=datetime.now(UTC),
        )
        with self._lock:
            self.texts.append(text)
        return text

    def matching(self, to, sender):
        """Accepted texts, newest first, narrowed by recipient and sender when given."""
        return [
            text
            for text in reversed(self.texts)
            if to in (None, text.to) and sender in (None, text.sender)
        ]


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    provider: Provider

    def handle_error(self, request, client_address):
        """A client that went away is what these tests are about: no traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.provider = self.server.provider
        self.provider.connection_opened()

    def finish(self):
        try:
            super().finish()
        finally:
            self.provider.connection_ended()

    def log_message(self, *_):
        """Tests read `calls` instead of a log."""

    def do_POST(self):
        fault = self.provider.next_fault()
        if fault and fault.kind == "reset_before_body" and not fault.accepts:
            self._reset()
            return
        announced = int(self.headers["Content-Length"])
        body = self.rfile.read(announced)
        if len(body) < announced:  # the sender died in the middle: this is no message
            self.close_connection = True
            return
        form = self._fields(body.decode())
        self._record(form)
        self.provider.may_answer.wait()
        text = self.provider.accept(form) if fault is None or fault.accepts else None
        if fault:
            self._fail(fault)
        else:
            self._answer(201, _format_message_json(text, self._account))

    def do_GET(self):
        query = self._fields(urlsplit(self.path).query)
        self._record(query)
        texts = self.provider.matching(query.get("To"), query.get("From"))
        sid = urlsplit(self.path).path.rpartition("/")[2].removesuffix(".json")
        if sid == "Messages":
            self._answer(200, self._page(query, texts))
            return
        found = [text for text in texts if text.sid == sid]
        if found:
            self._answer(200, _format_message_json(found[0], self._account))
        else:
            self._answer(404, _build_error(404, 20404))

    def _fields(self, encoded):
        return {
            name: values[0] for name, values in parse_qs(encoded, keep_blank_values=True).items()
        }

    def _record(self, form):
        user, _, password = (
            base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic "))
            .decode()
            .partition(":")
        )
        path = urlsplit(self.path).path
        headers = dict(self.headers.items())
        self.provider.calls.append(
            ProviderRequest(self.command, path, form, (user, password), headers)
        )

    @property
    def _account(self):
        return urlsplit(self.path).path.split("/")[3]

    def _page(self, query, texts):
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        shown = texts[page * size : (page + 1) * size]
        path = urlsplit(self.path).path
        following = urlencode({**query, "Page": page + 1, "PageSize": size})
        more = (page + 1) * size < len(texts)
        return {
            "messages": [_format_message_json(text, self._account) for text in shown],
            "page": page,
            "page_size": size,
            "next_page_uri": f"{path}?{following}" if more else None,
        }

    def _fail(self, fault):
        getattr(self, f"_fail_{fault.kind}")(fault)

    def _fail_http(self, fault):
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        self._answer(
            fault.status, fault.body or _build_error(fault.status, fault.code), headers=headers
        )

    def _fail_timeout(self, _):
        self.provider.stopping.wait()
        self.close_connection = True

    def _fail_trickle(self, _):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 201 Created\r\nX-Slow: ")
        while not self.provider.stopping.wait(0.05):
            self.wfile.write(b".")
            self.wfile.flush()

    def _fail_flood(self, _):
        self.close_connection = True
        while not self.provider.stopping.is_set():
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)

    def _fail_reset(self, _):
        self._reset()

    _fail_reset_before_body = _fail_reset

    def _fail_hang_up(self, _):
        self.close_connection = True

    def _fail_broken_body(self, _):
        self._answer(201, '{"sid": "SM')

    def _fail_cut_body(self, _):
        self._answer(201, '{"sid": "SM', announced=400)
        self.close_connection = True

    def _reset(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANGING_UP)
        # The stream objects hold the descriptor open too; only the last close resets.
        self.rfile.close()
        self.wfile.close()
        self.connection.close()

    def _answer(self, status, body, *, headers=None, announced=None):
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(announced or len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def open_full_backlog(address=("127.0.0.1", 0)):
    """A listener and those waiting for it: who connects now hangs until one is let in."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(address, backlog=0))
        for _ in range(4):  # the kernel lets one or two wait, whatever the backlog
            caller = sockets.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield listener


def _build_error(status, code):
    return {
        "code": code or status,
        "message": f"Scripted fault {code or status}",
        "more_info": f"https://www.twilio.com/docs/errors/{code or status}",
        "status": status,
    }


def _format_message_json(text, account):
    created = format_datetime(text.created)
    path = f"/2010-04-01/Accounts/{account}/Messages/{text.sid}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": text.body,
        "date_created": created,
        "date_sent": None,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": text.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": text.sid,
        "status": "queued",
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": text.to,
        "uri": f"{path}.json",
    }
