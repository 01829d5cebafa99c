"""Whether the database takes writes: a full disk or a read-only file shows here, in /health/.

Keys: `{ns}:alive:storage` as in heartbeat.py; `{ns}:refusal:own`, why the scheduler's last write
failed, and `{ns}:refusal:noticed`, why somebody else's did. What changes one small row may pass
where what needs more room does not.
"""

from contextlib import suppress
from typing import Any, cast

from django.db import DatabaseError
from django.dispatch import receiver
from django.utils import timezone

from booking_api import enqueue, heartbeat, unwritable
from booking_api.models import Pulse

PART = "storage"
STALE = 30  # seconds; another scheduler takes over within them
NOTICED = 15  # seconds after which it counts as over when nobody else was refused


def write() -> None:
    """Write to the database, then say in Redis whether it worked. Runs in the scheduler."""
    client, own = enqueue.broker().client, key("own")
    try:
        Pulse.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    except DatabaseError as error:
        client.set(own, unwritable.reason(error) or type(error).__name__, ex=STALE)
        raise
    heartbeat.beat(enqueue.broker(), PART)
    client.delete(own)


@receiver(unwritable.noticed)
def remember(reason: str, **_: Any) -> None:
    """Keep what a request or a worker was refused; without Redis /health/ has another reason."""
    with suppress(*enqueue.REDIS_FAILURES), enqueue.patience.asking():
        enqueue.broker().client.set(key("noticed"), reason, ex=NOTICED)


def refusal() -> str:
    """Why a write was refused just now; "" when none was."""
    names = [key("own"), key("noticed")]
    stored = cast(list[bytes | None], enqueue.broker().client.mget(names))
    return next((reason.decode() for reason in stored if reason), "")


def key(whose: str) -> str:
    return f"{enqueue.broker().namespace}:refusal:{whose}"
