"""Which texts an appointment's customer should have got, worked out from outside, and the
comparison.

Nothing here comes from the program under test: the wording and the rules are written down a
second time, from the promises.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from testkit.provider import AcceptedMessage

# A reminder may be under way when its appointment is changed so shortly after its due time.
LEEWAY = timedelta(seconds=5)


@dataclass(frozen=True)
class TrackedSalon:
    """What the texts of a salon depend on."""

    name: str
    zone: ZoneInfo
    lead: timedelta


@dataclass(frozen=True)
class TrackedChange:
    """A request that gave an appointment its time, or called it off (`start` None); all aware.

    It took effect between `asked` and `answered`.
    """

    start: datetime | None
    asked: datetime
    answered: datetime


@dataclass
class TrackedAppointment:
    """An appointment of a customer who has a phone of their own; `history` begins with the
    booking."""

    phone: str
    customer: str
    history: list[TrackedChange] = field(default_factory=list)


@dataclass(frozen=True)
class ExpectedMessage:
    """A text that may go out once, not before `since`; one that is `required` must."""

    kind: str
    phone: str
    body: str
    since: datetime
    required: bool = True


@dataclass
class MessageVerdict:
    """How the accepted texts differ from the expected ones, in words; empty: not at all."""

    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # per kind
    lateness: list[float] = field(default_factory=list)  # seconds, of reminders
    raced: int = 0  # changes at the very moment the reminder fell due: either outcome is right

    def is_right(self) -> bool:
        return not (self.missing or self.doubled or self.stale)


def list_expected_messages(
    appointments: Iterable[TrackedAppointment], salon: TrackedSalon, until: datetime
) -> list[ExpectedMessage]:
    """All texts that may go out until then, in the order in which they may."""
    texts = [
        text
        for appointment in appointments
        for text in list_appointment_messages(appointment, salon)
    ]
    return sorted((text for text in texts if text.since <= until), key=lambda text: text.since)


def list_appointment_messages(
    appointment: TrackedAppointment, salon: TrackedSalon
) -> Iterable[ExpectedMessage]:
    """Those of one appointment. The first time is confirmed before the appointment is changed."""
    times = len([change for change in appointment.history if change.start])
    for number, change in enumerate(appointment.history):
        following = (
            appointment.history[number + 1] if number + 1 < len(appointment.history) else None
        )
        if change.start is None:
            was = appointment.history[number - 1].start
            assert was is not None, "an appointment is called off once"
            yield ExpectedMessage(
                "cancellation", appointment.phone, format_cancellation(was, salon), change.asked
            )
            continue
        # A time that lasted for a moment need not have been confirmed.
        required = number in {0, times - 1}
        body = format_confirmation(appointment, change.start, salon)
        yield ExpectedMessage("confirmation", appointment.phone, body, change.asked, required)
        yield from expect_reminder(appointment, change, following, salon)


def expect_reminder(
    appointment: TrackedAppointment,
    change: TrackedChange,
    following: TrackedChange | None,
    salon: TrackedSalon,
) -> Iterable[ExpectedMessage]:
    """The reminder of one time of an appointment, unless the appointment had another when it fell
    due."""
    assert change.start is not None
    due = change.start - salon.lead
    if due <= change.asked or (following and following.answered <= due):
        return
    certain = change.answered < due and (not following or due + LEEWAY < following.asked)
    yield ExpectedMessage(
        "reminder",
        appointment.phone,
        format_reminder(change.start, due, appointment, salon),
        due,
        certain,
    )


def compare_messages(
    texts: Sequence[AcceptedMessage], wanted: Sequence[ExpectedMessage]
) -> MessageVerdict:
    """Match each accepted text with one that is expected, the earliest first."""
    verdict = MessageVerdict()
    open_ones = list(wanted)
    for text in sorted(texts, key=lambda text: text.created):
        matches = [one for one in open_ones if is_expected_message(text, one)]
        if not matches:
            record_wrong_message(text, wanted, verdict)
            continue
        match = next((one for one in matches if one.required), matches[0])
        open_ones.remove(match)
        verdict.counts[match.kind] = verdict.counts.get(match.kind, 0) + 1
        if match.kind == "reminder":
            verdict.lateness.append((text.created - match.since).total_seconds())
    verdict.missing = [f"{one.kind} to {one.phone}" for one in open_ones if one.required]
    verdict.raced = sum(1 for one in wanted if one.kind == "reminder" and not one.required)
    return verdict


def is_expected_message(text: AcceptedMessage, one: ExpectedMessage) -> bool:
    return (text.to, text.body) == (one.phone, one.body) and text.created >= one.since


def record_wrong_message(
    text: AcceptedMessage, wanted: Sequence[ExpectedMessage], verdict: MessageVerdict
) -> None:
    """Note a text that should not have been sent: again, or of a time that was no longer true."""
    said = f"{text.created:%H:%M:%S.%f} to {text.to}: {text.body}"
    (
        verdict.doubled if any(is_expected_message(text, one) for one in wanted) else verdict.stale
    ).append(said)


def format_expected_time(moment: datetime, salon: TrackedSalon) -> str:
    """2:05 PM on the salon's wall clock."""
    local = moment.astimezone(salon.zone)
    return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"


def format_expected_date(moment: datetime, salon: TrackedSalon) -> str:
    return moment.astimezone(salon.zone).date().isoformat()


def format_confirmation(
    appointment: TrackedAppointment, start: datetime, salon: TrackedSalon
) -> str:
    return (
        f"Hi {appointment.customer}, Your appointment at {salon.name} has been confirmed for"
        f" {format_expected_date(start, salon)} at {format_expected_time(start, salon)}."
        " See you soon!"
    )


def format_reminder(
    start: datetime, due: datetime, appointment: TrackedAppointment, salon: TrackedSalon
) -> str:
    on = (
        ""
        if format_expected_date(due, salon) == format_expected_date(start, salon)
        else f"on {format_expected_date(start, salon)} "
    )
    return (
        f"Hi {appointment.customer}, You have an appointment coming up {on}at"
        f" {format_expected_time(start, salon)}. Regards {salon.name}."
    )


def format_cancellation(start: datetime, salon: TrackedSalon) -> str:
    return (
        "Hi, We regret to inform you that your scheduled appointment for"
        f" {format_expected_date(start, salon)} {format_expected_time(start, salon)}"
        " has been cancelled."
    )
