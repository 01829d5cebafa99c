"""Customers in JSON."""

from rest_framework import serializers

from core.api.fields import PhoneField, ZonedDateTimeField
from customer.models import Customer
from notification.contacts.models import UnreachableNumber


class UnreachableSerializer(serializers.ModelSerializer[UnreachableNumber]):
    """Why texts don't get to a number, in a word and in words, and since when."""

    detail = serializers.CharField(source="get_cause_display", read_only=True)
    since = ZonedDateTimeField(read_only=True)

    class Meta:
        model = UnreachableNumber
        fields = ["cause", "detail", "error_code", "since"]
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """`phone_number` is E.164 (+12125550123) or empty. `unreachable` says why texts to it don't
    arrive, null when nothing is known against it; `opted_out_at` when the customer answered STOP.
    """

    phone_number = PhoneField(required=False, allow_blank=True)
    unreachable = UnreachableSerializer(source="reach.unreachable", read_only=True, allow_null=True)
    opted_out_at = ZonedDateTimeField(
        source="reach.opted_out.created", read_only=True, allow_null=True
    )

    class Meta:
        model = Customer
        fields = [
            "id",
            "full_name",
            "phone_number",
            "email",
            "notes",
            "unreachable",
            "opted_out_at",
        ]
        extra_kwargs = {"full_name": {"required": True, "allow_blank": True}}
