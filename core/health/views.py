"""The views of /health/ (can texts go out?) and /health/live/ (does the web process answer?)."""

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
    """A part is down; the message gives the reason."""


def measure_database() -> float:
    """Return the seconds the database took to answer."""
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return time.monotonic() - started


def measure_redis() -> float:
    """Return the seconds Redis took to answer.

    Raises:
        PartDown: it takes no writes, or none for now.
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
    """Return what is wrong with Redis, for an operator."""
    if isinstance(error, OutOfMemoryError):
        return "out of memory: raise its maxmemory"
    if isinstance(error, RedisTimeoutError):
        return "does not answer in time"
    if str(error).startswith("MISCONF"):  # "… Errors writing to the AOF file: No space left …"
        return f"can't write to its disk: {str(error).rpartition(': ')[2]}"
    return type(error).__name__


def heartbeat_age(part: str, stale: float = heartbeat.STALE_AFTER) -> float:
    """Return the seconds since the last heartbeat of `part`.

    Raises:
        PartDown: there was none within `stale` seconds.
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
    """Return the seconds since the scheduler last wrote to the database.

    Raises:
        PartDown: the database refused the write, or the scheduler did not try.
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
# These report in Redis: without it they are unknown, and the view waits for none of them.
HEARTBEAT_CHECKS: dict[str, Callable[[], float]] = {
    "worker": get_worker_age,
    "scheduler": get_scheduler_age,
    "storage": get_storage_age,
}
UNKNOWN_RESULT = {"ok": False, "age": None, "detail": "not known: it reports in Redis"}


def run_health_check(measure: Callable[[], float]) -> dict[str, Any]:
    """Return {"ok": …, "age": seconds}, or the reason without addresses or secrets."""
    try:
        return {"ok": True, "age": round(measure(), 3)}
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
    """Answer 200 when every part works, else 503 with the parts that are down."""
    parts = {name: run_health_check(measure) for name, measure in DIRECT_CHECKS.items()}
    for name, measure in HEARTBEAT_CHECKS.items():
        parts[name] = run_health_check(measure) if parts["redis"]["ok"] else UNKNOWN_RESULT
    ok = all(part["ok"] for part in parts.values())
    details = collect_health_details() if parts["database"]["ok"] else {}
    return JsonResponse({"ok": ok, "parts": parts, **details}, status=200 if ok else 503)


def collect_health_details() -> dict[str, Any]:
    """Return what the rooms above add to the body (settings.HEALTH_DETAILS)."""
    return {name: import_string(collect)() for name, collect in settings.HEALTH_DETAILS.items()}


@never_cache
@require_safe
def show_liveness(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as this process lives."""
    return JsonResponse({"ok": True})
