"""From checked forms to appointment.actions.book, the only writers of appointments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from appointment.actions.book import (
    book_appointment,
    compute_services_length,
    find_booked_appointment,
)
from appointment.actions.edit import AppointmentChanges
from appointment.models import Appointment
from customer.actions import get_or_build_customer
from customer.models import Customer
from pages import local_time
from salon.models import Salon, Service
from web.appointments.forms import get_form_values, get_length_minutes


def book_from_form(salon: Salon, values: dict[str, Any], *, allow_overlap: bool) -> Appointment:
    """Book the appointment that BookForm describes; a new customer is kept only if it succeeds.

    Raises:
        Refusal: as `services.book`.
    """
    minutes = values["minutes"]
    customer = values["customer"] or get_or_build_customer(
        salon, values["new_name"], str(values["new_phone"] or "")
    )
    return book_appointment(
        salon=salon,
        user=values["user"],
        customer=customer,
        appointment_time=values["start"],
        end_time=values["start"] + timedelta(minutes=minutes) if minutes else None,
        services=list(values["services"]),
        comment=values["comment"],
        allow_overlap=allow_overlap,
        notify=values["notify"],
        request_id=choose_request_id(salon, customer, values),
    )


def choose_request_id(salon: Salon, customer: Customer, values: dict[str, Any]) -> UUID | None:
    """The id the page was given; None when it was used again, after Back, for another
    appointment."""
    booked = find_booked_appointment(salon, values["request_id"])
    if booked is None:
        return values["request_id"]  # type: ignore[no-any-return]
    wanted = (customer.full_name, values["user"].pk, values["start"])
    is_same = wanted == (booked.customer.full_name, booked.user_id, booked.appointment_time)
    return values["request_id"] if is_same else None


def build_appointment_changes(
    appointment: Appointment, values: dict[str, Any], *, allow_overlap: bool
) -> AppointmentChanges:
    """What EditForm changes of `appointment`; untouched fields are left out."""
    was = get_form_values(appointment)
    result = AppointmentChanges(version=values["version"], notify=values["notify"])
    if values["comment"] != appointment.comment:
        result.values["comment"] = values["comment"]
    if values["user"].pk != appointment.user_id:
        result.values["user"] = values["user"]
    if values["start"] != appointment.appointment_time:
        result.values["appointment_time"] = values["start"]
    chosen = list(values["services"])
    if {service.pk for service in chosen} != set(was["services"]):
        result.services = chosen
    end = compute_new_end(appointment, values, result)
    if end != values["start"] + (appointment.end_time - appointment.appointment_time):
        result.values["end_time"] = end
    if {"user", "appointment_time", "end_time"} & result.values.keys():
        # An old permission to overlap does not go with the appointment to another time.
        result.values["allow_overlap"] = allow_overlap
    return result


def compute_new_end(
    appointment: Appointment, values: dict[str, Any], result: AppointmentChanges
) -> datetime:
    """When the appointment ends by the form: a typed length counts, then the services, then as it
    was."""
    start: datetime = values["start"]
    typed = values["minutes"]
    if typed and typed != get_length_minutes(appointment):
        return start + timedelta(minutes=typed)
    if typed is None or result.services is not None:
        return start + compute_services_length(values["services"])
    return start + (appointment.end_time - appointment.appointment_time)


@dataclass(frozen=True)
class FieldDifference:
    """A field that is stored otherwise than it was typed."""

    label: str
    stored: str
    typed: str


def find_form_differences(
    appointment: Appointment, values: dict[str, Any]
) -> list[FieldDifference]:
    """Where the stored appointment and what was typed into EditForm are not the same."""
    zone = appointment.salon.zone
    pairs = [
        (
            _("Start"),
            *(
                format_start(moment, zone)
                for moment in (appointment.appointment_time, values["start"])
            ),
        ),
        (_("With"), str(appointment.user), str(values["user"])),
        (
            _("Services"),
            format_chosen_services(appointment.services.all()),
            format_chosen_services(values["services"]),
        ),
        (
            _("Length"),
            format_chosen_length(get_length_minutes(appointment)),
            format_chosen_length(values["minutes"]),
        ),
        (_("Note"), appointment.comment, values["comment"]),
    ]
    return [FieldDifference(*pair) for pair in pairs if pair[1] != pair[2]]


def format_start(moment: datetime, zone: tzinfo) -> str:
    day = local_time.format_day(moment.astimezone(zone).date())
    return f"{day}, {local_time.format_time(moment, zone)}"


def format_chosen_services(chosen: Iterable[Service]) -> str:
    return ", ".join(sorted(service.name for service in chosen)) or _("none")


def format_chosen_length(minutes: int | None) -> str:
    return local_time.format_length(minutes) if minutes else _("as the services take")
