"""Where a request comes from is what the web server sees, not what a header says."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from django.db import connection

from runner import parts
from runner.configuration import Configuration
from testkit.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def address(alice, tmp_path) -> Iterator[str]:
    """The web server as `make run` starts it, on this test's database."""
    if connection.vendor != "sqlite":
        pytest.skip("one database is enough to see what the web server makes of a header")
    port = free_port()
    values = dict.fromkeys(Configuration.__dataclass_fields__, "")
    values |= {"host": "127.0.0.1", "port": port, "web_workers": 1, "debug": True}
    values |= {"data_dir": str(tmp_path), "public_url": f"http://localhost:{port}"}
    configuration = Configuration(**values)
    environment = {
        **configuration.environment(),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "REDIS_URL": os.environ["TEST_REDIS_URL"],
        "DJANGO_SETTINGS_MODULE": "booking_api.settings",
    }
    server = subprocess.Popen(
        parts.build_web_part(configuration).command, cwd=ROOT, env=environment
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: is_up(url), timeout=30)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def is_up(url):
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}/health/live/", timeout=5).ok
    return False


def test_a_header_does_not_evade_the_lock(address, alice):
    def sign_in(password, origin):
        body = {"email": alice.email, "password": password}
        headers = {"X-Forwarded-For": origin}
        return requests.post(f"{address}/auth/login/", json=body, headers=headers, timeout=10)

    answers = [sign_in("wrong", f"1.2.3.{number}").status_code for number in range(5)]
    assert answers == [400, 400, 400, 400, 429]
    assert sign_in("alice-password", "9.9.9.9").status_code == 429
