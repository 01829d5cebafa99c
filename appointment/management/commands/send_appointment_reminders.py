"""`manage.py send_appointment_reminders`: send the reminders that are due, without a worker."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from appointment.messages.manual_reminders import build_immediate_reminder, find_within_lead_time
from appointment.models import Appointment
from core.api.errors import Refusal
from core.commands import build_nothing_done_error
from notification import actions as ledger
from notification.commands import SendingCommand
from notification.delivery import manual_sending
from notification.models import AppointmentNotification
from notification.states import Channel, Kind


class Command(SendingCommand):
    """Safe beside running workers: each reminder is claimed before it is sent."""

    help = "Sends reminders that are due. --force sends them again, for these visits or for all."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("appointments", nargs="*", type=int, help="Only these visits.")
        parser.add_argument(
            "--force",
            action="store_true",
            help="Remind now even if it is not time yet or was done before.",
        )
        parser.add_argument(
            "--yes",
            action="store_true",
            help="With --force and no visits: all visits that are within their reminder time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["appointments"]
        if options["force"]:
            if not ids and not options["yes"]:
                raise build_nothing_done_error(
                    "--force reminds people again: name the visits, or add --yes for all that are"
                    " within their reminder time."
                )
            rows = self.forced(
                get_chosen_appointments(ids) if ids else find_within_lead_time(timezone.now())
            )
            self.act(rows if options["dry_run"] else self.written(rows), options)
            return
        due = manual_sending.find_due(timezone.now()).filter(kind=Kind.REMINDER)
        self.act(self.due_of(get_chosen_appointments(ids), due) if ids else due, options)

    def act(self, rows: Iterable[AppointmentNotification], options: dict[str, Any]) -> None:
        """Show or send."""
        (self.show if options["dry_run"] else self.send)(rows)

    def due_of(
        self, visits: list[Appointment], due: QuerySet[AppointmentNotification]
    ) -> Iterator[AppointmentNotification]:
        """The due reminders of these visits; those that have none are named."""
        rows = list(due.filter(appointment__in=visits))
        yield from rows
        for visit in visits:
            if visit.pk not in {row.visit_id for row in rows}:
                self.leave_out(f"visit {visit.pk}", "no reminder is due now")

    def forced(self, visits: Iterable[Appointment]) -> Iterator[AppointmentNotification]:
        """A reminder for this moment for each visit; those that can't have one are named."""
        for visit in visits:
            try:
                yield build_immediate_reminder(visit, Channel.SMS)
            except Refusal as refusal:
                self.leave_out(f"visit {visit.pk}", refusal.detail)

    def written(self, rows: Iterable[AppointmentNotification]) -> Iterator[AppointmentNotification]:
        """The rows once they stand in the ledger."""
        for row in rows:
            try:
                ledger.create_single_notification(row)
                yield row
            except Refusal as refusal:
                self.leave_out(f"visit {row.visit_id}", refusal.detail)


def get_chosen_appointments(ids: list[int]) -> list[Appointment]:
    """The visits with these ids.

    Raises:
        CommandError: one is not there; nothing was sent.
    """
    visits = Appointment.objects.select_related("salon", "customer").in_bulk(ids)
    missing = [str(pk) for pk in ids if pk not in visits]
    if missing:
        raise build_nothing_done_error(f"There is no visit {', '.join(missing)}; nothing was sent.")
    return [visits[pk] for pk in dict.fromkeys(ids)]
