"""Addresses in JSON."""

from typing import Any

from rest_framework import serializers

from address.models import Address


class AddressSerializer(serializers.ModelSerializer[Address]):
    """A postal address; `country` is its two letters."""

    def to_internal_value(self, data: Any) -> Any:
        """Complete within a PATCH too, for it takes the place of what was there."""
        if not getattr(self.root, "partial", False):
            return super().to_internal_value(data)
        whole = AddressSerializer(data=data)
        whole.is_valid(raise_exception=True)
        return whole.validated_data

    class Meta:
        model = Address
        fields = ["id", "street", "extra", "postal_code", "city", "region", "country"]
