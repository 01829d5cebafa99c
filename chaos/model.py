"""What must, may and must not go out while everything fails. Worked out from outside.

Under fire a text may be late, so what was true only for a while may or may not have been told;
but it must not be told once another time was answered for, and nothing may be told twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.flow_model import Change, Salon, Visit, cancellation, confirmation, reminder
from tests.provider import Text

# A text claimed just before the change may reach the provider this much after it: the worker
# calls within 5 s of its claim, and the provider hears it within the call's 10 s.
ON_ITS_WAY = timedelta(seconds=15)
# The same words a few seconds earlier, of a visit moved within its minute or there and back: the
# provider's list is to the second and clocks differ, so a row that lost its answer may take the
# earlier text for its own. The customer has read what they should.
TOLD_JUST_BEFORE = timedelta(seconds=5)


@dataclass(frozen=True)
class Allowed:
    """A text that may go out once within [since, until]; one that is `required` must."""

    kind: str
    phone: str
    body: str
    since: datetime
    until: datetime | None
    required: bool

    def covers(self, text: Text) -> bool:
        is_same = (text.to, text.body) == (self.phone, self.body)
        in_time = self.since <= text.created and (self.until is None or text.created <= self.until)
        return is_same and in_time


@dataclass
class Verdict:
    """How the accepted texts differ from the allowed ones, in words."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    right: int = 0
    told_before: int = 0  # required texts whose words had gone out just before

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.stale)


def allowed(visit: Visit, salon: Salon) -> Iterable[Allowed]:
    """All texts of one visit."""
    for number, change in enumerate(visit.history):
        following = visit.history[number + 1] if number + 1 < len(visit.history) else None
        until = following.answered + ON_ITS_WAY if following else None
        if change.start is None:
            was = visit.history[number - 1].start
            assert was is not None, "a visit is called off once"
            body = cancellation(was, salon)
            yield Allowed("cancellation", visit.phone, body, change.asked, None, required=True)
            continue
        required = following is None
        body = confirmation(visit, change.start, salon)
        yield Allowed("confirmation", visit.phone, body, change.asked, until, required)
        due = change.start - salon.lead
        if due > change.asked and not (following and following.answered < due):
            yield reminder_of(visit, change, due, until, salon)


def reminder_of(
    visit: Visit, change: Change, due: datetime, until: datetime | None, salon: Salon
) -> Allowed:
    """The reminder of one time. A booking answered after it was due may have come too late."""
    assert change.start is not None
    required = until is None and change.answered < due
    body = reminder(change.start, due, visit, salon)
    return Allowed("reminder", visit.phone, body, due, until, required)


def compare(texts: Sequence[Text], visits: Iterable[Visit], salon: Salon) -> Verdict:
    """Match each accepted text with one that is allowed, the required first."""
    wanted = [one for visit in visits for one in allowed(visit, salon)]
    by_phone: dict[str, list[Allowed]] = {}
    for one in wanted:
        by_phone.setdefault(one.phone, []).append(one)
    verdict = Verdict()
    used: set[int] = set()
    for text in sorted(texts, key=lambda text: text.created):
        candidates = [one for one in by_phone.get(text.to, []) if one.covers(text)]
        free = [one for one in candidates if id(one) not in used]
        if free:
            used.add(id(max(free, key=lambda one: one.required)))
            verdict.right += 1
        else:
            said = f"{text.created:%H:%M:%S.%f} to {text.to}: {text.body}"
            (verdict.doubled if candidates else verdict.stale).append(said)
    missing = [one for one in wanted if one.required and id(one) not in used]
    lost = [one for one in missing if not was_told_before(one, texts)]
    verdict.told_before = len(missing) - len(lost)
    verdict.lost = [
        f"{one.kind} to {one.phone} since {one.since:%H:%M:%S}: {one.body}" for one in lost
    ]
    return verdict


def was_told_before(one: Allowed, texts: Iterable[Text]) -> bool:
    """Whether the same words reached the phone just before this text was owed."""
    earliest = one.since - TOLD_JUST_BEFORE
    return any(
        (text.to, text.body) == (one.phone, one.body) and earliest <= text.created < one.since
        for text in texts
    )
