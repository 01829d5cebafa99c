"""Appointments in JSON: what comes in is checked for shape and salon; what happens is in
services.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.relations import PKOnlyObject

from appointment.models import Appointment
from core.api.fields import PhoneField, SalonScopedRelatedField, ZonedDateTimeField
from customer.models import Customer
from salon.models import Service
from user.models import ExtendedUser

MOST_SERVICES = 50  # in one appointment


class ServicesField(serializers.ManyRelatedField):
    """The ids of an appointment's services, in its order."""

    default_error_messages = {
        "too_many": _("An appointment holds %(most)d services at most.") % {"most": MOST_SERVICES}
    }

    def get_attribute(self, instance: Appointment) -> list[PKOnlyObject]:
        return [PKOnlyObject(pk=item.service_id) for item in instance.items.all()]

    def to_internal_value(self, data: Any) -> Iterable[Any]:
        if isinstance(data, list) and len(data) > MOST_SERVICES:
            self.fail("too_many")
        return super().to_internal_value(data)


class NewCustomerSerializer(serializers.Serializer[Any]):
    """Somebody who is entered with the booking, and kept only if it succeeds."""

    full_name = serializers.CharField(max_length=160)
    phone_number = PhoneField(required=False, allow_blank=True, default="")


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    """An appointment. With `notify` false nothing is told at once; reminders go out either way.

    `new_customer` takes the place of `customer`; the same name with the same number is the same
    person. A booking that is sent again with the same `request_id` is booked once.
    """

    customer = SalonScopedRelatedField(queryset=Customer.objects.all(), required=False)
    new_customer = NewCustomerSerializer(write_only=True, required=False)
    request_id = serializers.UUIDField(write_only=True, required=False)
    user = SalonScopedRelatedField(queryset=ExtendedUser.objects.all())
    services = ServicesField(
        child_relation=SalonScopedRelatedField(queryset=Service.objects.all()), required=False
    )
    appointment_time = ZonedDateTimeField()
    end_time = ZonedDateTimeField(required=False)
    created = ZonedDateTimeField(read_only=True)
    modified = ZonedDateTimeField(read_only=True)
    version = serializers.IntegerField(required=False, min_value=1)
    notify = serializers.BooleanField(write_only=True, default=True)

    class Meta:
        model = Appointment
        fields = [
            "id",
            "salon",
            "customer",
            "new_customer",
            "request_id",
            "user",
            "services",
            "appointment_time",
            "end_time",
            "comment",
            "column_id",
            "allow_overlap",
            "status",
            "cancel_reason",
            "task_id",
            "version",
            "notify",
            "created",
            "modified",
        ]
        read_only_fields = ["salon", "status", "cancel_reason", "task_id"]

    def to_internal_value(self, data: Any) -> Any:
        is_new = isinstance(data, Mapping) and "new_customer" in data
        self.fields["customer"].required = not is_new
        return super().to_internal_value(data)

    def validate_new_customer(self, entered: dict[str, str]) -> dict[str, str]:
        if self.instance is not None or "customer" in self.initial_data:
            raise serializers.ValidationError(_("Give this or “customer”, of a new appointment."))
        return entered

    def validate_customer(self, customer: Customer) -> Customer:
        if self.instance is not None and self.instance.customer_id != customer.pk:
            raise serializers.ValidationError(
                _("The customer of an appointment can't change: cancel it and book anew.")
            )
        return customer

    def validate_user(self, user: ExtendedUser) -> ExtendedUser:
        is_new = self.instance is None or self.instance.user_id != user.pk
        if is_new and not (user.bookable and user.is_active):
            raise serializers.ValidationError(_("This member of staff takes no bookings."))
        return user

    def validate_services(self, services: list[Service]) -> list[Service]:
        if len({service.pk for service in services}) != len(services):
            raise serializers.ValidationError(_("The same service stands twice."))
        known = {item.service_id for item in self.instance.items.all()} if self.instance else set()
        if any(not service.is_active and service.pk not in known for service in services):
            raise serializers.ValidationError(_("This service is no longer offered."))
        return services


class HandOverSerializer(serializers.Serializer[Any]):
    """Who takes the appointments over, and whether over appointments of their own."""

    to = SalonScopedRelatedField(queryset=ExtendedUser.objects.all())
    allow_overlap = serializers.BooleanField(default=False)


class HandedOverSerializer(serializers.Serializer[Any]):
    moved = serializers.IntegerField(help_text="How many appointments moved.")


class CancelSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    notify = serializers.BooleanField(default=True)
    version = serializers.IntegerField(required=False, min_value=1)


class StatusSerializer(serializers.Serializer[Any]):
    notify = serializers.BooleanField(default=True)
    version = serializers.IntegerField(required=False, min_value=1)
