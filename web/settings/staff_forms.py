"""The forms of staff. The rules are the API's; its serializer checks and saves."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm
from user.models import ExtendedUser


class NewStaffForm(PageForm):
    """Somebody new: who has an e-mail may sign in."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("Used to sign in. Without an e-mail, they can be booked but cannot sign in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    bookable = forms.BooleanField(label=_("Takes bookings"), required=False, initial=True)
    is_owner = forms.BooleanField(label=_("Owner (can change the settings)"), required=False)


class StaffForm(NewStaffForm):
    """Somebody known, who may be kept from signing in."""

    can_login = forms.BooleanField(
        label=_("Can sign in"),
        required=False,
        help_text=_("Needs an e-mail. An invitation is sent if there is no password yet."),
    )
    field_order = ("name", "email", "can_login", "bookable", "is_owner")


class OffboardingForm(PageForm):
    """Who takes the appointments over, and whether over appointments of their own."""

    to = forms.ModelChoiceField(
        ExtendedUser.objects.none(),
        label=_("Hand over to"),
        empty_label=_("Choose a colleague"),
        error_messages={
            "required": _("Choose a colleague to take over the appointments."),
            "invalid_choice": _("Choose a colleague who takes bookings."),
        },
    )
    # Whose appointments may be booked over: the clashes that were shown are those of one colleague.
    overbook = forms.IntegerField(required=False)

    def __init__(
        self, *args: Any, colleagues: QuerySet[ExtendedUser], has_visits: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = colleagues
        field.required = has_visits

    def clean(self) -> dict[str, Any]:
        """Whether to overbook, as `allow_overlap`."""
        values = self.cleaned_data
        to = values.get("to")
        values["allow_overlap"] = to is not None and values.get("overbook") == to.pk
        return values
