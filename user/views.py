"""The API of accounts: signing in and out, and the salon's staff."""

from typing import cast

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core import tenancy
from core.api.filters import FlagFilter
from core.api.permissions import IsOwnerOrReadOnly
from core.api.viewsets import SalonScopedViewSet
from user import actions
from user.models import ExtendedUser
from user.serializers import StaffSerializer


class StaffFilter(django_filters.FilterSet):
    """Who takes bookings, who is active, who owns the salon."""

    bookable = FlagFilter(help_text="Whether they take bookings.")
    is_active = FlagFilter(help_text="Whether they work here now.")
    is_owner = FlagFilter(help_text="Whether they own the salon.")


class StaffViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    SalonScopedViewSet,
):
    """Every account of the salon, owners included. Owners invite and change; nobody is deleted.

    One who is still expected by customers can't be deactivated (409 `has_visits`).
    """

    queryset = ExtendedUser.objects.all()
    serializer_class = StaffSerializer
    permission_classes = [IsOwnerOrReadOnly]
    http_method_names = ["get", "post", "patch", "head", "options"]
    filterset_class = StaffFilter
    ordering_fields = ["name", "id"]

    def perform_create(self, serializer: BaseSerializer[ExtendedUser]) -> None:
        """A new account; with an e-mail it comes with the link that sets its password."""
        salon = tenancy.get_request_salon(self.request)
        serializer.instance = actions.add_staff_member(salon, serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[ExtendedUser]) -> None:
        user = cast(ExtendedUser, serializer.instance)
        serializer.instance = actions.change_staff_member(user.pk, serializer.validated_data)

    @extend_schema(request=None, responses=StaffSerializer)
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: str) -> Response:
        """Another link for an account that has set no password yet; the older one ends in time."""
        return Response(self.get_serializer(actions.invite_staff_member(self.get_object())).data)
