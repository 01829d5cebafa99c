"""The forms of services and staff. The rules are the API's; its serializers check and save."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import PageForm


class ServiceForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=1, initial=30)
    price = forms.DecimalField(label=_("Price"), min_value=0, decimal_places=2, initial=0)
    color = forms.CharField(
        label=_("Colour in the calendar"),
        initial="#0f766e",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    is_active = forms.BooleanField(label=_("Offered now"), required=False, initial=True)


class StaffForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("To sign in with. Without one they are booked but never sign in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    bookable = forms.BooleanField(label=_("Takes bookings"), required=False, initial=True)
    is_owner = forms.BooleanField(
        label=_("Owner: sets all that is on this page"), required=False, initial=False
    )
    is_active = forms.BooleanField(label=_("Works here now"), required=False, initial=True)
