"""The kinds of message. Settings list them by dotted path: the ledger imports no appointments."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import dramatiq
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notification.states import Reason, Status

if TYPE_CHECKING:  # the model takes the choices of its `kind` from here
    from django.utils.functional import _StrPromise

    from notification.models import AppointmentNotification


@dataclass(frozen=True)
class PreparedMessage:
    """A message that is sent now, and the number it is sent to."""

    recipient: str  # E.164, or "" when the customer has no number
    body: str


@dataclass(frozen=True)
class DoNotSend:
    """The decision that a message must not be sent any more."""

    status: Status  # SKIPPED or CANCELLED
    reason: Reason


class MessageKind(ABC):
    """A kind of message: its name and place on the pages, its actor, and what it prepares."""

    name: ClassVar[str]  # stored with each notification, used by the API: never changes
    label: ClassVar["_StrPromise"]
    order: ClassVar[int]  # its place among the kinds on pages, the lowest first
    actor: ClassVar["dramatiq.Actor[..., Any]"]

    @abstractmethod
    def prepare(
        self, notification: "AppointmentNotification", now: datetime
    ) -> PreparedMessage | DoNotSend:
        """Check again everything that may have changed since planning, then word the message."""

    def handle_taken_back(self, notification: "AppointmentNotification") -> None:  # noqa: B027 - most kinds have nothing to do
        """Update what refers to the notification after staff cancelled it by hand."""


def get_message_kind(name: str) -> MessageKind:
    """Return the registered kind called `name`."""
    return load_message_kinds()[name]


def list_message_kinds() -> list[MessageKind]:
    """Return the registered kinds in the order in which pages show them."""
    return list(load_message_kinds().values())


def list_kind_choices() -> "list[tuple[str, _StrPromise]]":
    """Return name and label of each kind, for model fields, filters and the API's description."""
    return [(str(kind.name), kind.label) for kind in list_message_kinds()]


@cache
def load_message_kinds() -> dict[str, MessageKind]:
    """Import the classes of settings.NOTIFICATION_KINDS, by their names, in their order.

    Raises:
        ImproperlyConfigured: two kinds have the same name.
    """
    found: list[MessageKind] = [import_string(path)() for path in settings.NOTIFICATION_KINDS]
    kinds = {kind.name: kind for kind in sorted(found, key=lambda kind: kind.order)}
    if len(kinds) < len(found):
        raise ImproperlyConfigured("NOTIFICATION_KINDS lists two kinds with the same name.")
    return kinds
