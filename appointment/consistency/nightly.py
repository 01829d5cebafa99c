"""The check that runs each night, and the result of the last one, nightly or by hand."""

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

# A day, and the time by which one night's check may end later than the one before.
LONGEST_BETWEEN_CHECKS = timedelta(hours=25)

logger = structlog.get_logger(__name__)


def run_nightly_check() -> None:
    """Compare appointments, ledger and Redis for every salon; save the result, repair nothing."""
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
    """Run the check when it did not run last night: some machines are off at that hour."""
    last = LastCheck.objects.aggregate(at=Max("checked_at"))["at"]
    if last is None or last < timezone.now() - LONGEST_BETWEEN_CHECKS:
        run_nightly_check()


def check_and_record(report: ConsistencyReport, *, repair: bool = False) -> Iterator[Finding]:
    """Yield all differences, then save the result of each salon."""
    left: dict[int | None, Counter[str]] = defaultdict(Counter)
    for finding in find_inconsistencies(report, repair=repair):
        left[finding.salon_id][finding.what] += not finding.is_repaired
        yield finding
    now = timezone.now()
    for salon in Salon.objects.filter(is_active=True):
        found = +left[salon.pk]
        result = {"checked_at": now, "differences": found.total(), "found": found}
        LastCheck.objects.update_or_create(salon=salon, defaults=result | vars(report[salon.pk]))


def get_last_check_result() -> dict[str, Any]:
    """Return the last check over all salons, for /health/; before the first all is None.

    `checked_at` is the oldest of the salons' times: no salon was checked earlier.
    """
    return LastCheck.objects.filter(salon__is_active=True).aggregate(
        checked_at=Min("checked_at"),
        visits=Sum("appointments"),  # the key that monitoring reads
        reminders_due=Sum("reminders_due"),
        reminders_planned=Sum("reminders_planned"),
        differences=Sum("differences"),
    )
