"""Salons and services in the admin."""

from django.contrib import admin

from address.models import Address
from salon.models import Salon, Service


class AddressInline(admin.StackedInline):
    model = Address
    extra = 0


@admin.register(Salon)
class SalonAdmin(admin.ModelAdmin):
    """A salon that is not active is closed to its staff at once."""

    list_display = ["name", "timezone", "country", "sender", "reminder_time_minutes", "is_active"]
    list_filter = ["is_active", "country"]
    search_fields = ["name", "email", "sender"]
    inlines = [AddressInline]


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    """What salons offer."""

    list_display = ["name", "salon", "minutes", "price", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["salon"]
    search_fields = ["name", "salon__name"]
    autocomplete_fields = ["salon"]
