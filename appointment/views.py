"""The API of appointments."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from appointment.actions import staff_handover
from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import (
    cancel_appointment,
    change_appointment_status,
    delete_appointment,
)
from appointment.models import Appointment, Status
from appointment.serializers import (
    AppointmentSerializer,
    CancelSerializer,
    HandedOverSerializer,
    HandOverSerializer,
    StatusSerializer,
)
from core import tenancy
from core.api.filters import ChoicesFilter, IdFilter, ZonedDateTimeFilter
from core.api.permissions import IsOwnerOrReadOnly
from core.api.viewsets import SalonRecordViewSet, SalonScopedViewSet
from customer.actions import get_or_build_customer
from notification.models import AppointmentNotification
from notification.serializers import NotificationSerializer
from notification.views import NotificationFilter
from user.models import ExtendedUser


class AppointmentFilter(django_filters.FilterSet):
    """`start` and `end` find the appointments that share time with [start, end)."""

    start = ZonedDateTimeFilter(
        field_name="end_time",
        lookup_expr="gt",
        help_text="Appointments that end after this moment.",
    )
    end = ZonedDateTimeFilter(
        field_name="appointment_time",
        lookup_expr="lt",
        help_text="Appointments that begin before this moment.",
    )
    user = IdFilter(field_name="user_id", help_text="Appointments to this member of staff.")
    customer = IdFilter(field_name="customer_id", help_text="Appointments of this customer.")
    status = ChoicesFilter(choices=Status.choices)


class AppointmentViewSet(SalonRecordViewSet):
    """The book. Saving plans the texts, moving plans them anew, cancelling takes them back."""

    queryset = Appointment.objects.prefetch_related("items")
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilter
    ordering_fields = ["appointment_time", "end_time", "created", "id"]

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Book an appointment. A time that is taken is refused (409 `overlap`) unless
        `allow_overlap`. Sent again with the same `request_id` it is booked once, and the answer is
        the same."""
        salon = tenancy.get_request_salon(request)
        values = self.checked(AppointmentSerializer, request)
        values.pop("version", None)
        if (entered := values.pop("new_customer", None)) is not None:
            values["customer"] = get_or_build_customer(salon, **entered)
        appointment = book_appointment(salon=salon, **values)
        return self.shown(appointment, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change or move an appointment. A new start alone keeps its length; with the `version`
        that was read, an edit of what somebody changed meanwhile is refused (409 `stale`)."""
        appointment = self.get_object()
        form = self.get_serializer(appointment, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        for name in ("customer", "request_id"):  # of a new appointment
            values.pop(name, None)
        changes = AppointmentChanges(
            version=values.pop("version", None),
            notify=values.pop("notify", True),
            services=values.pop("services", None),
            values=values,
        )
        return self.shown(edit_appointment(appointment.pk, changes))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove an appointment for good; what is still to come is called off. Its messages
        stay."""
        return super().destroy(request, *args, **kwargs)

    def perform_destroy(self, instance: Any) -> None:
        delete_appointment(instance.pk)

    @extend_schema(request=StatusSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """The customer said they will come."""
        return self.become(request, Status.CONFIRMED)

    @extend_schema(request=StatusSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, pk: str) -> Response:
        """The customer is here."""
        return self.become(request, Status.ARRIVED)

    @extend_schema(request=StatusSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """The appointment is done."""
        return self.become(request, Status.COMPLETED)

    @extend_schema(request=StatusSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"], url_path="no-show")
    def no_show(self, request: Request, pk: str) -> Response:
        """The customer did not come."""
        return self.become(request, Status.NO_SHOW)

    @extend_schema(request=StatusSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take an appointment up again. One that was called off is confirmed to the customer
        anew."""
        return self.become(request, Status.BOOKED)

    @extend_schema(request=CancelSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call an appointment off and tell the customer."""
        appointment = self.get_object()
        return self.shown(
            cancel_appointment(appointment.pk, **self.checked(CancelSerializer, request))
        )

    @extend_schema(responses=NotificationSerializer(many=True))
    @action(detail=True, filterset_class=NotificationFilter, ordering_fields=["due_at", "id"])
    def notifications(self, request: Request, pk: str) -> Response:
        """The appointment's messages, the newest first."""
        rows = AppointmentNotification.objects.of_appointment(self.get_object().pk)
        page = self.paginate_queryset(self.filter_queryset(rows))
        context = self.get_serializer_context()
        return self.get_paginated_response(
            NotificationSerializer(page, many=True, context=context).data
        )

    def become(self, request: Request, wanted: Status) -> Response:
        """Change the status, scope checked before the body."""
        appointment = self.get_object()
        values = self.checked(StatusSerializer, request)
        return self.shown(change_appointment_status(appointment.pk, wanted, **values))

    def checked(self, form: type[Serializer[Any]], request: Request) -> dict[str, Any]:
        """The body, checked by `form`."""
        serializer = form(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def shown(self, appointment: Appointment, code: int = status.HTTP_200_OK) -> Response:
        """The appointment as it is now stored."""
        return Response(self.get_serializer(appointment).data, status=code)


class StaffAppointmentsViewSet(SalonScopedViewSet):
    """What concerns all appointments of one member of staff; accounts themselves know no
    appointments."""

    queryset = ExtendedUser.objects.all()
    serializer_class = HandOverSerializer
    permission_classes = [IsOwnerOrReadOnly]

    @extend_schema(responses=HandedOverSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """A colleague takes over all appointments that are still to come: all of them, or none
        where one meets an appointment of the colleague's (409 `overlap`), unless
        `allow_overlap`."""
        staff = self.get_object()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        moved = staff_handover.hand_over_appointments(staff.pk, **form.validated_data)
        return Response(HandedOverSerializer({"moved": moved}).data)
