"""The progress of filling Redis again."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
