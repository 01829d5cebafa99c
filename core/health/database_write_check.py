"""The check that the database takes writes: /health/ reports a full disk or read-only file.

Keys: `{ns}:alive:storage` as in heartbeat.py; `{ns}:refusal:own`, why the scheduler's last write
failed, and `{ns}:refusal:noticed`, why a request's or a worker's did. Changing one small row may
succeed where a larger write fails.
"""

from contextlib import suppress
from typing import Any, cast

from django.db import DatabaseError
from django.dispatch import receiver
from django.utils import timezone

from core.db import storage_errors
from core.jobs import enqueue, heartbeat
from core.models import Pulse

STORAGE_PART = "storage"
STORAGE_STALE_AFTER = 30  # seconds; another scheduler takes over within them
REFUSAL_KEPT_FOR = 15  # seconds after which it counts as over when nobody else was refused


def write_pulse() -> None:
    """Write to the database and record the outcome in Redis. Runs in the scheduler."""
    client, own = enqueue.get_broker().client, build_refusal_key("own")
    try:
        Pulse.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    except DatabaseError as error:
        client.set(
            own,
            storage_errors.get_storage_error(error) or type(error).__name__,
            ex=STORAGE_STALE_AFTER,
        )
        raise
    heartbeat.record_heartbeat(enqueue.get_broker(), STORAGE_PART)
    client.delete(own)


@receiver(storage_errors.write_refused)
def remember_refused_write(reason: str, **_: Any) -> None:
    """Keep why a write was refused; without Redis /health/ fails anyway."""
    with suppress(*enqueue.REDIS_FAILURES), enqueue.redis_circuit_breaker.guard():
        enqueue.get_broker().client.set(build_refusal_key("noticed"), reason, ex=REFUSAL_KEPT_FOR)


def read_write_refusal() -> str:
    """Return why a write was refused just now; "" when none was."""
    names = [build_refusal_key("own"), build_refusal_key("noticed")]
    stored = cast(list[bytes | None], enqueue.get_broker().client.mget(names))
    return next((reason.decode() for reason in stored if reason), "")


def build_refusal_key(source: str) -> str:
    return f"{enqueue.get_broker().namespace}:refusal:{source}"
