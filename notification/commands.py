"""What the commands that send by hand have in common."""

import sys
from collections import Counter
from collections.abc import Iterable

from django.core.management.base import CommandParser

from core.commands import EXIT_NEEDS_ATTENTION, OperatorCommand
from notification.delivery import manual_sending
from notification.models import AppointmentNotification


class SendingCommand(OperatorCommand):
    """Shows rows with --dry-run, else sends them; exit status 1 when one went wrong."""

    needs_a_look = False

    def leave_out(self, what: str, why: str) -> None:
        """Say that something can't be sent that was asked for."""
        self.needs_a_look = True
        self.stderr.write(f"{what}: {why}")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Print what would go to whom; change nothing."
        )

    def show(self, rows: Iterable[AppointmentNotification]) -> None:
        """Print what would be sent, then the counts."""
        counts: Counter[bool] = Counter()
        for row in rows:
            line, goes_out = manual_sending.preview_notification(row)
            counts[goes_out] += 1
            self.stdout.write(line)
        self.stdout.write(
            f"{counts.total()} messages: {counts[True]} would be sent, {counts[False]} would not."
            " Nothing was changed."
        )
        self.finish()

    def send(self, rows: Iterable[AppointmentNotification]) -> None:
        """Send and print what became of each, then the counts."""
        counts: Counter[str] = Counter()
        for row in manual_sending.deliver_in_process(rows):
            counts[row.status] += 1
            self.needs_a_look |= manual_sending.has_gone_wrong(row)
            self.stdout.write(manual_sending.format_delivery_result(row))
        parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        self.stdout.write(f"{counts.total()} messages: {parts}" if parts else "Nothing was due.")
        self.finish()

    def finish(self) -> None:
        """Tell the shell whether a person should look."""
        if self.needs_a_look:
            sys.exit(EXIT_NEEDS_ATTENTION)
