"""How far somebody has come with signing in, in words for the owner."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from user.models import ExtendedUser


class Standing(TextChoices):
    LEFT = "left", _("has left")
    NO_EMAIL = "no_email", _("no e-mail, so never signs in")
    SHUT_OUT = "shut_out", _("may not sign in")
    INVITED = "invited", _("invited, has set no password yet")
    EXPECTED = "expected", _("has a password, has not signed in yet")
    SIGNS_IN = "signs_in", _("signs in")


def standing(user: ExtendedUser) -> Standing:
    """The first of these that holds."""
    if not user.is_active:
        return Standing.LEFT
    if not user.email:
        return Standing.NO_EMAIL
    if not user.can_login:
        return Standing.SHUT_OUT
    if not user.has_usable_password():
        return Standing.INVITED
    return Standing.SIGNS_IN if user.last_login else Standing.EXPECTED
