"""The form of the salon's settings."""

from zoneinfo import available_timezones

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm


class SalonForm(PageForm):
    """The salon's settings. SalonSerializer, which the API uses too, checks and saves."""

    name = forms.CharField(
        label=_("Name of the salon"), help_text=_("Customers see it in their texts.")
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        help_text=_(
            "Used in the calendar and in every text. A change moves no appointment: only the times"
            " shown change."
        ),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    reminder_time_minutes = forms.IntegerField(
        label=_("Reminder time (minutes before the appointment)"),
        help_text=_(
            "60 is one hour, 1440 one day, 0 turns reminders off. A change also applies to"
            " appointments that are already booked."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sender = forms.CharField(
        label=_("Number that texts are sent from"),
        required=False,
        help_text=_(
            "For example +12125550100. Leave empty to use the number shared with other salons."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    @cached_property
    def time_zones(self) -> list[str]:
        """Return the suggestions of the time zone field."""
        return sorted(name for name in available_timezones() if "/" in name and "Etc" not in name)
