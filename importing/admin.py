"""What was taken from old books, in the admin."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from importing.models import ImportedBooking


@admin.register(ImportedBooking)
class ImportedBookingAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """Which booking of an old book stands in which appointment."""

    list_display = ["key", "salon", "appointment_number"]
    list_select_related = ["salon"]
    list_filter = ["appointment__status"]
    search_fields = ["=key", "=appointment__id", "salon__name"]
    raw_id_fields = ["appointment"]
    show_full_result_count = False

    @admin.display(ordering="appointment_id")
    def appointment_number(self, taken: ImportedBooking) -> int:
        return taken.appointment_id
