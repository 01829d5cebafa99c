"""Queries of /health/ while the installation starts."""

import asyncio
import json
import socket


async def find_health_problem(host: str, port: int) -> str:
    """Return why /health/ on `host` is not well; "" when it answers 200."""
    try:
        async with asyncio.timeout(5):
            status, body = await _send_get_request(get_reachable_address(host), port, "/health/")
    except (OSError, TimeoutError, ValueError) as error:
        return f"the web server does not answer ({type(error).__name__})"
    return "" if status == 200 else describe_unhealthy_parts(status, body)


def get_reachable_address(host: str) -> str:
    """Return an address that reaches a server listening on `host` from this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, never bound
    address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]
    return everywhere.get(str(address), str(address))


def describe_unhealthy_parts(status: int, body: bytes) -> str:
    """Return the parts that an answer of /health/ lists as down."""
    try:
        parts = json.loads(body)["parts"]
        down = [f"{name}: {part['detail']}" for name, part in parts.items() if not part["ok"]]
    except (ValueError, KeyError, TypeError):
        return f"/health/ answers {status}"
    return ", ".join(down)


async def _send_get_request(address: str, port: int, path: str) -> tuple[int, bytes]:
    """Send one plain HTTP request; return status and body."""
    reader, writer = await asyncio.open_connection(address, port)
    try:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.read()
    finally:
        writer.close()
    top, _, body = answer.partition(b"\r\n\r\n")
    return int(top.split()[1] if top else b""), body
