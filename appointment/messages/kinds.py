"""The kinds of message about an appointment. Listed in settings.NOTIFICATION_KINDS."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appointment import tasks
from appointment.messages import planning, policies, wording
from appointment.messages.base_kind import AppointmentMessageKind, Plan, refuse_to_send
from appointment.messages.facts import build_appointment_facts
from appointment.messages.policies import AppointmentFacts
from appointment.messages.rules import MessagingRules
from appointment.models import Appointment
from notification.models import AppointmentNotification
from notification.registry import DoNotSend, PreparedMessage
from notification.states import Kind, Reason, Status


class UpcomingAppointmentKind(AppointmentMessageKind):
    """A message that is right only as long as the appointment stays as it was when planned."""

    def prepare(
        self, notification: AppointmentNotification, now: datetime
    ) -> PreparedMessage | DoNotSend:
        appointment = notification.appointment
        if appointment is None:
            return DoNotSend(Status.CANCELLED, Reason.APPOINTMENT_DELETED)
        facts = build_appointment_facts(appointment)
        if obstacle := policies.check_current(facts, notification, now):
            return refuse_to_send(obstacle)
        body = self.build_body(notification, appointment, now)
        return PreparedMessage(str(appointment.customer.phone_number), body)

    @abstractmethod
    def build_body(
        self, notification: AppointmentNotification, appointment: Appointment, now: datetime
    ) -> str:
        """Return the text as the customer reads it."""


class Confirmation(UpcomingAppointmentKind):
    """Sent at once when an appointment is booked, moved or reopened."""

    name = Kind.CONFIRMATION
    label = _("confirmation")
    order = 10
    actor = tasks.send_sms_confirmation
    is_optional = True

    def owed(
        self,
        appointment: AppointmentFacts,
        notifications: Sequence[AppointmentNotification],
        rules: MessagingRules,
        now: datetime,
    ) -> Plan:
        own = self.select_own(notifications)
        is_owed = policies.owes_confirmation(appointment, own, now)
        return Plan(
            to_create=[self.plan_message(rules, now)] if is_owed else [],
            to_cancel=policies.find_obsolete(appointment, own),
        )

    def build_body(
        self, notification: AppointmentNotification, appointment: Appointment, now: datetime
    ) -> str:
        salon = notification.salon
        return wording.build_confirmation_body(
            appointment.customer.text_name, salon.name, appointment.appointment_time, salon.zone
        )


class Reminder(UpcomingAppointmentKind):
    """Sent the salon's lead time before the appointment."""

    name = Kind.REMINDER
    label = _("reminder")
    order = 20
    actor = tasks.send_sms_reminder

    def owed(
        self,
        appointment: AppointmentFacts,
        notifications: Sequence[AppointmentNotification],
        rules: MessagingRules,
        now: datetime,
    ) -> Plan:
        own = self.select_own(notifications)
        due = policies.compute_owed_reminder(appointment, own, rules, now)
        return Plan(
            to_create=[self.plan_message(rules, due, rules.reminder_minutes)] if due else [],
            to_cancel=[
                *policies.find_obsolete(appointment, own),
                *policies.find_outdated_reminders(appointment, own, rules, now),
            ],
        )

    def build_body(
        self, notification: AppointmentNotification, appointment: Appointment, now: datetime
    ) -> str:
        salon = notification.salon
        return wording.build_reminder_body(
            appointment.customer.text_name,
            salon.name,
            appointment.appointment_time,
            salon.zone,
            now,
        )

    def handle_taken_back(self, notification: AppointmentNotification) -> None:
        planning.refresh_task_id(notification.appointment_number)


class Cancellation(AppointmentMessageKind):
    """Sent at once when an appointment is cancelled or deleted."""

    name = Kind.CANCELLATION
    label = _("cancellation")
    order = 30
    actor = tasks.send_sms_cancellation
    is_optional = True
    outlives_appointment = True

    def owed(
        self,
        appointment: AppointmentFacts,
        notifications: Sequence[AppointmentNotification],
        rules: MessagingRules,
        now: datetime,
    ) -> Plan:
        own = self.select_own(notifications)
        confirmations = [each for each in notifications if each.kind == Kind.CONFIRMATION]
        is_owed = policies.owes_cancellation(appointment, own, confirmations, now)
        return Plan(
            to_create=[self.plan_message(rules, now)] if is_owed else [],
            to_cancel=policies.find_obsolete_cancellations(appointment, own),
        )

    def prepare(
        self, notification: AppointmentNotification, now: datetime
    ) -> PreparedMessage | DoNotSend:
        appointment = notification.appointment
        facts = None if appointment is None else build_appointment_facts(appointment)
        if obstacle := policies.check_cancelled(facts, notification, now):
            return refuse_to_send(obstacle)
        body = wording.build_cancellation_body(notification.starts_at, notification.salon.zone)
        return PreparedMessage(notification.recipient, body)
