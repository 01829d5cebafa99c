"""Phone numbers as E.164, checked for a form that can be dialled.

Lists of numbers in use grow old with the library that carries them, and numbers reserved for
examples stand in none. So a number is refused only when no phone could have it; one that nobody
answers shows in the ledger.
"""

from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field import formfields, modelfields
from phonenumber_field.phonenumber import PhoneNumber, to_python


class InvalidPhoneNumber(ValueError):
    """The text can't be a phone number."""


def parse_phone_number(text: str, country: str | None = None) -> str:
    """Return `text` as E.164; "" stays "".

    A number without + belongs to `country` (two letters).

    Raises:
        InvalidPhoneNumber: too short, too long, or no number at all.
    """
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise InvalidPhoneNumber(text) from None
    if not phonenumbers.is_possible_number(number):
        raise InvalidPhoneNumber(text)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def validate_phone_number(value: PhoneNumber | str) -> None:
    """Refuse a value that can't be a phone number."""
    number = to_python(value)
    if number and not (number.country_code and phonenumbers.is_possible_number(number)):
        raise ValidationError(_("This is not a phone number such as +12125550123."), code="invalid")


class PhoneNumberFormField(formfields.PhoneNumberField):
    """A form field for a phone number."""

    default_validators = [validate_phone_number]


class PhoneNumberField(modelfields.PhoneNumberField):
    """A column for a phone number: any notation, stored as E.164."""

    default_validators = [validate_phone_number]

    def get_prep_value(self, value: Any) -> Any:
        number = to_python(value)
        if number and number.country_code and phonenumbers.is_possible_number(number):
            return number.as_e164
        return super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PhoneNumberFormField, **kwargs})
