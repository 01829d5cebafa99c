"""Ours, and beside it what it is compared with."""

from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from appointment.actions.book import compute_services_length
from appointment.messages import planning
from appointment.models import Appointment
from appointment.serializers import AppointmentSerializer
from appointment.views import AppointmentViewSet
from availability.models import BusySpan
from benchmarks.booking.recipe.views import RecipeAppointmentViewSet
from core import tenancy


class QuietViewSet(AppointmentViewSet):
    """Ours without its messages: no ledger rows, nothing for Redis. For one request at a time."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with (
            patch.object(planning, "sync_notifications", lambda *_, **__: None),
            patch.object(planning, "choose_task_id", lambda _: ""),
        ):
            return super().create(request, *args, **kwargs)


class BareViewSet(AppointmentViewSet):
    """The two rows of an appointment and nothing else: no lock, no search for overlaps, no
    hooks."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self.checked(AppointmentSerializer, request)
        del values["notify"]
        chosen = values.pop("services", [])
        end = values.setdefault(
            "end_time", values["appointment_time"] + compute_services_length(chosen)
        )
        appointment = Appointment(salon=tenancy.get_request_salon(request), **values)
        with transaction.atomic():
            Appointment.objects.bulk_create([appointment])  # sends no signals
            BusySpan.objects.create(
                appointment=appointment,
                user=appointment.user,
                start=appointment.appointment_time,
                end=end,
            )
        return self.shown(appointment, 201)


router = SimpleRouter()
router.register("quiet", QuietViewSet, "quiet")
router.register("bare", BareViewSet, "bare")
router.register("recipe", RecipeAppointmentViewSet, "recipe")
urlpatterns = [path("", include(router.urls)), path("", include("booking_api.urls"))]
