"""The base of the messages about an appointment: they also plan themselves."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from appointment.messages.policies import AppointmentFacts, Obstacle
from appointment.messages.rules import MessagingRules
from notification import registry
from notification.models import AppointmentNotification
from notification.registry import DoNotSend, MessageKind
from notification.states import Reason, Status


@dataclass(frozen=True)
class PlannedMessage:
    """A message that planning adds to the ledger."""

    kind: str
    channel: str
    due_at: datetime
    offset_minutes: int = 0


@dataclass
class Plan:
    """The changes in the ledger for one appointment."""

    to_create: list[PlannedMessage] = field(default_factory=list)
    to_cancel: list[tuple[AppointmentNotification, Obstacle]] = field(default_factory=list)

    def extend(self, other: "Plan") -> None:
        """Add the changes of `other`."""
        self.to_create += other.to_create
        self.to_cancel += other.to_cancel


class AppointmentMessageKind(MessageKind):
    """A kind of message about an appointment, planned whenever the appointment changes."""

    # Staff may leave it out when they save an appointment (`notify` false).
    is_optional: ClassVar[bool] = False
    # It is sent even when the appointment is deleted: the recipient is copied when it is planned.
    outlives_appointment: ClassVar[bool] = False

    @abstractmethod
    def owed(
        self,
        appointment: AppointmentFacts,
        notifications: Sequence[AppointmentNotification],
        rules: MessagingRules,
        now: datetime,
    ) -> Plan:
        """Return what to create and cancel, given all notifications of the appointment.

        Planning twice changes nothing: what was created and cancelled by the first plan is enough
        for the second.
        """

    def select_own(
        self, notifications: Iterable[AppointmentNotification]
    ) -> list[AppointmentNotification]:
        """Return those of `notifications` that are of this kind."""
        return [each for each in notifications if each.kind == self.name]

    def plan_message(
        self, rules: MessagingRules, due_at: datetime, offset_minutes: int = 0
    ) -> PlannedMessage:
        """Return a message of this kind, planned for the channel that is tried first."""
        return PlannedMessage(self.name, rules.channels[0], due_at, offset_minutes)


def list_appointment_kinds() -> list[AppointmentMessageKind]:
    """Return the registered kinds that are about appointments, in their order."""
    return [
        kind for kind in registry.list_message_kinds() if isinstance(kind, AppointmentMessageKind)
    ]


def refuse_to_send(obstacle: Obstacle) -> DoNotSend:
    """Return how a message ends that meets `obstacle` when it is about to be sent."""
    status = Status.SKIPPED if obstacle == Obstacle.HAS_BEGUN else Status.CANCELLED
    return DoNotSend(status, Reason(obstacle))
