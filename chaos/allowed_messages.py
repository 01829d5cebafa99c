"""What must, may and must not go out while everything fails. Worked out from outside.

Under fire a text may be late, so what was true only for a while may or may not have been told;
but it must not be told once another time was answered for, and nothing may be told twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from testkit.expected_messages import (
    TrackedAppointment,
    TrackedChange,
    TrackedSalon,
    format_cancellation,
    format_confirmation,
    format_reminder,
)
from testkit.provider import AcceptedMessage

# A text claimed just before the change may reach the provider this much after it: the worker
# calls within 5 s of its claim, and the provider hears it within the call's 10 s.
IN_FLIGHT_GRACE = timedelta(seconds=15)
# The same words a few seconds earlier, of an appointment moved within its minute or there and back:
# the provider's list is to the second and clocks differ, so a row that lost its answer may take the
# earlier text for its own. The customer has read what they should.
SENT_JUST_BEFORE = timedelta(seconds=5)


@dataclass(frozen=True)
class AllowedMessage:
    """A text that may go out once within [since, until]; one that is `required` must."""

    kind: str
    phone: str
    body: str
    since: datetime
    until: datetime | None
    required: bool

    def covers(self, text: AcceptedMessage) -> bool:
        is_same = (text.to, text.body) == (self.phone, self.body)
        in_time = self.since <= text.created and (self.until is None or text.created <= self.until)
        return is_same and in_time


@dataclass
class ChaosVerdict:
    """How the accepted texts differ from the allowed ones, in words."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    right: int = 0
    told_before: int = 0  # required texts whose words had gone out just before

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.stale)


def list_allowed_messages(
    appointment: TrackedAppointment, salon: TrackedSalon
) -> Iterable[AllowedMessage]:
    """All texts of one appointment."""
    for number, change in enumerate(appointment.history):
        following = (
            appointment.history[number + 1] if number + 1 < len(appointment.history) else None
        )
        until = following.answered + IN_FLIGHT_GRACE if following else None
        if change.start is None:
            was = appointment.history[number - 1].start
            assert was is not None, "an appointment is called off once"
            body = format_cancellation(was, salon)
            yield AllowedMessage(
                "cancellation", appointment.phone, body, change.asked, None, required=True
            )
            continue
        required = following is None
        body = format_confirmation(appointment, change.start, salon)
        yield AllowedMessage("confirmation", appointment.phone, body, change.asked, until, required)
        due = change.start - salon.lead
        if due > change.asked and not (following and following.answered < due):
            yield allow_reminder(appointment, change, due, until, salon)


def allow_reminder(
    appointment: TrackedAppointment,
    change: TrackedChange,
    due: datetime,
    until: datetime | None,
    salon: TrackedSalon,
) -> AllowedMessage:
    """The reminder of one time. A booking answered after it was due may have come too late."""
    assert change.start is not None
    required = until is None and change.answered < due
    body = format_reminder(change.start, due, appointment, salon)
    return AllowedMessage("reminder", appointment.phone, body, due, until, required)


def compare_with_allowed(
    texts: Sequence[AcceptedMessage],
    appointments: Iterable[TrackedAppointment],
    salon: TrackedSalon,
) -> ChaosVerdict:
    """Match each accepted text with one that is allowed, as many as can be."""
    wanted = [
        one for appointment in appointments for one in list_allowed_messages(appointment, salon)
    ]
    by_words: dict[tuple[str, str], tuple[list[AllowedMessage], list[AcceptedMessage]]] = {}
    for one in wanted:
        by_words.setdefault((one.phone, one.body), ([], []))[0].append(one)
    for text in texts:
        by_words.setdefault((text.to, text.body), ([], []))[1].append(text)
    verdict = ChaosVerdict()
    for ones, said in by_words.values():
        judge_messages(ones, sorted(said, key=lambda text: text.created), verdict)
    return verdict


def judge_messages(
    ones: list[AllowedMessage], texts: list[AcceptedMessage], verdict: ChaosVerdict
) -> None:
    """Note on `verdict` how the texts of the same words to one phone differ from those allowed."""
    owner = match_messages(ones, texts)
    verdict.right += len(owner)
    for number, text in enumerate(texts):
        if number not in owner:
            is_known = any(one.covers(text) for one in ones)
            said = f"{text.created:%H:%M:%S.%f} to {text.to}: {text.body}"
            (verdict.doubled if is_known else verdict.stale).append(said)
    for number, one in enumerate(ones):
        if not one.required or number in owner.values():
            continue
        if has_just_been_sent(one, texts):
            verdict.told_before += 1
        else:
            verdict.lost.append(f"{one.kind} to {one.phone} since {one.since:%T}: {one.body}")


def match_messages(ones: list[AllowedMessage], texts: list[AcceptedMessage]) -> dict[int, int]:
    """Number of a text → number of the one it is taken for. Required ones come first, and then as
    many texts as can find a place (augmenting paths: who has a place once keeps one)."""
    owner: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for text in range(len(texts)):
            if text not in tried and ones[one].covers(texts[text]):
                tried.add(text)
                if text not in owner or place(owner[text], tried):
                    owner[text] = one
                    return True
        return False

    for number in sorted(range(len(ones)), key=lambda number: not ones[number].required):
        place(number, set())
    return owner


def has_just_been_sent(one: AllowedMessage, texts: Iterable[AcceptedMessage]) -> bool:
    """Whether the same words reached the phone just before this text was owed."""
    earliest = one.since - SENT_JUST_BEFORE
    return any(
        (text.to, text.body) == (one.phone, one.body) and earliest <= text.created < one.since
        for text in texts
    )
