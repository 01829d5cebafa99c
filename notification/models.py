"""The ledger: every message to a customer is a row here before it is anything else."""

import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking_api.models import Record
from booking_api.phones import PhoneNumberField

# How long after its time a row is taken to be in Redis' hands; past it the sweeper wakes it anew.
WAKE_GRACE = timedelta(seconds=60)
# A call to the provider ends well within this; a row still `sending` after it has an unknown fate.
LONGEST_SEND = timedelta(seconds=30)


class Kind(models.TextChoices):
    """What a message says."""

    CONFIRMATION = "confirmation", _("confirmation")
    REMINDER = "reminder", _("reminder")
    CANCELLATION = "cancellation", _("cancellation")


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
TOLD = (Status.SENDING, Status.UNKNOWN, Status.SENT, Status.DELIVERED)
# The provider took the text.
WENT_OUT = (Status.SENT, Status.DELIVERED)

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
    TOO_LATE = "too_late", _("the visit has begun")
    SUPERSEDED = "superseded", _("the visit was moved")
    SETTING_CHANGED = "setting_changed", _("the reminder time was changed")
    NOT_EXPECTED = "not_expected", _("the visit is no longer awaited")
    VISIT_CANCELLED = "visit_cancelled", _("the visit was cancelled")
    VISIT_DELETED = "visit_deleted", _("the visit was deleted")
    BAD_NUMBER = "bad_number", _("the number can't receive texts")
    CONTENT = "content", _("the provider refused the text itself")
    CONFIGURATION = "configuration", _("the sender's account is not set up right")
    PROVIDER_BUSY = "provider_busy", _("the provider could not be reached in time")
    LOST_ANSWER = "lost_answer", _("the provider's answer was lost")
    INTERNAL_ERROR = "internal_error", _("an error in this program")
    TAKEN_BACK = "taken_back", _("taken back by hand")
    UNDELIVERED = "undelivered", _("the phone network could not deliver")


def new_message_id() -> str:
    """An id for a message in Redis, chosen before the row is written."""
    return str(uuid.uuid4())


def new_code() -> str:
    """The unguessable name of a row in the provider's callbacks."""
    return secrets.token_urlsafe(16)


class NotificationQuerySet(models.QuerySet["AppointmentNotification"]):
    """The questions that are asked of the ledger."""

    def of_visit(self, visit_id: int) -> "NotificationQuerySet":
        """All rows of one visit, also of one that was deleted."""
        return self.filter(visit_id=visit_id)

    def pending(self) -> "NotificationQuerySet":
        return self.filter(status=Status.PENDING)

    def update_free(self, **columns: Any) -> int:
        """Update those of these rows that nobody is working on; returns how many.

        It never waits for a row, so it can't deadlock with who holds several.
        """
        with transaction.atomic():
            rows = self.select_for_update(skip_locked=True).order_by("pk")
            free = list(rows.values_list("pk", flat=True))
            return self.model._default_manager.filter(pk__in=free).update(**columns)

    def repeating(self, row: "AppointmentNotification") -> "NotificationQuerySet":
        """The later rows that say the same of the same visit, whoever asked for them."""
        same = {"kind": row.kind, "channel": row.channel, "revision": row.revision}
        return self.of_visit(row.visit_id).filter(**same, pk__gt=row.pk)

    def live(self) -> "NotificationQuerySet":
        return self.filter(status__in=LIVE)


class AppointmentNotification(Record):
    """One message to one customer about one visit."""

    # The ledger is a record: it outlives the visit, and salons are never deleted.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="notifications")
    appointment = models.ForeignKey(
        "appointment.Appointment",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notifications",
    )
    visit_id = models.BigIntegerField(_("visit"), help_text=_("Kept when the visit is deleted."))
    starts_at = models.DateTimeField(_("start of the visit"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.SMS)
    offset_minutes = models.PositiveIntegerField(_("minutes before"), default=0)
    revision = models.PositiveIntegerField(_("revision of the visit"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    due_at = models.DateTimeField(_("due"))
    # From when on a wake-up may act: `due_at` at first, later after each pause.
    wake_at = models.DateTimeField(_("next attempt"))
    # Until when Redis is trusted to wake it; the sweeper takes over afterwards.
    woken_until = models.DateTimeField(_("woken until"))
    message_id = models.CharField(_("Redis message"), max_length=36, default=new_message_id)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    recipient = models.CharField(_("recipient"), max_length=40, blank=True)
    sender = models.CharField(_("sender"), max_length=40, blank=True)
    body = models.TextField(_("text"), blank=True)
    provider_id = models.CharField(_("provider's id"), max_length=64, blank=True)
    provider_status = models.CharField(_("provider's status"), max_length=20, blank=True)
    error_code = models.CharField(_("error code"), max_length=20, blank=True)
    error = models.TextField(_("error"), blank=True)
    code = models.CharField(_("callback code"), max_length=32, unique=True, default=new_code)
    # The first try stays on record when its retry is removed.
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="retries"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit_id", "kind", "channel", "offset_minutes", "revision"],
                condition=Q(status__in=LIVE),
                name="notification_live_once",
            ),
            models.UniqueConstraint(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="notification_provider_id_once",
            ),
        ]
        indexes = [
            models.Index(fields=["visit_id"], name="notification_by_visit"),
            models.Index(fields=["salon", "-due_at", "-id"], name="notification_by_salon"),
            models.Index(
                fields=["woken_until"],
                condition=Q(status=Status.PENDING),
                name="notification_to_wake",
            ),
            models.Index(
                fields=["wake_at", "id"],
                condition=Q(status=Status.PENDING),
                name="notification_by_wake",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(status=Status.SENDING),
                name="notification_stuck",
            ),
            models.Index(
                fields=["wake_at"],
                condition=Q(status=Status.UNKNOWN),
                name="notification_unknown",
            ),
            models.Index(
                fields=["recipient", "sender", "-sent_at"], name="notification_by_recipient"
            ),
        ]

    @property
    def is_dropped(self) -> bool:
        """Taken back because of a change, so that planning may write it anew."""
        return self.status == Status.CANCELLED and self.reason != Reason.TAKEN_BACK

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} of visit #{self.visit_id}: {self.status}"


class OptOut(Record):
    """A phone that told a sender to stop. It holds for the pair, as the provider holds it."""

    sender = models.CharField(_("sender"), max_length=40)
    phone_number = PhoneNumberField(_("phone number"))

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "phone_number"], name="opt_out_once")
        ]

    def __str__(self) -> str:
        return f"opt-out #{self.pk}"


class Cause(models.TextChoices):
    """Why texts don't reach a number."""

    NO_SUCH_NUMBER = "no_such_number", _("no phone has this number")
    NOT_MOBILE = "not_mobile", _("not a mobile number")
    NO_ROUTE = "no_route", _("the salon's sender can't text this number")
    NO_ANSWER = "no_answer", _("the phone was not to be reached, three tries in a row")


class UnreachableNumber(Record):
    """A number that this salon's texts don't reach, for all of its customers who have it.

    It is still texted: a phone is switched on again, a number moves to another network, a provider
    errs. A try costs a request, and one that is delivered takes the mark away.
    """

    # Salons are never deleted.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="unreachable_numbers")
    phone_number = PhoneNumberField(_("phone number"))
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    error_code = models.CharField(_("error code"), max_length=20, blank=True)
    since = models.DateTimeField(_("since"))
    # When the text was sent that failed last: receipts of older ones say nothing of now.
    tried_at = models.DateTimeField(_("last tried"))

    class Meta:
        verbose_name = _("number that can't be reached")
        verbose_name_plural = _("numbers that can't be reached")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["salon", "phone_number"], name="unreachable_once")
        ]

    def __str__(self) -> str:
        return f"unreachable number #{self.pk}"


class InboundMessage(Record):
    """What a phone wrote to one of our senders, as the provider handed it over."""

    provider_id = models.CharField(_("provider's id"), max_length=64, unique=True)
    sender = models.CharField(_("from"), max_length=40)
    recipient = models.CharField(_("to"), max_length=40)
    body = models.TextField(_("text"), blank=True)
    # The newest message to that phone from that number tells whose customer writes.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, null=True, blank=True)
    answers = models.ForeignKey(
        AppointmentNotification, models.SET_NULL, null=True, blank=True, related_name="answers_got"
    )

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["salon", "-id"], name="inbound_by_salon")]

    def __str__(self) -> str:
        return f"reply #{self.pk}"


class QueueRefill(models.Model):
    """How far Redis was filled again after it was found empty. One row."""

    epoch = models.CharField(max_length=64, help_text=_("The Redis that holds what is pending."))
    wake_at = models.DateTimeField(default=timezone.now, help_text=_("Filled up to this due time,"))
    row_id = models.BigIntegerField(default=0, help_text=_("and to this row within it."))
    is_done = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("refill of the queue")
        verbose_name_plural = _("refills of the queue")

    def __str__(self) -> str:
        return f"refill of {self.epoch}: {'done' if self.is_done else 'under way'}"
