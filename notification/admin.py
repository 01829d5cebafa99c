"""The ledger, opt-outs and replies in the admin."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import ReadOnlyAdmin
from core.api.errors import Refusal
from notification import actions
from notification.contacts.models import InboundMessage, OptOut, UnreachableNumber
from notification.delivery import manual_sending
from notification.delivery.models import QueueRefill
from notification.models import AppointmentNotification

Notifications = QuerySet[AppointmentNotification]


# What does not go away by itself: its name, how it is called, and which rows it is about.
NEEDS = (
    ("overdue", gettext_lazy("overdue"), manual_sending.build_overdue_filter),
    (
        "failed",
        gettext_lazy("failed, and the appointment lies ahead"),
        manual_sending.build_failed_filter,
    ),
    ("unknown", gettext_lazy("of unknown fate"), manual_sending.build_unknown_filter),
)
ANY = "any"
# The first page counts what needs a person.
admin.site.index_template = "notification/operators_index.html"


class NeedsAPerson(admin.SimpleListFilter):
    """What does not go away by itself."""

    title = gettext_lazy("needs a person")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(ANY, _("any of these")), *((name, label) for name, label, _rows in NEEDS)]

    def queryset(self, request: HttpRequest, queryset: Notifications) -> Notifications:
        now = timezone.now()
        wanted = [rows(now) for name, _label, rows in NEEDS if self.value() in {name, ANY}]
        return queryset.filter(reduce(or_, wanted)) if wanted else queryset


@admin.register(AppointmentNotification)
class NotificationAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """The ledger: a record, so nobody edits it. It can be told to send again or to take back."""

    list_display = [
        *("id", "kind", "channel", "status", "reason", "error_code"),
        *("salon", "appointment_number", "due_at"),
    ]
    list_filter = [NeedsAPerson, "status", "kind", "channel", "reason"]
    list_select_related = ["salon"]
    search_fields = ["=appointment_number", "=recipient", "=provider_id", "salon__name"]
    show_full_result_count = False
    actions = ["send_again", "take_back"]

    @admin.action(description=gettext_lazy("Send again, each as a new message"))
    def send_again(self, request: HttpRequest, queryset: Notifications) -> None:
        """Plan each chosen message once more, due now."""
        planned = 0
        for row in queryset.select_related("salon", "appointment"):
            try:
                actions.retry(row)
                planned += 1
            except Refusal as refusal:
                self.message_user(request, f"#{row.pk}: {refusal.detail}", messages.WARNING)
        self.message_user(request, _("%(count)d planned for now.") % {"count": planned})

    @admin.action(description=gettext_lazy("Take back what is still planned"))
    def take_back(self, request: HttpRequest, queryset: Notifications) -> None:
        """Take back those of the chosen messages that wait."""
        taken = sum(manual_sending.cancel_manually(row) for row in queryset)
        left = len(queryset) - taken
        said = _("%(taken)d taken back, %(left)d were not waiting any more.")
        self.message_user(request, said % {"taken": taken, "left": left})


@admin.register(InboundMessage)
class InboundAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """What customers wrote back."""

    list_display = ["id", "created", "sender", "recipient", "salon", "body"]
    list_filter = ["created"]
    list_select_related = ["salon"]
    search_fields = ["=sender", "=recipient", "body", "salon__name"]
    show_full_result_count = False


@admin.register(OptOut)
class OptOutAdmin(admin.ModelAdmin):
    """Phones that told a sender to stop; removing one lets texts through again."""

    list_display = ["phone_number", "sender", "created"]
    list_filter = ["created"]
    search_fields = ["phone_number", "sender"]


@admin.register(UnreachableNumber)
class UnreachableAdmin(admin.ModelAdmin):
    """Numbers that a salon's texts don't reach; one that is removed is forgotten until it fails."""

    list_display = ["phone_number", "salon", "cause", "error_code", "since", "tried_at"]
    list_filter = ["cause", "since"]
    list_select_related = ["salon"]
    search_fields = ["phone_number", "salon__name"]
    autocomplete_fields = ["salon"]
    show_full_result_count = False


@admin.register(QueueRefill)
class RefillAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """How far an emptied Redis was filled again."""

    list_display = ["epoch", "wake_at", "row_id", "is_done"]
    list_filter = ["is_done"]
    search_fields = ["epoch"]
