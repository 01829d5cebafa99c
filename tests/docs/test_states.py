"""docs/states.md says what the code says: states, moves between them, reasons, error codes."""

import re

import pytest

from appointment import models as appointments
from notification import states as ledger
from notification.channels.sms.error_codes import (
    PASSING_ERRORS,
    REFUSAL_REASONS,
    SENDER_QUEUE_FULL,
    TOO_MANY_REQUESTS,
    UNREACHABLE_CAUSES,
)
from notification.delivery import receipts
from notification.rules import retry_pauses
from notification.states import Reason, Status, UnreachableCause
from tests.docs.markdown import CODE, STATES

ARROW = re.compile(r"^ *(\S+) --> (\S+)(?: : (.+))?$")
LIVES = [
    ("The life of a message", ledger, {"pending", "skipped"}),
    ("The life of an appointment", appointments, {"booked"}),
]


def arrows(heading):
    """(from, to, what it is called) for each arrow of the section's diagram."""
    [diagram] = [b for b in STATES.blocks(heading) if b.language == "mermaid"]
    header, *lines = diagram.text.splitlines()
    assert header == "stateDiagram-v2"
    return [ARROW.fullmatch(line).groups() for line in lines]


@pytest.mark.parametrize(("heading", "models", "_begins"), LIVES)
def test_the_diagram_shows_every_move_the_code_allows_and_no_other(heading, models, _begins):
    drawn = [(a, b) for a, b, _ in arrows(heading) if "[*]" not in (a, b)]
    allowed = [(str(a), str(b)) for a, after in models.TRANSITIONS.items() for b in after]
    assert sorted(drawn) == sorted(allowed)


@pytest.mark.parametrize(("heading", "models", "begins"), LIVES)
def test_the_diagram_shows_where_a_life_begins_and_ends(heading, models, begins):
    drawn = arrows(heading)
    assert {b for a, b, _ in drawn if a == "[*]"} == begins
    final = {str(state) for state, after in models.TRANSITIONS.items() if not after}
    assert {a for a, b, _ in drawn if b == "[*]"} == final


@pytest.mark.parametrize(("heading", "models", "_begins"), LIVES)
def test_every_status_is_explained(heading, models, _begins):
    assert STATES.codes(heading) == list(models.Status.values)


def test_the_table_tells_which_appointments_are_upcoming_and_which_take_time():
    told = {
        row[0].strip("`"): (row[2], row[3]) for row in STATES.table("The life of an appointment")
    }
    yes_no = {True: "yes", False: "no"}
    assert told == {
        status: (yes_no[status in appointments.UPCOMING], yes_no[status in appointments.BLOCKING])
        for status in appointments.Status.values
    }


def test_every_reason_is_explained_with_states_that_exist():
    assert STATES.codes("Reasons") == list(Reason.values)
    assert set(STATES.codes("Reasons", column=1)) <= set(Status.values)


def test_the_moves_of_an_appointment_are_called_by_their_route():
    actions = {
        word.strip("/") for word in CODE.findall(STATES.section("The life of an appointment"))
    }
    called = {name for a, _, name in arrows("The life of an appointment") if a != "[*]"}
    assert called <= actions


def test_every_error_code_of_the_provider_stands_with_its_reason():
    rows = STATES.table("What the provider's answers become")
    told = {
        int(code): reason.strip("`")
        for answer, _, reason, _ in rows
        for code in re.findall(r"\b\d{5}\b", answer)
    }
    busy = {TOO_MANY_REQUESTS, SENDER_QUEUE_FULL}
    assert told == {**REFUSAL_REASONS, **dict.fromkeys(busy, "provider_busy")}


def test_every_word_of_a_receipt_stands_with_its_state():
    text = STATES.section("What the provider's answers become").partition("In a receipt")[2]
    rows = re.findall(r"^\| (`.*?) \| `(\w+)`", text, re.MULTILINE)
    told = {word: status for words, status in rows for word in CODE.findall(words)}
    assert told == receipts.STATUS_BY_PROVIDER_STATUS


def test_every_cause_of_a_mark_stands_with_the_errors_after_which_it_comes():
    rows = STATES.table("Unreachable numbers")
    told = {
        code: cause.strip("`") for cause, after, _ in rows for code in re.findall(r"\d{5}", after)
    }
    assert told == UNREACHABLE_CAUSES
    assert {cause.strip("`") for cause, _, _ in rows} == set(UnreachableCause)


def test_the_codes_that_are_tried_later_are_told_with_their_pauses():
    text = " ".join(STATES.section("What the provider's answers become").split())
    *first, last = sorted(PASSING_ERRORS)
    assert f"{', '.join(first)} and {last} may pass" in text
    pauses = [f"after {pause.seconds // 60} minutes" for pause in retry_pauses.LATE_RETRY_PAUSES]
    assert re.findall(r"after \d+ minutes", text) == pauses
