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
    """Match each accepted text with one that is allowed, as many as can be."""
    wanted = [one for visit in visits for one in allowed(visit, salon)]
    by_words: dict[tuple[str, str], tuple[list[Allowed], list[Text]]] = {}
    for one in wanted:
        by_words.setdefault((one.phone, one.body), ([], []))[0].append(one)
    for text in texts:
        by_words.setdefault((text.to, text.body), ([], []))[1].append(text)
    verdict = Verdict()
    for ones, said in by_words.values():
        judge(ones, sorted(said, key=lambda text: text.created), verdict)
    return verdict


def judge(ones: list[Allowed], texts: list[Text], verdict: Verdict) -> None:
    """Note on `verdict` how the texts of the same words to one phone differ from those allowed."""
    owner = matched(ones, texts)
    verdict.right += len(owner)
    for number, text in enumerate(texts):
        if number not in owner:
            is_known = any(one.covers(text) for one in ones)
            said = f"{text.created:%H:%M:%S.%f} to {text.to}: {text.body}"
            (verdict.doubled if is_known else verdict.stale).append(said)
    for number, one in enumerate(ones):
        if not one.required or number in owner.values():
            continue
        if was_told_before(one, texts):
            verdict.told_before += 1
        else:
            verdict.lost.append(f"{one.kind} to {one.phone} since {one.since:%T}: {one.body}")


def matched(ones: list[Allowed], texts: list[Text]) -> dict[int, int]:
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


def was_told_before(one: Allowed, texts: Iterable[Text]) -> bool:
    """Whether the same words reached the phone just before this text was owed."""
    earliest = one.since - TOLD_JUST_BEFORE
    return any(
        (text.to, text.body) == (one.phone, one.body) and earliest <= text.created < one.since
        for text in texts
    )
