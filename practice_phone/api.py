"""Twilio's Messages API, so far as the unchanged client needs it: create, list, fetch."""

import base64
import binascii
from datetime import UTC, date, datetime, time, timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from practice_phone import actions
from practice_phone.models import Direction, PracticeMessage
from practice_phone.policies import REFUSALS, Refusal
from practice_phone.serializers import build_message_json, build_messages_path, build_refusal_json
from practice_phone.tasks import carry_on_commit

PAGE_SIZE, LARGEST_PAGE = 50, 1000


def build_refusal_response(refusal: Refusal) -> JsonResponse:
    """An error as Twilio words it."""
    return JsonResponse(build_refusal_json(refusal), status=refusal.status)


@method_decorator(csrf_exempt, name="dispatch")  # called by programs, which name their account
class TwilioView(View):
    """Answers only to the account in the settings, and in Twilio's words."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_our_account(request.headers.get("Authorization", ""), kwargs.pop("account")):
            return build_refusal_response(REFUSALS[20003])
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, *_args: Any, **_kwargs: Any) -> JsonResponse:
        return build_refusal_response(REFUSALS[20004])


class Messages(TwilioView):
    """…/Messages.json"""

    def post(self, request: HttpRequest) -> JsonResponse:
        with transaction.atomic():
            result = actions.accept_message(request.POST.dict())
            if isinstance(result, Refusal):
                return build_refusal_response(result)
            carry_on_commit(result.pk)
        return JsonResponse(build_message_json(result), status=201)

    def get(self, request: HttpRequest) -> JsonResponse:
        try:
            return JsonResponse(build_page(filter_messages(request.GET), request.GET))
        except ValueError:
            return build_refusal_response(REFUSALS[20001])


class Message(TwilioView):
    """…/Messages/SM….json"""

    def get(self, request: HttpRequest, sid: str) -> JsonResponse:
        message = PracticeMessage.objects.filter(sid=sid).first()
        if message is None:
            return build_refusal_response(REFUSALS[20404])
        return JsonResponse(build_message_json(message))


def is_our_account(authorization: str, account: str) -> bool:
    """Whether this header (RFC 7617) and the account in the path are those of the settings."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    wanted = f"{settings.TWILIO_ACCOUNT_SID}:{settings.TWILIO_AUTH_TOKEN}".encode()
    is_right = compare_digest(given, wanted)
    return is_right and scheme.lower() == "basic" and account == settings.TWILIO_ACCOUNT_SID


def filter_messages(query: QueryDict) -> QuerySet[PracticeMessage]:
    """The messages a list asks for, newest first.

    Raises:
        ValueError: a date that is none.
    """
    found = PracticeMessage.objects.order_by("-pk")
    from_phone = Q(direction=Direction.INBOUND)
    if to := query.get("To"):
        found = found.filter(from_phone & Q(sender=to) | ~from_phone & Q(phone=to))
    if sender := query.get("From"):
        found = found.filter(from_phone & Q(phone=sender) | ~from_phone & Q(sender=sender))
    if day := query.get("DateSent"):
        found = found.filter(date_sent__gte=get_day_start(day), date_sent__lt=get_day_end(day))
    if day := query.get("DateSent<"):
        found = found.filter(date_sent__lt=get_day_end(day))
    if day := query.get("DateSent>"):
        found = found.filter(date_sent__gte=get_day_start(day))
    return found


def get_day_start(day: str) -> datetime:
    """When a day in UTC begins; the client writes 2026-11-20T00:00:00Z, Twilio reads the day."""
    return datetime.combine(date.fromisoformat(day.removeprefix("=")[:10]), time(), UTC)


def get_day_end(day: str) -> datetime:
    """When the day after begins."""
    return get_day_start(day) + timedelta(days=1)


def build_page(found: QuerySet[PracticeMessage], query: QueryDict) -> dict[str, Any]:
    """One page and the address of the next; a text that comes meanwhile shifts nothing.

    Raises:
        ValueError: a page, size or token that is none.
    """
    size = min(max(int(query.get("PageSize", PAGE_SIZE)), 1), LARGEST_PAGE)
    page = int(query.get("Page", 0))
    if token := query.get("PageToken"):
        found = found.filter(pk__lt=int(token.removeprefix("PA")))
    shown = list(found[: size + 1])
    following = None
    if len(shown) > size:
        token = f"PA{shown[size - 1].pk}"
        rest = query.dict() | {"PageSize": str(size), "Page": str(page + 1), "PageToken": token}
        following = f"{build_messages_path()}.json?{urlencode(rest)}"
    return {
        "messages": [build_message_json(message) for message in shown[:size]],
        "page": page,
        "page_size": size,
        "next_page_uri": following,
    }
