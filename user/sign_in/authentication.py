"""Who a request of the API comes from."""

from copy import copy
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from user.models import ExtendedUser

RENEWAL_INTERVAL = timedelta(minutes=1)


class AccountToken(TokenAuthentication):
    """`Authorization: Token …`, as long as its account may sign in.

    Knox' own look-up reads all tokens of the account for each request and fails on tokens that
    are no text; one look-up by the digest answers the same question.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[ExtendedUser, Any]:
        try:
            digest = hash_token(token.decode("ascii"))
        except ValueError:  # not of hexadecimal digits, so none of ours
            raise AuthenticationFailed(_("Invalid token.")) from None
        found = AuthToken.objects.select_related("user__salon").filter(digest=digest).first()
        if found is None or (found.expiry and found.expiry <= timezone.now()):
            raise AuthenticationFailed(_("Invalid token."))
        if not found.user.may_sign_in:
            raise AuthenticationFailed(_("This account or its salon is not active."))
        self.renew_token(found)
        return found.user, found

    def renew_token(self, token: AuthToken) -> None:
        """Put the end of `token` off, at most once a minute; one that was just deleted stays so."""
        ends = timezone.now() + knox_settings.TOKEN_TTL
        if token.expiry and ends - token.expiry > RENEWAL_INTERVAL:
            AuthToken.objects.filter(pk=token.pk).update(expiry=ends)


class AccountSession(SessionAuthentication):
    """The session of the pages; what writes needs its CSRF token, in the header X-CSRFToken.

    The check is kept from the body: it would complain of a bad one before it is known whether the
    record is there for this account.
    """

    def enforce_csrf(self, request: Request) -> None:
        without_body = copy(request._request)
        without_body.POST = QueryDict()
        super().enforce_csrf(without_body)  # type: ignore[arg-type]
