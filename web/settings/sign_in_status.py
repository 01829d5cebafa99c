"""How far a staff member has come with signing in, in words for the owner."""

from django.contrib import messages
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from pages.access import SalonRequest
from user.invitations import mail
from user.models import ExtendedUser


class SignInStatus(TextChoices):
    LEFT = "left", _("has left")
    NO_EMAIL = "no_email", _("no e-mail, cannot sign in")
    SHUT_OUT = "shut_out", _("sign-in switched off")
    INVITED = "invited", _("invited, no password yet")
    EXPECTED = "expected", _("has a password, has not signed in yet")
    SIGNS_IN = "signs_in", _("can sign in")


def get_sign_in_status(user: ExtendedUser) -> SignInStatus:
    """Return the first status that applies to `user`."""
    if not user.is_active:
        return SignInStatus.LEFT
    if not user.email:
        return SignInStatus.NO_EMAIL
    if not user.can_login:
        return SignInStatus.SHUT_OUT
    if not user.has_usable_password():
        return SignInStatus.INVITED
    return SignInStatus.SIGNS_IN if user.last_login else SignInStatus.EXPECTED


def show_invitation_link(request: SalonRequest, user: ExtendedUser) -> None:
    """Show the link of an account that was just invited: mails can be late or lost."""
    if not (link := getattr(user, "invitation", "")):
        return
    sentence = _("Send this link to %(name)s to set a password: %(link)s")
    if mail.has_mail_server():
        sentence = _(
            "An invitation is on its way to %(email)s. If it does not arrive, send this link to set"
            " a password: %(link)s"
        )
    messages.info(request, sentence % {"name": user, "email": user.email, "link": link})
