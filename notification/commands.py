"""What the commands that send by hand have in common."""

import sys
from collections import Counter
from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandParser

from notification import by_hand
from notification.models import AppointmentNotification


class SendingCommand(BaseCommand):
    """Shows rows with --dry-run, else sends them; exit status 1 when one went wrong."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Print what would go to whom; change nothing."
        )

    def show(self, rows: Iterable[AppointmentNotification]) -> None:
        """Print what would be sent."""
        count = 0
        for row in rows:
            count += 1
            self.stdout.write(by_hand.preview(row))
        self.stdout.write(f"{count} messages looked at, nothing was sent.")

    def send(self, rows: Iterable[AppointmentNotification]) -> None:
        """Send and print what became of each, then the counts."""
        counts: Counter[str] = Counter()
        failed = False
        for row in by_hand.send(rows):
            counts[row.status] += 1
            failed |= by_hand.went_wrong(row)
            self.stdout.write(by_hand.result(row))
        parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        self.stdout.write(f"{counts.total()} messages: {parts}" if parts else "Nothing was due.")
        if failed:
            sys.exit(1)
