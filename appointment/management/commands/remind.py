"""`manage.py remind <appointment>`: remind one customer now."""

from typing import Any

from django.core.management.base import CommandParser

from appointment.messages.manual_reminders import build_immediate_reminder
from appointment.models import Appointment
from core.api.errors import Refusal
from core.commands import build_nothing_done_error
from notification import actions as ledger
from notification.commands import SendingCommand
from notification.states import Channel


class Command(SendingCommand):
    """Send a reminder in this process; the output mentions an earlier reminder."""

    help = "Reminds the customer of one appointment now, even when a reminder was sent before."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("appointment", type=int, help="The appointment's id.")
        parser.add_argument("--channel", choices=Channel.values, default=Channel.SMS)

    def handle(self, *args: Any, **options: Any) -> None:
        appointments = Appointment.objects.select_related("salon", "customer")
        appointment = appointments.filter(pk=options["appointment"]).first()
        if appointment is None:
            raise build_nothing_done_error(f"There is no appointment {options['appointment']}.")
        try:
            notification = build_immediate_reminder(appointment, options["channel"])
            if options["dry_run"]:
                self.show([notification])
                return
            ledger.create_single_notification(notification)
        except Refusal as refusal:
            raise build_nothing_done_error(refusal.detail) from refusal
        self.send([notification])
