"""The check that runs each night, and what it last saw."""

from collections import Counter
from typing import Any

import structlog
from django.db.models import Min, Sum
from django.utils import timezone

from appointment.audit import Report, audit
from appointment.models import LastCheck
from salon.models import Salon

logger = structlog.get_logger(__name__)


def check() -> None:
    """Compare book, ledger and Redis for every salon and keep the result. Mends nothing."""
    report = Report()
    differences: Counter[int] = Counter()
    for finding in audit(report):
        differences[finding.salon_id] += 1
        logger.warning(
            "check_found", what=finding.what, salon=finding.salon_id, visit=finding.visit_id
        )
    now = timezone.now()
    for salon in Salon.objects.filter(is_active=True):
        counts = report[salon.pk]
        LastCheck.objects.update_or_create(
            salon=salon,
            defaults={"checked_at": now, "differences": differences[salon.pk], **vars(counts)},
        )
    logger.info("check_done", differences=differences.total(), visits=report.total("visits"))


def last_result() -> dict[str, Any]:
    """The last nightly check over all salons, for /health/; {"checked_at": None} before the first.

    `checked_at` is the oldest of the salons' times: no salon was looked at earlier.
    """
    return LastCheck.objects.filter(salon__is_active=True).aggregate(
        checked_at=Min("checked_at"),
        visits=Sum("visits"),
        reminders_due=Sum("reminders_due"),
        reminders_planned=Sum("reminders_planned"),
        differences=Sum("differences"),
    )
