"""The admin: for operators of the installation alone."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class OperatorSignInForm(AuthenticationForm):
    """Says the same of a wrong password and of an account that may not enter."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not user.is_superuser:
            raise self.get_invalid_login_error()


class OperatorAdminSite(admin.AdminSite):
    """Sees every salon, so no account of a salon enters, owners and `is_staff` included."""

    site_header = site_title = _("Salon booking: operators")
    index_title = _("Every salon's records")
    login_form = OperatorSignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and getattr(request.user, "is_superuser", False)
