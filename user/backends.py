"""Signing in with e-mail and password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from user.models import ExtendedUser


class EmailBackend(ModelBackend):
    """Django's own check, for accounts that may sign in to a salon that is active."""

    def user_can_authenticate(self, user: ExtendedUser | AnonymousUser | None) -> bool:
        return isinstance(user, ExtendedUser) and user.may_sign_in

    def get_user(self, user_id: int) -> ExtendedUser | None:
        """The account of a session; none once it may not sign in any more."""
        user = ExtendedUser.objects.select_related("salon").filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None


def get_account_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Under which name axes counts failures: one account, however its address is written."""
    given = credentials if credentials is not None else request.POST
    return ExtendedUser.objects.normalize_email(given.get("username"))
