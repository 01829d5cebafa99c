"""Customers in the admin."""

from django.contrib import admin

from customer.models import Customer


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """All salons' customers. Deleting one calls the visits off that are still to come."""

    list_display = ["full_name", "phone_number", "email", "salon"]
    list_select_related = ["salon"]
    list_filter = ["created"]
    search_fields = ["full_name", "phone_number", "email", "salon__name"]
    autocomplete_fields = ["salon"]
    show_full_result_count = False
