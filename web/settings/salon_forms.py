"""The form of the salon's settings."""

from zoneinfo import available_timezones

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm


class SalonForm(PageForm):
    """What an owner sets. The rules are the API's: SalonSerializer checks and saves."""

    name = forms.CharField(
        label=_("Name of the salon"), help_text=_("Customers read it in their texts.")
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        help_text=_(
            "The clock of the book and of every text. A change moves no appointment: the same moments"
            " are shown on the new clock."
        ),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    reminder_time_minutes = forms.IntegerField(
        label=_("Remind customers so many minutes before"),
        help_text=_(
            "60 is an hour, 1440 a day, 0 sends no reminders. A change reaches the appointments that are"
            " booked already."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sender = forms.CharField(
        label=_("Number that texts come from"),
        required=False,
        help_text=_(
            "Such as +12125550100. Leave it empty to share the installation's number with other"
            " salons."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    @cached_property
    def time_zones(self) -> list[str]:
        """What the field offers while one types."""
        return sorted(name for name in available_timezones() if "/" in name and "Etc" not in name)
