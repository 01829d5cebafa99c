"""The judges of storm and receipts are themselves judged: they must see each kind of fault."""

from types import SimpleNamespace

import pytest

from benchmarks.callbacks.receipts import (
    Receipt,
    compute_expected_states,
    has_met_receipt_goals,
    plan_receipts,
)
from benchmarks.storm.result import GOAL_THREADS, StormResult
from testkit.quick_provider import ReceivedMessage

PHONES = [f"+1212555{number:04}" for number in range(10)]


def build_storm_result(texts, *, seconds=0.1, states=None, errors=()):
    """Ten reminders due at second 1000, one a phone, and what the provider took."""
    return StormResult(
        "SQLite",
        GOAL_THREADS,
        window=0.0,
        first=1000.0,
        expected={(phone, "Hello"): 1000.0 for phone in PHONES},
        texts=[ReceivedMessage(phone, body, 1000.0 + seconds) for phone, body in texts],
        states=states or {"sent": 10},
        visitors=SimpleNamespace(errors=list(errors)),
        cores={"workers": 0.5},
    )


RIGHT = [(phone, "Hello") for phone in PHONES]


def test_each_text_once_and_in_time_meets_the_goals():
    result = build_storm_result(RIGHT)
    assert result.is_met()
    assert (result.missing, result.doubled, result.wrong) == (0, 0, 0)
    assert result.late == pytest.approx([0.1] * 10)


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (RIGHT[1:], (1, 0, 0)),
        ([*RIGHT, RIGHT[0]], (0, 1, 0)),
        ([*RIGHT, (PHONES[0], "Something else")], (0, 0, 1)),
        ([*RIGHT, ("+12125559999", "Hello")], (0, 0, 1)),
    ],
)
def test_a_text_that_is_missing_doubled_or_wrong_is_seen(texts, counts):
    result = build_storm_result(texts)
    assert (result.missing, result.doubled, result.wrong) == counts
    assert not result.is_met()


def test_a_row_that_does_not_say_sent_or_a_failed_request_is_seen():
    assert not build_storm_result(RIGHT, states={"sent": 9, "unknown": 1}).is_met()
    assert not build_storm_result(RIGHT, errors=["GET: 500"]).is_met()


def test_less_than_68_a_second_is_seen():
    assert build_storm_result(RIGHT, seconds=10 / 69).is_met()
    assert not build_storm_result(RIGHT, seconds=10 / 67).is_met()


def test_delivered_wins_over_sent_in_any_order():
    one, two = Receipt(1, "sent"), Receipt(1, "delivered")
    assert (
        compute_expected_states([one, two])
        == compute_expected_states([two, one])
        == {1: "delivered"}
    )
    assert compute_expected_states([Receipt(1, "sent"), Receipt(1, "sent")]) == {1: "sent"}


def test_every_text_gets_two_receipts_the_same_in_each_run():
    receipts = plan_receipts(20)
    assert sorted(receipt.number for receipt in receipts) == sorted([*range(20)] * 2)
    assert receipts == plan_receipts(20)


@pytest.mark.parametrize(
    ("answers", "wrong", "is_right"),
    [
        ([(200, 10.0)] * 100, {}, True),
        ([(200, 10.0)] * 98 + [(200, 1001.0)] * 2, {}, False),
        ([(200, 10.0)] * 99 + [(500, 10.0)], {}, False),
        ([(200, 10.0)] * 100, {7: "delivered"}, False),
    ],
)
def test_late_refused_and_lost_receipts_are_seen(answers, wrong, is_right):
    assert has_met_receipt_goals({"answers": answers, "wrong": wrong}) == is_right
