"""The API of customers."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.filters import StrictOrderingFilter
from core.api.viewsets import SalonRecordViewSet
from customer.models import Customer
from customer.queries import search_customers
from customer.serializers import CustomerSerializer
from notification.contacts import queries


class CustomerSearch(SearchFilter):
    """`?search=`: words of the name, part of the number, the e-mail."""

    search_description = "Words of the name, part of the phone number or of the e-mail."

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        return search_customers(queryset, request.query_params.get(self.search_param, ""))


class CustomerViewSet(SalonRecordViewSet):
    """The salon's customers. Deleting one deletes the appointments too and calls future ones
    off."""

    queryset = Customer.objects.select_related("salon")
    serializer_class = CustomerSerializer
    filter_backends = [CustomerSearch, StrictOrderingFilter]
    ordering_fields = ["full_name", "id", "created"]

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page, with what is known of all its numbers."""
        page = super().paginate_queryset(queryset)
        queries.attach_deliverability(page or ())
        return page
