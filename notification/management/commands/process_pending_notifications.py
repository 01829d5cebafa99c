"""`manage.py process_pending_notifications`: send what is due, without Redis or a worker."""

from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.api.errors import Refusal
from notification import actions
from notification.commands import SendingCommand
from notification.delivery import manual_sending
from notification.models import AppointmentNotification


def parse_positive_integer(text: str) -> int:
    """A whole number of one or more."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("give a whole number of one or more")
    return int(text)


class Command(SendingCommand):
    """Safe beside running workers: each message is claimed before it is sent."""

    help = "Sends every message that is due, whatever its kind, in this process."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--retry-failed",
            action="store_true",
            help="Also send failed messages of upcoming appointments again, each as a new row.",
        )
        parser.add_argument(
            "--max", type=parse_positive_integer, metavar="N", help="Stop after N messages."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        failed = manual_sending.find_failed(now) if options["retry_failed"] else []
        if options["dry_run"]:
            self.show(islice(chain(manual_sending.find_due(now), failed), options["max"]))
            return
        due = list(islice(manual_sending.find_due(now), options["max"]))
        left = None if options["max"] is None else options["max"] - len(due)
        self.send(chain(due, self.tried_again(list(islice(failed, left)))))

    def tried_again(
        self, rows: Iterable[AppointmentNotification]
    ) -> Iterator[AppointmentNotification]:
        """A new row for each failed one, unless somebody was faster."""
        for row in rows:
            try:
                yield actions.retry(row)
            except Refusal as refusal:
                self.leave_out(f"message {row.pk}", refusal.detail)
