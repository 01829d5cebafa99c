"""Changing a salon."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from address.models import Address
from salon.models import Salon


def change_salon(
    salon_id: int, values: dict[str, Any], addresses: Iterable[dict[str, Any]] | None = None
) -> Salon:
    """Change fields of a salon; `addresses`, when given, take the place of all it has.

    What hooks do about it (a new reminder time) is part of the same transaction.
    """
    with transaction.atomic():
        salon = Salon.objects.select_for_update(no_key=True).get(pk=salon_id)
        for name, value in values.items():
            setattr(salon, name, value)
        if values:
            salon.save(update_fields=[*values, "modified"])
        if addresses is not None:
            salon.addresses.all().delete()
            Address.objects.bulk_create(Address(salon=salon, **each) for each in addresses)
    return salon
