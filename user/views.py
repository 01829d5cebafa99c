"""The API of accounts: signing in and out, and the salon's staff."""

from typing import Any, cast

import django_filters
from django.contrib.auth import authenticate
from django.contrib.auth import logout as end_session
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from booking_api import tenancy
from booking_api.errors import Refusal
from booking_api.filters import FlagFilter
from booking_api.permissions import OwnerWrites
from booking_api.views import SalonScoped
from user import services
from user.models import ExtendedUser
from user.serializers import (
    AccountSerializer,
    LoginSerializer,
    PasswordResetSerializer,
    SessionSerializer,
    StaffSerializer,
)
from user.throttles import ResetsByAddress, ResetsByVisitor


class LoginView(APIView):
    """E-mail and password for a token. Five failures lock the account for 15 minutes (429)."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    @extend_schema(request=LoginSerializer, responses=SessionSerializer, auth=[])
    def post(self, request: Request) -> Response:
        form = LoginSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = authenticate(
            request._request,
            username=form.validated_data["email"],
            password=form.validated_data["password"],
        )
        if user is None:
            # Also what a locked account gets; axes then puts its own answer in this one's place.
            detail = _("E-mail or password is wrong.")
            raise Refusal("bad_credentials", detail, status_code=status.HTTP_400_BAD_REQUEST)
        user_logged_in.send(ExtendedUser, request=request._request, user=user)
        token = services.new_token(user)
        return Response(SessionSerializer({"token": token, "user": user}).data)


class LogoutView(APIView):
    """Ends this token's or this session's sign-in."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        if isinstance(request.successful_authenticator, TokenAuthentication):
            cast(AuthToken, request.auth).delete()
        else:
            end_session(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetView(APIView):
    """Mails a link for a new password, if an account has this address; the answer doesn't tell."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [ResetsByVisitor, ResetsByAddress]

    @extend_schema(request=PasswordResetSerializer, responses={202: None}, auth=[])
    def post(self, request: Request) -> Response:
        form = PasswordResetSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.forgot_password(form.validated_data["email"])
        return Response(status=status.HTTP_202_ACCEPTED)


class MeView(APIView):
    """Who is signed in."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=AccountSerializer)
    def get(self, request: Request) -> Response:
        return Response(AccountSerializer(cast(ExtendedUser, request.user)).data)


class StaffFilter(django_filters.FilterSet):
    """Who takes bookings, who is active, who owns the salon."""

    bookable = FlagFilter(help_text="Whether they take bookings.")
    is_active = FlagFilter(help_text="Whether they work here now.")
    is_owner = FlagFilter(help_text="Whether they own the salon.")


class StaffViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    SalonScoped,
):
    """Every account of the salon, owners included. Owners invite and change; nobody is deleted.

    One who is still expected by customers can't be deactivated (409 `has_visits`).
    """

    queryset = ExtendedUser.objects.all()
    serializer_class = StaffSerializer
    permission_classes = [OwnerWrites]
    http_method_names = ["get", "post", "patch", "head", "options"]
    filterset_class = StaffFilter
    ordering_fields = ["name", "id"]

    def perform_create(self, serializer: BaseSerializer[ExtendedUser]) -> None:
        """A new account; with an e-mail it comes with the link that sets its password."""
        salon = tenancy.request_salon(self.request)
        serializer.instance = services.add(salon, serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[ExtendedUser]) -> None:
        user = cast(ExtendedUser, serializer.instance)
        serializer.instance = services.change(user.pk, serializer.validated_data)

    @extend_schema(request=None, responses=StaffSerializer)
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: str) -> Response:
        """Another link for an account that has set no password yet; the older one ends in time."""
        return Response(self.get_serializer(services.invite(self.get_object())).data)
