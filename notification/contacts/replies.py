"""What customers write back: stored, with the message it answers."""

from collections.abc import Sequence

import structlog

from notification.contacts.actions import opt_in, opt_out
from notification.contacts.models import InboundMessage
from notification.models import AppointmentNotification

# https://help.twilio.com/articles/223134027: what Twilio itself obeys.
STOP_WORDS = {
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
}  # fmt: skip
START_WORDS = {"START", "YES", "UNSTOP"}

logger = structlog.get_logger(__name__)


def store_reply(
    *, provider_id: str, sender: str, recipient: str, text: str, service: str = ""
) -> InboundMessage:
    """Keep a reply from the phone `sender` to our number `recipient`; the same one only once.

    `service` is the messaging service (MG…) that the number belongs to, "" when it has none.
    """
    senders = [recipient, service] if service else [recipient]
    answers = find_answered_notification(sender, senders)
    message, is_new = InboundMessage.objects.get_or_create(
        provider_id=provider_id,
        defaults={
            "sender": sender,
            "recipient": recipient,
            "body": text,
            "answers": answers,
            "salon": answers.salon if answers else None,
        },
    )
    if is_new:
        apply_keyword(text, sender, senders)
    logger.info("reply_stored", reply=message.pk, is_new=is_new, known=answers is not None)
    return message


def apply_keyword(text: str, phone: str, senders: Sequence[str]) -> None:
    """The provider's own words count as a whole message, in any case; it answers them itself."""
    word = text.strip().upper()
    if word in STOP_WORDS:
        for sender in senders:
            opt_out(sender, phone)
    elif word in START_WORDS:
        opt_in(senders, phone)


def find_answered_notification(
    phone: str, senders: Sequence[str]
) -> AppointmentNotification | None:
    """The last message we sent to `phone` from one of `senders`: whose customer is writing."""
    return (
        AppointmentNotification.objects.filter(
            recipient=phone, sender__in=senders, sent_at__isnull=False
        )
        .select_related("salon")
        .order_by("-sent_at")
        .first()
    )
