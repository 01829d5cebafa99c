"""What the provider tells us. Every call must carry its signature; else 403 and nothing is read."""

from collections.abc import Callable
from functools import wraps

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.api.errors import build_error_body
from notification.channels.sms import twilio
from notification.contacts import replies
from notification.delivery import receipts

EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LONGEST_TEXT = 10_000  # characters; the provider's own limit is 1,600
# A form that is too large, has too many fields or is in no encoding we read. Anybody may send one.
UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation)

logger = structlog.get_logger(__name__)
View = Callable[..., HttpResponse]


def require_signature(view: View) -> View:
    """Let only the provider in: the signature covers the public URL and all parameters."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method != "POST":
            return build_error_response(
                "method_not_allowed", _("Only POST is understood here."), 405
            )
        try:
            is_signed = has_valid_signature(request)
        except UNREADABLE as error:
            logger.warning("webhook_unreadable", path=request.path, error=type(error).__name__)
            return build_error_response(
                "bad_request", _("The request could not be understood."), 400
            )
        if not is_signed:
            logger.warning("webhook_refused", path=request.path)
            detail = _("The provider's signature is missing or wrong.")
            return build_error_response("bad_signature", detail, 403)
        return view(request, *args, **kwargs)

    return guarded


def has_valid_signature(request: HttpRequest) -> bool:
    """Whether the provider signed this request.

    Raises:
        One of UNREADABLE: its form can't be read.
    """
    url = settings.PUBLIC_URL + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    return twilio.is_valid_signature(url, request.POST, signature)


def build_error_response(code: str, detail: str, status_code: int) -> JsonResponse:
    """An error as the API words it."""
    return JsonResponse(build_error_body(code, detail), status=status_code)


def read_parameter(request: HttpRequest, name: str, longest: int) -> str:
    """A parameter as a text that the database can hold: no NUL, `longest` characters at most."""
    return request.POST.get(name, "").replace("\0", "")[:longest]


@require_signature
def receive_sms(request: HttpRequest) -> HttpResponse:
    """A phone wrote to one of our senders. Stored once, however often it is handed over."""
    provider_id = read_parameter(request, "MessageSid", 64)
    if not provider_id:
        return build_error_response("invalid", _("MessageSid is missing."), 400)
    replies.store_reply(
        provider_id=provider_id,
        sender=read_parameter(request, "From", 40),
        recipient=read_parameter(request, "To", 40),
        service=read_parameter(request, "MessagingServiceSid", 40),
        text=read_parameter(request, "Body", LONGEST_TEXT),
    )
    return HttpResponse(EMPTY_ANSWER, content_type="application/xml")


@require_signature
def receive_status(request: HttpRequest, code: str) -> HttpResponse:
    """A receipt for one row; for a row we don't know 200 too, or it would come again."""
    receipts.record_receipt(
        code.replace("\0", ""),
        provider_id=read_parameter(request, "MessageSid", 64),
        provider_status=read_parameter(request, "MessageStatus", 20).lower(),
        error_code=read_parameter(request, "ErrorCode", 20),
    )
    return HttpResponse(status=200)
