"""How often a link for a forgotten password may be asked for, over the API or the page.

Counted in each web process by itself: the aim is that nobody's mailbox is flooded.
"""

import hashlib
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from user.models import ExtendedUser


class PasswordResetsByClient(SimpleRateThrottle):
    """By where the request comes from."""

    scope = "resets_by_visitor"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{self.get_ident(request)}"


class PasswordResetsByEmail(SimpleRateThrottle):
    """By the e-mail that is asked for, whether an account has it or not."""

    scope = "resets_by_address"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        body = request.data if isinstance(request, Request) else request.POST
        email = body.get("email") if hasattr(body, "get") else None
        if not isinstance(email, str):
            return None  # the form will refuse it
        address = ExtendedUser.objects.normalize_email(email)
        return f"{self.scope}:{hashlib.sha256(address.encode()).hexdigest()}"


def check_reset_limits(request: HttpRequest) -> None:
    """The same two limits for a page.

    Raises:
        Throttled: one of them is reached.
    """
    limits = [PasswordResetsByClient(), PasswordResetsByEmail()]
    waits = [each.wait() for each in limits if not each.allow_request(request, None)]  # type: ignore[arg-type] # only the key reads the request
    if waits:
        raise Throttled(wait=max((wait for wait in waits if wait), default=None))
