"""The forms that move an appointment on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm


class VersionedForm(PageForm):
    """Remembers which version of the appointment the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CancelForm(VersionedForm):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("For your records. The customer does not see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    notify = forms.BooleanField(label=_("Text the customer"), required=False, initial=True)


class StatusForm(VersionedForm):
    status = forms.CharField()
    notify = forms.BooleanField(required=False)
