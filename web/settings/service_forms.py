"""The form of a service. The rules are the API's; its serializer checks and saves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm


class ServiceForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=1, initial=30)
    price = forms.DecimalField(label=_("Price"), min_value=0, decimal_places=2, initial=0)
    color = forms.CharField(
        label=_("Colour in the calendar"),
        initial="#0f766e",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    is_active = forms.BooleanField(label=_("Offered"), required=False, initial=True)
