"""The API of the ledger: to read, and to send again what failed."""

import django_filters
from django.utils.choices import CallableChoiceIterator
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.filters import ChoicesFilter, IdFilter, ZonedDateTimeFilter
from core.api.viewsets import SalonScopedViewSet
from notification import actions
from notification.models import AppointmentNotification
from notification.registry import list_kind_choices
from notification.serializers import NotificationSerializer
from notification.states import Channel, Status


class NotificationFilter(django_filters.FilterSet):
    """`start` and `end` bound `due_at`: [start, end)."""

    appointment = IdFilter(
        field_name="appointment_number", help_text="Messages about this appointment."
    )
    # Not the function itself: the API's description leaves out the choices of functions.
    kind = ChoicesFilter(choices=CallableChoiceIterator(list_kind_choices))
    channel = ChoicesFilter(choices=Channel.choices)
    status = ChoicesFilter(choices=Status.choices)
    start = ZonedDateTimeFilter(
        field_name="due_at", lookup_expr="gte", help_text="Messages due at this moment or later."
    )
    end = ZonedDateTimeFilter(
        field_name="due_at", lookup_expr="lt", help_text="Messages due before this moment."
    )


class NotificationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, SalonScopedViewSet):
    """Every message of the salon, those of deleted appointments included."""

    queryset = AppointmentNotification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    ordering_fields = ["due_at", "sent_at", "id"]

    @extend_schema(request=None, responses={201: NotificationSerializer})
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, pk: str) -> Response:
        """Try a text that failed once more, as a message of its own."""
        row = actions.retry_failed_notification(self.get_object())
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)
