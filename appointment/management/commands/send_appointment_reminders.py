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

    help = "Sends reminders that are due. --force reminds these appointments, or all, again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("appointments", nargs="*", type=int, help="Only these appointments.")
        parser.add_argument(
            "--force",
            action="store_true",
            help="Remind now, even before the reminder time or when a reminder was sent before.",
        )
        parser.add_argument(
            "--yes",
            action="store_true",
            help="With --force and no appointments: all appointments within their reminder time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["appointments"]
        if not options["force"]:
            due = manual_sending.find_due(timezone.now()).filter(kind=Kind.REMINDER)
            chosen = self.select_due(get_chosen_appointments(ids), due) if ids else due
            self.show_or_send(chosen, options)
            return
        if not ids and not options["yes"]:
            raise build_nothing_done_error(
                "--force reminds customers again: list the appointments, or add --yes for all that"
                " are within their reminder time."
            )
        appointments = (
            get_chosen_appointments(ids) if ids else find_within_lead_time(timezone.now())
        )
        reminders = self.build_forced_reminders(appointments)
        self.show_or_send(reminders if options["dry_run"] else self.save(reminders), options)

    def show_or_send(
        self, notifications: Iterable[AppointmentNotification], options: dict[str, Any]
    ) -> None:
        """Print the notifications with --dry-run, else send them."""
        (self.show if options["dry_run"] else self.send)(notifications)

    def select_due(
        self, appointments: list[Appointment], due: QuerySet[AppointmentNotification]
    ) -> Iterator[AppointmentNotification]:
        """Yield the due reminders of these appointments; list the appointments without one."""
        reminders = list(due.filter(appointment__in=appointments))
        yield from reminders
        reminded = {reminder.appointment_number for reminder in reminders}
        for appointment in appointments:
            if appointment.pk not in reminded:
                self.leave_out(f"appointment {appointment.pk}", "no reminder is due now")

    def build_forced_reminders(
        self, appointments: Iterable[Appointment]
    ) -> Iterator[AppointmentNotification]:
        """Yield a reminder that is due now for each appointment; list those that can't have one."""
        for appointment in appointments:
            try:
                yield build_immediate_reminder(appointment, Channel.SMS)
            except Refusal as refusal:
                self.leave_out(f"appointment {appointment.pk}", refusal.detail)

    def save(
        self, notifications: Iterable[AppointmentNotification]
    ) -> Iterator[AppointmentNotification]:
        """Save each notification and yield it; list those that wait or are being sent already."""
        for notification in notifications:
            try:
                ledger.create_single_notification(notification)
                yield notification
            except Refusal as refusal:
                self.leave_out(f"appointment {notification.appointment_number}", refusal.detail)


def get_chosen_appointments(ids: list[int]) -> list[Appointment]:
    """Return the appointments with these ids.

    Raises:
        CommandError: one does not exist; nothing was sent.
    """
    appointments = Appointment.objects.select_related("salon", "customer").in_bulk(ids)
    missing = [str(pk) for pk in ids if pk not in appointments]
    if missing:
        raise build_nothing_done_error(
            f"There is no appointment {', '.join(missing)}; nothing was sent."
        )
    return [appointments[pk] for pk in dict.fromkeys(ids)]
