"""`manage.py check_notifications [--repair]`: compare appointments, messages and Redis."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from appointment.consistency.findings import ConsistencyReport, Finding
from appointment.consistency.nightly import check_and_record
from core.commands import EXIT_NEEDS_ATTENTION, OperatorCommand, build_nothing_done_error
from core.jobs.enqueue import REDIS_FAILURES


class Command(OperatorCommand):
    """Print what differs between appointments, ledger and Redis; exit status 1 if any is left."""

    help = "Compares appointments, planned messages and Redis; --repair repairs the differences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Plan missing messages and cancel wrong ones. Customers get the missing messages.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = ConsistencyReport()
        left = found = 0
        try:
            for finding in check_and_record(report, repair=options["repair"]):
                found += 1
                left += not finding.is_repaired
                self.stdout.write(format_finding(finding))
        except REDIS_FAILURES as error:
            raise build_nothing_done_error(
                f"Redis does not answer ({type(error).__name__}): is it running at REDIS_URL?"
            ) from error
        self.stdout.write(
            f"{report.total('appointments')} future appointments,"
            f" {report.total('reminders_planned')} of {report.total('reminders_due')} reminders"
            f" planned, {found} differences, {left} left."
        )
        if left:
            sys.exit(EXIT_NEEDS_ATTENTION)


def format_finding(finding: Finding) -> str:
    """Return a finding as one line."""
    done = " (repaired)" if finding.is_repaired else ""
    where = f"appointment {finding.appointment_id}" if finding.appointment_id else "no appointment"
    return f"{where}: {finding.what}: {finding.detail}{done}"
