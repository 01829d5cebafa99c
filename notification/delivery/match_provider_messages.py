"""Which of the texts that the provider shows is whose, when several rows say the same words.

An appointment moved by a minute and moved back, or two of one family at the same hour: the same
words go to the same phone for more than one row, and the provider's list names no row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from notification.channels.base import get_channel
from notification.channels.outcomes import ProviderMessage
from notification.models import AppointmentNotification
from notification.states import Status

CLOCK_SKEW = timedelta(seconds=5)  # ours and the provider's


def find_provider_message(row: AppointmentNotification) -> ProviderMessage | None:
    """The text at the provider that is this row's, as far as can be told.

    Raises:
        NotAnswered: the provider did not say.
    """
    sightings = get_channel(row.channel).look_up(
        recipient=row.recipient, sender=row.sender, body=row.body, since=get_earliest_send_time(row)
    )
    # Asked after the provider was: a row whose text is in the list had been claimed before.
    rows = [row, *ambiguous(row)]
    free = exclude_owned_messages(sightings, besides=row)
    return assign([(each.pk, get_earliest_send_time(each)) for each in rows], free).get(row.pk)


def get_earliest_send_time(row: AppointmentNotification) -> datetime:
    """Before it was due no attempt was made."""
    return row.due_at - CLOCK_SKEW


def ambiguous(row: AppointmentNotification) -> Iterable[AppointmentNotification]:
    """The other rows whose text this may be: the same words, and their fate not known either."""
    return AppointmentNotification.objects.filter(
        status__in=(Status.SENDING, Status.UNKNOWN),
        sender=row.sender,
        recipient=row.recipient,
        body=row.body,
    ).exclude(pk=row.pk)


def exclude_owned_messages(
    sightings: Sequence[ProviderMessage], *, besides: AppointmentNotification
) -> list[ProviderMessage]:
    """Those that no other row is known to have caused."""
    ids = [sighting.provider_id for sighting in sightings]
    others = AppointmentNotification.objects.filter(provider_id__in=ids).exclude(pk=besides.pk)
    taken = set(others.values_list("provider_id", flat=True))
    return [sighting for sighting in sightings if sighting.provider_id not in taken]


def assign(
    rows: Iterable[tuple[int, datetime]], sightings: Iterable[ProviderMessage]
) -> dict[int, ProviderMessage]:
    """Give each row, named by id and the moment from which its text may be, one sighting at most.

    The newest row is served first, with the newest text: when there are too few, the older row
    goes without. What an older row would say again is most likely out of date, and its claim
    finds that out; a newer one would be repeated to the customer.
    """
    free = sorted(sightings, key=lambda sighting: sighting.created)
    shares: dict[int, ProviderMessage] = {}
    for pk, since in sorted(rows, reverse=True):
        if free and free[-1].created >= since:
            shares[pk] = free.pop()
    return shares
