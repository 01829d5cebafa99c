"""What can become of a text that was handed to a channel. A channel answers one of these; it
never raises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# The words of `models.Reason` for a refusal.
RefusalReason = Literal["opted_out", "bad_number", "content", "configuration"]


@dataclass(frozen=True)
class Accepted:
    """The provider took it; `provider_id` names it in receipts, `provider_status` is its word."""

    provider_id: str
    provider_status: str


@dataclass(frozen=True)
class NotSent:
    """Certainly nothing was sent; trying again later is safe.

    `code` is the provider's, "" when there is none. `retry_after` is what the provider asked for,
    in seconds.
    """

    message: str
    code: str = ""
    retry_after: float | None = None


@dataclass(frozen=True)
class Refused:
    """The provider will not send this text; trying again would not help."""

    code: str
    message: str
    reason: RefusalReason


@dataclass(frozen=True)
class Unknown:
    """The answer is lost: the text may be on its way. Ask the provider before sending again."""

    message: str


@dataclass(frozen=True)
class ProviderMessage:
    """A text as the provider's own list shows it; `created` is aware, to the second."""

    provider_id: str
    provider_status: str
    error_code: str
    created: datetime


class NotAnswered(Exception):
    """The provider could not be asked what it has; ask again later."""


Outcome = Accepted | NotSent | Refused | Unknown
