"""The API of salons and services."""

import django_filters
from rest_framework import mixins

from booking_api.filters import FlagFilter
from booking_api.permissions import OwnerWrites
from booking_api.views import SalonRecords, SalonScoped
from salon.models import Salon, Service
from salon.serializers import SalonSerializer, ServiceSerializer


class SalonViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, SalonScoped
):
    """One's own salons. A new reminder time reaches all future visits, in the background."""

    queryset = Salon.objects.prefetch_related("addresses")
    serializer_class = SalonSerializer
    permission_classes = [OwnerWrites]
    http_method_names = ["get", "patch", "head", "options"]
    salon_path = "pk"
    ordering_fields = ["name", "id"]


class ServiceFilter(django_filters.FilterSet):
    """What is offered now, or no longer."""

    is_active = FlagFilter(help_text="Whether it is offered now.")


class ServiceViewSet(SalonRecords):
    """What the salon offers; owners change it."""

    queryset = Service.objects.all()
    serializer_class = ServiceSerializer
    permission_classes = [OwnerWrites]
    filterset_class = ServiceFilter
    ordering_fields = ["name", "minutes", "price"]
