"""The link that sets a password: in an invitation, and for a forgotten one."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from user.models import ExtendedUser


def build_invitation_link(user: ExtendedUser) -> str:
    """The link with which `user` sets a password; works once, for PASSWORD_RESET_TIMEOUT s."""
    path = reverse(
        "web:set-password",
        args=[
            urlsafe_base64_encode(force_bytes(user.pk)),
            default_token_generator.make_token(user),
        ],
    )
    return settings.PUBLIC_URL + path


def format_link_expiry(user: ExtendedUser) -> str:
    """When a link that is made now expires, on the clock of the user's salon (else UTC)."""
    ends = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    on_clock = ends.astimezone(user.salon.zone) if user.salon else ends
    return f"{on_clock:%Y-%m-%d %H:%M %Z}"
