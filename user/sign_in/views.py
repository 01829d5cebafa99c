"""The API of signing in and out, of the own account and of password resets."""

from typing import Any, cast

from django.contrib.auth import authenticate
from django.contrib.auth import logout as end_session
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from core.api.errors import Refusal
from user import actions
from user.models import ExtendedUser
from user.sign_in.serializers import (
    AccountSerializer,
    LoginSerializer,
    PasswordResetSerializer,
    SessionSerializer,
)
from user.sign_in.throttles import PasswordResetsByClient, PasswordResetsByEmail


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
        token = actions.create_api_token(user)
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
    throttle_classes = [PasswordResetsByClient, PasswordResetsByEmail]

    @extend_schema(request=PasswordResetSerializer, responses={202: None}, auth=[])
    def post(self, request: Request) -> Response:
        form = PasswordResetSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        actions.request_password_reset(form.validated_data["email"])
        return Response(status=status.HTTP_202_ACCEPTED)


class MeView(APIView):
    """Who is signed in."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=AccountSerializer)
    def get(self, request: Request) -> Response:
        return Response(AccountSerializer(cast(ExtendedUser, request.user)).data)
