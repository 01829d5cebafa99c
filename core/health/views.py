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

from core.db import storage_errors
from core.health import database_write_check
from core.jobs import enqueue, heartbeat


class PartDown(Exception):
    """A part does not answer."""


def measure_database() -> float:
    """Seconds the database took to answer."""
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return time.monotonic() - started


def measure_redis() -> float:
    """Seconds Redis took to answer.

    Raises:
        Silent: it takes no writes, or none for now.
    """
    started = time.monotonic()
    broker = enqueue.get_broker()
    try:
        # A write: a Redis that is out of memory still answers a ping.
        broker.client.set(f"{broker.namespace}:health", "", ex=60)
    except RedisError as error:
        raise PartDown(describe_redis_error(error)) from error
    return time.monotonic() - started


def describe_redis_error(error: RedisError) -> str:
    """What is wrong with Redis, for whoever can mend it."""
    if isinstance(error, OutOfMemoryError):
        return "out of memory: raise its maxmemory"
    if isinstance(error, RedisTimeoutError):
        return "does not answer in time"
    if str(error).startswith("MISCONF"):  # "… Errors writing to the AOF file: No space left …"
        return f"can't write to its disk: {str(error).rpartition(': ')[2]}"
    return type(error).__name__


def heartbeat_age(part: str, stale: float = heartbeat.STALE_AFTER) -> float:
    """Seconds since the last sign of life of `part`.

    Raises:
        Silent: there was none within `stale` seconds.
    """
    age = heartbeat.read_last_heartbeat_age(enqueue.get_broker(), part)
    if age is None or age > stale:
        raise PartDown("no sign of life" if age is None else f"silent for {age:.0f} s")
    return age


def get_worker_age() -> float:
    return heartbeat_age("worker")


def get_scheduler_age() -> float:
    return heartbeat_age("scheduler")


def get_storage_age() -> float:
    """Seconds since the scheduler last wrote to the database.

    Raises:
        Silent: the database refused, and why; or the scheduler did not get to it.
    """
    refusal = database_write_check.read_write_refusal()
    if refusal:
        raise PartDown(refusal)
    return heartbeat_age(
        database_write_check.STORAGE_PART, database_write_check.STORAGE_STALE_AFTER
    )


DIRECT_CHECKS: dict[str, Callable[[], float]] = {
    "database": measure_database,
    "redis": measure_redis,
}
# These report in Redis: without it nothing is known of them, and nobody waits for each in turn.
HEARTBEAT_CHECKS: dict[str, Callable[[], float]] = {
    "worker": get_worker_age,
    "scheduler": get_scheduler_age,
    "storage": get_storage_age,
}
UNKNOWN_RESULT = {"ok": False, "age": None, "detail": "not known: it reports in Redis"}


def run_health_check(look: Callable[[], float]) -> dict[str, Any]:
    """{"ok": …, "age": seconds} or the reason why not, without addresses or secrets."""
    try:
        return {"ok": True, "age": round(look(), 3)}
    except PartDown as error:
        return {"ok": False, "age": None, "detail": str(error)}
    except DatabaseError as error:
        detail = storage_errors.get_storage_error(error) or type(error).__name__
        return {"ok": False, "age": None, "detail": detail}
    except (InterfaceError, RedisError, OSError) as error:
        return {"ok": False, "age": None, "detail": type(error).__name__}


@never_cache
@require_safe
def show_health(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503 naming the one that does not."""
    parts = {name: run_health_check(look) for name, look in DIRECT_CHECKS.items()}
    for name, look in HEARTBEAT_CHECKS.items():
        parts[name] = run_health_check(look) if parts["redis"]["ok"] else UNKNOWN_RESULT
    ok = all(part["ok"] for part in parts.values())
    details = collect_health_details() if parts["database"]["ok"] else {}
    return JsonResponse({"ok": ok, "parts": parts, **details}, status=200 if ok else 503)


def collect_health_details() -> dict[str, Any]:
    """What the rooms above add to the body (settings.HEALTH_DETAILS)."""
    return {name: import_string(tell)() for name, tell in settings.HEALTH_DETAILS.items()}


@never_cache
@require_safe
def show_liveness(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"ok": True})
