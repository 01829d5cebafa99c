"""Filters and orderings of lists: an invalid value is refused, never ignored."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Model, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.fields import get_salon_zone
from core.datetimes import InvalidDateTime, parse_zoned_datetime

Record = TypeVar("Record", bound=Model)


class DescribedFilter(django_filters.Filter):
    """Base of the filters: shows its type and `help_text` in the API's description."""

    schema: dict[str, str] = {}

    def __init__(self, *args: Any, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, help_text=help_text, **kwargs)
        set_override(self, "field", {**self.schema, "description": help_text})


class ZonedDateTimeFilter(DescribedFilter):
    """Filter by a time, parsed by `parse_zoned_datetime`."""

    field_class = forms.CharField
    schema = {"type": "string", "format": "date-time"}

    def filter(self, queryset: QuerySet[Record], value: str) -> QuerySet[Record]:
        if not value:
            return queryset
        try:
            moment = parse_zoned_datetime(value, get_salon_zone(self.parent.request))
        except InvalidDateTime as error:
            raise serializers.ValidationError({self.query_name: [str(error)]}) from error
        return cast("QuerySet[Record]", super().filter(queryset, moment))

    @property
    def query_name(self) -> str:
        """Return the name of this filter in the query string."""
        names = {id(own): str(name) for name, own in self.parent.filters.items()}
        return names[id(self)]


class IdFilter(DescribedFilter):
    """Filter by a record's id; a missing one finds nothing."""

    field_class = forms.IntegerField
    schema = {"type": "integer"}

    def filter(self, queryset: QuerySet[Record], value: int | None) -> QuerySet[Record]:
        if value is not None and not 0 < value <= BigIntegerField.MAX_BIGINT:
            return queryset.none()
        return cast("QuerySet[Record]", super().filter(queryset, value))


class FlagField(forms.Field):
    """A form field for true or false in a query string."""

    def to_python(self, value: Any) -> bool | None:
        words = {"": None, "true": True, "1": True, "false": False, "0": False}
        text = str(value or "").strip().lower()
        if text not in words:
            raise ValidationError(_("Give true or false."), code="invalid")
        return words[text]


class FlagFilter(DescribedFilter):
    """Filter by true or false."""

    field_class = FlagField
    schema = {"type": "boolean"}


class MultipleValuesInput(forms.SelectMultiple):
    """Read `?status=booked&status=confirmed`, also `?status=booked,confirmed`."""

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, Any], name: str
    ) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [part.strip() for each in given for part in each.split(",") if part.strip()]


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Filter by one or more of a model's choices, repeated or separated by commas."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=MultipleValuesInput, distinct=False, **kwargs)


class StrictOrderingFilter(OrderingFilter):
    """Order by `?ordering=`, then by id, so that pages neither repeat nor skip a record.

    An unknown field is refused.
    """

    ordering_description = "Fields to order by, separated by commas; “-” before one: descending."

    def get_ordering(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> Sequence[str] | None:
        text = request.query_params.get(self.ordering_param, "")
        requested = [name.strip() for name in text.split(",") if name.strip()]
        known = [name for name, _label in self.get_valid_fields(queryset, view, {})]
        for name in requested:
            if name.removeprefix("-") not in known:
                sentence = _("“%(name)s” is not one of: %(known)s.")
                detail = sentence % {"name": name, "known": ", ".join(known)}
                raise serializers.ValidationError({self.ordering_param: [detail]})
        return [*requested, "pk"] if requested else super().get_default_ordering(view)
