"""Serializer fields that depend on the salon of the request."""

from datetime import datetime, tzinfo
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from core import tenancy
from core.datetimes import InvalidDateTime, format_zoned_datetime, parse_zoned_datetime
from core.phone_numbers import InvalidPhoneNumber, parse_phone_number

Record = TypeVar("Record", bound=Model)

LAST_YEAR = 2999  # leaves room for arithmetic with times


def get_salon_zone(request: Request) -> tzinfo:
    """Return the time zone of the request's salon."""
    return tenancy.get_request_salon(request).zone


class SalonScopedRelatedField(serializers.PrimaryKeyRelatedField[Record]):
    """An id of a record of one's own salon; a foreign id is refused like a missing one."""

    def get_queryset(self) -> QuerySet[Record]:
        records = cast("QuerySet[Record]", super().get_queryset())
        return tenancy.scoped_to(records, self.context["request"].user)

    def to_internal_value(self, data: Any) -> Record:
        """Accept a whole number or its digits; refuse 1.5 and true."""
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(cast(Record, data))


class ZonedDateTimeField(serializers.DateTimeField):
    """A time as ISO 8601 with the salon's offset, kept to the second.

    A time without an offset is the salon's local time.
    """

    default_error_messages = {
        "invalid": _("This is not a time such as 2026-05-04T09:00:00-04:00."),
        "no_time": _("Give a time of day too, such as 2026-05-04T09:00:00-04:00."),
        "out_of_range": _("Give a year from 1970 to %(last)d.") % {"last": LAST_YEAR},
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid")
        if ":" not in value and "T" not in value:
            self.fail("no_time")
        try:
            moment = parse_zoned_datetime(value, get_salon_zone(self.context["request"]))
        except InvalidDateTime as error:
            raise serializers.ValidationError(str(error)) from error
        if not 1970 <= moment.year <= LAST_YEAR:
            self.fail("out_of_range")
        return moment

    def to_representation(self, value: datetime) -> str:
        return format_zoned_datetime(value, get_salon_zone(self.context["request"]))


class PhoneField(serializers.CharField):
    """A phone number as E.164, or ""; the salon's country completes one without a prefix."""

    default_error_messages = {
        "not_possible": _("This is not a phone number such as +12125550123."),
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return parse_phone_number(
                text, tenancy.get_request_salon(self.context["request"]).country
            )
        except InvalidPhoneNumber:
            self.fail("not_possible")
