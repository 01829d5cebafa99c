"""The admin site, for operators of the installation alone."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class OperatorSignInForm(AuthenticationForm):
    """Refuse a wrong password and a forbidden account with the same sentence."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not user.is_superuser:
            raise self.get_invalid_login_error()


class OperatorAdminSite(admin.AdminSite):
    """Admit operators only: the admin shows every salon, so no salon's account may enter."""

    site_header = site_title = _("Salon booking: operators")
    index_title = _("Every salon's records")
    login_form = OperatorSignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and getattr(request.user, "is_superuser", False)
