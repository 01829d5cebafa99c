"""Customers in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer.models import Customer
from notification.contacts import queries


class DeliverabilityFilter(admin.SimpleListFilter):
    """Whom texts don't get to."""

    title = gettext_lazy("texts")
    parameter_name = "texts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("unreachable", _("the number can't be reached")),
            ("opted_out", _("answered STOP")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        if self.value() == "unreachable":
            return queries.filter_unreachable(queryset)
        if self.value() == "opted_out":
            return queries.filter_opted_out(queryset)
        return queryset


class CustomerChangeList(ChangeList):
    """A page of customers with what is known of all their numbers."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        queries.attach_deliverability(self.result_list)


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """All salons' customers. Deleting one calls the appointments off that are still to come."""

    list_display = ["full_name", "phone_number", "texts", "email", "salon"]
    list_select_related = ["salon"]
    list_filter = [DeliverabilityFilter, "created"]
    search_fields = ["full_name", "phone_number", "email", "salon__name"]
    autocomplete_fields = ["salon"]
    readonly_fields = ["texts"]
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CustomerChangeList

    @admin.display(description=gettext_lazy("texts"), empty_value="")
    def texts(self, customer: Customer) -> str:
        """Why texts don't arrive; nothing when nothing is known against it."""
        if customer.reach.opted_out:
            return _("answered STOP")
        mark = customer.reach.unreachable
        return f"{mark.get_cause_display()} ({mark.since:%Y-%m-%d})" if mark else ""
