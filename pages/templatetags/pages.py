"""Words and shapes for the templates."""

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from phonenumber_field.phonenumber import to_python

from pages import local_time

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of icons.svg; words stand beside it, so readers of the screen skip it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("pages/icons.svg"),
        name,
    )


@register.simple_tag
def practice_phone_url() -> str:
    """Where the practice phone is; empty where texts are real."""
    return reverse("practice_phone:phones") if settings.PRACTICE_PHONE else ""


@register.filter
def clock(moment: datetime) -> str:
    """3:00 PM, on the clock of the page."""
    return local_time.format_time(moment, timezone.get_current_timezone())


@register.filter
def when(moment: datetime) -> str:
    """Mon, May 4, 3:00 PM; today without the day."""
    zone = timezone.get_current_timezone()
    return local_time.format_datetime(moment, zone, timezone.now().astimezone(zone).date())


@register.filter
def phone(number: Any) -> str:
    """A number as people write it; the id of a messaging service as it is."""
    known = to_python(number)
    return known.as_international if known and known.is_valid() else str(number)


@register.filter
def initials(name: Any) -> str:
    """Ann Marie Lee → AL"""
    words = str(name).split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
