"""The ledger: every message to a customer is a row here before it is anything else."""

import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Record
from notification.contacts.models import InboundMessage, OptOut, UnreachableNumber
from notification.delivery.models import QueueRefill
from notification.registry import list_kind_choices
from notification.states import LIVE, MAYBE_SENT, Channel, Reason, Status

__all__ = [  # Django finds the models of the sub-folders here
    "AppointmentNotification",
    "InboundMessage",
    "OptOut",
    "QueueRefill",
    "UnreachableNumber",
]

# How long after its time a row is taken to be in Redis' hands; past it the sweeper wakes it anew.
WAKE_GRACE = timedelta(seconds=60)
# A call to the provider ends well within this; a row still `sending` after it has an unknown fate.
LONGEST_SEND = timedelta(seconds=30)


def new_message_id() -> str:
    """An id for a message in Redis, chosen before the row is written."""
    return str(uuid.uuid4())


def new_code() -> str:
    """The unguessable name of a row in the provider's callbacks."""
    return secrets.token_urlsafe(16)


class NotificationQuerySet(models.QuerySet["AppointmentNotification"]):
    """The questions that are asked of the ledger."""

    def of_appointment(self, appointment_id: int) -> "NotificationQuerySet":
        """All rows of one appointment, also of one that was deleted."""
        return self.filter(appointment_number=appointment_id)

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
        """The later rows that say the same of the same appointment, whoever asked for them."""
        same = {"kind": row.kind, "channel": row.channel, "revision": row.revision}
        return self.of_appointment(row.appointment_number).filter(**same, pk__gt=row.pk)

    def live(self) -> "NotificationQuerySet":
        return self.filter(status__in=LIVE)


class AppointmentNotification(Record):
    """One message to one customer about one appointment."""

    # The ledger is a record: it outlives the appointment, and salons are never deleted.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="notifications")
    appointment = models.ForeignKey(
        "appointment.Appointment",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notifications",
    )
    appointment_number = models.BigIntegerField(
        _("appointment"), help_text=_("Kept when the appointment is deleted.")
    )
    starts_at = models.DateTimeField(_("start of the appointment"))
    kind = models.CharField(_("kind"), max_length=20, choices=list_kind_choices)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.SMS)
    offset_minutes = models.PositiveIntegerField(_("minutes before"), default=0)
    revision = models.PositiveIntegerField(_("revision of the appointment"))
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
                fields=["appointment_number", "kind", "channel", "offset_minutes", "revision"],
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
            models.Index(fields=["appointment_number"], name="notification_by_appointment"),
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
    def is_pending(self) -> bool:
        """Return whether it waits to be sent."""
        return self.status == Status.PENDING

    @property
    def is_maybe_sent(self) -> bool:
        """Return whether the customer has it or may have it."""
        return self.status in MAYBE_SENT

    @property
    def may_replan(self) -> bool:
        """Return whether planning may create it again: a change cancelled it, not a person."""
        return self.status == Status.CANCELLED and self.reason != Reason.TAKEN_BACK

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} of appointment #{self.appointment_number}: {self.status}"
