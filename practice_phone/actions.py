"""What happens to a practice text: taken from the salon's system, or written on the phone."""

from collections.abc import Mapping

import structlog
from django.db import transaction
from django.utils import timezone

from practice_phone import webhooks
from practice_phone.models import Direction, PracticeMessage, PracticeOptOut, Status
from practice_phone.policies import ANSWERS, Keyword, Refusal, find_keyword, find_refusal

NOT_REACHED = 11200  # Twilio's code for a webhook that was not answered with a 2xx

logger = structlog.get_logger(__name__)


def accept_message(form: Mapping[str, str]) -> PracticeMessage | Refusal:
    """Take a text as Twilio would; `form` holds the fields of a POST to Messages.json."""
    to, body = form.get("To", ""), form.get("Body", "")
    sender = form.get("From") or form.get("MessagingServiceSid", "")
    opted_out = PracticeOptOut.objects.filter(phone=to, sender=sender).exists()
    refusal = find_refusal(to, sender, body, opted_out=opted_out)
    if refusal:
        return refusal
    return PracticeMessage.objects.create(
        direction=Direction.OUTBOUND,
        phone=to,
        sender=sender,
        body=body,
        status=Status.QUEUED,
        status_callback=form.get("StatusCallback", ""),
    )


def carry_message(message_id: int) -> None:
    """Bring a text to its phone and report each step; what was done before is not done again."""
    message = PracticeMessage.objects.get(pk=message_id)
    if advance_status(message, Status.QUEUED, Status.SENT):
        webhooks.send_receipt(message)
    if advance_status(message, Status.SENT, Status.DELIVERED):
        webhooks.send_receipt(message)


def advance_status(message: PracticeMessage, before: Status, after: Status) -> bool:
    """Move a text from one status to the next; false when it isn't there any more."""
    now = timezone.now()
    changes = {"status": after, "modified": now}
    if after == Status.SENT:
        changes["date_sent"] = now
    found = PracticeMessage.objects.filter(pk=message.pk, status=before).update(**changes)
    message.refresh_from_db()
    return bool(found)


def send_from_phone(phone: str, sender: str, body: str) -> PracticeMessage:
    """Text `body` from the customer's phone to the salon's number and hand it to the salon.

    Twilio's own words are obeyed and answered on the way. Not inside a transaction: the salon's
    system is called over HTTP.
    """
    with transaction.atomic():
        message = PracticeMessage.objects.create(
            direction=Direction.INBOUND,
            phone=phone,
            sender=sender,
            body=body,
            status=Status.RECEIVING,
            date_sent=timezone.now(),
        )
        keyword = find_keyword(body)
        if keyword:
            obey_keyword(keyword, message)
    hand_to_salon(message)
    return message


def obey_keyword(keyword: Keyword, message: PracticeMessage) -> None:
    """Opt the phone out or in, and answer in the provider's words."""
    phone, sender = message.phone, message.sender
    if keyword is Keyword.STOP:
        PracticeOptOut.objects.get_or_create(phone=phone, sender=sender)
    if keyword is Keyword.START:
        PracticeOptOut.objects.filter(phone=phone, sender=sender).delete()
    PracticeMessage.objects.create(
        direction=Direction.ANSWER,
        phone=phone,
        sender=sender,
        body=ANSWERS[keyword],
        status=Status.DELIVERED,
        date_sent=timezone.now(),
    )


def hand_to_salon(message: PracticeMessage) -> None:
    """Post a text from the phone to the salon's system and note on it what was answered."""
    problem = webhooks.deliver_inbound(message)
    PracticeMessage.objects.filter(pk=message.pk).update(
        status=Status.FAILED if problem else Status.RECEIVED,
        error_code=NOT_REACHED if problem else None,
        error_message=problem,
        modified=timezone.now(),
    )
    logger.info("practice_reply_handed_over", sid=message.sid, problem=problem)
