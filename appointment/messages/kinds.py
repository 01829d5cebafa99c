"""What each kind of message decides and says. Named in settings.NOTIFICATION_KINDS."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, ClassVar

import dramatiq

from appointment import tasks
from appointment.messages import policies, wording
from appointment.models import Appointment
from notification.models import AppointmentNotification
from notification.registry import DoNotSend, PreparedMessage
from notification.states import Reason, Status


class AboutAppointment(ABC):
    """A message that is right only as long as the appointment is as it was planned."""

    actor: ClassVar["dramatiq.Actor[..., Any]"]

    def prepare(self, row: AppointmentNotification, now: datetime) -> PreparedMessage | DoNotSend:
        appointment = row.appointment
        if appointment is None:
            return DoNotSend(Status.CANCELLED, Reason.APPOINTMENT_DELETED)
        withheld = policies.check_current(appointment, row, now)
        if withheld is not None:
            return withheld
        return PreparedMessage(
            str(appointment.customer.phone_number), self.body(row, appointment, now)
        )

    @abstractmethod
    def body(self, row: AppointmentNotification, appointment: Appointment, now: datetime) -> str:
        """The text as the customer reads it."""


class Confirmation(AboutAppointment):
    actor = tasks.send_sms_confirmation

    def body(self, row: AppointmentNotification, appointment: Appointment, now: datetime) -> str:
        salon = row.salon
        return wording.build_confirmation_body(
            appointment.customer.text_name, salon.name, appointment.appointment_time, salon.zone
        )


class Reminder(AboutAppointment):
    actor = tasks.send_sms_reminder

    def body(self, row: AppointmentNotification, appointment: Appointment, now: datetime) -> str:
        salon = row.salon
        return wording.build_reminder_body(
            appointment.customer.text_name,
            salon.name,
            appointment.appointment_time,
            salon.zone,
            now,
        )


class Cancellation:
    """Said of an appointment that may be gone: all it needs was copied to the row."""

    actor = tasks.send_sms_cancellation

    def prepare(self, row: AppointmentNotification, now: datetime) -> PreparedMessage | DoNotSend:
        withheld = policies.check_cancelled(row.appointment, row, now)
        if withheld is not None:
            return withheld
        return PreparedMessage(
            row.recipient, wording.build_cancellation_body(row.starts_at, row.salon.zone)
        )
