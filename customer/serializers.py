"""Customers in JSON."""

from rest_framework import serializers

from booking_api.fields import PhoneField
from customer.models import Customer


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """`phone_number` is E.164 (+12125550123) or empty."""

    phone_number = PhoneField(required=False, allow_blank=True)

    class Meta:
        model = Customer
        fields = ["id", "full_name", "phone_number", "email", "notes"]
        extra_kwargs = {"full_name": {"required": True, "allow_blank": True}}
