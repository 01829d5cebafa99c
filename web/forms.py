"""How forms look, and the small ones: signing in, cancelling, the salon's settings."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class PageRenderer(DjangoTemplates):
    """Label, hint and errors around each field, as app.css expects them."""

    field_template_name = "web/field.html"


class PageForm(forms.Form):
    default_renderer = PageRenderer
    use_required_attribute = False  # our own words beside the field, not the browser's bubble


class SignInForm(AuthenticationForm):
    """E-mail and password. The name `username` is what the lock-out counts by."""

    default_renderer = PageRenderer
    use_required_attribute = False
    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("E-mail or password is wrong."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail"),
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        )

    def clean_username(self) -> str:
        """Addresses are compared, and attempts counted, without regard to case."""
        return str(self.cleaned_data["username"]).lower()


class ForgotPasswordForm(PageForm):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg] # not generic at run time
    default_renderer = PageRenderer
    use_required_attribute = False


class VersionedForm(PageForm):
    """Remembers which version of the appointment the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CancelForm(VersionedForm):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("For your own records; the customer doesn't read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    notify = forms.BooleanField(label=_("Text the customer"), required=False, initial=True)


class StatusForm(VersionedForm):
    status = forms.CharField()
    notify = forms.BooleanField(required=False)


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


class CustomerForm(PageForm):
    """Who a customer is. The rules are the API's: CustomerSerializer checks and saves."""

    full_name = forms.CharField(
        label=_("Name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone_number = forms.CharField(
        label=_("Mobile number"),
        required=False,
        help_text=_("Without a number nothing can be texted."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    notes = forms.CharField(
        label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
