"""What is known of a phone beside its messages: opt-outs, failures, replies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from core.phone_numbers import PhoneNumberField
from notification.states import UnreachableCause


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


class UnreachableNumber(Record):
    """A number that this salon's texts don't reach, for all of its customers who have it.

    It is still texted: a phone is switched on again, a number moves to another network, a provider
    errs. A try costs a request, and one that is delivered takes the mark away.
    """

    # Salons are never deleted.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="unreachable_numbers")
    phone_number = PhoneNumberField(_("phone number"))
    cause = models.CharField(_("cause"), max_length=20, choices=UnreachableCause)
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
        "notification.AppointmentNotification",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers_got",
    )

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["salon", "-id"], name="inbound_by_salon")]

    def __str__(self) -> str:
        return f"reply #{self.pk}"
