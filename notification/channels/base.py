"""The interface of every channel, and the registry that finds one by its name."""

from datetime import datetime
from functools import cache
from typing import Protocol

from django.utils.module_loading import import_string

from notification.channels.outcomes import Outcome, ProviderMessage

CHANNELS = {
    "sms": "notification.channels.sms.channel.SmsChannel",
}


class SendingChannel(Protocol):
    """What every channel can do."""

    name: str

    def send(
        self,
        *,
        recipient: str,
        sender: str,
        body: str,
        callback_url: str | None,
    ) -> Outcome:
        """Hand one message to the provider, once; never raises.

        `recipient` and `sender` are addresses of the channel's own kind; `callback_url` is where
        the provider reports what became of it, None when it can't reach us.
        """
        ...

    def look_up(
        self, *, recipient: str, sender: str, body: str, since: datetime
    ) -> list[ProviderMessage]:
        """What the provider took since then that says the same, oldest first.

        Raises:
            NotAnswered: the provider can't be asked now.
        """
        ...


@cache
def get_channel(name: str) -> SendingChannel:
    """The channel of this name.

    Raises:
        LookupError: there is none.
    """
    if name not in CHANNELS:
        raise LookupError(f"no channel {name!r}: known are {', '.join(sorted(CHANNELS))}")
    channel: SendingChannel = import_string(CHANNELS[name])()
    return channel
