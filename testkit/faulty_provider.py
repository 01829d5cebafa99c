"""A provider on a bad day: slow, refusing, breaking off, and careless with its receipts."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from testkit.provider import AcceptedMessage, Fault, Provider

# What goes wrong with a share of the requests; each as likely as the others.
FAULTS: tuple[Fault | None, ...] = (
    None,  # an answer that only takes long
    Fault.http(429, 20429, retry_after=1),
    Fault.http(500),
    Fault.http(503),
    Fault.reset_before_body(),
    Fault.after_acceptance(Fault.http(500)),
    Fault.after_acceptance(Fault.reset()),
    Fault.after_acceptance(Fault.hang_up()),
    Fault.after_acceptance(Fault.broken_body()),
    Fault.after_acceptance(Fault.timeout()),
)
LATENCY = 0.02  # seconds for every answer
LONG = 3.0  # seconds for one that takes long
SHOWN_AFTER = 4.0  # seconds until an accepted text stands in the list
WITHOUT_RECEIPT = (
    0.5  # of the texts get no receipt at all, so that they can't settle what is unknown
)
LOST, DOUBLED = 0.1, 0.2  # of the receipts of the others


class FaultyProvider(Provider):
    """Fails `share` of the requests to send while `is_bad`; sends receipts signed with `token`."""

    def __init__(self, *, random: Random, share: float, token: str) -> None:
        super().__init__()
        self.random, self.share, self.token = random, share, token
        self.is_bad = False
        self.faults = 0
        self.hidden: set[str] = set()

    def next_fault(self) -> Fault | None:
        time.sleep(LATENCY)
        with self._lock:
            if not self.is_bad or self.random.random() >= self.share:
                return None
            self.faults += 1
            fault = self.random.choice(FAULTS)
        if fault is None:
            time.sleep(LONG)
        return fault

    def accept(self, form: dict[str, str]) -> AcceptedMessage:
        text: AcceptedMessage = super().accept(form)
        if self.is_bad:
            self.hidden.add(text.sid)
            run_later(SHOWN_AFTER, lambda: self.hidden.discard(text.sid))
        if text.status_callback:
            self.report(text, text.status_callback)
        return text

    def matching(self, to: str | None, sender: str | None) -> list[AcceptedMessage]:
        """The list lags behind: a text stands in it some seconds after it was taken."""
        return [text for text in super().matching(to, sender) if text.sid not in self.hidden]

    def report(self, text: AcceptedMessage, url: str) -> None:
        """Receipts in any order, some lost, some twice."""
        with self._lock:
            if self.random.random() < WITHOUT_RECEIPT:
                return
            delays = {"sent": self.random.uniform(0, 2), "delivered": self.random.uniform(0, 2)}
            lost = {status for status in delays if self.random.random() < LOST}
            twice = {status for status in delays if self.random.random() < DOUBLED}
        for status, delay in delays.items():
            if status not in lost:
                run_later(delay, lambda status=status: self.call_back(text, url, status))
            if status in twice:
                run_later(delay + 1, lambda status=status: self.call_back(text, url, status))

    def call_back(self, text: AcceptedMessage, url: str, status: str) -> None:
        """One receipt; a web server that is away does not get it again."""
        form = {"MessageSid": text.sid, "MessageStatus": status, "To": text.to, "New": "x"}
        headers = {"X-Twilio-Signature": sign_receipt(url, form, self.token)}
        request = Request(url, urlencode(form).encode(), headers)
        try:
            with urlopen(request, timeout=10):
                pass
        except (URLError, OSError):
            return


def sign_receipt(url: str, form: dict[str, str], token: str) -> str:
    """As the provider documents it: HMAC-SHA1 over the address and the sorted form."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def run_later(seconds: float, do: Callable[[], Any]) -> None:
    """Do it later, on a thread of its own."""
    timer = threading.Timer(seconds, do)
    timer.daemon = True
    timer.start()
