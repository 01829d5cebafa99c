"""Sum up the last check of a salon's reminders for its owner."""

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
    """The figures of a check in `words`; `troubles` and `advice` are empty when all is well.

    `is_pressing` is true when customers would notice, or the check is too old; `is_checked` is
    false before the first check.
    """

    words: str
    troubles: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    is_pressing: bool = False
    is_checked: bool = True


def summarize_last_check(salon: Salon, now: datetime) -> CheckSummary:
    """Return the figures of the salon's last check, its time on the salon's clock."""
    last = LastCheck.objects.filter(salon=salon).first()
    if last is None:
        words = _("Not checked yet. The first check runs tonight at the latest.")
        return CheckSummary(words, is_checked=False)
    advice = []
    is_old = last.checked_at < now - LONGEST_BETWEEN_CHECKS
    if last.differences:
        advice.append(_("Ask your administrator to run check_notifications --repair."))
    if is_old:
        advice.append(
            _("The last check is more than a day old. Ask your administrator to look at /health/.")
        )
    is_pressing = is_old or any(
        DIFFERENCE_SENTENCES[difference] is not describe_harmless for difference in last.found
    )
    return CheckSummary(
        format_check_figures(last, salon, now),
        describe_differences(last.found),
        advice,
        is_pressing,
    )


def format_check_figures(last: LastCheck, salon: Salon, now: datetime) -> str:
    """Return “412 of 412 reminders planned, for 430 upcoming appointments. Checked 3:17 AM.”"""
    when = local_time.format_datetime(
        last.checked_at, salon.zone, now.astimezone(salon.zone).date()
    )
    planned = ngettext(
        "%(planned)d of %(due)d reminder planned",
        "%(planned)d of %(due)d reminders planned",
        last.reminders_due,
    ) % {"planned": last.reminders_planned, "due": last.reminders_due}
    appointments = ngettext(
        "%(count)d upcoming appointment", "%(count)d upcoming appointments", last.appointments
    )
    sentence = _("%(planned)s, for %(appointments)s. Checked %(when)s.")
    return sentence % {
        "planned": planned,
        "appointments": appointments % {"count": last.appointments},
        "when": when,
    }


def describe_missing(count: int) -> str:
    return ngettext(
        "%(count)d text should be planned and is not.",
        "%(count)d texts should be planned and are not.",
        count,
    )


def describe_extra(count: int) -> str:
    return ngettext(
        "%(count)d planned text should not be sent.",
        "%(count)d planned texts should not be sent.",
        count,
    )


def describe_wrong_time(count: int) -> str:
    return ngettext(
        "%(count)d text is planned for the wrong time.",
        "%(count)d texts are planned for the wrong time.",
        count,
    )


def describe_overdue(count: int) -> str:
    return ngettext(
        "%(count)d text was due and was not sent.",
        "%(count)d texts were due and were not sent.",
        count,
    )


def describe_stuck(count: int) -> str:
    return ngettext(
        "It is unclear whether %(count)d text was sent.",
        "It is unclear whether %(count)d texts were sent.",
        count,
    )


def describe_late(count: int) -> str:
    return ngettext(
        "%(count)d planned text may be sent some minutes late.",
        "%(count)d planned texts may be sent some minutes late.",
        count,
    )


def describe_double_booking(count: int) -> str:
    return ngettext(
        "%(count)d appointment blocks the wrong time: a colleague could be booked twice.",
        "%(count)d appointments block the wrong time: a colleague could be booked twice.",
        count,
    )


def describe_harmless(count: int) -> str:
    return ngettext(
        "%(count)d internal difference does not affect customers.",
        "%(count)d internal differences do not affect customers.",
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
    """Return a sentence for each kind of difference, the most serious first."""
    counts: Counter[Callable[[int], str]] = Counter()
    for difference, sentence in DIFFERENCE_SENTENCES.items():
        counts[sentence] += found.get(difference, 0)
    return [sentence(count) % {"count": count} for sentence, count in counts.items() if count]
