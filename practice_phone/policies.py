"""Twilio's rules as pure functions: segments, words of its own, what it refuses."""

import re
from dataclasses import dataclass
from enum import Enum

LONGEST_BODY = 1600  # characters
E164 = re.compile(r"\+[1-9]\d{6,14}")

# https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("^{}\\[~]|€\f")  # an escape stands before each


class Keyword(Enum):
    """What a text says to Twilio itself."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# https://help.twilio.com/articles/223134027
KEYWORDS = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        Keyword.STOP,
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
ANSWERS = {
    Keyword.STOP: "You have successfully been unsubscribed. You will not receive any more messages"
    " from this number. Reply START to resubscribe.",
    Keyword.START: "You have successfully been re-subscribed to messages from this number. Reply"
    " HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    Keyword.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}

# Twilio's own numbers to practise refusals with:
# https://www.twilio.com/docs/iam/test-credentials#test-sms-messages
REFUSING_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


@dataclass(frozen=True)
class Refusal:
    """An error answer: Twilio's code, its sentence, the HTTP status."""

    code: int
    message: str
    status: int = 400


REFUSALS = {
    refusal.code: refusal
    for refusal in (
        Refusal(20001, "Invalid parameter"),
        Refusal(20003, "Authentication Error - invalid username", 401),
        Refusal(20004, "Method not allowed", 405),
        Refusal(20404, "The requested resource was not found", 404),
        Refusal(21211, "Invalid 'To' Phone Number"),
        Refusal(21212, "Invalid From Number (caller ID)"),
        Refusal(21408, "Permission to send an SMS has not been enabled for the region", 403),
        Refusal(21602, "Message body is required."),
        Refusal(21603, "A 'From' phone number is required."),
        Refusal(21604, "A 'To' phone number is required."),
        Refusal(21610, "Attempt to send to unsubscribed recipient"),
        Refusal(21612, "Message cannot be sent with the current combination of 'To' and 'From'"),
        Refusal(21614, "'To' number is not a valid mobile number"),
        Refusal(21617, "The concatenated message body exceeds the 1600 character limit"),
    )
}


def find_refusal(to: str, sender: str, body: str, *, opted_out: bool) -> Refusal | None:
    """Why Twilio would not take this text; None when it would."""
    checks = (
        (21604, not to),
        (21602, not body),
        (21603, not sender),
        (21617, len(body) > LONGEST_BODY),
        (21211, not E164.fullmatch(to)),
        (21212, not (E164.fullmatch(sender) or sender.startswith("MG"))),
        (REFUSING_NUMBERS.get(to, 0), to in REFUSING_NUMBERS),
        (21610, opted_out),
    )
    return next((REFUSALS[code] for code, applies in checks if applies), None)


def find_keyword(body: str) -> Keyword | None:
    """The word by which this text speaks to Twilio: the whole of it, in any case."""
    return KEYWORDS.get(body.strip().upper())


def count_segments(body: str) -> int:
    """How many texts the network counts `body` as: 160 (153) characters each, or 70 (67)."""
    if all(character in GSM_7 or character in GSM_7_TWICE for character in body):
        return count_joined_segments(
            [2 if character in GSM_7_TWICE else 1 for character in body], 160, 153
        )
    return count_joined_segments(
        [len(character.encode("utf-16-le")) // 2 for character in body], 70, 67
    )


def count_joined_segments(sizes: list[int], alone: int, joined: int) -> int:
    """How many segments hold these characters; none is split between two."""
    if sum(sizes) <= alone:
        return 1
    count, room = 1, joined
    for size in sizes:
        if size > room:
            count, room = count + 1, joined
        room -= size
    return count
