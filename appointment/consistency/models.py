"""The result of the nightly comparison."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LastCheck(models.Model):
    """The result of the last check of one salon."""

    salon = models.OneToOneField("salon.Salon", models.CASCADE, related_name="last_check")
    checked_at = models.DateTimeField()
    appointments = models.PositiveIntegerField(help_text=_("Appointments ahead."))
    reminders_due = models.PositiveIntegerField(
        help_text=_("Appointments that shall have a reminder,")
    )
    reminders_planned = models.PositiveIntegerField(help_text=_("and those that have one."))
    differences = models.PositiveIntegerField()
    found = models.JSONField(default=dict, help_text=_("How many differences of each sort."))

    class Meta:
        verbose_name = _("result of the nightly check")
        verbose_name_plural = _("results of the nightly check")

    def __str__(self) -> str:
        return f"check of salon #{self.salon_id}: {self.differences} differences"
