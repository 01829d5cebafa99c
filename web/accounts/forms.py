"""The forms of signing in and of passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from pages.forms import PageForm, PageRenderer


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
