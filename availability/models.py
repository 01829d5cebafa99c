"""What takes the time of a member of staff or of a resource."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class BusySpan(models.Model):
    """Time that is taken of a member of staff or of a resource; overlaps are looked for here."""

    class Kind(models.TextChoices):
        """What takes the time."""

        VISIT = "visit", _("appointment")
        TIME_OFF = "time_off", _("time off")
        HOLD = "hold", _("held")
        EXTERNAL = "external", _("another calendar")

    # An appointment takes its time with it when it is deleted.
    appointment = models.ForeignKey(
        "appointment.Appointment", models.CASCADE, null=True, blank=True, related_name="busy_spans"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.VISIT)
    # Staff are deactivated, not deleted.
    user = models.ForeignKey(
        "user.ExtendedUser", models.PROTECT, null=True, blank=True, related_name="busy_spans"
    )
    # The id of a room or a chair, where the span takes one instead of a member of staff.
    resource_id = models.BigIntegerField(_("resource"), null=True, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    # False where staff overbooked on purpose: the database's own guard lets it pass.
    exclusive = models.BooleanField(default=True)

    class Meta:
        # The table is older than this room. PostgreSQL keeps an exclusion constraint on it.
        db_table = "appointment_busyspan"
        verbose_name = _("busy time")
        verbose_name_plural = _("busy times")
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="busy_ends_after_start"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, resource_id__isnull=True)
                | Q(user__isnull=True, resource_id__isnull=False),
                name="busy_takes_staff_or_resource",
            ),
        ]
        indexes = [models.Index(fields=["user", "start", "end"], name="busy_by_staff")]

    def __str__(self) -> str:
        return f"busy #{self.pk}: {self.kind}"
