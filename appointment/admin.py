"""Appointments in the admin. Saving and deleting go through the model, so the hooks hold here
too."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from appointment.actions.checks import check_overlap
from appointment.actions.locks import lock_staff
from appointment.consistency.models import LastCheck
from appointment.messages.models import ReminderReplan
from appointment.models import BLOCKING, Appointment, AppointmentService, BookingRequestId
from availability.models import BusySpan
from core.admin import ReadOnlyAdmin
from core.api.errors import Refusal


class AppointmentAdminForm(forms.ModelForm):
    """An appointment within one salon, at a time that is free or overbooked on purpose."""

    class Meta:
        model = Appointment
        fields = [
            "salon",
            "user",
            "customer",
            "appointment_time",
            "end_time",
            "status",
            "allow_overlap",
            "comment",
            "column_id",
            "cancel_reason",
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        for name in ("user", "customer"):
            if values[name].salon_id != values["salon"].pk:
                self.add_error(name, _("Choose one of this salon."))
        if not self.errors and values["status"] in BLOCKING:
            self.refuse_clash(values)
        return values

    def refuse_clash(self, values: dict[str, Any]) -> None:
        """Hold the staff until the admin's transaction ends, then look for overlaps."""
        lock_staff([values["user"].pk])
        names = ("salon", "user", "appointment_time", "end_time", "allow_overlap")
        wanted = Appointment(pk=self.instance.pk, **{name: values[name] for name in names})
        try:
            check_overlap(wanted)
        except Refusal as refusal:
            raise ValidationError(refusal.detail) from refusal


class AppointmentServiceInline(admin.TabularInline):
    model = AppointmentService
    extra = 0
    autocomplete_fields = ["service"]


class BusySpanInline(ReadOnlyAdmin, admin.TabularInline):
    model = BusySpan
    extra = 0


class BookingRequestIdInline(ReadOnlyAdmin, admin.TabularInline):
    model = BookingRequestId
    fields = ["request_id"]
    extra = 0


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):
    """All salons' appointments. What is saved or deleted here plans and takes back texts as
    elsewhere."""

    form = AppointmentAdminForm
    list_display = ["id", "appointment_time", "salon", "user", "customer", "status", "task_id"]
    list_filter = ["status", "allow_overlap", "appointment_time"]
    list_select_related = ["salon", "user", "customer"]
    search_fields = ["=id", "customer__full_name", "customer__phone_number", "salon__name"]
    autocomplete_fields = ["salon", "user", "customer"]
    readonly_fields = ["task_id", "revision", "version", "created", "modified"]
    inlines = [AppointmentServiceInline, BusySpanInline, BookingRequestIdInline]
    show_full_result_count = False


@admin.register(ReminderReplan)
class ReminderReplanAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """Changes of a reminder time that appointments still have to follow."""

    list_display = ["salon", "requested_at", "after_id", "worked_at"]
    list_select_related = ["salon"]
    list_filter = ["requested_at"]
    search_fields = ["salon__name"]


@admin.register(LastCheck)
class LastCheckAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """What the nightly check last saw of each salon, the worst first."""

    ordering = ["-differences", "salon"]

    list_display = ["salon", "checked_at", "appointments", "reminders_due", "differences"]
    list_select_related = ["salon"]
    list_filter = ["checked_at"]
    search_fields = ["salon__name"]


@admin.register(Appointment.history.model)
class AppointmentHistoryAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """Who changed what of an appointment, and when."""

    list_display = ["history_date", "history_type", "id", "history_user", "status", "salon"]
    list_filter = ["history_type", "history_date"]
    list_select_related = ["history_user", "salon"]
    search_fields = ["=id", "salon__name", "history_user__name"]
    show_full_result_count = False
