"""The settings about the messages of an appointment, as a plain value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessagingRules:
    """The settings that decide which messages an appointment gets, and when."""

    reminder_minutes: int = 0  # the lead time of reminders; 0: the salon sends none
    channels: tuple[str, ...] = ("sms",)  # the first is tried first
