"""An appointment, what is done in it, and what it occupies."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from appointment.consistency.models import LastCheck
from appointment.messages.models import ReminderReplan
from core.models import Record

__all__ = [  # Django finds the models of the sub-folders here
    "Appointment",
    "AppointmentService",
    "BookingRequestId",
    "LastCheck",
    "ReminderReplan",
]


class Status(models.TextChoices):
    """The life of an appointment; `TRANSITIONS` says which may follow which."""

    BOOKED = "booked", _("booked")
    CONFIRMED = "confirmed", _("confirmed")
    ARRIVED = "arrived", _("arrived")
    COMPLETED = "completed", _("completed")
    NO_SHOW = "no_show", _("no-show")
    CANCELLED = "cancelled", _("cancelled")


UPCOMING = (Status.BOOKED, Status.CONFIRMED)  # the customer is awaited and reminded
BLOCKING = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.COMPLETED)

TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.BOOKED: (
        Status.CONFIRMED,
        Status.ARRIVED,
        Status.COMPLETED,
        Status.NO_SHOW,
        Status.CANCELLED,
    ),
    Status.CONFIRMED: (
        Status.BOOKED,
        Status.ARRIVED,
        Status.COMPLETED,
        Status.NO_SHOW,
        Status.CANCELLED,
    ),
    Status.ARRIVED: (Status.BOOKED, Status.COMPLETED, Status.CANCELLED),
    Status.COMPLETED: (Status.BOOKED,),
    Status.NO_SHOW: (Status.BOOKED,),
    Status.CANCELLED: (Status.BOOKED,),
}


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """The questions that are asked of the book."""

    def overlapping(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        """Appointments that share time with [start, end)."""
        return self.filter(appointment_time__lt=end, end_time__gt=start)

    def expected(self) -> "AppointmentQuerySet":
        return self.filter(status__in=UPCOMING)

    def ahead(self, now: datetime) -> "AppointmentQuerySet":
        """Appointments to come whose customers are awaited."""
        return self.expected().filter(appointment_time__gt=now)

    def with_people(self) -> "AppointmentQuerySet":
        """With all that a list or a text shows, in a fixed number of queries."""
        return self.select_related("salon", "user", "customer").prefetch_related("items__service")


class WithServices(models.Model):
    """What the history keeps beside the fields: the names of the services a save has set."""

    service_names = models.TextField(null=True)  # noqa: DJ001 - NULL: as they were before

    class Meta:
        abstract = True


class Appointment(Record):
    """A customer's appointment to one member of staff."""

    # Salons and staff are deactivated, not deleted; a customer's appointments go with the customer.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="appointments")
    user = models.ForeignKey(
        "user.ExtendedUser", models.PROTECT, related_name="appointments", verbose_name=_("staff")
    )
    customer = models.ForeignKey(
        "customer.Customer", models.CASCADE, related_name="appointments", verbose_name=_("customer")
    )
    appointment_time = models.DateTimeField(_("start"))
    end_time = models.DateTimeField(_("end"))
    comment = models.TextField(_("note"), blank=True)
    column_id = models.CharField(_("column"), max_length=40, blank=True)
    # The Redis id of the earliest reminder planned last; "" where none is planned or it was taken
    # back. Planning alone writes it; it stays when the reminder is sent: the ledger has the state.
    task_id = models.CharField(_("pending reminder"), max_length=36, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.BOOKED)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=200, blank=True)
    # Rises when the customer must be told anew: another time, or taken up again once cancelled.
    revision = models.PositiveIntegerField(default=1, editable=False)
    # Rises with every save, so that an edit of stale data can be refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    allow_overlap = models.BooleanField(_("overbooked on purpose"), default=False)
    services = models.ManyToManyField("salon.Service", through="AppointmentService")

    # Not stored. Whether this save tells the customer (a reminder is planned either way), the names
    # of the services it sets (None: none), and what was stored before it, for the hooks.
    notify = True
    service_names: str | None = None
    before_save: "Appointment | None" = None

    objects = AppointmentQuerySet.as_manager()
    # Who changed what, and when; what only the program writes is left out.
    history = HistoricalRecords(excluded_fields=["task_id", "revision"], bases=[WithServices])

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["appointment_time", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("appointment_time")),
                name="appointment_ends_after_start",
                violation_error_message=_("An appointment must end after it begins."),
            ),
        ]
        indexes = [
            models.Index(fields=["salon", "appointment_time"], name="appointment_by_salon"),
            models.Index(fields=["user", "appointment_time"], name="appointment_by_staff"),
            models.Index(fields=["customer", "appointment_time"], name="appointment_by_customer"),
        ]

    def __str__(self) -> str:
        return f"appointment #{self.pk}"

    def save(
        self,
        *args: Any,
        update_fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Save; the counters that hooks raise are written even when not named."""
        if update_fields is not None:
            update_fields = {*update_fields, "revision", "version"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_expected(self) -> bool:
        """Whether the customer is still awaited."""
        return self.status in UPCOMING


class BookingRequestId(models.Model):
    """The id that the sender of a booking chose: what is sent twice is booked once."""

    # Of its own, so that an appointment booked without one costs nothing.
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, primary_key=True, related_name="request"
    )
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="+", db_index=False)
    request_id = models.UUIDField()

    class Meta:
        db_table = "appointment_bookingrequest"
        verbose_name = _("request of a booking")
        verbose_name_plural = _("requests of bookings")
        constraints = [
            models.UniqueConstraint(fields=["salon", "request_id"], name="booking_request_once")
        ]

    def __str__(self) -> str:
        return f"request of appointment #{self.pk}"


class AppointmentService(models.Model):
    """One service within an appointment, with the length and price agreed for it."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="items")
    # A service that was done stays on record; it is deactivated instead.
    service = models.ForeignKey("salon.Service", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("service of an appointment")
        verbose_name_plural = _("services of an appointment")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"service #{self.service_id} of appointment #{self.appointment_id}"
