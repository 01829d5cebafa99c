"""What an owner sets up one by one: services, and a text to try the sender with."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.serializers import Serializer

from core import tenancy
from core.phone_numbers import InvalidPhoneNumber, parse_phone_number
from notification.channels.outcomes import Accepted
from notification.channels.sms.channel import SmsChannel
from notification.contacts.actions import has_opted_out
from salon.models import Service
from salon.serializers import ServiceSerializer
from web.access import SalonRequest, owners_only, signed_in
from web.offer_forms import ServiceForm
from web.templatetags.book import phone as as_written


@signed_in
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: SalonRequest, pk: int | None = None) -> HttpResponse:
    """A service: its name, length, price, colour and whether it is offered."""
    own = tenancy.scoped_to(Service.objects.all(), request.user)
    shown = get_object_or_404(own, pk=pk) if pk else None
    form = ServiceForm(request.POST or None, initial=stored(shown, ServiceForm))
    if request.method == "POST" and form.is_valid():
        serializer = ServiceSerializer(
            shown, form.cleaned_data, partial=pk is not None, context={"request": request}
        )
        if is_right(serializer, form):
            saved = serializer.save(salon=request.salon)
            return finished(request, saved)
    return page(request, form, shown, _("New service"))


@signed_in
@owners_only
@require_POST
def test_text(request: SalonRequest) -> HttpResponse:
    """Send a text to a phone at hand, to see that the sender works."""
    sender = request.salon.sender_number
    try:
        phone = parse_phone_number(request.POST.get("phone", ""), request.salon.country)
    except InvalidPhoneNumber:
        phone = ""
    if not phone:
        messages.error(request, _("This is not a phone number such as +12125550123."))
    elif has_opted_out(sender, phone):
        messages.error(request, _("This phone answered STOP to your number: it gets no texts."))
    else:
        body = _("A test from %(salon)s: texts arrive.") % {"salon": request.salon.name}
        answer = SmsChannel().send(recipient=phone, sender=sender, body=body, callback_url=None)
        tell(request, phone, answer)
    return redirect("web:settings")


def tell(request: SalonRequest, phone: str, answer: Any) -> None:
    """What the provider made of the test text."""
    if isinstance(answer, Accepted):
        sentence = _("A test text is on its way to %(phone)s.")
        messages.success(request, sentence % {"phone": as_written(phone)})
    else:
        sentence = _("The test text was not taken. The provider said: %(why)s")
        messages.error(request, sentence % {"why": answer.message})


def stored(record: Any, form: type[forms.Form]) -> dict[str, Any]:
    """The record as the fields of the form; nothing for a new one."""
    return {name: getattr(record, name) for name in form.base_fields} if record else {}


def is_right(serializer: Serializer[Any], form: forms.Form) -> bool:
    """Whether the API would take it; its refusals go beside the fields."""
    if serializer.is_valid():
        return True
    for name, sentences in serializer.errors.items():
        form.add_error(name if name in form.fields else None, sentences)
    return False


def finished(request: SalonRequest, saved: Any) -> HttpResponse:
    messages.success(request, _("Saved: %(name)s.") % {"name": saved})
    return redirect("web:settings")


def page(request: SalonRequest, form: forms.Form, shown: Any, title: str) -> HttpResponse:
    context = {"form": form, "title": str(shown) if shown else title}
    return render(request, "web/offer.html", context, status=400 if form.errors else 200)
