"""Where a salon is."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from core.models import Record


def validate_country(code: str) -> None:
    """Refuse what is no country: national phone numbers are read by it."""
    if code not in SUPPORTED_REGIONS:
        raise ValidationError(
            _("Give a country's two letters, such as US."), code="invalid_country"
        )


class Address(Record):
    """One postal address of one salon."""

    # An address means nothing without its salon, so it goes with it.
    salon = models.ForeignKey("salon.Salon", models.CASCADE, related_name="addresses")
    street = models.CharField(_("street"), max_length=200)
    extra = models.CharField(_("floor, suite, building"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[validate_country])

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.street}, {self.city}"
