"""What templates ask the ledger."""

from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.functional import Promise

from notification.admin import NEEDS
from notification.models import AppointmentNotification

register = template.Library()


class Count(NamedTuple):
    """How many messages need a person for one reason."""

    name: str
    label: str | Promise
    rows: int


@register.simple_tag
def needs_a_person() -> list[Count]:
    """What does not go away by itself, counted over all salons."""
    now, ledger = timezone.now(), AppointmentNotification.objects
    return [Count(name, label, ledger.filter(rows(now)).count()) for name, label, rows in NEEDS]
