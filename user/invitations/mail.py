"""Mails to the people of a salon: an invitation, or a link for a forgotten password.

Logs name accounts by id. What a mail server says may repeat an address, so its words are kept
neither in the logs nor in Redis.
"""

import smtplib
from enum import StrEnum

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from dramatiq.errors import Retry

from user.invitations.links import build_invitation_link, format_link_expiry
from user.models import ExtendedUser

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

logger = structlog.get_logger(__name__)


class MailKind(StrEnum):
    """What a mail is for; `templates/user/mail/` has its words, the subject in the first line."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - no password, the name of a template


class MailNotSent(Exception):
    """The mail server took no mail. `may_pass`: it may do so later. Names no address."""

    def __init__(self, error: OSError) -> None:
        code = get_smtp_code(error)
        super().__init__(f"{type(error).__name__} {code}" if code else type(error).__name__)
        self.may_pass = code < 500 or isinstance(error, smtplib.SMTPAuthenticationError)


def has_mail_server() -> bool:
    """Whether mails leave the house: EMAIL_URL names a mail server."""
    return bool(settings.EMAIL_BACKEND == SMTP_BACKEND)


def deliver_mail(kind: MailKind, user_id: int) -> None:
    """Mail to the account, if there is one and it still has use for it.

    Raises:
        Retry: the mail server can't be reached, or takes no mail at the moment.
    """
    user = ExtendedUser.objects.select_related("salon").filter(pk=user_id).first()
    if user is None or not is_wanted(kind, user):
        return
    try:
        send_link_mail(kind, user)
    except MailNotSent as error:
        logger.warning("mail_not_sent", kind=kind, account=user_id, reason=str(error))
        if error.may_pass:
            raise Retry(str(error)) from None
    else:
        logger.info("mail_sent", kind=kind, account=user_id)


def is_wanted(kind: MailKind, user: ExtendedUser) -> bool:
    """Whether the link would still be of use: an invited account has no password yet."""
    may_use_link = bool(user.email) and user.may_sign_in
    return may_use_link and not (kind == MailKind.INVITATION and user.has_usable_password())


def send_link_mail(kind: MailKind, user: ExtendedUser) -> None:
    """Hand one mail with a fresh link to the mail server now, in the language of the salon.

    Raises:
        NotSent: it was not taken.
    """
    language = user.salon.locale if user.salon else settings.LANGUAGE_CODE
    context = {
        "user": user,
        "name": remove_line_breaks(user.name),
        "salon": remove_line_breaks(user.salon.name if user.salon else ""),
        "link": build_invitation_link(user),
        "until": format_link_expiry(user),
    }
    with translation.override(language):
        text = render_to_string(f"user/mail/{kind}.txt", context)
    subject, _newline, body = text.partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: out-of-office replies stay away
    message = EmailMessage(subject, body.lstrip(), to=[str(user.email)], headers=headers)
    try:
        message.send()
    except OSError as error:  # also every SMTPException
        raise MailNotSent(error) from None


def remove_line_breaks(name: str) -> str:
    """A name without line breaks, which would cut the subject short."""
    return " ".join(name.split())


def get_smtp_code(error: OSError) -> int:
    """The code of the server's answer; 0 when there was none. 500 and above are final."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0
