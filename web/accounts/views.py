"""Signing in, setting a password, and asking for a new one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView
from rest_framework.exceptions import Throttled

from core.api.errors import Refusal
from user import actions
from user.models import ExtendedUser
from user.sign_in.throttles import check_reset_limits
from web.accounts.forms import ForgotPasswordForm, NewPasswordForm, SignInForm

SIGN_IN_BACKEND = "user.backends.EmailBackend"
HTTP_GONE = 410  # an answer for a link that was good once


class SignInView(LoginView):
    """E-mail and password. Too many failures: axes answers, with `errors.locked_out`."""

    form_class = SignInForm
    template_name = "web/accounts/sign_in.html"
    redirect_authenticated_user = True


class ForgotPasswordView(FormView):  # type: ignore[type-arg] # not generic at run time
    """Mails a link for a new password; what is answered doesn't tell who has an account."""

    form_class = ForgotPasswordForm
    template_name = "web/accounts/forgot_password.html"
    success_url = reverse_lazy("web:login")

    def form_valid(self, form: ForgotPasswordForm) -> HttpResponse:
        try:
            check_reset_limits(self.request)
            actions.request_password_reset(form.cleaned_data["email"])
        except (Refusal, Throttled) as error:
            form.add_error(None, str(error.detail))
            context = self.get_context_data(form=form)
            return self.render_to_response(context, status=error.status_code)
        sent = _("If this address has an account, a mail with a link is on its way.")
        messages.success(self.request, sent)
        return super().form_valid(form)


class SetPasswordView(PasswordResetConfirmView):
    """Where an invitation and a mail for a forgotten password lead: choose one, be signed in."""

    form_class = NewPasswordForm
    template_name = "web/accounts/set_password.html"
    success_url = reverse_lazy("web:home")
    post_reset_login = True
    post_reset_login_backend = SIGN_IN_BACKEND

    def get_user(self, uidb64: str) -> ExtendedUser | None:
        """The invited account, as long as it may sign in."""
        user = super().get_user(uidb64)
        return user if isinstance(user, ExtendedUser) and user.may_sign_in else None

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password is set. Welcome!"))
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if not self.validlink:
            kwargs["status"] = HTTP_GONE
            context["days"] = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
        return super().render_to_response(context, **kwargs)
