"""Send a test text from the settings page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.phone_numbers import InvalidPhoneNumber, parse_phone_number
from notification.channels.outcomes import Accepted
from notification.channels.sms.channel import SmsChannel
from notification.contacts.actions import has_opted_out
from pages.access import SalonRequest, require_owner, require_sign_in
from pages.templatetags.pages import phone as as_written


@require_sign_in
@require_owner
@require_POST
def send_test_message(request: SalonRequest) -> HttpResponse:
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
        show_test_result(request, phone, answer)
    return redirect("web:settings")


def show_test_result(request: SalonRequest, phone: str, answer: Any) -> None:
    """What the provider made of the test text."""
    if isinstance(answer, Accepted):
        sentence = _("A test text is on its way to %(phone)s.")
        messages.success(request, sentence % {"phone": as_written(phone)})
    else:
        sentence = _("The test text was not taken. The provider said: %(why)s")
        messages.error(request, sentence % {"why": answer.message})
