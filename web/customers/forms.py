"""The form of a customer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm


class CustomerForm(PageForm):
    """Who a customer is. The rules are the API's: CustomerSerializer checks and saves."""

    full_name = forms.CharField(
        label=_("Name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone_number = forms.CharField(
        label=_("Mobile number"),
        required=False,
        help_text=_("Without a number, no texts can be sent."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    notes = forms.CharField(
        label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
