"""The fields of signing in, of the own account and of a password reset."""

from typing import Any

from rest_framework import serializers

from salon.models import Salon
from user.models import ExtendedUser


class AccountSerializer(serializers.ModelSerializer[ExtendedUser]):
    """Who is signed in, and where."""

    salon = serializers.PrimaryKeyRelatedField[Salon](read_only=True)

    class Meta:
        model = ExtendedUser
        fields = ["id", "name", "email", "is_owner", "bookable", "salon"]
        read_only_fields = fields


class LoginSerializer(serializers.Serializer[Any]):
    """What signing in asks for."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(trim_whitespace=False, max_length=4096)


class PasswordResetSerializer(serializers.Serializer[Any]):
    """Whose password is forgotten."""

    email = serializers.EmailField(max_length=254)


class SessionSerializer(serializers.Serializer[Any]):
    """What a sign-in answers."""

    token = serializers.CharField()
    user = AccountSerializer()
