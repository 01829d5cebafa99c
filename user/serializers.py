"""Staff and sign-in in JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.fields import PhoneField
from user.models import ADDRESS_TAKEN, ExtendedUser


class StaffSerializer(serializers.ModelSerializer[ExtendedUser]):
    """An account of the salon. `invitation` is the link that sets its password, shown once."""

    email = serializers.EmailField(allow_null=True, allow_blank=True, max_length=254, default=None)
    phone_number = PhoneField(required=False, allow_blank=True)
    invitation = serializers.CharField(read_only=True, required=False)

    class Meta:
        model = ExtendedUser
        fields = [
            "id",
            "name",
            "email",
            "phone_number",
            "is_owner",
            "bookable",
            "can_login",
            "is_active",
            "invitation",
        ]

    def validate_email(self, email: str | None) -> str | None:
        """Addresses are compared without regard to case, over all salons."""
        email = ExtendedUser.objects.normalize_email(email) or None
        owner = ExtendedUser.objects.filter(email=email).first() if email else None
        if owner is not None and owner != self.instance:
            raise serializers.ValidationError(ADDRESS_TAKEN)
        return email

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Who signs in needs an address."""
        if not {"email", "can_login"} & set(attrs):
            return attrs
        email = attrs.get("email", self.instance.email if self.instance else None)
        can_login = attrs.get("can_login", self.instance.can_login if self.instance else False)
        if can_login and not email:
            raise serializers.ValidationError({"email": _("Give an e-mail to sign in with.")})
        return attrs
