"""The pages: all phones, and one phone's conversation with its reply box."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from practice_phone import actions
from practice_phone.access import require_local_or_sign_in
from practice_phone.forms import ReplyForm
from practice_phone.models import PracticeMessage, PracticeOptOut
from practice_phone.templatetags.practice_phone import spaced

PHONES_A_PAGE = 50
TEXTS_A_PAGE = 200


@require_local_or_sign_in
@require_GET
def show_phones(request: HttpRequest) -> HttpResponse:
    """Every phone that got or wrote a text, the latest first."""
    numbers = (
        PracticeMessage.objects.order_by()
        .values("phone")
        .annotate(texts=Count("pk"), last=Max("pk"))
        .order_by("-last")
    )
    page = Paginator(numbers, PHONES_A_PAGE).get_page(request.GET.get("page"))
    latest = PracticeMessage.objects.in_bulk([row["last"] for row in page])
    rows = [{"last": latest[row["last"]], "texts": row["texts"]} for row in page]
    return render(request, "practice_phone/phones.html", {"page": page, "rows": rows})


@require_local_or_sign_in
@require_http_methods(["GET", "POST"])
def show_conversation(request: HttpRequest, phone: str) -> HttpResponse:
    """What one phone got and wrote; a POST writes a text from it."""
    texts = list(PracticeMessage.objects.filter(phone=phone).order_by("-pk")[:TEXTS_A_PAGE])
    numbers = list(dict.fromkeys(text.sender for text in texts)) or [settings.TWILIO_PHONE_NUMBER]
    senders = [(number, spaced(number)) for number in numbers]
    form = ReplyForm(request.POST or None, senders=senders)
    if form.is_valid():
        actions.send_from_phone(phone, form.cleaned_data["sender"], form.cleaned_data["body"])
        return redirect("practice_phone:conversation", phone)
    stopped = PracticeOptOut.objects.filter(phone=phone).values_list("sender", flat=True)
    context = {"phone": phone, "texts": texts[::-1], "form": form, "stopped": stopped}
    return render(request, "practice_phone/conversation.html", context)
