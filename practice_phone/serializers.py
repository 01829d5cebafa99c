"""Messages in Twilio's JSON (https://www.twilio.com/docs/messaging/api/message-resource)."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from django.conf import settings

from practice_phone.models import PracticeMessage
from practice_phone.policies import Refusal
from practice_phone.webhooks import API_VERSION


def build_messages_path() -> str:
    """The path of the account's messages, relative to Twilio's base URL."""
    return f"/{API_VERSION}/Accounts/{settings.TWILIO_ACCOUNT_SID}/Messages"


def build_message_json(message: PracticeMessage) -> dict[str, Any]:
    """One message."""
    path = f"{build_messages_path()}/{message.sid}"
    by_service = message.from_number.startswith("MG")
    return {
        "account_sid": settings.TWILIO_ACCOUNT_SID,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": format_rfc_2822(message.created),
        "date_sent": format_rfc_2822(message.date_sent),
        "date_updated": format_rfc_2822(message.modified),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message or None,
        "from": None if by_service else message.from_number,
        "messaging_service_sid": message.from_number if by_service else None,
        "num_media": "0",
        "num_segments": str(message.num_segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.to_number,
        "uri": f"{path}.json",
    }


def build_refusal_json(refusal: Refusal) -> dict[str, Any]:
    """An error answer."""
    return {
        "code": refusal.code,
        "message": refusal.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.status,
    }


def format_rfc_2822(moment: datetime | None) -> str | None:
    """A moment as Twilio writes it, in UTC: Fri, 20 Nov 2026 18:31:14 +0000."""
    return format_datetime(moment.astimezone(UTC)) if moment else None
