"""Calls the salon's system as Twilio does: signed over the public address, but on this machine."""

from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings

from core.http.single_request import Request, Response, send_single_request
from notification.channels.sms import twilio
from practice_phone.models import PracticeMessage

INBOUND_PATH = "/webhooks/twilio/sms/"
API_VERSION = "2010-04-01"

logger = structlog.get_logger(__name__)


def send_receipt(message: PracticeMessage) -> None:
    """Post a receipt with the message's status, where the sender asked for receipts."""
    if not message.status_callback:
        return
    form = build_message_fields(message) | {
        "MessageStatus": message.status,
        "SmsStatus": message.status,
    }
    problem = post_and_describe_problem(message.status_callback, form)
    if problem:
        logger.warning(
            "practice_receipt_failed", sid=message.sid, status=message.status, problem=problem
        )


def deliver_inbound(message: PracticeMessage) -> str:
    """Post a text from a phone to the salon's system; answers what went wrong, "" for nothing."""
    form = build_message_fields(message) | {
        "SmsMessageSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": str(message.num_segments),
    }
    return post_and_describe_problem(settings.PUBLIC_URL + INBOUND_PATH, form)


def build_message_fields(message: PracticeMessage) -> dict[str, str]:
    """What every call of Twilio's says about a message."""
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "From": message.from_number,
        "To": message.to_number,
        "ApiVersion": API_VERSION,
    }


def post_and_describe_problem(url: str, form: dict[str, str]) -> str:
    """What kept `url` from taking this form; "" when it was answered with a 2xx."""
    if not url.startswith(f"{settings.PUBLIC_URL}/"):
        return "the webhook address is outside this installation, so nothing was sent"
    try:
        answer = post_signed_form(url, form)
    except Exception as error:  # noqa: BLE001 - whatever fails is shown on the page
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def post_signed_form(url: str, form: dict[str, str]) -> Response:
    """Post to this server, signed and addressed as if it had been called from outside."""
    public = urlsplit(settings.PUBLIC_URL)
    headers = {
        "Host": public.netloc,
        "X-Forwarded-Proto": public.scheme,
        "X-Twilio-Signature": twilio.sign_webhook(url, form),
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "PracticePhone/1.0",
    }
    local_url = get_own_address() + url.removeprefix(settings.PUBLIC_URL)
    request = Request("POST", local_url, headers, urlencode(form).encode())
    return send_single_request(request, seconds=settings.PROVIDER_TIMEOUT)


def get_own_address() -> str:
    """Where this server listens: where the practice phone's own API is."""
    api = urlsplit(settings.TWILIO_API_BASE_URL)
    return f"{api.scheme}://{api.netloc}"
