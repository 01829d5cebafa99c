"""Text messages."""

from datetime import datetime

from notification.channels.outcomes import Outcome, ProviderMessage
from notification.channels.sms import twilio


class SmsChannel:
    """Sends texts through Twilio; recipient and sender are phone numbers in E.164."""

    name = "sms"

    def send(
        self,
        *,
        recipient: str,
        sender: str,
        body: str,
        callback_url: str | None,
    ) -> Outcome:
        """Hand one text to Twilio; see `twilio.send_message`."""
        return twilio.send_message(
            to=recipient,
            sender=sender,
            body=body,
            status_callback=callback_url,
        )

    def look_up(
        self, *, recipient: str, sender: str, body: str, since: datetime
    ) -> list[ProviderMessage]:
        """Ask Twilio for texts it took; see `twilio.look_up`."""
        return twilio.look_up_messages(to=recipient, sender=sender, body=body, since=since)
