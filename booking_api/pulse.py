"""Whether the database takes writes: a full disk or a read-only file shows here, in /health/."""

from django.utils import timezone

from booking_api import enqueue, heartbeat
from booking_api.models import Pulse

PART = "storage"
STALE = 30  # seconds; another scheduler takes over within them


def write() -> None:
    """Write to the database, then say in Redis that it worked. Runs in the scheduler."""
    Pulse.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    heartbeat.beat(enqueue.broker(), PART)
