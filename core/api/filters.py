"""Filters and orderings of lists: what can't be understood is refused, never left out silently."""

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
    """A filter that the API's description shows with its type and `help_text`."""

    schema: dict[str, str] = {}

    def __init__(self, *args: Any, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, help_text=help_text, **kwargs)
        set_override(self, "field", {**self.schema, "description": help_text})


class ZonedDateTimeFilter(DescribedFilter):
    """A filter by a moment, read as `parse_moment` reads it."""

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
        """The name of this filter in the query string."""
        names = {id(own): str(name) for name, own in self.parent.filters.items()}
        return names[id(self)]


class IdFilter(DescribedFilter):
    """A filter by a record's id; one that isn't there finds nothing."""

    field_class = forms.IntegerField
    schema = {"type": "integer"}

    def filter(self, queryset: QuerySet[Record], value: int | None) -> QuerySet[Record]:
        if value is not None and not 0 < value <= BigIntegerField.MAX_BIGINT:
            return queryset.none()
        return cast("QuerySet[Record]", super().filter(queryset, value))


class FlagField(forms.Field):
    """true or false, as the query string says it."""

    def to_python(self, value: Any) -> bool | None:
        words = {"": None, "true": True, "1": True, "false": False, "0": False}
        text = str(value or "").strip().lower()
        if text not in words:
            raise ValidationError(_("Give true or false."), code="invalid")
        return words[text]


class FlagFilter(DescribedFilter):
    """A filter by a yes or no."""

    field_class = FlagField
    schema = {"type": "boolean"}


class MultipleValuesInput(forms.SelectMultiple):
    """`?status=booked&status=confirmed`, also `?status=booked,confirmed`."""

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, Any], name: str
    ) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [part.strip() for each in given for part in each.split(",") if part.strip()]


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """One or more of a model's choices, repeated or separated by commas."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=MultipleValuesInput, distinct=False, **kwargs)


class StrictOrderingFilter(OrderingFilter):
    """`?ordering=`: an unknown field is refused; rows that are equal come by id, so that pages
    neither repeat nor skip one."""

    ordering_description = "Fields to order by, separated by commas; “-” before one: descending."

    def get_ordering(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> Sequence[str] | None:
        text = request.query_params.get(self.ordering_param, "")
        asked = [name.strip() for name in text.split(",") if name.strip()]
        known = [name for name, _label in self.get_valid_fields(queryset, view, {})]
        for name in asked:
            if name.removeprefix("-") not in known:
                sentence = _("“%(name)s” is not one of: %(known)s.")
                detail = sentence % {"name": name, "known": ", ".join(known)}
                raise serializers.ValidationError({self.ordering_param: [detail]})
        return [*asked, "pk"] if asked else super().get_default_ordering(view)
