"""What has been taken from old books."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_KEY = 64  # characters


class ImportedBooking(models.Model):
    """A booking of a salon's old book that stands in an appointment, so that no file brings it
    again.

    Several may stand in one appointment. It goes with the appointment: what was deleted may be
    taken anew.
    """

    salon = models.ForeignKey("salon.Salon", models.CASCADE, related_name="+")
    key = models.CharField(_("id in the old book"), max_length=LONGEST_KEY)
    appointment = models.ForeignKey(
        "appointment.Appointment",
        models.CASCADE,
        related_name="taken_bookings",
        verbose_name=_("appointment"),
    )

    class Meta:
        db_table = "importing_takenbooking"
        verbose_name = _("booking of an old book")
        verbose_name_plural = _("bookings of old books")
        constraints = [
            models.UniqueConstraint(fields=["salon", "key"], name="importing_taken_once"),
        ]

    def __str__(self) -> str:
        return self.key
