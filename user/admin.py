"""Accounts in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.api.errors import Refusal
from user.models import ExtendedUser
from user.signals import deactivating

# What an account may do follows from its salon and `is_owner`; nothing reads groups.
admin.site.unregister(Group)


class NewAccountForm(AdminUserCreationForm):
    """An account, with a password or none yet."""

    class Meta:
        model = ExtendedUser
        fields = ("email", "name", "salon")


class AccountForm(UserChangeForm):
    """An account as it is; nobody whom customers await is deactivated."""

    def clean(self) -> dict[str, Any]:
        """Ask those who may object, as `services.change` does."""
        values = super().clean() or self.cleaned_data
        if self.instance.is_active and not values.get("is_active"):
            try:
                deactivating.send(ExtendedUser, user=self.instance)
            except Refusal as refusal:
                self.add_error("is_active", refusal.detail)
        return values


@admin.register(ExtendedUser)
class AccountAdmin(UserAdmin):
    """All salons' accounts, and the operators."""

    form = AccountForm
    add_form = NewAccountForm
    list_display = ["name", "email", "salon", "is_owner", "bookable", "can_login", "is_active"]
    list_filter = ["is_owner", "bookable", "can_login", "is_active", "is_superuser"]
    list_select_related = ["salon"]
    search_fields = ["name", "email", "phone_number", "salon__name"]
    ordering = ["name", "pk"]
    autocomplete_fields = ["salon"]
    readonly_fields = ["last_login", "created", "modified"]
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("name", "email", "password", "phone_number", "salon")}),
        (_("May"), {"fields": ("is_owner", "bookable", "can_login", "is_active", "is_superuser")}),
        (_("When"), {"fields": ("last_login", "created", "modified")}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "email", "salon", "is_owner", "bookable")}),
        (None, {"fields": ("usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: ExtendedUser, form: Any, change: bool) -> None:
        """Save; one that may not sign in any more is signed out."""
        super().save_model(request, obj, form, change)
        if {"is_active", "can_login"} & set(form.changed_data) and not obj.may_sign_in:
            obj.sign_out()
