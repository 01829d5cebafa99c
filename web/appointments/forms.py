"""The forms that book and change an appointment. They read and check; form_to_action.py does."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from appointment.actions.checks import LONGEST_APPOINTMENT
from appointment.models import Appointment
from core.api.errors import Refusal
from core.datetimes import InvalidDateTime
from core.phone_numbers import PhoneNumberFormField
from customer.models import Customer
from pages import local_time
from pages.forms import PageForm
from salon.models import Salon, Service
from user.models import ExtendedUser

LONGEST_MINUTES = int(LONGEST_APPOINTMENT.total_seconds() // 60)
TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p"]
# Where a refusal's field stands on the page.
REFUSAL_FIELDS = {"appointment_time": "time", "end_time": "minutes"}


class ServicesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not generic at run time
    """Services with their usual length and price."""

    currency = ""

    def label_from_instance(self, obj: Any) -> str:
        length = local_time.format_length(obj.minutes)
        return f"{obj.name} · {length} · {obj.price:.2f} {self.currency}"


class AppointmentForm(PageForm):
    """Staff, services, and a time on the salon's wall clock."""

    user = forms.ModelChoiceField(
        label=_("With"), queryset=ExtendedUser.objects.none(), empty_label=None
    )
    services = ServicesField(
        label=_("Services"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    date = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=TIME_FORMATS,
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=_("Leave empty to use the length of the services."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "5", "min": None}),
    )
    comment = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    notify = forms.BooleanField(label=_("Text the customer"), required=False, initial=True)

    def __init__(
        self, *args: Any, salon: Salon, appointment: Appointment | None = None, **kwargs: Any
    ) -> None:
        """Offer what `salon` offers, and what `appointment` already has."""
        super().__init__(*args, **kwargs)
        self.salon, self.appointment = salon, appointment
        self.comes_twice = False
        mine = Q(pk=appointment.user_id) if appointment else Q()
        staff = ExtendedUser.objects.filter(salon=salon)
        self.choose("user", staff.filter(Q(bookable=True, is_active=True) | mine))
        done = [item.service_id for item in appointment.items.all()] if appointment else []
        services = Service.objects.filter(salon=salon)
        self.choose("services", services.filter(Q(is_active=True) | Q(pk__in=done)))
        self.fields["services"].currency = salon.currency  # type: ignore[attr-defined]

    def choose(self, name: str, queryset: Any) -> None:
        """Let the field `name` offer these records and no others."""
        self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Add `start` (UTC), read from date and time on the salon's wall clock."""
        values = super().clean() or self.cleaned_data
        day, at = values.get("date"), values.get("time")
        if day is None or at is None:
            return values
        if not local_time.FIRST_DAY <= day <= local_time.LAST_DAY:
            self.add_error("date", _("Choose a date between 2000 and 2100."))
            return values
        if self.appointment and (day, at) == get_shown_time(self.appointment):
            # Its seconds, and which of two equal times it was, are not on the page: keep them.
            values["start"] = self.appointment.appointment_time
            return values
        try:
            reading = local_time.resolve_local_time(day, at, self.salon.zone)
        except InvalidDateTime as error:
            self.add_error("time", str(error))
            return values
        values["start"], self.comes_twice = reading.moment, reading.comes_twice
        return values

    def show_refusal(self, refusal: Refusal) -> None:
        """Put the refusal beside the fields it is about.

        Where overlap_alert.html names the other appointment, a short sentence is enough.
        """
        is_named = "overlaps" in (refusal.errors or {})
        sentence = _("This time is taken.") if is_named else refusal.detail
        named = [REFUSAL_FIELDS.get(name, name) for name in refusal.errors or {}]
        places: list[str | None] = [name for name in named if name in self.fields]
        for place in places or [None]:
            self.add_error(place, sentence)


class BookForm(AppointmentForm):
    """A new appointment, of a customer of the salon or of someone new."""

    # Chosen with the page, so that sending it twice books once.
    request_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    customer = forms.ModelChoiceField(queryset=Customer.objects.none(), required=False)
    q = forms.CharField(
        label=_("Find a customer"),
        required=False,
        help_text=_("Part of the name, the number or the e-mail."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    new_name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, salon: Salon, **kwargs: Any) -> None:
        super().__init__(*args, salon=salon, **kwargs)
        self.choose("customer", Customer.objects.filter(salon=salon))
        self.fields["new_phone"] = PhoneNumberFormField(
            label=_("Mobile number"),
            region=salon.country,
            required=False,
            help_text=_("Without a number, no texts can be sent."),
            widget=RegionalPhoneNumberWidget(salon.country, attrs={"autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        is_new = bool(values.get("new_name") or values.get("new_phone"))
        if "customer" in self.errors or "new_phone" in self.errors:
            return values
        if values.get("customer") and is_new:
            self.add_error("new_name", _("Choose a customer or enter a new one, not both."))
        elif not values.get("customer") and not values.get("new_name"):
            place = "new_name" if is_new else "q"
            self.add_error(place, _("Choose a customer, or enter the name of a new one."))
        return values

    def typed(self) -> dict[str, Any]:
        """Return what was typed so far, to show the form again without judging it."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, name)
            for name, field in self.fields.items()
        }


class EditForm(AppointmentForm):
    """An appointment that is already booked; its customer stays."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, appointment: Appointment, movable: bool, **kwargs: Any) -> None:
        """What is not `movable` any more (over, cancelled) keeps all but its note."""
        initial = get_form_values(appointment) | (kwargs.pop("initial", None) or {})
        super().__init__(
            *args, salon=appointment.salon, appointment=appointment, initial=initial, **kwargs
        )
        if not movable:
            for name in ("user", "services", "date", "time", "minutes", "notify"):
                self.fields[name].disabled = True


def get_shown_time(appointment: Appointment) -> tuple[Any, Any]:
    """Date and time as the page shows them: on the salon's clock, to the minute."""
    shown = appointment.appointment_time.astimezone(appointment.salon.zone)
    return shown.date(), shown.time().replace(second=0, microsecond=0, fold=0)


def get_form_values(appointment: Appointment) -> dict[str, Any]:
    """The appointment as the fields of the form."""
    day, at = get_shown_time(appointment)
    return {
        "user": appointment.user_id,
        "services": [item.service_id for item in appointment.items.all()],
        "date": day,
        "time": at,
        "minutes": get_length_minutes(appointment),
        "comment": appointment.comment,
        "version": appointment.version,
    }


def get_length_minutes(appointment: Appointment) -> int:
    """The appointment's length in whole minutes, at least one."""
    return max(1, int((appointment.end_time - appointment.appointment_time) / timedelta(minutes=1)))


def suggest_start(now: datetime, salon: Salon, day: Any) -> dict[str, Any]:
    """Date and time to begin with: the next quarter of an hour, or 9:00 on another `day`."""
    quarter = now.astimezone(UTC).replace(second=0, microsecond=0)
    local = (quarter + timedelta(minutes=15 - now.minute % 15)).astimezone(salon.zone)
    if day is None or day == local.date():
        return {"date": local.date(), "time": local.time().replace(fold=0)}
    return {"date": day, "time": "09:00"}
