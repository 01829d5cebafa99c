"""Accounts in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from user.models import ExtendedUser

# What an account may do follows from its salon and `is_owner`; nothing reads groups.
admin.site.unregister(Group)


class NewAccountForm(AdminUserCreationForm):
    """An account, with a password or none yet."""

    class Meta:
        model = ExtendedUser
        fields = ("email", "name", "salon")


@admin.register(ExtendedUser)
class AccountAdmin(UserAdmin):
    """All salons' accounts, and the operators."""

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
