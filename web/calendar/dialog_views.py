"""Requests of the booking dialog while staff type: find customers, forecast texts."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.datetimes import InvalidDateTime, parse_zoned_datetime
from core.phone_numbers import InvalidPhoneNumber, parse_phone_number
from customer.models import Customer
from pages import local_time
from pages.access import SalonRequest, require_sign_in
from pages.templatetags.pages import phone as format_phone
from salon.models import Salon
from web.calendar import message_forecast
from web.customers import unreachable
from web.customers.lookup import find_matching_customers


@require_sign_in
@require_safe
def search_dialog_customers(request: SalonRequest) -> HttpResponse:
    """Return the customers that match `?q=`, each with a warning if texts may fail."""
    found = [
        {
            "id": customer.pk,
            "full_name": str(customer),
            "phone_number": format_phone(customer.phone_number) if customer.phone_number else "",
            "hint": message_forecast.get_short_delivery_warning(customer),
        }
        for customer in find_matching_customers(request, request.GET.get("q", ""))
    ]
    return JsonResponse({"found": found})


@require_sign_in
@require_safe
def show_message_forecast(request: SalonRequest) -> HttpResponse:
    """Forecast the texts of a booking at `?start=` for `?customer=`, or `?name=` with `?phone=`."""
    salon, now = request.salon, timezone.now()
    forecast: dict[str, Any] = {"texts": [], "missing": "", "start_error": "", "start_note": ""}
    phone, error = parse_typed_number(request)
    forecast |= {"phone": format_phone(phone) if phone else "", "phone_error": error}
    try:
        start = parse_zoned_datetime(request.GET.get("start", ""), salon.zone)
    except InvalidDateTime as error:
        return JsonResponse(forecast | {"start_error": str(error)})
    customer = read_dialog_customer(request, phone)
    notify = request.GET.get("notify") == "1"
    missing = message_forecast.get_no_message_reason(customer)
    texts = (
        []
        if missing
        else message_forecast.forecast_booking_messages(salon, customer, start, now, notify=notify)
    )
    forecast |= {
        "texts": [asdict(text) for text in texts],
        "missing": missing or message_forecast.get_no_reminder_reason(salon, start, now),
        "start_note": format_ambiguous_time_note(start, salon),
        "warning": unreachable.get_delivery_warning(customer),
    }
    return JsonResponse(forecast)


def format_ambiguous_time_note(start: datetime, salon: Salon) -> str:
    """Return a note about a time that the clock shows twice; "" for any other."""
    if not local_time.is_ambiguous_time(start.astimezone(salon.zone)):
        return ""
    sentence = _("The clocks go back: this time occurs twice. The first is used, %(time)s.")
    return sentence % {"time": local_time.format_time(start, salon.zone)}


def parse_typed_number(request: SalonRequest) -> tuple[str, str]:
    """Return the number typed so far in E.164, and the error in it."""
    try:
        return parse_phone_number(request.GET.get("phone", ""), request.salon.country), ""
    except InvalidPhoneNumber:
        return "", _("This is not a phone number such as +12125550123.")


def read_dialog_customer(request: SalonRequest, phone: str) -> Customer:
    """Return the chosen customer, or an unsaved new one as typed so far."""
    chosen = request.GET.get("customer", "")
    if chosen.isdecimal():
        own = Customer.objects.filter(salon=request.salon).select_related("salon")
        found = own.filter(pk=chosen).first()
        if found is not None:
            return found
    name = request.GET.get("name", "")
    return Customer(salon=request.salon, full_name=name, phone_number=phone)
