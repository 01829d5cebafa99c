"""The kinds of message, named by dotted path in settings: the ledger knows no appointments."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

import dramatiq
from django.conf import settings
from django.utils.module_loading import import_string

from notification.models import AppointmentNotification
from notification.states import Reason, Status


@dataclass(frozen=True)
class PreparedMessage:
    """What shall be sent now, and to whom."""

    recipient: str  # E.164, or "" when the customer has no number
    body: str


@dataclass(frozen=True)
class DoNotSend:
    """The message must not go out any more."""

    status: Status  # SKIPPED or CANCELLED
    reason: Reason


class MessageKind(Protocol):
    """What a kind of message decides and says."""

    actor: "dramatiq.Actor[..., Any]"

    def prepare(self, row: AppointmentNotification, now: datetime) -> PreparedMessage | DoNotSend:
        """Look again at all that may have changed since the row was planned, then word it."""
        ...


@cache
def get_message_kind(name: str) -> MessageKind:
    """The kind called `name` in settings.NOTIFICATION_KINDS."""
    return cast(MessageKind, import_string(settings.NOTIFICATION_KINDS[name])())
