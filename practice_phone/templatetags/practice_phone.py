"""How the pages write numbers."""

import phonenumbers
from django import template

register = template.Library()


@register.filter
def spaced(number: str) -> str:
    """A phone number as people write it: +1 212-555-0100; anything else as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
