"""Twilio: the only module that knows its SDK. Sends texts, sorts its errors, checks signatures."""

import base64
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.base.values import unset
from twilio.http import HttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from core.environment import TWILIO_API_URL
from core.http.single_request import (
    NotConnected,
    Request,
    Response,
    measure_clock_lead,
    send_single_request,
)
from notification.channels.outcomes import (
    Accepted,
    NotAnswered,
    NotSent,
    Outcome,
    ProviderMessage,
    Refused,
    Unknown,
)
from notification.channels.sms.error_codes import (
    REFUSAL_REASONS,
    SENDER_QUEUE_FULL,
    TOO_MANY_REQUESTS,
    parse_error_code,
)

LONGEST_LIST = 200  # texts to one phone that are looked at, the newest first


class Transport(HttpClient):
    """The SDK's HTTP: to `base_url` instead of Twilio, each request ending within `seconds`."""

    def __init__(self, base_url: str, seconds: float) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), is_async=False, timeout=seconds)
        self.base_url = base_url.rstrip("/")
        #: How far our clock is ahead of Twilio's, as of the last answer.
        self.clock_ahead = timedelta(0)

    def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        """What the SDK calls; redirects are never followed.

        Raises:
            Busy: Twilio took nothing because it is asked too much.
            NeverLeft and all that `exchange` raises.
        """
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        asked_at = timezone.now()
        answer = send_single_request(
            Request(
                method,
                self.base_url + uri.removeprefix(TWILIO_API_URL) + query,
                {**(headers or {}), **build_basic_auth(auth)},
                urlencode(data, doseq=True).encode() if data else None,
            ),
            seconds=timeout or self.timeout,
        )
        date = answer.headers.get("date", "")
        self.clock_ahead = measure_clock_lead(date, asked_at, timezone.now())
        if answer.status == 429:
            raise Busy(answer)
        return TwilioResponse(answer.status, answer.text, answer.headers)


class Busy(Exception):
    """Twilio's 429, with the pause it asks for: the SDK's own exceptions drop the header."""

    def __init__(self, answer: Response) -> None:
        super().__init__("HTTP 429: too many requests")
        self.retry_after = parse_retry_after(answer.headers.get("retry-after", ""))


def send_message(
    *,
    to: str,
    sender: str,
    body: str,
    status_callback: str | None,
) -> Outcome:
    """Hand one text to Twilio and say what became of it; never raises, never sends twice.

    `to` is E.164; `sender` is E.164 or a messaging service (MG…); `status_callback` is the URL
    for receipts, None for none. Takes `settings.PROVIDER_TIMEOUT` seconds at most.
    """
    origin = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
    try:
        message = get_client().messages.create(
            to=to, body=body, status_callback=status_callback or unset, **origin
        )
    except NotConnected as error:
        return NotSent(str(error))
    except Busy as error:
        return NotSent(str(error), str(TOO_MANY_REQUESTS), error.retry_after)
    except (TwilioRestException, TwilioServiceException) as error:
        return classify_error(error)
    except Exception as error:  # noqa: BLE001 - whatever else goes wrong, the text may have left
        return Unknown(f"{type(error).__name__}: {error}")
    if not message.sid:
        return Unknown("the provider's answer names no message")
    return Accepted(str(message.sid), str(message.status or ""))


def look_up_messages(*, to: str, sender: str, body: str, since: datetime) -> list[ProviderMessage]:
    """The texts with this body that Twilio took for `to` from `sender` since then, oldest first.

    Twilio shows a text some seconds after it took it. Its send date is empty until then, so the
    search goes by its creation, put on our clock: one that is wrong must not hide a text.

    Raises:
        NotAnswered: Twilio did not say.
    """
    origin = {} if sender.startswith("MG") else {"from_": sender}
    api = get_client()
    try:
        messages = api.messages.list(to=to, limit=LONGEST_LIST, **origin)
    except Exception as error:
        raise NotAnswered(f"{type(error).__name__}: {error}") from error
    ahead = cast(Transport, api.http_client).clock_ahead
    found = [
        ProviderMessage(
            str(message.sid),
            str(message.status or ""),
            str(message.error_code or ""),
            message.date_created + ahead,
        )
        for message in messages
        # A trial account's texts begin with words of Twilio's own.
        if str(message.body).endswith(body) and message.date_created + ahead >= since
    ]
    return sorted(found, key=lambda sighting: sighting.created)


def classify_error(error: TwilioRestException | TwilioServiceException) -> Outcome:
    """What an error answer of Twilio says about the text."""
    status, code, message = (
        parse_error_code(error.status),
        parse_error_code(error.code),
        read_error_message(error),
    )
    if status < 400 or status == 408 or status >= 500:
        return Unknown(f"HTTP {status}: {message}")
    if code in (TOO_MANY_REQUESTS, SENDER_QUEUE_FULL):
        return NotSent(message, str(code))
    # An error that is in no list is for a person to read, like one of configuration.
    return Refused(str(code), message, REFUSAL_REASONS.get(code, "configuration"))


def read_error_message(error: TwilioRestException | TwilioServiceException) -> str:
    """Twilio's own sentence."""
    if isinstance(error, TwilioServiceException):
        return str(error.detail or error.title)
    return str(error.msg).removeprefix("Unable to create record: ")


def is_valid_signature(url: str, params: Mapping[str, Any], signature: str) -> bool:
    """Whether Twilio signed this webhook: its full URL as Twilio knows it and its form.

    The URL is tried with and without its port, as proxies add or drop it.
    """
    return bool(RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(url, params, signature))


def sign_webhook(url: str, params: Mapping[str, str]) -> str:
    """The X-Twilio-Signature of a webhook; the practice phone signs as Twilio does."""
    return str(RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(url, params))


def get_client() -> Client:
    """The SDK's client for the account in the settings; shared by all threads."""
    return build_client(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        settings.TWILIO_API_BASE_URL,
        settings.PROVIDER_TIMEOUT,
    )


@lru_cache(maxsize=4)
def build_client(account_sid: str, auth_token: str, base_url: str, seconds: float) -> Client:
    """The client for one account; a change of settings makes another."""
    return Client(account_sid, auth_token, http_client=Transport(base_url, seconds))


def build_basic_auth(auth: tuple[str, str] | None) -> dict[str, str]:
    """The header that names the account."""
    if auth is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}


def parse_retry_after(retry_after: str) -> float | None:
    """A Retry-After header as seconds from now; it holds seconds or a date (RFC 9110)."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
        return max((moment - timezone.now()).total_seconds(), 0.0)
    except (TypeError, ValueError):  # no date, or one without a time zone
        return None
