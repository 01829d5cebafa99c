"""`python -m operations.healthcheck web|worker|scheduler`: does this part of this machine live?

For the health checks of containers; needs no Django, so that a check is cheap. Exit status 0 or
1. A worker or scheduler lives when a process of this host name gave a sign of life of late.
"""

import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from redis.exceptions import RedisError

from core.environment import Environment
from core.jobs import heartbeat
from delay_queue.broker import DelayQueueBroker


def is_web_alive() -> bool:
    """Return whether the web server on this machine answers."""
    with urlopen(f"http://127.0.0.1:{Environment().port}/health/live/", timeout=5) as answer:
        return bool(answer.status == 200)


def is_part_alive(part: str) -> bool:
    """Return whether a process of this host has a recent heartbeat."""
    broker = DelayQueueBroker(url=Environment().redis_url, middleware=[])
    since = heartbeat.read_redis_time(broker) - heartbeat.STALE_AFTER
    names: Any = broker.client.zrangebyscore(
        heartbeat.build_heartbeat_key(broker, part), since, "+inf"
    )
    own = f"{socket.gethostname()}:".encode()
    return any(name.startswith(own) for name in names)


CHECKS: dict[str, Callable[[], bool]] = {
    "web": is_web_alive,
    "worker": lambda: is_part_alive("worker"),
    "scheduler": lambda: is_part_alive("scheduler"),
}


def main(arguments: list[str]) -> int:
    """Run a check; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        print(f"give one of: {', '.join(CHECKS)}", file=sys.stderr)  # noqa: T201 - for the operator
        return 2
    try:
        lives = CHECKS[arguments[0]]()
    except (URLError, OSError, RedisError) as error:
        print(f"{arguments[0]}: {type(error).__name__}")  # noqa: T201 - shown by `docker inspect`
        return 1
    print(f"{arguments[0]}: {'lives' if lives else 'no sign of life'}")  # noqa: T201 - as above
    return 0 if lives else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
