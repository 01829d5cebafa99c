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

    help = (
        "Sends reminders that are due. --force sends them again, for these appointments or for all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("appointments", nargs="*", type=int, help="Only these appointments.")
        parser.add_argument(
            "--force",
            action="store_true",
            help="Remind now even if it is not time yet or was done before.",
        )
        parser.add_argument(
            "--yes",
            action="store_true",
            help="With --force and no appointments: all appointments that are within their reminder time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["appointments"]
        if options["force"]:
            if not ids and not options["yes"]:
                raise build_nothing_done_error(
                    "--force reminds people again: name the appointments, or add --yes for all that are"
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
        self, appointments: list[Appointment], due: QuerySet[AppointmentNotification]
    ) -> Iterator[AppointmentNotification]:
        """The due reminders of these appointments; those that have none are named."""
        rows = list(due.filter(appointment__in=appointments))
        yield from rows
        for appointment in appointments:
            if appointment.pk not in {row.appointment_number for row in rows}:
                self.leave_out(f"appointment {appointment.pk}", "no reminder is due now")

    def forced(self, appointments: Iterable[Appointment]) -> Iterator[AppointmentNotification]:
        """A reminder for this moment for each appointment; those that can't have one are named."""
        for appointment in appointments:
            try:
                yield build_immediate_reminder(appointment, Channel.SMS)
            except Refusal as refusal:
                self.leave_out(f"appointment {appointment.pk}", refusal.detail)

    def written(self, rows: Iterable[AppointmentNotification]) -> Iterator[AppointmentNotification]:
        """The rows once they stand in the ledger."""
        for row in rows:
            try:
                ledger.create_single_notification(row)
                yield row
            except Refusal as refusal:
                self.leave_out(f"appointment {row.appointment_number}", refusal.detail)


def get_chosen_appointments(ids: list[int]) -> list[Appointment]:
    """The appointments with these ids.

    Raises:
        CommandError: one is not there; nothing was sent.
    """
    appointments = Appointment.objects.select_related("salon", "customer").in_bulk(ids)
    missing = [str(pk) for pk in ids if pk not in appointments]
    if missing:
        raise build_nothing_done_error(
            f"There is no appointment {', '.join(missing)}; nothing was sent."
        )
    return [appointments[pk] for pk in dict.fromkeys(ids)]
