"""/health/ tells whether texts can go out; /health/live/ whether the web process answers."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.utils import InterfaceError
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import OutOfMemoryError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from booking_api import enqueue, heartbeat, pulse, unwritable


class Silent(Exception):
    """A part does not answer."""


def database() -> float:
    """Seconds the database took to answer."""
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return time.monotonic() - started


def redis() -> float:
    """Seconds Redis took to answer.

    Raises:
        Silent: it takes no writes, or none for now.
    """
    started = time.monotonic()
    broker = enqueue.broker()
    try:
        # A write: a Redis that is out of memory still answers a ping.
        broker.client.set(f"{broker.namespace}:health", "", ex=60)
    except RedisError as error:
        raise Silent(ailment(error)) from error
    return time.monotonic() - started


def ailment(error: RedisError) -> str:
    """What is wrong with Redis, for whoever can mend it."""
    if isinstance(error, OutOfMemoryError):
        return "out of memory: raise its maxmemory"
    if isinstance(error, RedisTimeoutError):
        return "does not answer in time"
    if str(error).startswith("MISCONF"):  # "… Errors writing to the AOF file: No space left …"
        return f"can't write to its disk: {str(error).rpartition(': ')[2]}"
    return type(error).__name__


def beating(part: str, stale: float = heartbeat.STALE) -> float:
    """Seconds since the last sign of life of `part`.

    Raises:
        Silent: there was none within `stale` seconds.
    """
    age = heartbeat.age(enqueue.broker(), part)
    if age is None or age > stale:
        raise Silent("no sign of life" if age is None else f"silent for {age:.0f} s")
    return age


def worker() -> float:
    return beating("worker")


def scheduler() -> float:
    return beating("scheduler")


def storage() -> float:
    """Seconds since the scheduler last wrote to the database.

    Raises:
        Silent: the database refused, and why; or the scheduler did not get to it.
    """
    refusal = pulse.refusal()
    if refusal:
        raise Silent(refusal)
    return beating(pulse.PART, pulse.STALE)


PARTS: dict[str, Callable[[], float]] = {"database": database, "redis": redis}
# These report in Redis: without it nothing is known of them, and nobody waits for each in turn.
REPORTING: dict[str, Callable[[], float]] = {
    "worker": worker,
    "scheduler": scheduler,
    "storage": storage,
}
NOT_KNOWN = {"ok": False, "age": None, "detail": "not known: it reports in Redis"}


def examine(look: Callable[[], float]) -> dict[str, Any]:
    """{"ok": …, "age": seconds} or the reason why not, without addresses or secrets."""
    try:
        return {"ok": True, "age": round(look(), 3)}
    except Silent as error:
        return {"ok": False, "age": None, "detail": str(error)}
    except DatabaseError as error:
        detail = unwritable.reason(error) or type(error).__name__
        return {"ok": False, "age": None, "detail": detail}
    except (InterfaceError, RedisError, OSError) as error:
        return {"ok": False, "age": None, "detail": type(error).__name__}


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503 naming the one that does not."""
    parts = {name: examine(look) for name, look in PARTS.items()}
    for name, look in REPORTING.items():
        parts[name] = examine(look) if parts["redis"]["ok"] else NOT_KNOWN
    ok = all(part["ok"] for part in parts.values())
    details = more() if parts["database"]["ok"] else {}
    return JsonResponse({"ok": ok, "parts": parts, **details}, status=200 if ok else 503)


def more() -> dict[str, Any]:
    """What the rooms above add to the body (settings.HEALTH_DETAILS)."""
    return {name: import_string(tell)() for name, tell in settings.HEALTH_DETAILS.items()}


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"ok": True})
