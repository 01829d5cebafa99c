"""What the stand-in for Twilio remembers: every text, and who texted STOP to whom."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_extensions.db.models import TimeStampedModel

from practice_phone.policies import count_segments


class Direction(models.TextChoices):
    """Twilio's words for who wrote to whom."""

    INBOUND = "inbound", _("from the phone")
    OUTBOUND = "outbound-api", _("from the salon")
    ANSWER = "outbound-reply", _("automatic reply of the provider")


class Status(models.TextChoices):
    """Twilio's words for how far a text has come; the last three are for texts from a phone."""

    QUEUED = "queued", _("on its way")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    RECEIVING = "receiving", _("on its way to the salon")
    RECEIVED = "received", _("received by the salon")
    FAILED = "failed", _("not received by the salon")


def new_sid() -> str:
    """A name like those Twilio gives to messages."""
    return "SM" + secrets.token_hex(16)


class PracticeMessage(TimeStampedModel):
    """One text between a customer's phone and a salon's number, either way."""

    sid = models.CharField(_("id"), max_length=34, unique=True, default=new_sid)
    direction = models.CharField(_("direction"), max_length=20, choices=Direction)
    phone = models.CharField(_("customer's number"), max_length=40)
    sender = models.CharField(_("salon's number"), max_length=40)
    body = models.TextField(_("text"))
    status = models.CharField(_("status"), max_length=20, choices=Status)
    status_callback = models.TextField(_("address for receipts"), blank=True)
    date_sent = models.DateTimeField(_("sent"), null=True, blank=True)
    error_code = models.PositiveIntegerField(_("error code"), null=True, blank=True)
    error_message = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("practice text")
        verbose_name_plural = _("practice texts")
        ordering = ["pk"]
        indexes = [models.Index(fields=["phone", "id"], name="practice_phone_texts")]

    def __str__(self) -> str:
        return self.sid

    @property
    def is_from_phone(self) -> bool:
        """Whether the customer wrote it."""
        return self.direction == Direction.INBOUND

    @property
    def from_number(self) -> str:
        """Who wrote it."""
        return self.phone if self.is_from_phone else self.sender

    @property
    def to_number(self) -> str:
        """Who gets it."""
        return self.sender if self.is_from_phone else self.phone

    @property
    def num_segments(self) -> int:
        """How many texts the network counts it as."""
        return count_segments(self.body)


class PracticeOptOut(TimeStampedModel):
    """A phone that texted STOP to a salon's number and no START since."""

    phone = models.CharField(_("customer's number"), max_length=40)
    sender = models.CharField(_("salon's number"), max_length=40)

    class Meta:
        verbose_name = _("practice opt-out")
        verbose_name_plural = _("practice opt-outs")
        constraints = [
            models.UniqueConstraint(fields=["phone", "sender"], name="practice_opt_out_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
