"""Plan delivery receipts and compute the states they must lead to."""

from dataclasses import dataclass
from random import Random
from typing import Any

from testkit import report

MILLISECONDS_GOAL = 1000.0  # milliseconds, for 99 of 100
STATUS_PAIRS = [("sent", "delivered")] * 8 + [("sent", "sent"), ("delivered", "delivered")]


@dataclass(frozen=True)
class Receipt:
    """What the provider says of the text `number`."""

    number: int
    status: str


def plan_receipts(texts: int) -> list[Receipt]:
    """Two receipts of each text, in any order."""
    dice = Random(1)
    receipts = [
        Receipt(number, status)
        for number in range(texts)
        for status in STATUS_PAIRS[number % len(STATUS_PAIRS)]
    ]
    dice.shuffle(receipts)
    return receipts


def compute_expected_states(receipts: list[Receipt]) -> dict[int, str]:
    """The state each text must end in: "delivered" wins over "sent", whichever came first."""
    return {
        receipt.number: "delivered" if receipt.number in delivered else "sent"
        for delivered in [{each.number for each in receipts if each.status == "delivered"}]
        for receipt in receipts
    }


def has_met_receipt_goals(result: dict[str, Any]) -> bool:
    in_time = (
        report.compute_percentile([ms for _, ms in result["answers"]], 99) <= MILLISECONDS_GOAL
    )
    return in_time and not result["wrong"] and all(status == 200 for status, _ in result["answers"])
