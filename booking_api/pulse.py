"""Whether the database takes writes: a full disk or a read-only file shows here, in /health/.

Keys: `{ns}:alive:storage` as in heartbeat.py, and `{ns}:refusal`, why the last write failed.
"""

from typing import cast

from django.db import DatabaseError
from django.utils import timezone

from booking_api import enqueue, heartbeat, unwritable
from booking_api.models import Pulse

PART = "storage"
STALE = 30  # seconds; another scheduler takes over within them


def write() -> None:
    """Write to the database, then say in Redis whether it worked. Runs in the scheduler."""
    client, name = enqueue.broker().client, key()
    try:
        Pulse.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    except DatabaseError as error:
        client.set(name, unwritable.reason(error) or type(error).__name__, ex=STALE)
        raise
    heartbeat.beat(enqueue.broker(), PART)
    client.delete(name)


def refusal() -> str:
    """Why the scheduler's last write was refused; "" when it was not."""
    stored = cast(bytes | None, enqueue.broker().client.get(key()))
    return (stored or b"").decode()


def key() -> str:
    return f"{enqueue.broker().namespace}:refusal"
