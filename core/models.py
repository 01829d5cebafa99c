"""Base classes of the rooms' models."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django_extensions.db.models import TimeStampedModel

from core.phone_numbers import PhoneNumberField


class Record(TimeStampedModel):
    """Keep when a row was created and last changed (UTC), and save it in one transaction."""

    class Meta(TimeStampedModel.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; if a hook fails, nothing is saved."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)  # type: ignore[no-untyped-call] # the package has no hints


class CommonInfo(Record):
    """Phone number and e-mail address of somebody."""

    phone_number = PhoneNumberField(_("phone number"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta(Record.Meta):
        abstract = True


class Pulse(models.Model):
    """The time of the scheduler's last write to the database: one row, aged by /health/."""

    at = models.DateTimeField()

    class Meta:
        verbose_name = _("last write of the scheduler")
        verbose_name_plural = _("last writes of the scheduler")

    def __str__(self) -> str:
        return f"written at {self.at:%Y-%m-%d %H:%M:%S} UTC"
