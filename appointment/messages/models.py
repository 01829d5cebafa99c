"""The progress of planning again after a change of the lead time."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReminderReplan(models.Model):
    """A salon's request that its appointments follow a new lead time. At most one a salon."""

    salon = models.OneToOneField("salon.Salon", models.CASCADE, related_name="+")
    requested_at = models.DateTimeField()
    # The appointments up to this id have followed.
    after_id = models.BigIntegerField(default=0)
    worked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of the reminder time")
        verbose_name_plural = _("changes of the reminder time")

    def __str__(self) -> str:
        return f"new lead time of salon #{self.salon_id}"
