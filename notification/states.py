"""The named choices of the ledger, and the one table of its transitions."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """Names of kinds that code refers to. The registry lists all kinds, with their labels."""

    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    CANCELLATION = "cancellation"


class Channel(models.TextChoices):
    """The way a message takes."""

    SMS = "sms", _("text message")


class Status(models.TextChoices):
    """The states of a row; `TRANSITIONS` says which may follow which."""

    PENDING = "pending", _("planned")
    SENDING = "sending", _("sending")
    UNKNOWN = "unknown", _("unknown")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not sent")
    CANCELLED = "cancelled", _("taken back")


LIVE = (Status.PENDING, Status.SENDING, Status.UNKNOWN)
# The customer has the text, or may have it: never send it again.
MAYBE_SENT = (Status.SENDING, Status.UNKNOWN, Status.SENT, Status.DELIVERED)
# The provider took the text.
ACCEPTED = (Status.SENT, Status.DELIVERED)

TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    # A receipt may prove that a text which was taken for lost did go out.
    Status.PENDING: (
        Status.SENDING,
        Status.SENT,
        Status.DELIVERED,
        Status.FAILED,
        Status.SKIPPED,
        Status.CANCELLED,
    ),
    Status.SENDING: (Status.SENT, Status.PENDING, Status.FAILED, Status.UNKNOWN, Status.DELIVERED),
    Status.UNKNOWN: (Status.SENT, Status.PENDING, Status.FAILED, Status.DELIVERED),
    Status.SENT: (Status.DELIVERED, Status.FAILED),
    Status.DELIVERED: (),
    Status.FAILED: (),
    Status.SKIPPED: (),
    Status.CANCELLED: (),
}


def may_become(status: str) -> list[str]:
    """The states from which a row may become `status`."""
    return [str(before) for before, after in TRANSITIONS.items() if status in after]


class Reason(models.TextChoices):
    """Why a row ended without a text, or how it went wrong."""

    NOT_ASKED = "not_asked", _("staff chose not to text")
    NO_PHONE = "no_phone", _("the customer has no phone number")
    OPTED_OUT = "opted_out", _("the customer answered STOP")
    TOO_LATE = "too_late", _("the appointment has begun")
    SUPERSEDED = "superseded", _("the appointment was moved")
    SETTING_CHANGED = "setting_changed", _("the reminder time was changed")
    NOT_EXPECTED = "not_expected", _("the appointment is no longer awaited")
    APPOINTMENT_CANCELLED = "visit_cancelled", _("the appointment was cancelled")
    APPOINTMENT_DELETED = "visit_deleted", _("the appointment was deleted")
    BAD_NUMBER = "bad_number", _("the number can't receive texts")
    CONTENT = "content", _("the provider refused the text itself")
    CONFIGURATION = "configuration", _("the sender's account is not set up right")
    PROVIDER_BUSY = "provider_busy", _("the provider could not be reached in time")
    LOST_ANSWER = "lost_answer", _("the provider's answer was lost")
    INTERNAL_ERROR = "internal_error", _("an error in this program")
    TAKEN_BACK = "taken_back", _("taken back by hand")
    UNDELIVERED = "undelivered", _("the phone network could not deliver")


class UnreachableCause(models.TextChoices):
    """Why texts don't reach a number."""

    NO_SUCH_NUMBER = "no_such_number", _("no phone has this number")
    NOT_MOBILE = "not_mobile", _("not a mobile number")
    NO_ROUTE = "no_route", _("the salon's sender can't text this number")
    NO_ANSWER = "no_answer", _("the phone was not to be reached, three tries in a row")
