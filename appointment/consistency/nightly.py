"""The check that runs each night, and what the last one saw, that one or one by hand."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from django.db.models import Max, Min, Sum
from django.utils import timezone

from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport, Finding
from appointment.consistency.models import LastCheck
from salon.models import Salon

# A day and how much later one night's check may end than that of the night before.
LONGEST_BETWEEN_CHECKS = timedelta(hours=25)

logger = structlog.get_logger(__name__)


def run_nightly_check() -> None:
    """Compare book, ledger and Redis for every salon and keep the result. Mends nothing."""
    report = ConsistencyReport()
    count = 0
    for finding in check_and_record(report):
        count += 1
        logger.warning(
            "check_found",
            what=finding.what,
            salon=finding.salon_id,
            appointment=finding.appointment_id,
        )
    logger.info("check_done", differences=count, appointments=report.total("appointments"))


def run_missed_check() -> None:
    """`check`, where it did not run last night: some machines are off at that hour."""
    last = LastCheck.objects.aggregate(at=Max("checked_at"))["at"]
    if last is None or last < timezone.now() - LONGEST_BETWEEN_CHECKS:
        run_nightly_check()


def check_and_record(report: ConsistencyReport, *, repair: bool = False) -> Iterator[Finding]:
    """`audit`, whose result is kept for each salon once all findings were taken."""
    left: dict[int | None, Counter[str]] = defaultdict(Counter)
    for finding in find_inconsistencies(report, repair=repair):
        left[finding.salon_id][finding.what] += not finding.is_mended
        yield finding
    now = timezone.now()
    for salon in Salon.objects.filter(is_active=True):
        found = +left[salon.pk]
        kept = {"checked_at": now, "differences": found.total(), "found": found}
        LastCheck.objects.update_or_create(salon=salon, defaults=kept | vars(report[salon.pk]))


def get_last_check_result() -> dict[str, Any]:
    """The last check over all salons, for /health/; {"checked_at": None} before the first.

    `checked_at` is the oldest of the salons' times: no salon was looked at earlier.
    """
    return LastCheck.objects.filter(salon__is_active=True).aggregate(
        checked_at=Min("checked_at"),
        appointments=Sum("appointments"),
        reminders_due=Sum("reminders_due"),
        reminders_planned=Sum("reminders_planned"),
        differences=Sum("differences"),
    )
