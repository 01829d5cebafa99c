"""Salons and services in JSON."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from address.serializers import AddressSerializer
from core import tenancy
from core.api.fields import PhoneField
from salon import actions
from salon.models import Salon, Service, validate_sender


class SalonSerializer(serializers.ModelSerializer[Salon]):
    """A salon with its addresses; a PATCH with `addresses` replaces them all."""

    addresses = AddressSerializer(many=True, required=False)
    phone_number = PhoneField(required=False, allow_blank=True)

    class Meta:
        model = Salon
        fields = [
            "id",
            "name",
            "timezone",
            "country",
            "currency",
            "locale",
            "phone_number",
            "email",
            "sender",
            "reminder_time_minutes",
            "addresses",
        ]
        # The sentence about a sender that is in use is below, for the framework's own reads badly.
        extra_kwargs = {"sender": {"validators": [validate_sender]}}

    def validate_sender(self, sender: str) -> str:
        """A number is one salon's own, for an opt-out silences all that comes from it."""
        if sender == settings.TWILIO_PHONE_NUMBER:
            raise serializers.ValidationError(_("Leave it empty to share this number."))
        owner = Salon.objects.filter(sender=sender).first() if sender else None
        if owner is not None and owner != self.instance:
            raise serializers.ValidationError(_("This sender is in use. Give one of your own."))
        return sender

    def update(self, instance: Salon, validated_data: dict[str, Any]) -> Salon:
        addresses = validated_data.pop("addresses", None)
        return actions.change_salon(instance.pk, validated_data, addresses)


class ServiceSerializer(serializers.ModelSerializer[Service]):
    """Something the salon offers."""

    class Meta:
        model = Service
        fields = ["id", "name", "minutes", "price", "color", "is_active"]

    def validate_name(self, name: str) -> str:
        """One name once a salon; checked here because the salon is not in the body."""
        namesake = Service.objects.filter(
            salon=tenancy.get_request_salon(self.context["request"]), name=name
        ).first()
        if namesake is not None and namesake != self.instance:
            raise serializers.ValidationError(_("A service with this name exists already."))
        return name
