"""Addresses in the admin."""

from django.contrib import admin

from address.models import Address


@admin.register(Address)
class AddressAdmin(admin.ModelAdmin):
    """All salons' addresses."""

    list_display = ["street", "city", "country", "salon"]
    list_select_related = ["salon"]
    list_filter = ["country"]
    search_fields = ["street", "city", "postal_code", "salon__name"]
    autocomplete_fields = ["salon"]
