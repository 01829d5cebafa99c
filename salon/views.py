"""The API of salons and services."""

import django_filters
from rest_framework import mixins

from core.api.filters import FlagFilter
from core.api.permissions import IsOwnerOrReadOnly
from core.api.viewsets import SalonRecordViewSet, SalonScopedViewSet
from salon.models import Salon, Service
from salon.serializers import SalonSerializer, ServiceSerializer


class SalonViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, SalonScopedViewSet
):
    """One's own salons. A new reminder time reaches all future appointments, in the background."""

    queryset = Salon.objects.prefetch_related("addresses")
    serializer_class = SalonSerializer
    permission_classes = [IsOwnerOrReadOnly]
    http_method_names = ["get", "patch", "head", "options"]
    salon_path = "pk"
    ordering_fields = ["name", "id"]


class ServiceFilter(django_filters.FilterSet):
    """What is offered now, or no longer."""

    is_active = FlagFilter(help_text="Whether it is offered now.")


class ServiceViewSet(SalonRecordViewSet):
    """What the salon offers; owners change it."""

    queryset = Service.objects.all()
    serializer_class = ServiceSerializer
    permission_classes = [IsOwnerOrReadOnly]
    filterset_class = ServiceFilter
    ordering_fields = ["name", "minutes", "price"]
