"""Mails, sent by workers. Each takes the id of an account; address and link are found when it runs.

A mail that the server does not take is tried again after half a minute, then after twice as long
each time up to an hour: ten times, over four hours and a half.
"""

import dramatiq

from user.invitations import mail

FIRST_PAUSE_MS = 30_000
LONGEST_PAUSE_MS = 3_600_000
MAX_RETRIES = 10


@dramatiq.actor(max_retries=MAX_RETRIES, min_backoff=FIRST_PAUSE_MS, max_backoff=LONGEST_PAUSE_MS)
def mail_invitation(user_id: int) -> None:
    mail.deliver_mail(mail.MailKind.INVITATION, user_id)


@dramatiq.actor(max_retries=MAX_RETRIES, min_backoff=FIRST_PAUSE_MS, max_backoff=LONGEST_PAUSE_MS)
def mail_password_reset(user_id: int) -> None:
    mail.deliver_mail(mail.MailKind.PASSWORD_RESET, user_id)
