"""What the last check of a salon's reminders saw, in words for its owner."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointment.consistency.models import LastCheck
from appointment.consistency.nightly import LONGEST_BETWEEN_CHECKS
from pages import local_time
from salon.models import Salon


@dataclass(frozen=True)
class CheckSummary:
    """`words` is the figure with its moment; `troubles` and `advice` are empty when all is well.

    `is_pressing` when customers would notice, or nobody has looked for long; not `is_checked` where
    nobody ever looked.
    """

    words: str
    troubles: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    is_pressing: bool = False
    is_checked: bool = True


def summarize_last_check(salon: Salon, now: datetime) -> CheckSummary:
    """The figures of the salon's own last check, its moment on the salon's clock."""
    last = LastCheck.objects.filter(salon=salon).first()
    if last is None:
        words = _("Not checked yet: the first check comes tonight at the latest.")
        return CheckSummary(words, is_checked=False)
    advice = []
    is_old = last.checked_at < now - LONGEST_BETWEEN_CHECKS
    if last.differences:
        advice.append(_("Whoever runs the installation mends this: check_notifications --repair."))
    if is_old:
        advice.append(
            _(
                "This is older than a day: nobody has looked since. Whoever runs the installation"
                " finds out why at /health/."
            )
        )
    is_pressing = is_old or any(
        DIFFERENCE_SENTENCES[sort] is not describe_harmless for sort in last.found
    )
    return CheckSummary(
        format_check_figures(last, salon, now),
        describe_differences(last.found),
        advice,
        is_pressing,
    )


def format_check_figures(last: LastCheck, salon: Salon, now: datetime) -> str:
    """“412 of 412 reminders planned, for 430 appointments to come. Checked 3:17 AM.”"""
    when = local_time.format_datetime(
        last.checked_at, salon.zone, now.astimezone(salon.zone).date()
    )
    planned = ngettext(
        "%(planned)d of %(due)d reminder planned",
        "%(planned)d of %(due)d reminders planned",
        last.reminders_due,
    ) % {"planned": last.reminders_planned, "due": last.reminders_due}
    appointments = ngettext(
        "%(count)d appointment to come", "%(count)d appointments to come", last.appointments
    )
    sentence = _("%(planned)s, for %(appointments)s. Checked %(when)s.")
    return sentence % {
        "planned": planned,
        "appointments": appointments % {"count": last.appointments},
        "when": when,
    }


def describe_missing(count: int) -> str:
    return ngettext(
        "%(count)d text that is owed is not planned.",
        "%(count)d texts that are owed are not planned.",
        count,
    )


def describe_extra(count: int) -> str:
    return ngettext(
        "%(count)d text is planned that should not go out.",
        "%(count)d texts are planned that should not go out.",
        count,
    )


def describe_wrong_time(count: int) -> str:
    return ngettext(
        "%(count)d text would go out at a wrong time.",
        "%(count)d texts would go out at a wrong time.",
        count,
    )


def describe_overdue(count: int) -> str:
    return ngettext(
        "%(count)d text should have gone out and did not.",
        "%(count)d texts should have gone out and did not.",
        count,
    )


def describe_stuck(count: int) -> str:
    return ngettext(
        "Of %(count)d text it is unclear whether it was sent.",
        "Of %(count)d texts it is unclear whether they were sent.",
        count,
    )


def describe_late(count: int) -> str:
    return ngettext(
        "%(count)d planned text may go out some minutes late.",
        "%(count)d planned texts may go out some minutes late.",
        count,
    )


def describe_double_booking(count: int) -> str:
    return ngettext(
        "%(count)d appointment takes another time than it says: somebody could be booked twice.",
        "%(count)d appointments take another time than they say: somebody could be booked twice.",
        count,
    )


def describe_harmless(count: int) -> str:
    return ngettext(
        "%(count)d difference in the books changes nothing for customers.",
        "%(count)d differences in the books change nothing for customers.",
        count,
    )


DIFFERENCE_SENTENCES: dict[str, Callable[[int], str]] = {
    "missing": describe_missing,
    "overdue": describe_overdue,
    "stuck": describe_stuck,
    "wrong_time": describe_wrong_time,
    "extra": describe_extra,
    "not_in_redis": describe_late,
    "free": describe_double_booking,
    "busy": describe_double_booking,
    "elsewhere": describe_double_booking,
    "task_id": describe_harmless,
    "extra_in_redis": describe_harmless,
}


def describe_differences(found: dict[str, int]) -> list[str]:
    """A sentence for each sort of difference, the gravest first."""
    counts: Counter[Callable[[int], str]] = Counter()
    for sort, sentence in DIFFERENCE_SENTENCES.items():
        counts[sentence] += found.get(sort, 0)
    return [sentence(count) % {"count": count} for sentence, count in counts.items() if count]
