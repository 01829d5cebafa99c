"""`manage.py check_notifications [--repair]`: does every future appointment have its messages?"""

import sys
from typing import Any

from django.core.management.base import CommandParser

from appointment.consistency.findings import ConsistencyReport, Finding
from appointment.consistency.nightly import check_and_record
from core.commands import EXIT_NEEDS_ATTENTION, OperatorCommand, build_nothing_done_error
from core.jobs.enqueue import REDIS_FAILURES


class Command(OperatorCommand):
    """Prints what differs between the book, the ledger and Redis. Exit status 1 if any is left."""

    help = "Compares appointments, planned messages and Redis; --repair mends what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Plan what is missing, take back what is wrong. Customers get the texts they owe.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = ConsistencyReport()
        left = found = 0
        try:
            for finding in check_and_record(report, repair=options["repair"]):
                found += 1
                left += not finding.is_mended
                self.stdout.write(format_finding(finding))
        except REDIS_FAILURES as error:
            raise build_nothing_done_error(
                f"Redis does not answer ({type(error).__name__}): is it running at REDIS_URL?"
            ) from error
        self.stdout.write(
            f"{report.total('appointments')} future appointments, {report.total('reminders_planned')} of"
            f" {report.total('reminders_due')} reminders planned, {found} differences, {left} left."
        )
        if left:
            sys.exit(EXIT_NEEDS_ATTENTION)


def format_finding(finding: Finding) -> str:
    """A finding in one line."""
    done = " (mended)" if finding.is_mended else ""
    where = f"appointment {finding.appointment_id}" if finding.appointment_id else "no appointment"
    return f"{where}: {finding.what}: {finding.detail}{done}"
