"""The whole system as `make run` starts it, texting a provider of our own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from testkit import run_inside
from testkit.processes.installation import Installation

PASSWORD = "a-password-for-benchmarks"
OWNER = "owner@aurora.example"
TIMEOUT = 30  # seconds a request may take
# As on a server; with DEBUG=1 Django notes down each query.
SERVER_VARIABLES = {"DEBUG": "0", "SECRET_KEY": "only-for-benchmarks-0123456789abcdefghij"}
LOG_TAIL_LENGTH = 8000  # characters of the log that are shown after an error


class HasUrl(Protocol):
    """A provider that runs."""

    url: str


@contextmanager
def open_installation(provider: HasUrl, **variables: str) -> Iterator[Installation]:
    """A running installation with the demo's salons; gone afterwards, whatever happened."""
    with TemporaryDirectory(prefix="salon-bench-", ignore_cleanup_errors=True) as folder:
        demo = {"DEMO": "1", "DEMO_PASSWORD": PASSWORD, "TWILIO_API_BASE_URL": provider.url}
        installation = Installation(
            Path(folder), **run_inside.PROVIDER_ACCOUNT, **demo, **variables
        )
        try:
            installation.until_open()
            yield installation
            installation.stop()
        except Exception:
            print("The installation said at last:\n" + installation.printed()[-LOG_TAIL_LENGTH:])
            raise
        finally:
            installation.clear()


def call_in_installation(installation: Installation, target: str, **arguments: Any) -> Any:
    """The result of the function `module:name`, called beside the installation on its data."""
    settings = {"DJANGO_SETTINGS_MODULE": "booking_api.settings"}
    return run_inside.call_inside_django(
        {**installation.environment, **settings}, target, **arguments
    )


class ApiRefused(Exception):
    """The API answered with another status than 2xx."""


class ApiClient:
    """The REST API of one installation, as one account; any thread may call it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers = {"Content-Type": "application/json"}

    def sign_in(self, email: str = OWNER, password: str = PASSWORD) -> None:
        """Make the calls that follow those of this account."""
        token = self.post("/auth/login/", {"email": email, "password": password})["token"]
        self.headers["Authorization"] = f"Token {token}"

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, values: dict[str, Any] | None = None) -> Any:
        return self.call("POST", path, values or {})

    def patch(self, path: str, values: dict[str, Any]) -> Any:
        return self.call("PATCH", path, values)

    def delete(self, path: str) -> None:
        self.call("DELETE", path)

    def call(self, method: str, path: str, values: dict[str, Any] | None = None) -> Any:
        """The JSON that is answered, on a connection of its own. Raises Refused."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            body = None if values is None else json.dumps(values)
            connection.request(method, path, body, self.headers)
            with connection.getresponse() as answer:
                text = answer.read().decode()
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise ApiRefused(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text) if text else None
