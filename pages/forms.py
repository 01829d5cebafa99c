"""How forms look, and the small ones: signing in, cancelling, the salon's settings."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from rest_framework.serializers import Serializer


class PageRenderer(DjangoTemplates):
    """Label, hint and errors around each field, as app.css expects them."""

    field_template_name = "pages/field.html"


class PageForm(forms.Form):
    default_renderer = PageRenderer
    use_required_attribute = False  # our own words beside the field, not the browser's bubble


def get_initial_values(record: Any, form: type[forms.Form]) -> dict[str, Any]:
    """The record as the fields of the form; nothing for a new one."""
    return {name: getattr(record, name) for name in form.base_fields} if record else {}


def is_accepted_by_serializer(serializer: Serializer[Any], form: forms.Form) -> bool:
    """Whether the API would take it; its refusals go beside the fields."""
    if serializer.is_valid():
        return True
    for name, sentences in serializer.errors.items():
        form.add_error(name if name in form.fields else None, sentences)
    return False
