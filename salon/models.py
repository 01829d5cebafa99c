"""A salon and what it offers."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from address.models import validate_country
from core.models import CommonInfo, Record

LONGEST_LEAD = 43_200  # minutes: thirty days
LONGEST_SERVICE = 24 * 60  # minutes


# Names that mean another clock on another machine, or none.
NO_PLACE = {"localtime", "Factory"}


def validate_timezone(name: str) -> None:
    """Refuse what the tz database doesn't know."""
    if name not in zoneinfo.available_timezones() - NO_PLACE:
        raise ValidationError(
            _("“%(name)s” is not a time zone: give a name such as America/New_York."),
            code="invalid_timezone",
            params={"name": name},
        )


validate_sender = RegexValidator(
    r"^(\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32})\Z",
    _("Give a number such as +12125550100, or a messaging service's id (MG…)."),
    code="invalid_sender",
)
validate_currency = RegexValidator(
    r"^[A-Z]{3}\Z", _("Give a currency's three letters, such as USD."), code="invalid_currency"
)


def languages() -> list[tuple[str, Any]]:
    """The languages a salon can have; a function, so that a new one needs no migration."""
    return list(settings.LANGUAGES)


class Salon(CommonInfo):
    """One salon: its clock, its sender and when its customers are reminded."""

    name = models.CharField(_("name"), max_length=120)
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_timezone])
    country = models.CharField(
        _("country"), max_length=2, default="US", validators=[validate_country]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="USD", validators=[validate_currency]
    )
    locale = models.CharField(_("language"), max_length=10, choices=languages, default="en")
    reminder_time_minutes = models.PositiveIntegerField(
        _("remind so many minutes before"),
        default=60,
        validators=[MaxValueValidator(LONGEST_LEAD)],
        help_text=_("0 sends no reminders; 43200 is thirty days."),
    )
    sender = models.CharField(
        _("sender of texts"),
        max_length=34,
        blank=True,
        validators=[validate_sender],
        help_text=_("Leave empty to share the installation's number."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    # Not stored: set while saving when the reminder time is another one now.
    replan_reminders = False

    class Meta:
        verbose_name = _("salon")
        verbose_name_plural = _("salons")
        ordering = ["name", "pk"]
        constraints = [
            # An opt-out holds for a sender: one salon's STOP must not silence another.
            models.UniqueConstraint(
                fields=["sender"],
                condition=~Q(sender=""),
                name="sender_of_one_salon",
                violation_error_message=_("This sender is in use. Give one of your own."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.sender and self.sender == settings.TWILIO_PHONE_NUMBER:
            raise ValidationError({"sender": _("Leave it empty to share this number.")})

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The salon's own clock."""
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def sender_number(self) -> str:
        """Who the texts come from: the salon's own number, else the installation's."""
        return self.sender or settings.TWILIO_PHONE_NUMBER


class Service(Record):
    """Something a salon does for a customer, with its usual length and price."""

    # A salon is deactivated, not deleted: its book is a record.
    salon = models.ForeignKey(Salon, models.PROTECT, related_name="services")
    name = models.CharField(_("name"), max_length=120)
    minutes = models.PositiveIntegerField(
        _("minutes"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SERVICE)],
    )
    price = models.DecimalField(
        _("price"), max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    color = models.CharField(
        _("colour"),
        max_length=7,
        default="#64748b",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Give a colour such as #64748b."))],
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["salon", "name"], name="service_name_once_per_salon")
        ]

    def __str__(self) -> str:
        return self.name
